"""What is promised to suppliers: agreements against purchases that count, shortfalls, the warrant, what turning costs.

Frames are tidy and in base units: MW for agreements in GW, USD for the others. Money falls in the years that are
modelled; what is promised beyond them is said in words.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.format import Unit
from core.inputs.data import AMD, Inputs
from core.inputs.scenario import FIRST_YEAR, QUARTERS_PER_YEAR
from core.model.contracts import WARRANT_CAP_GW
from core.model.contracts import warrant_gw as gw_of_warrant
from core.model.evaluate import MATERIAL_USD, by_year
from core.model.model import EXIT, HOLD, PLAN
from core.model.units import MW_PER_GW, USD_PER_USD_BN
from core.story import finding
from core.story.answer import BASELINE_WORDS, Answer
from core.story.figure import Metric
from core.story.labels import supplier_labels

Floats = NDArray[np.float64]

YEARLY: Final = "By year"
CUMULATIVE: Final = "Cumulative"
VIEWS: Final = (YEARLY, CUMULATIVE)
COURSES: Final = (PLAN, HOLD, EXIT)
REPORTED: Final = "non_cancelable_commitments"
REPORTED_LEASES: Final = "leases_not_yet_commenced"
"""Metrics of the table reported_financials."""


# --- Agreements


def names(inputs: Inputs) -> tuple[str, ...]:
    """Return what the agreements are called, in the order of the data."""
    return inputs.contracts.name


def unit(inputs: Inputs, agreement: int) -> Unit:
    """Return the unit in which an agreement is kept."""
    return fmt.GW if inputs.contracts.in_gw[agreement] else fmt.USD_BN


def _years(answer: Answer) -> int:
    return int(answer.sim.flows.short.shape[0])


def _year_labels(answer: Answer) -> list[str]:
    return [str(FIRST_YEAR + y) for y in range(_years(answer))]


def _in_base_units(inputs: Inputs) -> Floats:
    """What turns an agreement's own unit (GW or USD) into the base unit (MW or USD); (contract,)."""
    return np.where(inputs.contracts.in_gw, MW_PER_GW, 1.0)


def agreed(answer: Answer) -> Floats:
    """Return what is agreed by year, in base units; (year, contract)."""
    amount: Floats = answer.sim.world.inputs.contracts.amount[:, : _years(answer)].T
    return amount * _in_base_units(answer.sim.world.inputs)


def counted(answer: Answer, course: int) -> Floats:
    """Return the purchases that count by year, in base units; (year, contract)."""
    return by_year(answer.sim.flows.counted[:, :, course, 0]) * _in_base_units(answer.sim.world.inputs)


def short(answer: Answer, course: int) -> Floats:
    """Return what falls short by year, in base units; (year, contract)."""
    return answer.sim.flows.short[:, :, course, 0] * _in_base_units(answer.sim.world.inputs)


def committed_usd(inputs: Inputs, years: int | None = None) -> Floats:
    """Return what is agreed by year at the agreements' own prices; (year, contract), of all years if None are given."""
    deals = inputs.contracts
    usd: Floats = (deals.amount * deals.usd_per_gw).T
    return usd[:years]


def shortfall_usd(answer: Answer) -> Floats:
    """Return what shortfalls cost by year; (year, contract, course). Over contracts it is the flow of that name."""
    usd_per_gw = answer.sim.world.inputs.contracts.usd_per_gw[:, : _years(answer)].T[:, :, None]
    cost: Floats = answer.sim.flows.short[..., 0] * usd_per_gw * answer.sim.world.levers["shortfall_penalty"][0]
    return cost


def exposure_usd(answer: Answer) -> float:
    """Return what shortfalls would cost if nothing at all were bought: the take-or-pay share of all that is agreed."""
    return float(
        committed_usd(answer.sim.world.inputs, _years(answer)).sum() * answer.sim.world.levers["shortfall_penalty"][0]
    )


