"""Copies: the same facts or another text, exact counts over a day, bounded by what is told."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, MINUTE
from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import GivenRegisters, Measured, NoRegisters
from ombud.signals.copies import signal
from ombud.signals.copies.align import align
from ombud.signals.copies.facts import compare
from ombud.signals.copies.written import plain_text, sketch_of, written
from ombud.signals.quality.copies import average_precision, pairs, quality
from ombud.signals.sets import Sets, read_set

OWN = Path(__file__).parent / "data" / "copies.jsonl"

ALERT = "今天傍晚本市将有雷雨大风，请市民关好门窗，收起阳台物品，尽量减少外出，注意交通安全。"


def post(number: int, at: int, text: str | None, account: str = "", kind: str = "post", **more: Any) -> Event:
    who = Account(account or f"a{number}")
    return Event(f"e{number:05}", at, kind, who, audience="public", post=Post(text=text, **more))


def run(events: Iterable[Event], registers: Any = None) -> list[Measured]:
    session = signal().session(registers or NoRegisters())
    found = []
    for event in events:
        session.observe(event)
        found.append(session.measure(event))
    return found


def sizes(found: Iterable[Measured]) -> list[Any]:
    return [(one.values.get("cluster_size"), one.values.get("template_size")) for one in found]


@pytest.mark.parametrize("row", list(read_set(OWN)), ids=lambda row: f"{row['template']}-{row['kind']}")
def test_pairs_written_by_hand_are_told_apart(row: dict[str, Any]) -> None:
    """Evasive edits make no other text; another number, name, place or a denial does."""
    assert compare(plain_text(row["a"]), plain_text(row["b"])).same == bool(row["label"])


@pytest.mark.data
def test_labelled_pairs_reach_the_floors(shared_dir: Path) -> None:
    """On the developers' pairs average precision, precision and recall hold their floors."""
    scores = quality(Sets(shared_dir / "data"))
    assert scores
    assert all(score.holds for score in scores), scores


def test_copies_of_a_day_are_counted_with_their_accounts_and_beginning() -> None:
    """Size counts posts, accounts count once, first_seen and span tell when it began."""
    events = [
        post(1, HOUR, ALERT),
        post(2, 2 * HOUR, "转发：" + ALERT + "🙏", "b"),
        post(3, 3 * HOUR, ALERT.replace("，", " "), "b"),
    ]
    assert run(events)[-1].values == {
        "cluster_size": 3,
        "cluster_accounts": 2,
        "cluster_first_seen": HOUR,
        "cluster_span": 7200,
        "template_size": 3,
        "template_accounts": 2,
        "template_first_seen": HOUR,
        "template_span": 7200,
        "registered": False,
    }


def test_a_frame_with_other_facts_is_one_template_and_several_clusters() -> None:
    """Filled-in frames count together as template, each set of facts alone as cluster."""
    frame = (
        "恭喜用户{}获得本期一等奖，奖品为最新款手机一部，请在三天内联系客服领取，逾期视为放弃，感谢您的支持。"
    )
    names = ["王小明", "李建国", "陈美丽", "王小明"]
    found = run(post(i, HOUR + i * MINUTE, frame.format(name)) for i, name in enumerate(names))
    assert sizes(found) == [(1, 1), (1, 2), (1, 3), (2, 4)]


def test_a_window_holds_events_after_now_less_a_day() -> None:
    """A copy exactly 24 hours old is out, one a moment younger is in, over midnight too."""
    start = 3 * DAY + 20 * HOUR
    found = run([post(1, start, ALERT), post(2, start + 1, ALERT), post(3, start + DAY, ALERT)])
    assert sizes(found) == [(1, 1), (2, 2), (2, 2)]


def test_an_account_on_both_sides_of_midnight_counts_once() -> None:
    """Distinct accounts are counted over the whole window, not a day at a time."""
    events = [post(i, DAY - 3 * HOUR + i * HOUR, ALERT, account) for i, account in enumerate("abcaabd")]
    found = [one.values["cluster_accounts"] for one in run(events)]
    assert found == [1, 2, 3, 3, 3, 3, 4]


TEXTS = st.sampled_from(
    [
        ALERT,
        ALERT + "转！",
        ALERT.replace("今天", "明天"),
        ALERT.replace("傍晚", "夜里3点"),
        "短短的话",
        "早上好大家吃了吗",
    ]
    + [
        f"第{i}期抽奖开始了，转发这条并关注我们，下周抽{i}位朋友送出礼物一份，记得来看结果哦"
        for i in range(4)
    ]
)


@given(
    st.lists(st.tuples(st.integers(0, 9 * HOUR), TEXTS, st.sampled_from("abcd")), min_size=1, max_size=40),
    st.data(),
)
def test_a_fresh_session_told_the_horizon_answers_as_an_old_one(
    told: list[tuple[int, str, str]], data: st.DataObject
) -> None:
    """State is a pure function of the events within the horizon, in order."""
    at, events = 0, []
    for i, (gap, text, account) in enumerate(told):
        at += gap
        events.append(post(i, at, text, account))
    cut = data.draw(st.integers(0, len(events) - 1))
    horizon = events[cut].at - signal().horizon
    fresh = [event for event in events if event.at > horizon]
    kept = len(events) - cut
    assert run(events)[-kept:] == run(fresh)[-kept:]


