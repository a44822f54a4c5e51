"""``ombud case cluster``: decide many cases of one operator by one act, or undo that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import SystemClock, format_time
from ombud.base.errors import Fault, UsageError, Where
from ombud.cases import work
from ombud.cli.acting import (
    as_option,
    choice_of,
    choice_options,
    masked,
    no_conflict_option,
    now,
    reading,
    writing,
)
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, emit_lines, say, table
from ombud.redress.cluster import Looked, Measured, drop, known, measured, propose, sample_of
from ombud.redress.clusterplan import Whole, letter_of, preview_cluster
from ombud.redress.clusterwork import (
    Progress,
    agree_to_cluster,
    confirm_cluster,
    go_on,
    preview_undo,
    progress,
    undo_cluster,
)
from ombud.store import Tx, casework, clusters, open_store
from ombud.store.clusters import Cluster


@click.group("cluster", short_help="decide many cases of one operator by one act")
def cluster() -> None:
    """Decide many cases of one operator by one act.

    \b
    propose  cases that share a text, a template or evidence; a random sample is drawn
    show     the sample, the errors in it, and how wrong the whole may be
    decide   preview everything, then confirm: each account gets its own decision and notice
    undo     take all of it back by one act
    """


@cluster.command("propose")
@store_option
@as_option
@click.argument("case_id", metavar="[CASE]", required=False)
@click.option(
    "--shared", default="copies", metavar="WHAT", help="copies, template, or a column of the evidence."
)
@click.option(
    "--cases", "file", type=click.Path(path_type=Path), help="A file of cases, one a line; - = input."
)
@click.option("--sample", type=int, help="Cases that are looked at one by one (30 at least).")
@json_option
def propose_(
    store_dir: str,
    person: str,
    case_id: str | None,
    shared: str,
    file: Path | None,
    sample: int | None,
    json_: bool,
) -> None:
    """Propose a cluster around CASE, or of the cases in a file."""
    if (case_id is None) == (file is None):
        hint = "ombud case cluster propose CASE --shared copies, or --cases FILE"
        raise UsageError(Fault("cli/which-cases", "name a case, or a file of cases", None, hint))
    listed = _lines(file) if file is not None else ()
    with writing(store_dir) as tx:
        row = propose(tx, person, at=now(), like=case_id, shared=shared, listed=listed, sample=sample)
    if json_:
        emit_json(_as_object(row))
        return
    click.echo(row.id)
    say(
        f"{row.size} cases; {row.sample} of them were drawn as the sample",
        f"look: ombud case cluster show {row.id}",
    )


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(
            Fault("cli/cannot-read", f"the cases cannot be read: {problem}", Where(file))
        ) from problem
    return [line.strip() for line in text.splitlines() if line.strip()]


@cluster.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List clusters with their state and how wrong they are."""
    with reading(store_dir) as tx:
        rows = [(row, measured(tx, row), progress(tx, row.id)) for row in clusters.page(tx)]
    if json_:
        emit_lines({**_as_object(row), **_measured(seen), **_progress(done)} for row, seen, done in rows)
        return
    if not rows:
        say("there are no clusters")
        return
    head = ["cluster", "clause", "shared", "cases", "state", "decided", "errors", "at most", "reversed"]
    body = [
        [
            *(
                row.id,
                f"{row.code} {row.clause}",
                row.shared,
                row.size,
                row.state,
                done.decided + done.undone,
            ),
            *(f"{seen.errors} of {seen.answered}", f"{seen.bound:.1%}" + (" over" if seen.over else "")),
            seen.reversed,
        ]
        for row, seen, done in rows
    ]
    click.echo(table(head, body, right=[3, 5, 7, 8]))


@cluster.command()
@store_option
@click.argument("cluster_id", metavar="CLUSTER")
@json_option
def show(store_dir: str, cluster_id: str, json_: bool) -> None:
    """Show a cluster: its sample with the answers, and how wrong the whole may be."""
    with reading(store_dir) as tx:
        row = known(tx, cluster_id)
        looked, seen, done = sample_of(tx, row), measured(tx, row), progress(tx, row.id)
        left = clusters.members(tx, row.id, state=clusters.LEFT_OUT)
        holders = {each.member.case_id: casework.claim_of(tx, each.member.case_id) for each in looked}
    if json_:
        sample = [
            {"case": each.member.case_id, "who": each.member.who, "answer": each.verdict} for each in looked
        ]
        out = [{"case": m.case_id, "who": m.who, "why": m.why} for m in left]
        emit_json(
            {
                **_as_object(row),
                **_measured(seen),
                **_progress(done),
                "sample_cases": sample,
                "left_out_cases": out,
            }
        )
        return
    click.echo(
        f"cluster {row.id} · {row.state} · {row.code} {row.clause} · {row.size} cases share: {row.shared}"
    )
    rows = [
        [each.member.case_id, each.member.who, each.verdict or _free(holders[each.member.case_id])]
        for each in looked
    ]
    click.echo(table(["case", "account", "answer"], rows))
    _tell(seen, done)
    for m in left[:20]:
        click.echo(f"left out: {m.case_id} ({m.why})")


