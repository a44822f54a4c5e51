"""A plan says what a change would open, close and touch, and nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, FixedClock, parse_time
from ombud.base.errors import UsageError
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code
from ombud.events.decode import decode, encode
from ombud.flow.plan import _rules, masked, plan
from ombud.rules.bind import rule_columns
from ombud.store import Store, findings, ledger, pending

START = parse_time("2026-06-01T00:00:00Z")
CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
PROMISE = "Guaranteed profit, write to 13800138000 or @me, https://example.org/x"


@pytest.fixture
def variant(tmp_path: Path) -> Callable[..., Code]:
    """Make a version of the example code whose rule needs ``least`` promises within an hour."""

    def make(name: str, *, least: int = 3, status: str = "stable", rule: bool = True) -> Code:
        folder = tmp_path / name / "club"
        init_code(folder)
        path = folder / "rules" / "false-promise.yaml"
        text = path.read_text("utf-8").replace("status: experimental", f"status: {status}")
        text = text.replace(">= 3\nexplains", f">= {least}\nexplains").replace(
            'near: ">= 3"', f'near: ">= {least}"'
        )
        path.write_text(text, encoding="utf-8")
        code = load_code(folder, rule_columns())
        return code if rule else replace(code, rules=())

    return make


def fill(store: Store, rows: list[dict[str, Any]]) -> None:
    events = [decode(msgspec.json.encode(row)) for row in rows]
    events.sort(key=lambda event: (event.at, event.id))
    with store.begin() as tx:
        pending.add(tx, 1, [encode(event) for event in events], events[0].at, events[-1].at)


def promises(account: str, times: int, *, day: int = 0, audience: str = "public") -> list[dict[str, Any]]:
    """Return posts of one account, ten seconds apart."""
    at = (START + day * DAY) // 1_000_000
    return [
        {
            "id": f"{account}-{day}-{i}",
            "at": at + 10 * i,
            "kind": "post",
            "audience": audience,
            "account": {"id": account},
            "post": {"id": f"p-{account}-{day}-{i}", "text": PROMISE},
        }
        for i in range(times)
    ]


def test_a_narrower_rule_closes_and_the_way_back_opens(store: Store, variant: Callable[..., Code]) -> None:
    """Seven accounts promise three times: a rule that asks for four finds none of them."""
    fill(store, [row for n in range(7) for row in promises(f"a{n}", 3)])
    wide, narrow = variant("wide"), variant("narrow", least=4)
    found = plan(store, wide, narrow, clock=CLOCK)
    assert (found.opens, found.closes, found.touches, found.events) == (0, 7, 7, 21)
    rule = found.rules[0]
    assert (rule.before, rule.after, rule.added, rule.removed) == (7, 0, 0, 7)
    back = plan(store, narrow, wide, clock=CLOCK)
    assert (back.opens, back.closes, back.touches) == (7, 0, 7)
    assert len(back.opened) == 5
    assert back.closed == ()


def test_small_numbers_are_not_told(store: Store, variant: Callable[..., Code]) -> None:
    """Fewer than five is no number and has no examples; none is none."""
    fill(store, [row for n in range(4) for row in promises(f"a{n}", 3)])
    found = plan(store, variant("wide"), variant("narrow", least=4), clock=CLOCK)
    assert (found.events, found.opens, found.closes, found.touches) == (12, 0, None, None)
    assert (found.opened, found.closed) == ((), ())
    rule = found.rules[0]
    assert (rule.before, rule.after, rule.added, rule.removed) == (None, None, 0, None)


def test_a_small_difference_hides_the_number_after(variant: Callable[..., Code]) -> None:
    """Ten before and two more after: neither the two nor the twelve is told."""
    code = variant("one")
    (rule,) = _rules(code, code, {"false-promise": [10, 12, 2, 0]})
    assert (rule.before, rule.after, rule.added, rule.removed) == (10, None, None, 0)
    (rule,) = _rules(code, code, {"false-promise": [10, 16, 6, 0]})
    assert (rule.before, rule.after, rule.added, rule.removed) == (10, 16, 6, 0)


def test_status_alone_opens_cases(store: Store, variant: Callable[..., Code]) -> None:
    """An experimental rule that becomes stable finds the same and opens its cases."""
    fill(store, [row for n in range(6) for row in promises(f"a{n}", 3)])
    found = plan(store, variant("old", status="experimental"), variant("new"), clock=CLOCK)
    rule = found.rules[0]
    assert (rule.status_before, rule.status_after) == ("experimental", "stable")
    assert (rule.before, rule.after, rule.added, found.opens) == (6, 6, 0, 6)


def test_windows_are_warm_at_the_first_day(store: Store, variant: Callable[..., Code]) -> None:
    """What lies before the days asked for fills the windows and is not counted."""
    rows = [row for n in range(6) for row in promises(f"a{n}", 3)]
    last = max(row["at"] for row in rows)
    end = [{"id": "z", "at": last + 86_400 - 5, "kind": "follow", "account": {"id": "z"}}]
    fill(store, rows + end)
    found = plan(store, variant("old", status="experimental"), variant("new"), days=1, clock=CLOCK)
    assert found.events == 7
    assert found.opens == 6


def test_examples_name_nobody(store: Store, variant: Callable[..., Code]) -> None:
    """Pseudonyms, one example an account, public posts only, numbers and links masked."""
    fill(
        store,
        [row for n in range(6) for row in promises(f"a{n}", 3)]
        + [row for n in range(6) for row in promises(f"m{n}", 3, audience="members")],
    )
    found = plan(store, variant("old", rule=False), variant("new"), clock=CLOCK)
    assert found.opens == 12
    assert [one.author for one in found.opened] == [f"account {n}" for n in range(1, 6)]
    assert {one.text for one in found.opened} == {"Guaranteed profit, write to •••• or @…, [link]"}


def test_nothing_is_opened_and_the_plan_is_in_the_ledger(store: Store, variant: Callable[..., Code]) -> None:
    """The store has no finding and no case more; one entry that tells nothing of the draft."""
    fill(store, [row for n in range(6) for row in promises(f"a{n}", 3)])
    old, new = variant("old", rule=False), variant("new")
    plan(store, old, new, clock=CLOCK)
    with store.read() as tx:
        assert findings.count(tx) == 0
        (entry,) = ledger.entries(tx)
    assert (entry.kind, set(entry.body)) == ("plan", {"digest"})
    assert new.hash not in str(entry.body)


def test_an_empty_store_is_told(store: Store, variant: Callable[..., Code]) -> None:
    """There is nothing to plan on."""
    with pytest.raises(UsageError) as caught:
        plan(store, variant("old"), variant("new"), clock=CLOCK)
    assert caught.value.code == "plan/no-events"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 138-0013-8000 now", "call •••• now"),
        ("in 2026 or 3 days", "in •••• or 3 days"),
        ("a.b@example.org", "[address]"),
        ("@小明_1 hi", "@… hi"),
        ("HTTPS://x.example/?a=1 b", "[link] b"),
    ],
)
def test_masks(text: str, shown: str) -> None:
    """What can lead to a person goes."""
    assert masked(text) == shown
