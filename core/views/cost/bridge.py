"""From the baseline's cost to the scenario's: what each kind of cost adds to its present value after tax."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import Unit
from core.base.shapley import Split, in_steps
from core.inputs.data import Inputs
from core.model.model import Simulation
from core.story.answer import Answer
from core.story.finding import BASES, basis_words
from core.story.labels import granting, supplier_labels, warrant_labels
from core.story.steps import MOST_BARS, step_bars
from core.views.cost.money import RUNNING_LABELS
from core.views.cost.view import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENTS_PER_USD: Final = 100
RESIDUAL: Final = "Residual value"
LONGEST_KIND: Final = 28
"""Letters of a kind of cost beside its bar."""


# --- The parts of a present value


@dataclass(frozen=True, eq=False)
class Bridge:
    """Present value after tax of the baseline's cost, of the scenario's, and what each kind adds, in whole cents.

    `start_cents + parts_cents.sum() == end_cents`, exactly.
    """

    kinds: tuple[str, ...]
    named: int  # how many of the first kinds bear the name of a supplier
    start_cents: int
    parts_cents: Ints  # (kind,)
    end_cents: int
    usd: Floats  # (variant, kind) what each kind costs in either

    @property
    def unit(self) -> Unit:
        """The unit in which it is drawn."""
        return fmt.one_unit((fmt.USD_BN, fmt.USD_M), np.array([self.start_cents, self.end_cents]) / CENTS_PER_USD)


def kinds(inputs: Inputs) -> tuple[str, ...]:
    """Return the kinds into which the present value of cost is split, those that suppliers give their names first."""
    return (*_named(inputs), "Facilities", *RUNNING_LABELS.values(), RESIDUAL)


def _named(inputs: Inputs) -> tuple[str, ...]:
    """Return the kinds that bear the names of suppliers: their chips, and the warrants that some of them grant."""
    chips = tuple(f"{label} chips" for label in supplier_labels(inputs))
    return (*chips, *(f"{label} warrant" for label in warrant_labels(inputs)))


def present_values(sim: Simulation) -> Floats:
    """Return the present value after tax of each of `kinds` on every course of one scenario; (kind, course).

    Over kinds it is pv_cost. Chips and running costs are deducted when paid: `sum df * usd * (1 - tax_rate)`.
    Facilities bear what is left of the tax saving. Warrants and the residual value lower the cost.
    """
    flows = sim.flows
    discount, tax_rate = sim.world.discount[:, 0], sim.world.levers["tax_rate"][0]

    def at_once(flow: Floats) -> Floats:
        value: Floats = (1.0 - tax_rate) * (discount @ flow[..., 0])
        return value

    chips = [at_once(flows.capex_usd[:, supplier]) for supplier in range(flows.capex_usd.shape[1])]
    warrants = [at_once(-flows.warrant_by_supplier_usd[:, supplier]) for supplier in granting(sim.world.inputs)]
    other_tax = tax_rate * (flows.capex_usd.sum(axis=1) - flows.warrant_usd + flows.opex_usd)
    facilities = discount @ (flows.capex_facility_usd - (flows.tax_saving_usd - other_tax))[..., 0]
    running = [at_once(getattr(flows, name)) for name in RUNNING_LABELS]
    return np.stack([*chips, *warrants, facilities, *running, -flows.pv_terminal_usd[:, 0]])


@lru_cache(maxsize=16)
def bridge(answer: Answer) -> Bridge:
    """Return what each kind of cost adds on the way from the baseline's present value to the scenario's."""
    usd = present_values(answer.sim)[:, list(answer.courses.values())].T  # (variant, kind)
    pv_plan, pv_baseline = answer.metric("pv_cost_usd"), answer.metric("pv_baseline_usd")
    split = Split(np.array([pv_baseline]), np.array([pv_plan]), (usd[0] - usd[1])[:, None])
    start, parts, end = in_steps(split, np.array([CENTS_PER_USD]))
    return Bridge(kinds(answer.inputs), len(_named(answer.inputs)), int(start[0]), parts[:, 0], int(end[0]), usd)


def beyond_usd(answer: Answer) -> float:
    """Return what of the value lies beyond the horizon: residual value less the baseline's."""
    return float(answer.plan.pv_terminal_usd - answer.baseline.pv_terminal_usd)


# --- Frame and table


def frame(view: View) -> pd.DataFrame:
    """Bars from the baseline's cost to the scenario's, the largest step first, what is left in one; as step_bars."""
    one = bridge(view.answer)
    usd = one.parts_cents / CENTS_PER_USD
    order = [int(i) for i in np.argsort(-np.abs(usd), kind="stable") if abs(usd[i]) >= MATERIAL_USD]
    shown, rest = order[:MOST_BARS], order[MOST_BARS:]
    steps = [
        (
            fmt.shortened(one.kinds[i], LONGEST_KIND),
            float(usd[i]),
            " against ".join(fmt.usd_alike(one.usd[:, i], 3)),
        )
        for i in shown
    ]
    if rest:
        label = "1 other kind" if len(rest) == 1 else f"{len(rest)} other kinds"
        steps.append((label, float(usd[rest].sum()), "in the table below"))
    ends = (
        (view.answer.baseline_words.capitalize(), one.start_cents / CENTS_PER_USD),
        ("This scenario", one.end_cents / CENTS_PER_USD),
    )
    return step_bars(ends, steps, one.unit, more_is_good=False)


