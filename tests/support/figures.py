"""The figures of all pages as tests go through them: each with the view of a scenario, on the data or on other data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from core.exports.catalogue import PAGES
from core.inputs.data import Inputs, bundled
from core.inputs.levers import AT_ONCE_PREMIUM
from core.inputs.scenario import Scenario
from core.story.figure import Figure
from core.story.plot import Mode, Spec
from core.views.programme.setbacks import AS_SET
from tests.support.answers import answer
from tests.support.frozen import BASE

FIGURES: dict[str, tuple[str, Figure[Any]]] = {
    name: (page.name, figure) for page in PAGES.values() for name, figure in page.figures.items()
}
"""Every figure by name, with the page that it stands on."""
COUNTED = {"data_numbers", "data_set", "data_age", "data_borne_out", "data_missing"}
"""Figures that count or list the rows of the data, whatever stands in them."""
CHARTS = [name for name, (_, figure) in FIGURES.items() if figure.spec is not None or figure.panels is not None]

each_page = pytest.mark.parametrize("page", PAGES)
each_figure = pytest.mark.parametrize("name", FIGURES)
each_chart = pytest.mark.parametrize("name", CHARTS)


PICKED: Mapping[str, Mapping[str, object]] = {
    "roadmap": {"workload": "rr_inference"},
    "programme_outcomes": {"setback": AS_SET, "premium": AT_ONCE_PREMIUM},
    "worked_hour": {"chip": bundled().chips.id.index("vr200")},
    "worked_cost": {"chip": bundled().chips.id.index("vr200")},
}
"""What a reader picks, by figure, so that it moves with all that it rests on and with no more, if it does not as the
page is opened: with a setback the finding of the programme's outcomes says in passing what money it takes."""


@cache
def view(page: str, scenario: Scenario = BASE, altered: str | None = None) -> Any:
    """What a page looks at when it is opened on a scenario, on the data with table `altered` changed."""
    inputs = None if altered is None else altered_inputs(altered)
    return PAGES[page].opened(answer(scenario, inputs))


def view_of(name: str, scenario: Scenario = BASE, altered: str | None = None) -> Any:
    return view(FIGURES[name][0], scenario, altered)


def view_that_moves(name: str, altered: str | None) -> Any:
    """What a figure is seen with that moves with all that it rests on, on the data with table `altered` changed."""
    picked = PICKED.get(name)
    return replace(view_of(name, BASE, altered), **picked) if picked else view_of(name, BASE, altered)


def drawn(name: str, scenario: Scenario = BASE) -> list[tuple[Callable[[Mode], Spec], pd.DataFrame]]:
    """The charts of a figure: how each is specified in a mode, and the frame that it draws."""
    figure, of = FIGURES[name][1], view_of(name, scenario)
    if figure.panels is not None:
        panels = figure.panels
        return [
            (lambda mode, i=i: panels(mode, of)[i].spec, one.frame)  # type: ignore[misc]
            for i, one in enumerate(panels("light", of))
        ]
    assert figure.spec is not None and figure.frame is not None
    spec = figure.spec
    return [(lambda mode: spec(mode, of), figure.frame(of))]


# --- The data with one table changed


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
    "workload_demand": lambda i: replace(
        i, demand_h100e=i.demand_h100e * 1.1, tables=_doubled(i.tables, "workload_demand", "h100e_base")
    ),
    "workloads": lambda i: replace(i, custom_share_today=i.custom_share_today * 0.5),
    "opening_fleet": lambda i: replace(i, opening=replace(i.opening, chips=i.opening.chips * 0.8)),
    "regions": lambda i: replace(i, power_usd_per_mwh=i.power_usd_per_mwh * 4, kg_co2_per_mwh=i.kg_co2_per_mwh * 2),
    "power_prices": lambda i: replace(i, power_usd_per_mwh=i.power_usd_per_mwh * 4),
    "power_capacity": lambda i: replace(i, capacity_mw=i.capacity_mw * 0.8),
    "programme": lambda i: replace(i, programme=replace(i.programme, usd_total=i.programme.usd_total * 2)),
    "commitments": lambda i: replace(i, contracts=replace(i.contracts, amount=i.contracts.amount * 2)),
    "company_facts": lambda i: replace(i, diluted_shares=i.diluted_shares * 2, company="Another"),
    "reported_financials": lambda i: replace(i, tables=_doubled(i.tables, "reported_financials", "value")),
    "calibration_targets": lambda i: replace(i, tables=_doubled(i.tables, "calibration_targets", "base")),
    "lever_correlations": lambda i: replace(i, correlations=()),
}
"""A change of the model's inputs such as a change in each table would make."""


@cache
def altered_inputs(table: str) -> Inputs:
    """The data with `table` changed."""
    return CHANGED[table](bundled())
