"""Tidy tables of what the futures of a scenario come to, in base units: what the charts of the Risk page show.

Every chart's frame is made here, with the table behind it, in the reader's units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.inputs.data import Inputs
from core.inputs.scenario import FIRST_YEAR, LEVER, QUARTERS_PER_YEAR, Lever, Value, quarter_label
from core.model.report import payback_word
from core.risk.futures import BANDS, Futures, RightToStop, quantiles
from core.risk.goal import Aim, Found
from core.risk.regret import DOUBTS, Regret
from core.story import frames
from core.story.answer import Answer

Floats = NDArray[np.float64]
InWords = Callable[[Lever, Value], str]
"""How a lever's value is said: `70 % of new capacity`."""

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
    years = [FIRST_YEAR + y for y in range(len(futures.spending_usd))]
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


def fan_table(fan: pd.DataFrame, period: str) -> pd.DataFrame:
    """A fan in $ B, a row a period."""
    names = [*(f"{round(100 * share)}th percentile" for share in BANDS), "Plan case", "Baseline, median"]
    usd = fan[[*PERCENTILES, "plan_usd", "baseline_usd"]] / fmt.USD_BN.scale
    usd.columns = pd.Index([f"{name} ({fmt.USD_BN.name})" for name in names])
    return pd.concat([fan["period"].rename(period), usd], axis=1)


# --- Distributions

BINS: Final = 44
"""About how many bins the middle of a distribution is cut into."""
TAIL: Final = 0.005
"""What lies beyond this share at each end is gathered in the outermost bin."""


def edges(values: Floats) -> Floats:
    """Return the edges (edge,) of bins of one round width that hold all but the tails of `values`; zero is an edge."""
    low, high = (float(edge) for edge in quantiles(values.ravel(), (TAIL, 1.0 - TAIL)))
    low, high = min(low, 0.0), max(high, 0.0)
    rough = max(high - low, 1.0) / BINS
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= rough * (1.0 - 1e-9))
    first, last = math.floor(low / width), max(math.ceil(high / width), math.floor(low / width) + 1)
    return np.asarray(width * np.arange(min(first, -1), max(last, 1) + 1), dtype=np.float64)


def shares_in(values: Floats, within: Floats) -> Floats:
    """Return the share of `values` (draw,) in each bin (bin,) `within` its edges; tails fall into the outermost."""
    inside = np.clip(values, within[0], within[-1])
    # A bin holds its lower edge: what costs nothing more lies on the side of zero where nothing is lost.
    place = np.clip(np.searchsorted(within, inside, side="right") - 1, 0, within.size - 2)
    return np.asarray(np.bincount(place, minlength=within.size - 1) / values.size)


def distribution(futures: Futures, plan_case_usd: float) -> pd.DataFrame:
    """How value is spread over the futures; a row a bin.

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
            "words": _bins_in_words(within),
            "mean_usd": futures.expected_usd,
            "mean_words": f"mean {fmt.usd(futures.expected_usd, signed=True)}",
            "below_words": f"costs in {fmt.chance(1.0 - futures.probability)}",
            "above_words": f"pays in {fmt.chance(futures.probability)}",
            "room": _room(shares_in(_settled(futures.value_usd), within)),
            "plan_usd": plan_case_usd,
        }
    )


def _settled(value_usd: Floats) -> Floats:
    """Return values without the rounding that futures.odds looks through: what is no loss to 1 USD is none."""
    return np.where(np.abs(value_usd) < 1.0, 0.0, value_usd)


def _room(*shares: Floats) -> float:
    """Return how high an axis goes that leaves room for words above the highest bar."""
    return 1.25 * max(float(each.max()) for each in shares)


def _bins_in_words(within: Floats) -> list[str]:
    def usd(value: float) -> str:
        return fmt.usd(value, 3, signed=True)

    middle = [f"{usd(low)} to {usd(high)}" for low, high in pairwise(within[1:-1])]
    return [f"below {usd(within[1])}", *middle, f"above {usd(within[-2])}"]


def distribution_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A distribution in $ B and %, a row a bin."""
    return pd.DataFrame(
        {
            f"From ({fmt.USD_BN.name})": frame["low_usd"] / fmt.USD_BN.scale,
            f"To ({fmt.USD_BN.name})": frame["high_usd"] / fmt.USD_BN.scale,
            "Futures (%)": 100.0 * frame["share"],
        }
    )


