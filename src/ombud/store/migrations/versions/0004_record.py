"""The record: signed checkpoints, holds on erasure, erasures, demands by public bodies, disclosures.

Two different people stand behind a hold and a disclosure; grounds are a closed list; rows are
kept, and only what is named in ``CHANGES`` may still be filled in.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()

# table: (key columns, columns that may change, the condition under which even they may not)
CHANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "checkpoints": (("size", "key"), (), ""),
    "holds": (
        ("n",),
        ("lifted_at", "lifted_by", "scope", "reason"),
        "OLD.lifted_at IS NOT NULL AND (NEW.lifted_at IS NULL OR NEW.lifted_at <> OLD.lifted_at)"
        " OR NEW.scope <> OLD.scope AND NEW.scope NOT LIKE 'erased-%'"
        " OR NEW.reason <> OLD.reason AND NEW.reason <> 'erased'",
    ),
    "erasures": (("n",), ("done_at",), "OLD.done_at IS NOT NULL"),
    "demands": (("n",), (), ""),
    "demand_answers": (("demand_id", "n"), (), ""),
    "disclosures": (
        ("n",),
        ("told_at", "account", "why", "salt"),
        "OLD.told_at IS NOT NULL AND (NEW.told_at IS NULL OR NEW.told_at <> OLD.told_at)",
    ),
}
COLUMNS = {
    "checkpoints": "size key root note at",
    "holds": "n id kind at ends_at placed_by seconded_by",
    "erasures": "n at kind digest reason done_by pseudonym counts",
    "demands": "n id at body door asks instrument article scope territory case_id gag_until gag_law"
    " recorded_by salt",
    "demand_answers": "demand_id n at answer reasons code clause answered_by salt",
    "disclosures": "n id at ground law recipient data territory tell_by recorded_by seconded_by",
}


def upgrade() -> None:
    _checkpoints()
    _holds()
    _erasures()
    _demands()
    _answers()
    _disclosures()
    if op.get_context().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number(name: str = "n") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=f"fk_{table}_{column}")


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        _number("size"),
        _need("key", TEXT),
        _need("root", sa.LargeBinary),
        _need("note", TEXT),
        _need("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("size", "key", name="pk_checkpoints"),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        _number(),
        _need("id", TEXT),
        _need("kind", TEXT),
        _need("scope", TEXT),
        _need("reason", TEXT),
        _need("at", sa.BigInteger),
        _need("ends_at", sa.BigInteger),
        _need("placed_by", TEXT),
        _need("seconded_by", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("lifted_at", sa.BigInteger),
        sa.Column("lifted_by", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_holds"),
        sa.UniqueConstraint("id", name="uq_holds_id"),
        _person("holds", "placed_by"),
        _person("holds", "seconded_by"),
        _person("holds", "lifted_by"),
        sa.CheckConstraint("kind IN ('account', 'event', 'case')", name="ck_holds_kind"),
        sa.CheckConstraint("placed_by <> seconded_by", name="ck_holds_two"),
        sa.CheckConstraint("ends_at > at", name="ck_holds_ends"),
        sa.CheckConstraint("reason <> ''", name="ck_holds_reason"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="ck_holds_lifted"),
    )
    op.create_index("ix_holds_kind_scope", "holds", ["kind", "scope"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        _number(),
        _need("at", sa.BigInteger),
        _need("kind", TEXT),
        _need("digest", sa.LargeBinary),
        _need("reason", TEXT),
        sa.Column("done_by", TEXT),
        _need("pseudonym", TEXT),
        _need("counts", JSON),
        sa.Column("done_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_erasures"),
        sa.CheckConstraint("kind IN ('account', 'event')", name="ck_erasures_kind"),
    )
    op.create_index("ix_erasures_digest", "erasures", ["digest"])


def _demands() -> None:
    op.create_table(
        "demands",
        _number(),
        _need("id", TEXT),
        _need("at", sa.BigInteger),
        _need("body", TEXT),
        _need("door", TEXT),
        _need("asks", TEXT),
        _need("instrument", TEXT),
        _need("article", TEXT),
        _need("scope", TEXT),
        _need("territory", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("gag_until", sa.BigInteger),
        sa.Column("gag_law", TEXT),
        _need("recorded_by", TEXT),
        _need("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_demands"),
        sa.UniqueConstraint("id", name="uq_demands_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_demands_case_id"),
        _person("demands", "recorded_by"),
        sa.CheckConstraint("(gag_until IS NULL) = (gag_law IS NULL)", name="ck_demands_gag"),
        sa.CheckConstraint("gag_until IS NULL OR gag_until > at", name="ck_demands_gag_ends"),
    )
    op.create_index("ix_demands_case_id", "demands", ["case_id"])


def _answers() -> None:
    op.create_table(
        "demand_answers",
        _need("demand_id", TEXT),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        _need("at", sa.BigInteger),
        _need("answer", TEXT),
        _need("reasons", TEXT),
        sa.Column("code", TEXT),
        sa.Column("clause", TEXT),
        _need("answered_by", TEXT),
        _need("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("demand_id", "n", name="pk_demand_answers"),
        sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name="fk_demand_answers_demand_id"),
        _person("demand_answers", "answered_by"),
        sa.CheckConstraint("(code IS NULL) = (clause IS NULL)", name="ck_demand_answers_clause"),
        sa.CheckConstraint(
            "clause IS NOT NULL OR answer NOT IN ('followed', 'followed_in_part')",
            name="ck_demand_answers_ground",
        ),
    )


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        _number(),
        _need("id", TEXT),
        _need("at", sa.BigInteger),
        _need("ground", TEXT),
        _need("law", TEXT),
        _need("recipient", TEXT),
        _need("data", JSON),
        _need("why", TEXT),
        _need("territory", TEXT),
        _need("account", TEXT),
        _need("tell_by", sa.BigInteger),
        _need("recorded_by", TEXT),
        _need("seconded_by", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("told_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_disclosures"),
        sa.UniqueConstraint("id", name="uq_disclosures_id"),
        _person("disclosures", "recorded_by"),
        _person("disclosures", "seconded_by"),
        sa.CheckConstraint(
            "ground IN ('imminent_danger_to_life', 'child_sexual_abuse')", name="ck_disclosures_ground"
        ),
        sa.CheckConstraint("recorded_by <> seconded_by", name="ck_disclosures_two"),
        sa.CheckConstraint("law <> '' AND recipient <> ''", name="ck_disclosures_law"),
        sa.CheckConstraint("tell_by > at", name="ck_disclosures_tell"),
    )
    op.create_index("ix_disclosures_told_at_tell_by", "disclosures", ["told_at", "tell_by"])


def _refused(table: str, differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    _, may, unless = CHANGES[table]
    if not may:
        return ""
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in COLUMNS[table].split()]
    return " OR ".join([*parts, f"({unless})"])


def _sqlite() -> None:
    def guard(name: str, event: str, when: str, said: str) -> None:
        when = f" WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event}{when} BEGIN SELECT RAISE(ABORT, 'ombud: {said}'); END"
        )

    for table, (keys, _, _) in CHANGES.items():
        guard(f"{table}_no_delete", f"DELETE ON {table}", "", f"{table} are kept")
        guard(f"{table}_no_update", f"UPDATE ON {table}", _refused(table, "IS NOT"), f"{table} do not change")
        same = " AND ".join(f"{name} = NEW.{name}" for name in keys)
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        guard(f"{table}_no_replace", f"INSERT ON {table}", taken, f"{table} are kept")


def _postgresql() -> None:
    def function(name: str, body: str) -> None:
        op.execute(
            f"CREATE FUNCTION ombud_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )

    def refuse(said: str) -> str:
        return f"RAISE EXCEPTION 'ombud: {said}' USING ERRCODE = 'integrity_constraint_violation';"

    for table in CHANGES:
        when = _refused(table, "IS DISTINCT FROM") or "TRUE"
        body = f"IF {when} THEN {refuse(f'{table} do not change')} END IF; RETURN NEW;"
        function(f"{table}_no_update", body)
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION ombud_{table}_no_update()"
        )
        function(f"{table}_kept", refuse(f"{table} are kept"))
        for what, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION ombud_{table}_kept()"
            )
