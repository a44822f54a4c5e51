"""The signal from an event to its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY
from ombud.events.envelope import Account, Event
from ombud.signals.base import GivenRegisters, Measured, NoRegisters, Signal
from ombud.signals.catalogue import fields_of
from ombud.signals.impersonation import signal
from ombud.signals.impersonation.index import Index
from ombud.signals.impersonation.signal import judge

Ask = Callable[..., Measured]
REGISTER = {
    "protected_names": [{"key": "临江晚报", "kind": "media"}, {"key": "Kestrel Bank", "kind": "company"}]
}


def _event(name: str | None, at: int = 0, **more: Any) -> Event:
    extra = more.pop("extra", {})
    return Event(id="e", at=at, kind="profile", account=Account(id="a", name=name, **more), extra=extra)


def poses(measured: Measured) -> bool:
    """Say what a rule would say."""
    return bool(measured.values["score"] >= 0.9 and not measured.values["is_parody"])


def test_it_is_a_signal_with_the_fields_of_the_catalogue() -> None:
    """The factory gives a signal that declares every field of the catalogue."""
    made = signal()
    assert isinstance(made, Signal)
    assert made.fields == fields_of("impersonation")
    assert {"protected", "score", "office_cue", "is_parody", "renamed_into"} <= set(made.fields)


def test_without_a_name_nothing_is_known() -> None:
    """An account without a name has NULL in every field."""
    assert dict(signal().session(GivenRegisters(REGISTER)).measure(_event(None)).values) == {}


def test_without_a_register_there_is_no_score() -> None:
    """Where no name is protected the score is NULL, and what the name says of itself is known."""
    values = signal().session(NoRegisters()).measure(_event("临江晚报官方")).values
    assert values == {"office_cue": True, "is_parody": False}


def test_the_register_is_read_as_of_the_event() -> None:
    """A name counts from the day it is protected."""
    rows = [{"key": "临江晚报", "kind": "media", "valid_from": DAY}]
    session = signal().session(GivenRegisters({"protected_names": rows}))
    assert session.measure(_event("临江晚报客服", 0)).values.get("protected") is None
    assert session.measure(_event("临江晚报客服", DAY)).values["protected"] == "临江晚报"


@pytest.mark.parametrize(
    ("name", "protected", "how"),
    [
        ("临江市公安扃", "临江市公安局", "look_alike"),
        ("臨江市公安局", "临江市公安局", "same"),
        ("临江市\u200b公安局", "临江市公安局", "invisible"),
        ("临江市·公安局", "临江市公安局", "separator"),
        ("临江市公公安局", "临江市公安局", "doubled"),
        ("✅人民日报", "人民日报", "badge"),
        ("Ⓥ人民日报", "人民日报", "badge"),
        ("人民日报官方客服01", "人民日报", "cue"),
        ("人民日抱", "人民日报", "look_alike"),
        ("国家航韵管理委员会", "国家航运管理委员会", "homophone"),
        ("人民ribao", "人民日报", "pinyin"),
        ("Ren Min Ri Bao", "人民日报", "pinyin"),
        ("Evening Lаntern", "Evening Lantern", "look_alike"),
        ("Eveninq Lantern", "Evening Lantern", "edit"),
        ("Evenign Lantern", "Evening Lantern", "swapped"),
        ("P4rc3lwing", "Parcelwing", "look_alike"),
        ("Parcelwing Customer Care", "Parcelwing", "cue"),
        ("\u202egniwlecraP", "Parcelwing", "look_alike"),
        ("临江发布", "临江市", "place_cue"),
        ("临江市长官方", "临江市", "place_cue"),
        ("Larkmere City Council", "Larkmere", "place_cue"),
        ("沈星澜本人", "沈星澜", "cue"),
    ],
)
def test_what_takes_a_protected_place(ask: Ask, name: str, protected: str, how: str) -> None:
    """Each way of imitating a name is found and named."""
    found = ask(name)
    assert poses(found)
    assert (found.values["protected"], found.values["resemblance"]) == (protected, how)


@pytest.mark.parametrize(
    "name",
    [
        "临江市", "临江", "临江影像", "临江日报", "Larkmere", "Larkmere Birds", "市长", "沈星澜",
        "Oskar Lindqvist", "湖北人大", "陕西人大", "河南人大", "Bank of Iceland", "Washington Host",
        "Channel 5 News", "Channel 66 News", "人民日报观察", "临江市公安局（戏仿）", "人民日报（非官方）",
        "反对临江市公安局", "临江市公安局门口", "Not Parcelwing", "Parcelwing Watch", "Parcelwing Fans",
        "Larkmere Police Department Watch", "Boycott Parcelwing", "榆浦银行打工人", "人民日报海外版",
        "监督国家监督委员会", "临江热线",
        "Larkmere Official", "Larkmere Support",
        "😀😀", "a", "官方客服", "Official Support", "Lanterns in the Evening",
    ],
)  # fmt: skip
def test_what_takes_nobodys_place(ask: Ask, name: str) -> None:
    """Places, titles and namesakes alone, other bodies, critics, fans, watchers and parody are clear."""
    assert not poses(ask(name))


def test_a_protected_names_own_words_do_not_clear_it(ask: Ask) -> None:
    """ "监督" in the name that is taken is no sign of a watcher."""
    assert poses(ask("国家监督委员会官方"))


def test_a_bio_that_says_otherwise_clears(ask: Ask) -> None:
    """A name is clear where the bio says parody, fan or not the one."""
    assert poses(ask("临江市公安局", "便民信息"))
    for bio in ("戏仿账号，不代表任何机构", "Parody. Not affiliated", "非官方，市民自发", "views my own"):
        measured = ask("临江市公安局", bio)
        assert measured.values["is_parody"]
        assert measured.values["score"] == 1.0


def test_a_bio_can_claim_the_place(ask: Ask) -> None:
    """A bio that calls the account a body's official one counts; one that speaks about it does not."""
    found = ask("小新", "这里是人民日报官方账号")
    assert (found.values["protected"], found.values["resemblance"]) == ("人民日报", "bio")
    assert [(span.column, "这里是人民日报官方账号"[span.start : span.end]) for span in found.spans] == [
        ("account.bio", "人民日报")
    ]
    assert poses(ask("Lea", "Official account of the Evening Lantern"))
    for bio in (
        "关注人民日报官方账号",
        "不是人民日报官方账号",
        "I follow the official account of Evening Lantern",
    ):
        assert not poses(ask("小新", bio))


