"""Events as Arrow columns and back: the archive's own layout, made for exactness and speed.

Columns are transposed in C (``astuple`` and ``zip``), so the cost follows the values
that are there and not the number of columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from ombud.events.envelope import COLUMNS, Account, Event, Media, Payment, Post, Product, Report, Target

_TIME = pa.timestamp("us", "UTC")
_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "datetime": _TIME}


SKETCH = "sketch"
"""The column for what signals remember of an event when its words are gone: numbers, no words."""


def _fields() -> Iterator[pa.Field]:
    yield pa.field("seq", pa.int64())
    for name in ("id", "at", "kind", "origin", "audience"):
        yield pa.field(f"event.{name}", _TIME if name == "at" else pa.string())
    for part, struct in _PARTS.items():
        for name in struct.__struct_fields__:
            column = COLUMNS.get(f"{part}.{name}", str)  # media and products: JSON text
            kind = _TYPES.get(getattr(column, "__name__", ""), pa.string())
            yield pa.field(f"{part}.{name}", pa.list_(pa.string()) if column == list[str] else kind)
    yield pa.field("extra", pa.string())
    yield pa.field("parts", pa.uint8())
    yield pa.field(SKETCH, pa.binary())


_PARTS: dict[str, type[msgspec.Struct]] = {
    "account": Account,
    "post": Post,
    "target": Target,
    "payment": Payment,
    "report": Report,
}
_BITS = {"post": 1, "target": 2, "payment": 4, "report": 8}

SCHEMA: pa.Schema = pa.schema(list(_fields()))
"""The columns of a segment."""

WITHOUT_SKETCH: pa.Schema = SCHEMA.remove(SCHEMA.get_field_index(SKETCH))
"""The columns of a segment from before there were sketches."""

DICTIONARY: tuple[str, ...] = (
    "event.kind",
    "event.origin",
    "event.audience",
    "account.id",
    "account.verified",
    "post.lang",
    "post.root_id",
    "payment.currency",
    "report.clause",
    "parts",
)
"""Columns in which values repeat."""

TEXTS: tuple[str, ...] = (
    "account.name",
    "account.bio",
    "account.avatar",
    "account.credentials",
    "account.roles",
    "post.text",
    "post.urls",
    "post.media",
    "post.products",
    "post.disclosures",
    "payment.memo",
    "report.text",
    "extra",
    SKETCH,
)
"""Columns that hold someone's words, name or links, or what can be told of them: what an erasure empties."""

_BLOCK = 256  # events transposed at a time: what fits the processor's cache
_astuple = msgspec.structs.astuple
_json = msgspec.json.Encoder(order="deterministic").encode
_media = msgspec.json.Decoder(list[Media]).decode
_products = msgspec.json.Decoder(list[Product]).decode
_extra = msgspec.json.Decoder(dict[str, Any]).decode


def table_of(
    events: Sequence[Event], seqs: Sequence[int], sketches: Sequence[bytes | None] | None = None
) -> pa.Table:
    """Return the events, with what signals remember of each, as one table of :data:`SCHEMA`.

    Raises:
        pyarrow.ArrowException, OverflowError, UnicodeError: a value made by hand does not fit its column.
    """
    ids, ats, kinds, accounts, origins, audiences, posts, targets, payments, reports, extras = _transposed(
        Event, events
    )
    columns: list[Sequence[Any]] = [seqs, ids, ats, kinds, origins, audiences]
    columns += _transposed(Account, accounts)
    parts = dict(zip(_BITS, (posts, targets, payments, reports), strict=True))
    for part, values in parts.items():
        columns += _columns(_PARTS[part], values)
    texts = [str(_json(extra), "utf-8") if extra else None for extra in extras]
    columns += [texts, _masks(parts, len(events)), sketches or [None] * len(events)]
    return pa.table([_array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if isinstance(values, list) and values.count(None) == len(values):
        return pa.nulls(len(values), kind)
    return pa.array(values, kind)


def _transposed(struct: type[msgspec.Struct], values: Sequence[Any]) -> list[list[Any]]:
    names = struct.__struct_fields__
    columns: list[list[Any]] = [[] for _ in names]
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        for column, part in zip(columns, zip(*map(_astuple, block), strict=True), strict=True):
            column += part
    return columns


def _columns(struct: type[msgspec.Struct], values: Sequence[Any]) -> list[list[Any]]:
    if not any(values):
        return [[None] * len(values)] * len(struct.__struct_fields__)
    nothing = struct()
    columns = _transposed(struct, [nothing if value is None else value for value in values])
    if struct is Post:
        for i in (7, 8):  # media, products
            columns[i] = [str(_json(v), "utf-8") if v is not None else None for v in columns[i]]
    return columns


def _masks(parts: Mapping[str, Sequence[Any]], n: int) -> list[int]:
    masks = [0] * n
    for part, bit in _BITS.items():
        if any(parts[part]):
            masks = [m | bit if v is not None else m for m, v in zip(masks, parts[part], strict=True)]
    return masks


def events_of(table: pa.Table) -> Iterator[tuple[int, Event]]:
    """Yield (seq, event) for a table of :data:`SCHEMA`, equal to what was written."""
    columns = [_values(table.column(i)) for i in range(len(WITHOUT_SKETCH))]
    seqs, ids, ats, kinds, origins, audiences = columns[:6]
    accounts = map(Account, *columns[6:17])
    masks = columns[-1]
    columns[24] = [_media(v) if v is not None else None for v in columns[24]]
    columns[25] = [_products(v) if v is not None else None for v in columns[25]]
    posts = _parts(Post, columns[17:27], masks)
    targets = _parts(Target, columns[27:29], masks)
    payments = _parts(Payment, columns[29:32], masks)
    reports = _parts(Report, columns[32:34], masks)
    extras = [_extra(v) if v is not None else {} for v in columns[34]]
    events = map(
        Event, ids, ats, kinds, accounts, origins, audiences, posts, targets, payments, reports, extras
    )
    return zip(seqs, events, strict=True)


def _values(column: pa.ChunkedArray) -> list[Any]:
    if column.null_count == len(column):
        return [None] * len(column)
    return (column.cast(pa.int64()) if column.type == _TIME else column).to_pylist()  # type: ignore[no-any-return]


def _parts(struct: type[Any], columns: list[list[Any]], masks: list[int]) -> list[Any]:
    bit = _BITS[struct.__name__.lower()]
    if not any(mask & bit for mask in masks):
        return [None] * len(masks)
    return [struct(*values) if mask & bit else None for mask, *values in zip(masks, *columns, strict=True)]
