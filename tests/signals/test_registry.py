"""What is installed as a signal, and what is left out loudly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import MappingProxyType, ModuleType
from typing import Any

import pytest

from ombud.signals.base import ANY_LANGUAGE, NOTHING, Declared, Registers, SignalSession, Stateless
from ombud.signals.catalogue import SIGNALS
from ombud.signals.registry import GROUP, installed, load


class Toy:
    name = "toy"
    fields = MappingProxyType({"size": Declared(int, "a size")})
    languages = frozenset({ANY_LANGUAGE})
    version = "1"
    horizon = 0

    def __init__(self, **changes: Any) -> None:
        for key, value in changes.items():
            setattr(self, key, value)

    def session(self, registers: Registers) -> SignalSession:
        return Stateless(lambda event: NOTHING)


@pytest.fixture
def house() -> Iterator[ModuleType]:
    """Give an importable module to put factories in."""
    module = ModuleType("signals_of_others")
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def point(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name, f"signals_of_others:{attribute}", GROUP)


def test_a_third_partys_signal_comes_in_by_the_same_door(house: ModuleType) -> None:
    """A factory under the group's name is loaded, with fields the catalogue does not know."""
    house.toy = Toy
    found = load([point("toy", "toy")])
    assert not found.faults
    assert found.columns()["signal.toy.size"] is int
    assert found.measured() == {"signal.toy.size"}


@pytest.mark.parametrize(
    ("factory", "says"),
    [
        (None, "does not load"),
        (lambda: 1 / 0, "ZeroDivisionError"),
        (object, "lacks a signal's attributes"),
        (lambda: Toy(name="other"), "calls itself 'other'"),
        (lambda: Toy(horizon=-1), "horizon"),
        (lambda: Toy(fields={"size": int}), "is not declared"),
        (lambda: Toy(fields={"a b": Declared(int, "")}), "is not declared"),
    ],
)
def test_a_broken_signal_is_left_out_and_named(house: ModuleType, factory: Any, says: str) -> None:
    """Whatever is wrong with one package, the others load, and the fault tells package and reason."""
    if factory is not None:
        house.toy = factory
    house.good = lambda: Toy(name="good")
    found = load([point("toy", "toy"), point("good", "good")])
    assert set(found.signals) == {"good"}
    (fault,) = found.faults
    assert fault.code == "signals/broken"
    assert says in fault.message
    assert "signals_of_others:toy" in str(fault.where)


def test_a_field_of_the_catalogue_keeps_its_type(house: ModuleType) -> None:
    """Rules are checked against the catalogue, so no package may change a field's type."""
    house.claims = lambda: Toy(name="claims", fields={"publishers": Declared(str, "wrong")})
    assert "another type" in load([point("claims", "claims")]).faults[0].message


def test_two_signals_of_one_name_are_not_both_taken(house: ModuleType) -> None:
    """The first keeps the name; the second is told as a fault."""
    house.toy = Toy
    house.twin = Toy
    found = load([point("toy", "toy"), point("toy", "twin")])
    assert len(found.signals) == 1
    assert "installed already" in found.faults[0].message


def test_what_ships_loads_and_matches_the_catalogue() -> None:
    """Every signal of this installation loads; its fields stand in the catalogue with their types."""
    found = installed()
    assert not found.faults
    for name, signal in found.signals.items():
        for field, declared in signal.fields.items():
            assert SIGNALS[f"signal.{name}.{field}"].type == declared.type
        assert signal.version
        assert signal.languages
