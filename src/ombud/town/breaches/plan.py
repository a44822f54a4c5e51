"""Harms that one post can show: texts with flags say what is posted, by whom and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from ombud.base.clock import DAY, HOUR, MINUTE, Micros
from ombud.town.almanac import STORM, instants
from ombud.town.cast import known
from ombud.town.disguise import LINK, disguise, traditional
from ombud.town.grammar import between, pick
from ombud.town.life import voiced
from ombud.town.people import Person
from ombud.town.stage import PostDraft, Stage


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of one harm is planted in each language.

    Attributes:
        breaches: breaches; the lists ``<harm>.breach.*`` take turns.
        near: near misses; the lists ``<harm>.near.*`` take turns.
        fresh: the share of breaches by accounts made days before.
        disguised: the share of breaches under camouflage.
        at_work: the share, of both sides, that is said in an organisation's own channels.
    """

    harm: str
    breaches: int
    near: int
    fresh: float = 0.2
    disguised: float = 0.25
    at_work: float = 0.0


PLANS: tuple[Plan, ...] = (
    Plan("threat", 28, 30, fresh=0.1, disguised=0.2),
    Plan("harassment", 28, 32, fresh=0.15),
    Plan("private_information", 36, 36, fresh=0.2),
    Plan("deceptive_solicitation", 40, 32, fresh=0.6, disguised=0.3),
    Plan("undisclosed_commerce", 32, 32, fresh=0.2, at_work=0.4),
    Plan("unqualified_advice", 24, 26, fresh=0.0),
    Plan("disaster_profiteering", 24, 24, fresh=0.3),
    Plan("misidentification", 18, 20, disguised=0.15),
    Plan("incitement_to_violence", 18, 22, disguised=0.2),
    Plan("sexual_content", 20, 22, disguised=0.0, at_work=0.3),
    Plan("intimate_image", 16, 16, disguised=0.15),
    Plan("child_safety", 14, 18, disguised=0.1),
    Plan("exploitation", 18, 16, disguised=0.1),
    Plan("confidential_leak", 20, 18, disguised=0.0, at_work=0.6),
    Plan("vote_buying", 24, 24, fresh=0.1, at_work=0.6),
    Plan("metric_manipulation", 28, 24, fresh=0.5, disguised=0.3),
    Plan("improper_payment", 20, 22, fresh=0.0, at_work=0.6),
    Plan("checked_false_claim", 26, 30, fresh=0.1, disguised=0.15),
    Plan("recycled_media", 22, 22, fresh=0.1, disguised=0.1),
    Plan("report_abuse", 16, 18, fresh=0.1, disguised=0.15),
)


def plant_plan(stage: Stage, plan: Plan) -> None:
    """Plant one harm's breaches and near misses in both languages."""
    for lang in ("en", "zh"):
        rng = stage.rng(f"{plan.harm}/{lang}")
        for side, n in (("breach", plan.breaches), ("near", plan.near)):
            keys = stage.grammars[lang].keys(f"{plan.harm}.{side}.")
            for i in range(n):
                Planting(stage, rng, plan, lang, keys[i % len(keys)]).plant()


