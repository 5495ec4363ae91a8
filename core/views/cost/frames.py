"""What a scenario costs: cash beside expense, earnings, cost of work, the way from the baseline's cost, lives of chips.

Frames are tidy and in base units; a period is a year (`2027`) or a quarter (`2027-Q1`). Sentences are computed from
the same figures that are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.format import Unit
from core.base.shapley import Split, in_steps
from core.inputs.data import CUSTOM, Inputs
from core.inputs.scenario import FIRST_YEAR, LEVER, QUARTERS_PER_YEAR, Scenario, columns
from core.model.evaluate import MATERIAL_USD, by_year, evaluate
from core.model.model import PLAN
from core.model.report import accretive_word
from core.model.units import HOURS_PER_QUARTER
from core.story import finding, frames
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.labels import supplier_labels
from core.story.steps import MOST_BARS, step_bars

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEARS: Final = "Years"
QUARTERS: Final = "Quarters"
GRAINS: Final = (YEARS, QUARTERS)
AMOUNTS: Final = "Amounts"
CUMULATIVE: Final = "Cumulative"
VARIANCE: Final = "Difference"
VIEWS: Final = (AMOUNTS, CUMULATIVE, VARIANCE)
CASH: Final = "cash"
EXPENSE: Final = "expense"
RUNNING: Final = "running"

RUNNING_LABELS: Final[Mapping[str, str]] = {
    "programme_usd": "Programme",
    "energy_usd": "Energy",
    "maintenance_usd": "Chip upkeep",
    "facility_opex_usd": "Facility upkeep",
    "shortfall_usd": "Contract shortfalls",
    "shortage_usd": "Rented work",
}
"""What each running cost of core.story.frames.RUNNING_COSTS is called, in the order in which they are stacked."""
CHARGE_LABELS: Final[Mapping[str, str]] = {
    "depreciation_chips_usd": "Chip depreciation",
    "depreciation_facility_usd": "Facility depreciation",
    "write_off_usd": "Write-offs",
    "opex_usd": "Running cost",
}
CENTS_PER_USD: Final = 100
YEARS_UNIT: Final = Unit(1.0, "", f"{fmt.NBSP}years")


# --- Cash and expense


def kinds(inputs: Inputs, side: str) -> tuple[str, ...]:
    """Return the kinds of cash, expense or running cost in the order in which they are stacked."""
    if side == CASH:
        return frames.spending_kinds(inputs)
    return tuple((CHARGE_LABELS if side == EXPENSE else RUNNING_LABELS).values())


def _by_quarter(answer: Answer, side: str) -> Floats:
    """Amounts of a side; (variant, quarter, kind)."""
    if side == CASH:
        return frames.spending_by_quarter(answer)
    names = CHARGE_LABELS if side == EXPENSE else RUNNING_LABELS
    return np.stack([_shown(answer, getattr(answer.sim.flows, name)) for name in names], axis=-1)


def _shown(answer: Answer, flow: Floats) -> Floats:
    """A flow (quarter, course, world) of the variants that are shown; (variant, quarter)."""
    return flow[:, list(answer.courses.values()), 0].T


def _seen(flow: Floats, grain: str, view: str) -> Floats:
    """A flow (variant, quarter, ...) by period and as the view has it; (variant, period, ...)."""
    if grain == YEARS:
        flow = by_year(flow.swapaxes(0, 1)).swapaxes(0, 1)
    seen: Floats = np.cumsum(flow, axis=1) if view == CUMULATIVE else flow
    return seen


def _drawn(flow: Floats, view: str) -> Floats:
    """What is drawn of a flow (variant, ...): the plan's, or what it has more than the baseline."""
    drawn: Floats = flow[0] - flow[1] if view == VARIANCE else flow[0]
    return drawn


def _dots(answer: Answer, side: str, grain: str, view: str) -> Floats | None:
    """The total that a dot marks: what is left of cash after tax, or the difference in all; (period,)."""
    if view == VARIANCE:
        total: Floats = _drawn(_seen(_by_quarter(answer, side), grain, view), view).sum(axis=-1)
        return total
    if side != CASH:
        return None
    after_tax = _shown(answer, answer.sim.flows.cash_usd - answer.sim.flows.tax_saving_usd)
    return _drawn(_seen(after_tax, grain, view), view)


def _reach(answer: Answer, side: str, grain: str, view: str) -> tuple[float, float]:
    """The lowest and highest point of all that is drawn of a side."""
    usd = _seen(_by_quarter(answer, side), grain, view)
    stack, dots = _drawn(usd, view), _dots(answer, side, grain, view)
    outline = usd[1].sum(axis=-1) if view != VARIANCE else np.zeros(1)
    ends = [np.minimum(stack, 0.0).sum(axis=-1), np.maximum(stack, 0.0).sum(axis=-1), outline]
    points = np.concatenate([*ends, *([] if dots is None else [dots]), [0.0]])
    return float(points.min()), float(points.max())