def test_people_share_names(ask: Ask) -> None:
    """A person's name alone scores half; with a claim in the bio it is the person's place."""
    assert ask("Oskar Lindqvist", "I sell honey").values["score"] == 0.5
    assert poses(ask("Oskar Lindqvist", "The official page"))
    assert poses(ask("Oskar Lindqvіst"))


def test_the_holder_is_clear(ask: Ask) -> None:
    """The registered account of a body does not take its own place."""
    assert ask("临江市公安局", account="police").values["score"] == 0.0


def test_pictures(ask: Ask) -> None:
    """A copied picture with an office cue counts, alone it does not; a far one counts for nothing."""
    copied = "pdq:" + "0123456789abcdee" * 4
    assert ask("Lea", avatar=copied).values["score"] == 0.7
    found = ask("Help Desk Official", avatar=copied)
    assert found.values["protected"] == "Parcelwing" and poses(found)
    assert found.values["avatar_distance"] == 4
    assert "avatar_distance" not in ask("Lea", avatar="pdq:" + "f0e1d2c3b4a59687" * 4).values


def test_evidence_names_the_signs_that_were_changed(ask: Ask) -> None:
    """The evidence says which characters stand for which, and spans point into the original."""
    name = "★Evening Lаntеrn Official"
    found = ask(name)
    spans = [(name[span.start : span.end], span.kind) for span in found.spans]
    assert ("Evening Lаntеrn", "name") in spans
    assert ("а", "look_alike") in spans and (" Official", "cue") in spans
    assert found.evidence["changes"][0] == {
        "written": "а", "protected": "a", "how": "look_alike", "code_points": "U+0430",
    }  # fmt: skip


