"""Drafts become events: ids, the account as it stands at that moment, and only fields that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ombud.base.clock import format_time
from ombud.town.people import Person
from ombud.town.stage import Draft, PostDraft, Stage

_POSTING = frozenset({"post", "comment", "repost", "live_start"})


def in_order(stage: Stage) -> list[tuple[str, Draft]]:
    """Return every draft with its event id, by (time, id)."""
    named = [(draft.at, stage.event_id(draft.n), draft) for draft in stage.drafts]
    named.sort(key=lambda row: (row[0], row[1]))
    return [(event_id, draft) for _, event_id, draft in named]


class Emitter:
    """One pass over the ordered drafts; remembers renames, counts posts and followers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._accounts = [self._first(person) for person in stage.people]
        self._post_ids = [stage.post_id(n) for n in range(stage.posts)]

    def _first(self, who: Person) -> dict[str, Any]:
        account: dict[str, Any] = {
            "id": self._stage.account_id(who.key),
            "name": who.name,
            "bio": who.bio,
            "created_at": format_time(who.created_at // 1_000_000 * 1_000_000),
            "followers": who.followers,
            "following": who.following,
            "posts": who.posts,
            "verified": who.verified,
        }
        if who.avatar:
            account["avatar"] = who.avatar
        if who.credentials:
            account["credentials"] = list(who.credentials)
        if who.roles:
            account["roles"] = list(who.roles)
        return account

    def events(self, drafts: Sequence[tuple[str, Draft]]) -> Iterator[dict[str, Any]]:
        """Yield fresh dicts in the envelope form (design, section 10)."""
        for event_id, draft in drafts:
            yield self._event(event_id, draft)

    def _event(self, event_id: str, draft: Draft) -> dict[str, Any]:
        event: dict[str, Any] = {
            "id": event_id,
            "at": format_time(draft.at),
            "kind": draft.kind,
            "origin": "town",
        }
        if draft.audience is not None:
            event["audience"] = draft.audience
        event["account"] = self._account(event_id, draft)
        if draft.post is not None:
            event["post"] = self._post(draft, draft.post)
        target: dict[str, Any] = {}
        if draft.target_account is not None:
            target["account_id"] = self._accounts[draft.target_account]["id"]
        if draft.target_post is not None:
            target["post_id"] = self._post_ids[draft.target_post]
        if target:
            event["target"] = target
        if draft.payment:
            event["payment"] = dict(draft.payment)
        if draft.report:
            event["report"] = dict(draft.report)
        if draft.extra:
            event["extra"] = dict(draft.extra)
        return event

    def _account(self, event_id: str, draft: Draft) -> dict[str, Any]:
        if "anon" in self._stage.people[draft.who].traits:
            return {"id": f"anon:{event_id[1:]}"}
        account = self._accounts[draft.who]
        if draft.profile:
            account.update(draft.profile)
        elif draft.kind in _POSTING:
            account["posts"] += 1
        elif draft.kind == "follow" and draft.target_account is not None:
            account["following"] += 1
            self._accounts[draft.target_account]["followers"] += 1
        elif draft.kind == "unfollow" and draft.target_account is not None:
            account["following"] = max(0, account["following"] - 1)
            other = self._accounts[draft.target_account]
            other["followers"] = max(0, other["followers"] - 1)
        return {key: list(value) if isinstance(value, list) else value for key, value in account.items()}

    def _post(self, draft: Draft, post: PostDraft) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self._post_ids[post.n]}
        if draft.kind == "delete":
            return found
        if post.text is not None:
            found["text"] = post.text
        if post.lang is not None:
            found["lang"] = post.lang
        if post.parent is not None:
            found["parent_id"] = self._post_ids[post.parent]
        if post.root is not None:
            found["root_id"] = self._post_ids[post.root]
        found["reply"] = draft.kind == "comment"
        if post.urls:
            found["urls"] = list(post.urls)
        if post.media:
            found["media"] = [dict(medium) for medium in post.media]
        if post.products:
            found["products"] = [{"id": product} for product in post.products]
        if post.disclosures:
            found["disclosures"] = list(post.disclosures)
        return found
