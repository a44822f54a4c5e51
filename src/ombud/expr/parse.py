"""Reads the text of a rule into the typed tree; nothing outside the language's list gets through."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ombud.base.nearest import did_you_mean
from ombud.expr.ast import Col, Expr, Lit, Var
from ombud.expr.build import MAX_DEPTH, Builder, too_deep
from ombud.expr.literals import in_int64, instant_micros, interval_micros, is_unit, number
from ombud.expr.tokens import RefusedError, Token, expected, is_unicode, tokenize, unquote
from ombud.expr.types import Type

_OR, _AND, _NOT, _IS, _COMPARE, _RANGE, _ADD, _MULTIPLY, _UNARY = range(1, 10)

_COMPARISONS = frozenset({"=", "==", "!=", "<>", "<", "<=", ">", ">="})
_INFIX: Mapping[str, int] = {
    "OR": _OR,
    "AND": _AND,
    "IS": _IS,
    "NOT": _RANGE,
    "BETWEEN": _RANGE,
    "IN": _RANGE,
    "LIKE": _RANGE,
    "ILIKE": _RANGE,
    **dict.fromkeys(_COMPARISONS, _COMPARE),
    **dict.fromkeys(("+", "-"), _ADD),
    **dict.fromkeys(("*", "/", "//", "%"), _MULTIPLY),
}

_RESERVED = frozenset(
    [
        "SELECT",
        "FROM",
        "WITH",
        "EXISTS",
        "VALUES",
        "JOIN",
        "UNION",
        "GROUP",
        "ORDER",
        "LIMIT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "DROP",
        "CREATE",
        "ATTACH",
        "COPY",
        "PRAGMA",
        "CAST",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "BETWEEN",
        "LIKE",
        "ILIKE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "ESCAPE",
        "WHERE",
    ]
)
_SUBQUERY = frozenset({"SELECT", "FROM", "WITH", "EXISTS", "VALUES"})


class Parser:
    """Parses one expression by precedence climbing."""

    def __init__(self, text: str, columns: Mapping[str, Type], lists: Mapping[str, Sequence[str]]) -> None:
        self.text = text
        self.columns = columns
        self.build = Builder(lists)
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.scope: dict[str, Type] = {}

    # -- tokens --------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Step over the next token and return it."""
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def accept(self, text: str) -> bool:
        """Step over the next token if it is this keyword or sign."""
        token = self.tokens[self.at]
        if token.kind in {"op", "word"} and (token.upper or token.text) == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str, where: str) -> Token:
        """Step over this keyword or sign, or refuse."""
        token = self.token
        if not self.accept(text):
            raise expected(f"{text!r} {where}", token)
        return token

    @property
    def last_end(self) -> int:
        """Where the last token taken ends."""
        return self.tokens[self.at - 1].end

    # -- grammar -------------------------------------------------------------

    def whole(self) -> Expr:
        """Parse the whole text as one boolean expression."""
        if self.token.kind == "end":
            raise RefusedError("expr/syntax", "the expression is empty", 0)
        node = self.expression(0)
        if self.token.kind != "end":
            raise self._trailing()
        self.build.need(node, frozenset({Type.BOOL}), "a rule")
        return node

    def _trailing(self) -> RefusedError:
        token = self.token
        if token.text == ";":
            return RefusedError("expr/not-allowed", "a rule is one expression, without ';'", token.start)
        if (token.upper or token.text) in _COMPARISONS:
            return RefusedError(
                "expr/syntax", "comparisons are not chained", token.start, "join two with AND"
            )
        if token.upper in _SUBQUERY | _RESERVED:
            return _not_allowed(token)
        return expected("an operator or the end", token)

    def expression(self, floor: int) -> Expr:
        """Parse operators that bind at least as tightly as ``floor``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep(self.token.start)
        left = self._prefix(floor)
        while True:
            token = self.token
            key = token.upper if token.kind == "word" else token.text if token.kind == "op" else ""
            power = _INFIX.get(key, 0)
            if power == 0 or power < floor:
                break
            if power == _COMPARE:
                floor_after = _COMPARE + 1
                self.take()
                left = self._comparison(key, left, floor_after)
                following = self.token
                if following.kind == "op" and following.text in _COMPARISONS:
                    raise self._trailing()
                continue
            left = self._infix(key, power, left)
        self.depth -= 1
        return left

    def _infix(self, key: str, power: int, left: Expr) -> Expr:
        if power in (_OR, _AND):
            args = [left]
            while self.accept(key):
                args.append(self.expression(power + 1))
            return self.build.logic(key, args)
        if power == _IS:
            return self._is(left)
        if power == _RANGE:
            return self._range(left)
        self.take()
        return self.build.arith(key, left, self.expression(power + 1))

    def _is(self, left: Expr) -> Expr:
        self.take()
        negated = self.accept("NOT")
        self.expect("NULL", "after IS")
        node = self.build.is_null(left, self.last_end)
        return self.build.negate(node, left.start, self.last_end) if negated else node

    def _comparison(self, op: str, left: Expr, floor: int) -> Expr:
        following = self.tokens[self.at + 1] if self.token.kind == "word" else None
        if following is not None and following.text == "(" and self.token.upper in {"ANY", "ALL"}:
            return self._any_of(op, left)
        return self.build.compare(op, left, self.expression(floor))

    def _any_of(self, op: str, left: Expr) -> Expr:
        token = self.take()
        self.expect("(", "after ANY")
        items = self.expression(0)
        self.expect(")", "after the list")
        if op not in {"=", "=="} or token.upper != "ANY":
            self.build.fault(
                "expr/not-allowed",
                f"{op} {token.upper}(list) is not in the language",
                token.start,
                "only value = ANY(list); for others use any(list, u -> ...) or all(list, u -> ...)",
            )
        return self.build.any_of(items, left, left.start, self.last_end)

    def _range(self, left: Expr) -> Expr:
        negated = self.accept("NOT")
        token = self.take()
        node: Expr
        if token.upper == "IN":
            node = self._in(left)
        elif token.upper == "BETWEEN":
            low = self.expression(_ADD)
            self.expect("AND", "after BETWEEN and its first value")
            node = self.build.between(left, low, self.expression(_ADD))
        elif token.upper in {"LIKE", "ILIKE"}:
            node = self._like(left, fold=token.upper == "ILIKE")
        else:
            raise expected("IN, BETWEEN or LIKE after NOT", token)
        return self.build.negate(node, left.start, self.last_end) if negated else node

    def _like(self, left: Expr, *, fold: bool) -> Expr:
        pattern = self.expression(_ADD)
        escape: str | None = None
        if self.accept("ESCAPE"):
            sign = self.take()
            escape = unquote(sign) if sign.kind == "text" else ""
            if len(escape) != 1:
                raise RefusedError("expr/bad-literal", "ESCAPE takes one sign in quotes", sign.start)
        return self.build.like(left, pattern, escape, fold=fold)

    def _in(self, left: Expr) -> Expr:
        self.expect("(", "after IN")
        items: list[Lit] = []
        while True:
            token = self.token
            if token.upper in _SUBQUERY:
                raise _not_allowed(token)
            item = self.expression(_ADD)
            if isinstance(item, Lit):
                items.append(item)
            elif item.type is not Type.ANY:
                self.build.fault(
                    "expr/bad-literal", "IN takes literals", item.start, "compare columns with = and OR"
                )
            if not self.accept(","):
                break
        self.expect(")", "after the values of IN")
        return self.build.member(left, items, self.last_end)

    def _prefix(self, floor: int) -> Expr:
        token = self.token
        if token.upper == "NOT":
            self.take()
            if floor > _NOT:
                raise RefusedError("expr/syntax", "put NOT and what it negates in parentheses", token.start)
            return self.build.negate(self.expression(_NOT), token.start)
        if token.kind == "op" and token.text in {"-", "+"}:
            self.take()
            operand = self._number(token.start) if self._minus_number(token) else self.expression(_UNARY)
            return operand if token.text == "+" else self.build.minus(operand, token.start)
        return self._primary()

    def _minus_number(self, sign: Token) -> bool:
        return self.token.kind == "number" and self.token.start == sign.end

    def _primary(self) -> Expr:
        token = self.token
        if token.kind == "number":
            return self._number(None)
        if token.kind == "text":
            self.take()
            value = unquote(token)
            if not is_unicode(value):
                self.build.fault("expr/bad-literal", "the text has half a surrogate pair", token.start)
            return Lit(token.start, token.end, Type.TEXT, 1, value)
        if self.accept("("):
            if self.token.upper in _SUBQUERY:
                raise _not_allowed(self.token)
            node = self.expression(0)
            if self.token.text == ",":
                raise RefusedError("expr/syntax", "a row of values has no meaning here", self.token.start)
            self.expect(")", "to close the parenthesis")
            return node
        if token.kind == "word":
            return self._word()
        raise expected("a value", token)

    def _number(self, minus_at: int | None) -> Lit:
        token = self.take()
        kind, value = number(token.text)
        if minus_at is not None and value == 2**63 and kind is Type.INT:
            return Lit(token.start, token.end, kind, 1, value)
        if (kind is Type.INT and not in_int64(int(value))) or not math.isfinite(value):
            self.build.fault("expr/bad-literal", "the number is out of range", token.start)
            return Lit(token.start, token.end, Type.ANY, 1, None)
        return Lit(token.start, token.end, kind, 1, value)

    def _word(self) -> Expr:
        token = self.take()
        word = token.upper
        following = self.token
        if word in {"TRUE", "FALSE"}:
            return Lit(token.start, token.end, Type.BOOL, 1, word == "TRUE")
        if word == "NULL":
            return Lit(token.start, token.end, Type.NULL, 1, None)
        if word == "CASE":
            return self._case(token)
        if word == "INTERVAL" and following.kind in {"number", "text"}:
            return self.interval(token)
        if word in {"TIMESTAMP", "TIMESTAMPTZ", "DATE"} and following.kind == "text":
            return self._timestamp(token)
        if word in _RESERVED:
            raise _not_allowed(token)
        if following.text == "(" and following.kind == "op":
            from ombud.expr.functions import call

            return call(self, token)
        return self._column(token)

    def _column(self, token: Token) -> Expr:
        name = token.text
        while self.token.text == "." and self.tokens[self.at + 1].kind == "word":
            self.take()
            name += "." + self.take().text
        end = self.last_end
        if name in self.scope:
            return Var(token.start, end, self.scope[name], 1, name)
        kind = self.columns.get(name)
        if self.token.text == "(":
            raise RefusedError("expr/unknown-function", f"there is no function {name!r}", token.start)
        if kind is None:
            known = [*self.scope, *self.columns]
            self.build.fault(
                "expr/unknown-column",
                f"there is no column {name!r}",
                token.start,
                did_you_mean(name, known),
            )
            return Lit(token.start, end, Type.ANY, 1, None)
        return Col(token.start, end, kind, 1, name)

    def _case(self, token: Token) -> Expr:
        whens: list[tuple[Expr, Expr]] = []
        subject = None if self.token.upper == "WHEN" else self.expression(0)
        while self.accept("WHEN"):
            condition = self.expression(0)
            if subject is not None:
                condition = self.build.compare("=", subject, condition)
            self.expect("THEN", "after WHEN and its condition")
            whens.append((condition, self.expression(0)))
        if not whens:
            raise expected("WHEN in CASE", self.token)
        null = Lit(token.start, token.start, Type.NULL, 1, None)
        default = self.expression(0) if self.accept("ELSE") else null
        self.expect("END", "to close CASE")
        return self.build.case(whens, default, token.start, self.last_end)

    def interval(self, token: Token) -> Lit:
        """INTERVAL 1 HOUR, INTERVAL '1' HOUR, INTERVAL '1 hour 30 minutes'."""
        value = self.take()
        words = unquote(value) if value.kind == "text" else value.text
        if self.token.kind == "word" and is_unit(self.token.text):
            words += " " + self.take().text
        try:
            micros = interval_micros(words)
        except ValueError as wrong:
            self.build.fault("expr/bad-literal", str(wrong), value.start)
            micros = 1
        return Lit(token.start, self.last_end, Type.INTERVAL, 1, micros)

    def _timestamp(self, token: Token) -> Lit:
        value = self.take()
        try:
            micros = instant_micros(unquote(value))
        except ValueError:
            self.build.fault(
                "expr/bad-literal", "this is not a time", value.start, "write TIMESTAMP '2026-01-31 00:00:00'"
            )
            micros = 0
        return Lit(token.start, value.end, Type.TIME, 1, micros)


def _not_allowed(token: Token) -> RefusedError:
    if token.upper in _SUBQUERY:
        message = "a rule reads one event's columns; it has no subqueries"
        return RefusedError("expr/not-allowed", message, token.start)
    return RefusedError("expr/syntax", f"{token.text!r} cannot stand here", token.start)
