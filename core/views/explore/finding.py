"""What Explore says: its headline figures, the findings of its charts, and what binds."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import CUSTOM, Inputs
from core.model.report import payback_word
from core.model.sweep import GRID, TOLERANCE
from core.story import frames
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import (
    accretion,
    chip_words,
    custom_share_of_work,
    is_good,
    period_words,
    ramped,
    ramped_words,
    relative,
    signed_power,
)
from core.story.labels import workload_labels
from core.views.explore.frames import contest

Bools = NDArray[np.bool_]


def metrics(answer: Answer) -> list[Metric]:
    """Return the five headline figures, each absolute and against the baseline."""
    plan, baseline = answer.plan, answer.baseline
    hold, exit_ = answer.metric("npv_vs_hold_usd"), answer.metric("npv_vs_exit_usd")

    first, first_of_baseline = (frames.capital_usd(course)[0] for course in (plan, baseline))
    more = first - first_of_baseline

    peak = int(np.argmax(plan.mw_it))
    mw, capacity, base_peak = plan.mw_it[peak], answer.world.capacity_mw[peak], baseline.mw_it.max()

    share, base_share = (custom_share_of_work(answer, course) for course in (plan, baseline))
    against = f"against {answer.baseline_words}"
    return [
        Metric(
            "Value against today's mix",
            fmt.usd(hold, 3, signed=True),
            f"{relative(hold, float(answer.hold.pv_cost_usd))} of cost",
            f"against exit custom {fmt.usd(exit_, 3, signed=True)}",
            is_good(hold),
            "Present value after tax of what the scenario saves against holding today's mix, and against exiting "
            f"{answer.custom}, residual value at the end of {answer.last_year} included.",
        ),
        accretion(answer),
        Metric(
            f"Capital spending {answer.calendar.first_year}",
            fmt.usd(first, 3),
            fmt.usd(more, signed=True) + (f", {relative(more, first_of_baseline)}" if first_of_baseline else ""),
            against,
            is_good(-more),
            "Chips with their share of server, rack and network, and data centres, in the first full year.",
        ),
        Metric(
            "Peak AI power",
            fmt.power(mw),
            signed_power(mw - base_peak),
            f"{against}; {fmt.percent(mw / capacity)} of capacity in {answer.calendar.label(peak)}",
            is_good(base_peak - mw, tolerance=1.0),
            "Highest IT load of all accelerators that work, against the IT load that can be powered in that quarter.",
        ),
        Metric(
            f"{answer.custom} share of work {answer.last_year}",
            fmt.percent(share),
            fmt.POINTS.words(share - base_share, signed=True),
            against,
            None,
            "Share of all installed work, in H100 equivalents, that runs on custom chips in the last quarter. An H100 "
            "equivalent is the work that one NVIDIA H100 SXM does.",
        ),
    ]


def binding(answer: Answer) -> str:
    """Return what binds, named: power, custom supply, contracts and the right to stop, with when and how much."""
    inputs = answer.inputs
    names = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
    sentences, free = [], []
    for item in answer.result.constraints:
        binds = item.binds[:, 0]
        if item.constraint in ("power", "custom_supply"):
            what = "Power" if item.constraint == "power" else f"{answer.custom} supply"
            if binds.any():
                sentences.append(f"{what} binds {period_words(binds, answer.calendar)}.")
            else:
                free.append(what)
        elif item.constraint == "contract" and binds.any():
            sentences.append(
                f"{names[item.subject]}: purchases fall short {period_words(binds, item.quarters_per_period)}."
            )
        elif item.constraint == "right_to_stop":
            sentences += _held_back(answer, binds, item.subject)
    cost = float(answer.plan.shortfall_usd.sum())
    if cost >= MATERIAL_USD:
        sentences.append(f"Shortfalls under contract cost {fmt.usd(cost)}.")
    shortage = float(answer.plan.shortage_usd.sum())
    if shortage >= MATERIAL_USD:
        sentences.append(f"Work that cannot be powered is rented for {fmt.usd(shortage)}.")
    if free:
        sentences.append(f"{fmt.listed(free)} {'does' if len(free) == 1 else 'do'} not bind.")
    return " ".join(sentences)


def _held_back(answer: Answer, held: Bools, workload_id: str) -> list[str]:
    """Say where the right to stop held custom chips back and how dear they were there, and where there was none."""
    world = answer.world
    w = world.inputs.workloads.index(workload_id)
    workload = workload_labels(world.inputs)[w].lower()
    custom, bought = world.kappa[:, CUSTOM, w], world.bought_kappa[:, w]
    dear, missing = held & np.isfinite(custom), held & np.isinf(custom)
    sentences = []
    if dear.any():
        cost = fmt.times(float((custom[dear] / bought[dear]).mean()))
        average = " on average" if dear.sum() > 1 else ""
        sentences.append(
            f"The right to stop held {answer.custom} back in {workload} {period_words(dear, answer.calendar)} "
            f"(at {cost} the cost of the best bought chip{average})."
        )
    if missing.any():
        sentences.append(
            f"Lack of a chip held {answer.custom} back in {workload} {period_words(missing, answer.calendar)}."
        )
    return sentences


def spending_title(answer: Answer) -> str:
    """Return the finding of the spending chart: where it peaks and what custom chips take of chip spending."""
    total = frames.spending_usd(answer)[0].sum(axis=1)
    peak = int(total.argmax())
    # Before the warrant, which can exceed what AMD's chips cost.
    chips = answer.plan.capex_usd.sum(axis=0)
    takes = "no chips are bought"
    if chips.any():
        takes = f"{answer.custom} takes {fmt.percent(chips[CUSTOM] / chips.sum())} of chip spending"
    return f"Spending peaks at {fmt.usd(total[peak])} in {answer.calendar.first_year + peak}; {takes}"


_NEVER_PAYS: Final = "pays at no adoption"


def adoption_title(answer: Answer) -> str:
    """Return the finding of the adoption chart: which workloads pay at any adoption, and which at none."""
    said: dict[str, list[int]] = {}
    for w in range(len(answer.adoption)):
        said.setdefault(_answer_to_adoption(answer, w), []).append(w)
    if set(said) == {_NEVER_PAYS}:
        return "No workload pays at any adoption"
    parts = []
    for verb, members in said.items():
        names = _named(answer.inputs, members)
        parts.append(f"{fmt.listed(names)} {verb if len(names) == 1 else _plural(verb)}")
    text = "; ".join(parts)
    return fmt.sentence(text)


def _named(inputs: Inputs, workloads: list[int]) -> list[str]:
    """Return what to call some workloads; a family that is complete goes by the word that its members share."""
    labels, families = [label.lower() for label in workload_labels(inputs)], inputs.families
    if len(workloads) == len(labels):
        return ["every workload"]
    whole = {f for f in families if all(w in workloads for w, family in enumerate(families) if family == f)}
    names = [f"{labels[w].split()[0]} work" if families[w] in whole else labels[w] for w in workloads]
    return list(dict.fromkeys(names))


def _answer_to_adoption(answer: Answer, workload: int) -> str:
    rate = float(answer.sweep.crossover[workload])
    if np.isnan(rate):
        return "makes no difference"
    if np.isneginf(rate):
        return "pays at any adoption"
    if np.isposinf(rate):
        pays = answer.sweep.value_usd[workload] > TOLERANCE * abs(answer.metric("pv_cost_usd"))
        return f"pays only up to {fmt.percent(GRID[pays].max())}" if pays.any() else _NEVER_PAYS
    return f"pays from {fmt.percent(rate)}"


def _plural(verb: str) -> str:
    one, rest = verb.split(" ", 1)
    return f"{one.removesuffix('s')} {rest}"


def contribution_title(answer: Answer) -> str:
    """Return the finding of the contribution chart: what moving each workload off today's share adds."""
    inputs, by_workload = answer.inputs, answer.sweep.contribution_usd
    if (answer.adoption == inputs.custom_share_today).all():
        return "No workload moves off today's share"
    if np.abs(by_workload).max() < MATERIAL_USD:
        return f"Moving off today's share makes no difference by {answer.last_year}"
    labels = workload_labels(inputs)
    best, worst = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    takes = f"{labels[worst].lower()} takes {fmt.usd(-by_workload[worst])}"
    if by_workload[best] < MATERIAL_USD:
        return f"No move off today's share pays; {takes}"
    return (
        f"{labels[best]} adds {fmt.usd(by_workload[best])}{f'; {takes}' if by_workload[worst] <= -MATERIAL_USD else ''}"
    )


