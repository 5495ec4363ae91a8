"""Effect on earnings per share by year."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.format import Unit
from core.model.report import accretive_word
from core.story import frames
from core.views.cost.view import View

SHARES: Final = (Unit(1e9, "", f"{fmt.NBSP}B"), Unit(1e6, "", f"{fmt.NBSP}M"))
"""The units in which shares are counted, the large one first."""


def frame(view: View) -> pd.DataFrame:
    """Effect on earnings per share by year; columns: year, usd (a share), words, good, expense_saving_usd."""
    result = view.answer.result
    eps = result.eps_effect_usd[:, 0]
    return pd.DataFrame(
        {
            "year": frames.year_labels(view.answer),
            "usd": eps,
            "words": [fmt.usd_each(float(usd), signed=True) for usd in eps],
            "good": eps > 0.0,
            "expense_saving_usd": result.expense_saving_usd[:, 0],
        }
    )


def table(view: View) -> pd.DataFrame:
    """Return expense saved and earnings per share by year."""
    effect = frame(view)
    return pd.DataFrame(
        {
            "Year": effect["year"],
            f"Expense saved ({fmt.USD_BN.name})": effect["expense_saving_usd"] / fmt.USD_BN.scale,
            "Earnings after book tax ($ a share)": effect["usd"],
        }
    )


def title(view: View) -> str:
    """Return the finding: first and last year, and when the scenario is accretive."""
    answer = view.answer
    eps, year = answer.result.eps_effect_usd[:, 0], accretive_word(answer.result)
    if year == "no difference":
        return "Earnings per share do not change"
    when = f"accretive from {year} on" if isinstance(year, int) else "not accretive to the end"
    first, last = (fmt.usd_each(float(usd), signed=True) for usd in eps[[0, -1]])
    return (
        f"Earnings per share move by {first} in {answer.calendar.first_year} and {last} in {answer.last_year}; {when}"
    )


def caption(view: View) -> str:
    """Return what shaped the effect on earnings."""
    inputs = view.answer.inputs
    return (
        f"Expense saved against {view.answer.baseline_words}, after book tax of {fmt.setting(inputs.book_tax_rate)}, "
        f"over {fmt.one_unit(SHARES, [inputs.diluted_shares]).words(inputs.diluted_shares, 3)} diluted "
        "shares. Interest on the cash is not in it."
    )
