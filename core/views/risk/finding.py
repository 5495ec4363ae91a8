"""What the futures of a scenario say, in sentences; the pages only print them."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.evidence import OWN
from core.inputs.levers import AT_ONCE_PREMIUM, NO_STOP, Levers
from core.model.report import payback_word
from core.risk.futures import IS_GOOD, NO_DIFFERENCE, Futures, RightToStop
from core.risk.futures import odds as odds_of
from core.risk.goal import GOAL_FUTURES
from core.risk.regret import THIS, Regret
from core.risk.sensitivity import against_grain
from core.risk.sequence import SEED
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import headline, is_good, what_changes
from core.story.settings import in_words
from core.views.risk.frames import SHORT_OF, binding, rows_of, stop_matters, worst_binding
from core.views.risk.view import View
from core.views.risk.words import near

Floats = NDArray[np.float64]

MOST: Final = 0.5
LITTLE: Final = 0.1
"""From these shares on, the right to stop takes most of the losses away, or more than little."""


# --- Title and strip


def title(view: View) -> str:
    """Return the page's title: how often the scenario pays, where half of the futures lie, what the right to stop does.

    Until the futures are drawn it is the plan case's; until the right to stop is worked out nothing is said of it.
    """
    answer, futures, stop = view.answer, view.drawn, view.stopped
    if futures is None:
        return headline(answer)
    what = what_changes(answer)
    if what is None:
        return f"This scenario is its own baseline, {answer.baseline_words}: no future makes a difference"
    if futures.verdict == NO_DIFFERENCE:
        return f"{what} makes no difference in any future"
    low, high = futures.quantile((0.25, 0.75))
    pays = f"{what} pays in {_of_futures(futures.probability)}"
    taken = "" if stop is None else _taken(stop, [low, high])
    beside = [stop.worth_usd] if stop is not None and misjudges(stop) else []
    half = "half of all" if futures.probability in (0.0, 1.0) else "half of them"
    return f"{pays}; {half} {_between(low, high, beside)}{taken}"


def _of_futures(share: float) -> str:
    if share in (0.0, 1.0):
        return "every future" if share else "no future"
    return f"{fmt.chance(share)} of futures"


def _between(low: float, high: float, beside: list[float]) -> str:
    ends = fmt.usd_alike((low, high, *beside), signed=True)
    return f"lie between {ends[0]} and {ends[1]}" if ends[0] != ends[1] else f"lie at {ends[0]}"


def mean_loss(value_usd: Floats) -> float:
    """Return the mean of what is lost, with nothing where there is a gain."""
    return float(np.maximum(-value_usd, 0.0).mean())


def _taken(stop: RightToStop, beside: list[float]) -> str:
    """Say what of the losses the right to stop takes away, or has taken if it is set."""
    before, after = mean_loss(stop.without_usd), mean_loss(stop.with_usd)
    if before < MATERIAL_USD or not stop_matters(stop):
        return ""
    taken = 1.0 - after / before
    if stops_as_set(stop):
        return f"; without the right to stop it would pay in {_of_futures(odds_of(stop.without_usd))}"
    if misjudges(stop):
        by = fmt.usd(-stop.worth_usd, beside=beside)
        return f"; a right to stop as soon as custom chips are dearer would misjudge, by {by}"
    if taken >= MOST:
        return "; the right to stop takes most of the losses away"
    if taken >= LITTLE:
        return f"; the right to stop takes {fmt.chance(taken)} of the losses away"
    return "; the right to stop changes losses little"


def misjudges(stop: RightToStop) -> bool:
    """Return whether the rule to stop costs value on average: a right never does, a rule that misjudges may.

    The rule looks at the cost of work, which leaves out what chips are still worth at the horizon.
    """
    return stop.worth_usd < -MATERIAL_USD


def stops_as_set(stop: RightToStop) -> bool:
    """Return whether the scenario itself stops as soon as custom chips are dearer."""
    return stop.as_set_usd is stop.with_usd


def sampling(inputs: Inputs, draws: int) -> str:
    """Return how the futures are drawn, in one sentence."""
    pairs = len(inputs.correlations)
    joined = f"joined by {fmt.counted(pairs, 'rank correlation')}" if pairs else "each by itself"
    return (
        f"{draws:,} evenly spread points (seed {SEED}) over {len(inputs.levers.beliefs)} assumptions, {joined}, drawn "
        "around your settings; choices are never drawn."
    )


def metrics(view: View) -> list[Metric]:
    """Return the five figures of the strip; that of the right to stop is open until it is worked out.

    None where nothing differs: the title says it, and nothing is left to say of it.
    """
    answer, futures = view.answer, view.futures
    if not view.differs:
        return []
    plan, against = view.plan_usd, f"against {answer.baseline_words}"
    low, high = futures.quantile((0.10, 0.90))
    word = payback_word(answer.result, answer.calendar)
    return [
        Metric(
            "Expected value",
            fmt.usd(futures.expected_usd, 3, signed=True),
            f"plan case {fmt.usd(plan, signed=True)}",
            against,
            is_good(futures.expected_usd),
            "Mean of value over all futures. It differs from the plan case's because ranges are lopsided and value "
            f"bends; as it stands it may be off by {fmt.usd(futures.standard_error_usd)} (standard error).",
        ),
        Metric(
            "Chance that it pays",
            fmt.MISSING if math.isnan(futures.probability) else fmt.chance(futures.probability),
            futures.verdict,
            against,
            IS_GOOD.get(futures.verdict),
            "Share of futures in which value is not below zero. Below 20 % it does not pay, below 40 % it leans "
            "against, up to 60 % it is too close to call, up to 80 % it leans for, above it pays.",
        ),
        Metric(
            "One future in ten is below",
            fmt.usd(low, 3, signed=True),
            f"one in ten above {fmt.usd(high, signed=True)}",
            against,
            None,
            "The 10th and the 90th percentile of value over all futures.",
        ),
        _stop_figure(view),
        Metric(
            f"Paid back by {answer.last_year}",
            fmt.chance(float(futures.payback_share[-1])),
            f"plan case {word}",
            "residual value not counted",
            None,
            "Share of futures in which cumulative savings are above zero for good by the horizon. It is not the chance "
            "that it pays: value counts what is still worth something at the horizon.",
        ),
    ]


def _stop_figure(view: View) -> Metric:
    """Return what the right to stop is worth: never less than nothing, for where the rule costs value it misjudges."""
    stop, label = view.stopped, "Right to stop is worth"
    about = (
        "Expected value when no custom chip is bought whose work costs more than the best bought chip's, less expected "
        f"value when buying on {_buying_on(view)}; same futures. The Programme page has the same for the plan case "
        "alone. Where the rule costs value it misjudges: the cost of work leaves out what chips are worth at the end."
    )
    if stop is None:
        return Metric(label, fmt.MISSING, "being worked out", "", None, about)
    with_, without = odds_of(stop.with_usd), odds_of(stop.without_usd)
    change = "no difference"
    if not (math.isnan(with_) or math.isnan(without)):
        change = f"pays in {fmt.chance(with_)}, not {fmt.chance(without)}" if with_ != without else "same odds"
    beside = f"on average; as set: {'stops when dearer' if stops_as_set(stop) else f'buys on {_buying_on(view)}'}"
    if misjudges(stop):
        return Metric("Right to stop", "Misjudges", f"costs {fmt.usd(-stop.worth_usd)}, {change}", beside, False, about)
    return Metric(label, fmt.usd(stop.worth_usd, 3, signed=True), change, beside, is_good(stop.worth_usd), about)


def _buying_on(view: View) -> str:
    """Return up to which premium custom chips are bought under the rule that does not stop at once."""
    own = view.answer.lever("custom_premium_max")
    return "at any cost" if own in (AT_ONCE_PREMIUM, NO_STOP) else f"up to {fmt.setting(own)} dearer"


# --- What shaped the charts

BANDS: Final = "Dark band: half of the futures; with the light one four in five; dashed: median; thick: plan case."
TORNADO: Final = (
    "Value with one assumption at either end of its range, all else as set; what moves value most comes first, and "
    "this order leads the page. One future in ten lies beyond each end. Solid line: break-even; dashed: plan case; "
    "◆: the bar crosses break-even. Point at a bar for the source of its range, click to set it."
)
SHARES: Final = (
    "Share of the variance of value. Not the order of the bars: here all assumptions move at once and over all of "
    "their ranges, independently. What several do together counts for each, so shares add up to more than 100 %."
)
GRADES: Final = (
    "Share of a grade: shares of the assumptions whose range has a source of that grade, over those of all. "
    "What several do together counts for each of them."
)
SWITCHING: Final = (
    "The nearest setting at which value changes its sign, all else as set. Not the order of the bars: first comes what "
    "needs the least likely move, not what moves value most. Percentiles are those of our range: the 50th is our "
    "estimate, the 10th and 90th bound it. A jump passes over zero."
)
GOAL: Final = (
    "Pick a lever and a target; all else stays as set. Value, spending, power and payback are the plan case's; "
    f"expected value and odds are worked out anew at each setting, in {GOAL_FUTURES} futures, so they may differ a "
    "little from those above."
)


# --- Over time


def spending_title(fan: pd.DataFrame) -> str:
    """Return the finding of the fan of spending: the year of which least is known."""
    row = max(rows_of(fan), key=lambda row: row["p90_usd"] - row["p10_usd"])
    low, high, plan = _ends(row)
    return f"Spending is least certain in {row['period']}: {low} to {high} in four futures of five, plan case {plan}"


ENDS: Final = ["p10_usd", "p90_usd", "plan_usd"]
"""Where four futures of five lie in a fan, and the plan case."""


def _ends(row: dict[str, Any], signed: bool = False) -> list[str]:
    return fmt.usd_alike((row[name] for name in ENDS), signed=signed)


def savings_title(answer: Answer, fan: pd.DataFrame) -> str:
    """Return the finding of the fan of savings: where they stand at the horizon."""
    row = rows_of(fan)[-1]
    if fan[ENDS].abs().to_numpy().max() < MATERIAL_USD:
        return f"Nothing is saved or lost against {answer.baseline_words} in any year"
    low, high, plan = _ends(row, signed=True)
    middle = f"between {low} and {high} in four futures of five"
    return f"By the end of {answer.last_year} savings stand {middle}, plan case {plan}"


def distribution_title(futures: Futures) -> str:
    """Return the finding of the distribution: how often value is lost, and the mean."""
    if futures.verdict == NO_DIFFERENCE:
        return "No future makes a difference: value is zero in all"
    lost = 1.0 - futures.probability
    loses = f"The plan loses money in {_of_futures(lost)}"
    mean, size = futures.expected_usd, fmt.usd(abs(futures.expected_usd))
    return f"{loses}; on average it {'is worth' if mean >= 0.0 else 'loses'} {size}"


def stop_title(stop: RightToStop) -> str:
    """Return the finding of the right to stop: what it is worth, and what it does to the odds."""
    with_, without = odds_of(stop.with_usd), odds_of(stop.without_usd)
    if not stop_matters(stop):
        return "The right to stop makes no difference in any future"
    beside = [float(one.mean()) for one in (stop.without_usd, stop.with_usd)]
    worth = fmt.usd(abs(stop.worth_usd), beside=beside)
    means = [fmt.usd(mean, signed=True, beside=[*beside, stop.worth_usd]) for mean in beside]
    moved = f"the mean moves from {means[0]} to {means[1]}" if means[0] != means[1] else f"the mean stays at {means[0]}"
    before, after = (fmt.chance(0.0 if math.isnan(share) else share) for share in (without, with_))
    pays = f"it pays in {after} of futures instead of {before}" if before != after else f"it pays in {after} either way"
    if misjudges(stop):
        return (
            f"The rule to stop misjudges and costs {worth} on average: it leaves out what chips are "
            f"worth at the horizon; {moved}, and {pays}"
        )
    return f"The right to stop is worth {worth} on average: {moved}, and {pays}"


def stop_caption(stop: RightToStop) -> str:
    """Return what shaped the chart of the right to stop."""
    as_set = "The outline is the scenario as set." if stops_as_set(stop) else "The grey area is the scenario as set."
    return (
        "Same futures under two rules. Grey: buying on; outline: no custom chips in a quarter in which their work "
        f"costs more than the best bought chip's. {as_set} Dashed: means."
    )


def payback_title(answer: Answer, futures: Futures) -> str:
    """Return the finding of payback: the first year by which more than half have paid back, or how many ever do."""
    by_year = futures.payback_share[QUARTERS_PER_YEAR - 1 :: QUARTERS_PER_YEAR]
    last = fmt.chance(float(by_year[-1]))
    if futures.verdict == NO_DIFFERENCE:
        return "There is nothing to pay back"
    if by_year[-1] == 0.0:
        return f"No future has paid back by {answer.last_year}"
    half = np.flatnonzero(by_year > 0.5)
    if half.size == 0:
        return f"{last} of futures have paid back for good by {answer.last_year}: fewer than half"
    year = int(half[0])
    if year == by_year.size - 1:
        return f"More than half have paid back for good only by {answer.last_year}: {last} of futures"
    share = fmt.chance(float(by_year[year]))
    by_then = f"{share} of futures have paid back for good by {answer.calendar.first_year + year}"
    return f"{by_then}, {last} by {answer.last_year}"


def binding_title(cells: pd.DataFrame) -> str:
    """Return the finding of what binds: what does most often and when, and how often power does."""
    # What the right to stop holds back is a rule at work, not a limit that is run into.
    limits = [row for row in rows_of(cells) if row["constraint"] != "right_to_stop"]
    worst = max(limits, key=lambda row: row["share"])
    if worst["share"] == 0.0:
        return "Neither power nor custom supply nor a contract binds in any future"
    label = worst["label"].replace("\n", " ")
    if worst["constraint"] == "contract":
        label = f"We miss the commitment “{label.removeprefix(SHORT_OF)}”"
    words = f"{label} in {_of_futures(worst['share'])} in {worst['year']}"
    if worst["constraint"] == "power":
        return f"{words}, more often than anything else"
    most = max((row for row in limits if row["constraint"] == "power"), key=lambda row: row["share"])
    if fmt.chance(most["share"]).startswith("<"):
        return f"{words}; power hardly ever binds"
    when = f"most often in {most['year']}, in {most['words']}" if most["share"] > 0.0 else "in none"
    return f"{words}; power binds {when}"


def binding_caption(answer: Answer, futures: Futures) -> str:
    """Return what a cell counts, and where the rest is if not all have a row."""
    rest = " The table has every row." if len(binding(answer, futures)) > len(worst_binding(answer, futures)) else ""
    return f"Share of futures in which it binds in at least one quarter of the year; contracts count by year.{rest}"


# --- What it hangs on


def tornado_title(tornado: pd.DataFrame) -> str:
    """Return the finding of the tornado: how many assumptions turn the answer by themselves, and which does most."""
    rows = rows_of(tornado)
    first, crossing = rows[0], [row for row in rows if row["crosses"]]
    if first["swing_usd"] < MATERIAL_USD:
        return "No assumption moves value"
    if not crossing:
        most = f"{_name(first)} moves value most, by {fmt.usd(first['swing_usd'])}"
        return f"No assumption turns the answer by itself; {most}"
    if len(crossing) == 1:
        return f"One of {len(tornado)} assumptions turns the answer within its range: {_name(crossing[0])}"
    many = f"{len(crossing)} of {len(tornado)} assumptions"
    return f"{many} turn the answer within their ranges, above all {_name(crossing[0])}"


def tornado_caption(answer: Answer) -> str:
    """Return what shaped the tornado, and which assumption works against its direction somewhere and why."""
    found = against_grain(answer.inputs, answer.scenario)
    if found is None:
        return TORNADO
    lever = answer.scenario.levers[found.lever]
    start, end = (in_words(lever, near(lever, at)) for at in (found.start, found.end))
    why = "less custom work is then bought where it loses"
    if found.buys_less:
        why = "custom work that loses then costs too much to be bought"
    elif found.rationed_more:
        why = "supply is then short more often, and what loses is served last"
    return (
        f"{TORNADO} Against the grain: {fmt.in_sentence(lever.label)} from {start} to {end} raises value by "
        f"{fmt.usd(found.gain_usd)}, for {why}."
    )


def _name(row: dict[str, Any]) -> str:
    """Return an assumption's label inside a sentence."""
    return fmt.in_sentence(str(row["label"]))


