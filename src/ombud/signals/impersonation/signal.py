"""The signal itself: reads the name, the bio and the picture, and fills the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from ombud.events.envelope import Account, Event
from ombud.expr import FOLD_VERSION, folded
from ombud.signals.base import NOTHING, Declared, Lazy, Measured, Registers, Span
from ombud.signals.catalogue import fields_of
from ombud.signals.impersonation import cues
from ombud.signals.impersonation.avatars import parse
from ombud.signals.impersonation.bios import claimed
from ombud.signals.impersonation.changes import Change, changes, extent
from ombud.signals.impersonation.index import SHARED, Index, Latest, Protected
from ombud.signals.impersonation.renames import HORIZON, Names
from ombud.signals.impersonation.resemble import Likeness, resembled

VERSION = f"1/{FOLD_VERSION}"
"""Goes up with every change of code or tables that could change an answer."""

REGISTER = "protected_names"

BY_BIO, BY_AVATAR, AVATAR_AND_CUE = 0.95, 0.7, 0.95
"""Scores of a bio that claims to be official, of a picture alone, of a picture with an office cue."""

NAMESAKE = 0.5
"""Score of a person's name alone: people share names."""

PLACE_OR_PERSON = 0.85
"""Score of one word that is a place, and may be a person, beside "official" alone."""

LEAST = 0.8
"""Likenesses below this are not told."""

_READ_OF_NAME = 2_000
_MOST_KEPT = 20_000
_DISGUISES = frozenset({"invisible", "look_alike"})


@dataclass(frozen=True, slots=True)
class Found:
    """What an account resembles, and what shows it."""

    owner: Protected
    name: str
    score: float
    how: str
    spans: tuple[Span, ...] = ()
    changed: tuple[Change, ...] = ()


class Impersonation:
    """A name, a bio or a picture taking a protected one's place."""

    name = "impersonation"
    languages = frozenset({"zh", "en"})
    version = VERSION
    horizon = HORIZON

    def __init__(self) -> None:
        self._latest = Latest()

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Every field of the catalogue under ``signal.impersonation``."""
        return fields_of(self.name)

    def session(self, registers: Registers) -> Session:
        """Start a session that compares with the register ``protected_names``."""
        return Session(registers, self._latest)


def signal() -> Impersonation:
    """Make the signal (entry point ``ombud.signals``)."""
    return Impersonation()


class Session:
    """The signal at work: an index of the register's rows, and the names accounts bore lately."""

    def __init__(self, registers: Registers, latest: Latest) -> None:
        self._registers = registers
        self._latest = latest
        self._names = Names()
        self._rows: object = None
        self._index = Index(())
        self._kept: dict[tuple[str, str | None, str | None, str], Measured] = {}

    def observe(self, event: Event) -> None:
        """Take note of the account's name."""
        if event.account.name:
            self._names.observe(event.account.id, event.account.name, event.at)

    def measure(self, event: Event) -> Measured:
        """Return what the account resembles; NULL where it has no name."""
        account = event.account
        if not account.name:
            return NOTHING
        index = self._indexed(event.at)
        key = (account.name, account.bio, account.avatar, account.id)
        measured = self._kept.get(key)
        if measured is None:
            measured = judge(account, index)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = measured
        return self._with_renaming(event, measured, index)

    def _indexed(self, at: int) -> Index:
        rows = self._registers.rows(REGISTER, at)
        if rows is not self._rows:
            self._rows, self._index = rows, self._latest.of(rows)
            self._kept.clear()
        return self._index

    def _with_renaming(self, event: Event, measured: Measured, index: Index) -> Measured:
        protected = measured.values.get("protected")
        if protected is None or event.account.name is None:
            return measured
        told = event.extra.get("previous_name")
        before = [told] if isinstance(told, str) and told else []
        before += self._names.before(event.account.id, event.account.name, event.at)
        other = next((name for name in before if _resembles_not(name, protected, index)), None)
        if other is None:
            return measured
        return Measured(
            {**measured.values, "renamed_into": True},
            measured.spans,
            {**measured.evidence, "previous_name": other[:200]},
        )


def _resembles_not(name: str, protected: str, index: Index) -> bool:
    found = resembled(name[:_READ_OF_NAME], index)
    return found is None or found.name.owner.key != protected


def judge(account: Account, index: Index) -> Measured:
    """Compare one account with an index, without its history."""
    name, bio = (account.name or "")[:_READ_OF_NAME], (account.bio or "")[: cues.READ_OF_BIO]
    plain_name, plain_bio = folded(name), folded(bio)
    found, distance = _by_name(name, plain_bio, index, account.id), None
    if found is None or found.score < 0.9:
        found = _by_bio(bio, index, account.id) or found
    bits = parse(account.avatar) if account.avatar and index.avatars.size else None
    claims = bits is not None and (cues.calls_itself_official(plain_name) or cues.bio_claims(plain_bio))
    near = _near(bits, found, index, claims=claims) if bits is not None else None
    if near is not None and near[1].account_id != account.id:
        distance = near[0]
        found = _with_picture(found, near[1], claims=claims)
    values: dict[str, Any] = {"score": 0.0, "renamed_into": False} if index.size else {}
    about = _About(name, plain_name, plain_bio, found)
    if distance is not None:
        values["avatar_distance"] = distance
    if found is None or found.score < min(LEAST, NAMESAKE):
        return Measured(Lazy(values, _LATER, about))
    return _told(values, about, found, distance)


