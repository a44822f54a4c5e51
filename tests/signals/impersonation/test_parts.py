"""The parts of the signal: forms, words beside a name, readings, pictures, names borne lately."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY
from ombud.signals.impersonation.avatars import LOOSE, NEAR, Avatars, parse
from ombud.signals.impersonation.cues import PLACE, STRONG, WEAK, claims_office, cores, says_other
from ombud.signals.impersonation.readings import same_sound, sound
from ombud.signals.impersonation.renames import HORIZON, Names
from ombud.signals.impersonation.writing import form, other_forms, pieces


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("己", "巳"), ("未来", "末来"), ("土", "士"), ("日", "曰"), ("裏", "里"), ("人大", "入太"),
        ("國", "国"), ("报", "報"),
        ("ＢＢＣ", "bbc"), ("𝗕𝗕𝗖", "BBC"), ("ВВС", "BBC"), ("🅑bc", "bbc"), ("modern", "modem"),
        ("wow", "vvow"),
        ("Instagram", "lnstagram"), ("Télégràm", "telegram"), ("Goooogle", "Google"), ("一", "ー"),
    ],
)  # fmt: skip
def test_names_that_read_the_same_have_one_form(one: str, other: str) -> None:
    """Case, width, script, look-alikes, accents and doublings make no other form."""
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"), [("CCTV1", "CCTV11"), ("Channel 0", "Channel O"), ("河南", "河北")]
)
def test_other_names_have_other_forms(one: str, other: str) -> None:
    """Numbers are kept apart, doubled digits too."""
    assert form(one) != form(other)


@given(st.text(max_size=60))
def test_pieces_join_to_the_form_that_is_compared(text: str) -> None:
    """Every sign has its own piece, so places can be led back."""
    assert len(pieces(text)) == len(text)


def test_digits_for_letters_and_turned_names_have_further_readings() -> None:
    """Leet and right-to-left overrides are read too, only where they occur."""
    assert form("facebook") in other_forms("f4c3b00k")
    assert form("reuters") in other_forms("\u202esretuer")
    assert other_forms("reuters") == []


def test_words_beside_a_name_are_taken_off() -> None:
    """Words at both ends come off, and it is known how strong they are."""
    made = "".join(pieces("官方人民日报在线客服01"))
    rests = {made[core.start : core.end]: core.strength for core in cores(made)}
    assert rests["".join(pieces("人民日报"))] & STRONG
    made = "".join(pieces("榆浦新闻"))
    assert {core.strength for core in cores(made)} == {0, WEAK}
    made = "".join(pieces("榆浦警务"))
    assert PLACE in {core.strength for core in cores(made)}


def test_cores_are_few_whatever_the_name() -> None:
    """A name made of nothing but such words gives a bounded number of rests."""
    assert len(cores("".join(pieces("官方客服" * 20)))) <= 48
    assert len(cores("officialsupport" * 6)) <= 48


def test_what_claims_an_office() -> None:
    """Office words count, their denial and a shop do not."""
    assert claims_office("榆浦银行客服") and claims_office("reuters newsroom")
    assert (
        not claims_office("非官方的猫") and not claims_office("小林官方旗舰店") and not claims_office("小林")
    )


def test_what_says_it_is_something_else() -> None:
    """Thanking fans or reading the news is not saying that one is a fan or a critic."""
    assert says_other("x watch", "") and says_other("x", "parody account")
    assert not says_other("x", "感谢一百万粉丝") and not says_other("x", "news and weather")


def test_sounds() -> None:
    """Characters share a syllable with or without its tone; names are spelt without tones."""
    assert same_sound("报", "抱") == 2
    assert same_sound("山", "陕") == 1
    assert same_sound("南", "北") == 0
    assert sound(form("新闻")) == sound(form("新文"))


def _flip(bits: int, n: int, rng: random.Random) -> str:
    for bit in rng.sample(range(256), n):
        bits ^= 1 << bit
    return f"pdq:{bits:064x}"


def test_pictures_are_found_up_to_the_bound_and_never_beyond() -> None:
    """Hashes that differ in 31 bits are always found, in 32 never, loosely up to 60."""
    rng = random.Random(3)
    known = [_flip(0, 128, rng) for _ in range(50)]
    index = Avatars((text, n) for n, text in enumerate(known))
    for n, text in enumerate(known):
        bits = parse(text)
        assert bits is not None
        for changed in (0, 1, 17, NEAR, NEAR + 1, LOOSE, LOOSE + 1):
            other = parse(_flip(bits, changed, rng))
            assert other is not None
            assert index.nearest(other) == ((changed, n) if changed <= NEAR else None)
            assert index.like(other) == index.like(other, n) == ((changed, n) if changed <= LOOSE else None)


@pytest.mark.parametrize(
    "text", [None, "", "pdq:", "pdq:xyz", "0" * 64, "pdq:" + "f" * 64, "a" * 100_000, "http://x"]
)
def test_what_is_no_picture_says_nothing(text: str | None) -> None:
    """Other texts, and the hash of a plain surface, are not compared."""
    assert parse(text) is None


def test_names_borne_lately_are_a_function_of_the_last_seven_days() -> None:
    """After seven days of events a fresh state answers as one that saw everything."""
    rng, old = random.Random(5), Names()
    events = sorted(
        (rng.randrange(30 * DAY), rng.choice("abcdef"), rng.choice("123456")) for _ in range(4000)
    )
    fresh, start = Names(), events[-1][0] - HORIZON
    for at, account, name in events:
        old.observe(account, name, at)
        if at > start:
            fresh.observe(account, name, at)
    now = events[-1][0]
    for account in "abcdef":
        assert old.before(account, "1", now) == fresh.before(account, "1", now) != []


def test_accounts_not_seen_for_seven_days_are_forgotten() -> None:
    """Memory is bounded by the accounts of the last week."""
    names = Names()
    for k in range(250_000):
        names.observe(str(k), "x", k * 60_000_000)
    assert len(names._seen) < 125_000
