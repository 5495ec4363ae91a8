"""How the model's figures stand against published ones that they can be held against.

A `fitted` target was used to set the data, so agreement proves nothing; a `held_out` one was not, so agreement is
evidence; a `context` one has no figure of the model beside it. Formulas: docs/METHOD.md, "Calibration".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from core.base.finance import round_half_up
from core.base.format import in_sentence
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, Inputs
from core.inputs.levers import chip_levers
from core.inputs.scenario import columns
from core.model.chip_hour import chip_cost_usd, kw_year
from core.model.chip_hour import chip_hour_usd as levelised_chip_hour_usd
from core.model.model import PLAN, simulate
from core.model.units import KW_PER_MW, USD_PER_USD_BN

Target = Mapping[Any, Any]
"""A row of the table calibration_targets."""


def calibration(inputs: Inputs) -> pd.DataFrame:
    """Return every published figure with the model's own beside it, at base levers, in the order of the data.

    Columns: target_id, name, metric, year, unit, low, base, high (the published range; low and high may be NaN),
    covered_share (what of it the model covers), model (in the same unit; NaN where the model has no such figure),
    difference_share (`model / (covered_share * base) - 1`), covers (what the model's figure is, in words), used_for,
    grade, source_id.
    """
    table = inputs.tables["calibration_targets"].copy()
    table["covered_share"] = table["covered_share"].fillna(1.0) if "covered_share" in table else 1.0
    beside = [_beside(inputs, target) for target in table.to_dict("records")]
    table["model"] = np.array([figure for _, figure in beside], dtype=np.float64)
    table["difference_share"] = table["model"] / (table["covered_share"] * table["base"]) - 1.0
    table["covers"] = [words for words, _ in beside]
    return table[
        [
            "target_id", "name", "metric", "year", "unit", "low", "base", "high", "covered_share", "model",
            "difference_share", "covers", "used_for", "grade", "source_id",
        ]
    ]  # fmt: skip


def chip_hour_usd(inputs: Inputs, chip_id: str, quarter: str) -> float:
    """Return the levelised cost of an hour of a chip bought in `quarter`, USD, at base levers.

    `chip_hour = (K * ((1 + spares) * crf + maintenance_rate) + kw * power) / 8766`, with the price of the chip as
    of `quarter` (which may lie before the first modelled one) and the prices of power and buildings of the fleet year.
    Raises ValueError if the data have no such chip or `quarter` is not a quarter.
    """
    levers, chips = columns([inputs.base]), inputs.chips
    chip = np.array([_place(chip_id, chips.id)])
    supplier = int(chips.supplier[chip[0]])
    cost_usd = np.array([[chip_cost_in(inputs, chip_id, quarter)]])
    quarters = round_half_up(QUARTERS_PER_YEAR * levers[chip_levers(supplier == CUSTOM).service_life])
    energy = np.array([[inputs.power_usd_per_mwh]]) * levers["power_price"]
    facility = np.array([[KW_PER_MW]]) * levers["facility_usd_per_kw"]
    power = kw_year(levers, energy, facility).usd_per_hour
    return float(levelised_chip_hour_usd(levers, quarters, cost_usd, chips.kw[chip, None], power)[0, 0])


def chip_cost_in(inputs: Inputs, chip_id: str, quarter: str) -> float:
    """Return what a chip costs all in, bought in `quarter`, USD, at base levers; raises as `chip_hour_usd` does."""
    chip = np.array([_place(chip_id, inputs.chips.id)])
    age = inputs.calendar.index(quarter) - inputs.chips.available[chip][:, None]
    supplier = int(inputs.chips.supplier[chip[0]])
    return float(chip_cost_usd(inputs, columns([inputs.base]), supplier, chip, age)[0, 0])


def work_hour_usd(inputs: Inputs, chip_id: str, workload_id: str, quarter: str) -> float:
    """Return what an hour of H100-equivalent work costs on a chip: `chip_hour / theta`, USD; see `chip_hour_usd`."""
    chip, workload = _place(chip_id, inputs.chips.id), _place(workload_id, inputs.workloads)
    return chip_hour_usd(inputs, chip_id, quarter) / float(inputs.chips.h100e[chip, workload])


def _place(name: str, names: tuple[str, ...]) -> int:
    """Return where `name` stands among `names`; raises ValueError that lists them if it does not."""
    if name not in names:
        raise ValueError(f"{name!r} is not in the data; use one of {', '.join(names)}")
    return names.index(name)


def fleet_year_capital_usd(inputs: Inputs) -> float:
    """Cost of the opening fleet's lots that were bought in the fleet year, and of buildings for what they draw, USD."""
    fleet = inputs.opening
    bought = fleet.vintage >= -QUARTERS_PER_YEAR
    chips = float((fleet.chips * fleet.unit_cost_usd)[bought].sum())
    kw = float((fleet.chips * inputs.chips.kw[fleet.chip])[bought].sum())
    return chips + kw * inputs.base.number("facility_usd_per_kw")


def _first_year_capex_usd_bn(inputs: Inputs) -> float:
    """Modelled spending on chips and facilities in the first year, base levers."""
    flows = simulate(inputs, columns([inputs.base])).flows
    chips = flows.capex_usd[:QUARTERS_PER_YEAR, :, PLAN].sum()
    return float(chips + flows.capex_facility_usd[:QUARTERS_PER_YEAR, PLAN].sum()) / USD_PER_USD_BN


def _fleet_mw(inputs: Inputs) -> float:
    """IT load of the opening fleet, MW: of lots whose life ends after the fleet year."""
    fleet, levers = inputs.opening, columns([inputs.base])
    custom = inputs.chips.supplier[fleet.chip] == CUSTOM
    lives = [round_half_up(QUARTERS_PER_YEAR * levers[chip_levers(one).service_life])[0] for one in (True, False)]
    works = fleet.vintage + np.where(custom, *lives) > 0
    return float((fleet.chips * inputs.chips.kw[fleet.chip])[works].sum()) / KW_PER_MW


# --- What stands beside a target, by its metric: in words, and the figure. Rows are those of calibration_targets. -----


def _chip_hour(inputs: Inputs, target: Target) -> tuple[str, float]:
    chip = _name(inputs, target["chip_id"])
    words = (
        f"an hour of {chip} bought in {target['quarter']}, power and buildings at {inputs.calendar.fleet_year} prices"
    )
    return words, chip_hour_usd(inputs, target["chip_id"], target["quarter"])


def _work_ratio(inputs: Inputs, target: Target) -> tuple[str, float]:
    """Cost of work on the other chip over that on the chip."""
    chip, other = (target[name] for name in ("chip_id", "other_chip_id"))
    of_other, of_chip = (work_hour_usd(inputs, one, target["workload_id"], target["quarter"]) for one in (other, chip))
    words = f"cost of a unit of {_work(inputs, target)} on {_name(inputs, other)} over that on {_name(inputs, chip)}"
    return f"{words}, {target['quarter']}", of_other / of_chip


def _saving(inputs: Inputs, target: Target) -> tuple[str, float]:
    """What the chip saves of the cost of work on the other chip."""
    chip, other = (_name(inputs, target[name]) for name in ("chip_id", "other_chip_id"))
    words = f"saving a unit of {_work(inputs, target)} on {chip} against {other}, {target['quarter']}"
    return words, 1.0 - 1.0 / _work_ratio(inputs, target)[1]


def _company_capex(inputs: Inputs, target: Target) -> tuple[str, float]:
    calendar = inputs.calendar
    if target["year"] == calendar.fleet_year:
        words = f"chips of the opening fleet bought in {calendar.fleet_year}, and buildings for what they draw"
        return words, fleet_year_capital_usd(inputs) / USD_PER_USD_BN
    if target["year"] == calendar.first_year:
        return "chips and buildings of the model's first year", _first_year_capex_usd_bn(inputs)
    return NOT_MODELLED, np.nan


def _it_load(inputs: Inputs, target: Target) -> tuple[str, float]:
    calendar = inputs.calendar
    if target["year"] == calendar.fleet_year:
        return f"IT load of the opening fleet at the end of {calendar.fleet_year}", _fleet_mw(inputs)
    if target["year"] == calendar.first_year:
        mw = simulate(inputs, columns([inputs.base])).fleet.mw_it[QUARTERS_PER_YEAR - 1, PLAN, 0]
        return "IT load in the last quarter of the model's first year", float(mw)
    return NOT_MODELLED, np.nan


def _name(inputs: Inputs, chip_id: str) -> str:
    return inputs.chips.name[_place(chip_id, inputs.chips.id)]


def _work(inputs: Inputs, target: Target) -> str:
    return in_sentence(inputs.workload_labels[_place(target["workload_id"], inputs.workloads)])


def _beside(inputs: Inputs, target: Target) -> tuple[str, float]:
    """Return what of the model stands beside a target, in words and as a figure."""
    needed, figure = _FIGURES.get(target["metric"], ((), _no_figure))
    if any(pd.isna(target.get(name)) for name in needed):
        return _no_figure(inputs, target)
    return figure(inputs, target)


NOT_MODELLED: Final = "not modelled"


def _no_figure(_inputs: Inputs, _target: Target) -> tuple[str, float]:
    return NOT_MODELLED, np.nan


_FIGURES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Inputs, Target], tuple[str, float]]]]] = MappingProxyType(
    {
        "usd_per_chip_hour": (("chip_id", "quarter"), _chip_hour),
        "tco_reduction": (("chip_id", "other_chip_id", "workload_id", "quarter"), _saving),
        "perf_per_tco": (("chip_id", "other_chip_id", "workload_id", "quarter"), _work_ratio),
        "company_capex": ((), _company_capex),
        "it_load": ((), _it_load),
    }
)
"""The columns that a figure is told by, and how it is worked out, by metric."""
METRICS: Final = tuple(_FIGURES)
"""The metrics of calibration_targets that the model has a figure for."""