def _free(claim: casework.Claim | None) -> str:
    return "free" if claim is None else f"held by {claim.person}"


def _tell(seen: Measured, done: Progress) -> None:
    click.echo(
        f"answered {seen.answered} of {seen.sample}; wrong {seen.errors}; with 95 % confidence at most"
        f" {seen.bound:.1%} of all are wrong (limit {seen.limit:.0%})"
    )
    if done.state != clusters.SAMPLING:
        click.echo(
            f"decided {done.decided}, taken back {done.undone}, left out {done.left_out},"
            f" waiting {done.waiting}; reversed on appeal {seen.reversed}"
        )
    if seen.over and done.decided:
        say("it is wrong too often; think of: ombud case cluster undo")


@cluster.command()
@store_option
@as_option
@click.argument("cluster_id", metavar="CLUSTER")
def claim(store_dir: str, person: str, cluster_id: str) -> None:
    """Take every case of the sample that nobody holds, to answer them one by one."""
    with writing(store_dir) as tx:
        taken = [
            each.member.case_id for each in sample_of(tx, known(tx, cluster_id)) if _take(tx, each, person)
        ]
    for case_id in taken:
        click.echo(case_id)
    say(f"you hold {len(taken)} more cases; answer each: ombud decide CASE --answer yes --no-conflict")


def _take(tx: Tx, each: Looked, person: str) -> bool:
    case_id = each.member.case_id
    closed = work.get(tx, case_id).state == "closed"
    if each.verdict is not None or closed or casework.claim_of(tx, case_id) is not None:
        return False
    if casework.barred(tx, case_id, person):
        return False
    work.claim(tx, case_id, person, version=casework.version(tx, case_id), at=now())
    return True


@cluster.command("drop")
@store_option
@as_option
@click.argument("cluster_id", metavar="CLUSTER")
def drop_(store_dir: str, person: str, cluster_id: str) -> None:
    """Give a proposal up, before any of its sample is answered."""
    with writing(store_dir) as tx:
        drop(tx, cluster_id, person, at=now())
    say("dropped; its cases are free again")


@cluster.command()
@store_option
@as_option
@click.argument("cluster_id", metavar="CLUSTER")
@choice_options
@click.option("--letter", metavar="CASE", help="Show the exact notice for this case, too.")
@no_conflict_option
@click.option("--confirm", metavar="DIGEST", help="Do it: the digest that the preview showed.")
@json_option
def decide(store_dir: str, person: str, cluster_id: str, json_: bool, **given: Any) -> None:
    """Preview what one decision does to every case of a cluster; with --confirm, do it."""
    choice = choice_of(given)
    with open_store(store_dir, create=False) as store:
        if given["confirm"] is not None:
            told = {"shown": given["confirm"], "no_conflict": given["no_conflict"], "clock": SystemClock()}
            _done(confirm_cluster(store, cluster_id, choice, person, **told), json_)
            return
        with store.read() as tx:
            at = now()
            seen = preview_cluster(tx, cluster_id, choice, person, at)
            first = next(m.member.case_id for m in seen.members if m.digest is not None)
            case_id = given["letter"] or first
            title, body = letter_of(tx, cluster_id, case_id, choice, person, at)
    if json_:
        emit_json({"digest": seen.digest, "title": title, "body": body, "case": case_id, **_whole(seen)})
        return
    _preview(seen, case_id, title, body)


