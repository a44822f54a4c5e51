"""Measures ``recycled``: old texts and images planted among ordinary ones, and fresh ones.

Texts are those of a labelled stream, which says which of them tell one story; images are
random hashes, of which a copy differs in up to 28 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from ombud.base.clock import DAY, MINUTE
from ombud.events.envelope import Account, Event, Media, Post
from ombud.signals.base import NoRegisters
from ombud.signals.eval import Score, proportion
from ombud.signals.recycled import signal
from ombud.signals.sets import Sets

Edit = Callable[[str, Random], str]

EDITS: tuple[Edit, ...] = (
    lambda text, _: text,
    lambda text, _: "刚刚看到：" + text,
    lambda text, _: text + " 转起来！",
    lambda text, _: text[: len(text) * 4 // 5],
    lambda text, _: "\u200b".join((text[:9], text[9:20], text[20:])).replace("，", " "),
    lambda text, rng: _dropped(text, rng),  # noqa: PLW0108 - it is defined below
)
"""What people do to an old text that they post again."""


def _dropped(text: str, rng: Random) -> str:
    places = sorted(rng.randrange(len(text)) for _ in range(3))
    return "".join(char for i, char in enumerate(text) if i not in places or char.isdigit())


def _post(number: int, at: int, text: str | None = None, pdq: int | None = None) -> Event:
    media = [Media("image", f"{pdq:064x}")] if pdq is not None else None
    post = Post(id=f"p{number}", text=text, media=media)
    return Event(f"e{number}", at, "post", Account(f"a{number}"), audience="public", post=post)


def _asked(old: Iterable[Event], new: Iterable[Event]) -> list[str | None]:
    session = signal().session(NoRegisters())
    for event in old:
        session.observe(event)
    found: list[str | None] = []
    for event in new:
        session.observe(event)
        found.append(session.measure(event).values.get("first_seen_in"))
    return found


def images(count: int = 1000, seed: int = 4) -> list[Score]:
    """Return how many edited images are found after 40 to 300 days, and how many fresh ones."""
    rng = Random(seed)  # noqa: S311 - made-up data
    known = [rng.getrandbits(256) for _ in range(2 * count)]
    old = [_post(i, i * 260 * DAY // len(known), pdq=pdq) for i, pdq in enumerate(known)]
    new, right = [], []
    for i in range(count):
        which = rng.randrange(len(known))
        pdq = known[which]
        for bit in rng.sample(range(256), rng.randrange(29)):
            pdq ^= 1 << bit
        new.append(_post(10**6 + i, 300 * DAY + i * MINUTE, pdq=pdq))
        right.append(f"p{which}")
    fresh = [_post(2 * 10**6 + i, 301 * DAY + i * MINUTE, pdq=rng.getrandbits(256)) for i in range(count)]
    found = _asked(old, new + fresh)
    hits = sum(answer == wanted for answer, wanted in zip(found, right, strict=False))
    silent = sum(answer is None for answer in found[count:])
    return [
        proportion("planted images", "recall", hits, count, 0.95),
        proportion("fresh images", "silent", silent, count, 1.0),
    ]


def texts(told: list[tuple[int, str]], seed: int = 4) -> list[Score]:
    """Return how many edited texts are found, and how many of other stories."""
    rng = Random(seed)  # noqa: S311 - made-up data
    told = [(story, text) for story, text in told if len(text) >= 45]
    half = len(told) // 2
    old = [_post(i, i * 250 * DAY // half, text) for i, (_, text) in enumerate(told[:half])]
    stories = {story for story, _ in told[:half]}
    chosen = [told[rng.randrange(half)] for _ in range(900)]
    new = [
        _post(10**6 + i, 300 * DAY + i * MINUTE, EDITS[i % len(EDITS)](text, rng))
        for i, (_, text) in enumerate(chosen)
    ]
    other = [text for story, text in told[half:] if story not in stories]
    fresh = [_post(2 * 10**6 + i, 299 * DAY + i * MINUTE, text) for i, text in enumerate(other)]
    found = [answer is not None for answer in _asked(old, new)]
    silent = sum(answer is None or int(answer[1:]) >= half for answer in _asked(old, fresh))
    return [
        proportion("planted texts", "recall", sum(found), len(found), 0.95),
        proportion("texts of other stories", "silent", silent, len(fresh), 0.995),
    ]


def planted_texts(sets: Sets) -> list[Score]:
    """Return what texts planted in the labelled stream give; nothing if it is absent."""
    posts = sets.rows("ced_weibo/dev_posts.jsonl.gz")
    told = [(int(row["text_cluster"]), str(row["text"])) for row in posts]
    return texts(told) if told else []


def evaluate(sets: Sets) -> list[Score]:
    """Return what each task gives; a set that is absent is left out."""
    return [*images(), *planted_texts(sets)]
