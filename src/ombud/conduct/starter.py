"""Writes the folder of a new code: small, complete, in both languages, and without a fault."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ombud.base.errors import UsageError
from ombud.conduct.find import bundled_names
from ombud.conduct.keys import SLUG
from ombud.conduct.words import Words

_PLACE = "your-code"


def init_code(directory: Path, code_id: str | None = None, titles: Words | None = None) -> list[Path]:
    """Write an example code into a new or empty folder and return the files, sorted.

    Args:
        directory: the folder; its name must be the code's id.
        code_id: the id; the folder's name by default.
        titles: the code's name in both languages.

    Raises:
        UsageError: the folder is not empty, or its name cannot be an id.
    """
    code_id = code_id or directory.absolute().name
    check_new_folder(directory, code_id)
    written: list[Path] = []
    for relative, text in _template(resources.files("ombud.conduct").joinpath("template"), ""):
        path = directory / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text, code_id, titles) if relative == "code.yaml" else text, encoding="utf-8")
        written.append(path)
    return sorted(written)


def check_new_folder(directory: Path, code_id: str) -> None:
    """Check that a code of this id may be written into the folder.

    Raises:
        UsageError: the folder is not empty, or its name cannot be the id.
    """
    name = directory.absolute().name
    if re.fullmatch(SLUG, code_id) is None or len(code_id) > 64:
        raise UsageError.of(
            "conduct/bad-id", f"{code_id!r} cannot be the id of a code",
            hint="small letters and digits with single hyphens, such as garden-club",
        )  # fmt: skip
    if code_id != name:
        raise UsageError.of(
            "conduct/bad-id", f"the folder is named {name!r} and the id is {code_id!r}",
            hint="give both the same name",
        )  # fmt: skip
    if code_id in bundled_names():
        raise UsageError.of(
            "conduct/bad-id", f"{code_id!r} comes with Ombud already", hint="choose another name, or fork it"
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError.of(
            "conduct/not-empty", f"{directory} is not an empty folder", hint="name a new folder"
        )


def _filled(text: str, code_id: str, titles: Words | None) -> str:
    text = text.replace(_PLACE, code_id)
    if titles is not None:
        text = text.replace("en: Our code of conduct", f"en: {_quoted(titles.en)}")
        text = text.replace("zh: 我们的行为准则", f"zh: {_quoted(titles.zh)}")
    return text


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _template(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found.extend(_template(entry, f"{prefix}{entry.name}/"))
        elif entry.name.endswith((".yaml", ".md", ".txt")):
            found.append((prefix + entry.name, entry.read_text("utf-8")))
    return found
