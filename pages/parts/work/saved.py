"""Saved scenarios as the pages need them: what one began from, what a save keeps, what became of one since.

A revision belongs to a data set. One of the case that is worked on (core.inputs.case) is opened as a beginning of work,
whatever the version of its data. One of another case is shown as it was saved, with today's model on its own data; its
levers can be taken over as far as the data in use have them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from core.inputs.archive import ArchiveError, case_in, pack, unpack
from core.inputs.case import Case
from core.inputs.data import Inputs
from core.inputs.former import release_before
from core.inputs.problem import DataError
from core.inputs.scenario import Scenario
from core.model.report import report
from core.risk.report import odds_entry
from core.risk.run import RiskError
from core.store.database import StoreError
from core.store.records import Entry, NotFoundError, Snapshot
from core.store.rights import Who
from core.store.store import shared_store
from core.story.odds import KeptOdds
from core.story.odds import kept as kept_odds
from core.story.settings import in_labels
from core.views.saved.difference import Reopening, reopen
from core.views.saved.reading import Shared, UnreadableError, case_of, levers, shared, sparkline, summary
from pages.parts.kept import odds, shelf
from pages.parts.work import dataset, identity
from pages.parts.work.dataset import Standing


@dataclass(frozen=True)
class Origin:
    """The saved scenario that work began from; `link_id` is of the link it was opened by, which is for view only.

    Its levers are those of the data set that it is opened on: the newest version, unless the visitor asked for another
    (`is_on_asked_version`). `saved_on` is the version that it was saved on. Both are None on the server's own data.
    """

    scenario_id: str
    number: int
    name: str
    scenario: Scenario
    link_id: int | None = None
    standing: Standing | None = None
    saved_on: Standing | None = None
    is_on_asked_version: bool = False


class CannotOpenError(StoreError):
    """A revision whose levers cannot be set on the data in use; its figures as saved can be shown.

    `link_id` is of the link that led to it, if one did.
    """

    def __init__(self, scenario_id: str, number: int, name: str, why: str) -> None:
        self.scenario_id = scenario_id
        self.number = number
        self.name = name
        self.link_id: int | None = None
        super().__init__(f"{name}, v{number}, {why}")


class OfOtherDataError(CannotOpenError):
    """A revision of another case than the one that is worked on."""

    def __init__(self, scenario_id: str, number: int, name: str, case: Case) -> None:
        self.case = case
        ours = Case.of(dataset.default()).words
        super().__init__(
            scenario_id, number, name, f"is of other data, those of {case.words}; in use are those of {ours}"
        )


def origin(scenario_id: str, number: int | None = None, on: Standing | None = None) -> Origin:
    """Return a saved scenario as a beginning of work: version `number`, or the latest.

    It is opened on the newest version of the data set that it was saved on, or on the version `on` of that. Raises
    StoreError if it is not there for this visitor, CannotOpenError if its levers cannot be set on those data.
    """
    entry = shared_store().scenario(scenario_id, who=identity.person())
    number = number or entry.latest.number
    saved_on = _saved_on(entry if number == entry.latest.number else None, scenario_id, number)
    is_asked = on is not None and saved_on is not None and on.data_set_id == saved_on.data_set_id
    standing = on if is_asked else _newest(saved_on)
    try:
        found = _opened(dataset.on(standing), standing is None, scenario_id, number)
    except UnreadableError as error:
        told = [in_labels(dataset.on(standing).levers, problem) for problem in error.problems]
        why = f"was saved by another version of Crossover and cannot be opened ({'; '.join(told)})"
        raise CannotOpenError(scenario_id, number, entry.name, why) from error
    if isinstance(found, Case):
        raise OfOtherDataError(scenario_id, number, entry.name, found)
    is_asked = is_asked and standing != _newest(saved_on)
    return Origin(scenario_id, number, entry.name, found, None, standing, saved_on, is_asked)


def _saved_on(entry: Entry | None, scenario_id: str, number: int) -> Standing | None:
    """Return the version of a data set that a revision was saved on, None for the server's own data."""
    revision = shared_store().revision(scenario_id, number, who=identity.person()) if entry is None else entry.latest
    if revision.data_set is None:
        return None
    data_set_id, version = revision.data_set
    return replace(dataset.found(data_set_id), number=version, data_version=revision.data_version)


def _newest(standing: Standing | None) -> Standing | None:
    return None if standing is None else dataset.found(standing.data_set_id)


def here(scenario_id: str, number: int | None = None) -> Origin:
    """Return a saved scenario as one of the data in use, on the version of them that is; raises StoreError as `origin`.

    One that was saved on another data set is refused: its levers are not those of the data in use.
    """
    entry, on = shared_store().scenario(scenario_id, who=identity.person()), dataset.standing()
    if not is_of_data_in_use(entry):
        theirs = _saved_on(entry, scenario_id, entry.latest.number)
        raise StoreError(f"{entry.name} is on {dataset.words(theirs)}; in use is {dataset.words(on)}")
    return origin(scenario_id, number, on)


