"""Writes the pages that are generated from tables in the code: `python docs/make.py`.

A test compares what this would write with what is there, so words in the code and
words in the docs cannot drift apart.
"""

from __future__ import annotations

from pathlib import Path

from ombud.base.terms import TERMS
from ombud.conduct.reference import faults_page, harms_page, keys_page

DOCS = Path(__file__).resolve().parent


def glossary_page() -> str:
    """Return the glossary: one word a thing, in both languages."""
    lines = [
        "# The words of Ombud",
        "",
        "One word a thing; the last column says what it is never called.",
        "",
        "| word | 中文 | meaning | never |",
        "|---|---|---|---|",
    ]
    lines += [f"| **{t.word}** | {t.zh} | {t.means} | {', '.join(t.never)} |" for t in TERMS]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {
        "glossary.md": glossary_page(),
        "harms.md": harms_page("en"),
        "harms.zh.md": harms_page("zh"),
        "code-faults.md": faults_page("en"),
        "code-faults.zh.md": faults_page("zh"),
        "code-files.md": keys_page("en"),
        "code-files.zh.md": keys_page("zh"),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
