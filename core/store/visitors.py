"""Visitors, by the keys of their browsers: the names that they gave and the work that they have not saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.store import database as db
from core.store import rows, sight, tables
from core.store.records import FieldError, NotFoundError, checked_text
from core.store.room import Room

MOST_DRAFTS: Final = 20
"""Of one visitor: so many pieces of unsaved work are kept, the newest."""
MOST_DRAFTS_IN_ALL: Final = 10_000
LARGEST_DRAFT: Final = 256 * 2**10
"""Bytes."""


@dataclass(frozen=True)
class Visitors(Room):
    """Names and unsaved work of visitors; every method may raise StoreUnavailableError."""

    def name_of(self, visitor_key: str) -> str | None:
        """Return the name that the visitor with this key gave, None if none."""
        query = sa.select(tables.visitors.c.name).where(tables.visitors.c.key_hash == rows.hashed(visitor_key))
        with self._reading() as connection:
            name: str | None = connection.scalar(query)
        return name

    def name_visitor(self, visitor_key: str, name: str) -> str:
        """Keep the name that a visitor gives, in place of an earlier one, and return it as it is kept."""
        name = checked_text("your name", name)
        values = {"name": name, "named_at": self.now()}
        with self._writing() as connection:
            rows.put(connection, tables.visitors, {"key_hash": rows.hashed(visitor_key)}, values)
            self._log(connection, name, "gave a name", None)
        return name

    def knows(self, visitor_key: str) -> bool:
        """Return whether a visitor with this key has given a name or left a draft."""
        query = sa.union_all(
            *(
                sa.select(table.c.key_hash).where(table.c.key_hash == rows.hashed(visitor_key))
                for table in (tables.visitors, tables.drafts)
            )
        )
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def keep_draft(self, visitor_key: str, slot: str, body: Mapping[str, Any], data_set_id: str | None = None) -> None:
        """Keep a visitor's unsaved work, in place of what was kept in the same slot; too many lose the oldest.

        `data_set_id` names the data set that it stands on, which then stays. Raises FieldError if it is too large,
        NotFoundError if the visitor may not see the data set.
        """
        size = len(db.as_json(dict(body)).encode())
        if size > LARGEST_DRAFT:
            raise FieldError(
                f"unsaved work: takes {size / 2**10:,.0f} kB and at most {LARGEST_DRAFT / 2**10:,.0f} kB are kept; "
                "save it before you go"
            )
        key_hash = rows.hashed(visitor_key)
        values = {"body": dict(body), "kept_at": self.now(), "data_set_id": data_set_id}
        with self._writing() as connection:
            if data_set_id is not None:
                _require(connection, key_hash, data_set_id, self.now())
            rows.put(connection, tables.drafts, {"key_hash": key_hash, "slot": slot}, values)
            is_another = sa.not_(rows.draft(visitor_key, slot))
            _keep_newest(connection, sa.and_(tables.drafts.c.key_hash == key_hash, is_another), MOST_DRAFTS - 1)
            _keep_newest(connection, is_another, MOST_DRAFTS_IN_ALL - 1)

    def draft(self, visitor_key: str, slot: str) -> tuple[dict[str, Any], datetime] | None:
        """Return the unsaved work in a slot and when it was kept, or None."""
        query = sa.select(tables.drafts.c.body, tables.drafts.c.kept_at).where(rows.draft(visitor_key, slot))
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.body, row.kept_at)

    def drafts(self, visitor_key: str) -> dict[str, tuple[dict[str, Any], datetime]]:
        """Return all unsaved work of a visitor by slot, the newest first, as `draft` returns it."""
        query = (
            sa.select(tables.drafts.c.slot, tables.drafts.c.body, tables.drafts.c.kept_at)
            .where(tables.drafts.c.key_hash == rows.hashed(visitor_key))
            .order_by(tables.drafts.c.kept_at.desc(), tables.drafts.c.slot)
        )
        with self._reading() as connection:
            return {row.slot: (row.body, row.kept_at) for row in connection.execute(query)}

    def drop_draft(self, visitor_key: str, slot: str) -> None:
        """Forget the unsaved work in a slot."""
        with self._writing() as connection:
            connection.execute(sa.delete(tables.drafts).where(rows.draft(visitor_key, slot)))


def _require(connection: Connection, key_hash: str, data_set_id: str, now: datetime) -> None:
    seen = tables.data_sets.c.id.in_(sight.data_sets(key_hash, now))
    if connection.scalar(sa.select(tables.data_sets.c.id).where(tables.data_sets.c.id == data_set_id, seen)) is None:
        raise NotFoundError("There is no such data set")


def _keep_newest(connection: Connection, which: sa.ColumnElement[bool], most: int) -> None:
    """Let go of the oldest of the drafts of which `which` holds, so that no more than `most` of them stay."""
    drafts = tables.drafts.c
    count = connection.scalar(sa.select(sa.func.count()).select_from(tables.drafts).where(which)) or 0
    if count <= most:
        return
    oldest = (
        sa.select(drafts.key_hash, drafts.slot).where(which).order_by(drafts.kept_at, drafts.slot).limit(count - most)
    )
    # Another may be at it just now; what he lets go of need not be waited for.
    gone = connection.execute(oldest.with_for_update(skip_locked=True)).all()
    connection.execute(
        sa.delete(tables.drafts).where(drafts.key_hash == sa.bindparam("of"), drafts.slot == sa.bindparam("at")),
        [{"of": row.key_hash, "at": row.slot} for row in gone],
    )
