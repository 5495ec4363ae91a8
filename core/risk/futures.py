"""How sure the answer is: the beliefs drawn thousands of times, and the scenario worked out in each future.

A *future* is one draw of all assumption levers; choices are never drawn. Formulas: docs/METHOD.md, "Sampling and
presets".
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from core.base.cores import on_all_cores
from core.base.finance import MATERIAL_USD, discount_factor, lasting_from, payback, round_half_up, running
from core.base.lazy import cached_property
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.lever import Kind, Lever, shown
from core.inputs.lever_table import adoption
from core.inputs.levers import AT_ONCE_PREMIUM, NO_STOP
from core.inputs.scenario import Columns, Scenario, to_json
from core.model.evaluate import CHUNK, MATERIAL_SHARE, Constraint, by_year
from core.model.model import MODEL_VERSION
from core.model.sweep import own_and_baseline
from core.risk.copula import joined
from core.risk.run import Cancel, Progress, RiskError, stop_if
from core.risk.sequence import SEED, Place, places, uniform_points

if TYPE_CHECKING:
    from core.model.compiled import Costs

Floats = NDArray[np.float64]

DRAWS: Final = tuple(2**k for k in range(10, 17))
"""How many futures can be drawn: a Sobol sequence is even only at powers of two."""
USUAL_DRAWS: Final = 8192
P90: Final = 1.2816
"""Standard deviations from the middle of a normal distribution to its 90th percentile."""
DOES_NOT_PAY, LEANS_AGAINST, TOO_CLOSE, LEANS_FOR, PAYS = (
    "does not pay",
    "leans against",
    "too close to call",
    "leans for",
    "pays",
)
NO_DIFFERENCE: Final = "no difference"
IS_GOOD: Final[Mapping[str, bool]] = MappingProxyType(
    {DOES_NOT_PAY: False, LEANS_AGAINST: False, LEANS_FOR: True, PAYS: True}
)
"""Whether a degree of sureness is good news; of the others it is neither."""
BANDS: Final = (0.10, 0.25, 0.50, 0.75, 0.90)
"""Quantiles that bound the bands of 80 and 50 %, and the median."""


# --- Drawing ---------------------------------------------------------------------------------------------------------


def checked_draws(draws: object) -> int:
    """Return `draws` if that many futures can be drawn; raises RiskError that says which counts can."""
    if isinstance(draws, bool) or not isinstance(draws, int) or draws not in DRAWS:
        counts = ", ".join(map(str, DRAWS[:-1]))
        raise RiskError([f"draws: {shown(draws)} is not a count of draws; use a power of two, {counts} or {DRAWS[-1]}"])
    return draws


@lru_cache(maxsize=4)
def normal_points(draws: int, beliefs: tuple[Place, ...]) -> Floats:
    """Return standard normal points (draw, belief), independent of each other, read-only.

    They are uniform points of core.risk.sequence through the inverse of the normal distribution. beliefs: where the
    points of each come from. Raises RiskError if `draws` is not one of DRAWS.
    """
    checked_draws(draws)
    # Here and not above: it takes a while, which no start of the program should wait for.
    from scipy.special import ndtri

    points: Floats = ndtri(uniform_points(draws, beliefs))
    points.setflags(write=False)
    return points


def settings(scenario: Scenario, z: Floats) -> dict[str, Floats]:
    """Return one setting of all levers for each row of `z` (draw, belief), as columns (draw,) for `evaluate`.

    `value = centre + z * (base - low) / 1.2816` below the centre, `centre + z * (high - base) / 1.2816` above it,
    kept within the lever's bounds; delays are rounded half up. The centre is the scenario's own setting, at which
    choices stay.
    """
    drawn = {
        lever.id: _drawn(lever, scenario.number(lever.id), z[:, i]) for i, lever in enumerate(scenario.levers.beliefs)
    }
    return {name: drawn[name] if name in drawn else _everywhere(scenario, name, len(z)) for name in scenario.levers}


def _everywhere(scenario: Scenario, name: str, draws: int) -> Floats:
    """Return a lever that is not drawn, in all futures; it takes no more room than in one."""
    return np.broadcast_to(scenario.number(name), draws)


def _drawn(lever: Lever, centre: float, z: Floats) -> Floats:
    below, above = _spreads(lever)
    value = np.clip(centre + z * np.where(z < 0.0, below, above) / P90, lever.minimum, lever.maximum)
    return round_half_up(value).astype(np.float64) if lever.whole else value


def _spreads(lever: Lever) -> tuple[float, float]:
    """Return how far the 10th and the 90th percentile of a belief lie from its base, in the lever's unit."""
    low, high = lever.percentiles
    base = lever.number(lever.base)
    return base - low, high - base


