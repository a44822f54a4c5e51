"""``ombud check``: look at a draft before posting it; local, and nothing is stored."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from ombud import __version__
from ombud.base.clock import SystemClock
from ombud.base.errors import EventError, Fault, UsageError, Where
from ombud.base.settings import cache_folder
from ombud.cli.output import as_json, cut, say
from ombud.conduct.find import bundled_names
from ombud.conduct.words import Words
from ombud.events.decode import decode
from ombud.events.envelope import AUDIENCES, Event
from ombud.flow.codes import load_codes
from ombud.registers.asof import load_from
from ombud.rules.selfcheck.checking import Remark, Report, SelfCheck, draft
from ombud.store import open_store

LARGEST = 4 * 1024 * 1024
"""Bytes of a draft."""

SAY: dict[str, Words] = {
    "clear": Words("Nothing in these codes speaks against it.", "这些准则中没有针对它的条款。"),
    "stable": Words("in force", "已生效"),
    "tried": Words("being tried: opens no case", "试行中：不会立案"),
    "mends": Words("to mend it", "修改建议"),
    "cut": Words("Without the marked words the rule no longer finds.", "去掉标出的文字后，该规则不再命中。"),
    "hint": Words("hint: the headline promises more than it tells", "提示：标题吊人胃口"),
    "go_on": Words("You decide; this stops nobody from posting.", "由你决定；这不会阻止任何人发布。"),
    "clause": Words("clause", "条款"),
}

_FORMATS = ("text", "json", "sarif")


@click.command(short_help="check a draft before posting it; nothing is stored")
@click.argument("file", metavar="FILE|-")
@click.option("--code", "code_names", metavar="NAME|DIR", multiple=True, help="Codes (default: all bundled).")
@click.option("--as", "kind", type=click.Choice(["post", "comment"]), default="post", help="What it will be.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="public", help="Who will see it.")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language of the answer (default: the draft's)."
)
@click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), metavar="DIR", help="Read its registers."
)
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="text", help="How to answer.")
@click.option("--strict", is_flag=True, help="Exit 1 if a rule in force would find.")
def check(
    file: str,
    code_names: tuple[str, ...],
    kind: str,
    audience: str,
    lang: str | None,
    store_dir: Path | None,
    format_: str,
    strict: bool,
) -> None:
    """Run a draft through the codes: which clause, which words, and what would mend it.

    FILE holds the draft's text, or an event as one JSON object (a post with its images'
    hashes, disclosures, the account's bio). It is looked at here, and forgotten.
    """
    event = _event(file, kind, audience)
    registers = None
    if store_dir is not None:
        with open_store(store_dir, create=False) as store:
            registers = load_from(store)
    codes = load_codes(code_names or bundled_names())
    report = SelfCheck(codes, registers, cache_dir=cache_folder()).check(event)
    words = lang or report.lang or "en"
    if format_ == "sarif":
        click.echo(as_json(sarif(report, words, file), indent=True))
    elif format_ == "json":
        click.echo(as_json(as_object(report, words), indent=sys.stdout.isatty()))
    else:
        show(report, words)
    if strict and any(remark.sure for remark in report.remarks):
        sys.exit(1)


def _event(file: str, kind: str, audience: str) -> Event:
    data = _bytes(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "save the draft as UTF-8"
        raise UsageError(
            Fault("cli/not-text", f"byte {error.start} is not UTF-8", Where(file), hint)
        ) from None
    if text.lstrip().startswith("{"):
        try:
            return decode(data.strip())
        except EventError:
            if file.endswith((".json", ".jsonl")):
                raise
    return draft(text, SystemClock().now(), kind=kind, audience=audience)


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as source:
                data = source.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            Fault("cli/no-draft", f"it cannot be read: {error.strerror}", Where(file))
        ) from error
    if len(data) > LARGEST:
        raise UsageError(Fault("cli/too-long", f"a draft has at most {LARGEST:,} bytes", Where(file)))
    return data


# -- text --------------------------------------------------------------------------


def show(report: Report, lang: str) -> None:
    """Print the report for the author."""
    text = _text(report)
    for remark in report.remarks:
        click.echo("\n".join(_lines(remark, text, lang)) + "\n")
    if report.hint is not None:
        names = ", ".join(name[lang] for name in report.hint.features)
        click.echo(f"{SAY['hint'][lang]} ({names})\n")
    if not report.remarks:
        click.echo(SAY["clear"][lang])
    else:
        say(SAY["go_on"][lang])


def _lines(remark: Remark, text: str, lang: str) -> list[str]:
    rule = remark.rule
    title = rule.clause.title_zh if lang == "zh" else rule.clause.title
    state = SAY["stable" if remark.sure else "tried"][lang]
    lines = [f"{rule.code.id} · {SAY['clause'][lang]} {rule.clause.id} {title} · {rule.rule.id} ({state})"]
    lines += [f"  {_excerpt(text, place)}" for place in remark.marks[:5]]
    lines.append(f"  {explained(remark, lang)}")
    lines.append(f"  {SAY['mends'][lang]}: {remark.mends[lang]}")
    if remark.cut_mends:
        lines.append(f"  {SAY['cut'][lang]}")
    return lines


def _excerpt(text: str, place: tuple[int, int]) -> str:
    start, end = place
    before, after = cut(text[max(0, start - 24) : start], 48), cut(text[end : end + 24], 48)
    return f"…{before}[{cut(text[start:end], 60)}]{after}…"


def explained(remark: Remark, lang: str) -> str:
    """Return the rule's own explanation; names of what a signal found are left general."""
    return re.sub(r"\{[^}]*\}", "…", remark.rule.rule.explains[lang])


