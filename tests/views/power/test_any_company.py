"""The Power page of companies other than the bundled one, of whatever size, and of places of whatever number."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.base.format import GW, MW
from core.inputs.data import Inputs
from core.story.answer import Answer
from core.story.labels import supplier_labels
from core.views.power import charts, finding, frames, tables
from core.views.power.figures import PAGE, View
from tests.support.answers import answer
from tests.support.companies import assert_page_shows, at_bounds, each_company
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.words import said

LARGEST = at_bounds()


def short_of_power(inputs: Inputs) -> Answer:
    return answer(inputs.scenario({"power_capacity": 0.7}), inputs)


@each_company
def test_every_figure_tells_of_the_company_that_there_is(company: str) -> None:
    assert_page_shows(PAGE, company, year=lambda one: [one.calendar.first_year])


@pytest.mark.parametrize(
    ("inputs", "first_mw", "step_mw", "unit"),
    [(INPUTS, 6200, 250, GW), (EXAMPLE, 310, 15, MW), (LARGEST, 3262.5, 150, MW)],
)
def test_capacity_is_moved_by_round_figures_that_suit_the_company(
    inputs: Inputs, first_mw: float, step_mw: float, unit: object
) -> None:
    """A twentieth of the first quarter's capacity is 310, 15.5 and 163 MW."""
    assert inputs.capacity_mw[0] == first_mw
    assert frames.step_mw(inputs) == step_mw
    assert frames.probe_mw(inputs) == pytest.approx(0.04 * step_mw)
    assert finding.unit_of_steps(answer(inputs.base, inputs)) == unit


@pytest.mark.parametrize("scale", [1e-3, 0.02, 1.0, 37.0])
def test_a_step_is_at_most_a_twentieth_of_capacity_and_more_than_half_of_that(scale: float) -> None:
    inputs = replace(INPUTS, capacity_mw=INPUTS.capacity_mw * scale)
    assert 0.5 <= frames.step_mw(inputs) / (0.05 * inputs.capacity_mw[0]) <= 1.0


def test_the_work_that_is_left_undone_most_is_named() -> None:
    for inputs in (EXAMPLE, LARGEST):
        a = short_of_power(inputs)
        shares = frames.undone(a)
        worst = shares.loc[shares["share"].idxmax()]
        text = said(finding.undone_most(a))
        assert text.endswith(f" in {worst['year']}.") and str(worst["workload"])[1:] in text
        assert len([name for name in tables.needs(a) if name.startswith("Left undone, ")]) == len(inputs.workloads)
    assert finding.undone_most(answer(EXAMPLE.base, EXAMPLE)) == "", "nothing is"


def test_each_supplier_has_a_line_of_its_own() -> None:
    lines = frames.work_lines(LARGEST)
    assert lines == (*supplier_labels(LARGEST), frames.FLEET, frames.BASELINE)
    for mode in ("light", "dark"):
        spec = charts.work_per_megawatt(mode, lines, tuple(range(len(lines))))
        colour, dash = (spec["layer"][0]["encoding"][channel]["scale"]["range"] for channel in ("color", "strokeDash"))
        look = [(one, tuple(other)) for one, other in zip(colour, dash, strict=True)]
        assert len(set(look)) == len(lines)
    without = answer(
        EXAMPLE.scenario({lever.id: lever.value(lever.minimum) for lever in EXAMPLE.levers.values()}), EXAMPLE
    )
    drawn = frames.work_per_megawatt(without)["line"]
    assert [frames.work_lines(EXAMPLE)[place] for place in frames.lines_there(without)] == list(drawn.unique())


# --- Places


def in_places(shares: dict[str, float]) -> Inputs:
    """The example company in other places, all at the prices of its first."""
    first = EXAMPLE.tables["regions"].iloc[0]
    price = EXAMPLE.tables["power_prices"].set_index("region_id").loc[[first["region_id"]], "usd_per_mwh"].iloc[0]
    regions = pd.DataFrame(
        [{**first, "region_id": f"r{i}", "name": name, "fleet_share": x} for i, (name, x) in enumerate(shares.items())]
    )
    prices = pd.DataFrame(
        [
            {"region_id": one, "year": EXAMPLE.calendar.fleet_year, "usd_per_mwh": price * (1.0 + place / 10)}
            for place, one in enumerate(regions["region_id"])
        ]
    )
    return replace(EXAMPLE, tables={**EXAMPLE.tables, "regions": regions, "power_prices": prices})


def test_of_one_place_nothing_is_compared() -> None:
    inputs = in_places({"The only one": 1.0})
    a = Answer.of(inputs, inputs.base)
    assert " in 2030, $" in finding.energy_title(a, 2030) and "The only one" not in finding.energy_title(a, 2030)
    assert ";" not in finding.carbon_title(a, 2030)


def test_a_place_too_thin_for_words_has_none_in_its_bar_and_a_long_name_is_cut() -> None:
    inputs = in_places({"A place with a name that takes more room than there is": 0.97, "Thin": 0.03})
    a = Answer.of(inputs, inputs.base)
    frame = frames.ladder(a, 2030, "usd_per_mwh").set_index("region")
    assert not frame.loc["Thin", "is_named"] and frame["is_named"].sum() == 1
    assert frame["name"].str.len().max() <= frames.NAME_LETTERS
    assert len(finding.energy_title(a, 2030)) < 120
    assert View.opened(a).year == a.last_year
