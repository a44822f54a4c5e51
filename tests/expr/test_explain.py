"""``explain`` shows each part of a rule with its value, and what decided it."""

from __future__ import annotations

from datetime import datetime

from ombud.expr import Explained, compile_rules

COLUMNS = {"t": str, "n": int, "ok": bool, "event.at": datetime, "urls": list[str]}


def explained(rule: str, row: dict[str, object]) -> Explained:
    """One rule over one row, the row observed first."""
    session = compile_rules({"r": rule}, COLUMNS).session()
    session.observe([row])
    return session.explain(row, "r")


def test_every_part_is_shown_with_text_and_value() -> None:
    """The tree has the rule's own words, TRUE, FALSE or UNKNOWN, and scalars."""
    tree = explained("contains(lower(t), 'free') AND n > 3", {"t": "It's FREE", "n": 2})
    assert (tree.value, tree.why) == ("FALSE", "n > 3 is FALSE")
    first, second = tree.children
    assert (first.text, first.value) == ("contains(lower(t), 'free')", "TRUE")
    assert (first.children[0].text, first.children[0].value) == ("lower(t)", "'it''s free'")
    assert (second.children[0].text, second.children[0].value) == ("n", "2")


def test_what_is_missing_is_named() -> None:
    """A NULL column makes the rule UNKNOWN, and the reason says which."""
    tree = explained("ok AND n > 3", {"ok": True})
    assert (tree.value, tree.why) == ("UNKNOWN", "n > 3 is UNKNOWN")
    assert tree.children[1].why == "n is not known"
    assert tree.children[1].children[0].why == "the event does not say"


def test_windows_times_and_lists_are_written_out() -> None:
    """Window values, instants and intervals are shown in words."""
    tree = explained(
        "count_within(INTERVAL 1 HOUR, per => t) > 1 OR event.at - INTERVAL 1 DAY > TIMESTAMP '2026-01-01' "
        "OR any(urls, u -> u = 'x')",
        {"t": "a", "event.at": 1_700_000_000_000_000, "urls": ["x"]},
    )
    window = tree.children[0].children[0]
    assert window.value == "1"
    assert window.why == "events in the window, this one included"
    assert tree.children[1].children[0].value == "2023-11-13T22:13:20+00:00"
    assert tree.children[2].value == "TRUE"
    assert tree.children[2].children[0].value == "['x']"


def test_long_texts_are_cut() -> None:
    """A long value is shown by its beginning."""
    tree = explained("contains(t, 'x')", {"t": "y" * 5_000})
    assert len(tree.children[0].value) < 300