RULES: Final = {"without": "buying on", "with": "right to stop"}
"""What the two rules of core.risk.futures.RightToStop are called, the one without the right first."""


def stop(found: RightToStop) -> pd.DataFrame:
    """Value with the right to stop and without, in the same bins; a row a bin and rule, and one that closes the last.

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
                    "words": [*_bins_in_words(within), "beyond"],
                    "mean_usd": mean,
                    "mean_words": f"{RULES[rule]}: mean {fmt.usd(mean, signed=True)}",
                    "room": room,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def stop_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Both distributions in $ B and %, a row a bin."""
    wide = frame.pivot(index="low_usd", columns="rule", values="share")[list(RULES.values())].iloc[:-1]
    table = (100.0 * wide).rename(columns=lambda rule: f"Futures, {rule} (%)").rename_axis(columns=None).reset_index()
    table["low_usd"] /= fmt.USD_BN.scale
    return table.rename(columns={"low_usd": f"Value from ({fmt.USD_BN.name})"})


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
            "plan": own["quarter"] == payback_word(answer.result),
        }
    )


def payback_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Payback by quarter in %."""
    return pd.DataFrame({"Quarter": frame["quarter"], "Paid back for good (% of futures)": 100.0 * frame["share"]})


LEAST_BINDING: Final = 0.01
"""A right to stop that bites in fewer futures than this in every year has no row."""


def binding(answer: Answer, futures: Futures) -> pd.DataFrame:
    """Share of futures in which each constraint binds in some period of a year; what never does is 0.

    Columns: constraint, label, year, share, words. Power, custom supply and every contract have a row a year; the
    right to stop has one for each workload that it holds back at all.
    """
    inputs, parts = answer.sim.world.inputs, []
    for one in futures.binds:
        periods = QUARTERS_PER_YEAR // one.quarters_per_period
        by_year = one.binds.reshape(-1, periods, futures.draws).any(axis=1).mean(axis=1)
        if one.constraint == "right_to_stop" and by_year.max() < LEAST_BINDING:
            continue
        years = [FIRST_YEAR + y for y in range(by_year.size)]
        label = constraint_label(answer.custom, inputs, one.constraint, one.subject)
        parts.append(
            pd.DataFrame(
                {
                    "constraint": one.constraint,
                    "label": in_lines(label),
                    "year": [str(year) for year in years],
                    "share": by_year,
                    "words": [fmt.chance(share) for share in by_year],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def constraint_label(custom: str, inputs: Inputs, constraint: str, subject: str) -> str:
    """Return what a constraint is called in a row."""
    if constraint == "power":
        return "Power binds"
    if constraint == "custom_supply":
        return f"{custom} supply binds"
    if constraint == "contract":
        names = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
        return f"Short of {names[subject]}"
    workload = LEVER[f"adoption_{subject}"].label.lower()
    return f"Stop, {workload}"


def binding_table(frame: pd.DataFrame) -> pd.DataFrame:
    """What binds by year in % of futures."""
    wide = 100.0 * frame.pivot(index="label", columns="year", values="share")
    wide = (
        wide.loc[list(dict.fromkeys(frame["label"]))]
        .rename(lambda label: label.replace("\n", " "))
        .rename(columns=lambda year: f"{year} (% of futures)")
    )
    return wide.rename_axis(columns=None).rename_axis("What binds").reset_index()


# --- What it hangs on

LABEL_LETTERS: Final = 22
"""A row's name is cut into lines of so many letters, for a phone has no room for more beside a chart."""


