"""The data layer: bad files are refused in words, all problems at once, and good ones are shaped without loss."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from core.base.quarters import quarter_index
from core.inputs import checks, data
from core.inputs.data import AMD, CUSTOM, DATA_VARIABLE, NO_LAST_ORDER, NVIDIA, Inputs, bundled, load
from core.inputs.database import connect
from core.inputs.declaration import BUNDLED
from core.inputs.levers import LEVER
from core.inputs.problem import DataError, Problem
from tests.support.frozen import FROZEN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the frozen CSV files, to be spoilt."""
    for path in FROZEN.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return bundled()


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the one place in `file` where `old` stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def drop_lines(folder: Path, file: str, start: str) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(DataError) as refused:
        load(folder)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return list(refused.value.problems)


def messages(folder: Path) -> list[str]:
    return [str(problem) for problem in problems(folder)]


# --- A cell that is wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,n/a,",
            'chip_prices.csv line 6, price_usd_base: "n/a" is not a number; expected a number above 0',
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,NaN,",
            'chip_prices.csv line 6, price_usd_base: "NaN" is not a number; expected a number above 0',
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,70180,",
            "vr200,45000,52000,inf,",
            'chip_prices.csv line 6, price_usd_high: "inf" is not a number; expected a number above 0',
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,70180,",
            "vr200,45000,52000,1e999,",
            'chip_prices.csv line 6, price_usd_high: "1e999" is too large a number; expected a number above 0',
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,-45000,52000,",
            'chip_prices.csv line 6, price_usd_low: "-45000" is out of bounds; expected a number above 0',
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,,",
            "chip_prices.csv line 6, price_usd_base: the cell is empty; expected a number above 0",
        ),
        (
            "regions.csv",
            "or,Oregon,0.08,",
            'or,Oregon,"0,08",',
            'regions.csv line 8, fleet_share: "0,08" is not a number; expected a number of at least 0 and of at most 1',
        ),
        (
            "chips.csv",
            "gb300,nvidia,GB300 NVL72,2025-Q3,",
            "gb300,nvidia,GB300 NVL72,2027-Q5,",
            'chips.csv line 5, available_from: "2027-Q5" is not of the right form; expected text like 2027-Q1',
        ),
        (
            "chips.csv",
            "gb300,nvidia,",
            "gb300,nvidai,",
            'chips.csv line 5, supplier_id: "nvidai" is not known; expected a supplier_id that suppliers.csv holds',
        ),
        (
            "power_capacity.csv",
            "2030,20500,",
            "2030.0,20500,",
            'power_capacity.csv line 6, year: "2030.0" is not a whole number; '
            "expected a whole number of at least 2026 and of at most 2035",
        ),
        (
            "workload_demand.csv",
            "rr_training,2025,406545,406545,406545,estimate,",
            "rr_training,2025,406545,406545,406545,guess,",
            'workload_demand.csv line 13, grade: "guess" is not one of the words in use; '
            "expected reported, estimate or assumption",
        ),
        (
            "workloads.csv",
            ",0.1,0.25,assumption,assumption,",
            ",0.1,0.25,assumption,hearsay,",
            'workloads.csv line 3, source_id: "hearsay" is not known; expected a source_id that sources.csv holds',
        ),
        (
            "company_facts.csv",
            "diluted_shares,Diluted shares,2590000000.0,",
            "book_tax_rate,Diluted shares,2590000000.0,",
            'company_facts.csv line 3, fact_id: "book_tax_rate" is there already in line 2; expected each fact_id once',
        ),
        (
            "power_prices.csv",
            "la,2026,60.0",
            "la,2023,60.0",
            'power_prices.csv line 5, region_id, year: "la, 2023" is there already in line 4; '
            "expected each region_id, year once",
        ),
        (
            "chip_throughput.csv",
            "mi455x,genai_training,4,5.5,10,",
            "mi455x,genai_training,4,15.5,10,",
            'chip_throughput.csv line 37, h100e_high: "10" is below h100e_base, which is 15.5; '
            "expected low, base and high in rising order",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_its_place_its_value_and_what_would_do(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    change(folder, file, old, new)
    assert messages(folder) == [message]


# --- A file that is wrong --------------------------------------------------------------------------------------------


def edited(folder: Path, file: str, edit: Callable[[bytes], bytes]) -> list[str]:
    path = folder / file
    path.write_bytes(edit(path.read_bytes()))
    return messages(folder)


def test_a_missing_file_is_named_with_the_columns_it_should_have(folder: Path) -> None:
    (folder / "suppliers.csv").unlink()
    assert messages(folder) == [
        "suppliers.csv: the file is missing; expected a header with the columns supplier_id, name, class, note"
    ]


def test_a_folder_that_is_not_there_is_one_problem_not_sixteen(tmp_path: Path) -> None:
    assert messages(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'}: there is no such folder; expected a folder of CSV files"
    ]


def test_an_empty_folder_misses_every_file(tmp_path: Path) -> None:
    assert [problem.wrong for problem in problems(tmp_path)] == ["the file is missing"] * 16


def test_a_data_set_may_do_without_correlations(folder: Path, inputs: Inputs) -> None:
    """Sets that were archived before there were any do, and keep the version that they were archived under."""
    (folder / "lever_correlations.csv").unlink()
    without = load(folder)
    assert without.correlations == ()
    assert without.tables["lever_correlations"].empty
    assert list(without.tables["lever_correlations"]) == list(inputs.tables["lever_correlations"])
    assert (without.data_version, "lever_correlations.csv" in without.cells) == ("351d127b7e3f", False)


CORRELATIONS = "lever_id,other_lever_id,rank_correlation,grade,source_id,note\n"


def test_correlations_that_no_beliefs_could_have_are_refused_line_by_line(folder: Path) -> None:
    rows = """pue,pue,0.4,assumption,assumption,n
pue,load_factor,1.4,assumption,assumption,n
load_factor,pue,0.4,assumption,nobody,n
pue,load_factor,0.4,assumption,assumption,
"""
    (folder / "lever_correlations.csv").write_text(CORRELATIONS + rows, encoding="utf-8")
    assert messages(folder) == [
        'lever_correlations.csv line 2, other_lever_id: "pue" is the lever itself; expected another lever',
        'lever_correlations.csv line 3, rank_correlation: "1.4" is out of bounds; '
        "expected a number of at least -1 and of at most 1",
        'lever_correlations.csv line 4, source_id: "nobody" is not known; expected a source_id that sources.csv holds',
        'lever_correlations.csv line 4, lever_id, other_lever_id: "load_factor, pue" is there already in line 3, '
        "the other way round; expected each pair once",
        "lever_correlations.csv line 5, note: the cell is empty; expected text",
        'lever_correlations.csv line 5, lever_id, other_lever_id: "pue, load_factor" is there already in line 3; '
        "expected each lever_id, other_lever_id once",
    ]


def test_correlations_come_in_file_order(inputs: Inputs) -> None:
    table = inputs.tables["lever_correlations"]
    assert [(one.lever_id, one.other_lever_id, one.rank_correlation) for one in inputs.correlations] == list(
        table[["lever_id", "other_lever_id", "rank_correlation"]].itertuples(index=False, name=None)
    )


def test_an_empty_file_is_named(folder: Path) -> None:
    assert edited(folder, "suppliers.csv", lambda _: b"") == [
        "suppliers.csv: the file is empty; expected a header with the columns supplier_id, name, class, note"
    ]


def test_a_file_of_a_header_alone_is_named(folder: Path) -> None:
    header_only = edited(folder, "commitments.csv", lambda content: content.splitlines(keepends=True)[0])
    assert header_only == ["commitments.csv: there are no rows under the header; expected at least one row"]


def test_a_missing_column_is_named(folder: Path) -> None:
    [message] = edited(
        folder,
        "suppliers.csv",
        lambda content: content.replace(b",class,", b",", 1).replace(b",merchant,", b",").replace(b",custom,", b","),
    )
    assert message == (
        "suppliers.csv line 1, class: the column is missing; expected the columns supplier_id, name, class, note"
    )


def test_an_unknown_column_is_named(folder: Path) -> None:
    assert edited(folder, "company_facts.csv", lambda content: content.replace(b"\n", b",x\n")) == [
        'company_facts.csv line 1: "x" is not a known column; '
        "expected the columns fact_id, name, value, unit, grade, source_id, note"
    ]


def test_a_column_that_is_there_twice_is_named(folder: Path) -> None:
    twice = edited(
        folder, "suppliers.csv", lambda content: content.replace(b"\n", b",x\n").replace(b",x\n", b",name\n", 1)
    )
    assert twice == [
        "suppliers.csv line 1, name: the column is there twice; expected the columns supplier_id, name, class, note"
    ]


def test_semicolons_between_columns_are_refused_with_a_word_that_helps(folder: Path) -> None:
    assert edited(folder, "power_capacity.csv", lambda content: content.replace(b",", b";")) == [
        "power_capacity.csv line 1: the columns are separated by semicolons; expected commas between columns"
    ]


def test_a_file_that_is_not_utf8_is_refused_with_the_line_of_the_first_wrong_byte(folder: Path) -> None:
    assert edited(folder, "regions.csv", lambda content: content.replace(b"Iowa", "Iowá".encode("latin-1"))) == [
        "regions.csv line 4: byte 0xe1 is not UTF-8; expected text saved as UTF-8 (in a spreadsheet: CSV UTF-8)"
    ]


def test_a_row_with_a_cell_too_many_is_named_and_only_it(folder: Path) -> None:
    change(folder, "chips.csv", "h100,nvidia,H100 SXM,", "h100,nvidia,H100, SXM,")
    assert messages(folder) == ["chips.csv line 3: the row has 17 cells; expected 16, as in the header"]


def test_a_quote_that_is_never_closed_is_named_with_the_line_it_begins_in(folder: Path) -> None:
    change(folder, "regions.csv", "ut,Utah,", 'ut,"Utah,')
    [message] = messages(folder)
    assert message.startswith("regions.csv line 10: the quotes do not match (")


def test_line_numbers_count_blank_lines_and_lines_inside_quotes(folder: Path) -> None:
    """Line 2 is blank, the note of the first row runs over lines 3 and 4, so the third row stands in line 6."""
    path = folder / "power_capacity.csv"
    header, first, *rest = path.read_text(encoding="utf-8").split("\n")
    first = first[: first.index("memo")] + '"memo\nof two lines"'
    path.write_text("\n".join([header, "", first, *rest]).replace("2028,13500", "2028,lots"), encoding="utf-8")
    assert [(problem.line, problem.value) for problem in problems(folder)] == [(6, "lots")]


def test_a_file_that_spreadsheets_write_is_read_as_the_same_data(folder: Path) -> None:
    """A byte order mark, CRLF line ends, quotes around every cell and no last line end change no figure."""
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.rstrip("\n").replace("\n", "\r\n").encode())
    change(folder, "suppliers.csv", "nvidia,NVIDIA,merchant,bought", '"nvidia","NVIDIA","merchant","bought"')
    assert load(folder).data_version == bundled().data_version


def test_commas_inside_quotes_belong_to_the_cell(folder: Path) -> None:
    change(folder, "suppliers.csv", "amd,AMD,", 'amd,"AMD, Santa Clara ""CA""",')
    assert load(folder).supplier_names == ("MTIA (in-house)", "NVIDIA", 'AMD, Santa Clara "CA"')


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    change(folder, "chip_prices.csv", "vr200,45000,52000,", "vr200,45000,n/a,")
    change(folder, "chip_prices.csv", "mtia_2i,900,", "mtia_2j,-900,")
    change(folder, "programme.csv", "nre,mtia_450,", "nre,mtia_450x,")
    change(folder, "regions.csv", "oh,Ohio,0.22,", "oh,Ohio,0.32,")
    (folder / "commitments.csv").write_bytes(b"")
    assert [(problem.file, problem.line, problem.column, problem.value) for problem in problems(folder)] == [
        ("chip_prices.csv", 6, "price_usd_base", "n/a"),
        ("chip_prices.csv", 18, "price_usd_low", "-900"),
        ("chip_prices.csv", 18, "chip_id", "mtia_2j"),
        ("commitments.csv", None, None, None),
        ("programme.csv", 3, "chip_id", "mtia_450x"),
        ("regions.csv", None, "fleet_share", None),
    ]


def test_a_very_long_cell_does_not_flood_the_message(folder: Path) -> None:
    change(folder, "chip_prices.csv", "vr200,45000,52000,", f"vr200,45000,{'9x' * 5000},")
    [message] = messages(folder)
    assert len(message) < 200


# --- Files that are right one by one and wrong together --------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("suppliers.csv", "nvidia,NVIDIA,merchant", "nvidia,NVIDIA,custom",
         ["suppliers.csv, class: 2 suppliers are custom; expected exactly one custom supplier",
          "suppliers.csv, supplier_id: there is no merchant nvidia; "
          "expected nvidia and amd, each of class merchant"]),
        ("suppliers.csv", "amd,AMD,merchant,bought\n", "amd,AMD,merchant,bought\nintel,Intel,merchant,bought\n",
         ['suppliers.csv line 5, supplier_id: "intel" has no role in the model; '
          "expected nvidia, amd or the one custom supplier"]),
        ("regions.csv", "oh,Ohio,0.22,", "oh,Ohio,0.23,",
         ["regions.csv, fleet_share: the shares sum to 1.01; expected shares that sum to 1"]),
        ("power_prices.csv", "la,2026,60.0", "la,2025,60.0",
         ['power_prices.csv, region_id: "la" has no price for 2026; expected a row for each region in 2026']),
        ("chips.csv", "gb300,nvidia,GB300 NVL72,2025-Q3,2029-Q1,", "gb300,nvidia,GB300 NVL72,2025-Q3,2025-Q2,",
         ['chips.csv line 5, last_order: "2025-Q2" is before available_from, which is 2025-Q3; '
          "expected a quarter from 2025-Q3 on, or nothing"]),
        ("opening_fleet.csv", "a100,rr_inference,2022-Q4,", "a100,rr_inference,2027-Q1,",
         ['opening_fleet.csv line 4, vintage: "2027-Q1" is not in the past; expected a quarter before 2027-Q1']),
        ("programme.csv", ",590000000.0,2025-Q1,2026-Q3,", ",590000000.0,2025-Q1,2024-Q4,",
         ['programme.csv line 2, last_quarter: "2024-Q4" is before first_quarter, which is 2025-Q1; '
          "expected a quarter from 2025-Q1 on"]),
        ("programme.csv", "enablement,mtia_450,genai_inference,", "enablement,mtia_450,rr_training;genai,",
         ['programme.csv line 12, gate_workloads: "genai" is not known; '
          "expected workload_ids that workloads.csv holds, with ; between"]),
        ("programme.csv", "enablement,mtia_450,", "enablement,vr200,",
         ['programme.csv line 12, chip_id: "vr200" is not a custom chip; '
          "expected a chip of the custom supplier, or nothing"]),
        ("commitments.csv", "nvidia,2020-Q1,2028,usd,", "amd,2020-Q1,2028,usd,",
         ['commitments.csv line 8, supplier_id: "amd" is not what the contract\'s first row says; expected nvidia']),
        ("commitments.csv", "custom,2027-Q1,2029,gw,0.4,15000000000.0,", "custom,2027-Q1,2029,gw,0.4,,",
         ["commitments.csv line 11, usd_per_gw: the cell is empty; expected a number above 0, as the unit is gw"]),
        ("commitments.csv", "nvidia,2020-Q1,2028,usd,30000000000.0,,", "nvidia,2020-Q1,2028,usd,30000000000.0,7,",
         ['commitments.csv line 8, usd_per_gw: "7.0" has no use here; expected nothing, as the unit is usd']),
        ("company_facts.csv", "diluted_shares,", "shares_out,",
         ['company_facts.csv, fact_id: "diluted_shares" has no row; '
          "expected a row for each of book_tax_rate and diluted_shares"]),
        ("company_facts.csv", ",0.145,", ",14.5,",
         ['company_facts.csv line 2, value: "14.5" is out of bounds; expected a share below 1']),
    ],
)  # fmt: skip
def test_a_rule_across_rows_or_files_is_held(folder: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    change(folder, file, old, new)
    assert messages(folder) == expected


@pytest.mark.parametrize(
    ("file", "start", "expected"),
    [
        ("chip_prices.csv", "mi325x,",
         ['chip_prices.csv, chip_id: "mi325x" has no price; expected a row for each chip of chips.csv']),
        ("workload_demand.csv", "rr_training,2031,",
         ['workload_demand.csv, workload_id, year: "rr_training, 2031" has no row; '
          "expected a row for each workload and year, 2025 to 2035"]),
        ("power_capacity.csv", "2026,",
         ['power_capacity.csv, year: "2026" has no row; expected a row for each year, 2026 to 2035']),
        ("chip_throughput.csv", "mi325x,genai_inference,",
         [f'opening_fleet.csv line {line}, workload_id: "genai_inference" is work that mi325x cannot run; '
          "expected a workload for which chip_throughput.csv has a row of the chip" for line in (20, 21)]),
    ],
)  # fmt: skip
def test_a_row_that_is_needed_is_missed(folder: Path, file: str, start: str, expected: list[str]) -> None:
    drop_lines(folder, file, start)
    assert messages(folder) == expected


def test_a_workload_that_no_bought_chip_can_run_in_some_quarter_is_refused(folder: Path) -> None:
    """Without GB300 and MI355X for ranking training, VR200 alone serves it: from 2027-Q3, two quarters too late."""
    drop_lines(folder, "opening_fleet.csv", "gb300,rr_training")
    drop_lines(folder, "chip_throughput.csv", "gb300,rr_training")
    drop_lines(folder, "chip_throughput.csv", "mi355x,rr_training")
    drop_lines(folder, "chip_throughput.csv", "mi455x,rr_training")
    change(folder, "chips.csv", "Vera Rubin NVL72,2027-Q1,", "Vera Rubin NVL72,2027-Q3,")
    assert [str(problem) for problem in problems(folder) if problem.file == "chips.csv"] == [
        'chips.csv, available_from, last_order: "rr_training" has no bought chip on offer in 2 quarters, '
        "first in 2027-Q1; expected a merchant's chip that can run it in every quarter"
    ]


def test_every_workload_keeps_a_bought_offer_however_long_bought_chips_are_delayed(inputs: Inputs) -> None:
    """What the lever for delays may ask for, the bundled data can answer; the loader itself checks no delay only."""
    lever = LEVER["merchant_delay_quarters"]
    chips = inputs.chips
    quarter = np.arange(len(inputs.demand_h100e))[:, None]
    for delay in range(int(lever.minimum), int(lever.maximum) + 1):
        moved = np.maximum(chips.available + delay, np.minimum(chips.available, 0))
        available = np.where(chips.future, moved, chips.available)
        on_offer = (available <= quarter) & (quarter <= chips.last_order) & (chips.supplier != CUSTOM)
        offers = on_offer.astype(int) @ (chips.h100e > 0).astype(int)  # (quarter, workload)
        assert offers.min() >= 1, f"delay of {delay} quarters"


# --- The database refuses, and is closed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO suppliers VALUES (2, 'a', 'A', 'partner', NULL)",
        "INSERT INTO suppliers VALUES (2, NULL, 'A', 'custom', NULL)",
        "INSERT INTO suppliers VALUES (2, 'a', NULL, 'custom', NULL)",
        "INSERT INTO suppliers VALUES (2, 'a', 'A', 'custom', NULL), (3, 'a', 'B', 'merchant', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, -1, 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 'nan', 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 'inf', 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2036, 1, 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 1, 'hearsay', 's', NULL)",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 1.1, 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 'nan', 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 'nobody', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 's', NULL)",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'a', 0.1, 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 's', 'n'), "
        "(3, 'b', 'a', 0.1, 'reported', 's', 'n')",
        "INSERT INTO power_capacity VALUES (2, 2030, 1, 'reported', 'nobody', NULL)",
        "INSERT INTO regions VALUES (2, 'a', 'A', 1.5, 1, 'reported', 's', NULL)",
        "INSERT INTO reported_financials VALUES (2, '2027-Q5', 'm', 1, 'usd_bn', 'reported', 's')",
        "INSERT INTO calibration_targets VALUES "
        "(2, 't', 'T', 'm', 2030, 2, 1, 3, 'usd', 'fitted', 'reported', 's', NULL)",
    ],
)
def test_the_database_itself_refuses_what_no_row_may_hold(insert: str) -> None:
    with connect() as database:
        database.execute("INSERT INTO sources VALUES (2, 's', 'P', 'T', NULL, '2026', 'primary', NULL)")
        with pytest.raises(duckdb.ConstraintException):
            database.execute(insert)


