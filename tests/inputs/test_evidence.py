"""What figures rest on: every table that moves a figure is named behind it, with grade, source and date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from core.inputs import evidence
from core.inputs.data import Inputs, bundled
from core.inputs.evidence import FIGURES, GRADES, TABLES
from core.inputs.scenario import BASE, LEVER, LEVERS, Kind, Scenario, columns
from core.model.evaluate import Result, summarise
from core.model.model import Simulation, simulate
from core.model.sweep import AdoptionSweep, sweep_adoption
from core.risk.futures import DRAWS, Futures, right_to_stop, sample
from core.risk.goal import Goal, seek
from core.risk.regret import regret
from core.risk.sensitivity import POINTS, evidence_mix, switching, tornado, variance_shares
from core.story import frames
from core.story.answer import Answer
from core.views.chips import frames as roadmap
from core.views.contracts import frames as commitments
from core.views.cost import frames as outlay
from core.views.data import frames as provenance
from core.views.power import frames as megawatts
from core.views.programme import frames as programme
from core.views.programme.finding import headline_figures
from core.views.programme.frames import Study
from core.views.risk import frames as risk_frames


@pytest.mark.parametrize("figure", FIGURES)
def test_the_evidence_of_a_figure_covers_every_row_of_every_table_behind_it(figure: str, inputs: Inputs) -> None:
    shown = evidence.sources(inputs, figure)
    assert list(shown["input"].unique()) == [TABLES[table] for table in FIGURES[figure]]
    for table in FIGURES[figure]:
        assert shown.loc[shown["input"] == TABLES[table], "rows"].sum() == len(inputs.tables[table])


@pytest.mark.parametrize("figure", FIGURES)
def test_each_input_lists_its_most_certain_rows_first(figure: str, inputs: Inputs) -> None:
    for _, rows in evidence.sources(inputs, figure).groupby("input"):
        ranks = rows["grade"].map(GRADES.index)
        assert ranks.is_monotonic_increasing
        for _, same in rows.groupby("grade"):
            assert same["rows"].is_monotonic_decreasing


@pytest.mark.parametrize("figure", FIGURES)
def test_every_piece_of_evidence_names_its_publication_and_date(figure: str, inputs: Inputs) -> None:
    shown = evidence.sources(inputs, figure)
    assert list(shown.columns) == ["input", "grade", "rows", "source", "publisher", "published_on", "read_as", "url"]
    assert shown.drop(columns="url").notna().all().all(), "only an address may be missing"
    assert not shown.duplicated(["input", "grade", "source", "publisher", "published_on"]).any()
    publications = inputs.tables["sources"].set_index("title")
    for row in shown.to_dict("records"):
        assert publications.loc[row["source"], "published_on"] == row["published_on"]
        assert publications.loc[row["source"], "publisher"] == row["publisher"]


def test_grades_are_those_of_the_data(inputs: Inputs) -> None:
    known = {grade for table in TABLES for grade in inputs.tables[table]["grade"]}
    assert known == set(GRADES)


def test_every_graded_table_is_behind_some_figure(inputs: Inputs) -> None:
    graded = {name for name, table in inputs.tables.items() if "grade" in table and "source_id" in table}
    assert set(TABLES) == graded
    assert set(TABLES) == {table for tables in FIGURES.values() for table in tables}


# --- Nothing that moves a figure is left out, and nothing is named that does not


def uneven(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """`figures` with every other row raised, the rest lowered."""
    factor = np.where(np.arange(len(figures)) % 2, 0.6, 1.3)
    return figures * factor.reshape(-1, *(1,) * (figures.ndim - 1))


def _doubled(tables: Mapping[str, pd.DataFrame], name: str, column: str) -> Mapping[str, pd.DataFrame]:
    """`tables` with one column of one of them doubled."""
    return {**tables, name: tables[name].assign(**{column: tables[name][column] * 2})}


CHANGED: dict[str, Callable[[Inputs], Inputs]] = {
    "chips": lambda i: replace(i, chips=replace(i.chips, kw=uneven(i.chips.kw))),
    "chip_prices": lambda i: replace(i, chips=replace(i.chips, price_usd=uneven(i.chips.price_usd))),
    "chip_throughput": lambda i: replace(i, chips=replace(i.chips, h100e=uneven(i.chips.h100e))),
    "workload_demand": lambda i: replace(i, demand_h100e=i.demand_h100e * 1.1),
    "workloads": lambda i: replace(i, custom_share_today=i.custom_share_today * 0.5),
    "opening_fleet": lambda i: replace(i, opening=replace(i.opening, chips=i.opening.chips * 0.8)),
    "regions": lambda i: replace(i, power_usd_per_mwh=i.power_usd_per_mwh * 4, kg_co2_per_mwh=i.kg_co2_per_mwh * 2),
    "power_prices": lambda i: replace(i, power_usd_per_mwh=i.power_usd_per_mwh * 4),
    "power_capacity": lambda i: replace(i, capacity_mw=i.capacity_mw * 0.8),
    "programme": lambda i: replace(i, programme=replace(i.programme, usd_total=i.programme.usd_total * 2)),
    "commitments": lambda i: replace(i, contracts=replace(i.contracts, amount=i.contracts.amount * 2)),
    "company_facts": lambda i: replace(i, diluted_shares=i.diluted_shares * 2),
    "reported_financials": lambda i: replace(i, tables=_doubled(i.tables, "reported_financials", "value")),
    "calibration_targets": lambda i: replace(i, tables=_doubled(i.tables, "calibration_targets", "base")),
    "lever_correlations": lambda i: replace(i, correlations=()),
}
"""A change of the model's inputs such as a change in each table would make."""