def is_of_data_in_use(entry: Entry) -> bool:
    """True if the latest version of a scenario was saved on the data set in use, whichever version of it."""
    on, theirs = dataset.standing(), entry.latest.data_set
    return (None if on is None else on.data_set_id) == (None if theirs is None else theirs[0])


def opens_on(entry: Entry) -> str:
    """Return the version of the data that a scenario would be opened on; its own if that cannot be told just now."""
    if entry.latest.data_set is None:
        return dataset.default().data_version
    try:
        return dataset.found(entry.latest.data_set[0]).data_version
    except StoreError:
        return entry.latest.data_version


def stands_on(entry: Entry) -> str:
    """Return on which version of which data set a scenario was saved, in words; nothing for the server's own data."""
    try:
        standing = _saved_on(entry, entry.id, entry.latest.number)
    except StoreError:
        return ""
    return "" if standing is None else dataset.words(standing)


def private_data_of(scenario_id: str, number: int) -> str | None:
    """Return what the data set of a revision is called if it is not for all, None if it is; raises StoreError."""
    who = identity.person()
    on = shared_store().revision(scenario_id, number, who=who).data_set
    one = None if on is None else shared_store().data_sets.one(who, on[0])
    return None if one is None or one.is_for_all else one.name


def save_new(
    who: Who,
    title: str,
    scenario: Scenario,
    request_key: str,
    description: str,
    tags: Sequence[str],
    note: str,
    on: Standing | None = None,
) -> Origin:
    """Save `scenario`, which is `on` a data set, as a new one of a person's, under `title`; raises StoreError."""
    kept = snapshot(scenario, on)
    entry = shared_store().save_new(
        who, title, kept, request_key=request_key, description=description, tags=tags, note=note
    )
    return _as_origin(entry, scenario, on)


def save_again(
    who: Who, began: Origin, scenario: Scenario, request_key: str, note: str = "", on: Standing | None = None
) -> Origin:
    """Save `scenario` on top of what it began from; raises StoreError, ConflictError if somebody was quicker."""
    kept = snapshot(scenario, on)
    entry = shared_store().save(
        who, began.scenario_id, kept, on_top_of=began.number, request_key=request_key, note=note
    )
    return _as_origin(entry, scenario, on)


def copy_as_it_is(who: Who, title: str, entry: Entry, request_key: str, note: str) -> Entry:
    """Save a copy of a scenario that keeps figures, levers and data as they were saved; raises StoreError."""
    latest = entry.latest
    figures = shared_store().report(entry.id, latest.number, who=identity.person())
    content = partial(shared_store().dataset, figures["data_version"])
    kept = Snapshot(figures, latest.summary, latest.sparkline, content, latest.data_set)
    return shared_store().save_new(
        who, title, kept, request_key=request_key, description=entry.description, tags=entry.tags, note=note
    )


def new_request() -> str:
    """Return a key for one save, however often it is tried."""
    return secrets.token_urlsafe(16)


def snapshot(scenario: Scenario, on: Standing | None = None) -> Snapshot:
    """Return what a save keeps of `scenario`, worked out on a version of a data set or on the server's own data.

    Its odds are those that the pages show if they are known by now; a save does not wait for them, but keeps those from
    the fewest futures, and says so with their number.
    """
    inputs = dataset.on(on)
    kept = figures(inputs, scenario)
    if (sure := _odds(inputs, scenario)) is not None:
        kept = replace(kept, report={**kept.report, "odds": sure})
    return kept if on is None else replace(kept, data_set=(on.data_set_id, on.number))


def _odds(inputs: Inputs, scenario: Scenario) -> Mapping[str, Any] | None:
    try:
        return odds_entry(odds.at_once(inputs, scenario))
    except RiskError:
        return None


def known_odds(scenario: Scenario) -> KeptOdds | None:
    """Return what a save would keep of the odds of a scenario of the data in use; None while they are not known."""
    found = odds.most_known(dataset.in_use(), scenario)
    return None if found is None else KeptOdds.of(found)


def odds_of(entries: Sequence[Entry]) -> list[KeptOdds | None]:
    """Return the odds as saved of each scenario's latest version, None of those without; raises StoreError."""
    latest = [(entry.id, entry.latest.number) for entry in entries]
    found = shared_store().odds(latest, who=identity.person())
    return [kept_odds(found.get(one)) for one in latest]


def figures(inputs: Inputs, scenario: Scenario) -> Snapshot:
    """Return what a save keeps of `scenario`, but for the name that the store has for its data."""
    return shelf.once(("snapshot", *dataset.name_of(inputs), scenario), lambda: _snapshot(inputs, scenario))


def _snapshot(inputs: Inputs, scenario: Scenario) -> Snapshot:
    figures = report(inputs, scenario)
    return Snapshot(figures, summary(figures), sparkline(figures), partial(pack, inputs))


# --- What was saved, and what became of it


