"""Every fault that reading a code of conduct can report: its permanent code and what it means.

An error stops the code from being loaded; a warning is told and stops nothing.
The command line and the documentation print this table, and a test holds that
each code in it can really be caused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from ombud.base.errors import Fault, Where
from ombud.conduct.words import Words

ERRORS: Mapping[str, Words] = MappingProxyType(
    {
        # the folder and its files
        "conduct/no-code": Words("the folder holds no code of conduct", "文件夹里没有行为准则"),
        "conduct/unreadable": Words("a file cannot be read", "文件读不了"),
        "conduct/not-utf8": Words("a file is not UTF-8", "文件不是 UTF-8 编码"),
        "conduct/too-large": Words(
            "a file, a folder or a list is larger than allowed", "文件、文件夹或词表超过允许的大小"
        ),
        "conduct/outside-folder": Words("a link leads outside the code's folder", "链接指向准则文件夹之外"),
        "conduct/too-many-faults": Words("there are more faults than are shown", "错误太多，没有全部列出"),
        # YAML
        "conduct/yaml-syntax": Words("the text is not YAML", "文字不是 YAML"),
        "conduct/yaml-anchor": Words("anchors and aliases are not taken", "不接受锚点与别名"),
        "conduct/yaml-tag": Words("tags are not taken", "不接受标签（tag）"),
        "conduct/yaml-depth": Words("the text is nested too deeply", "嵌套太深"),
        "conduct/yaml-documents": Words("a file holds more than one document", "一个文件里有多个文档"),
        "conduct/yaml-key": Words("a key is not plain text", "键不是普通文字"),
        "conduct/yaml-character": Words(
            "a text holds a character that cannot be stored", "文字里有无法保存的字符"
        ),
        "conduct/duplicate-key": Words("a key is written twice", "同一个键写了两次"),
        # keys and values
        "conduct/unknown-key": Words("a key that this kind of file does not have", "这类文件没有这个键"),
        "conduct/missing-key": Words("a key that must be there is missing", "缺少必须有的键"),
        "conduct/wrong-kind": Words("a value is of another kind than expected", "值的种类不对"),
        "conduct/bad-value": Words("a value is not one of those allowed", "值不在允许之列"),
        "conduct/missing-translation": Words("a text is missing in English or in Chinese", "缺少英文或中文"),
        # code.yaml
        "conduct/id-mismatch": Words(
            "the code's id is not the folder's name", "准则的 id 与文件夹的名字不同"
        ),
        "conduct/announced-missing": Words(
            "a date of effect without the date of announcement", "写了生效日期，没有写公布日期"
        ),
        "conduct/retroactive": Words(
            "the date of effect lies before the announcement", "生效日期早于公布日期"
        ),
        "conduct/lineage-cycle": Words("the code descends from itself", "准则沿袭自它自己"),
        "conduct/version-step": Words(
            "the version number rose less than the change needs", "版本号的升幅小于改动所需"
        ),
        "conduct/column-name": Words(
            "a declared column is not named extra.<name>", "声明的列名不是 extra.<名字>"
        ),
        # clauses
        "conduct/front-matter": Words(
            "a clause does not begin with front matter", "条款没有以 front matter 开头"
        ),
        "conduct/clause-twice": Words("two clauses have the same id", "两条条款的 id 相同"),
        "conduct/harm-missing": Words("an enforceable clause names no harm", "可执行的条款没有指明危害"),
        "conduct/harm-unknown": Words("the harm is not on the closed list", "危害不在封闭的清单里"),
        "conduct/harm-not-allowed": Words(
            "this kind of clause cannot carry this harm", "这类条款不能带有这项危害"
        ),
        "conduct/severity-range": Words(
            "the severity lies outside the harm's range", "严重程度超出该危害的范围"
        ),
        "conduct/measure-not-allowed": Words(
            "a measure is not on the harm's or the status's ladder", "该危害或该效力之下没有这项措施"
        ),
        "conduct/above-ceiling": Words("a measure stands above the ceiling", "措施超过上限"),
        "conduct/automation-not-allowed": Words(
            "automation other than a label on a label-only harm", "除了在仅可标注的危害上加标注，不许自动处理"
        ),
        "conduct/correction-not-allowed": Words(
            "the harm leaves no time for correction", "这项危害不留更正期限"
        ),
        "conduct/declined-without-reason": Words(
            "a declined clause gives no reason", "不予采纳的条款没有写理由"
        ),
        "conduct/declined-enforces": Words(
            "a clause that is not enforceable names a harm or a measure", "不可执行的条款写了危害或措施"
        ),
        "conduct/does-not-forbid-missing": Words(
            "the clause does not say what it does not forbid", "条款没有写明它不禁止什么"
        ),
        "conduct/examples-missing": Words(
            "the clause has fewer than two examples each way", "正反两方面的示例不足两个"
        ),
        "conduct/body-missing": Words("the clause does not say what it asks", "条款没有写明要求什么"),
        "conduct/stray-file": Words("a file belongs to no clause", "文件不属于任何条款"),
        # rules
        "conduct/rule-twice": Words("two rules have the same id", "两条规则的 id 相同"),
        "conduct/clause-unknown": Words("a rule points to no clause", "规则指向的条款不存在"),
        "conduct/clause-not-enforced": Words(
            "a rule points to a clause that rules do not serve", "规则指向的条款不由规则服务"
        ),
        "conduct/harm-people-only": Words("only people may find this harm", "这项危害只能由人来发现"),
        "conduct/input-not-allowed": Words(
            "a rule reads what its harm does not allow", "规则读了该危害不允许读的内容"
        ),
        "conduct/unknown-column": Words("a name that is no column", "没有这样一列"),
        "conduct/test-missing": Words(
            "a rule lacks a test that matches or one that clears", "规则缺少应当命中的测试，或不得命中的测试"
        ),
        "conduct/near-missing": Words(
            "a rule lacks a near miss for a threshold", "规则的某个阈值缺少只差一点的测试"
        ),
        "conduct/near-unknown": Words(
            "a near miss names a threshold that the rule does not have", "near 写的阈值，规则里没有"
        ),
        "conduct/test-twice": Words("two tests of a rule have the same name", "规则的两个测试同名"),
        "conduct/test-kind": Words(
            "a test is not exactly one of matches, clears, unknown, todo",
            "测试须是 matches、clears、unknown、todo 之一，且只能是其中一种",
        ),
        "conduct/test-event": Words("a test's events cannot be read", "测试的事件读不了"),
        "conduct/test-field": Words(
            "a test's event has a field that events do not have", "测试的事件里有事件所没有的字段"
        ),
        # lists
        "conduct/list-missing": Words("a rule names a list that is not there", "规则提到的词表不存在"),
        "conduct/list-empty": Words("a list has no entries", "词表里没有词条"),
        "conduct/list-entry": Words(
            "an entry has stray white space or invisible characters", "词条带有多余的空白或隐形字符"
        ),
        "conduct/list-duplicate": Words("an entry stands twice in a list", "词条在词表里出现了两次"),
    }
)

WARNINGS: Mapping[str, Words] = MappingProxyType(
    {
        "conduct/list-unused": Words("no rule uses the list", "没有规则使用这份词表"),
        "conduct/file-unused": Words("nothing reads the file", "没有任何东西读这个文件"),
        "conduct/clause-without-rule": Words("an enforced clause has no rule yet", "可执行的条款还没有规则"),
        "conduct/one-language": Words("a side text is there in one language only", "附带的文字只有一种语言"),
    }
)

USAGE: Mapping[str, Words] = MappingProxyType(
    {
        "conduct/no-such-code": Words(
            "no bundled code and no folder has this name", "没有叫这个名字的内置准则，也没有这样的文件夹"
        ),
        "conduct/not-a-folder": Words(
            "a code of conduct is a folder, and this is none", "行为准则须是文件夹，而这不是"
        ),
        "conduct/bad-id": Words(
            "the folder's name cannot be the id of a new code", "文件夹的名字不能作新准则的 id"
        ),
        "conduct/cannot-fork": Words(
            "the parent's code.yaml cannot be changed in place", "无法就地修改来源准则的 code.yaml"
        ),
        "conduct/not-empty": Words("a new code is written only into an empty folder", "新准则只写进空文件夹"),
    }
)
"""Codes of a call that is wrong (:class:`~ombud.base.errors.UsageError`)."""

MAX_FAULTS = 500


def is_warning(fault: Fault) -> bool:
    """Say whether the fault is only a warning (codes of other rooms are errors)."""
    return fault.code in WARNINGS


def errors_of(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults that stop a code from being loaded."""
    return [fault for fault in faults if not is_warning(fault)]


class Faults:
    """Collects faults while files are read, at most :data:`MAX_FAULTS`: hostile input costs little."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._cut = False

    def add(self, code: str, message: str, where: Where | None = None, hint: str | None = None) -> None:
        """Add a fault of this room.

        Raises:
            KeyError: the code is not in the table.
        """
        if code not in ERRORS and code not in WARNINGS:
            raise KeyError(code)
        self.take(Fault(code, message, where, hint))

    def take(self, fault: Fault) -> None:
        """Add a fault that another room made."""
        if len(self._found) < MAX_FAULTS:
            self._found.append(fault)
        else:
            self._cut = True

    def any_in(self, path: str | Path | None) -> bool:
        """Say whether a fault was found in the file already."""
        return any(fault.where is not None and fault.where.path == path for fault in self._found)

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Fault]:
        """Return the faults by file, line and column, each once."""

        def place(fault: Fault) -> tuple[str, int, int, str]:
            where = fault.where or Where()
            return (str(where.path or ""), where.line or 0, where.column or 0, fault.code)

        found = sorted(dict.fromkeys(self._found), key=place)
        if self._cut:
            found.append(Fault("conduct/too-many-faults", f"more than {MAX_FAULTS} faults; mend these first"))
        return found
