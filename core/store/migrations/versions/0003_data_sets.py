"""Data sets that people bring, with versions and who may see them; secrets of the server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, and the triggers that keep versions as they were saved; what was saved so far is open to all."""
    op.create_table(
        "secrets",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
    )
    op.create_table(
        "data_sets",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("key_hash", TEXT, nullable=False, index=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
        sa.Column("is_for_all", sa.Boolean, nullable=False),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.CheckConstraint("latest >= 1", name="data_sets_latest_from_one"),
    )
    op.create_table(
        "data_set_versions",
        sa.Column("data_set_id", TEXT, sa.ForeignKey("data_sets.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("request_key", TEXT, nullable=False, unique=True),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("restored_from", sa.Integer),
        sa.Column("data_version", TEXT, sa.ForeignKey("datasets.data_version"), nullable=False, index=True),
        sa.CheckConstraint("number >= 1", name="data_set_versions_from_one"),
    )
    op.create_table(
        "data_grants",
        sa.Column("key_hash", TEXT, primary_key=True),
        sa.Column("data_set_id", TEXT, sa.ForeignKey("data_sets.id"), primary_key=True, index=True),
        sa.Column("link_id", sa.Integer, sa.ForeignKey("links.id"), primary_key=True, index=True),
        sa.Column("granted_at", TIME, nullable=False),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    text, no = ("TEXT", "0") if is_sqlite else ('TEXT COLLATE "C"', "false")
    # In words, as in 0002: SQLite would make the tables anew, and lose the triggers that keep revisions.
    for statement in (
        f"ALTER TABLE datasets ADD COLUMN is_open BOOLEAN NOT NULL DEFAULT {no}",
        "UPDATE datasets SET is_open = true",
        f"ALTER TABLE revisions ADD COLUMN data_set_id {text} REFERENCES data_sets (id)",
        "ALTER TABLE revisions ADD COLUMN data_set_number INTEGER",
        f"ALTER TABLE links ADD COLUMN key_hash {text}",
        f"ALTER TABLE drafts ADD COLUMN data_set_id {text} REFERENCES data_sets (id)",
        f"ALTER TABLE audit ADD COLUMN data_set_id {text}",
        *(_SQLITE if is_sqlite else _POSTGRESQL),
    ):
        op.execute(statement)
    for table, column in (
        ("revisions", "data_set_id"), ("drafts", "data_set_id"), ("drafts", "kept_at"), ("audit", "data_set_id"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])


_SQLITE = (
    """CREATE TRIGGER data_set_versions_stay BEFORE UPDATE ON data_set_versions
       BEGIN SELECT RAISE(ABORT, 'a version of a data set is never changed'); END""",
    """CREATE TRIGGER data_set_versions_go_with_the_trash BEFORE DELETE ON data_set_versions
       WHEN (SELECT deleted_at FROM data_sets WHERE id = OLD.data_set_id) IS NULL
         OR EXISTS (SELECT 1 FROM revisions WHERE data_set_id = OLD.data_set_id)
       BEGIN SELECT RAISE(ABORT, 'a version goes only with a data set from the trash that no scenario stands on'); END
       """,
    """CREATE TRIGGER datasets_stay BEFORE UPDATE OF data_version, content ON datasets
       BEGIN SELECT RAISE(ABORT, 'archived data are never changed'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION refuse_unless_free_in_trash() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF (SELECT deleted_at FROM data_sets WHERE id = OLD.data_set_id) IS NULL
           OR EXISTS (SELECT 1 FROM revisions WHERE data_set_id = OLD.data_set_id) THEN
           RAISE EXCEPTION 'a version goes only with a data set from the trash that no scenario stands on';
         END IF;
         RETURN OLD;
       END $$""",
    """CREATE TRIGGER data_set_versions_stay BEFORE UPDATE ON data_set_versions
       FOR EACH ROW EXECUTE FUNCTION refuse('a version of a data set is never changed')""",
    """CREATE TRIGGER data_set_versions_go_with_the_trash BEFORE DELETE ON data_set_versions
       FOR EACH ROW EXECUTE FUNCTION refuse_unless_free_in_trash()""",
    """CREATE TRIGGER data_set_versions_go_one_by_one BEFORE TRUNCATE ON data_set_versions
       EXECUTE FUNCTION refuse('a version goes only with a data set from the trash that no scenario stands on')""",
    """CREATE TRIGGER datasets_stay BEFORE UPDATE OF data_version, content ON datasets
       FOR EACH ROW EXECUTE FUNCTION refuse('archived data are never changed')""",
)