def _headline(sim: Simulation, result: Result, sweep: AdoptionSweep) -> pd.DataFrame:
    metrics = {name: [float(values[0])] for name, values in result.metrics.items()}
    eps = {f"eps_{year}": [float(usd)] for year, usd in enumerate(result.eps_effect_usd[:, 0])}
    return pd.DataFrame(metrics | eps)


def _of_programme(frame: Callable[[Study], pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    return lambda *a: frame(_study(a[0].world.inputs))


@cache
def _study(inputs: Inputs) -> Study:
    sim = simulate(inputs, columns([BASE]))
    return programme.study(Answer(sim, summarise(sim), sweep_adoption(sim)))


@cache
def _futures(inputs: Inputs) -> Futures:
    return sample(inputs, BASE, DRAWS[0])


@cache
def _shares(inputs: Inputs) -> pd.DataFrame:
    return variance_shares(inputs, BASE, POINTS[0])


def _value(futures: Futures) -> pd.DataFrame:
    return pd.DataFrame({"usd": futures.value_usd})


SHOWN: dict[str, Callable[[Simulation, Result, AdoptionSweep], pd.DataFrame]] = {
    "headline": _headline,
    "spending": lambda sim, result, sweep: frames.spending(sim),
    "adoption": lambda sim, result, sweep: frames.adoption_value(sim, sweep),
    "contribution": lambda sim, result, sweep: frames.contribution(sim, sweep),
    "savings": lambda sim, result, sweep: frames.savings(sim),
    "power": lambda sim, result, sweep: frames.power(sim),
    "contest": lambda sim, result, sweep: frames.contest(sim, 8).assign(adds_usd=sweep.contribution_usd),
    "binding": lambda sim, result, sweep: pd.DataFrame(
        {
            "held_back_h100e": result.series["held_back_h100e"].sum(axis=0),
            "shortfall_usd": result.series["shortfall_usd"].sum(axis=0),
            "tightest_mw": (sim.world.capacity_mw - sim.fleet.mw_it[:, 0]).min(axis=0),
        }
    ),
    "cash": lambda *a: outlay.money(Answer(*a), outlay.CASH, outlay.YEARS, outlay.AMOUNTS),
    "expense": lambda *a: outlay.money(Answer(*a), outlay.EXPENSE, outlay.YEARS, outlay.AMOUNTS),
    "running_cost": lambda *a: outlay.money(Answer(*a), outlay.RUNNING, outlay.YEARS, outlay.AMOUNTS),
    "earnings": lambda *a: outlay.earnings(Answer(*a)),
    "work_cost": lambda *a: outlay.work_cost(Answer(*a)),
    "cost_bridge": lambda *a: outlay.bridge_table(Answer(*a)),
    "lives": lambda *a: outlay.lives_table(Answer(*a), outlay.sweep_lives(a[0].world.inputs, BASE)),
    "agreements": lambda *a: commitments.agreements_table(Answer(*a)),
    "change_course": lambda *a: commitments.courses_table(Answer(*a)),
    "committed": lambda *a: commitments.committed(Answer(*a)),
    "warrant": lambda *a: commitments.warrants(Answer(*a)),
    "reported_commitments": lambda *a: commitments.reported(Answer(*a)),
    "chip_costs": lambda sim, result, sweep: roadmap.matrix(sim, 8),
    "ties": lambda sim, result, sweep: roadmap.ties(sim, 8),
    "work_costs": lambda sim, result, sweep: roadmap.cost_of_work(sim, "genai_inference"),
    "roadmap": lambda sim, result, sweep: roadmap.timeline(sim, "rr_inference"),
    "specification": lambda sim, result, sweep: roadmap.specification(sim),
    "load": lambda sim, result, sweep: megawatts.load(sim),
    "megawatt": lambda sim, result, sweep: megawatts.worth(sim).round(3),
    "needs": lambda sim, result, sweep: megawatts.needs(sim),
    "energy": lambda sim, result, sweep: megawatts.ladder(sim, 2032, "usd_per_mwh"),
    "carbon": lambda sim, result, sweep: megawatts.ladder(sim, 2032, "kg_co2_per_mwh"),
    "work_per_megawatt": lambda sim, result, sweep: megawatts.work_per_megawatt(sim),
    "programme": _of_programme(lambda study: pd.DataFrame(headline_figures(study))),
    "programme_spending": _of_programme(lambda study: study.spending),
    "programme_volume": _of_programme(lambda study: programme.volume_curve(study.answer, study.volume)),
    "programme_delay": _of_programme(lambda study: programme.delay_curve(study.setbacks)),
    "programme_setbacks": _of_programme(lambda study: programme.delay_curve(study.setbacks)),
    "programme_outcomes": _of_programme(lambda study: programme.outcomes(study.setbacks, programme.SETBACKS[1], 0.0)),
    "programme_worth": lambda *a: programme.worth(Answer(*a)),
    "programme_years": _of_programme(lambda study: study.by_year),
    "futures": lambda sim, result, sweep: _value(sample(sim.world.inputs, BASE, DRAWS[0])),
    "risk": lambda sim, result, sweep: _value(_futures(sim.world.inputs)),
    "risk_spending": lambda *a: risk_frames.spending_fan(Answer(*a), _futures(a[0].world.inputs)),
    "risk_savings": lambda *a: risk_frames.savings_fan(Answer(*a), _futures(a[0].world.inputs)),
    "risk_value": lambda sim, result, sweep: _value(_futures(sim.world.inputs)),
    "risk_stop": lambda sim, result, sweep: pd.DataFrame(
        {"usd": right_to_stop(sim.world.inputs, _futures(sim.world.inputs)).with_usd}
    ),
    "risk_payback": lambda sim, result, sweep: pd.DataFrame({"usd": _futures(sim.world.inputs).saving_usd.sum(axis=0)}),
    "risk_binding": lambda *a: risk_frames.binding(Answer(*a), _futures(a[0].world.inputs)),
    "risk_tornado": lambda sim, result, sweep: tornado(sim.world.inputs, BASE).select_dtypes(float),
    "risk_shares": lambda sim, result, sweep: _shares(sim.world.inputs)[["total"]],
    "risk_switching": lambda sim, result, sweep: switching(sim.world.inputs, BASE)[["turns_at"]],
    "risk_regret": lambda sim, result, sweep: regret(sim.world.inputs, BASE).frame()[["regret_usd"]],
    "risk_goal": lambda sim, result, sweep: pd.DataFrame(
        {"setting": [seek(sim.world.inputs, BASE, "custom_cost", Goal.value(20e9)).setting]}
    ),
    "risk_grades": lambda sim, result, sweep: evidence_mix(sim.world.inputs, _shares(sim.world.inputs)),
    "data_spending": lambda sim, result, sweep: provenance.spending_by_grade(sim),
    "data_published": lambda sim, result, sweep: provenance.published(sim.world.inputs),
    "data_capital": lambda *a: provenance.capital_spending(Answer(*a)),
}
"""What each figure is drawn from; `data_numbers` counts the rows of all tables, whatever stands in them."""


@cache
def shown(table: str | None) -> dict[str, pd.DataFrame]:
    """Every figure's frame, with `table` changed."""
    inputs = bundled() if table is None else CHANGED[table](bundled())
    sim = simulate(inputs, columns([BASE]))
    result, sweep = summarise(sim), sweep_adoption(sim)
    return {figure: make(sim, result, sweep) for figure, make in SHOWN.items()}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("figure", SHOWN)
def test_a_figure_names_a_table_if_and_only_if_it_moves_with_it(figure: str, table: str) -> None:
    moves = not shown(table)[figure].equals(shown(None)[figure])
    assert moves == (table in FIGURES[figure])


def test_every_figure_but_the_count_of_numbers_is_held_against_its_tables() -> None:
    assert set(FIGURES) - set(SHOWN) == {"data_numbers"}


# --- Dates and beliefs


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (["2026", "2026-08", "2026-11-02"], "2 November 2026"),
        (["2026-08-30", "2026-09"], "September 2026"),
        (["2025-12-31", "2026"], "2026"),
    ],
)
def test_the_data_s_date_is_as_exact_as_its_latest_source(dates: list[str], words: str, inputs: Inputs) -> None:
    tables = {**inputs.tables, "sources": pd.DataFrame({"published_on": dates})}
    assert evidence.data_date(replace(inputs, tables=tables)) == words


def test_the_bundled_data_s_date(inputs: Inputs) -> None:
    assert evidence.data_date(inputs) == "22 November 2026"


def test_every_belief_is_shown_with_its_setting_its_range_and_its_source(inputs: Inputs) -> None:
    beliefs = evidence.beliefs(inputs, Scenario.of({"pue": 1.3, "custom_delay_quarters": 4}))
    assumed = [lever for lever in LEVERS if lever.kind is Kind.ASSUMPTION]
    assert list(beliefs["lever"]) == [lever.label for lever in assumed]
    assert beliefs.notna().drop(columns="url").all().all()
    row = beliefs.set_index("lever").loc[LEVER["pue"].label]
    assert (row["setting"], row["base"], row["low"], row["high"], row["unit"]) == (1.3, 1.1, 1.08, 1.2, "ratio")
    assert row["group"] == "Power and facilities"
    assert "PUE" in row["source"]
    assert ((beliefs["low"] <= beliefs["base"]) & (beliefs["base"] <= beliefs["high"])).all()
