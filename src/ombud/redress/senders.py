"""Ways out of the house: a folder, SMTP, a signed webhook. Each may be asked twice for one thing.

What is sent carries a key; a receiver that has seen the key does nothing the second time.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND, Clock, Micros
from ombud.base.errors import Fault, UsageError
from ombud.cases.errors import CaseError, refuse

RETRIES: tuple[Micros, ...] = (
    *(MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR),
    *(12 * HOUR, DAY, DAY, DAY, DAY),
)
"""Waiting times after each failure; after the last one it is given up, for a person to see."""

TIMEOUT_S = 10
LONGEST_ANSWER = 65_536
"""Bytes of a receiver's answer that are read."""
TOLERANCE: Micros = 5 * MINUTE
"""How old a signed call may be before a receiver takes it for a replay."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice on its way: the key by which a repeat is known, to whom, and its exact words."""

    key: str
    notice: str
    recipient: str
    language: str
    title: str
    body: str


class Sender(Protocol):
    """Hands one notice over, or raises what went wrong."""

    def send(self, item: Outgoing) -> None:
        """Hand it over.

        Raises:
            OSError: it did not work this time.
            CaseError: it cannot work.
        """
        ...


class FolderSender:
    """Writes each notice as one JSON file; a repeat writes the same file again.

    Args:
        folder: where the files go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, item: Outgoing) -> None:
        """Write the file under a temporary name, then rename it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{item.notice}.json"
        data = json.dumps(asdict(item), ensure_ascii=False, indent=1, sort_keys=True)
        half = path.with_suffix(f".{os.getpid()}.tmp")
        half.write_text(data + "\n", encoding="utf-8")
        half.replace(path)


class MailSender:
    """Sends each notice by SMTP; the Message-ID is made of the key, so that a repeat is known.

    Args:
        server: ``host`` or ``host:port``.
        sender: the address in From.
        address_of: gives the address of a recipient, or ``None`` where none is known.
        user, password: for the server, if it wants them; STARTTLS is used where it is offered.
    """

    def __init__(
        self,
        server: str,
        sender: str,
        address_of: Callable[[str], str | None],
        *,
        user: str | None = None,
        password: str | None = None,
    ) -> None:
        host, _, port = server.partition(":")
        if port and not port.isdigit():
            hint = "write host or host:port"
            raise UsageError(Fault("redress/bad-server", f"{server!r} is not a mail server", None, hint))
        self._host, self._port = host, int(port or 25)
        self._sender, self._address_of = sender, address_of
        self._user, self._password = user, password

    def send(self, item: Outgoing) -> None:
        """Send one message."""
        address = self._address_of(item.recipient)
        if address is None:
            raise refuse("redress/no-address", "no address of the recipient is known")
        message = EmailMessage()
        message["From"], message["To"] = self._sender, address
        message["Subject"] = " ".join(item.title.split())
        message["Content-Language"] = item.language
        message["Message-ID"] = f"<{hashlib.sha256(item.key.encode()).hexdigest()[:32]}@ombud>"
        message.set_content(item.body)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S) as server:
                if server.has_extn("starttls"):
                    server.starttls()
                if self._user is not None:
                    server.login(self._user, self._password or "")
                server.send_message(message)
        except smtplib.SMTPException as problem:
            raise OSError(str(problem)) from problem


class WebhookSender:
    """Posts each notice as JSON, signed: see :func:`signature` and :func:`verify`.

    Args:
        url: ``https://…`` (or ``http://`` to the same machine).
        secret: shared with the receiver.
        clock: the wall clock, for the signature's time.
    """

    def __init__(self, url: str, secret: bytes, clock: Clock) -> None:
        self._post = Post(url, secret, clock)

    def send(self, item: Outgoing) -> None:
        """Post it; anything but a 2xx answer counts as a failure."""
        self._post(item.key, json.dumps(asdict(item), ensure_ascii=False, sort_keys=True).encode())


class Post:
    """Signed calls to one address; the arguments are those of :class:`WebhookSender`."""

    def __init__(self, url: str, secret: bytes, clock: Clock) -> None:
        if not _is_safe(url):
            hint = "https, or http to this machine"
            raise UsageError(Fault("redress/bad-webhook", f"{url!r} is not a safe address", None, hint))
        if not secret:
            raise UsageError(Fault("redress/bad-webhook", "a webhook needs a secret to sign with"))
        self._url, self._secret, self._clock = url, secret, clock

    def __call__(self, key: str, data: bytes) -> bytes:
        """Post bytes under a key and return the beginning of the answer.

        Raises:
            OSError: no answer, or another than 2xx.
        """
        headers = {
            "Content-Type": "application/json",
            "Ombud-Key": key,
            "Ombud-Signature": signature(self._secret, data, self._clock.now()),
        }
        request = urllib.request.Request(self._url, data, headers, method="POST")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                said: bytes = answer.read(LONGEST_ANSWER)
                return said
        except urllib.error.HTTPError as problem:
            problem.close()
            raise OSError(f"the receiver answered {problem.code}") from problem
        except http.client.HTTPException as problem:
            raise OSError(f"the receiver broke off: {type(problem).__name__}") from problem


def _is_safe(url: str) -> bool:
    """Say whether an address is https, or http on this machine, with no name or password in it."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        return bool(parts.hostname) and parts.username is None and (parts.scheme == "https" or local)
    except ValueError:
        return False


def signature(secret: bytes, data: bytes, at: Micros) -> str:
    """Return ``t=<seconds>,v1=<hex>``: HMAC-SHA-256 over the time, a dot, and the body."""
    seconds = at // SECOND
    made = hmac.new(secret, b"%d." % seconds + data, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={made}"


def verify(secret: bytes, data: bytes, header: str, now: Micros) -> None:
    """Check a signed call, as a receiver does.

    Raises:
        CaseError: ``redress/bad-signature``, ``redress/replayed``.
    """
    try:
        parts = dict(part.split("=", 1) for part in header.split(","))
        at = int(parts["t"]) * SECOND
    except (ValueError, KeyError):
        raise _bad() from None
    if not hmac.compare_digest(signature(secret, data, at), header):
        raise _bad()
    if abs(now - at) > TOLERANCE:
        hint = "the clocks differ, or somebody repeats an old call"
        raise refuse("redress/replayed", "the call is too old, or from the future", hint)


def _bad() -> CaseError:
    return refuse("redress/bad-signature", "the call is not signed with our secret", "compare the secrets")
