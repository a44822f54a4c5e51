"""``ombud code diff``: what a new version changes for the people bound by it."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from ombud.cli.code_common import both, fault_object, language_option, load
from ombud.cli.options import json_option
from ombud.cli.output import emit_json, say

if TYPE_CHECKING:
    from ombud.conduct.comparison import Comparison, Item
    from ombud.conduct.words import Words

_WORDS = {
    "none": ("Nothing changed for the people bound.", "对受约束者没有变化。"),
    "needs": ("required step of the version: {}", "版本号至少要升级：{}"),
    "other": (
        "{} and {} are two codes: their version numbers are not compared",
        "{} 与 {} 是两部准则，不比较版本号",
    ),
    "fits": ("the version {} and its announcement fit", "版本号 {} 与公布日期符合要求"),
    "adopter": (
        "a major change: announce it before the day from which you put it into effect",
        "重大变更：须在施行之日前公布",
    ),
}
_SENTENCE = re.compile(r"(?<=[.!?;]) +|(?<=[。！？；])")
_STEPS = {
    "major": ("major", "主版本（major）"),
    "minor": ("minor", "次版本（minor）"),
    "patch": ("patch", "修订号（patch）"),
}


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@language_option
@json_option
def diff(old: str, new: str, lang: str, json_: bool) -> None:
    """Show what changed from OLD to NEW for the people bound by the code.

    OLD and NEW are names of bundled codes or folders. Ends with 1 when the new
    version's number or announcement does not fit what changed.
    """
    from ombud.conduct.comparison import compare

    found = compare(load(old), load(new))
    if json_:
        emit_json(_object(found))
    else:
        _print(found, lang)
    if found.faults:
        sys.exit(1)


def _print(found: Comparison, lang: str) -> None:
    from ombud.conduct.comparison import GROUPS

    old, new = found.old, found.new
    click.echo(f"{old.id} {old.version} → {new.id} {new.version}  {new.titles[lang]}")
    for group, title in GROUPS.items():
        items = found.of(group)
        if items:
            click.echo(f"\n{title[lang]}")
        for item in items:
            click.echo(f"  {item.about[lang]}: {item.text[lang]}")
            for line in _side_by_side(item, lang):
                click.echo(f"      {line}")
    if not found.items:
        click.echo(_word("none", lang))
    _conclude(found, lang)


def _conclude(found: Comparison, lang: str) -> None:
    if found.required is not None:
        click.echo("\n" + _word("needs", lang).format(_STEPS[found.required][lang == "zh"]))
    if not found.same_code:
        say(_word("other", lang).format(found.old.id, found.new.id))
        return
    for fault in found.faults:
        say(str(fault))
    if found.required is not None and not found.faults:
        say(_word("fits", lang).format(found.new.version))
        if found.required == "major" and found.new.effective_from is None:
            say(_word("adopter", lang))


def _side_by_side(item: Item, lang: str) -> list[str]:
    """Return the lines taken out and put in."""
    before, after = _lines(item.before, item, lang), _lines(item.after, item, lang)
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return [f"{line[0]} {line[1:]}" for line in list(lines)[2:] if line[:1] in "+-" and line[1:].strip()]


def _lines(words: Words | None, item: Item, lang: str) -> list[str]:
    """Cut a text into lines, and what people read into sentences."""
    if words is None:
        return []
    lines = words[lang].splitlines()
    if item.group in ("rules", "lists"):
        return lines
    return [part for line in lines for part in _SENTENCE.split(line)]


def _word(name: str, lang: str) -> str:
    return _WORDS[name][lang == "zh"]


def _object(found: Comparison) -> dict[str, Any]:
    return {
        "old": {"id": found.old.id, "version": found.old.version, "hash": found.old.hash},
        "new": {"id": found.new.id, "version": found.new.version, "hash": found.new.hash},
        "same_code": found.same_code,
        "required_step": found.required,
        "fits": not found.faults,
        "faults": [fault_object(fault) for fault in found.faults],
        "changes": [
            {
                "group": item.group,
                "step": item.bump,
                "about": both(item.about),
                "text": both(item.text),
                "before": both(item.before),
                "after": both(item.after),
            }
            for item in found.items
        ],
    }
