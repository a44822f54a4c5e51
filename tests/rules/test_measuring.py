"""Signals in a pass: asked lazily, observed in order, independent of batches and restarts."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.errors import ConductError, OmbudError
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.events.decode import decode
from ombud.events.envelope import Event
from ombud.expr import parse_rule
from ombud.rules.bind import BoundRules, bind, rule_columns
from ombud.rules.evaluate import Evaluator
from ombud.signals.base import Declared, Measured, Registers, SignalSession, Span, Stateless

SECOND = 1_000_000
HORIZON = 20 * SECOND


class Echo:
    """A toy signal with a memory: how many posts of the account are in the last 20 seconds."""

    name = "copies"
    fields: Mapping[str, Declared] = {
        "cluster_size": Declared(int, "posts of the account"),
        "cluster_accounts": Declared(int, "the length of the last text"),
    }
    languages = frozenset({"und"})
    version = "toy-1"
    horizon = HORIZON

    def session(self, registers: Registers) -> SignalSession:
        return EchoSession()


class EchoSession:
    def __init__(self) -> None:
        self.seen: deque[tuple[int, str]] = deque()
        self.told: list[str] = []

    def observe(self, event: Event) -> None:
        self.told.append(event.id)
        self.seen.append((event.at, event.account.id))

    def measure(self, event: Event) -> Measured:
        size = sum(1 for at, account in self.seen if account == event.account.id and at > event.at - HORIZON)
        text = event.post.text if event.post and event.post.text else ""
        return Measured(
            {"cluster_size": size, "cluster_accounts": len(text)},
            (Span("post.text", 0, len(text), "toy"),),
            {"size": size},
        )


class Length:
    """A toy signal without a memory: the text turned around. It counts how often it was asked."""

    name = "text"
    fields: Mapping[str, Declared] = {
        "canonical": Declared(str, "the text turned around"),
        "lang": Declared(str, "its first sign"),
    }
    languages = frozenset({"und"})
    version = "toy-2"
    horizon = 0

    def __init__(self) -> None:
        self.asked: list[str] = []

    def session(self, registers: Registers) -> SignalSession:
        return Stateless(self._measure)

    def _measure(self, event: Event) -> Measured:
        self.asked.append(event.id)
        text = event.post.text if event.post else None
        return Measured({"canonical": text[::-1], "lang": text[:1]} if text else {})


class Dear(Length):
    name = "secrets"
    fields: Mapping[str, Declared] = {"kind": Declared(str, "a toy")}

    def _measure(self, event: Event) -> Measured:
        self.asked.append(event.id)
        return Measured({"kind": "key"} if event.post and "k" in (event.post.text or "") else {})


def make_event(number: int, at: int, account: str = "a1", **fields: Any) -> Event:
    raw = {
        "id": f"e{number:05d}",
        "at": 1_780_000_000 + at,
        "kind": "post",
        "audience": "public",
        "account": {"id": account},
        "post": {"id": f"p{number}", "text": f"post {number}"},
        **fields,
    }
    return decode(msgspec.json.encode(raw))


RULES = {
    "often": "event.kind = 'post' AND signal.copies.cluster_size > 2",
    "alone": "signal.copies.cluster_size = 1 AND count_within(INTERVAL 1 HOUR, per => account.id) > 3",
    "either": "contains(post.text, '7') OR signal.copies.cluster_size >= 4",
    "turned": "contains(signal.text.canonical, '3 tsop')",
}
SHOWN = ("post.text", "signal.copies.spans", "signal.copies.cluster_size", "signal.text.lang")

steps = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from("abc"),
        st.sampled_from(["post", "post", "edit", "comment"]),
        st.sampled_from(["public", "public", "private", None]),
    ),
    max_size=60,
)


def stream(parts: list[tuple[int, str, str, str | None]]) -> list[Event]:
    events, at = [], 0
    for number, (step, account, kind, audience) in enumerate(parts):
        at += step
        events.append(make_event(number, at, account, kind=kind, audience=audience))
    return events


def code_of(
    rules: Mapping[str, str], *, status: str = "experimental", evidence: tuple[str, ...] = SHOWN
) -> Code:
    """Return a code of conduct with these rules: id -> expression."""
    code = load_code("clear-culture", rule_columns())
    made = tuple(
        replace(
            code.rules[0],
            id=name,
            when=when,
            status=status,
            evidence=evidence,
            reads=parse_rule(when, rule_columns()).reads,
            tests=(),
        )
        for name, when in rules.items()
    )
    return replace(code, rules=made)


def evaluator(bound: BoundRules, **options: Any) -> Evaluator:
    return Evaluator(bound, {}, hypothetical=True, **options)


def outcome(evaluator: Evaluator, events: list[Event], cuts: list[int]) -> tuple[list[Any], list[Any]]:
    """Evaluate in batches that end at the cuts; return findings with evidence, and what was mended."""
    found: list[Any] = []
    mended: list[Any] = []
    edges = sorted({0, len(events), *(cut for cut in cuts if cut < len(events))})
    for start, end in itertools.pairwise(edges):
        done = evaluator.evaluate(events[start:end], start)
        found += [(f.row.event_id, f.row.rule, f.row.evidence) for f in done.findings]
        mended += [(m.seq, sorted(m.rules)) for m in done.mended]
    return found, mended


@cache
def toys() -> BoundRules:
    return bind([code_of(RULES)], signals={"copies": Echo(), "text": Length()})


@given(parts=steps, cuts=st.lists(st.integers(1, 59), max_size=8))
@settings(max_examples=120, deadline=None)
def test_findings_and_evidence_do_not_depend_on_the_batch(
    parts: list[tuple[int, str, str, str | None]], cuts: list[int]
) -> None:
    """However a stream is cut into batches, the same rules hold with the same evidence."""
    events = stream(parts)
    assert outcome(evaluator(toys()), events, cuts) == outcome(evaluator(toys()), events, list(range(60)))


@given(parts=steps, cut=st.integers(0, 60), metrics=st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_restart_that_replays_the_horizon_finds_the_same(
    parts: list[tuple[int, str, str, str | None]], cut: int, metrics: bool
) -> None:
    """A fresh evaluator that observed the events of the horizon goes on like the old one."""
    events = stream(parts)
    whole = evaluator(toys(), metrics=metrics)
    outcome(whole, events[:cut], [])
    fresh = evaluator(toys())
    if cut and events[:cut]:
        since = events[:cut][-1].at - fresh.horizon
        fresh.observe([event for event in events[:cut] if event.at >= since])
    assert outcome(fresh, events[cut:], []) == outcome(whole, events[cut:], [7])


def test_the_horizon_includes_the_signals() -> None:
    """A run replays as far back as its windows and its signals look."""
    only = bind([code_of({"often": RULES["often"]})], signals={"copies": Echo(), "text": Length()})
    assert only.horizon == HORIZON
    assert toys().horizon == 3600 * SECOND


def test_a_dear_signal_is_asked_only_where_the_rest_of_the_rule_holds() -> None:
    """A signal is measured for candidates alone, and once an event however many fields are read."""
    dear = Dear()
    rules = {
        "one": "contains(post.text, '7') AND signal.secrets.kind = 'key'",
        "two": "contains(post.text, '7') AND signal.secrets.kind IS NOT NULL",
    }
    made = evaluator(bind([code_of(rules)], signals={"secrets": dear}))
    events = [make_event(n, n, post={"id": "p", "text": f"k {n}"}) for n in range(40)]
    found = made.evaluate(events, 0).findings
    assert [f.row.event_id for f in found] == [e.id for n in (7, 17, 27, 37) for e in [events[n]] * 2]
    assert dear.asked == [events[n].id for n in (7, 17, 27, 37)]


def test_what_is_private_or_unknown_is_never_told_to_a_signal() -> None:
    """Posts whose audience is private or missing are not observed; follows and such are."""
    echo = EchoSession()

    class Told(Echo):
        def session(self, registers: Registers) -> SignalSession:
            return echo

    made = evaluator(bind([code_of({"often": RULES["often"]})], signals={"copies": Told()}))
    made.evaluate(
        [
            make_event(1, 1),
            make_event(2, 2, audience="private"),
            make_event(3, 3, audience=None),
            make_event(4, 4, kind="follow", audience=None, post=None),
        ],
        0,
    )
    assert echo.told == ["e00001", "e00004"]


def test_a_finding_carries_what_the_signal_showed_and_its_version() -> None:
    """Spans, compared facts and the version of a signal stand in the finding's evidence."""
    events = [make_event(n, n) for n in range(3)]
    (found,) = evaluator(toys()).evaluate(events, 0).findings
    assert found.row.evidence == {
        "post.text": "post 2",
        "signal.copies.spans": [{"column": "post.text", "start": 0, "end": 6, "kind": "toy"}],
        "signal.copies.cluster_size": 3,
        "signal.copies.evidence": {"size": 3},
        "signal.copies.version": "toy-1",
        "signal.text.lang": "p",
        "signal.text.version": "toy-2",
    }


