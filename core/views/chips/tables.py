"""The tables behind the figures of Chips, as they are read and exported."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.format import in_sentence
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import NO_LAST_ORDER
from core.story import frames as story
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_label, workload_labels
from core.views.chips import frames


def matrix(answer: Answer, quarter: int) -> pd.DataFrame:
    """frames.matrix as it is read: a row a workload and chip, $ an H100e-hour."""
    frame, labels = frames.matrix(answer, quarter), workload_labels(answer.inputs)
    unit = " ($ an H100e-hour)"
    whole = frame.iloc[:: len(frames.PARTS)].reset_index(drop=True)
    parts = frame["usd"].to_numpy().reshape(-1, len(frames.PARTS))
    table = pd.DataFrame(
        {
            "Workload": whole["workload"],
            "Supplier": whole["supplier"],
            "Chip": whole["chip"],
            "Cheapest of its supplier": np.where(whole["offered"], "yes", ""),
            f"All{unit}": whole["total_usd"],
            **{f"{part}{unit}": parts[:, i] for i, part in enumerate(frames.PARTS)},
        }
    )
    return table.sort_values("Workload", key=lambda column: column.map(labels.index), kind="stable", ignore_index=True)


def ties(answer: Answer, quarter: int) -> pd.DataFrame:
    """frames.ties as figures, a row a workload."""
    names = {
        "workload": "Workload",
        "custom_chip": f"{answer.custom} chip",
        "custom_usd": f"{answer.custom} cost of work ($ an H100e-hour)",
        "bought_chip": "Best bought chip",
        "bought_usd": "Bought cost of work ($ an H100e-hour)",
        "performance": "Ties at performance (times its own)",
        "price": "Ties at price (times its own; not above 0: at none)",
    }
    return frames.ties(answer, quarter)[list(names)].rename(columns=names)


def cost_of_work(answer: Answer, workload: str) -> pd.DataFrame:
    """frames.cost_of_work as it is read: a row a quarter, chip and cost by supplier."""
    frame = frames.cost_of_work(answer, workload)
    table = pd.DataFrame({"quarter": story.quarters(answer)})
    for supplier in supplier_labels(answer.inputs):
        own = frame[frame["supplier"] == supplier].set_index("quarter")
        table[f"{supplier} chip"] = table["quarter"].map(own["chip"])
        table[f"{supplier} ($ an H100e-hour)"] = table["quarter"].map(own["usd"])
    return table.rename(columns={"quarter": "Quarter"})


def timeline(answer: Answer, workload: str) -> pd.DataFrame:
    """frames.timeline as it is read: a row a chip on offer by the horizon."""
    frame = frames.timeline(answer, workload)
    chips = frame.drop_duplicates("chip_id")
    offered = frame[frame["kind"] == "offered"].groupby("chip_id")
    quarters = (offered["until_years"].sum() - offered["time_years"].sum()) * QUARTERS_PER_YEAR
    return pd.DataFrame(
        {
            "Supplier": chips["supplier"],
            "Chip": chips["chip"],
            "Status": chips["status"],
            "On offer": chips["from_words"],
            "Moved": chips["moved_words"],
            f"Quarters as its supplier's cheapest in {in_sentence(workload_label(answer.inputs, workload))}": (
                chips["chip_id"].map(quarters).fillna(0.0).round().astype(int)
            ),
        }
    ).reset_index(drop=True)


def specification(answer: Answer) -> pd.DataFrame:
    """What each chip is, with grade and source: availability, power, memory, peaks, price and work on each workload.

    Figures are those of the data; only the quarter from which a chip can be had is moved by the levers.
    """
    inputs, plan = answer.inputs, frames.roadmap(answer)
    chips, known = inputs.chips, inputs.tables["chips"]
    prices = inputs.tables["chip_prices"].set_index("chip_id").loc[list(chips.id)]
    throughput = inputs.tables["chip_throughput"]
    publications = inputs.tables["sources"].set_index("source_id")
    grades = throughput.groupby("chip_id")["grade"].agg(lambda grade: fmt.listed(sorted(set(grade)))).reindex(chips.id)
    last = [fmt.MISSING if t == NO_LAST_ORDER else answer.calendar.label(int(t)) for t in chips.last_order]
    table = {
        "Supplier": np.array(supplier_labels(inputs))[chips.supplier],
        "Chip": chips.name,
        "Status": known["status"].map(frames.STATUSES),
        "Volume in the data": [answer.calendar.label(int(t)) for t in plan.announced],
        "Volume here": [answer.calendar.label(int(t)) for t in plan.available],
        "Last order": last,
        "Chip power (W)": known["tdp_w"],
        "Power with system (kW)": chips.kw,
        "Memory (GB)": known["memory_gb"],
        "Memory (TB/s)": known["memory_tb_s"],
        "BF16 (Tflop/s)": known["bf16_tflops"],
        "FP8 (Tflop/s)": known["fp8_tflops"],
        "FP4 (Tflop/s)": known["fp4_tflops"],
        "Price, low ($)": prices["price_usd_low"].to_numpy(),
        "Price ($)": chips.price_usd,
        "Price, high ($)": prices["price_usd_high"].to_numpy(),
        "System share ($)": chips.system_cost_usd,
    }
    for w, label in enumerate(workload_labels(inputs)):
        table[f"{label} (H100e)"] = np.where(chips.h100e[:, w] > 0.0, chips.h100e[:, w], np.nan)
    table |= {
        "Grade of the chip": known["grade"],
        "Grade of the price": prices["grade"].to_numpy(),
        "Grade of its work": grades.to_numpy(),
        "Source of the chip": known["source_id"].map(publications["title"]),
        "Source of the price": prices["source_id"].map(publications["title"]).to_numpy(),
        "Note": known["note"],
        "Address": known["source_id"].map(publications["url"]),
    }
    frame = pd.DataFrame(table)
    return frame.iloc[np.argsort(chips.supplier, kind="stable")].reset_index(drop=True)
