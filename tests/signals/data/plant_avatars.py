"""Plant avatars: ``python tests/signals/data/plant_avatars.py`` draws signs, edits them, keeps hashes only.

The hash is PDQ's (luminance on 64 x 64 points, the 16 x 16 lowest waves of a cosine transform, bits
above the median; bit ``16 i + j``), without its first filter: the pictures are drawn at that size.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
SIDE, WAVES = 64, 16
Picture = list[list[float]]
WAVE = [
    [math.sqrt(2 / SIDE) * math.cos(math.pi / 2 / SIDE * (i + 1) * (2 * x + 1)) for x in range(SIDE)]
    for i in range(WAVES)
]


def pdq(picture: Picture) -> str:
    """Return ``pdq:`` and 64 hex digits."""
    rows = [[sum(map(float.__mul__, wave, column)) for column in zip(*picture, strict=True)] for wave in WAVE]
    waves = [[sum(map(float.__mul__, row, wave)) for wave in WAVE] for row in rows]
    flat = [value for row in waves for value in row]
    middle = sorted(flat)[len(flat) // 2]
    return f"pdq:{sum(1 << k for k, value in enumerate(flat) if value > middle):064x}"


def sign(seed: str) -> Callable[[float, float], float]:
    """Return a made-up sign on a sloping ground, as luminance at a point of the unit square."""
    rng = random.Random(seed)
    slope, angle = rng.uniform(20, 120), rng.uniform(0, 6.3)
    parts = [
        (
            rng.choice("orb"),
            rng.uniform(0.15, 0.85),
            rng.uniform(0.15, 0.85),
            rng.uniform(0.06, 0.3),
            rng.uniform(0.02, 0.12),
            rng.uniform(0, 3.2),
            rng.uniform(0, 255),
        )
        for _ in range(rng.randint(5, 9))
    ]

    def light(x: float, y: float) -> float:
        value = 120 + slope * (x * math.cos(angle) + y * math.sin(angle) - 0.5)
        for kind, cx, cy, size, width, turn, shade in parts:
            dx, dy = x - cx, y - cy
            if kind == "o":
                inside = math.hypot(dx, dy) < size
            elif kind == "r":
                inside = abs(math.hypot(dx, dy) - size) < width / 2
            else:
                inside = (
                    abs(dx * math.cos(turn) + dy * math.sin(turn)) < width / 2
                    and abs(dy * math.cos(turn) - dx * math.sin(turn)) < size
                )
            value = shade if inside else value
        return value

    return light


def draw(
    light: Callable[[float, float], float], left: float = 0.0, top: float = 0.0, size: float = 1.0
) -> Picture:
    """Return the window of a sign as 64 x 64 points, softened as a down-scaled photo is."""
    at = [(k + 0.5) / SIDE * size for k in range(SIDE)]
    sharp = [[light(left + x, top + y) for x in at] for y in at]
    near = [range(max(0, k - 1), min(SIDE, k + 2)) for k in range(SIDE)]
    return [
        [
            sum(sharp[b][a] for b in near[y] for a in near[x]) / (len(near[y]) * len(near[x]))
            for x in range(SIDE)
        ]
        for y in range(SIDE)
    ]


def _each(picture: Picture, change: Callable[[int, int, float], float]) -> Picture:
    return [
        [min(255.0, max(0.0, change(x, y, value))) for x, value in enumerate(row)]
        for y, row in enumerate(picture)
    ]


def edits(seed: str) -> dict[str, Picture]:
    """Return the sign as copyists change it."""
    light, rng = sign(seed), random.Random(seed + "/edits")
    plain = draw(light)
    corner = rng.choice((0, 48))
    return {
        "original": plain,
        "noise": _each(plain, lambda x, y, v: v + rng.gauss(0, 10)),
        "brighter": _each(plain, lambda x, y, v: v * 0.8 + 45),
        "contrast": _each(plain, lambda x, y, v: 128 + (v - 128) * 1.35),
        "steps": _each(plain, lambda x, y, v: round(v / 24) * 24.0),
        "badge": _each(plain, lambda x, y, v: 240.0 if math.hypot(x - corner - 8, y - 56) < 6 else v),
        "caption": _each(plain, lambda x, y, v: 20.0 if y > 57 and x % 7 < 4 else v),
        "round": _each(plain, lambda x, y, v: v if math.hypot(x - 31.5, y - 31.5) < 36 else 250.0),
        "mirrored": [row[::-1] for row in plain],
        "crop 2 %": draw(light, 0.01, 0.01, 0.98),
        "crop 5 %": draw(light, 0.025, 0.025, 0.95),
        "crop 10 %": draw(light, 0.05, 0.05, 0.9),
    }


def main() -> None:
    """Write ``impersonation_avatars.jsonl``: the registered originals, their edits, and other signs."""
    rows = []
    for number in range(60):
        rows += [
            {"sign": number, "edit": how, "pdq": pdq(picture)}
            for how, picture in edits(f"sign {number}").items()
        ]
    rows += [
        {"sign": None, "edit": "another", "pdq": pdq(draw(sign(f"other {number}")))} for number in range(600)
    ]
    (HERE / "impersonation_avatars.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), "utf-8"
    )
    print(len(rows))


if __name__ == "__main__":
    main()