def shares_title(shares: pd.DataFrame) -> str:
    """Return the finding of the variance shares: which assumptions make half of it."""
    if shares["total"].max() <= 0.0:
        return "No assumption drives value: it does not vary"
    first = rows_of(shares)[0]
    together = 1.0 - float(np.clip(shares["first"], 0.0, None).sum())
    rest = f"; {fmt.chance(together)} comes from several together" if together > LITTLE else ""
    share = fmt.chance(min(1.0, float(first["total"])))
    return f"{first['label']} drives {share} of the uncertainty{rest}"


def grades_title(mix: pd.DataFrame) -> str:
    """Return the finding of the evidence mix: what the variance rests on."""
    if mix["share"].sum() <= 0.0:
        return "Value is certain, so nothing rests on any evidence"
    share = dict(zip(mix["grade"], mix["share"], strict=True))
    own = f", {fmt.chance(share[OWN])} on the company's own" if OWN in share else ""
    return (
        f"{fmt.chance(share['assumption'])} of the uncertainty rests on assumptions of ours, "
        f"{fmt.chance(share['estimate'])} on estimates, {fmt.chance(share['reported'])} on reported figures{own}"
    )


_MOVED: Final = {
    "custom_cost": ("dearer custom chips", "cheaper custom chips"),
    "custom_performance": ("faster coming custom chips", "slower coming custom chips"),
    "programme_cost": ("more programme cost", "less programme cost"),
    "merchant_price": ("dearer bought chips", "cheaper bought chips"),
    "merchant_performance": ("faster coming bought chips", "slower coming bought chips"),
    "power_price": ("dearer power", "cheaper power"),
    "power_capacity": ("more power", "less power"),
}
"""What it is called that a multiple of our estimate is more, and that it is less."""


