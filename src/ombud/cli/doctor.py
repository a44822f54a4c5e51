"""``ombud doctor``: check the installation and, if one is named, a store."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

import click

from ombud.base.errors import OmbudError
from ombud.cli.options import json_option
from ombud.cli.output import emit_json
from ombud.store import Store

PARTS = ("hyperscan", "google-re2", "msgspec", "OpenCC", "pyarrow", "sqlalchemy", "alembic")
LOW_DISK_GIB = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and what was seen."""

    name: str
    ok: bool
    seen: str
    hint: str | None = None


@click.command(short_help="check the installation and a store")
@click.option("--store", "store_dir", metavar="DIR", help="Check this store too.")
@json_option
def doctor(store_dir: str | None, json_: bool) -> None:
    """Check that Ombud can work here, and that a store is whole.

    Of a store it checks the schema, every archive file against its hash, and the
    whole ledger, entry by entry.
    """
    checks = [*_installation(), *(_store(store_dir) if store_dir is not None else ())]
    if json_:
        emit_json([{"name": c.name, "ok": c.ok, "seen": c.seen, "hint": c.hint} for c in checks])
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.seen}")
            if check.hint and not check.ok:
                click.echo(f"     hint: {check.hint}")
    if not all(check.ok for check in checks):
        sys.exit(1)


def _installation() -> Iterator[Check]:
    yield Check("Python", sys.version_info >= (3, 11), platform.python_version(), "3.11 or newer is needed")
    for name in PARTS:
        yield _guarded(name, partial(version, name))
    yield _guarded("pattern engine", _scan)
    yield _guarded("bundled codes", _codes)


def _scan() -> str:
    from ombud.rules import compile_rules

    rules = compile_rules({"r": "contains(lower(text), 'money')"}, {"text": str})
    if rules.match([{"text": "Money"}, {"text": ""}]) != [["r"], []]:
        raise RuntimeError("a test rule gave a wrong answer")
    return "a test rule compiles and finds"


def _codes() -> str:
    from ombud.conduct.find import bundled_names
    from ombud.flow.codes import load_codes

    return ", ".join(f"{code.id} {code.version}" for code in load_codes(bundled_names()))


def _store(place: str) -> Iterator[Check]:
    from ombud.store import open_store

    try:
        store = open_store(place, create=False)
    except OmbudError as error:
        yield Check("store", False, error.faults[0].message, error.faults[0].hint)
        return
    with store:
        yield _guarded("store", lambda: f"{store.place} opens, its schema is current")
        yield _guarded("ledger", lambda: _ledger(store))
        yield _guarded("archive", lambda: _archive(store))
        yield _erasures(store)
        yield orders_of(store)
        free = shutil.disk_usage(store.archive).free / 2**30
        yield Check("disk", free > LOW_DISK_GIB, f"{free:.1f} GiB free", "make room: a full disk stops a run")


def _ledger(store: Store) -> str:
    from ombud.store import ledger

    with store.read() as tx:
        size, root = ledger.check(tx)
    return f"{size:,} entries hold, root {root.hex()}"


def _archive(store: Store) -> str:
    from ombud.events.archive import SegmentInfo, verify_segment
    from ombud.store import pending, segments

    with store.read() as tx:
        listed = segments.between(tx)
        waiting, _ = pending.extent(tx)
    for s in listed:
        verify_segment(
            store.archive, SegmentInfo(s.file, s.first_seq, s.last_seq, s.min_at, s.max_at, s.n, s.sha256)
        )
    sealed = sum(segment.n for segment in listed)
    return f"{len(listed)} files with {sealed:,} events match their hashes; {waiting:,} not sealed yet"


def _erasures(store: Store) -> Check:
    from ombud.store import erasures

    with store.read() as tx:
        waiting = len(erasures.unfinished(tx))
    seen = f"{waiting} not finished" if waiting else "none is unfinished"
    return Check("erasures", not waiting, seen, "an erasure was cut short: call `ombud erase` again")


def orders_of(store: Store) -> Check:
    """Say whether the connected platform carries out what it is asked."""
    from ombud.store import executors, orders

    with store.read() as tx:
        to = executors.connected(tx)
        counts = {} if to is None else orders.counts(tx, to.n)
    if to is None:
        return Check("executor", True, "none is connected")
    bad = counts["failing"] + counts["given_up"]
    seen = f"{counts['done']} orders done, {counts['waiting']} wait, {bad} failed"
    return Check("executor", not bad, seen, "ombud executor status")


def _guarded(name: str, look: Callable[[], str]) -> Check:
    """Make a check of a function that tells what it saw, or raises."""
    try:
        return Check(name, True, look())
    except OmbudError as error:
        return Check(name, False, error.faults[0].message, error.faults[0].hint)
    except Exception as error:  # a doctor reports whatever is wrong
        return Check(name, False, f"{type(error).__name__}: {error}")
