"""The words of what comes beside or after a decision: labels by rule, taking back, reviews, help, calls."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.words import Words

_ALL: dict[str, Words] = {
    # taken back
    "open.withdrawn": Words(
        "Hello,\n\nWe looked again at our decision of {date} about your {subject} ({id}), which was one of "
        "many that we made together. We take it back. You need not do anything. We are sorry.",
        "您好：\n\n我们重新审视了 {date} 就您的{subject}（{id}）作出的决定。该决定是一并作出的多项决定之一，"
        "现予收回。您无需采取任何行动。我们向您道歉。",
    ),
    "title.own": Words("We reversed our decision about your {subject}", "我们撤销了关于您{subject}的决定"),
    "open.own": Words(
        "Hello,\n\nNobody had asked us to, but we looked again at our decision of {date} about your "
        "{subject} ({id}). A person who had no part in it found that it was wrong. It is reversed. You "
        "need not do anything. We are sorry.",
        "您好：\n\n我们主动重新审查了 {date} 就您的{subject}（{id}）作出的决定。一位未参与该决定的人员认为"
        "原决定有误，现予撤销。您无需采取任何行动。我们向您道歉。",
    ),
    "open.fact-check": Words(
        "Hello,\n\nThere was a label on your {subject} ({id}). The label is removed, because a fact-check on "
        "which it rested no longer stands.",
        "您好：\n\n您的{subject}（{id}）曾带有标注。由于标注所依据的事实核查已不再成立，现移除该标注。",
    ),
    "open.mended": Words(
        "Hello,\n\nA rule had put a label on your {subject} ({id}). You have edited it since, and what the "
        "label spoke of is no longer there. The label is removed.",
        "您好：\n\n规则曾为您的{subject}（{id}）自动添加标注。您已作修改，标注所指内容不复存在，现移除该标注。",
    ),
    "open.unlabelled": Words(
        "Hello,\n\nA rule had put a label on your {subject} ({id}). A person has looked at it now, and no "
        "clause was found to apply. The label is removed. We are sorry.",
        "您好：\n\n规则曾为您的{subject}（{id}）自动添加标注。现已有人员查看，没有发现适用的条款，"
        "标注已移除。我们向您道歉。",
    ),
    "why.fact-check": Words(
        "The publisher withdrew the check, or fewer than two independent publishers stand by it now: {check}",
        "发布者已撤回该核查，或目前支持它的独立机构已不足两家：{check}",
    ),
    "why.mended": Words("The edited text no longer meets the rule.", "修改后的文本不再符合该规则。"),
    # labels by rule
    "why.automatic": Words(
        "The clause lets this rule put a label here; it can do nothing else. The case stays open, and a "
        "person will look at it.",
        "该条款允许此规则添加标注，除此之外不能采取其他措施。本案仍未结，将由人工查看。",
    ),
    "why.links": Words("The label links to: {links}", "标注链接至：{links}"),
    # closings
    "title.review": Words("Your closed account was looked at again", "您被关闭的账号已复核"),
    "open.review": Words(
        "Hello,\n\nYour account was closed by our decision of {date}. A person who had no part in it has "
        "looked at it again.",
        "您好：\n\n您的账号因我们 {date} 的决定被关闭。一位未参与该决定的人员已进行复核。",
    ),
    "now.kept_closed": Words(
        "The account stays closed. We look at it again by {next}. You can still export what you wrote, get "
        "your refunds, and appeal.",
        "账号继续关闭。我们将在 {next} 前再次复核。您仍可导出您的内容、领取退款并提出申诉。",
    ),
    "now.reopened": Words(
        "The account is open again from now on. The decision of then stands in your record, and its points "
        "fade as they would have.",
        "账号自即刻起重新开放。当时的决定仍留在您的记录中，其记分照常随时间减少。",
    ),
    # help
    "title.help": Words("Somebody is there for you", "有人在，愿意帮助您"),
    "open.help": Words(
        "Hello,\n\nA person here read your {subject} ({id}) and is worried about you. You have done nothing "
        "wrong. Nothing is removed, and nothing is counted.",
        "您好：\n\n我们的一位工作人员看到了您的{subject}（{id}），很担心您。您没有做错任何事，"
        "我们没有移除任何内容，也不记任何分数。",
    ),
    "head.help": Words("People you can talk to, day and night", "您可以随时联系的人"),
    "help.line": Words("{name}: {number}", "{name}：{number}"),
    "help.reasons": Words(
        "The person may need help. No clause applies, and nothing is counted.",
        "当事人可能需要帮助。没有条款适用，也不记分。",
    ),
    "help.danger": Words(
        "If your life is in danger now, please call the emergency number of the place where you are.",
        "如果您现在有生命危险，请拨打所在地的紧急电话。",
    ),
    # calls to people on duty
    "page.title": Words(
        "{count} cases in lane 0 wait and nobody has taken them", "优先通道有 {count} 个个案无人认领"
    ),
    "page.open": Words(
        "Danger to life, a child, or live violence may be in these cases. Each should be decided within one "
        "hour of its opening. You are on duty.",
        "这些个案可能涉及生命危险、儿童或正在发生的暴力。每个个案应在立案后一小时内处理。您正在值班。",
    ),
    "page.line": Words(
        "{case}: {title} ({code} {clause}), severity {severity}, opened {opened}, due {due}{late}",
        "{case}：{title}（{code} {clause}），严重程度 {severity}，立案 {opened}，截止 {due}{late}",
    ),
    "page.late": Words(", overdue", "，已逾期"),
    "page.more": Words("… and {count} more", "……另有 {count} 个"),
    "page.how": Words(
        "Take one: ombud case claim CASE --as {person}. You are called again until somebody has taken each.",
        "认领：ombud case claim CASE --as {person}。在全部被认领之前，系统会再次呼叫您。",
    ),
}

AFTERWORDS: Mapping[str, Words] = MappingProxyType(_ALL)