def _near(bits: int, found: Found | None, index: Index, *, claims: bool) -> tuple[int, Protected] | None:
    """Return the protected picture that a picture shows, and the bits that differ.

    A picture is held against those of the name found more loosely; against all, where the account
    claims an office and its name has not told yet whose.
    """
    near = index.avatars.nearest(bits)
    if near is None and found is not None:
        near = index.avatars.like(bits, found.owner)
    if near is None and claims and (found is None or found.score < AVATAR_AND_CUE):
        near = index.avatars.like(bits)
    return near


def _told(values: dict[str, Any], about: _About, found: Found, distance: int | None) -> Measured:
    values |= {
        "protected": found.owner.key,
        "protected_kind": found.owner.kind,
        "score": round(found.score, 3),
        "resemblance": found.how,
    }
    evidence: dict[str, Any] = {
        "protected": found.owner.key,
        "spelling": found.name,
        "resemblance": found.how,
    }
    if found.changed:
        evidence["changes"] = [change.plain() for change in found.changed]
    if distance is not None:
        evidence["avatar_distance"] = distance
    return Measured(Lazy(values, _LATER, about), found.spans, evidence)


class _About(NamedTuple):
    """An account as the fields that few rules ask for are worked out from it."""

    name: str
    plain_name: str
    plain_bio: str
    found: Found | None


_LATER: Mapping[str, Callable[[_About], bool]] = MappingProxyType(
    {
        "office_cue": lambda about: cues.claims_office(about.plain_name),
        "is_parody": lambda about: _is_other(about.name, about.plain_bio, about.found),
    }
)


def _is_other(name: str, plain_bio: str, found: Found | None) -> bool:
    """Say whether the account says it is something else; words of the resembled name do not count."""
    rest = name
    for span in found.spans if found is not None else ():
        if span.column == "account.name" and span.kind == "name":
            rest = name[: span.start] + " | " + name[span.end :]
    return cues.says_other(folded(rest), plain_bio)


def _by_name(name: str, plain_bio: str, index: Index, account: str) -> Found | None:
    like = resembled(name, index)
    if like is not None and like.name.owner.account_id == account:
        like = None
    if like is None:
        return None
    start, end = extent(name, like.core.start, like.core.end)
    changed = tuple(changes(name, start, end, like.name.text))
    badge = any(sign in cues.BADGES for sign in name[:start] + name[end:])
    outside = bool(like.core.strength) or badge
    how, score = _kind(like, changed, "badge" if badge else "cue" if outside else "same"), like.score
    if like.name.owner.kind in SHARED and not (outside or cues.bio_claims(plain_bio)):
        disguised = any(change.how in _DISGUISES for change in changed) and like.how == "same"
        score = score if disguised else min(score, NAMESAKE)
    if how == "place_cue" and _may_be_a_person(like) and not cues.bio_claims(plain_bio):
        score = PLACE_OR_PERSON
    if score < LEAST and score != NAMESAKE:
        return None
    spans = [Span("account.name", start, end, "name")]
    spans += [
        Span("account.name", change.start, change.end, change.how)
        for change in changed
        if change.end > change.start
    ]
    if outside:
        parts = ((0, start), (end, len(name)))
        spans += [Span("account.name", a, b, "cue") for a, b in parts if name[a:b].strip()]
    return Found(like.name.owner, like.name.text, score, how, tuple(spans), changed)


_STRONGEST = ("look_alike", "invisible", "separator", "doubled")


def _may_be_a_person(like: Likeness) -> bool:
    """Say whether a place is one word that people are called by too (Paris Official, Georgia Official)."""
    return " " not in like.name.text and not like.name.han and not like.core.strength & cues.PLACE


def _kind(like: Likeness, changed: tuple[Change, ...], outside: str) -> str:
    if like.how != "same":
        return like.how
    hows = {change.how for change in changed}
    return next((how for how in _STRONGEST if how in hows), outside)


def _by_bio(bio: str, index: Index, account: str) -> Found | None:
    found = claimed(bio, index)
    if found is None or found[0].owner.account_id == account:
        return None
    name, start, end = found
    return Found(name.owner, name.text, BY_BIO, "bio", (Span("account.bio", start, end, "name"),))


def _with_picture(found: Found | None, owner: Protected, *, claims: bool) -> Found:
    if found is not None and found.owner.key == owner.key:
        how = "avatar" if found.score < 0.9 else found.how
        return Found(owner, found.name, max(found.score, AVATAR_AND_CUE), how, found.spans, found.changed)
    score = AVATAR_AND_CUE if claims else BY_AVATAR
    if found is not None and found.score >= score:
        return found
    return Found(owner, owner.key, score, "avatar", (Span("account.avatar", 0, 0, "picture"),))
