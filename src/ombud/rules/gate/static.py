"""The static checks: what a rule reads, what it names, whom it singles out, what its evidence is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations
from types import GenericAlias

from ombud.base.errors import Fault, Where
from ombud.conduct.harms import COMMON_INPUTS, Harm, harms
from ombud.conduct.model import Code, Rule
from ombud.expr.ast import Expr, Text, Window, columns_of, walk
from ombud.rules.gate.clauses import check_carrier, check_code
from ombud.rules.gate.corpus import corpus
from ombud.rules.gate.features import measures_people
from ombud.rules.gate.finder import Entry, Mode, entries, find, finder
from ombud.rules.gate.literals import Used, columns_compared, literals, tree
from ombud.rules.gate.regexes import TooLargeError, Trial, like_pattern, spelt_out
from ombud.rules.gate.writing import is_han, plain, squeezed

MAX_TOLD = 20
"""Literals of one rule that are told one by one."""

NAME_HARMS = frozenset({"impersonation"})
"""Harms whose rules are about names: there, and only there, names of bodies may be listed."""

FIXED_COLUMNS = frozenset({
    "event.kind", "event.audience", "event.origin", "post.lang", "post.media.kind", "post.disclosures",
    "account.roles", "account.credentials", "payment.currency", "report.clause", "signal.text.lang",
    "signal.private_info.kinds", "signal.private_info.exposed", "signal.private_info.whose",
    "signal.credentials.claim", "signal.recycled.kind", "signal.secrets.kind",
})  # fmt: skip
"""Columns with a fixed vocabulary; their literals are not people's words."""

ID_COLUMNS = frozenset({
    "account.id", "target.account_id", "post.id", "target.post_id", "post.root_id", "post.parent_id",
    "post.media.pdq", "post.products.id", "account.avatar", "account.created_at",
})  # fmt: skip
"""Columns that single out one account or post."""

PERSON_COLUMNS = frozenset({"account.name", "account.bio"})

_ANONYMOUS = "anon:"


@dataclass(frozen=True, slots=True)
class Context:
    """A rule with what is needed to judge it."""

    code: Code
    rule: Rule
    harm: Harm
    root: Expr

    def at(self, offset: int) -> Where:
        """Return the place of an offset into the rule's text."""
        before = self.rule.when[:offset]
        first, line = self.rule.when_where, before.count("\n")
        column = len(before) - (before.rfind("\n") + 1)
        start = first.column or 1
        return Where(first.path, (first.line or 1) + line, start + column)


def check_static(code: Code, columns: Mapping[str, type | GenericAlias]) -> list[Fault]:
    """Return every fault that the code's data alone shows."""
    found = list(check_code(code))
    found += _check_columns(code)
    for rule in code.rules:
        clause = next((one for one in code.clauses if one.id == rule.clause), None)
        found += check_carrier(clause, rule.id, rule.when_where)
        harm = harms().get((clause.harm if clause else None) or "")
        if harm is not None:
            found += check_rule(Context(code, rule, harm, tree(rule.when, columns, code.lists)))
    found += _check_lists(code)
    return list(dict.fromkeys(found))


def check_rule(context: Context) -> Iterator[Fault]:
    """Yield what is wrong with one rule."""
    yield from _check_reads(context)
    yield from _check_evidence(context)
    yield from _check_persons(context)
    used = literals(context.root)
    named = [fault for one in used for fault in _check_literal(context, one)]
    yield from named[:MAX_TOLD]
    if len(named) > MAX_TOLD:
        message = f"rule {context.rule.id}: {len(named) - MAX_TOLD} more of its literals are refused"
        yield Fault(named[-1].code, message, context.rule.when_where)
    yield from _check_pieces(context, used)


