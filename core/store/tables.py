"""The tables of the database as they are at the newest migration; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa


class Text(sa.types.TypeDecorator[str]):
    """Text as any database can keep it: to look for what cannot be kept finds nothing."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return `value` with marks in place of what cannot be kept."""
        if value is None:
            return None
        return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment with its time zone, UTC, on databases that know none, too."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return `value` in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return what was stored, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA: Final = sa.MetaData()

datasets = sa.Table(
    "datasets",
    METADATA,
    sa.Column("data_version", Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("archived_at", UtcTime, nullable=False),
    sa.Column(
        "is_open", sa.Boolean, nullable=False, server_default=sa.false()
    ),  # to all: data that a server began with
)

data_sets = sa.Table(
    "data_sets",
    METADATA,
    sa.Column("id", Text, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("owner", Text, nullable=False),
    sa.Column("key_hash", Text, nullable=False, index=True),  # of the browser that made it: a name proves nothing
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("deleted_at", UtcTime),
    sa.Column("is_for_all", sa.Boolean, nullable=False),
    sa.Column("latest", sa.Integer, nullable=False),
    sa.CheckConstraint("latest >= 1", name="data_sets_latest_from_one"),
)

data_set_versions = sa.Table(
    "data_set_versions",
    METADATA,
    sa.Column("data_set_id", sa.ForeignKey("data_sets.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("request_key", Text, nullable=False, unique=True),
    sa.Column("author", Text, nullable=False),
    sa.Column("note", Text, nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("restored_from", sa.Integer),
    sa.Column("data_version", sa.ForeignKey("datasets.data_version"), nullable=False, index=True),
    sa.CheckConstraint("number >= 1", name="data_set_versions_from_one"),
)

scenarios = sa.Table(
    "scenarios",
    METADATA,
    sa.Column("id", Text, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("description", Text, nullable=False),
    sa.Column("owner", Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False, index=True),
    sa.Column("deleted_at", UtcTime),
    sa.Column("latest", sa.Integer, nullable=False),
    sa.Column("search", Text, nullable=False),
    sa.CheckConstraint("latest >= 1", name="scenarios_latest_from_one"),
)

tags = sa.Table(
    "tags",
    METADATA,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), primary_key=True),
    sa.Column("tag", Text, primary_key=True, index=True),
)

revisions = sa.Table(
    "revisions",
    METADATA,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("request_key", Text, nullable=False, unique=True),
    sa.Column("author", Text, nullable=False),
    sa.Column("note", Text, nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("restored_from", sa.Integer),
    sa.Column("model_version", Text, nullable=False),
    sa.Column("data_version", sa.ForeignKey("datasets.data_version"), nullable=False),
    sa.Column("value_usd", sa.Double),
    sa.Column("value_vs_exit_usd", sa.Double),
    sa.Column("capex_first_year_usd", sa.Double),
    sa.Column("peak_mw_it", sa.Double),
    sa.Column("payback", Text),
    sa.Column("first_accretive_year", Text),
    sa.Column("sparkline", sa.JSON, nullable=False),
    # By far the largest; lists do without it.
    sa.Column("report", sa.JSON, nullable=False),
    # Both NULL: on data that are open to all.
    sa.Column("data_set_id", sa.ForeignKey("data_sets.id"), index=True),
    sa.Column("data_set_number", sa.Integer),
    sa.CheckConstraint("number >= 1", name="revisions_from_one"),
)

SUMMARY: Final = (
    "value_usd", "value_vs_exit_usd", "capex_first_year_usd", "peak_mw_it", "payback", "first_accretive_year",
)  # fmt: skip
"""The columns of a revision that hold headline figures, by name: what lists show and sort by."""

links = sa.Table(
    "links",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", Text, nullable=False, unique=True),
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), nullable=False, index=True),
    sa.Column("revision", sa.Integer),  # NULL: whichever is the latest
    sa.Column("created_by", Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
    sa.Column("revoked_by", Text),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("last_used_at", UtcTime),
    sa.Column("key_hash", Text),  # of the browser that made it
)

data_grants = sa.Table(
    "data_grants",
    METADATA,
    sa.Column("key_hash", Text, primary_key=True),
    sa.Column("data_set_id", sa.ForeignKey("data_sets.id"), primary_key=True, index=True),
    sa.Column("link_id", sa.ForeignKey("links.id"), primary_key=True, index=True),
    sa.Column("granted_at", UtcTime, nullable=False),
)

audit = sa.Table(
    "audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", Text, nullable=False),
    sa.Column("action", Text, nullable=False),
    sa.Column("scenario_id", Text, index=True),  # no reference: the entry outlives the scenario
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("data_set_id", Text, index=True),
)

visitors = sa.Table(
    "visitors",
    METADATA,
    sa.Column("key_hash", Text, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("named_at", UtcTime, nullable=False),
)

drafts = sa.Table(
    "drafts",
    METADATA,
    sa.Column("key_hash", Text, primary_key=True),
    sa.Column("slot", Text, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("kept_at", UtcTime, nullable=False, index=True),
    sa.Column("data_set_id", sa.ForeignKey("data_sets.id"), index=True),
)

secrets = sa.Table(
    "secrets",
    METADATA,
    sa.Column("name", Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)
