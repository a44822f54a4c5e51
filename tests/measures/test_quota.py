"""Daily quotas."""

from __future__ import annotations

from ombud.base.clock import DAY
from ombud.measures.figures import Figures
from ombud.measures.quota import Used, day_bounds, day_name, over_quota, quota_of

SMALL = Figures(measure_quota={"closing": 1}, other_quota=2, rule_quota=3, automatic_quota=1)


def test_within_and_beyond() -> None:
    """The last one within a quota passes, the next is refused with the quota named."""
    assert over_quota(Used(), ["closing", "disable"], ["cc/r"], figures=SMALL) == []
    assert over_quota(Used({"disable": 1}), ["disable"], [], figures=SMALL) == []
    (fault,) = over_quota(Used({"closing": 1}), ["closing"], [], figures=SMALL)
    assert fault.code == "measures/quota"
    assert "closing" in fault.message
    (fault,) = over_quota(Used(rules={"cc/r": 3}), [], ["cc/r", "cc/s"], figures=SMALL)
    assert "cc/r" in fault.message
    assert quota_of("label", SMALL) == 2


def test_machines_have_a_smaller_one() -> None:
    """Beyond the automatic quota people go on; they are not stopped by it."""
    used = Used(automatic={"cc/r": 1})
    (fault,) = over_quota(used, ["label"], ["cc/r"], automatic=True, figures=SMALL)
    assert fault.code == "measures/people-only"
    assert over_quota(used, ["label"], ["cc/r"], figures=SMALL) == []


def test_a_day_is_utc() -> None:
    """A day begins at midnight UTC."""
    assert day_bounds(3 * DAY + 5) == (3 * DAY, 4 * DAY)
    assert day_name(0) == "1970-01-01"
