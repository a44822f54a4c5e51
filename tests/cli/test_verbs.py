"""Each verb does what its help says, as text and as JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def rows(text: str) -> list[Any]:
    """Return the JSON values of lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_run_reports_one_object(ombud: Any, tmp_path: Path, stream: Path) -> None:
    """`run --json` ends with one object that holds all the promised numbers."""
    done = ombud(
        *("run", "--code", "clear-culture", "--in-force-from", "2026-01-01"),
        *("--store", tmp_path / "s", "--json", stream),
    )
    assert done.exit_code == 0
    (report,) = rows(done.out)
    assert {"duplicates", "wall_s", "cpu_s", "peak_rss_mb", "ledger_root", "total"} <= report.keys()
    assert (report["events"], report["quarantined"], report["findings"], report["cases"]) == (12, 1, 1, 1)
    assert report["findings_by_rule"] == {"clear-culture/urged-to-die": 1}


def test_run_tells_a_person_what_to_look_at(ombud: Any, tmp_path: Path, stream: Path) -> None:
    """Data is on standard output; advice is on standard error."""
    done = ombud(
        *(
            "run",
            "--code",
            "clear-culture",
            "--in-force-from",
            "2026-01-01",
            "--store",
            tmp_path / "s",
            stream,
        )
    )
    assert "12 events" in done.out
    assert "clear-culture/urged-to-die" in done.out
    assert "ombud quarantine list" in done.err
    assert "ombud case list" in done.err


