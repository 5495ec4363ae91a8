"""Saved scenarios: revisions that are never changed, links, trash, drafts and the log of who did what when.

Every change is one transaction that is on the disk before the method returns. Texts are checked here and kept as they
are; who shows them sees to it that they are not taken for markup.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row

from core.store import database as db
from core.store.database import StoreError, StoreUnavailableError
from core.store.rights import Action, may

TRASH_DAYS: Final = 60
DRAFT_DAYS: Final = 180
TOKEN_BYTES: Final = 24
"""192 bits: nobody finds a link by trying."""
MOST_TAGS: Final = 12
LONGEST: Final = {"name": 120, "description": 2000, "note": 500, "tag": 40, "your name": 80}
"""The most characters of each text."""

_ID_BYTES: Final = 9
_MOST_WORDS: Final = 100
_LONGEST_WORD: Final = 1000
"""More and longer words are not looked for: databases refuse conditions of any length."""
_LINES: Final = ("description", "note")
"""The texts that may have several lines, or none."""
_UNSEEN: Final = ("Cf", "Zs", "Zl", "Zp")
"""Kinds of characters that leave no mark: a name of these alone could be neither read nor clicked."""


class FieldError(StoreError):
    """A text that cannot be kept; the message names it and says what would do."""


class NotAllowedError(StoreError):
    """A person asked for what only others may do."""


class NotFoundError(StoreError):
    """There is no such scenario or revision."""


class ConflictError(StoreError):
    """Somebody else saved in between; `latest` is what they saved."""

    def __init__(self, latest: Revision) -> None:
        self.latest = latest
        super().__init__(
            f"{latest.author} has saved version {latest.number} in the meantime; save yours as a copy, or open theirs"
        )


@dataclass(frozen=True)
class Snapshot:
    """What a save keeps of a scenario: its report, the headline figures that lists show, and the data it rests on.

    `report` is that of core.model.report; `summary` has the keys of core.store.database.SUMMARY; `sparkline` is a short
    row of figures; `pack` makes the archive of the data set and is only called if that is not in the store yet.
    """

    report: Mapping[str, Any]
    summary: Mapping[str, float | str | None]
    sparkline: Sequence[float]
    pack: Callable[[], bytes]


@dataclass(frozen=True)
class Revision:
    """One saved state of a scenario, without its report. It is never changed."""

    scenario_id: str
    number: int
    author: str
    note: str
    saved_at: datetime
    restored_from: int | None
    model_version: str
    data_version: str
    summary: Mapping[str, float | str | None]
    sparkline: tuple[float, ...]


@dataclass(frozen=True)
class Entry:
    """A scenario as lists show it, with its latest revision."""

    id: str
    name: str
    description: str
    owner: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    latest: Revision


@dataclass(frozen=True)
class Link:
    """A link that was given out. Its token is known only to those who have it."""

    id: int
    scenario_id: str
    revision: int | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    uses: int
    last_used_at: datetime | None


@dataclass(frozen=True)
class Event:
    """A line of the audit log."""

    at: datetime
    who: str
    action: str
    scenario_id: str | None
    detail: Mapping[str, Any]


SORTS: Final[Mapping[str, sa.ColumnElement[Any]]] = {
    "updated": db.scenarios.c.updated_at,
    "name": db.scenarios.c.search,
    "owner": sa.func.lower(db.scenarios.c.owner),
    **{name: db.revisions.c[name] for name in db.SUMMARY[:4]},
}
"""What lists can be sorted by."""


@dataclass(frozen=True)
class Search:
    """What to list: scenarios that have all words of `text`, one page of them."""

    text: str = ""
    owner: str | None = None
    tag: str | None = None
    in_trash: bool = False
    sort: str = "updated"
    descending: bool = True
    page: int = 0
    size: int = 20


@dataclass(frozen=True)
class Page:
    """A page of a list, and how many entries there are in all."""

    entries: tuple[Entry, ...]
    total: int


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """The saved scenarios in one database.

    Every method may raise StoreUnavailableError; those that change something raise NotAllowedError for a person who
    may not do it and FieldError for a text that cannot be kept. In each case nothing is changed.
    """

    engine: Engine
    now: Callable[[], datetime] = field(default=_utc_now)

    @classmethod
    def open(cls, url: sa.URL | None = None, now: Callable[[], datetime] = _utc_now) -> Store:
        """Open the store at `url`, or where the environment says; raises StoreUnusableError as `open_engine` does."""
        return cls(db.open_engine(db.address() if url is None else url), now)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # --- Saving

    def save_new(
        self,
        who: str | None,
        name: str,
        snapshot: Snapshot,
        *,
        request_key: str,
        description: str = "",
        tags: Iterable[str] = (),
        note: str = "",
    ) -> Entry:
        """Save a new scenario and return it; the same `request_key` again returns what was saved the first time."""
        author = _allowed(who, Action.SAVE)
        name, description, note, kept_tags = (
            _text("name", name), _text("description", description), _text("note", note), _tags(tags)
        )  # fmt: skip
        scenario_id, now = secrets.token_urlsafe(_ID_BYTES), self.now()
        with self._writing() as connection:
            if (saved := _by_request(connection, request_key)) is not None:
                return _entry(connection, *saved)
            connection.execute(
                sa.insert(db.scenarios).values(
                    id=scenario_id, name=name, description=description, owner=author, created_at=now, updated_at=now,
                    latest=1, search=_search(name, description, author, kept_tags),
                )
            )  # fmt: skip
            _put_tags(connection, scenario_id, kept_tags)
            self._add_revision(connection, scenario_id, 1, author, note, snapshot, request_key)
            self._log(connection, author, "saved", scenario_id, version=1, name=name)
            return _entry(connection, scenario_id)

    def save(
        self,
        who: str | None,
        scenario_id: str,
        snapshot: Snapshot,
        *,
        on_top_of: int,
        request_key: str,
        note: str = "",
        restored_from: int | None = None,
    ) -> Entry:
        """Save a scenario again, as the revision after `on_top_of`, and return it.

        Raises ConflictError if somebody has saved since, NotFoundError if it is gone or in the trash.
        """
        author, note = _allowed(who, Action.SAVE), _text("note", note)
        with self._writing() as connection:
            if (saved := _by_request(connection, request_key)) is not None:
                return _entry(connection, *saved)
            row = _locked(connection, scenario_id)
            if row.latest != on_top_of:
                raise ConflictError(_revision(_revision_row(connection, scenario_id, row.latest)))
            number = row.latest + 1
            self._add_revision(connection, scenario_id, number, author, note, snapshot, request_key, restored_from)
            _update(connection, scenario_id, latest=number, updated_at=self.now())
            if restored_from is None:
                self._log(connection, author, "saved", scenario_id, version=number)
            else:
                self._log(connection, author, "restored", scenario_id, version=number, of=restored_from)
            return _entry(connection, scenario_id)

    def restore_revision(
        self, who: str | None, scenario_id: str, number: int, *, on_top_of: int, request_key: str
    ) -> Entry:
        """Make an old revision the newest one, as it was saved: it gets a new number and the old one stays."""
        old, report = self.revision(scenario_id, number), self.report(scenario_id, number)
        snapshot = Snapshot(report, old.summary, old.sparkline, lambda: self.dataset(old.data_version))
        return self.save(who, scenario_id, snapshot, on_top_of=on_top_of, request_key=request_key, restored_from=number)

    # --- Reading

    def scenario(self, scenario_id: str) -> Entry:
        """Return a scenario with its latest revision, be it in the trash or not; raises NotFoundError."""
        with self._reading() as connection:
            return _entry(connection, scenario_id)

    def revision(self, scenario_id: str, number: int) -> Revision:
        """Return one revision; raises NotFoundError."""
        with self._reading() as connection:
            return _revision(_revision_row(connection, scenario_id, number))

    def revisions(self, scenario_id: str) -> tuple[Revision, ...]:
        """Return the revisions of a scenario, the newest first; none if there is no such scenario."""
        query = sa.select(*_LISTED).where(db.revisions.c.scenario_id == scenario_id)
        with self._reading() as connection:
            return tuple(map(_revision, connection.execute(query.order_by(db.revisions.c.number.desc()))))

    def report(self, scenario_id: str, number: int) -> dict[str, Any]:
        """Return a revision's report as it was computed when it was saved; raises NotFoundError."""
        with self._reading() as connection:
            row = _revision_row(connection, scenario_id, number, db.revisions.c.report)
        report: dict[str, Any] = row.report
        return report

    def dataset(self, data_version: str) -> bytes:
        """Return the archive of a data set; raises NotFoundError."""
        query = sa.select(db.datasets.c.content).where(db.datasets.c.data_version == data_version)
        with self._reading() as connection:
            content: bytes | None = connection.scalar(query)
        if content is None:
            raise NotFoundError(f"Data version {data_version} is not in the archive")
        return content

    def library(self, search: Search) -> Page:
        """Return the page of scenarios that `search` asks for."""
        found = _found(search)
        order = SORTS[search.sort]
        ordered = (order.desc() if search.descending else order.asc()).nulls_last()
        rows = (
            sa.select(db.scenarios, *_LISTED)
            .join(db.revisions, _IS_LATEST)
            .where(*found)
            .order_by(ordered, db.scenarios.c.id)
            .limit(search.size)
            .offset(search.page * search.size)
        )
        with self._reading() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(db.scenarios).where(*found)) or 0
            page = connection.execute(rows).all()
            tags = _tags_of(connection, [row.id for row in page])
        return Page(tuple(_as_entry(row, tags.get(row.id, ())) for row in page), total)

    def used_tags(self) -> dict[str, int]:
        """Return the tags of scenarios that are not in the trash, with how many have them, by name."""
        query = (
            sa.select(db.tags.c.tag, sa.func.count().label("scenarios"))
            .join(db.scenarios)
            .where(db.scenarios.c.deleted_at.is_(None))
            .group_by(db.tags.c.tag)
            .order_by(db.tags.c.tag)
        )
        with self._reading() as connection:
            return {row.tag: row.scenarios for row in connection.execute(query)}

    def owners(self) -> tuple[str, ...]:
        """Return who owns scenarios, by name."""
        query = sa.select(db.scenarios.c.owner).distinct().order_by(db.scenarios.c.owner)
        with self._reading() as connection:
            return tuple(connection.scalars(query))

    def events(self, scenario_id: str | None = None, most: int = 100) -> tuple[Event, ...]:
        """Return the newest lines of the audit log, of one scenario or of all, the newest first."""
        query = sa.select(db.audit).order_by(db.audit.c.id.desc()).limit(most)
        if scenario_id is not None:
            query = query.where(db.audit.c.scenario_id == scenario_id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Event(row.at, row.who, row.action, row.scenario_id, row.detail) for row in rows)

    # --- Arranging

    def rename(self, who: str | None, scenario_id: str, name: str) -> None:
        """Give a scenario another name."""
        self._arrange(who, scenario_id, "renamed", name=_text("name", name))

    def describe(self, who: str | None, scenario_id: str, description: str) -> None:
        """Give a scenario another description."""
        self._arrange(who, scenario_id, "described", description=_text("description", description))

    def tag(self, who: str | None, scenario_id: str, tags: Iterable[str]) -> None:
        """Give a scenario these tags and no others."""
        self._arrange(who, scenario_id, "tagged", tags=_tags(tags))

    def trash(self, who: str | None, scenario_id: str) -> None:
        """Put a scenario into the trash, from where it can be brought back for TRASH_DAYS; its links rest meanwhile."""
        with self._writing() as connection:
            row = _locked(connection, scenario_id)
            author = _allowed(who, Action.ARRANGE, row.owner)
            _update(connection, scenario_id, deleted_at=self.now())
            self._log(connection, author, "put into the trash", scenario_id)

    def bring_back(self, who: str | None, scenario_id: str) -> None:
        """Take a scenario out of the trash."""
        with self._writing() as connection:
            row = _locked(connection, scenario_id, in_trash=True)
            author = _allowed(who, Action.ARRANGE, row.owner)
            _update(connection, scenario_id, deleted_at=None)
            self._log(connection, author, "brought back", scenario_id)

    def purge(self) -> int:
        """Remove for good what has lain in the trash for more than TRASH_DAYS; return how many scenarios.

        Drafts that nobody has touched for DRAFT_DAYS go, too.
        """
        before, untouched_since = (self.now() - timedelta(days=days) for days in (TRASH_DAYS, DRAFT_DAYS))
        with self._writing() as connection:
            connection.execute(sa.delete(db.drafts).where(db.drafts.c.kept_at < untouched_since))
            query = sa.select(db.scenarios.c.id, db.scenarios.c.name).where(db.scenarios.c.deleted_at < before)
            gone = connection.execute(query.with_for_update()).all()
            for row in gone:
                for table in (db.links, db.tags, db.revisions):
                    connection.execute(sa.delete(table).where(table.c.scenario_id == row.id))
                connection.execute(sa.delete(db.scenarios).where(db.scenarios.c.id == row.id))
                self._log(connection, "Crossover", "removed from the trash", row.id, name=row.name)
        return len(gone)

    # --- Links

    def link(
        self, who: str | None, scenario_id: str, *, revision: int | None = None, expires_at: datetime | None = None
    ) -> str:
        """Make a link to one revision, or to whichever is the latest (None), and return its token.

        The token is not kept, only its hash: who loses it makes another link. Raises NotFoundError.
        """
        author = _allowed(who, Action.SHARE)
        if expires_at is not None and expires_at <= self.now():
            raise FieldError("expiry: the day has passed; choose one to come")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._writing() as connection:
            _locked(connection, scenario_id)
            if revision is not None:
                _revision_row(connection, scenario_id, revision)
            connection.execute(
                sa.insert(db.links).values(
                    token_hash=_hash(token), scenario_id=scenario_id, revision=revision, created_by=author,
                    created_at=self.now(), expires_at=expires_at, uses=0,
                )
            )  # fmt: skip
            self._log(connection, author, "made a link", scenario_id, version=revision)
        return token

    def links(self, scenario_id: str) -> tuple[Link, ...]:
        """Return the links to a scenario, the newest first, those expired and revoked among them."""
        query = sa.select(db.links).where(db.links.c.scenario_id == scenario_id).order_by(db.links.c.id.desc())
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Link(row.id, row.scenario_id, row.revision, row.created_by, row.created_at, row.expires_at, row.revoked_at,
                 row.uses, row.last_used_at)
            for row in rows
        )  # fmt: skip

    def revoke(self, who: str | None, link_id: int) -> None:
        """Make a link worth nothing from now on; who made it may, and who owns the scenario."""
        query = (
            sa.select(db.links, db.scenarios.c.owner)
            .join(db.scenarios)
            .where(db.links.c.id == link_id)
            .with_for_update(of=db.links)
        )
        with self._writing() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError("There is no such link")
            owner = who if who in (row.created_by, row.owner) else row.owner
            author = _allowed(who, Action.REVOKE, owner)
            if row.revoked_at is not None:
                return
            values = {"revoked_at": self.now(), "revoked_by": author}
            connection.execute(sa.update(db.links).where(db.links.c.id == link_id).values(values))
            self._log(connection, author, "revoked a link", row.scenario_id, version=row.revision)

    def follow(self, token: str) -> Revision | None:
        """Return the revision that a link leads to and count the use; None if the token is not, or no longer, good.

        One query answers for unknown, expired and revoked alike, so neither words nor time tell them apart.
        """
        with self._reading() as connection:
            row = connection.execute(_good_link(token, self.now())).one_or_none()
        if row is None:
            return None
        used = {"uses": db.links.c.uses + 1, "last_used_at": self.now()}
        with suppress(StoreUnavailableError), self._writing() as connection:  # a full disk keeps nobody from reading
            connection.execute(sa.update(db.links).where(db.links.c.id == row.link_id).values(used))
        return _revision(row)

    def name_behind(self, token: str) -> str | None:
        """Return the name of the scenario that a link leads to, for its preview; None as in `follow`. Counts no use."""
        with self._reading() as connection:
            row = connection.execute(_good_link(token, self.now())).one_or_none()
        return None if row is None else row.name

    # --- Visitors and what they have not saved

    def name_of(self, visitor_key: str) -> str | None:
        """Return the name that the visitor with this key gave, None if none."""
        query = sa.select(db.visitors.c.name).where(db.visitors.c.key_hash == _hash(visitor_key))
        with self._reading() as connection:
            name: str | None = connection.scalar(query)
        return name

    def name_visitor(self, visitor_key: str, name: str) -> str:
        """Keep the name that a visitor gives, in place of an earlier one, and return it as it is kept."""
        name = _text("your name", name)
        values = {"name": name, "named_at": self.now()}
        with self._writing() as connection:
            _put(connection, db.visitors, {"key_hash": _hash(visitor_key)}, values)
            self._log(connection, name, "gave a name", None)
        return name

    def keep_draft(self, visitor_key: str, slot: str, body: Mapping[str, Any]) -> None:
        """Keep a visitor's unsaved work, in place of what was kept in the same slot."""
        values = {"body": dict(body), "kept_at": self.now()}
        with self._writing() as connection:
            _put(connection, db.drafts, {"key_hash": _hash(visitor_key), "slot": slot}, values)

    def draft(self, visitor_key: str, slot: str) -> tuple[dict[str, Any], datetime] | None:
        """Return the unsaved work in a slot and when it was kept, or None."""
        query = sa.select(db.drafts.c.body, db.drafts.c.kept_at).where(_draft(visitor_key, slot))
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.body, row.kept_at)

    def drop_draft(self, visitor_key: str, slot: str) -> None:
        """Forget the unsaved work in a slot."""
        with self._writing() as connection:
            connection.execute(sa.delete(db.drafts).where(_draft(visitor_key, slot)))

    # --- Inside

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with db.in_words(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with db.in_words(), db.writing(self.engine) as connection:
            yield connection

    def _add_revision(
        self,
        connection: Connection,
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
        known = sa.select(db.datasets.c.data_version).where(db.datasets.c.data_version == data_version)
        if connection.scalar(known) is None:
            values = {"content": snapshot.pack(), "archived_at": self.now()}
            _put(connection, db.datasets, {"data_version": data_version}, values, replace=False)
        connection.execute(
            sa.insert(db.revisions).values(
                scenario_id=scenario_id, number=number, request_key=request_key, author=author, note=note,
                saved_at=self.now(), restored_from=restored_from, model_version=report["model_version"],
                data_version=data_version, sparkline=list(snapshot.sparkline), report=report,
                **{name: snapshot.summary[name] for name in db.SUMMARY},
            )
        )  # fmt: skip

    def _arrange(
        self,
        who: str | None,
        scenario_id: str,
        action: str,
        tags: tuple[str, ...] | None = None,
        **texts: str,
    ) -> None:
        with self._writing() as connection:
            row = _locked(connection, scenario_id)
            author = _allowed(who, Action.ARRANGE, row.owner)
            if tags is None:
                tags = _tags_of(connection, [scenario_id]).get(scenario_id, ())
            else:
                connection.execute(sa.delete(db.tags).where(db.tags.c.scenario_id == scenario_id))
                _put_tags(connection, scenario_id, tags)
                texts = {**texts, "tags": ", ".join(tags)}
            kept = {"name": row.name, "description": row.description, **texts}
            kept.pop("tags", None)
            _update(connection, scenario_id, **kept, search=_search(kept["name"], kept["description"], row.owner, tags))
            self._log(connection, author, action, scenario_id, **texts)

    def _log(self, connection: Connection, who: str, action: str, scenario_id: str | None, **detail: object) -> None:
        connection.execute(
            sa.insert(db.audit).values(at=self.now(), who=who, action=action, scenario_id=scenario_id, detail=detail)
        )


@cache
def shared_store() -> Store:
    """Return the store that the environment names, opened once a process; raises StoreUnusableError."""
    return Store.open()


_LISTED: Final = [column for column in db.revisions.c if column.name not in ("report", "request_key")]
_IS_LATEST: Final = sa.and_(
    db.revisions.c.scenario_id == db.scenarios.c.id, db.revisions.c.number == db.scenarios.c.latest
)


def _allowed(who: str | None, action: Action, owner: str | None = None) -> str:
    """Return the name to write down for a person who may do `action`; raises NotAllowedError."""
    if who is not None and may(who, action, owner):
        return _text("your name", who)
    if who is None:
        raise NotAllowedError(f"Give your name first: only who has a name may {action} a scenario")
    raise NotAllowedError(f"Only {owner} may {action} this scenario; save a copy of your own instead")


def _text(what: str, text: str) -> str:
    """Return `text` trimmed and in one Unicode form; raises FieldError if it cannot be kept."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    fine = "\n\t" if what in _LINES else ""
    odd = next((c for c in kept if unicodedata.category(c) in ("Cc", "Cs") and c not in fine), None)
    if odd is not None:
        raise FieldError(f"{what}: has a character that cannot be kept (U+{ord(odd):04X}); leave it out")
    if what not in _LINES and all(unicodedata.category(c) in _UNSEEN for c in kept):
        raise FieldError(f"{what}: is empty; write 1 to {LONGEST[what]} characters")
    if len(kept) > LONGEST[what]:
        raise FieldError(f"{what}: has {len(kept):,} characters; write at most {LONGEST[what]:,}")
    return kept


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags as they are kept: each once, in order of the alphabet; raises FieldError."""
    kept = tuple(sorted({_text("tag", tag) for tag in tags}))
    if len(kept) > MOST_TAGS:
        raise FieldError(f"tags: {len(kept)} are given; give at most {MOST_TAGS}")
    return kept


def _search(name: str, description: str, owner: str, tags: Iterable[str]) -> str:
    """Return the text that a search looks through; it begins with the name, so that lists sort by it."""
    return "\n".join((name, description, owner, *tags)).casefold()


def _hash(secret: str) -> str:
    # The secrets are random and long, so a plain hash is as good as a slow one.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _found(search: Search) -> list[sa.ColumnElement[bool]]:
    in_trash = db.scenarios.c.deleted_at.is_not(None)
    conditions: list[sa.ColumnElement[bool]] = [in_trash if search.in_trash else db.scenarios.c.deleted_at.is_(None)]
    words = unicodedata.normalize("NFC", search.text).casefold().split()
    conditions += [
        db.scenarios.c.search.contains(word[:_LONGEST_WORD], autoescape=True)
        for word in list(dict.fromkeys(words))[:_MOST_WORDS]
    ]
    if search.owner is not None:
        conditions.append(db.scenarios.c.owner == search.owner)
    if search.tag is not None:
        tagged = sa.select(db.tags.c.scenario_id).where(db.tags.c.tag == search.tag)
        conditions.append(db.scenarios.c.id.in_(tagged))
    return conditions


def _good_link(token: str, now: datetime) -> sa.Select[Any]:
    number = sa.func.coalesce(db.links.c.revision, db.scenarios.c.latest)
    revision = sa.and_(db.revisions.c.scenario_id == db.scenarios.c.id, db.revisions.c.number == number)
    return (
        sa.select(db.links.c.id.label("link_id"), db.scenarios.c.name, *_LISTED)
        .select_from(db.links)
        .join(db.scenarios)
        .join(db.revisions, revision)
        .where(
            db.links.c.token_hash == _hash(token),
            db.links.c.revoked_at.is_(None),
            sa.or_(db.links.c.expires_at.is_(None), db.links.c.expires_at > now),
            db.scenarios.c.deleted_at.is_(None),
        )
    )


def _draft(visitor_key: str, slot: str) -> sa.ColumnElement[bool]:
    return sa.and_(db.drafts.c.key_hash == _hash(visitor_key), db.drafts.c.slot == slot)


def _by_request(connection: Connection, request_key: str) -> tuple[str, int] | None:
    """Return the scenario and version saved under `request_key`; copies of the product that ask at once take turns."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(request_key, 0))))
    columns = (db.revisions.c.scenario_id, db.revisions.c.number)
    row = connection.execute(sa.select(*columns).where(db.revisions.c.request_key == request_key)).one_or_none()
    return None if row is None else (row.scenario_id, row.number)


def _locked(connection: Connection, scenario_id: str, in_trash: bool = False) -> Row[Any]:
    """Return the row of a scenario, kept from others until the transaction ends; raises NotFoundError."""
    query = sa.select(db.scenarios).where(db.scenarios.c.id == scenario_id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such scenario")
    if (row.deleted_at is not None) != in_trash:
        raise NotFoundError(f"The scenario is {'not ' if in_trash else ''}in the trash")
    return row


def _update(connection: Connection, scenario_id: str, **values: object) -> None:
    connection.execute(sa.update(db.scenarios).where(db.scenarios.c.id == scenario_id).values(values))


def _put(
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


def _put_tags(connection: Connection, scenario_id: str, tags: Iterable[str]) -> None:
    rows = [{"scenario_id": scenario_id, "tag": tag} for tag in tags]
    if rows:
        connection.execute(sa.insert(db.tags), rows)


def _tags_of(connection: Connection, scenario_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = sa.select(db.tags).where(db.tags.c.scenario_id.in_(scenario_ids)).order_by(db.tags.c.tag)
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.scenario_id] = (*found.get(row.scenario_id, ()), row.tag)
    return found


def _revision_row(connection: Connection, scenario_id: str, number: int, *columns: sa.Column[Any]) -> Row[Any]:
    query = sa.select(*(columns or _LISTED)).where(
        db.revisions.c.scenario_id == scenario_id, db.revisions.c.number == number
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no version {number} of this scenario")
    return row


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        row.scenario_id, row.number, row.author, row.note, row.saved_at, row.restored_from, row.model_version,
        row.data_version, {name: getattr(row, name) for name in db.SUMMARY}, tuple(row.sparkline),
    )  # fmt: skip


def _entry(connection: Connection, scenario_id: str, number: int | None = None) -> Entry:
    """Return a scenario with its latest revision, or as it was when `number` was; raises NotFoundError."""
    shown = db.scenarios.c.latest if number is None else sa.literal(number)
    joined = sa.and_(db.revisions.c.scenario_id == db.scenarios.c.id, db.revisions.c.number == shown)
    query = sa.select(db.scenarios, *_LISTED).join(db.revisions, joined).where(db.scenarios.c.id == scenario_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such scenario")
    return _as_entry(row, _tags_of(connection, [scenario_id]).get(scenario_id, ()))


def _as_entry(row: Row[Any], tags: tuple[str, ...]) -> Entry:
    return Entry(
        row.id, row.name, row.description, row.owner, tags, row.created_at, row.updated_at, row.deleted_at,
        _revision(row),
    )  # fmt: skip
