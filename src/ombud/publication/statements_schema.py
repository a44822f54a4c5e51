"""What the EU Transparency Database takes, read from a data file, and the check against it.

The schema is data (``data/eu-tdb-2.yaml``: attributes, enumerations, limits, conditions, and where
they were read). A new version of the schema is a new file; this module knows none of its names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ombud.base.errors import Fault, Where
from ombud.base.nearest import did_you_mean

CURRENT = "eu-tdb-2"
"""The schema in use: API v2, obligatory since 1 July 2025."""

LONGEST_LINE = 1_000_000  # characters of one statement; the longest lawful one has about 20,000
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``when`` and ``only_when`` are (other attribute, the value it has or holds)."""

    name: str
    form: str
    of: str = ""
    most: int | None = None
    pattern: str = ""
    free: bool = False
    required: bool = False
    unless: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    only_when: tuple[str, str] | None = None
    earliest: str = ""
    latest: str = ""
    not_before: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """A version of the database's schema.

    ``allowed`` has the values of each enumeration; ``categories`` the keywords of each category;
    ``batch`` is how many statements one call may carry; ``applies_from`` is a date.
    """

    name: str
    version: str
    applies_from: str
    sources: tuple[str, ...]
    batch: int
    attributes: Mapping[str, Attribute]
    allowed: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, tuple[str, ...]]

    @property
    def free_texts(self) -> tuple[str, ...]:
        """The attributes that hold words, in which personal data could stand."""
        return tuple(each.name for each in self.attributes.values() if each.free)


