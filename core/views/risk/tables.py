"""The tables behind the figures of the Risk page, in the reader's units, and those that are read on the page."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.inputs.data import Inputs
from core.inputs.levers import Levers
from core.risk.futures import BANDS
from core.risk.regret import Regret
from core.story.settings import in_figures, in_words
from core.views.risk.frames import MOST_ROWS, PERCENTILES, RULES, choice_labels, drawn_choices, rows_of
from core.views.risk.goals import AIMS, goal_words
from core.views.risk.view import View
from core.views.risk.words import distance_words, near, ordinal

MOST_DRIVING: Final = 6
"""So many assumptions are told with their share of the variance; the table has all."""


def fan_table(fan: pd.DataFrame, period: str) -> pd.DataFrame:
    """A fan in $ B, a row a period."""
    names = [*(f"{round(100 * share)}th percentile" for share in BANDS), "Plan case", "Baseline, median"]
    usd = fan[[*PERCENTILES, "plan_usd", "baseline_usd"]] / fmt.USD_BN.scale
    usd.columns = pd.Index([f"{name} ({fmt.USD_BN.name})" for name in names])
    return pd.concat([fan["period"].rename(period), usd], axis=1)


def distribution_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A distribution in $ B and %, a row a bin."""
    return pd.DataFrame(
        {
            f"From ({fmt.USD_BN.name})": frame["low_usd"] / fmt.USD_BN.scale,
            f"To ({fmt.USD_BN.name})": frame["high_usd"] / fmt.USD_BN.scale,
            "Futures (%)": 100.0 * frame["share"],
        }
    )


def stop_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Both distributions in $ B and %, a row a bin."""
    wide = frame.pivot(index="low_usd", columns="rule", values="share")[list(RULES.values())].iloc[:-1]
    table = (100.0 * wide).rename(columns=lambda rule: f"Futures, {rule} (%)").rename_axis(columns=None).reset_index()
    table["low_usd"] /= fmt.USD_BN.scale
    return table.rename(columns={"low_usd": f"Value from ({fmt.USD_BN.name})"})


def payback_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Payback by quarter in %."""
    return pd.DataFrame({"Quarter": frame["quarter"], "Paid back for good (% of futures)": 100.0 * frame["share"]})


def binding_table(frame: pd.DataFrame) -> pd.DataFrame:
    """What binds by year in % of futures."""
    wide = 100.0 * frame.pivot(index="label", columns="year", values="share")
    wide = (
        wide.loc[list(dict.fromkeys(frame["label"]))]
        .rename(lambda label: label.replace("\n", " "))
        .rename(columns=lambda year: f"{year} (% of futures)")
    )
    return wide.rename_axis(columns=None).rename_axis("What binds").reset_index()


