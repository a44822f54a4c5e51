"""What the cases of a cluster have in common: one text, one template, or one value of the evidence.

Texts are placed as the signal ``copies`` places them; here the findings of one clause are
compared, whatever their day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ombud.cases.errors import refuse
from ombud.signals.copies.groups import Day, Placed
from ombud.signals.copies.written import written
from ombud.store.clusters import Candidate
from ombud.store.text import to_canonical

COPIES, TEMPLATE = "copies", "template"
_TEXT = "post.text"

Belongs = Callable[[Candidate], bool]


def alike(seed: Sequence[Candidate], shared: str) -> Belongs:
    """Return a test: does a finding share with one of ``seed`` what makes the cluster?

    Args:
        seed: the findings of the case that the cluster is made around.
        shared: ``copies`` (the same text, edited lightly at most), ``template`` (texts that
            fill in one frame), or a column of the evidence (same rule, same value).

    Raises:
        CaseError: ``redress/nothing-shared``: the seed has no such text or evidence.
    """
    if shared in (COPIES, TEMPLATE):
        return _alike_texts(seed, shared)
    wanted = {(each.rule, _value(each, shared)) for each in seed if _value(each, shared) is not None}
    if not wanted:
        raise _nothing(shared)
    return lambda each: (each.rule, _value(each, shared)) in wanted


def _alike_texts(seed: Sequence[Candidate], shared: str) -> Belongs:
    day = Day(0, None)

    def place(each: Candidate) -> object | None:
        text = each.evidence.get(_TEXT) if isinstance(each.evidence, dict) else None
        said = written(text) if isinstance(text, str) else None
        if said is None:
            return None
        placed: Placed = day.place(said)
        placed.group.add(placed.cluster, 0, each.account)
        return placed.cluster if shared == COPIES else placed.group

    wanted = {id(found) for found in map(place, seed) if found is not None}
    if not wanted:
        raise _nothing(shared)
    kept: list[Any] = []  # so that an id stands for one object all the while

    def belongs(each: Candidate) -> bool:
        found = place(each)
        kept.append(found)
        return id(found) in wanted

    return belongs


def _value(each: Candidate, column: str) -> bytes | None:
    value = each.evidence.get(column) if isinstance(each.evidence, dict) else None
    return None if value is None else to_canonical(value)


def _nothing(shared: str) -> Exception:
    message = f"the findings of this case have no {shared[:60]!r} that others could share"
    return refuse("redress/nothing-shared", message, "copies, template, or a column of the evidence")


def grouped(found: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Return the findings by case, leaving out cases whose findings are about several accounts."""
    by_case: dict[str, list[Candidate]] = {}
    for each in found:
        by_case.setdefault(each.case_id, []).append(each)
    return {case: rows for case, rows in by_case.items() if len({row.account for row in rows}) == 1}
