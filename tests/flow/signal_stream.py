"""A made-up stream in which every signal finds something, and the registers it is held against.

Two months of posts by forty accounts: waves of copies, texts and pictures that come back after
weeks, renamings, telephone numbers, tokens, licences claimed in words, a claim that was checked;
edits, reposts, private and unnamed audiences, a little disorder.
"""

from __future__ import annotations

import json
import random
import string
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ombud.registers.importing import import_file
from ombud.store import Store

START = 1_774_000_000
DAY = 86_400
B62 = string.digits + string.ascii_uppercase + string.ascii_lowercase

CONDITIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "text": (
        "any(signal.text.hashtags, tag -> tag = '渡口') OR signal.text.lang = 'en'",
        ("lang", "canonical"),
    ),
    "private_info": ("any(signal.private_info.exposed, kind -> kind = 'phone')", ("whose", "spans")),
    "impersonation": (
        "signal.impersonation.score >= 0.8 OR signal.impersonation.renamed_into",
        ("protected", "score", "renamed_into", "is_parody"),
    ),
    "credentials": ("signal.credentials.advice", ("claim", "shown")),
    "copies": (
        "signal.copies.cluster_size >= 4 OR signal.copies.template_size >= 6",
        ("cluster_size", "cluster_accounts", "template_size", "registered"),
    ),
    "recycled": ("signal.recycled.age_days >= 2", ("first_seen_in", "age_days", "days_seen", "is_own")),
    "claims": ("signal.claims.score >= 0.5", ("check", "publishers", "score")),
    "secrets": ("signal.secrets.kind IS NOT NULL", ("kind", "spans")),
}

CLAIM = "榆河水用铜锅烧开喝三天就能治好糖尿病"
PLACES = ("东渡口", "石桥", "青崖", "柳营", "云溪", "望海楼", "旧磨坊", "南枝巷")
THINGS = ("渔船", "集市", "路灯", "樱花", "水闸", "邮筒", "钟楼", "渡轮时刻表", "晚霞", "运动会")
DONE = (
    "昨晚修好了",
    "今天早上被风吹倒了",
    "排队的人特别多",
    "拍下来给大家看看",
    "听说要搬到河对岸去",
    "还是老样子",
)
NAMES = ("小满", "河边的猫", "阿榆", "早起的人", "Otter", "看云", "老周", "tea and rain")


def token(rng: random.Random) -> str:
    """Return a made-up access token in a known format, with its checksum."""
    body = "".join(rng.choices(B62, k=30))
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"ghp_{body}{digits}"


def sentence(rng: random.Random, parts: int = 3) -> str:
    """Return an ordinary text of some length."""
    return "，".join(
        f"{rng.choice(PLACES)}的{rng.choice(THINGS)}{rng.choice(DONE)}" for _ in range(parts)
    ) + rng.choice("。！～")


def events(count: int = 1_500, seed: int = 4) -> Iterator[dict[str, Any]]:
    """Yield raw events in order of time."""
    rng = random.Random(seed)
    names = {n: f"{rng.choice(NAMES)}{n}" for n in range(40)}
    told: list[tuple[str, str | None]] = []
    wave = sentence(rng, 4)
    step = 60 * DAY // count
    for number in range(count):
        at = START + number * step + rng.randrange(step)
        who = rng.randrange(40)
        kind = rng.choices(("post", "comment", "repost", "edit", "profile"), (60, 15, 10, 10, 5))[0]
        if number % 50 == 0:
            wave = sentence(rng, 4)
        if rng.random() < 0.02:
            names[who] = rng.choice(("临江市公安局", "临江市公安扃", "临江日报官方", f"小满{who}"))
        text, picture = _content(rng, wave, told)
        told.append((text, picture))
        event: dict[str, Any] = {
            "id": f"s{number:06d}",
            "at": at,
            "kind": kind,
            "audience": rng.choices(("public", "members", "private", None), (85, 8, 4, 3))[0],
            "account": {"id": f"a{who}", "name": names[who], "verified": False},
        }
        if kind != "profile":
            media = [{"kind": "image", "pdq": picture}] if picture is not None else None
            post = f"p{number - rng.randrange(1, 9) if kind == 'edit' else number}"
            event["post"] = {"id": post, "text": text, "media": media}
        yield event


def _content(rng: random.Random, wave: str, told: list[tuple[str, str | None]]) -> tuple[str, str | None]:
    """Return a text and the hash of a picture."""
    chance = rng.random()
    if chance < 0.25:
        return wave + rng.choice(("", "！", "🙏", " 转")), None
    if chance < 0.40 and len(told) > 300:
        return rng.choice(told[: len(told) // 2])
    if chance < 0.44:
        return f"她的手机1{rng.randrange(3, 9)}{rng.randrange(10**9):09d}，大家打过去问问", None
    if chance < 0.47:
        return f"export TOKEN={token(rng)}", None
    if chance < 0.50:
        return "我是执业医师，你这个情况把降压药停掉就好。", None
    if chance < 0.53:
        return f"{CLAIM}，快告诉家里人" + rng.choice("！。"), None
    if chance < 0.57:
        return f"#渡口# the ferry leaves at {rng.randrange(6, 20)} and you can see it from the bridge", None
    picture = f"pdq:{rng.getrandbits(256):064x}" if rng.random() < 0.3 else None
    return sentence(rng), picture


def write(path: Path, count: int = 1_500, seed: int = 4) -> Path:
    """Write the stream to a file, a little out of order; return the file."""
    rng = random.Random(seed + 1)
    lines = [msgspec.json.encode(event) for event in events(count, seed)]
    for i in rng.sample(range(count - 2), count // 50):
        lines[i], lines[i + 1] = lines[i + 1], lines[i]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def registers(store: Store) -> None:
    """Enter what the signals compare with."""
    check = {"claim_zh": CLAIM, "verdict": "false", "rating": "false", "method_published": True}
    rows: Mapping[str, list[dict[str, Any]]] = {
        "protected_names": [
            {"key": "临江市公安局", "kind": "body"},
            {"key": "临江日报", "kind": "media"},
        ],
        "fact_checks": [
            {**check, "key": "copper", "publisher": desk, "url": f"https://checks.example/{desk}"}
            for desk in ("one", "two")
        ],
        "credentials": [{"key": "a3", "credential": "physician"}],
    }
    for name, some in rows.items():
        data = json.dumps(some).encode()
        import_file(store, name, Path(f"{name}.json"), at=START * 1_000_000, source="test", data=data)
