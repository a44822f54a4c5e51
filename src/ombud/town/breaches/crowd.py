"""One operator's many accounts, and one account's many copies: flooding and bought engagement."""

from __future__ import annotations

from random import Random

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND, Micros
from ombud.town.disguise import disguise
from ombud.town.grammar import between, pick
from ombud.town.people import Person
from ombud.town.stage import PostDraft, Stage

FLOOD = "coordinated_flooding"
METRIC = "metric_manipulation"

GROUPS = (("product", 300), ("mayor", 90), ("smear", 45), ("song", 60))
"""Groups of one operator: what they copy, and how many accounts."""

SINGLES = 6
"""Accounts of each language that paste one text under many posts."""

BURSTS = (("follow", 70), ("follow", 45), ("vote", 60), ("reaction", 80))
"""Bought engagement: of what kind, by how many accounts."""


def plant_crowds(stage: Stage) -> None:
    """Plant groups of one operator, and authentic crowds that look alike, in both languages."""
    for lang in ("en", "zh"):
        rng = stage.rng(f"crowds/{lang}")
        for key, size in GROUPS:
            _group(stage, rng, lang, key, size)
        for i in range(SINGLES):
            _single(stage, rng, lang, i)
        for kind, size in BURSTS:
            _burst(stage, rng, lang, kind, size)
        _tickers(stage, rng, lang)
        _authentic(stage, rng, lang)


def operator(stage: Stage, rng: Random, lang: str, at: Micros, size: int) -> list[Person]:
    """Return accounts of one operator: made in the same days, with few devices and few followers."""
    devices = [f"{rng.getrandbits(40):010x}" for _ in range(max(1, size // 12))]
    accounts = []
    for _ in range(size):
        name = stage.grammars[lang].say(rng, "account.fake")
        accounts.append(
            stage.newcomer(
                rng, lang, at, name=name, bio="", followers=between(rng, 0, 6), device=pick(rng, devices)
            )
        )
    return accounts


def _group(stage: Stage, rng: Random, lang: str, key: str, size: int) -> None:
    start = stage.moment(0.1 + 0.75 * rng.random())
    incident = stage.incident(FLOOD, breach=True, lang=lang, note=f"{size} accounts of one operator: {key}")
    to: PostDraft | None = None
    if key in ("smear", "mayor"):
        earlier = [post for post in stage.said[lang] if post.at < start - HOUR]
        to = earlier[-1] if earlier else None
    span = 2 * HOUR
    for who in operator(stage, rng, lang, start, size):
        text = stage.grammars[lang].say(rng, f"flood.{key}")
        if rng.random() < 0.08:
            text = disguise(rng, lang, text)[0]
        at = start + int(rng.random() * span) // SECOND * SECOND
        kind = "post" if to is None else "comment"
        stage.say(at, who, text, kind=kind, to=to, incidents=(incident,), extra={"device": who.device})


def _single(stage: Stage, rng: Random, lang: str, turn: int) -> None:
    said = stage.said[lang]
    incident = stage.incident(
        FLOOD, breach=True, lang=lang, note="one account pastes one text under many posts"
    )
    first = int(rng.random() * max(1, len(said) - 60))
    posts = said[first : first + between(rng, 22, 38)]
    at = max((post.at for post in posts), default=stage.start) + 5 * MINUTE
    who = stage.newcomer(rng, lang, at) if turn % 2 else pick(rng, stage.residents[lang][:80])
    text = stage.grammars[lang].say(rng, "flood.single")
    for post in posts:
        at += between(rng, 25, 110) * SECOND
        words = text if rng.random() < 0.7 else text + pick(rng, (" !", "!!", " .", " :)", "～"))
        stage.say(
            at, who, words, kind="comment", to=post, incidents=(incident,), extra={"device": who.device}
        )


def _burst(stage: Stage, rng: Random, lang: str, kind: str, size: int) -> None:
    start = stage.moment(0.15 + 0.75 * rng.random())
    incident = stage.incident(METRIC, breach=True, lang=lang, note=f"{size} bought: {kind}")
    post = _earlier(stage, rng, lang, start)
    for who in operator(stage, rng, lang, start, size):
        at = start + int(rng.random() * 50 * MINUTE) // SECOND * SECOND
        stage.event(
            at,
            kind,
            who,
            target_account=post.author,
            target_post=None if kind == "follow" else post.n,
            extra={"device": who.device},
            incidents=(incident,),
        )


def _earlier(stage: Stage, rng: Random, lang: str, at: Micros) -> PostDraft:
    earlier = [post for post in stage.said[lang] if at - 3 * DAY < post.at < at - HOUR]
    if not earlier:
        return stage.say(at - HOUR, pick(rng, stage.residents[lang]), stage.grammars[lang].say(rng, "poll"))
    return pick(rng, earlier)


def _tickers(stage: Stage, rng: Random, lang: str) -> None:
    """One account, many like posts, and nothing wrong: a match ticker, a river gauge, a desk, a birthday."""
    gauge_bio = "Automatic readings, a robot." if lang == "en" else "自动读数，机器人"
    gauge = stage.newcomer(rng, lang, name="River Gauge 7" if lang == "en" else "榆河水位7号", bio=gauge_bio)
    library, club = stage.cast[f"library-{lang}"], stage.cast[f"club-{lang}"]
    fan = pick(rng, stage.residents[lang][:100])
    cases = (
        (club, "ticker", 34, 3 * MINUTE, "a match told minute by minute", False),
        (gauge, "bot", 30, HOUR, "an automatic gauge that says so", False),
        (library, "desk", 24, 2 * MINUTE, "a desk answers many people in the same words", True),
        (fan, "birthday", 22, MINUTE, "thanks for many birthday wishes", True),
    )
    for who, key, n, step, note, answers in cases:
        incident = stage.incident(FLOOD, breach=False, lang=lang, note=note)
        said = stage.said[lang]
        first = int(rng.random() * max(1, len(said) - 60))
        posts: list[PostDraft] = said[first : first + n]
        at = posts[-1].at if posts else stage.moment(0.3)
        for i in range(n):
            at += step
            to = posts[i] if answers and i < len(posts) else None
            text = stage.grammars[lang].say(rng, f"flood.{key}")
            kind = "post" if to is None else "comment"
            if at < stage.end:
                stage.say(
                    at, who, text, kind=kind, to=to, incidents=(incident,), extra={"device": who.device}
                )


def _authentic(stage: Stage, rng: Random, lang: str) -> None:
    """Many real people at once: new followers after a concert, votes for the school's choir."""
    at = stage.moment(0.67)
    singer, school = stage.cast[f"singer-{lang}"], stage.cast[f"school-{lang}"]
    note = stage.incident(METRIC, breach=False, lang=lang, note="followers after a concert")
    people = [who for who in stage.residents[lang] if who.created_at < at]
    rng.shuffle(people)
    for who in people[:110]:
        when = at + int(rng.random() * 3 * HOUR)
        stage.event(
            when, "follow", who, target_account=singer.key, extra={"device": who.device}, incidents=(note,)
        )
    text = stage.grammars[lang].say(rng, "metric_manipulation.near.contest")
    poll = stage.say(at - 4 * DAY, school, text)
    votes = stage.incident(METRIC, breach=False, lang=lang, note="votes for the school's choir")
    for who in people[110:190]:
        when = poll.at + MINUTE + int(rng.random() * 5 * HOUR)
        stage.event(
            when,
            "vote",
            who,
            target_account=school.key,
            target_post=poll.n,
            extra={"device": who.device},
            incidents=(votes,),
        )
