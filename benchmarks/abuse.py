"""How often the bundled rules on abuse and threats are right on labelled sets.

``python -m benchmarks.abuse DATA [--show RULE]``: DATA holds the labelled sets by name; a set
that is absent is left out. Each text is taken as an answer to somebody, as these rules ask. "Right"
means that the annotators called the text offensive, toxic or hateful. They judged words about
groups as well as words to a person, so the share *found* says little, and is not a floor.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ombud.conduct.loader import load_code
from ombud.events.envelope import Account, Event, Post, Target
from ombud.rules.bind import bind, rule_columns
from ombud.signals.eval import proportion

CODE = "seven-minimums"
HARMS = ("harassment", "threat")
SHOWN = 60
"""False findings printed with ``--show``."""

Row = Mapping[str, Any]

SETS: tuple[tuple[str, tuple[str, ...], str, Callable[[Row], bool]], ...] = (
    ("cold_zh", ("dev_dev.jsonl.gz", "dev_train.jsonl.gz"), "zh", lambda row: row["label"] == 1),
    ("toxicn_zh", ("dev_train.jsonl.gz",), "zh", lambda row: row["toxic"] == 1),
    ("davidson_hate_en", ("dev.jsonl.gz",), "en", lambda row: row["label"] != "neither"),
    ("olid_en", ("dev_train.jsonl.gz",), "en", lambda row: row["a"] == "OFF"),
    ("hatecheck_en_zh", ("dev_en.jsonl.gz",), "en", lambda row: row["label"] == "hateful"),
    ("hatecheck_en_zh", ("dev_zh.jsonl.gz",), "zh", lambda row: row["label"] == "hateful"),
)


def rows(folder: Path, files: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a set's files that are there."""
    for name in files:
        if (folder / name).is_file():
            with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)


def answer(number: int, text: str, lang: str) -> Event:
    """Return a text as a public answer to somebody."""
    return Event(
        f"e{number}",
        number * 1_000_000,
        "comment",
        Account("writer"),
        audience="public",
        post=Post(id=f"p{number}", text=text, lang=lang),
        target=Target(account_id="addressee"),
    )


def main(data: Path, show: str | None = None) -> None:
    """Print, set by set and rule by rule, what was found and how much of it is right."""
    bound = bind([load_code(CODE, rule_columns())], drafts=True)
    names = [item.name for item in bound.rules if item.clause.harm in HARMS]
    names = [name for name in names if not bound.ordered(name)]
    print("| set | rule | found | right | 95 % | of all so labelled |\n| --- | --- | --- | --- | --- | --- |")
    for folder, files, lang, is_right in SETS:
        found: dict[str, list[tuple[bool, str]]] = {name: [] for name in names}
        wanted = 0
        session = bound.session()
        for number, row in enumerate(rows(data / folder, files)):
            wanted += is_right(row)
            for name in session.match([answer(number, row["text"], lang)])[0]:
                if name in found:
                    found[name].append((is_right(row), row["text"]))
        for name, hits in found.items():
            if hits:
                _tell(f"{folder} {lang}", name, hits, wanted)
                if show and show in name:
                    _list(hits)


def _tell(where: str, name: str, hits: Sequence[tuple[bool, str]], wanted: int) -> None:
    right = sum(ok for ok, _ in hits)
    score = proportion(where, "precision", right, len(hits))
    print(
        f"| {where} | {name.partition('/')[2]} | {len(hits)} | {score.value:.3f} "
        f"| {score.low:.3f}–{score.high:.3f} | {right / max(wanted, 1):.3f} |"
    )


def _list(hits: Sequence[tuple[bool, str]]) -> None:
    for text in [text for ok, text in hits if not ok][:SHOWN]:
        print("    not labelled:", " ".join(text.split())[:200])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How often the rules on abuse and threats are right.")
    parser.add_argument(
        "data", type=Path, nargs="?", default="../shared/data", help="the labelled sets, by name"
    )
    parser.add_argument("--show", metavar="RULE", help="list the texts a rule found that are not labelled")
    args = parser.parse_args()
    main(args.data, args.show)
