"""Orders to a platform, and disputes outside the house."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that needs it."""
