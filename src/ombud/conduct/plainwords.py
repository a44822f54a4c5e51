"""The words for a code's statuses, kinds and figures, in both languages, as the public reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.ladder import MEASURES
from ombud.conduct.model import Code
from ombud.conduct.words import Words


def _table(**entries: tuple[str, str]) -> Mapping[str, Words]:
    return MappingProxyType({name: Words(en, zh) for name, (en, zh) in entries.items()})


STATUS = _table(
    enforced=("enforced", "执行"),
    label=("label only", "仅标注"),
    hint=("hint only", "仅提示"),
    people=("people decide", "由人判断"),
    pledge=("pledge", "承诺"),
    process=("process", "流程"),
    declined=("declined", "不予采纳"),
)

STATUS_MEANS = _table(
    enforced=(
        "Rules may find what breaks this clause; people decide what follows.",
        "规则可以发现违反本条的情形，由人决定如何处理。",
    ),
    label=(
        "The strongest thing that can follow is a label that gives context.",
        "最多只会加上一条说明背景的标注。",
    ),
    hint=(
        "An author may see a hint before posting. Nothing else follows.",
        "作者发布前可能看到一条提示，此外没有任何后果。",
    ),
    people=(
        "No rule looks for this. It is a reason for a report, and only people decide.",
        "没有规则查找这类情形。它是举报的理由，只由人来判断。",
    ),
    pledge=(
        "A promise that signatories make in their own name. No rule serves it and nothing follows.",
        "签署者以自己名义作出的承诺。没有规则为其服务，也没有后果。",
    ),
    process=(
        "A duty of those who run the code, not of the people bound by it.",
        "这是执行准则一方的义务，不是受约束者的义务。",
    ),
    declined=(
        "The source asks for this. It is shown with the reason for declining it and can never be enforced.",
        "原文有此要求。此处列出并说明不采纳的理由，它永远不会被执行。",
    ),
)

RULE_STATUS = _table(
    draft=("draft", "草稿"),
    experimental=("experimental", "试行"),
    stable=("stable", "正式"),
)

RULE_STATUS_MEANS = _table(
    draft=("checked, and never evaluated", "只作检查，从不运行"),
    experimental=("its findings open no case", "发现的情形不会立案"),
    stable=("its findings open cases for people to decide", "发现的情形会立案，由人决定"),
)

TEST_KIND = _table(
    matches=("must be found", "必须发现"),
    clears=("must not be found", "不得发现"),
    unknown=("cannot be known", "无从得知"),
    todo=("not covered yet", "尚未覆盖"),
)

BINDING = _table(
    consent=("It binds those who signed it.", "约束签署者。"),
    terms=("It binds as part of a platform’s terms.", "作为平台条款的一部分产生约束。"),
    employment=(
        "It binds employees, in the organisation’s own channels only.",
        "约束员工，且仅限于该组织自己的渠道。",
    ),
)

BINDING_SHORT = _table(
    consent=("consent", "签署同意"), terms=("terms", "平台条款"), employment=("employment", "劳动关系")
)

SUBJECT = _table(
    post=("a post", "一篇帖文"), account=("an account", "一个账号"), group=("a group", "一组账号")
)

SEVERITY = (
    Words("none", "无"),
    Words("1 of 4 (slight)", "1 级（共 4 级，轻微）"),
    Words("2 of 4", "2 级（共 4 级）"),
    Words("3 of 4", "3 级（共 4 级）"),
    Words("4 of 4 (gravest)", "4 级（共 4 级，最严重）"),
)

AUTOMATION = _table(
    never=("People decide every case.", "每一件个案都由人决定。"),
    label=(
        "A label may be set by the system, within a daily quota. Everything else people decide.",
        "系统可以在每日限额内加标注，其余一律由人决定。",
    ),
)


def applies_to(code: Code) -> Words:
    """Return whom the code binds."""
    if code.applies_to.who == "roles":
        roles = ", ".join(code.roles)
        return Words(f"accounts with the role {roles}", f"具有以下角色的账号：{roles}")
    if code.applies_to.who == "signatories":
        return Words("signatories", "签署者")
    return Words("everyone here", "所有人")


def measure(name: str | None) -> Words:
    """Return a measure's title; ``None`` is no measure."""
    if name is None:
        return Words("none", "无")
    return MEASURES[name].title if name in MEASURES else Words(name, name)
