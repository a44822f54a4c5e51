"""The prefilter may report too much and never too little; where it says "exact" it is."""

from __future__ import annotations

import hyperscan
import pytest
import re2
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from strategies import PIECES, patterns, q

from ombud.base.errors import RuleError
from ombud.expr import compile_rules, folded, prefilter, regex
from ombud.expr.lowercase import lower, table
from ombud.expr.needs import TextNeed
from ombud.expr.patterns import SHORT, any_of, regex_options
from ombud.expr.prefilter import TextScanner, plan_texts
from ombud.expr.scanform import even, even_bytes, scan_form

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
ASCII = st.text(alphabet=st.characters(max_codepoint=127), max_size=12)
ANY = st.one_of(ASCII, st.text(max_size=12), st.lists(st.sampled_from(PIECES), max_size=5).map("".join))


def fires(rule: str, text: str) -> bool:
    """Whether the compiled rule holds for a text."""
    rules = compile_rules({"r": rule}, {"text": str})
    expected = rules.evaluate({"text": text}, "r") is True
    found = rules.match([{"text": text}]) == [["r"]]
    assert found == expected, (rule, text)
    return found


@settings(SLOW, max_examples=400)
@given(ANY, ANY, ANY, st.integers(0, 11))
def test_every_part_of_a_text_is_found(before: str, part: str, after: str, kind: int) -> None:
    """What a text was built from is found in it, whatever the test and its case."""
    text = before + part + after
    assume(_encodes(part))
    rule, must = {
        0: (f"contains(text, {q(part)})", True),
        1: (f"contains(lower(text), {q(lower(part))})", True),
        2: (f"contains(lower(text), {q(part)})", False),
        3: (f"contains(folded(text), {q(part)})", False),
        4: (f"starts_with(lower(text), {q(lower(before + part))})", _encodes(before)),
        5: (f"ends_with(text, {q(part + after)})", _encodes(after)),
        6: (f"text LIKE {q('%' + part + '%')}", False),
        7: (f"text ILIKE {q('%' + part + '%')}", False),
        8: (f"regexp_matches(text, {q(_quoted(part))})", True),
        9: (f"regexp_matches(text, {q(_quoted(part))}, 'i')", True),
        10: (f"regexp_matches(lower(text), {q(_quoted(lower(part)))}, 'i')", True),
        11: (f"lower(text) = {q(lower(text) if _encodes(text) else '')}", _encodes(text)),
    }[kind]
    if must and not _encodes(rule):
        return
    assert fires(rule, text) or not must


def _quoted(text: str) -> str:
    return re2.escape(text).replace("\x00", r"\x00") if text else ""


