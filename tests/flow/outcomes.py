"""What a run leaves behind, to be compared with what another run left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ombud.events.archive import SegmentInfo, verify_segment
from ombud.events.decode import encode
from ombud.flow.history import history
from ombud.store import cases, casework, findings, ledger, open_store, quarantine, reports, segments, state


def outcome(store: Path) -> dict[str, Any]:
    """Return everything a run leaves behind, but for run numbers."""
    with open_store(store, create=False) as opened, opened.read() as tx:
        size, root = ledger.check(tx)
        for s in segments.between(tx):
            info = SegmentInfo(s.file, s.first_seq, s.last_seq, s.min_at, s.max_at, s.n, s.sha256)
            verify_segment(opened.archive, info)
        files = {path.name for path in opened.archive.iterdir()}
        return {
            "ledger": (size, root.hex()),
            "archive": [(seq, encode(event)) for seq, event in history(opened, tx)],
            "segments": [s.file for s in segments.between(tx)],
            "no orphans": files == {s.file for s in segments.between(tx)},
            "findings": [
                msgspec.structs.replace(row, run=None) for row in findings.page(tx, limit=1_000_000)
            ],
            "cases": cases.page(tx, limit=1_000_000),
            "reports": reports.page(tx, limit=1_000_000),
            "queue": [(w.id, w.confidence, w.rank) for w in casework.queue(tx, limit=1_000_000)],
            "quarantine": sorted(
                (row.source, row.line, row.code, row.raw) for row in quarantine.page(tx, limit=1_000_000)
            ),
            "total": state.load(tx, "run")["total"],
        }
