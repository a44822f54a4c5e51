"""ClaimReview (schema.org) in JSON-LD: rows of the register ``fact_checks``, in and out.

An import takes what publishers publish and adds nothing: whether a method is published, and
whom a claim is about, the operator states (``methods``). Rows come out as the register's
JSON import takes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ombud.base.clock import format_time, parse_time
from ombud.base.errors import Fault, UsageError, Where
from ombud.expr import folded

LARGEST = 64 * 1024 * 1024
"""Bytes of a document that are read."""

DEEPEST = 20
"""Levels of nesting that are searched for reviews."""

_RATINGS = (
    ("misleading", ("misleading", "half", "mixture", "mostly false", "partly", "误导", "部分", "断章")),
    ("unproven", ("unproven", "unverified", "no evidence", "待证实", "存疑", "无法核实")),
    (
        "false",
        ("false", "fake", "pants on fire", "incorrect", "hoax", "scam", "不实", "虚假", "谣言", "假", "错误"),
    ),
    ("true", ("true", "correct", "accurate", "属实", "真实", "正确")),
)


def read_claim_reviews(
    text: str, *, methods: Collection[str] = (), path: str | None = None
) -> list[dict[str, Any]]:
    """Read the ClaimReview objects of a JSON-LD document as register rows.

    Args:
        text: one object, a list, or a ``@graph``; other types are passed over.
        methods: names of publishers of which the operator has seen a published method.
        path: where the document came from, for errors.

    Raises:
        UsageError: ``claims/not-json`` if it is not JSON, ``claims/bad-review`` with every
            review that lacks the claim, the publisher, the address or the rating.
    """
    if len(text) > LARGEST:
        raise UsageError(Fault("claims/not-json", f"the document has more than {LARGEST} characters"))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(Fault("claims/not-json", f"not a JSON document: {error}", Where(path))) from error
    known = {folded(name) for name in methods}
    rows, faults = [], []
    for number, review in enumerate(_reviews(document, 0), 1):
        row, missing = _row(review, known)
        if missing:
            message = f"review {number} lacks {', '.join(missing)}"
            faults.append(Fault("claims/bad-review", message, Where(path), "see schema.org/ClaimReview"))
        else:
            rows.append(row)
    if faults:
        raise UsageError.all(faults)
    return rows


def _reviews(node: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for item in node:
            yield from _reviews(item, depth + 1)
    elif isinstance(node, dict):
        kind = node.get("@type")
        if kind == "ClaimReview" or (isinstance(kind, list) and "ClaimReview" in kind):
            yield node
        else:
            for name in ("@graph", "itemListElement", "dataFeedElement", "item", "claimReview"):
                yield from _reviews(node.get(name), depth + 1)


def _row(review: Mapping[str, Any], methods: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    claim, publisher = _text(review.get("claimReviewed")), _named(review.get("author"))
    publisher = publisher or _named(review.get("publisher"))
    verdict, url = _verdict(review.get("reviewRating")), _text(review.get("url"))
    wanted = {"claimReviewed": claim, "author": publisher, "url": url, "reviewRating": verdict}
    item = review.get("itemReviewed")
    row = {
        "key": _text(review.get("@id")) or "claim-" + hashlib.sha256(folded(claim).encode()).hexdigest()[:16],
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
    return _text(rating.get("alternateName")) or str(rating.get("ratingValue") or "")


def _time(value: Any) -> str | None:
    """Return a date or time as RFC 3339 in UTC; a date counts as its end, a time without offset as UTC."""
    text = _text(value)
    if len(text) == 10:
        text += "T23:59:59Z"
    try:
        return format_time(
            parse_time(text if text[-1:] == "Z" or "+" in text[10:] or "-" in text[10:] else text + "Z")
        )
    except (ValueError, OverflowError):
        return None


def rating_of(rating: Any, verdict: str) -> str:
    """Return the verdict as ``false misleading true unproven``: its words decide, then its number."""
    said = folded(verdict)
    for name, cues in _RATINGS:
        if any(cue in said for cue in cues):
            return "false" if name == "true" and ("not " in said or "不" in said) else name
    try:
        value, worst, best = (float(rating[k]) for k in ("ratingValue", "worstRating", "bestRating"))
    except (KeyError, TypeError, ValueError):
        return "unproven"
    if not worst < best:
        return "unproven"
    share = (value - worst) / (best - worst)
    return (
        "false" if share <= 0.25 else "true" if share >= 0.9 else "misleading" if share < 0.6 else "unproven"
    )


def write_claim_reviews(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write checks as a JSON-LD graph; statements of public bodies and withdrawn checks are left out."""
    graph = [_review(row) for row in rows if row.get("kind") != "statement" and not row.get("retracted")]
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
    if row.get("about"):
        about = [{"@type": "Thing", "name": name} for name in row["about"]]
        review["itemReviewed"] = {"@type": "Claim", "about": about}
    return {name: value for name, value in review.items() if value is not None}
