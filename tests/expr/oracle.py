# ruff: noqa: E501
"""The oracle: our language in DuckDB's SQL, with the fence around numbers written out.

Where the fence differs from DuckDB the translation says so: integer results outside
64 bits, division by zero and doubles that are not finite are NULL; ``x = ANY(list)`` is
OR over the elements (DuckDB 2.0 makes it a subquery, for which a NULL list is empty).
Windows become correlated subqueries over the whole table, in (at, id) order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from ombud.expr.ast import (
    And,
    Arith,
    Call,
    Case,
    Cmp,
    Coalesce,
    Col,
    Expr,
    In,
    IsNull,
    Like,
    ListHas,
    ListTest,
    Lit,
    Neg,
    Not,
    Or,
    Quant,
    Regex,
    Text,
    Var,
    Window,
)
from ombud.expr.compile import parse_rule
from ombud.expr.types import Type

SQL_TYPES = {
    Type.INT: "BIGINT",
    Type.DOUBLE: "DOUBLE",
    Type.TEXT: "VARCHAR",
    Type.BOOL: "BOOLEAN",
    Type.TIME: "BIGINT",
    Type.TEXTS: "VARCHAR[]",
    Type.INTS: "BIGINT[]",
    Type.DOUBLES: "DOUBLE[]",
}


def quote(text: str) -> str:
    """A text as SQL; NUL cannot stand in a literal."""
    parts = ["'" + part.replace("'", "''") + "'" for part in text.split("\x00")]
    return "(" + " || chr(0) || ".join(parts) + ")"


class Translator:
    """Writes one tree as SQL over the table alias ``table``."""

    def __init__(self, order: tuple[str, str], table: str = "t") -> None:
        self.order = order
        self.table = table

    def col(self, name: str, table: str | None = None) -> str:
        return f'{table or self.table}."{name}"'

    def sql(self, node: Expr) -> str:
        go = self.sql
        match node:
            case Lit():
                return self.literal(node)
            case Col():
                code = self.col(node.name)
                return f"make_timestamp({code})" if node.type is Type.TIME else code
            case Var():
                return f"v_{node.name}"
            case And() | Or():
                word = " AND " if isinstance(node, And) else " OR "
                return "(" + word.join(map(go, node.args)) + ")"
            case Not():
                return f"(NOT {go(node.x)})"
            case Cmp():
                return f"({go(node.a)} {node.op} {go(node.b)})"
            case IsNull():
                return f"({go(node.x)} IS NULL)"
            case In():
                if not node.values and not node.has_null:
                    return f"(CASE WHEN {go(node.x)} IS NULL THEN NULL ELSE FALSE END)"
                values = [self.scalar(v, node.x.type) for v in node.values] + ["NULL"] * node.has_null
                return f"({go(node.x)} IN ({', '.join(values)}))"
            case Text():
                return f"{node.fn}({go(node.x)}, {go(node.y)})"
            case Like():
                return f"({go(node.x)} LIKE {quote(like(node.parts))} ESCAPE '!')"
            case Regex():
                return f"regexp_matches({go(node.x)}, {quote(node.pattern)}{', ' + quote('i') if node.fold else ''})"
            case Call(fn="double"):
                return f"CAST({go(node.x)} AS DOUBLE)"
            case Call(fn="folded"):
                assert isinstance(node.x, Col)
                return self.col("folded:" + node.x.name)
            case Call():
                return f"{node.fn}({go(node.x)})"
            case Coalesce():
                return f"coalesce({', '.join(map(go, node.args))})"
            case Case():
                whens = " ".join(f"WHEN {go(c)} THEN {go(v)}" for c, v in node.whens)
                return f"(CASE {whens} ELSE {go(node.default)} END)"
            case Neg():
                if node.type is Type.INT:
                    return f"TRY_CAST(-({go(node.x)})::HUGEINT AS BIGINT)"
                return f"(-({go(node.x)}))"
            case Arith():
                return self.arith(node)
            case ListHas():
                return f"list_contains({go(node.list)}, {go(node.x)})"
            case ListTest():
                tests = [f"contains({go(node.x)}, {quote(word)})" for word in node.values]
                word, empty = (" AND ", "TRUE") if node.every else (" OR ", "FALSE")
                body = f"({word.join(tests)})" if tests else empty
                return f"(CASE WHEN {go(node.x)} IS NULL THEN NULL ELSE {body} END)"
            case Quant():
                return self.quant(node)
            case Window():
                return self.window(node)

    def literal(self, node: Lit) -> str:
        if node.type is Type.TIME:
            return f"make_timestamp({node.value}::BIGINT)"
        if node.type is Type.INTERVAL:
            return f"to_microseconds({node.value}::BIGINT)"
        return self.scalar(node.value, node.type)

    def scalar(self, value: Any, kind: Type) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, str):
            return quote(value)
        if kind is Type.TIME:
            return f"make_timestamp({value}::BIGINT)"
        if isinstance(value, int):
            return f"CAST('{value}' AS BIGINT)"
        return f"CAST('{value!r}' AS DOUBLE)"

    def arith(self, node: Arith) -> str:
        a, b = self.sql(node.a), self.sql(node.b)
        if node.type is Type.INT:
            if Type.NULL in (node.a.type, node.b.type):
                return "NULL::BIGINT"
            a, b = f"({a})::HUGEINT", f"({b})::HUGEINT"
            if node.op in {"//", "%"}:
                return f"(CASE WHEN {b} = 0 THEN NULL ELSE TRY_CAST({a} {node.op} {b} AS BIGINT) END)"
            return f"TRY_CAST({a} {node.op} {b} AS BIGINT)"
        if node.type is Type.DOUBLE:
            b = f"nullif({b}, 0)" if node.op in {"/", "%"} else b
            return f"fin(CAST({a} AS DOUBLE) {node.op} CAST({b} AS DOUBLE))"
        return f"({a} {node.op} {b})"

    def quant(self, node: Quant) -> str:
        items = self.sql(node.list)
        answers = f"list_transform({items}, lambda v_{node.var}: {self.sql(node.body)})"
        deciding, otherwise = ("FALSE", "TRUE") if node.every else ("TRUE", "FALSE")
        return (
            f"(CASE WHEN {items} IS NULL THEN NULL WHEN list_contains({answers}, {deciding}) THEN {deciding} "
            f"WHEN len(list_filter({answers}, lambda b: b IS NULL)) > 0 THEN NULL ELSE {otherwise} END)"
        )

    def window(self, node: Window) -> str:
        inner = Translator(self.order, "o")
        at, id_ = (self.col(name) for name in self.order)
        o_at, o_id = (self.col(name, "o") for name in self.order)
        what = "count(*)" if node.value is None else f"count(DISTINCT {inner.sql(node.value)})"
        where = "TRUE" if node.where is None else inner.sql(node.where)
        return (
            f"(CASE WHEN {self.sql(node.key)} IS NULL THEN NULL ELSE (SELECT {what} FROM rows o WHERE "
            f"{inner.sql(node.key)} = {self.sql(node.key)} AND {o_at} > {at} - {node.micros} AND "
            f"({o_at} < {at} OR ({o_at} = {at} AND {o_id} <= {id_})) AND {where}) END)"
        )


def like(parts: Sequence[str | int]) -> str:
    """A split LIKE pattern in one piece, escaped with ``!``."""
    signs = {0: "%", 1: "_"}
    return "".join(
        signs[p] if isinstance(p, int) else p.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        for p in parts
    )


class Oracle:
    """A DuckDB table of fixed rows, against which rules are asked."""

    def __init__(
        self,
        columns: Mapping[str, Any],
        rows: Sequence[Mapping[str, Any]],
        *,
        order: tuple[str, str] = ("at", "id"),
        lists: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        from ombud.expr.compile import types_of
        from ombud.expr.fold import folded

        self.columns, self.order, self.lists = columns, order, lists or {}
        types = types_of(columns)
        self.connection = duckdb.connect()
        self.connection.execute("CREATE MACRO fin(x) AS CASE WHEN isfinite(x) THEN x END")
        texts = [name for name, kind in types.items() if kind is Type.TEXT]
        declared = [f'"{n}" {SQL_TYPES[k]}' for n, k in types.items()]
        declared += [f'"folded:{n}" VARCHAR' for n in texts]
        self.connection.execute(f"CREATE TABLE rows (nr BIGINT, {', '.join(declared)})")
        marks = ", ".join(f"?::{SQL_TYPES[k]}" for k in types.values())
        marks += ", ?" * len(texts)
        for n, row in enumerate(rows):
            folds = [None if row.get(t) is None else folded(row[t]) for t in texts]
            self.connection.execute(
                f"INSERT INTO rows VALUES (?, {marks})", [n, *(row.get(c) for c in types), *folds]
            )

    def sql(self, rule: str) -> str:
        """The rule in SQL."""
        return Translator(self.order).sql(parse_rule(rule, self.columns, lists=self.lists).tree)

    def answers(self, rule: str) -> list[bool | None]:
        """TRUE, FALSE or NULL for each row, in the order the rows were given."""
        code = self.sql(rule)
        found = self.connection.execute(f"SELECT CAST({code} AS BOOLEAN) FROM rows t ORDER BY nr").fetchall()
        return [answer for (answer,) in found]