def agreement(answer: Answer, which: int, view: str) -> pd.DataFrame:
    """One agreement by year: columns year, agreed, counted, baseline, short (all in its base unit), due, is_short.

    `due` is true in years of the agreement, `is_short` where more than rounding falls short. In the cumulative view
    each figure is the sum so far.
    """
    figures = [agreed(answer), counted(answer, PLAN), counted(answer, answer.baseline_course), short(answer, PLAN)]
    columns = [figure[:, which] for figure in figures]
    if view == CUMULATIVE:
        columns = [np.cumsum(column) for column in columns]
    return pd.DataFrame(
        {
            "year": _year_labels(answer),
            "agreed": columns[0],
            "counted": columns[1],
            "baseline": columns[2],
            "short": columns[3],
            "due": answer.sim.world.inputs.contracts.active[which, : _years(answer)],
            "is_short": [_is_short(answer, which, amount) for amount in columns[3]],
        }
    )


def _is_short(answer: Answer, which: int, amount: float) -> bool:
    """Whether an amount in base units is more than rounding."""
    return amount > SHORT_SHARE * float(agreed(answer)[:, which].sum())


SHORT_SHARE: Final = 1e-6
"""What falls short by less than this share of an agreement goes unmentioned."""


def agreements_words(answer: Answer) -> pd.DataFrame:
    """Return each agreement in words: agreed, counted, when it is short, and what that costs on each course."""
    inputs = answer.inputs
    cost = shortfall_usd(answer).sum(axis=0)  # (contract, course)
    bought, promised, missing = counted(answer, PLAN).sum(axis=0), agreed(answer).sum(axis=0), short(answer, PLAN)
    rows = []
    for k, name in enumerate(names(inputs)):
        of = unit(inputs, k)
        late = np.array([_is_short(answer, k, amount) for amount in missing[:, k]])
        rows.append(
            {
                "Agreement": name,
                f"Agreed to {_until(answer)}": of.words(promised[k]),
                "Bought": of.words(bought[k]),
                "Short": f"{of.words(missing[:, k].sum())} {finding.period_words(late, QUARTERS_PER_YEAR)}"
                if late.any()
                else "never",
                "Costs here": fmt.usd(float(cost[k, PLAN])),
                BASELINE_WORDS[HOLD].capitalize(): fmt.usd(float(cost[k, HOLD])),
                BASELINE_WORDS[EXIT].capitalize(): fmt.usd(float(cost[k, EXIT])),
            }
        )
    return pd.DataFrame(rows)


def agreements_table(answer: Answer) -> pd.DataFrame:
    """Return every agreement by year: agreed, bought, short and its cost, this scenario's and the baseline's."""
    inputs = answer.inputs
    cost = shortfall_usd(answer)
    rows = []
    for k, name in enumerate(names(inputs)):
        of = unit(inputs, k)
        for variant, course in answer.courses.items():
            figures = np.stack(
                [agreed(answer)[:, k], counted(answer, course)[:, k], short(answer, course)[:, k]], axis=1
            )
            running = np.cumsum(figures, axis=0)
            for y, label in enumerate(_year_labels(answer)):
                rows.append(
                    {
                        "Agreement": name,
                        "Variant": "this scenario" if variant == "plan" else "baseline",
                        "Year": label,
                        "Unit": of.name,
                        "Agreed": figures[y, 0] / of.scale,
                        "Bought": figures[y, 1] / of.scale,
                        "Agreed so far": running[y, 0] / of.scale,
                        "Bought so far": running[y, 1] / of.scale,
                        "Short": figures[y, 2] / of.scale,
                        f"Shortfall cost ({fmt.USD_BN.name})": cost[y, k, course] / fmt.USD_BN.scale,
                    }
                )
    return pd.DataFrame(rows)


# --- Committed and free


def chip_spending_usd(answer: Answer, course: int) -> Floats:
    """Return spending on chips by year, before the warrant; (year,)."""
    return by_year(answer.sim.flows.capex_usd[:, :, course, 0].sum(axis=1))


