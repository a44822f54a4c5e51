# ruff: noqa: E501
"""Random rows and random rules of every kind, dense in the places where languages differ."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

COLUMNS: dict[str, Any] = {
    "id": str,
    "at": datetime,
    "post.text": str,
    "name": str,
    "n": int,
    "m": int,
    "x": float,
    "y": float,
    "ok": bool,
    "own": bool,
    "seen": datetime,
    "urls": list[str],
    "ns": list[int],
    "xs": list[float],
}

PIECES = (
    "free money", "FREE", "Money", "a", "A", "b", "k", "K", "\u212a", "s", "S", "ſ", "i", "I", "İ", "ı", "ß", "ẞ", "ss",
    "Σ", "σ", "ς", "中", "國", "国", "軟體", "软件", "🚀", "💰💰", "é", "e\u0301", "É", "\x00", "\u200b", "０", "7", "42",
    "%", "_", "'", "\\", ".", "bit.ly", "http://t.me/x", "\n", " ", "  ", "ǅ", "ŉ", "ﬁ", "Å", "\u212b", "@bob", "!",
    "\U00010400", "\U0001d400", "ab", "foo-bar", "x_y",
)  # fmt: skip

LISTS = {
    "spam": ["free money", "İ", "國"],
    "one": ["a"],
    "none": [],
    "marks": ["%", "_", "K", "ſ"],
}

INTS = (0, 1, -1, 2, 3, 7, -7, 10, 100, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), -(2**62))
DOUBLES = (0.0, -0.0, 0.5, 1.0, -1.5, 2.0, 3.25, 7.0, 1e308, -1e308, 5e-324, 2.0**53, 9007199254740993.0)
DAY = 86_400_000_000
START = 1_700_000_000_000_000


def random_text(rng: random.Random) -> str:
    """A text of some pieces."""
    pieces = [rng.choice(PIECES) for _ in range(rng.choice((0, 1, 1, 2, 3, 4, 6)))]
    return rng.choice(("", "", " ")).join(pieces)


def random_row(rng: random.Random, n: int) -> dict[str, Any]:
    """A row; about a fifth of its values are NULL."""

    def maybe(value: Any) -> Any:
        return None if rng.random() < 0.2 else value

    return {
        "id": f"e{n:04d}",
        "at": START + (n // 3) * 1_000_000 * rng.choice((1, 1, 60)),
        "post.text": maybe(random_text(rng)),
        "name": maybe(rng.choice(PIECES)),
        "n": maybe(rng.choice(INTS)),
        "m": maybe(rng.choice(INTS)),
        "x": maybe(rng.choice(DOUBLES)),
        "y": maybe(rng.choice(DOUBLES)),
        "ok": maybe(rng.random() < 0.5),
        "own": maybe(rng.random() < 0.5),
        "seen": maybe(START - rng.choice((0, 1, 3_600_000_000, DAY, 400 * DAY, -DAY))),
        "urls": maybe([maybe(rng.choice(PIECES)) for _ in range(rng.choice((0, 1, 2, 3)))]),
        "ns": maybe([maybe(rng.choice(INTS)) for _ in range(rng.choice((0, 1, 2, 3)))]),
        "xs": maybe([maybe(rng.choice(DOUBLES)) for _ in range(rng.choice((0, 1, 2, 3)))]),
    }


def pool(count: int, seed: int = 20260901) -> list[dict[str, Any]]:
    """Fixed rows in (at, id) order."""
    rng = random.Random(seed)
    rows = [random_row(rng, n) for n in range(count)]
    rows.sort(key=lambda row: (row["at"], row["id"]))
    long = random_text(rng) * 400
    rows[count // 2]["post.text"] = long
    return rows


def q(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


texts = st.one_of(
    st.sampled_from(PIECES),
    st.lists(st.sampled_from(PIECES), max_size=3).map("".join),
    st.just(""),
)

_ATOMS = st.one_of(
    st.sampled_from(PIECES).map(lambda p: "".join("\\" + c if c in r"\.+*?()|[]{}^$" else c for c in p)),
    st.sampled_from(
        (r"\w", r"\d", r"\s", r"\S", r"\W", r"\b", r"\B", ".", "[a-k]", "[^a]", "[A-Z]", "[!?]", r"[^\s]", "^", "$",
         "[ks]", r"[^k-s]", "(?i:k)", "(?i)s", r"\x{17f}", r"\x{212a}", "[\\x{80}-\\x{ffff}]", r"\pL", r"[[:alpha:]]",
         r"\n", "(?s).", "[^[:space:]]", r"[\w.]", "中", r"\Qa.b\E", r"\x41", r"\z", r"\A", "[İı]", "ſ", "[σς]"),
    ),
)  # fmt: skip


def _repeat(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counted = st.sampled_from(("*", "+", "?", "{2}", "{0,3}", "{1,}", "*?"))
    return st.one_of(
        st.tuples(inner, counted).map(lambda p: f"(?:{p[0]}){p[1]}"),
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({'|'.join(p)})"),
    )


patterns = st.recursive(_ATOMS, _repeat, max_leaves=5)

_SIGNS = st.sampled_from(("=", "!=", "<", "<=", ">", ">=", "<>"))
_TEXT_COLUMNS = st.sampled_from(("post.text", "name"))


@st.composite
def text_values(draw: st.DrawFn, depth: int = 2, *, var: str | None = None) -> str:
    """A text expression."""
    column = var if var is not None and draw(st.booleans()) else draw(_TEXT_COLUMNS)
    kind = draw(st.integers(0, 7 if depth > 0 else 3))
    match kind:
        case 0 | 1:
            return column
        case 2:
            return f"lower({column})"
        case 3:
            return f"folded({draw(_TEXT_COLUMNS)})"
        case 4:
            inner = draw(text_values(depth - 1, var=var))
            return f"coalesce({inner}, {draw(text_values(depth - 1, var=var))})"
        case 5:
            return f"lower({draw(text_values(depth - 1, var=var))})"
        case 6:
            condition = draw(conditions(depth - 1, var=var))
            return f"CASE WHEN {condition} THEN {draw(text_values(depth - 1, var=var))} ELSE {q(draw(texts))} END"
        case _:
            return q(draw(texts))


@st.composite
def ints(draw: st.DrawFn, depth: int = 2, *, var: str | None = None) -> str:
    """An integer expression."""
    match draw(st.integers(0, 7 if depth > 0 else 1)):
        case 0:
            return draw(st.sampled_from(("n", "m")))
        case 1:
            return str(draw(st.sampled_from(INTS)))
        case 2:
            return f"length({draw(text_values(depth - 1, var=var))})"
        case 3:
            return f"-({draw(ints(depth - 1))})"
        case 4:
            return f"coalesce({draw(ints(depth - 1))}, {draw(ints(depth - 1))})"
        case 5:
            return f"CASE WHEN {draw(conditions(depth - 1))} THEN {draw(ints(depth - 1))} END"
        case _:
            op = draw(st.sampled_from(("+", "-", "*", "//", "%")))
            return f"({draw(ints(depth - 1))} {op} {draw(ints(depth - 1))})"


@st.composite
def doubles(draw: st.DrawFn, depth: int = 2) -> str:
    """A double expression, or an integer one where both are taken."""
    match draw(st.integers(0, 4 if depth > 0 else 1)):
        case 0:
            return draw(st.sampled_from(("x", "y")))
        case 1:
            return repr(draw(st.sampled_from(DOUBLES)))
        case 2:
            return draw(ints(depth - 1))
        case 3:
            return f"({draw(ints(depth - 1))} / {draw(doubles(depth - 1))})"
        case _:
            op = draw(st.sampled_from(("+", "-", "*", "/", "%")))
            return f"({draw(doubles(depth - 1))} {op} x)"


@st.composite
def leaves(draw: st.DrawFn, depth: int, var: str | None = None) -> str:
    """A condition without AND, OR, NOT."""
    match draw(st.integers(0, 17)):
        case 0 | 1:
            fn = draw(st.sampled_from(("contains", "starts_with", "ends_with")))
            y = q(draw(texts)) if draw(st.booleans()) else draw(text_values(0))
            return f"{fn}({draw(text_values(depth, var=var))}, {y})"
        case 2 | 3:
            option = draw(st.sampled_from(("", ", 'i'")))
            return f"regexp_matches({draw(text_values(depth, var=var))}, {q(draw(patterns))}{option})"
        case 4:
            word = draw(st.sampled_from(("LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE")))
            parts = st.one_of(texts, st.sampled_from("%_"))
            pattern = draw(st.lists(parts, max_size=4).map("".join))
            return f"{draw(text_values(depth, var=var))} {word} {q(pattern)}"
        case 5:
            return f"{draw(text_values(depth, var=var))} {draw(_SIGNS)} {draw(text_values(depth))}"
        case 6:
            items = ", ".join(q(t) for t in draw(st.lists(texts, min_size=1, max_size=3)))
            null = draw(st.sampled_from(("", "", ", NULL")))
            word = draw(st.sampled_from(("IN", "NOT IN")))
            return f"{draw(text_values(depth, var=var))} {word} ({items}{null})"
        case 7 | 8:
            return f"{draw(ints(depth))} {draw(_SIGNS)} {draw(ints(depth))}"
        case 9:
            return f"{draw(doubles(depth))} {draw(_SIGNS)} {draw(doubles(depth))}"
        case 10:
            low, high = draw(ints(0)), draw(ints(0))
            return f"{draw(ints(depth))} {draw(st.sampled_from(('BETWEEN', 'NOT BETWEEN')))} {low} AND {high}"
        case 11:
            what = draw(st.sampled_from(("n", "x", "ok", "post.text", "urls", "seen", "n + m", "x / y")))
            return f"{what} {draw(st.sampled_from(('IS NULL', 'IS NOT NULL')))}"
        case 12:
            return draw(
                st.sampled_from(
                    ("ok", "own", "ok = own", "ok != own", "ok = TRUE", "own = FALSE", "TRUE", "NULL")
                )
            )
        case 13:
            span = draw(st.sampled_from(("INTERVAL 1 HOUR", "INTERVAL '2 days'", "INTERVAL 30 DAY")))
            return draw(
                st.sampled_from(
                    (
                        f"at - seen {draw(_SIGNS)} {span}",
                        f"seen + {span} {draw(_SIGNS)} at",
                        f"at - {span} <= seen",
                    )
                )
            )
        case 14:
            name = draw(st.sampled_from(tuple(LISTS)))
            fn = draw(st.sampled_from(("in_list", "contains_any", "contains_all")))
            return f"{fn}({draw(text_values(depth, var=var))}, '{name}')"
        case 15:
            return draw(
                st.sampled_from(
                    (f"{q(draw(texts))} = ANY(urls)", f"list_contains(urls, {q(draw(texts))})", "n = ANY(ns)",
                     "list_contains(ns, 1)", "list_contains(xs, x)", "0.5 = ANY(xs)", "list_contains(urls, name)")
                )
            )  # fmt: skip
        case 16 if var is None and depth > 0:
            word = draw(st.sampled_from(("any", "all")))
            return f"{word}(urls, u -> {draw(conditions(depth - 1, var='u'))})"
        case 16 | 17:
            word = draw(st.sampled_from(("any", "all")))
            return f"{word}(ns, v -> v {draw(_SIGNS)} {draw(ints(0))} OR v = m)"
    raise AssertionError


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2, *, var: str | None = None) -> str:
    """Any condition."""
    kind = draw(st.integers(0, 5 if depth > 0 else 1))
    if kind <= 1:
        return draw(leaves(max(depth, 0), var))
    if kind == 2:
        return f"NOT ({draw(conditions(depth - 1, var=var))})"
    if kind == 3:
        return f"(({draw(conditions(depth - 1, var=var))}) = ({draw(conditions(depth - 1, var=var))}))"
    word = " AND " if kind == 4 else " OR "
    parts = draw(st.lists(conditions(depth - 1, var=var), min_size=2, max_size=3))
    return "(" + word.join(parts) + ")"


WINDOWS = (
    "count_within(INTERVAL 2 SECOND, per => name)",
    "count_within(INTERVAL 5 MINUTE, per => name, where => ok)",
    "count_within(INTERVAL 1 DAY, per => n, where => contains(post.text, 'a'))",
    "distinct_within(m, INTERVAL 1 MINUTE, per => ok)",
    "distinct_within(post.text, INTERVAL 1 HOUR, per => name, where => x > 0.0)",
)
