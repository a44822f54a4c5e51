"""What erasure may empty in the tables of a case's life, beyond what migration 0003 allowed.

A measure keeps the account's id while it is in force, since it must stay reversible and the
platform must know whom it binds; once it has ended or was undone the id may go. A judged
correction loses its reasons with its notice's words, a credit its account with its reason
and the salt that both are entered in the ledger with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EMPTY = "('', 'erased')"
# table: (never changed, from NULL to a value once, {column: when it may be emptied})
RULES: dict[str, tuple[str, str, dict[str, str]]] = {
    "measures": (
        "n id notice_id decision_id kind subject_kind territory at starts_at ends_at needs_points",
        "reversed_at reversed_notice ended_at",
        dict.fromkeys(
            ("account", "subject", "details"),
            "(OLD.reversed_at IS NOT NULL OR OLD.ended_at IS NOT NULL)",
        ),
    ),
    "corrections": (
        "notice_id decision_id hours free",
        "due_at outcome outcome_at judged_by",
        {"reasons": "EXISTS (SELECT 1 FROM notices n WHERE n.id = NEW.notice_id AND n.salt IS NULL)"},
    ),
    "credits_earned": (
        "n at points granted_by",
        "",
        {"account": f"NEW.reason IN {EMPTY}", "reason": f"NEW.account IN {EMPTY}"},
    ),
}
FREE = {"corrections": "reasons"}
"""A column that is also written once: any value may take the place of NULL."""


def upgrade() -> None:
    op.add_column("credits_earned", sa.Column("salt", sa.LargeBinary))
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in RULES:
        changed = _changed(table, "IS NOT" if sqlite else "IS DISTINCT FROM")
        said = f"ombud: {table} do not change"
        if sqlite:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed}"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        else:
            op.execute(
                f"CREATE OR REPLACE FUNCTION ombud_{table}_no_update() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN IF {changed} THEN RAISE EXCEPTION '{said}'"
                " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
            )


def _changed(table: str, differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    fixed, once, empties = RULES[table]
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in fixed.split()]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in once.split()]
    for name, when in empties.items():
        allowed = f"NEW.{name} IN ('', 'erased', '{{}}') AND {when}"
        if FREE.get(table) == name:
            allowed = f"OLD.{name} IS NULL OR {allowed}"
        parts.append(f"(NEW.{name} {differs} OLD.{name} AND NOT ({allowed}))")
    return " OR ".join(parts)