def _encodes(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


@settings(SLOW, max_examples=600)
@given(patterns, st.booleans(), st.lists(ANY, min_size=1, max_size=6))
@example(r"k", True, ["\u212a", "K", "ſ"])
@example(r"[^k]", True, ["\u212a"])
@example(r"(?i)straſe", False, ["STRASE", "strase"])
@example(r"\bx\b", False, ["éxé", "x"])
@example(r"a$", False, ["a\n", "a"])
@example(r"(?m)a$", False, ["a\nb", "b"])
def test_patterns_are_never_missed(pattern: str, fold: bool, texts: list[str]) -> None:
    """For any pattern and text the compiled rule, in a batch, agrees with RE2 itself."""
    rule = f"regexp_matches(text, {q(pattern)}{', ' + q('i') if fold else ''})"
    try:
        rules = compile_rules({"r": rule}, {"text": str})
    except RuleError:
        assume(False)
    search = re2.compile(pattern.encode(), regex_options(fold=fold)).search
    found = rules.match([{"text": text} for text in texts])
    clean = [
        text if _encodes(text) else "".join(c if _encodes(c) else "\ufffd" for c in text) for text in texts
    ]
    assert [names == ["r"] for names in found] == [search(text.encode()) is not None for text in clean]


@settings(SLOW, max_examples=500)
@given(
    st.sampled_from(
        (
            "lower(text)",
            "folded(text)",
            "coalesce(text, other)",
            "lower(coalesce(other, text))",
            "folded(coalesce(text, other))",
            "coalesce(folded(text), lower(other))",
            "lower(folded(text))",
            "folded(lower(text))",
        )
    ),
    st.one_of(
        st.tuples(patterns, st.sampled_from(("", ", 'i'"))).map(
            lambda p: f"regexp_matches(@, {q(p[0])}{p[1]})"
        ),
        st.sampled_from(PIECES).map(lambda p: f"contains(@, {q(p)})"),
        st.sampled_from(PIECES).map(lambda p: f"@ LIKE {q('%' + p + '_')}"),
        st.sampled_from(PIECES).map(lambda p: f"@ = {q(p)}"),
        st.just("contains_any(@, 'words') AND length(text) < 20"),
        st.just("contains_all(@, 'words')"),
    ),
    st.lists(st.tuples(st.one_of(ANY, st.none()), st.one_of(ANY, st.none())), min_size=1, max_size=6),
)
@example("lower(text)", "regexp_matches(@, 'k')", [("\u212a", None), ("K", None)])
@example("lower(text)", "regexp_matches(@, 'if')", [("İF", None)])
@example("lower(text)", "regexp_matches(@, 'A')", [("A", None), ("a", None)])
@example(
    "folded(text)", "regexp_matches(@, '^fr.e')", [("fr\x01ee", None), ("FREE", None), ("ＦＲＥＥ", None)]
)
@example("folded(coalesce(text, other))", "contains(@, 'if')", [("İf", None)])
def test_forms_of_a_text_are_never_missed(
    form: str, test: str, rows: list[tuple[str | None, str | None]]
) -> None:
    """Tests of lower, folded and coalesced texts find what the plain evaluator finds."""
    rule = test.replace("@", form)
    try:
        rules = compile_rules({"r": rule}, {"text": str, "other": str}, lists={"words": list(PIECES[:30])})
    except RuleError:
        assume(False)
    batch = [{"text": text, "other": other} for text, other in rows]
    assert [names == ["r"] for names in rules.match(batch)] == [
        rules.evaluate(row, "r") is True for row in batch
    ]


@settings(SLOW, max_examples=600)
@given(patterns, st.booleans(), st.lists(ANY, min_size=1, max_size=6))
def test_atoms_alone_never_miss(pattern: str, fold: bool, texts: list[str]) -> None:
    """Literals alone, without whole patterns, are seen wherever RE2 finds the pattern."""
    try:
        search = re2.compile(pattern.encode(), regex_options(fold=fold)).search
    except re2.error:
        assume(False)
    found = regex.needs(pattern, fold=fold)
    assume(found.literals is not None and not any("\x00" in literal for literal in found.literals))
    plans, _ = plan_texts({0: (TextNeed("text", False, found.literals),)})
    clean = [text for text in texts if _encodes(text)]
    seen = {row for row, _, _ in TextScanner(plans[0]).scan(clean, lambda row: folded(clean[row]))}
    held = {row for row, text in enumerate(clean) if search(text.encode())}
    assert held <= seen
    planner = prefilter._Planner("text", [(0, TextNeed("text", False, found.literals, found.even))])
    planner.even = True
    assert held <= {
        row for row, _, _ in TextScanner(planner.plan()).scan(clean, lambda row: folded(clean[row]))
    }


@settings(SLOW, max_examples=200)
@given(
    st.lists(
        st.sampled_from(("free", "money", " ", "  ", "\t", "\n", "\r\n", "x", "\v", "\x00", "中")), max_size=9
    )
)
def test_evened_texts_keep_what_they_hold(parts: list[str]) -> None:
    """What is in a text is, evened, in the evened text; evening twice changes nothing."""
    text = "".join(parts)
    whole = even_bytes(text.encode())
    assert even_bytes(whole) == whole == even(text).encode()
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            assert even(text[start:end]).encode() in whole


def test_an_evened_column_still_tells_exact_texts_apart() -> None:
    """With many spaced patterns, literals with odd spaces are asked of the text as it stands."""
    rules = {
        f"p{i}": rf"regexp_matches(t, '\bword{i % 7}\s+thing{i % 11}\s+the\s+end\b', 'i')" for i in range(150)
    }
    rules |= {f"q{i}": rf"regexp_matches(t, 'the\s+(?:a|b|c|d|e|f|g|h|i|j)\s+of\s+{i}')" for i in range(150)}
    rules |= {"one": "contains(lower(t), 'free money')", "two": "contains(lower(t), 'free  money')"}
    compiled = compile_rules(rules, {"t": str})
    assert any(text.even for text in compiled._plan.texts)
    texts = ["free money", "FREE  money", "free\tmoney", "é free money", "é free  money", "the\na \t of\n5"]
    for text, names in zip(texts, compiled.match([{"t": text} for text in texts]), strict=True):
        assert names == [name for name in rules if compiled.evaluate({"t": text}, name)]
    assert compiled.match([{"t": "free money"}, {"t": "Free  Money"}]) == [["one"], ["two"]]


def test_a_pattern_that_is_too_long_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyperscan takes patterns up to a length; a longer one is looked for by its words, the rest whole."""
    compiled = []
    compile_ = prefilter._compile
    monkeypatch.setattr(prefilter, "_compile", lambda *a, **more: compiled.append(a) or compile_(*a, **more))
    long = "|".join(f"a{i}[bc]" for i in range(3_000))
    rules = compile_rules(
        {"long": f"regexp_matches(text, {q(long)})", "short": r"regexp_matches(text, 'x[yz]\d')"},
        {"text": str},
    )
    assert rules.match([{"text": "a7c xy1"}, {"text": "é a2999b"}, {"text": "a7d xy"}]) == [
        ["long", "short"], ["long"], []
    ]  # fmt: skip
    sizes = [len(pattern) for patterns_, *_ in compiled for pattern in patterns_]
    assert max(sizes) <= prefilter.LONGEST < len(long)
    with pytest.raises(hyperscan.error):
        compile_([b"a" * (prefilter.LONGEST + 1)], [0], [0])
    compile_([b"a" * prefilter.LONGEST], [0], [0])


def test_scan_form_joins_whatever_lower_and_re2_join() -> None:
    """``scan_form`` gives one form to a sign, its ``lower`` and all RE2 holds equal to it."""
    cased = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000 and chr(i).casefold() != chr(i)]
    cased += sorted({c.casefold() for c in cased if len(c.casefold()) == 1} | {lower(c) for c in cased})
    cased += [c.upper() for c in cased if len(c.upper()) == 1]
    everything = "".join(dict.fromkeys(cased))
    assert all(scan_form(lower(sign)) == scan_form(sign) for sign in everything)
    assert all(scan_form(chr(a)) == scan_form(chr(b)) for a, b in table().items())
    for sign in everything:
        equal = re2.compile(re2.escape(sign), regex_options(fold=True)).findall(everything)
        assert {scan_form(other) for other in equal} == {scan_form(sign)}


@settings(SLOW, max_examples=200)
@given(st.text(), st.text())
def test_scan_form_maps_sign_by_sign(left: str, right: str) -> None:
    """The scan form of a text is that of its parts, so a part is found in the whole."""
    assert scan_form(left + right) == scan_form(left) + scan_form(right)


@settings(SLOW)
@given(st.lists(ANY, min_size=1, max_size=12), ANY, st.sampled_from([0, SHORT]))
def test_many_words_are_found_as_each_by_itself(words: list[str], text: str, longer: int) -> None:
    """Searching for all words at once answers as asking for one after the other, in any length of text."""
    text += "x" * longer
    assert any_of(tuple(words))(text) is any(word in text for word in words)


def test_a_long_list_of_words_is_asked_in_three_values() -> None:
    """contains_any over many words is TRUE, FALSE and UNKNOWN as over few."""
    words = tuple(f"word{n}." for n in range(20))
    rules = compile_rules(
        {"any": "contains_any(text, 'words')", "none": "NOT contains_any(text, 'words')"},
        {"text": str},
        lists={"words": words},
    )
    rows = [{"text": "a word19. here"}, {"text": "word19 here"}, {"text": None}]
    assert rules.match(rows) == [["any"], ["none"], []]
