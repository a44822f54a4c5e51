"""What the editors' commands of ``ombud code`` share."""

from __future__ import annotations

from typing import Any

import click

from ombud.base.errors import Fault
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.conduct.words import Words
from ombud.rules.bind import rule_columns

language_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the texts."
)


def load(name: str) -> Code:
    """Load a code by its name or folder, with every column that rules may read."""
    return load_code(name, rule_columns())


def both(words: Words | None) -> dict[str, str] | None:
    """Return a text in both languages as a JSON object."""
    return None if words is None else {"en": words.en, "zh": words.zh}


def fault_object(fault: Fault) -> dict[str, Any]:
    """Return a fault as a JSON object."""
    where = fault.where
    return {
        "code": fault.code,
        "message": fault.message,
        "path": None if where is None or where.path is None else str(where.path),
        "line": None if where is None else where.line,
        "column": None if where is None else where.column,
        "hint": fault.hint,
    }
