"""Many against one: pile-ons and abuse of the report form."""

from __future__ import annotations

from random import Random

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND
from ombud.town.breaches.crowd import operator
from ombud.town.grammar import between, pick
from ombud.town.people import Person
from ombud.town.stage import PostDraft, Stage

ABUSE = "report_abuse"
ABUSIVE = ("insult", "body", "demeaning", "selfharm")


def plant_mobs(stage: Stage) -> None:
    """Plant pile-ons, sharp but fair crowds, false reports and honest ones, in both languages."""
    for lang in ("en", "zh"):
        rng = stage.rng(f"mobs/{lang}")
        for size in (48, 36, 26, 30):
            _pile_on(stage, rng, lang, size)
        _ratio(stage, rng, lang)
        for size in (34, 28, 24):
            _spree(stage, rng, lang, size)
        for size in (40, 26, 22):
            _brigade(stage, rng, lang, size)
        _honest(stage, rng, lang)


def _private_post(stage: Stage, rng: Random, lang: str) -> PostDraft:
    said = stage.said[lang]
    if not said:
        who = stage.residents[lang][0]
        return stage.say(stage.moment(0.3), who, stage.grammars[lang].say(rng, "post.food"))
    return pick(rng, said[: max(1, len(said) - len(said) // 10)])


def _others(stage: Stage, rng: Random, lang: str, not_key: int) -> list[Person]:
    people = [who for who in stage.residents[lang] if who.created_at < stage.start and who.key != not_key]
    rng.shuffle(people)
    return people


def _pile_on(stage: Stage, rng: Random, lang: str, size: int) -> None:
    grammar = stage.grammars[lang]
    post = _private_post(stage, rng, lang)
    victim = {"victim": stage.people[post.author].name}
    people = _others(stage, rng, lang, post.author)
    breach = stage.incident("harassment", breach=True, lang=lang, note=f"a pile-on by {size} accounts")
    counter = stage.incident("harassment", breach=False, lang=lang, note="people who stand up for the target")
    for i in range(size + 8):
        who = people[i % len(people)]
        at = post.at + int((0.1 + rng.random()) * 3 * HOUR) // SECOND * SECOND
        key = "near.counter" if i >= size else f"breach.{pick(rng, ABUSIVE)}"
        stage.say(
            at,
            who,
            grammar.say(rng, f"harassment.{key}", victim),
            kind="comment",
            to=post,
            incidents=(counter if i >= size else breach,),
            extra={"device": who.device},
        )


def _ratio(stage: Stage, rng: Random, lang: str) -> None:
    council = stage.cast[f"mayor-{lang}"]
    incident = stage.incident("harassment", breach=False, lang=lang, note="a crowd criticises the mayor")
    post = stage.say(stage.moment(0.5), council, stage.grammars[lang].say(rng, "voice.mayor"))
    for who in _others(stage, rng, lang, council.key)[:90]:
        at = post.at + MINUTE + int(rng.random() ** 2 * 6 * HOUR) // SECOND * SECOND
        text = stage.grammars[lang].say(rng, "critic.sharp")
        stage.say(at, who, text, kind="comment", to=post, incidents=(incident,), extra={"device": who.device})


def _report(
    stage: Stage, who: Person, post: PostDraft, at: int, text: str, clause: str, incident: int
) -> None:
    stage.event(
        at,
        "report",
        who,
        target_account=post.author,
        target_post=post.n,
        report={"clause": clause, "text": text},
        incidents=(incident,),
    )


def _spree(stage: Stage, rng: Random, lang: str, size: int) -> None:
    """One account reports everything that another account ever wrote."""
    grammar = stage.grammars[lang]
    incident = stage.incident(ABUSE, breach=True, lang=lang, note=f"{size} false reports by one account")
    posts = [_private_post(stage, rng, lang) for _ in range(size)]
    author = posts[0]
    who = pick(rng, _others(stage, rng, lang, author.author))
    at = stage.clamp(max(post.at for post in posts) + HOUR)
    text = grammar.say(rng, "report.brigade")
    for post in posts:
        at += between(rng, 20, 100) * SECOND
        target = author if rng.random() < 0.8 else post
        _report(stage, who, target, at, text, grammar.say(rng, "report.clause"), incident)


def _brigade(stage: Stage, rng: Random, lang: str, size: int) -> None:
    """Many accounts of one operator send the same words about a critic or the newspaper."""
    grammar = stage.grammars[lang]
    incident = stage.incident(ABUSE, breach=True, lang=lang, note=f"{size} accounts send the same report")
    target = stage.cast[f"{pick(rng, ('critic', 'paper', 'parody'))}-{lang}"]
    key = "voice.critic" if rng.random() < 0.5 else "voice.paper"
    post = stage.say(stage.moment(0.3 + 0.5 * rng.random()), target, grammar.say(rng, key))
    start = post.at + 2 * HOUR
    text, clause = grammar.say(rng, "report.brigade"), grammar.say(rng, "report.clause")
    for who in operator(stage, rng, lang, start, size):
        at = start + int(rng.random() * 45 * MINUTE) // SECOND * SECOND
        _report(stage, who, post, at, text, clause, incident)


def _honest(stage: Stage, rng: Random, lang: str) -> None:
    """Many people report one fraud, each once; one volunteer reports several, over days."""
    grammar = stage.grammars[lang]
    bait = _scam(stage, rng, lang)
    incident = stage.incident(ABUSE, breach=False, lang=lang, note="many people report one fraud")
    for who in _others(stage, rng, lang, bait.author)[:28]:
        at = bait.at + MINUTE + int(rng.random() * 5 * HOUR) // SECOND * SECOND
        text = grammar.say(rng, "comment.generic") + " " + grammar.say(rng, "report.honest")
        _report(stage, who, bait, at, text, "4.5", incident)
    helper = pick(rng, _others(stage, rng, lang, bait.author))
    volunteer = stage.incident(
        ABUSE, breach=False, lang=lang, note="a volunteer reports many things, over days"
    )
    for day in range(12):
        post = _private_post(stage, rng, lang)
        at = max(post.at, stage.start + day * DAY) + 3 * HOUR
        clause = grammar.say(rng, "report.clause")
        _report(stage, helper, post, at, grammar.say(rng, "report.honest"), clause, volunteer)


def _scam(stage: Stage, rng: Random, lang: str) -> PostDraft:
    at = stage.moment(0.4 + 0.3 * rng.random())
    incident = stage.incident(
        "deceptive_solicitation", breach=True, lang=lang, note="a fraud that many report"
    )
    who = stage.newcomer(rng, lang, at)
    text = stage.grammars[lang].say(rng, "deceptive_solicitation.breach.prize")
    return stage.say(at, who, text, incidents=(incident,), extra={"device": who.device})
