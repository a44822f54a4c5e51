"""``ombud explain``: show why a rule did or did not find on an event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import format_time
from ombud.base.errors import Fault, UsageError
from ombud.cli.options import json_option
from ombud.cli.output import cut, emit_json, say, table
from ombud.events.decode import decode
from ombud.events.envelope import Event
from ombud.expr import Explained
from ombud.flow.codes import load_codes
from ombud.flow.explaining import Explanation, find_event
from ombud.flow.explaining import explain as explain_event
from ombud.store import open_store, pins

WORDS = {True: "TRUE", False: "FALSE", None: "UNKNOWN"}


@click.command(short_help="show why a rule did or did not find on an event")
@click.argument("event_id", metavar="EVENT")
@click.argument("rule", metavar="[RULE]", required=False)
@click.option("--store", "store_dir", metavar="DIR", help="Where the event is.")
@click.option("--code", "code_names", metavar="NAME|DIR", multiple=True, help="Codes (default: the store's).")
@json_option
def explain(
    event_id: str, rule: str | None, store_dir: str | None, code_names: tuple[str, ...], json_: bool
) -> None:
    """Show each rule's answer on EVENT, or every part of RULE's expression with its value.

    EVENT is the id of an event in the store, or a file with one event as JSON
    (- for standard input); a file is asked without any history.
    """
    if store_dir is None:
        if not code_names:
            raise UsageError(
                Fault("cli/no-code", "without --store, name a code", hint="--code clear-culture")
            )
        event = _read(event_id)
        _emit(event, explain_event(load_codes(code_names), event, rule=rule), rule, json_)
        return
    with open_store(store_dir, create=False) as store:
        if not code_names:
            with store.read() as tx:
                code_names = tuple(sorted({pin.code for pin in pins.every(tx)}))
        event = find_event(store, event_id)
        _emit(event, explain_event(load_codes(code_names), event, rule=rule, store=store), rule, json_)


def _read(name: str) -> Event:
    text = sys.stdin.buffer.read() if name == "-" else _bytes(Path(name))
    return decode(text.strip())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            Fault(
                "cli/no-such-event-file",
                f"{str(path)!r} is no file that can be read: {error.strerror}",
                hint="name a file with one event, or give --store DIR and the event's id",
            )
        ) from error


def _emit(event: Event, found: list[Explanation], rule: str | None, json_: bool) -> None:
    if json_:
        emit_json([_object(item) for item in found])
        return
    if event is not None:
        text = event.post.text if event.post is not None and event.post.text else ""
        click.echo(
            f"{event.kind} {event.id} by {event.account.id} at {format_time(event.at)}  {cut(text, 80)}\n"
        )
    if rule is None:
        rows = [[item.rule.name, WORDS[item.value], cut(item.tree.why or "", 80)] for item in found]
        click.echo(table(["rule", "answer", "because"], rows))
        say("ask one: ombud explain EVENT RULE …")
        return
    for item in found:
        click.echo(f"{item.rule.name} is {WORDS[item.value]}")
        click.echo("\n".join(_lines(item.tree, 1)))


def _lines(node: Explained, depth: int) -> list[str]:
    text = cut(" ".join(node.text.split()), 100 - 2 * depth)
    why = f"   ({cut(node.why, 60)})" if node.why and node.children else ""
    own = f"{'  ' * depth}{node.value:<8} {text}{why}"
    shown = [child for child in node.children if child.text != node.text]
    return [own, *(line for child in shown for line in _lines(child, depth + 1))]


def _object(item: Explanation) -> dict[str, Any]:
    return {"rule": item.rule.name, "value": WORDS[item.value], "explained": _tree(item.tree)}


def _tree(node: Explained) -> dict[str, Any]:
    return {
        "text": node.text,
        "value": node.value,
        "why": node.why,
        "parts": [_tree(child) for child in node.children],
    }
