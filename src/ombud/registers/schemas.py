"""What each register holds: its key, and the fields of a row with their types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from ombud.base.clock import parse_time

Kind = Literal["text", "texts", "yes", "number", "time", "url"]
"""Types of a field; ``texts`` are several, parted by ``|`` in CSV; ``yes`` is true or false."""

LONGEST_TEXT = 20_000
"""Characters in one text at most (an official release is the longest thing kept)."""

LONGEST_KEY = 512
MOST_TEXTS = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row: its type, its meaning, and the values it may have if they are few."""

    kind: Kind
    means: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """One register: what its key is and which form it has, and the fields of its rows."""

    name: str
    means: str
    key: str
    fields: Mapping[str, Field]
    key_form: str = r".+"


def _schema(name: str, means: str, key: str, key_form: str = r".+", /, **fields: Field) -> Schema:
    return Schema(name, means, key, MappingProxyType(fields), key_form)


_ACCOUNT = Field("text", "the account that bears the name, or holds the licence, on this platform")
_HEX64 = r"[0-9a-f]{64}"

SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        schema.name: schema
        for schema in (
            _schema(
                "protected_names",
                "names that nobody else may bear: bodies, media, people; administrative divisions",
                "the name as it is written",
                kind=Field(
                    "text",
                    "what bears the name",
                    required=True,
                    choices=("body", "media", "company", "person", "division", "title"),
                ),
                level=Field(
                    "text",
                    "of a division",
                    choices=("country", "province", "prefecture", "county", "state", "city"),
                ),
                account_id=_ACCOUNT,
                aliases=Field("texts", "other names of the same"),
                domain=Field("text", "its official domain"),
                avatars=Field("texts", "perceptual hashes of its avatars, as pdq:<64 hex digits>"),
                code=Field("text", "its public code, such as that of an administrative division"),
            ),
            _schema(
                "credentials",
                "licences that account holders have shown",
                "the account's id",
                credential=Field("text", "the profession or licence", required=True),
                number=Field("text", "a digest of the licence's number, never the number"),
                authority=Field("text", "who issued it"),
            ),
            _schema(
                "fact_checks",
                "published checks of claims; one row for a claim and a publisher (the source)",
                "the claim's id",
                claim=Field("text", "the claim in its own words"),
                claim_en=Field("text", "the claim in English"),
                claim_zh=Field("text", "the claim in Chinese"),
                publisher=Field("text", "who published the check", required=True),
                kind=Field("text", "a check, or a public body's statement", choices=("check", "statement")),
                method_published=Field("yes", "the publisher publishes its method"),
                about=Field("texts", "persons and bodies that the claim is about"),
                verdict=Field("text", "what the publisher found, in its words", required=True),
                rating=Field(
                    "text", "the verdict as one of a few", choices=("false", "misleading", "true", "unproven")
                ),
                url=Field("url", "where the check can be read", required=True),
                checked_at=Field("time", "when it was published"),
                retracted=Field("yes", "the publisher has withdrawn it"),
            ),
            _schema(
                "incidents",
                "registered disasters and accidents, from their beginning to their end",
                "the incident's id",
                kind=Field("text", "disaster, accident or other", choices=("disaster", "accident", "other")),
                name_en=Field("text", "its name in English"),
                name_zh=Field("text", "its name in Chinese"),
                places=Field("texts", "where it is"),
                funds=Field("texts", "names of the funds that collect for it"),
            ),
            _schema(
                "hotlines",
                "numbers that belong to everybody: emergency, public service and helplines",
                "the number, digits and hyphens",
                r"\+?[0-9][0-9 -]{1,30}",
                name=Field("text", "what one reaches", required=True),
                name_en=Field("text", "the same in English"),
                country=Field("text", "ISO 3166-1, two letters"),
                url=Field("url", "who says so"),
            ),
            _schema(
                "originals",
                "images and texts as they were first published",
                "perceptual hash (pdq:<64 hex digits>) or the text's id",
                kind=Field("text", "image or text", required=True, choices=("image", "text")),
                text=Field("text", "the text, if it is one"),
                first_seen_at=Field("time", "when it was first published"),
                url=Field("url", "where"),
                title=Field("text", "what it shows"),
            ),
            _schema(
                "alerts",
                "official texts that many people copy: warnings, missing persons, releases",
                "the alert's id",
                text=Field("text", "the text as published", required=True),
                url=Field("url", "where"),
            ),
            _schema(
                "files",
                "files of the organisation that may not leave it, by their hash",
                "SHA-256 of the file, 64 hex digits",
                _HEX64,
                name=Field("text", "what the file is", required=True),
            ),
            _schema(
                "public_duty",
                "accounts of people who hold a public office",
                "the account's id",
                office=Field("text", "the office", required=True),
            ),
            _schema(
                "signatories",
                "accounts that have signed a code of conduct which binds by signature",
                "the account's id",
                codes=Field("texts", "the ids of the codes it signed", required=True),
            ),
        )
    }
)
"""Every register by name."""

_URL = re.compile(r"https?://[^\s/<>\"']{1,253}(/[^\s<>\"']*)?")
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BAD_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def bad_text(value: str, longest: int = LONGEST_TEXT) -> str | None:
    """Return what is wrong with a text, ``None`` if nothing is."""
    if len(value) > longest:
        return f"is {len(value)} characters long; {longest} are taken"
    found = _BAD_SIGNS.search(value)
    if found is not None:
        return f"holds U+{ord(found[0]):04X}, a sign that cannot be seen"
    return None


def convert(field: Field, value: Any) -> Any:
    """Return a value of a file as its field wants it.

    Raises:
        ValueError: it is not of that type; the message says what would be.
    """
    made = _KINDS[field.kind](value)
    if field.choices and made not in field.choices:
        raise ValueError(f"is one of {', '.join(field.choices)}")
    return made


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is a text")
    wrong = bad_text(value)
    if wrong is not None:
        raise ValueError(wrong)
    return value


def _texts(value: Any) -> list[str]:
    parts = [part.strip() for part in value.split("|")] if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > MOST_TEXTS:
        raise ValueError(f"is a list of at most {MOST_TEXTS} texts (in CSV parted by |)")
    return [_text(part) for part in parts if part != ""]


def _yes(value: Any) -> bool:
    known = _YES.get(str(value).strip().lower())
    if known is None:
        raise ValueError("is true or false")
    return known


def _number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ValueError("is a whole number") from None


def time_of(value: Any) -> int:
    """Return an instant of a file in microseconds; a bare date is midnight UTC.

    Raises:
        ValueError: it is no such instant, or lies outside the years 1 to 9999.
    """
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text += "T00:00:00Z"
    try:
        if isinstance(text, str | int | float):
            at = parse_time(text)
            if -62_135_596_800_000_000 <= at < 253_402_300_800_000_000:
                return at
    except (ValueError, OverflowError):
        pass
    raise ValueError("is a date (2026-09-11) or a time with its offset (2026-09-11T08:00:00Z)")


def _url(value: Any) -> str:
    text = _text(value)
    if not _URL.fullmatch(text):
        raise ValueError("is an address that begins with https:// or http://")
    return text


_KINDS: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {"text": _text, "texts": _texts, "yes": _yes, "number": _number, "time": time_of, "url": _url}
)
