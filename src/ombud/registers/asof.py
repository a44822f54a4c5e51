"""Registers read as of an instant, at a pinned revision."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ombud.base.clock import Micros
from ombud.base.ids import content_hash
from ombud.store import Store, Tx
from ombud.store import registers as table

SPANS_KEPT = 4
"""Stretches of time between two changes whose rows are kept ready, for each register."""

Fact = Mapping[str, Any]


def next_revision(before: str, rows: Sequence[table.NewRow]) -> str:
    """Return the revision that rows lead to: a hash of the revision before and of the rows' content."""
    content = [
        [row.key, row.source, row.valid_from, row.valid_to, row.withdrawn, row.payload] for row in rows
    ]
    return content_hash([before, content])


def fact(row: table.Row | table.NewRow, valid_to: Micros | None) -> Fact:
    """Return a row as signals read it: its fields, and key, source and dates in microseconds."""
    found = dict(row.payload)
    found.update(key=row.key, source=row.source, valid_from=row.valid_from, valid_to=valid_to)
    if isinstance(row, table.Row):
        found["recorded_at"] = row.recorded_at
    return MappingProxyType(found)


def resolved(rows: Sequence[table.Row | table.NewRow]) -> list[Fact]:
    """Return the facts that rows come to, each with the dates between which it stands.

    Of rows with one key and source the later recorded one wins where both are valid; a
    withdrawn row says that from its start (or ever) there is nothing.
    """
    groups: dict[tuple[str, str], list[table.Row | table.NewRow]] = {}
    for row in rows:
        groups.setdefault((row.key, row.source), []).append(row)
    found: list[Fact] = []
    for group in groups.values():
        if len(group) == 1:
            if not group[0].withdrawn:
                found.append(fact(group[0], group[0].valid_to))
            continue
        found.extend(_stretches(group))
    return found


def _stretches(group: Sequence[table.Row | table.NewRow]) -> list[Fact]:
    """Cut time where any row begins or ends, and ask on each stretch which row was recorded last."""
    edges = sorted({at for row in group for at in (row.valid_from, row.valid_to) if at is not None})
    starts: list[Micros | None] = [None, *edges]
    found: list[Fact] = []
    for start, end in zip(starts, [*edges, None], strict=True):
        holder = next((row for row in reversed(group) if _covers(row, start)), None)
        if holder is None or holder.withdrawn:
            continue
        piece = {**fact(holder, end), "valid_from": start}
        if found and _same(found[-1], piece):
            piece["valid_from"] = found.pop()["valid_from"]
        found.append(MappingProxyType(piece))
    return found


def _covers(row: table.Row | table.NewRow, start: Micros | None) -> bool:
    """Tell whether a row is valid on the stretch that begins at ``start`` (``None`` = ever before)."""
    if start is None:
        return row.valid_from is None
    return (row.valid_from is None or row.valid_from <= start) and (
        row.valid_to is None or start < row.valid_to
    )


def _same(one: Fact, other: Fact) -> bool:
    dates = ("valid_from", "valid_to")
    return one["valid_to"] == other["valid_from"] and all(
        one.get(name) == other.get(name) for name in {*one, *other} if name not in dates
    )


class _Register:
    """One register at one revision."""

    def __init__(self, facts: Sequence[Fact], revision: str) -> None:
        self.facts = tuple(facts)
        self.revision = revision
        self.edges = sorted(
            {at for row in facts for at in (row["valid_from"], row["valid_to"]) if at is not None}
        )
        self._ready: OrderedDict[int, tuple[Fact, ...]] = OrderedDict()

    def at(self, at: Micros) -> tuple[Fact, ...]:
        """Return what is valid at an instant; the same object while nothing changes."""
        if not self.edges:
            return self.facts
        number = bisect_right(self.edges, at)
        ready = self._ready.get(number)
        if ready is None:
            ready = self._ready[number] = tuple(row for row in self.facts if _valid(row, at))
            if len(self._ready) > SPANS_KEPT:
                self._ready.popitem(last=False)
        else:
            self._ready.move_to_end(number)
        return ready


def _valid(row: Fact, at: Micros) -> bool:
    start, end = row["valid_from"], row["valid_to"]
    return (start is None or start <= at) and (end is None or at < end)


class StoreRegisters:
    """The registers of a store as they stood when this was made; later imports are not seen.

    Args:
        registers: the rows of each register, as recorded.
    """

    def __init__(self, registers: Mapping[str, _Register]) -> None:
        self._registers = registers

    def rows(self, register: str, at: Micros) -> Sequence[Fact]:
        """Return the facts that are valid at an instant; the same object while none changes."""
        found = self._registers.get(register)
        return found.at(at) if found is not None else ()

    def history(self, register: str) -> Sequence[Fact]:
        """Return all facts with the dates between which each stands; always the same object."""
        found = self._registers.get(register)
        return found.facts if found is not None else ()

    def revision(self, register: str) -> str:
        """Return a hash of the register's content; empty for a register without rows."""
        found = self._registers.get(register)
        return found.revision if found is not None else ""

    def revisions(self) -> dict[str, str]:
        """Return the revision of each register that has rows."""
        return {name: each.revision for name, each in sorted(self._registers.items())}

    def pinned(self) -> str | None:
        """Return one hash over all revisions, for a run to write down; ``None`` without rows."""
        return content_hash(self.revisions()) if self._registers else None


def load(tx: Tx) -> StoreRegisters:
    """Return a store's registers at their newest revision."""
    found: dict[str, _Register] = {}
    for name in table.names(tx):
        last = table.last_import(tx, name)
        assert last is not None
        found[name] = _Register(resolved(table.rows(tx, name)), last.revision)
    return StoreRegisters(found)


def load_from(store: Store) -> StoreRegisters:
    """Return a store's registers, in a transaction of their own."""
    with store.read() as tx:
        return load(tx)
