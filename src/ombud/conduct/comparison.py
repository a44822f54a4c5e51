"""Compares two codes for the people bound by them: what is new, harsher, milder, or only worded anew.

``versions.diff`` says what changed and what weight it has. This module groups it, says it
in both languages, puts the old and the new words side by side, adds lists and dates, and
says whether the new version's number and announcement fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault, Where
from ombud.conduct.changewords import about, said
from ombud.conduct.model import Clause, Code, Rule
from ombud.conduct.versions import Bump, Change, diff, required_bump, version_faults
from ombud.conduct.words import Words

Group = Literal["new duty", "harsher", "milder", "frame", "wording", "rules", "lists", "dates"]

GROUPS: dict[Group, Words] = {
    "new duty": Words("New duties", "新的义务"),
    "harsher": Words("Harsher for people", "对人更严"),
    "milder": Words("Milder for people", "对人更宽"),
    "frame": Words("Who stands behind the code", "准则的背景"),
    "wording": Words("Wording", "文字"),
    "rules": Words("Rules: what is looked for", "规则：查找的内容"),
    "lists": Words("Lists of words", "词表"),
    "dates": Words("Dates", "日期"),
}
"""The groups in the order in which people read them."""

SHOWN_ENTRIES = 10
"""Entries of a changed list that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One change. ``before`` and ``after`` are the texts that differ, where texts do."""

    group: Group
    bump: Bump
    about: Words
    text: Words
    before: Words | None = None
    after: Words | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from ``old`` to ``new``.

    ``required`` is the step that the version number needs (``None``: nothing changed).
    ``same_code`` is false where the ids differ: then numbers are not comparable, and
    ``faults`` is empty. ``faults`` say where number or announcement do not fit.
    """

    old: Code
    new: Code
    items: tuple[Item, ...]
    required: Bump | None
    same_code: bool
    faults: tuple[Fault, ...]

    def of(self, group: Group) -> tuple[Item, ...]:
        """Return the changes of a group, in the order of the code."""
        return tuple(item for item in self.items if item.group == group)


def compare(old: Code, new: Code) -> Comparison:
    """Return what changed from one code to another, for the people bound by it."""
    changes = diff(old, new)
    items = [_item(change, old, new) for change in changes if not _by_list_alone(change, old, new)]
    items += [*_lists(old, new), *_dates(old, new)]
    same = old.id == new.id
    required = required_bump(changes) or ("patch" if items else None)
    order = list(GROUPS)
    items.sort(key=lambda item: order.index(item.group))
    faults = _faults(old, new, required) if same else ()
    return Comparison(old, new, tuple(items), required, same, faults)


def _faults(old: Code, new: Code, required: Bump | None) -> tuple[Fault, ...]:
    faults = version_faults(old, new)
    stale = new.announced is not None and old.announced is not None and new.announced <= old.announced
    if required == "major" and stale:
        message = "a major change is announced anew; this date is that of the version before"
        place = Where(str(new.path / "code.yaml"))
        faults.append(Fault("conduct/announced-missing", message, place, "write the new day of `announced:`"))
    return tuple(faults)


def _item(change: Change, old: Code, new: Code) -> Item:
    rule = change.about.startswith("rule ")
    group: Group = "rules" if rule else "wording" if change.kind == "finding" else change.kind
    text = said(change) or Words(change.text, change.text)
    before, after = _texts(change, old, new)
    return Item(group, change.bump, about(change), text, before, after)


def _by_list_alone(change: Change, old: Code, new: Code) -> bool:
    """Say whether a rule finds something else only because a list changed: the list's item tells it."""
    name = change.about.removeprefix("rule ")
    if name == change.about or not change.text.startswith("what it finds"):
        return False
    was, now = old.rule(name), new.rule(name)
    same_words = was.when.strip() == now.when.strip() and set(was.evidence) == set(now.evidence)
    return same_words and any(set(old.lists[one]) != set(new.lists[one]) for one in now.lists)


def _texts(change: Change, old: Code, new: Code) -> tuple[Words | None, Words | None]:
    """Return the old and the new words of a change of words, or of a rule's condition."""
    kind, _, name = change.about.partition(" ")
    if kind == "clause" and change.text.startswith("the words of"):
        return _asked(old.clause(name), change.text), _asked(new.clause(name), change.text)
    if kind == "clause" and change.text == "its title":
        return old.clause(name).titles, new.clause(name).titles
    if kind == "clause" and change.text == "the reason for declining it":
        return old.clause(name).declined_because, new.clause(name).declined_because
    if kind == "rule" and change.text.startswith("what it finds"):
        return _conditions(old.rule(name), new.rule(name))
    if change.text == "which public bodies are involved":
        return old.state_involvement, new.state_involvement
    return None, None


def _asked(clause: Clause, text: str) -> Words:
    """Return what a clause asks and does not forbid; only the language that changed is filled in twice."""
    body = clause.body_zh if text.endswith("(zh)") else clause.body_en
    one = f"{body.asks}\n\n{body.does_not_forbid}".strip()
    return Words(one, one)


def _conditions(old: Rule, new: Rule) -> tuple[Words | None, Words | None]:
    if old.when.strip() == new.when.strip():
        return None, None
    return Words(old.when.strip(), old.when.strip()), Words(new.when.strip(), new.when.strip())


def _lists(old: Code, new: Code) -> Iterator[Item]:
    for name in sorted({*old.lists, *new.lists}):
        was, now = set(old.lists.get(name, ())), set(new.lists.get(name, ()))
        if was == now:
            continue
        plus, minus = sorted(now - was), sorted(was - now)
        users = {rule.id for code in (old, new) for rule in code.rules if name in rule.lists}
        text = Words(
            f"{len(plus)} added, {len(minus)} taken out; rules that use it: {len(users)}",
            f"新增 {len(plus)} 条，删除 {len(minus)} 条；使用它的规则：{len(users)} 条",
        )
        title = Words(f"list {name}", f"词表 {name}")
        yield Item("lists", "minor" if users else "patch", title, text, _entries(minus), _entries(plus))


def _entries(entries: list[str]) -> Words | None:
    if not entries:
        return None
    shown = "\n".join(entries[:SHOWN_ENTRIES])
    more = len(entries) - SHOWN_ENTRIES
    return (
        Words(shown, shown)
        if more <= 0
        else Words(f"{shown}\n… and {more} more", f"{shown}\n……另有 {more} 条")
    )


def _dates(old: Code, new: Code) -> Iterator[Item]:
    before = {clause.id: clause for clause in old.clauses}
    pairs = [(Words("the code binds from", "准则生效日期"), old.effective_from, new.effective_from)]
    for one in new.clauses:
        if one.id in before:
            title = Words(f"clause {one.id} binds from", f"第 {one.id} 条生效日期")
            pairs.append((title, before[one.id].effective_from, one.effective_from))
    for title, was, now in pairs:
        if was != now:
            a, b = _day(was), _day(now)
            yield Item("dates", "patch", title, Words(f"{a.en} → {b.en}", f"{a.zh} → {b.zh}"))


def _day(at: Micros | None) -> Words:
    if at is None:
        return Words("the adopter’s day", "采用之日")
    return Words(format_time(at)[:10], format_time(at)[:10])
