"""Good files are shaped without loss, and have a version."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.inputs import data
from core.inputs.data import CUSTOM, DATA_VARIABLE, LEAD, NO_LAST_ORDER, Inputs, bundled, load
from core.inputs.declaration import BUNDLED
from core.inputs.intake.template import workbook
from core.inputs.problem import DataError
from tests.support.frozen import BASE, EXAMPLE, FROZEN, INPUTS
from tests.support.spoilt import change

quarter_index = INPUTS.calendar.index
OTHER = LEAD + 1


# --- The shape of what is read ---------------------------------------------------------------------------------------


def test_demand_passes_through_every_year_end_of_the_data(inputs: Inputs) -> None:
    table = inputs.tables["workload_demand"].pivot(index="year", columns="workload_id", values="h100e_base")
    year_ends = table[list(inputs.workloads)]
    np.testing.assert_allclose(inputs.demand_h100e[3::4], year_ends.loc[2027:2035], rtol=1e-14)
    np.testing.assert_array_equal(inputs.demand_today_h100e, year_ends.loc[2026])


def test_demand_grows_by_the_same_factor_in_each_quarter_of_a_year(inputs: Inputs) -> None:
    """Ranking inference, 2026 to 2027: 1,093,455 to 1,968,218, a factor of 1.80 in four quarters.

    The second quarter is halfway in growth: sqrt(1,093,455 * 1,968,218) = sqrt(2.15215781e12) = 1,467,023.
    """
    assert inputs.demand_h100e[1, 0] == pytest.approx(1_467_023, abs=1)
    path = np.vstack([inputs.demand_today_h100e, inputs.demand_h100e])
    growth = (path[1:] / path[:-1]).reshape(-1, 4, len(inputs.workloads))
    np.testing.assert_allclose(growth, growth[:, :1].repeat(4, axis=1), rtol=1e-12)


def test_capacity_is_linear_between_year_ends(inputs: Inputs) -> None:
    """From 5,000 MW at the end of 2026 to 9,800 MW at the end of 2027: 1,200 MW a quarter."""
    assert inputs.capacity_today_mw == 5_000
    np.testing.assert_allclose(inputs.capacity_mw[:4], [6_200, 7_400, 8_600, 9_800])
    year_ends = inputs.tables["power_capacity"].set_index("year")["mw_it"]
    np.testing.assert_array_equal(inputs.capacity_mw[3::4], year_ends.loc[2027:])


def test_price_and_carbon_of_power_are_means_weighted_by_fleet_share(inputs: Inputs) -> None:
    """Shares times 2026 prices, Ohio to Utah:

    .22*103.2 + .12*60 + .12*66 + .14*67.2 + .08*(100.8 + 79.9 + 83.3 + 56 + 78.5)
    = 22.704 + 7.2 + 7.92 + 9.408 + .08*398.5 = 47.232 + 31.88 = 79.112 USD per MWh.
    Carbon: .22*453.6 + .12*363.3 + .12*424.8 + .14*349.8 + .08*(282.6 + 405.2 + 273.1 + 352 + 273.1)
    = 99.792 + 43.596 + 50.976 + 48.972 + .08*1586 = 243.336 + 126.88 = 370.216 kg per MWh.
    """
    assert inputs.power_usd_per_mwh == pytest.approx(79.112, rel=1e-12)
    assert inputs.kg_co2_per_mwh == pytest.approx(370.216, rel=1e-12)


def test_the_custom_supplier_comes_first_wherever_it_stands_then_merchants_in_file_order(
    folder: Path, inputs: Inputs
) -> None:
    path = folder / "suppliers.csv"
    header, custom, *merchants = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *merchants, custom]) + "\n", encoding="utf-8")
    turned = load(folder)
    assert turned.suppliers == inputs.suppliers == ("custom", "nvidia", "amd")
    np.testing.assert_array_equal(turned.chips.supplier, inputs.chips.supplier)
    assert turned.data_version != inputs.data_version


def test_each_merchant_but_the_first_has_its_shares_by_workload() -> None:
    """NVIDIA has half of what the example company buys, TPUs a tenth; AMD, which leads, what they leave."""
    assert EXAMPLE.suppliers == ("kestrel", "amd", "nvidia", "tpu")
    np.testing.assert_array_equal(EXAMPLE.bought_share_today, [[0.5] * 3, [0.1] * 3])
    np.testing.assert_array_equal(EXAMPLE.custom_share_today, [0.4, 0.0, 0.0])
    base = [float(EXAMPLE.base[f"{one}_share_search_inference"]) for one in ("nvidia", "tpu")]
    assert (base, "amd_share_search_inference" in EXAMPLE.levers) == ([0.4, 0.2], False)


def test_a_data_set_says_who_its_company_is_and_where_its_figures_come_from(inputs: Inputs) -> None:
    assert (inputs.company, inputs.public) == ("Meta", True)
    assert (EXAMPLE.company, EXAMPLE.public) == (None, False)


def test_the_calendar_follows_from_the_fleet_year(inputs: Inputs) -> None:
    calendar = inputs.calendar
    assert (calendar.fleet_year, calendar.label(0), calendar.last_year) == (2026, "2027-Q1", 2035)


def test_names_are_those_of_the_data_and_short_where_room_is_short(inputs: Inputs) -> None:
    assert inputs.workload_names[0] == "Ranking & recommendation inference"
    assert inputs.workload_labels[0] == "Ranking inference"
    assert EXAMPLE.workload_labels == EXAMPLE.workload_names == (
        "Search inference", "Assistant inference", "Assistant training",
    )  # fmt: skip
    assert dict(inputs.family_names) == {"ranking": "ranking", "genai": "generative"}
    assert (EXAMPLE.families, dict(EXAMPLE.family_names)) == (
        ("search", "genai", "genai"), {"search": "search", "genai": "genai"},
    )  # fmt: skip
    assert inputs.training == (False, True, False, True)


def test_the_base_is_every_lever_at_its_base(inputs: Inputs) -> None:
    assert inputs.base == inputs.scenario() == BASE
    assert inputs.scenario({"pue": 1.3}) == BASE.replace(pue=1.3)


def test_the_custom_supplier_may_have_any_id(folder: Path) -> None:
    for file in ("suppliers.csv", "chips.csv", "commitments.csv"):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        text = (
            text.replace("\ncustom,", "\nmtia,")
            .replace(",custom,MTIA", ",mtia,MTIA")
            .replace('GW",custom,', 'GW",mtia,')
        )
        path.write_text(text, encoding="utf-8")
    renamed = load(folder)
    assert renamed.suppliers == ("mtia", "nvidia", "amd")
    np.testing.assert_array_equal(renamed.chips.supplier, bundled().chips.supplier)


def test_chips_carry_the_figures_of_their_rows(inputs: Inputs) -> None:
    chips, table = inputs.chips, inputs.tables["chips"]
    prices = inputs.tables["chip_prices"].set_index("chip_id")
    for i, row in enumerate(table.itertuples(index=False)):
        assert (chips.id[i], chips.name[i]) == (row.chip_id, row.name)
        assert inputs.suppliers[chips.supplier[i]] == row.supplier_id
        assert chips.available[i] == quarter_index(row.available_from)
        open_ended = row.last_order != row.last_order
        assert chips.last_order[i] == (NO_LAST_ORDER if open_ended else quarter_index(row.last_order))
        assert chips.future[i] == (row.status != "in_volume")
        assert chips.extrapolated[i] == (row.status == "extrapolated")
        assert chips.kw[i] == row.system_power_w / 1000
        price = prices.loc[row.chip_id]
        assert (chips.price_usd[i], chips.system_cost_usd[i]) == (price.price_usd_base, price.system_cost_usd)
        assert chips.assumed_price[i] == (price.grade == "assumption")


def test_throughput_is_the_datas_figure_or_zero_where_a_chip_cannot_run_a_workload(inputs: Inputs) -> None:
    expected = np.zeros_like(inputs.chips.h100e)
    for row in inputs.tables["chip_throughput"].itertuples(index=False):
        expected[inputs.chips.id.index(row.chip_id), inputs.workloads.index(row.workload_id)] = row.h100e_base
    np.testing.assert_array_equal(inputs.chips.h100e, expected)
    mtia_2i = inputs.chips.id.index("mtia_2i")
    np.testing.assert_array_equal(inputs.chips.h100e[mtia_2i], [0.333, 0, 0, 0])


def test_the_opening_fleet_keeps_every_lot(inputs: Inputs) -> None:
    opening = inputs.opening
    lots = [
        (inputs.chips.id[chip], inputs.workloads[workload], vintage, count, cost)
        for chip, workload, vintage, count, cost in zip(
            opening.chip, opening.workload, opening.vintage, opening.chips, opening.unit_cost_usd, strict=True
        )
    ]
    table = inputs.tables["opening_fleet"]
    assert lots == [
        (row.chip_id, row.workload_id, quarter_index(row.vintage), row.chips, row.unit_cost_usd)
        for row in table.itertuples(index=False)
    ]
    assert opening.vintage.max() < 0


def test_the_programme_keeps_its_schedule_and_its_gates(inputs: Inputs) -> None:
    programme = inputs.programme
    ported = programme.id.index("port_genai_inference")
    assert (programme.first[ported], programme.last[ported], programme.usd_total[ported]) == (0, 5, 300e6)
    np.testing.assert_array_equal(programme.gates[ported], [False, False, True, False])
    team = programme.id.index("team_software")
    assert programme.gates[team].all()
    assert (programme.first[team], programme.last[team]) == (-4, 35)
    assert {programme.id[i] for i in np.flatnonzero(programme.expansion)} == {
        "port_rr_training", "port_genai_inference", "port_genai_training",
    }  # fmt: skip
    assert not programme.future_chip[programme.id.index("port_rr_training")], "tied to no chip"
    assert programme.future_chip[ported], "tied to MTIA 450, which is announced"


def test_an_item_tied_to_a_chip_in_volume_is_not_moved_by_delays(folder: Path) -> None:
    change(folder, "programme.csv", "enablement,mtia_450,", "enablement,mtia_300,")
    programme = load(folder).programme
    assert not programme.future_chip[programme.id.index("port_genai_inference")]


def test_contracts_keep_their_amounts_by_year(inputs: Inputs) -> None:
    """AMD: 1.0, 1.2, 1.2, 1.3, 1.3 GW in 2027 to 2031, 6 GW in all. NVIDIA: 35 and 30 bn USD, in dollars."""
    contracts = inputs.contracts
    assert contracts.id == ("amd_6gw", "nvidia_multiyear", "broadcom_1gw")
    np.testing.assert_array_equal(contracts.supplier, [OTHER, LEAD, CUSTOM])
    np.testing.assert_array_equal(contracts.in_gw, [True, False, True])
    np.testing.assert_array_equal(contracts.warrant, [True, False, False])
    np.testing.assert_array_equal(contracts.amount[0], [1.0, 1.2, 1.2, 1.3, 1.3, 0, 0, 0, 0])
    np.testing.assert_array_equal(contracts.amount[1], [35e9, 30e9, 0, 0, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(contracts.active, contracts.amount > 0)
    np.testing.assert_array_equal(contracts.usd_per_gw[0], [13.3e9] * 5 + [0] * 4)
    np.testing.assert_array_equal(contracts.usd_per_gw[1], [1, 1, 0, 0, 0, 0, 0, 0, 0])


def test_a_contract_counts_the_suppliers_chips_from_its_first_generation_on(inputs: Inputs) -> None:
    counted = {
        contract: {inputs.chips.id[i] for i in np.flatnonzero(row)}
        for contract, row in zip(inputs.contracts.id, inputs.contracts.counts, strict=True)
    }
    assert counted["amd_6gw"] == {"mi455x", "amd_2028", "amd_2030", "amd_2031"}
    assert counted["nvidia_multiyear"] == {
        chip for chip, supplier in zip(inputs.chips.id, inputs.chips.supplier, strict=True) if supplier == LEAD
    }
    assert not {"mtia_2i", "mtia_300"} & counted["broadcom_1gw"]


def test_a_year_without_an_amount_is_no_year_of_the_contract_but_one_of_zero_is(folder: Path) -> None:
    change(folder, "commitments.csv", "amd,2027-Q2,2028,gw,1.2,", "amd,2027-Q2,2028,gw,0,")
    contracts = load(folder).contracts
    assert contracts.active[0].sum() == 5
    assert contracts.amount[0, 1] == 0


def test_the_facts_of_the_company_are_there(inputs: Inputs) -> None:
    assert (inputs.book_tax_rate, inputs.diluted_shares, inputs.policy_life_quarters) == (0.145, 2.59e9, 22)


def test_every_axis_has_one_length(inputs: Inputs) -> None:
    quarters, years, workloads, chips = 36, 9, 4, 25
    lots, items, contracts = len(inputs.opening.chip), len(inputs.programme.id), len(inputs.contracts.id)
    assert inputs.demand_h100e.shape == (quarters, workloads)
    assert inputs.capacity_mw.shape == (quarters,)
    assert inputs.chips.h100e.shape == (chips, workloads)
    assert inputs.programme.gates.shape == (items, workloads)
    assert inputs.contracts.counts.shape == (contracts, chips)
    assert inputs.contracts.amount.shape == inputs.contracts.active.shape == (contracts, years)
    for part, length in ((inputs.chips, chips), (inputs.opening, lots), (inputs.programme, items)):
        assert {len(getattr(part, field.name)) for field in fields(part)} == {length}


def arrays(value: Any) -> list[np.ndarray[Any, Any]]:
    found: list[np.ndarray[Any, Any]] = []
    for field in fields(value):
        member = getattr(value, field.name)
        if isinstance(member, np.ndarray):
            found.append(member)
        elif is_dataclass(member):
            found += arrays(member)
    return found


def test_nobody_can_change_what_all_share(inputs: Inputs) -> None:
    shared = arrays(inputs)
    assert len(shared) > 25
    assert not any(array.flags.writeable for array in shared)
    assert {array.dtype.type for array in shared} == {np.float64, np.int64, np.bool_}
    with pytest.raises(ValueError, match="read-only"):
        inputs.chips.price_usd[0] = 0
    with pytest.raises(TypeError):
        inputs.tables["chips"] = inputs.tables["regions"]  # type: ignore[index]


def test_tables_are_the_files_row_by_row(inputs: Inputs) -> None:
    settings = {"levers": {"base": str}, "presets": {"value": str}}  # a quarter or a word, if the lever is set to one
    for path in FROZEN.glob("*.csv"):
        as_read = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=settings.get(path.stem))
        table = inputs.tables[path.stem]
        pd.testing.assert_frame_equal(table, as_read, check_dtype=False)


# --- Its version, and how fast it is there ---------------------------------------------------------------------------


def test_one_changed_figure_changes_the_version(folder: Path, inputs: Inputs) -> None:
    assert load(folder).data_version == inputs.data_version
    change(folder, "chip_prices.csv", "vr200,45000,52000,", "vr200,45000,52001,")
    assert load(folder).data_version != inputs.data_version


def test_the_version_is_twelve_hexadecimal_digits(inputs: Inputs) -> None:
    assert len(inputs.data_version) == 12
    int(inputs.data_version, 16)


# --- Which data the product works on ---------------------------------------------------------------------------------


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The process has not loaded its data yet."""
    kept = bundled()
    monkeypatch.setattr(data, "bundled", functools.cache(data.bundled.__wrapped__))
    yield monkeypatch
    assert bundled() is kept


