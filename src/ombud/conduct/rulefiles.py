"""Reads ``rules/*.yaml``, one rule a file, and checks each against its clause and harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ombud.base.errors import Fault, RuleError, Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.eventshape import EventShape
from ombud.conduct.exprtext import Threshold, lists_used, thresholds, unquoted
from ombud.conduct.faults import Faults
from ombud.conduct.folder import Folder
from ombud.conduct.harms import harms
from ombud.conduct.hashing import rule_hash
from ombud.conduct.keys import RULE_KEYS, Key
from ombud.conduct.model import WITH_RULES, Clause, ColumnType, Rule, RuleTest
from ombud.conduct.near import covers, uncovered
from ombud.conduct.places import Placer
from ombud.conduct.reading import Fields, items_of, read_table, read_words, shown
from ombud.conduct.tests import read_tests
from ombud.conduct.words import Words
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, is_null, read_yaml

_SLOT = re.compile(r"\{([^{}]*)\}")
_NOT_MEANT = Words("what a finding does not mean", "被发现并不意味着什么")


class ParsedRule(Protocol):
    """What the rule language tells of a parsed expression."""

    @property
    def reads(self) -> frozenset[str]:
        """The columns that the expression names."""
        ...

    @property
    def lists(self) -> frozenset[str]:
        """The named lists that it refers to."""
        ...


RuleParser = Callable[..., ParsedRule]
"""``ombud.expr.parse_rule``: (text, columns, *, lists) -> parsed; raises RuleError with located faults."""


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules are checked against."""

    clauses: Mapping[str, Clause]
    columns: Mapping[str, ColumnType]
    lists: Mapping[str, tuple[str, ...]]
    parse: RuleParser
    language: str


def read_rules(folder: Folder, context: RuleContext, faults: Faults) -> list[Rule]:
    """Read every rule of the folder, in the order of the file names."""
    found: list[Rule] = []
    first: dict[str, str] = {}
    shape = EventShape(context.columns)
    for name in folder.names("rules"):
        relative = f"rules/{name}"
        path = folder.shown(relative)
        if not name.endswith(".yaml"):
            faults.add("conduct/file-unused", "a rule is a .yaml file", Where(path))
            continue
        text = folder.text(relative)
        if text is None:
            continue
        node = read_yaml(text, path, faults)
        fields = read_table(node, RULE_KEYS, faults, Where(path, 1, 1), "a rule")
        if not isinstance(node, MapNode):
            continue
        rule_id = fields.get("id")
        if rule_id is not None and rule_id in first:
            message = f"rule {shown(rule_id)} stands twice"
            faults.add("conduct/rule-twice", message, fields.where("id"), f"the other is in {first[rule_id]}")
        elif rule_id is not None and rule_id != name.removesuffix(".yaml"):
            message = f"the rule {shown(rule_id)} lies in {name}"
            faults.add("conduct/id-mismatch", message, fields.where("id"), f"name the file {rule_id}.yaml")
        first.setdefault(rule_id or "", path)
        found.append(_RuleReader(fields, text, path, context, faults).read(shape))
    return found


