"""The clause in force at the time, or a milder later one: never a harsher later one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ombud.cases.clauses import applicable, is_milder, register
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.rules.bind import rule_columns
from ombud.store import clauses, open_store, pins
from ombud.store.clauses import ClauseVersion

V1 = ClauseVersion(
    "k1", "cc", "4.4", "1.0.0", 1, 100, "private_information", 3, ",notice,disable,posting_pause,",
    "posting_pause", 24, 180, "never", {},
)  # fmt: skip


def version(start: int, **more: object) -> ClauseVersion:
    """Return a later version."""
    return msgspec.structs.replace(V1, in_force_from=start, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def code() -> Code:
    """A bundled code."""
    return load_code("clear-culture", rule_columns())


def test_in_force_at_the_time() -> None:
    """Before any version nothing applies; after that, the one in force."""
    harsher = version(200, id="k2", severity=4)
    assert applicable([V1, harsher], 99) is None
    assert applicable([V1, harsher], 150) == V1
    assert applicable([V1, harsher], 200) == harsher
    assert applicable([], 5) is None


@pytest.mark.parametrize(
    ("change", "milder"),
    [
        ({"severity": 2}, True),
        ({"severity": 4}, False),
        ({"measures": ",notice,disable,", "ceiling": "disable"}, True),
        ({"measures": ",notice,disable,posting_pause,closing,", "ceiling": "closing"}, False),
        ({"correction": 72}, True),
        ({"correction": None}, False),
        ({"appeal": 90}, False),
        ({"automation": "label"}, False),
        ({"severity": 2, "correction": None}, False),
    ],
)
def test_a_milder_later_one(change: dict[str, object], milder: bool) -> None:
    """A later version is cited for an earlier event only where nobody is worse off under it."""
    later = version(200, id="k2", **change)
    assert is_milder(later, V1) == milder
    assert applicable([V1, later], 150) == (later if milder else V1)


def test_a_bundled_code(tmp_path: Path, code: Code) -> None:
    """Adopting keeps the enforceable clauses, in both languages, once."""
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        pins.pin(tx, code.id, version=code.version, hash=code.hash, payload={}, at=5, seq=1)
        kept = register(tx, code, ordinal=1, since=50, now=60)
        assert kept > 5
        assert register(tx, code, ordinal=1, since=50, now=70) == 0
        (found,) = clauses.versions(tx, code.id, "4.4")
        assert (found.in_force_from, found.harm, found.severity) == (50, "private_information", 3)
        assert found.rungs[:2] == ("hint", "notice")
        assert found.body["title"]["zh"]
        assert found.body["state_involvement"]["en"]
        assert clauses.versions(tx, code.id, "3") == []


def test_a_changed_clause_binds_from_now(tmp_path: Path, code: Code) -> None:
    """A changed clause is in force from its adoption on, never backwards."""
    changed = replace(
        code, clauses=tuple(replace(c, severity=4) if c.id == "4.4" else c for c in code.clauses)
    )
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        for n, each in ((1, code), (2, changed)):
            pins.pin(tx, code.id, version=str(n), hash=str(n), payload={}, at=5, seq=1, adopt=True)
            register(tx, each, ordinal=n, since=50, now=60 * n)
        starts = [(v.in_force_from, v.severity) for v in clauses.versions(tx, code.id, "4.4")]
        assert starts == [(50, 3), (120, 4)]
        assert len(clauses.versions(tx, code.id, "4.2")) == 1


def test_a_new_clause_binds_from_now(tmp_path: Path, code: Code) -> None:
    """A clause that comes with a later text of the code is not in force before that text."""
    first = replace(code, clauses=tuple(c for c in code.clauses if c.id != "4.4"))
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        for n, each in ((1, first), (2, code)):
            pins.pin(tx, code.id, version=str(n), hash=str(n), payload={}, at=5, seq=1, adopt=True)
            register(tx, each, ordinal=n, since=50, now=60 * n)
        assert [v.in_force_from for v in clauses.versions(tx, code.id, "4.4")] == [120]
