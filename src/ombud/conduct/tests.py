"""Tests of rules: how they are written, and the whole events they stand for.

A test is an item with exactly one of ``matches`` / ``clears`` / ``unknown`` /
``todo``, whose value is the test's name, and with what happens:

``post:``
    the fields of a post. Beside it, or instead of it, may stand ``account:`` (fields, or
    only an id), ``event:`` (fields of the event itself), ``target:``, ``payment:``,
    ``report:``, ``extra:`` and the event's own ``kind:``, ``audience:``, ``origin:``, ``at:``.
``events:``
    a list of such events. ``repeat: 30`` with ``every: 10s`` makes thirty of one, and
    ``{n}`` in its texts counts 1, 2, 3 … The LAST event of the list is the one judged.

What is not written is filled in: ``kind`` is ``post``, ``audience`` is ``public``,
the account is ``a1``, ids are ``e1``, ``e2`` … (padded with zeros to one length, so
that they sort in order), a post's id is ``p`` with the event's number. The first
event is at :data:`BASE_AT`; each later one a second after the one before it. ``at:``
and every field that ends in ``_at`` may count from the base: ``0s``, ``+5m``, ``-1h``,
``-2d``, or a number of seconds (``-86400``). A field written as ``null`` is left out of the event.

``near:`` names the threshold that the test just misses; ``registers:`` holds rows
of registers. A corpus file is a list of such items, or has them under ``tests:``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND, Micros, format_time, parse_time
from ombud.base.errors import Where
from ombud.conduct.eventshape import EventShape
from ombud.conduct.faults import Faults
from ombud.conduct.keys import EVENT_PARTS, EVENT_SCALARS, TEST_EVENT_KEYS, TEST_KEYS
from ombud.conduct.model import TEST_KINDS, RuleTest
from ombud.conduct.reading import Fields, items_of, read_table, shown
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, is_null, plain_value

BASE_AT: Micros = parse_time("2026-06-01T12:00:00Z")
"""The instant that relative times count from; any day would do."""

MAX_EVENTS = 10_000
"""Events that one test may stand for."""

_RELATIVE = re.compile(r"([+-]?)([0-9]{1,9})([smhd])")
_UNITS: Mapping[str, Micros] = MappingProxyType({"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY})
_EVENT_KEYS = (*EVENT_SCALARS, *EVENT_PARTS, "event")


def read_tests(node: Node, shape: EventShape, faults: Faults) -> tuple[RuleTest, ...]:
    """Read a list of tests; names must differ."""
    found: list[RuleTest] = []
    names: set[tuple[str, str]] = set()
    for item in items_of(node, "`tests`", faults):
        test = read_test(item, shape, faults)
        if test is None:
            continue
        if (test.kind, test.name) in names:
            message = f"two tests are named {shown(test.name)}"
            faults.add("conduct/test-twice", message, test.where)
        names.add((test.kind, test.name))
        found.append(test)
    return tuple(found)


def read_test(node: Node, shape: EventShape, faults: Faults) -> RuleTest | None:
    """Read one test, or return ``None`` after a fault that leaves nothing to run."""
    fields = read_table(node, TEST_KEYS, faults, node.where, "a test")
    kinds = [kind for kind in TEST_KINDS if fields.written(kind)]
    if len(kinds) != 1:
        faults.add(
            "conduct/test-kind", "a test has exactly one of matches, clears, unknown, todo", node.where,
            "write it as `- matches: what happens`",
        )  # fmt: skip
        return None
    before = len(faults)
    events = _read_events(node, fields, shape, faults)
    if kinds[0] in ("matches", "clears") and not events:
        if len(faults) == before:
            faults.add("conduct/test-event", "nothing happens in this test", node.where, "write `post:`")
        return None
    test = RuleTest(
        kind=kinds[0],
        name=fields.get(kinds[0], ""),
        near=fields.get("near"),
        events=events or (MappingProxyType({}),),
        registers=_registers(fields.get("registers"), faults),
        where=node.where,
    )
    _check_expands(test, faults)
    return test


def _read_events(
    node: Node, fields: Fields, shape: EventShape, faults: Faults
) -> tuple[Mapping[str, Any], ...]:
    beside = [key for key in _EVENT_KEYS if fields.node(key) is not None]
    listed = fields.node("events")
    if listed is None:
        if not beside or not isinstance(node, MapNode):
            return ()
        return (MappingProxyType(shape.event(node, faults)),)
    if beside:
        message = f"`{beside[0]}` stands beside `events`"
        faults.add("conduct/test-event", message, fields.where(beside[0]), "write it inside the events")
    found: list[Mapping[str, Any]] = []
    for item in items_of(listed, "`events`", faults):
        part = read_table(item, TEST_EVENT_KEYS, faults, item.where, "an event of a test")
        if isinstance(item, MapNode):
            event = shape.event(item, faults)
            event.update({key: part.get(key) for key in ("repeat", "every") if key in part})
            found.append(MappingProxyType(event))
    return tuple(found)


def _registers(node: Node | None, faults: Faults) -> Mapping[str, Any]:
    if node is None:
        return MappingProxyType({})
    if not isinstance(node, MapNode):
        faults.add("conduct/test-event", "`registers` is a list of `name: rows`", node.where)
        return MappingProxyType({})
    return MappingProxyType({name.text: _plain(value) for name, value in node.pairs})


def _plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {name.text: _plain(value) for name, value in node.pairs}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return None if is_null(node) else plain_value(node)


def _check_expands(test: RuleTest, faults: Faults) -> None:
    try:
        events = expand(test)
    except ValueError as error:
        faults.add("conduct/test-event", str(error), test.where)
        return
    if len({event["id"] for event in events}) != len(events):
        faults.add("conduct/test-event", "two events of a test have the same id", test.where)
    last = parse_time(events[-1]["at"])
    if any(parse_time(event["at"]) > last for event in events):
        faults.add(
            "conduct/test-event", "an event comes after the last one, which is the one judged", test.where,
            "put the events in order of time",
        )  # fmt: skip


def expand(test: RuleTest) -> list[dict[str, Any]]:
    """Return the whole events of a test, in the JSON form of the envelope; the last one is judged.

    Raises:
        ValueError: a time that is none, or more than :data:`MAX_EVENTS` events.
    """
    counts = [event.get("repeat", 1) for event in test.events]
    total = sum(counts)
    if total > MAX_EVENTS:
        raise ValueError(f"a test stands for at most {MAX_EVENTS} events, not {total}")
    width = len(str(total))
    found: list[dict[str, Any]] = []
    following = BASE_AT
    for partial, count in zip(test.events, counts, strict=True):
        at = _instant(partial.get("at"), following)
        every = _duration(partial.get("every", "1s"))
        for turn in range(1, count + 1):
            raw = _fill(dict(partial), turn) if "repeat" in partial else dict(partial)
            found.append(_whole(raw, at, f"{len(found) + 1:0{width}d}"))
            following = at + SECOND
            at += every
    return found


def _whole(raw: dict[str, Any], at: Micros, number: str) -> dict[str, Any]:
    raw.pop("repeat", None)
    raw.pop("every", None)
    account = {"id": "a1", **(raw.pop("account", None) or {})}
    event: dict[str, Any] = {"id": f"e{number}", "kind": "post", "audience": "public", **raw}
    event["at"] = format_time(at)
    event["account"] = account
    if event.get("post") is not None:
        event["post"] = {"id": f"p{number}", **event["post"]}
    return {key: _times(_without_nulls(value)) for key, value in event.items() if value is not None}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _times(value: Any) -> Any:
    """Make relative times in fields that end in ``_at`` absolute."""
    if isinstance(value, Mapping):
        return {
            key: format_time(_instant(item, BASE_AT))
            if key.endswith("_at") and isinstance(item, str | int | float)
            else _times(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_times(item) for item in value]
    return value


def _fill(value: Any, turn: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(turn))
    if isinstance(value, Mapping):
        return {key: _fill(item, turn) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, turn) for item in value]
    return value


def _instant(written: Any, otherwise: Micros) -> Micros:
    if written is None:
        return otherwise
    if isinstance(written, str) and (relative := _RELATIVE.fullmatch(written)):
        sign = -1 if relative[1] == "-" else 1
        return _bounded(BASE_AT + sign * int(relative[2]) * _UNITS[relative[3]], written)
    try:
        if isinstance(written, int | float):
            return _bounded(BASE_AT + round(written * SECOND), written)
        return _bounded(parse_time(written), written)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{shown(str(written))} is no time; write 0s, +5m, -1h or 2026-06-01T12:00:00Z"
        ) from error


def _bounded(at: Micros, written: Any) -> Micros:
    try:
        format_time(at)
    except OverflowError as error:
        raise ValueError(f"{shown(str(written))} lies outside the years 1 to 9999") from error
    return at


def _duration(written: str) -> Micros:
    relative = _RELATIVE.fullmatch(written)
    if relative is None or relative[1]:
        raise ValueError(f"{shown(written)} is no length of time; write 10s, 5m, 1h or 2d")
    return int(relative[2]) * _UNITS[relative[3]]


def tests_node(node: Node | None, path: str, faults: Faults) -> Node:
    """Return the list of tests in a corpus file: the file itself, or what stands under ``tests:``."""
    if isinstance(node, MapNode) and (inner := node.get("tests")) is not None:
        return inner
    if isinstance(node, ListNode):
        return node
    place = node.where if isinstance(node, MapNode | ScalarNode) else Where(path, 1, 1)
    faults.add("conduct/wrong-kind", "the file is a list of tests", place)
    return ListNode((), place)
