"""The tables behind the figures of Contracts, as they are read and exported."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.finance import MATERIAL_USD
from core.base.format import GW, PERCENT, USD_BN
from core.model.model import Course
from core.story.frames import long, year_labels
from core.story.tables import VARIANTS, scaled
from core.views.contracts import frames
from core.views.contracts.view import View

Floats = NDArray[np.float64]


def agreements(view: View) -> pd.DataFrame:
    """Return every agreement by year: agreed, bought, short and its cost, this scenario's and the baseline's."""
    answer, inputs = view.answer, view.answer.inputs
    names = frames.names(inputs)
    units = [frames.unit(inputs, which) for which in range(len(names))]
    own_scale = np.array([unit.scale for unit in units])[:, None, None]

    def of_variants(figure: Callable[[Course], Floats]) -> Floats:
        """A figure (year, contract) of both; (contract, variant, year)."""
        return np.moveaxis(np.stack([figure(course) for course in answer.variants.values()]), -1, 0)

    agreed = of_variants(lambda _: frames.agreed(answer))
    bought = of_variants(lambda course: frames.counted(answer, course))
    table = long(
        {"Agreement": names, "Variant": tuple(VARIANTS.values()), "Year": year_labels(answer)},
        **{
            "Agreed": agreed / own_scale,
            "Bought": bought / own_scale,
            "Agreed so far": np.cumsum(agreed, axis=-1) / own_scale,
            "Bought so far": np.cumsum(bought, axis=-1) / own_scale,
            "Short": of_variants(lambda course: frames.short(answer, course)) / own_scale,
            f"Shortfall cost ({USD_BN.name})": of_variants(lambda course: frames.shortfall_usd(answer, course))
            / USD_BN.scale,
        },
    )
    table.insert(3, "Unit", table["Agreement"].map({name: unit.name for name, unit in zip(names, units, strict=True)}))
    return table


def committed(view: View) -> pd.DataFrame:
    """Return what is agreed by year and supplier, chip spending, and the committed share of it."""
    answer = view.answer
    usd = frames.by_supplier(answer.inputs, frames.due_usd(answer))
    due, spending = usd.sum(axis=1), frames.chip_spending_usd(answer.plan)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(spending >= MATERIAL_USD, due / spending, np.nan)
    table = scaled(pd.DataFrame(usd, columns=list(frames.supplier_names(answer.inputs))), USD_BN)
    table.insert(0, "Year", year_labels(answer))
    table[f"Committed ({USD_BN.name})"] = due / USD_BN.scale
    table[f"Chip spending ({USD_BN.name})"] = spending / USD_BN.scale
    table["Committed share (%)"] = share / PERCENT.scale
    table[f"Chip spending, baseline ({USD_BN.name})"] = frames.chip_spending_usd(answer.baseline) / USD_BN.scale
    return table


def courses(view: View) -> pd.DataFrame:
    """Return what shortfalls cost by course, agreement and year, and what a course changes of the value, $ B."""
    answer, shown = view.answer, frames.every_course(view.answer)
    cost = np.stack([frames.shortfall_usd(answer, course).T for course in shown.values()])  # (course, contract, year)
    value = np.array([answer.plan.pv_cost_usd - course.pv_cost_usd for course in shown.values()])
    columns = {f"Shortfalls {year}": cost[..., y] for y, year in enumerate(year_labels(answer))}
    columns["Shortfalls, all"] = cost.sum(axis=-1)
    columns["Value of the course against this scenario"] = np.broadcast_to(value[:, None], cost.shape[:2])
    figures = {f"{head} ({USD_BN.name})": usd / USD_BN.scale for head, usd in columns.items()}
    return long({"Course": tuple(shown), "Agreement": frames.names(answer.inputs)}, **figures)


def warrants(view: View) -> pd.DataFrame:
    """Return each warrant by year and the GW that earn it, of this scenario and its baseline."""
    answer, frame = view.answer, frames.warrants(view)
    baseline_mw = frames.warrant_mw(answer, answer.baseline).ravel()
    lost_usd = frames.lost_usd(answer, answer.plan).ravel()
    return pd.DataFrame(
        {
            "Supplier": frame["supplier"],
            "Year": frame["year"],
            f"Earns the warrant ({GW.name})": frame["mw"] / GW.scale,
            f"So far ({GW.name})": frame["so_far_mw"] / GW.scale,
            f"Agreed so far ({GW.name})": frame["agreed_mw"] / GW.scale,
            f"Warrant ({USD_BN.name})": frame["usd"] / USD_BN.scale,
            f"More than the chips cost ({USD_BN.name})": lost_usd / USD_BN.scale,
            f"Baseline earns it ({GW.name})": baseline_mw / GW.scale,
            f"Warrant, baseline ({USD_BN.name})": frame["baseline_usd"] / USD_BN.scale,
        }
    )


def reported(view: View) -> pd.DataFrame:
    """Return reported commitments by quarter with grade and source."""
    inputs = view.answer.inputs
    titles = inputs.tables["sources"].set_index("source_id")["title"]
    metrics = (frames.REPORTED, frames.REPORTED_LEASES)
    rows = pd.concat([frames.reported_rows(inputs, metric) for metric in metrics], ignore_index=True)
    return pd.DataFrame(
        {
            "Reported": rows["metric"].str.replace("_", " ").str.capitalize(),
            "Quarter": rows["period"],
            f"Amount ({USD_BN.name})": rows["usd"] / USD_BN.scale,
            "Grade": rows["grade"],
            "Source": rows["source_id"].map(titles),
        }
    )
