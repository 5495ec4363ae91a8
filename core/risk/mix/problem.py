"""What is asked: which choices are free, which limits hold, and in how many futures a mix is worked out.

A mix is a point of a grid, the steps of the levers that are free, so that what is found can be set with the sliders.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.base.lazy import cached_property
from core.inputs.data import Inputs
from core.inputs.lever import Value, shown
from core.inputs.lever_table import adoption, start_lag
from core.inputs.scenario import Scenario, ScenarioError, columns, from_json
from core.model.model import MODEL_VERSION
from core.risk.futures import DRAWS, USUAL_DRAWS, checked_draws
from core.risk.mix.limits import CHANGE_MAX, Limit, read
from core.risk.run import RiskError
from core.risk.worth import choices_of_mix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BEST_MIX: Final = "mix"
"""What the answers to problems are kept as: a kind of long work."""
SEED: Final = 14
PLACES: Final = 12
"""Decimals to which a setting on a lever's step is rounded, so that 7 steps of 0.01 are 0.07."""
UNUSED: Final = ("ramp_years",)
"""Choices that a mix may have of its own, but that no search sets free."""


@dataclass(frozen=True)
class Effort:
    """In how many futures mixes are worked out: to look about, to choose among the good, and to be shown."""

    broad: int = 64
    fine: int = 1024
    shown: int = USUAL_DRAWS


def free_choices(inputs: Inputs) -> tuple[str, ...]:
    """Return the levers, by id, that can be set free."""
    return tuple(name for name in choices_of_mix(inputs) if name not in UNUSED)


def usual_choices(inputs: Inputs) -> tuple[str, ...]:
    """Return what is free unless said otherwise: the adoption share of every workload."""
    return tuple(adoption(one) for one in inputs.workloads)


@dataclass(frozen=True)
class Problem:
    """What is asked of a search; make it with `asked` or `from_json`, which check it."""

    inputs: Inputs
    scenario: Scenario
    free: tuple[str, ...]
    limits: tuple[Limit, ...] = ()
    effort: Effort = Effort()
    seed: int = SEED

    @cached_property
    def most(self) -> Ints:
        """How many steps each free choice has above its least; (free,)."""
        levers = [self.inputs.levers[name] for name in self.free]
        return np.array([round((one.maximum - one.minimum) / one.step) for one in levers], dtype=np.int64)

    def settings(self, steps: Ints) -> Floats:
        """Return the settings, as the model counts them, of points of the grid; both (mix, free)."""
        levers = [self.inputs.levers[name] for name in self.free]
        least, step = (np.array([getattr(one, part) for one in levers]) for part in ("minimum", "step"))
        return np.round(least + steps * step, PLACES) if self.free else np.empty(steps.shape)

    def steps_of(self, scenario: Scenario) -> Ints:
        """Return the point of the grid that is nearest to the settings of a scenario; (free,)."""
        levers = [self.inputs.levers[name] for name in self.free]
        found = [round((scenario.number(one.id) - one.minimum) / one.step) for one in levers]
        return np.array(found, dtype=np.int64)

    def table(self, steps: Ints) -> dict[str, Floats]:
        """Return the choices of mixes, (mix,) by lever id, as `core.risk.worth` reads them."""
        fixed = columns([self.scenario])
        table = {name: np.full(len(steps), fixed[name][0]) for name in choices_of_mix(self.inputs)}
        return table | dict(zip(self.free, self.settings(steps).T, strict=True))

    def levers_of(self, steps: Ints) -> dict[str, Value]:
        """Return the free levers of one mix, (free,), as they are set; starts in words."""
        values = self.settings(steps[None])[0] if self.free else []
        levers = self.inputs.levers
        return {name: levers[name].value(float(x)) for name, x in zip(self.free, values, strict=True)}

    def changes(self, table: dict[str, Floats]) -> Floats:
        """Return the largest change of an adoption share from today's; (mix,)."""
        today = self.inputs.custom_share_today
        shares = np.stack([table[adoption(one)] for one in self.inputs.workloads])
        largest: Floats = np.abs(shares - today[:, None]).max(axis=0)
        return largest

    @property
    def bounds(self) -> tuple[Ints, Ints]:
        """The least and the most steps that a mix may have: a limit on changes narrows those of adoption."""
        low, high = np.zeros_like(self.most), self.most.copy()
        for limit in self.limits:
            if limit.kind != CHANGE_MAX or np.isinf(limit.bound):
                continue
            for workload, today in zip(self.inputs.workloads, self.inputs.custom_share_today, strict=True):
                if (name := adoption(workload)) in self.free:
                    i, step = self.free.index(name), self.inputs.levers[name].step
                    nearest = round(today / step)
                    low[i] = min(max(0, int(np.ceil((today - limit.bound) / step - 1e-9))), nearest)
                    high[i] = max(min(int(self.most[i]), int(np.floor((today + limit.bound) / step + 1e-9))), nearest)
        return low, high

    @cached_property
    def key(self) -> str:
        """What answers are kept under: a SHA-256 of all that they depend on.

        Where free adoption shares and lags stand is left out: no mix that is found hangs on it, nor does the baseline.
        The baseline buys with the scenario's own merchants' shares, so those count even if they are free.
        """
        moot = {lever(one) for lever in (adoption, start_lag) for one in self.inputs.workloads} & set(self.free)
        fixed = {name: value for name, value in self.scenario.items() if name not in moot}
        limits = [[one.name, one.bound] for one in self.limits]
        effort = [self.effort.broad, self.effort.fine, self.effort.shown, self.seed]
        told = [fixed, list(self.free), limits, effort, self.inputs.data_version, MODEL_VERSION]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def usual(inputs: Inputs, scenario: Scenario, **more: Any) -> Problem:
    """Return the usual question about a scenario: its adoption shares free and no limits, unless `more` says so."""
    return asked(inputs, {"levers": dict(scenario), **more})


