"""What Contracts says of warrants: what they are worth, for how much power, and what limits them."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR
from core.story.answer import Answer
from core.story.finding import period_words
from core.views.contracts import frames
from core.views.contracts.view import View

ALIKE: Final = 0.01
"""Two warrants that differ by less than this share are as large as each other."""


def title(view: View) -> str:
    """Return the finding of the warrants: what they are worth, for how much power, and what is left to earn."""
    answer, names = view.answer, frames.earning_names(view.answer.inputs)
    if not names:
        return "No agreement earns a warrant"
    mw = float(frames.warrant_mw(answer, answer.plan).sum())
    by_supplier = frames.warrant_usd(answer, answer.plan).sum(axis=0)
    usd = float(by_supplier.sum())
    if mw < 1.0:
        return f"No purchase earns the warrant of {names[0]}" if len(names) == 1 else "No purchase earns a warrant"
    power = fmt.power(mw, 2)
    if usd < MATERIAL_USD:
        what = "a warrant that is" if len(names) == 1 else "warrants that are"
        return f"{power} of purchases earn {what} set to be worth nothing"
    left_mw = float(frames.most_mw(answer.inputs).sum()) - mw
    rest = f"; {fmt.power(left_mw, 2)} is left to earn" if left_mw >= 1.0 else "; all of it is earned"
    told = f"shares worth {fmt.usd(usd, 3)} for {power} by {answer.last_year}"
    if len(names) == 1:
        return f"{names[0]} grants {told}{rest}"
    *_, second, first = np.sort(by_supplier)
    most = f", {names[int(by_supplier.argmax())]} the most" if first > second * (1.0 + ALIKE) else ""
    return f"{len(names)} suppliers grant {told}{most}{rest}"


def caption(view: View) -> str:
    """Return what shaped the warrants, what their marks stand for, and whether what chips cost limits them."""
    answer, inputs = view.answer, view.answer.inputs
    if not frames.earning(inputs):
        return "A warrant grants shares of a supplier for what is bought of it."
    each, most_mw = frames.usd_per_gw(answer), frames.most_mw(inputs)
    worth = fmt.span(list(dict.fromkeys(fmt.usd(float(usd)) for usd in (each.min(), each.max()))))
    most = fmt.power(float(most_mw[0]), 2) if most_mw.size == 1 else "all that its agreement asks for"
    return (
        f"{worth} a GW that counts, after the odds of vesting, up to {most}; figures: power of the year. Outline: "
        f"{answer.baseline_words}.{_limited(answer)}"
    )


def _limited(answer: Answer) -> str:
    """Say what goes unearned because no lot earns more than it costs, nothing if nothing does."""
    lost = frames.lost_usd(answer, answer.plan).sum(axis=1)  # (year,)
    if (binds := lost >= MATERIAL_USD).any():
        when = period_words(binds, answer.calendar, QUARTERS_PER_YEAR)
        return f" No lot earns more than it costs, which takes {fmt.usd(float(lost.sum()))} {when}."
    return ""