def money(answer: Answer, side: str, grain: str, view: str) -> pd.DataFrame:
    """Cash, expense or running cost by period and kind, with the baseline's; one row a period and kind.

    Columns: period, kind, usd (as the view has it: less the baseline's in VARIANCE), plan_usd, baseline_usd, low_usd
    and high_usd (the ends of the axis, alike for cash and expense), and dot_usd where a dot is drawn.
    """
    usd = _seen(_by_quarter(answer, side), grain, view)
    sides = (RUNNING,) if side == RUNNING else (CASH, EXPENSE)
    low, high = zip(*(_reach(answer, one, grain, view) for one in sides), strict=True)
    names = kinds(answer.sim.world.inputs, side)
    frame = _labels(_periods(answer, grain), names).assign(
        usd=_drawn(usd, view).ravel(),
        plan_usd=usd[0].ravel(),
        baseline_usd=usd[1].ravel(),
        low_usd=min(low),
        high_usd=max(high),
    )
    dots = _dots(answer, side, grain, view)
    return frame if dots is None else frame.assign(dot_usd=np.repeat(dots, len(names)))


def _periods(answer: Answer, grain: str) -> tuple[str, ...]:
    labels = frames.quarters(answer)
    if grain == QUARTERS:
        return tuple(labels)
    return tuple(str(FIRST_YEAR + y) for y in range(len(labels) // QUARTERS_PER_YEAR))


@lru_cache(maxsize=64)
def _labels(periods: tuple[str, ...], names: tuple[str, ...]) -> pd.DataFrame:
    """Return the label columns of a frame: building them costs more than filling in the figures does."""
    return pd.DataFrame({"period": np.repeat(periods, len(names)), "kind": np.tile(names, len(periods))})


def money_table(answer: Answer, side: str, grain: str) -> pd.DataFrame:
    """Return what stands behind a chart of `money`: this scenario, its baseline and the difference, $ B.

    Cash has what tax it saves and what is left after tax.
    """
    answer, unit = answer, fmt.USD_BN
    usd = _seen(_by_quarter(answer, side), grain, AMOUNTS)
    total = usd.sum(axis=-1, keepdims=True)
    heads = [*kinds(answer.sim.world.inputs, side), "All"]
    parts = [usd, total]
    if side == CASH:
        saved = _seen(_shown(answer, answer.sim.flows.tax_saving_usd), grain, AMOUNTS)[..., None]
        heads += ["Tax saved", "After tax"]
        parts += [saved, total - saved]
    figures = np.concatenate(parts, axis=-1) / unit.scale
    blocks = {"this scenario": figures[0], "baseline": figures[1], "difference": figures[0] - figures[1]}
    periods = _periods(answer, grain)
    table = pd.DataFrame(np.concatenate(list(blocks.values())), columns=[f"{head} ({unit.name})" for head in heads])
    table.insert(0, grain.removesuffix("s"), list(periods) * len(blocks))
    table.insert(0, "Variant", np.repeat(list(blocks), len(periods)))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total[0] - total[1]) / np.abs(total[1]) / fmt.PERCENT.scale
    missing = np.full(2 * len(periods), np.nan)
    table["All, difference (%)"] = np.concatenate([missing, np.where(total[1] != 0.0, share, np.nan)[:, 0]])
    return table


# --- Earnings and the cost of work


def earnings(answer: Answer) -> pd.DataFrame:
    """Effect on earnings per share by year; columns: year, usd (a share), words, good, expense_saving_usd."""
    eps = answer.result.eps_effect_usd[:, 0]
    return pd.DataFrame(
        {
            "year": [str(FIRST_YEAR + y) for y in range(eps.size)],
            "usd": eps,
            "words": [fmt.usd_each(float(usd), signed=True) for usd in eps],
            "good": eps > 0.0,
            "expense_saving_usd": answer.result.expense_saving_usd[:, 0],
        }
    )


def earnings_table(answer: Answer) -> pd.DataFrame:
    """Return expense saved and earnings per share by year."""
    frame = earnings(answer)
    saved = frame["expense_saving_usd"] / fmt.USD_BN.scale
    return pd.DataFrame(
        {
            "Year": frame["year"],
            f"Expense saved ({fmt.USD_BN.name})": saved,
            "Earnings after book tax ($ a share)": frame["usd"],
        }
    )


NAMES_APART: Final = 0.11
"""Least distance between the names of two lines, as a share of the highest point of an axis from zero."""
VARIANTS: Final = (("plan", "This scenario"), ("baseline", "Baseline"))
"""What each variant is called where its line ends."""


def work_cost(answer: Answer) -> pd.DataFrame:
    """Expense of an hour of H100-equivalent work that is done; columns: variant, quarter, time_years, usd, label_usd.

    `usd = expense / (demand * hours of a quarter)`, demand being what is required less headroom: all of it is done,
    on the fleet or rented. `label_usd` is where the name of a line stands at its end.
    """
    demand = answer.sim.world.required_h100e[..., 0].sum(axis=1) / (1.0 + answer.sim.world.levers["headroom"][0])
    usd = _shown(answer, answer.sim.flows.expense_usd) / (demand * HOURS_PER_QUARTER)
    ends = frames.apart(usd[:, -1], NAMES_APART * float(usd.max()))
    quarters, variants = frames.quarters(answer), tuple(answer.courses)
    return pd.DataFrame(
        {
            "variant": np.repeat(variants, len(quarters)),
            "quarter": quarters * len(variants),
            "time_years": np.tile(FIRST_YEAR + np.arange(len(quarters)) / QUARTERS_PER_YEAR, len(variants)),
            "usd": usd.ravel(),
            "label_usd": np.repeat(ends, len(quarters)),
        }
    )


def work_cost_table(answer: Answer) -> pd.DataFrame:
    """Return the cost of an hour of work by quarter, this scenario's and the baseline's."""
    table = work_cost(answer).pivot(index="quarter", columns="variant", values="usd")
    heads = {variant: f"{name} ($ an H100e-hour)" for variant, name in VARIANTS}
    table = table[list(heads)].rename(columns=heads).rename_axis(columns=None)
    return table.rename_axis("Quarter").reset_index()


# --- From the baseline's cost to the scenario's


@dataclass(frozen=True, eq=False)
class CostBridge:
    """Present value after tax of the baseline's cost, of the scenario's, and what each kind adds, in whole cents.

    `start_cents + parts_cents.sum() == end_cents`, exactly.
    """

    kinds: tuple[str, ...]
    start_cents: int
    parts_cents: Ints  # (kind,)
    end_cents: int
    usd: Floats  # (variant, kind) what each kind costs in either


def value_kinds(inputs: Inputs) -> tuple[str, ...]:
    """Return the kinds into which the present value of cost is split."""
    labels = supplier_labels(inputs)
    chips = tuple(f"{label} chips" for label in labels)
    return (*chips, "AMD warrant", "Facilities", *RUNNING_LABELS.values(), "Residual value")


def present_values(answer: Answer) -> Floats:
    """Return the present value after tax of each of `value_kinds`; (kind, course). Over kinds it is pv_cost.

    Chips and running costs are deducted when paid: `sum df * usd * (1 - tax_rate)`. Facilities bear what is left of
    the tax saving. The warrant and the residual value lower the cost.
    """
    flows, levers = answer.sim.flows, answer.sim.world.levers
    discount, tax_rate = answer.sim.world.discount[:, 0], levers["tax_rate"][0]

    def at_once(flow: Floats) -> Floats:
        value: Floats = (1.0 - tax_rate) * (discount @ flow[..., 0])
        return value

    chips = [at_once(flows.capex_usd[:, supplier]) for supplier in range(flows.capex_usd.shape[1])]
    other_tax = tax_rate * (flows.capex_usd.sum(axis=1) - flows.warrant_usd + flows.opex_usd)
    facilities = discount @ (flows.capex_facility_usd - (flows.tax_saving_usd - other_tax))[..., 0]
    running = [at_once(getattr(flows, name)) for name in RUNNING_LABELS]
    return np.stack([*chips, at_once(-flows.warrant_usd), facilities, *running, -flows.pv_terminal_usd[:, 0]])


def cost_bridge(answer: Answer) -> CostBridge:
    """Return what each kind of cost adds on the way from the baseline's present value to the scenario's."""
    usd = present_values(answer)[:, [PLAN, answer.baseline_course]].T  # (variant, kind)
    pv_plan, pv_baseline = answer.metric("pv_cost_usd"), answer.metric("pv_baseline_usd")
    split = Split(np.array([pv_baseline]), np.array([pv_plan]), (usd[0] - usd[1])[:, None])
    start, parts, end = in_steps(split, np.array([CENTS_PER_USD]))
    return CostBridge(value_kinds(answer.sim.world.inputs), int(start[0]), parts[:, 0], int(end[0]), usd)


def bridge_unit(bridge: CostBridge) -> Unit:
    """Return the unit in which a bridge is drawn."""
    return fmt.one_unit((fmt.USD_BN, fmt.USD_M), np.array([bridge.start_cents, bridge.end_cents]) / CENTS_PER_USD)


def bridge_bars(answer: Answer, bridge: CostBridge) -> pd.DataFrame:
    """Return the bars of a bridge, the largest first, what is left in one; as core.views.compare.frames.step_bars."""
    usd = bridge.parts_cents / CENTS_PER_USD
    order = [int(i) for i in np.argsort(-np.abs(usd), kind="stable") if abs(usd[i]) >= MATERIAL_USD]
    shown, rest = order[:MOST_BARS], order[MOST_BARS:]
    steps = [
        (
            bridge.kinds[i],
            float(usd[i]),
            f"{fmt.usd(bridge.usd[0, i], 3)} against {fmt.usd(bridge.usd[1, i], 3)}",
        )
        for i in shown
    ]
    if rest:
        label = "1 other kind" if len(rest) == 1 else f"{len(rest)} other kinds"
        steps.append((label, float(usd[rest].sum()), "in the table below"))
    ends = (
        (answer.baseline_words.capitalize(), bridge.start_cents / CENTS_PER_USD),
        ("This scenario", bridge.end_cents / CENTS_PER_USD),
    )
    return step_bars(ends, steps, bridge_unit(bridge), more_is_good=False)


def bridge_table(answer: Answer) -> pd.DataFrame:
    """Return the whole bridge to the cent: each kind in the baseline, in the scenario, and what it adds."""
    bridge = cost_bridge(answer)
    start, parts, end = bridge.start_cents, bridge.parts_cents, bridge.end_cents
    return pd.DataFrame(
        {
            "Kind of cost, present value after tax": [*bridge.kinds, "All"],
            "Baseline ($)": [*bridge.usd[1], start / CENTS_PER_USD],
            "This scenario ($)": [*bridge.usd[0], end / CENTS_PER_USD],
            "Adds, to the cent ($)": [*(parts / CENTS_PER_USD), (end - start) / CENTS_PER_USD],
        }
    )


def beyond_usd(answer: Answer) -> float:
    """Return what of the value lies beyond the horizon: residual value less the baseline's."""
    terminal = answer.sim.flows.pv_terminal_usd[:, 0]
    return float(terminal[PLAN] - terminal[answer.baseline_course])


# --- Lives


CHARGES_ON_CHIPS: Final = (CHARGE_LABELS["depreciation_chips_usd"], CHARGE_LABELS["write_off_usd"])
"""What earnings bear of chips, in the order in which it is stacked."""
SHORTER_YEARS: Final = 4
"""The life that is asked about unless another is picked."""
LIVES: Final = tuple(
    range(int(LEVER["service_life_custom_years"].minimum), int(LEVER["service_life_custom_years"].maximum) + 1)
)
"""Lives in years that can be asked about."""
_CUSTOM_LIFE: Final = "service_life_custom_years"
_BOUGHT_LIFE: Final = "service_life_merchant_years"
_BOOK_LIFE: Final = "book_life_years"
ALL: Final = 0
CUSTOM_ONLY: Final = 1
BOUGHT_ONLY: Final = 2
BOOKS: Final = 3
SCOPES: Final = (ALL, CUSTOM_ONLY, BOUGHT_ONLY, BOOKS)
"""Whose life is asked about."""
_LEVERS: Final = ((_CUSTOM_LIFE, _BOUGHT_LIFE), (_CUSTOM_LIFE,), (_BOUGHT_LIFE,), (_BOOK_LIFE,))


@dataclass(frozen=True, eq=False)
class Lives:
    """What a scenario would be with other lives, all else as set; (scope, life, ...) by SCOPES and LIVES."""

    npv_usd: Floats  # (scope, life)
    pv_cost_usd: Floats  # (scope, life)
    write_off_usd: Floats  # (scope, life, year)
    depreciation_usd: Floats  # (scope, life, year) of chips


def sweep_lives(inputs: Inputs, scenario: Scenario) -> Lives:
    """Evaluate the scenario at every one of LIVES for every one of SCOPES, in one batch."""
    size = len(SCOPES) * len(LIVES)
    batch = {name: np.repeat(column, size) for name, column in columns([scenario]).items()}
    for scope, names in enumerate(_LEVERS):
        for name in names:
            batch[name][scope * len(LIVES) : (scope + 1) * len(LIVES)] = LIVES
    result = evaluate(inputs, batch, series=("write_off_usd", "depreciation_chips_usd"))

    def of(figures: Floats) -> Floats:
        return figures.T.reshape(len(SCOPES), len(LIVES), *figures.shape[:-1])

    return Lives(
        npv_usd=of(result.metrics["npv_usd"]),
        pv_cost_usd=of(result.metrics["pv_cost_usd"]),
        write_off_usd=of(by_year(result.series["write_off_usd"])),
        depreciation_usd=of(by_year(result.series["depreciation_chips_usd"])),
    )


def scope_label(inputs: Inputs, scope: int) -> str:
    """Return what a scope is called where it is picked."""
    return ("All chips", supplier_labels(inputs)[CUSTOM], "Bought GPUs", "Books")[scope]


def _as_set(answer: Answer) -> tuple[Floats, Floats]:
    """Depreciation of chips and write-offs of the scenario as it is set; (year,) each."""
    flows = answer.sim.flows
    return by_year(flows.depreciation_chips_usd[:, PLAN, 0]), by_year(flows.write_off_usd[:, PLAN, 0])


def charges(answer: Answer, lives: Lives, scope: int, life: int) -> pd.DataFrame:
    """Charges on chips by year at another life; columns: year, kind, usd, as_set_usd."""
    i = LIVES.index(life)
    usd = np.stack([lives.depreciation_usd[scope, i], lives.write_off_usd[scope, i]], axis=1)
    frame = _labels(_periods(answer, YEARS), CHARGES_ON_CHIPS).rename(columns={"period": "year"})
    return frame.assign(usd=usd.ravel(), as_set_usd=np.stack(_as_set(answer), axis=1).ravel())


def lives_words(answer: Answer, lives: Lives, scope: int) -> pd.DataFrame:
    """Return in words what each life does, as set first; a row a life."""
    depreciation, write_off = _as_set(answer)
    rows = [("As set", answer.metric("pv_cost_usd"), answer.metric("npv_usd"), write_off, depreciation)]
    rows += [
        (
            YEARS_UNIT.words(life, 1),
            lives.pv_cost_usd[scope, i],
            lives.npv_usd[scope, i],
            lives.write_off_usd[scope, i],
            lives.depreciation_usd[scope, i],
        )
        for i, life in enumerate(LIVES)
    ]
    return pd.DataFrame(
        [
            {
                "Life": name,
                "Cost": fmt.usd(float(cost), 3),
                "Value": fmt.usd(float(npv), signed=True),
                f"Written off {FIRST_YEAR}": fmt.usd(float(off[0])),
                f"Written off by {answer.last_year}": fmt.usd(float(off.sum())),
                f"Depreciation {FIRST_YEAR}": fmt.usd(float(charged[0]), 3),
                f"Depreciation {FIRST_YEAR + 1}": fmt.usd(float(charged[1]), 3),
            }
            for name, cost, npv, off, charged in rows
        ]
    )


def lives_table(answer: Answer, lives: Lives) -> pd.DataFrame:
    """Return the whole sweep: value, write-offs and depreciation of chips by year for every scope and life, $ B."""
    unit, inputs = fmt.USD_BN, answer.sim.world.inputs
    rows = []
    for scope in SCOPES:
        for i, life in enumerate(LIVES):
            row: dict[str, object] = {"Life of": scope_label(inputs, scope), "Life (years)": life}
            row[f"Cost, present value ({unit.name})"] = lives.pv_cost_usd[scope, i] / unit.scale
            row[f"Value ({unit.name})"] = lives.npv_usd[scope, i] / unit.scale
            for what, figures in (("Written off", lives.write_off_usd), ("Depreciation", lives.depreciation_usd)):
                for y, usd in enumerate(figures[scope, i]):
                    row[f"{what} {FIRST_YEAR + y} ({unit.name})"] = usd / unit.scale
            rows.append(row)
    return pd.DataFrame(rows)


# --- Sentences


def headline(answer: Answer) -> str:
    """Return the page's title: what happens to capital spending this year and next, and to earnings when."""
    more = [_more_capital(answer, y) for y in (0, 1)]
    year, eps = accretive_word(answer.result), answer.result.eps_effect_usd[:, 0]
    if year == "no difference" and max(map(abs, more)) < MATERIAL_USD:
        return f"Against {answer.baseline_words}, nothing differs by {answer.last_year}: neither cash nor earnings"
    against = f"Against {answer.baseline_words}"
    if max(map(abs, more)) < MATERIAL_USD:
        capital = f"capital spending in {FIRST_YEAR} and {FIRST_YEAR + 1} is unchanged"
    else:
        ways = [f"{_way(usd)} in {FIRST_YEAR + y}" for y, usd in enumerate(more)]
        capital = f"capital spending is {fmt.listed(ways)}"
    return f"{against}, {capital}; {_accretive(year, float(eps[-1]), answer.last_year)}"


def _accretive(year: int | str, eps: float, last_year: int) -> str:
    share = f"{fmt.usd_each(eps, signed=True)} a share"
    if isinstance(year, int):
        return f"accretive from {year}, {share} in {last_year}" if year < last_year else f"accretive in {year}, {share}"
    return "no effect on earnings" if year == "no difference" else f"not accretive by {last_year}, {share} in that year"


def _way(more: float) -> str:
    """`$2.7 B lower`; cost that falls is good news, and said first."""
    if abs(more) < MATERIAL_USD:
        return "unchanged"
    return f"{fmt.usd(abs(more))} {'higher' if more > 0 else 'lower'}"


def _capital(answer: Answer) -> Floats:
    """Capital spending by year, chips and facilities before the warrant; (year, course)."""
    flows = answer.sim.flows
    return by_year((flows.capex_usd.sum(axis=1) + flows.capex_facility_usd)[..., 0])


def _more_capital(answer: Answer, year: int) -> float:
    capital = _capital(answer)[year]
    return float(capital[PLAN] - capital[answer.baseline_course])


def strip(answer: Answer, lives: Lives, life: int) -> list[Metric]:
    """Return the headline figures: capital spending this year and next, depreciation, earnings, a shorter life."""
    return [
        _capital_figure(answer, 0),
        _capital_figure(answer, 1),
        _depreciation_figure(answer),
        finding.accretion(answer),
        _life_figure(answer, lives, life),
    ]


def _capital_figure(answer: Answer, year: int) -> Metric:
    capital = _capital(answer)[year]
    more = _more_capital(answer, year)
    return Metric(
        f"Capital spending {FIRST_YEAR + year}",
        fmt.usd(float(capital[PLAN]), 3),
        finding.change_words(more, float(capital[answer.baseline_course])),
        f"against {answer.baseline_words}",
        finding.is_good(-more),
        "Chips with their share of server, rack and network, and data centres, before tax and before AMD's warrant.",
    )


def _depreciation_figure(answer: Answer) -> Metric:
    flows = answer.sim.flows
    usd = by_year((flows.depreciation_chips_usd + flows.depreciation_facility_usd)[..., 0])
    first, second = usd[0, PLAN], usd[1, PLAN]
    more = float(second - usd[1, answer.baseline_course])
    return Metric(
        f"Depreciation {FIRST_YEAR + 1}",
        fmt.usd(float(second), 3),
        finding.change_words(more, float(usd[1, answer.baseline_course])),
        f"against {answer.baseline_words}; {FIRST_YEAR}: {fmt.usd(float(first), 3)}",
        finding.is_good(-more),
        "Straight line over the book life: chips, those of the opening fleet included, and facilities added since "
        f"{FIRST_YEAR}.",
    )


def _life_figure(answer: Answer, lives: Lives, life: int) -> Metric:
    i, npv = LIVES.index(life), answer.metric("npv_usd")
    off = lives.write_off_usd[ALL, i]
    value = float(lives.npv_usd[ALL, i])
    return Metric(
        f"Written off, {life}-year life",
        fmt.usd(float(off.sum()), 3),
        f"{fmt.usd(float(off[0]))} in {FIRST_YEAR}",
        f"value then {fmt.usd(value, signed=True)}; as set {fmt.usd(npv, signed=True)}",
        finding.is_good(-float(off.sum())),
        f"If all chips, custom and bought, last {YEARS_UNIT.words(life, 1)}: book value of those that stop working "
        f"before their book life is over, by {answer.last_year}; book life as set.",
    )


def money_title(answer: Answer, side: str) -> str:
    """Return the finding of a chart of cash, expense or running cost: the total, and how it compares."""
    totals = _by_quarter(answer, side).sum(axis=(1, 2))
    told = f"{fmt.usd(float(totals[0]), 3)} of {_SIDE_WORDS[side]} by {answer.last_year}, {_compared(answer, totals)}"
    if side == EXPENSE:
        ahead = float(_by_quarter(answer, CASH)[0].sum() - totals[0])
        if abs(ahead) >= MATERIAL_USD:
            return f"{told}; {'cash' if ahead > 0 else 'expense'} runs {fmt.usd(abs(ahead), 3)} ahead"
    if side == RUNNING and totals[0] >= MATERIAL_USD:
        by_kind = _by_quarter(answer, side)[0].sum(axis=0)
        top = int(by_kind.argmax())
        share = fmt.percent(float(by_kind[top] / totals[0]))
        return f"{told}; {kinds(answer.sim.world.inputs, side)[top].lower()} is {share} of it"
    return told


_SIDE_WORDS: Final = {CASH: "cash", EXPENSE: "expense", RUNNING: "running cost"}


def _compared(answer: Answer, totals: Floats) -> str:
    more = float(totals[0] - totals[1])
    if abs(more) < MATERIAL_USD:
        return f"as with {answer.baseline_words}"
    share = f" or {finding.relative(abs(more), float(totals[1]))[1:]}" if abs(totals[1]) >= MATERIAL_USD else ""
    return f"{fmt.usd(abs(more))}{share} {'more' if more > 0 else 'less'} than with {answer.baseline_words}"


def axis_title(grain: str, view: str) -> str:
    """Return what the axis of a chart of `money` measures."""
    if view == AMOUNTS:
        return "$ B a year" if grain == YEARS else "$ B a quarter"
    return "$ B, cumulative" if view == CUMULATIVE else "$ B against the baseline"


def dots_words(side: str, view: str) -> str:
    """Return what the dots of a chart of `money` say, nothing if it has none."""
    if view == VARIANCE:
        return "All, difference"
    return "After tax" if side == CASH else ""


def money_caption(answer: Answer, side: str, view: str) -> str:
    """Return what shaped a chart of cash, expense or running cost."""
    what = {
        CASH: "What is paid, before tax; AMD is less the value of its warrant.",
        EXPENSE: "What earnings bear, before tax; chips are charged over their book life.",
        RUNNING: "Paid and expensed at once.",
    }[side]
    if view == VARIANCE:
        return f"{what} This scenario less {answer.baseline_words}; dots: all kinds together."
    marks = f"{'Dots: after tax; outline' if side == CASH else 'Outline'}: {answer.baseline_words}."
    return " ".join([what, *(["Added up from the start."] if view == CUMULATIVE else []), marks])


def earnings_title(answer: Answer) -> str:
    """Return the finding of the earnings chart: first and last year, and when it is accretive."""
    eps = answer.result.eps_effect_usd[:, 0]
    year = accretive_word(answer.result)
    if year == "no difference":
        return "Earnings per share do not change"
    when = f"accretive from {year} on" if isinstance(year, int) else "not accretive to the end"
    first, last = (fmt.usd_each(float(usd), signed=True) for usd in eps[[0, -1]])
    return f"Earnings per share move by {first} in {FIRST_YEAR} and {last} in {answer.last_year}; {when}"


def earnings_caption(answer: Answer) -> str:
    """Return what shaped the earnings chart."""
    inputs = answer.sim.world.inputs
    return (
        f"Expense saved against {answer.baseline_words}, after book tax of {fmt.setting(inputs.book_tax_rate)}, over "
        f"{inputs.diluted_shares / 1e9:,.2f} B diluted shares. Interest on the cash is not in it."
    )


def work_cost_title(answer: Answer) -> str:
    """Return the finding of the cost of work: where it goes, and how it compares."""
    usd = work_cost(answer).set_index("variant")["usd"]
    (first, last), baseline = usd["plan"].iloc[[0, -1]], float(usd["baseline"].iloc[-1])
    told = f"An hour of work costs {fmt.USD.words(last, 3)} at the end of {answer.last_year}"
    more = last / baseline - 1.0
    way = f"as with {answer.baseline_words}"
    if abs(more) > SAME_COST:
        way = f"{fmt.percent(abs(more))} {'more' if more > 0 else 'less'} than with {answer.baseline_words}"
    return f"{told}, {way}; {fmt.USD.words(first, 3)} at first"


def work_cost_caption(answer: Answer) -> str:
    """Return what shaped the cost of work."""
    return (
        "Expense of a quarter over the hours of work that is needed in it, headroom left out; one unit is the work of "
        f"one H100. Thin: {answer.baseline_words}."
    )


SAME_COST: Final = 1e-9
"""Costs of work that differ by less than this share are the same."""


def bridge_title(answer: Answer, bridge: CostBridge) -> str:
    """Return the finding of the bridge: where it starts and ends, what saves most and what costs most."""
    usd = bridge.parts_cents / CENTS_PER_USD
    start, end = bridge.start_cents / CENTS_PER_USD, bridge.end_cents / CENTS_PER_USD
    if np.abs(usd).max() < MATERIAL_USD:
        return f"Cost stays at {fmt.usd(start, 3)}: no kind of cost differs"
    moves = f"Cost {'falls' if end < start else 'rises'} by {fmt.usd(abs(end - start))} to {fmt.usd(end, 3)}"
    if abs(end - start) < MATERIAL_USD:
        moves = f"Cost stays at {fmt.usd(end, 3)}"
    least, most = int(usd.argmin()), int(usd.argmax())
    parts = []
    if usd[least] <= -MATERIAL_USD:
        parts.append(f"{_in_a_sentence(bridge.kinds[least])} {_takes(bridge, least, 'save')} {fmt.usd(-usd[least])}")
    if usd[most] >= MATERIAL_USD:
        parts.append(f"{_in_a_sentence(bridge.kinds[most])} {_takes(bridge, most, 'add')} {fmt.usd(usd[most])}")
    return f"{moves}; {', '.join(parts)}"


def _in_a_sentence(kind: str) -> str:
    return kind if kind[1:2].isupper() else kind[:1].lower() + kind[1:]


def _takes(bridge: CostBridge, kind: int, verb: str) -> str:
    """Return a verb as the name of a kind asks: `NVIDIA chips save`, `energy saves`."""
    return verb if bridge.kinds[kind].endswith(("chips", "ies", "falls")) else f"{verb}s"


def bridge_caption(answer: Answer) -> str:
    """Return what shaped the bridge, with the share of the value that lies beyond the horizon."""
    return (
        "Present value after tax of each kind of cost, from the baseline to this scenario; residual value lowers cost. "
        f"Parts add up to the cent. {beyond(answer)}"
    )


def beyond(answer: Answer) -> str:
    """Say how much of the value, and of the cost, lies beyond the horizon."""
    terminal = float(answer.sim.flows.pv_terminal_usd[PLAN, 0])
    paid = answer.metric("pv_cost_usd") + terminal
    covered = f"Residual value at the end of {answer.last_year} covers {fmt.percent(terminal / paid)} of what is paid"
    if paid < MATERIAL_USD:
        covered = f"Residual value at the end of {answer.last_year} is {fmt.usd(terminal)}"
    npv, later = answer.metric("npv_usd"), beyond_usd(answer)
    if abs(npv) < MATERIAL_USD:
        return f"{covered}."
    what, share = "value" if npv > 0 else "loss", later / npv
    if 0.0 <= share <= 1.0:
        return f"{covered}; {fmt.percent(share)} of the {what} of {fmt.usd(abs(npv))} lies beyond that."
    sooner = npv - later
    verb = "saves" if sooner > 0 else "costs"
    return (
        f"{covered}. Until then the scenario {verb} {fmt.usd(abs(sooner))}; what is left is worth "
        f"{fmt.usd(abs(later))} {'more' if later > 0 else 'less'} than the baseline's, which "
        f"{'more than makes up for that' if share > 1.0 else f'takes back {fmt.percent(-later / sooner)} of that'}."
    )


def lives_title(answer: Answer, lives: Lives, scope: int, life: int) -> str:
    """Return the finding of the lives: what is written off, when, and what becomes of value or depreciation."""
    i, last = LIVES.index(life), answer.last_year
    off = lives.write_off_usd[scope, i]
    years = YEARS_UNIT.words(life, 1)
    if off.sum() < MATERIAL_USD:
        gone = "nothing is written off"
    else:
        first = int(np.flatnonzero(off >= MATERIAL_USD)[0]) if (off >= MATERIAL_USD).any() else int(off.argmax())
        gone = f"{fmt.usd(float(off.sum()))} is written off by {last}"
        gone += (
            f", {fmt.usd(float(off[0]))} of it in {FIRST_YEAR}"
            if first == 0
            else f", the first in {FIRST_YEAR + first}"
        )
    if scope == BOOKS:
        was, now = _as_set(answer)[0][1], lives.depreciation_usd[scope, i, 1]
        what = f"depreciation in {FIRST_YEAR + 1} {_goes(float(was), float(now))}"
        return f"If books spread chips over {years}, {what}; {gone}"
    who = ("all chips last", f"only {answer.custom} lasts", "only bought GPUs last")[scope]
    more = float(lives.pv_cost_usd[scope, i]) - answer.metric("pv_cost_usd")
    cost = (
        f"cost {'rises' if more > 0 else 'falls'} by {fmt.usd(abs(more))}"
        if abs(more) >= MATERIAL_USD
        else "cost stays"
    )
    value = _goes(answer.metric("npv_usd"), float(lives.npv_usd[scope, i]))
    return f"If {who} {years}, {gone}; {cost}, value {value}"


def _goes(was: float, now: float) -> str:
    before, after = fmt.usd(was), fmt.usd(now)
    if before == after:
        return f"stays at {before}"
    return f"{'rises' if now > was else 'falls'} from {before} to {after}"


def lives_caption(answer: Answer, lives: Lives, life: int) -> str:
    """Return what shaped the lives, and whether it matters whose chips age faster."""
    world, i = answer.sim.world, LIVES.index(life)
    book, custom, bought = (
        f"{float(one[0]) / QUARTERS_PER_YEAR:g}" for one in (world.life_book, world.life_custom, world.life_merchant)
    )
    only_custom, only_bought = lives.npv_usd[CUSTOM_ONLY, i], lives.npv_usd[BOUGHT_ONLY, i]
    return (
        f"Set: {book} years in the books, {custom} in service for {answer.custom}, {bought} for bought GPUs. What is "
        "left in the books when a chip stops working is written off; outline: as set. "
        f"At {YEARS_UNIT.words(life, 1)}, value is {fmt.usd(float(only_custom))} if only {answer.custom} ages that "
        f"fast, {fmt.usd(float(only_bought))} if only bought GPUs do."
    )
