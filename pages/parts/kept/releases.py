"""What changes of the data do to an answer: long work while their mixtures are not made yet, kept for all visitors."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from streamlit.delta_generator import DeltaGenerator

from core.inputs.data import Inputs, data_folder
from core.inputs.former import Former, newest
from core.inputs.problem import DataError
from core.inputs.scenario import Scenario
from core.story.release import Changed
from core.upkeep.bridge import Bridge, Pulse, setting
from core.upkeep.difference import difference
from core.upkeep.examined import Moved, moved
from core.upkeep.mixtures import MixtureError, value_usd
from core.views.saved.difference import Reopening
from core.views.saved.way import data_bridge
from pages.parts.kept import odds as work
from pages.parts.work import dataset

Found = TypeVar("Found")
REOPENED: Final = "changes since a save"
MOVED: Final = "what moved the answer"
RELEASED: Final = "changes since the release before"
"""Kinds of long work."""


def known_bridge(reopening: Reopening) -> Bridge | MixtureError | None:
    """Return what is kept of what each change of the data does to a saved scenario; None if it is not worked out."""
    found: Bridge | MixtureError | None = work.known(REOPENED, _of_saved(reopening))
    return found


def bridge(reopening: Reopening, slot: DeltaGenerator | None = None) -> Bridge | MixtureError:
    """Return what each change of the data does to a saved scenario, or why nobody can tell; long work."""
    return _worked_out(REOPENED, _of_saved(reopening), lambda pulse: data_bridge(reopening, pulse), slot)


def before() -> Former | None:
    """Return the release before the default data, None if there is none that can be read.

    None, too, on data that people brought: no release of ours is what was before those.
    """
    if dataset.standing() is not None:
        return None
    try:
        return _newest(data_folder(), dataset.in_use().data_version)
    except DataError:
        return None


_newest = lru_cache(maxsize=8)(newest)


def known_change(scenario: Scenario) -> Changed | MixtureError | None:
    """Return what is kept of what became of a scenario since the release before; None if it is not worked out."""
    former = before()
    found: Changed | MixtureError | None = None
    if former is not None:
        found = work.known(RELEASED, _of_scenario(former, scenario))
    return found


def change(former: Former, scenario: Scenario, slot: DeltaGenerator | None = None) -> Changed | MixtureError:
    """Return what became of a scenario since a former release, or why nobody can tell; long work."""
    inputs = dataset.in_use()

    def changed(pulse: Pulse) -> Changed:
        return Changed(former, difference(former.inputs(), inputs, scenario.changes, pulse))

    return _worked_out(RELEASED, _of_scenario(former, scenario), changed, slot)


def worth_before(former: Former, scenario: Scenario) -> float | None:
    """Return what a scenario was worth on a former release, USD after tax, against its own baseline.

    None if that release is not sound: what is wrong, the Data page says.
    """
    try:
        inputs = former.inputs()
    except DataError:
        return None
    return value_usd(inputs, setting(inputs, scenario.changes))


def known_move(before: Inputs, after: Inputs) -> Moved | MixtureError | None:
    """Return what is kept of how the answer on one data set differs from another's; None if it is not worked out."""
    found: Moved | MixtureError | None = work.known(MOVED, _of_two(before, after))
    return found


def move(before: Inputs, after: Inputs, slot: DeltaGenerator | None = None) -> Moved | MixtureError:
    """Return how the answer on one data set differs from another's, or why nobody can tell; long work."""
    return _worked_out(MOVED, _of_two(before, after), lambda pulse: moved(before, after, pulse), slot)


def _of_two(before: Inputs, after: Inputs) -> str:
    return f"{before.data_version} {after.data_version}"


def _worked_out(
    kind: str, name: str, find: Callable[[Pulse], Found], slot: DeltaGenerator | None
) -> Found | MixtureError:
    """Return what is found, or the error that kept it from being found: neither is worked out twice."""

    def found(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Found | MixtureError:
        def pulse(share: float) -> None:
            cancelled()
            progress(share)

        try:
            return find(pulse)
        except MixtureError as error:
            return error
        except DataError as error:
            return MixtureError(str(error))

    return work.worked_out(kind, name, found, slot)


def _of_saved(reopening: Reopening) -> str:
    saved = reopening.saved
    return f"{saved['data_version']} {reopening.inputs.data_version} {json.dumps(saved['levers'], sort_keys=True)}"


def _of_scenario(former: Former, scenario: Scenario) -> str:
    return f"{former.data_version} {dataset.in_use().data_version} {json.dumps(scenario.changes, sort_keys=True)}"