def reopened(scenario_id: str, number: int) -> tuple[Reopening, datetime]:
    """Return a revision beside what today's model and data give, and when it was saved.

    Raises StoreError and UnreadableError.
    """
    return _reopened(dataset.in_use(), scenario_id, number)


def _reopened(today: Inputs, scenario_id: str, number: int) -> tuple[Reopening, datetime]:
    def opened_again() -> tuple[Reopening, datetime]:
        figures, when = as_saved(scenario_id, number)
        return reopen(today, figures, data_of(figures["data_version"])), when

    return shelf.once(("reopened", *dataset.name_of(today), scenario_id, number), opened_again)


def on_its_own_data(scenario_id: str, number: int) -> Reopening | None:
    """Return a revision beside what today's model gives on the very data that it was saved with.

    None if those data cannot be had, or today's model cannot be run on them with what was saved. Raises StoreError.
    """
    figures, _ = as_saved(scenario_id, number)
    own = data_of(str(figures.get("data_version")))
    try:
        return None if own is None else _reopened(own, scenario_id, number)[0]
    except UnreadableError:
        return None


def as_saved(scenario_id: str, number: int) -> tuple[dict[str, Any], datetime]:
    """Return a revision's report as it was computed when it was saved, and when that was; raises StoreError."""
    store, who = shared_store(), identity.person()
    return store.report(scenario_id, number, who=who), store.revision(scenario_id, number, who=who).saved_at


def shared_levers(scenario_id: str, number: int) -> Shared:
    """Return what of a revision's levers can be set on the data in use; raises StoreError and UnreadableError."""
    figures, _ = as_saved(scenario_id, number)
    return shared(figures, dataset.in_use().levers)


# --- Whose data


def data_of(data_version: str) -> Inputs | None:
    """Return a data set by its version; None if it is not in the store or this version cannot read it.

    Raises StoreError if the store cannot be read.
    """
    ours = dataset.in_use()
    if data_version == ours.data_version:
        return ours
    try:
        return _release_before(data_version) or _archived(data_version)
    except (ArchiveError, NotFoundError):
        return None


def _release_before(data_version: str) -> Inputs | None:
    """Return the release before the data in use if it is of this version: loaded once for all that look at it."""
    try:
        former = release_before()
        return former.inputs() if former is not None and former.data_version == data_version else None
    except DataError:
        return None


def _archived(data_version: str) -> Inputs:
    # Equal versions are equal data, whichever store they lie in. That they are not there is not kept: they may come.
    return shelf.once(("data", data_version), lambda: unpack(shared_store().dataset(data_version), data_version))


def case_of_data(data_version: str) -> Case | None:
    """Return whose case a data set is, by its version; None if it does not say, is not in the store or not to be seen.

    Raises StoreError if the store cannot be read.
    """
    is_seen = shared_store().data_sets.may_see(identity.person(), data_version)
    return _case_of_data(data_version) if is_seen else None


def _case_of_data(data_version: str) -> Case | None:
    ours = dataset.in_use()
    try:
        return Case.of(ours) if data_version == ours.data_version else _archived_case(data_version)
    except (ArchiveError, NotFoundError):
        return None


def _archived_case(data_version: str) -> Case:
    return shelf.once(("case", data_version), lambda: case_in(shared_store().dataset(data_version)))


def is_ours(case: Case) -> bool:
    """True if a case is the one that is worked on."""
    return Case.of(dataset.in_use()).is_that_of(case)


def versions_of_ours() -> tuple[str, ...] | None:
    """Return the versions in the store of data of the case that is worked on; None if there are no others.

    Raises StoreError if the store cannot be read.
    """
    versions = shared_store().data_versions(who=identity.person())
    known = {version: _case_of_data(version) for version in versions}
    ours = tuple(version for version, case in known.items() if case is None or is_ours(case))
    return None if len(ours) == len(known) else ours


def _opened(today: Inputs, is_default: bool, scenario_id: str, number: int) -> Scenario | Case:
    """Return the levers of a revision as they are set on today's data, or whose case it is if it is another's.

    What was saved on a data set is that data set's, whoever its versions are of.
    """
    # Revisions are never changed, so what was read once stays right.
    name = ("opened", *dataset.name_of(today), is_default, scenario_id, number)
    return shelf.once(name, lambda: _read(today, is_default, scenario_id, number))


def _read(today: Inputs, is_default: bool, scenario_id: str, number: int) -> Scenario | Case:
    figures = shared_store().report(scenario_id, number, who=identity.person())
    case = _case_of_data(str(figures.get("data_version"))) or case_of(figures)
    if is_default and case is not None and not Case.of(today).is_that_of(case):
        return case
    scenario, _, _ = levers(figures, today.levers)
    return scenario


def _as_origin(entry: Entry, scenario: Scenario, on: Standing | None) -> Origin:
    return Origin(entry.id, entry.latest.number, entry.name, scenario, None, on, on, not _is_newest(on))


def _is_newest(on: Standing | None) -> bool:
    try:
        return on == _newest(on)
    except StoreError:
        return True  # what is saved is saved, whatever became of its data meanwhile
