"""Propose a mapping from the first records of an export.

Knows the field names that Mastodon, Bluesky, Reddit, Discourse, X/Twitter and Weibo use, and
common ones of others. What it cannot tell it says, as a comment in the proposal.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ombud.events.envelope import AUDIENCES, KINDS
from ombud.events.formats import format_of, head_of
from ombud.events.lines import BOM
from ombud.events.names import CANDIDATES, KIND_WORDS, OWN, PLATFORMS, REPOSTS
from ombud.events.source import usage

RECORDS = 200
"""How many records are looked at."""

_HEAD = 4 * 1024 * 1024
_FORMATS = {
    "%a %b %d %H:%M:%S %z %Y": re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} [\d:]{8} [+-]\d{4} \d{4}"),
    "%Y-%m-%d %H:%M:%S": re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"),
    "%Y-%m-%dT%H:%M:%S": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"),
    "%Y-%m-%d": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "%Y/%m/%d %H:%M:%S": re.compile(r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}"),
}

Columns = Mapping[str, list[Any]]


def guess(path: Path) -> str:
    """Return a mapping for the file, as YAML with comments; ``load_mapping`` reads it as it stands.

    Raises:
        UsageError: as :func:`ombud.events.readers.open_source`, or ``events/no-records``.
    """
    records = _sample(path)
    if not records:
        raise usage("no-records", "there is no record to look at", path)
    columns = _columns(records)
    platform = _platform(columns)
    lines = [
        f"# Proposed from the first {len(records)} records of {path.name}; correct it by hand.",
        f"# They look like {platform}." if platform else "# The platform was not recognised.",
    ]
    taken: set[str] = set()
    plain = {_plain(name): name for name in reversed(columns)}
    for field, candidates in CANDIDATES.items():
        names = (field,) if platform == OWN else candidates
        theirs = [plain[_plain(name)] for name in names if _plain(name) in plain]
        fitting = [name for name in theirs if _fits(field, columns[name])]
        if field == "id":
            lines += _id(fitting, columns, len(records))
        else:
            lines += _proposal(field, fitting[0] if fitting else None, columns, len(records))
        taken.update(fitting[:1])
    lines += _kind(columns, taken)
    lines += _audience(columns, taken)
    lines.append("# origin: {const: NAME}   # a name for this platform; ids are unique within it")
    lines += _rest(columns, taken)
    return "\n".join(lines) + "\n"


def _sample(path: Path) -> list[dict[str, Any]]:
    kind = format_of(path)
    if kind == "parquet":
        try:
            with pq.ParquetFile(path) as file:
                batch = next(file.iter_batches(batch_size=RECORDS), None)
                return batch.to_pylist() if batch is not None else []
        except (OSError, pa.ArrowException) as error:
            raise usage("unreadable", f"not a Parquet file that can be read: {error}", path) from error
    text = head_of(path, _HEAD).removeprefix(BOM)
    whole = text if len(text) < _HEAD else text[: text.rfind(b"\n") + 1]
    if kind == "jsonl":
        return _objects(whole.split(b"\n"))
    cells = io.StringIO(whole.decode("utf-8", "replace"), newline="")
    reader = csv.DictReader(cells, delimiter="\t" if kind == "tsv" else ",", restkey="")
    return [{k: v for k, v in row.items() if k} for row, _ in zip(reader, range(RECORDS), strict=False)]


def _objects(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for line in lines:
        try:
            value = msgspec.json.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            continue
        if isinstance(value, dict):
            records.append(value)
            if len(records) == RECORDS:
                break
    return records


def _columns(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return every dotted path with the values found under it, empty ones left out."""
    columns: dict[str, list[Any]] = {}
    for record in records:
        for name, value in _leaves(record, "", 5):
            columns.setdefault(name, []).append(value)
    return columns


def _leaves(value: Any, name: str, depth: int) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        if name and value:
            yield name, value
        if depth:
            for key, item in value.items():
                yield from _leaves(item, f"{name}.{key}" if name else key, depth - 1)
    elif isinstance(value, list):
        if value:
            yield name, value
        if depth and value and isinstance(value[0], dict):
            for key, item in value[0].items():
                yield from _leaves(item, f"{name}.{key}", depth - 1)
    elif value is not None and value != "":
        yield name, value


def _platform(columns: Columns) -> str | None:
    return next((name for name, marks in PLATFORMS.items() if all(mark in columns for mark in marks)), None)


def _fits(field: str, values: list[Any] | None) -> bool:
    """Say whether the values can be what the field holds."""
    if not values:
        return False
    if field in ("at", "account.created_at"):
        return _time(values) is not None
    if field in ("account.followers", "account.following", "account.posts"):
        return all(not isinstance(v, bool) and re.fullmatch(r"\d+", str(v)) for v in values[:20])
    if field == "account.verified":
        return all(isinstance(v, bool) or str(v).lower() in ("true", "false", "0", "1") for v in values[:20])
    if field == "post.urls":
        return all(isinstance(v, list) or "://" in str(v) for v in values[:20])
    return not any(isinstance(v, dict | list | bool) for v in values[:20])


