"""What an erasure concerns, and what is left of an event after it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from ombud.events.archive import Renamed
from ombud.events.envelope import Event
from ombud.store.erasing import GONE

WORDY = frozenset({"excerpt", "words", "text", "reason", "reasons"})
"""Names under which a case's history keeps somebody's words."""

LONG = 40  # characters: a text in a case's history that is longer is taken for somebody's words


class Target(msgspec.Struct, frozen=True):
    """An account or an event, by its id and origin."""

    kind: Literal["account", "event"]
    id: str
    origin: str | None

    def owns(self, event_id: str, account: str, origin: str | None) -> bool:
        """Return whether an event's words are to go."""
        return origin == self.origin and self.id == (account if self.kind == "account" else event_id)

    def touches(self, event: Event) -> bool:
        """Return whether an event changes at all: its own, or (for an account) aimed at it."""
        if self.owns(event.id, event.account.id, event.origin):
            return True
        aimed = event.target is not None and event.target.account_id == self.id
        return self.kind == "account" and aimed and event.origin == self.origin


def redacted(event: Event, target: Target, renamed: Renamed | None) -> Event:
    """Return the event without words, names and links if it is the target's, and with ids renamed."""
    replace = msgspec.structs.replace
    if target.owns(event.id, event.account.id, event.origin):
        gone: dict[str, Any] = dict.fromkeys(("name", "bio", "avatar", "credentials", "roles"))
        event = replace(event, account=replace(event.account, **gone), extra={})
        if event.post is not None:
            gone = dict.fromkeys(("text", "urls", "media", "products", "disclosures"))
            event = replace(event, post=replace(event.post, **gone))
        if event.payment is not None:
            event = replace(event, payment=replace(event.payment, memo=None))
        if event.report is not None:
            event = replace(event, report=replace(event.report, text=None))
    if renamed is not None and event.origin == renamed.origin:
        if event.account.id == renamed.old:
            event = replace(event, account=replace(event.account, id=renamed.new))
        if event.target is not None and event.target.account_id == renamed.old:
            event = replace(event, target=replace(event.target, account_id=renamed.new))
    return event


def mentioner(name: str) -> Callable[[bytes], bool]:
    """Return a test of raw bytes: do they name it? A JSON line is read; other bytes are searched.

    In a JSON line the id must be a whole value; elsewhere it must stand between other
    characters than letters, digits and ``_``.
    """
    quoted = json.dumps(name).encode()[1:-1]
    choices = b"|".join(re.escape(form) for form in {name.encode("utf-8", "surrogatepass"), quoted})
    search = re.compile(rb"(?<![0-9A-Za-z_])(?:" + choices + rb")(?![0-9A-Za-z_])").search

    def mentions(raw: bytes) -> bool:
        if not search(raw):
            return False
        try:
            return _has(json.loads(raw), name)
        except (ValueError, RecursionError):
            return True

    return mentions


def _has(value: Any, name: str) -> bool:
    if isinstance(value, Mapping):
        return any(_has(each, name) for each in value.values())
    if isinstance(value, list):
        return any(_has(each, name) for each in value)
    return value == name if isinstance(value, str) else not isinstance(value, bool) and str(value) == name


def stripper(names: set[str]) -> Callable[[Any], Any]:
    """Return what takes salts, names and long texts out of a case's history line."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: _short(key, strip(each)) for key, each in value.items() if key != "salt"}
        if isinstance(value, list):
            return [strip(each) for each in value]
        if isinstance(value, str) and (len(value) > LONG or any(name in value for name in names)):
            return GONE
        return value

    return strip


def _short(key: str, value: Any) -> Any:
    """Take out what holds words by its name, however few they are."""
    if key == "evidence":
        return {}
    return GONE if key in WORDY and isinstance(value, str) and value else value


def words_of(raw: bytes) -> set[str]:
    """Return every string of a JSON line, or every word of other bytes: what could be an id."""
    try:
        return set(_strings(json.loads(raw)))
    except (ValueError, RecursionError):
        text = raw.decode("utf-8", "replace")
        return set(re.findall(r"""[^\s",:;{}\[\]()]+""", text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    else:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
