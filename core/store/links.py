"""Links to saved scenarios: given out once, followed, revoked; those to private data let in who follows them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from core.store import rows, sight, tables
from core.store.database import StoreUnavailableError
from core.store.records import FieldError, Link, NotAllowedError, NotFoundError, Revision
from core.store.rights import Action, Person, Who, named
from core.store.room import Room, allowed

TOKEN_BYTES: Final = 24
"""192 bits: nobody finds a link by trying."""


@dataclass(frozen=True)
class Links(Room):
    """Links of the scenarios in one database; every method may raise StoreUnavailableError."""

    def link(
        self, who: Who, scenario_id: str, *, revision: int | None = None, expires_at: datetime | None = None
    ) -> str:
        """Make a link to one revision, or to whichever is the latest (None), and return its token.

        The token is not kept, only its hash: who loses it makes another link. Who follows it may see the data set that
        the scenario stands on, as long as the link leads there. Raises NotFoundError.
        """
        author = allowed(who, Action.SHARE)
        if expires_at is not None and expires_at <= self.now():
            raise FieldError("expiry: the day has passed; choose one to come")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._writing() as connection:
            row = self._scenario(connection, who, scenario_id)
            seen = sight.revision(sight.asks(who), self.now())
            target = rows.revision_row(connection, scenario_id, row.latest if revision is None else revision, seen=seen)
            if target.data_set_id is not None and sight.key_of(who) is None:
                raise NotAllowedError("Only who may see the data that this scenario stands on may share it")
            connection.execute(
                sa.insert(tables.links).values(
                    token_hash=rows.hashed(token), scenario_id=scenario_id, revision=revision, created_by=author,
                    created_at=self.now(), expires_at=expires_at, uses=0, key_hash=sight.key_of(who),
                )
            )  # fmt: skip
            self._log(connection, author, "made a link", scenario_id, version=revision)
        return token

    def links(self, scenario_id: str, who: Person | None = None) -> tuple[Link, ...]:
        """Return the links to a scenario, the newest first, those expired and revoked among them."""
        query = (
            sa.select(tables.links)
            .join(tables.scenarios)
            .where(tables.links.c.scenario_id == scenario_id, sight.scenario(who, self.now()))
            .order_by(tables.links.c.id.desc())
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Link(row.id, row.scenario_id, row.revision, row.created_by, row.created_at, row.expires_at, row.revoked_at,
                 row.uses, row.last_used_at)
            for row in rows
        )  # fmt: skip

    def revoke(self, who: Who, link_id: int) -> None:
        """Make a link worth nothing from now on, for those too whom it has let in.

        Who made it may, and who owns the scenario.
        """
        query = (
            sa.select(tables.links, tables.scenarios.c.owner)
            .join(tables.scenarios)
            .where(tables.links.c.id == link_id, sight.scenario(sight.asks(who), self.now()))
            .with_for_update(of=tables.links)
        )
        with self._writing() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError("There is no such link")
            owner = named(who) if named(who) in (row.created_by, row.owner) else row.owner
            author = allowed(who, Action.REVOKE, owner)
            if row.revoked_at is not None:
                return
            values = {"revoked_at": self.now(), "revoked_by": author}
            connection.execute(sa.update(tables.links).where(tables.links.c.id == link_id).values(values))
            self._log(connection, author, "revoked a link", row.scenario_id, version=row.revision)

    def follow(self, token: str | int, who: Person | None = None) -> Revision | None:
        """Return the revision that a link leads to and count the use; None if the token is not, or no longer, good.

        A link's id does in place of its token: see `link_behind`. One query answers for unknown, expired and revoked
        alike, so neither words nor time tell them apart.

        If it stands on a data set that not everybody may see, the person may from now on: see it and work on it, not
        change it. That takes a key: raises NotAllowedError for who has none.
        """
        with self._reading() as connection:
            row = connection.execute(rows.good_link(token, self.now())).one_or_none()
            if row is None:
                return None
            lets_in, sees = self._lets_in(connection, row, who)
        if not (lets_in or sees):
            return None
        if not sees and sight.key_of(who) is None:
            raise NotAllowedError(
                "This link leads to data that not everybody may see; allow cookies, so that the server knows you, then "
                "open it again"
            )
        try:
            with self._writing() as connection:
                if who is not None and lets_in:
                    self._let_in(connection, row, who)
                used = {"uses": tables.links.c.uses + 1, "last_used_at": self.now()}
                connection.execute(sa.update(tables.links).where(tables.links.c.id == row.link_id).values(used))
        except StoreUnavailableError:
            if not sees:  # else a full disk keeps nobody from reading
                raise
        return rows.revision(row)

    def _lets_in(self, connection: Connection, row: Row[Any], who: Person | None) -> tuple[bool, bool]:
        """Return whether a link lets a person in to a data set, and whether he may see what it leads to anyway."""
        if who is None or row.data_set_id is None:
            return False, True
        query = sa.select(tables.data_sets.c.key_hash).where(tables.data_sets.c.id == row.data_set_id)

        def sees(key_hash: str | None) -> bool:
            seen = query.where(tables.data_sets.c.id.in_(sight.data_sets(key_hash, self.now())))
            return connection.scalar(seen) is not None

        is_own = connection.scalar(query) == sight.key_of(who)
        return not is_own and row.made_with is not None and sees(row.made_with), sees(sight.key_of(who))

    def _let_in(self, connection: Connection, row: Row[Any], who: Person) -> None:
        if (key_hash := sight.key_of(who)) is None:  # for all, at present
            return
        key = {"key_hash": key_hash, "data_set_id": row.data_set_id, "link_id": row.link_id}
        granted = sa.select(tables.data_grants.c.granted_at).filter_by(**key)
        if connection.scalar(granted) is None:
            rows.put(connection, tables.data_grants, key, {"granted_at": self.now()}, replace=False)
            self._log(
                connection, who.name or "somebody", "was let in by a link", row.scenario_id, row.data_set_id,
                link=row.link_id,
            )  # fmt: skip

    def link_behind(self, token: str) -> tuple[int, str] | None:
        """Return a link's id and the name of the scenario that it leads to; None as in `follow`. Counts no use.

        Whoever has the token may be given the id to come back with, bound to his browser: an id alone is no proof.
        """
        with self._reading() as connection:
            row = connection.execute(rows.good_link(token, self.now())).one_or_none()
        return None if row is None else (row.link_id, row.name)

    def name_behind(self, token: str) -> str | None:
        """Return the name of the scenario that a link leads to, for its preview; None as in `follow`. Counts no use."""
        found = self.link_behind(token)
        return None if found is None else found[1]
