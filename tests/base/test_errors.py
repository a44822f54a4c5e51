"""Every error says what, where and what to do."""

from __future__ import annotations

import pytest

from ombud.base.errors import ConductError, Fault, OmbudError, RuleError, StoreError, UsageError, Where


def test_a_fault_reads_as_place_sentence_code_and_hint() -> None:
    """One line names the place first, as compilers do, so that editors can jump to it."""
    fault = Fault(
        "conduct/unknown-key", "unknown key 'titel'", Where("code.yaml", 3, 1), "did you mean 'title'?"
    )
    assert (
        str(fault)
        == "code.yaml:3:1: unknown key 'titel' [conduct/unknown-key]\n  hint: did you mean 'title'?"
    )


def test_a_place_may_be_partly_known() -> None:
    """A line without a column, or nothing at all, still prints."""
    assert str(Where("a.yaml", 3)) == "a.yaml:3"
    assert str(Where()) == ""
    assert str(Fault("a/b", "no.")) == "no. [a/b]"


def test_one_error_can_carry_many_faults() -> None:
    """A linter raises everything it found at once."""
    error = ConductError.all([Fault("a/one", "first"), Fault("a/two", "second")])
    assert error.code == "a/one"
    assert "second" in str(error)


def test_an_error_without_a_fault_cannot_be_made() -> None:
    """An error that says nothing is a defect of the caller's."""
    with pytest.raises(ValueError, match="at least one"):
        OmbudError()


def test_exit_codes_are_part_of_the_contract() -> None:
    """Scripts rely on these numbers."""
    assert (UsageError.exit_code, RuleError.exit_code, StoreError.exit_code) == (2, 3, 5)
