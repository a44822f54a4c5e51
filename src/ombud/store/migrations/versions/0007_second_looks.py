"""Events that the house itself tells, and cases decided twice.

A told event is kept once: its line goes when the archive has it, or when it is erased; its key
and its place stay.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _filed()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _filed() -> None:
    op.create_table(
        "filed",
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        _need("key", sa.LargeBinary),
        _need("at", sa.BigInteger),
        _need("payload", sa.LargeBinary),
        sa.Column("seq", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_filed"),
        sa.UniqueConstraint("key", name="uq_filed_key"),
    )
    op.create_index("ix_filed_seq_n", "filed", ["seq", "n"])
