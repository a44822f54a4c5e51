"""The gate judges once, remembers by content, and cannot be switched off."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ombud.base.errors import ConductError
from ombud.conduct.model import Code
from ombud.registers.schemas import SCHEMAS, convert
from ombud.rules.gate import memory
from ombud.rules.gate.gate import GATE_VERSION, gate_hash, run_gate, static_faults
from ombud.rules.gate.registers import registers
from ombud.rules.gate.swap import VARIANTS, swapped_event, swapped_rows

MakeCode = Callable[..., Code]


def test_no_parameter_skips_the_gate() -> None:
    """Its call takes codes, a compiler and a place to remember; nothing else."""
    assert set(inspect.signature(run_gate).parameters) == {"codes", "binder", "cache_dir"}


def test_an_honest_code_passes_and_is_remembered(make_code: MakeCode, tmp_path: Path) -> None:
    """The second time the answer comes from memory, and is the same."""
    code = make_code()
    first = run_gate([code], cache_dir=tmp_path)
    second = run_gate([code], cache_dir=tmp_path)
    assert first.passed
    assert (first.version, first.hash) == (GATE_VERSION, gate_hash())
    assert first.counts.items > 400
    assert not first.cached
    assert second.cached
    assert (second.passed, second.counts) == (first.passed, first.counts)
    first.require()


def test_codes_that_passed_pass_in_any_company(make_code: MakeCode, tmp_path: Path) -> None:
    """What passed together needs no new judgment alone or in another order; a refused code always does."""
    one, other = make_code("honest-one"), make_code("honest-other")
    assert not run_gate([one, other], cache_dir=tmp_path).cached
    assert run_gate([one], cache_dir=tmp_path).cached
    assert run_gate([other, one], cache_dir=tmp_path).cached


def test_a_refusal_is_remembered_with_its_reasons(make_code: MakeCode, tmp_path: Path) -> None:
    """Faults come back whole: code, words, place and hint."""
    code = make_code(when="event.kind = 'post' AND contains(post.text, 'Labour Party')", harm="harassment")
    first = run_gate([code], cache_dir=tmp_path)
    second = run_gate([code], cache_dir=tmp_path)
    assert not first.passed
    assert second.cached
    assert [str(fault) for fault in second.faults] == [str(fault) for fault in first.faults]
    with pytest.raises(ConductError) as caught:
        second.require()
    assert caught.value.faults == second.faults


@pytest.mark.parametrize("damage", ["edit", "cut", "empty", "foreign", "binary"])
def test_a_damaged_memory_is_ignored(make_code: MakeCode, tmp_path: Path, damage: str) -> None:
    """Edited by hand, cut short or replaced: the gate judges again."""
    memory.remember(
        tmp_path, "k" * 64, memory.Remembered((), {"items": 1, "scenes": 1, "events": 1, "rules": 1})
    )
    (path,) = tmp_path.iterdir()
    assert memory.recall(tmp_path, "k" * 64) is not None
    text = path.read_text("utf-8")
    changed = {
        "edit": json.dumps(
            {**json.loads(text), "counts": {"items": 2, "scenes": 1, "events": 1, "rules": 1}}
        ).encode(),
        "cut": text[:-5].encode(),
        "empty": b"",
        "foreign": json.dumps({**json.loads(text), "key": "x" * 64}).encode(),
        "binary": b"\xff\xfe\x00",
    }
    path.write_bytes(changed[damage])
    assert memory.recall(tmp_path, "k" * 64) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Memory is only a convenience."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    memory.remember(blocked, "k" * 64, memory.Remembered((), {}))
    assert memory.recall(blocked, "k" * 64) is None


def test_the_key_follows_the_code(make_code: MakeCode, tmp_path: Path) -> None:
    """Another content is judged anew."""
    run_gate([make_code()], cache_dir=tmp_path)
    other = run_gate(
        [make_code(when="event.kind = 'post' AND contains(post.text, 'give me your pin code')")],
        cache_dir=tmp_path,
    )
    assert not other.cached


def test_a_rule_that_matches_speech_only_with_extra_is_told_so(make_code: MakeCode) -> None:
    """The fault says that only the platform's feature keeps the rule from finding."""
    code = make_code(
        columns={"extra.score": "float"},
        when="event.kind = 'post' AND length(post.text) > 3 AND extra.score > 0.9",
    )
    result = run_gate([code])
    assert any("kept only by extra" in fault.message for fault in result.faults)