def savings_title(answer: Answer) -> str:
    """Return the finding of the savings chart: when they turn positive and where they end."""
    word = payback_word(answer.result, answer.calendar)
    end = f"{fmt.usd(float(frames.savings(answer)['usd'].iloc[-1]))} by {answer.last_year}"
    if word == "no difference":
        return "Nothing is spent or saved against the baseline"
    if word == "never":
        return f"Cash never pays back: {end}, before residual value"
    when = "never fall below zero" if word == "immediate" else f"turn positive in {word}"
    return f"Cash savings {when} and reach {end}, before residual value"


def contest_words(answer: Answer) -> pd.DataFrame:
    """Return the chips against each other, once adoption is at its full rate, in words; a row a workload."""
    custom = answer.custom
    rows = contest(answer, ramped(answer)).to_dict("records")
    return pd.DataFrame(
        [
            {
                "Workload": row["workload"],
                "Custom share": fmt.setting(row["adoption_share"]),
                f"{custom} chip": chip_words(row["custom_chip"], row["custom_usd"]),
                "Best bought chip": chip_words(row["bought_chip"], row["bought_usd"]),
                f"{custom} costs": fmt.times(row["ratio"]),
                "Right to stop": _stops(row["held_back_quarters"], answer.world.quarters),
                "Adds to value": fmt.usd(row["contribution_usd"], signed=True),
            }
            for row in rows
        ]
    )


def _stops(held_back: int, quarters: int) -> str:
    return "not used" if held_back == 0 else f"held back in {held_back} of {quarters} quarters"


def contest_title(answer: Answer) -> str:
    """Return the finding of the chip-against-chip table: where the custom chip is cheapest and where dearest."""
    quarter = answer.calendar.label(ramped(answer))
    known = contest(answer, ramped(answer)).dropna(subset=["ratio"]).sort_values("ratio", kind="stable")
    if known.empty:
        return f"{answer.custom} offers no chip in {quarter}"
    best, worst = known.iloc[0], known.iloc[-1]
    cheap = f"{fmt.times(best['ratio'])} the best bought chip in {best['workload'].lower()}"
    dear = f", {fmt.times(worst['ratio'])} in {worst['workload'].lower()}" if len(known) > 1 else ""
    return f"In {quarter}, {answer.custom} costs {cheap}{dear}"


def contest_caption(answer: Answer) -> str:
    """Return what shaped the chip-against-chip table."""
    return (
        f"Cost of an hour of work of one H100 equivalent in {answer.calendar.label(ramped(answer))}, {ramped_words(answer)}: "
        "chip, building, electricity and upkeep, levelised over the chip's life."
    )
