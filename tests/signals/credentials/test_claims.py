"""Who claims a licence now, with advice to one person, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ombud.events.envelope import Account, Event, Post
from ombud.rules.gate.corpus import corpus
from ombud.signals.base import NoRegisters
from ombud.signals.credentials import signal
from ombud.signals.quality.credentials import evaluate, found
from ombud.signals.sets import Sets

OWN = Path(__file__).resolve().parent.parent / "data"


class Kept(NoRegisters):
    """A register that shows one physician."""

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:
        return ({"key": "dr", "credential": "Doctor"},) if register == "credentials" else ()


def measured(text: str | None, registers: NoRegisters | None = None, **account: Any) -> dict[str, Any]:
    who = Account(**{"id": "a", "credentials": [], **account})
    event = Event(id="e", at=0, kind="comment", account=who, post=Post(text=text))
    return dict(signal().session(registers or NoRegisters()).measure(event).values)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("我是执业医师，你这个指标可以把药停了", "physician"),
        ("我是執業醫師，你這個指標可以把藥停了", "physician"),
        ("律师在此，你这案子别上诉，签了和解", "lawyer"),
        ("我是持牌理财师，你那二十万全买这只基金", "financial_adviser"),
        ("执业药师一枚，你这两种药剂量翻倍", "pharmacist"),
        ("I'm a licensed physician. With your numbers, stop taking the tablets.", "physician"),
        ("As an attorney, I'd tell you to sign nothing.", "lawyer"),
        ("Pharmacist speaking: your beta blocker is useless, stop taking it.", "pharmacist"),
    ],
)
def test_a_claim_with_advice_and_nothing_shown(text: str, claim: str) -> None:
    """A present claim with advice on one person's own case."""
    assert measured(text) == {"claim": claim, "advice": True, "shown": False}


@pytest.mark.parametrize(
    "text",
    [
        "王医生，谢谢您，我妈能下床走路了",
        "我以前是医生，退休十年了，你这药慢慢减",
        "我不是医生，不过你这个咳嗽最好去看看",
        "我妈是医生，她说你这药可以停",
        "我是手机医生，你这屏换一下就好",
        "我是律师的老婆，你先别签",
        "我在德国做过律师，国内不执业，你先别签字",
        "小说里他说“我是医生，你把药停了”",
        "I'm not a doctor but you should stop the pills",
        "I used to be a nurse, keep your leg up and stop the pills",
        "I'm a doctor of music, your sonata should stop sooner",
        "I'm married to a lawyer, you should sign nothing",
        'He said "I am a doctor, stop your insulin" and was a waiter',
    ],
)
def test_no_claim(text: str) -> None:
    """Honorifics, former and foreign licences, third persons, jokes and quotations claim nothing."""
    assert measured(text) == {"advice": False}


@pytest.mark.parametrize(
    "text",
    [
        "我是医生，你这个情况请尽快去医院，网上说不清",
        "作为药师提醒大家：头孢和酒不能同用",
        "我是急诊科医生，今天值了二十个小时班，想吃面",
        "I'm a GP, I can't diagnose you on here, see your own doctor.",
        "As a lawyer I explain the new tenancy act: what a notice period is.",
    ],
)
def test_teaching_and_referral_are_no_advice(text: str) -> None:
    """A claim is there, and no advice: teaching, one's own day, sending somebody to a doctor."""
    values = measured(text)
    assert "claim" in values
    assert values["advice"] is False


def test_shown_comes_from_the_register_or_the_account() -> None:
    """The register's row or the platform's own list shows a licence, under any usual name."""
    text = "我是执业医师，你这个指标可以把药停了"
    assert measured(text, Kept(), id="dr", credentials=None)["shown"] is True
    assert measured(text, Kept(), id="other", credentials=None)["shown"] is False
    assert measured(text, credentials=["physician"])["shown"] is True
    assert measured(text, credentials=["lawyer"])["shown"] is False


def test_shown_is_unknown_where_nobody_keeps_it() -> None:
    """Without a register and without the platform's list nothing can be said."""
    assert "shown" not in measured("我是执业医师，你这个指标可以把药停了", credentials=None)


def test_a_title_in_the_bio_is_a_claim() -> None:
    """A title that stands for itself in the bio counts; a former one and a joke do not."""
    advice = "你这个情况把药停了"
    assert measured(advice, bio="三甲心内科医生 | 爱猫")["claim"] == "physician"
    assert "claim" not in measured(advice, bio="退休医生，只科普不看病")
    assert "claim" not in measured(advice, bio="手机医生")


def test_without_text_everything_is_unknown() -> None:
    """No text: every field is NULL."""
    assert measured(None) == {}


def test_hostile_texts_are_answered() -> None:
    """A million characters, marks without end and broken code points give an answer."""
    for text in (
        "我是" * 500_000,
        "医生" * 300_000,
        "i am a doctor " * 70_000,
        "我\u0301" * 300_000,
        "\ud800我是医生",
    ):
        assert "advice" in measured(text)


def test_the_own_set_holds_its_floors() -> None:
    """Precision .95 and recall .85 on the test split."""
    scores = evaluate(Sets(OWN))
    assert scores
    assert [s for s in scores if not s.holds] == []


def test_the_protected_corpus_gives_no_unqualified_advice() -> None:
    """No protected text counts as advice under a licence that is not shown."""
    posts = [event.get("post") or {} for item in corpus() for event in item.events]
    texts = [post["text"] for post in posts if post.get("text")]
    assert [text for text in texts if found(text)] == []
