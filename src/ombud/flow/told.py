"""Takes into the archive what the house itself told: outcomes of decisions, reports filed at its door.

These events happen by the house's own clock, while a run lives by the clock of its stream, which
may be months behind (a file of last year) or a little ahead. So they go round the reorder
buffer: they neither move the stream's boundary nor are held against it, and they are never
"late" or "ahead". They take the next numbers of the archive, in the order in which they were told.

**No rule is asked about them and no window or signal takes them in**, neither here nor when
state is rebuilt, in a backtest, a plan or a query (``history.streamed``, which all of these
read, leaves them out by the numbers that the store lists). This is what keeps windows and
signals a pure function of the streamed events. When somebody decides, and between which two
batches a run notices, is no part of the stream; an event taken into a window at that moment would
give other findings with another batch size, and yet others after a restart, when the archive is
replayed by time. The brake on runaway rules counts in blocks of streamed events for the same
reason. A platform that wants rules to see reports or outcomes sends them in its own stream,
where they have a place in its time.

Nothing is lost and nothing is doubled: an event is put down in the transaction of the act it
tells of, and leaves for the archive in one transaction with its inbox row, its number and its
mark of being settled. The inbox knows it by origin and id, as any event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ombud.base.clock import Micros
from ombud.events.decode import decoder
from ombud.flow.commit import Committed, Committer
from ombud.store import Store, filed

BATCH = 4096
"""Events moved in one transaction."""

_ANY_TIME = 1 << 62
_decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)


def take_told(
    store: Store,
    committer: Committer,
    buffer: Mapping[str, Any],
    boundary: Micros | None,
    then: Callable[[Committed], None],
) -> None:
    """Move everything that waits into the archive.

    Args:
        store: an open store whose lock the caller holds.
        committer: gives numbers and writes batches.
        buffer: the reorder buffer's state, which this does not change.
        boundary: events up to this instant have been released.
        then: called with each batch after its commit.
    """
    while _waits(store):
        with store.begin() as tx:
            rows = filed.waiting(tx, BATCH)
            events = [_decode(bytes(row.payload)) for row in rows]
            done = committer.tell(tx, events, buffer, boundary)
            places = {id(event): done.first_seq + i for i, event in enumerate(done.events)}
            settled = {
                row.n: places.get(id(event), filed.KNOWN) for row, event in zip(rows, events, strict=True)
            }
            filed.settle(tx, settled)
        then(done)


def _waits(store: Store) -> bool:
    with store.read() as tx:
        return bool(filed.waiting(tx, 1))
