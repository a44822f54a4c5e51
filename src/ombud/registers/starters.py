"""Small public registers that come with the package, written from facts anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean

STARTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cn-divisions": ("protected_names", "provinces and prefectures of China, with their short names"),
        "states-and-cities": ("protected_names", "states and large cities, in English"),
        "regulators": ("protected_names", "regulators and public bodies in Chinese and English"),
        "hotlines": ("hotlines", "emergency, public service and helpline numbers"),
    }
)
"""Starter -> the register it is for, and what it holds."""


def starter(name: str) -> tuple[str, Path, bytes]:
    """Return a starter's register, file name and content.

    Raises:
        UsageError: ``registers/no-starter``.
    """
    if name not in STARTERS:
        hint = did_you_mean(name, STARTERS) or f"there are {', '.join(STARTERS)}"
        raise UsageError(Fault("registers/no-starter", f"there is no starter {name!r}", hint=hint))
    file = resources.files("ombud.registers").joinpath("starters", f"{name}.csv")
    return STARTERS[name][0], Path(f"{name}.csv"), file.read_bytes()
