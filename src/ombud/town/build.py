"""The town: everything put together from one seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ombud.base.clock import Micros
from ombud.base.errors import UsageError
from ombud.town.almanac import START
from ombud.town.breaches import plant_all
from ombud.town.cast import gather
from ombud.town.emit import Emitter, in_order
from ombud.town.grammar import WORDINGS
from ombud.town.happenings import voices, waves
from ombud.town.life import Life, settle
from ombud.town.people import Person
from ombud.town.registers import registers_of
from ombud.town.stage import Draft, Incident, Stage
from ombud.town.truth import Truth, truths_of

PROTECTED = frozenset({"scandal", "council", "critic", "parody", "petition.text", "strike.text"})
"""Topics of posts about public affairs."""


class Town:
    """A town of one seed: its events, the answer sheet, its people and registers.

    Made by :func:`town`; the parts are put together once, on first use, and are
    the same whatever is asked first.
    """

    def __init__(self, seed: int, days: int, scale: float, wording: str = "first") -> None:
        self.seed = seed
        self.days = days
        self.scale = scale
        self.wording = wording
        self.start: Micros = START

    @cached_property
    def _stage(self) -> Stage:
        stage = Stage(self.seed, self.start, self.days, self.scale, self.wording)
        gather(stage)
        settle(stage)
        Life(stage).live()
        voices(stage)
        waves(stage)
        plant_all(stage)
        return stage

    @cached_property
    def _ordered(self) -> list[tuple[str, Draft]]:
        return in_order(self._stage)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield every event, ordered by (``at``, ``id``), as a fresh dict in the envelope form.

        Nothing in an event says whether it was planted.
        """
        yield from Emitter(self._stage).events(self._ordered)

    @cached_property
    def truth(self) -> Mapping[str, Truth]:
        """What was planted, by event id; an event that is not there is ordinary life."""
        return truths_of(self._ordered, self._stage.incidents, self._stage.standings)

    @cached_property
    def protected(self) -> frozenset[str]:
        """Ids of posts that criticise, protest, petition or mock: speech that no rule may find."""
        return frozenset(
            event_id
            for event_id, draft in self._ordered
            if draft.post is not None and draft.post.topic in PROTECTED and draft.kind in ("post", "repost")
        )

    @cached_property
    def registers(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Small register tables that the events were made against."""
        return registers_of(self._stage)

    @property
    def people(self) -> Sequence[Person]:
        """Every account of the town, as it was when the stream began or it was made."""
        return tuple(self._stage.people)

    @property
    def account_ids(self) -> Mapping[int, str]:
        """The account id of each person's key."""
        return MappingProxyType({p.key: self._stage.account_id(p.key) for p in self._stage.people})

    @property
    def incidents(self) -> Sequence[Incident]:
        """Every planted breach and near miss."""
        return tuple(self._stage.incidents)

    def __len__(self) -> int:
        return len(self._ordered)


def town(seed: int = 1, days: int = 30, scale: float = 1.0, *, wording: str = "first") -> Town:
    """Return the town of that seed.

    Args:
        seed: the same seed gives the same bytes.
        days: length of the stream; what happens in a month happens in these days.
        scale: multiplies ordinary life (people, posts, copies), not what is planted.
        wording: ``first``, ``second`` or ``third``: the same harms are planted in other words.
            Rules are written with the first in view and mended with the second; the third is
            held out, so that what they find in it tells what they are worth on new words.

    Raises:
        UsageError: ``days`` is below 1 or above 366, ``scale`` is not between 0 and 100, or
            there is no such wording.
    """
    if not 1 <= days <= 366:
        raise UsageError.of("town/days", f"a town cannot live {days} days", hint="days goes from 1 to 366")
    if not 0 < scale <= 100:
        raise UsageError.of("town/scale", f"{scale} is no scale", hint="scale goes from 0.01 to 100")
    if wording not in WORDINGS:
        raise UsageError.of("town/wording", f"there is no wording {wording!r}", hint=", ".join(WORDINGS))
    return Town(seed, days, scale, wording)
