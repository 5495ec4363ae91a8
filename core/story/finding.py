"""What the figures say, in sentences: titles, headline figures, evidence line and what binds.

Every sentence is computed from a simulation of one scenario; the pages only print them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.inputs.data import CUSTOM, Inputs
from core.inputs.scenario import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_label
from core.model.evaluate import MATERIAL_USD, Result
from core.model.model import EXIT, HOLD, PLAN, Simulation
from core.model.report import accretive_word, payback_word
from core.model.sweep import GRID, TOLERANCE, AdoptionSweep
from core.story import frames

Bools = NDArray[np.bool_]

MATERIAL_SHARE: Final = 1e-4
"""A workload that moves value by less than this share of the cost goes unmentioned in the title."""
BASELINE_WORDS: Final = {HOLD: "today's mix held", EXIT: "exit custom"}


@dataclass(frozen=True, eq=False)
class Answer:
    """One scenario worked out in full: what the sentences and charts of a page are drawn from."""

    sim: Simulation
    result: Result
    sweep: AdoptionSweep

    @cached_property
    def spending(self) -> pd.DataFrame:
        """core.story.frames.spending, worked out once."""
        return frames.spending(self.sim)

    @cached_property
    def savings(self) -> pd.DataFrame:
        """core.story.frames.savings, worked out once, with a column `payback` that is true in the payback quarter."""
        table = frames.savings(self.sim)
        return table.assign(payback=table["quarter"] == payback_word(self.result))

    @property
    def baseline(self) -> int:
        """The course that the scenario is compared with, HOLD or EXIT."""
        return frames.courses_shown(self.sim)["baseline"]

    @property
    def baseline_words(self) -> str:
        """What the baseline is called."""
        return BASELINE_WORDS[self.baseline]

    @property
    def adoption(self) -> NDArray[np.float64]:
        """The scenario's adoption rates (workload,)."""
        return self.sim.courses.adoption[:, PLAN, 0]

    @property
    def custom(self) -> str:
        """What the custom chips are called."""
        return frames.supplier_labels(self.sim.world.inputs)[CUSTOM]

    @property
    def last_year(self) -> int:
        """The last year that is modelled."""
        return int(self.sim.world.levers["horizon_year"][0])

    def metric(self, name: str) -> float:
        """Return one of core.model.evaluate.METRICS."""
        return float(self.result.metrics[name][0])


@dataclass(frozen=True)
class Figure:
    """A headline figure: what it is, how much, how it compares, and whether that is good news."""

    label: str
    value: str
    change: str
    beside: str
    good: bool | None  # None: neither
    help: str


def headline(answer: Answer) -> str:
    """Return the page's title: what the scenario is worth, and which workloads make or lose it."""
    what, npv = what_changes(answer), answer.metric("npv_usd")
    if what is None:
        return f"This scenario is its own baseline, {answer.baseline_words}: nothing is gained or lost"
    if payback_word(answer.result) == "no difference":
        return f"{what} makes no difference by {answer.last_year}"
    verdict = f"{'is worth' if npv >= 0 else 'costs'} {fmt.usd(abs(npv))} after tax by {answer.last_year}"
    by_workload = answer.sweep.contribution_usd if answer.baseline == HOLD else answer.sweep.value_now_usd
    material = MATERIAL_SHARE * abs(answer.metric("pv_cost_usd"))
    earns, loses = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    parts = []
    if by_workload[earns] > material:
        parts.append(f"{_move(answer, earns)} earns {fmt.usd(by_workload[earns])}")
    if by_workload[loses] < -material:
        lost = fmt.usd(-by_workload[loses])
        # Only what was earned can be given back.
        parts.append(f"{_move(answer, loses)} {f'gives {lost} back' if parts and npv >= 0 else f'loses {lost}'}")
    return f"{what} {verdict}{'; ' if parts else ''}{', '.join(parts)}"


