"""Notices: everything that must be said is said, in both languages, in exact words."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import pytest

from ombud.measures.choose import Chosen
from ombud.redress.decide import preview
from ombud.redress.letter import fill, instant, number
from ombud.redress.words import RECEIPT_MARK, WORDS
from ombud.store import Store

Fails = Callable[..., None]


def test_both_languages_have_the_same_places() -> None:
    """Every sentence exists in both languages and has the same values to fill in."""
    for key, words in WORDS.items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (words.en, words.zh)
        ]
        assert fields[0] == fields[1], key
        assert words.en.strip(), key
        assert words.zh.strip(), key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_said(store: Store, life: Any, language: str) -> None:
    """Content, clause, facts, source, automation, public bodies, reasons, measures, correction, appeal."""
    with store.begin() as tx:
        life.whole(tx, "disable", post="p0")
        made = life.answered(tx, life.case(tx), facts=["The owner asked for it to go."])
        choice = life.choice(
            "disable", Chosen("posting_pause", 48), Chosen("product_links_off", 24), language=language,
            territory="DE", law="BGB § 823", public_body="the Ministry of X asked", earned="it sold",
        )  # fmt: skip
        body = preview(tx, made, choice, life.now).body
    both: dict[str, tuple[str, ...]] = {
        "en": (
            "> call p1 at home", "clause 4.4: Title 4.4", "Do not do it.", "Talking about it.", "BGB § 823",
            "The owner asked", "cc/phone", "A person decided; no machine did", "the Ministry of X asked",
            "carried no weight", "a private one", "a hint would leave",
            "item disabled, can be restored: this post only",
            "pause in posting: your account, in: DE", "from 2024-10-04 00:00 UTC until 2024-10-06 00:00 UTC",
            "nothing for you to correct", "Your standing is now 8 points", "until 2025-04-06",
            "free of charge",
            "within 14 days", "suspends by itself: product links", "court", RECEIPT_MARK,
        ),
        "zh": (
            "> call p1 at home", "第 4.4 条：标题 4.4", "不要这样做。", "谈论它。", "BGB § 823", "cc/phone",
            "由人作出决定", "不产生任何影响", "停止展示（可恢复）：仅限本帖文",
            "暂停发布：您的账号，地区：DE",
            "您目前的记分为 8 分", "免费申诉", "14 天", "自动中止：关闭商品链接", "法院", RECEIPT_MARK,
        ),
    }  # fmt: skip
    for words in both[language]:
        assert words in body


def test_a_public_body_is_named_or_denied(store: Store, life: Any) -> None:
    """Without one, the notice says that no public body had a part."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
        assert "No public body had a part" in preview(tx, made, life.choice("disable"), life.now).body


def test_the_language_is_the_contents(store: Store, life: Any) -> None:
    """A notice is in the language of the content, unless another is wanted."""
    from ombud.store import casework

    with store.begin() as tx:
        chinese = life.answered(tx, life.case(tx, post="电话在这里"))
        assert preview(tx, chinese, life.choice("disable"), life.now).plan.language == "zh"  # type: ignore[union-attr]
        case = life.case(tx)
        casework.triage(tx, case, language="zh")
        made = life.answered(tx, case)
        assert preview(tx, made, life.choice("disable"), life.now).body.startswith("您好")
        english = life.choice("disable", language="en")
        assert preview(tx, made, english, life.now).body.startswith("Hello")


def test_correction_words(store: Store, life: Any) -> None:
    """A correction says its hours, and whether it takes the strike away."""
    with store.begin() as tx:
        for post, said in (
            ("p1", "Then nothing is counted"),
            ("p2", "Then nothing"),
            ("p3", "counted all the"),
        ):
            made = life.answered(tx, life.case(tx, post=post))
            seen = preview(tx, made, life.choice("notice"), life.now)
            assert said in seen.body
            assert "24 hours" in seen.body
            life.decided(tx, made, life.choice("notice"))


def test_hostile_text(store: Store, life: Any) -> None:
    """Braces, marks and control characters in facts and reasons come out as they went in."""
    from dataclasses import replace

    with store.begin() as tx:
        made = life.answered(tx, life.case(tx, post="{0.__class__}"), facts=["{subject} \0 {{x}}"])
        body = preview(tx, made, replace(life.choice("disable"), reasons="{code} \u202e {"), life.now).body
        for words in ("{0.__class__}", "{subject} \0 {{x}}", "{code} \u202e {"):
            assert words in body
        life.decided(tx, made, life.choice("disable"))


def test_small_parts() -> None:
    """Explanations are filled from evidence; points and instants read well."""
    from fractions import Fraction

    assert fill("gives {post.text} for {x}", {"post.text": "CX347"}) == "gives CX347 for …"
    assert number(Fraction(3)) == "3"
    assert number(Fraction(7, 4)) == "1.8"
    assert instant(0) == "1970-01-01 00:00 UTC"
