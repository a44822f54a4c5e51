"""Who lives in the town: people, shops and bodies, each with an account."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ombud.base.clock import DAY, Micros
from ombud.town.grammar import Grammar, between, pick
from ombud.town.made import pdq


@dataclass(frozen=True, slots=True)
class Person:
    """One account as it stands when the stream begins (or when it was made, if later).

    ``key`` counts accounts in the order in which the generator made them; it
    never appears in an event. ``traits`` say what the account talks about;
    ``weight`` how often, relative to others.
    """

    key: int
    lang: str
    name: str
    bio: str
    created_at: Micros
    followers: int
    following: int
    posts: int
    verified: bool = False
    avatar: str = ""
    credentials: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    style: str = "plain"
    weight: float = 1.0
    device: str = ""


STYLES = ("plain", "plain", "plain", "lower", "chatty", "bare", "chatty")
"""How a person writes; each is as likely as it is often here."""

_TRAITS = (
    ("football", 0.2),
    ("fan", 0.15),
    ("parent", 0.2),
    ("elder", 0.12),
    ("worker", 0.2),
    ("gardener", 0.1),
)


def display_name(grammar: Grammar, rng: Random) -> str:
    """Return a name such as people choose for an account."""
    return grammar.say(rng, "account.name")


def make_person(
    grammar: Grammar, rng: Random, key: int, start: Micros, *, newest: Micros | None = None
) -> Person:
    """Return an ordinary resident.

    Args:
        start: the first instant of the stream; the account is older, by days to years.
        newest: if given, the account is made within two days before this instant.
    """
    age = DAY * (3 + int(2400 * rng.random() ** 1.5))
    created = start - age if newest is None else newest - int(rng.random() * 2 * DAY)
    reach = rng.random() ** -0.7
    traits = frozenset(name for name, share in _TRAITS if rng.random() < share)
    style = pick(rng, STYLES)
    if grammar.lang == "zh" and rng.random() < 0.08:
        style = "traditional"
    return Person(
        key=key,
        lang=grammar.lang,
        name=display_name(grammar, rng),
        bio=_bio(grammar, rng),
        created_at=created,
        followers=0 if newest is not None else min(20_000, int(25 * reach)),
        following=between(rng, 0, 9) if newest is not None else between(rng, 12, 420),
        posts=0 if newest is not None else int(60 * reach * rng.random() + 2),
        avatar="pdq:" + pdq(rng) if rng.random() < 0.8 else "",
        traits=traits | {"newcomer"} if newest is not None else traits,
        style=style,
        weight=rng.random() ** -0.8,
        device=f"{rng.getrandbits(40):010x}",
    )


def _bio(grammar: Grammar, rng: Random) -> str:
    roll = rng.random()
    if roll < 0.18:
        return ""
    if roll < 0.6:
        return grammar.say(rng, "bio.line")
    one, two = grammar.say(rng, "bio.line"), grammar.say(rng, "bio.line")
    return one if one == two else grammar.say(rng, "bio.two", {"one": one, "two": two})
