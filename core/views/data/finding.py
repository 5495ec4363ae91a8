"""What is to be said of the data: how much rests on guesses, and how far the model is off where it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.evidence import OWN, grades_in
from core.model.model import MODEL_VERSION
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import guesswork
from core.story.labels import granting, workload_labels
from core.views.data import worked
from core.views.data.frames import numbers_by_grade, of_plan, shares
from core.views.data.published import capital_spending, held_out, held_out_range, published

MOST_NAMED: Final = 4
"""Of more tables than this a sentence tells only the number."""
_GRADES: Final = {OWN: "its own", "reported": "reported", "estimate": "estimated", "assumption": "assumed"}


def title(answer: Answer) -> str:
    """Return the page's title: how much rests on guesses, and how far the model is off where it can be checked."""
    low, high = held_out_range(answer.inputs)
    guesses = guesswork(answer)
    if not np.isfinite([low, high]).all():
        return f"{guesses}; no published figure is there to hold the model against"
    return f"{guesses}; held against figures it was not fitted to, the model is {off_words(low, high)}"


def off_words(low: float, high: float) -> str:
    """Return how far off the model is: `9.5 % below to 11 % above`, `2.0 % to 11 % above`."""
    if low < 0.0 < high:
        return f"{fmt.percent(-low)} below to {fmt.percent(high)} above"
    near, far = sorted((abs(low), abs(high)))
    return f"{fmt.percent(near)} to {fmt.percent(far)} {'above' if high > 0.0 else 'below'}"


def metrics(answer: Answer) -> list[Metric]:
    """Return the four figures of the strip: numbers, spending, sources and versions."""
    inputs = answer.inputs
    spent = of_plan(answer)
    numbers = numbers_by_grade(inputs)
    of_numbers, of_spending = shares(numbers, "numbers"), shares(spent, "usd")
    sources = inputs.tables["sources"]
    read = sources["read_as"].value_counts()
    return [
        *_known(answer, of_numbers, int(numbers["numbers"].sum()), of_spending, float(spent["usd"].sum())),
        Metric(
            "Publications",
            f"{len(sources)}",
            f"{int(read.get('primary', 0))} read themselves",
            f"{int(read.get('secondary', 0))} through others, {int(read.get('derivation', 0))} our own reasoning",
            None,
            f"Every row with figures names its source{'; public sources only' if inputs.public else ''}.",
        ),
        Metric(
            "Versions in use",
            f"Model {MODEL_VERSION}",
            f"data {inputs.data_version}",
            "they travel with every link and export",
            None,
            "The data version is a hash of the data files; the model version goes up when the same scenario on the "
            "same data would give another result.",
        ),
    ]


def _known(
    answer: Answer, of_numbers: Mapping[str, float], numbers: int, of_spending: Mapping[str, float], usd: float
) -> list[Metric]:
    """Return how much of the numbers and of spending is reported, or the company's own if any row is, and the rest."""
    has_own = OWN in grades_in(answer.inputs)
    first = OWN if has_own else "reported"

    def rest(shares: Mapping[str, float], of: str) -> tuple[str, str]:
        said = [f"{fmt.percent(shares[grade])} {words}" for grade, words in _GRADES.items() if grade != first]
        beside, *others = said[0 if has_own else 1 :]
        return beside, f"{', '.join(others)}, of {of}"

    vouched = "vouched for by the company; " if has_own else ""
    return [
        Metric(
            "Numbers of the company's own" if has_own else "Numbers that are reported",
            fmt.percent(of_numbers[first]),
            *rest(of_numbers, f"{numbers:,}"),
            None,
            f"Numbers in the tables that the model reads, each with the grade of its row: {vouched}stated by the maker "
            "or in a filing; by a named analyst or the press; ours.",
        ),
        Metric(
            "Spending at its own prices" if has_own else "Spending at reported prices",
            fmt.percent(of_spending[first]),
            *rest(of_spending, f"{fmt.usd(usd)}{' before warrants' if granting(answer.inputs) else ''}"),
            None,
            f"Spending of the scenario, {answer.calendar.first_year} to {answer.last_year}, by the grade of the price "
            "at which it is paid. What a lever sets, such as the cost to build, counts as assumed.",
        ),
    ]


