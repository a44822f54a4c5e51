"""Make the tables under ``data/``: ``python -m ombud.signals.impersonation.make_tables``.

``confusables.txt`` comes from a copy of Unicode's own file (``--confusables FILE``, from
https://www.unicode.org/Public/security/latest/confusables.txt) or, without one, from the
ICU that the package ``icukit-pyicu`` brings. ``readings.txt`` comes from ``pypinyin`` (MIT).
Neither package is needed to run Ombud, only to make the tables anew.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

DATA = Path(__file__).parent / "data"
_WIDTH = 100
_RARE_IN_NAMES = "堃喆囧仝昇玥璟祎翀旻炘瑄珺彧垚淼焱鑫犇骉镕祼筱"


def from_file(path: Path) -> tuple[str, dict[str, str]]:
    """Read ``source ; target ; MA`` lines; return the version and the table."""
    version, table = "?", {}
    for line in path.read_text("utf-8-sig").splitlines():
        if line.startswith("# Version:"):
            version = line.split(":", 1)[1].strip()
        parts = line.split("#", 1)[0].split(";")
        if len(parts) >= 2:
            source, target = ("".join(chr(int(code, 16)) for code in part.split()) for part in parts[:2])
            if unicodedata.normalize("NFD", source) == source:
                table[source] = unicodedata.normalize("NFD", target)
    return version, table


def from_icu() -> tuple[str, dict[str, str]]:
    """Ask ICU for the prototype of every code point that is its own decomposition."""
    icu = import_module("icu")
    checker, table = icu.SpoofChecker(), {}
    for code in range(0x110000):
        sign = chr(code)
        if 0xD800 <= code <= 0xDFFF or icu.Normalizer2.getNFDInstance().normalize(sign) != sign:
            continue
        found = checker.getSkeleton(0, sign)
        if found not in (sign, ""):
            table[sign] = found
    return f"{icu.UNICODE_VERSION} (ICU {icu.ICU_VERSION})", table


def confusable_lines(version: str, table: dict[str, str]) -> Iterator[str]:
    """Yield the file's lines: a target's code points, a colon, the sources that look like it."""
    yield f"# Unicode UTS #39 confusables {version}; Unicode License v3. Made by make_tables.py."
    yield "# target: sources (hexadecimal code points; a target of several is joined by +)"
    groups: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(table.items()):
        groups["+".join(f"{ord(sign):X}" for sign in target)].append(f"{ord(source):X}")
    for target, sources in groups.items():
        yield f"{target}: {' '.join(sources)}"


def reading_lines() -> Iterator[str]:
    """Yield syllables, with the number of the tone, and the characters that are read so."""
    pypinyin = import_module("pypinyin")
    groups: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for sign in _common():
        found = pypinyin.pinyin(sign, style=pypinyin.Style.TONE3, heteronym=True, neutral_tone_with_five=True)
        for place, reading in enumerate(found[0][:3]):
            if reading != sign:
                groups[reading.replace("ü", "v")][min(place, 1)].append(sign)
    yield f"# Mandarin readings of common characters, from pypinyin {pypinyin.__version__}: the syllable with"
    yield "# its tone, characters mostly read so, a bar, characters sometimes read so"
    for reading in sorted(groups):
        first, other = groups[reading]
        yield f"{reading} {''.join(first)}|{''.join(other)}"


def _common() -> Iterator[str]:
    for code in range(0x4E00, 0xA000):
        try:
            chr(code).encode("gb2312")
        except UnicodeEncodeError:
            continue
        yield chr(code)
    yield from (sign for sign in _RARE_IN_NAMES if not sign.encode("gb2312", "ignore"))


def main(arguments: list[str] | None = None) -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--confusables", type=Path, help="Unicode's confusables.txt; default: ask ICU")
    chosen = parser.parse_args(arguments).confusables
    version, table = from_file(chosen) if chosen else from_icu()
    for name, lines in (
        ("confusables.txt", confusable_lines(version, table)),
        ("readings.txt", reading_lines()),
    ):
        (DATA / name).write_text("\n".join(lines) + "\n", "utf-8")
        sys.stdout.write(f"{DATA / name}\n")


if __name__ == "__main__":
    main()
