"""What was planted: every harm, both sides, both languages, nothing told by the events."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.town import HARMS, Town, town
from ombud.town.disguise import DISGUISES


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_harm_has_breaches_and_near_misses(full: Town, harm: str, lang: str) -> None:
    """Each harm is planted at least ten times in each language, and looked like at least ten times."""
    here = [i for i in full.incidents if i.harm == harm and i.lang == lang]
    assert sum(i.breach for i in here) >= 10
    assert sum(not i.breach for i in here) >= 10
    assert len({i.note for i in here if not i.breach}) >= 3


def test_every_incident_has_an_event(full: Town) -> None:
    """No incident is planted in the answer sheet alone, and every planted event is in the stream."""
    reached = {one.incident for planted in full.truth.values() for one in planted.all()}
    assert reached == {incident.n for incident in full.incidents}
    assert set(full.truth) <= {event["id"] for event in full.events()}


def test_an_event_is_a_breach_or_a_near_miss_and_not_both(full: Town) -> None:
    """Under one harm an event is one of the two, and stands in one incident only."""
    for planted in full.truth.values():
        assert all(one.breach != one.near_miss for one in planted.all())
        assert all(one.harm in HARMS for one in planted.all())
        harms = [one.harm for one in planted.all()]
        assert len(harms) == len(set(harms)), planted


def test_events_do_not_tell_what_was_planted(full: Town, full_events: list[dict[str, Any]]) -> None:
    """Planted events have the same fields as ordinary ones, and no field names a harm or a note."""

    def shape(event: dict[str, Any]) -> set[str]:
        return {f"{k}.{f}" for k, v in event.items() if isinstance(v, dict) for f in v} | set(event)

    ordinary: set[str] = set()
    planted: set[str] = set()
    for event in full_events:
        (planted if event["id"] in full.truth else ordinary).update(shape(event))
    # the adult space has no ordinary posts; what is planted there is a near miss
    assert planted - ordinary <= {"extra.space"}


def test_camouflage_of_every_kind_is_planted(full: Town) -> None:
    """Breaches hide behind every camouflage of their language."""
    for lang, table in DISGUISES.items():
        used = {i.disguise for i in full.incidents if i.lang == lang and i.breach}
        assert set(table) <= used


def test_what_is_planted_does_not_shrink_with_the_scale(full: Town) -> None:
    """A small town has the same incidents as a large one."""
    small = town(1, 30, 0.05)
    assert [(i.harm, i.breach, i.lang) for i in small.incidents] == [
        (i.harm, i.breach, i.lang) for i in full.incidents
    ]


def test_links_end_in_example(full_events: list[dict[str, Any]]) -> None:
    """Every address in a text or a link field lies under the reserved domain .example."""
    for event in full_events:
        post = event.get("post", {})
        for url in [*post.get("urls", []), *(w for w in post.get("text", "").split() if "http" in w)]:
            if "://" in url:
                assert ".example/" in url, url


def test_registers_are_dated(full: Town) -> None:
    """Every register has rows, and every row says since when, until when, recorded when, by whom."""
    assert set(full.registers) >= {"fact_checks", "credentials", "protected_names", "incidents", "hotlines"}
    for rows in full.registers.values():
        assert rows
        for row in rows:
            assert {"key", "valid_from", "valid_to", "recorded_at", "source"} <= set(row)
    checks = full.registers["fact_checks"]
    publishers = {
        row["publisher"] for row in checks if row["key"] == "copper-water" and row["kind"] == "check"
    }
    assert len(publishers) >= 2


@pytest.mark.parametrize(
    "harm", ["undisclosed_commerce", "sexual_content", "confidential_leak", "improper_payment", "vote_buying"]
)
def test_harms_of_working_life_are_planted_at_work(full: Town, harm: str) -> None:
    """Harms that only an employment code addresses are planted in an organisation's channels, both sides."""
    here = [t for t in full.truth.values() if t.harm == harm and t.audience == "organisation"]
    assert sum(t.breach for t in here) >= 12
    assert sum(t.near_miss for t in here) >= 8