def _time(values: list[Any]) -> str | None:
    """Return how the times are written: ``""`` (ours already), ``s``, ``ms``, ``us`` or a pattern."""
    if all(hasattr(value, "isoformat") for value in values[:20]):
        return ""
    texts = [str(value) for value in values[:20]]
    if all(re.fullmatch(r"\d{9,17}(\.\d+)?", text) for text in texts):
        size = max(len(text.partition(".")[0]) for text in texts)
        return "s" if size <= 10 else "ms" if size <= 13 else "us" if size >= 16 else None
    if all(re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ][\d:.]+([Zz]|[+-]\d{2}:?\d{2})", text) for text in texts):
        return ""
    return next((f for f, shape in _FORMATS.items() if all(shape.fullmatch(text) for text in texts)), None)


def _plain(name: str) -> str:
    """``tweetId``, ``tweet_id`` and ``TweetID`` are one name."""
    return name.replace("_", "").lower()


def _id(fitting: list[str], columns: Columns, n: int) -> list[str]:
    """An id must differ from record to record; if no field does, two together may."""
    for name in fitting:
        if len({str(value) for value in columns[name]}) == n:
            return _proposal("id", name, columns, n)
    for first in fitting:
        for other, values in columns.items():
            simple = not isinstance(values[0], float | dict | list | bool)
            pairs = {(str(a), str(b)) for a, b in zip(columns[first], values, strict=False)}
            if simple and len(values) == len(columns[first]) == len(pairs) == n:
                template = msgspec.json.encode(f"{{{first}}}:{{{other}}}").decode()
                return [f"id: {{join: {template}}}   # neither alone differs from record to record"]
    if not fitting:
        return _proposal("id", None, columns, n)
    warning = "#   it does not differ from record to record, and equal ids count as one event"
    return [*_proposal("id", fitting[0], columns, n), warning]


_MUST = {"id": "ID", "at": "TIME", "account.id": "ACCOUNT"}


def _proposal(field: str, found: str | None, columns: Columns, n: int) -> list[str]:
    if found is None:
        if field in _MUST:
            return [f"{field}: {_MUST[field]}_NOT_FOUND   # could not be guessed: write their field here"]
        return []
    share = f"   # in {min(len(columns[found]), n)} of {n} records"
    value = _quoted(found)
    if field in ("at", "account.created_at") and (unit := _time(columns[found])):
        value = f"{{path: {value}, time: {_quoted(unit)}}}"
        if "%" in unit and "%z" not in unit:
            share += "; no offset is written, so it is read as UTC"
    if field == "post.text" and any("<p>" in str(text) for text in columns[found][:20]):
        share += "; it holds HTML"
    return [f"{field}: {value}{share}"]


def _kind(columns: Columns, taken: set[str]) -> list[str]:
    for name in ("kind", "type", "event_type", "record.$type", "collection", "event", "action", "post_type"):
        words = [str(value) for value in columns.get(name, [])]
        known = {word: KIND_WORDS.get(word.rpartition(".")[2].lower()) for word in dict.fromkeys(words)}
        if words and len(known) <= 40 and any(known.values()):
            taken.add(name)
            table = ", ".join(f"{_quoted(word)}: {kind}" for word, kind in known.items() if kind)
            lost = [word for word, kind in known.items() if not kind]
            note = [f"# kind: not known and therefore refused: {', '.join(lost)[:200]}"] if lost else []
            return [f"kind: {{path: {_quoted(name)}, map: {{{table}}}}}", *note]
    steps = [
        f"{{path: {_quoted(name)}, as: {kind}}}"
        for name, kind in REPOSTS.items()
        if any(value is not False for value in columns.get(name, []))
    ]
    value = f"[{', '.join([*steps, '{const: post}'])}]" if steps else "{const: post}"
    return [f"kind: {value}   # one of: {' '.join(KINDS)}"]


_SEEN = {
    "public": "public",
    "unlisted": "public",
    "everyone": "public",
    "private": "members",
    "followers": "members",
    "direct": "private",
    **{name: name for name in ("members", "organisation")},
}


def _audience(columns: Columns, taken: set[str]) -> list[str]:
    for name in ("audience", "visibility", "privacy"):
        words = list(dict.fromkeys(str(value) for value in columns.get(name, [])))
        if words and any(word in _SEEN for word in words):
            taken.add(name)
            seen = _SEEN | ({"private": "private"} if name == "audience" else {})
            table = ", ".join(f"{_quoted(word)}: {seen[word]}" for word in words if word in seen)
            return [f"audience: {{path: {name}, map: {{{table}}}}}"]
    return [
        "# audience: {const: public}   # could not be guessed; one of: " + " ".join(AUDIENCES),
        "#   without it, rules on content stay unknown for every record",
    ]


def _rest(columns: Columns, taken: set[str]) -> list[str]:
    left = [
        name
        for name, values in columns.items()
        if name not in taken and not isinstance(values[0], dict | list) and len(values) > 0
    ]
    if not left:
        return []
    lines = ["# Not used; a rule can read such a field if the code of conduct declares its type:"]
    for name in left[:40]:
        key = re.sub(r"\W+", "_", name).strip("_")
        if key:
            lines.append(f"# extra.{key}: {_quoted(name)}")
    return lines


def _quoted(text: str) -> str:
    """Return the text as a YAML scalar that is safe inside braces."""
    plain = re.fullmatch(r"[A-Za-z_][\w.]*", text, re.ASCII) and text.lower() not in _WORDS
    return text if plain else msgspec.json.encode(text).decode()


_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
