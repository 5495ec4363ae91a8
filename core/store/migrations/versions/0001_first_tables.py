"""The first tables: scenarios with revisions, tags and links, archived data, audit, visitors and drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
# Sorted by code point, as SQLite does, whatever language a server speaks.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables, and the triggers that keep revisions and the audit log as they were written."""
    op.create_table(
        "datasets",
        sa.Column("data_version", TEXT, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("archived_at", TIME, nullable=False),
    )
    op.create_table(
        "scenarios",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False, index=True),
        sa.Column("deleted_at", TIME),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("search", TEXT, nullable=False),
        sa.CheckConstraint("latest >= 1", name="scenarios_latest_from_one"),
    )
    op.create_table(
        "tags",
        sa.Column("scenario_id", TEXT, sa.ForeignKey("scenarios.id"), primary_key=True),
        sa.Column("tag", TEXT, primary_key=True, index=True),
    )
    op.create_table(
        "revisions",
        sa.Column("scenario_id", TEXT, sa.ForeignKey("scenarios.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("request_key", TEXT, nullable=False, unique=True),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("restored_from", sa.Integer),
        sa.Column("model_version", TEXT, nullable=False),
        sa.Column("data_version", TEXT, sa.ForeignKey("datasets.data_version"), nullable=False),
        sa.Column("value_usd", sa.Double),
        sa.Column("value_vs_exit_usd", sa.Double),
        sa.Column("capex_2027_usd", sa.Double),
        sa.Column("peak_mw_it", sa.Double),
        sa.Column("payback", TEXT),
        sa.Column("first_accretive_year", TEXT),
        sa.Column("sparkline", sa.JSON, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.CheckConstraint("number >= 1", name="revisions_from_one"),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_hash", TEXT, nullable=False, unique=True),
        sa.Column("scenario_id", TEXT, sa.ForeignKey("scenarios.id"), nullable=False, index=True),
        sa.Column("revision", sa.Integer),
        sa.Column("created_by", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.Column("revoked_by", TEXT),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("last_used_at", TIME),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("scenario_id", TEXT, index=True),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "visitors",
        sa.Column("key_hash", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("named_at", TIME, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("key_hash", TEXT, primary_key=True),
        sa.Column("slot", TEXT, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_SQLITE = (
    """CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions
       BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END""",
    """CREATE TRIGGER revisions_go_with_the_trash BEFORE DELETE ON revisions
       WHEN (SELECT deleted_at FROM scenarios WHERE id = OLD.scenario_id) IS NULL
       BEGIN SELECT RAISE(ABORT, 'a revision goes only with a scenario from the trash'); END""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    """CREATE OR REPLACE FUNCTION refuse_unless_in_trash() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF (SELECT deleted_at FROM scenarios WHERE id = OLD.scenario_id) IS NULL THEN
           RAISE EXCEPTION 'a revision goes only with a scenario from the trash';
         END IF;
         RETURN OLD;
       END $$""",
    """CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions
       FOR EACH ROW EXECUTE FUNCTION refuse('a revision is never changed')""",
    """CREATE TRIGGER revisions_go_with_the_trash BEFORE DELETE ON revisions
       FOR EACH ROW EXECUTE FUNCTION refuse_unless_in_trash()""",
    """CREATE TRIGGER revisions_go_one_by_one BEFORE TRUNCATE ON revisions
       EXECUTE FUNCTION refuse('a revision goes only with a scenario from the trash')""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
       FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is only added to')""",
    """CREATE TRIGGER audit_never_goes BEFORE TRUNCATE ON audit
       EXECUTE FUNCTION refuse('the audit log is only added to')""",
)
