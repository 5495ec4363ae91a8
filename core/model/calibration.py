"""How the model's figures stand against published ones that they can be held against.

A `fitted` target was used to set the data, so agreement proves nothing; a `held_out` one was not, so agreement is
evidence; a `context` one has no figure of the model beside it. Formulas: docs/METHOD.md, "Calibration".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from core.base.finance import round_half_up
from core.base.quarters import QUARTERS_PER_YEAR, quarter_index
from core.inputs.data import CUSTOM, Inputs
from core.inputs.levers import chip_levers
from core.inputs.scenario import BASE, columns
from core.model.chip_hour import chip_cost_usd, kw_year
from core.model.chip_hour import chip_hour_usd as levelised_chip_hour_usd
from core.model.model import PLAN, simulate
from core.model.units import KW_PER_MW, USD_PER_USD_BN
from core.model.world import DATA_YEAR


def calibration(inputs: Inputs) -> pd.DataFrame:
    """Return every published figure with the model's own beside it, at base levers, in the order of the data.

    Columns: target_id, name, metric, year, unit, low, base, high (the published range; low and high may be NaN),
    model (in the same unit; NaN where the model has no such figure), difference_share (`model / base - 1`), covers
    (what the model's figure is, in words), used_for, grade, source_id.
    """
    table = inputs.tables["calibration_targets"].copy()
    known = [_FIGURES.get(target, _NO_FIGURE) for target in table["target_id"]]
    table["model"] = [figure(inputs) for _, figure in known]
    table["difference_share"] = table["model"] / table["base"] - 1.0
    table["covers"] = [words for words, _ in known]
    return table[
        [
            "target_id", "name", "metric", "year", "unit", "low", "base", "high", "model", "difference_share",
            "covers", "used_for", "grade", "source_id",
        ]
    ]  # fmt: skip


def chip_hour_usd(inputs: Inputs, chip_id: str, quarter: str) -> float:
    """Return the levelised cost of an hour of a chip bought in `quarter`, USD, at base levers.

    `chip_hour = (K * ((1 + spares) * crf + maintenance_rate) + kw * power) / 8766`, with the price of the chip as
    of `quarter` (which may lie before 2027) and the prices of power and buildings of the data's year.
    Raises ValueError if the data have no such chip or `quarter` is not a quarter.
    """
    levers, chips = columns([BASE]), inputs.chips
    chip = np.array([_place(chip_id, chips.id)])
    supplier = int(chips.supplier[chip[0]])
    age = quarter_index(quarter) - chips.available[chip][:, None]
    cost_usd = chip_cost_usd(inputs, levers, supplier, chip, age)
    quarters = round_half_up(QUARTERS_PER_YEAR * levers[chip_levers(supplier == CUSTOM).service_life])
    energy = np.array([[inputs.power_usd_per_mwh]]) * levers["power_price"]
    facility = np.array([[KW_PER_MW]]) * levers["facility_usd_per_kw"]
    power = kw_year(levers, energy, facility).usd_per_hour
    return float(levelised_chip_hour_usd(levers, quarters, cost_usd, chips.kw[chip, None], power)[0, 0])


def work_hour_usd(inputs: Inputs, chip_id: str, workload_id: str, quarter: str) -> float:
    """Return what an hour of H100-equivalent work costs on a chip: `chip_hour / theta`, USD; see `chip_hour_usd`."""
    chip, workload = _place(chip_id, inputs.chips.id), _place(workload_id, inputs.workloads)
    return chip_hour_usd(inputs, chip_id, quarter) / float(inputs.chips.h100e[chip, workload])


def _place(name: str, names: tuple[str, ...]) -> int:
    """Return where `name` stands among `names`; raises ValueError that lists them if it does not."""
    if name not in names:
        raise ValueError(f"{name!r} is not in the data; use one of {', '.join(names)}")
    return names.index(name)


def _chips_of_the_data_year_usd_bn(inputs: Inputs) -> float:
    """Cost of the opening fleet's lots that were bought in the data's year."""
    fleet = inputs.opening
    bought = fleet.vintage >= quarter_index(f"{DATA_YEAR}-Q1")
    return float((fleet.chips * fleet.unit_cost_usd)[bought].sum()) / USD_PER_USD_BN


def _first_year_capex_usd_bn(inputs: Inputs) -> float:
    """Modelled spending on chips and facilities in the first year, base levers."""
    flows = simulate(inputs, columns([BASE])).flows
    chips = flows.capex_usd[:QUARTERS_PER_YEAR, :, PLAN].sum()
    return float(chips + flows.capex_facility_usd[:QUARTERS_PER_YEAR, PLAN].sum()) / USD_PER_USD_BN


_Figure = tuple[str, Callable[[Inputs], float]]
_NO_FIGURE: Final[_Figure] = ("not modelled", lambda inputs: np.nan)


def _chip_hour(chip_id: str, quarter: str) -> _Figure:
    words = f"an hour of {chip_id} bought in {quarter}, power and buildings at {DATA_YEAR} prices"
    return words, lambda inputs: chip_hour_usd(inputs, chip_id, quarter)


def _work_ratio(chip_id: str, other: str, workload_id: str, quarter: str) -> Callable[[Inputs], float]:
    """Cost of work on `other` over that on `chip_id`."""
    return lambda inputs: (
        work_hour_usd(inputs, other, workload_id, quarter) / work_hour_usd(inputs, chip_id, workload_id, quarter)
    )


_MTIA_300_OVER_H100 = _work_ratio("mtia_300", "h100", "rr_training", "2026-Q1")
_MTIA_2I_OVER_H100 = _work_ratio("mtia_2i", "h100", "rr_inference", "2024-Q2")

_FIGURES: Final[Mapping[str, _Figure]] = MappingProxyType(
    {
        "h100_hour": _chip_hour("h100", "2026-Q3"),
        "gb300_hour": _chip_hour("gb300", "2026-Q3"),
        "mi355x_hour": _chip_hour("mi355x", "2026-Q3"),
        "vr200_hour": _chip_hour("vr200", "2027-Q1"),
        "mtia2i_tco": (
            "saving a unit of ranking inference on mtia_2i against h100, 2024-Q2",
            lambda inputs: 1.0 - 1.0 / _MTIA_2I_OVER_H100(inputs),
        ),
        "mtia300_perf_tco": (
            "cost of a unit of ranking training on h100 over that on mtia_300, 2026-Q1",
            _MTIA_300_OVER_H100,
        ),
        "capex_2026": (
            f"chips of the opening fleet bought in {DATA_YEAR}, buildings left out",
            _chips_of_the_data_year_usd_bn,
        ),
        "capex_2027": ("chips and buildings of the model's first year", _first_year_capex_usd_bn),
    }
)
"""What stands beside each target, by target_id: in words, and as a function of the data."""