def test_what_only_the_database_refuses_is_still_told_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder, "chip_prices.csv", "vr200,45000,52000,", "vr200,-45000,52000,")
    monkeypatch.setattr(checks, "CHECKS", ())
    [message] = messages(folder)
    assert message.startswith("chip_prices.csv: the database refuses it (Constraint Error")


def test_nothing_outside_can_be_reached_through_the_database(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with connect() as database:
        for statement in (
            f"SELECT * FROM '{secret}'",
            f"SELECT * FROM read_text('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.db'}'",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.PermissionException):
                database.execute(statement)
        for setting in ("SET enable_external_access = true", "SET lock_configuration = false", "SET threads = 4"):
            with pytest.raises(duckdb.InvalidInputException):
                database.execute(setting)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_no_python_variable_can_be_read_through_the_database() -> None:
    frame = pd.DataFrame({"a": [1]})
    with connect() as database, pytest.raises(duckdb.CatalogException):
        database.execute("SELECT * FROM frame")
    assert len(frame) == 1


# --- The shape of what is read ---------------------------------------------------------------------------------------


def test_demand_passes_through_every_year_end_of_the_data(inputs: Inputs) -> None:
    table = inputs.tables["workload_demand"].pivot(index="year", columns="workload_id", values="h100e_base")
    year_ends = table[list(inputs.workloads)]
    np.testing.assert_allclose(inputs.demand_h100e[3::4], year_ends.loc[2027:2035], rtol=1e-14)
    np.testing.assert_array_equal(inputs.demand_2026_h100e, year_ends.loc[2026])


def test_demand_grows_by_the_same_factor_in_each_quarter_of_a_year(inputs: Inputs) -> None:
    """Ranking inference, 2026 to 2027: 1,093,455 to 1,968,218, a factor of 1.80 in four quarters.

    The second quarter is halfway in growth: sqrt(1,093,455 * 1,968,218) = sqrt(2.15215781e12) = 1,467,023.
    """
    assert inputs.demand_h100e[1, 0] == pytest.approx(1_467_023, abs=1)
    path = np.vstack([inputs.demand_2026_h100e, inputs.demand_h100e])
    growth = (path[1:] / path[:-1]).reshape(-1, 4, len(inputs.workloads))
    np.testing.assert_allclose(growth, growth[:, :1].repeat(4, axis=1), rtol=1e-12)


def test_capacity_is_linear_between_year_ends(inputs: Inputs) -> None:
    """From 5,000 MW at the end of 2026 to 9,800 MW at the end of 2027: 1,200 MW a quarter."""
    assert inputs.capacity_2026_mw == 5_000
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


def test_roles_stand_on_the_supplier_axis_whatever_the_order_in_the_file(folder: Path, inputs: Inputs) -> None:
    path = folder / "suppliers.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    turned = load(folder)
    assert turned.suppliers == inputs.suppliers == ("custom", "nvidia", "amd")
    assert tuple(turned.suppliers.index(name) for name in ("custom", "nvidia", "amd")) == (CUSTOM, NVIDIA, AMD)
    np.testing.assert_array_equal(turned.chips.supplier, inputs.chips.supplier)
    assert turned.data_version != inputs.data_version


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
    np.testing.assert_array_equal(contracts.supplier, [AMD, NVIDIA, CUSTOM])
    np.testing.assert_array_equal(contracts.in_gw, [True, False, True])
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
        chip for chip, supplier in zip(inputs.chips.id, inputs.chips.supplier, strict=True) if supplier == NVIDIA
    }
    assert not {"mtia_2i", "mtia_300"} & counted["broadcom_1gw"]


def test_a_year_without_an_amount_is_no_year_of_the_contract_but_one_of_zero_is(folder: Path) -> None:
    change(folder, "commitments.csv", "amd,2027-Q2,2028,gw,1.2,", "amd,2027-Q2,2028,gw,0,")
    contracts = load(folder).contracts
    assert contracts.active[0].sum() == 5
    assert contracts.amount[0, 1] == 0


def test_the_facts_of_the_company_are_there(inputs: Inputs) -> None:
    assert (inputs.book_tax_rate, inputs.diluted_shares) == (0.145, 2.59e9)


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
    for path in FROZEN.glob("*.csv"):
        as_read = pd.read_csv(path, keep_default_na=False, na_values=[""])
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
        'CROSSOVER_DATA: "elsewhere/data" is no folder; expected a folder of CSV files '
        f"(looked for from {tmp_path}), or nothing for the bundled data"
    )


def test_loading_the_data_takes_less_than_half_a_second() -> None:
    """Processor time of one thread, which is what a quiet machine takes; a busy one must not fail the test."""

    def seconds() -> float:
        begun = time.process_time()
        load(FROZEN)
        return time.process_time() - begun

    assert min(seconds() for _ in range(3)) < 0.5
