"""Senders: signed, idempotent, and clear about what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ombud.base.clock import MINUTE, SECOND, FixedClock
from ombud.base.errors import UsageError
from ombud.cases.errors import CaseError
from ombud.redress.senders import MailSender, Outgoing, WebhookSender, signature, verify

ITEM = Outgoing("notice:n-1", "n-1", "a1", "zh", "关于您的\n帖文", "您好：\0 中文")
SECRET = b"between us"
NOW = 1_000_000 * SECOND


@pytest.fixture
def receiver() -> Iterator[Any]:
    """A receiver on this machine that checks signatures and remembers keys."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                verify(SECRET, data, self.headers["Ombud-Signature"], NOW)
                server.keys.append(self.headers["Ombud-Key"])  # type: ignore[attr-defined]
                self.send_response(204)
            except CaseError:
                self.send_response(403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.keys = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_webhook(receiver: Any) -> None:
    """A signed call arrives with its key; a wrong secret or an old clock is refused by the receiver."""
    url = f"http://127.0.0.1:{receiver.server_port}/"
    WebhookSender(url, SECRET, FixedClock(NOW)).send(ITEM)
    assert receiver.keys == ["notice:n-1"]
    for secret, at in ((b"wrong", NOW), (SECRET, NOW - 6 * MINUTE), (SECRET, NOW + 6 * MINUTE)):
        with pytest.raises(OSError, match="403"):
            WebhookSender(url, secret, FixedClock(at)).send(ITEM)
    assert receiver.keys == ["notice:n-1"]


def test_nobody_listens() -> None:
    """A receiver that is not there is an ordinary failure, to be tried again."""
    with pytest.raises(OSError):
        WebhookSender("http://127.0.0.1:9/", SECRET, FixedClock(NOW)).send(ITEM)


@pytest.mark.parametrize("url", ["http://example.org/", "file:///etc/passwd", "ftp://x", ""])
def test_unsafe_addresses(url: str) -> None:
    """Only https, or this machine."""
    with pytest.raises(UsageError):
        WebhookSender(url, SECRET, FixedClock(NOW))


def test_no_secret() -> None:
    """A webhook without a secret is refused."""
    with pytest.raises(UsageError):
        WebhookSender("https://example.org/", b"", FixedClock(NOW))


@pytest.mark.parametrize(
    "header", ["", "t=1", "t=x,v1=y", "v1=00,t=1000000", "t=1000000,v1=00", "a" * 100_000]
)
def test_bad_signatures(header: str) -> None:
    """Whatever is not the signature is refused."""
    with pytest.raises(CaseError) as caught:
        verify(SECRET, b"data", header, NOW)
    assert caught.value.code == "redress/bad-signature"


def test_replays() -> None:
    """A signature holds for these bytes, and for five minutes."""
    made = signature(SECRET, b"data", NOW)
    verify(SECRET, b"data", made, NOW + 5 * MINUTE)
    for data, at, code in (
        (b"date", NOW, "redress/bad-signature"),
        (b"data", NOW + 5 * MINUTE + SECOND, "redress/replayed"),
    ):
        with pytest.raises(CaseError) as caught:
            verify(SECRET, data, made, at)
        assert caught.value.code == code


class FakeSmtp:
    """Stands for smtplib.SMTP."""

    messages: list[Any] = []  # noqa: RUF012

    def __init__(self, host: str, port: int, timeout: int) -> None:
        assert (host, port) == ("mail.example", 2525)

    def __enter__(self) -> FakeSmtp:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def has_extn(self, name: str) -> bool:
        return False

    def send_message(self, message: Any) -> None:
        FakeSmtp.messages.append(message)


def test_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail has a title on one line, the exact body, and the same Message-ID on a repeat."""
    monkeypatch.setattr("smtplib.SMTP", FakeSmtp)
    FakeSmtp.messages.clear()
    sender = MailSender("mail.example:2525", "desk@example.org", {"a1": "a1@example.org"}.get)
    sender.send(ITEM)
    sender.send(ITEM)
    one, two = FakeSmtp.messages
    assert one["Message-ID"] == two["Message-ID"]
    assert one["Subject"] == "关于您的 帖文"
    assert one["To"] == "a1@example.org"
    assert "您好" in one.get_content()
    with pytest.raises(CaseError) as caught:
        MailSender("mail.example:2525", "x@y", {}.get).send(ITEM)
    assert caught.value.code == "redress/no-address"
    with pytest.raises(UsageError):
        MailSender("mail:port", "x@y", {}.get)
