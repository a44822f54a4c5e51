"""What the whole town lives through: notices, the storm, the scandal, the festival.

Much of it looks like a campaign and is none: an alert, a petition, a slogan or a
greeting that many people copy of their own accord. All of it is protected, and
is planted as a near miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND, Micros
from ombud.town.almanac import FESTIVAL, SCANDAL, STORM, busyness, instants
from ombud.town.cast import PARTS, known
from ombud.town.grammar import between, pick
from ombud.town.people import Person
from ombud.town.stage import PostDraft, Stage


def voices(stage: Stage) -> None:
    """Let bodies, shops and well-known people post day by day."""
    rng = stage.rng("voices")
    thin = min(1.0, max(0.15, stage.scale))
    for lang in ("en", "zh"):
        for name, part in PARTS.items():
            who = stage.cast[f"{name}-{lang}"]
            for day in range(stage.days):
                _day(stage, rng, who, name, day, part.a_day * thin)
        for who in known(stage, lang, "shop"):
            for day in range(stage.days):
                _day(stage, rng, who, "shop", day, 0.5 * thin)
    _parodies(stage)


def _day(stage: Stage, rng: Random, who: Person, name: str, day: int, mean: float) -> None:
    share = mean * busyness(day)
    n = int(share) + (1 if rng.random() < share - int(share) else 0)
    for at in instants(rng, stage.start + day * DAY, n):
        text = stage.grammars[who.lang].say(rng, f"voice.{name}")
        ad = text.lower().startswith(("ad:", "advertis", "广告")) or "(advert" in text or "（广告）" in text
        goods = (f"item-{between(rng, 100, 999)}",) if name == "shop" and rng.random() < 0.4 else ()
        post = stage.say(
            at,
            who,
            text,
            topic=name,
            products=goods,
            disclosures=("ad",) if ad else (),
            extra={"device": who.device},
        )
        _echo(stage, rng, post, who)


def _echo(stage: Stage, rng: Random, post: PostDraft, who: Person) -> None:
    n = int(stage.scale * rng.random() ** 3 * (6 if who.followers < 5000 else 14))
    for _ in range(n):
        other = pick(rng, stage.residents[who.lang])
        at = post.at + int(rng.random() ** 2 * 8 * HOUR) + MINUTE
        if other.created_at < at < stage.end:
            key = "comment.disagree" if rng.random() < 0.25 else "comment.generic"
            stage.say(
                at,
                other,
                stage.grammars[who.lang].say(rng, key),
                kind="comment",
                to=post,
                extra={"device": other.device},
            )


def _parodies(stage: Stage) -> None:
    for lang in ("en", "zh"):
        for name, note in (
            ("parody", "a parody account that says so"),
            ("critic", "residents who watch the council"),
        ):
            incident = stage.incident("impersonation", breach=False, lang=lang, note=note)
            stage.stand(stage.cast[f"{name}-{lang}"], incident, stage.start)


@dataclass(frozen=True, slots=True)
class Wave:
    """A text that many people copy: when it starts, how long it runs, how many at scale 1."""

    key: str
    at: float
    hours: float
    people: int
    note: str
    before: str = ""
    source: str = ""


WAVES = (
    Wave("alert.storm", STORM[0], 9, 520, "a storm warning that many copy", source="weather"),
    Wave("alert.missing", 0.2, 14, 220, "a missing-person notice that many copy", source="police"),
    Wave(
        "petition.text",
        SCANDAL[0] + 0.05,
        96,
        1000,
        "a petition signed in the same words",
        before="petition.before",
    ),
    Wave("strike.text", SCANDAL[0] + 0.2, 40, 180, "a strike supported in the same words"),
    Wave("slogan.text", FESTIVAL[1] - 0.02, 5, 160, "fans shout the same slogan", source="singer"),
    Wave("greeting.text", FESTIVAL[0], 24, 150, "the same festival greeting"),
    Wave("homework.text", 0.28, 3, 26, "a class posts the same homework"),
    Wave("staff.text", 0.52, 30, 32, "employees share their employer's vacancy and say so"),
)


def waves(stage: Stage) -> None:
    """Let every wave of copies run in both languages."""
    rng = stage.rng("waves")
    for lang in ("en", "zh"):
        for wave in WAVES:
            _wave(stage, rng, lang, wave)


def _wave(stage: Stage, rng: Random, lang: str, wave: Wave) -> None:
    grammar = stage.grammars[lang]
    text = grammar.say(rng, wave.key)
    start = stage.moment(wave.at)
    incident = stage.incident("coordinated_flooding", breach=False, lang=lang, note=wave.note)
    people = [p for p in stage.residents[lang] if p.created_at < start]
    rng.shuffle(people)
    source = None
    if wave.source:
        source = stage.say(
            start, stage.cast[f"{wave.source}-{lang}"], text, topic=wave.key, incidents=(incident,)
        )
    for who in people[: max(12, int(wave.people * stage.scale))]:
        words = text
        if wave.before and rng.random() < 0.25:
            words = grammar.say(rng, wave.before) + " " + text
        at = start + _delay(rng, wave.hours)
        if at >= stage.end:
            continue
        if source is not None and rng.random() < 0.5:
            stage.say(at, who, text, kind="repost", to=source, topic=wave.key, incidents=(incident,))
        else:
            stage.say(at, who, words, topic=wave.key, incidents=(incident,), extra={"device": who.device})


def _delay(rng: Random, hours: float) -> Micros:
    # the mean of two draws, bent towards the beginning: slow start, peak, long tail
    bent = (rng.random() + rng.random() * rng.random()) / 2
    return int(bent * hours * 3600) * SECOND + between(rng, 20, 400) * SECOND
