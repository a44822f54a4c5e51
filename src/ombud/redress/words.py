"""The words of a notice, in both languages: kind, plain, exact. ``letter`` puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.words import Words
from ombud.redress.afterwords import AFTERWORDS
from ombud.redress.outwords import OUTWORDS

_ALL: dict[str, Words] = {
    "post": Words("post", "帖文"),
    "account": Words("account", "账号"),
    "group": Words("account in a group", "群组中的账号"),
    # titles
    "title.decision": Words("Our decision about your {subject}: {clause}", "关于您{subject}的决定：{clause}"),
    "title.hold": Words("Your {subject} is held until we decide", "您的{subject}暂停展示，等待决定"),
    "title.lifted": Words("Your {subject} is back", "您的{subject}已恢复"),
    "title.appeal": Words("The answer to your appeal", "对您申诉的答复"),
    "title.outcome": Words("What came of your report", "您的举报结果"),
    "title.undone": Words("A measure about you was undone", "针对您的一项措施已撤销"),
    # openings
    "open.decision": Words(
        "Hello,\n\nA person looked at your {subject} ({id}) and decided that a clause of “{code}” applies. "
        "This letter says which clause, why, what happens now, and how to have it looked at again.",
        "您好：\n\n我们的一位审核员查看了您的{subject}（{id}），认为“{code}”中的一条适用。"
        "本通知说明是哪一条、为什么、接下来会怎样，以及如何请他人重新审查。",
    ),
    "open.automatic": Words(
        "Hello,\n\nA rule put a label on your {subject} ({id}), as a clause of “{code}” provides. No "
        "person has "
        "looked at it yet. This letter says why, and how to have a person look.",
        "您好：\n\n依照“{code}”中的一条，规则自动为您的{subject}（{id}）加了标注，尚无人工查看。"
        "本通知说明原因，以及如何请人查看。",
    ),
    "open.hold": Words(
        "Hello,\n\nYour {subject} ({id}) may harm somebody, so nobody can see it until a person has decided. "
        "Nothing has been decided against you, and nothing is counted.",
        "您好：\n\n您的{subject}（{id}）可能对他人造成伤害，因此在人工作出决定前暂不展示。"
        "目前没有作出任何对您不利的决定，也不记任何分数。",
    ),
    "open.lifted": Words(
        "Hello,\n\nWe looked at your {subject} ({id}). No clause was found to apply, so the hold is over and "
        "everything is as before. We are sorry for the interruption.",
        "您好：\n\n我们查看了您的{subject}（{id}），没有发现适用的条款。暂停展示已结束，一切恢复原状。"
        "给您带来不便，我们深表歉意。",
    ),
    "open.kept": Words(
        "Hello,\n\nYou asked us to look again at our decision of {date}. Another person, who had no "
        "part in it, "
        "did so. The decision stays as it is, for the reasons below.",
        "您好：\n\n您请我们重新审查 {date} 的决定。一位未参与该决定的人员进行了审查，"
        "决定维持不变，理由如下。",
    ),
    "open.reversed": Words(
        "Hello,\n\nYou asked us to look again at our decision of {date}. Another person did so, and "
        "found that "
        "it was wrong. It is reversed. We are sorry.",
        "您好：\n\n您请我们重新审查 {date} 的决定。另一位人员进行了审查，认为原决定有误，现予撤销。"
        "我们向您道歉。",
    ),
    "open.changed": Words(
        "Hello,\n\nYou asked us to look again at our decision of {date}. Another person did so and "
        "changed it. "
        "What follows takes the place of the first decision.",
        "您好：\n\n您请我们重新审查 {date} 的决定。另一位人员进行了审查并作出变更。以下内容取代原决定。",
    ),
    "open.outcome": Words(
        "Hello,\n\nThank you for your report about a {subject} ({id}). A person has looked at it.",
        "您好：\n\n感谢您举报{subject}（{id}）。我们已有人员查看。",
    ),
    # heads
    "head.content": Words("What this is about", "涉及的内容"),
    "head.clause": Words("The clause", "条款"),
    "head.facts": Words("The facts", "事实"),
    "head.how": Words("How it came to us", "如何发现"),
    "head.why": Words("Why", "理由"),
    "head.now": Words("What happens now", "接下来"),
    "head.correct": Words("How to correct it", "如何更正"),
    "head.points": Words("What is counted", "记分"),
    "head.appeal": Words("If you disagree", "如果您不同意"),
    "head.receipt": Words("Your receipt code", "您的回执码"),
    # clause
    "clause.where": Words(
        "“{code}” {version}, clause {clause}: {title}", "“{code}”{version} 第 {clause} 条：{title}"
    ),
    "clause.asks": Words("What it asks: {text}", "要求：{text}"),
    "clause.not": Words("What it does not forbid: {text}", "不禁止：{text}"),
    "clause.law": Words("Law: {law}", "法律依据：{law}"),
    "clause.code": Words("This rests on the code, not on a law.", "本决定依据上述准则，而非法律。"),
    # facts and finding
    "content.sealed": Words("(sealed: it is not shown again)", "（已封存，不再显示）"),
    "content.none": Words("{subject} {id}", "{subject} {id}"),
    "fact.finding": Words("{at}: {text}", "{at}：{text}"),
    "fact.report": Words("It was reported on {date}.", "{date} 收到举报。"),
    "found.rule": Words(
        "A published rule of the code found it: {rules}.", "由准则中公开的规则发现：{rules}。"
    ),
    "found.report": Words("Somebody reported it.", "由他人举报。"),
    "found.person": Words("A person of ours saw it.", "由我们的人员发现。"),
    "auto.no": Words("A person decided; no machine did.", "由人作出决定，没有机器决定。"),
    "auto.yes": Words("The label was set by a rule, without a person.", "标注由规则自动添加，没有人工参与。"),
    "body.none": Words("No public body had a part in it.", "没有任何公共机构参与。"),
    "body.some": Words(
        "A public body had a part: {body}. It was tested against the code’s own clause and carried "
        "no weight.",
        "有公共机构参与：{body}。我们仅依据准则自身的条款审查，该要求不产生任何影响。",
    ),
    "body.code": Words("About the code itself: {text}", "关于准则本身：{text}"),
    # why
    "why.milder": Words("We considered milder measures first:", "我们先考虑了较轻的措施："),
    "why.item": Words("{measure}: {why}", "{measure}：{why}"),
    # measures
    "now.nothing": Words("Nothing is restricted.", "没有任何限制。"),
    "now.item": Words("{measure}: {scope}, {where}, {when}", "{measure}：{scope}，{where}，{when}"),
    "scope.item": Words("this {subject} only", "仅限本{subject}"),
    "scope.account": Words("your account", "您的账号"),
    "where.all": Words("everywhere", "所有地区"),
    "where.some": Words("in: {territory}", "地区：{territory}"),
    "when.until": Words("from {start} until {end}", "自 {start} 至 {end}"),
    "when.open": Words("from {start} until it is undone", "自 {start} 起，直至撤销"),
    "when.closing": Words(
        "from {start}; we look at it again after 12 months",
        "自 {start} 起；12 个月后复核",
    ),
    "closing.rights": Words(
        "You can still export what you wrote, get your refunds, and appeal.",
        "您仍可导出您的内容、领取退款并提出申诉。",
    ),
    "now.undone": Words("Undone, as if it had never been: {measures}.", "已撤销，视为从未发生：{measures}。"),
    "now.none_undone": Words("There was no measure to undo.", "没有需要撤销的措施。"),
    "now.restored": Words(
        "Its points are gone from your standing, and income that was kept in escrow is paid out.",
        "相应记分已从您的记录中清除，暂存的收益将予发还。",
    ),
    "now.dependent": Words(
        "Later measures that rested on these points are undone too: {measures}.",
        "以这些记分为依据的后续措施也一并撤销：{measures}。",
    ),
    "now.resumed": Words(
        "Measures that rested meanwhile go on until their first end.", "期间中止的措施恢复至原定期限。"
    ),
    # correction
    "correct.free": Words(
        "Remove or mend it within {hours} hours of this letter’s delivery. Then nothing is counted "
        "against you.",
        "请在本通知送达后 {hours} 小时内删除或更正，届时不会对您记分。",
    ),
    "correct.counted": Words(
        "Please remove or mend it within {hours} hours of this letter’s delivery. Corrections of "
        "this clause were "
        "forgiven {times} times in 90 days, so this one is counted all the same.",
        "请在本通知送达后 {hours} 小时内删除或更正。该条款在 90 天内已 {times} 次免于记分，故本次仍会记分。",
    ),
    "correct.none": Words("There is nothing for you to correct.", "您无需更正。"),
    # points
    "points.counted": Words(
        "Severity {severity} of 4. Your standing is now {points} points. Points halve with time when "
        "nothing new "
        "happens, and nobody but you and the reviewers of a case about you can see them.",
        "严重程度 {severity}（共 4 级）。您目前的记分为 {points} 分。若无新的违反，分数会随时间减半；"
        "除您本人和审理您个案的审核员外，无人可见。",
    ),
    "points.open": Words(
        "Nothing is counted while you have time to correct. Your standing is {points} points.",
        "在更正期限内不记分。您目前的记分为 {points} 分。",
    ),
    "points.none": Words("Nothing is counted.", "不记分。"),
    # appeal
    "appeal.here": Words(
        "You can appeal until {until}, free of charge, with the receipt code below; somebody may "
        "write for you. "
        "A person who had no part in this decision answers within {within}.",
        "您可在 {until} 之前凭下方回执码免费申诉，也可由他人代为提出。"
        "未参与本决定的人员将在 {within} 内答复。",
    ),
    "appeal.late": Words(
        "If we are late, the measures rest until we have answered.",
        "若我们逾期未答复，措施将中止执行，直至作出答复。",
    ),
    "appeal.late_danger": Words(
        "Because somebody may be in danger, the measures go on meanwhile.",
        "因可能有人处于危险之中，措施在此期间继续执行。",
    ),
    "appeal.suspends": Words("An appeal suspends by itself: {measures}.", "提出申诉即自动中止：{measures}。"),
    "appeal.outside": Words("Outside: {text}", "外部途径：{text}"),
    "within.long": Words("14 days", "14 天"),
    "within.short": Words("72 hours", "72 小时"),
    "receipt": Words(
        "{code}\nIt opens this letter and your appeal, also without an account. Keep it to yourself.",
        "{code}\n凭此码可查看本通知并提出申诉，无需登录账号。请勿告知他人。",
    ),
    # reporters
    "outcome.applies": Words(
        "We found that clause {clause} ({title}) applies, and acted on it.",
        "我们认为第 {clause} 条（{title}）适用，并已采取措施。",
    ),
    "outcome.does_not_apply": Words(
        "We found that clause {clause} ({title}) does not apply. Nothing was done.",
        "我们认为第 {clause} 条（{title}）不适用，未采取措施。",
    ),
    "outcome.cannot_tell": Words(
        "We could not tell whether clause {clause} ({title}) applies. In doubt, nothing is done.",
        "我们无法判断第 {clause} 条（{title}）是否适用。存疑时不采取措施。",
    ),
    "outcome.reversed": Words(
        "Our first decision about it was reversed. Clause {clause} ({title}).",
        "我们最初的决定已被撤销。第 {clause} 条（{title}）。",
    ),
    "outcome.reopened": Words(
        "You asked us to look again, and you were right to: another person will decide it afresh.",
        "您请我们重新审查，您是对的：将由另一位人员重新作出决定。",
    ),
    # one's own standing
    "standing.points": Words("Points that count at {at}: {points}", "截至 {at} 有效的分数：{points}"),
    "standing.strike": Words(
        "{date}: severity {severity}, {points} points left of it",
        "{date}：严重程度 {severity}，剩余 {points} 分",
    ),
    "standing.active": Words("In effect:", "正在生效："),
    "standing.nothing": Words("No measure is in effect.", "没有正在生效的措施。"),
    "standing.no_end": Words("until undone", "直至撤销"),
    # a public body that could not be named before
    "title.body": Words("A public body had a part in our decision", "有公共机构与我们的决定有关"),
    "open.body": Words(
        "Hello,\n\nWhen we decided about your {subject} ({id}) on {date}, a law forbade us to name a public "
        "body that had asked us to act. That ban has ended, so we tell you now.",
        "您好：\n\n我们于 {date} 就您的{subject}（{id}）作出决定时，"
        "法律禁止我们说明曾有公共机构要求我们处理。该禁令已结束，现告知您。",
    ),
}

WORDS: Mapping[str, Words] = MappingProxyType({**_ALL, **AFTERWORDS, **OUTWORDS})

OUTSIDE = Words(
    "You may also go to a court, or to an out-of-court dispute body where one is certified; this letter does "
    "not take any of these ways from you.",
    "您也可以向法院或经认证的庭外争议解决机构提出；本通知不影响您的这些权利。",
)

RECEIPT_MARK = "{{receipt}}"
"""Stands in a stored letter for the code, which only the recipient sees."""


def say(key: str, language: str, **values: object) -> str:
    """Return the words of a key in a language, filled in."""
    return WORDS[key][language].format(**values)
