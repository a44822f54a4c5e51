"""``ombud code``: list, show, check, test and start codes of conduct."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ombud.base.errors import ConductError, Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.cli.code_diff import diff
from ombud.cli.code_docs import docs
from ombud.cli.code_fork import fork
from ombud.cli.code_plan import plan
from ombud.cli.code_promote import promote
from ombud.cli.code_schema import schema
from ombud.cli.options import json_option
from ombud.cli.output import cut, emit_json, say, table
from ombud.conduct.faults import is_warning
from ombud.conduct.find import bundled_names
from ombud.conduct.loader import lint as lint_code
from ombud.conduct.loader import load_code
from ombud.conduct.model import STATUSES, Clause, Code
from ombud.conduct.starter import init_code
from ombud.conduct.words import Words
from ombud.rules.bind import rule_columns
from ombud.rules.testing import TestResult, run_tests
from ombud.rules.unmeasured import unmeasured
from ombud.signals.registry import installed

language_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the texts."
)


@click.group(short_help="list, show, check and test codes of conduct")
def code() -> None:
    """A code of conduct is a folder: clauses in plain words, rules with their tests."""


@code.command("list")
@language_option
@json_option
def list_(lang: str, json_: bool) -> None:
    """List the codes that come with Ombud."""
    codes = [_load(name) for name in bundled_names()]
    if json_:
        emit_json([_summary(each) for each in codes])
        return
    rows = [
        [
            each.id,
            each.version,
            each.binding,
            len(each.clauses),
            sum(clause.status == "declined" for clause in each.clauses),
            len(each.rules),
            cut(getattr(each.titles, lang), 60),
        ]
        for each in codes
    ]
    click.echo(
        table(["code", "version", "binds by", "clauses", "declined", "rules", "title"], rows, right=[3, 4, 5])
    )
    say("read one: ombud code show NAME")


@code.command()
@click.argument("name", metavar="NAME|DIR")
@click.argument("clause_id", metavar="[CLAUSE]", required=False)
@click.option("--status", type=click.Choice(STATUSES), help="Only clauses of this status.")
@language_option
@json_option
def show(name: str, clause_id: str | None, status: str | None, lang: str, json_: bool) -> None:
    """Show a code, or one clause of it in full, as the people bound by it read it."""
    found = _load(name)
    if clause_id is not None:
        _show_clause(found, _clause(found, clause_id), lang, json_)
        return
    clauses = [clause for clause in found.clauses if status is None or clause.status == status]
    if json_:
        emit_json({**_summary(found), "clauses": [_clause_object(clause) for clause in clauses]})
        return
    click.echo(f"{getattr(found.titles, lang)}\n{found.id} {found.version} · binds by {found.binding}")
    click.echo(f"promulgated by: {getattr(found.promulgated_by, lang)}")
    click.echo(f"state involvement: {getattr(found.state_involvement, lang)}\n")
    rows = [
        [clause.id, clause.status, clause.harm or "", clause.severity or "", getattr(clause.titles, lang)]
        for clause in clauses
    ]
    click.echo(table(["clause", "status", "harm", "severity", "title"], rows))
    for clause in clauses:
        if status == "declined" and clause.declined_because is not None:
            click.echo(f"\n{clause.id}  {getattr(clause.declined_because, lang)}")
    say(f"read a clause: ombud code show {name} {clauses[0].id if clauses else 'CLAUSE'}")


@code.command("lint")
@click.argument("names", metavar="NAME|DIR…", nargs=-1, required=True)
@json_option
def lint_(names: tuple[str, ...], json_: bool) -> None:
    """Report every fault of a code at once: file, line, column, what to do."""
    faults = [fault for name in names for fault in _lint(name)]
    errors = [fault for fault in faults if not is_warning(fault)]
    if json_:
        emit_json([_fault_object(fault) for fault in faults])
    else:
        for fault in faults:
            click.echo(("warning: " if is_warning(fault) else "") + str(fault))
    say(f"{len(errors)} faults, {len(faults) - len(errors)} warnings in {', '.join(names)}")
    if errors:
        sys.exit(ConductError.exit_code)


def _lint(name: str) -> list[Fault]:
    """Return a code's faults; where it loads at all, also rules in force on signals nobody measures."""
    faults = list(lint_code(name, rule_columns()))
    if not any(not is_warning(fault) for fault in faults):
        rules = [rule for rule in _load(name).rules if rule.status != "draft"]
        faults += unmeasured(rules, installed().signals)
    return faults


@code.command()
@click.argument("names", metavar="[NAME|DIR]…", nargs=-1)
@click.option("--rule", metavar="RULE", help="Only this rule.")
@click.option("-v", "--verbose", is_flag=True, help="List every test, not only those that fail.")
@json_option
def test(names: tuple[str, ...], rule: str | None, verbose: bool, json_: bool) -> None:
    """Run the tests beside each rule, and the gate (default: every bundled code)."""
    from ombud.flow.codes import load_codes

    codes = load_codes(names or bundled_names())
    results = run_tests(codes, rule=rule)
    if rule is not None and not results:
        known = [each.id for one in codes for each in one.rules]
        raise UsageError(
            Fault("cli/no-such-rule", f"no rule is called {rule!r}", hint=did_you_mean(rule, known))
        )
    failed = [result for result in results if result.passed is False]
    if json_:
        emit_json([_result_object(result) for result in results])
    else:
        _print_results(results, verbose)
    todo = sum(result.passed is None for result in results)
    say(f"{len(results) - len(failed) - todo} passed, {len(failed)} failed, {todo} to do")
    if failed:
        sys.exit(1)


