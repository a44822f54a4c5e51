"""Reads ``clauses/*.md``: front matter and plain words, and the Chinese sibling ``*.zh.md``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ombud.base.errors import Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.faults import Faults
from ombud.conduct.folder import Folder
from ombud.conduct.keys import CLAUSE_KEYS, CLAUSE_ZH_KEYS
from ombud.conduct.model import Body, Clause, Example
from ombud.conduct.reading import Fields, read_day, read_table
from ombud.conduct.words import Words
from ombud.conduct.yamltext import MapNode, Node, ScalarNode, is_null, read_yaml


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings and marks of a clause's body in one language."""

    asks: str
    does_not_forbid: str
    examples: str
    breaks: str
    keeps: str


HEADINGS = {
    "en": Headings("What it asks", "What it does not forbid", "Examples", "breaks", "keeps"),
    "zh": Headings("要求", "不禁止", "示例", "违反", "不违反"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A file cut in two: the front matter's node (``None``: no front matter) and the body."""

    node: Node | None
    body: str
    body_line: int
    has_front: bool


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause with the places of its fields, for the checks that follow."""

    clause: Clause
    fields: Fields


def read_clauses(folder: Folder, faults: Faults) -> list[ReadClause]:
    """Read every clause of the folder, in the order of the file names."""
    found: list[ReadClause] = []
    names = folder.names("clauses")
    for name in names:
        if name.endswith(".zh.md"):
            if name.removesuffix(".zh.md") + ".md" not in names:
                place = Where(folder.shown(f"clauses/{name}"))
                faults.add("conduct/stray-file", "a Chinese text without its clause", place)
        elif name.endswith(".md"):
            clause = _read_clause(folder, name, faults)
            if clause is not None:
                found.append(clause)
        else:
            faults.add("conduct/file-unused", "not a clause", Where(folder.shown(f"clauses/{name}")))
    return found


def _read_clause(folder: Folder, name: str, faults: Faults) -> ReadClause | None:
    relative = f"clauses/{name}"
    path = folder.shown(relative)
    text = folder.text(relative)
    if text is None:
        return None
    page = cut(text, path, faults)
    if not page.has_front:
        faults.add(
            "conduct/front-matter", "a clause begins with front matter between two lines `---`",
            Where(path, 1, 1),
        )  # fmt: skip
        return None
    fields = read_table(page.node, CLAUSE_KEYS, faults, Where(path, 1, 1), "a clause")
    chinese = _read_chinese(folder, name, path, faults)
    body_en = read_body(page, "en", path, faults)
    titles = _titles(fields, chinese, faults)
    reason = _reason(fields, chinese)
    return _clause(fields, titles, reason, body_en, chinese.body, path, faults)


@dataclass(frozen=True, slots=True)
class _Chinese:
    title: str | None
    reason: str | None
    body: Body


def _read_chinese(folder: Folder, name: str, path: str, faults: Faults) -> _Chinese:
    relative = f"clauses/{name.removesuffix('.md')}.zh.md"
    if not folder.has(relative):
        faults.add(
            "conduct/missing-translation", "the clause has no Chinese text", Where(path, 1, 1),
            f"write it in {relative}",
        )  # fmt: skip
        return _Chinese(None, None, Body("", "", "", ()))
    text = folder.text(relative)
    shown = folder.shown(relative)
    if text is None:
        return _Chinese(None, None, Body("", "", "", ()))
    page = cut(text, shown, faults)
    title, reason = None, None
    if page.has_front:
        fields = read_table(page.node, CLAUSE_ZH_KEYS, faults, Where(shown, 1, 1), "a Chinese clause text")
        title, reason = fields.get("title"), fields.get("declined_because")
    if title is None and (heading := re.search(r"^# +(.+)$", page.body, re.MULTILINE)):
        title = heading[1].strip()
    return _Chinese(title, reason, read_body(page, "zh", shown, faults))


def _titles(fields: Fields, chinese: _Chinese, faults: Faults) -> Words:
    title = fields.get("title")
    if title is None:
        return Words("", chinese.title or "")
    zh = fields.get("title_zh") or chinese.title
    if isinstance(fields.node("title"), ScalarNode) and zh is None:
        faults.add(
            "conduct/missing-translation", "the title has no Chinese", fields.where("title"),
            "write `title_zh:` beside it",
        )  # fmt: skip
    return Words(title.en, zh if zh is not None else title.zh)


def _reason(fields: Fields, chinese: _Chinese) -> Words | None:
    node = fields.node("declined_because")
    if isinstance(node, ScalarNode) and not is_null(node) and chinese.reason:
        return Words(node.text.strip(), chinese.reason)
    reason: Words | None = fields.get("declined_because")
    return reason


def _clause(
    fields: Fields, titles: Words, reason: Words | None, en: Body, zh: Body, path: str, faults: Faults
) -> ReadClause:
    clause = Clause(
        id=fields.get("id", ""),
        title=titles.en,
        title_zh=titles.zh,
        status=fields.get("status", "declined"),
        subject=fields.get("subject", "post"),
        harm=fields.get("harm"),
        severity=fields.get("severity"),
        measures=fields.get("measures", ()),
        ceiling=fields.get("ceiling"),
        automation=fields.get("automation", "never"),
        correction=fields.get("correction"),
        appeal=fields.get("appeal"),
        declined_because=reason,
        body_en=en,
        body_zh=zh,
        version=fields.get("version", ""),
        effective_from=read_day(fields, "effective_from", faults),
        announced=read_day(fields, "announced", faults),
        path=path,
    )
    return ReadClause(clause, fields)


def cut(text: str, path: str, faults: Faults) -> Page:
    """Cut a page into front matter and body; both may be absent."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return Page(None, text, 1, has_front=False)
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            node = read_yaml("\n".join(lines[1:index]), path, faults, first_line=2)
            if node is None:
                node = MapNode((), Where(path, 1, 1))
            return Page(node, "\n".join(lines[index + 1 :]), index + 2, has_front=True)
    return Page(None, text, 1, has_front=False)


def read_body(page: Page, language: str, path: str, faults: Faults) -> Body:
    """Read a body's sections; headings that look misspelt become faults."""
    marks = HEADINGS[language]
    known = (marks.asks, marks.does_not_forbid, marks.examples)
    sections: dict[str, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    for offset, line in enumerate(page.body.split("\n")):
        heading = re.match(r"## +(.+?)\s*$", line)
        if heading is None:
            if current is not None:
                current.append(line)
            continue
        current = []
        place = Where(path, page.body_line + offset, 1)
        if heading[1] in sections:
            faults.add("conduct/duplicate-key", f"the heading {heading[1]!r} stands twice", place)
        elif heading[1] not in known and (hint := did_you_mean(heading[1], known)):
            faults.add("conduct/bad-value", f"the heading {heading[1]!r} is not known", place, hint)
        sections.setdefault(heading[1], (page.body_line + offset, current))
    start, lines = sections.get(marks.examples, (page.body_line, []))
    return Body(
        markdown=page.body.strip(),
        asks="\n".join(sections.get(marks.asks, (0, []))[1]).strip(),
        does_not_forbid="\n".join(sections.get(marks.does_not_forbid, (0, []))[1]).strip(),
        examples=_examples(lines, marks, Where(path, start + 1, 1), faults),
    )


def _examples(lines: list[str], marks: Headings, where: Where, faults: Faults) -> tuple[Example, ...]:
    found: list[Example] = []
    for offset, line in enumerate(lines):
        item = re.match(r"[-*] +(.*)$", line)
        if item is None:
            if found and line.strip():
                last = found.pop()
                found.append(Example(last.breaks, f"{last.text} {line.strip()}"))
            continue
        mark = re.match(rf"({marks.keeps}|{marks.breaks})\s*[:：]\s*(.+)$", item[1])
        if mark is None:
            place = Where(where.path, (where.line or 1) + offset, 1)
            faults.add(
                "conduct/bad-value", "an example tells on which side it stands", place,
                f"begin with `- {marks.breaks}: ` or `- {marks.keeps}: `",
            )  # fmt: skip
        else:
            found.append(Example(mark[1] == marks.breaks, mark[2].strip()))
    return tuple(found)
