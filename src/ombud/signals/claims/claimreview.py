"""ClaimReview (schema.org) in JSON-LD: rows of the register ``fact_checks``, in and out.

An import takes what publishers publish and adds nothing: whether a method is published, and
whom a claim is about, the operator states (``methods``). Rows come out as the register's
JSON import takes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ombud.base.clock import format_time, parse_time
from ombud.base.errors import Fault, OmbudError, UsageError, Where
from ombud.expr import folded
from ombud.registers.reading import MOST_FAULTS, read_rows
from ombud.store.registers import NewRow

REGISTER = "fact_checks"

LARGEST = 64 * 1024 * 1024
"""Bytes of a document that are read."""

DEEPEST = 20
"""Levels of nesting that are searched for reviews."""

_HOLDERS = ("@graph", "itemListElement", "dataFeedElement", "item", "claimReview")
_KINDS = frozenset(
    place + "ClaimReview" for place in ("", "schema:", "http://schema.org/", "https://schema.org/")
)

_NAMES = {
    "key": "@id",
    "claim": "claimReviewed",
    "publisher": "author",
    "verdict": "reviewRating",
    "about": "itemReviewed.about",
    "checked_at": "datePublished",
}
"""Columns of the register by the names that a review has for them."""

_VALUES = {"false": 1, "misleading": 3, "true": 5}
"""Ratings as numbers from 1 to 5, which :func:`rating_of` reads back where the words say nothing."""

_RATINGS = (
    ("misleading", ("misleading", "half", "mixture", "mostly false", "partly", "误导", "部分", "断章")),
    ("unproven", ("unproven", "unverified", "no evidence", "待证实", "存疑", "无法核实")),
    (
        "false",
        ("false", "fake", "pants on fire", "incorrect", "hoax", "scam", "不实", "虚假", "谣言", "假", "错误"),
    ),
    ("true", ("true", "correct", "accurate", "属实", "真实", "正确")),
)


def rows_of_reviews(
    path: Path, content: bytes, *, source: str | None = None, methods: Collection[str] = ()
) -> list[NewRow]:
    """Read a JSON-LD document as rows that the register ``fact_checks`` can take.

    Args:
        path: where the document came from, for errors.
        content: one object, a list, a ``@graph``, an ``ItemList`` or a ``DataFeed``, in UTF-8.
        source: who says so, for rows without a publisher (no review lacks one).
        methods: names of publishers of which the operator has seen a published method.

    Raises:
        UsageError: ``claims/not-json``, ``claims/no-review``, ``claims/bad-review`` with the place
            of every review that lacks something.
        OmbudError: every value that the register does not take, with the place of its review.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the document is not UTF-8 (byte {error.start})"
        raise UsageError(Fault("claims/not-json", message, Where(path))) from None
    placed = _distinct(_read(text, methods, path))
    data = json.dumps([row for _, row in placed]).encode()
    try:
        return read_rows(REGISTER, path, data, source=source, form="json")
    except OmbudError as error:
        raise OmbudError.all(
            _placed(fault, [place for place, _ in placed]) for fault in error.faults
        ) from None


def _placed(fault: Fault, places: list[str]) -> Fault:
    """Name a review by its place in the document: its number among the rows says little."""
    if fault.where is None or fault.where.line is None:
        return fault
    message = f"the review at {places[fault.where.line - 1]}: {fault.message}"
    for ours, theirs in _NAMES.items():
        message = message.replace(f"`{ours}`", f"`{theirs}`")
    return replace(fault, message=message, where=Where(fault.where.path))


