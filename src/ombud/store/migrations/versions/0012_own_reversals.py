"""A decision that the house reverses by itself: one more ground, by a person who had no part in it.

A CHECK of an SQLite table cannot be changed, so there the table is made anew with its guards.
"""

import sqlalchemy as sa
from alembic import op

from ombud.store.guards import guard, kept

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = ("decision_id", "notice_id", "at", "ground", "withdrawn_by")
GROUND = "ground IN ('cluster', 'fact-check', 'mended', 'dispute', 'own')"
NEW = (
    "NOT EXISTS (SELECT 1 FROM notices n JOIN outbox o ON o.notice_id = n.id WHERE n.id = NEW.notice_id"
    "  AND n.decision_id = NEW.decision_id AND n.role = 'subject' AND n.at = NEW.at)"
    " OR EXISTS (SELECT 1 FROM withdrawals w WHERE w.decision_id = NEW.decision_id)"
)
OWN = (
    "NEW.ground = 'own' AND (NEW.withdrawn_by IS NULL OR EXISTS (SELECT 1 FROM decisions d"
    "  WHERE d.id = NEW.decision_id AND NEW.withdrawn_by IN (d.decided_by, d.seconded_by)))"
)


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _anew()
    else:
        op.drop_constraint("ck_withdrawals_ground", "withdrawals", type_="check")
        op.create_check_constraint("ck_withdrawals_ground", "withdrawals", GROUND)
    said = "a person who had no part in a decision reverses it"
    guard("withdrawals_own", "withdrawals", "INSERT", OWN, said)


def _anew() -> None:
    op.create_table(
        "withdrawals_anew",
        *(sa.Column(name, sa.Text(), nullable=False) for name in COLUMNS[:2]),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text()),
        sa.PrimaryKeyConstraint("decision_id", name="pk_withdrawals"),
        sa.UniqueConstraint("notice_id", name="uq_withdrawals_notice_id"),
        *(
            sa.ForeignKeyConstraint([name], [to], name=f"fk_withdrawals_{name}")
            for name, to in (
                ("decision_id", "decisions.id"),
                ("notice_id", "notices.id"),
                ("withdrawn_by", "people.id"),
            )
        ),
        sa.CheckConstraint(GROUND, name="ck_withdrawals_ground"),
    )
    names = ", ".join(COLUMNS)
    op.execute(f"INSERT INTO withdrawals_anew ({names}) SELECT {names} FROM withdrawals")  # noqa: S608
    op.drop_table("withdrawals")
    op.rename_table("withdrawals_anew", "withdrawals")
    kept("withdrawals", _changed)
    guard("withdrawals_new", "withdrawals", "INSERT", NEW, "a decision is taken back once, and with a notice")


def _changed(differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in COLUMNS)
