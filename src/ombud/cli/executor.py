"""``ombud executor``: connect the platform that carries measures out, and see what it has done."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from ombud.base.clock import SystemClock, format_time
from ombud.base.errors import Fault, UsageError, Where
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress import executors as connecting
from ombud.redress.decide import may_see
from ombud.store import executors, orders
from ombud.store.orders import Standing

SECRET = "OMBUD_EXECUTOR_SECRET"  # noqa: S105 - the variable's name
STATES = ("waiting", "failing", "given_up", "done", "followed")


@click.group(short_help="connect the platform that carries measures out")
def executor() -> None:
    """The platform's own API: orders to apply and undo measures, each acknowledged."""


@executor.command()
@store_option
@as_option
@click.argument("address", metavar="URL|NAME")
def connect(store_dir: str, person: str, address: str) -> None:
    """Connect an executor: https://…, or the name of an entry point ``ombud.executors``."""
    with writing(store_dir) as tx:
        row = connecting.connect(tx, address, person, at=now())
        waiting = orders.counts(tx, row.n)["waiting"]
    say(f"connected; {waiting} orders leave with the next: ombud tick")
    if row.kind == "webhook":
        say(f"the secret that signs them is read from {SECRET}, or from --executor-secret-file")


@executor.command()
@store_option
@as_option
def disconnect(store_dir: str, person: str) -> None:
    """Connect nobody."""
    with writing(store_dir) as tx:
        left = connecting.disconnect(tx, person, at=now())
    say(f"disconnected; {left} measures stay applied there until somebody undoes them")


@executor.command("list")
@store_option
@as_option
@click.option("--state", type=click.Choice(STATES), help="Only orders in this state.")
@click.option("--measure", metavar="ID", help="Only orders about this measure.")
@limit_option
@json_option
def list_(
    store_dir: str, person: str, state: str | None, measure: str | None, limit: int, json_: bool
) -> None:
    """List orders, the newest first."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = orders.page(tx, state=state, measure_id=measure, limit=limit)
    if json_:
        emit_lines(_as_object(row) for row in rows)
        return
    cells = [
        [
            row.key,
            row.kind,
            row.measure_id,
            orders.state_of(row),
            row.attempts,
            cut(row.error or row.ack or "", 60),
        ]
        for row in rows
    ]
    click.echo(table(["order", "asks", "measure", "state", "tries", "answer"], cells, right=[4]))


@executor.command()
@store_option
@as_option
@click.option("--check", is_flag=True, help="End with 1 if the platform does not have what is in effect.")
@json_option
def status(store_dir: str, person: str, check: bool, json_: bool) -> None:
    """Compare what is in effect now with what the platform has acknowledged."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        row = executors.connected(tx)
        at = now()
        counts = orders.counts(tx, row.n) if row is not None else dict.fromkeys(STATES, 0)
        rows = orders.compare(tx, row.n, at) if row is not None else []
        quiet = orders.untold(tx, row.n, at) if row is not None else 0
    tally = Counter(_place(each) for each in rows)
    differ = [each for each in rows if _place(each) in ("missing", "left")]
    if json_:
        emit_json(
            {
                "executor": None if row is None else {"kind": row.kind, "address": row.address},
                "orders": counts,
                "wait_for_their_notice": quiet,
                "in_effect": sum(each.wanted for each in rows),
                "applied": tally["applied"],
                "missing": tally["missing"],
                "left": tally["left"],
                "measures": [{**msgspec.structs.asdict(each), "state": _place(each)} for each in rows],
            }
        )
    else:
        _tell(row, counts, quiet, rows, tally, differ)
    if check and (differ or row is None):
        click.get_current_context().exit(1)


def _place(each: Standing) -> str:
    """Return where a measure stands: ``applied``, ``missing`` there, or ``left`` there after its end."""
    if each.wanted:
        return "applied" if each.ordered == orders.APPLY and each.acknowledged else "missing"
    return "left" if each.ordered == orders.APPLY or not each.acknowledged else "undone"


