"""The words about kept income, and about disputes before a body outside the house."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.words import Words

_ALL: dict[str, Words] = {
    "title.income": Words("The income of your {subject} that was kept", "您{subject}暂存的收益"),
    "open.refund": Words(
        "Hello,\n\nSince {date} the income of your {subject} ({id}) is kept in escrow. A person has decided "
        "that it goes back to those who paid it.",
        "您好：\n\n自 {date} 起，您的{subject}（{id}）的收益处于暂存状态。经人工决定，该收益将退还付款人。",
    ),
    "now.refund": Words(
        "When the escrow ends, at {end}, what was kept is refunded to those who paid.",
        "暂存于 {end} 结束时，已暂存的收益将退还付款人。",
    ),
    "now.refund_waits": Words(
        "While an appeal waits for its answer, no money moves. If we answer late, the income is paid out to "
        "you.",
        "申诉等待答复期间，款项不作任何变动。若我们逾期未答复，收益将发还给您。",
    ),
    "open.escrow_over": Words(
        "Hello,\n\nSince {date} the income of your {subject} ({id}) was kept in escrow. That time is over.",
        "您好：\n\n自 {date} 起，您的{subject}（{id}）的收益处于暂存状态。暂存期现已结束。",
    ),
    "now.paid_out": Words(
        "What was kept is paid out to you, and nothing is kept any more.",
        "已暂存的收益现予发还，今后不再暂存。",
    ),
    "now.refunded": Words(
        "What was kept is refunded to those who paid, as we told you, and nothing is kept any more.",
        "如此前通知，已暂存的收益现退还付款人，今后不再暂存。",
    ),
    "title.dispute": Words("What follows from the dispute about our decision", "关于我们决定的争议处理结果"),
    "open.dispute": Words(
        "Hello,\n\nA dispute body outside this house looked at our decision of {date} about the {subject} "
        "({id}). A person who had no part in the decision has carried out what follows. The decision is "
        "reversed. We are sorry.",
        "您好：\n\n一家独立的争议解决机构审查了我们 {date} 就{subject}（{id}）作出的决定。"
        "一位未参与该决定的人员已据此处理：原决定现予撤销。我们向您道歉。",
    ),
    "open.dispute_declined": Words(
        "Hello,\n\nA dispute body outside this house looked at our decision of {date} about the {subject} "
        "({id}). Its view does not bind us, and we do not follow it, for the reasons below. You may still "
        "go to a court.",
        "您好：\n\n一家独立的争议解决机构审查了我们 {date} 就{subject}（{id}）作出的决定。"
        "其意见对我们没有约束力；基于以下理由，我们不予采纳。您仍可向法院提出。",
    ),
    "outcome.disputed": Words(
        "You were right to bring this before them: another person will decide it afresh.",
        "您提请处理是对的：将由另一位人员重新作出决定。",
    ),
}

OUTWORDS: Mapping[str, Words] = MappingProxyType(_ALL)
