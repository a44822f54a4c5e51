"""Recycled: what was seen before, where and when first; nothing on what is new."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, MINUTE
from ombud.events.envelope import Account, Event, Media, Post
from ombud.signals.base import GivenRegisters, Measured, NoRegisters
from ombud.signals.quality.recycled import images, planted_texts
from ombud.signals.recycled import signal
from ombud.signals.recycled.images import read_pdq
from ombud.signals.recycled.memory import Keys
from ombud.signals.recycled.packing import packed, unpacked
from ombud.signals.recycled.session import MEMORY_DAYS
from ombud.signals.recycled.texts import Sketch
from ombud.signals.sets import Sets

STORY = (
    "大桥下的渔船昨夜被大浪打翻，三名船员在海上漂了六个小时后被路过的货轮救起，"
    "目前都已平安回到家中，家人十分激动。"
)
RNG = random.Random(1)
HASH = RNG.getrandbits(256)


def post(n: int, at: int, text: str | None = None, pdq: int | str | None = None, **more: Any) -> Event:
    value = f"{pdq:064x}" if isinstance(pdq, int) else pdq
    media = [Media("image", value)] if value is not None else None
    who = Account(more.pop("account", f"a{n}"))
    body = Post(id=more.pop("post", f"p{n}"), text=text, media=media)
    return Event(f"e{n:05}", at, more.pop("kind", "post"), who, audience="public", post=body)


def run(events: Iterable[Event], registers: Any = None) -> list[Measured]:
    session = signal().session(registers or NoRegisters())
    found = []
    for event in events:
        session.observe(event)
        found.append(session.measure(event))
    return found


def flipped(pdq: int, bits: int) -> int:
    for bit in random.Random(bits).sample(range(256), bits):
        pdq ^= 1 << bit
    return pdq


def test_an_old_story_is_found_with_its_post_and_date() -> None:
    """Edited and cut copies lead to the first post; its own words are new when first posted."""
    events = [
        post(1, HOUR, STORY),
        post(2, 40 * DAY, "刚看到！" + STORY.replace("，", " ")),
        post(3, 90 * DAY, STORY + "🙏", account="a1"),
    ]
    first, second, third = run(events)
    assert not first.values
    assert second.values == {
        "first_seen_at": HOUR,
        "first_seen_in": "p1",
        "age_days": 39,
        "kind": "text",
        "days_seen": 1,
        "is_own": False,
    }
    assert (third.values["first_seen_in"], third.values["days_seen"], third.values["is_own"]) == (
        "p1",
        2,
        True,
    )


def test_other_numbers_make_a_daily_text_new() -> None:
    """A frame that is filled in anew each day is no old text."""
    daily = "今天最高气温{}度，最低气温{}度，空气质量良，适合晾晒和户外活动，紫外线较强，出门请注意防晒补水。"
    assert all(
        not one.values for one in run(post(i, i * DAY, daily.format(20 + i, 10 + i)) for i in range(9))
    )


@pytest.mark.parametrize("bits", [0, 1, 16, 31])
def test_an_image_within_31_bits_is_the_same(bits: int) -> None:
    """However the bits are spread, every hash within the distance is found."""
    found = run([post(1, 0, pdq=HASH), post(2, 200 * DAY, pdq=flipped(HASH, bits))])[1]
    assert found.values["first_seen_in"] == "p1"
    assert (found.values["kind"], found.values["age_days"]) == ("image", 200)


def test_an_image_32_bits_away_is_another() -> None:
    """One bit beyond the distance is a new picture."""
    assert not run([post(1, 0, pdq=HASH), post(2, DAY, pdq=flipped(HASH, 32))])[1].values


@pytest.mark.parametrize("value", ["", "xyz", "0" * 64, "f" * 64, "0" * 63, "٣" * 64, "pdq:", "1" * 10_000])
def test_what_is_no_hash_or_of_a_flat_picture_is_passed_over(value: str) -> None:
    """Broken hashes and those that resemble every blank picture are not measured."""
    assert read_pdq(value) is None
    assert all(not one.values for one in run([post(1, 0, pdq=value), post(2, DAY, pdq=value)]))


def test_memory_ends_after_a_year_of_days() -> None:
    """A sighting 365 days back is known, one of the day before that is forgotten."""
    end = (MEMORY_DAYS + 20) * DAY + HOUR
    assert run([post(1, end - MEMORY_DAYS * DAY, pdq=HASH), post(2, end, pdq=HASH)])[1].values
    assert not run([post(1, end - MEMORY_DAYS * DAY - 2 * HOUR, pdq=HASH), post(2, end, pdq=HASH)])[1].values


def test_a_fresh_session_told_the_horizon_answers_as_an_old_one() -> None:
    """What is forgotten and what is frozen change no answer."""
    rng = random.Random(7)
    hashes = [rng.getrandbits(256) for _ in range(12)]
    texts = [STORY, STORY.replace("大桥", "灯塔").replace("渔船", "游艇"), "另外一个完全不同的长故事" * 4]
    at, events = 0, []
    for i in range(400):
        at += rng.randrange(4 * DAY)
        events.append(post(i, at, rng.choice([None, *texts]), flipped(rng.choice(hashes), rng.randrange(3))))
    told = run(events)
    for cut in (250, 330, 399):
        fresh = [event for event in events if event.at > events[cut].at - signal().horizon]
        assert run(fresh)[-(400 - cut) :] == told[-(400 - cut) :]


def test_reposts_are_not_asked_and_an_edit_is_not_a_copy_of_its_post() -> None:
    """A repost says itself that it is older; an edited post is not older than itself."""
    events = [
        post(1, 0, STORY),
        post(2, DAY, STORY, kind="repost"),
        post(3, 2 * DAY, STORY + "更新", kind="edit", post="p1"),
    ]
    assert all(not one.values for one in run(events))


def test_a_registered_original_is_older_than_memory() -> None:
    """Rows of the register give the first date and place, for images and texts."""
    row = {
        "key": f"pdq:{HASH:064x}",
        "kind": "image",
        "first_seen_at": -900 * DAY,
        "url": "https://a.example/1",
    }
    text = {"key": "t1", "kind": "text", "text": STORY, "first_seen_at": -30 * DAY, "title": "1999"}
    found = run(
        [post(1, 0, pdq=flipped(HASH, 9)), post(2, DAY, STORY)], GivenRegisters({"originals": [row, text]})
    )
    assert found[0].values["first_seen_in"] == "https://a.example/1"
    assert found[0].values["age_days"] == 900
    assert found[1].values["first_seen_in"] == "1999"


def test_frozen_keys_answer_as_open_ones() -> None:
    """Freezing changes the form of the memory and no answer."""
    rng = random.Random(3)
    one, other = Keys(), Keys()
    for number in range(500):
        key = rng.randrange(60)
        one.add(key, number)
        other.add(key, number)
    other.freeze()
    assert all(list(one.get(key)) == list(other.get(key)) for key in range(70))


def test_a_flood_is_remembered_once_a_day() -> None:
    """Of the very same image or text the first of each day is kept."""
    session = signal().session(NoRegisters())
    for i in range(5000):
        session.observe(post(i, i, STORY, HASH))
    last = post(6000, DAY, STORY, HASH)
    session.observe(last)
    assert session.measure(last).values["days_seen"] == 1


def test_planted_images_are_found_and_fresh_ones_not() -> None:
    """Recall and silence hold on made-up hashes."""
    assert all(score.holds for score in images(200))


@pytest.mark.data
def test_planted_texts_reach_the_floors(shared_dir: Path) -> None:
    """On the developers' posts old texts are found and other stories stay silent."""
    scores = planted_texts(Sets(shared_dir / "data"))
    assert len(scores) == 2
    assert all(score.holds for score in scores), scores


