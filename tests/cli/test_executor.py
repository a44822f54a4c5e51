"""Orders end to end: real processes on this machine that are killed, mistaken, away and repeated."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import MINUTE, SystemClock, format_time
from ombud.cli.doctor import orders_of
from ombud.redress.orders import Order
from ombud.redress.receiver import Receiver, read_order
from ombud.redress.senders import signature
from ombud.store import open_store, orders

SECRET = "between us"


def _life() -> Any:
    spec = importlib.util.spec_from_file_location("ombud_cli_life", Path(__file__).with_name("test_life.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LIFE = _life()


class Desk:
    """A store with people and a case that can be decided, and its letters."""

    def __init__(self, ombud: Any, folder: Path) -> None:
        self.store, self.letters = folder / "s", folder / "letters"
        self.case = LIFE.furnished(self.store)
        self.call = LIFE.with_people(ombud, self.store)

    def tick(self) -> Any:
        """Let time pass; notices go into a folder."""
        return self.call("tick", "--folder", str(self.letters))

    def reverse(self, notice: str) -> None:
        """Reverse a decision on appeal."""
        letter = json.loads((self.letters / f"{notice}.json").read_text("utf-8"))
        code = re.search(r"^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$", letter["body"], re.M)
        assert code is not None
        appeal = self.call("appeal", "file", code[0], "--text", "Mine.").out.strip()
        answer = ("--outcome", "reversed", "--no-conflict", "--reasons", "It was.", "--confirm")
        assert self.call("appeal", "decide", appeal, "--as", "ada", *answer).exit_code == 0

    def status(self) -> Any:
        """Return what the platform should have and what it has."""
        return json.loads(self.call("executor", "status", "--as", "olga", "--json").out)


@pytest.fixture
def desk(ombud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A store to work on, with the secret in the environment."""
    monkeypatch.setenv("OMBUD_EXECUTOR_SECRET", SECRET)
    return Desk(ombud, tmp_path)


class Platform:
    """The reference receiver in a process of its own."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.state, secret = folder / "platform.db", folder / "secret"
        secret.write_text(SECRET + "\n", "utf-8")
        command = [sys.executable, "-m", "ombud", "executor", "receive", "--state", str(self.state)]
        command += ["--secret-file", str(secret), "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:")

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Stop it as a power cut does."""
        self.process.send_signal(how)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def states(self) -> list[str]:
        """Return the state of each measure that it knows."""
        receiver = Receiver(self.state)
        try:
            return sorted(receiver.state().values())
        finally:
            receiver.close()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform that runs."""
    made = Platform(tmp_path)
    yield made
    if made.process.poll() is None:
        made.stop()


def test_decide_apply_reverse_undo(desk: Desk, platform: Platform, ombud: Any) -> None:
    """A decision is applied by the platform, its reversal undone; status says so at each step."""
    connected = desk.call("executor", "connect", platform.url, "--as", "olga")
    assert connected.exit_code == 0, connected.err
    notice = LIFE.decided(desk.call, desk.case)
    assert desk.status()["missing"] == 1
    waits = desk.call("executor", "status", "--as", "olga", "--check")
    assert waits.exit_code == 1
    assert "1 orders wait for their notice" in waits.out
    ticked = desk.tick()
    assert "1 orders carried out" in ticked.out, ticked.err
    assert platform.states() == ["applied"]
    shown = ombud("executor", "received", "--state", platform.state, "--json")
    assert [json.loads(line)["kind"] for line in shown.out.splitlines()] == ["disable"]
    assert "disable" in ombud("executor", "received", "--state", platform.state).out
    assert desk.call("executor", "status", "--as", "olga", "--check").exit_code == 0
    desk.reverse(notice)
    assert desk.status()["left"] == 1
    desk.tick()
    assert platform.states() == ["undone"]
    listed = desk.call("executor", "list", "--as", "olga", "--json").out.splitlines()
    assert [json.loads(line)["asks"] for line in listed] == ["undo", "apply"]
    assert "done" in desk.call("executor", "list", "--as", "olga").out
    assert desk.call("executor", "disconnect", "--as", "olga").exit_code == 0
    assert "no executor is connected" in desk.call("executor", "status", "--as", "olga").err


def test_a_platform_that_is_killed(desk: Desk, platform: Platform, tmp_path: Path) -> None:
    """Away, it fails visibly; back on the same port with its file, it goes on where it was."""
    port = int(platform.url.rsplit(":", 1)[1].strip("/"))
    desk.call("executor", "connect", platform.url, "--as", "olga")
    notice = LIFE.decided(desk.call, desk.case)
    platform.stop()
    assert "1 orders failed" in desk.tick().out
    with open_store(desk.store) as store:
        seen = orders_of(store)
    assert (seen.ok, seen.seen) == (False, "0 orders done, 0 wait, 1 failed")
    failing = desk.call("executor", "list", "--as", "olga", "--state", "failing", "--json").out
    assert "URLError" in json.loads(failing)["error"]
    assert "1 orders leave" in desk.call("executor", "retry", "--as", "olga").err
    back = Platform(tmp_path, port)
    try:
        assert "1 orders carried out" in desk.tick().out
        back.stop()
        back = Platform(tmp_path, port)
        desk.reverse(notice)
        assert "1 orders carried out" in desk.tick().out
        assert back.states() == ["undone"]
    finally:
        back.stop()


def test_no_secret_and_a_wrong_one(
    desk: Desk, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the secret orders wait while notices go; with a wrong one the platform refuses."""
    desk.call("executor", "connect", platform.url, "--as", "olga")
    LIFE.decided(desk.call, desk.case)
    monkeypatch.delenv("OMBUD_EXECUTOR_SECRET")
    ticked = desk.tick()
    assert (ticked.exit_code, "1 notices sent" in ticked.out) == (2, True)
    assert "cli/no-secret" in ticked.err
    wrong = tmp_path / "wrong"
    wrong.write_text("guessed", "utf-8")
    failed = desk.call("tick", "--executor-secret-file", str(wrong))
    assert "1 orders failed" in failed.out
    assert "403" in desk.call("executor", "list", "--as", "olga").out
    assert platform.states() == []
    assert "cli/no-secret" in desk.call("tick", "--executor-secret-file", str(tmp_path / "none")).err
    desk.call("executor", "retry", "--as", "olga")
    assert "1 orders carried out" in desk.call("tick", "--executor-secret-file", str(tmp_path / "secret")).out


