"""Made-up private data has the right shape and belongs to nobody."""

from __future__ import annotations

import re
from random import Random

import pytest

from ombud.town import made
from ombud.town.disguise import DISGUISES, disguise
from ombud.town.grammar import Maker


def _many(maker: Maker, n: int = 200) -> list[str]:
    rng = Random(5)
    return [maker(rng) for _ in range(n)]


def test_chinese_identity_numbers_pass_the_checksum_and_name_no_place() -> None:
    """The last character follows GB 11643-1999, and the region code 99 is no region's."""
    for number in _many(made.id_number_zh):
        assert re.fullmatch(r"99\d{15}[\dX]", number)
        weights = [2 ** (17 - i) % 11 for i in range(18)]
        values = [10 if c == "X" else int(c) for c in number]
        assert sum(v * w for v, w in zip(values, weights, strict=True)) % 11 == 1


def test_phones_come_from_fictitious_ranges() -> None:
    """Numbers lie in the ranges kept free for fiction, or under an unassigned prefix."""
    assert all(re.sub(r"\D", "", p).startswith("154") for p in _many(made.phone_zh))
    for phone in _many(made.phone_en):
        flat = re.sub(r"\D", "", phone)
        assert "7700900" in flat or re.fullmatch(r"\d{3}55501\d\d", flat)


def test_cards_pass_luhn_under_an_unissued_prefix() -> None:
    """Card numbers have sixteen digits, start with 400000 and pass the Luhn test."""
    for card in _many(made.card):
        flat = card.replace(" ", "")
        assert re.fullmatch(r"400000\d{10}", flat)
        assert made.luhn_digit(flat[:-1]) == flat[-1]


def test_flights_and_national_numbers_are_placeholders() -> None:
    """Airline codes are placeholders; British and American numbers are of ranges never issued."""
    assert all(re.fullmatch(r"(XX|YY|ZZ)\d{3,4}", f) for f in _many(made.flight))
    assert all(re.fullmatch(r"QQ( \d\d){3} [A-D]|987-65-432\d", n) for n in _many(made.id_number_en))


def test_tokens_differ_and_masked_ones_hold_no_secret() -> None:
    """Live-looking tokens are new each time; printed examples are all filler."""
    tokens = _many(made.token)
    assert len(set(tokens)) == len(tokens)
    assert all(re.search(r"X{16}|x{36}|0{24}|YOUR", m) for m in _many(made.masked_token))


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "Send money to account 12 now please"), ("zh", "今天转账500元到这个賬户马上办理快点")],
)
def test_every_camouflage_changes_the_text(lang: str, text: str) -> None:
    """Each camouflage of a language yields another text, and is named."""
    rng = Random(3)
    seen = set()
    for _ in range(80):
        changed, name = disguise(rng, lang, text)
        if changed != text:
            seen.add(name)
    assert seen == set(DISGUISES[lang])


def test_links_stay_readable_under_camouflage() -> None:
    """A link in a camouflaged text is not touched."""
    rng = Random(4)
    link = made.link(rng)
    assert all(link in disguise(rng, lang, f"go {link} now")[0] for lang in ("en", "zh") for _ in range(60))
