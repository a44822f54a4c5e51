"""Writes the pages that are generated from tables in the code: `python docs/make.py`.

A test compares what this would write with what is there, so words in the code and
words in the docs cannot drift apart.
"""

from __future__ import annotations

from pathlib import Path

from ombud.base.terms import TERMS
from ombud.conduct.reference import Language, faults_page, harms_page, keys_page

DOCS = Path(__file__).resolve().parent


def glossary_page(language: Language) -> str:
    """Return the glossary in one language: one word a thing, with its name in the other."""
    if language == "en":
        lines = [
            "# The words of Ombud",
            "",
            "[中文](glossary.zh.md)",
            "",
            "One word a thing; the last column says what it is never called.",
            "",
            "| word | 中文 | meaning | never |",
        ]
        rows = [(f"**{t.word}**", t.zh, t.means, ", ".join(t.never)) for t in TERMS]
    else:
        lines = [
            "# Ombud 的用词",
            "",
            "[English](glossary.md)",
            "",
            "一样东西只用一个词；最后一列是英文里从不用来称呼它的词。",
            "",
            "| 词 | 英文 | 意思 | 英文不用 |",
        ]
        rows = [(f"**{t.zh}**", t.word, t.means_zh, ", ".join(t.never)) for t in TERMS]
    lines += ["|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {
        "glossary.md": glossary_page("en"),
        "glossary.zh.md": glossary_page("zh"),
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
