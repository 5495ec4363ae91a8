"""What is reported of a scenario: metrics and quarters, crossover, contributions, switching values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

from tests.support.reference.data import Data
from tests.support.reference.levers import WORDS, Levers
from tests.support.reference.value import Valued, after_tax_cash, difference, first_accretive_year
from tests.support.reference.world import Offers

NOTHING = 1e-9  # of pv_cost: what is smaller counts as 0 in a crossover


def evaluate(data: Data, levers: Levers) -> dict[str, Any]:
    """Metrics and quarters of a scenario, and the workings that tests compare."""
    model = Valued(data, levers)
    offers = [model.offers(t) for t in model.quarters]
    plan, hold, leaving = ((model.simulate(model.course(v), offers), offers) for v in ("plan", "hold", "exit"))
    baseline = hold if model.lv.baseline == "hold" else leaving

    cost = model.pv_cost(plan)
    npv_vs_exit = model.pv_cost(leaving) - cost
    payback, peak_outlay = model.payback(difference(after_tax_cash(baseline[0]), after_tax_cash(plan[0])), cost)
    extra_programme = difference(plan[0].total("programme_usd"), leaving[0].total("programme_usd"))
    p = (1 - model.lever("tax_rate")) * model.pv(extra_programme)
    expense_savings: dict[int, float] = {}
    for t, saving in enumerate(difference(baseline[0].total("expense_usd"), plan[0].total("expense_usd"))):
        year = data.calendar.year(t)
        expense_savings[year] = expense_savings.get(year, 0.0) + saving
    per_share = (1 - data.facts["book_tax_rate"]) / data.facts["diluted_shares"]

    metrics = {
        "npv_usd": model.pv_cost(baseline) - cost,
        "npv_vs_hold_usd": model.pv_cost(hold) - cost,
        "npv_vs_exit_usd": npv_vs_exit,
        "npv_pretax_usd": model.pv_cost(baseline, taxed=False) - model.pv_cost(plan, taxed=False),
        "pv_cost_usd": cost,
        "pv_baseline_usd": model.pv_cost(baseline),
        "pv_terminal_usd": model.terminal(plan),
        "payback": payback,
        "first_accretive_year": first_accretive_year(expense_savings, cost),
        "peak_outlay_usd": peak_outlay,
        "npv_per_programme_usd": (npv_vs_exit + p) / p if p > 0 else None,
        "peak_mw_it": max(plan[0].total("mw_it")),
        "constraints": model.constraints(plan[0]),
    }
    compared = ("cash_usd", "expense_usd", "tax_saving_usd")
    return {
        "levers": vars(model.lv),
        "metrics": metrics,
        "quarters": [
            mine | {f"baseline_{name}": theirs[name] for name in compared}
            for mine, theirs in zip(plan[0].quarters, baseline[0].quarters, strict=True)
        ],
        "by_workload": plan[0].by_workload,
        "offers": [{w: _offer_table(row) for w, row in by_workload.items()} for by_workload in offers],
        "constraints": metrics["constraints"],
        "eps_effect": {year: saving * per_share for year, saving in expense_savings.items()},
        "value_per_programme": metrics["npv_per_programme_usd"],
        "npv_by_basis": {
            basis: model.pv_cost(baseline, basis=basis) - model.pv_cost(plan, basis=basis) for basis in ("use", "sale")
        },
    }


def _offer_table(offers: Offers) -> dict[str, dict[str, Any]]:
    return {
        supplier: {"chip_id": offer.chip.chip_id if offer else None, "kappa": offer.kappa if offer else None}
        for supplier, offer in offers.items()
    }


def chip_hour(data: Data, levers: Levers, chip_id: str, quarter: str, price_year: int | None = None) -> float:
    """Levelised cost of an hour of a chip, at power and building prices of its year or of a given one."""
    t = data.calendar.index(quarter)
    return Valued(data, levers).chip_hour(data.chips[chip_id], t, price_year or data.calendar.year(t))


def variant_cost(data: Data, levers: Levers, variant: str) -> float:
    """After-tax present value of one variant's cost."""
    model = Valued(data, levers)
    offers = [model.offers(t) for t in model.quarters]
    return model.pv_cost((model.simulate(model.course(variant), offers), offers))


