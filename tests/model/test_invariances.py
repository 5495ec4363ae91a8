"""What must change nothing changes nothing, what is worth nothing is, and money in another currency is at its rate.

The sentences of docs/METHOD.md on any company, asked of the model over all settings of the levers. Each other data set
is made as tables (tests.support.datasets), loaded as any is, and its scenarios are called what they are called there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.inputs.data import Inputs, read
from core.inputs.lever_table import adoption, bought_share
from core.inputs.scenario import Columns, columns
from core.model.evaluate import capex_name, summarise
from core.model.model import PLAN, Simulation, simulate
from core.model.sweep import contributions
from tests.support import datasets
from tests.support.agreement import by_a_hair
from tests.support.datasets import Altered, Tables
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE_FOLDER, FROZEN
from tests.support.strategies import SETS, Changes, changes_of

Floats = NDArray[np.float64]
Figures = dict[str, Floats]

FOLDERS = {"frozen": FROZEN, "example": EXAMPLE_FOLDER}
RELATIVE, NOTHING = 1e-9, 1e-12
DATES = ("payback", "first_accretive_year")
HORIZON = 1e9
"""MW of custom chips a quarter, beyond what its lever may be: supply never binds."""
SHORT_SUPPLY: Changes = {
    "custom_supply_limit_mw": 25.0, "custom_premium_max": 5.0, "custom_delay_quarters": 0, "ramp_years": 0.0,
}  # fmt: skip
"""Then it matters who is served first."""
EITHER = pytest.mark.parametrize("name", FOLDERS)


# --- Data sets and their scenarios


@cache
def tables_of(name: str) -> Tables:
    return datasets.tables_of(FOLDERS[name])


def loaded(tables: Tables) -> Inputs:
    return read(datasets.files(tables))


def batch(inputs: Inputs, changes: Mapping[str, object], **beyond: float) -> Columns:
    """One scenario as the model reads it. A currency, or `beyond`, may take a lever where none may be set to."""
    found = columns([inputs.base])
    for name, value in changes.items():
        found[name] = np.array([inputs.levers[name].number(value)])  # type: ignore[arg-type]
    return found | {name: np.array([value]) for name, value in beyond.items()}


# --- Figures and what they may differ by


def figures(sim: Simulation) -> Figures:
    """All figures of one scenario that know no supplier and no workload: what is spent on chips, as one."""
    inputs, result = sim.world.inputs, summarise(sim)
    chips = [capex_name(supplier) for supplier in inputs.suppliers]
    found = {name: series[:, 0] for name, series in result.series.items() if name not in chips}
    found["capex_chips_usd"] = np.sum([result.series[name][:, 0] for name in chips], axis=0)
    found["contributions_usd"] = contributions(sim, 1 + int(sim.world.levers["baseline"][0])).sum(keepdims=True)
    found["eps_effect_a_share"] = result.eps_effect_usd[:, 0]
    return found | {name: figure[:1] for name, figure in result.metrics.items()}


def differences(got: Simulation, want: Simulation, rate: float = 1.0) -> list[str]:
    """Where figures are not the same, or not at a rate if they are money; next to nothing of the whole is nothing."""
    mine, theirs = figures(got), figures(want)
    cost, work = abs(theirs["pv_cost_usd"][0]), theirs["required_h100e"].max()
    hair = by_a_hair(want)
    found = [f"{name}: only in one" for name in set(mine) ^ set(theirs)]
    for name in set(mine) & set(theirs):
        if name in DATES and hair:
            continue
        a, b, size = mine[name], theirs[name], 1.0
        if (name.endswith("_usd") and name != "npv_per_programme_usd") or name == "eps_effect_a_share":
            size = cost * rate / (want.world.inputs.diluted_shares if name == "eps_effect_a_share" else 1.0)
            b = b * rate
        elif name.endswith("_h100e"):
            size = work
        elif name == "npv_per_programme_usd":
            size = RELATIVE / NOTHING
        if not np.allclose(a, b, rtol=RELATIVE, atol=NOTHING * size, equal_nan=True):
            found.append(f"{name}: {a}, not {b}")
    return found


# --- Merchants


@cache
def two_merchants(name: str, which: int) -> tuple[Inputs, Inputs, Altered]:
    """The data set without the contracts of a merchant, and the same with that merchant as two."""
    merchant = datasets.reference.from_tables(tables_of(name)).merchants[which]
    alone = datasets.without_contracts(tables_of(name), merchant).tables
    altered = datasets.split_merchant(alone, merchant, "twin", 0.3)
    return loaded(alone), loaded(altered.tables), altered


def _that_leave_the_lead_something(inputs: Inputs, drawn: Changes) -> Changes:
    """Shares of the merchants but the lead add up to 1 at most, whichever of them are drawn."""
    others = inputs.suppliers[2:]
    shares = {bought_share(one, workload) for one in others for workload in inputs.workloads}
    return {name: float(value) / len(others) if name in shares else value for name, value in drawn.items()}


@EITHER
@pytest.mark.parametrize("which", [0, -1], ids=["the lead", "the last"])
@examples(25)
@given(data=st.data())
def test_a_merchant_split_in_two_changes_no_total(name: str, which: int, data: st.DataObject) -> None:
    one, two, altered = two_merchants(name, which)
    drawn = data.draw(changes_of(one.levers))
    if which == 0:
        drawn = _that_leave_the_lead_something(one, drawn)
    sims = simulate(two, batch(two, altered.levers(drawn))), simulate(one, batch(one, drawn))
    assert differences(*sims) == []


@cache
def altered_set(name: str, kind: str) -> tuple[Inputs, Inputs, Altered]:
    """A data set as it is, and one made of it."""
    tables = tables_of(name)
    workloads = [str(row["workload_id"]) for row in tables["workloads"]]
    altered = {
        "idle": lambda: datasets.idle_merchant(tables, "idle"),
        "reordered": lambda: datasets.reordered(tables, 7),
        "later": lambda: datasets.in_later_years(tables, 3),
        "first split": lambda: datasets.split_workload(tables, workloads[0], "twin"),
        "last split": lambda: datasets.split_workload(tables, workloads[-1], "twin"),
        "cheaper": lambda: datasets.other_currency(tables, CURRENCY["cheaper"]),
        "dearer": lambda: datasets.other_currency(tables, CURRENCY["dearer"]),
        "like the lead": lambda: datasets.custom_like_the_lead(tables),
    }[kind]()
    return SETS[name], loaded(altered.tables), altered


CURRENCY = {"cheaper": 0.6, "dearer": 1.6}


def both(name: str, kind: str, drawn: Changes, **beyond: float) -> tuple[Simulation, Simulation]:
    """A scenario in the other data set, and in the first."""
    one, other, altered = altered_set(name, kind)
    settings = altered.levers(drawn)
    return simulate(other, batch(other, settings, **beyond)), simulate(one, batch(one, drawn, **beyond))


@EITHER
@examples(25)
@given(data=st.data())
def test_a_merchant_that_sells_nothing_changes_nothing(name: str, data: st.DataObject) -> None:
    drawn = data.draw(changes_of(altered_set(name, "idle")[0].levers))
    assert differences(*both(name, "idle", drawn)) == []


@EITHER
@pytest.mark.parametrize("fixed", [{}, SHORT_SUPPLY], ids=["any supply", "supply is short"])
@examples(15)
@given(data=st.data())
def test_the_order_of_workloads_chips_and_merchants_changes_nothing(
    name: str, fixed: Changes, data: st.DataObject
) -> None:
    drawn = data.draw(changes_of(altered_set(name, "reordered")[0].levers, fixed))
    mine, theirs = both(name, "reordered", drawn)
    assert mine.world.inputs.workloads != theirs.world.inputs.workloads
    assert differences(mine, theirs) == []
    for workload in theirs.world.inputs.workloads:
        a, b = (_work_of(sim, workload) for sim in (mine, theirs))
        assert np.allclose(a, b, rtol=RELATIVE, atol=NOTHING * b.max())


def _work_of(sim: Simulation, workload: str) -> Floats:
    installed: Floats = sim.fleet.installed_h100e[:, sim.world.inputs.workloads.index(workload), PLAN, 0]
    return installed


@EITHER
@examples(25)
@given(data=st.data())
def test_later_years_change_no_figure(name: str, data: st.DataObject) -> None:
    drawn = data.draw(changes_of(altered_set(name, "later")[0].levers))
    mine, theirs = both(name, "later", drawn)
    now, then = figures(theirs), figures(mine)
    year = now.pop("first_accretive_year")
    assert np.array_equal(then.pop("first_accretive_year"), year + 3, equal_nan=True)
    assert all(np.array_equal(then[figure], now[figure], equal_nan=True) for figure in now)
    assert mine.world.inputs.calendar.label(0) == datasets.later(theirs.world.inputs.calendar.label(0), 3)


# --- Workloads


@pytest.mark.parametrize(
    ("name", "kind"), [("frozen", "first split"), ("frozen", "last split"), ("example", "first split")]
)
@examples(25)
@given(data=st.data())
def test_a_workload_split_in_two_changes_no_total(name: str, kind: str, data: st.DataObject) -> None:
    drawn = data.draw(changes_of(altered_set(name, kind)[0].levers, without=("custom_supply_limit_mw",)))
    assert differences(*both(name, kind, drawn, custom_supply_limit_mw=HORIZON)) == []


# --- Money


@pytest.mark.parametrize(("name", "kind"), [("frozen", "dearer"), ("example", "cheaper")])
@examples(25)
@given(data=st.data())
def test_another_currency_scales_all_money_and_nothing_else(name: str, kind: str, data: st.DataObject) -> None:
    drawn = data.draw(changes_of(altered_set(name, kind)[0].levers))
    assert differences(*both(name, kind, drawn), rate=CURRENCY[kind]) == []


@EITHER
@examples(40)
@given(data=st.data())
def test_custom_chips_like_the_leads_are_worth_nothing_at_any_adoption(name: str, data: st.DataObject) -> None:
    one, other, altered = altered_set(name, "like the lead")
    sim = simulate(other, batch(other, altered.levers(data.draw(changes_of(one.levers)))))
    metrics = summarise(sim).metrics
    assert np.isfinite(sim.world.kappa[:, :2]).any()
    for figure in ("npv_usd", "npv_vs_hold_usd", "npv_vs_exit_usd", "npv_pretax_usd"):
        assert abs(metrics[figure][0]) < RELATIVE * abs(metrics["pv_cost_usd"][0]), figure


@EITHER
def test_custom_chips_like_the_leads_are_bought_if_they_are_adopted(name: str) -> None:
    """So that it is no wonder that they are worth nothing: half of what is new, then all of it."""
    _, other, altered = altered_set(name, "like the lead")
    for share in (0.5, 1.0):
        all_the_same: Changes = {adoption(workload): share for workload in other.workloads}
        sim = simulate(other, batch(other, altered.levers({**all_the_same, "ramp_years": 0.0})))
        spent = sim.flows.capex_usd[:, :, PLAN, 0].sum(axis=0)
        assert spent[0] > 0.1 * share * spent.sum()
