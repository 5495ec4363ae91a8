"""What a goal asks for and what was found for it, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from core.base import format as fmt
from core.base.quarters import Calendar
from core.risk.goal import GOAL_FUTURES, Aim, Found, Goal, GoalError
from core.story.answer import Answer
from core.story.frames import capital_usd
from core.story.settings import in_words
from core.views.risk.words import near

AIMS: Final = {
    Aim.VALUE: "Value of at least",
    Aim.EXPECTED: "Expected value of at least",
    Aim.ODDS: "It pays in at least",
    Aim.CAPITAL: "Capital spending of at most",
    Aim.POWER: "Peak power of at most",
    Aim.PAYBACK: "Payback by",
}


PAYS_FROM: Final = 0.8
"""Odds to begin with: above them a scenario is said to pay."""
NO_VALUE_USD: Final = 0.5e6
"""Value of less than this is what is left of closing in on a setting."""


def goal_words(found: Found, setting: float, calendar: Calendar) -> str:
    """Return what was found for a goal in a sentence or two; `setting` is the scenario's own."""
    lever, reached = found.lever, reached_words(found, calendar)
    here = in_words(lever, near(lever, setting))
    if found.setting is None:
        closest = in_words(lever, near(lever, found.closest_setting))
        near_miss = f"{fmt.sentence(closest)} comes closest: {_reaches(found, reached)}{_short(found)}"
        return f"No setting of {lever.label} meets it. {near_miss}."
    if found.setting == setting:
        lost = found.lost_at
        until = (
            "; it holds at every setting" if lost is None else f"; it is lost at {in_words(lever, near(lever, lost))}"
        )
        return f"It is met as set, at {here}: {_reaches(found, reached)}{until}."
    at = in_words(lever, near(lever, found.setting))
    return f"{lever.label} at {at} meets it: {_reaches(found, reached)}. You are at {here}."


def reached_words(found: Found, calendar: Calendar) -> str:
    """Return the figure that a setting reaches, as the goal counts it."""
    match found.goal.aim:
        case Aim.ODDS:
            return "no difference" if math.isnan(found.reached) else fmt.chance(found.reached)
        case Aim.VALUE | Aim.EXPECTED if 0.0 < abs(found.reached) < NO_VALUE_USD:
            return "about 0"
        case Aim.VALUE | Aim.EXPECTED | Aim.CAPITAL:
            return fmt.usd(found.reached, 3, signed=found.goal.aim is not Aim.CAPITAL)
        case Aim.POWER:
            return fmt.power(found.reached)
        case Aim.PAYBACK:
            words: Mapping[float, str] = {np.inf: "never", -np.inf: "from the outset"}
            if math.isnan(found.reached):
                return "no difference"
            return words.get(found.reached) or calendar.label(int(found.reached))


def _reaches(found: Found, reached: str) -> str:
    match found.goal.aim:
        case Aim.VALUE:
            return f"value {reached}"
        case Aim.EXPECTED:
            return f"expected value {reached} over {GOAL_FUTURES} futures"
        case Aim.ODDS:
            return reached if reached == "no difference" else f"it pays in {reached} of {GOAL_FUTURES} futures"
        case Aim.CAPITAL:
            return f"{reached} in {found.goal.year}"
        case Aim.POWER:
            return f"peak {reached} of IT load"
        case Aim.PAYBACK:
            return "nothing to pay back" if reached == "no difference" else f"payback {reached}"


def _short(found: Found) -> str:
    """Say how far the closest setting stays from the target; payback that never comes is not short by a figure."""
    if not math.isfinite(found.short_by):
        return ""
    match found.goal.aim:
        case Aim.VALUE | Aim.EXPECTED:
            return f", {fmt.usd(found.short_by)} short"
        case Aim.ODDS:
            return f", {fmt.POINTS.words(found.short_by)} short"
        case Aim.CAPITAL:
            return f", {fmt.usd(found.short_by)} too much"
        case Aim.POWER:
            return f", {fmt.power(found.short_by)} too much"
        case Aim.PAYBACK:
            return f", {fmt.counted(round(found.short_by), 'quarter')} late"


def target_quarters(answer: Answer) -> list[str]:
    """Return the quarters by which payback may be wanted: all that are modelled."""
    return [*map(answer.calendar.label, range(answer.calendar.quarters_to(answer.last_year)))]


UNITS: Final = {
    Aim.VALUE: "$ B",
    Aim.EXPECTED: "$ B",
    Aim.ODDS: "% of futures",
    Aim.CAPITAL: "$ B a year",
    Aim.POWER: "GW of IT load",
}
_SCALES: Final = {
    Aim.VALUE: fmt.USD_BN.scale,
    Aim.EXPECTED: fmt.USD_BN.scale,
    Aim.ODDS: fmt.PERCENT.scale,
    Aim.CAPITAL: fmt.USD_BN.scale,
    Aim.POWER: fmt.GW.scale,
}
"""How a target is typed, and what one of it is in base units."""


def goal(aim: Aim, figure: float | None, year: int, quarter: str, calendar: Calendar) -> Goal:
    """Return the goal that is asked for: `figure` as it is typed, or `quarter` for payback.

    Raises GoalError if there is no figure.
    """
    if aim is Aim.PAYBACK:
        return Goal.payback(quarter, calendar)
    if figure is None:
        raise GoalError([f"{aim}: there is no figure to reach; type one"])
    return Goal(aim, figure * _SCALES[aim], year)


def usual_target(answer: Answer, aim: Aim, year: int) -> float:
    """Return what to begin with, as it is typed: break-even, or a little below what the scenario spends or draws."""
    if aim in (Aim.VALUE, Aim.EXPECTED):
        return 0.0
    if aim is Aim.ODDS:
        return PAYS_FROM / _SCALES[aim]
    if aim is Aim.POWER:
        return math.floor(answer.metric("peak_mw_it") / _SCALES[aim])
    return math.floor(float(capital_usd(answer.plan)[year - answer.calendar.first_year]) / _SCALES[aim])


def usual_quarter(quarters: list[str]) -> str:
    """Return the quarter to begin with: the end of the first half."""
    return quarters[len(quarters) // 2 - 1]


def setting_words(found: Found) -> str:
    """Return the lever and the setting that meets the goal, or comes closest: `Cost of custom chips to 1.14 ×`."""
    return f"{found.lever.label} to {in_words(found.lever, near(found.lever, found.closest_setting))}"


def problem(text: str) -> str:
    """Return a problem of a goal as a sentence of its own."""
    return f"{fmt.sentence(text)}."