def asked(inputs: Inputs, value: object, effort: Effort | None = None) -> Problem:
    """Read what is asked from parsed JSON; docs/METHOD.md lists the entries, all of which may be left out.

    Raises RiskError that lists every problem.
    """
    if not isinstance(value, dict):
        raise RiskError([f"{shown(value)} is not an object; write {{}} for the usual question"])
    known = ("levers", "free", "limits", "draws", "seed")
    problems = [
        f"{shown(name)[1:-1]}: there is no such entry; use {', '.join(known)}" for name in value if name not in known
    ]
    scenario = Scenario.of(inputs.levers)
    try:
        scenario = from_json(inputs.levers, value.get("levers", {}), place="levers")
    except ScenarioError as error:
        problems += error.problems
    free, wrong = _free(inputs, value.get("free", list(usual_choices(inputs))))
    limits, unsound = read(inputs, scenario, value.get("limits", {}))
    problems += [*wrong, *unsound]
    draws, seed = value.get("draws", USUAL_DRAWS), value.get("seed", SEED)
    try:
        checked_draws(draws)
    except RiskError as error:
        problems += error.problems
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        problems.append(f"seed: {shown(seed)} is not a seed; use a whole number from 0 to {2**32 - 1}")
    if problems:
        raise RiskError(problems)
    effort = Effort(fine=min(DRAWS[0], draws), shown=draws) if effort is None else effort
    return Problem(inputs, scenario, free, limits, effort, seed)


def _free(inputs: Inputs, told: Any) -> tuple[tuple[str, ...], list[str]]:
    """Return the levers to be free in the order of their declaration, and all that is wrong with the list of them."""
    known = free_choices(inputs)
    if not isinstance(told, list):
        return (), [f"free: {shown(told)} is not a list of levers; write [] if nothing is free"]
    problems = []
    for name in told:
        if not isinstance(name, str) or name not in inputs.levers:
            problems.append(f"free: {shown(name)} is no lever; use some of {', '.join(known)}")
        elif name not in known:
            problems.append(f"free: {name} is not a choice that can be free; use some of {', '.join(known)}")
        elif told.count(name) > 1 and f"free: {name} is named twice; name it once" not in problems:
            problems.append(f"free: {name} is named twice; name it once")
    return tuple(name for name in inputs.levers if name in told) if not problems else (), problems
