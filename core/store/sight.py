"""Who may see what: data that are open to all, and data sets of one's own, for all on the server, or let in by a link.

Each condition holds of the rows that a person may see. None for the person is who runs the server: it holds of all.
Rights hang on the key of the browser, never on a name.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from core.store import rows, tables
from core.store.rights import Person, Who


def asks(who: Who) -> Person | None:
    """Return for whom something is looked up: a name alone stands for no browser, and is answered as who runs it."""
    return who if isinstance(who, Person) else None


def key_of(who: Who) -> str | None:
    """Return what is kept of a person's key; None if there is none."""
    return rows.hashed(who.key) if isinstance(who, Person) and who.key else None


def data_sets(key_hash: str | None, now: datetime) -> sa.Select[tuple[str]]:
    """Return the query for the ids of the data sets that the browser with this key may see.

    A link lets in only as long as it leads somewhere and who made it may see the data set: whoever was let in passes
    on no more than that, so who ends his own link ends what came of it.
    """
    made, grants = tables.data_sets.alias(), tables.data_grants
    for_all = sa.select(made.c.id).where(made.c.is_for_all)
    if key_hash is None:
        return for_all
    let_in = sa.select(grants.c.data_set_id).where(grants.c.key_hash == key_hash)
    sees = (
        sa.select(made.c.id.label("data_set_id"), made.c.key_hash.label("key_hash"))
        .where(sa.or_(made.c.key_hash == key_hash, made.c.id.in_(let_in)))
        .cte(recursive=True)
    )
    passed_on = (
        sa.select(grants.c.data_set_id, grants.c.key_hash)
        .join(tables.links, tables.links.c.id == grants.c.link_id)
        .join(tables.scenarios, tables.scenarios.c.id == tables.links.c.scenario_id)
        .join(sees, sa.and_(sees.c.data_set_id == grants.c.data_set_id, sees.c.key_hash == tables.links.c.key_hash))
        .where(rows.is_good(now))
    )
    sees = sees.union(passed_on)
    own = sa.select(sees.c.data_set_id).where(sees.c.key_hash == key_hash)
    return sa.select(made.c.id).where(sa.or_(made.c.is_for_all, made.c.id.in_(own)))


def revision(who: Person | None, now: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of the revisions that a person may see."""
    if who is None:
        return rows.ALL
    stands_on = tables.revisions.c.data_set_id
    return sa.or_(stands_on.is_(None), stands_on.in_(data_sets(key_of(who), now)))


def scenario(who: Person | None, now: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of the scenarios that a person may see: their latest revision may be seen."""
    if who is None:
        return rows.ALL
    latest = tables.revisions.alias()
    hidden = sa.select(latest.c.number).where(
        latest.c.scenario_id == tables.scenarios.c.id,
        latest.c.number == tables.scenarios.c.latest,
        latest.c.data_set_id.is_not(None),
        latest.c.data_set_id.not_in(data_sets(key_of(who), now)),
    )
    return sa.not_(hidden.correlate(tables.scenarios).exists())


def archive(who: Person | None, now: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of the archived data that a person may see."""
    if who is None:
        return rows.ALL
    versions = tables.data_set_versions
    of_them = sa.select(versions.c.data_version).where(versions.c.data_set_id.in_(data_sets(key_of(who), now)))
    return sa.or_(tables.datasets.c.is_open, tables.datasets.c.data_version.in_(of_them))


def event(who: Person | None, now: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of the lines of the audit log that a person may see: on nothing that is not there for him."""
    if who is None:
        return rows.ALL
    of_scenario, of_data_set = tables.audit.c.scenario_id, tables.audit.c.data_set_id
    there = sa.select(tables.scenarios.c.id).where(scenario(who, now))
    return sa.and_(
        sa.or_(of_scenario.is_(None), of_scenario.in_(there)),
        sa.or_(of_data_set.is_(None), of_data_set.in_(data_sets(key_of(who), now))),
    )
