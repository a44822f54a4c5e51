"""A store with two codes' clauses, people of every role, and cases to work on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import DAY, Micros
from ombud.cases import roles
from ombud.store import Store, Tx, cases, clauses, open_store, people, pins

NOW: Micros = 20_000 * DAY
PEOPLE = {
    "olga": ("operator",),
    "ann": ("reviewer",),
    "bob": ("reviewer",),
    "zoe": ("reviewer", "appeal_reviewer"),
    "ada": ("appeal_reviewer",),
    "sam": ("auditor",),
}


def clause(name: str, harm: str, severity: int = 3, **more: object) -> clauses.ClauseVersion:
    """Return a clause as adopted, in force long since."""
    fields = {
        "version": "1.0.0", "ordinal": 1, "in_force_from": NOW - 1_000 * DAY, "ceiling": "closing",
        "measures": ",hint,notice,label,hold,disable,product_links_off,posting_pause,closing,",
        "correction": 24, "appeal": 180, "automation": "never",
        "body": {
            "title": {"en": f"Title {name}", "zh": f"标题 {name}"},
            "asks": {"en": "Do not do it.", "zh": "不要这样做。"},
            "does_not_forbid": {"en": "Talking about it.", "zh": "谈论它。"},
            "code_title": {"en": "A code", "zh": "一部准则"},
            "code_version": "1.0.0",
            "binding": "terms",
            "state_involvement": {"en": "None.", "zh": "没有。"},
            "rules": {"phone": {"en": "A telephone number", "zh": "电话号码"}},
        },
    }  # fmt: skip
    given = {"id": f"k-{name}-{more.get('version', '1.0.0')}", "code": "cc", "clause": name, "harm": harm}
    return clauses.ClauseVersion(**{**fields, **given, "severity": severity, **more})  # type: ignore[arg-type]


CLAUSES = (
    clause("4.4", "private_information"),
    clause("4.6", "threat", 4),
    clause("2.1", "metric_manipulation", 2),
    clause("9.9", "checked_false_claim", 1, measures=",hint,label,", ceiling="label", automation="label"),
)


def furnish(store: Store) -> None:
    """Fill a fresh store with clauses and people."""
    with store.begin() as tx:
        pins.pin(tx, "cc", version="1.0.0", hash="h", payload={}, at=0, seq=1)
        for row in CLAUSES:
            clauses.put(tx, row)
        roles.add(tx, "olga", ["en", "zh"], by="olga", at=0)
        roles.grant(tx, "olga", "operator", by="olga", at=0)
        for person, held in PEOPLE.items():
            if person != "olga":
                roles.add(tx, person, ["en", "zh"], by="olga", at=0)
                for role in held:
                    roles.grant(tx, person, role, by="olga", at=0)  # type: ignore[arg-type]
        assert people.roles(tx, "zoe") == {"reviewer", "appeal_reviewer"}


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished store on SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("furnished") / "store"
    with open_store(folder, salt=b"a salt for tests") as store:
        furnish(store)
    return folder


@pytest.fixture(scope="session")
def postgres_template(keep_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A furnished database on a PostgreSQL server, to be put back."""

    def fill(url: str) -> None:
        files = tmp_path_factory.mktemp("files")
        with open_store(url, salt=b"a salt for tests", folder=files) as fresh:
            furnish(fresh)

    return keep_database(fill)


@pytest.fixture
def postgres_store(postgres_template: Any, tmp_path: Path) -> Iterator[Store]:
    """A furnished store on PostgreSQL."""
    postgres_template.put_back()
    with open_store(postgres_template.url, folder=tmp_path / "files") as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path, furnished: Path) -> Iterator[Store]:
    """A furnished store."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_store")
        return
    shutil.copytree(furnished, tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def opener() -> Callable[..., str]:
    """A function that opens a case."""

    def open_case(tx: Tx, subject: str = "p1", clause: str = "4.4", **more: object) -> str:
        given: dict[str, object] = {
            "subject_kind": "post", "subject": subject, "code": "cc", "clause": clause,
            "clause_version": "1.0.0", "lane": 1, "severity": 3, "at": NOW - DAY, "hypothetical": False,
        }  # fmt: skip
        lead = cases.Lead(**{**given, **more})  # type: ignore[arg-type]
        ((case, _),) = cases.open_or_join(tx, [lead], NOW)
        return case

    return open_case
