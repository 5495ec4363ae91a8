"""How the store is opened: where it is, that its tables are made and brought up to date, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.store import database as db
from core.store import tables
from core.store.database import StoreUnavailableError, StoreUnusableError
from core.store.records import Search
from core.store.store import Store
from tests.support.postgres import server
from tests.support.stores import BEGINNING, DATASET, KINDS, contents, fresh_address, key, snapshot


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    return fresh_address(request.param, tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / db.FILE_NAME


def bare(address: sa.URL) -> sa.Engine:
    """The database without the product's care."""
    return sa.create_engine(address, poolclass=sa.NullPool)


def state(folder: Path) -> dict[str, str]:
    """Every file in a folder, by what is in it."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def filled(path: Path, scenarios: int = 30) -> Path:
    """A store that was used and closed."""
    store = Store.open(db.file_address(path))
    for number in range(scenarios):
        store.save_new("Ann", f"Plan {number}", snapshot(padding="x" * 5000), request_key=key())
    store.close()
    return path


# --- Where it is


def test_by_default_the_store_is_a_file_in_the_folder_var() -> None:
    url = db.address({})
    assert (url.drivername, Path(url.database or "").parts[-2:]) == ("sqlite", ("var", "crossover.db"))


def test_the_folder_can_be_chosen_and_is_made_on_start(tmp_path: Path) -> None:
    folder = tmp_path / "a b#%?é" / "deep"
    store = Store.open(db.address({"CROSSOVER_FOLDER": str(folder)}))
    store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    store.close()
    assert [file.name for file in folder.iterdir()] == ["crossover.db"]
    assert Store.open(db.address({"CROSSOVER_FOLDER": str(folder)})).library(Search()).total == 1


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_an_address_of_postgresql_is_taken_in_every_spelling(scheme: str) -> None:
    url = db.address({"CROSSOVER_DATABASE_URL": f" {scheme}://ann:p%40ss@db.example:6432/plans?sslmode=require\n"})
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "ann",
        "p@ss",
        "db.example",
        6432,
        "plans",
    )
    assert url.query == {"sslmode": "require"}


def test_the_database_goes_before_the_folder_and_a_blank_address_is_none() -> None:
    both = {"CROSSOVER_DATABASE_URL": "postgresql://h/d", "CROSSOVER_FOLDER": "elsewhere"}
    assert db.address(both).get_backend_name() == "postgresql"
    assert db.address({"CROSSOVER_DATABASE_URL": " ", "CROSSOVER_FOLDER": ""}) == db.address({})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plans", "is not the address of a database"),
        ("postgresql://h:port/d", "is not the address of a database"),
        ("://", "is not the address of a database"),
        ("mysql://ann:secret@h/d", "names a database of kind mysql"),
        ("sqlite:///x.db", "names a database of kind sqlite"),
    ],
)
def test_another_address_is_refused_with_an_example_and_without_its_password(text: str, words: str) -> None:
    with pytest.raises(StoreUnusableError, match=words) as told:
        db.address({"CROSSOVER_DATABASE_URL": text})
    assert "use one like postgresql://user:password@host/database" in str(told.value)
    assert "secret" not in str(told.value)


# --- Tables


def test_migrations_make_the_tables_that_the_store_declares(address: sa.URL) -> None:
    Store.open(address).close()
    with bare(address).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), tables.METADATA) == []
        # What Alembic does not compare:
        checks = {
            table.name: {check["name"] for check in sa.inspect(connection).get_check_constraints(table.name)}
            for table in tables.METADATA.sorted_tables
        }
    declared = {
        table.name: {check.name for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        for table in tables.METADATA.sorted_tables
    }
    assert checks == declared


@pytest.mark.postgres
def test_texts_sort_by_code_point_whatever_language_the_server_speaks() -> None:
    address = server().schema()
    Store.open(address).close()
    with bare(address).connect() as connection:
        query = sa.text(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type = 'text'"
        )
        others = {tuple(row) for row in connection.execute(query) if row.collation_name != "C"}
    assert others == set()


def test_sqlite_writes_ahead_to_a_log_and_to_the_disk_before_it_answers(path: Path) -> None:
    engine = db.open_engine(db.file_address(path))
    for connection in [engine.connect() for _ in range(3)]:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        connection.close()
    engine.dispose()


def test_opening_again_changes_nothing(address: sa.URL) -> None:
    store = Store.open(address)
    entry = store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    before = contents(store.engine)
    store.close()
    again = Store.open(address)
    assert contents(again.engine) == before
    assert again.scenario(entry.id) == entry
    again.close()


# --- From an old store. These rows are as the first version wrote them; later versions leave them alone.


def make_first_store(address: sa.URL) -> None:
    """Write a store as version 0001 did, with a row in every table."""
    engine = bare(address)
    if engine.dialect.name == "sqlite":
        Path(address.database or "").parent.mkdir()
    rows: dict[str, dict[str, Any]] = {
        "datasets": {"data_version": "data-1", "content": DATASET, "archived_at": BEGINNING},
        "scenarios": {
            "id": "abc", "name": "Größe", "description": "", "owner": "Ann", "created_at": BEGINNING,
            "updated_at": BEGINNING, "deleted_at": None, "latest": 1, "search": "grösse\n\nann\nboard",
        },
        "tags": {"scenario_id": "abc", "tag": "board"},
        "revisions": {
            "scenario_id": "abc", "number": 1, "request_key": "r1", "author": "Ann", "note": "", "saved_at": BEGINNING,
            "restored_from": None, "model_version": "model-1", "data_version": "data-1", "value_usd": 0.1 + 0.2,
            "value_vs_exit_usd": None, "capex_2027_usd": 7e10, "peak_mw_it": 6543.21, "payback": "2028-Q3",
            "first_accretive_year": "2027", "sparkline": "[1.0, 2.5]", "report": json.dumps(dict(snapshot().report)),
        },
        "links": {
            "token_hash": hashlib.sha256(b"token").hexdigest(), "scenario_id": "abc", "revision": 1,
            "created_by": "Ann", "created_at": BEGINNING, "expires_at": None, "revoked_at": None, "revoked_by": None,
            "uses": 3, "last_used_at": BEGINNING,
        },
        "audit": {"at": BEGINNING, "who": "Ann", "action": "saved", "scenario_id": "abc", "detail": "{}"},
        "visitors": {"key_hash": hashlib.sha256(b"key").hexdigest(), "name": "Ann", "named_at": BEGINNING},
        "drafts": {
            "key_hash": hashlib.sha256(b"key").hexdigest(), "slot": "", "body": '{"pue": 1.2}', "kept_at": BEGINNING,
        },
    }  # fmt: skip
    with engine.begin() as connection:
        db.migrate(connection, "0001")
        for table, row in rows.items():
            values = {
                name: value.strftime("%Y-%m-%d %H:%M:%S.%f")
                if value is BEGINNING and engine.name == "sqlite"
                else value
                for name, value in row.items()
            }
            names = ", ".join(values)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(values)})"), values)


def assert_first_store_is_whole(store: Store) -> None:
    entry = store.library(Search("größe board", owner="Ann", tag="board")).entries[0]
    assert (entry.id, entry.created_at, entry.latest.summary["value_usd"]) == ("abc", BEGINNING, 0.1 + 0.2)
    assert entry.latest.summary["capex_first_year_usd"] == 7e10
    assert store.library(Search(sort="capex_first_year_usd")).entries == (entry,)
    for statement in ("UPDATE revisions SET capex_first_year_usd = 1", "DELETE FROM revisions", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DatabaseError, match=r"never changed|only with a scenario|only added to"):  # noqa: SIM117
            with db.writing(store.engine) as connection:
                connection.execute(sa.text(statement))
    assert store.report("abc", 1) == snapshot().report
    assert store.dataset("data-1") == DATASET
    assert store.follow("token") == entry.latest
    assert store.links("abc")[0].uses == 4
    assert [event.action for event in store.events("abc")] == ["saved"]
    assert store.name_of("key") == "Ann"
    assert store.draft("key", "") == ({"pue": 1.2}, BEGINNING)
    again = store.save("Ann", "abc", snapshot(), on_top_of=1, request_key=key())
    assert again.latest.number == 2
    assert store.follow(store.link("Ann", "abc")) == again.latest


def test_a_store_of_the_first_version_is_opened_with_all_that_it_holds(address: sa.URL) -> None:
    make_first_store(address)
    store = Store.open(address)
    assert_first_store_is_whole(store)
    store.close()


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{head}"


def upgrade():
    op.add_column("scenarios", sa.Column("colour", sa.Text, nullable=False, server_default="blue"))
    op.execute("UPDATE scenarios SET colour = 'red' WHERE name = 'Größe'")
    {then}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the product be one version on: one that has another column, or one whose migration breaks half way."""
    (head,) = db.ScriptDirectory.from_config(db._alembic()).get_heads()

    def install(then: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(db._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "next.py").write_text(NEXT.format(head=head, then=then))
        monkeypatch.setattr(db, "_MIGRATIONS", folder)

    return install


def test_a_newer_version_brings_an_old_store_up_to_date_when_it_opens_it(
    address: sa.URL, next_version: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_first_store(address)
    with monkeypatch.context():
        next_version()
        store = Store.open(address)
        with store.engine.connect() as connection:
            assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).all() == [("next",)]
            assert connection.execute(sa.text("SELECT id, colour FROM scenarios")).all() == [("abc", "red")]
        assert_first_store_is_whole(store)
        store.close()


def test_a_store_of_a_newer_version_is_left_alone_by_an_older_one(
    address: sa.URL, next_version: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = db._MIGRATIONS
    next_version()
    Store.open(address).close()
    monkeypatch.setattr(db, "_MIGRATIONS", old)
    before = _everything(address)
    with pytest.raises(
        StoreUnusableError, match=r"newer version of Crossover \(store version next\)\. It was not changed"
    ):
        Store.open(address)
    assert _everything(address) == before


def test_a_migration_that_breaks_half_way_leaves_the_store_as_it_was(
    address: sa.URL, next_version: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = db._MIGRATIONS
    make_first_store(address)
    before = _rows(address)
    next_version(then="raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        Store.open(address)
    assert _rows(address) == before
    monkeypatch.setattr(db, "_MIGRATIONS", old)
    store = Store.open(address)
    assert_first_store_is_whole(store)
    store.close()


def _rows(address: sa.URL) -> Any:
    """Every column of every table with what stands in it, whichever version they are of."""
    with bare(address).connect() as connection:
        known = sa.inspect(connection)
        columns = {name: [column["name"] for column in known.get_columns(name)] for name in known.get_table_names()}
        return columns, {name: connection.execute(sa.text(f"SELECT * FROM {name}")).all() for name in columns}


def _everything(address: sa.URL) -> Any:
    if address.get_backend_name() == "sqlite":
        return state(Path(address.database or "").parent)
    with bare(address).connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        return {name: connection.execute(sa.text(f"SELECT * FROM {name}")).all() for name in names}


# --- What cannot be used is refused with what to do, and left alone


def noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


def nothing_but_zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def prose(path: Path) -> None:
    path.write_text("Dear Ann,\nthis is no database.\n" * 500)


def cut_to(size: int) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        os.truncate(path, size if size > 0 else path.stat().st_size + size)

    cut.__name__ = f"cut_to_{size}"
    return cut


def broken_pages(path: Path) -> None:
    """The header and the list of tables stay whole; half of the pages behind them are noise."""
    dice = random.Random(2)
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 600] = dice.randbytes(600)
    path.write_bytes(content)


def broken_list_of_tables(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4096] = random.Random(3).randbytes(3996)
    path.write_bytes(content)


DAMAGES = [
    noise,
    nothing_but_zeros,
    prose,
    cut_to(1),
    cut_to(99),
    cut_to(4096),
    cut_to(-4096),
    cut_to(-100_001),
    broken_pages,
    broken_list_of_tables,
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("sound") / db.FILE_NAME)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_refused_with_what_to_do_and_stays_as_it_is(
    sound: Path, path: Path, damage: Callable[[Path], None]
) -> None:
    path.parent.mkdir()
    shutil.copyfile(sound, path)
    damage(path)
    before = state(path.parent)
    with pytest.raises(StoreUnusableError, match=r"is damaged or no database \(.*\). It was not changed") as told:
        Store.open(db.file_address(path))
    assert str(told.value).startswith(str(path))
    assert "Move it and the files beside it that begin with its name away" in str(told.value)
    assert "python -m core restore FILE" in str(told.value)
    assert "\n" not in str(told.value)
    assert state(path.parent) == before
    path.unlink()  # as it says
    assert Store.open(db.file_address(path)).library(Search()).total == 0


def test_a_file_that_is_damaged_while_it_is_used_gives_words_and_no_wrong_figures(path: Path) -> None:
    store = Store.open(db.file_address(filled(path)))
    before = store.library(Search(size=100))
    store.close()
    broken_pages(path)
    for act in (
        lambda: [store.report(entry.id, 1) for entry in before.entries],
        lambda: [store.save_new("Ann", "New", snapshot(), request_key=key()) for _ in range(50)],
    ):
        with pytest.raises(StoreUnavailableError, match="the file is damaged; stop the server and bring back a backup"):
            act()
    store.close()


def other_program(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE invoices (number INTEGER)")
        file.execute("INSERT INTO invoices VALUES (1)")


def other_program_with_a_table_of_ours(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE scenarios (title TEXT)")


def other_program_with_alembic(path: Path, version: str = "9f1c2d3e4b5a") -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        file.execute("CREATE TABLE audit (x)")
        file.execute("INSERT INTO alembic_version VALUES (?)", (version,))


def other_program_that_counts_like_us(path: Path) -> None:
    other_program_with_alembic(path, "0001")


@pytest.mark.parametrize(
    "program",
    [
        other_program,
        other_program_with_a_table_of_ours,
        other_program_with_alembic,
        other_program_that_counts_like_us,
    ],
    ids=lambda program: program.__name__,
)
def test_a_file_of_another_program_is_refused_and_stays_as_it_is(path: Path, program: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    program(path)
    before = state(path.parent)
    with pytest.raises(StoreUnusableError, match=r"is a database of another program\. It was not changed") as told:
        Store.open(db.file_address(path))
    assert "CROSSOVER_FOLDER" in str(told.value)
    assert state(path.parent) == before


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE scenarios (title TEXT)",),
        ("CREATE TABLE audit (x INTEGER)", "CREATE TABLE other (x INTEGER)"),
        ("CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('9f1c2d3e4b5a')"),
        ("CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')"),
    ],
)
def test_tables_of_another_program_on_the_server_are_refused_and_stay(statements: tuple[str, ...]) -> None:
    address = server().schema()
    with bare(address).begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    before = _everything(address)
    with pytest.raises(StoreUnusableError, match=r"is a database of another program\. It was not changed") as told:
        Store.open(address)
    assert "CROSSOVER_DATABASE_URL" in str(told.value)
    assert _everything(address) == before


@pytest.mark.postgres
def test_a_database_on_the_server_may_hold_other_tables_beside_ours() -> None:
    address = server().schema()
    with bare(address).begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (number INTEGER)"))
    store = Store.open(address)
    store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    store.close()
    with bare(address).connect() as connection:
        assert "invoices" in sa.inspect(connection).get_table_names()


@pytest.mark.postgres
def test_a_server_that_keeps_less_than_all_letters_is_refused() -> None:
    address = server().database("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(StoreUnusableError, match=r"keeps text as LATIN1.*ENCODING 'UTF8'"):
        Store.open(address)
    with bare(address).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


@pytest.mark.postgres
def test_an_account_that_may_make_no_tables_is_refused_in_words() -> None:
    owner = server().schema()
    schema = dict(owner.query)["options"].rsplit("=")[-1]
    server().execute(f"CREATE ROLE guest_{schema} LOGIN", f"GRANT USAGE ON SCHEMA {schema} TO guest_{schema}")
    with pytest.raises(StoreUnusableError, match="this account may not do that in the database; give it the right"):
        Store.open(owner.set(username=f"guest_{schema}"))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"username": "nobody"}, 'role "nobody" does not exist'),
        ({"query": {"host": "/nowhere"}}, "No such file or directory"),
    ],
)
def test_a_server_that_lets_nobody_in_is_refused_with_what_it_says_and_without_the_password(
    change: dict[str, Any], words: str
) -> None:
    with pytest.raises(StoreUnusableError, match=words) as told:
        Store.open(server().address().set(password="secret", **change))
    assert "cannot be used" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnusableError, match=r"cannot be used .*choose another folder with CROSSOVER_FOLDER"):
        Store.open(db.file_address(tmp_path / "file" / "var" / db.FILE_NAME))


