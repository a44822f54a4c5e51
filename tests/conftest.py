"""Fixtures for every room's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep compiled plans and gate results of the tests apart from the user's, child processes included."""
    os.environ["OMBUD_CACHE"] = str(tmp_path_factory.getbasetemp().parent / "ombud-cache")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the developers' folder of labelled data, or skip with a clear word."""
    folder = Path(os.environ.get("OMBUD_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the developers' data is not at {folder}; set OMBUD_SHARED to run this test")
    return folder
