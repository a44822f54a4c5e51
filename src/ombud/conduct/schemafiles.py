"""The JSON Schemas as files that an editor reads.

An editor with the YAML language server (VS Code, Neovim, Emacs, JetBrains) completes and
checks a file whose first line names its schema::

    # yaml-language-server: $schema=../.schemas/rule.schema.json

A hidden folder (``.schemas``) inside a code is not read by the loader and is not copied by a
fork, so schemas may lie there. Clauses are Markdown: the language server does not look at
their front matter, and ``ombud code lint`` checks it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ombud.base.errors import Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.schema import schemas

NAMES: Mapping[str, str] = {
    "code": "code.yaml",
    "clause": "clause",
    "clause.zh": "clause.zh",
    "rule": "rule",
    "tests": "tests",
}
"""Name on the command line -> name in ``schema.schemas()``."""


def schema_text(name: str) -> str:
    """Return one schema as JSON text, ending in a line end; the same text every time.

    Raises:
        UsageError: no schema has this name.
    """
    if name not in NAMES:
        hint = did_you_mean(name, NAMES) or f"one of {', '.join(NAMES)}"
        raise UsageError(Fault("conduct/no-such-schema", f"there is no schema {name!r}", hint=hint))
    return json.dumps(schemas()[NAMES[name]], ensure_ascii=False, indent=2) + "\n"


def write_schemas(directory: Path, name: str | None = None) -> list[Path]:
    """Write one schema, or all of them, as ``NAME.schema.json`` and return the files.

    Raises:
        UsageError: no such schema, or the folder cannot be written.
    """
    texts = {one: schema_text(one) for one in ([name] if name is not None else NAMES)}
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for one, text in texts.items():
            path = directory / f"{one}.schema.json"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        place = Where(str(error.filename or directory))
        raise UsageError(
            Fault("conduct/unwritable", f"cannot be written: {error.strerror}", place)
        ) from error
    return written


def modeline(schema: Path, file_folder: Path) -> str:
    """Return the first line that makes an editor check the files of ``file_folder`` by a schema."""
    relative = os.path.relpath(schema, file_folder)
    return f"# yaml-language-server: $schema={Path(relative).as_posix()}"
