"""A small good code to break, and a stand-in for the rule language's parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ombud.base.errors import Fault, RuleError, Where
from ombud.conduct.exprtext import tokens
from ombud.conduct.loader import lint, load_code
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code

COLUMNS: Mapping[str, Any] = {
    "event.id": str,
    "event.at": datetime,
    "event.kind": str,
    "event.origin": str,
    "event.audience": str,
    "account.id": str,
    "account.name": str,
    "account.created_at": datetime,
    "account.followers": int,
    "account.verified": bool,
    "account.roles": list[str],
    "post.id": str,
    "post.text": str,
    "post.urls": list[str],
    "post.media.kind": list[str],
    "post.media.qr": list[str],
    "post.products.id": list[str],
    "target.account_id": str,
    "payment.amount": float,
    "report.clause": str,
    "signal.private_info.flight": str,
}


def fake_parse(text: str, columns: Mapping[str, Any], *, lists: Mapping[str, Any]) -> Any:
    """Report the columns named, and fail at every ``!!`` as the real parser fails: with line and column."""
    faults = []
    for number, line in enumerate(text.split("\n"), start=1):
        at = line.find("!!")
        if at >= 0:
            faults.append(Fault("expr/syntax", "!! is no operator", Where(None, number, at + 1)))
    if faults:
        raise RuleError(*faults)
    names = {token.text for token in tokens(text) if token.kind == "name"}
    return SimpleNamespace(reads=frozenset(names & set(columns)), lists=frozenset(lists))


@dataclass
class Garden:
    """A code in a folder that a test may change before it is read."""

    path: Path

    def write(self, name: str, text: str | bytes) -> Garden:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def swap(self, name: str, old: str, new: str) -> Garden:
        text = (self.path / name).read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        return self.write(name, text.replace(old, new))

    def lint(self) -> list[Fault]:
        return lint(self.path, COLUMNS, parse=fake_parse)

    def codes(self) -> set[str]:
        return {fault.code for fault in self.lint()}

    def load(self) -> Code:
        return load_code(self.path, COLUMNS, parse=fake_parse)


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    """The example code, as ``ombud code init`` writes it."""
    init_code(tmp_path / "garden")
    return Garden(tmp_path / "garden")


@pytest.fixture
def make_garden(tmp_path: Path) -> Callable[[str], Garden]:
    """Make further codes beside the first."""

    def make(name: str) -> Garden:
        init_code(tmp_path / name)
        return Garden(tmp_path / name)

    return make