def test_a_folder_in_place_of_the_file_is_refused_in_words(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreUnusableError, match=r"cannot be used: .*check that its folder is there"):
        Store.open(db.file_address(path))


def test_an_empty_file_is_as_good_as_none(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    store = Store.open(db.file_address(path))
    store.save_new("Ann", "Plan A", snapshot(), request_key=key())
    store.close()


def test_looking_at_a_file_leaves_no_trace_beside_it(path: Path) -> None:
    filled(path, 1)
    before = state(path.parent)
    names, version = db.found_in(path)
    assert set(tables.METADATA.tables) <= names and version is not None
    assert state(path.parent) == before


def test_looking_at_a_file_that_is_in_use_sees_what_was_saved_last(path: Path) -> None:
    store = Store.open(db.file_address(path))
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    assert db.found_in(path)[1] is not None
    store.close()


# --- Errors of ours go on as they are


def test_a_fault_of_ours_is_not_hidden_behind_words(address: sa.URL) -> None:
    engine = db.open_engine(address)
    row = {"id": "a", "name": "A", "description": "", "owner": "Ann", "created_at": BEGINNING, "updated_at": BEGINNING,
           "latest": 1, "search": "a"}  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), db.in_words(), db.writing(engine) as connection:
        for _ in range(2):
            connection.execute(sa.insert(tables.scenarios).values(row))
    assert contents(engine)["scenarios"] == []
    engine.dispose()
