"""The environment says where the cache lies."""

from __future__ import annotations

from pathlib import Path

from ombud.base.settings import cache_folder


def test_the_cache_follows_the_environment() -> None:
    """OMBUD_CACHE wins over XDG_CACHE_HOME, which wins over the home directory."""
    assert cache_folder({"OMBUD_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/ombud")
    assert cache_folder({}) == Path.home() / ".cache" / "ombud"
