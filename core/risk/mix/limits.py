"""Limits that a mix must keep in the plan case, and what they hold it to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.base.format import POINTS, percent, power, usd
from core.inputs.data import Inputs
from core.inputs.lever import shown
from core.inputs.scenario import Scenario
from core.model.model import Simulation
from core.risk.worth import capital_by_year

Floats = NDArray[np.float64]

CAPEX_MAX: Final = "capex_usd_max"
PEAK_MAX: Final = "peak_mw_it_max"
SHORTFALL_MAX: Final = "shortfall_usd_max"
SHARE_MIN: Final = "supplier_share_min"
SHARE_MAX: Final = "supplier_share_max"
CHANGE_MAX: Final = "adoption_change_max"

EASING: Final[Mapping[str, float]] = {
    CAPEX_MAX: 1e9,
    PEAK_MAX: 100.0,
    SHORTFALL_MAX: 1e9,
    SHARE_MIN: 0.01,
    SHARE_MAX: 0.01,
    CHANGE_MAX: 0.01,
}
"""By how much each kind of limit is eased to find its price: 1 B USD, 100 MW, one point of a share."""
ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Limit:
    """One limit: its kind, what of it (a year or a supplier's id, else empty), and the bound itself."""

    kind: str
    subject: str
    bound: float

    @property
    def name(self) -> str:
        """How it is called in what is written down: `supplier_share_min other`."""
        return f"{self.kind} {self.subject}".rstrip()

    @property
    def is_most(self) -> bool:
        """Whether the figure may be at most the bound; else it must be at least that."""
        return self.kind != SHARE_MIN

    @property
    def eased(self) -> Limit:
        """The same limit, a little wider."""
        step = EASING[self.kind]
        return Limit(self.kind, self.subject, self.bound + (step if self.is_most else -step))

    @property
    def told(self) -> str:
        """The bound in words."""
        if self.kind == PEAK_MAX:
            return power(self.bound)
        if self.kind == CHANGE_MAX:
            return POINTS.words(self.bound)
        return usd(self.bound) if self.kind in (CAPEX_MAX, SHORTFALL_MAX) else percent(self.bound)

    @property
    def gone(self) -> Limit:
        """The same limit so wide that nothing breaks it."""
        return Limit(self.kind, self.subject, np.inf if self.is_most else -np.inf)

    def excess(self, figure: Floats) -> Floats:
        """Return by how much a figure breaks the limit, as a share of the bound; 0 where it is kept."""
        if np.isinf(self.bound):
            return np.zeros_like(figure)
        over = figure - self.bound if self.is_most else self.bound - figure
        scale = max(abs(self.bound), EASING[self.kind])
        return np.where(over > ROUNDING * scale, over / scale, 0.0)


def figures(limits: tuple[Limit, ...], sim: Simulation, change: Floats) -> Floats:
    """Return the figure that each limit bounds; (limit, course, world).

    change: (course,) the largest change of an adoption share from today's.
    """
    shape = sim.flows.pv_cost_usd.shape
    found = np.empty((len(limits), *shape))
    for i, limit in enumerate(limits):
        found[i] = change[:, None] if limit.kind == CHANGE_MAX else _FIGURES[limit.kind](sim, limit.subject)
    return found


def _capex(sim: Simulation, year: str) -> Floats:
    by_year: Floats = capital_by_year(sim)[int(year) - sim.world.inputs.calendar.first_year]
    return by_year


def _peak(sim: Simulation, _: str) -> Floats:
    peak: Floats = sim.fleet.mw_it.max(axis=0)
    return peak


def _shortfall(sim: Simulation, _: str) -> Floats:
    total: Floats = sim.flows.shortfall_usd.sum(axis=0)
    return total


def _share(sim: Simulation, supplier: str) -> Floats:
    """A supplier's share of what is spent on chips to the horizon, before warrants; 0 where nothing is spent."""
    spent = sim.flows.capex_usd.sum(axis=0)  # (supplier, course, world)
    total = spent.sum(axis=0)
    own: Floats = spent[sim.world.inputs.suppliers.index(supplier)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0.0, own / total, 0.0)


_FIGURES: Final[Mapping[str, Callable[[Simulation, str], Floats]]] = {
    CAPEX_MAX: _capex,
    PEAK_MAX: _peak,
    SHORTFALL_MAX: _shortfall,
    SHARE_MIN: _share,
    SHARE_MAX: _share,
}


def read(inputs: Inputs, scenario: Scenario, told: object) -> tuple[tuple[Limit, ...], list[str]]:
    """Return the limits of parsed JSON, and all that is wrong with them, place, value and what would do."""
    if not isinstance(told, dict):
        return (), [f"limits: {shown(told)} is not an object of limits; write {{}} for none"]
    found: list[Limit] = []
    problems = [
        f"limits.{name}: there is no such limit; use {', '.join(EASING)}" for name in told if name not in EASING
    ]
    horizon, first = int(scenario.number("horizon_year")), inputs.calendar.first_year
    subjects = {
        CAPEX_MAX: ("year", [str(year) for year in range(first, horizon + 1)]),
        SHARE_MIN: ("supplier", list(inputs.suppliers)),
        SHARE_MAX: ("supplier", list(inputs.suppliers)),
    }
    for kind in EASING:
        if kind not in told:
            continue
        value = told[kind]
        if kind not in subjects:
            problems += _checked(found, kind, "", value)
            continue
        what, known = subjects[kind]
        if not isinstance(value, dict):
            problems.append(f'limits.{kind}: {shown(value)} is not an object by {what}; write {{"{known[0]}": …}}')
            continue
        for subject, bound in value.items():
            if str(subject) in known:
                problems += _checked(found, kind, str(subject), bound)
            else:
                some = f"{known[0]} to {known[-1]}" if what == "year" else ", ".join(known)
                problems.append(f"limits.{kind}: {shown(subject)} is no {what} of this scenario; use {some}")
    return tuple(found), problems


def _checked(found: list[Limit], kind: str, subject: str, value: Any) -> list[str]:
    limit_place = f"limits.{kind}{f'.{subject}' if subject else ''}"
    is_share = EASING[kind] < 1.0
    wanted = "a share from 0 to 1" if is_share else "a finite number from 0 up"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0.0 <= value <= (1.0 if is_share else 1e18):
        return [f"{limit_place}: {shown(value)} is not {wanted}; use {wanted}"]
    found.append(Limit(kind, subject, float(value)))
    return []
