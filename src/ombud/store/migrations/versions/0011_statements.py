"""Statements of reasons and example cases."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that needs it."""