def _preview(seen: Whole, case_id: str, title: str, body: str) -> None:
    click.echo(f"{seen.decided} cases of {seen.accounts} accounts would be decided")
    for kind, count in sorted(seen.measures.items()):
        click.echo(f"  {count} × {kind}")
    for why, count in sorted(seen.left_out.items()):
        click.echo(f"  {count} stay open ({why})")
    if seen.days > 1:
        click.echo(f"the quotas leave {seen.today} for today; all take {seen.days} days")
    click.echo(
        f"sample: {seen.measured.errors} of {seen.measured.sample} wrong, so at most"
        f" {seen.measured.bound:.1%} of all (limit {seen.measured.limit:.0%})"
    )
    click.echo(f"\nthe notice for {case_id}:\n\n{title}\n\n{masked(body)}")
    if seen.two:
        say(f"two people must agree; the other: ombud case cluster agree CLUSTER {seen.digest} --no-conflict")
    say(f"nothing is done yet. To do exactly this, repeat it with --no-conflict --confirm {seen.digest[:16]}")


def _done(done: Progress, json_: bool) -> None:
    if json_:
        emit_json(_progress(done))
        return
    click.echo(
        f"{done.state}: decided {done.decided}, taken back {done.undone}, left out {done.left_out},"
        f" waiting {done.waiting}"
    )
    if done.tomorrow:
        say("today's quota is used up; ombud tick goes on tomorrow")
    say("the notices leave with the next: ombud tick")


@cluster.command()
@store_option
@as_option
@click.argument("cluster_id", metavar="CLUSTER")
@click.argument("digest", metavar="DIGEST")
@no_conflict_option
def agree(store_dir: str, person: str, cluster_id: str, digest: str, no_conflict: bool) -> None:
    """Agree, as the second person, to exactly what a preview showed."""
    if len(digest) != 64:
        raise UsageError(Fault("cli/bad-digest", "give the whole digest that the preview showed"))
    with writing(store_dir) as tx:
        agree_to_cluster(tx, cluster_id, person, digest, at=now(), no_conflict=no_conflict)
    say("agreed; who decides can confirm now")


@cluster.command("go-on")
@store_option
@click.argument("cluster_id", metavar="CLUSTER")
@json_option
def go_on_(store_dir: str, cluster_id: str, json_: bool) -> None:
    """Go on with what was confirmed, after a crash or on the next day; ombud tick does it too."""
    with open_store(store_dir, create=False) as store:
        with store.read() as tx:
            known(tx, cluster_id)
        _done(go_on(store, cluster_id, clock=SystemClock()), json_)


@cluster.command()
@store_option
@as_option
@click.argument("cluster_id", metavar="CLUSTER")
@click.option("--reasons", required=True, help="Why, in words for the people concerned.")
@click.option("--confirm", metavar="DIGEST", help="Do it: the digest that the preview showed.")
@json_option
def undo(
    store_dir: str, person: str, cluster_id: str, reasons: str, confirm: str | None, json_: bool
) -> None:
    """Take back every decision of a cluster by one act; each account is told."""
    with open_store(store_dir, create=False) as store:
        with store.read() as tx:
            seen = preview_undo(tx, cluster_id, person, reasons)
        if confirm is not None:
            done = undo_cluster(store, cluster_id, person, reasons, shown=confirm, clock=SystemClock())
            _done(done, json_)
            return
    if json_:
        emit_json({"decisions": seen.decisions, "stopped": seen.stopped, "digest": seen.digest})
        return
    click.echo(f"{seen.decisions} decisions are taken back, {seen.stopped} that wait are not made")
    say(f"nothing is done yet. To do exactly this, repeat it with --confirm {seen.digest[:16]}")


def _as_object(row: Cluster) -> dict[str, Any]:
    return {
        "cluster": row.id,
        "state": row.state,
        "code": row.code,
        "clause": row.clause,
        "shared": row.shared,
        "cases": row.size,
        "sample": row.sample,
        "proposed_at": format_time(row.at),
    }


def _measured(seen: Measured) -> dict[str, Any]:
    return {
        "answered": seen.answered,
        "errors": seen.errors,
        "bound": round(seen.bound, 6),
        "limit": seen.limit,
        "reversed": seen.reversed,
        "over": seen.over,
    }


def _progress(done: Progress) -> dict[str, Any]:
    return {
        "state": done.state,
        "decided": done.decided,
        "undone": done.undone,
        "left_out": done.left_out,
        "waiting": done.waiting,
    }


def _whole(seen: Whole) -> dict[str, Any]:
    return {
        "decided": seen.decided,
        "accounts": seen.accounts,
        "measures": dict(seen.measures),
        "left_out": dict(seen.left_out),
        "days": seen.days,
        "today": seen.today,
        "two_people": seen.two,
        **_measured(seen.measured),
    }
