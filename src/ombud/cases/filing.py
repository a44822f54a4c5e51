"""Filing a report at the house's own door, and following it with the receipt code.

Whoever files needs no account. They appear as ``anon:`` and a digest of their receipt code,
in the store, in the archive and to everybody; a name and an address, if they leave any, stand in
one table and go nowhere. Asking for the same report twice with one token changes nothing.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ombud.base.clock import Micros
from ombud.base.errors import Fault
from ombud.base.nearest import did_you_mean
from ombud.cases import reports as entering
from ombud.cases.entry import enter, name
from ombud.cases.errors import check, refuse
from ombud.cases.receipts import code_of, receipt_key
from ombud.cases.reports import ANONYMOUS, DECLINED, NOT_IN_FORCE, ClauseBook, New
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Report, Target
from ombud.store import Tx, filed, reports
from ombud.store.clauses import ClauseVersion
from ombud.store.reports import Contact

TEXT_LENGTH = 20_000
ID_LENGTH = 500
ADDRESS_LENGTH = 2_000
NAME_LENGTH = 200
FILES = 20
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{1,60}")
_HASH = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

ILLEGAL = "illegal_content"
"""The harm whose reports carry what Art. 16(2) DSA (Regulation (EU) 2022/2065) asks for."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody files.

    Attributes:
        text: what is wrong, in their words; for ``illegal_content`` the reasons (Art. 16(2)(a)).
        clause: ``4.4``, ``code/4.4``, or ``None`` = not sure.
        account, post, url: where exactly it is (Art. 16(2)(b)); one of them at least.
        content: what was reported, where nobody else could read it (a private message).
        evidence: name and SHA-256 of each file; the files stay with who files, or the operator.
        origin: the platform.
        language: in which the answer is written; ``None`` = that of the text.
        name, email: how to be reached (Art. 16(2)(c)); optional but for ``illegal_content``.
        law, territory: the statute that is broken, and where it holds.
        child_abuse: an offence of Art. 3 to 7 of Directive 2011/93/EU: no name is asked for.
        good_faith: the statement of Art. 16(2)(d).
        token: makes a repeat of one filing known.
    """

    text: str
    clause: str | None = None
    account: str | None = None
    post: str | None = None
    url: str | None = None
    content: str = ""
    evidence: Sequence[dict[str, str]] = ()
    origin: str | None = None
    language: str | None = None
    name: str = ""
    email: str = ""
    law: str = ""
    territory: str = ""
    child_abuse: bool = False
    good_faith: bool = False
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The code that opens a report, and its id."""

    code: str
    report: str


def file(tx: Tx, form: Form, *, at: Micros) -> Receipt:
    """Take a report: its row, its case, its event for the archive and its entry in the record.

    Args:
        tx: a writing transaction.
        form: what is filed.
        at: the wall clock.

    Raises:
        CaseError: all faults at once: ``reports/no-words``, ``reports/bad-text``,
            ``reports/no-location``, ``reports/bad-location``, ``reports/no-such-clause``,
            ``reports/several-clauses``, ``reports/declined-clause``, ``reports/not-in-force``,
            ``reports/bad-evidence``, ``reports/bad-contact``, ``reports/bad-language``,
            ``reports/article-16``, ``cases/too-long``; or ``reports/replayed``. Nothing is changed.
    """
    tx.alone()
    book = ClauseBook(tx)
    known, faults = _clause(book, form, at)
    check([*_words(form), *_location(form), *faults, *_beside(form), *_article_16(form, known)])
    code = _code(tx, form.token)
    new = _new(tx, form, known, code, at)
    before = reports.by_receipt(tx, receipt_key(tx, code))
    if before is not None:
        return _replayed(new, before, code)
    contact = Contact(name(tx, "rp", _mark(form), new.event_id), form.name.strip(), form.email.strip(), at)
    done = entering.enter(tx, [new], now=at, contact=contact if form.name or form.email else None)
    (row,) = done.rows
    filed.put(tx, encode(_event(new)), at)
    figures = {"report": row.id, "case": row.case_id, "at_the_door": True, "digest": entering.leaf(row).hex()}
    enter(tx, "report", figures, at)
    return Receipt(code, row.id)


def _new(tx: Tx, form: Form, known: ClauseVersion | None, code: str, at: Micros) -> New:
    reporter = ANONYMOUS + b32encode(tx.secret_digest(b"reporter", code.encode(), size=15)).decode().lower()
    legal = None
    if known is not None and known.harm == ILLEGAL:
        legal = {"law": form.law.strip(), "territory": form.territory.strip(), "good_faith": form.good_faith}
        legal["child_abuse"] = form.child_abuse
    return New(
        origin=form.origin,
        event_id=name(tx, "f", code),
        at=at,
        door=reports.FORM,
        reporter=reporter,
        text=form.text.strip(),
        account=form.account,
        post=form.post,
        location=form.url,
        named=None if known is None else f"{known.code}/{known.clause}",
        content=form.content.strip(),
        evidence=[{"name": each["name"], "sha256": each["sha256"]} for each in form.evidence],
        legal=legal,
        language=form.language,
        audience="private" if form.content.strip() else None,
        receipt=receipt_key(tx, code),
    )


def _event(new: New) -> Event:
    """Return a report as the archive keeps it: without what was private and without a name."""
    return Event(
        id=new.event_id,
        at=new.at,
        kind="report",
        account=Account(new.reporter),
        origin=new.origin,
        audience=new.audience,
        target=Target(account_id=new.account, post_id=new.post),
        report=Report(clause=new.named, text=new.text),
        extra={"url": new.location} if new.location else {},
    )