def switching_title(switching: pd.DataFrame, levers: Levers, pays: bool = True) -> str:
    """Return the finding of the switching values: the nearest move that turns value, and how many others can.

    pays: whether value is at least 0 as set, so that a move wipes it out and does not make it.
    """
    turning = rows_of(switching[switching["turns_at"].notna()])
    if not turning:
        return "No lever turns the answer anywhere within its bounds"
    row, others = turning[0], len(turning) - 1
    lever, moved = levers[row["lever"]], row["turns_at"] / row["setting"] - 1.0 if row["setting"] else math.nan
    more = _MOVED.get(lever.id)
    if more is not None and math.isfinite(moved):
        what, many = f"{fmt.percent(abs(moved))} {more[0] if moved > 0.0 else more[1]}", True
    else:
        what, many = f"{row['label']} at {in_words(lever, near(lever, row['turns_at']))}", False
    does = f"wipe{'' if many else 's'} out the value" if pays else f"make{'' if many else 's'} it pay"
    rest = f"; {fmt.counted(others, 'other lever')} can by {'itself' if others == 1 else 'themselves'}, further off"
    return f"{what} {does}{rest if others else ''}"


def regret_caption(found: Regret) -> str:
    """Return how the chart of regret is read: what its worlds are, in their order, and what marks mean."""
    late = fmt.listed([state.name for doubt in found.doubts if doubt.id == "delay" for state in doubt.states], "or")
    return (
        "Read a row from left to right: the redder, the more this choice costs above the best one in that world; a dot "
        f"marks the best. {len(found.worlds)} worlds: demand, then price of bought chips, then custom chips {late}, "
        "then performance of bought chips to come; weighted 30, 40, 30 % for low, base, high. ◆ regretted least at "
        "worst, ○ on average."
    )


