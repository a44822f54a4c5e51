"""Reports by people: what was told, by whom, and what came of it."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that needs it."""