def _mark(form: Form) -> str:
    return "" if form.origin is None else "=" + form.origin


def _code(tx: Tx, token: str | None) -> str:
    """Return a fresh receipt code, or the one of this token."""
    if token is None:
        return code_of(secrets.token_bytes(10))
    return code_of(tx.secret_digest(b"report token", token.encode("utf-8", "surrogatepass"), size=10))


def _replayed(new: New, before: reports.Report, code: str) -> Receipt:
    same = (new.text, new.account, new.location, new.named, list(new.evidence))
    if same != (before.text, before.account, before.location, before.named, before.evidence):
        hint = "take another token for another report"
        raise refuse("reports/replayed", "this token was used for another report", hint)
    return Receipt(code, before.id)


def _clause(book: ClauseBook, form: Form, at: Micros) -> tuple[ClauseVersion | None, list[Fault]]:
    named = " ".join((form.clause or "").split())
    found = book.find(named)
    hint = "leave the clause out if you are not sure; a person looks under which one it falls"
    if isinstance(found, ClauseVersion):
        late = not book.in_force(found, at)
        said = "this clause is not in force yet"
        return found, [Fault("reports/" + NOT_IN_FORCE, said, None, hint)] if late else []
    if found == DECLINED:
        said = f"clause {named[:40]} forbids nothing here; the code says why: ombud code show"
        return None, [Fault("reports/" + DECLINED, said, None, hint)]
    if found is not None:
        choices = ", ".join(each for each in book.names() if each.endswith("/" + named))
        said = f"several codes have a clause {named[:40]}"
        return None, [Fault("reports/several-clauses", said, None, f"write one of: {choices}")]
    if named.lower() not in entering.NOT_SURE:
        said = f"no clause {named[:40]!r} is in force here"
        return None, [Fault("reports/no-such-clause", said, None, did_you_mean(named, book.names()) or hint)]
    return None, []


def _words(form: Form) -> list[Fault]:
    faults = []
    if not form.text.strip():
        hint = "say in a sentence what is wrong"
        faults.append(Fault("reports/no-words", "the report says nothing", None, hint))
    for what, value in (("the report", form.text), ("what it brings with it", form.content)):
        if len(value) > TEXT_LENGTH:
            said = f"{what} has {len(value):,} characters; {TEXT_LENGTH:,} are the most"
            faults.append(Fault("cases/too-long", said, None, "say it shorter"))
        elif _UNSAFE.search(value):
            faults.append(Fault("reports/bad-text", f"{what} holds characters that are no text"))
    return faults


def _location(form: Form) -> list[Fault]:
    given = {"account": form.account, "post": form.post, "url": form.url}
    if not any(given.values()):
        hint = "give --post, --account or --url"
        return [Fault("reports/no-location", "say where exactly it is", None, hint)]
    faults = []
    for what, value in given.items():
        most = ADDRESS_LENGTH if what == "url" else ID_LENGTH
        if value and (len(value) > most or _UNSAFE.search(value) or value.strip() != value):
            faults.append(Fault("reports/bad-location", f"this cannot be the {what} of anything"))
        elif what == "url" and value and _ADDRESS.fullmatch(value) is None:
            hint = "write the whole address, with https://"
            faults.append(Fault("reports/bad-location", "this is not an address", None, hint))
    return faults


def _beside(form: Form) -> list[Fault]:
    faults = []
    well = all(
        set(each) == {"name", "sha256"}
        and 0 < len(each["name"]) <= NAME_LENGTH
        and not _UNSAFE.search(each["name"])
        and _HASH.fullmatch(each["sha256"])
        for each in form.evidence
    )
    if len(form.evidence) > FILES or not well:
        said = f"at most {FILES} files, each with its name and its SHA-256 in hex"
        faults.append(Fault("reports/bad-evidence", said))
    if len(form.name) > NAME_LENGTH or _UNSAFE.search(form.name):
        faults.append(Fault("reports/bad-contact", f"a name has {NAME_LENGTH} characters at most"))
    if form.email.strip() and _MAIL.fullmatch(form.email.strip()) is None:
        faults.append(Fault("reports/bad-contact", "this is not a mail address"))
    if form.language not in (None, "en", "zh"):
        faults.append(Fault("reports/bad-language", "answers are written in en or zh"))
    for value in (form.law, form.territory, form.origin or ""):
        if len(value) > ID_LENGTH or _UNSAFE.search(value):
            faults.append(Fault("reports/bad-text", "law, territory and platform are short texts"))
    return faults


def _article_16(form: Form, known: ClauseVersion | None) -> list[Fault]:
    """Return what a report of illegal content still needs (Art. 16(2) DSA)."""
    if known is None or known.harm != ILLEGAL:
        return []
    needed: dict[str, Any] = {"law": form.law, "territory": form.territory, "good-faith": form.good_faith}
    if not form.child_abuse:
        needed |= {"name": form.name, "email": form.email}
    missing = [
        what for what, value in needed.items() if not (value if value is True else str(value or "").strip())
    ]
    if not missing:
        return []
    said = "a report of illegal content also needs: " + ", ".join(missing)
    hint = "--" + " --".join(missing) + "; name and email are not asked for with --child-abuse"
    return [Fault("reports/article-16", said, None, hint)]
