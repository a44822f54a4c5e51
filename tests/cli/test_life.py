"""The life of a case on the command line, from the finding to the reversal."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ombud.store import casework, clauses, ledger, open_store, pins

HERE = Path(__file__).parent


def furnished(place: Path) -> str:
    """Make a store with clauses and one case, and return the case's id."""
    spec = importlib.util.spec_from_file_location("ombud_tests_life", HERE.parent / "redress" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    tools = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tools)
    with open_store(place) as store:
        with store.begin() as tx:
            pins.pin(tx, "cc", version="1.0.0", hash="h", payload={"clauses": {}}, at=0, seq=1)
            for row in tools.CLAUSES:
                clauses.put(tx, row)
        with store.begin() as tx:
            case: str = tools.Life().case(tx)
            casework.triage(tx, case, language="zh")
    return case


@pytest.fixture
def desk(ombud: Any, tmp_path: Path) -> tuple[Any, str]:
    """Return a function that calls `ombud` on a store with one case and people, and the case's id."""
    case = furnished(tmp_path / "s")
    return with_people(ombud, tmp_path / "s"), case


def with_people(ombud: Any, store: Path) -> Any:
    """Add people to a store and return a function that calls `ombud` on it."""

    def call(*args: str) -> Any:
        return ombud(*args, "--store", store)

    assert (
        call("people", "add", "olga", "--as", "olga", "--language", "zh", "--language", "en").exit_code == 0
    )
    assert call("people", "grant", "olga", "operator", "--as", "olga").exit_code == 0
    for person, role in (("ann", "reviewer"), ("bob", "reviewer"), ("ada", "appeal_reviewer")):
        assert call("people", "add", person, "--as", "olga", "--language", "zh").exit_code == 0
        assert call("people", "grant", person, role, "--as", "olga").exit_code == 0
    return call


def decided(call: Any, case: str) -> str:
    """Decide the case and return the decision's notice."""
    assert call("case", "claim", case, "--as", "ann").exit_code == 0
    answer = ("decide", case, "--as", "ann", "--answer", "yes", "--no-conflict", "--json")
    assert json.loads(call(*answer).out)["then"]["points_then"] > 0
    choice = (
        *("decide", case, "--as", "ann", "--measure", "disable", "--reasons", "It harms a person."),
        *("--considered", "notice=It would stay up meanwhile.", "--json"),
    )
    digest = json.loads(call(*choice).out)["preview"]["digest"]
    done = call(*choice, "--confirm", digest[:16])
    assert done.exit_code == 0, done.err
    notice: str = json.loads(done.out)["decided"]["notice"]
    return notice


def test_the_whole_way(ombud: Any, store: Path, tmp_path: Path) -> None:
    """Run, queue, claim, decide, send, appeal by receipt, reverse; the record holds throughout."""
    call = with_people(ombud, store)
    (case,) = [json.loads(line)["case"] for line in call("case", "list", "--json").out.splitlines()]
    seen = call("case", "queue", "--as", "ann")
    assert case in seen.out
    notice = decided(call, case)
    sent = call("tick", "--folder", str(tmp_path / "out"))
    assert "1 notices sent" in sent.out
    letter = json.loads((tmp_path / "out" / f"{notice}.json").read_text("utf-8"))
    code = re.search(r"\n([A-Z2-7]{4}(-[A-Z2-7]{4}){3})\n", letter["body"])
    assert code is not None
    shown = call("notice", "show", code[1])
    assert shown.exit_code == 0
    assert code[1] not in shown.out
    assert "{{receipt}}" not in shown.out
    appeal = call("appeal", "file", code[1], "--text", "I was quoting a song.").out.strip()
    assert appeal in call("appeal", "list", "--as", "ada").out
    answer = ("appeal", "decide", appeal, "--as", "ada", "--outcome", "reversed", "--no-conflict")
    rehearsed = call(*answer, "--reasons", "It is a song.")
    assert "undone: m-" in rehearsed.out
    assert "{{receipt}}" not in rehearsed.out + call("appeal", "show", appeal, "--as", "ada").out
    assert "nothing is done yet" in rehearsed.err
    assert json.loads(call("appeal", "list", "--as", "ada", "--json").out)["outcome"] is None
    done = call(*answer, "--reasons", "It is a song.", "--confirm")
    assert done.exit_code == 0, done.err
    assert "no appeal waits" in call("appeal", "list", "--as", "ada").err
    told = call("case", "show", case).out
    assert "decided by ann: applies, d-" in told
    assert "appeal answered by ada: reversed, a-" in told
    with open_store(store) as opened, opened.read() as tx:
        assert ledger.check(tx)
        kinds = {entry.kind for entry in ledger.entries(tx)}
    assert {"decision", "notice", "measure", "appeal", "appeal-answered", "measure-undone"} <= kinds


