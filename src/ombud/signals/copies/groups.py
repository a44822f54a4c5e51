"""The texts of one UTC day, grouped: a group fills in one frame, its clusters hold the facts.

A day is a pure function of its own events in (at, id) order and of the finished day before,
so a fresh one that is told the last two days answers as one that ran for years. Every list
that an adversary could lengthen is capped, by rules that depend on those events alone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.signals.copies.facts import Compared, compare
from ombud.signals.copies.written import Written

LISTED = 24
"""Groups remembered for one piece of text; a piece in more of them says nothing about which."""

TRIED = 5
"""Groups that a text is compared with, those that share most pieces first."""

TRIED_CLUSTERS = 3
"""Clusters of a group that a text is compared with when no cluster has its very facts."""

EXACT_BELOW = 20
"""Letters and digits below which a text must be the very same to be a copy."""


class Members:
    """Who wrote a text and when: counts over any stretch that ends now."""

    __slots__ = ("_ends", "accounts", "ats", "before", "both")

    def __init__(self, before: Members | None) -> None:
        self.ats = array("q")
        self.accounts: dict[str, Micros] = {}
        self.before = before
        self.both: list[Micros] = []
        self._ends: array[int] | None = None

    def add(self, at: Micros, account: str) -> None:
        """Take one more."""
        self.ats.append(at)
        if account not in self.accounts and self.before is not None:
            earlier = self.before.accounts.get(account)
            if earlier is not None:
                insort(self.both, earlier)
        self.accounts[account] = at

    def close(self) -> None:
        """Let go of the day before, for which nobody asks any more."""
        self.before = None
        self.both = []

    def _earlier(self, since: Micros) -> tuple[int, int, Micros | None]:
        """Return posts, accounts and first instant of those after ``since``, of a finished day."""
        if self._ends is None:
            self._ends = array("q", sorted(self.accounts.values()))
        first = bisect_right(self.ats, since)
        live = len(self._ends) - bisect_right(self._ends, since)
        return len(self.ats) - first, live, self.ats[first] if first < len(self.ats) else None

    def counted(self, since: Micros) -> tuple[int, int, Micros]:
        """Return posts, distinct accounts and first instant after ``since``, with the day before."""
        size, accounts, first = len(self.ats), len(self.accounts), self.ats[0]
        if self.before is not None:
            more, others, earliest = self.before._earlier(since)
            shared = len(self.both) - bisect_right(self.both, since)
            size, accounts = size + more, accounts + others - shared
            first = first if earliest is None else earliest
        return size, accounts, first


class Cluster:
    """Texts with the same facts; ``plain`` is the first of them."""

    __slots__ = ("members", "plain")

    def __init__(self, plain: str, before: Members | None) -> None:
        self.plain = plain
        self.members = Members(before)


Facts = tuple[tuple[int, str], ...]


class Group:
    """Texts that fill in one frame; ``first`` set the frame."""

    __slots__ = ("_by_facts", "_by_value", "before", "first", "members")

    def __init__(self, plain: str, before: Group | None) -> None:
        self.before = before
        earlier = before.find(plain) if before is not None else None
        self.first = Cluster(plain, earlier.members if earlier is not None else None)
        # One text is most often alone in its group: what only larger groups need comes later.
        self.members = self.first.members
        self._by_facts: dict[Facts, Cluster] | None = None
        self._by_value: dict[str, Cluster] = {}

    @property
    def plain(self) -> str:
        """The text that set the frame."""
        return self.first.plain

    def find(self, plain: str, found: Compared | None = None) -> Cluster | None:
        """Return the cluster with a text's facts, or ``None``."""
        found = compare(self.plain, plain) if found is None else found
        if found.same:
            return self.first
        if self._by_facts is None or not found.framed:
            return None
        known = self._by_facts.get(found.facts)
        return known if known is not None else self._nearly(plain, found.facts)

    def _nearly(self, plain: str, facts: Facts) -> Cluster | None:
        """Look among clusters that share a fact: an edit beside a slot moves its borders."""
        tried: list[Cluster] = []
        for _, value in facts:
            near = self._by_value.get(value)
            if near is not None and near not in tried:
                tried.append(near)
                if compare(near.plain, plain).same:
                    return near
            if len(tried) == TRIED_CLUSTERS:
                break
        return None

    def take(self, plain: str, found: Compared | None) -> Cluster:
        """Return the cluster of a text, made if need be."""
        known = self.find(plain, found)
        if known is not None or found is None:
            return known or self.first
        if self._by_facts is None:
            self._by_facts = {}
            self._separate()
        earlier = self.before.find(plain) if self.before is not None else None
        made = self._by_facts[found.facts] = Cluster(plain, earlier.members if earlier is not None else None)
        for _, value in found.facts:
            if value:
                self._by_value[value] = made
        return made

    def _separate(self) -> None:
        """Count the group apart from its first cluster, from now on."""
        self.members = Members(self.before.members if self.before is not None else None)
        for at, account in _told(self.first.members):
            self.members.add(at, account)

    def add(self, cluster: Cluster, at: Micros, account: str) -> None:
        """Count one more text."""
        cluster.members.add(at, account)
        if self.members is not cluster.members and self._by_facts is not None:
            self.members.add(at, account)


