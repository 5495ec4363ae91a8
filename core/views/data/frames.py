"""Where the figures come from: every table with its grades, what spending rests on, published figures, releases.

Formulas: docs/METHOD.md, "Data and grades" and "Calibration".
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_index, quarter_label
from core.inputs.data import Inputs
from core.inputs.declaration import resources
from core.inputs.evidence import GRADES, TABLES
from core.model import calibration as held_against
from core.model.model import MODEL_VERSION
from core.model.units import USD_PER_USD_BN
from core.model.world import DATA_YEAR
from core.story import frames
from core.story.answer import Answer
from core.story.figure import Metric

Floats = NDArray[np.float64]

RELEASES_PATH: Final = Path(__file__).resolve().parents[3] / "docs" / "RELEASES.md"
"""What changed from version to version, in the project's own words; the product shows this file."""


# --- Tables


@dataclass(frozen=True)
class Table:
    """A table of the data as it is declared."""

    name: str
    title: str
    description: str
    columns: dict[str, str]  # what each column holds, by its name
    is_graded: bool


def tables() -> tuple[Table, ...]:
    """Return every table of the data, in the order in which they are declared."""
    return tuple(
        Table(
            resource["name"],
            resource["title"],
            resource["description"],
            {field["name"]: field["description"] for field in resource["schema"]["fields"]},
            any(field["name"] == "grade" for field in resource["schema"]["fields"]),
        )
        for resource in resources()
    )


def rows(inputs: Inputs, table: str, grades: Collection[str] = GRADES, search: str = "") -> pd.DataFrame:
    """Return the rows of a table that have one of `grades` and hold `search` in any cell or in their source.

    A row's source stands in it by title, publisher, date and address in place of its id. Case does not count.
    """
    frame = inputs.tables[table]
    if "grade" in frame:
        frame = frame[frame["grade"].isin(list(grades))]
    if "source_id" in frame and table != "sources":
        publications = inputs.tables["sources"].set_index("source_id")[["title", "publisher", "published_on", "url"]]
        names = {"title": "source", "published_on": "published"}
        frame = frame.join(publications.rename(columns=names), on="source_id").drop(columns="source_id")
    wanted = search.strip().lower()
    if wanted:
        text = frame.astype("string").fillna("").apply(lambda column: column.str.lower())
        holds = np.logical_or.reduce([text[name].str.contains(wanted, regex=False) for name in text])
        frame = frame[np.asarray(holds, dtype=bool)]
    first = [name for name in ("grade",) if name in frame]
    return frame[[name for name in frame if name not in first and name not in _LAST] + first + [
        name for name in _LAST if name in frame
    ]].reset_index(drop=True)  # fmt: skip


_LAST: Final = ("source", "publisher", "published", "note", "url")


# --- What the figures rest on

_NOT_MODELLED: Final = ("calibration_targets", "reported_financials", "lever_correlations")
MODELLED: Final = tuple(name for name in TABLES if name not in _NOT_MODELLED)
"""The graded tables that the model reads; the others are held against it, or say how its beliefs are drawn."""


@lru_cache(maxsize=8)
def numbers_by_grade(inputs: Inputs) -> pd.DataFrame:
    """Count the numbers in every table that the model reads, by the grade of their row; columns: table, grade, numbers.

    Keys, such as the year of a row, are not counted.
    """
    declared = {resource["name"]: resource["schema"] for resource in resources()}
    counts = []
    for name in MODELLED:
        keys = declared[name]["primaryKey"]
        figures = [
            field["name"]
            for field in declared[name]["fields"]
            if field["type"] in ("number", "integer") and field["name"] not in keys
        ]
        table = inputs.tables[name]
        by_grade = table[figures].notna().sum(axis=1).groupby(table["grade"]).sum()
        counts += [(TABLES[name], grade, int(by_grade.get(grade, 0))) for grade in GRADES]
    return pd.DataFrame(counts, columns=["table", "grade", "numbers"])