def committed(answer: Answer) -> pd.DataFrame:
    """What is agreed by year and agreement beside what is spent on chips.

    Columns: year, agreement, usd, spending_usd, baseline_usd, share_words (committed share of the year's spending).
    """
    usd = committed_usd(answer.sim.world.inputs, _years(answer))
    spending, baseline = chip_spending_usd(answer, PLAN), chip_spending_usd(answer, answer.baseline_course)
    labels, width = names(answer.sim.world.inputs), usd.shape[1]
    shares = [_share_words(due, spent) for due, spent in zip(usd.sum(axis=1), spending, strict=True)]
    return pd.DataFrame(
        {
            "year": np.repeat(_year_labels(answer), width),
            "agreement": np.tile(labels, len(usd)),
            "usd": usd.ravel(),
            "spending_usd": np.repeat(spending, width),
            "baseline_usd": np.repeat(baseline, width),
            "share_words": np.repeat(shares, width),
        }
    )


def _share_words(due: float, spent: float) -> str:
    if due < MATERIAL_USD:
        return ""
    return fmt.percent(due / spent) if spent >= MATERIAL_USD else "nothing spent"


def committed_table(answer: Answer) -> pd.DataFrame:
    """Return what is agreed by year and agreement, chip spending, and the committed share of it."""
    answer, usd_bn = answer, fmt.USD_BN
    usd = committed_usd(answer.sim.world.inputs, _years(answer))
    spending = chip_spending_usd(answer, PLAN)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(spending >= MATERIAL_USD, usd.sum(axis=1) / spending, np.nan)
    table = pd.DataFrame(
        usd / usd_bn.scale, columns=[f"{name} ({usd_bn.name})" for name in names(answer.sim.world.inputs)]
    )
    table.insert(0, "Year", _year_labels(answer))
    table[f"Committed ({usd_bn.name})"] = usd.sum(axis=1) / usd_bn.scale
    table[f"Chip spending ({usd_bn.name})"] = spending / usd_bn.scale
    table["Committed share (%)"] = share / fmt.PERCENT.scale
    table[f"Chip spending, baseline ({usd_bn.name})"] = chip_spending_usd(answer, answer.baseline_course) / usd_bn.scale
    return table


# --- Changing course


ROOM: Final = 0.2
"""Room for the figure of the longest bar, as a share of it."""


def course_words(course: int) -> str:
    """Return what a course is called where it is drawn."""
    return "This scenario" if course == PLAN else BASELINE_WORDS[course].capitalize()


def courses(answer: Answer) -> pd.DataFrame:
    """What shortfalls cost in all on each course; columns: course, agreement, usd, total_usd, total_words,
    and edge_usd, up to which figures find room.
    """
    cost = shortfall_usd(answer).sum(axis=0).T  # (course, contract)
    labels, width = names(answer.sim.world.inputs), cost.shape[1]
    totals = cost.sum(axis=1)
    return pd.DataFrame(
        {
            "course": np.repeat([course_words(course) for course in COURSES], width),
            "agreement": np.tile(labels, len(COURSES)),
            "usd": cost[list(COURSES)].ravel(),
            "total_usd": np.repeat(totals[list(COURSES)], width),
            "total_words": np.repeat([fmt.usd(float(totals[course])) for course in COURSES], width),
            "edge_usd": (1.0 + ROOM) * float(totals.max()),
        }
    )


def courses_table(answer: Answer) -> pd.DataFrame:
    """Return what shortfalls cost by course, agreement and year, and what a course changes of the value, $ B."""
    cost, usd_bn, pv = shortfall_usd(answer), fmt.USD_BN, answer.sim.flows.pv_cost_usd[:, 0]
    years = [f"Shortfalls {label} ({usd_bn.name})" for label in _year_labels(answer)]
    rows = [
        {
            "Course": course_words(course),
            "Agreement": name,
            **dict(zip(years, cost[:, k, course] / usd_bn.scale, strict=True)),
            f"Shortfalls, all ({usd_bn.name})": cost[:, k, course].sum() / usd_bn.scale,
            f"Value of the course against this scenario ({usd_bn.name})": (pv[PLAN] - pv[course]) / usd_bn.scale,
        }
        for course in COURSES
        for k, name in enumerate(names(answer.sim.world.inputs))
    ]
    return pd.DataFrame(rows)


# --- The warrant


def warrant_gw(answer: Answer) -> Floats:
    """Return the GW that earn the warrant; (quarter, course)."""
    return gw_of_warrant(answer.inputs.contracts, answer.sim.flows.counted)[..., 0]


