"""In effect is a predicate on time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombud.measures.effect import Span, in_effect

instants = st.integers(0, 40)
spans = st.builds(
    Span,
    starts_at=instants,
    ends_at=st.none() | instants,
    reversed_at=st.none() | instants,
    suspended=st.lists(st.tuples(instants, st.none() | instants), max_size=3).map(tuple),
)


def test_edges() -> None:
    """It holds from its start up to its end, without the end itself."""
    span = Span(10, 20)
    assert [in_effect(span, t) for t in (9, 10, 19, 20)] == [False, True, True, False]
    assert in_effect(Span(10), 1 << 60)
    assert not in_effect(Span(10, 20, reversed_at=15), 15)
    assert in_effect(Span(10, 20, reversed_at=15), 14)


def test_suspension() -> None:
    """While suspended it rests; the end does not move."""
    span = Span(10, 30, suspended=((12, 15), (20, None)))
    assert [t for t in range(35) if in_effect(span, t)] == [10, 11, 15, 16, 17, 18, 19]


@given(spans, instants, instants)
def test_less_is_milder(span: Span, now: int, since: int) -> None:
    """Reversing or suspending never brings a measure into effect, and before its instant changes nothing."""
    shorter = Span(span.starts_at, span.ends_at, since, span.suspended)
    rested = Span(span.starts_at, span.ends_at, span.reversed_at, (*span.suspended, (since, None)))
    for changed in (rested, *([shorter] if span.reversed_at is None else [])):
        assert in_effect(changed, now) == (in_effect(span, now) and now < since)
