"""Queries that read signals: measured where nothing but the event counts, refused where history does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import UsageError
from ombud.conduct.loader import load_code
from ombud.events.decode import decode, encode
from ombud.flow.embedded import run_codes
from ombud.flow.query import Answer, query
from ombud.registers.importing import import_file
from ombud.rules.bind import rule_columns
from ombud.store import Store, ledger, open_store

ZH, EN = "渡口的渔船昨晚修好了，排队的人特别多", "the ferry leaves at nine and you can see it from the bridge"
PHONE = "她的手机1380013800{}，大家打过去问问"


def event(number: int, text: str, **more: Any) -> dict[str, Any]:
    """Return an event of the stream; an account posts once."""
    base = {"id": f"e{number}", "at": 1_770_000_000 + number, "kind": "post", "audience": "public"}
    return {**base, "account": {"id": f"a{number}"}, "post": {"id": f"p{number}", "text": text}, **more}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with twelve posts in Chinese, seven in English, six with a number, eight that are private."""
    place = tmp_path_factory.mktemp("query")
    rows = [event(n, ZH) for n in range(12)]
    rows += [event(20 + n, EN) for n in range(7)]
    rows += [event(40 + n, PHONE.format(n)) for n in range(6)]
    rows += [event(60 + n, EN, audience=audience) for n, audience in enumerate(["private", None] * 4)]
    file = place / "events.jsonl"
    file.write_bytes(b"\n".join(encode(decode(json.dumps(row).encode())) for row in rows) + b"\n")
    code = load_code("creator-pledge", rule_columns())
    run_codes(place / "store", [code], [file], in_force_from=0)
    return place / "store"


@pytest.fixture
def opened(filled: Path) -> Any:
    with open_store(filled, create=False) as store:
        yield store


def asked(store: Store, condition: str, by: str | None = None) -> Answer:
    """Ask and return the answer."""
    return query(store, condition, by=by)


def test_a_condition_on_a_signal_counts_what_is_measured(opened: Store) -> None:
    """The language of a post is measured at the time of the question."""
    assert asked(opened, "signal.text.lang = 'zh'").matched == 18
    assert asked(opened, "any(signal.private_info.exposed, kind -> kind = 'phone')").matched == 6


def test_private_and_unnamed_audiences_are_not_measured(opened: Store) -> None:
    """What is not known to be open is unknown to a signal, so neither it nor its opposite counts it."""
    found = asked(opened, "signal.text.lang = 'en'").matched
    other = asked(opened, "signal.text.lang <> 'en'").matched
    assert (found, other) == (7, 18)
    assert asked(opened, "event.kind = 'post'").matched == 33


def test_counting_by_a_signal(opened: Store) -> None:
    """Cells by a signal's value; posts that are not measured stand under None."""
    answer = asked(opened, "event.kind = 'post'", by="signal.text.lang")
    assert dict(answer.by) == {"zh": 18, "en": 7, "None": 8}
    kinds = asked(opened, "signal.text.lang = 'zh'", by="signal.private_info.kinds")
    assert dict(kinds.by) == {"phone": 6}


def test_a_signal_reads_the_registers_of_the_store(opened: Store) -> None:
    """A check that was entered after the run is seen by the next question."""
    condition = "signal.claims.check IS NOT NULL"
    assert asked(opened, condition).matched == 0
    row = {"key": "c", "claim_zh": ZH, "publisher": "desk", "verdict": "false", "url": "https://x.example/"}
    import_file(opened, "fact_checks", Path("c.json"), at=0, source="test", data=json.dumps([row]).encode())
    assert asked(opened, condition).matched == 12


@pytest.mark.parametrize(
    ("condition", "by", "code", "hint"),
    [
        ("signal.copies.cluster_size >= 3", None, "query/signal-looks-back", "code plan"),
        ("signal.recycled.age_days > 1", None, "query/signal-looks-back", "code plan"),
        ("event.kind = 'post'", "signal.impersonation.score", "query/signal-looks-back", "code plan"),
        ("signal.harassment.directed > 0.5", None, "query/signal-not-installed", "ombud signal list"),
        ("signal.private_info.phone = '13800138000'", None, "query/names-people", "ombud case show"),
        ("any(signal.text.mentions, name -> name = 'x')", None, "query/names-people", "ombud case show"),
        ("event.kind = 'post'", "signal.private_info.phone", "query/names-people", "count by a property"),
        ("event.kind = 'post'", "signal.text.canonical", "query/names-people", "count by a property"),
        ("event.kind = 'post'", "signal.text.nope", "query/unknown-column", "signal.text"),
    ],
)
def test_what_a_query_cannot_or_may_not_ask(
    opened: Store, condition: str, by: str | None, code: str, hint: str
) -> None:
    """History, missing signals, data of people: each has its code and a hint, and nothing is recorded."""
    with opened.read() as tx:
        before = ledger.root(tx)
    with pytest.raises(UsageError) as caught:
        asked(opened, condition, by)
    assert caught.value.code == code
    assert hint in str(caught.value)
    with opened.read() as tx:
        assert ledger.root(tx) == before
