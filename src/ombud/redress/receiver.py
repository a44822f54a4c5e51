"""A platform's side of the orders, as an example to copy: checks, applies once, answers, remembers.

It stands for the platform's own API. Three rules make it sound: a call whose signature or age
is wrong is refused; an order whose number is not above the last one about its measure is
answered and not done again; what is done and the answer to it are kept in one transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from ombud.base.clock import Clock, Micros, format_time, parse_time
from ombud.base.errors import OmbudError
from ombud.cases.errors import refuse
from ombud.redress.orders import FORMAT, Order
from ombud.redress.senders import verify

STATES = {"apply": "applied", "undo": "undone", "pay_out": "paid_out", "refund": "refunded"}
LONGEST = 65_536
"""Bytes of a call that are read."""
_NAME = re.compile(r"[!-~]{1,200}")

_KEPT = (
    *("measure", "seq", "kind", "account", "subject_kind", "subject", "territory"),
    *("starts_at", "ends_at", "notice", "told"),
)
_TABLE = """
CREATE TABLE IF NOT EXISTS measures (
  measure TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL,
  account TEXT NOT NULL, subject_kind TEXT NOT NULL, subject TEXT NOT NULL, territory TEXT NOT NULL,
  starts_at TEXT NOT NULL, ends_at TEXT, notice TEXT NOT NULL, told INTEGER NOT NULL, at TEXT NOT NULL
)
"""


class Receiver:
    """What the platform has applied, by measure. Two measures on one post are two: it stays down for either.

    Args:
        place: an SQLite file, or ``:memory:``.
    """

    def __init__(self, place: Path | str = ":memory:") -> None:
        self._db = sqlite3.connect(place, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._alone = threading.Lock()
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_TABLE)

    def take(self, order: Order, now: Micros) -> dict[str, Any]:
        """Do what is asked, unless it was done or is out of date; return the acknowledgement."""
        with self._alone, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            known = self._db.execute(
                "SELECT seq FROM measures WHERE measure = ?", (order.measure,)
            ).fetchone()
            if known is None or known["seq"] < order.seq:
                self._keep(order, format_time(now))
            row = self._db.execute(
                "SELECT state FROM measures WHERE measure = ?", (order.measure,)
            ).fetchone()
        return {"key": order.key, "at": format_time(now), "state": row["state"]}

    def _keep(self, order: Order, at: str) -> None:
        # Here a real platform would change the post or the account.
        values = [getattr(order, each) for each in _KEPT]
        columns, marks = ", ".join([*_KEPT, "state", "at"]), ", ".join("?" * (len(_KEPT) + 2))
        self._db.execute(
            f"INSERT OR REPLACE INTO measures ({columns}) VALUES ({marks})",  # noqa: S608
            [*values, STATES[order.order], at],
        )

    def state(self) -> dict[str, str]:
        """Return each measure with its state."""
        with self._alone:
            return dict(self._db.execute("SELECT measure, state FROM measures ORDER BY measure").fetchall())

    def applied(self, now: Micros) -> list[dict[str, Any]]:
        """Return what is applied now; what has an end is over then, whether or not an order says so."""
        with self._alone:
            rows = self._db.execute(
                "SELECT * FROM measures WHERE state = 'applied' ORDER BY measure"
            ).fetchall()
        return [dict(row) for row in rows if row["ends_at"] is None or now < parse_time(row["ends_at"])]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def read_order(data: bytes) -> Order:
    """Return the order in a call's body.

    Raises:
        CaseError: ``redress/bad-order``.
    """
    try:
        order = msgspec.json.decode(data, type=Order)
    except msgspec.ValidationError as problem:
        raise refuse("redress/bad-order", f"this is no order: {problem}") from None
    except (msgspec.DecodeError, RecursionError):
        raise refuse("redress/bad-order", "this is no order: not JSON") from None
    if order.format != FORMAT or order.order not in STATES or not 0 < order.seq < 2**53:
        raise refuse("redress/bad-order", "this order is of a form that is not known here", FORMAT)
    if not all(_NAME.fullmatch(each) for each in (order.key, order.measure, order.notice)):
        raise refuse("redress/bad-order", "an order names itself, its measure and its notice")
    return order


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # what was begun is answered before it closes

    def __init__(self, port: int, receiver: Receiver, secret: bytes, clock: Clock) -> None:
        self.receiver, self.secret, self.clock = receiver, secret, clock
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        """Take an order."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length[:9]) <= LONGEST):
            self._answer(413, {"error": "redress/bad-order"})
            return
        data, now = self.rfile.read(int(length)), self.server.clock.now()
        try:
            verify(self.server.secret, data, self.headers.get("Ombud-Signature", ""), now)
        except OmbudError as problem:
            self._answer(403, {"error": problem.code})
            return
        try:
            self._answer(200, self.server.receiver.take(read_order(data), now))
        except OmbudError as problem:
            self._answer(400, {"error": problem.code})

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: paths and addresses are not to be kept."""


def serve(receiver: Receiver, secret: bytes, clock: Clock, port: int = 0) -> ThreadingHTTPServer:
    """Return a server on this machine; call ``serve_forever`` on it. Port 0 = any that is free."""
    return _Server(port, receiver, secret, clock)
