"""Tidy tables of what the futures of a scenario come to, in base units: what the charts of the Risk page show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.model.report import payback_word
from core.risk.futures import BANDS, Futures, RightToStop, quantiles
from core.risk.regret import Regret
from core.story import frames
from core.story.answer import Answer
from core.story.labels import workload_label
from core.story.settings import in_figures
from core.views.risk.bins import edges, in_words_of, shares_in

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PERCENTILES: Final = tuple(f"p{round(100 * share)}_usd" for share in BANDS)
LABEL_GAP: Final = 0.09
"""Least distance between the names of two lines, as a share of the chart's height."""


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, a cell by its column."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


# --- Fans


def spending_fan(answer: Answer, futures: Futures) -> pd.DataFrame:
    """Cash by year over the futures, the plan case on top and the baseline's median beside it.

    Columns: period, time_years, those of PERCENTILES, plan_usd, baseline_usd, and for each line where its name stands.
    """
    years = [answer.calendar.first_year + y for y in range(len(futures.spending_usd))]
    plan = frames.spending_usd(answer)[0].sum(axis=1)
    baseline = np.median(futures.baseline_spending_usd, axis=1)
    times = np.array(years, dtype=float)
    return _fan([str(year) for year in years], times, futures.spending_usd, plan, baseline)


def savings_fan(answer: Answer, futures: Futures) -> pd.DataFrame:
    """Cumulative discounted savings after tax by quarter over the futures, as `spending_fan`; the baseline is zero."""
    own = frames.savings(answer)
    zero = np.zeros(len(own))
    return _fan(list(own["quarter"]), own["time_years"].to_numpy(), futures.saving_usd, own["usd"].to_numpy(), zero)


def _fan(periods: list[str], times: Floats, usd: Floats, plan: Floats, baseline: Floats) -> pd.DataFrame:
    bands = quantiles(usd)  # (share, period)
    reach = float(max(bands.max(), plan.max(), baseline.max()) - min(bands.min(), plan.min(), baseline.min()))
    ends = frames.apart(np.array([plan[-1], bands[2, -1], baseline[-1]]), LABEL_GAP * reach)
    return pd.DataFrame(
        {
            "period": periods,
            "time_years": times,
            **dict(zip(PERCENTILES, bands, strict=True)),
            "plan_usd": plan,
            "baseline_usd": baseline,
            **dict(zip(("plan_label_usd", "median_label_usd", "baseline_label_usd"), ends, strict=True)),
        }
    )


# --- Distributions


def distribution(futures: Futures, plan_case_usd: float) -> pd.DataFrame:
    """How value is spread over the futures; a row a bin, none if no future makes a difference.

    Columns: low_usd, high_usd, share, side (`pays` or `costs`), words of the bin; the same in all rows: mean_usd,
    plan_usd, mean_words, below_words and above_words (the odds), and room, up to which the axis goes.
    """
    within = edges(np.append(futures.value_usd, plan_case_usd))
    low, high = within[:-1], within[1:]
    return pd.DataFrame(
        {
            "low_usd": low,
            "high_usd": high,
            "share": shares_in(_settled(futures.value_usd), within),
            "side": np.where(low >= 0.0, "pays", "costs"),
            "words": in_words_of(within),
            "mean_usd": futures.expected_usd,
            "mean_words": f"mean {fmt.usd(futures.expected_usd, signed=True)}",
            "below_words": f"costs in {fmt.chance(1.0 - futures.probability)}",
            "above_words": f"pays in {fmt.chance(futures.probability)}",
            "room": _room(shares_in(_settled(futures.value_usd), within)),
            "plan_usd": plan_case_usd,
        }
    ).iloc[: 0 if futures.verdict == "no difference" else None]


def _settled(value_usd: Floats) -> Floats:
    """Return values without the rounding that futures.odds looks through: what is no loss to 1 USD is none."""
    return np.where(np.abs(value_usd) < 1.0, 0.0, value_usd)


def _room(*shares: Floats) -> float:
    """Return how high an axis goes that leaves room for words above the highest bar."""
    return 1.25 * max(float(each.max()) for each in shares)


