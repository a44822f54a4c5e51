"""Codes written against opinions are refused with the reason, and honest ones are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ombud.base.errors import Fault
from ombud.conduct.model import Code
from ombud.rules.gate.gate import GateResult, run_gate, static_faults

HERE = Path(__file__).parent
HOSTILE: list[dict[str, Any]] = [
    part
    for path in sorted((HERE / "hostile").glob("*.yaml"))
    for part in yaml.safe_load(path.read_text("utf-8"))
]
HONEST: list[dict[str, Any]] = yaml.safe_load((HERE / "honest.yaml").read_text("utf-8"))

SHOWN_BY_SCENES = (
    "gate/protected-speech", "gate/mention", "gate/name-swap", "gate/name-alone", "gate/no-evidence",
)  # fmt: skip

MakeCode = Callable[..., Code]


def _made(make_code: MakeCode, parts: list[dict[str, Any]], prefix: str) -> list[Code]:
    keep = ("name", "expect")
    return [
        make_code(f"{prefix}-{number}", **{key: value for key, value in part.items() if key not in keep})
        for number, part in enumerate(parts)
    ]


def _of(result: GateResult) -> dict[str, list[Fault]]:
    """Return the faults by the id of the code they speak of."""
    found: dict[str, list[Fault]] = defaultdict(list)
    for fault in result.faults:
        if fault.message.startswith("rule ") and "/" in fault.message.split()[1]:
            found[fault.message.split()[1].split("/")[0]].append(fault)
    return found


@pytest.fixture(scope="module")
def hostile(make_code: MakeCode) -> list[list[Fault]]:
    """Judge all hostile codes: what each shows alone, and what the scenes show of all of them at once."""
    codes = _made(make_code, HOSTILE, "hostile")
    needing = {number for number, part in enumerate(HOSTILE) if part["expect"] in SHOWN_BY_SCENES}
    return _judged(codes, needing)


@pytest.fixture(scope="module")
def honest(make_code: MakeCode) -> list[list[Fault]]:
    """Judge all honest codes."""
    return _judged(_made(make_code, HONEST, "honest"))


def _judged(codes: list[Code], needing: set[int] | None = None) -> list[list[Fault]]:
    """Judge each code by its data; show the scenes to those that need it, all at once."""
    shown = _of(run_gate([code for number, code in enumerate(codes) if needing is None or number in needing]))
    return [[*static_faults(code), *shown[code.id]] for code in codes]


def test_the_sets_are_large_enough() -> None:
    """There are at least forty hostile codes of different kinds and fifteen honest ones."""
    assert len(HOSTILE) >= 40
    assert len({part["name"] for part in HOSTILE}) == len(HOSTILE)
    assert len({part["expect"] for part in HOSTILE}) >= 20
    assert len(HONEST) >= 15


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=[part["name"] for part in HOSTILE])
def test_a_hostile_code_is_refused_with_its_reason(hostile: list[list[Fault]], number: int) -> None:
    """The fault expected is among those told, with a place and a sentence."""
    faults = hostile[number]
    expected = [fault for fault in faults if fault.code == HOSTILE[number]["expect"]]
    assert expected, f"not refused for {HOSTILE[number]['expect']}, but for {faults or 'nothing'}"
    assert all(fault.where is not None and len(fault.message) > 20 for fault in expected)


@pytest.mark.parametrize("number", range(len(HONEST)), ids=[part["name"] for part in HONEST])
def test_an_honest_code_passes(honest: list[list[Fault]], number: int) -> None:
    """Nothing is wrong with it."""
    assert honest[number] == []
