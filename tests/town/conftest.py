"""One full town for all tests that only read it."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.town import Town, town


@pytest.fixture(scope="session")
def full() -> Town:
    """The town of seed 1 at full size."""
    return town()


@pytest.fixture(scope="session")
def full_events(full: Town) -> list[dict[str, Any]]:
    """Its events; tests must not change them."""
    return list(full.events())