def npv(data: Data, levers: Levers) -> float:
    """After tax, against the chosen baseline."""
    baseline = str({**data.base, **levers}["baseline"])
    return variant_cost(data, levers, baseline) - variant_cost(data, levers, "plan")


def crossover(data: Data, levers: Levers, workload: str) -> float | str:
    """The lowest adoption from which a workload's custom chips pay at every higher one.

    No baseline depends on adoption, so npv(a) - npv(0) is the cost of the plan at 0 less its cost at a.
    """
    grid = [i / 100 for i in range(101)]
    costs = [variant_cost(data, {**levers, f"adoption_{workload}": a}, "plan") for a in grid]
    tolerance = NOTHING * abs(variant_cost(data, levers, "plan"))
    gain = [costs[0] - cost if abs(costs[0] - cost) > tolerance else 0.0 for cost in costs]
    losing = [i for i in range(1, 101) if gain[i] < 0]
    if not any(gain):
        return "no difference"
    if not losing:
        return "always"
    if losing[-1] == len(grid) - 1:
        return "never"
    i = losing[-1]
    return grid[i] + (grid[i + 1] - grid[i]) * gain[i] / (gain[i] - gain[i + 1])


def contributions(data: Data, levers: Levers) -> dict[str, float]:
    """The Shapley value of each workload: its mean gain over all orders in which workloads begin to follow the plan."""
    model = Valued(data, levers)
    offers = [model.offers(t) for t in model.quarters]
    names = [row.workload_id for row in data.workloads]
    baseline = model.course(str(model.lv.baseline))

    def cost(following: Iterable[str]) -> float:
        course = {**baseline, **dict.fromkeys(following, "plan")}
        return model.pv_cost((model.simulate(course, offers), offers))

    sizes = range(len(names) + 1)
    costs = {frozenset(some): cost(some) for size in sizes for some in combinations(names, size)}
    found = dict.fromkeys(names, 0.0)
    for some, before in costs.items():
        weight = math.factorial(len(some)) * math.factorial(len(names) - len(some) - 1) if len(some) < len(names) else 0
        for w in names:
            if w not in some:
                found[w] += weight / math.factorial(len(names)) * (before - costs[some | {w}])
    return found


def switching_value(data: Data, levers: Levers, lever: str) -> float | None:
    """The value of a numeric lever, nearest to its setting, at which the sign of npv changes."""
    if lever in WORDS:
        raise ValueError(f"{lever} is not numeric")
    setting = float({**data.base, **levers}[lever])
    low, high = map(float, data.bounds[lever])
    whole = data.levers[lever].whole
    points = list(range(int(low), int(high) + 1)) if whole else [low + (high - low) * i / 64 for i in range(65)]
    width = math.inf if whole else 1e-6 * (high - low)

    def pays(value: float) -> bool:
        return npv(data, {**levers, lever: value}) >= 0

    below = sorted((point for point in points if point < setting), reverse=True)
    above = sorted(point for point in points if point > setting)
    found = [_first_change(pays, setting, outward, width) for outward in (below, above)]
    changes = [value for value in found if value is not None]
    return min(changes, key=lambda value: abs(value - setting), default=None)


def _first_change(
    pays: Callable[[float], bool], setting: float, outward: Iterable[float], width: float
) -> float | None:
    """Going outward from the setting, the first value known to have the other sign, bisected to a width."""
    sign = pays(setting)
    near = setting
    for point in outward:
        if pays(point) != sign:
            far = point
            while abs(far - near) > width:
                middle = (near + far) / 2
                near, far = (middle, far) if pays(middle) == sign else (near, middle)
            return far
        near = point
    return None