def percentile(lever: Lever, centre: float, value: float) -> float:
    """Return the share of futures in which `lever`, drawn around `centre`, lies below `value`; the inverse of a draw.

    It is that of the draw as it falls, before it is kept within bounds and rounded: at the base 0.5, at low 0.1 and
    at high 0.9, for every lever. NaN for a choice, which is not drawn.
    """
    if lever.kind is not Kind.ASSUMPTION:
        return math.nan
    below, above = _spreads(lever)
    spread = below if value < centre else above
    if spread == 0.0:  # never drawn on that side
        return 0.5 if value == centre else float(value > centre)
    return 0.5 * math.erfc((centre - value) * P90 / spread / math.sqrt(2.0))


# --- Futures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Futures:
    """What a scenario comes to in each future, against its chosen baseline in the same future. Arrays are read-only."""

    scenario: Scenario
    draws: int
    levers: Columns  # (draw,) by lever id
    value_usd: Floats  # (draw,) after tax
    spending_usd: Floats  # (year, draw) cash
    baseline_spending_usd: Floats  # (year, draw)
    capital_usd: Floats  # (draw,) capital spending of the first year: chips before warrants, and facilities
    saving_usd: Floats  # (quarter, draw) cumulative, discounted, after tax; without the residual value at the horizon
    payback: Floats  # (draw,) as core.model.evaluate.METRICS
    first_accretive_year: Floats  # (draw,) likewise
    binds: tuple[Constraint, ...]  # periods of each: (period, draw)
    first_year: int  # the first that is modelled
    data_version: str
    model_version: str = MODEL_VERSION
    seed: int = SEED

    @cached_property
    def expected_usd(self) -> float:
        """The mean of value over the futures."""
        return float(self.value_usd.mean())

    @cached_property
    def standard_error_usd(self) -> float:
        """How far the mean may be off, were the draws independent: `s / sqrt(draws)`. They are spread more evenly."""
        return float(self.value_usd.std(ddof=1) / math.sqrt(self.draws))

    @cached_property
    def same_share(self) -> float:
        """Share of futures in which the scenario and its baseline come to the same: value is below 1 USD in size."""
        return float((np.abs(self.value_usd) < MATERIAL_USD).mean())

    @cached_property
    def probability(self) -> float:
        """Share of futures in which the scenario is worth its while, see `odds`."""
        return odds(self.value_usd)

    @property
    def verdict(self) -> str:
        """What the odds say, see `sureness`."""
        return sureness(self.probability)

    def quantile(self, shares: Sequence[float]) -> Floats:
        """Return the values (share,) below which value lies in each share of the futures."""
        return quantiles(self.value_usd, shares)

    def capital_quantile(self, shares: Sequence[float]) -> Floats:
        """Return the figures (share,) below which capital spending of the first year lies in each share of futures."""
        return quantiles(self.capital_usd, shares)

    @cached_property
    def payback_share(self) -> Floats:
        """Share of futures in which the scenario has paid back for good by the end of each quarter; (quarter,)."""
        # NaN, no difference, is not above anything: it never counts.
        return np.array([(self.payback <= t).mean() for t in range(len(self.saving_usd))])

    @cached_property
    def accretive_share(self) -> Floats:
        """Share of futures in which savings in expense have come to stay by each year; (year,)."""
        return np.array(
            [(self.first_accretive_year <= self.first_year + y).mean() for y in range(len(self.spending_usd))]
        )


def odds(value_usd: Floats) -> float:
    """Return the share of futures in which a scenario costs no more than its baseline: value is 0 or above, to 1 USD.

    NaN if there is no difference in any; the share in which it costs more is `1 - odds`. value_usd: (draw,).
    """
    if (np.abs(value_usd) < MATERIAL_USD).all():
        return math.nan
    return float((value_usd > -MATERIAL_USD).mean())


def sureness(probability: float) -> str:
    """Return the degree of sureness that odds give: NO_DIFFERENCE where they are NaN.

    Below 20 % it does not pay, below 40 % it leans against, up to 60 % it is too close to call, up to 80 % it leans
    for, above it pays.
    """
    if math.isnan(probability):
        return NO_DIFFERENCE
    if probability < 0.40:
        return DOES_NOT_PAY if probability < 0.20 else LEANS_AGAINST
    if probability <= 0.60:
        return TOO_CLOSE
    return LEANS_FOR if probability <= 0.80 else PAYS


def quantiles(figure: Floats, shares: Sequence[float] = BANDS) -> Floats:
    """Return the values (share, ...) of `figure` (..., draw) that lie above each share of the draws."""
    # Sorted once; what NumPy's own quantile does to each row costs more.
    order = np.sort(figure, axis=-1)
    place = np.asarray(shares) * (order.shape[-1] - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, order.shape[-1] - 1)
    low, high = np.moveaxis(order[..., below], -1, 0), np.moveaxis(order[..., above], -1, 0)
    part = (place - below).reshape(-1, *(1,) * (figure.ndim - 1))
    found: Floats = low + (high - low) * part
    return found


