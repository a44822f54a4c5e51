"""The words of Ombud: one word a thing, and the words it is never called.

The glossary page is generated from this table, so the words in the docs and the
words in the code cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word, its meaning, its Chinese name, and words that are not used for it."""

    word: str
    zh: str
    means: str
    never: tuple[str, ...] = ()


TERMS: tuple[Term, ...] = (
    Term("event", "事件", "something that happened: a post, a follow, a payment, a report", ("action",)),
    Term("account", "账号", "who acted"),
    Term("post", "帖文", "content that was published"),
    Term("subject", "对象", "what a decision is about: a post, an account or a group"),
    Term("signal", "信号", "a value measured on a post or an account"),
    Term("rule", "规则", "a named condition over events, with its tests"),
    Term("finding", "发现", "a rule that held for an event, with the evidence", ("hit", "flag", "verdict")),
    Term("report", "举报", "an incoming complaint", ("notice",)),
    Term("code of conduct", "行为准则", "the published folder of clauses and rules"),
    Term("clause", "条款", "a numbered duty in a code of conduct", ("policy id",)),
    Term("harm", "危害", "what a clause protects from; the list is closed"),
    Term("case", "个案", "the unit of review: one subject under one clause", ("ticket", "job")),
    Term("queue", "待办", "the cases that wait, in a published order"),
    Term("claim", "认领", "who holds a case at the moment"),
    Term("decision", "决定", "the reasoned outcome of a case, by a person", ("verdict",)),
    Term("measure", "措施", "a restriction with a scope and an end date", ("punishment",)),
    Term("notice", "通知", "the message that tells a person of a decision"),
    Term("statement of reasons", "理由说明", "the legal body of a notice"),
    Term(
        "appeal",
        "申诉",
        "a request to look again; ends as kept, reversed or changed",
        ("upheld", "accepted"),
    ),
    Term("ledger", "账本", "the append-only tree of records that anyone can verify"),
    Term("checkpoint", "检查点", "a signed statement of the ledger's size and root"),
    Term("hold", "保全", "a reason, with an end, for which something may not be erased yet"),
    Term("erasure", "抹除", "destroying a person's data so that every proof still holds"),
    Term("demand", "要求", "what a public body asks for; it enters a public register and has no weight"),
    Term("register", "登记册", "dated facts that the operator keeps, which signals read"),
    Term("quarantine", "隔离区", "input that could not be taken, kept with its reason and place"),
    Term("inbox", "收件簿", "the events already taken, so that a repeat changes nothing"),
    Term("archive", "档案", "the events already evaluated, in Parquet"),
)
