"""Roles: given by an operator, checked at every act."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.cases import roles
from ombud.cases.errors import CaseError
from ombud.store import Store, ledger, open_store, people


def fails(code: str, store: Store, work: object) -> None:
    """Show that an act is refused with a code and leaves no trace."""
    with store.read() as tx:
        before = ledger.root(tx)
    with pytest.raises(CaseError) as caught, store.begin() as tx:
        work(tx)  # type: ignore[operator]
    assert caught.value.code == code
    with store.read() as tx:
        assert ledger.root(tx) == before


def test_the_first_operator(tmp_path: Path) -> None:
    """In an empty store a person can make themselves operator, and nothing else."""
    with open_store(tmp_path / "s") as store:
        with store.begin() as tx:
            roles.add(tx, "olga", ["en"], by="olga", at=1)
        fails("cases/no-operator", store, lambda tx: roles.grant(tx, "olga", "reviewer", by="olga", at=1))
        with store.begin() as tx:
            roles.grant(tx, "olga", "operator", by="olga", at=1)
            roles.add(tx, "ann", ["zh", "en", "zh"], by="olga", at=1)
            roles.grant(tx, "ann", "reviewer", by="olga", at=2)
            assert people.roles(tx, "ann") == {"reviewer"}
            roles.grant(tx, "ann", "reviewer", by="olga", at=3, granted=False)
            assert people.roles(tx, "ann") == frozenset()


def test_refusals(store: Store) -> None:
    """Only operators give roles; names, languages and roles are checked; one operator stays."""
    fails("cases/wrong-role", store, lambda tx: roles.grant(tx, "bob", "operator", by="ann", at=1))
    fails("cases/wrong-role", store, lambda tx: roles.add(tx, "eve", ["en"], by="ann", at=1))
    fails("cases/no-such-person", store, lambda tx: roles.grant(tx, "eve", "auditor", by="olga", at=1))
    fails("cases/no-such-person", store, lambda tx: roles.require(tx, "eve", "auditor"))
    fails("cases/bad-role", store, lambda tx: roles.grant(tx, "bob", "king", by="olga", at=1))  # type: ignore[arg-type]
    fails("cases/bad-name", store, lambda tx: roles.add(tx, "a b\0" * 99, ["en"], by="olga", at=1))
    fails("cases/bad-language", store, lambda tx: roles.add(tx, "eve", ["fr"], by="olga", at=1))
    fails("cases/bad-language", store, lambda tx: roles.add(tx, "eve", [], by="olga", at=1))
    fails(
        "cases/last-operator",
        store,
        lambda tx: roles.grant(tx, "olga", "operator", by="olga", at=1, granted=False),
    )


def test_names_stay_inside(store: Store) -> None:
    """No entry of the ledger holds a person's name."""
    with store.read() as tx:
        said = "".join(str(entry.body) for entry in ledger.entries(tx))
    assert "role" in said
    for person in ("olga", "ann", "zoe"):
        assert person not in said
