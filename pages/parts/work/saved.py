"""Saved scenarios as the pages need them: what one began from, what a save keeps, what became of one since."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from core.inputs.archive import ArchiveError, pack, unpack
from core.inputs.data import Inputs, bundled
from core.inputs.scenario import Scenario
from core.model.report import report
from core.store.database import StoreError
from core.store.records import Entry, NotFoundError, Snapshot
from core.store.store import shared_store
from core.views.saved.difference import Reopening, reopen
from core.views.saved.reading import UnreadableError, scenario_of, sparkline, summary

KEPT: Final = 32


@dataclass(frozen=True)
class Origin:
    """The saved scenario that work began from; `token` is that of the link it was opened by, which is for view only."""

    scenario_id: str
    number: int
    name: str
    scenario: Scenario
    token: str | None = None


class CannotOpenError(StoreError):
    """A revision whose levers this version of the product cannot read; its figures as saved can be shown."""

    def __init__(self, scenario_id: str, number: int, name: str, reason: UnreadableError) -> None:
        self.scenario_id = scenario_id
        self.number = number
        problems = "; ".join(reason.problems)
        super().__init__(
            f"{name}, v{number}, was saved by another version of Crossover and cannot be opened ({problems})"
        )


def origin(scenario_id: str, number: int | None = None) -> Origin:
    """Return a saved scenario as a beginning of work: version `number`, or the latest.

    Raises StoreError if it is not there, CannotOpenError if this version of the product cannot read it.
    """
    entry = shared_store().scenario(scenario_id)
    number = number or entry.latest.number
    try:
        return Origin(scenario_id, number, entry.name, _saved_levers(scenario_id, number))
    except UnreadableError as error:
        raise CannotOpenError(scenario_id, number, entry.name, error) from error


def save_new(
    name: str | None, title: str, scenario: Scenario, request_key: str, description: str, tags: Sequence[str], note: str
) -> Origin:
    """Save `scenario` as a new one of the person `name`, under `title`; raises StoreError."""
    entry = shared_store().save_new(
        name, title, snapshot(scenario), request_key=request_key, description=description, tags=tags, note=note
    )
    return _as_origin(entry, scenario)


def save_again(name: str | None, began: Origin, scenario: Scenario, request_key: str, note: str = "") -> Origin:
    """Save `scenario` on top of what it began from; raises StoreError, ConflictError if somebody was quicker."""
    entry = shared_store().save(
        name, began.scenario_id, snapshot(scenario), on_top_of=began.number, request_key=request_key, note=note
    )
    return _as_origin(entry, scenario)


def new_request() -> str:
    """Return a key for one save, however often it is tried."""
    return secrets.token_urlsafe(16)


@lru_cache(maxsize=KEPT)
def snapshot(scenario: Scenario) -> Snapshot:
    """Return what a save keeps of `scenario`, worked out on the bundled data."""
    figures = report(bundled(), scenario)
    return Snapshot(figures, summary(figures), sparkline(figures), pack)


@lru_cache(maxsize=KEPT)
def reopened(scenario_id: str, number: int) -> tuple[Reopening, datetime]:
    """Return a revision beside what today's model and data give, and when it was saved.

    Raises StoreError and UnreadableError.
    """
    figures, when = as_saved(scenario_id, number)
    return reopen(bundled(), figures, _archived(figures["data_version"])), when


def as_saved(scenario_id: str, number: int) -> tuple[dict[str, Any], datetime]:
    """Return a revision's report as it was computed when it was saved, and when that was; raises StoreError."""
    return shared_store().report(scenario_id, number), shared_store().revision(scenario_id, number).saved_at


@lru_cache(maxsize=4)
def _archived(data_version: str) -> Inputs | None:
    """Return an archived data set; None if it is not there or this version cannot read it."""
    if data_version == bundled().data_version:
        return bundled()
    try:
        return unpack(shared_store().dataset(data_version), data_version)
    except (ArchiveError, NotFoundError):
        return None


@lru_cache(maxsize=KEPT)
def _saved_levers(scenario_id: str, number: int) -> Scenario:
    # Revisions are never changed, so what was read once stays right.
    return scenario_of(shared_store().report(scenario_id, number))


def _as_origin(entry: Entry, scenario: Scenario) -> Origin:
    return Origin(entry.id, entry.latest.number, entry.name, scenario)