def test_the_data_are_loaded_once_and_shared() -> None:
    assert bundled() is bundled()


def test_a_variable_names_the_folder_of_the_data(anew: pytest.MonkeyPatch, folder: Path, inputs: Inputs) -> None:
    change(folder, "chip_prices.csv", "vr200,45000,52000,", "vr200,45000,52001,")
    anew.setenv(DATA_VARIABLE, str(folder))
    assert data.bundled().data_version == load(folder).data_version != inputs.data_version


def test_a_relative_folder_counts_from_the_working_directory(anew: pytest.MonkeyPatch, folder: Path) -> None:
    anew.chdir(folder.parent)
    anew.setenv(DATA_VARIABLE, folder.name)
    assert data.bundled().cells == load(folder).cells


def test_it_may_name_a_workbook_too(anew: pytest.MonkeyPatch, tmp_path: Path, inputs: Inputs) -> None:
    (tmp_path / "ours.xlsx").write_bytes(workbook(inputs))
    anew.setenv(DATA_VARIABLE, str(tmp_path / "ours.xlsx"))
    assert data.bundled().data_version == inputs.data_version


@pytest.mark.parametrize("named", [None, ""])
def test_without_it_the_data_are_the_bundled_ones(anew: pytest.MonkeyPatch, named: str | None) -> None:
    anew.delenv(DATA_VARIABLE) if named is None else anew.setenv(DATA_VARIABLE, named)
    assert data.bundled().data_version == load(BUNDLED).data_version


def test_a_folder_that_is_none_is_refused_in_words(anew: pytest.MonkeyPatch, tmp_path: Path) -> None:
    anew.chdir(tmp_path)
    anew.setenv(DATA_VARIABLE, "elsewhere/data")
    with pytest.raises(DataError) as refused:
        data.bundled()
    assert str(refused.value) == (
        'CROSSOVER_DATA: "elsewhere/data" is no folder, and no such file; expected a folder of CSV files, a workbook '
        f"(.xlsx) or a zip of CSV files (looked for from {tmp_path}), or nothing for the bundled data"
    )