def _order(**more: Any) -> Order:
    given: dict[str, Any] = {
        "format": "ombud-order-v1", "key": "order-1", "order": "apply", "seq": 5, "measure": "m-1",
        "kind": "disable", "account": "a1", "subject_kind": "post", "subject": "p1", "territory": "",
        "starts_at": "2026-01-01T00:00:00Z", "ends_at": None, "notice": "n-1", "told": True, **more,
    }  # fmt: skip
    return Order(**given)


def _post(url: str, data: bytes, header: str) -> tuple[int, Any]:
    request = urllib.request.Request(url, data, {"Ombud-Signature": header}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.load(problem)


def test_what_a_platform_refuses(platform: Platform) -> None:
    """Old calls, other secrets, changed bytes and nonsense are refused; old orders change nothing."""
    now, data = SystemClock().now(), _order().to_bytes()

    def post(body: bytes, at: int = now, secret: bytes = SECRET.encode()) -> tuple[int, Any]:
        return _post(platform.url, body, signature(secret, body, at))

    assert post(data, now - 6 * MINUTE) == (403, {"error": "redress/replayed"})
    assert post(data, now + 6 * MINUTE) == (403, {"error": "redress/replayed"})
    assert post(data, secret=b"guessed") == (403, {"error": "redress/bad-signature"})
    assert _post(platform.url, data + b" ", signature(SECRET.encode(), data, now))[0] == 403
    assert platform.states() == []
    status, ack = post(data)
    assert (status, ack["key"], ack["state"]) == (200, "order-1", "applied")
    assert post(data)[1]["state"] == "applied"
    assert post(_order(key="order-2", seq=6, order="undo").to_bytes())[1]["state"] == "undone"
    assert post(data)[1] | {"at": ""} == {"key": "order-1", "at": "", "state": "undone"}
    bad = [b"", b"{", b"[]", b'{"key": 1}', b"\xff", b"[" * 60_000]
    bad += [_order(**change).to_bytes() for change in (
        {"format": "v0"}, {"order": "vanish"}, {"seq": 0}, {"seq": 2**60}, {"key": ""}, {"measure": "m 1"},
    )]  # fmt: skip
    for body in bad:
        assert post(body) == (400, {"error": "redress/bad-order"}), body[:40]
    assert post(b"x" * 70_000)[0] == 413
    assert platform.states() == ["undone"]


class _Killer(BaseHTTPRequestHandler):
    """Takes an order and kills who sent it before the answer is on its way."""

    def do_POST(self) -> None:
        server: Any = self.server
        order = read_order(self.rfile.read(int(self.headers["Content-Length"])))
        ack = server.receiver.take(order, SystemClock().now())
        server.keys.append(order.key)
        if server.victim is not None:
            os.kill(server.victim, signal.SIGKILL)
            server.victim = None
            server.killed.set()
            return
        data = json.dumps(ack).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_killed_between_sending_and_the_answer(desk: Desk, tmp_path: Path) -> None:
    """A tick that dies after the platform obeyed sends the same order again, and nothing is done twice."""
    server: Any = HTTPServer(("127.0.0.1", 0), _Killer)
    server.receiver, server.keys, server.victim, server.killed = Receiver(), [], None, threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        assert desk.call("executor", "connect", url, "--as", "olga").exit_code == 0
        LIFE.decided(desk.call, desk.case)
        command = [sys.executable, "-c", "input(); from ombud.cli.main import main; main()"]
        command += ["tick", "--store", str(desk.store), "--folder", str(desk.letters)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            server.victim = process.pid
            process.communicate(b"\n")
        assert process.returncode == -signal.SIGKILL
        assert server.killed.is_set()
        with open_store(desk.store) as store, store.read() as tx:
            (row,) = orders.page(tx)
            assert (row.acked_at, row.attempts) == (None, 0)
        assert "1 orders carried out" in desk.tick().out
        assert len(server.keys) == 2
        assert len(set(server.keys)) == 1
        assert list(server.receiver.state().values()) == ["applied"]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        server.receiver.close()


def test_a_python_entry_point(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package's function is called with each order; what it raises is a failure to be seen."""
    package = tmp_path / "packages"
    info = package / "our_platform-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-platform\nVersion: 1.0\n")
    points = "[ombud.executors]\nours = our_platform:carry_out\nbroken = our_platform:nothing\n"
    (info / "entry_points.txt").write_text(points)
    (package / "our_platform.py").write_text(
        "done = []\n"
        "def carry_out(order):\n"
        "    done.append(order)\n"
        "    if len(done) == 1:\n"
        "        raise ZeroDivisionError('not yet')\n"
        "    return {'key': order.key, 'ref': 'ticket 7'}\n"
    )
    monkeypatch.syspath_prepend(str(package))
    importlib.invalidate_caches()
    assert "ours" in desk.call("executor", "connect", "our", "--as", "olga").err
    assert "does not load" in desk.call("executor", "connect", "broken", "--as", "olga").err
    assert desk.call("executor", "connect", "ours", "--as", "olga").exit_code == 0
    LIFE.decided(desk.call, desk.case)
    assert "1 orders failed" in desk.tick().out
    listed = json.loads(desk.call("executor", "list", "--as", "olga", "--json").out)
    assert "ZeroDivisionError: not yet" in listed["error"]
    desk.call("executor", "retry", listed["order"], "--as", "olga")
    assert "1 orders carried out" in desk.tick().out
    listed = json.loads(desk.call("executor", "list", "--as", "olga", "--json").out)
    assert (listed["state"], json.loads(listed["answer"])["ref"]) == ("done", "ticket 7")
    assert desk.call("executor", "resend", "--as", "olga").exit_code == 0
    assert "1 orders carried out" in desk.tick().out


def test_receive_needs_a_secret(ombud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example platform does not start without a secret."""
    monkeypatch.delenv("OMBUD_EXECUTOR_SECRET", raising=False)
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for more in ((), ("--secret-file", str(empty))):
        assert "cli/no-secret" in ombud("executor", "receive", "--state", tmp_path / "x.db", *more).err


def test_a_dispute(desk: Desk) -> None:
    """A body overturns a decision; a person sees the letter first, then carries it out."""
    notice = LIFE.decided(desk.call, desk.case)
    today = "2020-01-01"
    assert (
        "redress/dispute-date"
        in desk.call("dispute", "record", notice, "--as", "olga", "--body", "A body", "--brought", today).err
    )
    at = format_time(SystemClock().now())
    made = desk.call("dispute", "record", notice, "--as", "olga", "--body", "A body", "--brought", at)
    name = made.out.strip()
    assert name.startswith("dispute-"), made.err
    assert "waits" in desk.call("dispute", "list", "--as", "ada").out
    said = ("--words", "The number is their own.", "--on", format_time(SystemClock().now()))
    noted = desk.call("dispute", "outcome", name, "--as", "olga", "--outcome", "overturned", *said)
    assert "ombud dispute implement" in noted.err
    answer = (name, "--as", "ada", "--no-conflict", "--reasons", "We follow the body.")
    for verb, words in (("decline", "不予采纳"), ("implement", "现予撤销")):
        shown = desk.call("dispute", verb, *answer)
        assert words in shown.out
        assert "nothing is done yet" in shown.err
    assert json.loads(desk.call("dispute", "show", name, "--as", "ada", "--json").out)["implemented"] is None
    done = json.loads(desk.call("dispute", "implement", *answer, "--confirm", "--json").out)
    assert done["confirmed"] is True
    assert "carried out" in desk.call("dispute", "show", name, "--as", "ada").out
    assert desk.call("dispute", "list", "--as", "ada", "--json").out == ""
    assert (
        json.loads(desk.call("dispute", "list", "--as", "ada", "--all", "--json").out)["implemented"] is True
    )
    assert "redress/dispute-answered" in desk.call("dispute", "decline", *answer, "--confirm").err


def test_escrow(desk: Desk) -> None:
    """Kept income is listed; a refund is shown before it is decided, and needs an escrow."""
    assert desk.call("escrow", "list", "--as", "ann", "--json").out == ""
    assert "ends" in desk.call("escrow", "list", "--as", "ann", "--all").out
    refund = ("escrow", "refund", "m-none", "--as", "ann", "--reasons", "x", "--no-conflict")
    for more in ((), ("--confirm",)):
        assert "redress/no-such-escrow" in desk.call(*refund, *more).err
