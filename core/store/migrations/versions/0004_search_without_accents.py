"""What a search looks through says words with accents once more without them, for what was saved before, too."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCENARIOS = sa.table("scenarios", sa.column("id"), sa.column("search"))


def upgrade() -> None:
    """Add the words without accents where there are any."""
    connection = op.get_bind()
    for scenario_id, text in connection.execute(sa.select(SCENARIOS.c.id, SCENARIOS.c.search)).all():
        bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        bare = unicodedata.normalize("NFC", bare)
        if bare != text:
            changed = sa.update(SCENARIOS).where(SCENARIOS.c.id == scenario_id)
            connection.execute(changed.values(search=f"{text}\n{bare}"))
