"""A folder becomes a code of conduct, or a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ombud.base.errors import ConductError, Fault, Where
from ombud.conduct.clausechecks import check_clauses
from ombud.conduct.clausefiles import ReadClause, read_clauses
from ombud.conduct.codefile import FILE, ReadCode, check_lineage, read_code_file
from ombud.conduct.eventshape import EventShape
from ombud.conduct.faults import Faults, errors_of
from ombud.conduct.find import bundled_home, find_code
from ombud.conduct.folder import Folder
from ombud.conduct.hashing import code_hash
from ombud.conduct.listfiles import read_lists
from ombud.conduct.model import Code, ColumnType, Rule, RuleTest
from ombud.conduct.rulefiles import RuleContext, RuleParser, read_rules
from ombud.conduct.tests import read_tests, tests_node
from ombud.conduct.words import Words
from ombud.conduct.yamltext import read_yaml

FOLDERS = ("clauses", "rules", "lists")
_LOOSE = ("readme", "license", "licence", "changelog", "notice")


def load_code(
    name_or_dir: str | Path,
    columns: Mapping[str, ColumnType],
    *,
    parse: RuleParser | None = None,
    language: str | None = None,
) -> Code:
    """Load a code of conduct.

    Args:
        name_or_dir: a bundled code's name, or a folder.
        columns: the columns that rules may read, with their types; the code's own ``extra.*`` are added.
        parse: the rule language's parser; ``None`` means ``ombud.expr.parse_rule``.
        language: the version of the rule language; ``None`` means the installed one.

    Raises:
        UsageError: there is no such code.
        ConductError: the code does not hold up; it carries every fault, located.
    """
    code, faults = _read(find_code(name_or_dir), columns, parse, language)
    errors = errors_of(faults)
    if errors or code is None:
        raise ConductError(*errors)
    return code


def lint(
    name_or_dir: str | Path,
    columns: Mapping[str, ColumnType],
    *,
    parse: RuleParser | None = None,
) -> list[Fault]:
    """Return every fault of a code by file, line and column, warnings too (see ``faults.is_warning``).

    Raises:
        UsageError: there is no such code.
    """
    return _read(find_code(name_or_dir), columns, parse, None)[1]


def read_corpus(path: Path, columns: Mapping[str, ColumnType]) -> tuple[RuleTest, ...]:
    """Read a file of tests that belongs to no rule (the protected corpus).

    Raises:
        ConductError: the file does not hold up; it carries every fault, located.
    """
    faults = Faults()
    text = Folder(path.parent, faults).text(path.name)
    tests: tuple[RuleTest, ...] = ()
    if text is not None:
        node = read_yaml(text, str(path), faults)
        if not len(faults):
            tests = read_tests(tests_node(node, str(path), faults), EventShape(columns), faults)
    if errors := errors_of(faults.sorted()):
        raise ConductError(*errors)
    return tests


def language_version() -> str:
    """Return the version of the installed rule language and of its folding."""
    from ombud import expr

    return f"{getattr(expr, 'LANGUAGE_VERSION', 1)}.{getattr(expr, 'FOLD_VERSION', 1)}"


def _installed_parser() -> RuleParser:
    from ombud import expr

    parser: RuleParser = expr.parse_rule
    return parser


def _read(
    path: Path, columns: Mapping[str, ColumnType], parse: RuleParser | None, language: str | None
) -> tuple[Code | None, list[Fault]]:
    faults = Faults()
    folder = Folder(path, faults)
    if not folder.has(FILE):
        faults.add(
            "conduct/no-code",
            f"the folder has no {FILE}",
            Where(str(path)),
            "`ombud code init DIR` makes one",
        )
        return None, faults.sorted()
    read = read_code_file(folder, faults)
    clauses = read_clauses(folder, faults)
    check_clauses(clauses, read.effective_from if read is not None else None, faults)
    lists = read_lists(folder, faults)
    context = RuleContext(
        clauses={one.clause.id: one.clause for one in clauses if one.clause.id},
        columns={**columns, **(read.columns if read is not None else {})},
        lists=lists,
        parse=parse or _installed_parser(),
        language=language or (language_version() if parse is None else "0"),
    )
    rules = read_rules(folder, context, faults)
    _check_whole(folder, clauses, rules, lists, faults)
    if read is None:
        return None, faults.sorted()
    check_lineage(read, (path.absolute().parent, bundled_home()), faults)
    found = faults.sorted()
    return (None, found) if errors_of(found) else (_assemble(read, clauses, rules, lists, path), found)


def _check_whole(
    folder: Folder,
    clauses: list[ReadClause],
    rules: list[Rule],
    lists: Mapping[str, tuple[str, ...]],
    faults: Faults,
) -> None:
    if not clauses:
        faults.add("conduct/no-code", "the code has no clauses", Where(folder.shown("clauses")))
    complete = len(rules) == sum(name.endswith(".yaml") for name in folder.names("rules"))
    used = {name for rule in rules for name in rule.lists}
    for name in lists if complete else ():
        if name not in used:
            place = Where(folder.shown(f"lists/{name}.txt"))
            faults.add("conduct/list-unused", f"no rule uses the list {name!r}", place)
    served = {rule.clause for rule in rules}
    for one in clauses if complete else ():
        if one.clause.status == "enforced" and one.clause.id not in served:
            message = f"clause {one.clause.id} is enforced and has no rule"
            faults.add("conduct/clause-without-rule", message, one.fields.where("status"))
    for name in folder.names():
        known = name == FILE or name.lower().split(".")[0] in _LOOSE
        if not known and not (name in FOLDERS and folder.is_folder(name)):
            faults.add("conduct/file-unused", "nothing reads this", Where(folder.shown(name)))


def _assemble(
    read: ReadCode,
    clauses: list[ReadClause],
    rules: list[Rule],
    lists: Mapping[str, tuple[str, ...]],
    path: Path,
) -> Code:
    fields = read.fields
    words = Words("", "")
    code = Code(
        id=fields.get("id", ""),
        version=fields.get("version", ""),
        titles=fields.get("titles", words),
        binding=fields.get("binding", "consent"),
        state_involvement=fields.get("state_involvement", words),
        applies_to=read.applies_to,
        effective_from=read.effective_from,
        announced=read.announced,
        promulgated_by=fields.get("promulgated_by", words),
        source=read.source,
        lineage=read.lineage,
        clauses=tuple(one.clause for one in clauses),
        rules=tuple(rules),
        lists=MappingProxyType(dict(lists)),
        columns=MappingProxyType(dict(read.columns)),
        hash="",
        path=path,
    )
    return replace(code, hash=code_hash(code))
