"""Saved scenarios: revisions that are never changed, links, trash, drafts and the log of who did what when.

Every change is one transaction that is on the disk before the method returns. Texts are checked here and kept as they
are; who shows them sees to it that they are not taken for markup.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.store import database as db
from core.store import rows, sight, tables
from core.store.data_sets import DataSets
from core.store.links import Links
from core.store.records import (
    SORTS,
    ConflictError,
    Entry,
    Event,
    NotAllowedError,
    NotFoundError,
    Page,
    Revision,
    Search,
    Snapshot,
    checked_tags,
    checked_text,
)
from core.store.rights import Action, Person, Who
from core.store.room import TRASH_DAYS as TRASH_DAYS
from core.store.room import allowed, utc_now
from core.store.visitors import Visitors

DRAFT_DAYS: Final = 180
SECRET_BYTES: Final = 32
_ID_BYTES: Final = 9


@dataclass(frozen=True)
class Store(Links, Visitors):
    """The saved scenarios in one database.

    Every method may raise StoreUnavailableError; those that change something raise NotAllowedError for a person who
    may not do it and FieldError for a text that cannot be kept. In each case nothing is changed. What stands on data
    that a Person may not see is not there for him; without a Person everything is.
    """

    @classmethod
    def open(cls, url: sa.URL | None = None, now: Callable[[], datetime] = utc_now) -> Store:
        """Open the store at `url`, or where the environment says; raises StoreUnusableError as `open_engine` does."""
        return cls(db.open_engine(db.address() if url is None else url), now)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def data_sets(self) -> DataSets:
        """The data sets that people brought."""
        return DataSets(self.engine, self.now)

    # --- Saving

    def save_new(
        self,
        who: Who,
        name: str,
        snapshot: Snapshot,
        *,
        request_key: str,
        description: str = "",
        tags: Iterable[str] = (),
        note: str = "",
    ) -> Entry:
        """Save a new scenario and return it; the same `request_key` again returns what was saved the first time."""
        author = allowed(who, Action.SAVE)
        name, description = checked_text("name", name), checked_text("description", description)
        note, kept_tags = checked_text("note", note), checked_tags(tags)
        scenario_id, now = secrets.token_urlsafe(_ID_BYTES), self.now()
        with self._writing() as connection:
            if (saved := self._saved(connection, who, request_key)) is not None:
                return saved
            connection.execute(
                sa.insert(tables.scenarios).values(
                    id=scenario_id, name=name, description=description, owner=author, created_at=now, updated_at=now,
                    latest=1, search=rows.search_text(name, description, author, kept_tags),
                )
            )  # fmt: skip
            rows.put_tags(connection, scenario_id, kept_tags)
            self._add_revision(connection, who, scenario_id, 1, author, note, snapshot, request_key)
            self._log(connection, author, "saved", scenario_id, version=1, name=name)
            return rows.entry(connection, scenario_id)

    def save(
        self,
        who: Who,
        scenario_id: str,
        snapshot: Snapshot,
        *,
        on_top_of: int,
        request_key: str,
        note: str = "",
        restored_from: int | None = None,
    ) -> Entry:
        """Save a scenario again, as the revision after `on_top_of`, and return it.

        Raises ConflictError if somebody has saved since, NotFoundError if it is gone or in the trash; NotAllowedError
        for another's scenario that would move to data that not everybody may see.
        """
        author, note = allowed(who, Action.SAVE), checked_text("note", note)
        with self._writing() as connection:
            if (saved := self._saved(connection, who, request_key)) is not None:
                return saved
            row = self._scenario(connection, who, scenario_id)
            latest = rows.revision(rows.revision_row(connection, scenario_id, row.latest))
            if row.latest != on_top_of:
                raise ConflictError(latest)
            self._may_move(connection, author, row.owner, latest, snapshot)
            number = row.latest + 1
            self._add_revision(connection, who, scenario_id, number, author, note, snapshot, request_key, restored_from)
            rows.update(connection, scenario_id, latest=number, updated_at=self.now())
            if restored_from is None:
                self._log(connection, author, "saved", scenario_id, version=number)
            else:
                self._log(connection, author, "restored", scenario_id, version=number, of=restored_from)
            return rows.entry(connection, scenario_id)

    def restore_revision(self, who: Who, scenario_id: str, number: int, *, on_top_of: int, request_key: str) -> Entry:
        """Make an old revision the newest one, as it was saved: it gets a new number and the old one stays."""
        asks = sight.asks(who)
        old, report = self.revision(scenario_id, number, asks), self.report(scenario_id, number, asks)
        snapshot = Snapshot(
            report, old.summary, old.sparkline, lambda: self.dataset(old.data_version, asks), old.data_set
        )
        return self.save(who, scenario_id, snapshot, on_top_of=on_top_of, request_key=request_key, restored_from=number)

    # --- Reading

    def scenario(self, scenario_id: str, who: Person | None = None) -> Entry:
        """Return a scenario with its latest revision, be it in the trash or not; raises NotFoundError."""
        with self._reading() as connection:
            return rows.entry(connection, scenario_id, seen=sight.revision(who, self.now()))

    def revision(self, scenario_id: str, number: int, who: Person | None = None) -> Revision:
        """Return one revision; raises NotFoundError."""
        with self._reading() as connection:
            return rows.revision(
                rows.revision_row(connection, scenario_id, number, seen=sight.revision(who, self.now()))
            )

    def revisions(self, scenario_id: str, who: Person | None = None) -> tuple[Revision, ...]:
        """Return the revisions of a scenario, the newest first; none if there is no such scenario."""
        of_it = sa.and_(tables.revisions.c.scenario_id == scenario_id, sight.revision(who, self.now()))
        query = sa.select(*rows.LISTED).where(of_it).order_by(tables.revisions.c.number.desc())
        with self._reading() as connection:
            return tuple(map(rows.revision, connection.execute(query)))

    def report(self, scenario_id: str, number: int, who: Person | None = None) -> dict[str, Any]:
        """Return a revision's report as it was computed when it was saved; raises NotFoundError."""
        seen = sight.revision(who, self.now())
        with self._reading() as connection:
            row = rows.revision_row(connection, scenario_id, number, tables.revisions.c.report, seen=seen)
        report: dict[str, Any] = row.report
        return report

    def odds(
        self, revisions: Iterable[tuple[str, int]], who: Person | None = None
    ) -> dict[tuple[str, int], Mapping[str, Any]]:
        """Return what the reports of these revisions, by scenario and number, hold of odds: none of before 2.2.0 do."""
        wanted, of = list(revisions), tables.revisions.c
        query = sa.select(of.scenario_id, of.number, of.report["odds"].label("odds")).where(
            sa.tuple_(of.scenario_id, of.number).in_(wanted), sight.revision(who, self.now())
        )
        with self._reading() as connection:
            found = connection.execute(query).all() if wanted else ()
        return {(row.scenario_id, row.number): row.odds for row in found if isinstance(row.odds, Mapping)}

    def dataset(self, data_version: str, who: Person | None = None) -> bytes:
        """Return the archive of data; raises NotFoundError."""
        seen = sight.archive(who, self.now())
        query = sa.select(tables.datasets.c.content).where(tables.datasets.c.data_version == data_version, seen)
        with self._reading() as connection:
            content: bytes | None = connection.scalar(query)
        if content is None:
            raise NotFoundError(f"Data version {data_version} is not in the archive")
        return content

    def data_versions(self, who: Person | None = None) -> tuple[str, ...]:
        """Return the versions of all data that are archived, the oldest first."""
        query = sa.select(tables.datasets.c.data_version).where(sight.archive(who, self.now()))
        with self._reading() as connection:
            return tuple(connection.scalars(query.order_by(tables.datasets.c.archived_at)))

    def library(self, search: Search, who: Person | None = None) -> Page:
        """Return the page of scenarios that `search` asks for."""
        found = [*rows.found(search), sight.scenario(who, self.now())]
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

    def used_tags(self, who: Person | None = None) -> dict[str, int]:
        """Return the tags of scenarios that are not in the trash, with how many have them, by name."""
        query = (
            sa.select(tables.tags.c.tag, sa.func.count().label("scenarios"))
            .join(tables.scenarios)
            .where(tables.scenarios.c.deleted_at.is_(None), sight.scenario(who, self.now()))
            .group_by(tables.tags.c.tag)
            .order_by(tables.tags.c.tag)
        )
        with self._reading() as connection:
            return {row.tag: row.scenarios for row in connection.execute(query)}

    def owners(self, who: Person | None = None) -> tuple[str, ...]:
        """Return who owns scenarios, by name."""
        query = sa.select(tables.scenarios.c.owner).distinct().where(sight.scenario(who, self.now()))
        with self._reading() as connection:
            return tuple(connection.scalars(query.order_by(tables.scenarios.c.owner)))

    def events(
        self,
        scenario_id: str | None = None,
        most: int = 100,
        who: Person | None = None,
        data_set_id: str | None = None,
    ) -> tuple[Event, ...]:
        """Return the newest lines of the audit log, of one scenario or data set or of all, the newest first."""
        query = sa.select(tables.audit).where(sight.event(who, self.now()))
        if scenario_id is not None:
            query = query.where(tables.audit.c.scenario_id == scenario_id)
        if data_set_id is not None:
            query = query.where(tables.audit.c.data_set_id == data_set_id)
        with self._reading() as connection:
            lines = connection.execute(query.order_by(tables.audit.c.id.desc()).limit(most)).all()
        return tuple(Event(row.at, row.who, row.action, row.scenario_id, row.detail, row.data_set_id) for row in lines)

    # --- Arranging

    def rename(self, who: Who, scenario_id: str, name: str) -> None:
        """Give a scenario another name."""
        self._arrange(who, scenario_id, "renamed", name=checked_text("name", name))

    def describe(self, who: Who, scenario_id: str, description: str) -> None:
        """Give a scenario another description."""
        self._arrange(who, scenario_id, "described", description=checked_text("description", description))

    def tag(self, who: Who, scenario_id: str, tags: Iterable[str]) -> None:
        """Give a scenario these tags and no others."""
        self._arrange(who, scenario_id, "tagged", tags=checked_tags(tags))

    def trash(self, who: Who, scenario_id: str) -> None:
        """Put a scenario into the trash, from where it can be brought back for TRASH_DAYS; its links rest meanwhile."""
        with self._writing() as connection:
            row = self._scenario(connection, who, scenario_id)
            author = allowed(who, Action.ARRANGE, row.owner)
            rows.update(connection, scenario_id, deleted_at=self.now())
            self._log(connection, author, "put into the trash", scenario_id)

    def bring_back(self, who: Who, scenario_id: str) -> None:
        """Take a scenario out of the trash."""
        with self._writing() as connection:
            row = self._scenario(connection, who, scenario_id, in_trash=True)
            author = allowed(who, Action.ARRANGE, row.owner)
            rows.update(connection, scenario_id, deleted_at=None)
            self._log(connection, author, "brought back", scenario_id)

    def purge(self) -> int:
        """Remove for good what has lain in the trash for more than TRASH_DAYS; return how many scenarios.

        Drafts that nobody has touched for DRAFT_DAYS go, too, and then data sets on which nothing stands any more.
        """
        before, untouched_since = (self.now() - timedelta(days=days) for days in (TRASH_DAYS, DRAFT_DAYS))
        with self._writing() as connection:
            connection.execute(sa.delete(tables.drafts).where(tables.drafts.c.kept_at < untouched_since))
            query = sa.select(tables.scenarios.c.id, tables.scenarios.c.name).where(
                tables.scenarios.c.deleted_at < before
            )
            gone = connection.execute(query.with_for_update()).all()
            for row in gone:
                links = sa.select(tables.links.c.id).where(tables.links.c.scenario_id == row.id)
                connection.execute(sa.delete(tables.data_grants).where(tables.data_grants.c.link_id.in_(links)))
                for table in (tables.links, tables.tags, tables.revisions):
                    connection.execute(sa.delete(table).where(table.c.scenario_id == row.id))
                connection.execute(sa.delete(tables.scenarios).where(tables.scenarios.c.id == row.id))
                self._log(connection, "Crossover", "removed from the trash", row.id, name=row.name)
        self.data_sets.purge()
        return len(gone)

    # --- Inside

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

    def _saved(self, connection: Connection, who: Who, request_key: str) -> Entry | None:
        """Return what was saved under `request_key` before."""
        if (saved := rows.by_request(connection, request_key)) is None:
            return None
        return rows.entry(connection, *saved, seen=sight.revision(sight.asks(who), self.now()))

    def _may_move(self, connection: Connection, author: str, owner: str, latest: Revision, snapshot: Snapshot) -> None:
        """Refuse to move another's scenario from or to data that not all may see: people would lose or gain it."""
        moved = {latest.data_set_id, snapshot.data_set and snapshot.data_set[0]}
        if len(moved) == 1 or author == owner:
            return
        named_sets = tables.data_sets.c.id.in_([one for one in moved if one is not None])
        if not all(connection.scalars(sa.select(tables.data_sets.c.is_for_all).where(named_sets))):
            raise NotAllowedError(
                f"Only {owner} may move this scenario from or to data that not everybody may see; save a copy of your "
                "own instead"
            )

    def _add_revision(
        self,
        connection: Connection,
        who: Who,
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
        if snapshot.data_set is None:
            self._archive_open(connection, data_version, snapshot.pack)
        else:
            self.data_sets.require(connection, who, *snapshot.data_set, data_version)
        data_set_id, data_set_number = snapshot.data_set or (None, None)
        connection.execute(
            sa.insert(tables.revisions).values(
                scenario_id=scenario_id, number=number, request_key=request_key, author=author, note=note,
                saved_at=self.now(), restored_from=restored_from, model_version=report["model_version"],
                data_version=data_version, sparkline=list(snapshot.sparkline), report=report,
                data_set_id=data_set_id, data_set_number=data_set_number,
                **{name: snapshot.summary[name] for name in tables.SUMMARY},
            )
        )  # fmt: skip

    def _archive_open(self, connection: Connection, data_version: str, pack: Callable[[], bytes]) -> None:
        """Archive data that are open to all, be they there already or not."""
        this = tables.datasets.c.data_version == data_version
        is_open: bool | None = connection.scalar(sa.select(tables.datasets.c.is_open).where(this))
        if is_open is None:
            values = {"content": pack(), "archived_at": self.now(), "is_open": True}
            rows.put(connection, tables.datasets, {"data_version": data_version}, values, replace=False)
        if not is_open:  # somebody brought the same data before, or does just now
            connection.execute(sa.update(tables.datasets).where(this).values(is_open=True))

    def _arrange(
        self,
        who: Who,
        scenario_id: str,
        action: str,
        tags: tuple[str, ...] | None = None,
        **texts: str,
    ) -> None:
        with self._writing() as connection:
            row = self._scenario(connection, who, scenario_id)
            author = allowed(who, Action.ARRANGE, row.owner)
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


def shared_store() -> Store:
    """Return the store that the environment names, opened once a process; raises StoreUnusableError."""
    return opened_at(db.address())


@cache
def opened_at(url: sa.URL) -> Store:
    """Return the store at an address, opened once a process; raises StoreUnusableError."""
    return Store.open(url)