def _told(members: Members) -> Iterable[tuple[Micros, str]]:
    """Give the posts of a cluster again; each account at its last instant, the rest to any of them."""
    last = {at: account for account, at in members.accounts.items()}
    someone = next(iter(members.accounts))
    return ((at, last.get(at, someone)) for at in members.ats)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a text belongs."""

    group: Group
    cluster: Cluster


class Day:
    """The groups of one UTC day."""

    def __init__(self, number: int, before: Day | None) -> None:
        self.number = number
        self.before = before
        self._exact: dict[str, Placed] = {}
        self._groups: list[Group] = []
        self._pieces: dict[int, int | list[int]] = {}

    def close(self) -> None:
        """Let go of the day before this one."""
        self.before = None
        for group in self._groups:
            group.before = None

    def place(self, text: Written) -> Placed:
        """Return where a text belongs; makes the place if the day has none."""
        known = self._exact.get(text.plain)
        if known is None:
            group, found = self.nearest(text)
            if group is None:
                group = self._made(text)
            known = self._exact[text.plain] = Placed(group, group.take(text.plain, found))
        return known

    def nearest(self, text: Written) -> tuple[Group | None, Compared | None]:
        """Return the group whose frame a text fills in, and how it compares; ``None`` if there is none."""
        known = self._exact.get(text.plain)
        if known is not None:
            return known.group, compare(known.group.plain, text.plain)
        if len(text.plain) < EXACT_BELOW:
            return None, None
        best: tuple[Group | None, Compared | None] = None, None
        for i in self._candidates(text.sketch):
            found = compare(self._groups[i].plain, text.plain)
            if found.same:
                return self._groups[i], found
            if found.framed and (best[1] is None or found.longer > best[1].longer):
                best = self._groups[i], found
        return best

    def _candidates(self, sketch: tuple[int, ...]) -> list[int]:
        shared: dict[int, int] = {}
        for piece in sketch:
            listed = self._pieces.get(piece)
            if listed is not None:
                for i in (listed,) if isinstance(listed, int) else listed:
                    shared[i] = shared.get(i, 0) + 1
        if not shared:
            return []
        least = max(1, len(sketch) // 3)
        enough = [i for i, count in shared.items() if count >= least]
        enough.sort(key=lambda i: (-shared[i], -i))
        return enough[:TRIED]

    def _made(self, text: Written) -> Group:
        earlier = self.before.nearest(text)[0] if self.before is not None else None
        group = Group(text.plain, earlier)
        number = len(self._groups)
        self._groups.append(group)
        if len(text.plain) >= EXACT_BELOW:
            for piece in text.sketch:
                listed = self._pieces.get(piece)
                if listed is None:
                    self._pieces[piece] = number
                elif isinstance(listed, int):
                    self._pieces[piece] = [listed, number]
                elif len(listed) < LISTED:
                    listed.append(number)
                else:
                    listed[number % LISTED] = number
        return group
