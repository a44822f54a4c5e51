"""Ordinary life: posts, answers, reactions, follows, payments, votes, live streams, reports."""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate
from random import Random
from types import MappingProxyType
from typing import Any

from ombud.base.clock import DAY, MINUTE, SECOND, Micros
from ombud.town.almanac import busyness, instants, talk_of
from ombud.town.cast import known
from ombud.town.disguise import traditional
from ombud.town.grammar import between, pick
from ombud.town.people import Person, make_person
from ombud.town.stage import PostDraft, Stage

RESIDENTS = 1150
"""People of each language at scale 1."""

EVENTS_A_DAY = 800
"""Ordinary events of a mean day at scale 1."""

_KEPT = 160
_AUDIENCES = ("public",) * 46 + ("members",) * 3 + (None,)


def settle(stage: Stage) -> None:
    """Fill the town with residents of both languages."""
    rng = stage.rng("residents")
    for lang in ("en", "zh"):
        grammar = stage.grammars[lang]
        taken: set[str] = set()
        for i in range(15 + int(RESIDENTS * stage.scale)):
            newest = stage.moment(0.1 + 0.8 * rng.random()) if i % 17 == 16 else None
            made = make_person(grammar, rng, 0, stage.start, newest=newest)
            if made.name in taken:
                made = make_person(grammar, rng, 0, stage.start, newest=newest)
            taken.add(made.name)
            stage.residents[lang].append(stage.join(made))
        stage.residents[lang].extend(known(stage, lang, "licensed") + known(stage, lang, "official"))


def voiced(rng: Random, who: Person, text: str) -> str:
    """Return the text as that person would write it."""
    if who.style == "plain":
        return text
    if who.style == "lower":
        return text.lower()
    if who.style == "bare":
        return text.rstrip(".。!！～…")
    if who.style == "traditional":
        return traditional(rng, text)
    return text + pick(
        rng, ("!!", " 😄", "…", " haha", " :)") if who.lang == "en" else ("！！", "😄", "…", "哈哈哈", "～")
    )