def in_lines(label: str) -> str:
    """Return the name of a row in lines, as core.views.risk.charts takes them apart."""
    return "\n".join(wrap(label, LABEL_LETTERS))


MOST_ROWS: Final = 10
"""So many assumptions are drawn; the table has all."""
TURNS: Final = "◆"
"""Marks an assumption that turns the answer by itself."""
ENDS: Final = ("low", "high")


def tornado_bars(tornado: pd.DataFrame, plan_case_usd: float, inputs: Inputs, in_figures: InWords) -> pd.DataFrame:
    """The widest bars of core.risk.sensitivity.tornado, a row an end.

    Columns: lever, label (marked by TURNS if the bar crosses break-even), end (one of ENDS), setting (in words), usd,
    plan_usd, words, source, is_right (of the plan case), is_named (the setting stands at the bar's end).
    """
    sources = inputs.tables["sources"].set_index("source_id")
    rows = []
    for row in rows_of(tornado.head(MOST_ROWS)):
        lever = LEVER[row["lever"]]
        source = sources.loc[lever.source_id]
        from_ = f"{source.title}, {source.published_on}" if lever.source_id != "assumption" else "our assumption"
        usd = {"low": row["npv_low_usd"], "high": row["npv_high_usd"]}
        same_side = (usd["low"] - plan_case_usd) * (usd["high"] - plan_case_usd) > 0.0
        farthest = max(usd, key=lambda end: abs(usd[end] - plan_case_usd))
        for end in ENDS:
            rows.append(
                {
                    "lever": row["lever"],
                    "label": in_lines(f"{row['label']}{fmt.NBSP}{TURNS}" if row["crosses"] else row["label"]),
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
            "Source of the range": [titles[LEVER[lever].source_id] for lever in tornado["lever"]],
        }
    )


