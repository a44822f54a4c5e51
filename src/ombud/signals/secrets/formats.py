"""Formats of access tokens and keys: how each looks, and what else must be true of a real one.

Sources are the issuers' public descriptions of their formats: GitHub's and npm's checksum
(CRC-32 of the first 30 signs in base 62), AWS key ids (base 32), JSON web tokens (RFC 7519),
private keys (RFC 7468), and the prefixes that Stripe, Slack, Google, GitLab, PyPI, SendGrid,
Hugging Face, DigitalOcean, Shopify, Databricks, OpenAI, Anthropic, Alibaba Cloud, Tencent Cloud
and others publish for secret scanning.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from math import log2

B62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

Check = Callable[[re.Match[str], int], bool]
"""Tells whether a match is a real one at an instant (microseconds UTC)."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of secret.

    Attributes:
        kind: its name, as the signal gives it.
        anchors: literals of which a text must hold one.
        pattern: how it looks; the group ``secret``, or the whole, is the secret.
        check: what else must be true.
    """

    kind: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    check: Check


def entropy(text: str) -> float:
    """Return Shannon's entropy of a text's signs, in bits a sign."""
    n = len(text)
    return -sum(text.count(sign) / n * log2(text.count(sign) / n) for sign in set(text)) if n else 0.0


_PLACEHOLDER = re.compile(
    r"example|sample|dummy|placeholder|your|secret.?key|change.?me|replace|redacted|insert|foo|bar\b|fake|test"
    r"|x{4,}|0{6,}|\*{3,}|\.{3,}|1234567|abcdefg|qwerty|<|>|\$\{|\{\{|(.)\1{5,}",
    re.IGNORECASE,
)


def made_up(text: str) -> bool:
    """Tell whether a secret is one that people write to show the form: an example, a row of x."""
    return _PLACEHOLDER.search(text) is not None


def _random(bits: float) -> Check:
    def check(match: re.Match[str], _at: int) -> bool:
        secret = secret_of(match)
        return not made_up(secret) and entropy(secret) >= bits

    return check


def secret_of(match: re.Match[str]) -> str:
    """Return the secret's own signs within a match."""
    return match["secret"] if "secret" in match.re.groupindex else match[0]


def checksum62(body: str) -> str:
    """Return GitHub's six-sign checksum of a token's random part."""
    number, out = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        out = B62[digit] + out
    return out


def _github(match: re.Match[str], _at: int) -> bool:
    body = match["secret"]
    return checksum62(body[:30]) == body[30:]


def _aws_id(match: re.Match[str], _at: int) -> bool:
    return not match[0].endswith("EXAMPLE") and not made_up(match[0]) and entropy(match["secret"]) >= 3.0


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error):
        return b""


def _jwt(match: re.Match[str], at: int) -> bool:
    """A web token that is signed, not expired, and not the well-known example."""
    try:
        head, body = (json.loads(_decoded(part)) for part in match[0].split(".")[:2])
    except (ValueError, RecursionError):
        return False
    if not isinstance(head, dict) or not isinstance(body, dict):
        return False
    if str(head.get("alg", "none")).lower() == "none" or str(body.get("sub")) == "1234567890":
        return False
    expires = body.get("exp")
    if isinstance(expires, int | float) and expires * 1_000_000 <= at:
        return False
    return not made_up(json.dumps(body))


def _private_key(match: re.Match[str], _at: int) -> bool:
    body = re.sub(r"\s|\\n", "", match["body"])
    data = _decoded(body.replace("+", "-").replace("/", "_"))
    return (
        len(data) >= 48 and (data[:1] == b"\x30" or data.startswith(b"openssh-key-v1")) and not made_up(body)
    )


def _discord(match: re.Match[str], _at: int) -> bool:
    return _decoded(match["id"]).isdigit() and entropy(match["secret"]) >= 3.5


def _telegram(match: re.Match[str], _at: int) -> bool:
    return entropy(match["secret"]) >= 3.8 and not made_up(match[0])


