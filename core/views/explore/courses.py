"""The table of the courses that one can take: what each comes to in the plan case, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.scenario import Scenario, columns
from core.model.evaluate import by_year, of_baseline
from core.model.model import HOLD, PLAN, Simulation, run
from core.risk.futures import sureness, without_adoption
from core.risk.worth import choices_of_mix, courses_of
from core.story.answer import Answer
from core.story.courses import OWN, Course, Sure
from core.story.delivery import LEAD_QUARTERS, delivered, first_apart
from core.story.figure import Take

MOST_KEPT: Final = 64
"""Sets of beliefs of which it is kept what the courses come to that are not the reader's own."""
WAITING: Final = "…"
NOW: Final = "now"
_KNOWN_LATE: Final = ("expected_usd", "probability", "bad_tenth_usd")


def table(answer: Answer, all_courses: tuple[Course, ...], sure: Sure | None) -> pd.DataFrame:
    """Return the courses as `ranked` does."""
    return ranked(plan_case(answer, all_courses), sure)


def plan_case(answer: Answer, all_courses: tuple[Course, ...]) -> pd.DataFrame:
    """Return what the courses come to in the plan case, in their order.

    Columns: name, is_own, scenario, plan_usd, capital_usd (of the first year, chips before warrants and facilities),
    delivered_share (of what is asked in the last year; NaN if nothing is), parts (the first quarter, by index, in which
    the course buys other chips than today's mix does; -1 if none).
    """
    own, others = _come_to(answer.sim, answer), tuple(one.scenario for one in all_courses if not one.is_own)
    rest = iter(_others_come_to(answer, others)) if others else iter(())
    rows = [own[PLAN] if one.is_own else next(rest) for one in all_courses]
    baseline_usd = of_baseline(answer.sim, answer.sim.flows.pv_cost_usd)[0]
    return pd.DataFrame(
        {
            "name": [one.name for one in all_courses],
            "is_own": [one.is_own for one in all_courses],
            "scenario": [one.scenario for one in all_courses],
            "plan_usd": [baseline_usd - row.cost_usd for row in rows],
            "capital_usd": [row.capital_usd for row in rows],
            "delivered_share": [row.delivered_share for row in rows],
            "parts": [row.parts for row in rows],
        }
    )


@dataclass(frozen=True)
class _ComesTo:
    """What one course comes to in the plan case, as `plan_case` has it."""

    cost_usd: float
    capital_usd: float
    delivered_share: float
    parts: int


def _come_to(sim: Simulation, answer: Answer) -> tuple[_ComesTo, ...]:
    """Return what each course of the one world comes to."""
    capital = by_year(sim.flows.capex_usd.sum(axis=1) + sim.flows.capex_facility_usd)[0, :, 0]
    asked, comes = (share[:, 0] for share in delivered(sim))
    share = np.minimum(comes / np.where(asked > 0.0, asked, np.nan), 1.0)
    parts = first_apart(sim, answer.sim.fleet.bought_h100e[..., HOLD, 0])
    told = zip(sim.flows.pv_cost_usd[:, 0].tolist(), capital.tolist(), share.tolist(), parts.tolist(), strict=True)
    return tuple(_ComesTo(*row) for row in told)


@cached(
    LRUCache(MOST_KEPT),
    key=lambda answer, others: (answer.inputs, without_adoption(answer.inputs, answer.scenario), others),
    lock=Lock(),
)
def _others_come_to(answer: Answer, others: tuple[Scenario, ...]) -> tuple[_ComesTo, ...]:
    """Return what the courses come to that are not the reader's own: the same wherever his adoption shares stand."""
    batch = columns(list(others))
    chosen = {name: batch[name] for name in choices_of_mix(answer.inputs)}
    return _come_to(run(answer.sim.world, courses_of(answer.sim.world, chosen)), answer)


def ranked(rows: pd.DataFrame, sure: Sure | None) -> pd.DataFrame:
    """Return the rows of `plan_case`, the best first by expected value, or by the plan case until that is known.

    Added are the columns expected_usd, probability and bad_tenth_usd, NaN until they are known.
    """
    known = {name: np.nan if sure is None else getattr(sure, name) for name in _KNOWN_LATE}
    measure = "expected_usd" if sure is not None and sure.is_complete else "plan_usd"
    return rows.assign(**known).sort_values(measure, ascending=False, kind="stable", ignore_index=True)


