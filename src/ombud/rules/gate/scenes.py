"""What the gate shows to the rules: the corpus in several settings, exchanged names, bare mentions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from ombud.base.clock import DAY, HOUR, Micros, format_time
from ombud.base.errors import Where
from ombud.conduct.tests import BASE_AT
from ombud.events.decode import decode
from ombud.events.envelope import KINDS, Event
from ombud.rules.gate.corpus import Item, corpus
from ombud.rules.gate.finder import entries
from ombud.rules.gate.swap import VARIANTS, swapped_event
from ombud.rules.gate.writing import is_han

Sort = Literal["speech", "swap", "mention", "bearer", "empty"]

REGULAR = {"name": "Sam", "bio": "", "followers": 180, "following": 150, "posts": 900, "verified": False,
           "created_at": format_time(BASE_AT - 1100 * DAY)}  # fmt: skip
NEWCOMER = {"name": "Sam", "bio": "", "followers": 2, "following": 30, "posts": 1, "verified": False,
            "created_at": format_time(BASE_AT - 6 * HOUR)}  # fmt: skip
KNOWN = {"name": "Sam", "bio": "journalist, teacher, activist, student, mum of two. 记者 律师 医生 志愿者",
         "followers": 2_000_000, "following": 900, "posts": 50_000, "verified": True,
         "roles": ["journalist", "teacher", "employee", "public_duty", "student"],
         "credentials": ["physician", "lawyer"], "created_at": format_time(BASE_AT - 4000 * DAY)}  # fmt: skip
BARE_POST: dict[str, Any] = {"reply": False, "urls": [], "media": [], "products": [], "disclosures": []}
RICH_POST: dict[str, Any] = {"urls": ["https://news.example/story"], "media": [{"kind": "image"}]}
ADDRESSEE = {"account_id": "addressee", "post_id": "p-addressee"}

FRAMES = {
    "en": (
        "{x}",
        "I am so tired of {x}. We deserve better than {x}!",
        "No more {x}! Say it with me: {x} {x}",
    ),
    "zh": ("{x}", "说的就是{x}，我真是受够了{x}！", "我支持的不是{x}，大家都来谈谈{x}"),
}
"""Sentences that only mention something; no rule may find them, whatever is mentioned."""

NAME_FRAMES = {
    "en": (
        "{x} Watch",
        "Not {x} (parody)",
        "{x} fans, unofficial",
        "People against {x}",
        "Breakfast opposite {x}",
        "Totally Official {x} (parody)",
    ),
    "zh": (
        "{x}观察",
        "恶搞{x}（戏仿）",
        "{x}粉丝站（非官方）",
        "反对{x}的普通人",
        "{x}门口的早餐店",
        "假装是{x}官方（恶搞）",
    ),
}
"""Names of accounts that are not the body they speak of, and do not claim to be."""

BARE_GROUPS = frozenset({"places", "religions", "peoples"})
"""Groups whose names may stand alone in an account's name."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Events in order of time for a session of their own; each of them must stay clear."""

    sort: Sort
    about: str
    events: tuple[Event, ...]
    where: Where | None = None


def speech() -> Iterator[Scene]:
    """Yield the corpus: as it is, from a newcomer, as a comment to somebody, from somebody well known."""
    for item in corpus():
        yield _scene("speech", item, [setting(event, REGULAR, item.language) for event in item.events])
        if len(item.events) == 1 and "post" in item.events[0]:
            yield _scene("speech", item, [setting(item.events[0], NEWCOMER, item.language)])
            yield _scene("speech", item, [addressed(setting(item.events[0], REGULAR, item.language))])
            known = setting(item.events[0], KNOWN, item.language)
            yield _scene("speech", item, [{**known, "post": {**known["post"], **RICH_POST}}])


def exchanged() -> Iterator[Scene]:
    """Yield the corpus with names exchanged, each item in :data:`VARIANTS` versions."""
    for item in corpus():
        for turn in range(VARIANTS):
            events = [swapped_event(event, item.seed, turn) for event in item.events]
            if events[-1] != item.events[-1]:
                yield _scene("swap", item, [setting(event, REGULAR, item.language) for event in events])


def mentions() -> Iterator[Scene]:
    """Yield posts that only mention a name or a word of the gate's lists."""
    for entry in entries():
        language = "zh" if is_han(entry.text) else "en"
        events = []
        for number, frame in enumerate(FRAMES[language]):
            post = {
                **BARE_POST,
                "lang": language,
                "id": f"p{number}",
                "text": frame.replace("{x}", entry.text),
            }
            at = format_time(BASE_AT + number * DAY)
            event = _event(f"e{number}", at, "post", account={"id": f"a{number}", **REGULAR}, post=post)
            events.append(decoded(event if number != 1 else addressed(event)))
        yield Scene("mention", entry.text, tuple(events))


def bearers() -> Iterator[Scene]:
    """Yield accounts that watch, support, oppose or mock what a name names."""
    for entry in entries():
        language = "zh" if is_han(entry.text) else "en"
        frames = list(NAME_FRAMES[language])
        if entry.group in BARE_GROUPS or entry.sort == "word":
            frames.append("{x}")
        names = [frame.replace("{x}", entry.text) for frame in frames]
        events = [_borne(name, number) for number, name in enumerate(names)]
        yield Scene("bearer", entry.text, tuple(events))


def _borne(name: str, number: int) -> Event:
    """Return a change of profile, or a harmless post, by an account of this name."""
    account = {"id": f"a{number}", **REGULAR, "name": name, "followers": 30, "posts": 12}
    at = format_time(BASE_AT + number * DAY)
    if number % 2 == 0:
        return decoded(_event(f"e{number}", at, "profile", account=account))
    post = {**BARE_POST, "id": f"p{number}", "text": "Good morning! 早上好！"}
    return decoded(_event(f"e{number}", at, "post", account=account, post=post))


def empty() -> Iterator[Scene]:
    """Yield events of every kind that say nothing at all."""
    for kind in KINDS:
        event = _event("e1", format_time(BASE_AT), kind, account={"id": "a1"})
        for target in ({}, {"target": ADDRESSEE}):
            yield Scene("empty", f"an empty {kind}", (decoded({**event, **target}),))


def _event(name: str, at: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"id": name, "at": at, "kind": kind, "audience": "public", **parts}


def setting(event: Mapping[str, Any], account: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the event with what it does not say filled in as ordinary."""
    found = {**event, "account": {**account, **event["account"]}}
    if "post" in event:
        found["post"] = {**BARE_POST, "lang": language, **event["post"]}
    return found


def addressed(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a post as a comment to somebody."""
    kind = "comment" if event["kind"] == "post" else event["kind"]
    post = {**event["post"], "reply": True, "parent_id": "p-addressee", "root_id": "p-addressee"}
    return {**event, "kind": kind, "post": post, "target": event.get("target", ADDRESSEE)}


def later(event: Event, shift: Micros) -> Event:
    """Return the event moved in time, and its account's age with it."""
    account = event.account
    if account.created_at is not None:
        account = msgspec.structs.replace(account, created_at=account.created_at + shift)
    return msgspec.structs.replace(event, at=event.at + shift, account=account)


def decoded(event: Mapping[str, Any]) -> Event:
    """Return an event through the same door as a stream's."""
    return decode(msgspec.json.encode(event))


def _scene(sort: Sort, item: Item, events: list[dict[str, Any]]) -> Scene:
    return Scene(sort, item.name, tuple(decoded(event) for event in events), item.where)
