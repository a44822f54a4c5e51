"""What the script's reviewers look at: the item that was reported, and the answer sheet."""

from __future__ import annotations

from dataclasses import dataclass

from ombud.base.clock import Micros, parse_time
from ombud.town.build import Town

SAYS = ("post", "comment", "repost", "edit", "profile")
"""Kinds of events by which an account says something."""


@dataclass(frozen=True, slots=True)
class Item:
    """The event behind a post or an account: its id, whose it is, when (microseconds), in which language."""

    event: str
    account: str
    at: Micros
    language: str


class Sheet:
    """A town's items by the id of the post or the account, and whether they breach.

    Args:
        place: the town.
    """

    def __init__(self, place: Town) -> None:
        self._truth = place.truth
        self._items: dict[str, Item] = {}
        for event in place.events():
            if event["kind"] not in SAYS:
                continue
            post, account = event.get("post") or {}, event["account"]["id"]
            item = Item(event["id"], account, parse_time(event["at"]), post.get("lang") or "en")
            for key in (post.get("id"), account):
                if key is not None:
                    self._items.setdefault(key, item)

    def item(self, subject: str) -> Item | None:
        """Return what a post or an account is about, as far as the town knows it."""
        return self._items.get(subject)

    def breaches(self, event: str, harm: str) -> bool:
        """Say whether an event was planted as a breach of a harm."""
        truth = self._truth.get(event)
        return truth is not None and any(each.breach and each.harm == harm for each in truth.all())