def _check_columns(code: Code) -> Iterator[Fault]:
    for name in code.columns:
        if measures_people(name):
            message = f"{name} measures opinion, belief, identity or a person's worth; no rule may read it"
            hint = "remove the column; features of fraud, spam or abuse are fine"
            yield Fault("gate/viewpoint-column", message, Where(code.path / "code.yaml"), hint)


def _check_reads(context: Context) -> Iterator[Fault]:
    for name in sorted(columns_of(context.root)):
        if not context.harm.may_read(name):
            yield Fault(
                "gate/reads-not-allowed",
                f"rule {context.rule.id}: a rule on {context.harm.id} may not read {name}",
                context.rule.when_where,
                f"it may read {', '.join((*context.harm.inputs, *COMMON_INPUTS)) or 'nothing of the post'}",
            )


def _check_evidence(context: Context) -> Iterator[Fault]:
    """A rule needs evidence of its harm: a column of the harm's own, or a window over history."""
    where = context.rule.when_where
    reads = columns_of(context.root)
    own = [name for name in reads if not _is_common(name)]
    windows = [node for node in walk(context.root) if isinstance(node, Window)]
    if any(name.startswith("extra.") for node in windows for name in columns_of(node)):
        yield Fault(
            "gate/extra-makes-finding",
            f"rule {context.rule.id}: a window may not count by extra.*",
            where,
            "use extra.* only beside the rule's own evidence, to narrow it",
        )
    if own or windows:
        return
    if any(name.startswith("extra.") for name in reads):
        yield Fault(
            "gate/extra-makes-finding",
            f"rule {context.rule.id} finds by extra.* alone",
            where,
            "extra.* may narrow a finding that has evidence of its own, never make one",
        )
    else:
        yield Fault(
            "gate/no-evidence",
            f"rule {context.rule.id} reads nothing that shows the harm; it would find anything",
            where,
            f"evidence of {context.harm.id}: {', '.join(context.harm.inputs)}",
        )


def _is_common(name: str) -> bool:
    return any(name == one or (one.endswith(".*") and name.startswith(one[:-1])) for one in COMMON_INPUTS)


def _check_persons(context: Context) -> Iterator[Fault]:
    """No lists of accounts: a rule holds for everyone alike."""
    single_out = ID_COLUMNS if context.harm.id in NAME_HARMS else ID_COLUMNS | PERSON_COLUMNS
    for name, node in columns_compared(context.root):
        if name not in single_out or _is_anonymous(node):
            continue
        if name == "account.created_at" and getattr(node, "op", "=") not in ("=", "!="):
            continue
        if name in PERSON_COLUMNS and context.harm.may_read(name) and not _singles_out(node):
            continue
        yield Fault(
            "gate/blacklist",
            f"rule {context.rule.id} singles out accounts or posts by {name}",
            context.at(node.start),
            "a rule says what is done, never by whom; bring single accounts to a case",
        )


def _is_anonymous(node: Expr) -> bool:
    return (
        isinstance(node, Text) and node.fn == "starts_with" and getattr(node.y, "value", None) == _ANONYMOUS
    )


def _singles_out(node: Expr) -> bool:
    """Say whether a comparison takes the whole name and not words in it."""
    return type(node).__name__ in ("In", "Cmp", "ListHas")


def _mode(context: Context, used: Used) -> Mode:
    if context.harm.id in NAME_HARMS:
        return "names"
    return "narrows" if used.narrows else "finds"


def _check_literal(context: Context, used: Used) -> Iterator[Fault]:
    if used.columns and used.columns <= FIXED_COLUMNS:
        return
    try:
        entry = _named_by(used, _mode(context, used))
    except TooLargeError:
        message = f"rule {context.rule.id}: the pattern {_shown(used.value)} is too large to be checked"
        yield Fault("gate/pattern-too-large", message, context.at(used.start), "split it into several tests")
        return
    if entry is None:
        return
    from_list = f" of the list {used.list!r}" if used.list else ""
    yield Fault(
        _CODES[entry.sort],
        f"rule {context.rule.id}: {_shown(used.value)}{from_list} names {entry.text!r} ({_why(entry)})",
        context.at(used.start),
        "a rule on a harm has no use for it; say what is done, not about whom or what it is said",
    )