def tornado_table(tornado: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Every assumption at both ends of its range, with the source of the range; value in $ B."""
    titles = inputs.tables["sources"].set_index("source_id")["title"]
    return pd.DataFrame(
        {
            "Assumption": tornado["label"],
            "Unit": tornado["unit"],
            "Set at": tornado["setting"],
            "10th percentile": tornado["low"],
            "90th percentile": tornado["high"],
            f"Value at the 10th ({fmt.USD_BN.name})": tornado["npv_low_usd"] / fmt.USD_BN.scale,
            f"Value at the 90th ({fmt.USD_BN.name})": tornado["npv_high_usd"] / fmt.USD_BN.scale,
            f"Swing ({fmt.USD_BN.name})": tornado["swing_usd"] / fmt.USD_BN.scale,
            "Crosses break-even": np.where(tornado["crosses"], "yes", "no"),
            "Grade": tornado["grade"],
            "Source of the range": [titles[inputs.levers[lever].source_id] for lever in tornado["lever"]],
        }
    )


def shares_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of variance of every assumption in %, with their standard errors."""
    names = {
        "label": "Assumption",
        "first": "Alone (%)",
        "first_error": "Alone, standard error (points)",
        "total": "With interactions (%)",
        "total_error": "With interactions, standard error (points)",
        "grade": "Grade",
    }
    figures = ["first", "first_error", "total", "total_error"]
    return shares.assign(**{name: 100.0 * shares[name] for name in figures})[list(names)].rename(columns=names)


def shares_words(shares: pd.DataFrame, tornado: pd.DataFrame) -> pd.DataFrame:
    """The assumptions that drive most of the variance, in words, and where each stands in the tornado; none at 0."""
    place = {lever: i + 1 for i, lever in enumerate(tornado["lever"])}
    rows = [
        {
            "Assumption": row["label"],
            "Drives": fmt.chance(min(1.0, max(0.0, row["total"]))),
            "By itself": fmt.chance(min(1.0, max(0.0, min(row["first"], row["total"])))),
            "Place among the bars": place[row["lever"]],
        }
        for row in rows_of(shares[shares["total"] > 0.0].head(MOST_DRIVING))
    ]
    return pd.DataFrame(rows, columns=["Assumption", "Drives", "By itself", "Place among the bars"])


def grades_table(mix: pd.DataFrame) -> pd.DataFrame:
    """Share of the variance by grade in %, and how many assumptions have it."""
    return pd.DataFrame(
        {"Grade": mix["grade"], "Share of variance (%)": 100.0 * mix["share"], "Assumptions": mix["levers"]}
    )


def regret_words(found: Regret) -> pd.DataFrame:
    """Each choice's worst and expected regret in words, the best of each marked."""
    rows = found.by_choice().iloc[drawn_choices(found)]
    return pd.DataFrame(
        {
            "Choice": choice_labels(found),
            "At worst": rows["worst_usd"].map(fmt.usd),
            "In the world of": rows["worst_world"].where(rows["worst_usd"] > 0.0, "any"),
            "Expected": rows["expected_usd"].map(fmt.usd),
        }
    )


def regret_table(found: Regret) -> pd.DataFrame:
    """Every cell: choice, world, weight in %, cost and regret in $ B."""
    frame = found.frame()
    return pd.DataFrame(
        {
            "Choice": frame["choice"],
            **{doubt.name: frame[doubt.id] for doubt in found.doubts},
            "Weight (%)": 100.0 * frame["weight"],
            f"Cost ({fmt.USD_BN.name})": frame["cost_usd"] / fmt.USD_BN.scale,
            f"Regret ({fmt.USD_BN.name})": frame["regret_usd"] / fmt.USD_BN.scale,
        }
    )


def switching_words(switching: pd.DataFrame, levers: Levers) -> pd.DataFrame:
    """Where value turns as a lever is moved, in words; a row a lever, of those at which it does the nearest."""
    rows = []
    for row in rows_of(switching[switching["turns_at"].notna()].head(MOST_ROWS)):
        lever = levers[row["lever"]]
        rows.append(
            {
                "Lever": row["label"],
                "Turns at": f"{in_words(lever, near(lever, row['turns_at']))}{', with a jump' if row['jumps'] else ''}",
                "You are at": in_figures(lever, near(lever, row["setting"])),
                "Distance": distance_words(lever, row["distance"]),
                "Percentile": "a choice"
                if np.isnan(row["turns_percentile"])
                else f"{ordinal(row['turns_percentile'])}, you: {ordinal(row['setting_percentile'])}",
            }
        )
    return pd.DataFrame(rows, columns=["Lever", "Turns at", "You are at", "Distance", "Percentile"])


def switching_table(switching: pd.DataFrame) -> pd.DataFrame:
    """Every lever with its setting, where value turns and how far that is; no figure where it never does."""
    return pd.DataFrame(
        {
            "Lever": switching["label"],
            "Kind": switching["kind"],
            "Unit": switching["unit"],
            "Set at": switching["setting"],
            "Turns at": switching["turns_at"],
            "Distance": switching["distance"],
            "Set at percentile (%)": 100.0 * switching["setting_percentile"],
            "Turns at percentile (%)": 100.0 * switching["turns_percentile"],
            "Jumps": np.where(switching["jumps"], "yes", ""),
        }
    )


def goal(view: View) -> pd.DataFrame:
    """What is asked of the lever that a goal moves, and what was found; a row if it can be sought."""
    found = view.goal
    rows = [] if found is None else [found]
    return pd.DataFrame(
        {
            "Goal": [AIMS[one.goal.aim] for one in rows],
            "Lever": [one.lever.label for one in rows],
            "Set at": [in_words(one.lever, near(one.lever, view.answer.lever(one.lever.id))) for one in rows],
            "What was found": [goal_words(one, view.answer.lever(one.lever.id), view.answer.calendar) for one in rows],
        }
    )