class Planting:
    """One breach or near miss on its way to the stage."""

    def __init__(self, stage: Stage, rng: Random, plan: Plan, lang: str, key: str) -> None:
        self._stage = stage
        self._rng = rng
        self._plan = plan
        self._lang = lang
        self._key = key
        self._breach = ".breach." in key
        self._flags = {
            flag.partition(":")[0]: flag.partition(":")[2] for flag in stage.grammars[lang].flags(key)
        }
        self._to = self._thread()

    def plant(self) -> None:
        """Write the text, choose who posts it where, and put it on the stage."""
        rng, flags = self._rng, self._flags
        at = self._when()
        who = self._who(at)
        victim = (
            self._stage.people[self._to.author] if self._to else pick(rng, self._stage.residents[self._lang])
        )
        text = self._stage.grammars[self._lang].say(rng, self._key, {"victim": victim.name}).strip()
        text, camouflage = self._camouflaged(who, text)
        note = self._key.split(".", 2)[2].replace("_", " ")
        incident = self._stage.incident(
            self._plan.harm, breach=self._breach, lang=self._lang, note=note, disguise=camouflage
        )
        self._post(at, who, text, incident, flags)

    def _thread(self) -> PostDraft | None:
        said = self._stage.said[self._lang]
        if "reply" not in self._flags or not said:
            return None
        return pick(self._rng, said)

    def _when(self) -> Micros:
        stage, rng = self._stage, self._rng
        if self._to is not None:
            return self._to.at + between(rng, 1, 200) * MINUTE
        if "storm" in self._flags:
            span = STORM[0] + (STORM[1] + 0.12 - STORM[0]) * rng.random()
            return stage.moment(min(0.99, span))
        return instants(rng, stage.start + int(rng.random() * stage.days) * DAY, 1)[0]

    def _who(self, at: Micros) -> Person:
        stage, rng, flags = self._stage, self._rng, self._flags
        if "cast" in flags:
            return pick(rng, known(stage, self._lang, flags["cast"]))
        if "bio" in flags or "roles" in flags or "credentials" in flags:
            return self._special(at)
        if "fresh" in flags or (self._breach and rng.random() < self._plan.fresh):
            return stage.newcomer(rng, self._lang, at - HOUR)
        for _ in range(20):
            who = pick(rng, stage.residents[self._lang])
            if who.created_at < at and (self._to is None or who.key != self._to.author):
                return who
        return stage.newcomer(rng, self._lang, at - HOUR)

    def _special(self, at: Micros) -> Person:
        flags, grammar = self._flags, self._stage.grammars[self._lang]
        changes: dict[str, Any] = {}
        if "bio" in flags:
            changes["bio"] = grammar.say(self._rng, flags["bio"])
        if "name" in flags:
            changes["name"] = grammar.say(self._rng, flags["name"])
        if "roles" in flags:
            changes["roles"] = (flags["roles"],)
        if "credentials" in flags:
            changes["credentials"] = (flags["credentials"],)
        return self._stage.newcomer(self._rng, self._lang, at - DAY if "fresh" in flags else None, **changes)

    def _camouflaged(self, who: Person, text: str) -> tuple[str, str]:
        rng = self._rng
        if self._breach and "plain" not in self._flags and rng.random() < self._plan.disguised:
            return disguise(rng, self._lang, text)
        if not self._breach and self._lang == "zh" and rng.random() < 0.12:
            return traditional(rng, text), "traditional"
        return voiced(rng, who, text), ""

    def _audience(self) -> str:
        for audience in ("organisation", "members", "private"):
            if audience in self._flags:
                return audience
        if self._plan.at_work and "cast" not in self._flags and self._rng.random() < self._plan.at_work:
            return "organisation"
        return "public"

    def _post(self, at: Micros, who: Person, text: str, incident: int, flags: dict[str, str]) -> None:
        stage, rng = self._stage, self._rng
        extra: dict[str, Any] = {"device": who.device}
        media: tuple[Any, ...] = ()
        if "picture" in flags or "explicit" in flags or (self._to is None and rng.random() < 0.15):
            media = stage.picture(rng)
            base = flags.get("explicit")
            extra["explicit"] = round(
                float(base) + rng.random() * 0.03 if base else rng.random() ** 3 * 0.3, 3
            )
        if "original" in flags:
            media = stage.old_picture(rng)
        if "space" in flags:
            extra["space"] = flags["space"]
        fields: dict[str, Any] = {
            "media": media,
            "products": (f"item-{between(rng, 100, 999)}",) if "product" in flags else (),
            "disclosures": (flags["disclosed"],) if "disclosed" in flags else (),
            "audience": self._audience(),
            "extra": extra,
        }
        if "edit" in flags:
            self._by_edit(at, who, text, incident, fields)
            return
        kind = "comment" if self._to else flags.get("kind") or "post"
        post = stage.say(at, who, text, kind=kind, to=self._to, incidents=(incident,), **fields)
        if self._breach and rng.random() < 0.15:
            self._reported(post)

    def _by_edit(self, at: Micros, who: Person, text: str, incident: int, fields: dict[str, Any]) -> None:
        first = self._stage.grammars[self._lang].say(self._rng, "post.food")
        post = self._stage.say(at, who, first, audience=fields["audience"], extra=fields["extra"])
        later = post.at + between(self._rng, 3, 90) * MINUTE
        changed = replace(post, text=text, urls=tuple(LINK.findall(text)), products=fields["products"])
        self._stage.event(
            later,
            "edit",
            who,
            audience=fields["audience"],
            post=changed,
            incidents=(incident,),
            extra=fields["extra"],
        )

    def _reported(self, post: PostDraft) -> None:
        rng, grammar = self._rng, self._stage.grammars[self._lang]
        for _ in range(between(rng, 1, 3)):
            who = (
                self._stage.cast["anon"]
                if rng.random() < 0.4
                else pick(rng, self._stage.residents[self._lang])
            )
            self._stage.event(
                post.at + between(rng, 4, 400) * MINUTE,
                "report",
                who,
                target_account=post.author,
                target_post=post.n,
                report={
                    "clause": grammar.say(rng, "report.clause"),
                    "text": grammar.say(rng, "report.honest"),
                },
            )