def test_several_codes_are_judged_together(make_code: MakeCode) -> None:
    """Each fault names the code and the rule it speaks of."""
    bad = "event.kind = 'comment' AND regexp_matches(lower(post.text), 'bullshit')"
    result = run_gate([make_code("first"), make_code("second", harm="harassment", when=bad)])
    assert result.faults
    assert all("second/r" in fault.message for fault in result.faults)


def test_a_long_list_of_names_is_told_in_short(make_code: MakeCode) -> None:
    """Of a thousand literals that are refused, the first are told and the rest counted."""
    lists = {"names": [f"Labour Party {number}" for number in range(1000)]}
    code = make_code(harm="harassment", lists=lists, when="contains_any(post.text, 'names')")
    faults = static_faults(code)
    assert len(faults) < 30
    assert any("980 more" in fault.message for fault in faults)


def test_faults_point_into_the_rule(make_code: MakeCode) -> None:
    """The place is the literal's line and column in the rule's file."""
    code = make_code(harm="harassment", when="event.kind = 'post'\n  AND contains(post.text, 'Labour Party')")
    (fault,) = static_faults(code)
    assert fault.where is not None
    assert (fault.where.line, fault.where.column) == (6, 29)


NEEDS_REGISTERS = {
    "a name without its owner's leave": (
        "event.kind IN ('post', 'profile') AND NOT account.verified AND signal.impersonation.score >= 0.7",
        "impersonation",
    ),
    "a claim that is asked or denied": (
        "event.kind = 'post' AND signal.claims.publishers >= 2",
        "checked_false_claim",
    ),
    "whoever names a profession": (
        "event.kind = 'post' AND NOT coalesce(signal.credentials.advice, FALSE)"
        " AND NOT signal.credentials.shown",
        "unqualified_advice",
    ),
    "every old picture": (
        "event.kind = 'post' AND signal.recycled.kind = 'image' AND signal.recycled.age_days >= 30",
        "recycled_media",
    ),
}


@pytest.mark.parametrize("name", NEEDS_REGISTERS)
def test_rules_that_compare_with_a_register_are_judged(make_code: MakeCode, name: str) -> None:
    """The corpus is read with registers: a rule that is only quiet without them does not pass."""
    when, harm = NEEDS_REGISTERS[name]
    label = harm in ("checked_false_claim", "recycled_media", "unqualified_advice")
    measures, ceiling = (("label",), "label") if label else (("rename",), "rename")
    result = run_gate([make_code(when=when, harm=harm, measures=measures, ceiling=ceiling, severity=1)])
    assert "gate/protected-speech" in {fault.code for fault in result.faults} or "gate/name-alone" in {
        fault.code for fault in result.faults
    }, [str(fault) for fault in result.faults]


def test_names_in_the_registers_of_a_test_are_exchanged_with_those_of_its_events() -> None:
    """A test that compares a text with a row is not broken by exchanging names in one of them only."""
    text = "The Labour Party said that rain is dry"
    for turn in range(VARIANTS):
        event = swapped_event({"post": {"text": text}}, "a test", turn)
        rows = swapped_rows({"fact_checks": [{"claim": text, "checked_at": 5}]}, "a test", turn)
        assert event["post"]["text"] != text
        assert rows == {"fact_checks": [{"claim": event["post"]["text"], "checked_at": 5}]}


def test_the_gates_registers_are_such_as_could_be_imported() -> None:
    """Every row has the fields of its register, in their types; the same object is given each time."""
    facts = registers()
    assert facts is registers()
    for name in ("fact_checks", "credentials", "originals", "alerts", "protected_names"):
        rows = facts.history(name)
        assert rows
        for row in rows:
            fields = SCHEMAS[name].fields
            assert set(row) - {"key"} <= set(fields)
            assert {field for field, of in fields.items() if of.required} <= set(row)
            for field, value in row.items():
                timed = field != "key" and fields[field].kind == "time"
                assert field == "key" or timed or convert(fields[field], value) == value