def regret_title(found: Regret) -> str:
    """Return the finding of regret: the choice to make under doubt, and what this scenario may cost above the best."""
    if float(found.regret_usd.max()) < MATERIAL_USD:
        return "All choices cost the same in every world"
    worst, expected = found.minimax, found.best_expected
    own = ""
    if THIS in found.choices and found.choices[worst] != THIS:
        dearer = float(found.worst_usd[found.choices.index(THIS)])
        own = f"; this scenario is at worst {fmt.usd(dearer)} dearer than the best choice"
    at_most = float(found.worst_usd[worst])
    who, are = _with_equals(found, worst)
    if at_most < MATERIAL_USD:
        return f"{who} {are} best in every world: nothing to regret{own}"
    if found.choices[worst] == found.choices[expected]:
        return f"{who} {are} regretted least, at worst ({fmt.usd(at_most)}) and on average{own}"
    return (
        f"{who} {are} regretted least at worst ({fmt.usd(at_most)}), {found.choices[expected]} on "
        f"average ({fmt.usd(float(found.expected_usd[expected]))}){own}"
    )


def _with_equals(found: Regret, best: int) -> tuple[str, str]:
    """Return a choice and those that cost the same in every world, and the verb that follows."""
    same = np.abs(found.cost_usd - found.cost_usd[best]).max(axis=1) < MATERIAL_USD
    others = [name for i, name in enumerate(found.choices) if same[i] and i != best]
    named = others if len(others) < 2 else [fmt.counted(len(others), "other")]
    return fmt.listed([found.choices[best], *named]), "are" if others else "is"
