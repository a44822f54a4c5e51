"""Made-up private data: shaped like the real thing and belonging to nobody.

Sources of the ranges: mobile numbers 07700 900000 to 900999 are kept free for
drama by Ofcom, and 555-0100 to 555-0199 by the North American numbering plan;
the Chinese prefix 154 is not given to any operator; identity numbers carry a
checksum by GB 11643-1999 and a region code (99xxxx) that no place has; card
numbers pass the Luhn test under the prefix 400000, which no bank issues; flight
codes XX, YY and ZZ are placeholders of IATA's tables. Access tokens are drawn
here, at run time, and open nothing.
"""

from __future__ import annotations

from random import Random

from ombud.town.grammar import Maker, between, pick

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789abcdef"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _draw(rng: Random, letters: str, n: int) -> str:
    return "".join(letters[int(rng.random() * len(letters))] for _ in range(n))


def digits(rng: Random, n: int) -> str:
    """Return ``n`` random digits."""
    return _draw(rng, "0123456789", n)


def phone_zh(rng: Random) -> str:
    """Return an eleven-digit number under the unassigned prefix 154, spaced now and then."""
    number = "154" + digits(rng, 8)
    return f"{number[:3]}-{number[3:7]}-{number[7:]}" if rng.random() < 0.2 else number


def phone_en(rng: Random) -> str:
    """Return a number from the ranges kept free for fiction."""
    if rng.random() < 0.7:
        return pick(rng, ("07700 900", "+44 7700 900", "07700900")) + digits(rng, 3)
    return f"({between(rng, 201, 989)}) 555-01{digits(rng, 2)}"


def id_number_zh(rng: Random) -> str:
    """Return 18 characters with a right checksum (GB 11643-1999) and an impossible birthplace."""
    born = f"{between(rng, 1950, 2004)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}"
    head = f"99{digits(rng, 4)}{born}{digits(rng, 3)}"
    total = sum(int(c) * w for c, w in zip(head, _ID_WEIGHTS, strict=True))
    return head + _ID_CHECKS[total % 11]


def id_number_en(rng: Random) -> str:
    """Return an identity number of a range never issued: QQ (Britain) or 987-65-432x (America)."""
    if rng.random() < 0.6:
        return f"QQ {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)} {pick(rng, 'ABCD')}"
    return f"987-65-432{digits(rng, 1)}"


def luhn_digit(body: str) -> str:
    """Return the check digit that makes ``body`` pass the Luhn test."""
    total = 0
    for i, char in enumerate(reversed(body)):
        value = int(char)
        if i % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


def card(rng: Random) -> str:
    """Return a sixteen-digit card number under a prefix that no bank issues."""
    body = "400000" + digits(rng, 9)
    number = body + luhn_digit(body)
    return " ".join(number[i : i + 4] for i in range(0, 16, 4)) if rng.random() < 0.6 else number


def flight(rng: Random) -> str:
    """Return a flight number of an airline that does not exist."""
    return pick(rng, ("XX", "YY", "ZZ")) + str(between(rng, 101, 9899))


def clock_time(rng: Random) -> str:
    """Return a time of day, ``HH:MM``."""
    return f"{between(rng, 6, 23)}:{pick(rng, ('00', '05', '10', '15', '20', '30', '40', '45', '50'))}"


def token(rng: Random) -> str:
    """Return something shaped like a live access token, made now and accepted nowhere."""
    which = between(rng, 0, 4)
    if which == 0:
        return "AK" + "IA" + _draw(rng, _UPPER, 16)
    if which == 1:
        return "gh" + "p_" + _draw(rng, _ALNUM, 36)
    if which == 2:
        return "sk" + "_live_" + _draw(rng, _ALNUM, 24)
    if which == 3:
        return "xo" + "xb-" + digits(rng, 11) + "-" + _draw(rng, _ALNUM, 24)
    return _draw(rng, _ALNUM, 20) + "/" + _draw(rng, _ALNUM, 19)


def masked_token(rng: Random) -> str:
    """Return a token as manuals print it: its shape and no secret."""
    return pick(
        rng, ("AK" + "IA" + "X" * 16, "gh" + "p_" + "x" * 36, "sk" + "_test_" + "0" * 24, "<YOUR_TOKEN>")
    )


def commit(rng: Random) -> str:
    """Return forty hexadecimal digits, as version control prints them."""
    return _draw(rng, _HEX, 40)


def handle(rng: Random) -> str:
    """Return a chat handle such as sellers give."""
    return (
        pick(rng, ("vx", "kk", "lm", "qy", "dd", "hz"))
        + pick(rng, ("_", "", "-"))
        + digits(rng, between(rng, 4, 6))
    )


def link(rng: Random) -> str:
    """Return a link under the reserved top-level domain .example (RFC 2606)."""
    word = pick(rng, ("go", "win", "gift", "pay", "shop", "help", "join", "fast", "lucky", "safe"))
    return f"https://{word}{between(rng, 2, 99)}.example/{_draw(rng, _HEX, 5)}"


def pdq(rng: Random) -> str:
    """Return a 256-bit perceptual hash in hexadecimal."""
    return f"{rng.getrandbits(256):064x}"


_COMMON: dict[str, Maker] = {
    "card": card,
    "flight": flight,
    "time": clock_time,
    "token": token,
    "masked": masked_token,
    "commit": commit,
    "handle": handle,
    "link": link,
}


def makers(lang: str) -> dict[str, Maker]:
    """Return the makers for the slots of one language's phrases."""
    if lang == "zh":
        return {**_COMMON, "phone": phone_zh, "idnum": id_number_zh}
    return {**_COMMON, "phone": phone_en, "idnum": id_number_en}
