"""The town is a pure function of its seed, and its events are well formed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, parse_time
from ombud.base.errors import UsageError
from ombud.events.decode import decoder, unknown_fields
from ombud.town import HARMS, Town, town
from ombud.town.grammar import WORDINGS


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


def test_the_full_town_has_thirty_thousand_events_in_two_languages(full_events: list[dict[str, Any]]) -> None:
    """At scale 1 a month has at least 30,000 events, about half of them by people of each language."""
    assert len(full_events) >= 30_000
    langs = [e["post"]["lang"] for e in full_events if "lang" in e.get("post", {})]
    assert 0.42 < langs.count("zh") / len(langs) < 0.58
    assert len({e["kind"] for e in full_events}) == 14  # every kind but outcome, which reviews make


def test_every_event_decodes_as_an_event(full_events: list[dict[str, Any]]) -> None:
    """The room of events takes every event, and no field is unknown to it."""
    decode = decoder()
    encoder = msgspec.json.Encoder()
    for event in full_events:
        raw = encoder.encode(event)
        made = decode(raw)
        assert made.id == event["id"]
        assert made.at == parse_time(event["at"])
    assert not any(unknown_fields(encoder.encode(event)) for event in full_events[::50])


def test_life_has_a_rhythm_and_a_few_who_talk_most(full_events: list[dict[str, Any]]) -> None:
    """Evenings are livelier than nights, and a tenth of the accounts makes over a quarter of the posts."""
    hours = Counter((int(e["at"][11:13]) + 8) % 24 for e in full_events)
    assert hours[20] > 8 * hours[3]
    posts = sorted(Counter(e["account"]["id"] for e in full_events if "post" in e).values(), reverse=True)
    assert sum(posts[: len(posts) // 10]) > sum(posts) / 4


def test_ordinary_texts_seldom_repeat(full: Town, full_events: list[dict[str, Any]]) -> None:
    """Most ordinary posts are said in words of their own."""
    said = [e["post"]["text"] for e in full_events if e["kind"] == "post" and e["id"] not in full.truth]
    assert len(set(said)) > 0.85 * len(said)


def test_a_renamed_account_keeps_its_new_name(full_events: list[dict[str, Any]]) -> None:
    """After a profile event the account's later events carry the name it then took."""
    names: dict[str, str] = {}
    renames = 0
    for event in full_events:
        account = event["account"]
        if "name" not in account:
            continue
        if event["kind"] == "profile":
            renames += names.get(account["id"], account["name"]) != account["name"]
            names[account["id"]] = account["name"]
        assert names.setdefault(account["id"], account["name"]) == account["name"]
    assert renames > 20


def test_protected_speech_is_named_and_never_a_breach(full: Town) -> None:
    """Criticism, protest, petition and satire are listed, by the hundred, and none is planted as a breach."""
    assert len(full.protected) > 2500
    assert not any(t.breach for i in full.protected if i in full.truth for t in full.truth[i].all())


@pytest.mark.parametrize(("days", "scale"), [(1, 0.01), (2, 0.02), (45, 0.02)])
def test_odd_sizes_live_too(days: int, scale: float) -> None:
    """A town of one day, of hardly anybody, or of six weeks is still ordered, unique and planted."""
    made = town(9, days, scale)
    keys = [(parse_time(e["at"]), e["id"]) for e in made.events()]
    assert keys == sorted(set(keys))
    assert {t.harm for t in made.truth.values() if t.breach} == set(HARMS)


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


def _planted(made: Town) -> list[tuple[str, bool, str]]:
    return [(i.harm, i.breach, i.lang) for i in made.incidents]


def _texts(made: Town, *, planted: bool) -> set[str]:
    """Return the texts of the town's planted events, or of the others."""
    events = (e for e in made.events() if (e["id"] in made.truth) == planted and "post" in e)
    return {e["post"].get("text", "") for e in events}


@pytest.mark.parametrize("wording", WORDINGS[1:])
def test_another_wording_plants_the_same_incidents_in_other_words(wording: str) -> None:
    """Harms, sides and languages stay, the planted texts change, and a seed gives the same bytes."""
    one, other = town(3, 5, 0.02), town(3, 5, 0.02, wording=wording)
    assert _planted(one) == _planted(other)
    assert _texts(one, planted=True) != _texts(other, planted=True)
    assert list(other.events()) == list(town(3, 5, 0.02, wording=wording).events())
    decode = decoder()
    for event in other.events():
        assert decode(msgspec.json.encode(event)).id == event["id"]


def test_a_wording_that_does_not_exist_is_refused() -> None:
    """A name that no phrase file has is an error that lists the wordings."""
    with pytest.raises(UsageError, match="wording"):
        town(wording="fourth")
