"""Copies a code as the start of one's own.

What a fork takes over: every clause, rule, test and list, with the clauses' own
versions, and the source document. What begins anew, because it was another's to say:

* ``id`` is the new folder's name, and the titles say that this is a fork unless new ones are given;
* ``version`` is ``1.0.0``: version numbers compare versions of *one* code, and nobody has
  been bound by this one before;
* ``effective_from`` is ``adopter`` and every ``announced`` and clause date is taken out:
  nobody is bound by a date that somebody else set;
* ``promulgated_by`` names the community that adopts the code.

``lineage`` keeps the ancestors, oldest first, and adds the forked code with its version and
content hash. ``state_involvement`` is kept as it reads; only the new editors know whether
it is still true, so the file reminds them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ombud.base.errors import Fault, UsageError, Where
from ombud.base.ids import short
from ombud.conduct.codefile import FILE
from ombud.conduct.find import bundled_names
from ombud.conduct.keys import SLUG
from ombud.conduct.loader import FOLDERS, load_code
from ombud.conduct.model import Code, ColumnType
from ombud.conduct.rulefiles import RuleParser
from ombud.conduct.words import Words
from ombud.conduct.yamledit import put_key, quoted, set_value

FIRST_VERSION = "1.0.0"

ADOPTER = Words("The community that adopts this code", "采用本准则的社区")

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Forked:
    """A code and the code it was made from. ``files`` are the files written, sorted."""

    code: Code
    parent: Code
    files: tuple[Path, ...]


def fork_code(
    name_or_dir: str | Path,
    directory: Path,
    columns: Mapping[str, ColumnType],
    *,
    titles: Words | None = None,
    parse: RuleParser | None = None,
) -> Forked:
    """Copy a code into a new or empty folder, with its lineage.

    Args:
        name_or_dir: the code to start from.
        directory: the new folder; its name becomes the id.
        columns: the columns that rules may read (see ``load_code``).
        titles: the new code's name; by default the old one with a word that it is a fork.
        parse: the rule language's parser; ``None`` means the installed one.

    Raises:
        UsageError: no such code; the folder is not empty, lies inside the code, or its name cannot be an id.
        ConductError: the code to start from does not hold up.
    """
    code_id = _checked_name(directory)
    parent = load_code(name_or_dir, columns, parse=parse)
    if parent.path.resolve() in directory.resolve().parents:
        raise UsageError.of(
            "conduct/bad-folder", f"{directory} lies inside the code itself", hint="name a folder beside it"
        )
    names = Words(
        f"{parent.titles.en[:200]} (fork: {code_id})", f"{parent.titles.zh[:200]}（派生：{code_id}）"
    )
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{code_id}-", dir=directory.parent) as work:
            half = Path(work) / code_id
            _copy(parent, half)
            _rewrite(half, code_id, parent, titles or names)
            half.replace(directory)
    except OSError as error:
        place = Where(str(error.filename or directory))
        raise UsageError(
            Fault("conduct/unwritable", f"cannot be written: {error.strerror}", place)
        ) from error
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return Forked(load_code(directory, columns, parse=parse), parent, tuple(files))


def _checked_name(directory: Path) -> str:
    name = directory.absolute().name
    if re.fullmatch(SLUG, name) is None or len(name) > 64:
        raise UsageError.of(
            "conduct/bad-id", f"{name!r} cannot be the id of a code",
            hint="name the folder with small letters and digits with single hyphens, such as garden-club",
        )  # fmt: skip
    if name in bundled_names():
        raise UsageError.of(
            "conduct/bad-id", f"{name!r} comes with Ombud already", hint="choose another name"
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError.of(
            "conduct/not-empty", f"{directory} is not an empty folder", hint="name a new folder"
        )
    return name


def _copy(parent: Code, into: Path) -> None:
    """Copy what the loader reads, and loose files such as a licence; hidden files and links stay behind."""
    into.mkdir()
    for entry in sorted(parent.path.iterdir()):
        if entry.is_file() and not entry.is_symlink() and not entry.name.startswith("."):
            shutil.copyfile(entry, into / entry.name)
    for folder in FOLDERS:
        if not (parent.path / folder).is_dir():
            continue
        (into / folder).mkdir()
        for entry in sorted((parent.path / folder).iterdir()):
            if entry.is_file() and not entry.name.startswith("."):
                shutil.copyfile(entry, into / folder / entry.name)


def _rewrite(folder: Path, code_id: str, parent: Code, titles: Words) -> None:
    path = folder / FILE
    text = _read(parent.path / FILE)
    shown = str(parent.path / FILE)
    for key, value in (("id", code_id), ("version", FIRST_VERSION), ("effective_from", "adopter")):
        text = set_value(text, key, value, shown)
    text = put_key(text, "announced", None, shown)
    text = put_key(text, "titles", _two("titles", titles), shown)
    text = put_key(text, "promulgated_by", _two("promulgated_by", ADOPTER), shown)
    text = put_key(text, "lineage", _lineage(parent), shown)
    head = (
        f"# Forked from {parent.id} {parent.version} ({short(parent.hash)}). Version and dates begin anew.\n"
        "# Check `state_involvement`: does it say which public body is involved in YOUR code?\n"
    )
    path.write_text(head + text, encoding="utf-8")
    for clause in sorted((folder / "clauses").glob("*.md")):
        _undate(clause)


def _undate(path: Path) -> None:
    """Take another's dates out of a clause's front matter."""
    text = _read(path)
    front = _FRONT.match(text)
    if front is None:
        return
    body = front[1]
    for key in ("effective_from", "announced"):
        body = put_key(body, key, None, str(path), first_line=2)
    if body != front[1]:
        path.write_text(text[: front.start(1)] + body + text[front.end(1) :], encoding="utf-8")


def _lineage(parent: Code) -> str:
    lines = ["lineage:"]
    for one in parent.lineage:
        tail = f", hash: {quoted(one.hash)}" if one.hash else ""
        lines.append(f"  - {{code: {one.code}, version: {one.version}{tail}}}")
    lines.append(f"  - {{code: {parent.id}, version: {parent.version}, hash: {quoted(parent.hash)}}}")
    return "\n".join(lines)


def _two(key: str, words: Words) -> str:
    return f"{key}:\n  en: {quoted(words.en)}\n  zh: {quoted(words.zh)}"


def _read(path: Path) -> str:
    text = path.read_text("utf-8").removeprefix("\ufeff")
    return text.replace("\r\n", "\n")
