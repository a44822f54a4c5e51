"""A small register and how to ask the signal about one account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ombud.events.envelope import Account
from ombud.signals.base import Measured
from ombud.signals.impersonation.index import Index
from ombud.signals.impersonation.signal import judge

NAMES: list[dict[str, Any]] = [
    {"key": "临江市公安局", "kind": "body", "aliases": ["临江公安局"], "account_id": "police"},
    {"key": "河北人大", "kind": "body"},
    {"key": "山西人大", "kind": "body"},
    {"key": "国家航运管理委员会", "kind": "body"},
    {"key": "国家监督委员会", "kind": "body"},
    {"key": "人民日报", "kind": "media"},
    {"key": "榆浦银行", "kind": "company"},
    {"key": "沈星澜", "kind": "person"},
    {"key": "临江市", "kind": "division"},
    {"key": "市长", "kind": "title"},
    {"key": "Evening Lantern", "kind": "media"},
    {"key": "Bank of Ireland", "kind": "company"},
    {"key": "Washington Post", "kind": "media"},
    {"key": "Channel 6 News", "kind": "media"},
    {"key": "Parcelwing", "kind": "company", "avatars": ["pdq:" + "0123456789abcdef" * 4]},
    {"key": "Larkmere Police Department", "kind": "body"},
    {"key": "Oskar Lindqvist", "kind": "person"},
    {"key": "Larkmere", "kind": "division"},
]


@pytest.fixture(scope="session")
def index() -> Index:
    """The register's index."""
    return Index(NAMES)


@pytest.fixture(scope="session")
def ask(index: Index) -> Callable[..., Measured]:
    """Return the function that judges an account by name, bio, avatar and id."""

    def asked(name: str, bio: str = "", avatar: str | None = None, account: str = "a1") -> Measured:
        return judge(Account(id=account, name=name, bio=bio, avatar=avatar), index)

    return asked
