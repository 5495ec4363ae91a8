"""Scenarios side by side in words and in the reader's units, a column a scenario; the first is the reference."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import Unit
from core.inputs.scenario import columns
from core.model.evaluate import capital_spending_usd, evaluate
from core.model.report import accretive_word
from core.risk.futures import NO_DIFFERENCE
from core.story import finding
from core.story import frames as story
from core.story.answer import OTHER_BASIS, Answer
from core.story.settings import in_words, rest_of_unit, typed
from core.views.compare.bridge import CAPITAL, MEASURES, POWER
from core.views.compare.frames import plan_of
from core.views.compare.names import lever_name
from core.views.compare.view import Compared, View, differing, last_year, peak_mw


def headline(view: View) -> pd.DataFrame:
    """Return the headline figures in words, a column a scenario, each with its difference from the first."""
    compared, of = view.compared, _measured(view)
    answers = [one.answer for one in compared]

    def money(name: str) -> list[str]:
        def change(usd: float, _: float) -> str:
            return fmt.usd(usd, signed=True, beside=of[name])

        return _cells(of[name], lambda usd: fmt.usd(usd, 3, beside=of[name]), change, MATERIAL_USD)

    basis, calendar = view.bridge.inputs.levers["terminal_basis"], view.bridge.inputs.calendar
    rows = [
        ["Measured", *(f"against {answer.baseline_words}, to {answer.last_year}" for answer in answers)],
        ["Residual value of chips", *(in_words(basis, one.scenario[basis.id]) for one in compared)],
        *([name, *money(name)] for name in (VERSUS_HOLD, VERSUS_EXIT, OTHER_WAY, COST)),
        *_odds(view),
        [ACCRETIVE, *_year_cells([accretive_word(answer.result) for answer in answers])],
        [CAPITAL.label(calendar), *money(CAPITAL.label(calendar))],
        [_peak_of(view), *_cells(of[_peak_of(view)], fmt.power, _more_power, POWER.material)],
        [_share_of(view), *_cells(of[_share_of(view)], fmt.percent, _points, relative=False)],
    ]
    return pd.DataFrame(rows, columns=_columns("Figure", view))


def headline_figures(view: View) -> pd.DataFrame:
    """Return the same in figures, a row each with its unit, a column a scenario; without odds until they are drawn."""
    of, drawn = _measured(view), view.futures
    scales = {_peak_of(view): fmt.GW, _share_of(view): fmt.PERCENT}
    rows = [
        (
            f"{name} ({scales.get(name, fmt.USD_BN).name})",
            *(one / scales.get(name, fmt.USD_BN).scale for one in figures),
        )
        for name, figures in of.items()
    ]
    years = [accretive_word(one.answer.result) for one in view.compared]
    rows.append((ACCRETIVE, *(float(year) if isinstance(year, int) else math.nan for year in years)))
    if drawn:
        rows.append((f"{EXPECTED} ({fmt.USD_BN.name})", *(one.expected_usd / fmt.USD_BN.scale for one in drawn)))
        rows.append((f"{PAYS_IN} (% of futures)", *(one.probability / fmt.PERCENT.scale for one in drawn)))
    return pd.DataFrame(rows, columns=_columns("Figure", view))


VERSUS_HOLD: Final = "Value against today's mix held"
VERSUS_EXIT: Final = "Value against exit custom"
OTHER_WAY: Final = "Value as measured, on the other basis"
COST: Final = "Cost after tax, present value"
ACCRETIVE: Final = "First accretive year"
EXPECTED: Final = "Expected value as measured"
PAYS_IN: Final = "Pays in"


def _measured(view: View) -> dict[str, list[float]]:
    """Return the headline figures in base units by what they are called, one a scenario."""
    answers, calendar = [one.answer for one in view.compared], view.bridge.inputs.calendar
    quarter = calendar.quarters_to(last_year(view.compared)) - 1
    return {
        VERSUS_HOLD: [answer.metric("npv_vs_hold_usd") for answer in answers],
        VERSUS_EXIT: [answer.metric("npv_vs_exit_usd") for answer in answers],
        OTHER_WAY: _on_other_basis_usd(view),
        COST: [answer.metric("pv_cost_usd") for answer in answers],
        CAPITAL.label(calendar): [float(capital_spending_usd(answer.inputs, answer.result)[0]) for answer in answers],
        _peak_of(view): peak_mw(view.compared),
        _share_of(view): [finding.custom_share_of_work(answer, answer.plan, quarter) for answer in answers],
    }


def _share_of(view: View) -> str:
    when = "the last year" if _ends_alike(view) else str(last_year(view.compared))
    return f"{view.compared[0].answer.custom} share of work in {when}"


def _peak_of(view: View) -> str:
    label = POWER.label(view.bridge.inputs.calendar)
    return label if _ends_alike(view) else f"{label} to {last_year(view.compared)}"


def _ends_alike(view: View) -> bool:
    return len({one.answer.last_year for one in view.compared}) == 1


def _columns(first: str, view: View) -> list[str]:
    return list(fmt.told_apart((first, *(one.name for one in view.compared))))


def _odds(view: View) -> list[list[str]]:
    """Return expected value and odds of each scenario, against its own baseline as value is; none until drawn."""
    drawn, missing = view.futures, ["being worked out"] * len(view.compared)
    expected = [fmt.usd(one.expected_usd, 3, signed=True) for one in drawn] or missing
    pays = [
        "no difference" if one.verdict == NO_DIFFERENCE else f"{fmt.chance(one.probability)} of futures: {one.verdict}"
        for one in drawn
    ] or missing
    return [[EXPECTED, *expected], [PAYS_IN, *pays]]


def _on_other_basis_usd(view: View) -> list[float]:
    """Return what each scenario is worth with the residual value of chips on the basis that it did not choose."""
    turned = [
        one.scenario.replace(terminal_basis=OTHER_BASIS[str(one.scenario["terminal_basis"])]) for one in view.compared
    ]
    found: list[float] = evaluate(view.bridge.inputs, columns(turned), series=()).metrics["npv_usd"].tolist()
    return found


def _cells(
    figures: list[float],
    words: Callable[[float], str],
    change: Callable[[float, float], str],
    material: float = 0.0,
    relative: bool = True,
) -> list[str]:
    """Return figures in words, each but the first with its difference from the first, absolute and as a share."""
    first, cells = figures[0], [words(figures[0])]
    for figure in figures[1:]:
        more = figure - first
        if abs(more) <= material or change(more, figure) == change(0.0, figure):
            cells.append(f"{words(figure)} (no difference)")
            continue
        share = f", {finding.relative(more, first)}" if relative and abs(first) > material else ""
        cells.append(f"{words(figure)} ({change(more, figure)}{share})")
    return cells


def _points(share: float, _: float) -> str:
    return fmt.POINTS.words(share, signed=True)


def _more_power(mw: float, _: float) -> str:
    return finding.signed_power(mw)


def _year_cells(years: list[int | str]) -> list[str]:
    first, cells = years[0], [str(years[0]).capitalize()]
    for year in years[1:]:
        later = year - first if isinstance(year, int) and isinstance(first, int) else 0
        gap = f" ({fmt.counted(abs(later), 'year')} {'later' if later > 0 else 'earlier'})" if later else ""
        cells.append(f"{str(year).capitalize()}{gap}")
    return cells


def levers(view: View) -> pd.DataFrame:
    """Return each lever that differs with every scenario's setting in words."""
    inputs, compared = view.bridge.inputs, view.compared
    rows = [
        (lever_name(inputs, lever), str(lever.group), *(in_words(lever, one.scenario[lever.id]) for one in compared))
        for lever in differing(compared)
    ]
    return pd.DataFrame(rows, columns=list(fmt.told_apart(("Lever", "Group", *(one.name for one in compared)))))


