"""Rows of the database and the values they stand for: the queries that the store is made of."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from core.store import tables
from core.store.records import LONGEST_WORD, MOST_WORDS, Entry, NotFoundError, Revision, Search

LISTED: Final = [column for column in tables.revisions.c if column.name not in ("report", "request_key")]

ALL: Final = sa.true()

IS_LATEST: Final = sa.and_(
    tables.revisions.c.scenario_id == tables.scenarios.c.id, tables.revisions.c.number == tables.scenarios.c.latest
)


def search_text(name: str, description: str, owner: str, tags: Iterable[str]) -> str:
    """Return the text that a search looks through; it begins with the name, so that lists sort by it.

    Where letters have accents it says all once more without them: `cafe` finds Café, and `café` does, too.
    """
    text = "\n".join((name, description, owner, *tags)).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    bare = unicodedata.normalize("NFC", bare)
    return text if bare == text else f"{text}\n{bare}"


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    # The secrets are random and long, so a plain hash is as good as a slow one.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def found(search: Search) -> list[sa.ColumnElement[bool]]:
    """Return what holds of the scenarios that `search` asks for."""
    in_trash = tables.scenarios.c.deleted_at.is_not(None)
    conditions: list[sa.ColumnElement[bool]] = [
        in_trash if search.in_trash else tables.scenarios.c.deleted_at.is_(None)
    ]
    words = unicodedata.normalize("NFC", search.text).casefold().split()
    conditions += [
        tables.scenarios.c.search.contains(word[:LONGEST_WORD], autoescape=True)
        for word in list(dict.fromkeys(words))[:MOST_WORDS]
    ]
    if search.owner is not None:
        conditions.append(tables.scenarios.c.owner == search.owner)
    if search.tag is not None:
        tagged = sa.select(tables.tags.c.scenario_id).where(tables.tags.c.tag == search.tag)
        conditions.append(tables.scenarios.c.id.in_(tagged))
    if search.data_versions is not None:
        on_them = sa.select(tables.revisions.c.scenario_id).where(
            tables.revisions.c.number == tables.scenarios.c.latest,
            tables.revisions.c.data_version.in_(search.data_versions),
        )
        conditions.append(tables.scenarios.c.id.in_(on_them.correlate(tables.scenarios)))
    return conditions


def good_link(token: str | int, now: datetime) -> sa.Select[Any]:
    """Return the query for what a link leads to that is not revoked, not expired and not in the trash.

    The link is named by its token, or by its id where the server itself has noted whom it gave it to.
    """
    which = tables.links.c.id == token if isinstance(token, int) else tables.links.c.token_hash == hashed(token)
    number = sa.func.coalesce(tables.links.c.revision, tables.scenarios.c.latest)
    revision = sa.and_(tables.revisions.c.scenario_id == tables.scenarios.c.id, tables.revisions.c.number == number)
    return (
        sa.select(
            tables.links.c.id.label("link_id"),
            tables.links.c.key_hash.label("made_with"),
            tables.scenarios.c.name,
            *LISTED,
        )
        .select_from(tables.links)
        .join(tables.scenarios)
        .join(tables.revisions, revision)
        .where(which, is_good(now))
    )


def is_good(now: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of a link and its scenario while it leads there: not revoked, expired or in the trash."""
    return sa.and_(
        tables.links.c.revoked_at.is_(None),
        sa.or_(tables.links.c.expires_at.is_(None), tables.links.c.expires_at > now),
        tables.scenarios.c.deleted_at.is_(None),
    )


def draft(visitor_key: str, slot: str) -> sa.ColumnElement[bool]:
    """Return what holds of the draft of a browser in one place."""
    return sa.and_(tables.drafts.c.key_hash == hashed(visitor_key), tables.drafts.c.slot == slot)


def by_request(connection: Connection, request_key: str) -> tuple[str, int] | None:
    """Return the scenario and version saved under `request_key`; copies of the product that ask at once take turns."""
    take_turns(connection, request_key)
    columns = (tables.revisions.c.scenario_id, tables.revisions.c.number)
    row = connection.execute(sa.select(*columns).where(tables.revisions.c.request_key == request_key)).one_or_none()
    return None if row is None else (row.scenario_id, row.number)


