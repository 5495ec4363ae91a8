"""What the commands that keep data up print: rules and the rows that stray from them, calibration before and after."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base.format import counted, in_sentence
from core.inputs.data import Inputs
from core.upkeep.calibrate import Fit
from core.upkeep.pace import pace
from core.upkeep.rewrite import rows_of
from core.upkeep.rules import Stray, follows_any

MOST_SHOWN: Final = 40


def of_pace(inputs: Inputs) -> str:
    """Return how fast chips get better, maker by maker and as it is used; empty if no row follows from it."""
    if not follows_any(inputs, "successor"):
        return ""
    rate = pace(rows_of(inputs), inputs.calendar)
    names = dict(zip(inputs.suppliers, inputs.supplier_names, strict=True))
    chips = dict(zip(inputs.chips.id, inputs.chips.name, strict=True))
    rows = [
        {"maker": names[maker.supplier_id], "to": chips[maker.chip_id], "years": f"{maker.years:.2f}"}
        | {"price": f"{maker.price - 1.0:+.1%}", "power": f"{maker.power - 1.0:+.1%}"}
        | {_work(inputs, one): _share(maker.per_dollar.get(one)) for one in rate.per_dollar}
        for maker in rate.makers
    ]
    used = {"maker": "used for all", "to": "", "years": "", "price": f"{rate.price - 1.0:+.0%}"}
    used |= {"power": f"{rate.power - 1.0:+.0%}"}
    used |= {_work(inputs, one): f"{found.base:+.0%}" for one, found in rate.per_dollar.items()}
    told = [
        "What a year does to chips, from the one that is the unit to each maker's last announced: all-in price and "
        "power of a chip, and work per dollar.",
        _table([*rows, used]),
    ]
    for one, found in rate.per_dollar.items():
        slow, fast = found.trend
        told.append(f"The slowest and the fastest maker are {slow:+.2f} and {fast:+.2f} a year of trend_{one}.")
    return "\n".join(told)


def _work(inputs: Inputs, family: str) -> str:
    return f"{in_sentence(inputs.family_names[family])} work/$"


def of_strays(found: list[Stray]) -> str:
    """Return the cells that are not what their rule gives."""
    if not found:
        return "Every row that follows a rule is what its rule gives."
    shown = [str(stray) for stray in found[:MOST_SHOWN]]
    more = [f"and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    return "\n".join([f"{counted(len(found), 'cell')} differ from what their rule gives:", *shown, *more])


def of_targets(now: pd.DataFrame, then: pd.DataFrame | None = None) -> str:
    """Return each target with the figure of the model; then: the same with the factors that fit, if they are known."""
    if now.empty:
        return "The data have no published figure to be held against."
    rows = []
    for place, one in enumerate(now.to_dict("records")):
        row = {"target": str(one["name"]), "used for": one["used_for"].replace("_", " "), "unit": str(one["unit"])}
        row |= {"published": f"{one['base']:,.4g}", "of it covered": f"{one['covered_share']:.1%}"}
        row |= {"model": _figure(one["model"]), "off by": _share(one["difference_share"])}
        if then is not None:
            fitted = then.iloc[place]
            row |= {"fitted": _figure(fitted["model"]), "then off by": _share(fitted["difference_share"])}
        rows.append(row)
    return _table(rows)


def of_fit(fit: Fit) -> str:
    """Return each target with the figure of the model as the data are and with the factors that fit, and those."""
    return "\n".join(
        [
            of_targets(fit.now, fit.fitted),
            f"Work from the fleet year on times {fit.level:.4f} fits best what of spending and IT load is fitted.",
            f"Growth after the first modelled year to the power {fit.growth:.4f} is the most that can be powered.",
        ]
    )


def _figure(value: float) -> str:
    return "" if pd.isna(value) else f"{value:,.4g}"


def _share(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:+.1%}"


def _table(rows: list[dict[str, str]]) -> str:
    """Return rows as columns of text, the first to the left and figures to the right."""
    columns = list(rows[0])
    widths = {one: max(len(one), *(len(row[one]) for row in rows)) for one in columns}
    lines = [{one: one for one in columns}, *rows]
    return "\n".join(
        "  ".join(row[one].ljust(widths[one]) if one == columns[0] else row[one].rjust(widths[one]) for one in columns)
        for row in lines
    )
