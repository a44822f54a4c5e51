"""Whose the data is, and what a rule reads of it."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import NoRegisters
from ombud.signals.private_info import signal


def measured(text: str | None, *, lang: str | None = None, **account: str) -> dict[str, Any]:
    event = Event(
        id="e", at=0, kind="post", account=Account(id="a", **account), post=Post(text=text, lang=lang)
    )
    return dict(signal().session(NoRegisters()).measure(event).values)


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("她的手机号15412345678，打爆她", "another"),
        ("房东15412345678，骚扰他", "another"),
        ("Her number is 07700 900461, ring all night.", "another"),
        ("Mara Quill lives at 22 Elm Road, red door.", "another"),
        ("捡到请打我电话15412345678，重谢", "own"),
        ("New phone, mine is 07700 900461 now.", "own"),
        ("订座请打021-55501234，周末要提前", "organisation"),
        ("Table bookings on 01632 960 222, closed Mondays.", "organisation"),
        ("街道办值班电话021-55501234", "public_office"),
        ("The constituency office is on 01632 960 411.", "public_office"),
        ("难受就打热线12356", "hotline"),
        ("15412345678", None),
    ],
)
def test_whose(text: str, whose: str | None) -> None:
    """The cues around the data decide whose it is; without a cue it is unknown."""
    values = measured(text)
    assert values.get("whose") == whose
    assert values.get("is_own") == (None if whose is None else whose == "own")
    assert bool(values["exposed"]) is (whose == "another")


def test_the_most_serious_owner_stands_for_the_text() -> None:
    """Where one's own number and another's address stand together, the text exposes another."""
    values = measured("他住石榴路18号3栋502室。我的电话15412345678，一起去")
    assert values["whose"] == "another"
    assert values["exposed"] == ["address"]
    assert values["kinds"] == ["phone", "address"]


def test_an_accounts_bio_counts_as_context() -> None:
    """A number under a shop's account is the shop's."""
    assert measured("今晚要送的打15412345678", bio="二十年老店")["whose"] == "organisation"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("她周五坐CX347到，接机的来", "flight"),
        ("我坐CA1521回家", "flight"),
        ("周文景坐G312次回老家", "train"),
        ("酒店确认，她住渡口宾馆502房", "hotel"),
        ("She lands on BA117 at 6:40, seat 2A", "flight"),
        ("We're at the Ferry Inn till Friday", "hotel"),
    ],
)
def test_a_journey_with_a_person(text: str, kind: str) -> None:
    """A flight, train or hotel counts where it is somebody's."""
    assert kind in measured(text)["kinds"]


@pytest.mark.parametrize(
    "text",
    [
        "CA1521时刻调整，8:05起飞，请旅客留意",
        "航空公司公告：MU5137因台风取消，可免费退改",
        "MH370那部纪录片看完睡不着",
        "BA117 to Rome is cancelled on Friday, rebook at the desk.",
        "渡口酒店评分8.6，早餐不错",
        "G312次列车停运，车站正在办理退票",
    ],
)
def test_news_of_a_line_is_nobodys_journey(text: str) -> None:
    """Timetables, cancellations and reviews name nobody, so there is nothing private."""
    assert measured(text)["kinds"] == []


def test_an_announced_journey_is_the_organisations() -> None:
    """What a star's own office made public exposes nobody."""
    values = measured("工作室公告：沈星澜周五乘CA1521抵达，请勿接机")
    assert (values["kinds"], values["exposed"], values["whose"]) == (["flight"], [], "organisation")


def test_selling_is_offered_or_sought_not_warned_of() -> None:
    """An offer of private data for money counts; a warning or news about it does not."""
    assert measured("出沈星澜行程，航班酒店，五十块一条，私")["selling"] is True
    assert measured("Selling Lior Vane's flights and hotels, 30 a list, dm me")["selling"] is True
    assert measured("警方打掉一个出售住址和手机号的团伙，两毛一条")["selling"] is False
    assert measured("Don't buy leaked itineraries, it is a crime")["selling"] is False


def test_without_text_everything_is_unknown() -> None:
    """No text: every field is NULL. A text with nothing in it: no kinds, and whose is NULL."""
    assert measured(None) == {}
    assert measured("今天天气真好") == {"kinds": [], "exposed": [], "selling": False}


def test_another_language_gives_only_what_needs_none() -> None:
    """In a language without measured precision only checksums and mail addresses are found."""
    values = measured("電話は15412345678です、メールは ab1@mail.example です", lang="ja")
    assert values["kinds"] == ["email"]
    assert "whose" not in values


def test_the_signal_declares_every_field_it_gives() -> None:
    """Rules are checked against the declared fields, so none may be missing."""
    fields = signal().fields
    for text in ("她的手机号15412345678，住石榴路18号3栋502室", "我坐CA1521，住渡口宾馆502房，QQ25487361"):
        assert set(measured(text)) <= set(fields)
