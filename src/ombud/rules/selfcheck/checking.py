"""Runs a draft through the codes and says, of each clause concerned, what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ombud.base.clock import Micros
from ombud.conduct.model import Code
from ombud.conduct.words import Words
from ombud.events.envelope import Account, Event, Post, Target
from ombud.expr import Session, parse_rule
from ombud.expr.ast import Expr
from ombud.rules.bind import BoundRule, bind, rule_columns
from ombud.rules.measuring import Measuring
from ombud.rules.selfcheck import clickbait
from ombud.rules.selfcheck.advice import MENDS
from ombud.rules.selfcheck.marks import marks
from ombud.rules.undisguised import undisguised
from ombud.signals.base import Registers
from ombud.signals.text.language import language_of

AUTHOR, OTHER = "author", "addressee"
AS_WRITTEN = Words("Look at what the clause asks.", "请看该条款的要求。")


@dataclass(frozen=True, slots=True)
class Remark:
    """One rule that would find on the draft.

    Attributes:
        rule: the rule with its code and clause.
        marks: stretches of the text (code points, end exclusive) that it speaks of.
        mends: what an author can do.
        cut_mends: whether the rule would no longer find without the marked words.
        sure: the rule is in force; otherwise it is being tried and opens no case.
    """

    rule: BoundRule
    marks: tuple[tuple[int, int], ...]
    mends: Words
    cut_mends: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What the codes say of a draft; ``hint`` is the headline's, if it promises more than it tells."""

    event: Event
    lang: str | None
    remarks: tuple[Remark, ...]
    hint: clickbait.Hint | None


class SelfCheck:
    """The codes, ready to look at drafts; each draft is looked at alone, and forgotten.

    Args:
        codes: codes that passed the gate.
        registers: dated facts that signals read; ``None`` means none.
        cache_dir: where compiled rules may be kept between starts.
    """

    def __init__(
        self, codes: Sequence[Code], registers: Registers | None = None, *, cache_dir: Path | None = None
    ) -> None:
        self._bound = bind(codes, cache_dir=cache_dir)
        self._by_name = self._bound.by_name()
        self._registers = registers
        self._trees: dict[str, Expr] = {}
        self._columns = rule_columns()

    def check(self, event: Event) -> Report:
        """Return what the rules would find on a draft, and the hint on its headline."""
        text = event.post.text if event.post is not None and event.post.text else ""
        lang = language_of(text)
        measuring, session = self._session()
        names = session.match([event])[0]
        remarks = [self._remark(self._by_name[name], event, text, measuring) for name in names]
        headline = clickbait.headline_of(text)
        hint = clickbait.score(headline, lang) if headline else None
        if hint is not None and hint.points < clickbait.HINT_FROM:
            hint = None
        return Report(event, lang, tuple(remarks), hint)

    def _session(self) -> tuple[Measuring, Session]:
        measuring = self._bound.measuring(self._registers)
        return measuring, self._bound.ruleset.session(live=measuring)

    def _remark(self, rule: BoundRule, event: Event, text: str, measuring: Measuring) -> Remark:
        places = set(marks(self._tree(rule, rule.rule.when), text))
        also = undisguised(rule.rule.when) if rule.name in self._bound.undisguised else None
        if also is not None and not places:
            places.update(marks(self._tree(rule, also), text))
        for name in {column.split(".")[1] for column in rule.rule.reads if column.startswith("signal.")}:
            if name in self._bound.signals and name != "text":
                spans = measuring.measure(name, event).spans
                places.update((span.start, span.end) for span in spans if span.column == "post.text")
        marked = tuple(sorted(place for place in places if 0 <= place[0] < place[1] <= len(text)))
        harm = rule.clause.harm
        mends = MENDS.get(harm, AS_WRITTEN) if harm is not None else AS_WRITTEN
        cut = bool(marked) and not self._finds(rule.name, _without(event, text, marked))
        return Remark(rule, marked, mends, cut, rule.rule.status == "stable")

    def _finds(self, name: str, event: Event) -> bool:
        return name in self._session()[1].match([event])[0]

    def _tree(self, rule: BoundRule, when: str) -> Expr:
        if when not in self._trees:
            columns = {**self._columns, **rule.code.columns}
            self._trees[when] = parse_rule(when, columns, lists=rule.code.lists).tree
        return self._trees[when]


def _without(event: Event, text: str, marked: Sequence[tuple[int, int]]) -> Event:
    parts, done = [], 0
    for start, end in marked:
        parts.append(text[done:start] if start >= done else "")
        done = max(done, end)
    left = " ".join([*parts, text[done:]])
    assert event.post is not None
    return msgspec.structs.replace(event, post=msgspec.structs.replace(event.post, text=left))


def draft(text: str, at: Micros, *, kind: str = "post", audience: str = "public") -> Event:
    """Return a draft as the event it would be; a comment is addressed to somebody else.

    Args:
        text: the draft.
        at: the present instant.
        kind: ``post`` or ``comment``.
        audience: who would see it.
    """
    reply = kind == "comment"
    post = Post(
        id="draft",
        text=text,
        lang=language_of(text),
        reply=reply,
        parent_id="parent" if reply else None,
        urls=[],
        media=[],
        products=[],
        disclosures=[],
    )
    target = Target(account_id=OTHER, post_id="parent") if reply else None
    return Event(
        id="draft", at=at, kind=kind, account=Account(id=AUTHOR), audience=audience, post=post, target=target
    )
