"""A kind word does not clear abuse: nobody gets round a rule by adding one."""

from __future__ import annotations

import msgspec
import pytest

from ombud.base.settings import cache_folder
from ombud.conduct.loader import load_code
from ombud.events.envelope import Event
from ombud.rules.bind import BoundRules, bind, rule_columns
from ombud.rules.testing import events_of, registers_of

HARMS = ("harassment", "threat")

KIND = (
    *["爱你", "么么", "抱抱", "亲亲", "想你了", "开玩笑", "哈哈", "哈哈哈", "别放心上"],
    *["生日快乐", "加油", "谢谢你", "宝宝", "保重", "恭喜", "心疼你", "狗头"],
    *[
        "i love you",
        "love you",
        "i miss you",
        "miss you",
        "xoxo",
        "just kidding",
        "lol",
        "haha",
        "jk",
        "lmao",
        "joking",
        "happy birthday",
        "thank you",
        "bless you",
        "congratulations",
        "get well",
        "cake",
        "❤",
        "💕",
        "😘",
        "😍",
        "🥰",
    ],
)
"""Words of affection and laughter, most of which once cleared a text."""


@pytest.fixture(scope="module")
def bound() -> BoundRules:
    """Return the rules of the two codes that forbid abuse and threats."""
    codes = [load_code(name, rule_columns()) for name in ("clear-culture", "personal-media-2023")]
    return bind(codes, cache_dir=cache_folder())


def _with(event: Event, words: str) -> Event:
    assert event.post is not None and event.post.text is not None
    text = event.post.text
    stop = "" if text[-1] in "。！？.!?～~" else "。" if "\u4e00" <= text[-1] <= "\u9fff" else "."
    return msgspec.structs.replace(
        event, post=msgspec.structs.replace(event.post, text=f"{text}{stop} {words}")
    )


@pytest.mark.parametrize("words", KIND)
def test_a_kind_word_at_the_end_does_not_clear_abuse(bound: BoundRules, words: str) -> None:
    """Each positive test of each rule on abuse and threats holds with the word added to every text."""
    cleared = []
    for item in bound.rules:
        if item.clause.harm not in HARMS:
            continue
        for test in item.rule.tests:
            if test.kind != "matches":
                continue
            events = [_with(event, words) for event in events_of(test)]
            session = bound.session(registers_of(test))
            session.match(events)
            if session.evaluate(events[-1], item.name) is not True:
                cleared.append((item.rule.id, test.name))
    assert cleared == []