def what_changes(answer: Answer) -> str | None:
    """Return the subject of the title, or None if the scenario is its baseline."""
    plan, today = answer.adoption, answer.sim.world.inputs.custom_share_today
    if answer.baseline == EXIT:
        start = int(answer.sim.world.levers["adoption_start"][0])
        if not plan.any():
            return f"Exiting {answer.custom} only from {quarter_label(start)}" if start else None
        return f"Using {answer.custom} rather than exiting"
    if (plan == today).all():
        return None
    if not plan.any():
        return f"Exiting {answer.custom}"
    if (plan >= today).all():
        return f"Extending {answer.custom} beyond today's mix"
    if (plan <= today).all():
        return f"Pulling {answer.custom} back from today's mix"
    return f"Shifting {answer.custom} away from today's mix"


def _move(answer: Answer, workload: int) -> str:
    """Return what the scenario does in a workload: its name, or that custom chips do less there than they do today."""
    inputs = answer.sim.world.inputs
    name = frames.workload_labels(inputs)[workload].lower()
    less = answer.baseline == HOLD and answer.adoption[workload] < inputs.custom_share_today[workload]
    return f"less in {name}" if less else name


def subtitle(answer: Answer, scenario_name: str, data_date: str) -> str:
    """Return what the title rests on: scenario, baseline, horizon, discount rate, tax, data date, plan case."""
    levers = answer.sim.world.levers
    return " · ".join(
        [
            scenario_name,
            f"against {answer.baseline_words}",
            f"{FIRST_YEAR}–{answer.last_year}",
            f"nominal US dollars, discounted at {fmt.setting(levers['discount_rate'][0])}",
            f"tax {fmt.setting(levers['tax_rate'][0])}",
            f"data of {data_date}",
            "plan case: one setting of every assumption",
        ]
    )


def headline_figures(answer: Answer) -> list[Figure]:
    """Return the five figures of the strip, each absolute and against the baseline."""
    sim, base = answer.sim, answer.baseline
    hold, exit_ = answer.metric("npv_vs_hold_usd"), answer.metric("npv_vs_exit_usd")
    cost = sim.flows.pv_cost_usd[HOLD, 0]

    capex = (sim.flows.capex_usd.sum(axis=1) + sim.flows.capex_facility_usd)[..., 0]
    first = capex[:QUARTERS_PER_YEAR].sum(axis=0)
    more = first[PLAN] - first[base]

    peak = int(np.argmax(sim.fleet.mw_it[:, PLAN, 0]))
    mw, capacity = sim.fleet.mw_it[peak, PLAN, 0], sim.world.capacity_mw[peak, 0]
    base_peak = sim.fleet.mw_it[:, base, 0].max()

    share, base_share = (custom_share_of_work(sim, course) for course in (PLAN, base))
    against = f"against {answer.baseline_words}"
    return [
        Figure(
            "Value against today's mix",
            fmt.usd(hold, 3, signed=True),
            f"{relative(hold, cost)} of cost",
            f"against exit custom {fmt.usd(exit_, 3, signed=True)}",
            is_good(hold),
            "Present value after tax of what the scenario saves against holding today's mix, and against exiting "
            f"{answer.custom}, residual value at the end of {answer.last_year} included.",
        ),
        accretion(answer),
        Figure(
            f"Capital spending {FIRST_YEAR}",
            fmt.usd(first[PLAN], 3),
            fmt.usd(more, signed=True) + (f", {relative(more, first[base])}" if first[base] else ""),
            against,
            is_good(-more),
            "Chips with their share of server, rack and network, and data centres, in the first full year.",
        ),
        Figure(
            "Peak AI power",
            fmt.power(mw),
            signed_power(mw - base_peak),
            f"{against}; {fmt.percent(mw / capacity)} of capacity in {quarter_label(peak)}",
            is_good(base_peak - mw, tolerance=1.0),
            "Highest IT load of all accelerators that work, against the IT load that can be powered in that quarter.",
        ),
        Figure(
            f"{answer.custom} share of work {answer.last_year}",
            fmt.percent(share),
            fmt.POINTS.words(share - base_share, signed=True),
            against,
            None,
            "Share of all installed work, in H100 equivalents, that runs on custom chips in the last quarter. An H100 "
            "equivalent is the work that one NVIDIA H100 SXM does.",
        ),
    ]