def read_data(name: str) -> Any:
    """Return one of the package's data files; every scalar is a string, so that ``No`` stays ``No``."""
    text = resources.files("ombud.publication").joinpath(f"data/{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings, lists and maps only


@cache
def schema(name: str = CURRENT) -> Schema:
    """Return a version of the schema."""
    data = read_data(name)
    categories = {key: (*words, "KEYWORD_OTHER") for key, words in data["categories"].items()}
    keywords = dict.fromkeys(word for words in categories.values() for word in words)
    keywords |= dict.fromkeys(data["keywords_elsewhere"])
    allowed = {key: tuple(values) for key, values in data["enumerations"].items()}
    allowed |= {"category": tuple(categories), "keyword": tuple(keywords)}
    return Schema(
        name=name,
        version=data["version"],
        applies_from=data["applies_from"],
        sources=tuple(data["sources"]),
        batch=int(data["batch"]),
        attributes=MappingProxyType({each["name"]: _attribute(each) for each in data["attributes"]}),
        allowed=MappingProxyType(allowed),
        categories=MappingProxyType(categories),
    )


def _attribute(entry: Mapping[str, Any]) -> Attribute:
    def pair(key: str) -> tuple[str, str] | None:
        return (entry[key][0], entry[key][1]) if key in entry else None

    return Attribute(
        name=entry["name"],
        form=entry["form"],
        of=entry.get("of", ""),
        most=int(entry["most"]) if "most" in entry else None,
        pattern=entry.get("pattern", ""),
        free="free" in entry,
        required=entry.get("required") == "always",
        unless=tuple(entry.get("unless", ())),
        when=pair("when"),
        only_when=pair("only_when"),
        earliest=entry.get("from", ""),
        latest=entry.get("until", ""),
        not_before=entry.get("not_before", ""),
    )


def check(statement: Mapping[str, Any], of: Schema | None = None, where: Where | None = None) -> list[Fault]:
    """Return everything the database would refuse or drop, each with a code ``statement/…``.

    Args:
        statement: a statement; attributes that are ``None`` count as not given.
        of: the schema; ``None`` = the one in use.
        where: the place to name.
    """
    known = of or schema()
    given = {name: value for name, value in statement.items() if value is not None}
    faults = [_unknown(name, known, where) for name in given if name not in known.attributes]
    for attribute in known.attributes.values():
        value = given.get(attribute.name)
        if value is None or value in ("", []):
            if _is_required(attribute, given):
                said = f"{attribute.name} is required{_because(attribute)}"
                faults.append(Fault("statement/required", said, where))
            continue
        if attribute.only_when is not None and not _holds(given, attribute.only_when):
            said = f"{attribute.name} goes with {attribute.only_when[0]} {attribute.only_when[1]} only"
            faults.append(Fault("statement/not-here", said, where, "leave it out"))
        faults += [Fault(code, said, where) for code, said in _wrong(attribute, value, given, known)]
    return faults


def _unknown(name: str, known: Schema, where: Where | None) -> Fault:
    hint = did_you_mean(name, known.attributes) or "see docs/statements.md"
    return Fault("statement/unknown", f"there is no attribute {name[:60]!r}", where, hint)


def _is_required(attribute: Attribute, given: Mapping[str, Any]) -> bool:
    if attribute.required or (attribute.when is not None and _holds(given, attribute.when)):
        return True
    return bool(attribute.unless) and not any(given.get(name) for name in attribute.unless)


def _because(attribute: Attribute) -> str:
    if attribute.unless:
        return " when none of " + ", ".join(attribute.unless) + " is given"
    return f" with {attribute.when[0]} {attribute.when[1]}" if attribute.when else ""


def _holds(given: Mapping[str, Any], condition: tuple[str, str]) -> bool:
    name, wanted = condition
    value = given.get(name)
    return wanted in value if isinstance(value, list) else value == wanted


def _wrong(
    attribute: Attribute, value: Any, given: Mapping[str, Any], known: Schema
) -> Iterator[tuple[str, str]]:
    """Yield (code, sentence) of what is wrong with a value."""
    name, allowed = attribute.name, known.allowed.get(attribute.of, ())
    if attribute.form == "list":
        if not isinstance(value, list):
            yield "statement/not-a-list", f"{name} is a list"
            return
        yield from _not_allowed(name, [each for each in value if each not in allowed])
        if len({str(each) for each in value}) < len(value):
            yield "statement/twice", f"{name} names something twice"
    elif attribute.form == "map":
        yield from _wrong_map(attribute, value, allowed)
    elif not isinstance(value, str):
        yield "statement/not-text", f"{name} is a text"
    elif attribute.form == "one":
        yield from _not_allowed(name, [] if value in allowed else [value])
    elif attribute.form == "date":
        yield from _wrong_date(attribute, value, given)
    else:
        yield from _wrong_text(attribute, value)


def _not_allowed(name: str, bad: list[Any]) -> Iterator[tuple[str, str]]:
    if bad:
        named = ", ".join(repr(each)[:60] for each in bad[:5])
        yield "statement/not-allowed", f"{name} cannot be {named}"


def _wrong_map(attribute: Attribute, value: Any, allowed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield "statement/not-a-map", f"{attribute.name} has keys and values"
        return
    yield from _not_allowed(attribute.name, [key for key in value if key not in allowed])
    for key, each in value.items():
        if key in allowed and not (isinstance(each, str) and re.fullmatch(attribute.pattern, each)):
            yield "statement/pattern", f"{attribute.name} {key} must look like {attribute.pattern}"


def _wrong_text(attribute: Attribute, value: str) -> Iterator[tuple[str, str]]:
    if attribute.most is not None and len(value) > attribute.most:
        said = f"{attribute.name} has {len(value):,} characters; {attribute.most:,} are the most"
        yield "statement/too-long", said
    elif attribute.pattern and re.fullmatch(attribute.pattern, value) is None:
        yield "statement/pattern", f"{attribute.name} must look like {attribute.pattern}"
    elif attribute.form == "url" and _URL.fullmatch(value) is None:
        yield "statement/not-a-url", f"{attribute.name} is an address that begins with http"


def _wrong_date(attribute: Attribute, value: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = attribute.name
    if not _is_date(value):
        yield "statement/date", f"{name} is a day, written YYYY-MM-DD"
        return
    if value < attribute.earliest:
        yield "statement/date", f"{name} is {attribute.earliest} at the earliest"
    if attribute.latest and value > attribute.latest:
        yield "statement/date", f"{name} is {attribute.latest} at the latest"
    other = given.get(attribute.not_before)
    if isinstance(other, str) and _is_date(other) and value < other:
        yield "statement/date", f"{name} is not before {attribute.not_before}"


def _is_date(value: str) -> bool:
    if _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def check_lines(lines: Iterable[str], path: Path, of: Schema | None = None) -> tuple[int, list[Fault]]:
    """Check a file with one statement a line; return how many there are, and every fault with its line.

    Args:
        lines: the lines.
        path: the file's name, for the faults.
        of: the schema; ``None`` = the one in use.
    """
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        where = Where(path, number)
        value = parsed(line)
        if value is None:
            faults.append(Fault("statement/not-json", "this line is no JSON object", where))
            continue
        faults += check(value, of, where)
        puid = value.get("puid")
        if isinstance(puid, str) and seen.setdefault(puid, number) != number:
            said = f"puid {puid[:60]!r} stands in line {seen[puid]} already"
            faults.append(Fault("statement/puid-twice", said, where))
    return count, faults


def parsed(line: str) -> dict[str, Any] | None:
    """Return the JSON object of a line, or ``None`` where there is none."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