def drawn_levers(inputs: Inputs, scenario: Scenario, draws: int) -> Columns:
    """Return all levers in each of the futures of `scenario`, (draw,) by id; raises RiskError as `sample` does."""
    checked_draws(draws)
    worlds = without_adoption(inputs, scenario)
    levers = _drawn_levers(inputs, worlds, draws) if draws <= USUAL_DRAWS else _draw_levers(inputs, worlds, draws)
    return MappingProxyType({**levers, **{name: _everywhere(scenario, name, draws) for name in _adoption(inputs)}})


def without_adoption(inputs: Inputs, scenario: Scenario) -> Scenario:
    """Return the scenario with its adoption shares at base: no draw and no baseline depends on them, nor any worth."""
    return scenario.replace(**{name: scenario.levers[name].base for name in _adoption(inputs)})


def _adoption(inputs: Inputs) -> tuple[str, ...]:
    return tuple(map(adoption, inputs.workloads))


def _draw_levers(inputs: Inputs, scenario: Scenario, draws: int) -> Columns:
    points = normal_points(draws, tuple(places(scenario.levers.beliefs)))
    return _frozen(settings(scenario, joined(points, scenario.levers, inputs.correlations)))


MOST_WORLDS: Final = 16
"""Sets of beliefs of which what does not hang on adoption is kept, for as many who drag at the same time: some 8 MB
each of the usual futures."""
_drawn_levers = lru_cache(MOST_WORLDS)(_draw_levers)


