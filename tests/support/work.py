"""The work of a visitor: what it saves and opens, in whose browser, and what others do meanwhile."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from core.inputs.archive import pack
from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.model.report import report
from core.serve import cookies
from core.store.database import StoreUnavailableError
from core.store.records import Snapshot
from core.store.room import Room
from core.store.store import shared_store
from core.views.saved.reading import sparkline, summary
from pages.parts.work import saved
from pages.parts.work.saved import Origin
from pages.parts.work.steps import History, Step
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.stores import key
from tests.support.visit import run
from tests.support.words import read

THEIRS = {"adoption_assistant_training": 0.3, "pue": 1.2}
"""What the scenario of another company sets: a lever of its own, and one that all have."""
ANNS_BROWSER = "the key of Ann's browser"
TRAINING = "adoption_genai_training"
PLAN = INPUTS.scenario({TRAINING: 0.4, "pue": 1.3})
NO_ANSWER = "the database does not answer; try again in a moment"


@contextmanager
def browser(visitor_key: str | None) -> Iterator[None]:
    """What is done meanwhile is done in another browser."""
    with patch("pages.parts.work.identity._key", return_value=visitor_key):
        yield


@contextmanager
def outage() -> Iterator[None]:
    """The database does not answer meanwhile."""

    def nothing(_room: Room) -> Any:
        raise StoreUnavailableError(NO_ANSWER)

    with patch.object(Room, "_reading", nothing), patch.object(Room, "_writing", nothing):
        yield


@contextmanager
def back() -> Iterator[None]:
    """The browser goes back or forward."""
    with patch("pages.parts.work.session._browser_went_back_or_forward", return_value=True):
        yield


def in_bar(at: AppTest) -> AppTest:
    """Run as the browser does after a click in the scenario bar: the bar alone, unless it asks for more."""
    return _fragment(at, is_dialog=False)


def in_dialog(at: AppTest) -> AppTest:
    """Run as the browser does after a click in a dialog: the dialog alone, unless it asks for more."""
    return _fragment(at, is_dialog=True)


def _fragment(at: AppTest, is_dialog: bool) -> AppTest:
    # AppTest itself always runs the whole script, in which a dialog that was open is not drawn again.
    known = at._fragment_storage
    parents, order = known._parent_by_id, known._registration_sequence_by_id
    nested = [
        name for name in parents if parents[name]
    ]  # in the bar; a dialog of a page stands in none, and is the last
    fragment = (
        max(nested or parents, key=order.__getitem__)
        if is_dialog
        else next(name for name in parents if not parents[name])
    )
    only = functools.partial(RerunData, fragment_id_queue=[fragment])
    with patch("streamlit.testing.v1.local_script_runner.RerunData", only):
        return run(at)


def kept(name: str = "Plan", scenario: Scenario = PLAN, who: str = "Ann", note: str = "") -> Origin:
    """A scenario that somebody saved."""
    return saved.save_new(who, name, scenario, key(), "", (), note)


def again(origin: Origin, scenario: Scenario, who: str = "Ann", note: str = "") -> Origin:
    """The version that somebody saved on top."""
    return saved.save_again(who, origin, scenario, key(), note)


def forged(change: Callable[[dict[str, Any]], object], name: str = "Old plan", who: str = "Ann") -> Origin:
    """A revision whose report is as `change` leaves it."""
    now = saved.snapshot(PLAN)
    figures = report(bundled(), PLAN)
    change(figures)
    entry = shared_store().save_new(
        who, name, Snapshot(figures, now.summary, now.sparkline, now.pack), request_key=key()
    )
    return Origin(entry.id, 1, entry.name, PLAN)


def of_other_data(
    name: str = "Theirs", change: Callable[[dict[str, Any]], object] = lambda _: None, archived: bool = True
) -> Origin:
    """A scenario that somebody saved on the data of another company; `archived` unless they cannot be read."""
    scenario = EXAMPLE.scenario(THEIRS)
    figures = report(EXAMPLE, scenario)
    change(figures)
    block = (lambda: pack(EXAMPLE)) if archived else (lambda: b"no archive")
    kept_of_it = Snapshot(figures, summary(figures), sparkline(figures), block)
    entry = shared_store().save_new("Bob", name, kept_of_it, request_key=key())
    return Origin(entry.id, 1, entry.name, scenario)


def out_of_bounds(figures: dict[str, Any]) -> None:
    figures["levers"]["pue"] = 17


def clean(origin: Origin) -> dict[str, str]:
    """The address of a saved scenario as it was saved."""
    return {"scenario": origin.scenario_id, "version": str(origin.number)}


def by_link(token: str, visitor_key: str = ANNS_BROWSER) -> dict[str, str]:
    """The address of what a link leads to, in the browser with this key: it does not have the token."""
    behind = shared_store().link_behind(token)
    return {} if behind is None else {"link": cookies.reference(behind[0], visitor_key)}


def step(at: AppTest) -> Step:
    steps: History = at.session_state["history"]
    return steps.now


def steps(at: AppTest) -> History:
    found: History = at.session_state["history"]
    return found


def told(at: AppTest) -> str:
    return read("\n".join(element.value for element in (*at.warning, *at.error, *at.info)))
