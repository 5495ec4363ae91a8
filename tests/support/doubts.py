"""What the Risk page looks at, with whatever futures a test gives it."""

from __future__ import annotations

from functools import cache

from core.inputs.data import bundled
from core.inputs.scenario import Scenario
from core.risk.futures import DRAWS, Futures, RightToStop
from core.risk.regret import regret
from core.risk.sensitivity import tornado
from core.views.risk.view import View
from tests.support.answers import answer, futures_of, stop_of
from tests.support.frozen import BASE

_tornado, _regret = cache(tornado), cache(regret)


def doubts(scenario: Scenario = BASE, drawn: Futures | None = None, stopped: RightToStop | None = None) -> View:
    """A view that knows no more of what takes long than it is given."""
    inputs = bundled()
    return View(answer(scenario), DRAWS[0], _tornado(inputs, scenario), _regret(inputs, scenario), None, drawn, stopped)


def drawn(scenario: Scenario = BASE) -> View:
    """A view with the futures of the scenario and what the right to stop does in them."""
    return doubts(scenario, futures_of(scenario), stop_of(scenario))
