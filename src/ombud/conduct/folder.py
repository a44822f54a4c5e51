"""Reads the files of one folder, and nothing outside it.

Links that lead out, files that are no plain files, files above :data:`MAX_BYTES`
and text that is not UTF-8 become faults; nothing is read without a bound.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ombud.base.errors import Where
from ombud.conduct.faults import Faults
from ombud.conduct.yamltext import MAX_BYTES

MAX_FILES = 2_000


class Folder:
    """One folder, named in faults as the caller named it."""

    def __init__(self, root: Path, faults: Faults) -> None:
        self.root = root
        self.name = Path(os.path.abspath(root)).name  # noqa: PTH100 - links are kept, dots are not
        self._real = root.resolve()
        self._faults = faults

    def shown(self, relative: str) -> str:
        """Return the file's name for a fault."""
        return str(self.root / relative)

    def has(self, relative: str) -> bool:
        """Say whether the name exists, as whatever."""
        return (self.root / relative).exists() or (self.root / relative).is_symlink()

    def names(self, relative: str = "") -> list[str]:
        """Return the names in a sub-folder, sorted, hidden ones left out; [] where there is none."""
        where = self.root / relative
        if not where.is_dir() or not self._inside(where, relative):
            return []
        try:
            found = sorted(name for name in os.listdir(where) if not name.startswith("."))  # noqa: PTH208
        except OSError as error:
            self._faults.add("conduct/unreadable", f"cannot list: {error.strerror}", Where(str(where)))
            return []
        if len(found) > MAX_FILES:
            self._faults.add("conduct/too-large", f"more than {MAX_FILES} files", Where(str(where)))
        return found[:MAX_FILES]

    def is_folder(self, relative: str) -> bool:
        """Say whether the name is a folder."""
        return (self.root / relative).is_dir()

    def text(self, relative: str) -> str | None:
        """Return the file's text, or ``None`` after a fault. Line ends become ``\\n``, a BOM goes."""
        path = self.root / relative
        if not self._inside(path, relative):
            return None
        try:
            data = self._read(path)
        except OSError as error:
            self._faults.add("conduct/unreadable", f"cannot be read: {error.strerror}", Where(str(path)))
            return None
        if data is None:
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
            place = Where(str(path), line, column)
            self._faults.add("conduct/not-utf8", "this is not UTF-8", place, "save the file as UTF-8")
            return None
        return text.removeprefix("\ufeff").replace("\r\n", "\n")

    def _read(self, path: Path) -> bytes | None:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            self._faults.add("conduct/unreadable", "this is not a plain file", Where(str(path)))
            return None
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            self._faults.add("conduct/too-large", f"larger than {MAX_BYTES} bytes", Where(str(path)))
            return None
        return data

    def _inside(self, path: Path, relative: str) -> bool:
        try:
            real = path.resolve()
        except (OSError, RuntimeError):
            self._faults.add("conduct/unreadable", "a link that leads in a circle", Where(str(path)))
            return False
        if real == self._real or self._real in real.parents:
            return True
        self._faults.add(
            "conduct/outside-folder", f"{relative or 'the folder'} leads outside the code's folder",
            Where(str(path)), "copy the file into the folder",
        )  # fmt: skip
        return False