_HERE = re.compile(
    r"^(localhost|127\.|0\.0\.0\.0|host|db|postgres|mysql|redis|mongo|server)\b|example|\.test\b|\.local\b"
)
_WORDS = re.compile(
    r"^(pass|password|passwd|pwd|secret|user|root|admin|postgres|mysql|guest|token|key|\w{0,7}|[a-z]+[0-9]{0,4}!?)$",
    re.IGNORECASE,
)


def _url(match: re.Match[str], _at: int) -> bool:
    word = match["secret"]
    return (
        not _HERE.search(match["host"])
        and not _WORDS.match(word)
        and not made_up(word)
        and entropy(word) >= 2.8
    )


def _azure(match: re.Match[str], _at: int) -> bool:
    return len(_decoded(match["secret"].replace("+", "-").replace("/", "_"))) == 64


def _assigned(match: re.Match[str], _at: int) -> bool:
    """A value given to a name such as ``api_key``: long, of mixed signs, and no digest or path."""
    word = match["secret"]
    mixed = all(re.search(signs, word) for signs in ("[a-z]", "[A-Z]", "[0-9]"))
    wordy = re.search(r"[a-z]{6,}|[A-Z]{7,}|[./-][a-z]{3,}[./-]", word) is not None
    return mixed and not wordy and entropy(word) >= 4.0 and not made_up(word)


def _format(kind: str, anchors: str, pattern: str, check: Check) -> Format:
    return Format(kind, tuple(anchors.split()), re.compile(pattern), check)


_START, _END = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
_PEM = r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?P<body>[A-Za-z0-9+/=\s\\]{64,8192})-----END"

