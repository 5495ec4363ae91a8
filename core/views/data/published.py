"""What is published beside what the model gives: figures it is held against, and capital spending by quarter."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.inputs.data import Inputs
from core.model import calibration as held_against
from core.model.units import USD_PER_USD_BN
from core.story.answer import Answer

Floats = NDArray[np.float64]


@lru_cache(maxsize=8)
def published(inputs: Inputs) -> pd.DataFrame:
    """Return core.model.calibration.calibration with what a chart needs, worked out once a data set.

    More columns: label (short), low_share and high_share (the published range over its base, less 1; 0 where no range
    is published), is_part (the model's figure is a part of what was published), source.
    """
    table = held_against.calibration(inputs)
    publications = inputs.tables["sources"].set_index("source_id")["title"]
    return table.assign(
        label=_labels(inputs, table),
        low_share=(table["low"] / table["base"] - 1.0).fillna(0.0),
        high_share=(table["high"] / table["base"] - 1.0).fillna(0.0),
        is_part=table["metric"] == COMPANY_CAPEX,
        source=publications.loc[list(table["source_id"])].to_numpy(),
    )


def _labels(inputs: Inputs, table: pd.DataFrame) -> list[str]:
    """Return what each published figure is called in a chart: by what is compared, where it is of a chip.

    Two that would be called alike have their full names, and their ids where those are alike too.
    """
    targets = inputs.tables["calibration_targets"].to_dict("records")
    names = dict(zip(inputs.chips.id, inputs.chips.name, strict=True))
    short = [_short(target, names) for target in targets]
    whole = [label if short.count(label) == 1 else str(name) for label, name in zip(short, table["name"], strict=True)]
    ids = [str(name) for name in table["target_id"]]
    return [label if whole.count(label) == 1 else f"{label} ({name})" for label, name in zip(whole, ids, strict=True)]


def _short(target: Mapping[Hashable, Any], names: Mapping[str, str]) -> str:
    chip, name = names.get(str(target.get("chip_id"))), str(target["name"])
    if target["metric"] == COMPANY_CAPEX:
        _, comma, rest = name.partition(", ")
        return f"Capital spending {target['year']}{f', {rest}' if comma else ''}"
    words = _OF_A_CHIP.get(str(target["metric"]))
    return name if chip is None or words is None else f"{chip}, {words}"


COMPANY_CAPEX: Final = "company_capex"
_OF_A_CHIP: Final = {"usd_per_chip_hour": "an hour", "tco_reduction": "saving", "perf_per_tco": "work per dollar"}
"""What is compared of a chip, by metric."""


@lru_cache(maxsize=8)
def published_words(inputs: Inputs) -> pd.DataFrame:
    """Return every published figure beside the model's, in words."""
    rows = [
        (
            row["label"],
            _range_words(row),
            fmt.MISSING if pd.isna(row["model"]) else _in_unit(row["model"], row["unit"]),
            _difference(row),
            _USED[row["used_for"]],
            row["source"],
        )
        for row in published(inputs).to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Figure", "Published", "Model", "Difference", "Used", "Source"])


_USED: Final = {"fitted": "fitted: proves nothing", "held_out": "held out: evidence", "context": "context"}
_UNITS: Final = {"usd_bn": fmt.Unit(1.0, "$", f"{fmt.NBSP}B"), "usd": fmt.USD, "fraction": fmt.PERCENT, "mw": fmt.MW}


def _in_unit(value: float, unit: str) -> str:
    return _UNITS[unit].words(value, 3) if unit in _UNITS else fmt.times(value)


def unit_of(unit: str) -> tuple[float, str]:
    """Return over how much a published figure of a unit is written, and the unit as it is read."""
    return (_UNITS[unit].scale, _UNITS[unit].name) if unit in _UNITS else (1.0, unit)


def _range_words(row: Mapping[Hashable, Any]) -> str:
    low, base, high = (float(row[name]) for name in ("low", "base", "high"))
    text = _in_unit(base, str(row["unit"]))
    if np.isnan(low) or low == high:
        return text
    return f"{text} ({_in_unit(low, str(row['unit']))} to {_in_unit(high, str(row['unit']))})"


def _difference(row: Mapping[Hashable, Any]) -> str:
    share = float(row["difference_share"])
    if np.isnan(share):
        return fmt.MISSING
    if row["is_part"]:
        covered = float(row["covered_share"])
        expected = f"; {fmt.percent(covered)} is covered" if covered < 1.0 else ""
        return f"a part, {fmt.percent(float(row['model']) / float(row['base']))}{expected}"
    return fmt.percent(share, signed=True)


def compared(inputs: Inputs) -> pd.DataFrame:
    """Return the published figures that the model has the like of, with the words of the chart.

    Left out is what the model covers a part of. Columns: label, used_for, difference_share, low_share, high_share,
    published, model_words, difference, used, edge_share (where the words stand, to the right of everything).
    """
    table = published(inputs)
    words = published_words(inputs)
    frame = table[["label", "used_for", "difference_share", "low_share", "high_share"]].assign(
        published=words["Published"], model_words=words["Model"], difference=words["Difference"], used=words["Used"]
    )
    frame = frame[table["model"].notna() & ~table["is_part"]]
    shares = frame[["difference_share", "low_share", "high_share"]].to_numpy(dtype=np.float64)
    edge = shares.max(initial=0.0) + WORDS_WIDTH * np.ptp(np.append(shares, 0.0))
    return frame.assign(edge_share=edge)


WORDS_WIDTH: Final = 0.3
"""Room for the words of the chart of published figures, as a share of the room for its marks."""


def held_out(inputs: Inputs) -> pd.Series:
    """Return how far the model is from each figure that it was not fitted to and has the like of."""
    table = published(inputs)
    differences: pd.Series = table.loc[
        table["used_for"].eq("held_out") & ~table["is_part"], "difference_share"
    ].dropna()
    return differences


def held_out_range(inputs: Inputs) -> tuple[float, float]:
    """Return the lowest and highest of `held_out`; NaN if there is none."""
    differences = held_out(inputs)
    return float(differences.min()), float(differences.max())


# --- Capital spending


REPORTED_CAPEX: Final = "capex_incl_finance_leases"


def capital_spending(answer: Answer) -> pd.DataFrame:
    """Capital spending by quarter: as the company reported it, and as the model has it.

    Columns: quarter, time_years, series (`reported`, `fleet`, `plan`, `baseline`), usd. Reported is the whole company;
    `fleet` are the chips of the opening fleet by quarter of purchase, from the first reported quarter on; plan and
    baseline are chips and data centres.
    """
    fleet, facts = answer.inputs.opening, answer.inputs.tables["reported_financials"]
    facts = facts[facts["metric"] == REPORTED_CAPEX].sort_values("period")
    reported = [answer.calendar.index(period) for period in facts["period"]]
    first = min(reported, default=0)
    since = fleet.vintage >= first
    cost = (fleet.chips * fleet.unit_cost_usd)[since]
    bought = np.bincount(fleet.vintage[since] - first, weights=cost, minlength=-first).astype(np.float64)
    modelled = range(answer.world.quarters)
    parts = [
        _capital(answer, "reported", reported, facts["value"].to_numpy() * USD_PER_USD_BN),
        _capital(answer, "fleet", range(first, 0), bought),
        *(
            _capital(answer, name, modelled, course.capex_usd.sum(axis=1) + course.capex_facility_usd)
            for name, course in answer.variants.items()
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def _capital(answer: Answer, series: str, quarters: Sequence[int], usd: Floats) -> pd.DataFrame:
    """Return one series of `capital_spending`."""
    return pd.DataFrame(
        {
            "quarter": [answer.calendar.label(t) for t in quarters],
            "time_years": [answer.calendar.time_years(t) for t in quarters],
            "series": series,
            "usd": usd,
        }
    )
