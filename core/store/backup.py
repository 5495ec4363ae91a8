"""Backup and restore of the store while the product runs.

A backup is a database file like the store's own, whichever database the store is in; so it can be opened, moved and
restored into either kind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.store import database as db
from core.store import rows, tables
from core.store.database import StoreError, StoreUnusableError

ROWS_AT_ONCE: Final = 500


def backup(engine: Engine, file: Path) -> int:
    """Write all that the store holds at one moment to `file`; return how many scenarios.

    The file appears whole or not at all. Raises StoreError if there is a file of that name or it cannot be written.
    """
    with db.in_words(), _one_moment(engine) as source:
        return _write_file(source, file)


def restore(engine: Engine, file: Path, keep: Path | None) -> int:
    """Bring the store to what the backup `file` holds; return how many scenarios.

    What the store held before is first written to `keep` as a backup; None is refused unless the store is empty. It
    is one transaction, in which nobody else can save: whoever works with the store sees the old or the new, and what
    was saved is in one or the other. Raises StoreError if the file is no backup that this version can read, and
    StoreUnavailableError; the store is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix="crossover-restore-") as folder:
        source_engine = _opened(file, Path(folder))
        try:
            with db.in_words(), _one_moment(source_engine) as source, db.writing(engine, alone=True) as target:
                if not _is_empty(target):
                    if keep is None:
                        raise StoreError("The store is not empty; say where to keep what it holds now")
                    _write_file(target, keep)
                in_use = [dict(row) for row in target.execute(sa.select(tables.secrets)).mappings()]
                db.clear(target)
                count = _copy(source, target)
                for row in in_use:  # unless the backup has its own: without them browsers would lose their work
                    rows.put(target, tables.secrets, {"name": row.pop("name")}, row, replace=False)
                return count
        finally:
            source_engine.dispose()


def _write_file(source: Connection, file: Path) -> int:
    if file.exists():
        raise StoreError(f"{file} exists already; name a file that does not")
    try:
        folder = Path(tempfile.mkdtemp(prefix=".crossover-backup-", dir=file.resolve().parent))
    except OSError as error:
        raise StoreError(f"{file} cannot be written ({error.strerror}); name a file in a folder that can") from None
    try:
        part = folder / file.name
        target = db.open_engine(db.file_address(part))
        try:
            with db.writing(target) as copy:
                count = _copy(source, copy)
            with target.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            target.dispose()
        os.replace(part, file)
        return count
    finally:
        shutil.rmtree(folder)


def _opened(file: Path, folder: Path) -> Engine:
    """Return a copy of a backup in `folder`, brought up to this version's tables; raises StoreError."""
    if not file.is_file():
        raise StoreError(f"{file} is not there; name the file of a backup")
    copy = folder / db.FILE_NAME
    try:
        for end in ("", "-wal"):  # the latter beside the file of a store that was not closed
            if (part := file.with_name(file.name + end)).exists():
                shutil.copyfile(part, copy.with_name(copy.name + end))
        _names, version = db.found_in(copy)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be read ({error.strerror}); see that this account may, then try again"
        ) from None
    except sqlite3.Error as error:
        raise StoreError(f"{file} is damaged or no backup ({error}); name another one") from None
    if version is None:
        raise StoreError(f"{file} is no backup of this store; name one that `python -m core backup` wrote")
    try:
        return db.open_engine(db.file_address(copy))
    except StoreUnusableError as error:
        raise StoreError(str(error).replace(str(copy), str(file))) from None


def _is_empty(connection: Connection) -> bool:
    # Every change is in the log but those of unsaved work.
    return not any(
        connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in (tables.audit, tables.drafts)
    )


@contextlib.contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of all tables, however many others write."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _copy(source: Connection, target: Connection) -> int:
    for table in tables.METADATA.sorted_tables:
        held = source.execute(_read(table).execution_options(yield_per=ROWS_AT_ONCE))
        for part in held.mappings().partitions():
            target.execute(_write(table, target), [dict(row) for row in part])
        if target.dialect.name == "postgresql" and table.autoincrement_column is not None:
            _count_on(target, table)
    return target.scalar(sa.select(sa.func.count()).select_from(tables.scenarios)) or 0


# JSON is copied as the text that it is: to read it and write it again takes three times as long.


def _read(table: sa.Table) -> sa.Select[Any]:
    return sa.select(
        *(sa.cast(c, sa.Text).label(_as_text(c)) if isinstance(c.type, sa.JSON) else c for c in table.columns)
    )


def _write(table: sa.Table, target: Connection) -> sa.Insert:
    texts = {c: sa.bindparam(_as_text(c), type_=sa.Text) for c in table.columns if isinstance(c.type, sa.JSON)}
    if target.dialect.name == "sqlite":  # which has no such type, and would take the word for a kind of number
        return sa.insert(table).values(texts)
    return sa.insert(table).values({c: sa.cast(text, sa.JSON) for c, text in texts.items()})


def _as_text(column: sa.Column[Any]) -> str:
    return f"{column.name}_as_text"


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows after the copied ones, and never lower than before: that could not be undone."""
    column = table.autoincrement_column
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)  # type: ignore[union-attr]
    highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, sa.func.greatest(highest, sa.func.nextval(sequence)), False)))
