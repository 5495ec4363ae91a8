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

from core import format as fmt
from core import frames
from core.data import CUSTOM
from core.evaluate import MATERIAL_USD, Constraint, Result
from core.model import EXIT, HOLD, PLAN, Simulation
from core.report import accretive_word, payback_word
from core.scenario import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_label
from core.sweep import AdoptionSweep

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
        """core.frames.spending, worked out once."""
        return frames.spending(self.sim)

    @cached_property
    def savings(self) -> pd.DataFrame:
        """core.frames.savings, worked out once, with a column `payback` that is true in the payback quarter."""
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
    def custom(self) -> str:
        """What the custom chips are called."""
        return frames.supplier_labels(self.sim.world.inputs)[CUSTOM]

    @property
    def last_year(self) -> int:
        """The last year that is modelled."""
        return int(self.sim.world.levers["horizon_year"][0])

    def metric(self, name: str) -> float:
        """Return one of core.evaluate.METRICS."""
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
    sim, npv = answer.sim, answer.metric("npv_usd")
    what = _what_changes(answer)
    if what is None:
        return f"This is {answer.baseline_words}: nothing changes, so nothing is gained or lost by {answer.last_year}"
    verdict = (
        f"is worth {fmt.usd(npv)} after tax by {answer.last_year}"
        if npv >= 0
        else f"costs {fmt.usd(-npv)} after tax by {answer.last_year}"
    )
    by_workload = answer.sweep.contribution_usd if answer.baseline == HOLD else answer.sweep.value_now_usd
    names = [label.lower() for label in frames.workload_labels(sim.world.inputs)]
    material = MATERIAL_SHARE * answer.metric("pv_cost_usd")
    earns, gives = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    parts = []
    if by_workload[earns] > material:
        parts.append(f"{names[earns]} earns {fmt.usd(by_workload[earns])}")
    if by_workload[gives] < -material:
        lost = fmt.usd(-by_workload[gives])
        parts.append(f"{names[gives]} gives {lost} back" if parts else f"{names[gives]} loses {lost}")
    return f"{what} {verdict}{'; ' if parts else ''}{', '.join(parts)}"