def test_run_takes_standard_input(tmp_path: Path, stream: Path) -> None:
    """`-` reads events from a pipe."""
    command = [
        sys.executable,
        "-m",
        "ombud",
        "run",
        "--code",
        "clear-culture",
        "--store",
        str(tmp_path / "s"),
    ]
    done = subprocess.run(
        [*command, "--json", "-"], input=stream.read_bytes(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"] == 12


def test_run_is_quiet_where_there_is_no_terminal(ombud: Any, tmp_path: Path, stream: Path) -> None:
    """No progress bar is written into a log file."""
    done = ombud("run", "--code", "clear-culture", "--store", tmp_path / "s", stream, "--json")
    assert "\x1b[" not in done.err
    assert "%" not in done.err


def test_ctrl_c_stops_cleanly(tmp_path: Path) -> None:
    """SIGINT ends a follower after its batch, with the report and no traceback."""
    file = tmp_path / "s.jsonl"
    file.write_text('{"id":"e1","at":1780000000,"kind":"post","account":{"id":"a"}}\n')
    command = [
        sys.executable,
        "-m",
        "ombud",
        "run",
        "--code",
        "clear-culture",
        "--store",
        str(tmp_path / "s"),
    ]
    with subprocess.Popen(
        [*command, "--follow", "--json", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        while not (tmp_path / "s" / "ombud.db").exists():
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    assert json.loads(out)["stopped"] is True
    assert "Traceback" not in err


def test_findings_are_listed_and_exported(ombud: Any, store: Path, tmp_path: Path) -> None:
    """The same finding shows as a row, as JSON, and in the export, with its evidence."""
    assert "urged-to-die" in ombud("finding", "list", "--store", store).out
    (listed,) = rows(ombud("finding", "list", "--store", store, "--json").out)
    assert listed["evidence"]["post.text"] == "你怎么不去死啊"
    assert listed["subject"] == {"kind": "post", "id": "p7"}
    out = tmp_path / "f.jsonl"
    assert ombud("finding", "export", "--store", store, "--out", out).exit_code == 0
    assert rows(out.read_text("utf-8")) == [listed]
    done = ombud("finding", "list", "--store", store, "--rule", "clear-culture/no-such")
    assert (done.out, done.exit_code) == ("", 0)
    assert "no findings" in done.err


def test_a_case_shows_clause_and_evidence(ombud: Any, store: Path) -> None:
    """A case shows the clause in words as it was adopted, the finding and its evidence."""
    (case,) = rows(ombud("case", "list", "--store", store, "--json").out)
    shown = ombud("case", "show", case["case"], "--store", store).out
    assert "What it does not forbid" in shown
    assert "你怎么不去死啊" in shown
    as_json = json.loads(ombud("case", "show", case["case"], "--store", store, "--json").out)
    assert as_json["findings"][0]["case"] == case["case"]
    assert as_json["history"][0]["kind"] == "opened"
    done = ombud("case", "show", "c-nothing", "--store", store)
    assert done.exit_code == 2
    assert "[cli/no-such-case]" in done.err


def test_quarantine_lists_retries_and_drops(ombud: Any, store: Path) -> None:
    """A bad line is listed with file and line; retried it still waits; dropped it is settled."""
    (row,) = rows(ombud("quarantine", "list", "--store", store, "--json").out)
    assert row["code"] == "events/broken-json"
    assert row["line"] == 6
    assert row["raw"] == '{"id": oops}'
    assert "events.jsonl:6" in ombud("quarantine", "list", "--store", store).out
    done = ombud("quarantine", "retry", "--store", store, "--json")
    assert json.loads(done.out) == {"taken": 0, "duplicates": 0, "still_waiting": 1}
    assert "1 dropped" in ombud("quarantine", "drop", str(row["n"]), "--store", store).out
    assert "nothing is in quarantine" in ombud("quarantine", "list", "--store", store).err
    assert "not waiting" in ombud("quarantine", "drop", str(row["n"]), "--store", store).err


def test_a_wrong_mapping_loses_nothing(ombud: Any, tmp_path: Path) -> None:
    """Lines that a mapping could not read are taken, in their place, once the mapping is right."""
    theirs = tmp_path / "theirs.jsonl"
    text = '{"tid":"%d","ts":%d,"who":"u%d","on":"t","body":"%s"}'
    lines = [text % (n, 1_780_000_000 + n, n, "你怎么不去死啊" if n == 3 else "早") for n in range(6)]
    theirs.write_text("\n".join(lines) + "\n", encoding="utf-8")
    good = "id: tid\nat: ts\naccount.id: who\npost.text: body\ntarget.account_id: on\n"
    good += "audience: {const: public}\n"
    wrong, right = tmp_path / "wrong.yaml", tmp_path / "right.yaml"
    wrong.write_text(good.replace("who", "author") + "kind: {const: comment}\n")
    right.write_text(good + "kind: {const: comment}\n")
    store = tmp_path / "s"
    run = ("run", "--code", "clear-culture", "--in-force-from", "2026-01-01", "--store", store, "--json")
    assert json.loads(ombud(*run, "--mapping", wrong, theirs).out)["quarantined"] == 6
    done = ombud("quarantine", "retry", "--store", store, "--mapping", right, "--json")
    assert json.loads(done.out) == {"taken": 6, "duplicates": 0, "still_waiting": 0}
    more = tmp_path / "more.jsonl"
    more.write_text(text % (9, 1_780_000_100, 1, "晚") + "\n", encoding="utf-8")
    report = json.loads(ombud(*run, "--mapping", right, more).out)
    assert report["total"]["events"] == 7
    assert report["total"]["findings"] == 1


def test_explain_shows_why(ombud: Any, store: Path, tmp_path: Path) -> None:
    """The answer of every rule, one rule's parts, an event from a file, and the mistakes."""
    assert "clear-culture/urged-to-die" in ombud("explain", "e7", "--store", store).out
    shown = ombud("explain", "e7", "urged-to-die", "--store", store).out
    assert "clear-culture/urged-to-die is TRUE" in shown
    assert (
        "clear-culture/urged-to-die is FALSE" in ombud("explain", "e1", "urged-to-die", "--store", store).out
    )
    tree = json.loads(ombud("explain", "e7", "urged-to-die", "--store", store, "--json").out)
    assert tree[0]["explained"]["value"] == "TRUE"
    assert ombud("explain", "nothing", "--store", store).exit_code == 2
    done = ombud("explain", "e7", "urged-to-dye", "--store", store)
    assert "did you mean 'urged-to-die'?" in done.err
    one = tmp_path / "one.json"
    one.write_text(
        '{"id":"x","at":1780000000,"kind":"post","audience":"private","account":{"id":"a"},'
        '"post":{"text":"他的手机号是13812345678，住址在这里，大家去找他"}}'
    )
    done = ombud("explain", one, "phone-exposed", "--code", "clear-culture")
    assert "clear-culture/phone-exposed is UNKNOWN" in done.out


def test_query_tells_no_small_numbers(ombud: Any, store: Path) -> None:
    """Counts are given, small cells are not, and columns that name people are refused."""
    assert "12 of 12 events" in ombud("query", "event.kind = 'comment'", "--store", store).out
    assert "fewer than 5" in ombud("query", "contains(post.text, '去死')", "--store", store).out
    answer = json.loads(
        ombud("query", "event.kind = 'comment'", "--by", "post.lang", "--store", store, "--json").out
    )
    assert answer["by"] == [["zh", 12]]
    sampled = ombud("query", "TRUE", "--sample", "2", "--store", store).out
    assert "account 1" in sampled
    assert "a0" not in sampled
    for by in ("account.id", "post.text", "target.account_id", "account.name"):
        done = ombud("query", "TRUE", "--by", by, "--store", store)
        assert done.exit_code == 2
        assert "[query/names-people]" in done.err
    assert "[query/names-people]" in ombud("query", "account.id = 'a0'", "--store", store).err
    assert (
        ombud("query", "count_within(INTERVAL 1 HOUR, per => account.id) > 2", "--store", store).exit_code
        == 0
    )
    assert "did you mean" in ombud("query", "TRUE", "--by", "post.langg", "--store", store).err
    assert ombud("query", "lenght(post.text) > 2", "--store", store).exit_code == 3


def test_every_query_is_in_the_ledger(ombud: Any, store: Path) -> None:
    """A query leaves an entry that does not tell what was asked."""
    from ombud.store import ledger, open_store

    ombud("query", "event.kind = 'comment'", "--store", store)
    with open_store(store, create=False) as opened, opened.read() as tx:
        last = list(ledger.entries(tx))[-1]
    assert last.kind == "query"
    assert "comment" not in str(last.body)


def test_doctor_finds_a_forged_archive(ombud: Any, store: Path) -> None:
    """A healthy store passes; the installation is checked without one."""
    assert ombud("doctor").exit_code == 0
    done = ombud("doctor", "--store", store, "--json")
    assert done.exit_code == 0
    assert all(check["ok"] for check in json.loads(done.out))
    assert ombud("doctor", "--store", store / "none").exit_code == 1


def test_mapping_guess_makes_a_mapping_that_loads(ombud: Any, stream: Path, tmp_path: Path) -> None:
    """What `mapping guess` proposes can be used as it is for our own shape."""
    done = ombud("mapping", "guess", stream)
    assert done.exit_code == 0
    mapping = tmp_path / "m.yaml"
    mapping.write_text(done.out, encoding="utf-8")
    run = ombud(
        *("run", "--code", "clear-culture", "--store", tmp_path / "s", "--mapping", mapping, "--json", stream)
    )
    assert json.loads(run.out)["events"] == 12


def test_demo_shows_a_town(ombud: Any, tmp_path: Path) -> None:
    """The demo scores itself, leaves a healthy store, and replaces only its own folder."""
    folder = tmp_path / "town"
    done = ombud("demo", "--dir", folder, "--scale", "0.02", "--json")
    assert done.exit_code == 0, done.err
    told = json.loads(done.out)
    assert ombud("verify", folder / "public" / "record").exit_code == 0
    assert ombud("doctor", "--store", folder / "store").exit_code == 0
    assert told["harms"]["threat"]["planted"] > 0
    assert told["people"]["appeals"]["reversed"] > 0
    assert told["record"]["holds"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    done = ombud("demo", "--dir", other)
    assert done.exit_code == 2
    assert (other / "mine.txt").exists()