def warrants(answer: Answer) -> pd.DataFrame:
    """The warrant by year; columns: year, usd, baseline_usd, mw (that earn it), so_far_mw, agreed_mw (so far)."""
    deals = answer.inputs.contracts
    usd = by_year(answer.sim.flows.warrant_usd[..., 0])
    mw = by_year(warrant_gw(answer))[:, PLAN] * MW_PER_GW
    return pd.DataFrame(
        {
            "year": _year_labels(answer),
            "usd": usd[:, PLAN],
            "baseline_usd": usd[:, answer.baseline_course],
            "mw": mw,
            "so_far_mw": np.cumsum(mw),
            "agreed_mw": np.cumsum(agreed(answer)[:, deals.in_gw & (deals.supplier == AMD)].sum(axis=1)),
        }
    )


def warrants_table(answer: Answer) -> pd.DataFrame:
    """Return the warrant by year and the GW that earn it, of this scenario and its baseline."""
    frame, gw = warrants(answer), by_year(warrant_gw(answer))
    return pd.DataFrame(
        {
            "Year": frame["year"],
            f"Earns the warrant ({fmt.GW.name})": frame["mw"] / fmt.GW.scale,
            f"So far ({fmt.GW.name})": frame["so_far_mw"] / fmt.GW.scale,
            f"Agreed so far ({fmt.GW.name})": frame["agreed_mw"] / fmt.GW.scale,
            f"Warrant ({fmt.USD_BN.name})": frame["usd"] / fmt.USD_BN.scale,
            f"Baseline earns it ({fmt.GW.name})": gw[:, answer.baseline_course] * MW_PER_GW / fmt.GW.scale,
            f"Warrant, baseline ({fmt.USD_BN.name})": frame["baseline_usd"] / fmt.USD_BN.scale,
        }
    )


# --- What the company reports


def reported(answer: Answer) -> pd.DataFrame:
    """Non-cancelable commitments that the company reports, by quarter; columns: period, usd, here_usd, words.

    `here_usd` is what all agreements of the model come to. Empty if the data hold none.
    """
    rows = _reported(answer.sim.world.inputs, REPORTED)
    return pd.DataFrame(
        {
            "period": rows["period"],
            "usd": rows["usd"],
            "here_usd": float(committed_usd(answer.sim.world.inputs).sum()),
            "words": [fmt.usd(usd, 3) for usd in rows["usd"]],
        }
    )


def _reported(inputs: Inputs, metric: str) -> pd.DataFrame:
    table = inputs.tables["reported_financials"]
    rows = table[table["metric"] == metric].sort_values("period")
    return rows.assign(usd=rows["value"] * USD_PER_USD_BN).reset_index(drop=True)


def reported_table(answer: Answer) -> pd.DataFrame:
    """Return reported commitments by quarter with grade and source."""
    inputs = answer.sim.world.inputs
    titles = inputs.tables["sources"].set_index("source_id")["title"]
    rows = pd.concat([_reported(inputs, REPORTED), _reported(inputs, REPORTED_LEASES)], ignore_index=True)
    return pd.DataFrame(
        {
            "Reported": rows["metric"].str.replace("_", " ").str.capitalize(),
            "Quarter": rows["period"],
            f"Amount ({fmt.USD_BN.name})": rows["usd"] / fmt.USD_BN.scale,
            "Grade": rows["grade"],
            "Source": rows["source_id"].map(titles),
        }
    )


# --- Sentences


def headline(answer: Answer) -> str:
    """Return the page's title: how much is committed, and what changing course now costs in shortfalls and value."""
    usd = committed_usd(answer.sim.world.inputs, _years(answer))
    first, spent = float(usd[0].sum()), float(chip_spending_usd(answer, PLAN)[0])
    told = f"{fmt.usd(float(usd.sum()), 3)} is committed to {_until(answer)}"
    if first >= MATERIAL_USD:
        share = f"{fmt.percent(first / spent)} of" if spent >= MATERIAL_USD else "with no"
        told += f", {share} chip spending in {FIRST_YEAR}"
    lost = _value_lost(answer)
    value = f"{'takes' if lost > 0 else 'adds'} {fmt.usd(abs(lost))} of value"
    if abs(lost) < MATERIAL_USD:
        value = "does not change value"
    return f"{told}; {_turn_words(answer)} {_costs(_turned_usd(answer))} in shortfalls and {value}"


