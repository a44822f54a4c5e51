"""Unicode's look-alikes."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from pathlib import Path

import pytest

from ombud.signals.impersonation.make_tables import confusable_lines, from_file
from ombud.signals.impersonation.skeleton import prototypes, skeleton


def _assigned(code: int) -> bool:
    return not 0xD800 <= code <= 0xDFFF and unicodedata.category(chr(code)) != "Cn"


def test_look_alikes_have_one_skeleton() -> None:
    """Cyrillic and Latin letters that look alike have one skeleton; unlike ones have not."""
    assert skeleton("раураl") == skeleton("paypal")
    assert skeleton("pay\u200bpal") == skeleton("paypal")
    assert skeleton("paypal") != skeleton("payout")


def test_the_same_skeletons_as_icu() -> None:
    """Every character this Python knows, and strings of them, have the skeleton that ICU gives."""
    icu = pytest.importorskip("icu", reason="install icukit-pyicu to compare skeletons with ICU")
    checker = icu.SpoofChecker()
    codes = [code for code in (*prototypes(), *range(0, 0x30000, 3)) if _assigned(code)]
    wrong = [hex(code) for code in codes if skeleton(chr(code)) != checker.getSkeleton(0, chr(code))]
    assert wrong == []
    rng, listed = random.Random(4), [code for code in prototypes() if _assigned(code)]
    marks = [0x200B, 0xFE0F, 0x301, 0x323, 0x20, 0x41, 0x6D]
    for _ in range(4000):
        text = "".join(chr(rng.choice(rng.choice((listed, marks)))) for _ in range(rng.randint(1, 9)))
        assert skeleton(text) == checker.getSkeleton(0, text), ascii(text)


@pytest.mark.data
def test_the_same_table_as_the_published_one(shared_dir: Path) -> None:
    """Every line of Unicode's published table holds here."""
    path = shared_dir / "data" / "names_zh_impersonation" / "confusables_uts39_17.jsonl.gz"
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    known = [row for row in rows if all(_assigned(ord(sign)) for sign in row["src"] + row["target"])]
    plain = [
        row
        for row in known
        if unicodedata.normalize("NFD", row["src"]) == row["src"] and skeleton(row["src"])
    ]
    assert len(plain) > 5000
    wrong = [row for row in plain if skeleton(row["src"]) != unicodedata.normalize("NFD", row["target"])]
    assert wrong == []


def test_the_table_can_be_made_from_unicodes_file(tmp_path: Path) -> None:
    """The script reads the published form and writes ours."""
    file = tmp_path / "confusables.txt"
    file.write_text(
        "\ufeff# Version: 99.1\n0430 ;\t0061 ;\tMA\t# ( а → a )\n\n006D ;\t0072 006E ;\tMA\n", "utf-8"
    )
    version, table = from_file(file)
    assert (version, table) == ("99.1", {"а": "a", "m": "rn"})
    assert list(confusable_lines(version, table))[2:] == ["72+6E: 6D", "61: 430"]
