"""The words of Ombud: one word a thing, and the words it is never called.

The glossary page is generated from this table, so the words in the docs and the
words in the code cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word, its Chinese name, its meaning in both languages, and words that are not used for it."""

    word: str
    zh: str
    means: str
    means_zh: str
    never: tuple[str, ...] = ()


TERMS: tuple[Term, ...] = (
    Term(
        "event",
        "事件",
        "something that happened: a post, a follow, a payment, a report",
        "发生了的一件事：发帖、关注、付款、举报",
        ("action",),
    ),
    Term("account", "账号", "who acted", "做这件事的一方"),
    Term("post", "帖文", "content that was published", "已经发布的内容"),
    Term(
        "subject",
        "对象",
        "what a decision is about: a post, an account or a group",
        "决定所针对的：一篇帖文、一个账号或一个群组",
    ),
    Term("signal", "信号", "a value measured on a post or an account", "从帖文或账号上测得的一个值"),
    Term(
        "rule",
        "规则",
        "a named condition over events, with its tests",
        "针对事件的一个条件，有名字，附带测试",
    ),
    Term(
        "finding",
        "发现",
        "a rule that held for an event, with the evidence",
        "一条规则在某个事件上成立，连同证据",
        ("hit", "flag", "verdict"),
    ),
    Term("report", "举报", "an incoming complaint", "收到的投诉", ("notice",)),
    Term(
        "code of conduct",
        "行为准则",
        "the published folder of clauses and rules",
        "公布的文件夹，里面是条款和规则",
    ),
    Term(
        "clause", "条款", "a numbered duty in a code of conduct", "行为准则中一项有编号的义务", ("policy id",)
    ),
    Term("harm", "危害", "what a clause protects from; the list is closed", "条款要防止的事；清单是封闭的"),
    Term(
        "case",
        "个案",
        "the unit of review: one subject under one clause",
        "审查的单位：一条条款之下的一个对象",
        ("ticket", "job"),
    ),
    Term("queue", "待办", "the cases that wait, in a published order", "等待处理的个案，按公开的次序排列"),
    Term(
        "lane 0",
        "优先通道",
        "the part of the queue that comes first: danger to life, a child, live violence",
        "待办中排在最前的部分：生命危险、儿童、正在发生的暴力",
    ),
    Term("claim", "认领", "who holds a case at the moment", "个案此刻由谁拿着"),
    Term(
        "decision",
        "决定",
        "the reasoned outcome of a case, by a person",
        "由人对个案得出的、附理由的结论",
        ("verdict",),
    ),
    Term(
        "measure",
        "措施",
        "a restriction with a scope and an end date",
        "一项限制，有范围，有结束日期",
        ("punishment",),
    ),
    Term(
        "label",
        "标注",
        "a measure that adds a fact beside a post and takes nothing away",
        "一项措施：在帖文旁边加上一个事实，不拿走任何东西",
    ),
    Term("notice", "通知", "the message that tells a person of a decision", "告知当事人一项决定的信"),
    Term("statement of reasons", "理由说明", "the legal body of a notice", "通知里说明理由的法定正文"),
    Term(
        "appeal",
        "申诉",
        "a request to look again; ends as kept, reversed or changed",
        "请求重新审查；结果是维持、撤销或变更",
        ("upheld", "accepted"),
    ),
    Term(
        "second look",
        "双盲复核",
        "a decided case judged once more, by a reviewer who does not know the first answer",
        "已经决定的个案由不知道第一次答案的审核员再判断一次",
    ),
    Term(
        "ledger",
        "账本",
        "the append-only tree of records that anyone can verify",
        "只增不改的记录树，人人可以核验",
    ),
    Term(
        "checkpoint",
        "检查点",
        "a signed statement of the ledger's size and root",
        "经签名的声明，写明账本的大小和根哈希",
    ),
    Term(
        "hold",
        "保全",
        "a reason, with an end, for which something may not be erased yet",
        "某样东西暂时不得抹除的理由，有结束日期",
    ),
    Term(
        "erasure",
        "抹除",
        "destroying a person's data so that every proof still holds",
        "销毁一个人的数据，而每一份证明仍然成立",
    ),
    Term(
        "public body",
        "公共机构",
        "an authority, a court or whoever acts for one",
        "行政机关、法院，或代表它们行事者",
    ),
    Term(
        "demand",
        "要求",
        "what a public body asks for; it enters a public register and has no weight",
        "公共机构要求的事；记入公开登记册，没有任何分量",
    ),
    Term(
        "register",
        "登记册",
        "dated facts that the operator keeps, which signals read",
        "运营者保管的、带日期的事实，供信号读取",
    ),
    Term(
        "quarantine",
        "隔离区",
        "input that could not be taken, kept with its reason and place",
        "收不下的输入，连同原因和位置一并保存",
    ),
    Term(
        "inbox",
        "收件簿",
        "the events already taken, so that a repeat changes nothing",
        "已经收下的事件，重复送来的不起任何作用",
    ),
    Term("archive", "档案", "the events already evaluated, in Parquet", "已经评估过的事件，存为 Parquet"),
)