def _until(answer: Answer) -> int:
    """The last year that is modelled in which something is agreed, or the last of all."""
    due = committed_usd(answer.sim.world.inputs, _years(answer)).sum(axis=1) >= MATERIAL_USD
    return FIRST_YEAR + int(np.flatnonzero(due)[-1]) if due.any() else answer.last_year


def _turn(answer: Answer) -> int:
    """The course that a change of mind leads to: the exit, or today's mix if the scenario is the exit."""
    stopped = not answer.adoption.any() and answer.sim.world.levers["adoption_start"][0] == 0.0
    return HOLD if stopped else EXIT


def _turn_words(answer: Answer) -> str:
    return f"exiting {answer.custom} now" if _turn(answer) == EXIT else "going back to today's mix"


def _turned_usd(answer: Answer) -> float:
    """What shortfalls cost in all if course is changed now."""
    return float(shortfall_usd(answer)[:, :, _turn(answer)].sum())


def _value_lost(answer: Answer) -> float:
    """What of the value goes if course is changed now."""
    return answer.metric("npv_vs_exit_usd" if _turn(answer) == EXIT else "npv_vs_hold_usd")


def _costs(usd: float) -> str:
    return f"costs {fmt.usd(usd)}" if usd >= MATERIAL_USD else "costs nothing"


def strip(answer: Answer) -> list[Metric]:
    """Return the headline figures: committed, its share, shortfalls here, shortfalls if course is changed, warrant."""
    answer, turn, base = answer, _turn(answer), answer.baseline_course
    usd = committed_usd(answer.sim.world.inputs, _years(answer)).sum(axis=1)
    spent = chip_spending_usd(answer, PLAN)
    shares = [_share_words(float(due), float(had)) or "nothing" for due, had in zip(usd[:2], spent[:2], strict=True)]
    totals = shortfall_usd(answer).sum(axis=(0, 1))
    warrant_usd = by_year(answer.sim.flows.warrant_usd[..., 0]).sum(axis=0)
    gw = warrant_gw(answer)[:, PLAN].sum()
    more, granted = float(totals[PLAN] - totals[base]), float(warrant_usd[PLAN] - warrant_usd[base])
    turned = float(totals[turn] - totals[PLAN])
    against = f"against {answer.baseline_words}"
    return [
        Metric(
            f"Committed to {_until(answer)}",
            fmt.usd(float(usd.sum()), 3),
            f"{fmt.usd(float(usd[0]), 3)} in {FIRST_YEAR}",
            beyond(answer) or "all that is agreed",
            None,
            "What all agreements ask to be bought in the years that are modelled, at their own prices.",
        ),
        Metric(
            f"Committed share {FIRST_YEAR}",
            shares[0][:1].upper() + shares[0][1:],
            f"{shares[1]} in {FIRST_YEAR + 1}",
            "of what is spent on chips",
            None,
            "What all agreements ask for in the year over what this scenario spends on chips, before AMD's warrant.",
        ),
        Metric(
            "Shortfalls",
            fmt.usd(float(totals[PLAN]), 3),
            finding.change_words(more, float(totals[base])),
            against,
            finding.is_good(-more),
            "Take-or-pay share of what is bought too late or not at all, added up over the years that are modelled.",
        ),
        Metric(
            f"Shortfalls, {BASELINE_WORDS[turn]}",
            fmt.usd(float(totals[turn]), 3),
            finding.change_words(turned, float(totals[PLAN])),
            f"against this scenario; value {fmt.usd(-_value_lost(answer), signed=True)}",
            finding.is_good(-turned),
            "What shortfalls come to if course is changed now, and what the change does to value, after tax and with "
            "shortfalls in it.",
        ),
        Metric(
            "Warrant earned",
            fmt.usd(float(warrant_usd[PLAN]), 3),
            finding.change_words(granted, float(warrant_usd[base])),
            f"{against}; {fmt.GW.words(gw * MW_PER_GW)} of {fmt.GW.words(WARRANT_CAP_GW * MW_PER_GW, 1)}",
            finding.is_good(granted),
            "Value of the AMD shares that purchases earn, after the odds of vesting; it lowers what AMD's chips cost.",
        ),
    ]