def accretion(answer: Answer) -> Figure:
    """Return the first accretive year as a headline figure, with what it does to earnings per share."""
    year = accretive_word(answer.result)
    eps = answer.result.eps_effect_usd[:, 0]
    last = f"{fmt.usd_each(eps[-1], signed=True)} a share in {answer.last_year}"
    good: bool | None
    if isinstance(year, int):
        when, good = str(year), True
        change = f"{fmt.usd_each(eps[year - FIRST_YEAR], signed=True)} a share"
        beside = f"against {answer.baseline_words}" if year == answer.last_year else last
    else:
        when, good = year.capitalize(), None if year == "no difference" else False
        change, beside = last, f"against {answer.baseline_words}"
    return Figure(
        "First accretive year",
        when,
        change,
        beside,
        good,
        f"First year from which every year's expense is below that of {answer.baseline_words}, and what that does to "
        "earnings per share after book tax.",
    )


def relative(change: float, whole: float) -> str:
    """Return a change as a share of the size of what it changes."""
    return fmt.percent(change / abs(whole), signed=True)


def change_words(change: float, whole: float) -> str:
    """Return a change in dollars and as a share of what it changes; less than a dollar is none."""
    if abs(change) < MATERIAL_USD:
        return "no change"
    share = f", {relative(change, whole)}" if abs(whole) >= MATERIAL_USD else ""
    return f"{fmt.usd(change, signed=True)}{share}"


def is_good(change: float, tolerance: float = MATERIAL_USD) -> bool | None:
    """Return whether a change is good news; None if it is too small to be news."""
    return None if abs(change) < tolerance else change > 0


def signed_power(mw: float) -> str:
    """Return a change of power in words; less than a megawatt is none."""
    return ("+" if mw >= 1 else "") + fmt.power(mw, 2) if abs(mw) >= 1 else "no change"


def custom_share_of_work(sim: Simulation, course: int) -> float:
    """Return the custom share of all installed work in the last quarter."""
    work = frames.installed_by_supplier(sim, course)[-1].sum(axis=1)
    return float(work[CUSTOM] / work.sum())


def evidence_line(answer: Answer) -> str:
    """Return how much of the answer rests on chips not announced and on prices we assumed, in dollars."""
    chips, spending = answer.sim.world.inputs.chips, frames.chip_spending_usd(answer.sim)  # (year, chip)
    later = spending[1:]
    parts = []
    if later.any():
        share = fmt.percent(later[:, chips.extrapolated].sum() / later.sum())
        parts.append(f"{share} of chip spending from {FIRST_YEAR + 1} is on chips not yet announced in full")
    if spending.any():
        share = fmt.percent(spending[:, chips.assumed_price].sum() / spending.sum())
        parts.append(f"{share} of all chip spending is at prices we assumed")
    return f"{'; '.join(parts) or 'No chips are bought'}. The case uses public sources only."


def binding(answer: Answer) -> str:
    """Return what binds, named: power, custom supply, contracts and the right to stop, with when and how much."""
    sim, inputs = answer.sim, answer.sim.world.inputs
    names = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
    sentences, free = [], []
    for item in answer.result.constraints:
        binds = item.binds[:, 0]
        if item.constraint in ("power", "custom_supply"):
            what = "Power" if item.constraint == "power" else f"{answer.custom} supply"
            if binds.any():
                sentences.append(f"{what} binds {period_words(binds)}.")
            else:
                free.append(what)
        elif item.constraint == "contract" and binds.any():
            sentences.append(
                f"{names[item.subject]}: purchases fall short {period_words(binds, item.quarters_per_period)}."
            )
        elif item.constraint == "right_to_stop":
            sentences += _held_back(answer, binds, item.subject)
    cost = float(sim.flows.shortfall_usd[:, PLAN, 0].sum())
    if cost >= MATERIAL_USD:
        sentences.append(f"Shortfalls under contract cost {fmt.usd(cost)}.")
    shortage = float(sim.flows.shortage_usd[:, PLAN, 0].sum())
    if shortage >= MATERIAL_USD:
        sentences.append(f"Work that cannot be powered is rented for {fmt.usd(shortage)}.")
    if free:
        sentences.append(f"{fmt.listed(free)} {'does' if len(free) == 1 else 'do'} not bind.")
    return " ".join(sentences)