def share_bars(shares: pd.DataFrame, tornado: pd.DataFrame) -> pd.DataFrame:
    """First-order and total shares of the variance of value on the rows of the tornado.

    Columns: label, first (0 where the estimate falls below), total, first_words, total_words.
    """
    own = shares.set_index("lever").loc[list(tornado.head(MOST_ROWS)["lever"])]
    marked = tornado.head(MOST_ROWS)["crosses"].to_numpy()
    first, total = np.maximum(own["first"].to_numpy(), 0.0), np.maximum(own["total"].to_numpy(), 0.0)
    return pd.DataFrame(
        {
            "label": [
                in_lines(f"{label}{fmt.NBSP}{TURNS}" if mark else label)
                for label, mark in zip(own["label"], marked, strict=True)
            ],
            "first": np.minimum(first, total),
            "total": total,
            "first_words": [fmt.chance(share) for share in np.minimum(first, 1.0)],
            "total_words": [fmt.chance(share) for share in np.minimum(total, 1.0)],
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


def grades_table(mix: pd.DataFrame) -> pd.DataFrame:
    """Share of the variance by grade in %, and how many assumptions have it."""
    return pd.DataFrame(
        {"Grade": mix["grade"], "Share of variance (%)": 100.0 * mix["share"], "Assumptions": mix["levers"]}
    )


# --- Regret

GROUP_GAP: Final = 0.6
"""Space between worlds of different price, in cells; twice as much between worlds of different demand."""


MINIMAX, BEST_EXPECTED = "◆", "○"
"""Mark the choices that are regretted least at worst and on average."""


def choice_labels(found: Regret) -> tuple[str, ...]:
    """Return what the rows of the choices are called, the best of them marked."""
    rows = found.by_choice()
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
    """Each choice's regret in every world; a row a cell.

    Columns: choice, world, words, share (of the worst cell), left and right (of the cell), demand and price (the group
    that it begins, else empty), middle of that group.
    """
    frame = found.frame()
    sizes = [len(doubt.states) for doubt in DOUBTS]  # demand, price, delay, performance
    inner, middle = sizes[2] * sizes[3], sizes[1]
    left = np.tile(_places(len(found.worlds), inner, middle), len(found.choices))
    world = np.tile(np.arange(len(found.worlds)), len(found.choices))
    worst = float(found.regret_usd.max())
    whole = inner * middle
    return pd.DataFrame(
        {
            "choice": np.repeat(choice_labels(found), len(found.worlds)),
            "world": [_sentence(label) or "As we believe" for label in frame["world"]],
            "words": np.where(frame["is_best"], "nothing: the best choice here", frame["regret_usd"].map(fmt.usd)),
            "share": frame["regret_usd"] / worst if worst > 0.0 else 0.0,
            "left": left,
            "right": left + 1.0,
            "demand": np.where(world % whole == 0, frame["demand"], ""),
            "price": np.where(world % inner == 0, frame["price"], ""),
            "demand_middle": left + (whole + GROUP_GAP * (middle - 1)) / 2.0,
            "price_middle": left + inner / 2.0,
        }
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def regret_words(found: Regret) -> pd.DataFrame:
    """Each choice's worst and expected regret in words, the best of each marked."""
    rows = found.by_choice()
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
            **{doubt.name: frame[doubt.id] for doubt in DOUBTS},
            "Weight (%)": 100.0 * frame["weight"],
            f"Cost ({fmt.USD_BN.name})": frame["cost_usd"] / fmt.USD_BN.scale,
            f"Regret ({fmt.USD_BN.name})": frame["regret_usd"] / fmt.USD_BN.scale,
        }
    )


# --- Where value turns


def near(lever: Lever, value: float) -> Value:
    """Return a setting to a tenth of the lever's step or so, for words."""
    decimals = max(0, 1 - math.floor(math.log10(lever.step)))
    return lever.value(round(value, 0 if lever.whole else decimals))


def switching_words(switching: pd.DataFrame, in_words: InWords, in_figures: InWords) -> pd.DataFrame:
    """Where value turns as a lever is moved, in words; a row a lever, of those at which it does the nearest."""
    rows = []
    for row in rows_of(switching[switching["turns_at"].notna()].head(MOST_ROWS)):
        lever = LEVER[row["lever"]]
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


def distance_words(lever: Lever, distance: float) -> str:
    """Return a distance in a lever's own unit, signed: `+0.14`, `−9.7 points`, `+2 quarters`."""
    sign = fmt.MINUS if distance < 0 else "+"
    size = abs(distance)
    if lever.is_share:
        return fmt.POINTS.words(distance, 2, signed=True)
    if lever.whole:
        unit = "year" if lever.unit == "year" else lever.unit.removesuffix("s")
        return f"{sign}{fmt.counted(round(size), unit)}"
    rounded = round(size, max(0, 1 - math.floor(math.log10(lever.step))))
    unit = (
        "" if lever.unit.startswith("x ") or lever.unit == "ratio" else f" {lever.unit.split(',')[0].split(' of ')[0]}"
    )
    return f"{sign}{rounded:,g}{unit}"


def ordinal(share: float) -> str:
    """Return a share of the futures as a percentile: `67th`; beyond the first and last, that it is."""
    percent = round(100.0 * share)
    if percent < 1:
        return "below the 1st"
    if percent > 99:
        return "above the 99th"
    last = percent % 10
    suffix = "th" if percent // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{percent}{suffix}"


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


# --- Goals


def reached_words(found: Found) -> str:
    """Return the figure that a setting reaches, as the goal counts it."""
    match found.goal.aim:
        case Aim.VALUE | Aim.CAPITAL:
            return fmt.usd(found.reached, 3, signed=found.goal.aim is Aim.VALUE)
        case Aim.POWER:
            return fmt.power(found.reached)
        case Aim.PAYBACK:
            words: Mapping[float, str] = {np.inf: "never", -np.inf: "from the outset"}
            if math.isnan(found.reached):
                return "no difference"
            return words.get(found.reached) or quarter_label(int(found.reached))