def test_hostile_posts_take_bounded_work() -> None:
    """A thousand images and a megabyte of text in one post are looked at to a limit."""
    many = Post(
        text="长" * 1_000_000, media=[Media("image", f"{RNG.getrandbits(256):064x}") for _ in range(1000)]
    )
    events = [
        Event(f"e{i}", i * MINUTE, "post", Account("a"), audience="public", post=many) for i in range(3)
    ]
    assert run(events)[2].values["first_seen_in"] == "e0"


def test_a_session_told_sketches_answers_as_one_told_events() -> None:
    """What is remembered of events is all that a session needs of them: texts, numbers, pictures, days."""
    rng = random.Random(9)
    texts = [STORY, STORY.replace("三名", "3名"), "短", "今天的潮汐表：" + "第12次轮渡改到下午六点开，" * 3]
    events = [
        post(n, n * DAY // 3, rng.choice(texts), rng.choice([None, HASH, flipped(HASH, 9), "no hash"]))
        for n in range(300)
    ]
    made = signal()
    whole, told = made.session(NoRegisters()), made.session(NoRegisters())
    for event in events:
        whole.observe(event)
        assert event.post is not None
        sketch = made.sketch(event)
        if sketch is not None:
            told.recall(event.at, event.account.id, event.post.id or event.id, sketch)
    asked = post(900, 101 * DAY, STORY, HASH)
    for session in (whole, told):
        session.observe(asked)
    assert told.measure(asked) == whole.measure(asked)
    assert told.measure(asked).values["days_seen"] > 20


def test_a_sketch_holds_no_word_and_a_repost_leaves_none() -> None:
    """Only numbers are kept, and only of what an account shows as its own."""
    sketch = signal().sketch(post(1, 0, STORY, HASH))
    assert sketch is not None
    assert len(sketch) < 120
    assert not any(sign.encode() in sketch for sign in STORY if sign not in "，。")
    assert signal().sketch(post(1, 0, STORY, kind="repost")) is None
    assert signal().sketch(post(1, 0, "短")) is None


@given(
    st.lists(st.integers(0, 2**256 - 1), max_size=20),
    st.none()
    | st.builds(
        Sketch,
        st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=12).map(tuple),
        st.lists(st.integers(0, 2**32 - 1), max_size=8).map(tuple),
    ),
)
def test_packing_is_undone_by_unpacking(images: list[int], text: Sketch | None) -> None:
    """Bytes in the archive give back exactly what was remembered; nothing gives no bytes."""
    data = packed(images, text)
    assert (data is None) is (text is None and not images)
    if data is not None:
        assert unpacked(data) == (images, text)
        for broken in (data[:-1], data + b"x", b""):
            with pytest.raises(ValueError, match="sketch"):
                unpacked(broken)