def beyond(answer: Answer) -> str:
    """Say what is agreed for years beyond the horizon, nothing if nothing is."""
    later = float(committed_usd(answer.sim.world.inputs)[_years(answer) :].sum())
    return f"{fmt.usd(later)} more falls due later" if later >= MATERIAL_USD else ""


def agreements_title(answer: Answer) -> str:
    """Return the finding of the agreements: which fall short and when."""
    binds = {c.subject: c.binds[:, 0] for c in answer.result.constraints if c.constraint == "contract"}
    deals = answer.sim.world.inputs.contracts
    late = [
        f"{name} falls short {finding.period_words(binds[place], QUARTERS_PER_YEAR)}"
        for place, name in zip(deals.id, deals.name, strict=True)
        if binds[place].any()
    ]
    if not late:
        return "Purchases meet every agreement in every year"
    rest = len(deals.id) - len(late)
    met = {0: "", 1: "; the other is met"}.get(rest, "; the others are met")
    return "; ".join(late) + met


def agreements_caption(answer: Answer, view: str) -> str:
    """Return what shaped the agreements' charts."""
    summed = "Added up from the start. " if view == CUMULATIVE else ""
    return (
        f"{summed}Bars: purchases that count; lines across: what is agreed; outline: {answer.baseline_words}. Buying "
        "ahead is remembered; what falls short, in red, is charged once. Amounts by year and the take-or-pay share are "
        "our assumptions."
    )


def agreement_caption(answer: Answer, which: int) -> str:
    """Return what an agreement asks for: how much, until when, and of which supplier."""
    inputs = answer.sim.world.inputs
    deals, of = inputs.contracts, unit(inputs, which)
    years = np.flatnonzero(deals.active[which])
    span = fmt.span([str(FIRST_YEAR + int(years[0])), str(FIRST_YEAR + int(years[-1]))][: min(2, years.size)])
    total = of.words(float(deals.amount[which].sum() * _in_base_units(inputs)[which]), 3)
    return f"{total} from {supplier_labels(inputs)[deals.supplier[which]]} in {span}"


def committed_title(answer: Answer) -> str:
    """Return the finding of committed and free: the share of the year in which it is highest, and when it ends."""
    usd = committed_usd(answer.sim.world.inputs, _years(answer)).sum(axis=1)
    spent = chip_spending_usd(answer, PLAN)
    known = (spent >= MATERIAL_USD) & (usd >= MATERIAL_USD)
    if usd.sum() < MATERIAL_USD:
        return "Nothing is committed"
    if (idle := (usd >= MATERIAL_USD) & ~known).any():
        return f"No chips are bought {finding.period_words(idle, QUARTERS_PER_YEAR)}, whatever is committed"
    share = np.where(known, usd / np.where(known, spent, 1.0), -1.0)
    top, last = int(share.argmax()), int(np.flatnonzero(usd >= MATERIAL_USD)[-1])
    told = f"At most {fmt.percent(float(share[top]))} of a year's chip spending is committed, in {FIRST_YEAR + top}"
    if last == usd.size - 1:
        return told
    return f"{told}; from {FIRST_YEAR + last + 1} all is free"


def committed_caption(answer: Answer) -> str:
    """Return what shaped committed and free."""
    return (
        "Bars: what is agreed, at the agreements' own prices; figures: its share of chip spending. Outline: what this "
        f"scenario spends on chips, before the warrant; line across: {answer.baseline_words}. Between bar and outline "
        "all is free."
    )


