"""Small register tables that the town's events were made against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ombud.town.stage import Stage


def registers_of(_stage: Stage) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the tables by name."""
    return MappingProxyType({})