_CODES = {"name": "gate/names", "word": "gate/viewpoint-words"}


def _why(entry: Entry) -> str:
    return entry.why if entry.sort == "word" else f"one of the names in {entry.group}"


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:57] + "…")


def _named_by(used: Used, mode: Mode) -> Entry | None:
    if used.kind not in ("regex", "like"):
        return find(used.value, mode)
    pattern = used.value if used.kind == "regex" else like_pattern(used.parts)
    return _named_by_pattern(pattern, used.fold, mode)


@lru_cache(maxsize=1 << 12)  # codes share patterns, and a code is judged more than once
def _named_by_pattern(pattern: str, fold: bool, mode: Mode) -> Entry | None:
    for text in spelt_out(pattern):
        entry = find(text, mode)
        if entry is not None and (not entry.text.isdigit() or entry.text in pattern):
            return entry
    named = trial(mode).named(pattern, fold=fold)
    return None if named is None else _by_text(mode)[plain(named)]


@cache
def _by_text(mode: Mode) -> dict[str, Entry]:
    return {plain(entry.text): entry for entry in finder(mode).entries}


@cache
def trial(mode: Mode) -> Trial:
    """Return the trial of patterns on the names and words of a mode, folded, as rules compare them."""
    return Trial(tuple(_by_text(mode)), _ordinary())


@cache
def _ordinary() -> tuple[str, ...]:
    """Return short ordinary texts: words and pairs of characters of the corpus that name nothing."""
    named = {plain(entry.text) for entry in entries()}
    found: dict[str, None] = {}
    for item in corpus():
        text = plain(str(item.events[-1].get("post", {}).get("text", "")))
        if is_han(text):
            for at in range(0, len(text) - 3, 5):
                found.update({squeezed(text[at : at + size]): None for size in (2, 3, 4)})
        else:
            parts = text.split()
            found.update({squeezed(part): None for part in parts[::3]})
            found.update({" ".join(parts[at : at + 2]): None for at in range(0, len(parts) - 1, 4)})
    return tuple(text for text in found if len(text) > 1 and text not in named)[:4000]


def _check_pieces(context: Context, used: Sequence[Used]) -> Iterator[Fault]:
    """Names cut in pieces: ``contains(x, '政') AND contains(x, '府')``."""
    if context.harm.id in NAME_HARMS:
        return
    free = [
        one for one in used if not one.narrows and one.kind == "text" and not one.columns <= FIXED_COLUMNS
    ]
    short = list(dict.fromkeys(plain(one.value) for one in free if len(one.value) <= 8))
    han = [piece for piece in short if is_han(piece) and len(piece) <= 2][:40]
    letters = [piece for piece in short if not is_han(piece) and len(piece) >= 2][:40]
    index = finder("finds")
    for first, second in (*permutations(han, 2), *permutations(letters, 2)):
        entry = index.whole(first + second)
        if entry is not None:
            yield Fault(
                _CODES[entry.sort],
                f"rule {context.rule.id}: {first!r} and {second!r} make {entry.text!r} ({_why(entry)})",
                context.rule.when_where,
                "a name cut in pieces is still a name",
            )
            return


def _check_lists(code: Code) -> Iterator[Fault]:
    """Lists that no rule uses are read as if a rule found by them."""
    using = {name for rule in code.rules for name in rule.lists}
    for name, values in code.lists.items():
        if name in using:
            continue
        for value in values:
            entry = find(value)
            if entry is not None:
                yield Fault(
                    _CODES[entry.sort],
                    f"the list {name!r}, which no rule uses: {_shown(value)} names {entry.text!r}",
                    Where(code.path / "lists" / f"{name}.txt"),
                    "remove the list",
                )
                break
