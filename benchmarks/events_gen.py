#!/usr/bin/env python3
# ruff: noqa
"""Generate a fixed set of realistic social-post events as JSONL (one flat JSON object per line).

    python3 gen.py [--n 20000] [--seed 20260901] [--out events.jsonl]

Standard library only.  Same seed -> byte-identical file.  Every field is always present;
only `link_domain` and `reply_to` may be null (and are null together with `link_count`=0 /
`is_reply`=false).  Types are strict: ints are ints, floats are floats, bools are bools.
"""

import argparse
import json
import random
from datetime import datetime, timedelta, timezone
from typing import Any

WORDS = (
    "the a and of to in is it that for on with as was at by this we you they I my our your be have are not "
    "from or had but what all were when there can an which their said if do will each about how up out them then "
    "she many some so these would other into has more her two like him see time could no make than first been its "
    "who now people only down side been find any new work part take get place made live where after back little "
    "game match update server weekend coffee garden photo train city river school market recipe album concert "
    "paper study data climate energy election council budget hospital teacher student library bridge festival "
    "football basketball chess painting novel poem podcast episode season trailer patch release beta account "
    "friend family neighbour puppy kitten bicycle mountain beach winter summer spring autumn morning evening"
).split()
SPAM = (
    "free money",
    "click here",
    "limited time offer",
    "dm me for details",
    "guaranteed returns",
    "crypto giveaway",
    "double your bitcoin",
    "work from home",
    "no risk",
    "act now",
    "join my telegram",
    "whatsapp me",
    "promo code",
    "cheap followers",
    "buy followers",
    "onlyfans",
    "forex signals",
    "passive income",
    "investment opportunity",
    "air drop",
    "airdrop",
    "connect your wallet",
    "seed phrase",
    "verify your account",
    "account suspended",
)
ABUSE = (
    "kill yourself",
    "kys",
    "go back to your country",
    "you are trash",
    "shut up idiot",
    "i will find you",
    "nobody likes you",
    "you should die",
    "worthless",
    "stupid moron",
    "i know where you live",
    "disgusting animal",
)
SENSITIVE = (
    "vaccine causes",
    "the secret formula",
    "lottery was rigged",
    "wake up people",
    "miracle cure",
    "doctors hate",
    "one weird trick",
    "daily horoscope",
    "breaking news",
    "share before they delete",
    "graphic video",
    "self harm",
    "suicide",
    "pills for sale",
    "oxy for sale",
    "no prescription",
    "glock",
    "ghost gun",
    "fake id",
)
DOMAINS = (
    "youtube.com",
    "bbc.co.uk",
    "nytimes.com",
    "wikipedia.org",
    "github.com",
    "imgur.com",
    "spotify.com",
    "medium.com",
    "bit.ly",
    "tinyurl.com",
    "t.ly",
    "is.gd",
    "cutt.ly",
    "rb.gy",
    "shorturl.at",
    "win-prize.top",
    "free-gift.xyz",
    "crypto-double.club",
    "login-verify.icu",
    "cheap-meds.ru",
    "hot-dates.site",
    "telegra.ph",
    "t.me",
    "wa.me",
    "example-news.info",
    "truth-feed.biz",
)
COUNTRIES = (
    "US",
    "GB",
    "DE",
    "FR",
    "BR",
    "IN",
    "ID",
    "JP",
    "NG",
    "TR",
    "MX",
    "PH",
    "VN",
    "RU",
    "CN",
    "UA",
    "PL",
    "ZA",
    "EG",
    "KR",
)
LANGS = ("en", "es", "pt", "de", "fr", "ja", "tr", "id", "hi", "ar", "ru", "zh")
CLIENTS = ("ios", "android", "web", "api", "bot-sdk", "desktop")
EMAILS = (
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "proton.me",
    "mailinator.com",
    "tempmail.dev",
    "guerrillamail.com",
    "qq.com",
    "mail.ru",
    "web.de",
    "example.edu",
)
TYPES = (
    "create_post",
    "create_post",
    "create_post",
    "reply",
    "reply",
    "repost",
    "edit_post",
    "direct_message",
)
EMOJI = ("\U0001f525", "\U0001f680", "\U0001f4b0", "\U0001f602", "\u2764", "\U0001f44d")


def make_text(r: random.Random, kind: str) -> str:
    n = max(40, min(900, int(r.gauss(300, 90))))
    parts, length = [], 0
    while length < n:
        w = r.choice(WORDS)
        if r.random() < 0.10:
            w = w.capitalize()
        if r.random() < 0.07:
            w += r.choice((",", ".", "!", "?"))
        parts.append(w)
        length += len(w) + 1
    inject = []
    if kind == "spam":
        inject += r.sample(SPAM, r.randint(1, 3))
        if r.random() < 0.5:
            inject.append(r.choice(EMOJI) * r.randint(1, 5))
        if r.random() < 0.35:
            inject.append("$%d" % r.choice((50, 99, 500, 1000, 5000)))
        if r.random() < 0.2:
            inject.append("+%d%09d" % (r.randint(1, 99), r.randint(0, 999999999)))
    elif kind == "abuse":
        inject += r.sample(ABUSE, r.randint(1, 2))
    elif kind == "sensitive":
        inject += r.sample(SENSITIVE, r.randint(1, 2))
    else:
        if r.random() < 0.03:
            inject.append(r.choice(SPAM + ABUSE + SENSITIVE))
    if r.random() < 0.04:
        inject.append("0x" + "".join(r.choice("0123456789abcdef") for _ in range(40)))
    if r.random() < 0.02:
        inject.append("%s@%s" % (r.choice(WORDS).lower(), r.choice(EMAILS)))
    for phrase in inject:
        if r.random() < 0.2:
            phrase = phrase.upper()
        parts.insert(r.randrange(len(parts) + 1), phrase)
    if r.random() < 0.03:
        i = r.randrange(len(parts))
        parts[i] = parts[i][:1] + parts[i][-1:] * r.randint(6, 14)
    return " ".join(parts)


