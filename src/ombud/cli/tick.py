"""``ombud tick``: what time brings. Run it every few minutes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from ombud.base.clock import SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.cli.executor import secret
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say
from ombud.redress import tick as ticking
from ombud.redress.executors import load
from ombud.redress.orders import Executor
from ombud.redress.senders import FolderSender, MailSender, Sender, WebhookSender
from ombud.store import Store, executors, open_store, reports


@click.command(short_help="enter ends, suspend for late appeals, send notices and orders")
@store_option
@click.option("--folder", type=click.Path(path_type=Path), help="Write notices as files into this folder.")
@click.option("--webhook", metavar="URL", help="Post notices there; secret in OMBUD_WEBHOOK_SECRET.")
@click.option("--smtp", metavar="HOST[:PORT]", help="Send mail; login in OMBUD_SMTP_USER and _PASSWORD.")
@click.option("--mail-from", metavar="ADDRESS", help="The address in From.")
@click.option(
    "--addresses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object: account id -> mail address.",
)
@click.option(
    "--executor-secret-file",
    "secret_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The secret that signs orders; otherwise OMBUD_EXECUTOR_SECRET.",
)
@json_option
def tick(
    store_dir: str,
    folder: Path | None,
    webhook: str | None,
    smtp: str | None,
    mail_from: str | None,
    addresses: Path | None,
    secret_file: Path | None,
    json_: bool,
) -> None:
    """Do what time brings; doing it twice, late or never harms nothing.

    Measures end by themselves at their instant: a tick only enters that in the record. It
    lets measures rest whose appeal is late, sends notices, then orders to the platform that is
    connected (ombud executor), and shows what waits for a person.
    """
    with open_store(store_dir, create=False) as store:
        senders = _senders(store, folder, webhook, smtp, mail_from, addresses)
        executor, problem = _executor(store, secret_file)
        done = ticking.tick(store, SystemClock(), senders, executor)
    _tell(done, json_, quiet=not senders)
    if problem is not None:
        raise problem


def _executor(store: Store, secret_file: Path | None) -> tuple[Executor | None, UsageError | None]:
    """Return the connected executor, or what keeps it from being asked; the rest of the tick goes on."""
    with store.read() as tx:
        row = executors.connected(tx)
    if row is None:
        return None, None
    try:
        key = secret(secret_file)
        if row.kind == "webhook" and not key:
            hint = "set OMBUD_EXECUTOR_SECRET, or give --executor-secret-file"
            message = "orders wait: there is no secret to sign them"
            return None, UsageError(Fault("cli/no-secret", message, None, hint))
        return load(row, key, SystemClock()), None
    except UsageError as problem:
        return None, problem


def _tell(done: ticking.Ticked, json_: bool, *, quiet: bool) -> None:
    counts = asdict(done)
    counts |= counts.pop("wider")
    if json_:
        emit_json(counts)
        return
    words = {
        "ended": "measures ended",
        "late": "appeals are late",
        "suspended": "measures rest for it",
        "sent": "notices sent",
        "failed": "notices failed",
        "given_up": "of them given up",
        "corrections_due": "corrections wait for a look: ombud notice due",
        "reviews_due": "closings wait for their review after 12 months: ombud case review",
        "lane_zero": "cases in lane 0 wait for somebody to take them: ombud case queue",
        "lane_zero_overdue": "of them for more than an hour",
        "duty_called": "people on duty called for them",
        "duty_failed": "people on duty could not be called",
        "labels": "labels set by rules",
        "labels_lifted": "labels taken back",
        "labels_tripped": "clauses went back to people, their quota is used up: ombud case automatic",
        "labels_lapsed": "clauses have no operator who answers for their labels: ombud case automatic",
        "clusters_waiting": "decisions of clusters wait for tomorrow's quota",
        "clusters_over": "clusters are wrong too often, by appeals: ombud case cluster list",
        "routed": "cases routed by language",
        "places_changed": "reported cases moved in the queue by later reports and decisions",
        "bodies_told": "people told of a public body that a gag had kept silent",
        "disclosures_due": "people wait to be told of a disclosure: ombud disclosure list",
        "escrows_ended": "escrows ended, and their income goes where it belongs",
        "orders_done": "orders carried out by the platform",
        "orders_failed": "orders failed",
        "orders_given_up": "of them given up: ombud executor retry",
        "orders_untold": "orders wait for their notice to go first",
    }
    for name, count in counts.items():
        if count and name in words:
            click.echo(f"{count} {words[name]}")
    if done.wider.lane_zero and not done.wider.on_duty:
        say("nobody is on duty for lane 0: ombud people duty PERSON --on")
    if quiet:
        say("no notice was sent: name a way, such as --folder outbox")


def _senders(
    store: Store,
    folder: Path | None,
    webhook: str | None,
    smtp: str | None,
    mail_from: str | None,
    addresses: Path | None,
) -> list[Sender]:
    senders: list[Sender] = []
    if folder is not None:
        senders.append(FolderSender(folder))
    if webhook is not None:
        secret = os.environ.get("OMBUD_WEBHOOK_SECRET", "").encode()
        senders.append(WebhookSender(webhook, secret, SystemClock()))
    if smtp is not None:
        if mail_from is None or addresses is None:
            hint = "give --mail-from and --addresses"
            raise UsageError(Fault("cli/mail", "mail needs a sender and addresses", None, hint))
        user, password = os.environ.get("OMBUD_SMTP_USER"), os.environ.get("OMBUD_SMTP_PASSWORD")
        book = _book(addresses)

        def address(recipient: str) -> str | None:
            """Look into the file, and into what people left who reported something."""
            with store.read() as tx:
                return book.get(recipient) or reports.address_of(tx, recipient)

        senders.append(MailSender(smtp, mail_from, address, user=user, password=password))
    return senders


def _book(path: Path) -> dict[str, str]:
    try:
        book = json.loads(path.read_text("utf-8"))
    except ValueError:
        book = None
    if not isinstance(book, dict) or not all(isinstance(value, str) for value in book.values()):
        hint = '{"account id": "mail address", …}'
        raise UsageError(Fault("cli/addresses", "this is not a JSON object of addresses", Where(path), hint))
    return book