class _RuleReader:
    """Reads one rule file; every check adds its faults and goes on."""

    def __init__(self, fields: Fields, source: str, path: str, context: RuleContext, faults: Faults) -> None:
        self._fields = fields
        self._source = source
        self._path = path
        self._context = context
        self._faults = faults

    def read(self, shape: EventShape) -> Rule:
        fields, context = self._fields, self._context
        when = fields.get("when", "")
        node = fields.node("when")
        placer = Placer(node, self._source) if when and isinstance(node, ScalarNode) else None
        lists = self._lists(when, placer)
        parsed = self._parse(when, placer, lists)
        reads = parsed.reads if parsed is not None else frozenset[str]()
        lists.extend(sorted((parsed.lists if parsed is not None else frozenset()) - set(lists)))
        clause = self._clause()
        if clause is not None:
            self._check_inputs(clause, reads)
        evidence = fields.get("evidence", ())
        self._check_evidence(evidence)
        self._check_slots()
        tests = self._tests(shape)
        self._check_tests(tests, thresholds(when))
        return Rule(
            id=fields.get("id", ""),
            clause=fields.get("clause", ""),
            title=fields.get("title") or Words("", ""),
            status=fields.get("status", "draft"),
            when=when,
            when_where=placer.first() if placer is not None else Where(self._path),
            explains=fields.get("explains") or Words("", ""),
            does_not_mean=self._does_not_mean(),
            evidence=evidence,
            tests=tests,
            reads=reads,
            lists=tuple(name for name in lists if name in context.lists),
            hash=rule_hash(
                when,
                {name: context.lists[name] for name in lists if name in context.lists},
                evidence,
                {name: context.columns[name] for name in reads if name.startswith("extra.")},
                context.language,
            ),
            path=self._path,
        )

    def _lists(self, when: str, placer: Placer | None) -> list[str]:
        """Return the names of the lists that the expression uses, each once; missing ones are faults."""
        found: list[str] = []
        for token in lists_used(when):
            name = unquoted(token)
            if name not in found:
                found.append(name)
            if name not in self._context.lists and placer is not None:
                line = when.count("\n", 0, token.start) + 1
                column = token.start - (when.rfind("\n", 0, token.start) + 1) + 1
                hint = did_you_mean(name, self._context.lists) or f"write it as lists/{name}.txt"
                self._faults.add(
                    "conduct/list-missing", f"there is no list {shown(name)}", placer.at(line, column), hint
                )
        return found

    def _parse(self, when: str, placer: Placer | None, used: Sequence[str]) -> ParsedRule | None:
        if placer is None:
            return None
        lists = {name: self._context.lists.get(name, ("x",)) for name in used}
        try:
            return self._context.parse(when, self._context.columns, lists=lists)
        except RuleError as error:
            for fault in error.faults:
                where = fault.where or Where()
                place = placer.at(where.line, where.column) if where.line else placer.first()
                self._faults.take(Fault(fault.code, fault.message, place, fault.hint))
            return None

    def _clause(self) -> Clause | None:
        name = self._fields.get("clause")
        if name is None:
            return None
        clause = self._context.clauses.get(name)
        place = self._fields.where("clause")
        if clause is None:
            hint = (
                did_you_mean(name, self._context.clauses)
                or f"the clauses: {', '.join(self._context.clauses)}"
            )
            self._faults.add("conduct/clause-unknown", f"there is no clause {shown(name)}", place, hint)
            return None
        harm = harms().get(clause.harm or "")
        if harm is not None and harm.found_by == "people":
            self._faults.add(
                "conduct/harm-people-only", f"only people find {harm.id}; it has no rules", place
            )
        elif clause.status not in WITH_RULES:
            self._faults.add(
                "conduct/clause-not-enforced", f"clause {name} is {clause.status}; rules do not serve it",
                place,
                f"a rule serves a clause with status {', '.join(WITH_RULES)}",
            )  # fmt: skip
        elif clause.harm is None and clause.status == "hint":
            self._faults.add(
                "conduct/harm-missing", f"clause {name} names no harm, so a rule may read nothing", place
            )
        return clause

    def _check_inputs(self, clause: Clause, reads: frozenset[str]) -> None:
        harm = harms().get(clause.harm or "")
        if harm is None or harm.found_by == "people":
            return
        for column in sorted(reads):
            if not harm.may_read(column):
                self._faults.add(
                    "conduct/input-not-allowed", f"a rule on {harm.id} may not read {column}",
                    self._fields.where("when"),
                    f"besides the event's frame it may read {', '.join(harm.inputs)}",
                )  # fmt: skip

    def _check_evidence(self, evidence: Sequence[str]) -> None:
        node = self._fields.node("evidence")
        items = node.items if isinstance(node, ListNode) else ()
        places = {item.text: item.where for item in items if isinstance(item, ScalarNode)}
        for name in evidence:
            if not self._is_column(name):
                self._unknown_column(name, places.get(name, self._fields.where("evidence")))

    def _check_slots(self) -> None:
        explains = self._fields.get("explains")
        node = self._fields.node("explains")
        if explains is None or not isinstance(node, MapNode):
            return
        for language in ("en", "zh"):
            part = node.get(language)
            for name in _SLOT.findall(explains[language]):
                if not self._is_column(name.strip()) and part is not None:
                    self._unknown_column(name.strip(), part.where)

    def _is_column(self, name: str) -> bool:
        """A column, or the last dot less: ``signal.private_info.spans`` is evidence of a declared signal."""
        columns = self._context.columns
        return name in columns or (name.endswith(".spans") and self._has_signal(name.removesuffix("spans")))

    def _has_signal(self, prefix: str) -> bool:
        return prefix.startswith("signal.") and any(
            column.startswith(prefix) for column in self._context.columns
        )

    def _unknown_column(self, name: str, place: Where) -> None:
        hint = did_you_mean(name, self._context.columns)
        self._faults.add("conduct/unknown-column", f"{shown(name)} is no column", place, hint)

    def _does_not_mean(self) -> tuple[Words, ...]:
        node = self._fields.node("does_not_mean")
        if is_null(node) or node is None:
            return ()
        if isinstance(node, MapNode):
            return self._by_language(node)
        found: list[Words] = []
        key = Key("does_not_mean", "words", _NOT_MEANT, single=True, longest=500)
        for item in items_of(node, "`does_not_mean`", self._faults):
            words = read_words(item, key, self._faults)
            if words is not None:
                found.append(words)
            if isinstance(item, ScalarNode):
                self._faults.add(
                    "conduct/one-language", "`does_not_mean` has one language here", item.where,
                    "write {en: …, zh: …}",
                )  # fmt: skip
        return tuple(found)

    def _by_language(self, node: MapNode) -> tuple[Words, ...]:
        """Read ``{en: [...], zh: [...]}``; both lists have the same length."""
        keys = tuple(Key(name, "texts", _NOT_MEANT, required=True, longest=500) for name in ("en", "zh"))
        both = read_table(node, keys, self._faults, node.where, "`does_not_mean`")
        en, zh = both.get("en", ()), both.get("zh", ())
        if both.written("en") and both.written("zh") and len(en) != len(zh):
            self._faults.add(
                "conduct/missing-translation",
                f"`does_not_mean` has {len(en)} texts in en and {len(zh)} in zh",
                node.where,
            )  # fmt: skip
        return tuple(Words(one, other) for one, other in zip(en, zh, strict=False))

    def _tests(self, shape: EventShape) -> tuple[RuleTest, ...]:
        node: Node | None = self._fields.get("tests")
        return read_tests(node, shape, self._faults) if node is not None else ()

    def _check_tests(self, tests: Sequence[RuleTest], found: Sequence[Threshold]) -> None:
        place = self._fields.where("tests")
        for kind in ("matches", "clears"):
            written = any(test.kind == kind for test in tests)
            if self._fields.written("tests") and not written:
                message = f"the rule has no test that {kind}"
                self._faults.add("conduct/test-missing", message, place, f"add `- {kind}: …`")
        nears: list[str] = []
        for test in tests:
            if test.near is None:
                continue
            if not any(covers(test.near, threshold) for threshold in found):
                known = ", ".join(threshold.text for threshold in found)
                hint = f"its thresholds: {known}" if known else "the rule compares with no number"
                self._faults.add(
                    "conduct/near-unknown", f"{shown(test.near)} is no threshold", test.where, hint
                )
            elif test.kind == "clears":
                nears.append(test.near)
        if self._fields.get("status") == "draft":
            return
        for threshold in uncovered(found, nears):
            self._faults.add(
                "conduct/near-missing", f"no near miss for {shown(threshold.text)}", place,
                f"add a `clears` test with `near: {threshold.number}` that just misses it",
            )  # fmt: skip
