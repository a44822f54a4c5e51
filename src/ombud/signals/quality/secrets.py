"""Measures ``secrets``: tokens made to each issuer's form, among ordinary code and prose.

No real key stands anywhere here: they are drawn at random when asked for. The ordinary
side is ``secrets_clear.txt`` (written by hand: code, digests, examples, expired and test
keys, prose about keys), each line in several variations, and posts of labelled sets.
"""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from importlib import resources
from random import Random

from ombud.signals.eval import Score, precision_recall, proportion
from ombud.signals.secrets import find
from ombud.signals.secrets.formats import checksum62
from ombud.signals.sets import Sets

AT = 1_780_000_000_000_000
"""The instant of measuring, 2026-05-28: what expires before it is expired."""

B64 = string.ascii_letters + string.digits + "+/"
URL = string.ascii_letters + string.digits + "-_"
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
FRAMES = (
    "{}",
    "export TOKEN={}",
    'client = Client("{}")',
    "curl -H 'Authorization: Bearer {}' https://api.service.example/v1/me",
    "我把密钥发群里了：{} 别乱用",
    "oops, I pushed this to the public repo: {} please help",
    "config:\n  auth: {}\n  retries: 3",
    "{}，快点用，明天就失效了",
)


def _some(rng: Random, signs: str, n: int) -> str:
    return "".join(rng.choices(signs, k=n))


def _jwt(rng: Random, expires: int) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    body = {"sub": _some(rng, string.digits, 8), "iss": "https://login.service.com", "exp": expires}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(body)}.{_some(rng, URL, 43)}"


def _pem(rng: Random) -> str:
    body = base64.b64encode(b"\x30\x82" + rng.randbytes(300)).decode()
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    return "-----BEGIN RSA PRIVATE " + f"KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"


def _checked(prefix: str) -> Callable[[Random], str]:
    def make(rng: Random) -> str:
        body = _some(rng, ALNUM, 30)
        return prefix + body + checksum62(body)

    return make


def _prefixed(prefix: str, signs: str, n: int) -> Callable[[Random], str]:
    return lambda rng: prefix + _some(rng, signs, n)


MAKERS: tuple[Callable[[Random], str], ...] = (
    _checked("ghp_"),
    _checked("ghs_"),
    _checked("npm_"),
    _prefixed("AKIA", string.ascii_uppercase + "234567", 16),
    _prefixed("sk_live_", ALNUM, 32),
    _prefixed("AIza", URL, 35),
    _prefixed("GOCSPX-", URL, 28),
    _prefixed("glpat-", ALNUM, 20),
    _prefixed("hf_", string.ascii_letters, 34),
    _prefixed("dop_v1_", HEX, 64),
    _prefixed("shpat_", HEX, 32),
    _prefixed("dapi", HEX, 32),
    _prefixed("LTAI5t", ALNUM, 18),
    _prefixed("AKID", ALNUM, 32),
    lambda rng: (
        f"xoxb-{_some(rng, string.digits, 12)}-{_some(rng, string.digits, 12)}-{_some(rng, ALNUM, 24)}"
    ),
    lambda rng: f"SG.{_some(rng, ALNUM, 22)}.{_some(rng, ALNUM, 43)}",
    lambda rng: f"sk-{_some(rng, ALNUM, 20)}T3BlbkFJ{_some(rng, ALNUM, 20)}",
    lambda rng: f"sk-ant-api03-{_some(rng, URL, 93)}AA",
    lambda rng: f"{_some(rng, '123456789', 10)}:AA{_some(rng, ALNUM, 33)}",
    lambda rng: _jwt(rng, AT // 1_000_000 + 86_400),
    _pem,
    lambda rng: (
        f"postgresql://app:{_some(rng, ALNUM, 16)}@db7.{_some(rng, string.ascii_lowercase, 8)}.com:5432/main"
    ),
    lambda rng: f"AccountKey={base64.b64encode(rng.randbytes(64)).decode()}",
    lambda rng: f"api_key = '{_some(rng, ALNUM, 40)}'",
)


def planted(count: int, seed: int = 3) -> list[str]:
    """Return texts that each give away one secret."""
    rng = Random(seed)  # noqa: S311 - made-up data
    return [FRAMES[i % len(FRAMES)].format(MAKERS[i % len(MAKERS)](rng)) for i in range(count)]


def clear(seed: int = 5) -> list[str]:
    """Return texts that look like secrets and are none; ``{hex:40}`` and such are drawn anew."""
    rng = Random(seed)  # noqa: S311 - made-up data
    pool = {"hex": HEX, "alnum": ALNUM, "b64": B64, "digits": string.digits, "lower": string.ascii_lowercase}
    lines = resources.files("ombud.signals.quality").joinpath("secrets_clear.txt").read_text("utf-8")
    found: list[str] = []
    for line in lines.splitlines():
        if not line or line.startswith("#"):
            continue
        for _ in range(4):
            found.append(_filled(line.replace("\\n", "\n"), pool, rng))
    found += [_jwt(rng, AT // 1_000_000 - 86_400) for _ in range(8)]
    return found


def _filled(line: str, pool: dict[str, str], rng: Random) -> str:
    for name, signs in pool.items():
        while f"{{{name}:" in line:
            head, _, rest = line.partition(f"{{{name}:")
            size, _, tail = rest.partition("}")
            line = head + _some(rng, signs, int(size)) + tail
    return line


def _posts(sets: Sets) -> list[str]:
    names = ("davidson_hate_en/dev.jsonl.gz", "stoneskipping_zh/dev_train.jsonl.gz")
    return [str(row.get("text", "")) for name in names for row in sets.rows(name)]


def evaluate(sets: Sets) -> list[Score]:
    """Return precision and recall on the planted set, and findings on ordinary posts."""
    secrets, ordinary = planted(1_200), clear()
    true = sum(bool(find(text, AT)) for text in secrets)
    false = sum(bool(find(text, AT)) for text in ordinary)
    scores = precision_recall(
        "planted secrets among code and prose",
        true=true,
        false=false,
        missed=len(secrets) - true,
        floors=(0.98, 0.95),
    )
    posts = _posts(sets)
    if posts:
        quiet = sum(not find(text, AT) for text in posts)
        scores.append(proportion("ordinary posts left alone", "specificity", quiet, len(posts), 0.999))
    return scores
