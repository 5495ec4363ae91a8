"""A company's own figures: one price, or edited tables, marked as its own wherever they came from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.archive import pack, unpack
from core.inputs.borne_out import findings
from core.inputs.data import Inputs, read
from core.inputs.evidence import OWN, grades_in
from core.inputs.problem import DataError
from core.inputs.sheet import as_csv
from core.upkeep.cells import changes
from core.upkeep.draft import Draft
from core.upkeep.own import Edits, OwnError, edited, with_edits, with_own_source, with_price
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS

DAY = date(2031, 5, 17)
CHIP = INPUTS.chips.id[1]


def row_of(inputs: Inputs, table: str, key: str) -> dict[str, str]:
    """The row of a table whose first cell is `key`, as it is written."""
    header, *rows = inputs.cells[f"{table}.csv"]
    [row] = [row for row in rows if row[0] == key]
    return dict(zip(header, row, strict=True))


def place_of(inputs: Inputs, table: str, key: str) -> int:
    """Where that row stands."""
    [place] = [place for place, row in enumerate(inputs.cells[f"{table}.csv"][1:]) if row[0] == key]
    return place


# --- One price


def test_an_own_price_moves_its_range_by_the_same_rate_and_says_what_stood_there() -> None:
    before, own = row_of(INPUTS, "chip_prices", CHIP), with_price(INPUTS, CHIP, 18371.0, DAY)
    after = row_of(own, "chip_prices", CHIP)
    assert before["price_usd_base"] == "36742", "half of this is the own price"
    assert [float(after[f"price_usd_{one}"]) for one in ("low", "base", "high")] == [15000.0, 18371.0, 22500.0]
    assert (after["grade"], after["source_id"]) == (OWN, OWN)
    assert after["note"] == "the company's own price; before it stood 36742 (estimate, epoch-chip-counts)"
    assert own.chips.price_usd[1] == 18371.0 and own.chips.own_price.tolist().count(True) == 1


def test_nothing_but_the_price_and_its_source_changes() -> None:
    own = with_price(INPUTS, CHIP, 20000.0, DAY)
    assert {(one.table, one.row) for one in changes(INPUTS, own)} == {("chip_prices", CHIP), ("sources", OWN)}
    again = with_price(own, CHIP, 36742.0, DAY)
    note = row_of(again, "chip_prices", CHIP)["note"]
    assert "before it stood 36742 (estimate" in note, "it still says what stood there before it was own"


def test_the_own_source_is_added_once_and_is_of_the_last_day() -> None:
    once = with_price(INPUTS, CHIP, 20000.0, DAY)
    twice = with_price(once, INPUTS.chips.id[0], 9000.0, date(2031, 6, 1))
    assert len(twice.cells["sources.csv"]) == len(once.cells["sources.csv"]) == len(INPUTS.cells["sources.csv"]) + 1
    source = row_of(twice, "sources", OWN)
    assert source["published_on"] == "2031-06-01" and source["read_as"] == "primary" and source["licence"] == "own data"
    assert source["publisher"] == (INPUTS.company or "The company")
    assert len(findings(twice)) <= len(findings(INPUTS)), "for what is its own the company vouches"


@pytest.mark.parametrize("price", [0.0, -1.0, 0.009, 1.1e9, float("nan"), float("inf"), float("-inf")])
def test_a_price_out_of_bounds_is_refused_in_words(price: float) -> None:
    with pytest.raises(
        OwnError, match=rf"{CHIP}: .* is no price in USD per chip; use a number from 0.01 to 1,000,000,000"
    ):
        with_price(INPUTS, CHIP, price)


def test_a_chip_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(OwnError, match="no_such: there is no such chip; use one of a100, h100"):
        with_price(INPUTS, "no_such", 100.0)


@examples(5)
@given(st.floats(0.01, 1e9))
def test_any_price_within_bounds_has_a_range_around_it(price: float) -> None:
    own = row_of(with_price(INPUTS, CHIP, price, DAY), "chip_prices", CHIP)
    assert 0.01 <= float(own["price_usd_low"]) <= float(own["price_usd_base"]) <= float(own["price_usd_high"]) <= 1e9


def test_data_that_are_not_of_the_bundled_company_take_an_own_price_too() -> None:
    chip = EXAMPLE.chips.id[0]
    own = with_price(EXAMPLE, chip, 2.0 * float(EXAMPLE.chips.price_usd[0]), DAY)
    assert own.chips.price_usd[0] == 2.0 * EXAMPLE.chips.price_usd[0]
    assert row_of(own, "sources", OWN)["publisher"] == (EXAMPLE.company or "The company")


def test_it_comes_back_from_an_archive_as_it_was() -> None:
    own = with_price(INPUTS, CHIP, 20000.0, DAY)
    back = unpack(pack(own), own.data_version)
    assert back.cells == own.cells and grades_in(back)[0] == OWN
    assert not back.public, "whatever its facts say"


# --- Tables


def test_a_row_of_which_a_figure_changes_is_own_and_one_of_which_words_change_stays() -> None:
    place = place_of(INPUTS, "chips", CHIP)
    moved = with_edits(INPUTS, {"chips": Edits({place: {"system_power_w": 1500.0}})}, DAY)
    assert row_of(moved, "chips", CHIP)["grade"] == OWN
    words = with_edits(INPUTS, {"chips": Edits({place: {"note": "looked up again"}})}, DAY)
    assert row_of(words, "chips", CHIP)["grade"] == row_of(INPUTS, "chips", CHIP)["grade"]
    assert words.cells["sources.csv"] == INPUTS.cells["sources.csv"], "nobody vouches for anything"


def test_the_same_figure_written_otherwise_changes_nothing() -> None:
    place = place_of(INPUTS, "chips", CHIP)
    same = with_edits(INPUTS, {"chips": Edits({place: {"system_power_w": 1370.0, "note": None}})}, DAY)
    assert same.data_version == INPUTS.data_version


@pytest.mark.parametrize(
    ("given_with_it", "expected"),
    [
        ({}, (OWN, OWN)),
        ({"grade": OWN}, (OWN, OWN)),
        ({"source_id": OWN}, (OWN, OWN)),
        ({"source_id": "meta-10k-2025", "grade": "reported"}, ("reported", "meta-10k-2025")),
        ({"source_id": "meta-10k-2025"}, ("estimate", "meta-10k-2025")),
    ],
)
def test_another_source_that_was_given_with_a_figure_stands(
    given_with_it: dict[str, str], expected: tuple[str, str]
) -> None:
    place = place_of(INPUTS, "chips", CHIP)
    moved = with_edits(INPUTS, {"chips": Edits({place: {"system_power_w": 1500.0, **given_with_it}})}, DAY)
    row = row_of(moved, "chips", CHIP)
    assert (row["grade"], row["source_id"]) == expected
    assert (len(moved.cells["sources.csv"]) > len(INPUTS.cells["sources.csv"])) == (OWN in expected)


def test_rows_are_added_and_deleted() -> None:
    new = {"region_id": "xx", "name": "Elsewhere", "fleet_share": 0.0, "kg_co2_per_mwh": 100}
    price = {"region_id": "xx", "year": INPUTS.calendar.fleet_year, "usd_per_mwh": 50.5}
    first = INPUTS.cells["reported_financials.csv"][1]
    made = with_edits(
        INPUTS,
        {
            "regions": Edits(added=[new]),
            "power_prices": Edits(added=[price]),
            "reported_financials": Edits(deleted=[0]),
        },
        DAY,
    )
    assert row_of(made, "regions", "xx")["grade"] == OWN
    assert row_of(made, "power_prices", "xx")["usd_per_mwh"] == "50.5"
    assert first not in made.cells["reported_financials.csv"]


def test_a_table_that_the_data_have_no_file_of_gets_one() -> None:
    assert "levers.csv" not in EXAMPLE.cells
    made = with_edits(
        EXAMPLE, {"levers": Edits(added=[{"lever_id": "pue", "base": 1.2, "low": 1.1, "high": 1.3}])}, DAY
    )
    assert made.base["pue"] == 1.2 and made.levers["pue"].source_id == OWN


def test_all_that_is_wrong_with_the_outcome_is_told_at_once() -> None:
    last = len(INPUTS.cells["chips.csv"]) - 2
    with pytest.raises(DataError) as caught:
        with_edits(
            INPUTS,
            {
                "chips": Edits({0: {"system_power_w": -5}}, deleted=[last]),
                "workload_demand": Edits({0: {"h100e_base": "many"}}),
            },
            DAY,
        )
    text = str(caught.value)
    assert 'chips.csv line 2, system_power_w: "-5"' in text
    assert 'workload_demand.csv line 2, h100e_base: "many"' in text
    assert f'"{INPUTS.chips.id[last]}" is not known' in text, "what refers to a chip that went"


def test_a_table_that_there_is_none_of_is_refused_by_name() -> None:
    with pytest.raises(OwnError, match="prices: there is no such table; use one of sources, suppliers"):
        with_edits(INPUTS, {"prices": Edits(deleted=[0])})


def test_without_edits_the_files_are_those_of_the_data() -> None:
    assert edited(INPUTS, {}) == dict(INPUTS.cells)
    assert read({name: as_csv(cells) for name, cells in edited(INPUTS, {"chips": Edits()}).items()}).data_version == (
        INPUTS.data_version
    )


# --- Rows that cite the company itself and were not edited here


OF = Draft.of(INPUTS)
CITES = {**INPUTS.cells, "regions.csv": (("region_id", "source_id"), ("xx", OWN))}


def test_files_of_which_no_row_cites_the_company_stay_as_they_are() -> None:
    assert with_own_source(OF, INPUTS.cells, DAY) == dict(INPUTS.cells)
    named = {**INPUTS.cells, "regions.csv": (("region_id", "name"), ("xx", OWN))}
    assert with_own_source(OF, named, DAY) == named, "a name is no source"
    assert with_own_source(OF, {"regions.csv": ()}, DAY) == {"regions.csv": ()}


def test_the_company_is_a_source_once_a_row_cites_it() -> None:
    made = with_own_source(OF, CITES, DAY)
    assert made == {**CITES, "sources.csv": made["sources.csv"]}
    *before, last = made["sources.csv"]
    assert tuple(before) == INPUTS.cells["sources.csv"]
    assert (last[0], "2031-05-17" in last) == (OWN, True)
    assert with_own_source(OF, made, date(2032, 1, 1)) == made, "it is known already"


def test_a_publication_that_is_only_called_own_is_not_the_company() -> None:
    header, first, *others = INPUTS.cells["sources.csv"]
    title = tuple(OWN if column == "title" else cell for column, cell in zip(header, first, strict=True))
    made = with_own_source(OF, {**CITES, "sources.csv": (header, title, *others)}, DAY)
    assert made["sources.csv"][-1][0] == OWN


@pytest.mark.parametrize("sources", [None, (), (("title",), ("Some",)), (("source_id",), ("a", "b"), (OWN, "x"))])
def test_publications_that_are_missing_or_not_sound_get_the_company_or_are_left_to_the_checks(sources: Any) -> None:
    cells = {name: table for name, table in CITES.items() if name != "sources.csv"}
    cells |= {} if sources is None else {"sources.csv": sources}
    made = with_own_source(OF.with_cells(cells), cells, DAY)["sources.csv"]
    if sources:
        assert made[:-1] == sources
    else:
        assert dict(zip(*made, strict=True)).items() >= {"source_id": OWN, "published_on": "2031-05-17"}.items()


def test_a_figure_is_edited_before_there_are_publications() -> None:
    cells = {name: table for name, table in INPUTS.cells.items() if name != "sources.csv"}
    made = edited(OF.with_cells(cells), {"chips": Edits({0: {"system_power_w": "900"}})}, DAY)
    assert [row[0] for row in made["sources.csv"]] == ["source_id", OWN]


def test_a_row_that_does_not_fit_its_header_is_edited_and_left_to_the_checks() -> None:
    header, first, *others = INPUTS.cells["power_capacity.csv"]
    ragged = OF.with_cells({**INPUTS.cells, "power_capacity.csv": (header, first[:2], (*first, "more"), *others)})
    made = edited(ragged, {"power_capacity": Edits({1: {"mw_it": "5"}})}, DAY)["power_capacity.csv"]
    assert len(made) == len(others) + 3 and made[2][1] == "5"
