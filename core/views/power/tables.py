"""The tables behind the figures of Power, as they are read and exported."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.format import Unit, in_sentence
from core.story import frames as story
from core.story.answer import Answer
from core.story.labels import workload_labels
from core.story.tables import pivot
from core.views.power import frames

TWH: Final = Unit(1e6, "", f"{fmt.NBSP}TWh")
USD_M_PER_MW: Final = Unit(1e6, "$", f"{fmt.NBSP}M")


def load(answer: Answer) -> pd.DataFrame:
    """frames.load as it is read: a row a quarter, GW."""
    frame, unit = frames.load(answer), fmt.GW.name
    plan = frame[frame["variant"] == "plan"]
    table = pivot(plan, "quarter", "supplier", "mw", fmt.GW)
    whole = plan.drop_duplicates("quarter").reset_index(drop=True)
    baseline = frame[frame["variant"] == "baseline"].groupby("quarter", sort=False)["mw"].sum().to_numpy()
    table[f"Baseline ({unit})"] = baseline / fmt.GW.scale
    table[f"Capacity ({unit})"] = whole["capacity_mw"] / fmt.GW.scale
    table[f"Capacity that binds nowhere ({unit})"] = whole["needed_mw"] / fmt.GW.scale
    table["Power binds"] = np.where(whole["binds"], "yes", "")
    return table


def worth(answer: Answer) -> pd.DataFrame:
    """frames.worth as it is read: a row a step of capacity, $ M a MW."""
    plan, baseline = frames.capacity(answer), frames.capacity(answer, answer.baseline_course)
    unit = f"{USD_M_PER_MW.name} a MW"
    return pd.DataFrame(
        {
            f"Capacity against this scenario ({fmt.GW.name})": plan.step_mw / fmt.GW.scale,
            f"This scenario ({unit})": plan.step_usd / USD_M_PER_MW.scale,
            f"Baseline ({unit})": baseline.step_usd / USD_M_PER_MW.scale,
        }
    )


def needs(answer: Answer) -> pd.DataFrame:
    """frames.needs as figures, a row a year."""
    frame, gw, usd_bn = frames.needs(answer), fmt.GW, fmt.USD_BN
    undone = frames.undone(answer).pivot(index="year", columns="workload", values="share")
    by_workload = {
        f"Left undone, {in_sentence(label)} ({fmt.PERCENT.name})": undone[label].to_numpy() / fmt.PERCENT.scale
        for label in workload_labels(answer.inputs)
    }
    return pd.DataFrame(
        {
            "Year": frame["year"],
            f"Capacity at the year's end ({gw.name})": frame["capacity_mw"] / gw.scale,
            f"Needed to bind nowhere ({gw.name})": frame["needed_mw"] / gw.scale,
            f"Short at worst ({gw.name})": frame["short_mw"] / gw.scale,
            f"Work left undone ({fmt.PERCENT.name})": frame["unserved_share"] / fmt.PERCENT.scale,
            f"Renting it costs ({usd_bn.name})": frame["shortage_usd"] / usd_bn.scale,
            f"Needed, baseline ({gw.name})": frame["baseline_needed_mw"] / gw.scale,
            **by_workload,
        }
    )


def regions(answer: Answer) -> pd.DataFrame:
    """frames.regions as it is read: a row a year and place."""
    frame = frames.regions(answer)
    return pd.DataFrame(
        {
            "Year": frame["year"],
            "Place": frame["region"],
            f"Share of the fleet ({fmt.PERCENT.name})": frame["fleet_share"] / fmt.PERCENT.scale,
            "Price ($ a MWh)": frame["usd_per_mwh"],
            "Carbon (kg CO2 a MWh)": frame["kg_co2_per_mwh"],
            f"Energy ({TWH.name})": frame["mwh"] / TWH.scale,
            f"Cost ({fmt.USD_M.name})": frame["usd"] / fmt.USD_M.scale,
            f"Carbon ({fmt.CO2_MT.name} CO2)": frame["co2_t"] / fmt.CO2_MT.scale,
            f"Baseline: cost ({fmt.USD_M.name})": frame["baseline_usd"] / fmt.USD_M.scale,
            f"Baseline: carbon ({fmt.CO2_MT.name} CO2)": frame["baseline_co2_t"] / fmt.CO2_MT.scale,
        }
    )


def work_per_megawatt(answer: Answer) -> pd.DataFrame:
    """frames.work_per_megawatt as it is read: a row a quarter, H100e a MW."""
    frame = frames.work_per_megawatt(answer)
    table = pd.DataFrame({"Quarter": story.quarters(answer)})
    for name in frames.work_lines(answer.inputs):
        own = frame[frame["line"] == name].set_index("quarter")["h100e_per_mw"]
        table[f"{name} (H100e a MW)"] = table["Quarter"].map(own)
    return table
