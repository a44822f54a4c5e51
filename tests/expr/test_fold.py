"""``folded`` gives one form to spellings that look or mean the same."""

from __future__ import annotations

import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ombud.expr import compile_rules, folded
from ombud.expr.fold import MAX_ROUNDS, _fold

HARD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "KſİıßẞΣςσǅŉﬁÅ軟體軟件頭髮發鐘錶後裏乾隆著台臺\u0301\u0307\u0345\u200b\u200d\ufe0f０🚀👩‍🚀가ㅤ\x00"
        ),
        st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xF900, max_codepoint=0xFAFF),
        st.characters(min_codepoint=0x300, max_codepoint=0x36F),
    ),
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(HARD)
@example("İstanbul")
@example("\u0345\u0301ΑΣ")
@example("\ud800軟體\udfff")
@example("ſ\u0307İ\u200dK")
def test_folding_twice_changes_nothing(text: str) -> None:
    """``folded`` is idempotent for any text: Chinese, emoji, combining marks, lone surrogates."""
    once = folded(text)
    assert folded(once) == once


def test_folding_every_sign_is_idempotent_and_needs_few_rounds() -> None:
    """Every code point alone settles long before the bound on rounds."""
    for start in range(0, sys.maxunicode + 1, 0x400):
        signs = [chr(i) for i in range(start, start + 0x400) if not 0xD800 <= i < 0xE000]
        text = " ".join(signs)
        once = folded(text)
        assert folded(once) == once
        assert _fold(_fold(text)) == _fold(text)
    assert MAX_ROUNDS == 8


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_equals_the_long_one(text: str) -> None:
    """For ASCII the shortcut gives what all the steps give."""
    assert folded(text) == _fold(text)


def test_what_folding_joins() -> None:
    """Width, script variant, case, ligatures and invisible signs are folded away."""
    assert folded("ＦＲＥＥ　Ｍｏｎｅｙ") == "free money"
    assert folded("軟體") == folded("软体") == "软体"
    assert folded("f\u200br\u00ade\u2060e") == "free"
    assert folded("ﬁ Straße \u212a ſ") == "fi strasse k s"
    assert folded("fr\x01ee\x7f\t!") == "free\t!"


def test_literals_beside_folded_are_folded() -> None:
    """A literal compared with ``folded(...)`` is folded when the rule is compiled; wildcards stay."""
    rules = compile_rules(
        {
            "contains": "contains(folded(text), '軟體')",
            "equal": "folded(text) = 'ＡＢ'",
            "in": "folded(text) IN ('ＡＢ', 'x')",
            "like": "folded(text) LIKE '%軟_％%'",
            "list": "contains_any(folded(text), 'words')",
            "member": "in_list(folded(text), 'words')",
        },
        {"text": str},
        lists={"words": ["ＡＢ"]},
    )
    assert rules.match([{"text": "下載软体"}, {"text": "ab"}, {"text": "软体%"}]) == [
        ["contains"],
        ["equal", "in", "list", "member"],
        ["contains", "like"],
    ]
