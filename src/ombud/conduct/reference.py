"""Reference pages in Markdown, made from the tables: harms, measures, keys of files, faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ombud.conduct.edges import EDGES
from ombud.conduct.faults import ERRORS, USAGE, WARNINGS
from ombud.conduct.harms import COMMON_INPUTS, Harm, harms
from ombud.conduct.keys import CLAUSE_KEYS, CODE_KEYS, RULE_KEYS, TEST_KEYS, Key
from ombud.conduct.ladder import MEASURES

Language = Literal["en", "zh"]

_SAY = {
    "en": {
        "title": "Harms", "covers": "What it is", "not": "What it does not cover", "edges": "Edges",
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
        "title": "危害清单", "covers": "定义", "not": "不包括", "edges": "边界",
        "intro": "清单是封闭的：可执行的条款必须指明其中一项危害。",
        "found": "由谁发现", "rules": "规则发现，人工决定", "people": "仅由人工",
        "reads": "规则可以读取", "frame": "任何规则还可以读取", "nothing": "无",
        "ladder": "可用措施", "ceiling": "上限", "severity": "严重程度",
        "hold": "可先行停用，至多 72 小时",
        "correct": "按期更正则不计分",
        "lane": "可进入最优先队列", "dsa": "欧盟透明度数据库",
        "yes": "是", "no": "否", "sep": "、", "colon": "：",
    },
}  # fmt: skip


def harms_page(language: Language = "en") -> str:
    """Return the page of harms in one language."""
    say = _SAY[language]
    frame = ", ".join(f"`{name}`" for name in COMMON_INPUTS)
    parts = [f"# {say['title']}", say["intro"], f"{say['frame']}{say['colon']}{frame}"]
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


def faults_page() -> str:
    """Return the page of fault codes."""
    parts = ["# Faults of a code of conduct", "Codes are permanent: scripts may match on them."]
    for title, table in (("Errors", ERRORS), ("Warnings", WARNINGS), ("Wrong calls", USAGE)):
        parts.append(f"## {title}")
        parts.append(_table(("code", "meaning"), ((f"`{code}`", means) for code, means in table.items())))
    return "\n\n".join(parts) + "\n"


def keys_page() -> str:
    """Return the page of the keys that each kind of file has."""
    parts = ["# Files of a code of conduct"]
    for title, keys in (
        ("code.yaml", CODE_KEYS),
        ("clauses/*.md, front matter", CLAUSE_KEYS),
        ("rules/*.yaml", RULE_KEYS),
        ("An item of `tests:`", TEST_KEYS),
    ):
        parts.append(f"## {title}")
        parts.append(_table(("key", "needed", "meaning"), (_key(key) for key in keys)))
    return "\n\n".join(parts) + "\n"


def _key(key: Key) -> tuple[str, str, str]:
    choices = f" ({', '.join(key.choices)})" if key.choices else ""
    return f"`{key.name}`", "yes" if key.required else "", key.means.replace("|", "\\|") + choices


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines.extend(f"| {' | '.join(row)} |" for row in rows)
    return "\n".join(lines)