LEVERED: Final = {
    "Facilities": ("capex_facility_usd",),
    "Upkeep and maintenance": ("facility_opex_usd", "maintenance_usd"),
    "Penalties and rented work": ("shortfall_usd", "shortage_usd"),
}
"""Spending at rates that levers set: beliefs of ours, whatever source they lean on."""
SPENDING_KINDS: Final = ("Chips", *list(LEVERED)[:1], "Electricity", "Custom programme", *list(LEVERED)[1:])


@lru_cache(maxsize=4)
def spending_by_grade(answer: Answer) -> pd.DataFrame:
    """Spending over the horizon by kind and by the grade of the price at which it is paid.

    Columns: variant (plan, baseline), kind, grade, usd. Before tax and before the AMD warrant: the parts of a variant
    add up to cash plus warrant. Chips have the grade of their price row, electricity that of each region's price, the
    programme that of each item; what a lever sets is assumed.
    """
    inputs, assumed = answer.inputs, GRADES.index("assumption")
    shown = answer.variants
    usd = np.zeros((len(shown), len(SPENDING_KINDS), len(GRADES)))
    place = {kind: i for i, kind in enumerate(SPENDING_KINDS)}
    prices = inputs.tables["chip_prices"].set_index("chip_id")["grade"].loc[list(inputs.chips.id)]
    regions = _price_by_region(inputs)
    items = [frames.items_usd(answer, course).sum(axis=0) for course in answer.courses.values()]
    for v, course in enumerate(shown.values()):
        _add(usd[v, place["Chips"]], frames.chip_spending_usd(answer, course).sum(axis=0), prices)
        _add(usd[v, place["Custom programme"]], items[v], inputs.tables["programme"]["grade"])
        energy = float(course.energy_usd.sum())
        _add(usd[v, place["Electricity"]], energy * regions["share"].to_numpy(), regions["grade"])
        for kind, names in LEVERED.items():
            usd[v, place[kind], assumed] = sum(getattr(course, name).sum() for name in names)
    kinds, grades = len(SPENDING_KINDS), len(GRADES)
    return pd.DataFrame(
        {
            "variant": np.repeat(list(shown), kinds * grades),
            "kind": np.tile(np.repeat(SPENDING_KINDS, grades), len(shown)),
            "grade": np.tile(GRADES, len(shown) * kinds),
            "usd": usd.ravel(),
        }
    )


def of_plan(answer: Answer) -> pd.DataFrame:
    """Return `spending_by_grade` of the scenario alone; columns: kind, grade, usd."""
    frame = spending_by_grade(answer)
    return frame.loc[frame["variant"] == "plan", ["kind", "grade", "usd"]]


def _add(row: Floats, usd: Floats, grades: pd.Series) -> None:
    """Add amounts to `row` (grade,), each under its grade; changes `row`."""
    np.add.at(row, [GRADES.index(grade) for grade in grades], usd)


@lru_cache(maxsize=8)
def _price_by_region(inputs: Inputs) -> pd.DataFrame:
    """Each region's part of what a MWh costs, with the grade of its price; columns: share, grade."""
    prices = inputs.tables["power_prices"]
    prices = prices[prices["year"] == DATA_YEAR].set_index("region_id")
    regions = inputs.tables["regions"].set_index("region_id")["fleet_share"]
    part = regions * prices["usd_per_mwh"].loc[regions.index]
    return pd.DataFrame({"share": part / part.sum(), "grade": prices["grade"].loc[regions.index]})


def shares(frame: pd.DataFrame, values: str) -> dict[str, float]:
    """Return what share of `values` has each grade; all 0 if there is nothing."""
    whole = float(frame[values].sum())
    by_grade = frame.groupby("grade")[values].sum()
    return {grade: float(by_grade.get(grade, 0.0)) / whole if whole else 0.0 for grade in GRADES}


# --- Published figures


