"""The tables of keys: which keys a file has, of what kind, and what they mean.

The loader reads by these tables and the JSON Schemas are made from them, so what
an editor completes and what the loader takes cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from ombud.conduct.ladder import MEASURES
from ombud.conduct.model import (
    AUTOMATIONS,
    BINDINGS,
    RULE_STATUSES,
    STATUSES,
    SUBJECTS,
    TEST_KINDS,
    ColumnType,
)

Kind = Literal["text", "words", "whole", "choice", "texts", "choices", "table", "any"]

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
SEMVER = r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})"
CLAUSE_ID = r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?"
HASH = r"[0-9a-f]{64}"
LENGTH_OF_TIME = r"[0-9]{1,9}(s|m|h|d)"
SOURCE_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"

FORMS: Mapping[str, str] = MappingProxyType(
    {
        SLUG: "small letters and digits with single hyphens, as in clear-culture",
        SEMVER: "three numbers, as in 1.0.0",
        CLAUSE_ID: "letters and digits with single dots or hyphens, as in 4.1a",
        DATE: "a day, as in 2027-01-31, or an instant with its offset",
        f"adopter|{DATE}": "adopter, or a day, as in 2027-01-31",
        HASH: "64 hexadecimal digits",
        LENGTH_OF_TIME: "a length of time, as in 10s, 5m, 1h or 2d",
        SOURCE_DATE: "a year, a month or a day, as in 2021-09-11",
    }
)
"""What a pattern asks for, in words, for hints."""

COLUMN_TYPES: Mapping[str, ColumnType] = MappingProxyType(
    {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "datetime": datetime,
        "list[str]": list[str],
        "list[int]": list[int],
        "list[float]": list[float],
    }
)
"""Names of types as they stand under ``columns:``."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    ``kind``: ``text`` (as written), ``words`` ({en, zh}, or one text for both where ``single``),
    ``whole`` (a number from ``low`` to ``high``), ``choice`` (one of ``choices``), ``texts`` and
    ``choices`` (lists of them), ``table`` (keys of its own), ``any`` (read elsewhere).
    """

    name: str
    kind: Kind
    means: str
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    pattern: str | None = None
    single: bool = False
    longest: int = 10_000
    keys: tuple[Key, ...] = field(default=())


CODE_KEYS: tuple[Key, ...] = (
    Key("id", "text", "permanent name; the folder has the same", required=True, pattern=SLUG, longest=64),
    Key(
        "version", "text", "SemVer; a new duty or a harsher measure is a major change",
        required=True, pattern=SEMVER,
    ),
    Key("titles", "words", "the code's name", required=True, longest=300),
    Key(
        "effective_from", "text",
        "day from which the code binds, or `adopter`: from the day somebody adopts it",
        required=True, pattern=f"adopter|{DATE}",
    ),
    Key("announced", "text", "day on which this version was made public", pattern=DATE),
    Key("promulgated_by", "words", "who puts the code into effect", required=True, single=True),
    Key(
        "source", "table", "the document that the code puts into its own words",
        keys=(
            Key("title", "words", "its title", required=True, single=True),
            Key("publisher", "words", "who published it", single=True),
            Key("date", "text", "when it was published", pattern=SOURCE_DATE),
            Key("url", "text", "where it can be read", longest=2000),
        ),
    ),
    Key("lineage", "any", "the codes this one descends from: a list of {code, version, hash}"),
    Key(
        "binding", "choice", "why it binds: consent (signed), terms (of a platform), employment",
        required=True, choices=BINDINGS,
    ),
    Key(
        "state_involvement", "words",
        "which public body asked for, drafted or funded the code; say so if none did",
        required=True,
    ),
    Key("applies_to", "any", "everyone, signatories, or {roles: [...]}", required=True),
    Key("columns", "any", "types of the platform's own features: {extra.toxicity: float}"),
)  # fmt: skip

ANCESTOR_KEYS: tuple[Key, ...] = (
    Key("code", "text", "id of the code", required=True, pattern=SLUG, longest=64),
    Key("version", "text", "its version", required=True, pattern=SEMVER),
    Key("hash", "text", "its content hash", pattern=HASH),
)

APPLIES_TO_KEYS: tuple[Key, ...] = (
    Key("roles", "texts", "roles of accounts (account.roles) that the code binds", required=True, longest=64),
)

CLAUSE_KEYS: tuple[Key, ...] = (
    Key("id", "text", "permanent number", required=True, pattern=CLAUSE_ID, longest=32),
    Key(
        "title",
        "words",
        "short title; one text if title_zh stands beside it",
        required=True,
        single=True,
        longest=200,
    ),
    Key("title_zh", "text", "the title in Chinese", longest=200),
    Key("status", "choice", "what follows from the clause", required=True, choices=STATUSES),
    Key("subject", "choice", "what a decision under it is about", choices=SUBJECTS),
    Key("harm", "text", "the harm from the closed list that it addresses", longest=64),
    Key("severity", "whole", "1 (slight) to 4 (gravest)", low=1, high=4),
    Key("measures", "choices", "measures a decision may use", choices=tuple(MEASURES)),
    Key("ceiling", "choice", "the harshest of them", choices=tuple(MEASURES)),
    Key("automation", "choice", "never, or label on a label-only harm", choices=AUTOMATIONS),
    Key("correction", "whole", "hours to correct, from delivery of the notice", low=24, high=72),
    Key("appeal", "whole", "days in which an appeal can be made; six months at least", low=180, high=3650),
    Key("declined_because", "words", "why it is not enforced"),
    Key("version", "text", "SemVer of the clause", required=True, pattern=SEMVER),
    Key("effective_from", "text", "day from which it binds, if later than the code's", pattern=DATE),
    Key("announced", "text", "day on which this version of the clause was made public", pattern=DATE),
)

CLAUSE_ZH_KEYS: tuple[Key, ...] = (
    Key("title", "text", "the title in Chinese", longest=200),
    Key("declined_because", "text", "the reason in Chinese"),
)

RULE_KEYS: tuple[Key, ...] = (
    Key("id", "text", "permanent name; the file has the same", required=True, pattern=SLUG, longest=64),
    Key("clause", "text", "id of the clause it serves", required=True, pattern=CLAUSE_ID, longest=32),
    Key("title", "words", "short title; may change", required=True, longest=200),
    Key("status", "choice", "draft, experimental or stable", required=True, choices=RULE_STATUSES),
    Key("when", "text", "the condition, in the rule language", required=True, longest=20_000),
    Key("explains", "words", "one sentence for the person concerned; {column} is filled in", required=True),
    Key("does_not_mean", "any", "what a finding does not mean: a list of texts, or {en: [...], zh: [...]}"),
    Key("evidence", "texts", "columns kept with a finding", longest=128),
    Key("tests", "any", "tests: matches, clears, unknown, todo", required=True),
)

EVENT_PARTS: tuple[str, ...] = ("account", "post", "target", "payment", "report", "extra")
EVENT_SCALARS: tuple[str, ...] = ("id", "at", "kind", "origin", "audience")

TEST_KEYS: tuple[Key, ...] = (
    *(Key(kind, "text", f"the test's name; the rule {kind} the last event") for kind in TEST_KINDS),
    Key("near", "text", "the threshold that the last event just misses or just meets"),
    Key("events", "any", "partial events in order; the last one is judged"),
    Key("registers", "any", "rows of registers by name"),
    Key("event", "any", "fields of the event itself, as in {kind: comment}"),
    *(Key(name, "any", f"the event's {name}") for name in EVENT_SCALARS),
    *(Key(name, "any", f"the event's {name} fields") for name in EVENT_PARTS),
)

TEST_EVENT_KEYS: tuple[Key, ...] = (
    Key("repeat", "whole", "the event happens so many times; {n} counts in texts", low=1, high=10_000),
    Key("every", "text", "time between them, as in 10s", pattern=LENGTH_OF_TIME),
    Key("event", "any", "fields of the event itself"),
    *(Key(name, "any", f"the event's {name}") for name in EVENT_SCALARS),
    *(Key(name, "any", f"the event's {name} fields") for name in EVENT_PARTS),
)


def names(keys: tuple[Key, ...]) -> tuple[str, ...]:
    """Return the keys' names."""
    return tuple(key.name for key in keys)
