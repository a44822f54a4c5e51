"""What erasure may empty in the tables of a case's life."""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that needs it."""