@lru_cache(maxsize=8)
def published(inputs: Inputs) -> pd.DataFrame:
    """Return core.model.calibration.calibration with what a chart needs, worked out once a data set.

    More columns: label (short), low_share and high_share (the published range over its base, less 1; 0 where no range
    is published), is_part (the model's figure is a part of what was published), source.
    """
    table = held_against.calibration(inputs)
    publications = inputs.tables["sources"].set_index("source_id")["title"]
    return table.assign(
        label=[_short(name) for name in table["name"]],
        low_share=(table["low"] / table["base"] - 1.0).fillna(0.0),
        high_share=(table["high"] / table["base"] - 1.0).fillna(0.0),
        is_part=table["metric"] == "company_capex",
        source=publications.loc[list(table["source_id"])].to_numpy(),
    )


def _short(name: str) -> str:
    """Return a target's name without what makes it long."""
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name


_SHORTER: Final = (
    (" cost per owned chip-hour at a hyperscaler", ", an hour"),
    (" total cost of ownership against a GPU, ranking inference", ", saving against a GPU"),
    (" performance per TCO against H100, ranking training", ", work per dollar"),
    ("Capital expenditures", "Capital spending"),
    (" of July 2026", ""),
)


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
    shares = frame[["difference_share", "low_share", "high_share"]].to_numpy()
    edge = shares.max(initial=0.0) + WORDS_WIDTH * np.ptp(np.append(shares, 0.0))
    return frame.assign(edge_share=edge)


WORDS_WIDTH: Final = 0.3
"""Room for the words of the chart of published figures, as a share of the room for its marks."""


def held_out_range(inputs: Inputs) -> tuple[float, float]:
    """Return the lowest and highest difference of the model from a figure that it was not fitted to."""
    table = published(inputs)
    differences = table.loc[table["used_for"] == "held_out", "difference_share"].dropna()
    return float(differences.min()), float(differences.max())


REPORTED_CAPEX: Final = "capex_incl_finance_leases"


def capital_spending(answer: Answer) -> pd.DataFrame:
    """Capital spending by quarter: as the company reported it, and as the model has it.

    Columns: quarter, time_years, series (`reported`, `fleet`, `plan`, `baseline`), usd. Reported is the whole company;
    `fleet` are the chips of the opening fleet by quarter of purchase, from the first reported quarter on; plan and
    baseline are chips and data centres.
    """
    answer, fleet = answer, answer.sim.world.inputs.opening
    facts = answer.sim.world.inputs.tables["reported_financials"]
    facts = facts[facts["metric"] == REPORTED_CAPEX].sort_values("period")
    reported = [quarter_index(period) for period in facts["period"]]
    first = min(reported, default=0)
    since = fleet.vintage >= first
    cost = (fleet.chips * fleet.unit_cost_usd)[since]
    bought = np.bincount(fleet.vintage[since] - first, weights=cost, minlength=-first)
    series = [
        ("reported", reported, facts["value"].to_numpy() * USD_PER_USD_BN),
        ("fleet", list(range(first, 0)), bought),
        *(
            (name, list(range(answer.world.quarters)), course.capex_usd.sum(axis=1) + course.capex_facility_usd)
            for name, course in answer.variants.items()
        ),
    ]
    quarters = np.concatenate([when for _, when, _ in series]).astype(np.int64)
    return pd.DataFrame(
        {
            "quarter": [quarter_label(int(t)) for t in quarters],
            "time_years": FIRST_YEAR + quarters / QUARTERS_PER_YEAR,
            "series": np.repeat([name for name, _, _ in series], [len(when) for _, when, _ in series]),
            "usd": np.concatenate([usd for _, _, usd in series]),
        }
    )


# --- In words