def numbers_caption(inputs: Inputs) -> str:
    """Return how the chart of numbers is read, and whether any of them is the company's own."""
    known = "Strong: reported by the maker or in a filing; faint: estimated by a named analyst or the press; empty:"
    told = f"Numbers in each table that the model reads, by the grade of their row. {known} assumed by us."
    if OWN in grades_in(inputs):
        return f"{told} Strongest: the company's own."
    return f"{told} Nothing is the company's own yet."


def numbers_title(answer: Answer) -> str:
    """Return the finding of the chart of numbers: which tables hold nothing but assumptions."""
    frame = numbers_by_grade(answer.inputs)
    table = frame.pivot(index="table", columns="grade", values="numbers").loc[list(dict.fromkeys(frame["table"]))]
    ours = [str(name) for name in table.index[table["assumption"] == table.sum(axis=1)]]
    if not ours:
        return "No table that the model reads holds assumptions only"
    if len(ours) == len(table):
        return "All tables that the model reads hold assumptions only"
    names = f": {fmt.listed([fmt.in_sentence(name) for name in ours])}" if len(ours) <= MOST_NAMED else ""
    return f"{len(ours)} of {len(table)} tables hold assumptions only{names}"


def spending_title(answer: Answer) -> str:
    """Return the finding of the chart of spending: how much of the largest kind is assumed."""
    frame = of_plan(answer)
    table = frame.pivot(index="kind", columns="grade", values="usd")
    whole = table.sum(axis=1)
    if whole.sum() <= 0.0:
        return "Nothing is spent"
    largest = str(whole.idxmax())
    share = float(table.loc[largest, "assumption"] / whole[largest])
    part = fmt.percent(float(whole[largest] / whole.sum()))
    return f"{part} of spending is on {fmt.in_sentence(largest)}, {fmt.percent(share)} of that at prices we assumed"


def published_title(answer: Answer) -> str:
    """Return the finding of the calibration chart."""
    low, high = held_out_range(answer.inputs)
    checked = len(held_out(answer.inputs))
    if published(answer.inputs).empty:
        return "The data set has no published figure to hold the model against"
    if checked == 0:
        return "The model was fitted to every published figure that it has the like of, which proves nothing"
    return f"On {fmt.counted(checked, 'figure')} that it was not fitted to, the model is {off_words(low, high)}"


def capital_title(answer: Answer) -> str:
    """Return the finding of the chart of capital spending: what was reported last and what the model has next."""
    frame = capital_spending(answer)
    reported, plan = frame[frame["series"] == "reported"], frame[frame["series"] == "plan"]
    first = float(plan["usd"].iloc[:QUARTERS_PER_YEAR].sum())
    year = answer.calendar.first_year
    if reported.empty:
        return f"The model has {fmt.usd(first)} of chips and data centres in {year}"
    last = reported.iloc[-1]
    theirs, ours = fmt.usd_alike((last["usd"], first))
    return (
        f"The company reported {theirs} of capital spending for {last['quarter']}; the model has {ours} of chips and "
        f"data centres in {year}"
    )


# --- The method with numbers put in, for a chip, a workload and a quarter by index


def hour_title(answer: Answer, chip: int, _: int, quarter: int) -> str:
    """Return what an hour of a chip bought in a quarter costs."""
    hour = worked.chip_hour_steps(answer, chip, quarter)[-1].value
    name = answer.inputs.chips.name[chip]
    return f"An hour of {name} bought in {answer.calendar.label(quarter)} costs {fmt.USD.words(hour, 3)}"


def cost_title(answer: Answer, chip: int, workload: int, quarter: int) -> str:
    """Return what an hour of a workload costs on the chip."""
    cost, work = worked.work_steps(answer, chip, workload, quarter)[1].value, _work(answer, workload)
    return f"An hour of {work} on it costs {fmt.USD.words(cost, 3)} for each unit of work"


def demand_title(answer: Answer, _: int, workload: int, quarter: int) -> str:
    """Return how much work is required in a quarter."""
    required = worked.demand_steps(answer, workload, quarter)[-1].value
    when = answer.calendar.label(quarter)
    return f"{fmt.H100E_M.words(required, 3)} of {_work(answer, workload)} are required in {when}"


def share_title(answer: Answer, _: int, workload: int, quarter: int) -> str:
    """Return what share of a workload's new capacity custom chips are to get."""
    share = worked.share_steps(answer, workload, quarter)[2].value
    return f"{fmt.percent(share)} of its new capacity is to go on custom chips"


def _work(answer: Answer, workload: int) -> str:
    return fmt.in_sentence(workload_labels(answer.inputs)[workload])