def _held_back(answer: Answer, held: Bools, workload_id: str) -> list[str]:
    """Say where the right to stop held custom chips back and how dear they were there, and where there was none."""
    world = answer.sim.world
    w = world.inputs.workloads.index(workload_id)
    workload = frames.workload_labels(world.inputs)[w].lower()
    custom, bought = world.kappa[:, CUSTOM, w, 0], world.bought_kappa[:, w, 0]
    dear, missing = held & np.isfinite(custom), held & np.isinf(custom)
    sentences = []
    if dear.any():
        cost = fmt.times(float((custom[dear] / bought[dear]).mean()))
        average = " on average" if dear.sum() > 1 else ""
        sentences.append(
            f"The right to stop held {answer.custom} back in {workload} {period_words(dear)} "
            f"(at {cost} the cost of the best bought chip{average})."
        )
    if missing.any():
        sentences.append(f"Lack of a chip held {answer.custom} back in {workload} {period_words(missing)}.")
    return sentences


def period_words(binds: Bools, quarters_per_period: int = 1) -> str:
    """Return when something binds: `in 2027–2031`, `from 2028-Q3 on`, `in every quarter`; binds: (period,)."""
    when = np.flatnonzero(binds)
    if quarters_per_period > 1:
        runs = [[FIRST_YEAR + int(i) for _, i in run] for _, run in groupby(enumerate(when), lambda p: p[1] - p[0])]
        return "in " + fmt.listed([fmt.span([str(year) for year in run]) for run in runs])
    if when.size == binds.size:
        return "in every quarter"
    first, last = quarter_label(int(when[0])), quarter_label(int(when[-1]))
    if when.size == 1:
        return f"in {first}"
    if when.size == when[-1] - when[0] + 1:
        return f"from {first} on" if when[-1] == binds.size - 1 else f"from {first} to {last}"
    return f"in {when.size} quarters between {first} and {last}"