def levers_set(view: View) -> pd.DataFrame:
    """Return the same in figures as they are typed, with their unit beside them."""
    inputs, compared = view.bridge.inputs, view.compared
    rows = [
        (
            lever_name(inputs, lever),
            str(lever.group),
            f"%{rest_of_unit(lever)}" if lever.is_share else lever.unit,
            *(typed(lever, one.scenario[lever.id]) for one in compared),
        )
        for lever in differing(compared)
    ]
    names = (one.name for one in compared)
    return pd.DataFrame(rows, columns=list(fmt.told_apart(("Lever", "Group", "Unit", *names))))


def spending(view: View) -> pd.DataFrame:
    """Return cash by year and kind, a column a scenario, $ B."""
    return _beside(view.compared, story.spending, ["year", "kind"], "usd", fmt.USD_BN)


def power(view: View) -> pd.DataFrame:
    """Return IT load by quarter and supplier, a column a scenario, GW."""
    return _beside(view.compared, story.power, ["quarter", "supplier"], "mw", fmt.GW)


def _beside(
    compared: Sequence[Compared], frame: Callable[[Answer], pd.DataFrame], rows: list[str], values: str, unit: Unit
) -> pd.DataFrame:
    """Return figures of `frame` by `rows`, a column a scenario; empty where another ends later."""
    plans = [plan_of(frame(one.answer)) for one in compared]
    longest = max(plans, key=len)
    table = longest[rows].reset_index(drop=True)
    for one, plan in zip(compared, plans, strict=True):
        figures = (plan.set_index(rows)[values] / unit.scale).rename(f"{one.name} ({unit.name})")
        table = table.join(figures, on=rows)
    return table.rename(columns={name: name.capitalize() for name in rows})


def bridge(view: View) -> pd.DataFrame:
    """Return the whole bridge, a row a lever between start and end, to the cent and the watt."""
    between, names = view.bridge, view.names
    levers = between.levers
    table = pd.DataFrame(
        {
            "Lever": [f"From: {names[0]}", *(lever_name(between.inputs, lever) for lever in levers), f"To: {names[1]}"],
            "From": ["", *(in_words(lever, between.before[lever.id]) for lever in levers), ""],
            "To": ["", *(in_words(lever, between.after[lever.id]) for lever in levers), ""],
        }
    )
    for measure in MEASURES:
        start, parts, end = between.of(measure)
        table[f"{measure.label(between.inputs.calendar)} ({measure.exact_unit})"] = [start, *parts, end]
    return table
