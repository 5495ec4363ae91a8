"""What Explore says: its headline figures, the findings of its charts, and what binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import CUSTOM, Inputs
from core.model.model import EXIT, HOLD
from core.model.sweep import GRID, TOLERANCE
from core.risk.futures import Futures
from core.story import capital, frames
from core.story.answer import BASELINE_WORDS, Answer
from core.story.delivery import Delivery, delivery
from core.story.figure import Metric
from core.story.finding import (
    MOST_DIGITS,
    accretion,
    basis_words,
    change_words,
    chip_words,
    custom_share_of_work,
    is_good,
    on_other_basis_usd,
    on_other_basis_words,
    part_words,
    period_words,
    ramped,
    ramped_words,
    relative,
    rounded_parts,
    signed_power,
)
from core.story.labels import workload_labels
from core.story.tables import in_words
from core.views.explore.frames import Contest, contests

Bools = NDArray[np.bool_]

MOST_NAMED: Final = 3
"""Of more workloads or contracts that something holds for, the number is said and the foremost one."""
MOST_IN_TITLE: Final = 4
LONGEST: Final = 180
"""Letters beyond which a title counts workloads instead of naming them."""


_VALUE_AGAINST: Final = {HOLD: "npv_vs_hold_usd", EXIT: "npv_vs_exit_usd"}


def metrics(answer: Answer, futures: Futures | None = None) -> list[Metric]:
    """Return the five headline figures, each absolute and against the baseline; with its odds where there are any."""
    plan, baseline = answer.plan, answer.baseline
    npv = answer.metric("npv_usd")
    other = EXIT if answer.baseline_course == HOLD else HOLD
    npv_other, npv_basis = answer.metric(_VALUE_AGAINST[other]), on_other_basis_usd(answer)
    against_other = fmt.usd(npv_other, 3, signed=True, beside=[npv_basis])

    first, first_of_baseline = capital.capital_usd(answer)
    more = first - first_of_baseline

    peak = int(np.argmax(plan.mw_it))
    mw, capacity, base_peak = plan.mw_it[peak], answer.world.capacity_mw[peak], baseline.mw_it.max()

    share, base_share = (custom_share_of_work(answer, course) for course in (plan, baseline))
    against = f"against {answer.baseline_words}"
    return [
        Metric(
            f"Value {against}",
            fmt.usd(npv, 3, signed=True),
            f"{relative(npv, float(baseline.pv_cost_usd))} of cost",
            f"{on_other_basis_words(answer, beside=[npv_other])}; against {BASELINE_WORDS[other]} {against_other}",
            is_good(npv),
            f"Present value after tax of what the scenario saves {against}, with residual value at the end of "
            f"{answer.last_year}: {basis_words(answer)}. The baseline is chosen in the sidebar and rules the page; "
            "beside it stands what the scenario saves against the other one.",
        ),
        accretion(answer),
        Metric(
            f"Capital spending {answer.calendar.first_year}",
            fmt.usd(first, 3),
            change_words(more, first_of_baseline),
            "; ".join(
                part
                for part in (against, capital.beside(answer), capital.range_words(futures) if futures else "")
                if part
            ),
            is_good(-more),
            "Chips with their share of server, rack and network, before warrants, and data centres, in the first full "
            "year. The whole company spends on more than that.",
        ),
        Metric(
            "Peak AI power",
            fmt.power(mw),
            signed_power(mw - base_peak),
            f"{against}; {fmt.share_of(mw / capacity)} capacity in {answer.calendar.label(peak)}",
            is_good(base_peak - mw, tolerance=1.0),
            "Highest IT load of all accelerators that work, against the IT load that can be powered in that quarter.",
        ),
        Metric(
            f"{answer.custom} share of work {answer.last_year}",
            fmt.percent(share),
            fmt.POINTS.words(share - base_share, signed=True),
            f"{against}; of new work {_new_work(delivery(answer))}",
            None,
            "Share of all installed work, in H100 equivalents, that runs on custom chips in the last quarter. An H100 "
            "equivalent is the work that one H100 does.",
        ),
    ]


def _new_work(found: Delivery) -> str:
    """Say what custom share of new work is asked for and what comes."""
    asked, comes = (fmt.percent(share) for share in (found.asked_share, found.delivered_share))
    return f"{asked} asked, {comes} comes" if found.falls_short else f"{comes} custom, as asked"


def binding(answer: Answer) -> str:
    """Return what binds, named: power, custom supply, cost and contracts, with when and how much."""
    sentences, free = [], []
    for item in answer.result.constraints:
        if item.constraint in ("power", "custom_supply"):
            what, binds = "Power" if item.constraint == "power" else f"{answer.custom} supply", item.binds[:, 0]
            if binds.any():
                sentences.append(f"{what} binds {period_words(binds, answer.calendar)}.")
            else:
                free.append(what)
    sentences += [*_held_back(answer), *_short_contracts(answer)]
    cost = float(answer.plan.shortfall_usd.sum())
    if cost >= MATERIAL_USD:
        sentences.append(f"Shortfalls under contract cost {fmt.usd(cost)}.")
    shortage = float(answer.plan.shortage_usd.sum())
    if shortage >= MATERIAL_USD:
        sentences.append(f"Work that cannot be powered is rented for {fmt.usd(shortage)}.")
    if free:
        sentences.append(f"{fmt.listed(free)} {'does' if len(free) == 1 else 'do'} not bind.")
    return " ".join(sentences)


def _short_contracts(answer: Answer) -> list[str]:
    """Say which contracts purchases fall short of, and when; of many how many, and which one longest."""
    names = dict(zip(answer.inputs.contracts.id, answer.inputs.contracts.name, strict=True))
    items = [item for item in answer.result.constraints if item.constraint == "contract"]
    short = [(names[item.subject], item.binds[:, 0], item.quarters_per_period) for item in items if item.binds.any()]
    told = [(name, period_words(binds, answer.calendar, length)) for name, binds, length in short]
    if len(told) <= MOST_NAMED:
        return [f"{name}: purchases fall short {when}." for name, when in told]
    longest = max(range(len(short)), key=lambda i: int(short[i][1].sum()))
    name, when = told[longest]
    return [f"Purchases fall short of {len(told)} of {len(names)} agreements, longest of {name} {when}."]


@dataclass(frozen=True, eq=False)
class _Held:
    """A workload in which custom chips that were asked for are not bought: they cost too much, or there is none."""

    workload: str
    binds: Bools  # (quarter,)
    ratio: float  # custom over bought cost of work on average; missing where there was no chip to be dear


def _held_back(answer: Answer) -> list[str]:
    """Say where custom chips cost more than is allowed and how dear they are there, and where there is none."""
    world, labels = answer.world, workload_labels(answer.inputs)
    dear, missing = [], []
    for item in answer.result.constraints:
        if item.constraint != "right_to_stop":
            continue
        w, held = answer.inputs.workloads.index(item.subject), item.binds[:, 0]
        custom, bought = world.kappa[:, CUSTOM, w], world.bought_kappa[:, w]
        without = held & np.isinf(custom)
        with_chip = held & ~without
        if with_chip.any():
            dear.append(_Held(labels[w], with_chip, float((custom[with_chip] / bought[with_chip]).mean())))
        if without.any():
            missing.append(_Held(labels[w], without, np.nan))
    return [
        *_held_words(answer, f"{answer.custom} costs too much to be bought in", dear),
        *_held_words(answer, f"{answer.custom} has no chip for", missing),
    ]


def _held_words(answer: Answer, what: str, held: list[_Held]) -> list[str]:
    """Say of each workload when it was held back and at what cost; of many how many they are, and where longest."""

    def where(one: _Held) -> str:
        when = f"{fmt.in_sentence(one.workload)} {period_words(one.binds, answer.calendar)}"
        if np.isnan(one.ratio):
            return when
        average = " on average" if one.binds.sum() > 1 else ""
        return f"{when} (at {fmt.times(one.ratio)} the cost of the best bought chip{average})"

    if len(held) <= MOST_NAMED:
        return [f"{what} {where(one)}." for one in held]
    longest = max(held, key=lambda one: int(one.binds.sum()))
    of_all = fmt.listed_or_counted([one.workload for one in held], len(answer.inputs.workloads), "workload")
    return [f"{what} {of_all}, longest {where(longest)}."]


def spending_title(answer: Answer) -> str:
    """Return the finding of the spending chart: where it peaks and what custom chips take of chip spending."""
    total = frames.spending_usd(answer)[0].sum(axis=1)
    peak = int(total.argmax())
    # Before warrants, which can exceed what the chips cost.
    chips = answer.plan.capex_usd.sum(axis=0)
    takes = "no chips are bought"
    if chips.any():
        takes = f"{answer.custom} takes {fmt.percent(chips[CUSTOM] / chips.sum())} of chip spending"
    return f"Spending peaks at {fmt.usd(total[peak])} in {answer.calendar.first_year + peak}; {takes}"


_ALWAYS: Final = "pays at any share"
_NEVER_PAYS: Final = "does not pay at any share"
_AT_FIRST: Final = "pays only up to"
_FROM: Final = "pays from"
_IDLE: Final = "makes no difference"


def adoption_title(answer: Answer) -> str:
    """Return the finding of the adoption chart: which workloads pay at any adoption, and which at none."""
    said: dict[str, list[int]] = {}
    for w in range(len(answer.adoption)):
        said.setdefault(_answer_to_adoption(answer, w), []).append(w)
    if set(said) == {_IDLE}:
        return f"Nothing changes by {answer.last_year}, whatever the share"
    if set(said) == {_NEVER_PAYS}:
        return "No workload pays at any share"
    parts = []
    for verb, members in said.items():
        names = _named(answer.inputs, members)
        parts.append(f"{fmt.listed(names)} {verb if len(names) == 1 else _plural(verb)}")
    text = fmt.sentence("; ".join(parts))
    many = len(answer.adoption) > MOST_IN_TITLE and len(said) > 1
    return _counted_by_answer(answer) if many or len(text) >= LONGEST else text


def _counted_by_answer(answer: Answer) -> str:
    """Return of how many workloads each answer to adoption holds, in order of how good it is."""
    answers = [_answer_to_adoption(answer, w) for w in range(len(answer.adoption))]
    parts = []
    for verb, of_several in (
        (_ALWAYS, "at any share"),
        (_FROM, "from some share on"),
        (_AT_FIRST, "only up to some share"),
        (_NEVER_PAYS, "at no share"),
    ):
        if count := sum(one.startswith(verb) for one in answers):
            parts.append(f"{fmt.number_word(count)} {'pay' if count > 1 else 'pays'} {of_several}")
    if count := answers.count(_IDLE):
        parts.append(f"{fmt.number_word(count)} make{'' if count > 1 else 's'} no difference")
    return f"Of {fmt.number_word(len(answers))} workloads, {fmt.listed(parts)}"


def _named(inputs: Inputs, workloads: list[int]) -> list[str]:
    """Return what to call some workloads; a family of several that is complete goes by its own name."""
    labels, families = workload_labels(inputs), inputs.families
    if len(workloads) == len(labels):
        return ["every workload"]
    whole = {
        f for f in families if families.count(f) > 1 and all(w in workloads for w, g in enumerate(families) if g == f)
    }
    names = [
        f"{inputs.family_names[families[w]]} work" if families[w] in whole else fmt.in_sentence(labels[w])
        for w in workloads
    ]
    return list(dict.fromkeys(names))


def _answer_to_adoption(answer: Answer, workload: int) -> str:
    rate = float(answer.sweep.crossover[workload])
    if np.isnan(rate):
        return _IDLE
    if np.isneginf(rate):
        return _ALWAYS
    if np.isposinf(rate):
        pays = answer.sweep.value_usd[workload] > TOLERANCE * abs(answer.metric("pv_cost_usd"))
        return f"{_AT_FIRST} {fmt.percent(GRID[pays].max())}" if pays.any() else _NEVER_PAYS
    return f"{_FROM} {fmt.percent(rate)}"


def _plural(verb: str) -> str:
    one, rest = verb.split(" ", 1)
    return f"{'do' if one == 'does' else one.removesuffix('s')} {rest}"


def contest_words(answer: Answer) -> pd.DataFrame:
    """Return the chips against each other, once adoption is at its full rate, in words; a row a workload."""
    custom = answer.custom
    return in_words(
        {
            "Workload": row.workload,
            "Custom share": fmt.setting(row.adoption_share),
            f"{custom} chip": chip_words(row.custom_chip, row.custom_usd),
            "Best bought chip": chip_words(row.bought_chip, row.bought_usd) + ("" if row.is_bought else ", not bought"),
            f"{custom} costs": fmt.times(row.ratio),
            "Of what is bought": fmt.times(row.mix_ratio),
            "Not bought": _not_bought(row, answer.world.quarters),
            "Adds to value": part,
        }
        for row, part in zip(contests(answer, ramped(answer)), part_words(answer), strict=True)
    )


def _not_bought(row: Contest, quarters: int) -> str:
    """Say in how many quarters custom chips that were asked for are not bought, and why."""
    if not row.held_back_quarters:
        return "never"
    why = "no chip" if row.lacks_chip else "cost too much"
    return f"{why} in {row.held_back_quarters} of {quarters} quarters"


def contest_title(answer: Answer) -> str:
    """Return the finding of the chip-against-chip table: where the custom chip is cheapest and where dearest.

    Where it beats what is bought but not the best that could be, both are said: value compares with the former.
    """
    quarter = answer.calendar.label(ramped(answer))
    known = [row for row in contests(answer, ramped(answer)) if not np.isnan(row.ratio)]
    if not known:
        return f"{answer.custom} offers no chip in {quarter}"
    known.sort(key=lambda row: row.ratio)
    best, worst = known[0], known[-1]
    cheap = f"{fmt.times(best.ratio)} the best bought chip in {fmt.in_sentence(best.workload)}"
    if best.mix_ratio < 1.0 < best.ratio:
        of_mix = f"{fmt.times(best.mix_ratio)} what is bought in {fmt.in_sentence(best.workload)}"
        return f"In {quarter}, {answer.custom} costs {of_mix}, but {fmt.times(best.ratio)} the best chip on sale"
    dear = f", {fmt.times(worst.ratio)} in {fmt.in_sentence(worst.workload)}" if len(known) > 1 else ""
    return f"In {quarter}, {answer.custom} costs {cheap}{dear}"


def contest_caption(answer: Answer) -> str:
    """Return what shaped the chip-against-chip table."""
    return (
        "Cost of an hour of one unit of work in "
        f"{answer.calendar.label(ramped(answer))}, {ramped_words(answer)}: chip, building, electricity and upkeep, "
        f"spread over the chip's life. Of what is bought: against the bought chips at their shares, which is what "
        f"value compares with. What a workload adds to value: against {answer.baseline_words}, after tax."
        + "".join(f" {one}" for one in against_cost(answer))
    )


def against_cost(answer: Answer) -> list[str]:
    """Say of each workload whose part of value has not the sign that the cost of its work tells, why; none otherwise.

    More of what is cheaper than what is bought should add to value. Where it does not, the cost of work leaves out what
    counts: what chips are still worth at the horizon, or other quarters, contracts and the programme.
    """
    usd, moved = (
        answer.sweep.contribution_usd,
        answer.adoption - answer.sim.courses.adoption[:, answer.baseline_course, 0],
    )
    rows = contests(answer, ramped(answer))
    cheaper = (1.0 - np.nan_to_num([row.mix_ratio for row in rows], nan=1.0)) * moved
    places = np.flatnonzero((np.abs(usd) >= MATERIAL_USD) & (cheaper * usd < 0.0))
    if not places.size:
        return []
    residual = answer.sweep.residual_usd
    steps, step = rounded_parts(answer)
    told = []
    for w in places.tolist():
        all_usd = float(steps[w] * step)
        # The two can be far larger than what they come to, and have one scale with it.
        wide = max(step, fmt.step_of((residual[w], all_usd - residual[w]), MOST_DIGITS))
        of_all, left = round(all_usd / wide), round(float(residual[w]) / wide)
        part, cash, rest = (
            fmt.usd_in_steps(count * wide, wide, signed=True) for count in (of_all, of_all - left, left)
        )
        why = (
            "which cost of work leaves out"
            if cheaper[w] * (of_all - left) >= 0.0
            else "for other quarters, contracts and the programme count, too"
        )
        told.append(
            f"In {fmt.in_sentence(rows[w].workload)} {answer.custom} costs {fmt.times(rows[w].mix_ratio)} what "
            f"is bought, yet its part of value is {part}: {cash} cash to {answer.last_year}, {rest} residual value, "
            f"{why}."
        )
    return told
