"""Capital spending of the first year that is modelled, beside what is published of it: the year before, and what is
guided to or expected for the whole company, as far as the data have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.inputs.data import Inputs
from core.model.calibration import fleet_year_capital_usd
from core.model.units import USD_PER_USD_BN
from core.risk.futures import Futures
from core.story import frames
from core.story.answer import Answer
from core.story.finding import relative
from core.story.tables import in_words

METRIC: Final = "company_capex"
"""What the data call the capital spending of the whole company."""
FOUR_IN_FIVE: Final = (0.10, 0.90)
OURS: Final = "AI chips and their buildings"
CAPTION: Final = (
    "Chips with their share of server, rack and network, before warrants, and data centres, in the first full year. "
    "What is published is of the whole company, which spends on more than that."
)


@dataclass(frozen=True)
class Published:
    """What is published of the capital spending of the whole company in a year; low and high are NaN for one figure."""

    year: int
    name: str
    is_its_own: bool
    """The company itself says so: it is reported or guided to, not expected by others."""
    low_usd: float
    usd: float
    high_usd: float

    @property
    def kind(self) -> str:
        """What it is, in a word or two."""
        if not self.is_its_own:
            return "expected"
        return "reported" if pd.isna(self.low_usd) or self.low_usd == self.high_usd else "guided to"


@lru_cache(maxsize=8)
def published(inputs: Inputs) -> tuple[Published, ...]:
    """Return what the data have of the company's capital spending in the fleet year and the next, in file order."""
    table, calendar = inputs.tables["calibration_targets"], inputs.calendar
    of_metric = table[(table["metric"] == METRIC) & table["year"].isin([calendar.fleet_year, calendar.first_year])]
    return tuple(
        Published(
            int(row["year"]),
            str(row["name"]),
            row["grade"] in ("reported", "own"),
            *(float(row[end]) * USD_PER_USD_BN for end in ("low", "base", "high")),
        )
        for row in of_metric.to_dict("records")
    )


def of_year(inputs: Inputs, year: int) -> Published | None:
    """Return what is published of a year: by the company itself before what others expect; None if nothing is."""
    found = sorted((one for one in published(inputs) if one.year == year), key=lambda one: not one.is_its_own)
    return found[0] if found else None


def capital_usd(answer: Answer) -> tuple[float, float]:
    """Capital spending of scenario and baseline in the first year, chips before warrants and facilities."""
    plan, baseline = (float(frames.capital_usd(course)[0]) for course in (answer.plan, answer.baseline))
    return plan, baseline


def year_before_usd(answer: Answer) -> float:
    """What of the opening fleet was bought in the fleet year, with buildings for what it draws."""
    return fleet_year_capital_usd(answer.inputs)


def range_words(futures: Futures) -> str:
    """Say between which capital spending of the first year four futures of five lie: `$140 B to $170 B`."""
    return f"{_between(futures.capital_quantile(FOUR_IN_FIVE))} in four futures of five"


def _between(ends_usd: Iterable[float]) -> str:
    return " to ".join(fmt.usd_alike(ends_usd))


def beside(answer: Answer) -> str:
    """Say what share of the whole company's published capital spending it is; nothing where none is published."""
    known = of_year(answer.inputs, answer.calendar.first_year)
    if known is None:
        return ""
    return f"{fmt.percent(capital_usd(answer)[0] / known.usd)} of the {fmt.usd(known.usd)} {known.kind} for the company"


def title(answer: Answer, futures: Futures | None) -> str:
    """Return what capital spending of the first year comes to, and how it stands to the year before."""
    (first, _), before, calendar = capital_usd(answer), year_before_usd(answer), answer.calendar
    how = relative(first - before, before) if before > 0.0 else ""
    change = f", {how} {'as in' if how.endswith('much') else 'on'} {calendar.fleet_year}" if how else ""
    odds = "" if futures is None else f"; {range_words(futures)}"
    return f"Capital spending comes to {fmt.usd(first)} in {calendar.first_year}{change}{odds}"


def words(answer: Answer, futures: Futures | None) -> pd.DataFrame:
    """Return capital spending of both years in words: the scenario's, the baseline's, and what is published."""
    calendar, inputs = answer.calendar, answer.inputs
    before, first = f"{calendar.fleet_year}", f"{calendar.first_year}"
    plan, baseline = capital_usd(answer)
    rows = [
        {"Capital spending": f"This scenario, {OURS}", before: fmt.usd(year_before_usd(answer)), first: fmt.usd(plan)},
        {
            "Capital spending": fmt.sentence(answer.baseline_words),
            before: fmt.usd(year_before_usd(answer)),
            first: fmt.usd(baseline),
        },
    ]
    if futures is not None:
        between = _between(futures.capital_quantile(FOUR_IN_FIVE))
        rows.append({"Capital spending": "Four futures of five", before: fmt.MISSING, first: between})
    for year, column in ((calendar.fleet_year, before), (calendar.first_year, first)):
        for one in published(inputs):
            if one.year == year:
                row = {"Capital spending": f"Whole company, {one.kind}", before: fmt.MISSING, first: fmt.MISSING}
                rows.append({**row, column: _published_words(one)})
    return in_words(rows)


def _published_words(one: Published) -> str:
    """Return a published figure in words, with its range where it has one."""
    if pd.isna(one.low_usd) or one.low_usd == one.high_usd:
        return fmt.usd(one.usd)
    return f"{fmt.usd(one.usd)} ({_between((one.low_usd, one.high_usd))})"


def table(answer: Answer, futures: Futures | None) -> pd.DataFrame:
    """Return the same in $ B, a row a figure."""
    calendar = answer.calendar
    plan, baseline = capital_usd(answer)
    nan = float("nan")
    rows: list[tuple[int, str, float, float, float]] = [
        (calendar.fleet_year, f"Opening fleet, {OURS}", nan, year_before_usd(answer), nan),
        (calendar.first_year, f"This scenario, {OURS}", nan, plan, nan),
        (calendar.first_year, f"{fmt.sentence(answer.baseline_words)}, {OURS}", nan, baseline, nan),
    ]
    if futures is not None:
        low, middle, high = futures.capital_quantile((FOUR_IN_FIVE[0], 0.5, FOUR_IN_FIVE[1]))
        rows.append((calendar.first_year, "Four futures of five", float(low), float(middle), float(high)))
    rows += [(one.year, one.name, one.low_usd, one.usd, one.high_usd) for one in published(answer.inputs)]
    unit, scale = fmt.USD_BN.name, fmt.USD_BN.scale
    return pd.DataFrame(
        [
            {"Year": year, "What": what, f"Low ({unit})": low / scale, f"Figure ({unit})": usd / scale,
             f"High ({unit})": high / scale}
            for year, what, low, usd, high in rows
        ]
    )  # fmt: skip
