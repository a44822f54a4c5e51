"""Reference pages in Markdown, made from the tables: harms, measures, keys of files, faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ombud.conduct.edges import EDGES
from ombud.conduct.faults import ERRORS, USAGE, WARNINGS
from ombud.conduct.harms import COMMON_INPUTS, Harm, harms
from ombud.conduct.keys import (
    ANCESTOR_KEYS,
    APPLIES_TO_KEYS,
    CLAUSE_KEYS,
    CLAUSE_ZH_KEYS,
    CODE_KEYS,
    RULE_KEYS,
    TEST_EVENT_KEYS,
    TEST_KEYS,
    Key,
)
from ombud.conduct.ladder import MEASURES
from ombud.conduct.words import Words

Language = Literal["en", "zh"]

_SAY = {
    "en": {
        "covers": "What it is", "not": "What it does not cover", "edges": "Edges",
        "intro": "The list is closed: a clause that can be enforced names one of these harms.",
        "found": "Found by", "rules": "rules; people decide", "people": "people only",
        "reads": "Rules may read", "frame": "Every rule may also read", "nothing": "nothing",
        "ladder": "Measures", "ceiling": "Ceiling", "severity": "Severity",
        "hold": "May begin with a hold of at most 72 hours",
        "correct": "Corrected in time, nothing is counted",
        "lane": "May enter the first lane of the queue", "dsa": "EU Transparency Database",
        "yes": "yes", "no": "no", "sep": ", ", "colon": ": ",
    },
    "zh": {
        "covers": "定义", "not": "不包括", "edges": "边界",
        "intro": "清单是封闭的：可执行的条款必须指明其中一项危害。",
        "found": "由谁发现", "rules": "规则发现，人工决定", "people": "仅由人工",
        "reads": "规则可以读取", "frame": "任何规则还可以读取", "nothing": "无",
        "ladder": "可用措施", "ceiling": "上限", "severity": "严重程度",
        "hold": "可先行暂停展示，至多 72 小时",
        "correct": "按期更正则不计分",
        "lane": "可进入优先通道", "dsa": "欧盟透明度数据库",
        "yes": "是", "no": "否", "sep": "、", "colon": "：",
    },
}  # fmt: skip

_HARMS = Words("Harms", "危害清单")
_FAULTS = Words("Faults of a code of conduct", "行为准则的错误一览")
_FAULTS_INTRO = Words("Codes are permanent: scripts may match on them.", "代码永不改变：脚本可以据此判断。")
_TABLES = (
    (Words("Errors", "错误"), ERRORS),
    (Words("Warnings", "警告"), WARNINGS),
    (Words("Wrong calls", "命令写得不对"), USAGE),
)
_FILES_OF_A_CODE = Words("Files of a code of conduct", "行为准则的文件")
_FILES = (
    (Words("code.yaml", "code.yaml"), CODE_KEYS),
    (Words("An item of `lineage:`", "`lineage:` 的一项"), ANCESTOR_KEYS),
    (Words("`applies_to:` with roles", "写明角色的 `applies_to:`"), APPLIES_TO_KEYS),
    (Words("clauses/*.md, front matter", "clauses/*.md 的 front matter"), CLAUSE_KEYS),
    (Words("clauses/*.zh.md, front matter", "clauses/*.zh.md 的 front matter"), CLAUSE_ZH_KEYS),
    (Words("rules/*.yaml", "rules/*.yaml"), RULE_KEYS),
    (Words("An item of `tests:`", "`tests:` 的一项"), TEST_KEYS),
    (Words("An item of `events:` in a test", "测试里 `events:` 的一项"), TEST_EVENT_KEYS),
)
_CODE, _MEANING = Words("code", "代码"), Words("meaning", "意思")
_KEY, _NEEDED = Words("key", "键"), Words("needed", "必填")


def harms_page(language: Language = "en") -> str:
    """Return the page of harms in one language."""
    say = _SAY[language]
    frame = ", ".join(f"`{name}`" for name in COMMON_INPUTS)
    parts = [*_top(language, "harms", _HARMS), say["intro"], f"{say['frame']}{say['colon']}{frame}"]
    for harm in harms().values():
        parts.extend(_harm(harm, language))
    return "\n\n".join(parts) + "\n"


def _harm(harm: Harm, language: Language) -> list[str]:
    say = _SAY[language]
    edges = [f"- {edge.text[language]}" for edge in EDGES if edge.harm == harm.id]
    low, high = harm.severity
    measures = say["sep"].join(MEASURES[name].title[language] for name in harm.rungs)
    facts = [
        (say["found"], say[harm.found_by]),
        (say["reads"], ", ".join(f"`{name}`" for name in harm.inputs) or say["nothing"]),
        (say["ladder"], measures),
        (say["ceiling"], MEASURES[harm.ceiling].title[language]),
        (say["severity"], str(low) if low == high else f"{low}–{high}"),
        (say["hold"], say["yes" if harm.hold_first else "no"]),
        (say["correct"], say["yes" if harm.free_corrections else "no"]),
        (say["lane"], say["yes" if harm.lane_zero else "no"]),
        (say["dsa"], ", ".join(f"`{name}`" for name in (harm.dsa_category, *harm.dsa_keywords))),
    ]
    parts = [
        f"## {harm.title[language]} (`{harm.id}`)",
        f"**{say['covers']}{say['colon']}** {harm.definition[language]}",
        f"**{say['not']}{say['colon']}** {harm.does_not_cover[language]}",
        "\n".join(f"- {name}{say['colon']}{value}" for name, value in facts),
    ]
    return [*parts, f"**{say['edges']}**", "\n".join(edges)] if edges else parts


def faults_page(language: Language = "en") -> str:
    """Return the page of fault codes in one language."""
    parts = [*_top(language, "code-faults", _FAULTS), _FAULTS_INTRO[language]]
    for title, table in _TABLES:
        parts.append(f"## {title[language]}")
        rows = ((f"`{code}`", means[language]) for code, means in table.items())
        parts.append(_table((_CODE[language], _MEANING[language]), rows))
    return "\n\n".join(parts) + "\n"


def keys_page(language: Language = "en") -> str:
    """Return the page of the keys that each kind of file has, in one language."""
    parts = _top(language, "code-files", _FILES_OF_A_CODE)
    for title, keys in _FILES:
        parts.append(f"## {title[language]}")
        head = (_KEY[language], _NEEDED[language], _MEANING[language])
        parts.append(_table(head, (row for key in keys for row in _rows(key, language))))
    return "\n\n".join(parts) + "\n"


def _top(language: Language, name: str, title: Words) -> list[str]:
    """Return a page's title, and the link to the page in the other language."""
    other = f"[中文]({name}.zh.md)" if language == "en" else f"[English]({name}.md)"
    return [f"# {title[language]}", other]


def _rows(key: Key, language: Language) -> list[tuple[str, str, str]]:
    """Return the row of a key, and those of the keys below it."""
    means = key.means[language].replace("|", "\\|")
    if any(choice not in means for choice in key.choices):
        around = " ({})" if language == "en" else "（{}）"
        means += around.format(_SAY[language]["sep"].join(key.choices))
    needed = _SAY[language]["yes"] if key.required else ""
    below = [(f"`{key.name}.{one.name}`", *_rows(one, language)[0][1:]) for one in key.keys]
    return [(f"`{key.name}`", needed, means), *below]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines.extend(f"| {' | '.join(row)} |" for row in rows)
    return "\n".join(lines)