def title(answer: Answer) -> str:
    """Return the page's title: how much rests on guesses, and how far the model is off where it can be checked."""
    low, high = held_out_range(answer.sim.world.inputs)
    assumed = shares(of_plan(answer), "usd")["assumption"]
    numbers = shares(numbers_by_grade(answer.sim.world.inputs), "numbers")["assumption"]
    return (
        f"{fmt.percent(assumed)} of spending and {fmt.percent(numbers)} of the numbers rest on our assumptions; held "
        f"against prices it was not fitted to, the model is {off_words(low, high)}"
    )


def off_words(low: float, high: float) -> str:
    """Return how far off the model is: `9.5 % below to 11 % above`, `2.0 % to 11 % above`."""
    if not np.isfinite([low, high]).all():
        return "not checked"
    if low < 0.0 < high:
        return f"{fmt.percent(-low)} below to {fmt.percent(high)} above"
    near, far = sorted((abs(low), abs(high)))
    return f"{fmt.percent(near)} to {fmt.percent(far)} {'above' if high > 0.0 else 'below'}"


def headline_figures(answer: Answer) -> list[Metric]:
    """Return the four figures of the strip: numbers, spending, sources and versions."""
    inputs = answer.sim.world.inputs
    spent = of_plan(answer)
    numbers = numbers_by_grade(inputs)
    of_numbers, of_spending = shares(numbers, "numbers"), shares(spent, "usd")
    sources = inputs.tables["sources"]
    read = sources["read_as"].value_counts()
    return [
        Metric(
            "Numbers that are reported",
            fmt.percent(of_numbers["reported"]),
            f"{fmt.percent(of_numbers['estimate'])} estimated",
            f"{fmt.percent(of_numbers['assumption'])} assumed, of {int(numbers['numbers'].sum()):,}",
            None,
            "Numbers in the tables that the model reads, each with the grade of its row: stated by the maker or in a "
            "filing; by a named analyst or the press; ours.",
        ),
        Metric(
            "Spending at reported prices",
            fmt.percent(of_spending["reported"]),
            f"{fmt.percent(of_spending['estimate'])} estimated",
            f"{fmt.percent(of_spending['assumption'])} assumed, of {fmt.usd(float(spent['usd'].sum()))}",
            None,
            f"Spending of the scenario, {FIRST_YEAR} to {answer.last_year}, by the grade of the price at which it is "
            "paid. What a lever sets, such as the cost to build, counts as assumed.",
        ),
        Metric(
            "Publications",
            f"{len(sources)}",
            f"{int(read.get('primary', 0))} read themselves",
            f"{int(read.get('secondary', 0))} through others, {int(read.get('derivation', 0))} our own reasoning",
            None,
            "Every row with figures names its source; public sources only.",
        ),
        Metric(
            "Versions in use",
            f"Model {MODEL_VERSION}",
            f"data {inputs.data_version}",
            "they travel with every link and export",
            None,
            "The data version is a hash of the data files; the model version goes up when the same scenario on the "
            "same data would give another result.",
        ),
    ]


def numbers_title(answer: Answer) -> str:
    """Return the finding of the chart of numbers: which tables hold nothing but assumptions."""
    frame = numbers_by_grade(answer.sim.world.inputs)
    table = frame.pivot(index="table", columns="grade", values="numbers").loc[list(dict.fromkeys(frame["table"]))]
    ours = [str(name) for name in table.index[table["assumption"] == table.sum(axis=1)]]
    if not ours:
        return "No table that the model reads holds assumptions only"
    names = fmt.listed([f"{name[:1].lower()}{name[1:]}" for name in ours])
    return f"{len(ours)} of {len(table)} tables hold assumptions only: {names}"


def spending_title(answer: Answer) -> str:
    """Return the finding of the chart of spending: how much of the largest kind is assumed."""
    frame = of_plan(answer)
    table = frame.pivot(index="kind", columns="grade", values="usd")
    whole = table.sum(axis=1)
    if whole.sum() <= 0.0:
        return "Nothing is spent"
    largest = str(whole.idxmax())
    share = float(table.loc[largest, "assumption"] / whole[largest])
    part = fmt.percent(float(whole[largest] / whole.sum()))
    return f"{part} of spending is on {largest.lower()}, {fmt.percent(share)} of that at prices we assumed"


