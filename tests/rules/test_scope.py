"""A code that binds by signature reaches those who signed it, while they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ombud.conduct.loader import load_code
from ombud.rules.bind import rule_columns
from ombud.rules.scope import Scope


class _Signed:
    """A register in which one account has signed one code from instant 10 on."""

    def __init__(self) -> None:
        self._row = ({"key": "a1", "codes": ["seven-minimums"]},)

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:
        return self._row if register == "signatories" and at >= 10 else ()

    def history(self, register: str) -> Sequence[Mapping[str, Any]]:
        return self._row

    def revision(self, register: str) -> str:
        return "1"


def test_signatories_are_bound_from_the_day_they_signed() -> None:
    """Not before, not another account, and not by another code."""
    code = load_code("seven-minimums", rule_columns())
    scope = Scope(_Signed())
    assert [scope.binds(code, "a1", at) for at in (9, 10, 11, 9)] == [False, True, True, False]
    assert not scope.binds(code, "a2", 10)
    assert not scope.binds(replace(code, id="another"), "a1", 10)


def test_consent_is_never_assumed() -> None:
    """Without a register nobody is bound by a code that is signed; a code for everyone binds all."""
    signed = load_code("seven-minimums", rule_columns())
    assert not Scope(None).binds(signed, "a1", 10)
    assert Scope(None).binds(load_code("clear-culture", rule_columns()), "a1", 10)