def courses_title(answer: Answer) -> str:
    """Return the finding of changing course: what shortfalls come to, against the scenario's, and to whom most."""
    cost = shortfall_usd(answer)[:, :, _turn(answer)].sum(axis=0)
    more = float(cost.sum() - shortfall_usd(answer)[:, :, PLAN].sum())
    way = f"{fmt.usd(abs(more))} {'more' if more > 0 else 'less'} than this scenario"
    if abs(more) < MATERIAL_USD:
        way = "as does this scenario"
    what = _turn_words(answer)
    told = f"{what[:1].upper()}{what[1:]} {_costs(_turned_usd(answer))} in shortfalls, {way}"
    if cost.sum() < MATERIAL_USD:
        return told
    top = int(cost.argmax())
    return f"{told}; {fmt.usd(float(cost[top]))} of it to {_supplier(answer, top)}"


def _supplier(answer: Answer, which: int) -> str:
    """The name by which an agreement is told from the others: its first word."""
    return names(answer.sim.world.inputs)[which].split()[0]


def courses_caption(answer: Answer) -> str:
    """Return what shaped the chart of courses, what changing does to value, and the most that could be lost."""
    penalty = fmt.setting(float(answer.sim.world.levers["shortfall_penalty"][0]))
    hold, exit_ = answer.metric("npv_vs_hold_usd"), answer.metric("npv_vs_exit_usd")
    return (
        f"Shortfalls to {answer.last_year} at a take-or-pay share of {penalty}. After tax, shortfalls included, value "
        f"changes by {fmt.usd(-exit_, signed=True)} with {BASELINE_WORDS[EXIT]} and by "
        f"{fmt.usd(-hold, signed=True)} with {BASELINE_WORDS[HOLD]}. Buying nothing at all would cost "
        f"{fmt.usd(exposure_usd(answer))} in shortfalls."
    )


def warrants_title(answer: Answer) -> str:
    """Return the finding of the warrant: what it is worth, for how much power, and how it compares."""
    gw = float(warrant_gw(answer)[:, PLAN].sum())
    usd = answer.sim.flows.warrant_usd[..., 0].sum(axis=0)
    if gw * MW_PER_GW < 1.0:
        return "No purchase earns AMD's warrant"
    power = fmt.power(gw * MW_PER_GW, 2)
    if usd[PLAN] < MATERIAL_USD:
        return f"{power} of purchases earn a warrant that is set to be worth nothing"
    left = WARRANT_CAP_GW - gw
    rest = f"; {fmt.power(left * MW_PER_GW, 2)} is left to earn" if left * MW_PER_GW >= 1.0 else "; all of it is earned"
    return f"AMD grants shares worth {fmt.usd(float(usd[PLAN]), 3)} for {power} by {answer.last_year}{rest}"


def warrants_caption(answer: Answer) -> str:
    """Return what shaped the warrant."""
    each = float(answer.sim.world.levers["amd_warrant_usd_bn_per_gw"][0]) * USD_PER_USD_BN
    return (
        f"{fmt.usd(each)} a GW that counts, after the odds of vesting, up to {WARRANT_CAP_GW:g} GW; figures: GW of the "
        f"year. Outline: {answer.baseline_words}."
    )


def reported_title(answer: Answer) -> str:
    """Return the finding of what is reported: how it grew, and how the agreements of the model compare."""
    frame = reported(answer)
    here = float(committed_usd(answer.sim.world.inputs).sum())
    if frame.empty:
        return "The data hold no commitments that the company reports"
    first, last = frame.iloc[0], frame.iloc[-1]
    grew = f"{fmt.usd(last['usd'], 3)} of non-cancelable commitments are reported for {last['period']}"
    if len(frame) > 1:
        grew += f", after {fmt.usd(first['usd'], 3)} in {first['period']}"
    return f"{grew}; the agreements here come to {fmt.usd(here, 3)}"


def reported_caption(answer: Answer) -> str:
    """Return what the reported figures cover, and whether they can be held against the model's."""
    leases = _reported(answer.sim.world.inputs, REPORTED_LEASES)
    told = (
        "Reported by the company for all its business, servers, network, cloud and sites alike; it says nothing of one "
        "supplier. Line: all agreements of the model, to their end, at amounts that we assume."
    )
    if leases.empty:
        return told
    last = leases.iloc[-1]
    return f"{told} Leases that have not begun come on top: {fmt.usd(last['usd'], 3)} in {last['period']}."
