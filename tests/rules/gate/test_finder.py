"""Names and words are found in whatever spelling, and harmless literals are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.rules.gate.features import measures_people
from ombud.rules.gate.finder import entries, finder
from ombud.rules.gate.regexes import TooLargeError, spelt_out
from ombud.rules.gate.static import trial

LATIN = [
    entry.text
    for entry in entries()
    if entry.text.isascii() and entry.extent == "within" and entry.text.isalpha() and len(entry.text) > 4
]
HAN = [
    entry.text
    for entry in entries()
    if entry.extent == "within" and len(entry.text) > 2 and "\u4e00" <= entry.text[0] <= "\u9fff"
]


@given(st.sampled_from(LATIN), st.sampled_from([" ", ".", "-", "_", "\u200b", "*", " . "]))
def test_letters_apart_hide_no_name(name: str, gap: str) -> None:
    """Signs, spaces or invisible characters between the letters change nothing."""
    assert finder().find(gap.join(name)) is not None


@given(st.sampled_from(LATIN))
def test_look_alikes_hide_no_name(name: str) -> None:
    """Cyrillic and Greek letters, full width, capitals and digits for letters change nothing."""
    for table in (
        str.maketrans("aeopcx", "аеорсх"),
        {ord(sign): ord(sign) + 0xFEE0 for sign in "abcdefghijklmnopqrstuvwxyz"},
        str.maketrans("oe", "03"),
        str.maketrans("ai", "@1"),
    ):
        assert finder().find(name.lower().translate(table)) is not None
    assert finder().find(name.upper()) is not None


@given(st.sampled_from(HAN), st.sampled_from([" ", ".", "·", "x", "\u200b", "🙂"]))
def test_gaps_hide_no_chinese_name(name: str, gap: str) -> None:
    """Signs or letters between the characters change nothing."""
    assert finder().find(gap.join(name)) is not None


@pytest.mark.parametrize(
    "literal",
    [
        "xijinping",
        "gong chan dang",
        "xjp",
        "共chan党",
        "政fu",
        "負能量",
        "ПУТИН",
        "the g-o-v-e-r-n-m-e-n-t lies",
        "共产",
    ],
)
def test_readings_and_pieces_hide_no_name(literal: str) -> None:
    """Pinyin, initials, half pinyin, traditional characters and cut-off names are found."""
    assert finder().find(literal) is not None


@pytest.mark.parametrize(
    "literal",
    [
        "free money",
        "financial freedom",
        "加微信",
        "稳赚不赔",
        "网上访问",
        "旅游行程",
        "公司长期有效",
        "contact us now",
        "telegram",
        "base64",
        "kill you",
        "日赚500",
        "本人权利",
        "邀请愿意",
        "个人大额",
        "点击链接领取",
        "use my code",
        "your parcel",
        "gift card",
        "act now",
        "limited offer",
        "收集会员",
        "三星级",
        "最大使用",
        "http://",
        "vx",
        "whatsapp",
    ],
)
def test_harmless_literals_are_left_alone(literal: str) -> None:
    """Words of frauds, and words that only hold a name by chance, are no names."""
    assert finder().find(literal) is None


def test_a_narrowing_literal_may_hold_words_but_no_party() -> None:
    """What only keeps a rule from finding may speak of courts and rumours, but may spare no party."""
    assert finder("narrows").find("谣言") is None
    assert finder("narrows").find("市长") is None
    assert finder("narrows").find("Labour Party") is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "习.{0,2}近.{0,2}平",
        "[政証]府",
        "k(re|er)mlin",
        "(?i)pro(test|fit)",
        "c[o0]mm[uv]n[i1]st",
        r"kr\x65mlin",
        r"\QKremlin\E",
        "f.?r.?e.?e s.?p.?e.?e.?c.?h",
        "(?:a|b|c|d|e)?kremlin",
        "x{0,3}kremlin{1,2}",
    ],
)
def test_patterns_spell_out_what_they_hide(pattern: str) -> None:
    """Gaps, classes, alternatives and escapes are undone."""
    assert any(finder().find(text) for text in spelt_out(pattern))


@pytest.mark.parametrize("pattern", ["^习.平$", "(习|x1)(近平|y)", "普.{1}", "k.e.l.n"])
def test_patterns_are_tried_on_the_names(pattern: str) -> None:
    """A pattern that covers a name and hardly any ordinary text names it."""
    assert trial("finds").named(pattern, fold=True) is not None


@pytest.mark.parametrize(
    "pattern",
    [".*", "[0-9]{11}", r"\p{Han}{2,4}", "https?://", "(.)\\1{5,}", "[A-Z]{2}[0-9]{3,4}", "加(微|v|薇)"],
)
def test_ordinary_patterns_name_nothing(pattern: str) -> None:
    """Numbers, links, flights and the like are no names."""
    assert trial("finds").named(pattern, fold=False) is None
    assert not any(finder().find(text) for text in spelt_out(pattern))


def test_a_hostile_pattern_costs_little_or_is_refused() -> None:
    """Thousands of alternatives beside each other end, or are too large to be read."""
    for pattern in (
        "(a|b|c|d|e|f|g|h)" * 2000,
        "(a?b?c?d?e?f?){30}" * 50,
        "a" * 100_000,
        "(" * 50 + "a|b" + ")?" * 50,
    ):
        try:
            spelt_out(pattern)
        except TooLargeError:
            continue


@pytest.mark.parametrize(
    ("column", "measures"),
    [
        ("extra.political_score", True),
        ("extra.politicalScore", True),
        ("extra.zhengnengliang", True),
        ("extra.social_credit", True),
        ("extra.party", True),
        ("extra.ccp_stance", True),
        ("extra.government_critic", True),
        ("extra.sentiment2", True),
        ("extra.toxicity", False),
        ("extra.spam_score", False),
        ("extra.image_hash", False),
        ("extra.third_party_client", False),
        ("extra.trace_id", False),
        ("extra.device_age_days", False),
        ("extra.critical_error", False),
    ],
)
def test_features_that_measure_people_are_told_by_their_name(column: str, measures: bool) -> None:
    """Opinion, belief, identity and worth are no features of a rule; fraud and spam are."""
    assert measures_people(column) is measures
