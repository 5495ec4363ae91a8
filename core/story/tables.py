"""The tables behind the charts: frames with the unit in every heading, as they are read and exported.

Figures keep all their digits; only the scale is the reader's.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.format import Unit
from core.inputs import evidence
from core.inputs.scenario import Scenario
from core.story import frames
from core.story.finding import Answer

VARIANTS: Final = {"plan": "this scenario", "baseline": "baseline"}


def _scaled(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return a table of figures in base units in the reader's unit, named in each heading."""
    return (table / unit.scale).rename(columns=lambda name: f"{name} ({unit.name})")


def _pivot(frame: pd.DataFrame, rows: str, columns: str, values: str, unit: Unit) -> pd.DataFrame:
    """Return a tidy frame as a table, rows and columns in their first order."""
    table = frame.pivot(index=rows, columns=columns, values=values)
    table = table.loc[list(dict.fromkeys(frame[rows])), list(dict.fromkeys(frame[columns]))]
    return _scaled(table.rename_axis(columns=None), unit).rename_axis(rows.capitalize()).reset_index()


def spending(answer: Answer) -> pd.DataFrame:
    """Cash by year and kind, this scenario above its baseline, $ B."""
    parts = [
        _pivot(rows, "year", "kind", "usd", fmt.USD_BN).assign(Variant=VARIANTS[str(variant)])
        for variant, rows in answer.spending.groupby("variant", sort=False)
    ]
    table = pd.concat(parts, ignore_index=True)
    table[f"All ({fmt.USD_BN.name})"] = table.drop(columns=["Year", "Variant"]).sum(axis=1)
    return table[["Variant", *table.columns.drop("Variant")]]


def adoption(answer: Answer) -> pd.DataFrame:
    """Value against none by custom share and workload, $ B."""
    line = frames.adoption_value(answer.sim, answer.sweep)
    line = line[~line["here"]]
    share = line["adoption_share"].map(fmt.setting)
    return _pivot(
        line.assign(**{"custom share of new capacity": share}),
        "custom share of new capacity",
        "workload",
        "usd",
        fmt.USD_BN,
    )


def contribution(answer: Answer) -> pd.DataFrame:
    """What each workload adds to value, $ B."""
    frame = frames.contribution(answer.sim, answer.sweep)
    added = frame["usd"] / fmt.USD_BN.scale
    return pd.DataFrame({"Workload": frame["workload"], f"Adds to value ({fmt.USD_BN.name})": added})


def savings(answer: Answer) -> pd.DataFrame:
    """Cumulative discounted savings after tax by quarter, $ B."""
    frame = answer.savings
    cumulative = frame["usd"] / fmt.USD_BN.scale
    return pd.DataFrame({"Quarter": frame["quarter"], f"Cumulative savings ({fmt.USD_BN.name})": cumulative})


def power(answer: Answer) -> pd.DataFrame:
    """IT load by quarter and supplier beside what can be powered and the baseline's load, GW."""
    frame = frames.power(answer.sim)
    plan = frame[frame["variant"] == "plan"]
    table = _pivot(plan, "quarter", "supplier", "mw", fmt.GW)
    by_quarter = plan.drop_duplicates("quarter").reset_index()
    table[f"Capacity ({fmt.GW.name})"] = by_quarter["capacity_mw"] / fmt.GW.scale
    baseline = frame[frame["variant"] == "baseline"].groupby("quarter", sort=False)["mw"].sum()
    table[f"Baseline ({fmt.GW.name})"] = baseline.to_numpy() / fmt.GW.scale
    return table


def offers(answer: Answer) -> pd.DataFrame:
    """Each supplier's chip on offer by quarter and workload, with its cost of work and power."""
    frame = frames.offers(answer.sim)
    return pd.DataFrame(
        {
            "Quarter": frame["quarter"],
            "Workload": frame["workload"],
            "Supplier": frame["supplier"],
            "Chip": frame["chip"],
            "Cost of work ($ an H100e-hour)": frame["usd_per_h100e_hour"],
            "Price with system share ($ an H100e)": frame["unit_usd_per_h100e"],
            "Power (kW an H100e)": frame["kw_per_h100e"],
        }
    )


def binding(answer: Answer) -> pd.DataFrame:
    """Work that the right to stop held back by quarter and workload, in thousand H100e."""
    work = frames.work(answer.sim)
    held = work[(work["measure"] == "held back") & (work["variant"] == "plan")]
    return _pivot(held, "quarter", "workload", "h100e", Unit(1e3, "", "thousand H100e held back"))


def sources(answer: Answer, figure: str) -> pd.DataFrame:
    """The inputs behind a figure, with grade, source and date."""
    frame = evidence.sources(answer.sim.world.inputs, figure)
    return frame.rename(columns=lambda name: {"url": "Address"}.get(name, name.replace("_", " ").capitalize()))


def beliefs(answer: Answer, scenario: Scenario) -> pd.DataFrame:
    """Every assumption with its setting, range and source."""
    frame = evidence.beliefs(answer.sim.world.inputs, scenario)
    names = {"low": "10th percentile", "high": "90th percentile", "published_on": "Published", "url": "Address"}
    return frame.rename(columns=lambda name: names.get(name, name.capitalize()))
