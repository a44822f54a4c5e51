"""The town's platform: a server on this machine that carries measures out and undoes them, as told."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from ombud.base.clock import Micros
from ombud.redress.executors import WebhookExecutor, connect, disconnect
from ombud.redress.receiver import Receiver, serve
from ombud.redress.senders import Sender
from ombud.redress.tick import tick
from ombud.store import Store

CarryOut = Callable[[Micros, Sequence[Sender]], Mapping[str, int]]
"""Lets a tick pass at an instant; gives how many measures are in each state on the platform then."""


@dataclass(slots=True)
class _Hand:
    """A clock that is set by hand, for both sides of a call."""

    at: Micros

    def now(self) -> Micros:
        return self.at


@contextmanager
def platform(store: Store, place: Path, operator: str, at: Micros) -> Iterator[CarryOut]:
    """Connect a platform for as long as the block lasts.

    Args:
        store: an open store.
        place: the platform's own file, which stays.
        operator: who connects it.
        at: the instant at which it is connected.
    """
    secret, receiver = secrets.token_bytes(32), Receiver(place)
    clock = _Hand(at)
    server = serve(receiver, secret, clock)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"

    def carry_out(now: Micros, mail: Sequence[Sender]) -> Mapping[str, int]:
        clock.at = now
        tick(store, clock, mail, WebhookExecutor(address, secret, clock))
        return Counter(receiver.state().values())

    try:
        with store.begin() as tx:
            connect(tx, address, operator, at=at)
        yield carry_out
        with store.begin() as tx:
            disconnect(tx, operator, at=clock.now())
    finally:
        server.shutdown()
        server.server_close()
        receiver.close()