@pytest.mark.parametrize("status", ["experimental", "stable"])
def test_a_rule_in_force_on_an_unmeasured_signal_is_a_fault_in_its_place(status: str) -> None:
    """A stable or experimental rule may read only what an installed signal measures."""
    code = code_of({"often": RULES["often"]}, status=status)
    with pytest.raises(ConductError) as caught:
        bind([code], signals={"text": Length()})
    (fault,) = caught.value.faults
    assert fault.code == "rules/signal-not-installed"
    start = code.rules[0].when_where
    assert fault.where is not None
    assert (fault.where.line, fault.where.column) == (start.line, (start.column or 1) + 24)


def test_a_draft_on_an_unmeasured_signal_is_unknown() -> None:
    """A draft rule may be compiled for its tests; what nobody measures is NULL."""
    made = bind([code_of({"often": RULES["often"]}, status="draft")], drafts=True, signals={})
    event = make_event(1, 1)
    assert made.ruleset.evaluate(event, "clear-culture/often") is None
    assert bind([code_of({"often": RULES["often"]}, status="draft")], signals={}).rules == ()


def test_a_signal_that_raises_is_named_with_the_event() -> None:
    """A failing signal stops the run with a sentence, not with a stack of calls."""

    class Bad(Dear):
        def _measure(self, event: Event) -> Measured:
            raise ZeroDivisionError("by zero")

    made = evaluator(bind([code_of({"one": "signal.secrets.kind = 'key'"})], signals={"secrets": Bad()}))
    with pytest.raises(OmbudError, match=r"event e00001.*'secrets' failed.*ZeroDivisionError") as caught:
        made.evaluate([make_event(1, 1)], 0)
    assert caught.value.code == "signals/failed"


def test_explaining_reads_the_signals_of_the_session() -> None:
    """The exact three-valued answer of a session sees the signal as the session observed it."""
    session = toys().session()
    events = [make_event(n, n) for n in range(3)]
    session.observe(events)
    assert session.evaluate(events[-1], "clear-culture/often") is True
    assert session.explain(events[-1], "clear-culture/often").value == "TRUE"
