"""From rules as text to a rule set; all faults of all rules are reported at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import GenericAlias

import hyperscan
import msgspec

from ombud.base.errors import Fault, RuleError, Where
from ombud.expr import cache
from ombud.expr.ast import Expr, In, Like, ListTest, Lit, Regex, Window, columns_of, walk
from ombud.expr.columns import Column
from ombud.expr.live import Live, NoLive
from ombud.expr.parse import Parser
from ombud.expr.plan import Plan, make_plan
from ombud.expr.ruleset import RuleSet
from ombud.expr.tokens import RefusedError
from ombud.expr.types import Type, of_python

Declared = Mapping[str, "type | GenericAlias"]
Lists = Mapping[str, Sequence[str]]

NO_LISTS: Lists = {}


class Parsed(msgspec.Struct, frozen=True):
    """A rule's expression, parsed and checked.

    ``reads`` are the columns, ``windows`` the texts of its windows, ``literals`` all
    text literals as the rule uses them (LIKE and regular expressions as written in
    parts), and ``lists`` the named lists it refers to; list names are literals too.
    """

    text: str
    tree: Expr
    reads: frozenset[str]
    windows: tuple[str, ...]
    literals: tuple[str, ...]
    lists: frozenset[str]


def parse_rule(
    text: str, columns: Declared, *, lists: Lists = NO_LISTS, where: Where | None = None
) -> Parsed:
    """Parse and type-check one expression.

    Args:
        text: the expression.
        columns: declared columns and their types.
        lists: named lists of words.
        where: the place of the expression's first character in its file.

    Raises:
        RuleError: with every fault, each at its line and column.
    """
    tree = _parse(text, types_of(columns), lists, where)
    nodes = walk(tree)
    windows = tuple(text[n.start : n.end] for n in nodes if isinstance(n, Window))
    named = [n.list for n in nodes if isinstance(n, In | ListTest) and n.list is not None]
    return Parsed(
        text, tree, columns_of(tree), windows, tuple(dict.fromkeys(_literals(nodes))), frozenset(named)
    )


def compile_rules(
    rules: Mapping[str, str],
    columns: Declared,
    *,
    lists: Lists = NO_LISTS,
    accessors: Mapping[str, str] | None = None,
    order: tuple[str, str] = ("event.at", "event.id"),
    common: frozenset[str] = frozenset(),
    live: Callable[[], Live] = NoLive,
    ordered: frozenset[str] = frozenset(),
    cache_dir: Path | None = None,
) -> RuleSet:
    """Compile rules, given as name → expression, into one rule set.

    Args:
        columns: declared columns: ``str int float bool datetime list[str] list[int] list[float]``;
            a row gives times as int microseconds since 1970 UTC.
        lists: named lists of words. A rule named ``scope/name`` sees the list ``scope/words``
            as ``words``, so that rules of several origins can be compiled together.
        accessors: for each column a Python expression over ``row``; trusted, never a
            user's words. Without them a row is a mapping and a missing key is NULL.
        order: the columns by whose order rows come: instant and id; windows use them.
        common: columns with few values, such as the kind of an event: a rule is looked for
            by anything rather than by them.
        live: makes what gives a session the columns that no row holds (:mod:`ombud.expr.live`).
        ordered: live columns whose value depends on the rows observed before.
        cache_dir: where compiled plans may be kept between starts.

    Raises:
        RuleError: with every fault of every rule, each at its line and column.
    """
    types = types_of(columns)
    name = cache.key(rules, types, lists, sorted(common)) if cache_dir is not None else ""
    made = {column: Column(column, kind, _accessor(accessors, column)) for column, kind in types.items()}
    if cache_dir is not None:
        plan = cache.load(cache_dir, name)
        if plan is not None:
            try:
                return RuleSet(plan, made, order, live, ordered)
            except hyperscan.error:  # made on another kind of machine
                pass
    plan = _plan(rules, types, lists, order, common)
    if cache_dir is not None:
        cache.save(cache_dir, name, plan)
    return RuleSet(plan, made, order, live, ordered)


def types_of(columns: Declared) -> dict[str, Type]:
    """Return the rule types of declared columns.

    Raises:
        RuleError: a column has a type that rules do not know.
    """
    types: dict[str, Type] = {}
    faults: list[Fault] = []
    for name, declared in columns.items():
        kind = of_python(declared)
        if kind is None:
            faults.append(
                Fault(
                    "expr/bad-column-type",
                    f"column {name!r} is declared as {declared!r}",
                    None,
                    "types are str, int, float, bool, datetime, list[str], list[int], list[float]",
                )
            )
        else:
            types[name] = kind
    if faults:
        raise RuleError(*faults)
    return types


def _accessor(accessors: Mapping[str, str] | None, column: str) -> str | None:
    return None if accessors is None else accessors.get(column, "None")


def _plan(
    rules: Mapping[str, str],
    types: Mapping[str, Type],
    lists: Lists,
    order: tuple[str, str],
    common: frozenset[str],
) -> Plan:
    trees: dict[str, tuple[str, Expr]] = {}
    faults: list[Fault] = []
    for name, text in rules.items():
        try:
            trees[name] = (text, _parse(text, types, _seen_by(name, lists), Where(name, 1, 1)))
        except RuleError as error:
            faults.extend(error.faults)
    if faults:
        raise RuleError(*faults)
    plan = make_plan(trees, common)
    if plan.windows and types.get(order[0]) is not Type.TIME:
        raise RuleError(
            Fault(
                "expr/bad-window",
                f"windows need the column {order[0]!r} of type datetime",
                None,
                "declare it, or name another with order=(instant, id)",
            )
        )
    return plan


def _seen_by(rule: str, lists: Lists) -> Lists:
    """Return the lists as a rule may name them: those of its own scope by their plain names."""
    scope, slash, _ = rule.partition("/")
    if not slash:
        return lists
    own = {
        name.removeprefix(scope + "/"): words for name, words in lists.items() if name.startswith(scope + "/")
    }
    return {**lists, **own}


def _parse(text: str, types: Mapping[str, Type], lists: Lists, where: Where | None) -> Expr:
    faults: list[tuple[str, str, int, str | None]] = []
    tree: Expr | None = None
    parser: Parser | None = None
    try:
        parser = Parser(text, types, lists)
        tree = parser.whole()
    except RefusedError as refusal:
        faults.append((refusal.code, refusal.message, refusal.start, refusal.hint))
    if parser is not None:
        faults.extend(parser.build.faults)
    if faults or tree is None:
        faults.sort(key=lambda fault: fault[2])
        raise RuleError(*(Fault(c, m, place(text, at, where), h) for c, m, at, h in faults))
    return tree


def place(text: str, at: int, where: Where | None) -> Where:
    """Return the line and column of offset ``at``, seen from the file that holds the text."""
    origin = where or Where()
    line = text.count("\n", 0, at)
    column = at - (text.rfind("\n", 0, at) + 1)
    return Where(origin.path, (origin.line or 1) + line, (origin.column or 1) + column)


def _literals(nodes: list[Expr]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Lit) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, In):
            found.extend([node.list] if node.list is not None else [])
            found.extend(value for value in node.values if isinstance(value, str) and node.list is None)
        elif isinstance(node, ListTest):
            found.append(node.list)
        elif isinstance(node, Like):
            found.extend(part for part in node.parts if isinstance(part, str))
        elif isinstance(node, Regex):
            found.append(node.pattern)
    return found
