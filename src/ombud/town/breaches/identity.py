"""Impersonation: accounts that pose as a body, an office or a person, by name or by renaming."""

from __future__ import annotations

from random import Random
from typing import Any

from ombud.base.clock import DAY, HOUR, Micros
from ombud.town.grammar import between, pick
from ombud.town.people import Person
from ombud.town.stage import Stage

HARM = "impersonation"
BREACHES = 24
NEAR = 28
"""Accounts of each language."""

_COPIED = ("council", "clinic", "police", "relief", "singer", "mayor")


def plant_impersonation(stage: Stage) -> None:
    """Plant accounts that pose as another and accounts that only seem to, in both languages."""
    for lang in ("en", "zh"):
        rng = stage.rng(f"{HARM}/{lang}")
        for side, n in (("breach", BREACHES), ("near", NEAR)):
            flavours = _flavours(stage, lang, side)
            for i in range(n):
                _account(stage, rng, lang, flavours[i % len(flavours)], renamed=i % 3 == 2)
        _real_rename(stage, rng, lang)


def _flavours(stage: Stage, lang: str, side: str) -> list[str]:
    keys = stage.grammars[lang].keys(f"{HARM}.{side}.")
    return [key.removesuffix(".name") for key in keys if key.endswith(".name")]


def _account(stage: Stage, rng: Random, lang: str, flavour: str, *, renamed: bool) -> None:
    grammar = stage.grammars[lang]
    breach = ".breach." in flavour
    note = flavour.rsplit(".", 1)[1] + (", by renaming" if renamed else "")
    incident = stage.incident(HARM, breach=breach, lang=lang, note=note)
    at = stage.moment(0.03 + 0.9 * rng.random())
    changes = {"name": grammar.say(rng, f"{flavour}.name"), "bio": grammar.say(rng, f"{flavour}.bio")}
    if renamed:
        who = stage.newcomer(rng, lang, followers=between(rng, 40, 900), posts=between(rng, 20, 400))
        _ordinary(stage, rng, who, at)
        stage.event(at, "profile", who, profile=changes, extra={"device": who.device})
    else:
        if breach and rng.random() < 0.4:
            changes["avatar"] = stage.cast[f"{pick(rng, _COPIED)}-{lang}"].avatar
        made = at if breach or rng.random() < 0.3 else None
        extra: dict[str, Any] = (
            {} if made else {"followers": between(rng, 30, 2500), "posts": between(rng, 40, 900)}
        )
        who = stage.newcomer(rng, lang, made, **changes, **extra)
    stage.stand(who, incident, at)
    _speak(stage, rng, who, f"{flavour}.text", at)


def _ordinary(stage: Stage, rng: Random, who: Person, before: Micros) -> None:
    for _ in range(between(rng, 1, 3)):
        at = before - int(rng.random() * 3 * DAY) - HOUR
        if at > stage.start:
            text = stage.grammars[who.lang].say(rng, "post.food")
            stage.say(at, who, text, extra={"device": who.device})


def _speak(stage: Stage, rng: Random, who: Person, key: str, at: Micros) -> None:
    for _ in range(between(rng, 2, 4)):
        at += HOUR + int(rng.random() * 2 * DAY)
        if at < stage.end:
            stage.say(at, who, stage.grammars[who.lang].say(rng, key), extra={"device": who.device})


def _real_rename(stage: Stage, rng: Random, lang: str) -> None:
    incident = stage.incident(HARM, breach=False, lang=lang, note="the body itself renames its account")
    who = stage.cast[f"library-{lang}"]
    name = "Larkmere Library and Archive" if lang == "en" else "榆浦图书馆与档案馆"
    stage.event(
        stage.moment(0.3 + 0.4 * rng.random()), "profile", who, profile={"name": name}, incidents=(incident,)
    )
