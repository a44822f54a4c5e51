"""The town is a pure function of its seed, and its events are well formed."""

from __future__ import annotations

import json

import msgspec
import pytest

from ombud.base.clock import DAY, parse_time
from ombud.base.errors import UsageError
from ombud.town import town


def _bytes(seed: int, days: int = 6, scale: float = 0.05) -> bytes:
    encoder = msgspec.json.Encoder()
    return b"\n".join(encoder.encode(event) for event in town(seed, days, scale).events())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    """Two towns of one seed are equal byte for byte; a town of another seed is not."""
    assert _bytes(3) == _bytes(3)
    assert _bytes(3) != _bytes(4)


def test_truth_does_not_depend_on_what_is_asked_first() -> None:
    """The answer sheet is the same before and after the events are read."""
    before, after = town(5, 5, 0.05), town(5, 5, 0.05)
    sheet = dict(before.truth)
    assert len(list(after.events())) == len(after)
    assert dict(after.truth) == sheet


def test_events_come_in_order_with_ids_of_their_own() -> None:
    """Events are ordered by (at, id), ids are unique, and all lie within the days asked for."""
    made = town(2, 8, 0.1)
    keys = [(parse_time(e["at"]), e["id"]) for e in made.events()]
    assert keys == sorted(keys)
    assert len({event_id for _, event_id in keys}) == len(keys)
    assert made.start <= keys[0][0]
    assert keys[-1][0] < made.start + 8 * DAY


def test_the_full_town_has_thirty_thousand_events_in_two_languages() -> None:
    """At scale 1 a month has at least 30,000 events, about half of them by people of each language."""
    made = town()
    events = list(made.events())
    assert len(events) >= 30_000
    langs = [e["post"]["lang"] for e in events if "lang" in e.get("post", {})]
    assert 0.42 < langs.count("zh") / len(langs) < 0.58
    assert len({e["kind"] for e in events}) >= 13


def test_an_answer_comes_after_what_it_answers() -> None:
    """Parents and roots are posts that were published earlier in the stream."""
    seen: set[str] = set()
    for event in town(6, 10, 0.1).events():
        post = event.get("post", {})
        for key in ("parent_id", "root_id"):
            assert key not in post or post[key] in seen
        if post:
            seen.add(post["id"])


def test_events_are_json_and_fresh() -> None:
    """Each event survives JSON, and changing one does not change the next reading."""
    made = town(1, 3, 0.03)
    first = list(made.events())
    text = json.dumps(first)
    assert json.loads(text) == first
    for event in first:
        event["account"]["name"] = "changed"
    assert json.dumps(list(made.events())) == text


@pytest.mark.parametrize(("days", "scale"), [(0, 1.0), (400, 1.0), (3, 0.0), (3, 101.0)])
def test_impossible_towns_are_refused(days: int, scale: float) -> None:
    """Days and scale out of bounds raise a located error."""
    with pytest.raises(UsageError) as caught:
        town(1, days, scale)
    assert caught.value.code in {"town/days", "town/scale"}