def event(r: random.Random, i: int, now: datetime) -> dict[str, Any]:
    kind = r.choices(("normal", "spam", "abuse", "sensitive"), (0.80, 0.10, 0.06, 0.04))[0]
    bad = kind != "normal"
    text = make_text(r, kind)
    mentions = r.choices(
        (0, 1, 2, 3, 6, 12, 25), (50, 25, 12, 6, 4, 2, 1) if not bad else (20, 20, 15, 15, 15, 10, 5)
    )[0]
    hashtags = r.choices(
        (0, 1, 2, 4, 8, 15), (50, 20, 15, 10, 4, 1) if not bad else (20, 15, 20, 20, 15, 10)
    )[0]
    links = r.choices((0, 1, 2, 4), (70, 25, 4, 1) if not bad else (35, 45, 14, 6))[0]
    domain = None
    if links:
        domain = r.choice(DOMAINS[:8] if (not bad and r.random() < 0.85) else DOMAINS)
        text += " https://%s/%s" % (
            domain,
            "".join(r.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(7)),
        )
    if mentions:
        text = "@%s%d " % (r.choice(WORDS).lower(), r.randint(1, 999)) + text
    if hashtags:
        text += " #" + r.choice(WORDS).lower()
    age_days = int(r.expovariate(1 / (700 if not bad else 25)))
    etype = r.choice(TYPES)
    ts = now + timedelta(seconds=i * 0.37 + r.random() * 0.3)
    return {
        "event_id": i,
        "event_type": etype,
        "created_at": ts.isoformat(timespec="milliseconds"),
        "user_id": "u%06d" % r.randint(0, 4999),
        "handle": r.choice(WORDS).lower() + str(r.randint(1, 99999)),
        "display_name": r.choice(WORDS).capitalize() + " " + r.choice(WORDS).capitalize(),
        "bio": " ".join(r.choice(WORDS) for _ in range(r.randint(0, 14))),
        "email_domain": r.choice(EMAILS if bad else EMAILS[:5] + EMAILS[8:]),
        "verified": r.random() < (0.01 if bad else 0.06),
        "followers": int(r.lognormvariate(4.5 if not bad else 2.0, 1.8)),
        "following": int(r.lognormvariate(5.0 if not bad else 6.0, 1.2)),
        "account_age_days": age_days,
        "posts_total": int(r.lognormvariate(4.0, 1.7)),
        "posts_1h": int(r.expovariate(1 / (2 if not bad else 12))),
        "posts_24h": int(r.expovariate(1 / (8 if not bad else 60))),
        "reports_7d": int(r.expovariate(1 / (0.2 if not bad else 2.5))),
        "reports_on_post": int(r.expovariate(1 / (0.1 if not bad else 1.2))),
        "prior_actions": int(r.expovariate(1 / (0.15 if not bad else 1.0))),
        "ip": "%d.%d.%d.%d"
        % (
            r.choice((10, 23, 45, 81, 103, 185, 198)),
            r.randint(0, 255),
            r.randint(0, 255),
            r.randint(1, 254),
        ),
        "ip_users_24h": int(r.expovariate(1 / (2 if not bad else 9))) + 1,
        "country": r.choice(COUNTRIES),
        "lang": r.choice(LANGS),
        "client": r.choice(CLIENTS if bad else CLIENTS[:3] + CLIENTS[5:]),
        "text": text,
        "text_len": len(text),
        "mention_count": mentions,
        "hashtag_count": hashtags,
        "link_count": links,
        "link_domain": domain,
        "image_count": r.choices((0, 1, 2, 4), (60, 28, 8, 4))[0],
        "is_reply": etype == "reply",
        "reply_to": ("p%08d" % r.randint(0, 99999999)) if etype == "reply" else None,
        "toxicity": round(min(1.0, max(0.0, r.gauss(0.78 if kind == "abuse" else 0.15, 0.15))), 4),
        "spam_score": round(min(1.0, max(0.0, r.gauss(0.80 if kind == "spam" else 0.12, 0.14))), 4),
        "caps_ratio": round(min(1.0, max(0.0, r.gauss(0.22 if bad else 0.06, 0.08))), 4),
        "duplicate_score": round(min(1.0, max(0.0, r.gauss(0.6 if kind == "spam" else 0.08, 0.15))), 4),
    }


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=20000)
    ap.add_argument("--seed", type=int, default=20260901)
    ap.add_argument("--out", default="events.jsonl")
    a = ap.parse_args()
    r = random.Random(a.seed)
    now = datetime(2026, 9, 1, tzinfo=timezone.utc)
    total = 0
    with open(a.out, "w", encoding="utf-8") as f:
        for i in range(a.n):
            e = event(r, i, now)
            total += len(e["text"])
            f.write(json.dumps(e, ensure_ascii=False, separators=(",", ":")) + "\n")
    print("%d events, mean text %.1f chars -> %s" % (a.n, total / a.n, a.out))


if __name__ == "__main__":
    main()
