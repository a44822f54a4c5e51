"""What compiling yields: plain data that can be kept on disk and started from without parsing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ombud.expr.ast import And, Call, Cmp, Col, Expr, In, Lit, Not, Or, Scalar, Window, strip, walk
from ombud.expr.needs import Chance, Choice, Need, Needs, chance_with, choose
from ombud.expr.prefilter import TextPlan, plan_texts
from ombud.expr.split import split
from ombud.expr.types import Type

FORMAT = 3
"""Version of the plan; goes up when the compiler or the language changes what a plan means."""


class RulePlan(msgspec.Struct, frozen=True, array_like=True):
    """One rule: its text, its tree (msgpack, read on first use), what it needs and reads.

    ``needs`` of ``None`` means that it always runs; ``rest`` is all there is left to ask
    where a need was seen in an ASCII text (nil: the whole tree); ``left`` what every row must
    be asked besides, where no need was seen (nil: nothing); ``windows`` are
    numbers of :attr:`Plan.windows`; ``guards`` the values a top-level condition allows.
    """

    text: str
    tree: msgspec.Raw
    needs: Needs | None
    rest: msgspec.Raw
    left: msgspec.Raw
    reads: tuple[str, ...]
    windows: tuple[int, ...]
    guards: tuple[tuple[str, tuple[str, ...]], ...]


class WindowPlan(msgspec.Struct, frozen=True, array_like=True):
    """One window, shared by all rules that ask its question (compared without places)."""

    node: Window
    reads: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True, array_like=True):
    """A compiled rule set."""

    names: tuple[str, ...]
    rules: tuple[RulePlan, ...]
    texts: tuple[TextPlan, ...]
    windows: tuple[WindowPlan, ...]
    forms: tuple[tuple[str, str], ...]


_NIL = b"\xc0"
_ENCODE = msgspec.msgpack.Encoder()
_TREE: msgspec.msgpack.Decoder[Expr] = msgspec.msgpack.Decoder(Expr)


def tree_of(rule: RulePlan) -> Expr:
    """Return the rule's tree."""
    return _TREE.decode(rule.tree)


def rest_of(rule: RulePlan) -> Expr:
    """Return what is left to ask where one of the rule's needs was seen in an ASCII text."""
    return _TREE.decode(rule.rest)


def has_rest(rule: RulePlan) -> bool:
    """Tell whether :func:`rest_of` has an answer."""
    return bytes(rule.rest) != _NIL


def left_of(rule: RulePlan) -> Expr | None:
    """Return what every row must be asked of a rule that was split, ``None`` for others."""
    return _TREE.decode(rule.left) if bytes(rule.left) != _NIL else None


def make_plan(trees: Mapping[str, tuple[str, Expr]], common: frozenset[str] = frozenset()) -> Plan:
    """Plan the rules given as name → (text, tree); tests of ``common`` columns are met often."""
    chance = chance_with(common)
    windows: dict[bytes, int] = {}
    shared: list[WindowPlan] = []
    rules: list[RulePlan] = []
    forms: dict[tuple[str, str], None] = {}
    choices, lefts = _chosen([tree for _, tree in trees.values()], chance)
    texts, exact = plan_texts({i: c.needs for i, c in enumerate(choices) if c.needs is not None})
    for (text, tree), choice, left in zip(trees.values(), choices, lefts, strict=True):
        nodes = walk(tree)
        numbers: list[int] = []
        for node in nodes:
            if isinstance(node, Window):
                numbers.append(_share(node, windows, shared))
            elif isinstance(node, Col):
                forms[node.name, ""] = None
            elif isinstance(node, Call) and isinstance(node.x, Col) and node.fn in {"lower", "folded"}:
                forms[node.x.name, node.fn] = None
        reads = tuple(sorted({node.name for node in nodes if isinstance(node, Col)}))
        raw = msgspec.Raw(_ENCODE.encode(tree))
        rest = _rest(choice, exact)
        rules.append(
            RulePlan(text, raw, choice.needs, rest, left, reads, tuple(sorted(set(numbers))), _guards(tree))
        )
    forms |= {(text.column, "folded"): None for text in texts if text.folded}
    ordered = sorted(forms, key=lambda form: (form[1] != "", form))
    return Plan(tuple(trees), tuple(rules), tuple(texts), tuple(shared), tuple(ordered))


def _chosen(trees: Sequence[Expr], chance: Chance) -> tuple[list[Choice], list[msgspec.Raw]]:
    """Choose what rules are looked for by, and what of each every row must be asked besides."""
    choices: list[Choice] = []
    lefts: list[msgspec.Raw] = []
    for tree in trees:
        choice = choose(tree, chance)
        made = split(tree, choice, chance)
        choices.append(choice if made is None else Choice(made.needs, None))
        lefts.append(msgspec.Raw(_NIL if made is None else _ENCODE.encode(made.left)))
    return choices, lefts


def _rest(choice: Choice, exact: frozenset[Need]) -> msgspec.Raw:
    """Return what is left to ask where a need was seen that says all its test asks."""
    if choice.rest is None or not exact.issuperset(choice.needs or ()):
        return msgspec.Raw(_NIL)
    return msgspec.Raw(_ENCODE.encode(choice.rest))


def question(node: Window) -> bytes:
    """Return what the window asks, whatever its place in a text: equal questions are shared."""
    return _ENCODE.encode(strip(node))


def _share(node: Window, windows: dict[bytes, int], shared: list[WindowPlan]) -> int:
    key = question(node)
    number = windows.setdefault(key, len(shared))
    if number == len(shared):
        parts = [part for part in (node.value, node.key, node.where) if part is not None]
        reads = {n.name for part in parts for n in walk(part) if isinstance(n, Col)}
        shared.append(WindowPlan(node, tuple(sorted(reads))))
    return number


def _guards(tree: Expr) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the text values that top-level conditions ``column IN (...)`` or ``=`` allow."""
    found: dict[str, frozenset[Scalar]] = {}
    for part in tree.args if isinstance(tree, And) else (tree,):
        allowed = _allowed(part)
        if allowed is not None:
            name, values = allowed
            found[name] = found[name] & values if name in found else values
    return tuple((name, tuple(sorted(map(str, values)))) for name, values in sorted(found.items()))


def _allowed(part: Expr) -> tuple[str, frozenset[Scalar]] | None:
    if isinstance(part, Or):  # (column IN (...) OR NULL) is TRUE for the same values
        rest = [arg for arg in part.args if not (isinstance(arg, Lit) and arg.value is None)]
        return _allowed(rest[0]) if len(rest) == 1 else None
    if isinstance(part, Not) and isinstance(part.x, Cmp) and part.x.op == "!=":
        part = Cmp(part.start, part.end, Type.BOOL, part.height, "=", part.x.a, part.x.b)
    if isinstance(part, In) and isinstance(part.x, Col) and part.x.type is Type.TEXT:
        return part.x.name, frozenset(part.values)
    if isinstance(part, Cmp) and part.op == "=":
        for a, b in ((part.a, part.b), (part.b, part.a)):
            if isinstance(a, Col) and isinstance(b, Lit) and isinstance(b.value, str):
                return a.name, frozenset({b.value})
    return None
