"""Bad files are refused in words, all problems at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.inputs.data import CUSTOM, Inputs, bundled, load
from tests.support.spoilt import change, drop_lines, messages, problems

# --- A cell that is wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,n/a,",
            'chip_prices.csv line 6, price_usd_base: "n/a" is not a number; '
            "expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,NaN,",
            'chip_prices.csv line 6, price_usd_base: "NaN" is not a number; '
            "expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,70180,",
            "vr200,45000,52000,inf,",
            'chip_prices.csv line 6, price_usd_high: "inf" is not a number; '
            "expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,70180,",
            "vr200,45000,52000,1e999,",
            'chip_prices.csv line 6, price_usd_high: "1e999" is too large a number; '
            "expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,-45000,52000,",
            'chip_prices.csv line 6, price_usd_low: "-45000" is out of bounds; '
            "expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "chip_prices.csv",
            "vr200,45000,52000,",
            "vr200,45000,,",
            "chip_prices.csv line 6, price_usd_base: the cell is empty; expected a number from 0.01 to 1,000,000,000",
        ),
        (
            "regions.csv",
            "or,Oregon,0.08,",
            'or,Oregon,"0,08",',
            'regions.csv line 8, fleet_share: "0,08" is not a number; expected a number from 0 to 1',
        ),
        (
            "chips.csv",
            "gb300,nvidia,GB300 NVL72,2025-Q3,",
            "gb300,nvidia,GB300 NVL72,2027-Q5,",
            'chips.csv line 5, available_from: "2027-Q5" is not of the right form; '
            "expected a quarter from 1987-Q1 to 2047-Q4",
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
            "expected a whole number from 2026 to 2035",
        ),
        (
            "workload_demand.csv",
            "rr_training,2025,406545,406545,406545,estimate,",
            "rr_training,2025,406545,406545,406545,guess,",
            'workload_demand.csv line 13, grade: "guess" is not one of the words in use; '
            "expected own, reported, estimate or assumption",
        ),
        (
            "workloads.csv",
            ",0.1,0.5,0.25,0.35,assumption,assumption,",
            ",0.1,0.5,0.25,0.35,assumption,hearsay,",
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
        f"{tmp_path / 'nowhere'}: there is no such folder or file; expected a folder of CSV files, a workbook (.xlsx) "
        "or a zip of CSV files"
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
    assert (without.data_version, "lever_correlations.csv" in without.cells) == ("6e40b3971c8b", False)


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
        'lever_correlations.csv line 3, rank_correlation: "1.4" is out of bounds; expected a number from -1 to 1',
        'lever_correlations.csv line 4, source_id: "nobody" is not known; expected a source_id that sources.csv holds',
        'lever_correlations.csv line 4, lever_id, other_lever_id: "load_factor, pue" is there already in line 3, '
        "the other way round; expected each pair once",
        "lever_correlations.csv line 5, note: the cell is empty; expected at most 500 characters",
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
    header_only = edited(folder, "power_capacity.csv", lambda content: content.splitlines(keepends=True)[0])
    assert header_only == ["power_capacity.csv: there are no rows under the header; expected at least one row"]


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
        ("regions.csv", "oh,Ohio,0.22,", "oh,Ohio,0.23,",
         ["regions.csv, fleet_share: the shares sum to 1.01; expected shares that sum to 1"]),
        ("power_prices.csv", "la,2026,60.0", "la,2025,60.0",
         ['power_prices.csv, region_id: "la" has no price for 2026; expected a row for each region in 2026']),
        ("chips.csv", "a100,nvidia,A100 80GB,2020-Q4,2022-Q4,", "a100,nvidia,A100 80GB,2020-Q4,2020-Q3,",
         ['chips.csv line 2, last_order: "2020-Q3" is before available_from, which is 2020-Q4; '
          "expected a quarter from 2020-Q4 on, or nothing"]),
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
          "expected a row for each of book_tax_rate, diluted_shares, fleet_year and policy_life_quarters"]),
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
    """What the lever for delays may ask for, the bundled data can answer."""
    lever = inputs.levers["merchant_delay_quarters"]
    chips = inputs.chips
    quarter = np.arange(len(inputs.demand_h100e))[:, None]
    for delay in range(int(lever.minimum), int(lever.maximum) + 1):
        moved = np.maximum(chips.available + delay, np.minimum(chips.available, 0))
        available = np.where(chips.future, moved, chips.available)
        on_offer = (available <= quarter) & (quarter <= chips.last_order) & (chips.supplier != CUSTOM)
        offers = on_offer.astype(int) @ (chips.h100e > 0).astype(int)  # (quarter, workload)
        assert offers.min() >= 1, f"delay of {delay} quarters"
