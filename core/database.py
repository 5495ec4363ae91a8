"""The database behind the store: its tables, how it is opened, and its errors in words.

By default a file, `var/crossover.db` (SQLite, write-ahead log); with CROSSOVER_DATABASE_URL a PostgreSQL that several
copies of the product share. What is opened is checked first and never touched if it cannot be used.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

DEFAULT_FOLDER: Final = Path(__file__).resolve().parent.parent / "var"
FILE_NAME: Final = "crossover.db"
URL_VARIABLE: Final = "CROSSOVER_DATABASE_URL"
FOLDER_VARIABLE: Final = "CROSSOVER_FOLDER"

SECONDS_TO_WAIT: Final = 5
"""How long a save waits for another one, or for the server, before it is refused."""

_MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
_MIGRATION_LOCK: Final = 8_501
"""Any number; copies of the product that start together take turns at it."""
_VERSION_TABLE: Final = "alembic_version"


class StoreError(Exception):
    """What the store could not do; the message says why and what would do."""


class StoreUnusableError(StoreError):
    """The store cannot be opened at all. Nothing in it was changed."""


class StoreUnavailableError(StoreError):
    """The store cannot be read or written just now. What was saved before is safe."""


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


# --- Tables. What they are at the newest migration; a test compares the two.

tables = sa.MetaData()

datasets = sa.Table(
    "datasets",
    tables,
    sa.Column("data_version", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("archived_at", UtcTime, nullable=False),
)

scenarios = sa.Table(
    "scenarios",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False, index=True),
    sa.Column("deleted_at", UtcTime),
    sa.Column("latest", sa.Integer, nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.CheckConstraint("latest >= 1", name="scenarios_latest_from_one"),
)

tags = sa.Table(
    "tags",
    tables,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True, index=True),
)

revisions = sa.Table(
    "revisions",
    tables,
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("request_key", sa.Text, nullable=False, unique=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("restored_from", sa.Integer),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("data_version", sa.ForeignKey("datasets.data_version"), nullable=False),
    sa.Column("value_usd", sa.Double),
    sa.Column("value_vs_exit_usd", sa.Double),
    sa.Column("capex_2027_usd", sa.Double),
    sa.Column("peak_mw_it", sa.Double),
    sa.Column("payback", sa.Text),
    sa.Column("first_accretive_year", sa.Text),
    sa.Column("sparkline", sa.JSON, nullable=False),
    # Last, for it is by far the largest and lists do without it.
    sa.Column("report", sa.JSON, nullable=False),
    sa.CheckConstraint("number >= 1", name="revisions_from_one"),
)

SUMMARY: Final = (
    "value_usd", "value_vs_exit_usd", "capex_2027_usd", "peak_mw_it", "payback", "first_accretive_year",
)  # fmt: skip
"""The columns of a revision that hold headline figures: what lists show and sort by."""

links = sa.Table(
    "links",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("scenario_id", sa.ForeignKey("scenarios.id"), nullable=False, index=True),
    sa.Column("revision", sa.Integer),  # NULL: whichever is the latest
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
    sa.Column("revoked_by", sa.Text),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("last_used_at", UtcTime),
)

audit = sa.Table(
    "audit",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("scenario_id", sa.Text, index=True),  # no reference: the entry outlives the scenario
    sa.Column("detail", sa.JSON, nullable=False),
)

visitors = sa.Table(
    "visitors",
    tables,
    sa.Column("key_hash", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("named_at", UtcTime, nullable=False),
)

drafts = sa.Table(
    "drafts",
    tables,
    sa.Column("key_hash", sa.Text, primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("kept_at", UtcTime, nullable=False),
)


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
    except sa.exc.ArgumentError:
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
        path = Path(url.database or "")
        _check_file(path)
        engine = _sqlite(url)
    else:
        engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": SECONDS_TO_WAIT})
    try:
        with in_words(), writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            _check_version(_found_version(connection), place(engine))
            migrate(connection)
    except StoreUnavailableError as error:
        engine.dispose()
        raise StoreUnusableError(f"{place(engine)} cannot be used: {error}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def place(engine: Engine) -> str:
    """Return where the database is, as it may be shown to people."""
    return engine.url.database or "" if engine.dialect.name == "sqlite" else engine.url.render_as_string()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to `revision` inside the transaction of `connection`."""
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def drop_all(connection: Connection) -> None:
    """Remove all tables inside the transaction of `connection`, so that `migrate` makes them anew."""
    tables.drop_all(connection)
    connection.execute(sa.text(f"DROP TABLE {_VERSION_TABLE}"))


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes; it is done as a whole or not at all."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Turn an error of the database into StoreUnavailableError with its reason in words."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise StoreUnavailableError(_reason(error)) from error
    except sa.exc.DatabaseError as error:
        # SQLite says it of a damaged file; other errors of this kind are faults of ours and go on as they are.
        if type(error) is sa.exc.DatabaseError:
            raise StoreUnavailableError(_reason(error)) from error
        raise