def test_counts_agree_with_counting_by_hand() -> None:
    """Exact copies over four days: size and accounts as plain counting gives them."""
    rng = random.Random(2)
    at, events = 0, []
    for i in range(600):
        at += rng.randrange(20 * MINUTE)
        text = rng.choice([ALERT, "转发", "我们小区明天上午九点到十一点停水，请提前储水，谢谢大家理解和配合"])
        events.append(post(i, at, text, rng.choice("abcdefgh")))
    for i, found in enumerate(run(events)):
        now = events[i]
        same = [e for e in events[: i + 1] if e.at > now.at - DAY and e.post.text == now.post.text]  # type: ignore[union-attr]
        if now.post.text == "转发":  # type: ignore[union-attr]
            assert not found.values
        else:
            accounts = {event.account.id for event in same}
            assert found.values["cluster_size"] == len(same)
            assert found.values["cluster_accounts"] == len(accounts)


def test_registered_texts_are_known_and_a_scam_appended_is_not_covered() -> None:
    """A copy of a registered alert is registered; with a link or another fact in it, it is not."""
    registers = GivenRegisters({"alerts": [{"key": "w1", "text": ALERT}], "originals": []})
    events = [
        post(1, HOUR, "求扩散 " + ALERT),
        post(2, HOUR + 1, ALERT + " http://scam.example.com/x"),
        post(
            3, HOUR + 2, ALERT + "加微信领取防灾礼包一份，限前一百名，先到先得，过期不候，赶快联系我们的客服"
        ),
        post(4, HOUR + 3, ALERT.replace("雷雨大风", "八级地震")),
    ]
    assert [one.values["registered"] for one in run(events, registers)] == [True, False, False, False]
    assert run(events[:1], registers)[0].values["registered_as"] == "w1"


def test_what_says_too_little_is_not_measured() -> None:
    """No text, a greeting, emoji or a bare forward give NULL; a repost's quoted part is not its own."""
    texts = [None, "", "早上好", "😂😂😂😂😂😂😂😂😂😂😂😂", "转发//@某人:" + ALERT]
    assert all(not one.values for one in run(post(i, i, text) for i, text in enumerate(texts)))


def test_an_edit_is_measured_as_the_post_it_leaves_behind() -> None:
    """The event that a rule sees after an edit gets what the edit was counted as."""
    session = signal().session(NoRegisters())
    session.observe(post(1, 1, ALERT))
    session.observe(post(2, 2, ALERT, "x", kind="edit"))
    assert session.measure(post(2, 2, ALERT, "x")).values["cluster_size"] == 2
    assert not session.measure(post(3, 3, "别的话说了这么多也没有用", "x")).values


@given(st.text(max_size=60), st.text(max_size=60))
def test_laying_texts_side_by_side_loses_nothing(first: str, second: str) -> None:
    """The gaps and what agrees between them are the whole of both texts."""
    found = align(first, second)
    assert found is not None
    i = j = matched = 0
    for gap in found.gaps:
        same = gap.start - i
        assert first[i : gap.start] == second[j : gap.begin]
        matched, i, j = matched + same, gap.end, gap.stop
    assert first[i:] == second[j:]
    assert matched + len(first) - i == found.matched


@given(st.text(max_size=80))
def test_writing_of_the_same_letters_is_the_same_text(text: str) -> None:
    """What is compared holds letters and digits alone, and taking it again changes nothing it keeps."""
    plain = plain_text(text)
    assert all(char.isalnum() or char == "·" for char in plain)
    assert sketch_of(plain) == sketch_of(plain)
    assert compare(plain, plain).same or not plain


def test_hostile_texts_are_read_to_a_limit() -> None:
    """A megabyte, runs of marks, a lone surrogate and one letter repeated are measured like others."""
    texts = [
        "数据" * 500_000,
        "e" + "\u0301\u0316" * 400_000 + "Ａ",
        "a" * 1_000_000,
        "\ud800" * 100,
        "a.com" * 9999,
    ]
    texts += ["<" * 100_000 + "a." * 50_000 + "com", "1." * 200_000 + "x" * 20]
    for i, found in enumerate(run(post(i, i, text) for i, text in enumerate(texts * 2))):
        assert found.values.get("cluster_size", 1) in (1, 2), i


def test_a_flood_of_the_same_and_a_flood_of_variants_stay_cheap() -> None:
    """A hundred thousand copies, and thousands of filled-in frames, are counted exactly."""
    session = signal().session(NoRegisters())
    for i in range(100_000):
        session.observe(post(i, i, ALERT, f"a{i % 700}"))
    last = post(100_000, 100_000, ALERT, "a1")
    session.observe(last)
    assert session.measure(last).values["cluster_size"] == 100_001
    assert session.measure(last).values["cluster_accounts"] == 700
    found = run(post(i, i, f"{ALERT[:20]}编号{i * 7919 % 100_000:05}{ALERT[20:]}") for i in range(2000))
    assert found[-1].values["template_size"] == 2000
    assert found[-1].values["cluster_size"] == 1


def test_average_precision_takes_equal_scores_together() -> None:
    """The area does not depend on the order of items with one score."""
    assert (
        average_precision([(1.0, True), (1.0, False)])
        == average_precision([(1.0, False), (1.0, True)])
        == 0.5
    )
    assert average_precision([(2.0, True), (1.0, False)]) == 1.0


def test_own_pairs_hold_their_floors() -> None:
    """The set written by hand is split by template and measured like the labelled one."""
    assert len(pairs(read_set(OWN), "template")) >= 10
    assert all(json.loads(line)["template"] for line in OWN.read_text("utf-8").splitlines())


def test_sketches_of_edited_copies_meet() -> None:
    """An edit changes only the pieces around it."""
    one, other = written(ALERT * 2), written((ALERT * 2).replace("门窗", "门"))
    assert one is not None
    assert other is not None
    assert len(set(one.sketch) & set(other.sketch)) >= len(one.sketch) // 2
