"""Data sets that people bring: versions that are never changed, who may see them, the trash.

A data set belongs to the browser that brought it, by its key. Whoever may not see it is told that it is not there, in
the same words as of one that is not.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from core.store import rows, sight, tables
from core.store.records import (
    DataConflictError,
    DataSet,
    DataSetVersion,
    FieldError,
    NotAllowedError,
    NotFoundError,
    checked_text,
)
from core.store.rights import Person, Who
from core.store.room import TRASH_DAYS, Room

MOST_DATA_SETS: Final = 100
"""Of one visitor, those in the trash among them."""

_ID_BYTES: Final = 9
_NONE: Final = "There is no such data set"
_NAME: Final = "data set's name"

_SETS: Final = tables.data_sets.c
_VERSIONS: Final = tables.data_set_versions.c
_VERSION: Final = [column for column in _VERSIONS if column.name != "request_key"]
_LATEST: Final = sa.and_(_VERSIONS.data_set_id == _SETS.id, _VERSIONS.number == _SETS.latest)


@dataclass(frozen=True)
class DataSets(Room):
    """The data sets in one database.

    Every method may raise StoreUnavailableError, and NotFoundError for a data set that is not there or not to be seen;
    those that change something raise NotAllowedError for a person who may not do it and FieldError for a text that
    cannot be kept. In each case nothing is changed. For None instead of a person, who runs the server, all is there.
    """

    # --- Saving

    def save_new(
        self,
        who: Person,
        name: str,
        data_version: str,
        pack: Callable[[], bytes],
        *,
        request_key: str,
        note: str = "",
    ) -> DataSet:
        """Keep a new data set, to be seen by who brought it alone; the same `request_key` again returns the first.

        `pack` makes the archive of the data of which `data_version` is the hash, and is called only if that is not
        archived yet.
        """
        author, key_hash = _known(who)
        name, note = checked_text(_NAME, name), checked_text("note", note)
        data_set_id, now = secrets.token_urlsafe(_ID_BYTES), self.now()
        with self._writing() as connection:
            if (saved := self._saved(connection, who, request_key)) is not None:
                return saved
            count = sa.select(sa.func.count()).select_from(tables.data_sets).where(_SETS.key_hash == key_hash)
            if (connection.scalar(count) or 0) >= MOST_DATA_SETS:
                raise FieldError(
                    f"data sets: you have {MOST_DATA_SETS} already, with those in the trash; remove one, or save a "
                    "version of one"
                )
            connection.execute(
                sa.insert(tables.data_sets).values(
                    id=data_set_id, name=name, owner=author, key_hash=key_hash, created_at=now, updated_at=now,
                    is_for_all=False, latest=1,
                )
            )  # fmt: skip
            self._add(connection, data_set_id, 1, author, note, data_version, pack, request_key, None)
            self._log(connection, author, "brought data", None, data_set_id, version=1, name=name)
            return self._one(connection, who, data_set_id)

    def save(
        self,
        who: Person,
        data_set_id: str,
        data_version: str,
        pack: Callable[[], bytes],
        *,
        on_top_of: int,
        request_key: str,
        note: str = "",
        restored_from: int | None = None,
    ) -> DataSet:
        """Keep data as the version after `on_top_of` of a data set, and return it.

        Who brought it may, and everybody with a name while it is for all. Raises DataConflictError if somebody has
        saved since.
        """
        (author, key_hash), note = _known(who), checked_text("note", note)
        with self._writing() as connection:
            if (saved := self._saved(connection, who, request_key)) is not None:
                return saved
            row = self._locked(connection, who, data_set_id)
            if row.key_hash != key_hash and not row.is_for_all:
                raise NotAllowedError(
                    f"Only {row.owner}, who brought this data set, may save versions of it; save yours as another one"
                )
            if row.latest != on_top_of:
                raise DataConflictError(self._version(connection, data_set_id, row.latest))
            number = row.latest + 1
            self._add(connection, data_set_id, number, author, note, data_version, pack, request_key, restored_from)
            self._update(connection, data_set_id, latest=number, updated_at=self.now())
            if restored_from is None:
                self._log(connection, author, "saved data", None, data_set_id, version=number)
            else:
                self._log(connection, author, "restored data", None, data_set_id, version=number, of=restored_from)
            return self._one(connection, who, data_set_id)

    def restore(self, who: Person, data_set_id: str, number: int, *, on_top_of: int, request_key: str) -> DataSet:
        """Make an old version the newest one: it gets a new number and the old one stays."""
        old = self.version(who, data_set_id, number)
        return self.save(
            who, data_set_id, old.data_version, lambda: self.content(who, data_set_id, number),
            on_top_of=on_top_of, request_key=request_key, restored_from=number,
        )  # fmt: skip

    # --- Reading

    def all(self, who: Person | None, in_trash: bool = False) -> tuple[DataSet, ...]:
        """Return the data sets that a person may see, the one that was changed last first."""
        trashed = _SETS.deleted_at.is_not(None) if in_trash else _SETS.deleted_at.is_(None)
        query = (
            sa.select(tables.data_sets, *_labelled())
            .join(tables.data_set_versions, _LATEST)
            .where(trashed, self._seen(who))
            .order_by(_SETS.updated_at.desc(), _SETS.id)
        )
        with self._reading() as connection:
            return tuple(_data_set(row, who) for row in connection.execute(query))

    def one(self, who: Person | None, data_set_id: str) -> DataSet:
        """Return a data set, be it in the trash or not: what stands on it opens all the same."""
        with self._reading() as connection:
            return self._one(connection, who, data_set_id)

    def versions(self, who: Person | None, data_set_id: str) -> tuple[DataSetVersion, ...]:
        """Return the versions of a data set, the newest first."""
        with self._reading() as connection:
            self._one(connection, who, data_set_id)
            query = sa.select(*_VERSION).where(_VERSIONS.data_set_id == data_set_id).order_by(_VERSIONS.number.desc())
            return tuple(map(_version, connection.execute(query)))

    def version(self, who: Person | None, data_set_id: str, number: int) -> DataSetVersion:
        """Return one version of a data set."""
        with self._reading() as connection:
            self._one(connection, who, data_set_id)
            return self._version(connection, data_set_id, number)

    def content(self, who: Person | None, data_set_id: str, number: int) -> bytes:
        """Return the archive of one version of a data set."""
        with self._reading() as connection:
            self._one(connection, who, data_set_id)
            data_version = self._version(connection, data_set_id, number).data_version
            query = sa.select(tables.datasets.c.content).where(tables.datasets.c.data_version == data_version)
            content: bytes = connection.execute(query).scalar_one()
        return content

    def may_see(self, who: Person | None, data_version: str) -> bool:
        """Return whether data are archived that a person may see: open to all, or in a data set that he may see."""
        seen = sight.archive(who, self.now())
        query = sa.select(tables.datasets.c.data_version).where(tables.datasets.c.data_version == data_version, seen)
        with self._reading() as connection:
            return connection.scalar(query) is not None

    def standing_on(self, who: Person | None, data_set_id: str) -> str | None:
        """Return what keeps a data set from being removed, in words; None if nothing does."""
        with self._reading() as connection:
            self._one(connection, who, data_set_id)
            return _standing_on(connection, data_set_id)

    # --- Arranging: by who brought it alone

    def rename(self, who: Person, data_set_id: str, name: str) -> None:
        """Give a data set another name."""
        name = checked_text(_NAME, name)
        with self._writing() as connection:
            author = self._own(connection, who, data_set_id, "rename it")
            self._update(connection, data_set_id, name=name, updated_at=self.now())
            self._log(connection, author, "renamed data", None, data_set_id, name=name)

    def for_all(self, who: Person, data_set_id: str, yes: bool) -> None:
        """Let everybody on this server see a data set and what stands on it, or no longer."""
        with self._writing() as connection:
            author = self._own(connection, who, data_set_id, "say who may see it")
            self._update(connection, data_set_id, is_for_all=yes)
            self._log(connection, author, "opened data to all" if yes else "closed data", None, data_set_id)

    def trash(self, who: Person, data_set_id: str) -> None:
        """Put a data set into the trash, from where it can be brought back for TRASH_DAYS.

        Scenarios that stand on it open all the same, and while there are any it is not removed.
        """
        with self._writing() as connection:
            author = self._own(connection, who, data_set_id, "delete it")
            self._update(connection, data_set_id, deleted_at=self.now())
            self._log(connection, author, "put data into the trash", None, data_set_id)

    def bring_back(self, who: Person, data_set_id: str) -> None:
        """Take a data set out of the trash."""
        with self._writing() as connection:
            author = self._own(connection, who, data_set_id, "bring it back", in_trash=True)
            self._update(connection, data_set_id, deleted_at=None)
            self._log(connection, author, "brought data back", None, data_set_id)

    def remove(self, who: Person, data_set_id: str) -> None:
        """Remove a data set that is in the trash for good, now; NotAllowedError says if something stands on it."""
        with self._writing() as connection:
            author = self._own(connection, who, data_set_id, "remove it", in_trash=True)
            if (stands := _standing_on(connection, data_set_id)) is not None:
                raise NotAllowedError(
                    f"{stands}; it can be removed once that is gone, and stays in the trash until then"
                )
            self._remove(connection, author, data_set_id)

    def purge(self) -> int:
        """Remove for good the data sets that have lain in the trash for more than TRASH_DAYS; return how many.

        Those on which a scenario, or work that is not saved, stands stay.
        """
        old = sa.select(_SETS.id).where(_SETS.deleted_at < self.now() - timedelta(days=TRASH_DAYS))
        with self._writing() as connection:
            locked = connection.scalars(old.with_for_update()).all()
            gone = [data_set_id for data_set_id in locked if _standing_on(connection, data_set_id) is None]
            for data_set_id in gone:
                self._remove(connection, "Crossover", data_set_id)
        return len(gone)

    # --- Inside

    def require(self, connection: Connection, who: Who, data_set_id: str, number: int, data_version: str) -> None:
        """See to it that a scenario worked out on `data_version` may be saved by a person as standing on a version.

        The data set is kept from others until the transaction ends. A name alone may not: raises NotFoundError.
        """
        if not isinstance(who, Person):
            raise NotFoundError(_NONE)
        query = sa.select(_SETS.id).where(_SETS.id == data_set_id, self._seen(who))
        if connection.scalar(query.with_for_update(read=True)) is None:
            raise NotFoundError(_NONE)
        held = self._version(connection, data_set_id, number).data_version
        if held != data_version:
            raise FieldError(
                f"data: version {number} of the data set holds data version {held}, not {data_version}; work the "
                "scenario out on it first"
            )

    def _seen(self, who: Person | None) -> sa.ColumnElement[bool]:
        return rows.ALL if who is None else _SETS.id.in_(sight.data_sets(sight.key_of(who), self.now()))

    def _one(self, connection: Connection, who: Person | None, data_set_id: str) -> DataSet:
        query = sa.select(tables.data_sets, *_labelled()).join(tables.data_set_versions, _LATEST)
        row = connection.execute(query.where(_SETS.id == data_set_id, self._seen(who))).one_or_none()
        if row is None:
            raise NotFoundError(_NONE)
        return _data_set(row, who)

    def _version(self, connection: Connection, data_set_id: str, number: int) -> DataSetVersion:
        query = sa.select(*_VERSION).where(_VERSIONS.data_set_id == data_set_id, _VERSIONS.number == number)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no version {number} of this data set")
        return _version(row)

    def _saved(self, connection: Connection, who: Person, request_key: str) -> DataSet | None:
        """Return what was saved under `request_key` before."""
        rows.take_turns(connection, request_key)
        data_set_id = connection.scalar(sa.select(_VERSIONS.data_set_id).where(_VERSIONS.request_key == request_key))
        return None if data_set_id is None else self._one(connection, who, data_set_id)

    def _locked(self, connection: Connection, who: Person, data_set_id: str, in_trash: bool = False) -> Row[Any]:
        """Return the row of a data set that a person may see, kept from others until the transaction ends."""
        query = sa.select(tables.data_sets).where(_SETS.id == data_set_id, self._seen(who)).with_for_update()
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(_NONE)
        if (row.deleted_at is not None) != in_trash:
            raise NotFoundError(f"The data set is {'not ' if in_trash else ''}in the trash")
        return row

    def _own(self, connection: Connection, who: Person, data_set_id: str, what: str, in_trash: bool = False) -> str:
        """Return the name of who brought a data set, kept from others; raises NotAllowedError for anybody else."""
        row = self._locked(connection, who, data_set_id, in_trash)
        if row.key_hash != sight.key_of(who):
            raise NotAllowedError(f"Only {row.owner}, who brought this data set, may {what}")
        return _known(who)[0]

    def _update(self, connection: Connection, data_set_id: str, **values: object) -> None:
        connection.execute(sa.update(tables.data_sets).where(_SETS.id == data_set_id).values(values))

    def _add(
        self,
        connection: Connection,
        data_set_id: str,
        number: int,
        author: str,
        note: str,
        data_version: str,
        pack: Callable[[], bytes],
        request_key: str,
        restored_from: int | None,
    ) -> None:
        archived = sa.select(tables.datasets.c.data_version).where(tables.datasets.c.data_version == data_version)
        # Shared, so that a purge which thinks that nothing stands on it waits.
        if connection.scalar(archived.with_for_update(read=True)) is None:
            values = {"content": pack(), "archived_at": self.now(), "is_open": False}
            rows.put(connection, tables.datasets, {"data_version": data_version}, values, replace=False)
        connection.execute(
            sa.insert(tables.data_set_versions).values(
                data_set_id=data_set_id, number=number, request_key=request_key, author=author, note=note,
                saved_at=self.now(), restored_from=restored_from, data_version=data_version,
            )
        )  # fmt: skip

    def _remove(self, connection: Connection, who: str, data_set_id: str) -> None:
        """Remove a data set from the trash, and the data in it unless they are elsewhere, too."""
        of_it = sa.select(_VERSIONS.data_version).where(_VERSIONS.data_set_id == data_set_id)
        held = connection.scalars(of_it.distinct()).all()
        for table in (tables.data_grants, tables.data_set_versions):
            connection.execute(sa.delete(table).where(table.c.data_set_id == data_set_id))
        connection.execute(sa.delete(tables.data_sets).where(_SETS.id == data_set_id))
        elsewhere = [
            sa.select(table.c.data_version).where(table.c.data_version == tables.datasets.c.data_version).exists()
            for table in (tables.revisions, tables.data_set_versions)
        ]
        connection.execute(
            sa.delete(tables.datasets).where(
                tables.datasets.c.data_version.in_(held),
                sa.not_(tables.datasets.c.is_open),
                sa.not_(sa.or_(*elsewhere)),
            )
        )
        self._log(connection, who, "removed data from the trash", None, data_set_id)


def _known(who: Person) -> tuple[str, str]:
    """Return the name and what is kept of the key of a person who saves data; raises NotAllowedError without either."""
    if who.name is None:
        raise NotAllowedError("Give your name first: only who has a name may save data")
    if (key_hash := sight.key_of(who)) is None:
        raise NotAllowedError(
            "Allow cookies first: without one the server would not know you again, and keep your data to you"
        )
    return checked_text("your name", who.name), key_hash


def _standing_on(connection: Connection, data_set_id: str) -> str | None:
    """Return what stands on a data set, in words."""
    scenarios, drafts = (
        connection.scalar(sa.select(sa.func.count(sa.distinct(column))).where(table.c.data_set_id == data_set_id)) or 0
        for table, column in ((tables.revisions, tables.revisions.c.scenario_id), (tables.drafts, tables.drafts.c.slot))
    )
    if scenarios:
        many = "1 saved scenario stands" if scenarios == 1 else f"{scenarios:,} saved scenarios stand"
        return f"{many} on this data set, counting former versions and what is in the trash"
    return "Unsaved work stands on this data set" if drafts else None


def _labelled() -> list[sa.Label[Any]]:
    """Return the columns of a version under names that those of its data set do not have."""
    return [column.label(f"version_{column.name}") for column in _VERSION]


def _version(row: Row[Any], prefix: str = "") -> DataSetVersion:
    data_set_id, number, author, note, saved_at, restored_from, data_version = (
        getattr(row, f"{prefix}{column.name}") for column in _VERSION
    )
    return DataSetVersion(data_set_id, number, author, note, saved_at, data_version, restored_from)


def _data_set(row: Row[Any], who: Person | None) -> DataSet:
    is_mine = who is not None and row.key_hash == sight.key_of(who)
    return DataSet(
        row.id, row.name, row.owner, row.created_at, row.updated_at, row.deleted_at, row.is_for_all, is_mine,
        _version(row, "version_"),
    )  # fmt: skip