def _tell(
    row: executors.Executor | None,
    counts: dict[str, int],
    quiet: int,
    rows: list[Standing],
    tally: Counter[str],
    differ: list[Standing],
) -> None:
    if row is None:
        say("no executor is connected: ombud executor connect URL|NAME")
        return
    click.echo(f"executor: {row.kind} {row.address}, since {format_time(row.at)[:16]}Z")
    click.echo("orders: " + ", ".join(f"{name.replace('_', ' ')} {counts[name]}" for name in STATES))
    wanted = sum(each.wanted for each in rows)
    click.echo(
        f"in effect now: {wanted}; acknowledged: {tally['applied']}; missing there: {tally['missing']}"
    )
    click.echo(f"no longer in effect, and not acknowledged as undone: {tally['left']}")
    if quiet:
        click.echo(f"{quiet} orders wait for their notice to go first")
    cells = [
        [each.measure_id, each.kind, _place(each), each.ordered or "nothing yet", cut(each.error or "", 60)]
        for each in differ[:50]
    ]
    if cells:
        click.echo(table(["measure", "kind", "there", "asked", "answer"], cells))


@executor.command()
@store_option
@as_option
@click.argument("order", required=False, metavar="[ORDER]")
def retry(store_dir: str, person: str, order: str | None) -> None:
    """Let orders that failed or were given up leave with the next tick: all, or one."""
    with writing(store_dir) as tx:
        count = connecting.retry(tx, person, at=now(), key=order)
    say(f"{count} orders leave with the next: ombud tick")


@executor.command()
@store_option
@as_option
def resend(store_dir: str, person: str) -> None:
    """Say anew what each measure that is not over should be."""
    with writing(store_dir) as tx:
        count = connecting.resend(tx, person, at=now())
    say(f"{count} orders leave with the next: ombud tick")


@executor.command()
@click.option(
    "--state",
    "place",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The SQLite file that remembers what is applied.",
)
@click.option(
    "--secret-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=f"Otherwise {SECRET}."
)
@click.option("--port", type=click.IntRange(0, 65_535), default=8_765, show_default=True, help="0 = any.")
@click.option("--calls", type=click.IntRange(1), help="Stop after so many calls, for trying it out.")
def receive(place: Path, secret_file: Path | None, port: int, calls: int | None) -> None:
    """Be a platform, as an example: check, apply, acknowledge and remember orders on this machine."""
    from ombud.redress.receiver import Receiver, serve

    key = secret(secret_file)
    if not key:
        hint = f"give --secret-file, or set {SECRET}"
        raise UsageError(Fault("cli/no-secret", "without a secret nobody could be told from us", None, hint))
    receiver = Receiver(place)
    with serve(receiver, key, SystemClock(), port) as server:
        click.echo(f"http://127.0.0.1:{server.server_address[1]}/")
        try:
            for _ in range(calls or 0):
                server.handle_request()
            if calls is None:
                server.serve_forever()
        finally:
            server.server_close()
            receiver.close()


@executor.command()
@click.option(
    "--state",
    "place",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of ombud executor receive.",
)
@json_option
def received(place: Path, json_: bool) -> None:
    """Show what the example platform has applied now."""
    from ombud.redress.receiver import Receiver

    receiver = Receiver(place)
    rows = receiver.applied(now())
    receiver.close()
    if json_:
        emit_lines(rows)
        return
    cells = [
        [row["measure"], row["kind"], cut(row["account"], 18), cut(row["subject"], 18), row["ends_at"]]
        for row in rows
    ]
    click.echo(table(["measure", "kind", "account", "subject", "ends"], cells))


def secret(path: Path | None) -> bytes:
    """Return the secret that signs orders: a file's content without its line end, or the environment's."""
    if path is None:
        return os.environ.get(SECRET, "").encode()
    try:
        return path.read_bytes().rstrip(b"\r\n")
    except OSError as problem:
        raise UsageError(
            Fault("cli/no-secret", f"the secret cannot be read: {problem.strerror}", Where(path))
        ) from None


def _as_object(row: orders.Order) -> dict[str, Any]:
    return {
        "order": row.key,
        "asks": row.kind,
        "measure": row.measure_id,
        "notice": row.notice_id,
        "state": orders.state_of(row),
        "tries": row.attempts,
        "at": format_time(row.at),
        "acknowledged_at": None if row.acked_at is None else format_time(row.acked_at),
        "answer": row.ack,
        "error": row.error,
    }
