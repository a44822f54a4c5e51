"""Makes Python functions of trees, when first needed; rules of one shape share their code.

A function's source names its literals ``k0, k1, ...``, so ten thousand rules of
twenty shapes are compiled twenty times. Very deep or long rules are interpreted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from ombud.expr import codegen
from ombud.expr.ast import Expr, Like, Regex, Window
from ombud.expr.columns import Slots, Values
from ombud.expr.interpret import Interpreter
from ombud.expr.patterns import Test, like_test, regex_test
from ombud.expr.plan import Plan, RulePlan, has_rest, question, rest_of, tree_of

MAX_HEIGHT = 30
"""Taller trees are interpreted: Python's own compiler has limits to nesting."""

MAX_SOURCE = 200_000
"""Longer sources, in characters, are interpreted."""

Columns = Sequence[Values]
Measure = Callable[[int, Columns, int], Any]
"""From a window's number, the batch and a row to the window's value (NaN for NULL)."""

RuleFunction = Callable[[Columns, int, Measure], bool]
ValueFunction = Callable[[Columns, int, Measure], Any]


class RuleCode:
    """The functions of one rule set."""

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self.plan = plan
        self.slots = slots
        self._makers: dict[str, Callable[..., Any]] = {}
        self._patterns: dict[Hashable, Test] = {}
        self._windows = {question(w.node): number for number, w in enumerate(plan.windows)}
        rules = range(len(plan.rules))
        self.functions: list[RuleFunction] = []
        """For each rule: is it TRUE?"""
        self.rests: list[RuleFunction] = []
        """For each rule: is it TRUE, given that a need of it was seen in an ASCII text?"""
        self.functions.extend(self._later(self.functions, number, tree_of) for number in rules)
        self.rests.extend(
            self._later(self.rests, number, rest_of) if has_rest(plan.rules[number]) else self._full(number)
            for number in rules
        )

    def _later(
        self, functions: list[RuleFunction], number: int, tree: Callable[[RulePlan], Expr]
    ) -> RuleFunction:
        def first(columns: Columns, row: int, measure: Measure) -> bool:
            made = functions[number] = self.condition(tree(self.plan.rules[number]))
            return made(columns, row, measure)

        return first

    def _full(self, number: int) -> RuleFunction:
        def first(columns: Columns, row: int, measure: Measure) -> bool:
            answer = self.functions[number](columns, row, measure)
            self.rests[number] = self.functions[number]
            return answer

        return first

    def condition(self, tree: Expr) -> RuleFunction:
        """Return a function that tells whether the condition is TRUE."""
        if tree.height > MAX_HEIGHT:
            return self._interpreted(tree, lambda value: value is True)
        constants, generator = self.generator()
        return self._finish(generator.true(tree), constants, tree, lambda value: value is True)

    def value(self, tree: Expr) -> ValueFunction:
        """Return a function for the tree's value; NULL is NaN or ``None`` by its type."""
        if tree.height > MAX_HEIGHT:
            return self._interpreted(tree, lambda value: value)
        constants, generator = self.generator()
        return self._finish(generator.value(tree), constants, tree, lambda value: value)

    def generator(
        self, column: Callable[[str, str], str | None] | None = None
    ) -> tuple[list[Any], codegen.Generator]:
        """Return a list that fills with constants, and a generator that fills it."""
        constants: list[Any] = []

        def constant(value: Any) -> str:
            constants.append(value)
            return f"k{len(constants) - 1}"

        def window(node: Window) -> str:
            return f"measure({self._windows[question(node)]}, columns, row)"

        generator = codegen.Generator(
            column or self._column, window, constant, lambda node: constant(self.pattern(node))
        )
        return constants, generator

    def _column(self, name: str, form: str) -> str | None:
        number = self.slots.numbers.get((name, form))
        return None if number is None else f"columns[{number}][row]"

    def pattern(self, node: Like | Regex) -> Test:
        """Return the exact test of a pattern, one for all rules that use it."""
        key = node.parts if isinstance(node, Like) else (node.pattern, node.fold)
        test = self._patterns.get(key)
        if test is None:
            test = (
                like_test(node.parts) if isinstance(node, Like) else regex_test(node.pattern, fold=node.fold)
            )
            self._patterns[key] = test
        return test

    def make(self, parameters: str, body: str, constants: list[Any]) -> Any:
        """Compile ``def function(parameters): body`` with the constants bound; shapes are shared."""
        names = ", ".join(f"k{i}" for i in range(len(constants)))
        source = f"def make({names}):\n def function({parameters}):\n{body}\n return function\n"
        maker = self._makers.get(source)
        if maker is None:
            space: dict[str, Any] = dict(codegen.RUNTIME)
            exec(compile(source, "<rule>", "exec"), space)  # noqa: S102
            maker = self._makers[source] = space["make"]
        return maker(*constants)

    def _finish(
        self, code: str, constants: list[Any], tree: Expr, cast: Callable[[Any], Any]
    ) -> Callable[[Columns, int, Measure], Any]:
        if len(code) > MAX_SOURCE or len(constants) > 5_000:
            return self._interpreted(tree, cast)
        made: Callable[[Columns, int, Measure], Any] = self.make(
            "columns, row, measure", f"  return {code}", constants
        )
        return made

    def _interpreted(self, tree: Expr, cast: Callable[[Any], Any]) -> Callable[[Columns, int, Measure], Any]:
        numbers = self.slots.numbers

        def function(columns: Columns, row: int, measure: Measure) -> Any:
            def read(name: str) -> Any:
                value = columns[numbers[name, ""]][row]
                return value if value == value else None

            def window(node: Window, _key: Hashable) -> int | None:
                value = measure(self._windows[question(node)], columns, row)
                return value if value == value else None

            return cast(Interpreter(read, window, self.pattern).value(tree))

        return function
