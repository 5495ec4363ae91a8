"""Saved scenarios: revisions that are never changed, links, trash, drafts and the log of who did what when.

Every change is one transaction that is on the disk before the method returns. Texts are checked here and kept as they
are; who shows them sees to it that they are not taken for markup.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.store import database as db
from core.store import rows, tables
from core.store.database import StoreUnavailableError
from core.store.records import (
    SORTS,
    ConflictError,
    Entry,
    Event,
    FieldError,
    Link,
    NotAllowedError,
    NotFoundError,
    Page,
    Revision,
    Search,
    Snapshot,
    checked_tags,
    checked_text,
)
from core.store.rights import Action, may

TRASH_DAYS: Final = 60
DRAFT_DAYS: Final = 180
SECRET_BYTES: Final = 32
TOKEN_BYTES: Final = 24
"""192 bits: nobody finds a link by trying."""

_ID_BYTES: Final = 9


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """The saved scenarios in one database.

    Every method may raise StoreUnavailableError; those that change something raise NotAllowedError for a person who
    may not do it and FieldError for a text that cannot be kept. In each case nothing is changed.
    """

    engine: Engine
    now: Callable[[], datetime] = field(default=_utc_now)

    @classmethod
    def open(cls, url: sa.URL | None = None, now: Callable[[], datetime] = _utc_now) -> Store:
        """Open the store at `url`, or where the environment says; raises StoreUnusableError as `open_engine` does."""
        return cls(db.open_engine(db.address() if url is None else url), now)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # --- Saving

    def save_new(
        self,
        who: str | None,
        name: str,
        snapshot: Snapshot,
        *,
        request_key: str,
        description: str = "",
        tags: Iterable[str] = (),
        note: str = "",
    ) -> Entry:
        """Save a new scenario and return it; the same `request_key` again returns what was saved the first time."""
        author = _allowed(who, Action.SAVE)
        name, description = checked_text("name", name), checked_text("description", description)
        note, kept_tags = checked_text("note", note), checked_tags(tags)
        scenario_id, now = secrets.token_urlsafe(_ID_BYTES), self.now()
        with self._writing() as connection:
            if (saved := rows.by_request(connection, request_key)) is not None:
                return rows.entry(connection, *saved)
            connection.execute(
                sa.insert(tables.scenarios).values(
                    id=scenario_id, name=name, description=description, owner=author, created_at=now, updated_at=now,
                    latest=1, search=rows.search_text(name, description, author, kept_tags),
                )
            )  # fmt: skip
            rows.put_tags(connection, scenario_id, kept_tags)
            self._add_revision(connection, scenario_id, 1, author, note, snapshot, request_key)
            self._log(connection, author, "saved", scenario_id, version=1, name=name)
            return rows.entry(connection, scenario_id)

    def save(
        self,
        who: str | None,
        scenario_id: str,
        snapshot: Snapshot,
        *,
        on_top_of: int,
        request_key: str,
        note: str = "",
        restored_from: int | None = None,
    ) -> Entry:
        """Save a scenario again, as the revision after `on_top_of`, and return it.

        Raises ConflictError if somebody has saved since, NotFoundError if it is gone or in the trash.
        """
        author, note = _allowed(who, Action.SAVE), checked_text("note", note)
        with self._writing() as connection:
            if (saved := rows.by_request(connection, request_key)) is not None:
                return rows.entry(connection, *saved)
            row = rows.locked(connection, scenario_id)
            if row.latest != on_top_of:
                raise ConflictError(rows.revision(rows.revision_row(connection, scenario_id, row.latest)))
            number = row.latest + 1
            self._add_revision(connection, scenario_id, number, author, note, snapshot, request_key, restored_from)
            rows.update(connection, scenario_id, latest=number, updated_at=self.now())
            if restored_from is None:
                self._log(connection, author, "saved", scenario_id, version=number)
            else:
                self._log(connection, author, "restored", scenario_id, version=number, of=restored_from)
            return rows.entry(connection, scenario_id)

    def restore_revision(
        self, who: str | None, scenario_id: str, number: int, *, on_top_of: int, request_key: str
    ) -> Entry:
        """Make an old revision the newest one, as it was saved: it gets a new number and the old one stays."""
        old, report = self.revision(scenario_id, number), self.report(scenario_id, number)
        snapshot = Snapshot(report, old.summary, old.sparkline, lambda: self.dataset(old.data_version))
        return self.save(who, scenario_id, snapshot, on_top_of=on_top_of, request_key=request_key, restored_from=number)

    # --- Reading

    def scenario(self, scenario_id: str) -> Entry:
        """Return a scenario with its latest revision, be it in the trash or not; raises NotFoundError."""
        with self._reading() as connection:
            return rows.entry(connection, scenario_id)

    def revision(self, scenario_id: str, number: int) -> Revision:
        """Return one revision; raises NotFoundError."""
        with self._reading() as connection:
            return rows.revision(rows.revision_row(connection, scenario_id, number))

    def revisions(self, scenario_id: str) -> tuple[Revision, ...]:
        """Return the revisions of a scenario, the newest first; none if there is no such scenario."""
        query = sa.select(*rows.LISTED).where(tables.revisions.c.scenario_id == scenario_id)
        with self._reading() as connection:
            return tuple(map(rows.revision, connection.execute(query.order_by(tables.revisions.c.number.desc()))))

    def report(self, scenario_id: str, number: int) -> dict[str, Any]:
        """Return a revision's report as it was computed when it was saved; raises NotFoundError."""
        with self._reading() as connection:
            row = rows.revision_row(connection, scenario_id, number, tables.revisions.c.report)
        report: dict[str, Any] = row.report
        return report

    def dataset(self, data_version: str) -> bytes:
        """Return the archive of a data set; raises NotFoundError."""
        query = sa.select(tables.datasets.c.content).where(tables.datasets.c.data_version == data_version)
        with self._reading() as connection:
            content: bytes | None = connection.scalar(query)
        if content is None:
            raise NotFoundError(f"Data version {data_version} is not in the archive")
        return content

    def data_versions(self) -> tuple[str, ...]:
        """Return the versions of all data sets that are archived, the oldest first."""
        query = sa.select(tables.datasets.c.data_version).order_by(tables.datasets.c.archived_at)
        with self._reading() as connection:
            return tuple(connection.scalars(query))

    def library(self, search: Search) -> Page:
        """Return the page of scenarios that `search` asks for."""
        found = rows.found(search)
        order = SORTS[search.sort]
        ordered = (order.desc() if search.descending else order.asc()).nulls_last()
        listed = (
            sa.select(tables.scenarios, *rows.LISTED)
            .join(tables.revisions, rows.IS_LATEST)
            .where(*found)
            .order_by(ordered, tables.scenarios.c.id)
            .limit(search.size)
            .offset(search.page * search.size)
        )
        with self._reading() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(tables.scenarios).where(*found)) or 0
            page = connection.execute(listed).all()
            tags = rows.tags_of(connection, [row.id for row in page])
        return Page(tuple(rows.as_entry(row, tags.get(row.id, ())) for row in page), total)

    def used_tags(self) -> dict[str, int]:
        """Return the tags of scenarios that are not in the trash, with how many have them, by name."""
        query = (
            sa.select(tables.tags.c.tag, sa.func.count().label("scenarios"))
            .join(tables.scenarios)
            .where(tables.scenarios.c.deleted_at.is_(None))
            .group_by(tables.tags.c.tag)
            .order_by(tables.tags.c.tag)
        )
        with self._reading() as connection:
            return {row.tag: row.scenarios for row in connection.execute(query)}

    def owners(self) -> tuple[str, ...]:
        """Return who owns scenarios, by name."""
        query = sa.select(tables.scenarios.c.owner).distinct().order_by(tables.scenarios.c.owner)
        with self._reading() as connection:
            return tuple(connection.scalars(query))

    def events(self, scenario_id: str | None = None, most: int = 100) -> tuple[Event, ...]:
        """Return the newest lines of the audit log, of one scenario or of all, the newest first."""
        query = sa.select(tables.audit).order_by(tables.audit.c.id.desc()).limit(most)
        if scenario_id is not None:
            query = query.where(tables.audit.c.scenario_id == scenario_id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Event(row.at, row.who, row.action, row.scenario_id, row.detail) for row in rows)

    # --- Arranging

    def rename(self, who: str | None, scenario_id: str, name: str) -> None:
        """Give a scenario another name."""
        self._arrange(who, scenario_id, "renamed", name=checked_text("name", name))

    def describe(self, who: str | None, scenario_id: str, description: str) -> None:
        """Give a scenario another description."""
        self._arrange(who, scenario_id, "described", description=checked_text("description", description))

    def tag(self, who: str | None, scenario_id: str, tags: Iterable[str]) -> None:
        """Give a scenario these tags and no others."""
        self._arrange(who, scenario_id, "tagged", tags=checked_tags(tags))

    def trash(self, who: str | None, scenario_id: str) -> None:
        """Put a scenario into the trash, from where it can be brought back for TRASH_DAYS; its links rest meanwhile."""
        with self._writing() as connection:
            row = rows.locked(connection, scenario_id)
            author = _allowed(who, Action.ARRANGE, row.owner)
            rows.update(connection, scenario_id, deleted_at=self.now())
            self._log(connection, author, "put into the trash", scenario_id)

    def bring_back(self, who: str | None, scenario_id: str) -> None:
        """Take a scenario out of the trash."""
        with self._writing() as connection:
            row = rows.locked(connection, scenario_id, in_trash=True)
            author = _allowed(who, Action.ARRANGE, row.owner)
            rows.update(connection, scenario_id, deleted_at=None)
            self._log(connection, author, "brought back", scenario_id)

    def purge(self) -> int:
        """Remove for good what has lain in the trash for more than TRASH_DAYS; return how many scenarios.

        Drafts that nobody has touched for DRAFT_DAYS go, too.
        """
        before, untouched_since = (self.now() - timedelta(days=days) for days in (TRASH_DAYS, DRAFT_DAYS))
        with self._writing() as connection:
            connection.execute(sa.delete(tables.drafts).where(tables.drafts.c.kept_at < untouched_since))
            query = sa.select(tables.scenarios.c.id, tables.scenarios.c.name).where(
                tables.scenarios.c.deleted_at < before
            )
            gone = connection.execute(query.with_for_update()).all()
            for row in gone:
                for table in (tables.links, tables.tags, tables.revisions):
                    connection.execute(sa.delete(table).where(table.c.scenario_id == row.id))
                connection.execute(sa.delete(tables.scenarios).where(tables.scenarios.c.id == row.id))
                self._log(connection, "Crossover", "removed from the trash", row.id, name=row.name)
        return len(gone)

    # --- Links

    def link(
        self, who: str | None, scenario_id: str, *, revision: int | None = None, expires_at: datetime | None = None
    ) -> str:
        """Make a link to one revision, or to whichever is the latest (None), and return its token.

        The token is not kept, only its hash: who loses it makes another link. Raises NotFoundError.
        """
        author = _allowed(who, Action.SHARE)
        if expires_at is not None and expires_at <= self.now():
            raise FieldError("expiry: the day has passed; choose one to come")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._writing() as connection:
            rows.locked(connection, scenario_id)
            if revision is not None:
                rows.revision_row(connection, scenario_id, revision)
            connection.execute(
                sa.insert(tables.links).values(
                    token_hash=rows.hashed(token), scenario_id=scenario_id, revision=revision, created_by=author,
                    created_at=self.now(), expires_at=expires_at, uses=0,
                )
            )  # fmt: skip
            self._log(connection, author, "made a link", scenario_id, version=revision)
        return token

    def links(self, scenario_id: str) -> tuple[Link, ...]:
        """Return the links to a scenario, the newest first, those expired and revoked among them."""
        query = (
            sa.select(tables.links).where(tables.links.c.scenario_id == scenario_id).order_by(tables.links.c.id.desc())
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Link(row.id, row.scenario_id, row.revision, row.created_by, row.created_at, row.expires_at, row.revoked_at,
                 row.uses, row.last_used_at)
            for row in rows
        )  # fmt: skip

    def revoke(self, who: str | None, link_id: int) -> None:
        """Make a link worth nothing from now on; who made it may, and who owns the scenario."""
        query = (
            sa.select(tables.links, tables.scenarios.c.owner)
            .join(tables.scenarios)
            .where(tables.links.c.id == link_id)
            .with_for_update(of=tables.links)
        )
        with self._writing() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError("There is no such link")
            owner = who if who in (row.created_by, row.owner) else row.owner
            author = _allowed(who, Action.REVOKE, owner)
            if row.revoked_at is not None:
                return
            values = {"revoked_at": self.now(), "revoked_by": author}
            connection.execute(sa.update(tables.links).where(tables.links.c.id == link_id).values(values))
            self._log(connection, author, "revoked a link", row.scenario_id, version=row.revision)

    def follow(self, token: str | int) -> Revision | None:
        """Return the revision that a link leads to and count the use; None if the token is not, or no longer, good.

        A link's id does in place of its token: see `link_behind`.

        One query answers for unknown, expired and revoked alike, so neither words nor time tell them apart.
        """
        with self._reading() as connection:
            row = connection.execute(rows.good_link(token, self.now())).one_or_none()
        if row is None:
            return None
        used = {"uses": tables.links.c.uses + 1, "last_used_at": self.now()}
        with suppress(StoreUnavailableError), self._writing() as connection:  # a full disk keeps nobody from reading
            connection.execute(sa.update(tables.links).where(tables.links.c.id == row.link_id).values(used))
        return rows.revision(row)

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

    # --- Visitors and what they have not saved

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
            *(sa.select(table.c.key_hash).where(table.c.key_hash == rows.hashed(visitor_key))
              for table in (tables.visitors, tables.drafts))
        )  # fmt: skip
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def keep_draft(self, visitor_key: str, slot: str, body: Mapping[str, Any]) -> None:
        """Keep a visitor's unsaved work, in place of what was kept in the same slot."""
        values = {"body": dict(body), "kept_at": self.now()}
        with self._writing() as connection:
            rows.put(connection, tables.drafts, {"key_hash": rows.hashed(visitor_key), "slot": slot}, values)

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

    def secret(self, name: str) -> bytes:
        """Return the server's secret of this name: SECRET_BYTES at random, made once and the same for all servers."""
        query = sa.select(tables.secrets.c.value).where(tables.secrets.c.name == name)
        with self._reading() as connection:
            value: bytes | None = connection.scalar(query)
        if value is not None:
            return value
        values = {"value": secrets.token_bytes(SECRET_BYTES), "made_at": self.now()}
        with self._writing() as connection:
            rows.put(connection, tables.secrets, {"name": name}, values, replace=False)  # another was quicker, perhaps
            made: bytes = connection.execute(query).scalar_one()
        return made

    # --- Inside

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with db.in_words(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with db.in_words(), db.writing(self.engine) as connection:
            yield connection

    def _add_revision(
        self,
        connection: Connection,
        scenario_id: str,
        number: int,
        author: str,
        note: str,
        snapshot: Snapshot,
        request_key: str,
        restored_from: int | None = None,
    ) -> None:
        report = dict(snapshot.report)
        data_version = report["data_version"]
        known = sa.select(tables.datasets.c.data_version).where(tables.datasets.c.data_version == data_version)
        if connection.scalar(known) is None:
            values = {"content": snapshot.pack(), "archived_at": self.now(), "is_open": True}
            rows.put(connection, tables.datasets, {"data_version": data_version}, values, replace=False)
        connection.execute(
            sa.insert(tables.revisions).values(
                scenario_id=scenario_id, number=number, request_key=request_key, author=author, note=note,
                saved_at=self.now(), restored_from=restored_from, model_version=report["model_version"],
                data_version=data_version, sparkline=list(snapshot.sparkline), report=report,
                **{name: snapshot.summary[name] for name in tables.SUMMARY},
            )
        )  # fmt: skip

    def _arrange(
        self,
        who: str | None,
        scenario_id: str,
        action: str,
        tags: tuple[str, ...] | None = None,
        **texts: str,
    ) -> None:
        with self._writing() as connection:
            row = rows.locked(connection, scenario_id)
            author = _allowed(who, Action.ARRANGE, row.owner)
            if tags is None:
                tags = rows.tags_of(connection, [scenario_id]).get(scenario_id, ())
            else:
                connection.execute(sa.delete(tables.tags).where(tables.tags.c.scenario_id == scenario_id))
                rows.put_tags(connection, scenario_id, tags)
                texts = {**texts, "tags": ", ".join(tags)}
            kept = {"name": row.name, "description": row.description, **texts}
            kept.pop("tags", None)
            rows.update(
                connection,
                scenario_id,
                **kept,
                search=rows.search_text(kept["name"], kept["description"], row.owner, tags),
            )
            self._log(connection, author, action, scenario_id, **texts)

    def _log(self, connection: Connection, who: str, action: str, scenario_id: str | None, **detail: object) -> None:
        connection.execute(
            sa.insert(tables.audit).values(
                at=self.now(), who=who, action=action, scenario_id=scenario_id, detail=detail
            )
        )


@cache
def shared_store() -> Store:
    """Return the store that the environment names, opened once a process; raises StoreUnusableError."""
    return Store.open()


def _allowed(who: str | None, action: Action, owner: str | None = None) -> str:
    """Return the name to write down for a person who may do `action`; raises NotAllowedError."""
    if who is not None and may(who, action, owner):
        return checked_text("your name", who)
    if who is None:
        raise NotAllowedError(f"Give your name first: only who has a name may {action} a scenario")
    raise NotAllowedError(f"Only {owner} may {action} this scenario; save a copy of your own instead")
