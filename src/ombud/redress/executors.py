"""Connecting a platform's own API: a signed webhook, or a Python entry point ``ombud.executors``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from ombud.base.clock import Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.cases.entry import enter
from ombud.cases.errors import refuse
from ombud.cases.roles import acting, inner
from ombud.redress.orders import Executor, Order, put
from ombud.redress.senders import Post
from ombud.store import Tx, executors, orders

GROUP = "ombud.executors"
"""The entry-point group: an entry is called with an :class:`Order` and returns the acknowledgement."""

Function = Callable[[Order], Mapping[str, Any]]


class WebhookExecutor:
    """Posts each order, signed as notices are; the answer's body is the acknowledgement.

    Args:
        url: ``https://…`` (or ``http://`` to the same machine).
        secret: shared with the receiver.
        clock: the wall clock, for the signature's time.
    """

    def __init__(self, url: str, secret: bytes, clock: Clock) -> None:
        self._post = Post(url, secret, clock)

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Post it and read the acknowledgement."""
        said = self._post(order.key, order.to_bytes())
        try:
            answer = json.loads(said)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            hint = 'it answers 200 with {"key": "…"}, the key of the order'
            raise refuse("redress/bad-ack", "the executor answered, but not with an acknowledgement", hint)
        return answer


class PythonExecutor:
    """Calls a function of the platform's own; whatever it raises is a failure, to be tried again.

    Args:
        function: what the entry point names.
    """

    def __init__(self, function: Function) -> None:
        self._function = function

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Call it."""
        try:
            return self._function(order)
        except Exception as problem:
            raise OSError(f"{type(problem).__name__}: {problem}") from problem


def connect(tx: Tx, address: str, person: str, *, at: Micros) -> executors.Executor:
    """Connect an executor in the place of the one before, and put orders for what it must learn.

    That is everything in effect; one that was connected before hears anew of all that is not over.

    Args:
        tx: a writing transaction.
        address: ``https://…``, or the name of an entry point.
        person: an operator.
        at: the wall clock.

    Raises:
        CaseError: ``redress/connected``, roles.
        UsageError: ``redress/bad-webhook``, ``redress/no-such-executor``.
    """
    acting(tx, person, "operator")
    kind = "webhook" if "://" in address else "python"
    before = executors.connected(tx)
    if before is not None and (before.kind, before.address) == (kind, address):
        raise refuse("redress/connected", "this executor is connected already", "ombud executor status")
    if kind == "webhook":
        Post(address, b"any", SystemClock())
    else:
        _function(address)
    row = executors.connect(tx, kind, address, at, person)
    enter(tx, "executor-connected", {"executor": row.n, "kind": kind, "by": inner(tx, person)}, at)
    put(tx, row.n, orders.unmatched(tx, row.n, at, anew=True), at)
    while put(tx, row.n, orders.unmatched(tx, row.n, at, all_=True), at):
        pass
    return row


def disconnect(tx: Tx, person: str, *, at: Micros) -> int:
    """Connect nobody; return how many measures the executor has applied and will not hear of again.

    Raises:
        CaseError: ``redress/no-executor``, roles.
    """
    acting(tx, person, "operator")
    row = _connected(tx)
    left = sum(each.ordered == orders.APPLY for each in orders.compare(tx, row.n, at))
    executors.disconnect(tx, at)
    figures = {"executor": row.n, "applied": left, "by": inner(tx, person)}
    enter(tx, "executor-disconnected", figures, at)
    return left


def rest(tx: Tx, at: Micros) -> None:
    """Connect nobody in a store that was restored: it may be a second one, and must not give orders."""
    row = executors.connected(tx)
    if row is not None:
        executors.disconnect(tx, at)
        enter(tx, "executor-disconnected", {"executor": row.n, "restored": True}, at)


def retry(tx: Tx, person: str, *, at: Micros, key: str | None = None) -> int:
    """Send orders that failed or were given up with the next tick; return how many.

    Raises:
        CaseError: ``redress/no-executor``, ``redress/no-such-order``, roles.
    """
    acting(tx, person, "operator")
    row = _connected(tx)
    if key is not None and orders.get(tx, key) is None:
        raise refuse("redress/no-such-order", f"there is no order {key[:40]!r}", "ombud executor list")
    return orders.again(tx, row.n, at, key)


def resend(tx: Tx, person: str, *, at: Micros) -> int:
    """Say anew what each measure that is not over should be; return how many orders that makes.

    For an executor that has forgotten, or doubts what it has.

    Raises:
        CaseError: ``redress/no-executor``, roles.
    """
    acting(tx, person, "operator")
    row = _connected(tx)
    return put(tx, row.n, orders.unmatched(tx, row.n, at, anew=True), at)


def _connected(tx: Tx) -> executors.Executor:
    row = executors.connected(tx)
    if row is None:
        hint = "ombud executor connect URL|NAME --as PERSON"
        raise refuse("redress/no-executor", "no executor is connected", hint)
    return row


def load(row: executors.Executor, secret: bytes, clock: Clock) -> Executor:
    """Return a connected executor, ready to be called.

    Raises:
        UsageError: ``redress/bad-webhook`` (no secret), ``redress/no-such-executor``.
    """
    if row.kind == "webhook":
        return WebhookExecutor(row.address, secret, clock)
    return PythonExecutor(_function(row.address))


def _function(entry: str) -> Function:
    points = {point.name: point for point in entry_points(group=GROUP)}
    if entry not in points:
        hint = did_you_mean(entry, points) or "installed: " + (", ".join(sorted(points)) or "none")
        message = f"no installed package names an executor {entry[:60]!r}"
        raise UsageError(Fault("redress/no-such-executor", message, None, hint))
    try:
        found = points[entry].load()
    except Exception as problem:
        message = f"the executor {entry!r} does not load: {type(problem).__name__}: {problem}"
        raise UsageError(Fault("redress/no-such-executor", message, None, points[entry].value)) from problem
    if not callable(found):
        message = f"the executor {entry!r} cannot be called"
        raise UsageError(Fault("redress/no-such-executor", message, None, points[entry].value))
    function: Function = found
    return function