def test_the_house_reverses_by_itself(desk: Any, tmp_path: Path) -> None:
    """Without --confirm the letter is shown and nothing done; who decided is refused; once is enough."""
    call, case = desk
    decided(call, case)
    (decision,) = set(re.findall(r"d-[a-z0-9]{12}", call("case", "show", case, "--json").out))
    act = ("case", "reverse", decision, "--no-conflict", "--reasons", "It is a shop.")
    assert call("people", "grant", "ann", "appeal_reviewer", "--as", "olga").exit_code == 0
    assert "redress/own-decision" in call(*act, "--as", "ann").err
    shown = call(*act, "--as", "ada")
    assert "我们撤销了关于您帖文的决定" in shown.out
    assert "undone: m-" in shown.out
    assert "{{receipt}}" not in shown.out
    assert "nothing is done yet" in shown.err
    done = json.loads(call(*act, "--as", "ada", "--confirm", "--json").out)
    assert (done["decision"], done["confirmed"], done["reporters_told"]) == (decision, True, 0)
    assert len(done["undone"]) == 1
    assert "taken back by ada: d-" in call("case", "show", case).out
    again = call(*act, "--as", "olga", "--confirm")
    assert (again.exit_code, "redress/already-undone" in again.err) == (1, True)
    assert call("case", "reverse", "d-none", *act[3:], "--as", "ada").exit_code == 1


def test_standing_by_receipt(desk: Any, tmp_path: Path) -> None:
    """The code of a notice shows its holder their points, an id shows nothing; training lessens them."""
    call, case = desk
    notice = decided(call, case)
    call("tick", "--folder", str(tmp_path / "out"))
    letter = json.loads((tmp_path / "out" / f"{notice}.json").read_text("utf-8"))
    code = re.findall(r"^[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}$", letter["body"], re.M)[0]
    shown = call("standing", "show", code)
    assert shown.exit_code == 0, shown.err
    assert "有效的分数：4" in shown.out
    assert "停止展示" in shown.out
    assert "redress/receipt-needed" in call("standing", "show", notice).err
    credit = ("standing", "credit", letter["recipient"], "--points", "1", "--as", "ann")
    assert "1 points given back" in call(*credit, "--reason", "finished the course").err
    seen = json.loads(call("standing", "show", code, "--json").out)
    assert seen["points"] == 3.0
    assert [each["kind"] for each in seen["in_effect"]] == ["disable"]


def test_nothing_before_confirm(desk: Any) -> None:
    """A preview shows the exact notice and does nothing; a wrong digest does nothing either."""
    call, case = desk
    assert call("case", "claim", case, "--as", "ann").exit_code == 0
    early = call("decide", case, "--as", "ann", "--reasons", "x")
    assert early.exit_code == 1
    assert "redress/not-answered" in early.err
    assert "ladder:" in call("decide", case, "--as", "ann", "--answer", "yes", "--no-conflict").out
    choice = ("decide", case, "--as", "ann", "--measure", "notice", "--reasons", "It harms a person.")
    shown = call(*choice)
    assert "您好" in shown.out
    assert "{{receipt}}" not in shown.out
    assert "nothing is done yet" in shown.err
    wrong = call(*choice, "--confirm", "0" * 16)
    assert "redress/stale-preview" in wrong.err
    assert call("notice", "list", "--as", "ann", "--json").out == ""