class Life:
    """One pass over the month, in time order, so that answers come after what they answer."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._rng = stage.rng("life")
        self._steps = {
            lang: tuple(accumulate(p.weight for p in people)) for lang, people in stage.residents.items()
        }
        self._recent: dict[str, deque[PostDraft]] = {lang: deque(maxlen=_KEPT) for lang in stage.residents}
        self._polls: dict[str, deque[PostDraft]] = {lang: deque(maxlen=4) for lang in stage.residents}
        self._edited: set[int] = set()
        self._said: set[str] = set()
        self._talk = talk_of(0.0)

    def live(self) -> None:
        """Play every day."""
        stage = self._stage
        for day in range(stage.days):
            self._talk = talk_of(day / stage.days)
            n = max(8, round(EVENTS_A_DAY * stage.scale * busyness(day)))
            for at in instants(self._rng, stage.start + day * DAY, n):
                self._one(at)

    def _one(self, at: Micros) -> None:
        rng = self._rng
        who = self.resident("en" if rng.random() < 0.5 else "zh", at)
        act = _ACTS[bisect(_ACT_STEPS, rng.random() * _ACT_STEPS[-1])]
        _ACT_TABLE[act](self, at, who)

    def resident(self, lang: str, at: Micros) -> Person:
        """Return a resident who has an account at that time, the talkative more often."""
        people, steps = self._stage.residents[lang], self._steps[lang]
        for _ in range(20):
            who = people[bisect(steps, self._rng.random() * steps[-1])]
            if who.created_at < at:
                return who
        return people[0]

    def _recent_post(self, lang: str) -> PostDraft | None:
        recent = self._recent[lang]
        if not recent:
            return None
        return recent[-1 - int(len(recent) * self._rng.random() ** 2.5)]

    def _words(self, who: Person, key: str) -> str:
        grammar, rng = self._stage.grammars[who.lang], self._rng
        text = ""
        for _ in range(3):
            text = voiced(rng, who, grammar.say(rng, key).strip())
            if len(text) < 9 or text not in self._said:
                break
        self._said.add(text)
        return text

    def _extra(self, who: Person, *, picture: bool = False) -> Mapping[str, Any]:
        if picture:
            return {"device": who.device, "explicit": round(self._rng.random() ** 3 * 0.3, 3)}
        return {"device": who.device}

    def post(self, at: Micros, who: Person) -> None:
        """Say something new, perhaps with a picture."""
        rng = self._rng
        topic = self._talk.draw(rng, who.traits)
        work = "worker" in who.traits and topic == "work" and rng.random() < 0.5
        picture = rng.random() < (0.8 if topic == "photo" else 0.18)
        made = self._stage.say(
            at,
            who,
            self._words(who, f"post.{topic}"),
            topic=topic,
            audience="organisation" if work else pick(rng, _AUDIENCES),
            media=self._stage.picture(rng) if picture else (),
            extra=self._extra(who, picture=picture),
            lang=None if rng.random() < 0.06 else who.lang,
        )
        if not work:
            self._recent[who.lang].append(made)
            self._stage.said[who.lang].append(made)

    def comment(self, at: Micros, who: Person) -> None:
        """Answer a recent post; now and then a quarrel follows."""
        to = self._recent_post(who.lang)
        if to is None:
            return
        rng = self._rng
        roll = rng.random()
        key = "comment.generic"
        if to.topic in ("football", "music") and roll < 0.4:
            key = f"comment.{to.topic}"
        elif to.topic in ("aid", "storm", "lost", "newcomer") and roll < 0.5:
            key = "comment.help"
        elif roll > 0.86:
            key = "comment.disagree"
        made = self._stage.say(
            at, who, self._words(who, key), kind="comment", to=to, topic=to.topic, extra=self._extra(who)
        )
        self._recent[who.lang].append(made)
        if key == "comment.disagree" and rng.random() < 0.3:
            self._quarrel(made, who, self._stage.people[to.author])

    def _quarrel(self, last: PostDraft, one: Person, other: Person) -> None:
        rng = self._rng
        if one.key == other.key or other.lang != one.lang:
            return
        for turn in range(between(rng, 1, 4)):
            who = other if turn % 2 == 0 else one
            at = last.at + between(rng, 30, 900) * SECOND
            if at >= self._stage.end:
                return
            last = self._stage.say(
                at, who, self._words(who, "comment.quarrel"), kind="comment", to=last, extra=self._extra(who)
            )

    def repost(self, at: Micros, who: Person) -> None:
        """Pass a recent post on, mostly without a word."""
        to = self._recent_post(who.lang)
        if to is not None:
            word = self._words(who, "comment.generic") if self._rng.random() < 0.3 else to.text
            self._stage.say(at, who, word, kind="repost", to=to, topic=to.topic, extra=self._extra(who))

    def react(self, at: Micros, who: Person) -> None:
        """Like a recent post."""
        to = self._recent_post(who.lang)
        if to is not None:
            self._stage.event(
                at, "reaction", who, target_account=to.author, target_post=to.n, extra=self._extra(who)
            )

    def follow(self, at: Micros, who: Person) -> None:
        """Follow or, more rarely, unfollow another account."""
        other = self.resident(who.lang, at)
        if other.key != who.key:
            kind = "follow" if self._rng.random() < 0.85 else "unfollow"
            self._stage.event(at, kind, who, target_account=other.key, extra=self._extra(who))

    def edit(self, at: Micros, who: Person) -> None:
        """Put a recent post right, or take it back."""
        to = self._recent_post(who.lang)
        if to is None or to.text is None or to.n in self._edited or to.at >= at:
            return
        self._edited.add(to.n)
        author = self._stage.people[to.author]
        if self._rng.random() < 0.35:
            self._stage.event(
                at, "delete", author, post=replace(to, text=None, media=()), extra=self._extra(author)
            )
            return
        added = (
            (" (edit: typo)", " EDIT: thanks all", " (time corrected)")
            if to.lang == "en"
            else ("（改个错字）", "（更新：谢谢大家）")
        )
        changed = replace(to, text=to.text + pick(self._rng, added))
        self._stage.event(at, "edit", author, post=changed, extra=self._extra(author))

    def poll(self, at: Micros, who: Person) -> None:
        """Open a small poll."""
        made = self._stage.say(at, who, self._words(who, "poll"), topic="poll", extra=self._extra(who))
        self._polls[who.lang].append(made)
        self._recent[who.lang].append(made)

    def vote(self, at: Micros, who: Person) -> None:
        """Vote in one of the latest polls; the first voter finds none and opens one."""
        polls = self._polls[who.lang]
        if not polls or self._rng.random() < 0.08:
            self.poll(at, who)
            return
        to = pick(self._rng, tuple(polls))
        self._stage.event(at, "vote", who, target_account=to.author, target_post=to.n, extra=self._extra(who))

    def pay(self, at: Micros, who: Person) -> None:
        """Pay somebody a small sum."""
        other = self.resident(who.lang, at)
        amount = between(self._rng, 1, 60) if who.lang == "en" else between(self._rng, 2, 300)
        self._stage.event(
            at,
            "payment",
            who,
            target_account=other.key,
            payment={
                "amount": amount,
                "currency": "GBP" if who.lang == "en" else "CNY",
                "memo": self._stage.grammars[who.lang].say(self._rng, "memo"),
            },
            extra={"device": who.device, "payee_roles": list(other.roles)},
        )

    def stream(self, at: Micros, who: Person) -> None:
        """Go live for a while."""
        rng = self._rng
        made = self._stage.say(
            at, who, self._words(who, "live.title"), kind="live_start", extra=self._extra(who)
        )
        until = at + between(rng, 12, 150) * MINUTE
        if until < self._stage.end:
            self._stage.event(until, "live_end", who, target_post=made.n, extra=self._extra(who))

    def profile(self, at: Micros, who: Person) -> None:
        """Change the name or the bio to another ordinary one."""
        grammar, rng = self._stage.grammars[who.lang], self._rng
        if rng.random() < 0.3:
            change = {"name": grammar.say(rng, "account.name")}
        else:
            change = {"bio": grammar.say(rng, "bio.new")}
        self._stage.event(at, "profile", who, profile=change, extra=self._extra(who))

    def report(self, at: Micros, who: Person) -> None:
        """Report a recent post, out of taste or by mistake."""
        to = self._recent_post(who.lang)
        if to is None:
            return
        grammar, rng = self._stage.grammars[who.lang], self._rng
        self._stage.event(
            at,
            "report",
            self._stage.cast["anon"] if rng.random() < 0.3 else who,
            target_account=to.author,
            target_post=to.n,
            report={"clause": grammar.say(rng, "report.clause"), "text": grammar.say(rng, "report.mistaken")},
        )


_SHARES: Mapping[str, float] = MappingProxyType(
    {
        "post": 36,
        "comment": 27,
        "react": 15,
        "repost": 5,
        "follow": 5,
        "edit": 2.6,
        "vote": 2.4,
        "pay": 3,
        "stream": 0.8,
        "profile": 0.9,
        "report": 0.7,
    }
)
_ACTS = tuple(_SHARES)
_ACT_STEPS = tuple(accumulate(_SHARES.values()))
_ACT_TABLE: Mapping[str, Callable[[Life, Micros, Person], None]] = MappingProxyType(
    {name: getattr(Life, name) for name in _SHARES}
)
