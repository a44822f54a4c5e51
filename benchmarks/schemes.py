"""A fixed scheme of rule sets of any size, made from the stream they run on.

The mix is that of the common benchmark (30 % numeric, 28 % substring, 22 % regular
expressions, 20 % membership). Words are taken from the stream itself, so every rule's
words are live; each rule is drawn so rare that a whole set finds on at most about five
rules an event, whatever its size. The same size and stream always give the same rules.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

FINDINGS = 4.0
"""Findings an event that a whole set aims at."""

_SHARES = (("numeric", 0.30), ("contains", 0.28), ("regex", 0.22), ("membership", 0.20))
_NUMBERS = (
    "followers", "following", "account_age_days", "posts_total", "posts_1h", "posts_24h", "reports_7d",
    "ip_users_24h", "text_len", "toxicity", "spam_score", "caps_ratio", "duplicate_score",
)  # fmt: skip
_SETS = ("link_domain", "email_domain", "country", "client", "lang", "event_type")

Rows = Sequence[Mapping[str, Any]]


def rules(size: int, rows: Rows, seed: int = 20260901) -> dict[str, str]:
    """Return ``size`` rules, name → condition, for a stream like ``rows``."""
    maker = _Maker(size, rows, seed)
    made: dict[str, str] = {}
    for kind, share in _SHARES:
        count = round(size * share)
        chance = FINDINGS * share / count
        for number in range(count):
            made[f"{kind}-{number:05d}"] = getattr(maker, kind)(chance)
    return made


class _Maker:
    def __init__(self, size: int, rows: Rows, seed: int) -> None:
        self.rng = random.Random(f"{seed}:{size}")
        self.rows = rows
        self.sorted = {name: sorted(row[name] for row in rows if row[name] is not None) for name in _NUMBERS}
        self.shares = {
            name: {value: n / len(rows) for value, n in Counter(row[name] for row in rows).items()}
            for name in (*_SETS, "user_id")
        }
        self.phrases: dict[int, list[tuple[str, float]]] = {n: self._phrases(n) for n in (2, 3)}

    def _phrases(self, length: int) -> list[tuple[str, float]]:
        """Phrases of so many words with the share of events that hold them."""
        seen: Counter[str] = Counter()
        for row in self.rows:
            words = row["text"].lower().split(" ")
            pairs = zip(*(words[at:] for at in range(length)), strict=False)
            seen.update({" ".join(pair) for pair in pairs if all(w.isalpha() for w in pair)})
        return [(phrase, n / len(self.rows)) for phrase, n in sorted(seen.items())]

    def phrase(self, chance: float) -> str:
        """A phrase of the stream met in at most ``chance`` of its events, if possible."""
        for length in (2, 3, 3, 3):
            for _ in range(20):
                phrase, share = self.rng.choice(self.phrases[length])
                if share <= chance:
                    return phrase
        return phrase

    def bound(self, chance: float) -> str:
        """A threshold that about ``chance`` of the events pass."""
        name = self.rng.choice(_NUMBERS)
        values = self.sorted[name]
        above = self.rng.random() < 0.7
        at = min(len(values) - 1, int(len(values) * (1 - chance if above else chance)))
        value = values[at]
        return f"{name} {'>' if above else '<'} {value}"

    def numeric(self, chance: float) -> str:
        """Two or three thresholds, one common and one rarer."""
        common = self.rng.choice((0.3, 0.5))
        parts = [self.bound(common), self.bound(chance / common)]
        self.rng.shuffle(parts)
        return " AND ".join(parts)

    def contains(self, chance: float) -> str:
        """A phrase, or one of two, half of the time with a threshold."""
        if self.rng.random() < 0.5:
            return f"contains(lower(text), '{self.phrase(2 * chance)}') AND {self.bound(0.5)}"
        if self.rng.random() < 0.3:
            words = [self.phrase(chance / 2), self.phrase(chance / 2)]
            return "(" + " OR ".join(f"contains(lower(text), '{w}')" for w in words) + ")"
        return f"contains(lower(text), '{self.phrase(chance)}')"

    def regex(self, chance: float) -> str:
        """Patterns as people write them: words with any space between, alternatives, options, gaps."""
        kind = self.rng.random()
        words = self.phrase(chance).split(" ")
        if kind < 0.4:
            pattern = r"\b" + r"\s+".join(words) + r"\b"
        elif kind < 0.7:
            other = self.phrase(chance / 2)
            pattern = rf"\b(?:{' '.join(words)}|{other})\b"
        elif kind < 0.85:
            pattern = r"\b" + r"[\s-]".join(words) + "s?"
        elif kind < 0.98:
            pattern = r"\s*".join(words) + r"[.,!?]"
        else:
            pattern = rf"\b{words[0]}\s+{words[1]}\b.{{0,40}}\b{self.rng.choice(words)}\b"
        condition = f"regexp_matches(text, '{pattern}', 'i')"
        return f"{condition} AND {self.bound(0.5)}" if self.rng.random() < 0.3 else condition

    def membership(self, chance: float) -> str:
        """Accounts on a watch list, or a place and a client and so on, with a threshold."""
        if self.rng.random() < 0.5:
            users = self.rng.sample(sorted(self.shares["user_id"]), 10)
            share = sum(self.shares["user_id"][user] for user in users)
            ids = ", ".join(f"'{user}'" for user in users)
            return f"user_id IN ({ids}) AND {self.bound(min(0.9, chance / share))}"
        parts: list[str] = []
        share = 1.0
        for name in self.rng.sample(_SETS, 3):
            known = sorted(value for value in self.shares[name] if value is not None)
            values = self.rng.sample(known, 2)
            share *= sum(self.shares[name][value] for value in values)
            parts.append(f"{name} IN ({', '.join(repr(value) for value in values)})")
        return " AND ".join([*parts, self.bound(min(0.9, chance / share))])
