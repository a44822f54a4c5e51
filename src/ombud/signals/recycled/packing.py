"""What is remembered of an event, as bytes for the archive: checksums and picture hashes, no words.

One byte each for how many pieces, numbers and pictures there are; then the pieces and the
numbers (4 bytes each, little-endian) and the pictures (32 bytes each).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ombud.signals.recycled.texts import Sketch

_PDQ = 32


def packed(images: Sequence[int], text: Sketch | None) -> bytes | None:
    """Return pictures and a text as bytes; ``None`` if there is neither."""
    if text is None and not images:
        return None
    pieces, numbers = text if text is not None else ((), ())
    head = struct.pack(
        f"<3B{len(pieces) + len(numbers)}I", len(pieces), len(numbers), len(images), *pieces, *numbers
    )
    return head + b"".join(pdq.to_bytes(_PDQ, "little") for pdq in images)


def unpacked(data: bytes) -> tuple[list[int], Sketch | None]:
    """Return what :func:`packed` was given.

    Raises:
        ValueError: these are no such bytes.
    """
    if len(data) < 3:
        raise ValueError("a sketch has at least three bytes")
    pieces, numbers, images = data[:3]
    start = 3 + 4 * (pieces + numbers)
    if len(data) != start + _PDQ * images:
        raise ValueError(f"a sketch of {len(data)} bytes, which should be {start + _PDQ * images}")
    words = struct.unpack_from(f"<{pieces + numbers}I", data, 3)
    text = Sketch(words[:pieces], words[pieces:]) if pieces else None
    return [int.from_bytes(data[at : at + _PDQ], "little") for at in range(start, len(data), _PDQ)], text