def test_renaming_into_a_protected_name() -> None:
    """An account that bore another name in the last seven days has renamed itself."""
    session = signal().session(GivenRegisters(REGISTER))
    for at, name in ((0, "小林的猫"), (DAY, "临江晚报官方")):
        session.observe(_event(name, at))
    found = session.measure(_event("临江晚报官方", DAY))
    assert found.values["renamed_into"] and found.evidence["previous_name"] == "小林的猫"
    session.observe(_event("临江晚报官方", 9 * DAY))
    assert not session.measure(_event("临江晚报官方", 9 * DAY)).values["renamed_into"]
    told = _event("临江晚报官方", 9 * DAY, extra={"previous_name": "小林的猫"})
    assert session.measure(told).values["renamed_into"]


def test_a_change_within_the_same_name_is_no_renaming() -> None:
    """From one spelling of a protected name to another is no renaming into it."""
    session = signal().session(GivenRegisters(REGISTER))
    for at, name in ((0, "Kestrel Bank"), (DAY, "Kestrel Bank Support")):
        session.observe(_event(name, at))
    assert not session.measure(_event("Kestrel Bank Support", DAY)).values["renamed_into"]


def test_the_same_criticism_is_clear_whoever_it_names(index: Index) -> None:
    """Exchanging the protected names in critical, fan and ordinary accounts changes no answer."""
    frames = (
        "反对{}",
        "{}观察",
        "{}粉丝",
        "不是{}",
        "爱看{}的老王",
        "{} Watch",
        "Boycott {}",
        "Not {}",
        "{} (parody)",
        "I hate {}",
    )
    keys = sorted({names[0].owner.key for names in index.forms.values()})
    for frame in frames:
        for key in keys:
            assert not poses(judge(Account(id="a", name=frame.format(key), bio=""), index)), frame.format(key)
            assert not poses(judge(Account(id="a", name="小新", bio=frame.format(key)), index))


@pytest.mark.parametrize(
    "name",
    [
        "人" * 100_000,
        "é̂" * 50_000,
        "\u202e" * 100_000,
        "官方" * 50_000,
        "😀" * 100_000,
        "official" * 11,
        "\ud800人民日报",
    ],
)
def test_hostile_names_are_answered(ask: Ask, name: str) -> None:
    """Names of 100,000 signs, zalgo, overrides, emoji and lone surrogates get an answer."""
    assert ask(name, name).values["score"] <= 1.0


def test_zalgo_over_a_protected_name_is_read_through(ask: Ask) -> None:
    """A hundred marks over every letter hide nothing, and one span covers them."""
    name = "".join(sign + "\u0301" * 100 for sign in "Parcelwing")
    found = ask(name)
    assert poses(found) and found.values["protected"] == "Parcelwing"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_has_an_answer_with_spans_inside_it(index: Index, name: str, bio: str) -> None:
    """Whatever the name and bio, the score is from 0 to 1 and every span lies in its text."""
    measured = judge(Account(id="a", name=name, bio=bio), index)
    assert 0 <= measured.values["score"] <= 1
    length = {"account.name": len(name), "account.bio": len(bio), "account.avatar": 0}
    assert all(0 <= span.start <= span.end <= length[span.column] for span in measured.spans)


@given(st.sampled_from(["人民日报", "临江市公安局", "Evening Lantern", "Parcelwing"]), st.data())
def test_invisible_signs_and_ornaments_hide_nothing(index: Index, name: str, data: st.DataObject) -> None:
    """Wherever an invisible sign or an ornament is put, the name is found."""
    for _ in range(3):
        at = data.draw(st.integers(0, len(name)))
        name = name[:at] + data.draw(st.sampled_from("\u200b\u2060\ufe0f★ ·_~\u0301")) + name[at:]
    assert poses(judge(Account(id="a", name=name, bio=""), index))