def _text(report: Report) -> str:
    post = report.event.post
    return post.text if post is not None and post.text else ""


# -- JSON and SARIF ----------------------------------------------------------------


def as_object(report: Report, lang: str) -> dict[str, Any]:
    """Return the report as one JSON object; places count code points, the end is exclusive."""
    text = _text(report)
    return {
        "lang": report.lang,
        "remarks": [
            {
                "code": remark.rule.code.id,
                "clause": remark.rule.clause.id,
                "title": remark.rule.clause.title_zh if lang == "zh" else remark.rule.clause.title,
                "harm": remark.rule.clause.harm,
                "rule": remark.rule.rule.id,
                "in_force": remark.sure,
                "explains": explained(remark, lang),
                "marks": [{"start": a, "end": b, "text": text[a:b]} for a, b in remark.marks],
                "mends": remark.mends[lang],
                "cutting_the_marks_mends": remark.cut_mends,
            }
            for remark in report.remarks
        ],
        "hint": None
        if report.hint is None
        else {
            "clickbait_points": report.hint.points,
            "features": [name[lang] for name in report.hint.features],
        },
    }


def sarif(report: Report, lang: str, file: str) -> dict[str, Any]:
    """Return the report as a SARIF 2.1.0 log (OASIS standard), for editors and review tools."""
    text = _text(report)
    rules = {remark.rule.name: remark for remark in report.remarks}
    driver: dict[str, Any] = {
        "name": "ombud",
        "version": __version__,
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": remark.rule.rule.title[lang]},
                "fullDescription": {"text": explained(remark, lang)},
                "help": {"text": remark.mends[lang]},
            }
            for name, remark in rules.items()
        ],
    }
    results = [_result(remark, text, lang, file) for remark in report.remarks]
    if report.hint is not None:
        driver["rules"].append({"id": "hint/clickbait", "shortDescription": {"text": SAY["hint"][lang]}})
        message = f"{SAY['hint'][lang]}: " + ", ".join(name[lang] for name in report.hint.features)
        results.append(
            {"ruleId": "hint/clickbait", "level": "none", "kind": "review", "message": {"text": message}}
        )
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(remark: Remark, text: str, lang: str, file: str) -> dict[str, Any]:
    message = (
        f"{SAY['clause'][lang]} {remark.rule.clause.id}: {explained(remark, lang)} "
        f"{SAY['mends'][lang]}: {remark.mends[lang]}"
    )
    uri = "stdin" if file == "-" else Path(file).as_posix()
    places = [
        {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": _region(text, start, end)}}
        for start, end in remark.marks or ((0, len(text)),)
    ]
    return {
        "ruleId": remark.rule.name,
        "level": "warning" if remark.sure else "note",
        "message": {"text": message},
        "locations": places[:1],
        "relatedLocations": places[1:],
    }


def _region(text: str, start: int, end: int) -> dict[str, int]:
    line, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    return {
        "startLine": line,
        "startColumn": start - (text.rfind("\n", 0, start) + 1) + 1,
        "endLine": last,
        "endColumn": end - (text.rfind("\n", 0, end) + 1) + 1,
        "charOffset": start,
        "charLength": end - start,
    }
