"""The signal ``recycled`` at work on one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ombud.base.clock import DAY, SECOND, Micros, day_of
from ombud.events.envelope import Event
from ombud.signals.base import ANY_LANGUAGE, NOTHING, Measured, Registers
from ombud.signals.catalogue import Declared, fields_of
from ombud.signals.recycled.images import NEAR, Images, read_pdq
from ombud.signals.recycled.memory import DAYS
from ombud.signals.recycled.packing import packed, unpacked
from ombud.signals.recycled.texts import Sketch, Texts, same, sketch

MEMORY_DAYS = 365
"""Whole UTC days before today that are remembered."""

REMEMBERED = frozenset({"post", "comment", "edit"})
"""Kinds that show something as their own; a repost says itself that it is older."""

MOST_IMAGES = 20
"""Images of one post that are looked at."""

MOST_SEEN = 512
"""Earlier sightings that are weighed in a stretch of days; more of them only add to ``days_seen``."""

REGISTER = "originals"


class Seen(NamedTuple):
    """An earlier sighting, ordered by time."""

    at: Micros
    where: str
    kind: str
    own: bool


class Recycled:
    """Remembers texts and images for a year."""

    name = "recycled"
    languages = frozenset({ANY_LANGUAGE})
    version = "1"
    horizon = (MEMORY_DAYS + DAYS + 1) * DAY
    remembers = "recycled-1"
    recent = 0

    def sketch(self, event: Event) -> bytes | None:
        """Return a post's images and text as numbers; ``None`` where it shows nothing of its own."""
        return None if event.kind not in REMEMBERED or event.post is None else packed(*_read(event))

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Field → type and meaning."""
        return fields_of(self.name)

    def session(self, registers: Registers) -> RecycledSession:
        """Start a session that reads the register ``originals``."""
        return RecycledSession(registers)


class _Stretch:
    def __init__(self, number: int) -> None:
        self.number = number
        self.images = Images()
        self.texts = Texts()

    def freeze(self) -> None:
        self.images.freeze()
        self.texts.freeze()


class RecycledSession:
    """A year of sketches; what an event shows is kept when the next one comes."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._stretches: list[_Stretch] = []
        self._waiting: Event | None = None
        self._read: tuple[Event, list[int], Sketch | None] | None = None
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._originals: list[tuple[Mapping[str, Any], int | None, Sketch | None]] = []

    def observe(self, event: Event) -> None:
        """Remember what an event shows, from the next event on."""
        if self._waiting is not None:
            self._keep(self._waiting)
        self._waiting = event if event.kind in REMEMBERED and event.post is not None else None

    def recall(self, at: Micros, account: str, post: str, sketch: bytes) -> None:
        """Remember what an event showed, by its sketch."""
        self._put(at, account, post, *unpacked(sketch))

    def _keep(self, event: Event) -> None:
        self._put(event.at, event.account.id, _post(event), *self._shown(event))

    def _put(self, at: Micros, account: str, post: str, images: Sequence[int], text: Sketch | None) -> None:
        day, second = day_of(at), at // SECOND
        number = day // DAYS
        if not self._stretches or self._stretches[-1].number != number:
            for stretch in self._stretches[-1:]:
                stretch.freeze()
            oldest = (day - MEMORY_DAYS) // DAYS
            self._stretches = [s for s in self._stretches if s.number >= oldest]
            self._stretches.append(_Stretch(number))
        now = self._stretches[-1]
        for pdq in images:
            now.images.add(pdq, day, second, post, account)
        if text is not None:
            now.texts.add(text, day, second, post, account)

    def measure(self, event: Event) -> Measured:
        """Return where and when an event's text or images were first seen; NULL for what is new."""
        if event.kind not in REMEMBERED or event.post is None:
            return NOTHING
        images, text = self._shown(event)
        seen = [*self._seen(event, images, text), *self._registered(event, images, text)]
        if not seen:
            return NOTHING
        first = min(seen)
        return Measured(
            {
                "first_seen_at": first.at,
                "first_seen_in": first.where,
                "age_days": (event.at - first.at) // DAY,
                "kind": first.kind,
                "days_seen": len({day_of(one.at) for one in seen}),
                "is_own": first.own,
            }
        )

    def _shown(self, event: Event) -> tuple[list[int], Sketch | None]:
        """Return the images and the text of an event; read once for measuring and for keeping."""
        if self._read is None or self._read[0] is not event:
            self._read = event, *_read(event)
        return self._read[1:]

    def _seen(self, event: Event, images: list[int], text: Sketch | None) -> Iterator[Seen]:
        oldest = (day_of(event.at) - MEMORY_DAYS) * DAY
        post = _post(event)
        for stretch in self._stretches:
            found = [
                ("image", stretch.images.items, number)
                for pdq in images
                for number in stretch.images.near(pdq)
            ]
            if text is not None:
                found += [("text", stretch.texts.items, number) for number in stretch.texts.near(text)]
            found.sort(key=lambda one: (one[2], one[0]))
            for kind, items, number in found[:MOST_SEEN]:
                at = items.seconds[number] * SECOND
                where = items.post(number)
                if at >= oldest and where != post:
                    yield Seen(at, where, kind, items.by(number, event.account.id))

    def _registered(self, event: Event, images: list[int], text: Sketch | None) -> Iterator[Seen]:
        for row, pdq, words in self._known(event.at):
            at = row.get("first_seen_at")
            if not isinstance(at, int) or at >= event.at:
                continue
            where = str(row.get("url") or row.get("title") or row.get("key") or "?")
            if pdq is not None and any((pdq ^ one).bit_count() <= NEAR for one in images):
                yield Seen(at, where, "image", own=False)
            if words is not None and text is not None and same(words, text):
                yield Seen(at, where, "text", own=False)

    def _known(self, at: Micros) -> list[tuple[Mapping[str, Any], int | None, Sketch | None]]:
        rows = self._registers.rows(REGISTER, at)
        if rows is not self._rows:
            self._rows = rows
            self._originals = [
                (
                    row,
                    read_pdq(str(row.get("key") or "")),
                    sketch(text if isinstance(text := row.get("text"), str) else None),
                )
                for row in rows
            ]
        return self._originals


def _read(event: Event) -> tuple[list[int], Sketch | None]:
    return _images(event), sketch(event.post.text if event.post is not None else None)


def _post(event: Event) -> str:
    return (event.post.id if event.post is not None else None) or event.id


def _images(event: Event) -> list[int]:
    media = event.post.media if event.post is not None else None
    found = (read_pdq(one.pdq) for one in (media or [])[:MOST_IMAGES])
    return list(dict.fromkeys(pdq for pdq in found if pdq is not None))
