"""Says a :class:`~ombud.conduct.versions.Change` in both languages, for the people bound by a code.

``versions`` writes each change as a short English text of a fixed form. This table knows
every form; a test holds that no change comes back untranslated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ombud.conduct import plainwords
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES
from ombud.conduct.versions import Change
from ombud.conduct.words import Words

_Say = Callable[[re.Match[str]], Words]


def said(change: Change) -> Words | None:
    """Return the change as a sentence, or ``None`` for a form that this table does not know."""
    for pattern, say in _FORMS:
        match = pattern.fullmatch(change.text)
        if match is not None:
            return say(match)
    return None


def about(change: Change) -> Words:
    """Return what the change is about."""
    kind, _, name = change.about.partition(" ")
    if kind == "clause":
        return Words(f"clause {name}", f"第 {name} 条")
    if kind == "rule":
        return Words(f"rule {name}", f"规则 {name}")
    return Words("the code", "准则本身")


def _from_to(en: str, zh: str, table: Mapping[str, Words] | None = None) -> _Say:
    def say(match: re.Match[str]) -> Words:
        was, now = (_name(part, table) for part in (match[1], match[2]))
        return Words(f"{en}: {was.en} → {now.en}", f"{zh}：{was.zh} → {now.zh}")

    return say


def _name(text: str, table: Mapping[str, Words] | None) -> Words:
    if text in ("none", "None"):
        return Words("none", "无")
    return (table or {}).get(text, Words(text, text))


def _fixed(en: str, zh: str) -> _Say:
    return lambda _match: Words(en, zh)


def _measure(en: str, zh: str) -> _Say:
    def say(match: re.Match[str]) -> Words:
        name = plainwords.measure(match[1])
        return Words(en.format(name.en), zh.format(name.zh))

    return say


def _clause(en: str, zh: str) -> _Say:
    def say(match: re.Match[str]) -> Words:
        status = _name(match[1], plainwords.STATUS)
        return Words(f"{en} ({status.en}): {match[2]}", f"{zh}（{status.zh}）：{match[2]}")

    return say


def _new_rule(match: re.Match[str]) -> Words:
    status = _name(match[1], plainwords.RULE_STATUS)
    return Words(f"new, {status.en}, for clause {match[2]}", f"新增（{status.zh}），服务于第 {match[2]} 条")


def _words_of(en: str, zh: str) -> _Say:
    names = {"en": Words("English", "英文"), "zh": Words("Chinese", "中文")}

    def say(match: re.Match[str]) -> Words:
        return Words(f"{en} ({names[match[1]].en})", f"{zh}（{names[match[1]].zh}）")

    return say


_HARMS = MappingProxyType({harm.id: harm.title for harm in harms().values()})
_MEASURES = MappingProxyType({name: measure.title for name, measure in MEASURES.items()})
_WHO = MappingProxyType(
    {"everyone": Words("everyone", "所有人"), "signatories": Words("signatories", "签署者")}
)
_PAIR = r"(.+) → (.+)"

_FORMS: tuple[tuple[re.Pattern[str], _Say], ...] = tuple(
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (
            r"status (draft|experimental|stable) → (draft|experimental|stable)",
            _from_to("status", "状态", plainwords.RULE_STATUS),
        ),
        (rf"status {_PAIR}", _from_to("what follows", "效力", plainwords.STATUS)),
        (rf"harm {_PAIR}", _from_to("the harm it addresses", "所针对的危害", _HARMS)),
        (rf"subject {_PAIR}", _from_to("what is decided about", "决定的对象", plainwords.SUBJECT)),
        (r"(\w+) is a measure now", _measure("can lead to: {}", "新增可采取的措施：{}")),
        (r"(\w+) is no measure any more", _measure("can no longer lead to: {}", "不再采取的措施：{}")),
        (rf"ceiling {_PAIR}", _from_to("the harshest measure", "最重的措施", _MEASURES)),
        (rf"severity {_PAIR}", _from_to("severity (1 to 4)", "严重程度（1 至 4）")),
        (rf"correction {_PAIR}", _from_to("hours to correct", "更正期限（小时）")),
        (rf"appeal {_PAIR}", _from_to("days to appeal", "申诉期限（天）")),
        (rf"automation {_PAIR}", _from_to("what the system may do alone", "系统可自动执行的范围")),
        (
            r"the words of what it asks or does not forbid \((en|zh)\)",
            _words_of("what it asks, or does not forbid, reads differently", "要求或不禁止的内容有改动"),
        ),
        (r"examples or notes \((en|zh)\)", _words_of("examples or notes", "示例或说明")),
        (r"its title", _fixed("its title", "标题")),
        (r"the reason for declining it", _fixed("the reason for declining it", "不采纳的理由")),
        (rf"binding {_PAIR}", _from_to("why it binds", "约束依据", plainwords.BINDING_SHORT)),
        (rf"applies to {_PAIR}", _from_to("whom it binds", "约束对象", _WHO)),
        (
            r"which public bodies are involved",
            _fixed("which public bodies are involved", "公共机构的参与情况"),
        ),
        (r"who puts the code into effect", _fixed("who puts the code into effect", "由谁施行")),
        (r"its title or source", _fixed("its title or source", "名称或来源")),
        (r"added, (draft|experimental|stable), for clause (.+)", _new_rule),
        (r"added, (\w+): (.*)", _clause("new", "新增")),
        (r"removed, (\w+): (.*)", _clause("taken out", "删除")),
        (r"removed", _fixed("taken out", "删除")),
        (
            r"what it finds \(its condition, lists or evidence\)",
            _fixed("its condition, its lists or its evidence", "条件、词表或所留证据有改动"),
        ),
        (rf"clause {_PAIR}", _from_to("the clause it serves", "所服务的条款")),
        (r"its words", _fixed("its explanation", "说明文字")),
        (r"its tests", _fixed("its tests", "测试")),
    )
)
