"""Canonical text: camouflage is undone, ordinary text is left alone, places lead back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ombud.events.envelope import Account, Event, Post
from ombud.expr import folded
from ombud.signals.base import NoRegisters
from ombud.signals.text import LONGEST, signal
from ombud.signals.text.canonical import _applied, canonical, traced, undone
from ombud.signals.text.disguise import DISGUISES
from ombud.signals.text.found import MOST, hashtags, links, mentions
from ombud.signals.text.gate import Gate
from ombud.signals.text.language import language_of


def event(text: str | None) -> Event:
    return Event(id="e", at=0, kind="post", account=Account(id="a"), post=Post(text=text))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("加 薇 ♥ 信", "加微信"),
        ("加薇信号：abc", "加微信号:abc"),
        ("v信 vx", "微信 微信"),
        ("威信:abc12345", "微信:abc12345"),
        ("打 一三八 零零 一二三 四五六七八", "打 1380012345678"),
        ("①③⑧00138000", "13800138000"),
        ("call ❶③8", "call 138"),
        ("one three eight zero zero", "13800"),
        ("k i l l you", "kill you"),
        ("w.e.c.h.a.t me", "wechat me"),
        ("раyраl", "paypal"),
        ("z̸̢̛a̵l̶g̷o̴", "zalgo"),
        ("尼玛的", "你妈的"),
        ("你个sb", "你个傻逼"),
        ("fr3e m0ney", "free money"),
        ("加\u200b微\u200b信", "加微信"),
    ],
)
def test_camouflage_is_undone(written: str, said: str) -> None:
    """Number words, spacing, inserted and look-alike signs, sound and glyph variants."""
    assert canonical(written) == said


@pytest.mark.parametrize(
    "text",
    [
        "他领导的威信很高",
        "增加微博粉丝，增加威力",
        "约翰·史密斯 说",
        "我们 你们 他们",
        "里阿诺斯 著 北京大学",
        "香辣鸡腿卤肉饭",
        "一只手伸进裙底",
        "三百五十万人 一九九〇年代",
        "1.2.3.4 and 12.0.0.1",
        "b2b h2o m4w covid19",
        "nc state is in nc",
        "see https://a.b/w3b1x?v信 ok",
        "привет мир, как дела",
        "are r u a fan",
        "很开心(๑•.•๑)",
        "go team 🇺🇸🇨🇦",
        "100一份，t100一上线",
        "快递**的太慢",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Where nothing is hidden, nothing but folding happens."""
    expected = "三百五十万人 1990年代" if "九九" in text else folded(text)
    assert canonical(text) == expected


some_text = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="加微薇威信v x❤♥.·*一三八零〇138sbSB傻尼玛adkil раy①❶๑ \u0335@/:", max_size=60),
)


@given(some_text)
@example("\ud800加薇信")
@settings(max_examples=400, deadline=None)
def test_places_lead_back_to_the_original(text: str) -> None:
    """The traced form is the canonical one; each sign has a place inside the original text."""
    made, places = traced(text)
    assert made == canonical(text)
    assert len(places) == len(made)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(0 <= start < end <= len(text) for start, end in undone(text))


class Always(Gate):
    """A gate that lets every text through every step."""

    def may(self, text: str, step: int) -> bool:
        return True

    def spellings(self, text: str) -> list[tuple[int, str]]:
        found = [(at, one) for at in range(len(text)) for one in self._spellings if text.startswith(one, at)]
        return sorted(found, key=lambda pair: (pair[0], -len(pair[1]), self._spellings.index(pair[1])))


@given(some_text)
@settings(max_examples=40, deadline=None)
def test_the_gate_never_leaves_out_a_step(text: str) -> None:
    """Taking every step always gives what the gate's choice gives."""

    module: Any = sys.modules["ombud.signals.text.canonical"]
    quick = canonical(text)
    before = module._gate
    gate = _always(tuple(module._variants()))
    module._gate = lambda: gate
    try:
        assert canonical(text) == quick
    finally:
        module._gate = before


_MADE: dict[tuple[str, ...], Always] = {}


def _always(spellings: Sequence[str]) -> Always:
    return _MADE.setdefault(tuple(spellings), Always(spellings))


def test_edits_are_applied_from_the_left() -> None:
    """A list of replacements keeps what lies between them."""
    assert _applied("abcdef", [(1, 2, "X"), (4, 6, "")]) == "aXcd"


@pytest.mark.parametrize("name", sorted(DISGUISES))
def test_every_disguise_is_undone_on_a_plain_sentence(name: str) -> None:
    """What is hidden in each way is read again, but for a few words."""
    rng = Random(4)
    for sentence in ("加微信领取返利赌博13800138000", "transfer money and add me on telegram 13800138000"):
        hidden = DISGUISES[name](rng, sentence)
        kept = canonical(hidden).replace(" ", "")
        assert kept == canonical(sentence).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("今天天气不错", "zh"),
        ("今天去 Starbucks 喝咖啡", "zh"),
        ("What a lovely day to be out", "en"),
        ("I love 北京 and the food there", "en"),
        ("こんにちは、元気ですか", None),
        ("오늘 날씨가 좋네요", None),
        ("Сегодня хорошая погода", None),
        ("El perro está en la casa y no quiere salir", None),
        ("Je ne sais pas ce que vous voulez dire", None),
        ("Ich weiß nicht, was das ist und wo er wohnt", None),
        ("Não sei o que é isso para mim", None),
        ("12345 !!!", None),
        ("", None),
        ("asdf qwer zxcv", None),
    ],
)
def test_language(text: str, lang: str | None) -> None:
    """English and Chinese are told; other languages, numbers and noise are not known."""
    assert language_of(text) == lang


def test_what_a_text_names() -> None:
    """Mentions, links and hashtags are found as people write them, each once."""
    text = "@张三：看 https://a.example/x?y=1，#榆河风灾# 和 #storm @bob mail me@x.org @bob www.b.example."
    assert mentions(text) == ["张三", "bob"]
    assert links(text) == ["https://a.example/x?y=1", "www.b.example"]
    assert hashtags(text) == ["榆河风灾", "storm"]


def test_a_post_without_text_is_null() -> None:
    """Nothing said, nothing measured."""
    session = signal().session(NoRegisters())
    assert dict(session.measure(event(None)).values) == {}
    measured = session.measure(event("加 薇 信 abc"))
    assert measured.values["canonical"] == "加微信 abc"
    assert measured.values["lang"] == "zh"
    assert [(span.column, span.start, span.end) for span in measured.spans] == [("post.text", 1, 5)]
    assert measured.values.get("nothing") is None


@pytest.mark.parametrize(
    "text",
    [
        "微信" * 300_000,
        "加 " * 500_000,
        "a" + "\u0335" * 300_000,
        "\u202e\u2067" * 100_000 + "مرحبا" * 50_000,
        "@someone " * 10_000,
        "#" * 300_000,
        "#a" * 200_000,
        "1-" * 400_000,
        "http://" * 100_000,
        "one " * 200_000,
        "a.b@" * 200_000,
        "一 " * 300_000,
        "v信" * 200_000,
        "\ud800" * 100_000,
    ],
)
def test_hostile_texts_are_bounded(text: str) -> None:
    """A megabyte of anything is measured, with at most so many names kept."""
    measured = signal().session(NoRegisters()).measure(event(text))
    assert len(measured.values["mentions"]) <= MOST
    assert len(measured.values["hashtags"]) <= MOST
    assert len(measured.values["links"]) <= MOST
    assert len(measured.values["canonical"]) <= len(text) * 3 + LONGEST
    assert measured.values["lang"] in ("en", "zh", None)