@code.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="Its name in English.")
@click.option("--title-zh", metavar="TEXT", help="Its name in Chinese.")
def init(folder: Path, title: str | None, title_zh: str | None) -> None:
    """Start a code of your own: a small, complete example that lints clean."""
    if (title is None) != (title_zh is None):
        raise UsageError(
            Fault("cli/one-title", "a code has a name in both languages", hint="give --title and --title-zh")
        )
    titles = Words(title, title_zh) if title is not None and title_zh is not None else None
    for path in init_code(folder, titles=titles):
        click.echo(str(path))
    say(f"check it: ombud code lint {folder}", f"test it:  ombud code test {folder}")


def _load(name: str) -> Code:
    return load_code(name, rule_columns())


def _clause(found: Code, clause_id: str) -> Clause:
    try:
        return found.clause(clause_id)
    except KeyError:
        hint = did_you_mean(clause_id, [clause.id for clause in found.clauses])
        raise UsageError(
            Fault(
                "cli/no-such-clause",
                f"{found.id} has no clause {clause_id!r}",
                hint=hint or f"ombud code show {found.id} lists them",
            )
        ) from None


def _show_clause(found: Code, clause: Clause, lang: str, json_: bool) -> None:
    rules = [rule for rule in found.rules if rule.clause == clause.id]
    if json_:
        emit_json({**_clause_object(clause), "rules": [rule.id for rule in rules]})
        return
    click.echo(f"{found.id} {clause.id} ({clause.version}) · {getattr(clause.titles, lang)}")
    facts: list[str] = [clause.status]
    if clause.harm:
        facts += [f"harm: {clause.harm}", f"severity {clause.severity}", f"at most: {clause.ceiling}"]
    click.echo(" · ".join(facts) + "\n")
    if clause.declined_because is not None:
        click.echo(f"declined because: {getattr(clause.declined_because, lang)}\n")
    click.echo((clause.body_zh if lang == "zh" else clause.body_en).markdown.strip())
    for rule in rules:
        click.echo(f"\nrule {rule.id} ({rule.status}): {getattr(rule.title, lang)}")
        click.echo("\n".join("    " + line for line in rule.when.strip().splitlines()))


def _print_results(results: list[TestResult], verbose: bool) -> None:
    marks = {True: "ok  ", False: "FAIL", None: "todo"}
    for result in results:
        if verbose or result.passed is False:
            tail = f" — {result.message}" if result.message else ""
            click.echo(
                f"{marks[result.passed]} {result.code}/{result.rule}: {result.kind}: {result.name}{tail}"
            )
    by_rule: dict[tuple[str, str, str], list[TestResult]] = {}
    for result in results:
        by_rule.setdefault((result.code, result.rule, result.status), []).append(result)
    rows = [
        [
            f"{name}/{rule}",
            status,
            sum(r.passed is True and r.kind == "matches" for r in group),
            sum(r.passed is True and r.kind == "clears" for r in group),
            sum(r.passed is True and r.kind == "unknown" for r in group),
            sum(r.passed is False for r in group),
            sum(r.passed is None for r in group),
        ]
        for (name, rule, status), group in by_rule.items()
    ]
    head = ["rule", "status", "matched", "cleared", "unknown", "failed", "to do"]
    click.echo(table(head, rows, right=range(2, 7)))


def _summary(each: Code) -> dict[str, Any]:
    return {
        "id": each.id,
        "version": each.version,
        "titles": {"en": each.titles.en, "zh": each.titles.zh},
        "binding": each.binding,
        "state_involvement": {"en": each.state_involvement.en, "zh": each.state_involvement.zh},
        "hash": each.hash,
        "clause_count": len(each.clauses),
        "rules": {rule.id: rule.status for rule in each.rules},
    }


def _clause_object(clause: Clause) -> dict[str, Any]:
    declined = clause.declined_because
    return {
        "id": clause.id,
        "version": clause.version,
        "title": {"en": clause.title, "zh": clause.title_zh},
        "status": clause.status,
        "subject": clause.subject,
        "harm": clause.harm,
        "severity": clause.severity,
        "measures": list(clause.measures),
        "ceiling": clause.ceiling,
        "declined_because": None if declined is None else {"en": declined.en, "zh": declined.zh},
        "body": {"en": clause.body_en.markdown, "zh": clause.body_zh.markdown},
    }


def _fault_object(fault: Fault) -> dict[str, Any]:
    where = fault.where
    return {
        "code": fault.code,
        "level": "warning" if is_warning(fault) else "error",
        "message": fault.message,
        "path": None if where is None or where.path is None else str(where.path),
        "line": None if where is None else where.line,
        "column": None if where is None else where.column,
        "hint": fault.hint,
    }


def _result_object(result: TestResult) -> dict[str, Any]:
    return {
        "rule": f"{result.code}/{result.rule}",
        "status": result.status,
        "kind": result.kind,
        "name": result.name,
        "passed": result.passed,
        "message": result.message or None,
    }


for _command in (fork, diff, schema, docs, plan, promote):
    code.add_command(_command)
