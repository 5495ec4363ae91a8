"""The database behind the store: its tables, how it is opened, and its errors in words.

By default a file, `var/crossover.db` (SQLite, write-ahead log); with CROSSOVER_DATABASE_URL a PostgreSQL that several
copies of the product share. What is opened is checked first and never touched if it cannot be used.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from core.store import modes
from core.store.tables import METADATA

DEFAULT_FOLDER: Final = Path(__file__).resolve().parents[2] / "var"
FILE_NAME: Final = "crossover.db"
URL_VARIABLE: Final = "CROSSOVER_DATABASE_URL"
FOLDER_VARIABLE: Final = "CROSSOVER_FOLDER"

SECONDS_TO_WAIT: Final = 5
"""How long a save waits for another one, or for the server, before it is refused."""

_MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
_GATE: Final = 8_501
"""Any number. Who writes to PostgreSQL holds a lock of it with the others, who changes everything holds it alone."""
_VERSION_TABLE: Final = "alembic_version"
_VERSION: Final = sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")
_SMALLEST: Final = 512
"""Bytes of the smallest database; SQLite takes some files that are shorter for empty ones."""
_LASTING: Final = {"scenarios", "revisions", "audit"}
"""Tables that every version of the store has had."""


class StoreError(Exception):
    """What the store could not do; the message says why and what would do."""


class StoreUnusableError(StoreError):
    """The store cannot be opened at all. Nothing in it was changed."""


class StoreUnavailableError(StoreError):
    """The store cannot be read or written just now. What was saved before is safe."""


# --- Opening


def address(environment: Mapping[str, str] = os.environ) -> sa.URL:
    """Return where the store is, as the environment says; see the module's first lines.

    Raises StoreUnusableError for an address of another kind of database.
    """
    text = environment.get(URL_VARIABLE, "").strip()
    if not text:
        return file_address(Path(environment.get(FOLDER_VARIABLE) or DEFAULT_FOLDER) / FILE_NAME)
    example = "use one like postgresql://user:password@host/database"
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        raise StoreUnusableError(f"{URL_VARIABLE} is not the address of a database; {example}") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreUnusableError(f"{URL_VARIABLE} names a database of kind {url.get_backend_name()}; {example}")
    return url.set(drivername="postgresql+psycopg")


def file_address(path: Path) -> sa.URL:
    """Return the address of the SQLite file at `path`."""
    return sa.URL.create("sqlite", database=str(path))


def open_engine(url: sa.URL) -> Engine:
    """Return the database at `url`, brought up to this version's tables.

    Raises StoreUnusableError if it is damaged, of a newer version, of another program or cannot be reached; it is then
    as it was.
    """
    if url.get_backend_name() == "sqlite":
        _check_file(Path(url.database or ""))
        engine = _sqlite(url)
    else:
        engine = _postgresql(url)
    try:
        with in_words(), writing(engine, alone=True) as connection:
            if engine.dialect.name == "postgresql":
                _check_encoding(connection, place(engine))
            names = sa.inspect(connection).get_table_names()
            version = connection.scalar(_VERSION) if _VERSION_TABLE in names else None
            _check_tables(set(METADATA.tables).intersection(names), version, place(engine))
            migrate(connection)
    except StoreUnavailableError as error:
        engine.dispose()
        said = f" ({error.__cause__.orig})" if isinstance(error.__cause__, sa.exc.OperationalError) else ""
        raise StoreUnusableError(f"{place(engine)} cannot be used: {error}{said}") from error
    except BaseException:
        engine.dispose()
        raise
    if engine.dialect.name == "sqlite":
        path = Path(url.database or "")
        modes.tighten(path, folder_is_ours=path.parent == DEFAULT_FOLDER)
    return engine


def place(engine: Engine) -> str:
    """Return where the database is, as it may be shown to people."""
    return engine.url.database or "" if engine.dialect.name == "sqlite" else engine.url.render_as_string()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to `revision` inside the transaction of `connection`."""
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def clear(connection: Connection) -> None:
    """Remove all rows inside the transaction of `connection`, those too that the tables themselves keep from going."""
    names = [table.name for table in reversed(METADATA.sorted_tables)]
    # Dropping the tables would be easier, but on PostgreSQL everybody who reads would be in the way.
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        before, after = [f"DROP TRIGGER {row.name}" for row in triggers], [row.sql for row in triggers]
    else:
        before, after = ([f"ALTER TABLE {name} {how} TRIGGER USER" for name in names] for how in ("DISABLE", "ENABLE"))
    for statement in (*before, *(f"DELETE FROM {name}" for name in names), *after):
        connection.exec_driver_sql(statement)


@contextlib.contextmanager
def writing(engine: Engine, alone: bool = False) -> Iterator[Connection]:
    """Open a transaction that writes; it is done as a whole or not at all.

    One that is `alone` waits for the others and lets nobody else write until it ends.
    """
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":  # in SQLite one transaction at a time writes anyway
            lock = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
            connection.execute(sa.select(lock(_GATE)))
        yield connection


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Turn an error of the database into StoreUnavailableError with its reason in words."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        cause = getattr(error, "orig", None)
        unnamed = f"the file cannot be used ({cause})" if isinstance(cause, sqlite3.Error) else _NO_ANSWER
        raise StoreUnavailableError(_reason(cause) or unnamed) from error
    except sa.exc.DatabaseError as error:
        # Others of this kind are faults of ours and go on as they are.
        reason = _reason(error.orig)
        if reason is None:
            raise
        raise StoreUnavailableError(reason) from error


