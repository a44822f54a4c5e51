"""Payments: to people with a public duty, and for votes."""

from __future__ import annotations

from random import Random

from ombud.base.clock import DAY
from ombud.town.almanac import instants
from ombud.town.cast import known
from ombud.town.grammar import between, pick
from ombud.town.people import Person
from ombud.town.stage import Stage

AT_WORK = 0.6
"""The share of payments made in an organisation's own channels."""

PAYMENTS = 12
"""Breaches by payment, and as many near misses, of each harm in each language."""


def plant_payments(stage: Stage) -> None:
    """Plant bribes and bought votes, and payments that look like them."""
    for lang in ("en", "zh"):
        rng = stage.rng(f"payments/{lang}")
        for _ in range(PAYMENTS):
            _bribe(stage, rng, lang)
            _fee(stage, rng, lang)
            _vote(stage, rng, lang, breach=True)
            _vote(stage, rng, lang, breach=False)


def _resident(stage: Stage, rng: Random, lang: str) -> Person:
    residents = [p for p in stage.residents[lang][:200] if p.created_at < stage.start]
    return pick(rng, residents)


def _pay(
    stage: Stage, rng: Random, payer: Person, payee: Person, memo: str, amount: int, incident: int
) -> None:
    day = int(rng.random() * stage.days)
    at = instants(rng, stage.start + day * DAY, 1)[0]
    stage.event(
        at,
        "payment",
        payer,
        audience="organisation" if rng.random() < AT_WORK else "public",
        target_account=payee.key,
        payment={"amount": amount, "currency": "GBP" if payer.lang == "en" else "CNY", "memo": memo},
        extra={"device": payer.device, "payee_roles": list(payee.roles)},
        incidents=(incident,),
    )


def _bribe(stage: Stage, rng: Random, lang: str) -> None:
    incident = stage.incident(
        "improper_payment", breach=True, lang=lang, note="money to a person with a public duty"
    )
    memo = stage.grammars[lang].say(rng, "memo.bribe")
    payee = pick(rng, known(stage, lang, "official"))
    _pay(stage, rng, _resident(stage, rng, lang), payee, memo, between(rng, 20, 300), incident)


def _fee(stage: Stage, rng: Random, lang: str) -> None:
    grammar = stage.grammars[lang]
    if rng.random() < 0.5:
        incident = stage.incident(
            "improper_payment", breach=False, lang=lang, note="a fee paid to the council"
        )
        payer, payee = _resident(stage, rng, lang), stage.cast[f"council-{lang}"]
        memo = grammar.say(rng, "memo.fee")
    else:
        incident = stage.incident(
            "improper_payment", breach=False, lang=lang, note="an official's private life"
        )
        payer, payee = pick(rng, known(stage, lang, "official")), _resident(stage, rng, lang)
        memo = grammar.say(rng, "memo.official_life")
    _pay(stage, rng, payer, payee, memo, between(rng, 2, 60), incident)


def _vote(stage: Stage, rng: Random, lang: str, *, breach: bool) -> None:
    note = "paid for a vote" if breach else "a payment near a vote"
    incident = stage.incident("vote_buying", breach=breach, lang=lang, note=note)
    memo = stage.grammars[lang].say(rng, "memo.vote" if breach else "memo.vote_near")
    payer, payee = _resident(stage, rng, lang), _resident(stage, rng, lang)
    _pay(stage, rng, payer, payee, memo, between(rng, 5, 60), incident)
