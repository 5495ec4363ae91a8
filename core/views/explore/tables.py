"""The tables behind the charts of Explore, as they are read and exported."""

from __future__ import annotations

import pandas as pd

from core.base import format as fmt
from core.base.format import Unit
from core.story import frames
from core.story.answer import Answer
from core.story.tables import VARIANTS, pivot
from core.views.explore import frames as explore


def spending(answer: Answer) -> pd.DataFrame:
    """Cash by year and kind, this scenario above its baseline, $ B."""
    parts = [
        pivot(rows, "year", "kind", "usd", fmt.USD_BN).assign(Variant=VARIANTS[str(variant)])
        for variant, rows in frames.spending(answer).groupby("variant", sort=False)
    ]
    table = pd.concat(parts, ignore_index=True)
    table[f"All ({fmt.USD_BN.name})"] = table.drop(columns=["Year", "Variant"]).sum(axis=1)
    return table[["Variant", *table.columns.drop("Variant")]]


def adoption(answer: Answer) -> pd.DataFrame:
    """Value against none by custom share in % and workload, $ B."""
    line = explore.adoption_value(answer)
    line = line[~line["here"]]
    share = f"custom share of new capacity ({fmt.PERCENT.name})"
    percents = (line["adoption_share"] / fmt.PERCENT.scale).round(fmt.MOST_DECIMALS)
    return pivot(line.assign(**{share: percents}), share, "workload", "usd", fmt.USD_BN)


def offers(answer: Answer) -> pd.DataFrame:
    """Each supplier's chip on offer by quarter and workload, with its cost of work and power."""
    frame = explore.offers(answer)
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
    work = explore.work(answer)
    held = work[(work["measure"] == "held back") & (work["variant"] == "plan")]
    return pivot(held, "quarter", "workload", "h100e", Unit(1e3, "", "thousand H100e held back"))