def _what_changes(answer: Answer) -> str | None:
    """Return the subject of the title, or None if the scenario does not differ from its baseline."""
    saving = answer.sim.flows.cash_usd[..., 0] - answer.sim.flows.tax_saving_usd[..., 0]
    if np.abs(saving[:, PLAN] - saving[:, answer.baseline]).max() < MATERIAL_USD:
        return None
    plan = answer.sim.courses.adoption[:, PLAN, 0]
    today = answer.sim.world.inputs.custom_share_today
    if answer.baseline == EXIT:
        return f"Using {answer.custom} rather than exiting"
    if not plan.any():
        return f"Exiting {answer.custom}"
    if (plan >= today).all():
        return f"Extending {answer.custom} beyond today's mix"
    if (plan <= today).all():
        return f"Pulling {answer.custom} back from today's mix"
    return f"Shifting {answer.custom} away from today's mix"


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
            "plan case: one setting of every assumption, no odds",
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

    share, base_share = (_custom_share_of_work(sim, course) for course in (PLAN, base))
    against = f"against {answer.baseline_words}"
    return [
        Figure(
            "Value against today's mix",
            fmt.usd(hold, 3, signed=True),
            f"{fmt.percent(hold / cost, signed=True)} of cost",
            f"against exit {fmt.usd(exit_, 3, signed=True)}",
            _good(hold),
            "Present value after tax of what the scenario saves against holding today's mix, and against stopping "
            f"{answer.custom}, residual value at the end of {answer.last_year} included.",
        ),
        _accretion(answer),
        Figure(
            f"Capital spending {FIRST_YEAR}",
            fmt.usd(first[PLAN], 3),
            f"{fmt.usd(more, signed=True)}, {fmt.percent(more / first[base], signed=True)}",
            against,
            _good(-more),
            "Chips with their share of server, rack and network, and data centres, in the first full year.",
        ),
        Figure(
            "Peak AI power",
            fmt.power(mw),
            _signed_power(mw - base_peak),
            f"{against}; {fmt.percent(mw / capacity)} of capacity in {quarter_label(peak)}",
            _good(base_peak - mw, tolerance=1.0),
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


def _accretion(answer: Answer) -> Figure:
    year = accretive_word(answer.result)
    eps = answer.result.eps_effect_usd[:, 0]
    last = f"{fmt.usd_each(eps[-1], signed=True)} a share in {answer.last_year}"
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


def _good(change: float, tolerance: float = MATERIAL_USD) -> bool | None:
    return None if abs(change) < tolerance else change > 0


def _signed_power(mw: float) -> str:
    return ("+" if mw >= 1 else "") + fmt.power(mw, 2) if abs(mw) >= 1 else "no change"


def _custom_share_of_work(sim: Simulation, course: int) -> float:
    work = frames.installed_by_supplier(sim, course)[-1].sum(axis=1)
    return float(work[CUSTOM] / work.sum())


def evidence_line(answer: Answer) -> str:
    """Return how much of the answer rests on chips not announced and on prices we assumed, in dollars."""
    spending = frames.chip_spending(answer.sim)
    later = spending[spending["year"] > FIRST_YEAR]
    open_chips = _share(later, later["extrapolated"])
    assumed = _share(spending, spending["assumed_price"])
    return (
        f"{fmt.percent(open_chips)} of chip spending from {FIRST_YEAR + 1} is on chips not yet announced in full; "
        f"{fmt.percent(assumed)} of all chip spending is at prices we assumed. The case uses public sources only."
    )


def _share(spending: pd.DataFrame, which: pd.Series) -> float:
    total = spending["usd"].sum()
    return float(spending.loc[which, "usd"].sum() / total) if total > 0 else 0.0


def binding(answer: Answer) -> str:
    """Return what binds, named: power, custom supply, contracts and the right to stop, with when and how much."""
    sim, inputs = answer.sim, answer.sim.world.inputs
    labels = dict(zip(inputs.workloads, frames.workload_labels(inputs), strict=True))
    names = dict(zip(inputs.contracts.id, inputs.contracts.name, strict=True))
    sentences, free = [], []
    for item in answer.result.constraints:
        when = np.flatnonzero(item.binds[:, 0])
        if item.constraint in ("power", "custom_supply"):
            what = "Power" if item.constraint == "power" else f"{answer.custom} supply"
            if when.size:
                sentences.append(f"{what} binds {_when(item, sim)}.")
            else:
                free.append(what if not free else what[0].lower() + what[1:] if item.constraint == "power" else what)
        elif item.constraint == "contract" and when.size:
            sentences.append(f"{names[item.subject]}: purchases fall short {_when(item, sim)}.")
        elif item.constraint == "right_to_stop" and when.size:
            sentences.append(_held_back(answer, item, labels[item.subject]))
    cost = float(sim.flows.shortfall_usd[:, PLAN, 0].sum())
    if cost > 0:
        sentences.append(f"Shortfalls under contract cost {fmt.usd(cost)}.")
    shortage = float(sim.flows.shortage_usd[:, PLAN, 0].sum())
    if shortage > 0:
        sentences.append(f"Work that cannot be powered is rented for {fmt.usd(shortage)}.")
    if free:
        sentences.append(f"{fmt.listed(free)} {'does' if len(free) == 1 else 'do'} not bind.")
    return " ".join(sentences)


def _held_back(answer: Answer, item: Constraint, workload: str) -> str:
    """Say where the right to stop held custom chips back, and how dear they were there."""
    inputs = answer.sim.world.inputs
    w = inputs.workloads.index(item.subject)
    when = np.flatnonzero(item.binds[:, 0])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = answer.sim.world.kappa[when, CUSTOM, w, 0] / answer.sim.world.bought_kappa[when, w, 0]
    dear = ratio[np.isfinite(ratio)]
    why = f"at {fmt.times(float(dear.mean()))} the cost of the best bought chip" if dear.size else "with no chip to offer"
    return f"The right to stop held {answer.custom} back in {workload.lower()} {_when(item, answer.sim)} ({why})."


def _when(item: Constraint, sim: Simulation) -> str:
    """Return when something binds: `in 2027–2031`, `from 2028-Q3 on`, `in every quarter`."""
    when = np.flatnonzero(item.binds[:, 0])
    if item.quarters_per_period > 1:
        runs = [[FIRST_YEAR + int(i) for _, i in run] for _, run in groupby(enumerate(when), lambda p: p[1] - p[0])]
        return "in " + fmt.listed([fmt.span([str(year) for year in run]) for run in runs])
    if when.size == sim.world.quarters:
        return "in every quarter"
    first, last = quarter_label(int(when[0])), quarter_label(int(when[-1]))
    if when.size == 1:
        return f"in {first}"
    if when.size == when[-1] - when[0] + 1:
        return f"from {first} on" if when[-1] == sim.world.quarters - 1 else f"from {first} to {last}"
    return f"in {when.size} quarters between {first} and {last}"


def spending_title(answer: Answer) -> str:
    """Return the finding of the spending chart: where it peaks and what custom chips take of chip spending."""
    table = answer.spending
    plan = table[table["variant"] == "plan"]
    total = plan.groupby("year")["usd"].sum()
    chips = plan[plan["kind"].isin(frames.supplier_labels(answer.sim.world.inputs))].groupby("kind")["usd"].sum()
    custom = chips[answer.custom] / chips.sum() if chips.sum() > 0 else 0.0
    peak = int(total.idxmax())
    return (
        f"Spending peaks at {fmt.usd(total[peak])} in {peak}; {answer.custom} takes {fmt.percent(custom)} of chip spending"
    )


def adoption_title(answer: Answer) -> str:
    """Return the finding of the adoption chart: which workloads pay at any adoption, and which never."""
    inputs = answer.sim.world.inputs
    labels = [label.lower() for label in frames.workload_labels(inputs)]
    said: dict[str, list[int]] = {}
    for w in range(len(labels)):
        said.setdefault(_answer_to_adoption(answer, w), []).append(w)
    parts = []
    for verb, members in said.items():
        families = {inputs.families[w] for w in members}
        whole = len(families) == 1 and sum(f in families for f in inputs.families) == len(members)
        # A family of one verdict is named by the word that its workloads share: "ranking".
        names = [labels[members[0]].split()[0]] if whole else [labels[w] for w in members]
        parts.append(f"{fmt.listed(names)} {verb if len(names) == 1 else _plural(verb)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _answer_to_adoption(answer: Answer, workload: int) -> str:
    rate = float(answer.sweep.crossover[workload])
    if np.isnan(rate):
        return "makes no difference"
    if np.isneginf(rate):
        return "pays at any adoption"
    if np.isposinf(rate):
        pays_somewhere = (answer.sweep.value_usd[workload] > 0).any()
        return "pays only at low adoption" if pays_somewhere else "costs at any adoption"
    return f"pays from {fmt.percent(rate)}"


def _plural(verb: str) -> str:
    one, rest = verb.split(" ", 1)
    return f"{one.removesuffix('s')} {rest}"


def contribution_title(answer: Answer) -> str:
    """Return the finding of the contribution chart: what moving each workload off today's share adds."""
    by_workload = answer.sweep.contribution_usd
    if np.abs(by_workload).max() < MATERIAL_USD:
        return "No workload moves off today's share"
    labels = frames.workload_labels(answer.sim.world.inputs)
    best, worst = int(np.argmax(by_workload)), int(np.argmin(by_workload))
    if by_workload[best] < MATERIAL_USD:
        return f"Every move off today's share costs money; {labels[worst].lower()} most"
    rest = f"; {labels[worst].lower()} takes {fmt.usd(-by_workload[worst])}" if by_workload[worst] < -MATERIAL_USD else ""
    return f"{labels[best]} adds {fmt.usd(by_workload[best])}{rest}"


def savings_title(answer: Answer) -> str:
    """Return the finding of the savings chart: when they turn positive and where they end."""
    word = payback_word(answer.result)
    end = float(answer.savings["usd"].iloc[-1])
    if word == "no difference":
        return "Nothing is spent or saved against the baseline"
    if word == "never":
        return f"Cash never pays back: {fmt.usd(end)} by {answer.last_year}"
    when = "from the first quarter" if word == "immediate" else f"in {word}"
    return f"Cash savings turn positive {when} and reach {fmt.usd(end)} by {answer.last_year}"


def power_title(answer: Answer) -> str:
    """Return the finding of the power chart: the first quarter in which power binds, or how close it comes."""
    power = answer.result.constraints[0].binds[:, 0]
    if power.any():
        return f"Power binds from {quarter_label(int(np.argmax(power)))}"
    used = (answer.sim.fleet.mw_it[:, PLAN, 0] / answer.sim.world.capacity_mw[:, 0]).max()
    return f"Power stays inside capacity; at its tightest {fmt.percent(float(used))} is used"


def ramped(answer: Answer) -> int:
    """Return the quarter index in which adoption first reaches its full rate, or the last that is modelled."""
    levers = answer.sim.world.levers
    full = int(np.ceil(levers["adoption_start"][0] + QUARTERS_PER_YEAR * levers["ramp_years"][0]))
    return min(full, answer.sim.world.quarters - 1)


def contest_table(answer: Answer, contest: pd.DataFrame) -> pd.DataFrame:
    """Return core.frames.contest in words, a row a workload."""
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
    return fmt.MISSING if name is None else f"{name}, {fmt.usd_each(usd_per_hour)}"


def _stops(held_back: int, quarters: int) -> str:
    return "not used" if held_back == 0 else f"held back in {held_back} of {quarters} quarters"


def contest_title(answer: Answer, contest: pd.DataFrame, quarter: str) -> str:
    """Return the finding of the chip-against-chip table: where the custom chip is cheapest and where dearest."""
    known = contest.dropna(subset=["ratio"])
    if known.empty:
        return f"{answer.custom} offers no chip in {quarter}"
    best, worst = known.loc[known["ratio"].idxmin()], known.loc[known["ratio"].idxmax()]
    return (
        f"In {quarter}, {answer.custom} costs {fmt.times(best['ratio'])} the best bought chip in "
        f"{best['workload'].lower()}, {fmt.times(worst['ratio'])} in {worst['workload'].lower()}"
    )


