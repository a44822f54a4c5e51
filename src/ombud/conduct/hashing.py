"""Content hashes of a code and of its rules.

The hash of a code covers what people read and what rules do: white space at line
ends, comments, the order of files and of list entries do not matter; a changed
word in a clause does. The hash of a rule covers only what decides whether it
holds, so that a corrected title does not make a finding new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ombud.base.clock import format_time
from ombud.base.ids import content_hash
from ombud.conduct.exprtext import normal_form
from ombud.conduct.model import Clause, Code, ColumnType, Rule, RuleTest
from ombud.conduct.words import Words

FORMAT = 1
"""Version of the normal form; a change makes every hash new."""


def type_name(kind: ColumnType) -> str:
    """Return a column type's name as it stands under ``columns:``."""
    return str(kind) if hasattr(kind, "__args__") else str(getattr(kind, "__name__", kind))


def rule_hash(
    when: str,
    lists: Mapping[str, Iterable[str]],
    evidence: Iterable[str],
    types: Mapping[str, ColumnType],
    language: str,
) -> str:
    """Return the hash of a rule's meaning.

    Args:
        when: the expression.
        lists: the lists that it uses.
        evidence: the columns kept with a finding.
        types: the declared types of the ``extra`` columns that it reads.
        language: the version of the rule language and its folding.
    """
    return content_hash(
        {
            "format": FORMAT,
            "language": language,
            "when": normal_form(when),
            "lists": {name: sorted(entries) for name, entries in lists.items()},
            "evidence": sorted(evidence),
            "types": {name: type_name(kind) for name, kind in types.items()},
        }
    )


def code_hash(code: Code) -> str:
    """Return the hash of everything a code says (its own ``hash`` and ``path`` are left out)."""
    return content_hash(
        {
            "format": FORMAT,
            "id": code.id,
            "version": code.version,
            "titles": _words(code.titles),
            "binding": code.binding,
            "state_involvement": _words(code.state_involvement),
            "applies_to": {"who": code.applies_to.who, "roles": sorted(code.applies_to.roles)},
            "effective_from": _time(code.effective_from),
            "announced": _time(code.announced),
            "promulgated_by": _words(code.promulgated_by),
            "source": _source(code),
            "lineage": [[one.code, one.version, one.hash or ""] for one in code.lineage],
            "columns": {name: type_name(kind) for name, kind in code.columns.items()},
            "lists": {name: sorted(entries) for name, entries in code.lists.items()},
            "clauses": {clause.id: clause_form(clause) for clause in code.clauses},
            "rules": {rule.id: _rule(rule) for rule in code.rules},
        }
    )


def clause_form(clause: Clause) -> dict[str, Any]:
    """Return a clause as a JSON value in normal form."""
    return {
        "title": _words(clause.titles),
        "status": clause.status,
        "subject": clause.subject,
        "harm": clause.harm,
        "severity": clause.severity,
        "measures": sorted(clause.measures),
        "ceiling": clause.ceiling,
        "automation": clause.automation,
        "correction": clause.correction,
        "appeal": clause.appeal,
        "declined_because": _words(clause.declined_because),
        "en": tidy(clause.body_en.markdown),
        "zh": tidy(clause.body_zh.markdown),
        "version": clause.version,
        "effective_from": _time(clause.effective_from),
        "announced": _time(clause.announced),
    }


def tidy(text: str) -> str:
    """Return a text without white space at line ends and with single empty lines."""
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "hash": rule.hash,
        "clause": rule.clause,
        "title": _words(rule.title),
        "status": rule.status,
        "explains": _words(rule.explains),
        "does_not_mean": [_words(one) for one in rule.does_not_mean],
        "tests": [_test(test) for test in rule.tests],
    }


def _test(test: RuleTest) -> dict[str, Any]:
    return {
        "kind": test.kind,
        "name": test.name,
        "near": test.near,
        "events": _json(test.events),
        "registers": _json(test.registers),
    }


def _json(value: Any) -> Any:
    """Return a value as JSON that every reader of RFC 8785 can hold: great integers become texts."""
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, int) and abs(value) >= 1 << 53:
        return str(value)
    return value


def _source(code: Code) -> dict[str, Any] | None:
    source = code.source
    if source is None:
        return None
    publisher = _words(source.publisher)
    return {"title": _words(source.title), "publisher": publisher, "date": source.date, "url": source.url}


def _words(words: Words | None) -> dict[str, str] | None:
    return {"en": tidy(words.en), "zh": tidy(words.zh)} if words is not None else None


def _time(at: int | None) -> str | None:
    return format_time(at) if at is not None else None