def published_title(answer: Answer) -> str:
    """Return the finding of the calibration chart."""
    table = published(answer.sim.world.inputs)
    low, high = held_out_range(answer.sim.world.inputs)
    held_out = int((table["used_for"] == "held_out").sum())
    return f"On {fmt.counted(held_out, 'figure')} that it was not fitted to, the model is {off_words(low, high)}"


@lru_cache(maxsize=8)
def published_words(inputs: Inputs) -> pd.DataFrame:
    """Return every published figure beside the model's, in words."""
    table = published(inputs)
    return pd.DataFrame(
        [
            {
                "Metric": row["label"],
                "Published": _range_words(row),
                "Model": fmt.MISSING if pd.isna(row["model"]) else _in_unit(row["model"], row["unit"]),
                "Difference": _difference(row),
                "Used": _USED[row["used_for"]],
                "Source": row["source"],
            }
            for row in table.to_dict("records")
        ]
    )


_USED: Final = {"fitted": "fitted: proves nothing", "held_out": "held out: evidence", "context": "context"}
_UNITS: Final = {"usd_bn": fmt.Unit(1.0, "$", f"{fmt.NBSP}B"), "usd": fmt.USD, "fraction": fmt.PERCENT}


def _in_unit(value: float, unit: str) -> str:
    return _UNITS[unit].words(value, 3) if unit in _UNITS else fmt.times(value)


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
        return f"a part, {fmt.percent(1.0 + share)}"
    return fmt.percent(share, signed=True)


def capital_title(answer: Answer) -> str:
    """Return the finding of the chart of capital spending: what was reported last and what the model has next."""
    frame = capital_spending(answer)
    reported, plan = frame[frame["series"] == "reported"], frame[frame["series"] == "plan"]
    first = float(plan["usd"].iloc[:QUARTERS_PER_YEAR].sum())
    ours = f"the model has {fmt.usd(first)} of chips and data centres in {FIRST_YEAR}"
    if reported.empty:
        return ours[:1].upper() + ours[1:]
    last = reported.iloc[-1]
    return f"The company reported {fmt.usd(last['usd'])} of capital spending for {last['quarter']}; {ours}"


# --- Tables behind the charts


def numbers_table(answer: Answer) -> pd.DataFrame:
    """Numbers by table and grade."""
    return _by_grade(numbers_by_grade(answer.sim.world.inputs), "table", "numbers", 1.0, "{}")


def spending_table(answer: Answer) -> pd.DataFrame:
    """Spending by kind and grade, $ B."""
    return _by_grade(of_plan(answer), "kind", "usd", fmt.USD_BN.scale, f"{{}} ({fmt.USD_BN.name})")


def _by_grade(frame: pd.DataFrame, index: str, values: str, scale: float, heading: str) -> pd.DataFrame:
    table = frame.pivot(index=index, columns="grade", values=values).loc[
        list(dict.fromkeys(frame[index])), list(GRADES)
    ]
    named = (table / scale).rename(columns=lambda grade: heading.format(grade.capitalize()))
    return named.rename_axis(index=index.capitalize(), columns=None).reset_index()


def capital_table(answer: Answer) -> pd.DataFrame:
    """Capital spending by quarter, reported and modelled, $ B."""
    frame = capital_spending(answer)
    table = frame.pivot(index="quarter", columns="series", values="usd") / fmt.USD_BN.scale
    names = {
        "reported": "Reported, whole company",
        "fleet": "Model: chips of the opening fleet",
        "plan": "Model: this scenario",
        "baseline": f"Model: {answer.baseline_words}",
    }
    table = table[[name for name in names if name in table]]
    return table.rename(columns=lambda name: f"{names[name]} ({fmt.USD_BN.name})").rename_axis("Quarter").reset_index()
