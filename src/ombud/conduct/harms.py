"""The closed list of harms: what each is, what it is not, and how far a measure may go.

The list lies in ``harms.yaml`` beside this module and is part of the package: a
code of conduct chooses from it and cannot add to it. A test checks every entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from ombud.conduct.faults import Faults
from ombud.conduct.ladder import rung
from ombud.conduct.words import Words
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, plain_value, read_yaml

FoundBy = Literal["rules", "people"]

COMMON_INPUTS: tuple[str, ...] = (
    "event.*",
    "account.id",
    "post.id",
    "post.lang",
    "post.reply",
    "post.parent_id",
    "post.root_id",
    "target.account_id",
    "target.post_id",
    "signal.text.lang",
    "extra.*",
)
"""What a rule on any harm may read: when, where and in which kind of event, never what was said.

``extra.*`` may narrow a finding and never make one; the gate checks that on the whole rule.
"""

_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "label_only": False,
        "hold_first": False,
        "free_corrections": True,
        "lane_zero": False,
        "ground_only": False,
    }
)


@dataclass(frozen=True, slots=True)
class Harm:
    """One harm. ``rungs`` are names of measures, mildest first; severities run from 1 to 4.

    ``free_corrections``: a person may correct in time, and then nothing is counted.
    ``hold_first``: an item may be disabled at once until the decision, 72 hours at most.
    ``lane_zero``: a case may enter the first lane of the queue when danger is near.
    ``ground_only``: it is a ground for a report, and no clause can be enforced on it.
    """

    id: str
    title: Words
    definition: Words
    does_not_cover: Words
    inputs: tuple[str, ...]
    found_by: FoundBy
    rungs: tuple[str, ...]
    ceiling: str
    severity: tuple[int, int]
    dsa_category: str
    dsa_keywords: tuple[str, ...]
    label_only: bool
    hold_first: bool
    free_corrections: bool
    lane_zero: bool
    ground_only: bool

    def may_read(self, column: str) -> bool:
        """Say whether a rule on this harm may read the column."""
        return any(_covers(pattern, column) for pattern in (*COMMON_INPUTS, *self.inputs))


def _covers(pattern: str, column: str) -> bool:
    if pattern.endswith(".*"):
        return column.startswith(pattern[:-1])
    return column == pattern


@cache
def harms() -> Mapping[str, Harm]:
    """Return every harm and the report ground ``illegal_content`` by id, in the published order."""
    faults = Faults()
    source = resources.files("ombud.conduct").joinpath("harms.yaml").read_text("utf-8")
    node = read_yaml(source, "harms.yaml", faults)
    if len(faults) or not isinstance(node, ListNode):  # pragma: no cover - the package is damaged
        raise RuntimeError(f"the package's harms.yaml is damaged: {faults.sorted()}")
    listed = (_harm(_plain(item)) for item in node.items)
    return MappingProxyType({harm.id: harm for harm in listed})


def enforceable() -> tuple[str, ...]:
    """Return the ids of the harms that a clause can be enforced on."""
    return tuple(harm.id for harm in harms().values() if not harm.ground_only)


def _harm(entry: dict[str, Any]) -> Harm:
    return Harm(
        id=entry["id"],
        title=Words(**entry["title"]),
        definition=Words(**entry["definition"]),
        does_not_cover=Words(**entry["does_not_cover"]),
        inputs=tuple(entry["inputs"]),
        found_by=entry["found_by"],
        rungs=tuple(sorted(entry["rungs"], key=rung)),
        ceiling=entry["ceiling"],
        severity=(entry["severity"]["from"], entry["severity"]["to"]),
        dsa_category=entry["dsa_category"],
        dsa_keywords=tuple(entry["dsa_keywords"]),
        **{name: entry.get(name, value) for name, value in _DEFAULTS.items()},
    )


def _plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {key.text: _plain(value) for key, value in node.pairs}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    assert isinstance(node, ScalarNode)
    return plain_value(node)