def test_what_was_done_is_listed_plainly(desk: Any) -> None:
    """Confirming prints decision, notice and measures by their ids, not as a program's list."""
    call, case = desk
    assert call("case", "claim", case, "--as", "ann").exit_code == 0
    choice = ("decide", case, "--as", "ann", "--answer", "yes", "--no-conflict", "--measure", "disable")
    choice = (*choice, "--reasons", "It harms a person.", "--considered", "notice=It would stay up.")
    digest = json.loads(call(*choice, "--json").out)["preview"]["digest"]
    assert re.search(r"^measures: m-\w+$", call(*choice, "--confirm", digest).out, re.M)


def test_refusals_have_codes(desk: Any) -> None:
    """Wrong people, versions and forms end with a permanent code and exit code 1 or 2."""
    call, case = desk
    for code, args in {
        "cases/wrong-role": ("case", "claim", case, "--as", "ada"),
        "cases/no-such-person": ("case", "claim", case, "--as", "nobody"),
        "cases/stale-version": ("case", "claim", case, "--as", "ann", "--version", "9"),
        "cases/no-such-case": ("decide", "c-x", "--as", "ann", "--answer", "yes"),
        "cases/not-held": ("decide", case, "--as", "ann", "--answer", "yes", "--no-conflict"),
        "redress/no-such-notice": ("notice", "show", "AAAA"),
        "redress/no-such-appeal": ("appeal", "show", "a-x", "--as", "ada"),
        "cli/bad-digest": ("decide", case, "--as", "bob", "--agree", "abc"),
        "cases/not-held ": ("case", "release", case, "--as", "ann"),
    }.items():
        done = call(*args)
        assert code.strip() in done.err, (args, done.err)
        assert done.exit_code in (1, 2)
    assert call("case", "claim", case, "--as", "ann").exit_code == 0
    for code, args in {
        "cli/bad-measure": ("--measure", "posting_pause=long"),
        "cli/bad-considered": ("--considered", "label"),
        "measures/not-on-the-ladder": ("--measure", "shadow_ban"),
    }.items():
        given = ("decide", case, "--as", "ann", "--answer", "yes", "--no-conflict", "--reasons", "x")
        assert code in call(*given, *args).err


def test_work_on_a_case(desk: Any) -> None:
    """Release, pass on, note, opinion, triage and conflict do what they say, and show in the case."""
    call, case = desk
    for args in (
        ("case", "claim", case, "--as", "ann"),
        ("case", "note", case, "a song?", "--as", "bob"),
        ("case", "opinion", case, "is it a song?", "--ask", "--as", "ann"),
        ("case", "opinion", case, "yes", "--as", "bob"),
        ("case", "triage", case, "--as", "ann", "--imminent", "--reach", "40"),
        ("case", "pass", case, "--as", "ann", "--to", "bob", "--reason", "shift ends"),
        ("case", "release", case, "--as", "bob"),
        ("case", "conflict", case, "my cousin", "--as", "ann"),
    ):
        assert call(*args).exit_code == 0, args
    shown = call("case", "show", case)
    for words in (
        "opened",
        "claimed by ann",
        "note by bob: a song?",
        "opinion by bob: yes",
        "passed on",
        "triage",
    ):
        assert words in shown.out
    assert "version 9, free" in shown.err
    seen = json.loads(call("case", "show", case, "--json").out)
    assert (seen["version"], seen["holder"]) == (9, None)
    assert "salt" not in json.dumps(seen["history"])
    assert "cases/conflict-of-interest" in call("case", "claim", case, "--as", "ann").err