def spending_title(answer: Answer) -> str:
    """Return the finding of the spending chart: where it peaks and what custom chips take of chip spending."""
    total = frames.spending_usd(answer.sim)[0].sum(axis=1)
    peak = int(total.argmax())
    # Before the warrant, which can exceed what AMD's chips cost.
    chips = answer.sim.flows.capex_usd[:, :, PLAN, 0].sum(axis=0)
    takes = "no chips are bought"
    if chips.any():
        takes = f"{answer.custom} takes {fmt.percent(chips[CUSTOM] / chips.sum())} of chip spending"
    return f"Spending peaks at {fmt.usd(total[peak])} in {FIRST_YEAR + peak}; {takes}"


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
        names = _named(answer.sim.world.inputs, members)
        parts.append(f"{fmt.listed(names)} {verb if len(names) == 1 else _plural(verb)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _named(inputs: Inputs, workloads: list[int]) -> list[str]:
    """Return what to call some workloads; a family that is complete goes by the word that its members share."""
    labels, families = [label.lower() for label in frames.workload_labels(inputs)], inputs.families
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
    inputs, by_workload = answer.sim.world.inputs, answer.sweep.contribution_usd
    if (answer.adoption == inputs.custom_share_today).all():
        return "No workload moves off today's share"
    if np.abs(by_workload).max() < MATERIAL_USD:
        return f"Moving off today's share makes no difference by {answer.last_year}"
    labels = frames.workload_labels(inputs)
    best, worst = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    takes = f"{labels[worst].lower()} takes {fmt.usd(-by_workload[worst])}"
    if by_workload[best] < MATERIAL_USD:
        return f"No move off today's share pays; {takes}"
    return (
        f"{labels[best]} adds {fmt.usd(by_workload[best])}{f'; {takes}' if by_workload[worst] <= -MATERIAL_USD else ''}"
    )


def savings_title(answer: Answer) -> str:
    """Return the finding of the savings chart: when they turn positive and where they end."""
    word = payback_word(answer.result)
    end = f"{fmt.usd(float(answer.savings['usd'].iloc[-1]))} by {answer.last_year}"
    if word == "no difference":
        return "Nothing is spent or saved against the baseline"
    if word == "never":
        return f"Cash never pays back: {end}, before residual value"
    when = "never fall below zero" if word == "immediate" else f"turn positive in {word}"
    return f"Cash savings {when} and reach {end}, before residual value"


def power_title(answer: Answer) -> str:
    """Return the finding of the power chart: when power binds, or how close it comes."""
    power = next(item for item in answer.result.constraints if item.constraint == "power").binds[:, 0]
    if power.any():
        return f"Power binds {period_words(power)}"
    used = (answer.sim.fleet.mw_it[:, PLAN, 0] / answer.sim.world.capacity_mw[:, 0]).max()
    return f"Power stays inside capacity; at its tightest {fmt.percent(float(used), 3)} is used"


def ramped(answer: Answer) -> int:
    """Return the quarter index in which adoption first reaches its full rate, or the last that is modelled."""
    return min(_full_rate(answer), answer.sim.world.quarters - 1)


def ramped_words(answer: Answer) -> str:
    """Say what `ramped` is: when the full rate is reached, or the last quarter that is modelled."""
    if _full_rate(answer) < answer.sim.world.quarters:
        return "when adoption reaches its full rate"
    return "the last quarter that is modelled, before adoption reaches its full rate"


def _full_rate(answer: Answer) -> int:
    levers = answer.sim.world.levers
    return int(np.ceil(levers["adoption_start"][0] + QUARTERS_PER_YEAR * levers["ramp_years"][0]))


def contest_table(answer: Answer, contest: pd.DataFrame) -> pd.DataFrame:
    """Return core.story.frames.contest in words, a row a workload."""
    custom = answer.custom
    rows = contest.assign(contribution_usd=answer.sweep.contribution_usd).to_dict("records")
    return pd.DataFrame(
        [
            {
                "Workload": row["workload"],
                "Custom share": fmt.setting(row["adoption_share"]),
                f"{custom} chip": _chip(row["custom_chip"], row["custom_usd"]),
                "Best bought chip": _chip(row["bought_chip"], row["bought_usd"]),
                f"{custom} costs": fmt.times(row["ratio"]),
                "Right to stop": _stops(row["held_back_quarters"], answer.sim.world.quarters),
                "Adds to value": fmt.usd(row["contribution_usd"], signed=True),
            }
            for row in rows
        ]
    )


def _chip(name: str | None, usd_per_hour: float) -> str:
    """Return a chip and its cost of work, to the digits that the ratio beside it takes."""
    return fmt.MISSING if pd.isna(name) else f"{name}, {fmt.USD.words(usd_per_hour, 3)}"


def _stops(held_back: int, quarters: int) -> str:
    return "not used" if held_back == 0 else f"held back in {held_back} of {quarters} quarters"


def contest_title(answer: Answer, contest: pd.DataFrame, quarter: str) -> str:
    """Return the finding of the chip-against-chip table: where the custom chip is cheapest and where dearest."""
    known = contest.dropna(subset=["ratio"]).sort_values("ratio", kind="stable")
    if known.empty:
        return f"{answer.custom} offers no chip in {quarter}"
    best, worst = known.iloc[0], known.iloc[-1]
    cheap = f"{fmt.times(best['ratio'])} the best bought chip in {best['workload'].lower()}"
    dear = f", {fmt.times(worst['ratio'])} in {worst['workload'].lower()}" if len(known) > 1 else ""
    return f"In {quarter}, {answer.custom} costs {cheap}{dear}"