def take_turns(connection: Connection, request_key: str) -> None:
    """Wait until nobody else is saving under `request_key`."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(request_key, 0))))


def locked(
    connection: Connection, scenario_id: str, in_trash: bool = False, seen: sa.ColumnElement[bool] = ALL
) -> Row[Any]:
    """Return the row of a scenario, kept from others until the transaction ends; raises NotFoundError.

    `seen` holds of the scenarios that may be seen; another is not there.
    """
    query = sa.select(tables.scenarios).where(tables.scenarios.c.id == scenario_id, seen).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such scenario")
    if (row.deleted_at is not None) != in_trash:
        raise NotFoundError(f"The scenario is {'not ' if in_trash else ''}in the trash")
    return row


def update(connection: Connection, scenario_id: str, **values: object) -> None:
    """Set columns of a scenario."""
    connection.execute(sa.update(tables.scenarios).where(tables.scenarios.c.id == scenario_id).values(values))


def put(
    connection: Connection,
    table: sa.Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    replace: bool = True,
) -> None:
    """Insert a row, or, if there is one with this key, replace its values or leave it as it is."""
    insert: Any = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
    statement = insert(table).values(**key, **values)
    if replace:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement)


def put_tags(connection: Connection, scenario_id: str, tags: Iterable[str]) -> None:
    """Tag a scenario that has no tags."""
    rows = [{"scenario_id": scenario_id, "tag": tag} for tag in tags]
    if rows:
        connection.execute(sa.insert(tables.tags), rows)


def tags_of(connection: Connection, scenario_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the tags of each scenario that has any."""
    query = sa.select(tables.tags).where(tables.tags.c.scenario_id.in_(scenario_ids)).order_by(tables.tags.c.tag)
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.scenario_id] = (*found.get(row.scenario_id, ()), row.tag)
    return found


def revision_row(
    connection: Connection,
    scenario_id: str,
    number: int,
    *columns: sa.Column[Any],
    seen: sa.ColumnElement[bool] = ALL,
) -> Row[Any]:
    """Return a revision as its row, all but its report unless `columns` are named; raises NotFoundError."""
    query = sa.select(*(columns or LISTED)).where(
        tables.revisions.c.scenario_id == scenario_id, tables.revisions.c.number == number, seen
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no version {number} of this scenario")
    return row


def revision(row: Row[Any]) -> Revision:
    """Return the revision that a row stands for."""
    return Revision(
        row.scenario_id, row.number, row.author, row.note, row.saved_at, row.restored_from, row.model_version,
        row.data_version, {name: getattr(row, name) for name in tables.SUMMARY}, tuple(row.sparkline),
        row.data_set_id, row.data_set_number,
    )  # fmt: skip


def entry(
    connection: Connection, scenario_id: str, number: int | None = None, seen: sa.ColumnElement[bool] = ALL
) -> Entry:
    """Return a scenario with its latest revision, or as it was when `number` was; raises NotFoundError.

    `seen` holds of the revisions that may be seen.
    """
    shown = tables.scenarios.c.latest if number is None else sa.literal(number)
    joined = sa.and_(tables.revisions.c.scenario_id == tables.scenarios.c.id, tables.revisions.c.number == shown)
    query = (
        sa.select(tables.scenarios, *LISTED)
        .join(tables.revisions, joined)
        .where(tables.scenarios.c.id == scenario_id, seen)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such scenario")
    return as_entry(row, tags_of(connection, [scenario_id]).get(scenario_id, ()))


def as_entry(row: Row[Any], tags: tuple[str, ...]) -> Entry:
    """Return the entry that a row of a scenario and a revision of it stands for."""
    return Entry(
        row.id, row.name, row.description, row.owner, tags, row.created_at, row.updated_at, row.deleted_at,
        revision(row),
    )  # fmt: skip
