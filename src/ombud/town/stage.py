"""The workbench on which a town is put together: drafts of events, people, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from ombud.base.clock import DAY, Micros
from ombud.base.ids import digest16
from ombud.town.disguise import LINK
from ombud.town.grammar import Grammar, read_phrases
from ombud.town.made import makers, pdq
from ombud.town.people import Person, make_person


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post before it gets its id; ``n`` is its running number."""

    n: int
    text: str | None
    lang: str | None
    author: int
    at: Micros
    parent: int | None = None
    root: int | None = None
    topic: str = ""
    urls: tuple[str, ...] = ()
    media: tuple[Mapping[str, Any], ...] = ()
    products: tuple[str, ...] = ()
    disclosures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it gets its id; ``n`` is its running number."""

    n: int
    at: Micros
    kind: str
    who: int
    audience: str | None
    post: PostDraft | None = None
    target_account: int | None = None
    target_post: int | None = None
    payment: Mapping[str, Any] | None = None
    report: Mapping[str, str] | None = None
    profile: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
    incidents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """One planted thing: a breach or a near miss of one harm, of one event or of many."""

    n: int
    harm: str
    breach: bool
    note: str
    lang: str
    disguise: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that an account does from ``since`` until ``until`` belongs to an incident."""

    who: int
    incident: int
    since: Micros
    until: Micros


@dataclass(slots=True)
class Stage:
    """Collects people, drafts and incidents; everything random comes from ``rng(name)``."""

    seed: int
    start: Micros
    days: int
    scale: float
    wording: str = "first"
    people: list[Person] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    cast: dict[str, Person] = field(default_factory=dict)
    residents: dict[str, list[Person]] = field(default_factory=lambda: {"en": [], "zh": []})
    grammars: dict[str, Grammar] = field(init=False)
    said: dict[str, list[PostDraft]] = field(default_factory=lambda: {"en": [], "zh": []})
    originals: list[tuple[str, Micros]] = field(default_factory=list)
    posts: int = 0

    def __post_init__(self) -> None:
        rng = self.rng("originals")
        for _ in range(24):
            self.originals.append((pdq(rng), self.start - (90 + int(rng.random() * 2000)) * DAY))
        self.grammars = {
            lang: Grammar(lang, read_phrases(lang, self.wording), makers(lang)) for lang in ("en", "zh")
        }

    @property
    def end(self) -> Micros:
        """The first instant after the stream."""
        return self.start + self.days * DAY

    def rng(self, name: str) -> Random:
        """Return a source of choices of its own, so that parts do not disturb each other."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - play, not secrets

    def moment(self, fraction: float) -> Micros:
        """Return the instant at that fraction of the stream, on a whole second."""
        return self.start + int(self.days * DAY * fraction) // 1_000_000 * 1_000_000

    def clamp(self, at: Micros) -> Micros:
        """Return ``at`` on a whole second and inside the stream."""
        return min(max(at, self.start), self.end - 1_000_000) // 1_000_000 * 1_000_000

    def join(self, person: Person) -> Person:
        """Add an account, with the next key."""
        person = replace(person, key=len(self.people))
        self.people.append(person)
        return person

    def newcomer(self, rng: Random, lang: str, at: Micros | None = None, **changes: Any) -> Person:
        """Add an account that is not among the residents; ``at``: made shortly before that instant."""
        made = make_person(self.grammars[lang], rng, 0, self.start, newest=at)
        return self.join(replace(made, **changes))

    def incident(self, harm: str, *, breach: bool, lang: str, note: str = "", disguise: str = "") -> int:
        """Open an incident and return its number."""
        self.incidents.append(Incident(len(self.incidents), harm, breach, note, lang, disguise))
        return len(self.incidents) - 1

    def stand(self, who: Person, incident: int, since: Micros, until: Micros | None = None) -> None:
        """Count all that the account does in that time to the incident."""
        self.standings.append(Standing(who.key, incident, since, self.end if until is None else until))

    def event(
        self, at: Micros, kind: str, who: Person, *, audience: str | None = "public", **fields: Any
    ) -> Draft:
        """Add an event that is no new post."""
        draft = Draft(len(self.drafts), self.clamp(at), kind, who.key, audience, **fields)
        self.drafts.append(draft)
        return draft

    def say(
        self,
        at: Micros,
        who: Person,
        text: str | None,
        *,
        kind: str = "post",
        to: PostDraft | None = None,
        audience: str | None = "public",
        incidents: tuple[int, ...] = (),
        topic: str = "",
        extra: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> PostDraft:
        """Add a post, comment or repost; ``to`` is what it answers or passes on."""
        at = self.clamp(at if to is None else max(at, to.at + 1_000_000))
        parent = None if to is None else to.n
        root = None if to is None else (to.n if to.root is None else to.root)
        lang = fields.pop("lang", who.lang)
        fields["urls"] = tuple(LINK.findall(text)) if text is not None and "https" in text else ()
        post = PostDraft(self.posts, text, lang, who.key, at, parent, root, topic, **fields)
        self.posts += 1
        target: Mapping[str, Any] = {} if to is None else {"target_account": to.author, "target_post": to.n}
        self.event(at, kind, who, audience=audience, post=post, incidents=incidents, extra=extra, **target)
        return post

    def event_id(self, n: int) -> str:
        """Return the id of the event with that running number."""
        return self._id("e", n)

    def post_id(self, n: int) -> str:
        """Return the id of the post with that running number."""
        return self._id("p", n)

    def account_id(self, key: int) -> str:
        """Return the id of the account with that key."""
        return self._id("a", key)

    def _id(self, letter: str, n: int) -> str:
        return letter + digest16(letter, str(self.seed), str(n)).hex()[:14]

    def old_picture(self, rng: Random) -> tuple[Mapping[str, Any], ...]:
        """Return the media list of a post with a picture of the register, a few bits changed by copying."""
        value = int(self.originals[int(rng.random() * len(self.originals))][0], 16)
        for _ in range(int(rng.random() * 6)):
            value ^= 1 << int(rng.random() * 256)
        return ({"kind": "image", "pdq": f"{value:064x}"},)

    def picture(self, rng: Random) -> tuple[Mapping[str, Any], ...]:
        """Return the media list of a post with one picture."""
        return ({"kind": "image", "pdq": pdq(rng)},)
