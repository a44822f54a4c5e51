"""One text in the two languages every code is written in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text in English and in Chinese."""

    en: str
    zh: str

    def __getitem__(self, language: str) -> str:
        """Return the text in ``"en"`` or ``"zh"``.

        Raises:
            KeyError: another language.
        """
        if language == "en":
            return self.en
        if language == "zh":
            return self.zh
        raise KeyError(language)
