"""The ``ombud`` command: a table of verbs, each loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from ombud import __version__
from ombud.base.errors import OmbudError

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("ombud.cli.demo:demo", "watch a generated town pass through a code of conduct"),
    "run": ("ombud.cli.run:run", "evaluate codes of conduct on a stream of events"),
    "query": ("ombud.cli.query:query", "count events in a store that meet a condition"),
    "explain": ("ombud.cli.explain:explain", "show why a rule did or did not find on an event"),
    "code": ("ombud.cli.code:code", "list, show, check and test codes of conduct"),
    "finding": ("ombud.cli.finding:finding", "read the findings of a store"),
    "case": ("ombud.cli.case:case", "read cases, take one, work on it"),
    "decide": ("ombud.cli.decide:decide", "decide a case: answer, preview, confirm"),
    "notice": ("ombud.cli.notice:notice", "read notices; judge corrections"),
    "appeal": ("ombud.cli.appeal:appeal", "file appeals and answer them"),
    "standing": ("ombud.cli.standing:standing", "see one's own standing; give points back for training"),
    "tick": ("ombud.cli.tick:tick", "enter ends, suspend for late appeals, send notices and orders"),
    "executor": ("ombud.cli.executor:executor", "connect the platform that carries measures out"),
    "escrow": ("ombud.cli.escrow:escrow", "see item income that is kept; decide to refund it"),
    "dispute": ("ombud.cli.dispute:dispute", "record disputes before outside bodies, and carry them out"),
    "people": ("ombud.cli.people:people", "add people and give them roles"),
    "report": ("ombud.cli.report:report", "report something, follow a report; read and sort reports"),
    "quarantine": ("ombud.cli.quarantine:quarantine", "see and retry input that could not be taken"),
    "record": ("ombud.cli.record:record", "sign, publish and prove the record"),
    "verify": ("ombud.cli.verify:verify", "check a public record or a proof, offline"),
    "register": ("ombud.cli.register:register", "keep the dated facts that signals read"),
    "signal": ("ombud.cli.signal:signal", "list, show and measure the signals"),
    "check": ("ombud.cli.check:check", "check a draft before posting it; nothing is stored"),
    "figures": ("ombud.cli.figures:figures", "count and publish the figures of the record"),
    "statement": ("ombud.cli.statement:statement", "statements of reasons for the EU Transparency Database"),
    "example": ("ombud.cli.example:example", "example cases for the public page"),
    "demand": ("ombud.cli.demand:demand", "keep the register of demands by public bodies"),
    "disclosure": ("ombud.cli.disclosure:disclosure", "record emergency disclosures"),
    "erase": ("ombud.cli.erase:erase", "erase what an account or an event left behind"),
    "hold": ("ombud.cli.hold:hold", "keep something from being erased, for a time"),
    "backup": ("ombud.cli.backup:backup", "copy a store while it is in use"),
    "restore": ("ombud.cli.backup:restore", "make a store from a back-up"),
    "mapping": ("ombud.cli.mapping:mapping", "propose a mapping from another platform's fields"),
    "doctor": ("ombud.cli.doctor:doctor", "check the installation and a store"),
}
"""Verb -> (where its command lives, its line in ``ombud --help``)."""


class _Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used, so ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from ombud.base.nearest import did_you_mean

            hint = did_you_mean(args[0], VERBS)
            ctx.fail(f"there is no verb {args[0]!r}" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, words) for name, (_, words) in VERBS.items()])


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done · 1 faults or a failed check · 2 the call is wrong · 3 a code of conduct "
    "does not hold up · 4 an input cannot be read · 5 the store refuses · 130 stopped by Ctrl-C",
)
@click.version_option(__version__, prog_name="ombud")
def cli() -> None:
    """Run a code of conduct in the open.

    Evaluate its rules on a stream of events, open cases for people to decide,
    and keep a record that anyone can verify. Start with: ombud demo
    """


def main(args: list[str] | None = None) -> Any:
    """Run the command line; every error Ombud knows ends in a sentence and an exit code."""
    try:
        return cli.main(args=args, prog_name="ombud")
    except OmbudError as error:
        for fault in error.faults:
            click.echo(f"ombud: {fault}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (as in `ombud ... | head`); say nothing more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("ombud: stopped", err=True)
        sys.exit(130)
