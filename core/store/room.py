"""What every room of the store has: its database and clock, transactions, the audit log, who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from core.store import database as db
from core.store import rows, sight, tables
from core.store.records import NotAllowedError, checked_text
from core.store.rights import Action, Who, may, named

TRASH_DAYS: Final = 60


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Room:
    """A part of the store: it reads and writes one database, and writes down in the audit log who did what when."""

    engine: Engine
    now: Callable[[], datetime] = field(default=utc_now)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with db.in_words(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with db.in_words(), db.writing(self.engine) as connection:
            yield connection

    def _scenario(self, connection: Connection, who: Who, scenario_id: str, in_trash: bool = False) -> Row[Any]:
        """Return the row of a scenario that a person may see, kept from others until the transaction ends."""
        return rows.locked(connection, scenario_id, in_trash, sight.scenario(sight.asks(who), self.now()))

    def _log(
        self,
        connection: Connection,
        who: str,
        action: str,
        scenario_id: str | None,
        data_set_id: str | None = None,
        **detail: object,
    ) -> None:
        connection.execute(
            sa.insert(tables.audit).values(
                at=self.now(), who=who, action=action, scenario_id=scenario_id, data_set_id=data_set_id, detail=detail
            )
        )


def allowed(who: Who, action: Action, owner: str | None = None) -> str:
    """Return the name to write down for a person who may do `action`; raises NotAllowedError."""
    name = named(who)
    if name is not None and may(name, action, owner):
        return checked_text("your name", name)
    if name is None:
        raise NotAllowedError(f"Give your name first: only who has a name may {action} a scenario")
    raise NotAllowedError(f"Only {owner} may {action} this scenario; save a copy of your own instead")
