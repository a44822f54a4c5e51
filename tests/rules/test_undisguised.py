"""A rule on the text is asked of the canonical text too, and means there what it means on the text."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.events.envelope import Account, Event, Post, Target
from ombud.expr import folded, parse_rule
from ombud.rules.bind import BoundRules, bind, rule_columns
from ombud.rules.blind import BlindSpots
from ombud.rules.evaluate import Evaluator
from ombud.rules.selfcheck.checking import SelfCheck
from ombud.rules.undisguised import CANONICAL, on_both, signs, undisguised
from ombud.signals.registry import installed
from ombud.signals.text.canonical import canonical
from ombud.signals.text.disguise import DISGUISES

PLAIN = "他让我去领红包，先付保证金"
SPACED = "他*让*我*去*领*红*包，先付保证金"


def _code(when: str) -> Code:
    code = load_code("clear-culture", rule_columns())
    rule = dataclasses.replace(
        code.rules[0], id="r", when=when, reads=parse_rule(when, rule_columns()).reads, status="stable"
    )
    return dataclasses.replace(code, rules=(rule,), lists={})


def _post(text: str | None) -> Event:
    return Event("e1", 0, "post", Account("a"), audience="public", post=Post(id="p1", text=text))


WHEN = (
    "event.kind = 'post' AND contains(folded(post.text), '领红包') AND NOT contains(folded(post.text), '骗')"
)


def _asked(when: str, text: str | None) -> bool | None:
    bound = bind([_code(when)])
    return bound.session().evaluate(_post(text), "clear-culture/r")


def test_what_camouflage_hides_is_found() -> None:
    """The same condition holds on the text and on the same text spaced out; its exclusions too."""
    assert _asked(WHEN, PLAIN) is True
    assert folded(SPACED) != canonical(SPACED)
    assert _asked(WHEN, SPACED) is True
    assert _asked(WHEN, "别信：他*让*我*去*领*红*包，是*骗*子") is False


def test_a_missing_text_stays_unknown() -> None:
    """Nothing is found, and nothing denied, of an event without text."""
    assert _asked(WHEN, None) is None


@pytest.mark.parametrize(
    "when",
    [
        "contains(post.text, 'x')",
        "contains(lower(post.text), 'x')",
        f"contains({CANONICAL}, 'x') OR contains(folded(post.text), 'x')",
        "contains(folded(post.text), 'x') AND count_within(INTERVAL 1 HOUR, per => account.id) > 2",
    ],
)
def test_other_rules_are_left_as_written(when: str) -> None:
    """Only conditions on the folded text are asked twice, and never those that count history."""
    assert undisguised(when) is None
    assert on_both(when) == when


def test_without_the_signal_rules_see_the_text_as_written() -> None:
    """An installation whose text signal is left out still runs its rules."""
    signals = {name: each for name, each in installed().signals.items() if name != "text"}
    bound = bind([_code(WHEN)], signals=signals)
    assert not bound.undisguised
    assert bound.session().match([_post(PLAIN), _post(SPACED)]) == [["clear-culture/r"], []]


@pytest.fixture(scope="module")
def both() -> tuple[BoundRules, BoundRules]:
    """Return the rules of a code as the engine asks them, and of the text as written alone."""
    code = load_code("clear-culture", rule_columns())
    signals = {name: each for name, each in installed().signals.items() if name != "text"}
    return bind([code]), bind([code], signals=signals)


texts = st.sampled_from(
    [
        "你去死吧",
        "我要杀了你全家",
        "刷粉丝五千个24元，秒到，加微信",
        "Buy followers, 1105 for 21, message us",
        "林晚的手机13800138000，大家打爆她",
        "the ferry leaves at nine",
        "今天的菜市场很热闹",
    ]
)


@settings(max_examples=60, deadline=None)
@given(text=texts, name=st.sampled_from(sorted(DISGUISES)), seed=st.integers(0, 50), comment=st.booleans())
def test_it_means_the_text_or_the_canonical_text(
    both: tuple[BoundRules, BoundRules], text: str, name: str, seed: int, comment: bool
) -> None:
    """A rule holds if it held as written, or signs are seen and it holds on the canonical text."""
    from random import Random

    shown = DISGUISES[name](Random(seed), text)
    event = msgspec.structs.replace(_post(shown), kind="comment" if comment else "post", target=Target("b"))
    made = canonical(shown)
    engine, plain = both
    found = set(engine.session().match([event])[0])
    written = set(plain.session().match([event])[0])
    assert written <= found
    if made == folded(shown) or not any(sign in folded(shown) for sign in signs()):
        assert found == written
    else:
        undone = msgspec.structs.replace(event, post=Post(id="p1", text=made))
        also = {n for n in plain.session().match([undone])[0] if n in engine.undisguised}
        assert also <= found


def test_the_finding_says_what_was_undone() -> None:
    """Evidence holds the text as written and what it says; an ordinary text has no second form."""
    code = _code(WHEN)
    code = dataclasses.replace(code, rules=(dataclasses.replace(code.rules[0], evidence=("post.text",)),))
    evaluator = Evaluator(bind([code]), {code.id: None})
    found = evaluator.evaluate([_post(SPACED)], 0).findings[0].row.evidence
    assert found == {"post.text": SPACED, CANONICAL: canonical(SPACED)}
    found = evaluator.evaluate([_post(PLAIN)], 1).findings[0].row.evidence
    assert found == {"post.text": PLAIN}


def test_the_self_check_marks_the_original() -> None:
    """The marks stand in the text as written, at the stretch that says what the rule looks for."""
    report = SelfCheck([_code(WHEN)]).check(_post(SPACED))
    (remark,) = report.remarks
    assert [SPACED[start:end] for start, end in remark.marks] == ["领*红*包"]


def test_a_text_rule_is_still_watched_for_blindness() -> None:
    """A rule that reads the text is blind where no text ever comes, whatever the engine adds."""
    bound = bind([_code(WHEN)])
    spots = BlindSpots(bound.ruleset)
    spots.look([_post(None)])
    assert [(blind.rule, blind.missing) for blind in spots.found()] == [("clear-culture/r", ("post.text",))]
