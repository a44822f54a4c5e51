"""Writes the site: ``index.html``, and for each code and language an index and a page a clause.

The files are ``CODE/LANGUAGE/index.html`` and ``CODE/LANGUAGE/clause-ID.html``, so a link to a
clause holds as long as its permanent number. The same codes give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ombud.base.errors import Fault, UsageError, Where
from ombud.conduct.model import Code
from ombud.conduct.site.clausepage import clause_page
from ombud.conduct.site.frame import INDEX, Page
from ombud.conduct.site.indexpage import index_page, landing_page

MANIFEST = "ombud-docs.json"
"""The list of the files that the site wrote; a folder without it belongs to somebody else."""

LANGUAGES = ("en", "zh")


def site_files(codes: Sequence[Code], languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Return the site's files: path below its folder -> text.

    Raises:
        UsageError: a code is named twice, or none is.
    """
    ids = [code.id for code in codes]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None or not codes:
        message = f"the code {twice!r} is named twice" if twice else "no code is named"
        raise UsageError(Fault("conduct/docs-codes", message, hint="name each code once"))
    files = {INDEX: landing_page(codes, languages)}
    for code in codes:
        pages = page_names(code)
        for language in languages:
            home = f"{code.id}/{language}"
            files[f"{home}/{INDEX}"] = index_page(Page(code, language, languages, INDEX, pages))
            for clause in code.clauses:
                name = pages[clause.id]
                files[f"{home}/{name}"] = clause_page(Page(code, language, languages, name, pages), clause)
    return files


def page_names(code: Code) -> dict[str, str]:
    """Return the page of each clause, by its id and by the names of its files.

    Ids that differ only in case get a mark, for file systems that do not tell case.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for clause in code.clauses:
        name = f"clause-{clause.id}.html"
        if name.lower() in taken:
            name = f"clause-{clause.id}-{hashlib.sha256(clause.id.encode()).hexdigest()[:8]}.html"
        taken.add(name.lower())
        stem = Path(clause.path).name.removesuffix(".md")
        names |= {clause.id: name, f"{stem}.md": name, f"{stem}.zh.md": name}
    return names


def write_site(codes: Sequence[Code], directory: Path, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write the site into a new or empty folder, or over a site written before.

    Pages of an earlier site that are not written again are taken away.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
    """
    files = site_files(codes, languages)
    try:
        before = _earlier(directory)
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        _remove(directory, before - files.keys())
        _write_manifest(directory, files)
    except OSError as error:
        place = Where(str(error.filename or directory))
        raise UsageError(
            Fault("conduct/unwritable", f"cannot be written: {error.strerror}", place)
        ) from error
    return [directory / name for name in files]


def _earlier(directory: Path) -> set[str]:
    """Return the files of an earlier site.

    Raises:
        UsageError: the folder is neither empty nor an earlier site.
    """
    manifest = directory / MANIFEST
    if manifest.is_file():
        listed = _listed(manifest)
        if listed is not None:
            return listed
    elif not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return set()
    raise UsageError.of(
        "conduct/docs-folder", f"{directory} holds something other than a site of ours",
        hint="name a new or empty folder",
    )  # fmt: skip


def _listed(manifest: Path) -> set[str] | None:
    """Return the safe names on a list of files, or ``None`` if it is no such list."""
    try:
        names = json.loads(manifest.read_text("utf-8"))["files"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return {name for name in names if _inside(name)}


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.suffix == ".html"


def _remove(directory: Path, names: Iterable[str]) -> None:
    for name in sorted(names):
        path = directory / name
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == directory or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _write_manifest(directory: Path, files: Mapping[str, str]) -> None:
    body = {"made by": "ombud code docs", "files": sorted(files)}
    (directory / MANIFEST).write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8", newline="\n")
