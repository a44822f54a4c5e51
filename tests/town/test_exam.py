"""The exam reads every register that the town was made against."""

from __future__ import annotations

from pathlib import Path

from ombud.registers.asof import load_from
from ombud.signals.claims.sources import agreement
from ombud.store import open_store
from ombud.town import Town
from ombud.town.exam import SALT, fill_registers


def test_every_register_of_the_town_is_entered(tmp_path: Path, full: Town) -> None:
    """Each table passes the door that an operator's files pass, and nothing of it is lost."""
    with open_store(tmp_path / "store", salt=SALT) as store:
        fill_registers(store, tmp_path, full)
        entered = load_from(store)
    assert set(entered.revisions()) == set(full.registers)
    for name, rows in full.registers.items():
        assert len(entered.history(name)) == len(rows)


def test_the_towns_checks_meet_the_rule_of_two_publishers(tmp_path: Path, full: Town) -> None:
    """Four claims have two checks; one has one, one was withdrawn, and a statement is no check."""
    with open_store(tmp_path / "store", salt=SALT) as store:
        fill_registers(store, tmp_path, full)
        rows = load_from(store).rows("fact_checks", full.start)
    by_claim = {key: agreement([r for r in rows if r["key"] == key]) for key in {r["key"] for r in rows}}
    assert {key: (found.publishers, found.retracted) for key, found in by_claim.items()} == {
        "copper-water": (2, False),
        "flu-jab-chip": (2, False),
        "wallets-quote": (2, False),
        "plastic-fish": (2, False),
        "giants-horses": (1, False),
        "ferry-timetable": (0, True),
        "harbour-contract": (0, False),
    }
    assert by_claim["harbour-contract"].statements == ("Larkmere Town Council",)