def _distinct(placed: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Leave out what is said twice; a publisher's second check of a claim takes a key of its own."""
    kept: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for place, row in placed:
        same = kept.setdefault((row["key"], folded(row["publisher"])), [])
        if any(row == other for _, other in same):
            continue
        same.append((place, row))
    found = []
    for same in kept.values():
        for number, (place, row) in enumerate(same):
            key = f"{row['key']}-{_digest(row['url'])[:8]}" if number else row["key"]
            found.append((place, row | {"key": key}))
    return found


def read_claim_reviews(
    text: str, *, methods: Collection[str] = (), path: str | None = None
) -> list[dict[str, Any]]:
    """Read the ClaimReview objects of a JSON-LD document as rows of the register.

    Args:
        text: one object, a list, a ``@graph``, an ``ItemList`` or a ``DataFeed``; objects of
            other types are passed over.
        methods: names of publishers of which the operator has seen a published method.
        path: where the document came from, for errors.

    Raises:
        UsageError: ``claims/not-json`` if it is not JSON, ``claims/no-review`` if it holds none,
            ``claims/bad-review`` with every review that lacks the claim, the publisher, the
            address, the rating or the date (the first hundred).
    """
    return [row for _, row in _read(text, methods, path)]


def _read(text: str, methods: Collection[str], path: str | Path | None) -> list[tuple[str, dict[str, Any]]]:
    if len(text) > LARGEST:
        raise UsageError(
            Fault("claims/not-json", f"the document has more than {LARGEST} characters", Where(path))
        )
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = Where(path, getattr(error, "lineno", None), getattr(error, "colno", None))
        raise UsageError(Fault("claims/not-json", f"not a JSON document: {error}", at)) from error
    known = {folded(name) for name in methods}
    rows, faults = [], []
    for place, review in _reviews(document, "the document", 0):
        row, missing = _row(review, known) if review else ({}, [f"an end: it lies more than {DEEPEST} deep"])
        if missing:
            message = f"the review at {place} lacks {', '.join(missing)}"
            faults.append(Fault("claims/bad-review", message, Where(path), "see schema.org/ClaimReview"))
        else:
            rows.append((place, row))
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise UsageError.all(faults)
    if not rows:
        hint = "it is JSON-LD with objects of @type ClaimReview"
        raise UsageError(Fault("claims/no-review", "the document holds no ClaimReview", Where(path), hint))
    return rows


def _reviews(node: Any, place: str, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find the reviews with their places; an empty one stands for what lies too deep."""
    if depth > DEEPEST:
        if isinstance(node, list | dict) and node:
            yield place, {}
        return
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _reviews(item, f"{'' if depth == 0 else place}[{number}]", depth + 1)
    elif isinstance(node, dict):
        kind = node.get("@type")
        if any(
            isinstance(one, str) and one in _KINDS for one in (kind if isinstance(kind, list) else [kind])
        ):
            yield place, node
        else:
            for name in _HOLDERS:
                yield from _reviews(node.get(name), name if depth == 0 else f"{place}.{name}", depth + 1)


def _row(review: Mapping[str, Any], methods: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    claim, publisher = _text(review.get("claimReviewed")), _named(review.get("author"))
    publisher = publisher or _named(review.get("publisher"))
    verdict, url = _verdict(review.get("reviewRating")), _text(review.get("url"))
    wanted = {
        "claimReviewed": claim,
        "author": publisher,
        "url": url,
        "reviewRating": verdict,
        "datePublished": review.get("datePublished"),
    }
    item = review.get("itemReviewed")
    row = {
        "key": _text(review.get("@id")) or "claim-" + _digest(folded(claim))[:16],
        "claim": claim,
        "publisher": publisher,
        "kind": "check",
        "method_published": folded(publisher) in methods,
        "about": _all_named(item.get("about")) if isinstance(item, dict) else [],
        "verdict": verdict,
        "rating": rating_of(review.get("reviewRating"), verdict),
        "url": url,
        "checked_at": _time(review.get("datePublished")),
    }
    return {name: value for name, value in row.items() if value is not None}, [
        n for n, v in wanted.items() if not v
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _named(value: Any) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _all_named(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [name for name in map(_named, items) if name]


def _verdict(rating: Any) -> str:
    if not isinstance(rating, dict):
        return ""
    value = rating.get("ratingValue")
    return _text(rating.get("alternateName")) or (
        str(value) if isinstance(value, int | float) else _text(value)
    )


def _time(value: Any) -> Any:
    """Return a date or time as RFC 3339 in UTC; a date counts as its end, a time without offset as UTC.

    What is neither is returned as it stands, for the register to refuse: without a date a check
    would count for posts that are older than it.
    """
    text = _text(value)
    if len(text) == 10:
        text += "T23:59:59Z"
    try:
        return format_time(
            parse_time(text if text[-1:] == "Z" or "+" in text[10:] or "-" in text[10:] else text + "Z")
        )
    except (ValueError, OverflowError):
        return value


def rating_of(rating: Any, verdict: str) -> str:
    """Return the verdict as ``false misleading true unproven``: its words decide, then its number."""
    said = folded(verdict)
    for name, cues in _RATINGS:
        if any(cue in said for cue in cues):
            return "false" if name == "true" and ("not " in said or "不" in said) else name
    try:
        value, worst, best = (float(rating[k]) for k in ("ratingValue", "worstRating", "bestRating"))
    except (KeyError, TypeError, ValueError, OverflowError):
        return "unproven"
    if not worst < best:
        return "unproven"
    share = (value - worst) / (best - worst)
    return (
        "false" if share <= 0.25 else "true" if share >= 0.9 else "misleading" if share < 0.6 else "unproven"
    )


def is_check(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is a published check that stands: no statement, and not withdrawn."""
    return row.get("kind") != "statement" and not row.get("retracted")


def write_claim_reviews(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write checks as a JSON-LD graph; statements of public bodies and withdrawn checks are left out."""
    graph = [_review(row) for row in rows if is_check(row)]
    return (
        json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, indent=2) + "\n"
    )


def _review(row: Mapping[str, Any]) -> dict[str, Any]:
    checked = row.get("checked_at")
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": row.get("key"),
        "claimReviewed": row.get("claim") or row.get("claim_zh") or row.get("claim_en"),
        "author": {"@type": "Organization", "name": row.get("publisher")},
        "url": row.get("url"),
        "datePublished": format_time(checked) if isinstance(checked, int) else checked,
        "reviewRating": {"@type": "Rating", "alternateName": row.get("verdict")},
    }
    value = _VALUES.get(str(row.get("rating")))
    if value is not None:
        review["reviewRating"] |= {"ratingValue": value, "worstRating": 1, "bestRating": 5}
    if row.get("about"):
        about = [{"@type": "Thing", "name": name} for name in row["about"]]
        review["itemReviewed"] = {"@type": "Claim", "about": about}
    return {name: value for name, value in review.items() if value is not None}
