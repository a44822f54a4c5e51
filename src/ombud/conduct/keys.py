"""The tables of keys: which keys a file has, of what kind, and what they mean.

The loader reads by these tables and the JSON Schemas are made from them, so what
an editor completes and what the loader takes cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from ombud.conduct.ladder import MEASURES
from ombud.conduct.model import (
    AUTOMATIONS,
    BINDINGS,
    RULE_STATUSES,
    STATUSES,
    SUBJECTS,
    TEST_KINDS,
    ColumnType,
    TestKind,
)
from ombud.conduct.words import Words

Kind = Literal["text", "words", "whole", "choice", "texts", "choices", "table", "any"]

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
SEMVER = r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})"
CLAUSE_ID = r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?"
HASH = r"[0-9a-f]{64}"
LENGTH_OF_TIME = r"[0-9]{1,9}(s|m|h|d)"
SOURCE_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"

FORMS: Mapping[str, str] = MappingProxyType(
    {
        SLUG: "small letters and digits with single hyphens, as in clear-culture",
        SEMVER: "three numbers, as in 1.0.0",
        CLAUSE_ID: "letters and digits with single dots or hyphens, as in 4.1a",
        DATE: "a day, as in 2027-01-31, or an instant with its offset",
        f"adopter|{DATE}": "adopter, or a day, as in 2027-01-31",
        HASH: "64 hexadecimal digits",
        LENGTH_OF_TIME: "a length of time, as in 10s, 5m, 1h or 2d",
        SOURCE_DATE: "a year, a month or a day, as in 2021-09-11",
    }
)
"""What a pattern asks for, in words, for hints."""

COLUMN_TYPES: Mapping[str, ColumnType] = MappingProxyType(
    {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "datetime": datetime,
        "list[str]": list[str],
        "list[int]": list[int],
        "list[float]": list[float],
    }
)
"""Names of types as they stand under ``columns:``."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    ``kind``: ``text`` (as written), ``words`` ({en, zh}, or one text for both where ``single``),
    ``whole`` (a number from ``low`` to ``high``), ``choice`` (one of ``choices``), ``texts`` and
    ``choices`` (lists of them), ``table`` (keys of its own), ``any`` (read elsewhere).
    """

    name: str
    kind: Kind
    means: Words
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    pattern: str | None = None
    single: bool = False
    longest: int = 10_000
    keys: tuple[Key, ...] = field(default=())


CODE_KEYS: tuple[Key, ...] = (
    Key(
        "id", "text", Words("permanent name; the folder has the same", "永久的名字，与文件夹同名"),
        required=True, pattern=SLUG, longest=64,
    ),
    Key(
        "version", "text",
        Words(
            "SemVer; a new duty or a harsher measure is a major change",
            "SemVer 版本号；新增义务或措施变严属于主版本变更",
        ),
        required=True, pattern=SEMVER,
    ),
    Key("titles", "words", Words("the code's name", "准则的名称"), required=True, longest=300),
    Key(
        "effective_from", "text",
        Words(
            "day from which the code binds, or `adopter`: from the day somebody adopts it",
            "准则的生效日期，或 `adopter`：自采用之日起生效",
        ),
        required=True, pattern=f"adopter|{DATE}",
    ),
    Key(
        "announced", "text", Words("day on which this version was made public", "本版本的公布日期"),
        pattern=DATE,
    ),
    Key(
        "promulgated_by", "words", Words("who puts the code into effect", "由谁施行"),
        required=True, single=True,
    ),
    Key(
        "source", "table",
        Words("the document that the code puts into its own words", "准则用自己的话重写的来源文件"),
        keys=(
            Key("title", "words", Words("its title", "文件名称"), required=True, single=True),
            Key("publisher", "words", Words("who published it", "发布者"), single=True),
            Key("date", "text", Words("when it was published", "发布时间"), pattern=SOURCE_DATE),
            Key("url", "text", Words("where it can be read", "在哪里可以读到"), longest=2000),
        ),
    ),
    Key(
        "lineage", "any",
        Words(
            "the codes this one descends from: a list of {code, version, hash}",
            "沿袭自哪些准则：由 {code, version, hash} 组成的列表",
        ),
    ),
    Key(
        "binding", "choice",
        Words(
            "why it binds: consent (signed), terms (of a platform), employment",
            "约束的依据：consent（签署同意）、terms（平台条款）、employment（劳动关系）",
        ),
        required=True, choices=BINDINGS,
    ),
    Key(
        "state_involvement", "words",
        Words(
            "which public body asked for, drafted or funded the code; say so if none did",
            "哪个公共机构要求、起草或资助了准则；没有也要写明",
        ),
        required=True,
    ),
    Key(
        "applies_to", "any",
        Words(
            "everyone, signatories, or {roles: [...]}",
            "约束对象：所有人 everyone、签署者 signatories，或 {roles: [...]}",
        ),
        required=True,
    ),
    Key(
        "columns", "any",
        Words(
            "types of the platform's own features: {extra.toxicity: float}",
            "平台自有特征的类型：{extra.toxicity: float}",
        ),
    ),
)  # fmt: skip

ANCESTOR_KEYS: tuple[Key, ...] = (
    Key("code", "text", Words("id of the code", "准则的 id"), required=True, pattern=SLUG, longest=64),
    Key("version", "text", Words("its version", "它的版本"), required=True, pattern=SEMVER),
    Key("hash", "text", Words("its content hash", "它的内容哈希"), pattern=HASH),
)

APPLIES_TO_KEYS: tuple[Key, ...] = (
    Key(
        "roles", "texts",
        Words("roles of accounts (account.roles) that the code binds", "受约束的账号角色（account.roles）"),
        required=True, longest=64,
    ),
)  # fmt: skip

CLAUSE_KEYS: tuple[Key, ...] = (
    Key(
        "id", "text", Words("permanent number", "永久的编号"),
        required=True, pattern=CLAUSE_ID, longest=32,
    ),
    Key(
        "title", "words",
        Words(
            "short title; one text if title_zh stands beside it",
            "简短的标题；旁边有 title_zh 时只写一种语言",
        ),
        required=True, single=True, longest=200,
    ),
    Key("title_zh", "text", Words("the title in Chinese", "中文标题"), longest=200),
    Key(
        "status", "choice", Words("what follows from the clause", "条款有什么效力"),
        required=True, choices=STATUSES,
    ),
    Key("subject", "choice", Words("what a decision under it is about", "决定的对象"), choices=SUBJECTS),
    Key(
        "harm", "text",
        Words("the harm from the closed list that it addresses", "所针对的危害，取自封闭的清单"),
        longest=64,
    ),
    Key(
        "severity", "whole", Words("1 (slight) to 4 (gravest)", "严重程度，1（轻微）至 4（最严重）"),
        low=1, high=4,
    ),
    Key(
        "measures", "choices", Words("measures a decision may use", "决定可以采取的措施"),
        choices=tuple(MEASURES),
    ),
    Key("ceiling", "choice", Words("the harshest of them", "其中最重的一项"), choices=tuple(MEASURES)),
    Key(
        "automation", "choice",
        Words(
            "never, or label on a label-only harm",
            "自动处理：never（从不），或在仅可标注的危害上 label（加标注）",
        ),
        choices=AUTOMATIONS,
    ),
    Key(
        "correction", "whole",
        Words("hours to correct, from delivery of the notice", "更正期限（小时），自通知送达起算"),
        low=24, high=72,
    ),
    Key(
        "appeal", "whole",
        Words(
            "days in which an appeal can be made; six months at least",
            "可以提出申诉的天数，至少六个月",
        ),
        low=180, high=3650,
    ),
    Key("declined_because", "words", Words("why it is not enforced", "为什么不予采纳")),
    Key(
        "version", "text", Words("SemVer of the clause", "条款的 SemVer 版本号"),
        required=True, pattern=SEMVER,
    ),
    Key(
        "effective_from", "text",
        Words("day from which it binds, if later than the code's", "条款的生效日期，如晚于准则"),
        pattern=DATE,
    ),
    Key(
        "announced", "text",
        Words("day on which this version of the clause was made public", "条款这一版本的公布日期"),
        pattern=DATE,
    ),
)  # fmt: skip

CLAUSE_ZH_KEYS: tuple[Key, ...] = (
    Key("title", "text", Words("the title in Chinese", "中文标题"), longest=200),
    Key("declined_because", "text", Words("the reason in Chinese", "中文的理由")),
)

RULE_KEYS: tuple[Key, ...] = (
    Key(
        "id", "text", Words("permanent name; the file has the same", "永久的名字，与文件同名"),
        required=True, pattern=SLUG, longest=64,
    ),
    Key(
        "clause", "text", Words("id of the clause it serves", "所服务的条款的 id"),
        required=True, pattern=CLAUSE_ID, longest=32,
    ),
    Key("title", "words", Words("short title; may change", "简短的标题，可以改"), required=True, longest=200),
    Key(
        "status", "choice",
        Words("draft, experimental or stable", "draft（草稿）、experimental（试行）或 stable（正式）"),
        required=True, choices=RULE_STATUSES,
    ),
    Key(
        "when", "text", Words("the condition, in the rule language", "条件，用规则语言写"),
        required=True, longest=20_000,
    ),
    Key(
        "explains", "words",
        Words(
            "one sentence for the person concerned; {column} is filled in",
            "写给当事人的一句话；{column} 会填上该列的值",
        ),
        required=True,
    ),
    Key(
        "does_not_mean", "any",
        Words(
            "what a finding does not mean: a list of texts, or {en: [...], zh: [...]}",
            "被发现并不意味着什么：若干段文字的列表，或 {en: [...], zh: [...]}",
        ),
    ),
    Key("evidence", "texts", Words("columns kept with a finding", "随发现保存的列"), longest=128),
    Key(
        "tests", "any",
        Words("its tests: matches, clears, unknown, todo", "它的测试：matches、clears、unknown、todo"),
        required=True,
    ),
)  # fmt: skip

_OF_TEST: Mapping[TestKind, Words] = MappingProxyType(
    {
        "matches": Words(
            "the test's name; the rule must find on the last event",
            "测试的名字；规则在最后一个事件上须有发现",
        ),
        "clears": Words(
            "the test's name; the rule must not find on the last event",
            "测试的名字；规则在最后一个事件上不得有发现",
        ),
        "unknown": Words(
            "the test's name; on the last event the rule must be neither true nor false",
            "测试的名字；规则在最后一个事件上须既非真也非假，即未知",
        ),
        "todo": Words("the test's name; it is listed and not run", "测试的名字；只列出，不运行"),
    }
)

_OF_EVENT: Mapping[str, Words] = MappingProxyType(
    {
        "id": Words("the event's id", "事件的 id"),
        "at": Words("when it happened", "发生的时间"),
        "kind": Words("what happened, as in comment", "发生了什么，如 comment"),
        "origin": Words("the platform it comes from", "来自哪个平台"),
        "audience": Words("who can see it", "谁看得到"),
        "account": Words("who acted: an id or fields", "谁做的：一个 id 或若干字段"),
        "post": Words("fields of the post", "帖文的字段"),
        "target": Words("fields of the account or post it is aimed at", "所针对的账号或帖文的字段"),
        "payment": Words("fields of the payment", "付款的字段"),
        "report": Words("fields of the report", "举报的字段"),
        "extra": Words("what else the platform knows", "平台还知道的东西"),
    }
)

EVENT_SCALARS: tuple[str, ...] = ("id", "at", "kind", "origin", "audience")
EVENT_PARTS: tuple[str, ...] = ("account", "post", "target", "payment", "report", "extra")

_EVENT_KEYS: tuple[Key, ...] = (
    Key(
        "event",
        "any",
        Words("fields of the event itself, as in {kind: comment}", "事件本身的字段，如 {kind: comment}"),
    ),
    *(Key(name, "any", _OF_EVENT[name]) for name in (*EVENT_SCALARS, *EVENT_PARTS)),
)

TEST_KEYS: tuple[Key, ...] = (
    *(Key(kind, "text", _OF_TEST[kind]) for kind in TEST_KINDS),
    Key(
        "near", "text",
        Words(
            "the threshold that the last event just misses or just meets",
            "最后一个事件恰好未达到或恰好达到的阈值",
        ),
    ),
    Key(
        "events", "any",
        Words("partial events in order; the last one is judged", "依次写出的部分事件，判断的是最后一个"),
    ),
    Key("registers", "any", Words("rows of registers by name", "登记册的行，按登记册的名字")),
    *_EVENT_KEYS,
)  # fmt: skip

TEST_EVENT_KEYS: tuple[Key, ...] = (
    Key(
        "repeat", "whole",
        Words(
            "the event happens so many times; {n} counts in texts",
            "事件发生多少次；文字里的 {n} 依次计数",
        ),
        low=1, high=10_000,
    ),
    Key("every", "text", Words("time between them, as in 10s", "相隔的时间，如 10s"), pattern=LENGTH_OF_TIME),
    *_EVENT_KEYS,
)  # fmt: skip


def names(keys: tuple[Key, ...]) -> tuple[str, ...]:
    """Return the keys' names."""
    return tuple(key.name for key in keys)