def test_corrections_on_the_command_line(desk: Any, tmp_path: Path) -> None:
    """A correction is judged by a person; missed cannot be said before its time."""
    call, case = desk
    assert call("case", "claim", case, "--as", "ann").exit_code == 0
    choice = (
        *("decide", case, "--as", "ann", "--measure", "notice", "--reasons", "It harms a person."),
        "--json",
    )
    whole = (*choice, "--answer", "yes", "--no-conflict")
    digest = json.loads(call(*whole).out)["preview"]["digest"]
    notice = json.loads(call(*whole, "--confirm", digest).out)["decided"]["notice"]
    call("tick", "--folder", str(tmp_path / "out"))
    assert call("notice", "due", "--as", "bob").out == ""
    early = call("notice", "corrected", notice, "--as", "bob", "--missed", "--reasons", "still there")
    assert "redress/still-time" in early.err
    assert call("notice", "corrected", notice, "--as", "bob", "--done", "--reasons", "gone").exit_code == 0


def test_ways_to_send(desk: Any, tmp_path: Path) -> None:
    """A way out that is not complete is refused; a tick without one says so."""
    call, _ = desk
    assert "no notice was sent" in call("tick").err
    assert "cli/mail" in call("tick", "--smtp", "localhost").err
    assert "redress/bad-webhook" in call("tick", "--webhook", "http://example.org").err
    book = tmp_path / "book.json"
    book.write_text("[]")
    assert (
        "cli/addresses"
        in call("tick", "--smtp", "localhost", "--mail-from", "a@b", "--addresses", str(book)).err
    )


def test_people(desk: Any) -> None:
    """Roles are listed, given and taken back."""
    call, _ = desk
    assert call("people", "revoke", "bob", "reviewer", "--as", "olga").exit_code == 0
    rows = [json.loads(line) for line in call("people", "list", "--json").out.splitlines()]
    assert {"person": "bob", "languages": ["zh"], "roles": []} in rows
    assert "cases/wrong-role" in call("people", "grant", "bob", "operator", "--as", "bob").err
    assert "olga" in call("people", "list").out


def test_a_second_look(desk: Any) -> None:
    """Every decision is drawn, another reviewer answers blind, and the difference is shown and considered."""
    call, case = desk
    assert "5 % of decided cases" in call("case", "blind", "share").out
    assert call("case", "blind", "share", "--set", "120", "--as", "olga").exit_code == 2
    assert call("case", "blind", "share", "--set", "100").exit_code == 2
    assert json.loads(call("case", "blind", "share", "--set", "100", "--as", "olga", "--json").out) == {
        "percent": 100.0,
        "drawn": 0,
        "answered": 0,
    }
    assert "no second look" in call("case", "agreement").err
    decided(call, case)
    assert "no second look waits for you" in call("case", "blind", "list", "--as", "ann").err
    look = json.loads(call("case", "blind", "list", "--as", "bob", "--json").out)["look"]
    assert look in call("case", "blind", "list", "--as", "bob").out
    seen = call("case", "blind", "show", look, "--as", "bob")
    assert "Title 4.4" in seen.out
    assert "call p1 at home" in seen.out
    assert "ann" not in seen.out
    assert json.loads(call("case", "blind", "show", look, "--as", "bob", "--json").out)["clause"] == "4.4"
    refused = call("case", "blind", "show", look, "--as", "ann")
    assert (refused.exit_code, "redress/not-blind" in refused.err) == (1, True)
    given = ("case", "blind", "answer", look, "no", "--as", "bob", "--reasons", "A shop.", "--no-conflict")
    assert "another answer" in call(*given).err
    assert "applies" in call("case", "blind", "list", "--differ", "--as", "olga").out
    assert (
        call("case", "blind", "consider", look, "The clause needs an example.", "--as", "olga").exit_code == 0
    )
    assert "nothing waits" in call("case", "blind", "list", "--differ", "--as", "olga").err
    assert "reconsidered by olga: The clause needs an example." in call("case", "show", case).out
    shown = call("case", "agreement")
    assert re.search(r"^cc/phone +1 of 1 +1\.000 ", shown.out, re.M)
    told = json.loads(call("case", "agreement", "--json").out)
    assert (told["all"]["looks"], told["all"]["same"], told["all"]["errors"]) == (1, 0, 1)
    assert told["rules"][0]["rule"] == "cc/phone"
