"""What is spent in the first year that is modelled is called so, whichever year that is."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the column; triggers and rows stay as they are."""
    # Not by op.alter_column: it would make the table anew on SQLite, and lose the triggers that keep revisions.
    op.execute("ALTER TABLE revisions RENAME COLUMN capex_2027_usd TO capex_first_year_usd")