def table(view: View) -> pd.DataFrame:
    """Return the whole bridge to the cent: each kind in the baseline, in the scenario, and what it adds.

    Below it, residual value and all cost on the other basis of residual value: nothing else differs there.
    """
    answer, one = view.answer, bridge(view.answer)
    start, parts, end = one.start_cents, one.parts_cents, one.end_cents
    other = answer.on_other_basis
    residual = [-float(course.pv_terminal_usd) for course in other.variants.values()]
    cost = [float(course.pv_cost_usd) for course in other.variants.values()]
    basis = BASES[str(other.scenario["terminal_basis"])][1]
    return pd.DataFrame(
        {
            "Kind of cost, present value after tax": [*one.kinds, "All", f"{RESIDUAL} {basis}", f"All {basis}"],
            "Baseline ($)": [*one.usd[1], start / CENTS_PER_USD, residual[1], cost[1]],
            "This scenario ($)": [*one.usd[0], end / CENTS_PER_USD, residual[0], cost[0]],
            "Adds, to the cent ($)": [
                *(parts / CENTS_PER_USD),
                (end - start) / CENTS_PER_USD,
                residual[0] - residual[1],
                cost[0] - cost[1],
            ],
        }
    )


# --- Sentences


def title(view: View) -> str:
    """Return the finding: where the cost starts and ends, what saves most and what costs most."""
    one = bridge(view.answer)
    usd = one.parts_cents / CENTS_PER_USD
    start, end = one.start_cents / CENTS_PER_USD, one.end_cents / CENTS_PER_USD
    if np.abs(usd).max() < MATERIAL_USD:
        return f"Cost stays at {fmt.usd(start, 3)}: no kind of cost differs"
    beside = [start, end, *usd]
    moves = (
        f"Cost {'falls' if end < start else 'rises'} by {fmt.usd(abs(end - start), beside=beside)} "
        f"to {fmt.usd(end, 3, beside=beside)}"
    )
    if abs(end - start) < MATERIAL_USD:
        moves = f"Cost stays at {fmt.usd(end, 3, beside=beside)}"
    least, most = int(usd.argmin()), int(usd.argmax())
    parts = []
    if usd[least] <= -MATERIAL_USD:
        parts.append(f"{_does(one, least, 'save')} {fmt.usd(-usd[least], beside=beside)}")
    if usd[most] >= MATERIAL_USD:
        parts.append(f"{_does(one, most, 'add')} {fmt.usd(usd[most], beside=beside)}")
    return f"{moves}; {', '.join(parts)}"


def _does(bridged: Bridge, kind: int, verb: str) -> str:
    """Return a kind with a verb within a sentence: `Kestrel chips save`, `energy saves`."""
    name = bridged.kinds[kind]
    if kind >= bridged.named:
        name = fmt.in_sentence(name)
    return f"{name} {verb}" if name.endswith(("chips", "ies", "falls")) else f"{name} {verb}s"


def caption(view: View) -> str:
    """Return what shaped the bridge, with the share of the value that lies beyond the horizon."""
    return (
        "Present value after tax of each kind of cost, from the baseline to this scenario; residual value lowers cost. "
        f"Parts add up to the cent. {beyond(view.answer)}"
    )


def beyond(answer: Answer) -> str:
    """Say how much of the value, and of the cost, lies beyond the horizon, and how much on the other basis."""
    terminal, other = (float(one.plan.pv_terminal_usd) for one in (answer, answer.on_other_basis))
    paid = answer.metric("pv_cost_usd") + terminal
    if_other = BASES[str(answer.on_other_basis.scenario["terminal_basis"])][1]
    covers = f"covers {fmt.percent(terminal / paid)} of what is paid ({fmt.percent(other / paid)} {if_other})"
    if paid < MATERIAL_USD:
        covers = f"is {fmt.usd(terminal, beside=[other])} ({fmt.usd(other, beside=[terminal])} {if_other})"
    covered = f"Residual value at the end of {answer.last_year}, {basis_words(answer)}, {covers}"
    npv, later = answer.metric("npv_usd"), beyond_usd(answer)
    if abs(npv) < MATERIAL_USD:
        return f"{covered}."
    what, share = "value" if npv > 0 else "loss", later / npv
    if 0.0 <= share <= 1.0:
        return f"{covered}; {fmt.percent(share)} of the {what} of {fmt.usd(abs(npv))} lies beyond that."
    sooner = npv - later
    verb = "saves" if sooner > 0 else "costs"
    return (
        f"{covered}. Until then the scenario {verb} {fmt.usd(abs(sooner), beside=[later])}; what is left is worth "
        f"{fmt.usd(abs(later), beside=[sooner])} {'more' if later > 0 else 'less'} than the baseline's, which "
        f"{'more than makes up for that' if share > 1.0 else f'takes back {fmt.percent(-later / sooner)} of that'}."
    )
