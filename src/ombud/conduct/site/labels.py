"""The site's own words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.words import Words

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh": "中文"})
"""Each language by its own name."""

TAGS: Mapping[str, str] = MappingProxyType({"en": "en", "zh": "zh-Hans"})
"""The ``lang`` attribute of each language."""

_W = Words

LABELS: Mapping[str, Words] = MappingProxyType(
    {
        "skip": _W("Skip to the text", "跳到正文"),
        "codes": _W("Codes of conduct", "行为准则"),
        "all": _W("All codes", "全部准则"),
        "language": _W("Language", "语言"),
        "clauses": _W("Clauses", "条款"),
        "number": _W("No.", "编号"),
        "clause": _W("Clause", "条款"),
        "status": _W("Status", "效力"),
        "harm": _W("Harm", "危害"),
        "rules": _W("Rules", "规则"),
        "rule": _W("Rule", "规则"),
        "legend": _W("What the statuses mean", "各种效力的含义"),
        "count": _W("Clauses", "条数"),
        "serves": _W("Clause it serves", "服务的条款"),
        "about": _W("About this code", "关于本准则"),
        "binds": _W("Binding", "约束力"),
        "state": _W("State involvement", "公共机构的参与"),
        "who": _W("Put into effect by", "施行者"),
        "applies": _W("Applies to", "适用对象"),
        "from": _W("In force from", "生效日期"),
        "adopter": _W("the day on which somebody adopts it", "采用之日"),
        "announced": _W("Announced", "公布日期"),
        "version": _W("Version", "版本"),
        "this_version": _W("This version", "本版本"),
        "hash": _W("Content hash", "内容哈希"),
        "source": _W("Source document", "来源文件"),
        "lineage": _W("Descends from", "沿袭自"),
        "no_lineage": _W("no other code", "无"),
        "declined": _W("Why this is not enforced", "为什么不执行"),
        "breaks": _W("Breaks it", "违反"),
        "keeps": _W("Does not break it", "不违反"),
        "examples": _W("Examples", "示例"),
        "follows": _W("What can follow", "可能的后果"),
        "nothing": _W("Nothing follows from this clause.", "本条不产生任何后果。"),
        "measures": _W("Possible measures", "可采取的措施"),
        "ceiling": _W("The harshest", "最重的措施"),
        "severity": _W("Severity", "严重程度"),
        "decided_about": _W("Decided about", "决定的对象"),
        "decides": _W("Who decides", "由谁决定"),
        "correction": _W("Correction", "更正"),
        "appeal": _W("Appeal", "申诉"),
        "hold": _W("First step", "第一步"),
        "hold_first": _W(
            "The item may be disabled at once until the decision, 72 hours at most.",
            "可立即暂停展示，直至作出决定，最长 72 小时。",
        ),
        "the_harm": _W("The harm behind it", "所针对的危害"),
        "not_cover": _W("What the harm does not cover", "该危害不包括"),
        "served_by": _W("Rules that serve this clause", "服务于本条的规则"),
        "no_rule": _W("No rule looks for this.", "没有规则查找这类情形。"),
        "explains": _W("What the person concerned is told", "告知当事人的话"),
        "does_not_mean": _W("What a finding does not mean", "被发现并不意味着"),
        "condition": _W("The condition, as it is evaluated", "实际运行的条件"),
        "evidence": _W("Kept as evidence", "留作证据的内容"),
        "lists": _W("Lists it uses", "使用的词表"),
        "entries": _W("entries", "条"),
        "more": _W("more in the file", "条见文件"),
        "tests": _W("Tests, as examples", "作为示例的测试"),
        "events": _W("the last of {n} events", "{n} 个事件中的最后一个"),
        "near": _W("near miss for", "恰好未达到"),
        "previous": _W("Previous", "上一条"),
        "next": _W("Next", "下一条"),
        "contents": _W("All clauses", "全部条款"),
        "earned": _W("only where the breach earned money", "仅限因违反而获利的情形"),
        "two": _W("two people must agree", "须两人同意"),
        "days": _W("at most {n} days", "最长 {n} 天"),
        "hours": _W("at most {n} hours", "最长 {n} 小时"),
        "stands": _W(
            "This page is made from the files of the code: what you read is what the rules cite.",
            "本页由准则文件生成：您读到的文字就是规则所引用的文字。",
        ),
        "audience": _W(
            "Also, a rule on what a post says holds only where its audience is known not to be private.",
            "此外，凡涉及内容的规则，只有在确知受众并非私人范围时才成立。",
        ),
    }
)


def correction(hours: int | None, free: bool) -> Words:
    """Return how long a person has to correct."""
    if hours is None:
        return Words("There is no time to correct before a decision.", "作出决定前没有更正期限。")
    tail = (
        Words(" Corrected in time, nothing is counted.", "按时更正的，不计次数。") if free else Words("", "")
    )
    return Words(
        f"{hours} hours from delivery of the notice.{tail.en}", f"自通知送达起 {hours} 小时。{tail.zh}"
    )


def appeal(days: int | None) -> Words:
    """Return how an appeal can be made; every measure has one, of six months at least."""
    days = days or 180
    return Words(
        f"Free of charge, within {days} days, decided by another person.",
        f"免费，{days} 天内提出，由另一人决定。",
    )