def _sqlite(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url, json_serializer=as_json, pool_timeout=SECONDS_TO_WAIT, connect_args={"timeout": SECONDS_TO_WAIT}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # Python's own opening of transactions comes too late for tables
        _use_log(connection)
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write", False)
        # A transaction that asks for the right to write only when it writes can be refused half way.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_log(connection: sqlite3.Connection) -> None:
    """Write ahead to a log: readers and the writer then never wait for each other."""
    until = time.monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            # SQLite does not wait here of itself while another process makes the same new file.
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql(url: sa.URL) -> Engine:
    settings = {
        "client_encoding": "utf8",
        # Without these a server whose machine is gone would be waited for for minutes.
        "connect_timeout": SECONDS_TO_WAIT,
        "tcp_user_timeout": 1000 * SECONDS_TO_WAIT,
        "keepalives_idle": 30,
    }
    engine = sa.create_engine(
        url,
        json_serializer=as_json,
        pool_pre_ping=True,
        pool_timeout=SECONDS_TO_WAIT,
        connect_args={name: value for name, value in settings.items() if name not in url.query},  # the address is first
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{SECONDS_TO_WAIT}s'")
        connection.commit()

    return engine


as_json: Final = functools.partial(json.dumps, allow_nan=False)
"""PostgreSQL knows no NaN in JSON, so SQLite must not learn it either."""


def _check_file(path: Path) -> None:
    """Look at a database file without changing it; make its folder if there is none yet."""
    try:
        path.parent.mkdir(mode=modes.FOLDER, parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size == 0:
            modes.make_file(path)
            return
    except OSError as error:
        raise StoreUnusableError(
            f"{path} cannot be used ({error.strerror}); choose another folder with {FOLDER_VARIABLE}"
        ) from None
    try:
        names, version = found_in(path)
    except sqlite3.Error as error:
        if _reason(error) == _DAMAGED:
            raise StoreUnusableError(
                f"{path} is damaged or no database ({error}). It was not changed. Move it and the files beside it that "
                "begin with its name away; then start again with an empty store, or bring a backup back first: "
                "python -m core restore FILE"
            ) from None
        raise StoreUnusableError(f"{path} cannot be used: {_reason(error)}") from None
    _check_tables(names, version, str(path))
    if not os.access(path, os.W_OK):  # SQLite would open it for reading and leave files beside it that are in the way
        raise StoreUnusableError(f"{path} cannot be used: {_REASONS['SQLITE_READONLY']}")


def found_in(path: Path) -> tuple[set[str], str | None]:
    """Return the tables in a database file and the version of the store; raises sqlite3.Error if it is damaged.

    The file is only read, and no other is made beside it.
    """
    log = path.with_name(f"{path.name}-wal")
    # While nobody has it open there is no log, and SQLite must be told not to make one.
    how = "mode=ro" if log.exists() else "immutable=1"
    try:
        if path.stat().st_size < _SMALLEST:
            raise _Damaged("the file is cut short")
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as file:
            found: str = next(file.execute("PRAGMA quick_check(1)"))[0]
            if found != "ok":
                raise _Damaged(found)
            names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            version = next(file.execute(_VERSION.text), None) if _VERSION_TABLE in names else None
    except sqlite3.DatabaseError:
        if how != "mode=ro" and log.exists():
            return found_in(path)  # somebody has opened it just now, and may have written below our eyes
        raise
    return names, None if version is None else version[0]


class _Damaged(sqlite3.DatabaseError):
    """What SQLite's own check found."""

    sqlite_errorname = "SQLITE_CORRUPT"


def _check_tables(names: Collection[str], version: str | None, where: str) -> None:
    """Refuse a database of which `names` are the tables unless it is new, ours, or an older one of ours."""
    if (names and version is None) or (version is not None and not _LASTING.issubset(names)):
        raise StoreUnusableError(
            f"{where} is a database of another program. It was not changed. Choose another place with "
            f"{FOLDER_VARIABLE} or {URL_VARIABLE}"
        )
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if version is not None and version not in known:
        raise StoreUnusableError(
            f"{where} was written by a newer version of Crossover (store version {version}). It was not changed. "
            "Start that version, or choose another store"
        )


def _check_encoding(connection: Connection, where: str) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise StoreUnusableError(
            f"{where} keeps text as {encoding}, which has no room for every name. It was not changed. Make a database "
            "with ENCODING 'UTF8' and name that one"
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


_DAMAGED: Final = "the file is damaged; stop the server and bring back a backup"
_BUSY: Final = "somebody else is writing; try again in a moment"
_NO_ANSWER: Final = "the database does not answer; try again in a moment"

_REASONS: Final = {
    "SQLITE_FULL": "the disk is full; free some space, then try again",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": "the file may not be written to; give this account the right to, then try again",
    "SQLITE_CANTOPEN": "the file cannot be opened; check that its folder is there and may be written to",
    "SQLITE_IOERR": "the disk could not be read or written; check it and its free space, then try again",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "53100": "the database server's disk is full; free some space, then try again",
    "53300": "the database server has too many connections; try again in a moment",
    "25006": "the database server may only be read just now; try again in a moment",
    "42501": "this account may not do that in the database; give it the right to make and change tables there",
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
}
"""What SQLite's and PostgreSQL's names of errors mean to who reads them."""


def _reason(error: BaseException | None) -> str | None:
    """Return why the database refused, in words; None if only its maker could tell."""
    name: str = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
    kind = "_".join(name.split("_")[:2])
    return _REASONS.get(name) or _REASONS.get(kind)