def title(answer: Answer, rows: pd.DataFrame) -> str:
    """Return which course is best and by how much over the reader's own."""
    is_known = rows["expected_usd"].notna().all()
    usd = rows["expected_usd" if is_known else "plan_usd"]
    case = "expected" if is_known else "in the plan case"
    if float(usd.max() - usd.min()) < MATERIAL_USD:
        return f"All courses come to the same by {answer.last_year}"
    best, own = rows.iloc[0], rows[rows["is_own"]].iloc[0]
    ahead = float(usd.iloc[0] - usd[rows["is_own"]].iloc[0])
    value = fmt.usd(float(usd.iloc[0]), 2 if is_known else 3, signed=True, beside=[ahead])
    due = _due(answer, int(best["parts"]))
    when = "" if due is None else f"; decide {due if due == NOW else f'by {due}'}"
    if own["name"] == best["name"] or ahead < MATERIAL_USD:
        return f"Of these courses, yours is best: {value} {case}{when}"
    more = fmt.usd(ahead, beside=usd)
    more = "hardly" if more == fmt.ABOUT_NOTHING else more
    return f"{best['name']} is best: {value} {case}, {more} more than your course{when}"


def _due(answer: Answer, parts: int) -> str | None:
    """Return by when a course must be decided that parts from today's mix in a quarter; None if it never does."""
    due = parts - LEAD_QUARTERS
    return None if parts < 0 else NOW if due < 0 else answer.calendar.label(due)


def is_ranked(rows: pd.DataFrame) -> bool:
    """Return whether the courses differ at all: where they do not, nothing is ranked."""
    return float(rows["plan_usd"].max() - rows["plan_usd"].min()) >= MATERIAL_USD


def words(answer: Answer, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the courses in words; what is not known yet is left open."""
    return pd.DataFrame(
        [
            {
                "Course": f"{row['name']} (yours)" if row["is_own"] and row["name"] != OWN else row["name"],
                "Expected value": _usd(row["expected_usd"]),
                "Odds": _odds(row["expected_usd"], row["probability"]),
                "Bad tenth": _usd(row["bad_tenth_usd"]),
                "Plan case": fmt.usd(row["plan_usd"], 3, signed=True),
                "Decide by": _due(answer, row["parts"]) or fmt.MISSING,
                f"Capital spending {answer.calendar.first_year}": fmt.usd(row["capital_usd"], 3),
                f"Of asked custom work, comes {answer.last_year}": fmt.percent(row["delivered_share"]),
            }
            for row in rows.to_dict("records")
        ]
    )


def takes(rows: pd.DataFrame) -> list[Take | None]:
    """Return what a click on the name of each course takes: all but the reader's own can be taken."""
    return [
        None if is_own else Take(name, f"Set the shares of {name}; undo gives yours back")
        for name, is_own in zip(rows["name"], rows["is_own"], strict=True)
    ]


def numbers(answer: Answer, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the courses in figures, as they are exported; what is not known yet is missing."""
    unit, scale = fmt.USD_BN.name, fmt.USD_BN.scale
    return pd.DataFrame(
        {
            "Course": rows["name"],
            f"Expected value ({unit})": rows["expected_usd"] / scale,
            "Pays in (% of futures)": rows["probability"] / fmt.PERCENT.scale,
            f"Bad tenth ({unit})": rows["bad_tenth_usd"] / scale,
            f"Plan case ({unit})": rows["plan_usd"] / scale,
            "First buys other chips than today's mix (year)": [
                answer.calendar.time_years(first) if first >= 0 else np.nan for first in rows["parts"]
            ],
            f"Capital spending {answer.calendar.first_year} ({unit})": rows["capital_usd"] / scale,
            f"Of asked custom work, comes {answer.last_year} (%)": rows["delivered_share"] / fmt.PERCENT.scale,
        }
    )


def _usd(usd: float) -> str:
    return WAITING if np.isnan(usd) else fmt.usd(usd, signed=True)


def _odds(expected_usd: float, probability: float) -> str:
    if np.isnan(expected_usd):
        return WAITING
    degree = sureness(probability)
    return degree if np.isnan(probability) else f"{fmt.chance(probability)}, {degree}"


def caption(answer: Answer) -> str:
    """Return what the courses have in common and what the columns are."""
    return (
        f"Value after tax, against {answer.baseline_words}, under the same beliefs and in the same futures. Bad tenth: "
        f"the mean of the worst tenth of futures. Decide by: {fmt.counted(LEAD_QUARTERS, 'quarter')}, an assumption, "
        "before a course first buys other chips than today's mix. What comes is custom work that is bought over what "
        "is asked."
    )
