"""Whatever stands in a code's files, reading it ends with a code or with located faults."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from ombud.conduct.faults import is_warning
from ombud.conduct.find import bundled_names
from ombud.conduct.loader import lint, load_code
from ombud.conduct.versions import diff, version_faults
from ombud.events.envelope import COLUMNS
from ombud.signals.catalogue import signal_columns

COLUMNS_OF_ALL = {**COLUMNS, **signal_columns()}
JUNK = [
    b"\x00", b"\xff", b"[", b"]", b"{", b"}", b": ", b"- ", b"\n", b"\n\n", b"'", b'"', b"|", b">", b"&a ",
    b"*a", b"!!x ", b"#", b"~", b"null", b"true", b"-1", b"1e999", b"9" * 30, b"2026-01-01", b"\t", b"---\n",
    b"{n}", b"{x}", b"\xe4\xb8\xad", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"repeat: 99999", b"at: ", b"\\", b"%",
    b"harm: threat\n", b"status: people\n", b"<", b">= 5", b"/*", b"--", b"\r", b"(" * 40,
]  # fmt: skip


def broken(data: bytes, chance: random.Random) -> bytes:
    """Return the file with a few small wounds."""
    found = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        at = chance.randrange(len(found) + 1)
        length = chance.choice([0, 0, 1, 3, 20])
        found[at : at + length] = chance.choice([b"", *JUNK])
    return bytes(found)


@pytest.mark.parametrize("seed", range(4))
def test_wounded_files_give_located_faults(garden: Any, seed: int) -> None:
    """Any wound in any file: no other kind of error, every fault in a file, and what has no error loads."""
    chance = random.Random(seed)
    files = {path: path.read_bytes() for path in sorted(garden.path.rglob("*")) if path.is_file()}
    whole = load_code(garden.path, COLUMNS_OF_ALL)
    for _ in range(120):
        path = chance.choice(list(files))
        path.write_bytes(broken(files[path], chance))
        faults = lint(garden.path, COLUMNS_OF_ALL)
        for fault in faults:
            assert fault.where is not None
            assert Path(str(fault.where.path)).is_relative_to(garden.path)
        if all(is_warning(fault) for fault in faults):
            code = load_code(garden.path, COLUMNS_OF_ALL)
            diff(whole, code)
            version_faults(whole, code)
        path.write_bytes(files[path])


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_codes_have_no_fault(name: str) -> None:
    """The codes that come with the package lint clean, warnings included."""
    assert [str(fault) for fault in lint(name, COLUMNS_OF_ALL)] == []
