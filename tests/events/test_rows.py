"""The archive's layout: the columns that a rule reads are the columns that lie there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from ombud.events.columns import NESTED
from ombud.events.envelope import COLUMNS, Event
from ombud.events.rows import DICTIONARY, SCHEMA, TEXTS, events_of, table_of


def test_columns_bear_the_names_and_types_that_rules_use() -> None:
    """Every column of the envelope lies in the archive under its name; lists of things lie whole."""
    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    for name, kind in COLUMNS.items():
        if name.count(".") == 2:
            assert name.rpartition(".")[0] in NESTED
            continue
        wanted = pa.timestamp("us", "UTC") if kind is datetime else types.get(kind, pa.list_(pa.string()))
        assert SCHEMA.field(name).type == wanted, name
    assert set(DICTIONARY) <= set(SCHEMA.names)
    assert set(TEXTS) <= set(SCHEMA.names)


@pytest.mark.parametrize("n", [1, 255, 256, 257, 1000])
def test_blocks_do_not_show(make_event: Callable[..., Event], n: int) -> None:
    """Events are transposed in blocks; any number of them comes back in order."""
    events = [make_event(i, f"text {i}") for i in range(n)]
    assert [event for _, event in events_of(table_of(events, range(n)))] == events
