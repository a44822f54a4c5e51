"""Every fault that reading a code of conduct can report: its permanent code and what it means.

An error stops the code from being loaded; a warning is told and stops nothing.
The command line and the documentation print this table, and a test holds that
each code in it can really be caused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from ombud.base.errors import Fault, Where

ERRORS: Mapping[str, str] = MappingProxyType(
    {
        # the folder and its files
        "conduct/no-code": "the folder holds no code of conduct",
        "conduct/unreadable": "a file cannot be read",
        "conduct/not-utf8": "a file is not UTF-8",
        "conduct/too-large": "a file, a folder or a list is larger than allowed",
        "conduct/outside-folder": "a link leads outside the code's folder",
        "conduct/too-many-faults": "there are more faults than are shown",
        # YAML
        "conduct/yaml-syntax": "the text is not YAML",
        "conduct/yaml-anchor": "anchors and aliases are not taken",
        "conduct/yaml-tag": "tags are not taken",
        "conduct/yaml-depth": "the text is nested too deeply",
        "conduct/yaml-documents": "a file holds more than one document",
        "conduct/yaml-key": "a key is not plain text",
        "conduct/yaml-character": "a text holds a character that cannot be stored",
        "conduct/duplicate-key": "a key is written twice",
        # keys and values
        "conduct/unknown-key": "a key that this kind of file does not have",
        "conduct/missing-key": "a key that must be there is missing",
        "conduct/wrong-kind": "a value is of another kind than expected",
        "conduct/bad-value": "a value is not one of those allowed",
        "conduct/missing-translation": "a text is missing in English or in Chinese",
        # code.yaml
        "conduct/id-mismatch": "the code's id is not the folder's name",
        "conduct/announced-missing": "a date of effect without the date of announcement",
        "conduct/retroactive": "the date of effect lies before the announcement",
        "conduct/lineage-cycle": "the code descends from itself",
        "conduct/version-step": "the version number rose less than the change needs",
        "conduct/column-name": "a declared column is not named extra.<name>",
        # clauses
        "conduct/front-matter": "a clause does not begin with front matter",
        "conduct/clause-twice": "two clauses have the same id",
        "conduct/harm-missing": "an enforceable clause names no harm",
        "conduct/harm-unknown": "the harm is not on the closed list",
        "conduct/harm-not-allowed": "this kind of clause cannot carry this harm",
        "conduct/severity-range": "the severity lies outside the harm's range",
        "conduct/measure-not-allowed": "a measure is not on the harm's or the status's ladder",
        "conduct/above-ceiling": "a measure stands above the ceiling",
        "conduct/automation-not-allowed": "automation other than a label on a label-only harm",
        "conduct/correction-not-allowed": "the harm leaves no time for correction",
        "conduct/declined-without-reason": "a declined clause gives no reason",
        "conduct/declined-enforces": "a clause that is not enforceable names a harm or a measure",
        "conduct/does-not-forbid-missing": "the clause does not say what it does not forbid",
        "conduct/examples-missing": "the clause has fewer than two examples each way",
        "conduct/body-missing": "the clause does not say what it asks",
        "conduct/stray-file": "a file belongs to no clause",
        # rules
        "conduct/rule-twice": "two rules have the same id",
        "conduct/clause-unknown": "a rule points to no clause",
        "conduct/clause-not-enforced": "a rule points to a clause that rules do not serve",
        "conduct/harm-people-only": "only people may find this harm",
        "conduct/input-not-allowed": "a rule reads what its harm does not allow",
        "conduct/unknown-column": "a name that is no column",
        "conduct/test-missing": "a rule lacks a test that matches or one that clears",
        "conduct/near-missing": "a rule lacks a near miss for a threshold",
        "conduct/near-unknown": "a near miss names a threshold that the rule does not have",
        "conduct/test-twice": "two tests of a rule have the same name",
        "conduct/test-kind": "a test is not exactly one of matches, clears, unknown, todo",
        "conduct/test-event": "a test's events cannot be read",
        "conduct/test-field": "a test's event has a field that events do not have",
        # lists
        "conduct/list-missing": "a rule names a list that is not there",
        "conduct/list-empty": "a list has no entries",
        "conduct/list-entry": "an entry has stray white space or invisible characters",
        "conduct/list-duplicate": "an entry stands twice in a list",
    }
)

WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "conduct/list-unused": "no rule uses the list",
        "conduct/file-unused": "nothing reads the file",
        "conduct/clause-without-rule": "an enforced clause has no rule yet",
        "conduct/one-language": "a side text is there in one language only",
    }
)

USAGE: Mapping[str, str] = MappingProxyType(
    {
        "conduct/no-such-code": "no bundled code and no folder has this name",
        "conduct/not-a-folder": "a code of conduct is a folder, and this is none",
        "conduct/bad-id": "the folder's name cannot be the id of a new code",
        "conduct/cannot-fork": "the parent's code.yaml cannot be changed in place",
        "conduct/not-empty": "a new code is written only into an empty folder",
    }
)
"""Codes of a call that is wrong (:class:`~ombud.base.errors.UsageError`)."""

MAX_FAULTS = 500


def is_warning(fault: Fault) -> bool:
    """Say whether the fault is only a warning (codes of other rooms are errors)."""
    return fault.code in WARNINGS


def errors_of(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults that stop a code from being loaded."""
    return [fault for fault in faults if not is_warning(fault)]


class Faults:
    """Collects faults while files are read, at most :data:`MAX_FAULTS`: hostile input costs little."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._cut = False

    def add(self, code: str, message: str, where: Where | None = None, hint: str | None = None) -> None:
        """Add a fault of this room.

        Raises:
            KeyError: the code is not in the table.
        """
        if code not in ERRORS and code not in WARNINGS:
            raise KeyError(code)
        self.take(Fault(code, message, where, hint))

    def take(self, fault: Fault) -> None:
        """Add a fault that another room made."""
        if len(self._found) < MAX_FAULTS:
            self._found.append(fault)
        else:
            self._cut = True

    def any_in(self, path: str | Path | None) -> bool:
        """Say whether a fault was found in the file already."""
        return any(fault.where is not None and fault.where.path == path for fault in self._found)

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Fault]:
        """Return the faults by file, line and column, each once."""

        def place(fault: Fault) -> tuple[str, int, int, str]:
            where = fault.where or Where()
            return (str(where.path or ""), where.line or 0, where.column or 0, fault.code)

        found = sorted(dict.fromkeys(self._found), key=place)
        if self._cut:
            found.append(Fault("conduct/too-many-faults", f"more than {MAX_FAULTS} faults; mend these first"))
        return found
