"""Backup and restore of the store while the product runs.

A backup is a database file like the store's own, whichever database the store is in; so it can be opened, moved and
restored into either kind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core import database as db
from core.database import StoreError

ROWS_AT_ONCE: Final = 500


def backup(engine: Engine, file: Path) -> int:
    """Write all that the store holds at one moment to `file`; return how many scenarios.

    The file appears whole or not at all. Raises StoreError if there is a file of that name or it cannot be written.
    """
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
            with db.in_words(), _one_moment(engine) as source, db.writing(target) as copy:
                count = _copy(source, copy)
            with target.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            target.dispose()
        os.replace(part, file)
        return count
    finally:
        shutil.rmtree(folder)


def restore(engine: Engine, file: Path, keep: Path | None) -> int:
    """Bring the store to what the backup `file` holds; return how many scenarios.

    What the store held before is first written to `keep` as a backup; None is refused unless the store is empty. It
    is one transaction: whoever works with the store sees the old or the new. Raises StoreError if the file is
    no backup that this version can read, and StoreUnavailableError; the store is then as it was.
    """
    if not file.is_file():
        raise StoreError(f"{file} is not there; name the file of a backup")
    with tempfile.TemporaryDirectory(prefix="crossover-restore-") as folder:
        # A copy, for opening brings an older backup up to this version's tables.
        copy = Path(folder) / file.name
        shutil.copyfile(file, copy)
        source_engine = db.open_engine(db.file_address(copy))
        try:
            if not _is_empty(engine):
                if keep is None:
                    raise StoreError("The store is not empty; say where to keep what it holds now")
                backup(engine, keep)
            with db.in_words(), _one_moment(source_engine) as source, db.writing(engine) as target:
                db.drop_all(target)
                db.migrate(target)
                return _copy(source, target)
        finally:
            source_engine.dispose()


def _is_empty(engine: Engine) -> bool:
    with db.in_words(), engine.connect() as connection:
        return not connection.scalar(sa.select(sa.func.count()).select_from(db.audit))


@contextlib.contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of all tables, however many others write."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _copy(source: Connection, target: Connection) -> int:
    for table in db.tables.sorted_tables:
        rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table))
        for part in rows.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in part])
        if target.dialect.name == "postgresql" and table.autoincrement_column is not None:
            _count_on(target, table)
    return target.scalar(sa.select(sa.func.count()).select_from(db.scenarios)) or 0


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows from where the copied ones end."""
    column = table.autoincrement_column
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)  # type: ignore[union-attr]
    highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, highest, False)))
