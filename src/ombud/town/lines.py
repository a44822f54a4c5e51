"""What the town's people write in their decisions and appeals, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lines:
    """One language's sentences: reasons of decisions, pleas, and answers to appeals."""

    reasons: str
    milder: str
    refused: str
    seen: str
    done: str
    plea: str
    hijacked: str
    kept: str
    reversed: str
    changed: str


_EN = Lines(
    reasons="I read the item and what stands around it. It does what the clause forbids, and nothing in it "
    "is among the things that the clause leaves free.",
    milder="It would leave the harm to the person as it is.",
    refused="I read the item and what stands around it. The clause does not forbid this.",
    seen="The item as it was reported, read as a whole.",
    done="Looked at again: it was corrected.",
    plea="I do not see what was wrong with it. Please let somebody else look.",
    hijacked="Somebody else had taken my account that day. I have changed the password since.",
    kept="I looked at it afresh. The facts are as the notice says, and the clause applies to them.",
    reversed="The login record shows another device and city that day. The decision does not stand.",
    changed="The clause applies, but a milder measure is enough here.",
)
_ZH = Lines(
    reasons="我查看了该内容及其上下文。它做了条款所禁止的事，也不属于条款明确不禁止的情形。",
    milder="对当事人的损害会继续存在。",
    refused="我查看了该内容及其上下文。条款并不禁止这样做。",
    seen="所举报的内容，已通读全文。",
    done="再次查看：已更正。",
    plea="我看不出哪里有问题，请由另一位人员重新查看。",
    hijacked="当天我的账号被他人盗用，此后我已修改密码。",
    kept="我重新作了审查。事实与通知所述一致，该条款适用。",
    reversed="登录记录显示当天来自另一台设备和另一座城市，原决定不成立。",
    changed="该条款适用，但在此采取较轻的措施已经足够。",
)


def lines(language: str) -> Lines:
    """Return the sentences of a language (``zh``, or English for any other)."""
    return _ZH if language == "zh" else _EN