RULES: Final = {"without": "buying on", "with": "right to stop"}
"""What the two rules of core.risk.futures.RightToStop are called, the one without the right first."""


def stop(found: RightToStop) -> pd.DataFrame:
    """Value with the right to stop and without, in the same bins; a row a bin and rule, and one that closes the last.

    No row if the right makes no difference in any future.

    Columns: rule (a value of RULES), low_usd, share, words, mean_usd and mean_words of the rule, and room, up to which
    the axis goes.
    """
    both = {"without": found.without_usd, "with": found.with_usd}
    within = edges(np.concatenate(list(both.values())))
    room = _room(*(shares_in(_settled(values), within) for values in both.values()))
    parts = []
    for rule, values in both.items():
        mean = float(values.mean())
        parts.append(
            pd.DataFrame(
                {
                    "rule": RULES[rule],
                    "low_usd": within,
                    "share": np.append(shares_in(_settled(values), within), 0.0),
                    "words": [*in_words_of(within), "beyond"],
                    "mean_usd": mean,
                    "mean_words": f"{RULES[rule]}: mean {fmt.usd(mean, signed=True)}",
                    "room": room,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).iloc[: None if stop_matters(found) else 0]


def stop_matters(found: RightToStop) -> bool:
    """Return whether the right to stop changes value in any future."""
    return bool(np.abs(found.with_usd - found.without_usd).max() >= MATERIAL_USD)


# --- When


def payback(answer: Answer, futures: Futures) -> pd.DataFrame:
    """Share of futures that have paid back for good by each quarter.

    Columns: quarter, time_years, share, plan (true in the quarter in which the plan case does).
    """
    own = frames.savings(answer)
    return pd.DataFrame(
        {
            "quarter": own["quarter"],
            "time_years": own["time_years"],
            "share": futures.payback_share,
            "plan": own["quarter"] == payback_word(answer.result, answer.calendar),
        }
    )


LEAST_BINDING: Final = 0.01
"""A right to stop that bites in fewer futures than this in every year has no row."""
MOST_BINDING: Final = 5
"""So many contracts, and workloads that the right to stop holds back, are drawn: those that bind most often."""
SHORT_OF: Final = "Short of "
"""How the row of a contract begins."""
_OTHERS: Final = {"contract": f"{SHORT_OF}{{}} other contracts", "right_to_stop": "Too dear, {} other workloads"}


def binding(answer: Answer, futures: Futures) -> pd.DataFrame:
    """Share of futures in which each constraint binds in some period of a year; what never does is 0.

    Columns: constraint, label, year, share, words. Power, custom supply and every contract have a row a year; the
    right to stop has one for each workload that it holds back at all.
    """
    return _cells(answer, _bound(answer, futures))


def worst_binding(answer: Answer, futures: Futures) -> pd.DataFrame:
    """The same with MOST_BINDING contracts and as many workloads by name, and any of the others in one row."""
    rows = _bound(answer, futures)
    for constraint, words in _OTHERS.items():
        own = [row for row in rows if row.constraint == constraint]
        if len(own) <= MOST_BINDING + 1:  # one alone is told by its name
            continue
        others = sorted(own, key=lambda row: -float(row.by_year.mean(axis=1).max()))[MOST_BINDING:]
        any_other: Bools = np.logical_or.reduce([row.by_year for row in others])
        together = _Bound(constraint, words.format(len(others)), any_other)
        after = rows.index(own[-1]) + 1
        rows = [row for row in (*rows[:after], together, *rows[after:]) if row not in others]
    return _cells(answer, rows)


@dataclass(frozen=True, eq=False)
class _Bound:
    """What binds, and in which futures it does in some period of a year."""

    constraint: str
    label: str
    by_year: Bools  # (year, draw)


def _bound(answer: Answer, futures: Futures) -> list[_Bound]:
    """Return everything that has a row."""
    found = []
    for one in futures.binds:
        periods = QUARTERS_PER_YEAR // one.quarters_per_period
        by_year: Bools = np.logical_or.reduce(one.binds.reshape(-1, periods, futures.draws), axis=1)
        if one.constraint != "right_to_stop" or by_year.mean(axis=1).max() >= LEAST_BINDING:
            label = constraint_label(answer.custom, answer.inputs, one.constraint, one.subject)
            found.append(_Bound(one.constraint, label, by_year))
    return found


def _cells(answer: Answer, rows: list[_Bound]) -> pd.DataFrame:
    years, shares = frames.year_labels(answer), np.concatenate([row.by_year.mean(axis=1) for row in rows])
    labels = fmt.told_apart([in_lines(row.label) for row in rows])
    return pd.DataFrame(
        {
            "constraint": np.repeat([row.constraint for row in rows], len(years)),
            "label": np.repeat(labels, len(years)),
            "year": years * len(rows),
            "share": shares,
            "words": [fmt.chance(share) for share in shares.tolist()],
        }
    )


def constraint_label(custom: str, inputs: Inputs, constraint: str, subject: str) -> str:
    """Return what a constraint is called in a row."""
    if constraint == "power":
        return "Power binds"
    if constraint == "custom_supply":
        return f"{custom} supply binds"
    if constraint == "contract":
        names = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
        return f"{SHORT_OF}{names[subject]}"
    return f"Too dear, {fmt.in_sentence(workload_label(inputs, subject))}"


# --- What it hangs on

LABEL_LETTERS: Final = 22
"""A row's name is cut into lines of so many letters, for a phone has no room for more beside a chart."""
MOST_LETTERS: Final = 29
"""Of a line where that would take more than the two lines that a row has room for; what is still too long is cut."""


def in_lines(label: str) -> str:
    """Return the name of a row in one or two lines, as core.views.risk.marks takes them apart."""
    for letters in range(LABEL_LETTERS, MOST_LETTERS):
        if len(lines := wrap(label, letters)) <= 2:
            return "\n".join(lines)
    return "\n".join(wrap(label, MOST_LETTERS, max_lines=2, placeholder="…"))


MOST_ROWS: Final = 10
"""So many assumptions are drawn; the table has all."""
TURNS: Final = "◆"
"""Marks an assumption that turns the answer by itself."""
ENDS: Final = ("low", "high")


def tornado_bars(tornado: pd.DataFrame, plan_case_usd: float, inputs: Inputs) -> pd.DataFrame:
    """The widest bars of core.risk.sensitivity.tornado, a row an end.

    Columns: lever, place (from the top), label (marked by TURNS if the bar crosses break-even), end (one of ENDS),
    setting (in words), usd, plan_usd, words, source, is_right (of the plan case), is_named (the setting stands at the
    bar's end).
    """
    sources = inputs.tables["sources"].set_index("source_id")
    rows = []
    for place, (label, row) in enumerate(zip(_row_labels(tornado), rows_of(tornado.head(MOST_ROWS)), strict=True)):
        lever = inputs.levers[row["lever"]]
        source = sources.loc[lever.source_id]
        from_ = f"{source.title}, {source.published_on}" if lever.source_id != "assumption" else "our assumption"
        usd = {"low": row["npv_low_usd"], "high": row["npv_high_usd"]}
        same_side = (usd["low"] - plan_case_usd) * (usd["high"] - plan_case_usd) > 0.0
        farthest = max(usd, key=lambda end: abs(usd[end] - plan_case_usd))
        for end in ENDS:
            rows.append(
                {
                    "lever": row["lever"],
                    "place": place,
                    "label": label,
                    "end": end,
                    "setting": in_figures(lever, lever.value(row[end])),
                    "usd": usd[end],
                    "plan_usd": plan_case_usd,
                    "words": fmt.usd(usd[end], signed=True),
                    "source": f"{row['grade'].capitalize()}: {from_}",
                    "is_right": usd[end] >= plan_case_usd,
                    "is_named": not same_side or end == farthest,
                }
            )
    return pd.DataFrame(rows)


def _row_labels(tornado: pd.DataFrame) -> tuple[str, ...]:
    """Return what the rows are called, those of assumptions that turn the answer marked."""
    top = tornado.head(MOST_ROWS)
    marked = zip(top["label"], top["crosses"], strict=True)
    return fmt.told_apart([in_lines(f"{label}{fmt.NBSP}{TURNS}" if turns else label) for label, turns in marked])


def grade_bars(mix: pd.DataFrame) -> pd.DataFrame:
    """Share of the variance by grade, stacked in one bar; columns: grade, share, words, levers, middle."""
    share = mix["share"].to_numpy()
    return pd.DataFrame(
        {
            "grade": mix["grade"],
            "share": share,
            "words": [fmt.chance(one) for one in share],
            "levers": mix["levers"].astype(int),
            "middle": np.cumsum(share) - share / 2.0,
        }
    )


# --- Regret

GROUP_GAP: Final = 0.6
"""Space between worlds of different price, in cells; twice as much between worlds of different demand."""
MINIMAX, BEST_EXPECTED = "◆", "○"
"""Mark the choices that are regretted least at worst and on average."""


MOST_CHOICES: Final = 12
"""So many choices are drawn: the scenario's own and those that are regretted least at worst; the table has all."""


def drawn_choices(found: Regret) -> list[int]:
    """Return the places of the choices that are drawn, in their order."""
    others = sorted(range(1, len(found.choices)), key=lambda i: float(found.worst_usd[i]))
    best = {0, found.minimax, found.best_expected}
    kept = [*best, *(i for i in others if i not in best)][:MOST_CHOICES]
    return sorted(kept)


def choice_labels(found: Regret) -> tuple[str, ...]:
    """Return what the rows of the choices that are drawn are called, the best of them marked."""
    rows = found.by_choice().iloc[drawn_choices(found)]
    return tuple(
        " ".join(
            [
                row["choice"],
                *([MINIMAX] if row["is_minimax"] else []),
                *([BEST_EXPECTED] if row["is_best_expected"] else []),
            ]
        )
        for row in rows_of(rows)
    )


@lru_cache(maxsize=2)
def _places(worlds: int, inner: int, middle: int) -> Floats:
    """Return where each world's cell begins: worlds in groups of `inner`, and those in groups of `middle`."""
    world = np.arange(worlds)
    group = world // inner
    places: Floats = world + GROUP_GAP * group + GROUP_GAP * (group // middle)
    return places


def regret_cells(found: Regret) -> pd.DataFrame:
    """The regret in every world of each choice that is drawn; a row a cell.

    Columns: choice, world, words, share (of the worst cell), left and right (of the cell), demand and price (the group
    that it begins, else empty), middle of that group.
    """
    frame, choices = found.frame(), drawn_choices(found)
    frame = frame[np.isin(np.repeat(np.arange(len(found.choices)), len(found.worlds)), choices)].reset_index(drop=True)
    sizes = [len(doubt.states) for doubt in found.doubts]  # demand, price, delay, performance
    inner, middle = sizes[2] * sizes[3], sizes[1]
    whole = inner * middle
    worlds = np.arange(len(found.worlds))
    shape = (len(choices), worlds.size)
    places = np.broadcast_to(_places(worlds.size, inner, middle), shape)
    cells = frames.long({"choice": choice_labels(found), "place": worlds.tolist()}, left=places)
    worst = float(frame["regret_usd"].max())
    left, place = cells["left"], cells["place"]
    return pd.DataFrame(
        {
            "choice": cells["choice"],
            "world": [fmt.sentence(label) or "As we believe" for label in frame["world"]],
            "words": np.where(frame["is_best"], "nothing: the best choice here", frame["regret_usd"].map(fmt.usd)),
            "share": frame["regret_usd"] / worst if worst > 0.0 else 0.0,
            "left": left,
            "right": left + 1.0,
            "demand": np.where(place % whole == 0, frame["demand"], ""),
            "price": np.where(place % inner == 0, frame["price"], ""),
            "demand_middle": left + (whole + GROUP_GAP * (middle - 1)) / 2.0,
            "price_middle": left + inner / 2.0,
        }
    )
