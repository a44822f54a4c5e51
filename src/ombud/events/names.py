"""What other platforms call our fields, in the order in which they are preferred.

Collected from the public API references of Mastodon, the AT protocol (Bluesky), Reddit,
Discourse, X/Twitter (1.1 and 2) and Weibo.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OWN = "Ombud's own shape"

PLATFORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Mastodon": ("account.acct", "content"),
        "Bluesky (AT protocol)": ("record.$type",),
        "Bluesky (AT protocol feed)": ("author.did", "record.createdAt"),
        "Reddit": ("author_fullname", "subreddit"),
        "Reddit (archive)": ("created_utc", "subreddit"),
        "Discourse": ("topic_id", "post_number"),
        "X/Twitter 1.1": ("user.screen_name", "user.followers_count", "id_str"),
        "X/Twitter 2": ("author_id", "public_metrics.retweet_count"),
        "Weibo": ("user.idstr", "mid"),
        OWN: ("account.id", "kind", "at"),
    }
)
"""A platform and the fields by which it is known."""

_NAMES = {
    "id": (
        "id_str idstr uri mid tweet_id status_id event_id post_id comment_id "
        "message_id review_id id rid guid uuid _id name cid note_id"
    ),
    "at": (
        "at created_at record.createdAt createdAt created_utc published_at "
        "posted_at timestamp_ms timestamp ts time datetime date created indexedAt "
        "published timestamp_share created_ts created_at_millis"
    ),
    "account.id": (
        "user.id_str user.idstr account.id author.did did author_id "
        "author_fullname user_id account_id uid actor actor_id userId from_id "
        "user.id author.id from.id sender_id author username user screen_name "
        "user_name"
    ),
    "account.name": (
        "account.name account.display_name author.displayName author.handle "
        "user.name user.screen_name account.acct author.name author.username "
        "display_username display_name nickname username screen_name user_name "
        "author"
    ),
    "account.bio": ("account.bio account.note user.description author.description bio description"),
    "account.created_at": (
        "account.created_at user.created_at author.createdAt author.created_at "
        "author_created_utc actor_created_ts user_created_at"
    ),
    "account.followers": (
        "account.followers account.followers_count user.followers_count "
        "author.followersCount author.public_metrics.followers_count "
        "followers_count followers"
    ),
    "account.following": (
        "account.following account.following_count user.friends_count "
        "author.followsCount author.public_metrics.following_count "
        "following_count friends_count following friends"
    ),
    "account.posts": (
        "account.posts account.statuses_count user.statuses_count "
        "author.postsCount author.public_metrics.tweet_count statuses_count "
        "statuses"
    ),
    "account.verified": "account.verified user.verified author.verified actor_verified verified",
    "account.avatar": ("account.avatar user.profile_image_url_https user.profile_image_url author.avatar"),
    "post.id": ("post.id id_str idstr uri mid tweet_id status_id post_id comment_id message_id id name"),
    "post.text": (
        "post.text extended_tweet.full_text full_text record.text text_raw text "
        "content selftext body raw cooked message comment caption title"
    ),
    "post.lang": "post.lang lang language record.langs.0",
    "post.parent_id": (
        "post.parent_id in_reply_to_status_id_str in_reply_to_id "
        "record.reply.parent.uri referenced_tweets.0.id retweeted_status.idstr "
        "retweeted_status.id_str reblog.id parent_id reply_to_post_number "
        "reply_to parent"
    ),
    "post.root_id": ("post.root_id conversation_id record.reply.root.uri link_id topic_id thread_id root_id"),
    "post.urls": ("post.urls entities.urls.expanded_url urls card.url url_overridden_by_dest"),
    "post.media.kind": (
        "post.media.kind media_attachments.type extended_entities.media.type entities.media.type"
    ),
    "target.account_id": (
        "target.account_id in_reply_to_user_id_str in_reply_to_account_id "
        "in_reply_to_user_id target_user_id target_id"
    ),
}

CANDIDATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {field: tuple(names.split()) for field, names in _NAMES.items()}
)
"""Our field and their names for it."""

REPOSTS: Mapping[str, str] = MappingProxyType(
    {
        "reblog.id": "repost",
        "retweeted_status.id": "repost",
        "retweeted_status.idstr": "repost",
        "retweeted_status.id_str": "repost",
        "in_reply_to_status_id_str": "comment",
        "in_reply_to_id": "comment",
        "record.reply.parent.uri": "comment",
        "in_reply_to_user_id": "comment",
        "link_id": "comment",
        "reply_to_post_number": "comment",
    }
)
"""Fields whose presence tells the kind, where no field names it."""

_WORDS = {
    "post": "post tweet status toot note create submission message quote",
    "comment": "comment reply replied_to answer review",
    "repost": "repost retweet retweeted reblog boost share announce forward",
    "edit": "edit update",
    "delete": "delete remove deleted",
    "profile": "profile",
    "follow": "follow",
    "unfollow": "unfollow",
    "reaction": "reaction like favourite favorite upvote emoji",
    "vote": "vote",
    "report": "report flag",
    "payment": "payment donation tip gift purchase",
    "live_start": "live_start",
    "live_end": "live_end",
    "outcome": "outcome",
}

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {word: kind for kind, words in _WORDS.items() for word in words.split()}
)
"""Their word for what happened, in small letters, and our kind."""
