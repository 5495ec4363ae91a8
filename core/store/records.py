"""What is saved, as values: revisions, entries, links, events; what a list is searched by; and what text may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store import tables
from core.store.database import StoreError

MOST_TAGS: Final = 12
LONGEST: Final = {"name": 120, "data set's name": 120, "description": 2000, "note": 500, "tag": 40, "your name": 80}
"""The most characters of each text."""
MOST_WORDS: Final = 100
LONGEST_WORD: Final = 1000
"""More and longer words are not looked for: databases refuse conditions of any length."""
_LINES: Final = ("description", "note")
"""The texts that may have several lines, or none."""
_UNSEEN: Final = ("Cf", "Zs", "Zl", "Zp")
"""Kinds of characters that leave no mark: a name of these alone could be neither read nor clicked."""
_JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Characters that leave no mark and are spelling, in some scripts and in emoji."""
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters after which text runs the other way, what others wrote behind it included: `$6.5 B` is read `B 5.6$`."""


class FieldError(StoreError):
    """A text that cannot be kept; the message names it and says what would do."""


class NotAllowedError(StoreError):
    """A person asked for what only others may do."""


class NotFoundError(StoreError):
    """There is no such scenario, revision or data set, or none that may be seen: the words are the same."""


class ConflictError(StoreError):
    """Somebody else saved in between; `latest` is what they saved."""

    def __init__(self, latest: Revision) -> None:
        self.latest = latest
        super().__init__(
            f"{latest.author} has saved version {latest.number} in the meantime; save yours as a copy, or open theirs"
        )


class DataConflictError(StoreError):
    """Somebody else saved a version of the data set in between; `latest` is what they saved."""

    def __init__(self, latest: DataSetVersion) -> None:
        self.latest = latest
        super().__init__(
            f"{latest.author} has saved version {latest.number} of this data set in the meantime; save yours as a data "
            "set of its own, or open theirs"
        )


@dataclass(frozen=True)
class DataSetVersion:
    """One saved state of a data set; `data_version` leads to what is in it. It is never changed."""

    data_set_id: str
    number: int
    author: str
    note: str
    saved_at: datetime
    data_version: str
    restored_from: int | None


@dataclass(frozen=True)
class DataSet:
    """A data set that somebody brought, with its latest version, as it is to who asks: `is_mine` if he made it."""

    id: str
    name: str
    owner: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    is_for_all: bool
    is_mine: bool
    latest: DataSetVersion


@dataclass(frozen=True)
class Snapshot:
    """What a save keeps of a scenario: its report, the headline figures that lists show, and the data it rests on.

    `report` is that of core.model.report; `summary` has the keys of core.store.tables.SUMMARY; `sparkline` is a short
    row of figures; `pack` makes the archive of the data set and is only called if that is not in the store yet.
    `data_set` is the data set and the number of its version that it stands on; None for data that are open to all.
    """

    report: Mapping[str, Any]
    summary: Mapping[str, float | str | None]
    sparkline: Sequence[float]
    pack: Callable[[], bytes]
    data_set: tuple[str, int] | None = None


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
    data_set_id: str | None = None
    data_set_number: int | None = None

    @property
    def data_set(self) -> tuple[str, int] | None:
        """The data set and the number of its version that it stands on; None for data that are open to all."""
        if self.data_set_id is None or self.data_set_number is None:
            return None
        return self.data_set_id, self.data_set_number


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
    data_set_id: str | None = None


SORTS: Final[Mapping[str, sa.ColumnElement[Any]]] = {
    "updated": tables.scenarios.c.updated_at,
    "name": tables.scenarios.c.search,
    "owner": sa.func.lower(tables.scenarios.c.owner),
    **{name: tables.revisions.c[name] for name in tables.SUMMARY[:4]},
}
"""What lists can be sorted by."""


@dataclass(frozen=True)
class Search:
    """What to list: scenarios that have all words of `text`, one page of them.

    `data_versions`, if given, are the data sets of which the latest revision must be.
    """

    text: str = ""
    owner: str | None = None
    tag: str | None = None
    in_trash: bool = False
    data_versions: tuple[str, ...] | None = None
    sort: str = "updated"
    descending: bool = True
    page: int = 0
    size: int = 20


@dataclass(frozen=True)
class Page:
    """A page of a list, and how many entries there are in all."""

    entries: tuple[Entry, ...]
    total: int


def checked_text(what: str, text: str) -> str:
    """Return `text` trimmed and in one Unicode form; raises FieldError if it cannot be kept."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    fine = "\n\t" if what in _LINES else ""
    odd = next((c for c in kept if unicodedata.category(c) in ("Cc", "Cs") and c not in fine), None)
    if odd is not None:
        raise FieldError(f"{what}: has a character that cannot be kept (U+{ord(odd):04X}); leave it out")
    if what not in _LINES and all(unicodedata.category(c) in _UNSEEN for c in kept):
        raise FieldError(f"{what}: is empty; write 1 to {LONGEST[what]} characters")
    # Two names that look the same would else be two, and a name could turn around what stands beside it.
    lying = next((c for c in kept if c in _TURNS or (what not in _LINES and _is_unseen(c))), None)
    if lying is not None:
        raise FieldError(f"{what}: has a character that is not seen (U+{ord(lying):04X}); leave it out")
    if len(kept) > LONGEST[what]:
        raise FieldError(f"{what}: has {len(kept):,} characters; write at most {LONGEST[what]:,}")
    return kept


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character not in _JOINERS


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags as they are kept: each once, in order of the alphabet; raises FieldError."""
    kept = tuple(sorted({checked_text("tag", tag) for tag in tags}))
    if len(kept) > MOST_TAGS:
        raise FieldError(f"tags: {len(kept)} are given; give at most {MOST_TAGS}")
    return kept