def _sqlite(url: sa.URL) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": SECONDS_TO_WAIT})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # Python's own opening of transactions comes too late for tables
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write", False)
        # A transaction that asks for the right to write only when it writes can be refused half way.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _check_file(path: Path) -> None:
    """Look at a database file without changing it; make its folder if there is none yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size == 0:
            return
    except OSError as error:
        raise StoreUnusableError(
            f"{path} cannot be used ({error.strerror}); choose another folder with {FOLDER_VARIABLE}"
        ) from None
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            found = [text for (text,) in file.execute("PRAGMA quick_check(1)")]
            names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            version = None
            if _VERSION_TABLE in names:
                version = next((text for (text,) in file.execute(f"SELECT version_num FROM {_VERSION_TABLE}")), None)
    except sqlite3.Error as error:
        raise StoreUnusableError(_damaged(path, str(error))) from None
    if found != ["ok"]:
        raise StoreUnusableError(_damaged(path, found[0]))
    if names and version is None:
        raise StoreUnusableError(
            f"{path} is a database of another program; choose another folder with {FOLDER_VARIABLE}. It was not changed"
        )
    _check_version(version, str(path))


def _damaged(path: Path, reason: str) -> str:
    return (
        f"{path} is damaged or no database ({reason}). It was not changed. Move it away, then start again for an empty "
        "store, or bring back a backup first: python -m core restore FILE"
    )


def _found_version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION_TABLE):
        return None
    version: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}"))
    return version


def _check_version(version: str | None, where: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if version is not None and version not in known:
        raise StoreUnusableError(
            f"{where} was written by a newer version of Crossover (store version {version}). It was not changed. "
            "Start that version, or choose another store"
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


_REASONS: Final = {
    "SQLITE_FULL": "the disk is full; free some space, then try again",
    "SQLITE_BUSY": "another program is writing; try again in a moment",
    "SQLITE_LOCKED": "another program is writing; try again in a moment",
    "SQLITE_READONLY": "the file may not be written to; give this account the right to, then try again",
    "SQLITE_CANTOPEN": "the file cannot be opened; check that its folder is there and may be written to",
    "SQLITE_IOERR": "the disk could not be read or written; check it and its free space, then try again",
    "SQLITE_CORRUPT": "the file is damaged; stop the server and bring back a backup",
    "SQLITE_NOTADB": "the file is damaged; stop the server and bring back a backup",
    "53100": "the database server's disk is full; free some space, then try again",
}
_NO_ANSWER: Final = "the database server does not answer; try again in a moment"


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    cause: Any = getattr(error, "orig", None)
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    if name in _REASONS:
        return _REASONS[name]
    kind = "_".join(name.split("_")[:2])
    if kind in _REASONS:
        return _REASONS[kind]
    return f"the file cannot be used ({cause})" if name.startswith("SQLITE") else _NO_ANSWER