def sample(
    inputs: Inputs,
    scenario: Scenario,
    draws: int = USUAL_DRAWS,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> Futures:
    """Return the scenario in `draws` futures, worked out on all cores.

    `progress` is told the share done, from 0 up to 1; when `cancelled` says so, Cancelled is raised within a few
    hundredths of a second. Both are called in the caller's own thread. Raises RiskError if draws or correlations
    cannot be used.
    """
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import costs, first_of

    levers, choices = drawn_levers(inputs, scenario, draws), own_and_baseline(inputs, scenario)
    worlds = (inputs, without_adoption(inputs, scenario), draws)
    with _reading:
        baseline = _baselines.get(worlds)
    if baseline is not None:
        choices = first_of(choices)
    middles = np.arange(0.5, choices.quarters)[:, None]  # of the quarters
    first_year = inputs.calendar.first_year

    def work(chunk: Columns) -> Figures:
        told = costs(inputs, chunk, choices, told=len(choices.share))
        own = _told(told, 0)
        other = {name: chunk[name] for name in own} if baseline is not None else _told(told, 1)
        discount = discount_factor(chunk["discount_rate"], middles)
        saving, expense_saving = (other[name] - own[name] for name in (_AFTER_TAX, _EXPENSE))
        material = MATERIAL_SHARE * np.abs(own[_COST])
        return {
            "value_usd": other[_COST] - own[_COST],
            "spending_usd": by_year(own[_CASH]),
            "baseline_spending_usd": by_year(other[_CASH]),
            "capital_usd": told.years["capital_usd"][:, 0, 0] + told.years["warrant_usd"][:, 0, 0],
            "saving_usd": running(discount * saving),
            "payback": payback(saving, discount * saving, material),
            "first_accretive_year": first_year + lasting_from(expense_saving, material),
            **{(one.constraint, one.subject, one.quarters_per_period): one.binds for one in _binding(inputs, told)},
            **(other if baseline is None and draws <= USUAL_DRAWS else {}),
        }

    found = gather({**levers, **(baseline or {})}, work, progress, cancelled)
    if _COST in found:
        with _reading:
            _baselines[worlds] = {name: found[name] for name in _TOLD}
    return Futures(
        scenario=scenario,
        draws=draws,
        levers=levers,
        value_usd=found["value_usd"],
        spending_usd=found["spending_usd"],
        baseline_spending_usd=found["baseline_spending_usd"],
        capital_usd=found["capital_usd"],
        saving_usd=found["saving_usd"],
        payback=found["payback"],
        first_accretive_year=found["first_accretive_year"],
        binds=tuple(
            Constraint(constraint=key[0], subject=key[1], binds=binds, quarters_per_period=key[2])
            for key, binds in found.items()
            if isinstance(key, tuple)
        ),
        first_year=first_year,
        data_version=inputs.data_version,
    )


_COST, _CASH, _AFTER_TAX, _EXPENSE = _TOLD = ("cost", "cash", "after tax", "expense")
_baselines: Final[LRUCache[tuple[Inputs, Scenario, int], Columns]] = LRUCache(MOST_WORLDS)
"""What the baseline comes to in the futures of scenarios, which differ in adoption alone."""
_reading: Final = Lock()


def _told(found: Costs, course: int) -> dict[str, Floats]:
    """Return a course's cost (world,), cash before and after tax (quarter, world) and expense (year, world)."""
    told = found.quarters[:, course]
    return {
        _COST: found.cost_usd[:, course],
        _CASH: told["cash_usd"].T,
        _AFTER_TAX: told["after_tax_usd"].T,
        _EXPENSE: found.years["expense_usd"][:, course].T,
    }


def _binding(inputs: Inputs, found: Costs) -> tuple[Constraint, ...]:
    """What can bind on the first course, and when it does; as core.model.evaluate.constraints."""
    plan, held_back = found.quarters[:, 0], found.work["held_back"][:, 0]
    return (
        Constraint("power", "", plan["power"].T),
        Constraint("custom_supply", "", plan["custom_supply"].T),
        *(Constraint("right_to_stop", name, held_back[..., w].T) for w, name in enumerate(inputs.workloads)),
        *(
            Constraint("contract", name, found.short[:, 0, :, k].T, QUARTERS_PER_YEAR)
            for k, name in enumerate(inputs.contracts.id)
        ),
    )


Figures = dict[Any, NDArray[Any]]
"""What a chunk comes to, (..., draw) each, by name; what binds by constraint, subject and quarters a period."""


def gather(
    levers: Columns, work: Callable[[Columns], Figures], progress: Progress | None, cancelled: Cancel | None
) -> Mapping[Any, NDArray[Any]]:
    """Return what `work` makes of all draws, chunk by chunk, in the order of the draws; their horizon is the same."""

    def say(share: float) -> None:
        if progress is not None:
            progress(share)

    def one(places: slice) -> tuple[slice, Figures]:
        return places, work({name: column[..., places] for name, column in levers.items()})

    draws, done, whole = levers["horizon_year"].size, 0, Figures()
    stop_if(cancelled)
    say(0.0)
    chunks = [partial(one, slice(first, min(first + CHUNK, draws))) for first in range(0, draws, CHUNK)]
    with closing(on_all_cores(chunks, lambda: stop_if(cancelled))) as parts:
        for places, part in parts:
            for name, figure in part.items():
                if name not in whole:
                    whole[name] = np.empty((*figure.shape[:-1], draws), figure.dtype)
                whole[name][..., places] = figure
            done += places.stop - places.start
            say(done / draws)
    return _frozen(whole)


_Key = TypeVar("_Key")


def _frozen(arrays: Mapping[_Key, NDArray[Any]]) -> Mapping[_Key, NDArray[Any]]:
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(dict(arrays))


# --- The right to stop -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RightToStop:
    """The same futures under two rules: stopping as soon as custom chips are dearer, and buying on.

    Each is value against the chosen baseline under the same rule, (draw,): what `sample` gives with the premium set
    so. Buying on is what the scenario's own premium allows, or any premium if the scenario itself stops at none; so
    the scenario as set is one of the two. These are the rules of the Programme page.
    """

    with_usd: Floats
    without_usd: Floats
    as_set_usd: Floats

    @cached_property
    def worth_usd(self) -> float:
        """What the right is worth: the mean with it less the mean without."""
        return float(self.with_usd.mean() - self.without_usd.mean())


def right_to_stop(
    inputs: Inputs, futures: Futures, *, progress: Progress | None = None, cancelled: Cancel | None = None
) -> RightToStop:
    """Return what the futures come to with the right to stop and without; `progress`, `cancelled` as in `sample`.

    Only the rule that is not the scenario's own is worked out. Raises ValueError if the futures are of other data.
    """
    if futures.data_version != inputs.data_version:
        raise ValueError(f"the futures are of data {futures.data_version}; give those of data {inputs.data_version}")
    from core.model.compiled import costs

    own = futures.scenario.number("custom_premium_max")
    other = NO_STOP if own == AT_ONCE_PREMIUM else AT_ONCE_PREMIUM
    choices = own_and_baseline(inputs, futures.scenario)
    choices = replace(choices, premium_max=np.full_like(choices.premium_max, other))

    def work(chunk: Columns) -> Figures:
        cost = costs(inputs, chunk, choices).cost_usd
        return {"value_usd": cost[:, 1] - cost[:, 0]}

    as_set, changed = futures.value_usd, gather(futures.levers, work, progress, cancelled)["value_usd"]
    return RightToStop(as_set, changed, as_set) if own == AT_ONCE_PREMIUM else RightToStop(changed, as_set, as_set)


FUTURES: Final = "futures"
"""What futures are kept as: a kind of long work."""


def key(scenario: Scenario, draws: int, inputs: Inputs) -> str:
    """Return what futures are kept under: a SHA-256 of all that they depend on."""
    told = [to_json(scenario), inputs.data_version, MODEL_VERSION, draws, SEED]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
