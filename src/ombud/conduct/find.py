"""Finds a code of conduct by its name or its folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ombud.base.errors import UsageError
from ombud.base.nearest import did_you_mean
from ombud.conduct.codefile import FILE


def bundled_home() -> Path:
    """Return the folder of the codes that come with the package."""
    return Path(str(resources.files("ombud").joinpath("codes")))


def bundled_names() -> tuple[str, ...]:
    """Return the ids of the codes that come with the package, sorted."""
    home = bundled_home()
    if not home.is_dir():
        return ()
    return tuple(sorted(path.name for path in home.iterdir() if (path / FILE).is_file()))


def find_code(name_or_dir: str | Path) -> Path:
    """Return the folder of a code: a bundled one by its name, or any folder by its path.

    A name without a slash means the bundled code; write ``./name`` for a folder of that name.

    Raises:
        UsageError: neither a bundled code nor a folder.
    """
    text = str(name_or_dir)
    names = bundled_names()
    if isinstance(name_or_dir, str) and text in names:
        return bundled_home() / text
    path = Path(name_or_dir)
    if path.is_dir():
        return path
    if path.exists():
        raise UsageError.of("conduct/not-a-folder", f"{text} is not a folder; a code of conduct is one")
    listed = f"the codes that come with Ombud: {', '.join(names) or 'none'}; or the path of a folder"
    hint = did_you_mean(text, names)
    raise UsageError.of(
        "conduct/no-such-code", f"there is no code of conduct {text!r}",
        hint=f"{hint} {listed}" if hint else listed,
    )  # fmt: skip