FORMATS: tuple[Format, ...] = (
    _format(
        "github_token",
        "ghp_ gho_ ghu_ ghs_ ghr_",
        rf"{_START}gh[pousr]_(?P<secret>[A-Za-z0-9]{{36}}){_END}",
        _github,
    ),
    _format(
        "github_token",
        "github_pat_",
        rf"{_START}github_pat_(?P<secret>[A-Za-z0-9]{{22}}_[A-Za-z0-9]{{59}}){_END}",
        _random(4.5),
    ),
    _format("npm_token", "npm_", rf"{_START}npm_(?P<secret>[A-Za-z0-9]{{36}}){_END}", _github),
    _format("aws_key_id", "AKIA ASIA", rf"{_START}A[KS]IA(?P<secret>[A-Z2-7]{{16}}){_END}", _aws_id),
    _format(
        "aws_secret_key",
        "aws AWS",
        r"(?i:aws).{0,20}(?i:secret).{0,30}?[\s'\"=:](?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        _random(4.2),
    ),
    _format(
        "slack_token",
        "xoxb- xoxp- xoxa- xoxr- xoxs-",
        rf"{_START}xox[bpars]-[0-9]{{8,13}}-(?P<secret>[A-Za-z0-9-]{{18,80}})",
        _random(3.2),
    ),
    _format(
        "slack_webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/services/T[A-Z0-9]{8,10}/B[A-Z0-9]{8,10}/(?P<secret>[A-Za-z0-9]{24})",
        _random(3.6),
    ),
    _format(
        "stripe_key",
        "sk_live_ rk_live_",
        rf"{_START}[sr]k_live_(?P<secret>[A-Za-z0-9]{{24,99}}){_END}",
        _random(3.6),
    ),
    _format(
        "google_api_key",
        "AIza",
        rf"{_START}AIza(?P<secret>[A-Za-z0-9_-]{{35}})(?![A-Za-z0-9_-])",
        _random(4.0),
    ),
    _format(
        "google_oauth_secret",
        "GOCSPX-",
        rf"{_START}GOCSPX-(?P<secret>[A-Za-z0-9_-]{{28}})(?![A-Za-z0-9_-])",
        _random(3.8),
    ),
    _format(
        "gitlab_token",
        "glpat-",
        rf"{_START}glpat-(?P<secret>[A-Za-z0-9_-]{{20}})(?![A-Za-z0-9_-])",
        _random(3.4),
    ),
    _format(
        "pypi_token",
        "pypi-AgEIcHlwaS5vcmc",
        r"pypi-AgEIcHlwaS5vcmc(?P<secret>[A-Za-z0-9_-]{50,400})",
        _random(4.2),
    ),
    _format(
        "sendgrid_key",
        "SG.",
        rf"{_START}SG\.[A-Za-z0-9_-]{{22}}\.(?P<secret>[A-Za-z0-9_-]{{43}})(?![A-Za-z0-9_-])",
        _random(4.2),
    ),
    _format("hugging_face_token", "hf_", rf"{_START}hf_(?P<secret>[A-Za-z]{{34}}){_END}", _random(4.0)),
    _format(
        "digitalocean_token",
        "dop_v1_ doo_v1_",
        rf"{_START}do[op]_v1_(?P<secret>[a-f0-9]{{64}}){_END}",
        _random(3.4),
    ),
    _format(
        "shopify_token",
        "shpat_ shpss_ shpca_",
        rf"{_START}shp(?:at|ss|ca)_(?P<secret>[a-fA-F0-9]{{32}}){_END}",
        _random(3.0),
    ),
    _format("databricks_token", "dapi", rf"{_START}dapi(?P<secret>[a-f0-9]{{32}}){_END}", _random(3.2)),
    _format(
        "openai_key",
        "T3BlbkFJ",
        rf"{_START}sk-(?:proj-|svcacct-)?(?P<secret>[A-Za-z0-9_-]{{16,100}}T3BlbkFJ[A-Za-z0-9_-]{{16,100}})",
        _random(4.2),
    ),
    _format(
        "anthropic_key",
        "sk-ant-",
        rf"{_START}sk-ant-[a-z0-9]{{3,8}}-(?P<secret>[A-Za-z0-9_-]{{80,110}})",
        _random(4.4),
    ),
    _format(
        "telegram_bot_token",
        ":AA",
        rf"{_START}[0-9]{{8,10}}:(?P<secret>AA[A-Za-z0-9_-]{{33}})(?![A-Za-z0-9_-])",
        _telegram,
    ),
    _format(
        "discord_bot_token",
        ".",
        rf"{_START}(?P<id>[MNO][A-Za-z0-9_-]{{22,27}})\.[A-Za-z0-9_-]{{6}}\.(?P<secret>[A-Za-z0-9_-]{{27,38}})(?![A-Za-z0-9_-])",
        _discord,
    ),
    _format("alibaba_key_id", "LTAI", rf"{_START}LTAI(?P<secret>[A-Za-z0-9]{{16,20}}){_END}", _random(3.4)),
    _format("tencent_key_id", "AKID", rf"{_START}AKID(?P<secret>[A-Za-z0-9]{{32}}){_END}", _random(4.0)),
    _format("azure_storage_key", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)", _azure),
    _format(
        "web_token",
        "eyJ",
        rf"{_START}eyJ[A-Za-z0-9_-]{{10,}}\.eyJ[A-Za-z0-9_-]{{10,}}\.[A-Za-z0-9_-]{{32,}}",
        _jwt,
    ),
    _format("private_key", "PRIVATE", _PEM, _private_key),
    _format(
        "password_in_address",
        "://",
        r"(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|ftp|https?)://[^\s:/@]{1,64}:(?P<secret>[^\s:/@]{6,128})@(?P<host>[\w.-]{3,128})",
        _url,
    ),
    _format(
        "assigned_secret",
        "key KEY Key secret SECRET Secret token TOKEN Token 密钥 令牌",
        r"(?i:(?:api|access|auth|secret|private|app|client)[_ -]?(?:key|secret|token)|密钥|令牌)"
        r"['\"]?\s{0,3}(?:[:=：]|=>|是)\s{0,3}['\"]?"
        r"(?P<secret>[A-Za-z0-9_+/-]{24,128}={0,2})(?![A-Za-z0-9_+/=.-])",
        _assigned,
    ),
)
"""Every format; more telling ones first."""
