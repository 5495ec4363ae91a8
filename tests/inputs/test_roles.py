"""Data sets that no company can have: suppliers, workloads, chips and contracts that the model has no place for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.inputs.data import load
from tests.support.spoilt import add, drop_lines, header, keep, messages, problems, put, rows_of, write_rows

# --- Who supplies


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: put(folder, "suppliers.csv", 5, **{"class": "custom"}),
         ["suppliers.csv, class: 2 suppliers are custom; expected exactly one custom supplier"]),
        (lambda folder: put(folder, "suppliers.csv", 2, **{"class": "merchant"}),
         ["suppliers.csv, class: 0 suppliers are custom; expected exactly one custom supplier"]),
        (lambda folder: keep(folder, "suppliers.csv", lambda row: row["class"] == "custom"),
         ["suppliers.csv, class: no supplier is a merchant; expected one to six merchants"]),
        (lambda folder: [add(folder, "suppliers.csv", 3, supplier_id=f"maker_{n}", name=f"M{n}") for n in range(4)],
         ["suppliers.csv, class: 7 suppliers are merchants; expected one to six merchants"]),
        (lambda folder: put(folder, "suppliers.csv", 2, supplier_id="facility"),
         ['suppliers.csv line 2, supplier_id: "facility" is a name that the model has for something else; '
          "expected another supplier_id"]),
        (lambda folder: put(folder, "suppliers.csv", 5, supplier_id="custom"),
         ['suppliers.csv line 5, supplier_id: "custom" is a name that the model has for something else; '
          "expected another supplier_id"]),
        (lambda folder: put(folder, "suppliers.csv", 5, name="Amd (of another town)"),
         ['suppliers.csv line 5, name: "Amd (of another town)" is called like the supplier of line 3; '
          "expected another name; what stands in brackets does not count"]),
        (lambda folder: put(folder, "suppliers.csv", 3, supplier_id="AMD"),
         ['suppliers.csv line 3, supplier_id: "AMD" is not of the right form; expected text like maker_a']),
        (lambda folder: add(folder, "suppliers.csv", 3, supplier_id="AMD"),
         ['suppliers.csv line 6, supplier_id: "AMD" is not of the right form; expected text like maker_a']),
        (lambda folder: add(folder, "suppliers.csv", 3, name="Another"),
         ['suppliers.csv line 6, supplier_id: "amd" is there already in line 3; expected each supplier_id once']),
        (lambda folder: put(folder, "suppliers.csv", 5, supplier_id="x" * 41),
         ['suppliers.csv line 5, supplier_id: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." has 41 characters; '
          "expected text like maker_a"]),
    ],
)  # fmt: skip
def test_suppliers_fill_the_roles_of_the_model(
    example: Path, spoil: Callable[[Path], object], expected: list[str]
) -> None:
    spoil(example)
    assert [message for message in messages(example) if message.startswith("suppliers.csv")] == expected


def test_six_merchants_are_taken(example: Path) -> None:
    columns = header(example, "workloads.csv")
    for n in range(3):
        add(example, "suppliers.csv", 3, supplier_id=f"maker_{n}", name=f"Maker {n}")
        columns.append(f"maker_{n}_share_today")
    rows = rows_of(example, "workloads.csv")
    write_rows(example, "workloads.csv", [row | dict.fromkeys(columns[-3:], "0.1") for row in rows], columns)
    assert load(example).suppliers == ("kestrel", "amd", "nvidia", "tpu", "maker_0", "maker_1", "maker_2")


def test_the_custom_supplier_may_be_called_custom_and_stand_anywhere(example: Path) -> None:
    for file in ("suppliers.csv", "chips.csv", "commitments.csv"):
        rows = rows_of(example, file)
        rows = [row | {"supplier_id": "custom"} if row["supplier_id"] == "kestrel" else row for row in rows]
        write_rows(example, file, [*rows[1:], rows[0]] if file == "suppliers.csv" else rows)
    assert load(example).suppliers == ("custom", "amd", "nvidia", "tpu")


# --- Whose shares


def without_column(folder: Path, file: str, column: str) -> None:
    write_rows(folder, file, rows_of(folder, file), [name for name in header(folder, file) if name != column])


def with_column(folder: Path, file: str, column: str, value: str) -> None:
    columns = [*header(folder, file), column]
    write_rows(folder, file, [row | {column: value} for row in rows_of(folder, file)], columns)


COLUMNS = (
    "workload_id, name, short_name, family, family_name, stage, custom_share_today, custom_share_plan, "
    "nvidia_share_today, tpu_share_today, nvidia_share_plan, tpu_share_plan, grade, source_id, note"
)


def test_a_merchant_without_a_column_of_shares_is_missed(example: Path) -> None:
    without_column(example, "workloads.csv", "tpu_share_today")
    assert messages(example) == [
        f"workloads.csv line 1, tpu_share_today: the column is missing; expected the columns {COLUMNS}"
    ]


@pytest.mark.parametrize("column", ["amd_share_today", "intel_share_today", "AMD_share_plan", "kestrel_share_today"])
def test_shares_of_the_first_merchant_or_of_nobody_are_refused(example: Path, column: str) -> None:
    """The first merchant has what the others leave: a column of its own could only contradict theirs."""
    with_column(example, "workloads.csv", column, "0.1")
    assert messages(example) == [
        f'workloads.csv line 1: "{column}" is not a known column; expected the columns {COLUMNS}'
    ]


def test_plans_of_shares_may_be_left_out(example: Path) -> None:
    for column in ("tpu_share_plan", "custom_share_plan"):
        without_column(example, "workloads.csv", column)
    levers = load(example).levers
    assert (levers["tpu_share_search_inference"].base, levers["nvidia_share_search_inference"].base) == (0.1, 0.4)
    assert levers["adoption_search_inference"].base == 0.4


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"nvidia_share_today": "0.95"},
         "workloads.csv line 3, nvidia_share_today, tpu_share_today: the shares of what is bought sum to 1.05; "
         "expected shares that sum to 1 at the most"),
        ({"nvidia_share_plan": "0.7", "tpu_share_plan": "0.4"},
         "workloads.csv line 3, nvidia_share_plan, tpu_share_plan: the shares of what is bought sum to 1.1 "
         "(today's where no plan is given); expected shares that sum to 1 at the most"),
        ({"nvidia_share_plan": "", "tpu_share_plan": "0.6"},
         "workloads.csv line 3, nvidia_share_plan, tpu_share_plan: the shares of what is bought sum to 1.1 "
         "(today's where no plan is given); expected shares that sum to 1 at the most"),
        ({"nvidia_share_today": "1.2"},
         'workloads.csv line 3, nvidia_share_today: "1.2" is out of bounds; expected a number from 0 to 1'),
        ({"custom_share_today": "-0.1"},
         'workloads.csv line 3, custom_share_today: "-0.1" is out of bounds; expected a number from 0 to 1'),
        ({"custom_share_plan": "40 %"},
         'workloads.csv line 3, custom_share_plan: "40 %" is not a number; expected a number from 0 to 1'),
    ],
)  # fmt: skip
def test_merchants_cannot_have_more_than_all_that_is_bought(
    example: Path, cells: dict[str, str], expected: str
) -> None:
    put(example, "workloads.csv", 3, **cells)
    assert messages(example) == [expected]


def test_merchants_may_have_all_that_is_bought(example: Path) -> None:
    """0.7 + 0.1 + 0.2 in binary is a hair more or less than 1; the first merchant has nothing then."""
    put(example, "workloads.csv", 3, nvidia_share_today="0.7", tpu_share_today="0.3")
    put(example, "workloads.csv", 4, nvidia_share_plan="0.9", tpu_share_plan="0.1")
    assert load(example).bought_share_today[:, 1].sum() == pytest.approx(1.0)


def test_suppliers_that_cannot_be_read_do_not_make_every_share_wrong(example: Path) -> None:
    (example / "suppliers.csv").unlink()
    assert [problem.file for problem in problems(example)] == ["suppliers.csv"]


# --- What work


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"workload_id": "start"},
         'workloads.csv line 4, workload_id: "start" is a name that the model has for something else; '
         "expected another workload_id"),
        ({"workload_id": "Assistant_training"},
         'workloads.csv line 4, workload_id: "Assistant_training" is not of the right form; '
         "expected text like search_inference"),
        ({"name": "assistant INFERENCE"},
         'workloads.csv line 4, name: "assistant INFERENCE" is what the workload of line 3 is called; '
         "expected another name"),
        ({"family": "Gen AI"},
         'workloads.csv line 4, family: "Gen AI" is not of the right form; expected text like search'),
        ({"stage": "tuning"},
         'workloads.csv line 4, stage: "tuning" is not one of the words in use; expected training or inference'),
    ],
)  # fmt: skip
def test_what_a_workload_may_not_be(example: Path, cells: dict[str, str], expected: str) -> None:
    put(example, "workloads.csv", 4, **cells)
    assert expected in messages(example)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("searching", "clever", "smart"),
         ['workloads.csv line 4, family_name: "smart" is not what the first row of the family says; expected clever']),
        (("clever", "Clever", "Clever"),
         ['workloads.csv line 3, family_name: "Clever" is what the family of line 2 is called; expected another name']),
        (("genai", "", ""),
         ['workloads.csv line 3, family_name: "genai" is what the family of line 2 is called; expected another name']),
    ],
)  # fmt: skip
def test_a_family_has_one_name_of_its_own(example: Path, names: tuple[str, ...], expected: list[str]) -> None:
    with_column(example, "workloads.csv", "family_name", "")
    for line, name in enumerate(names, start=2):
        put(example, "workloads.csv", line, family_name=name)
    assert messages(example) == expected


@pytest.mark.parametrize(
    ("file", "line"), [("chip_throughput.csv", 5), ("workload_demand.csv", 5), ("opening_fleet.csv", 5)]
)
def test_work_that_there_is_none_of_is_refused(example: Path, file: str, line: int) -> None:
    put(example, file, line, workload_id="video_inference")
    assert (
        f'{file} line {line}, workload_id: "video_inference" is not known; '
        "expected a workload_id that workloads.csv holds" in messages(example)
    )


def test_a_gate_of_a_workload_that_there_is_none_of_is_refused(example: Path) -> None:
    put(example, "programme.csv", 2, gate_workloads="search_inference;video_inference")
    assert messages(example) == [
        'programme.csv line 2, gate_workloads: "video_inference" is not known; '
        "expected workload_ids that workloads.csv holds, with ; between"
    ]


def test_a_ninth_workload_is_one_too_many(example: Path) -> None:
    for n in range(6):
        add(example, "workloads.csv", 4, workload_id=f"work_{n}", name=f"Work {n}")
    assert messages(example)[-1] == "workloads.csv: there are 9 rows under the header; expected at most 8"


def test_a_workload_with_demand_and_no_chip_has_no_price(example: Path) -> None:
    keep(example, "opening_fleet.csv", lambda row: row["workload_id"] != "assistant_training")
    keep(example, "chip_throughput.csv", lambda row: row["workload_id"] != "assistant_training")
    assert messages(example) == [
        'chips.csv, available_from, last_order: "assistant_training" has no bought chip on offer in 36 quarters, '
        "first in 2027-Q1; expected a merchant's chip that can run it in every quarter"
    ]


def test_a_workload_that_only_custom_chips_can_run_has_no_price(example: Path) -> None:
    ours = {row["chip_id"] for row in rows_of(example, "chips.csv") if row["supplier_id"] == "kestrel"}
    for file in ("opening_fleet.csv", "chip_throughput.csv"):
        keep(example, file, lambda row: row["workload_id"] != "search_inference" or row["chip_id"] in ours)
    assert [problem.value for problem in problems(example)] == ["search_inference"]


@pytest.mark.parametrize(
    ("last_order", "delay", "said"),
    [
        ("2026-Q4", "0", None),
        ("2026-Q3", "0", None),
        ("2026-Q4", "1", "in 1 quarter, 2027-Q1, with the delay that levers.csv gives coming chips"),
        ("2026-Q4", "8", "in 8 quarters, first in 2027-Q1, with the delay that levers.csv gives coming chips"),
        ("2028-Q4", "8", None),
        ("2028-Q3", "8", "in 1 quarter, 2028-Q4, with the delay that levers.csv gives coming chips"),
    ],
)
def test_work_has_a_price_when_coming_chips_are_as_late_as_the_data_believe(
    example: Path, last_order: str, delay: str, said: str | None
) -> None:
    """Only GB300 bridges the time to VR200, announced for 2027-Q1: eight quarters late, that comes in 2029-Q1."""
    others = ("mi", "amd", "tpu", "nvidia")
    runs = "search_inference"
    for file in ("opening_fleet.csv", "chip_throughput.csv"):
        keep(example, file, lambda row: row["workload_id"] != runs or not row["chip_id"].startswith(others))
    put(example, "chips.csv", 5, last_order=last_order)
    believed = {"lever_id": "merchant_delay_quarters", "base": delay, "low": "-1", "high": "8"}
    believed |= {"grade": "assumption", "source_id": "assumption", "note": ""}
    write_rows(example, "levers.csv", [believed], list(believed))
    if said is None:
        load(example)
        return
    assert [problem.wrong for problem in problems(example)] == [f"has no bought chip on offer {said}"]


# --- Which chips


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"chip_id": "h100", "supplier_id": "tpu"},
         'chips.csv line 36, chip_id: "h100" is there already in line 3; expected each chip_id once'),
        ({"chip_id": "extra", "name": "H100 sxm"},
         'chips.csv line 36, name: "H100 sxm" is what the chip of line 3 is called; expected another name'),
        ({"chip_id": "extra", "name": "Extra", "available_from": "1927-Q1"},
         'chips.csv line 36, available_from: "1927-Q1" is out of bounds; expected a quarter from 1987-Q1 to 2047-Q4'),
        ({"chip_id": "extra", "name": "Extra", "last_order": "9999-Q1"},
         'chips.csv line 36, last_order: "9999-Q1" is out of bounds; expected a quarter from 1987-Q1 to 2067-Q4'),
        ({"chip_id": "extra", "name": "Extra", "supplier_id": "nobody"},
         'chips.csv line 36, supplier_id: "nobody" is not known; expected a supplier_id that suppliers.csv holds'),
    ],
)  # fmt: skip
def test_what_a_chip_may_not_be(example: Path, cells: dict[str, str], expected: str) -> None:
    add(example, "chips.csv", 3, **cells)
    assert expected in messages(example)


def test_121_chips_are_one_too_many(example: Path) -> None:
    for n in range(121 - 34):
        add(example, "chips.csv", 3, chip_id=f"chip_{n}", name=f"Chip {n}")
        add(example, "chip_prices.csv", 4, chip_id=f"chip_{n}")
    assert messages(example) == [
        "chip_prices.csv: there are 121 rows under the header; expected at most 120",
        "chips.csv: there are 121 rows under the header; expected at most 120",
    ]


def test_2001_lots_are_one_too_many(example: Path) -> None:
    rows = rows_of(example, "opening_fleet.csv")
    write_rows(example, "opening_fleet.csv", (rows * 40)[:2001])
    assert messages(example)[0] == "opening_fleet.csv: there are 2,001 rows under the header; expected at most 2,000"


@pytest.mark.parametrize("file", ["suppliers.csv", "workloads.csv", "chips.csv", "opening_fleet.csv", "regions.csv"])
def test_what_every_company_has_is_missed(example: Path, file: str) -> None:
    write_rows(example, file, [])
    assert f"{file}: there are no rows under the header; expected at least one row" in messages(example)


# --- Which contracts


@pytest.mark.parametrize(
    ("line", "cells", "expected"),
    [
        (2, {"year": "2026"},
         'commitments.csv line 2, year: "2026" is out of bounds; expected a whole number from 2027 to 2035'),
        (2, {"amount": "10001"},
         'commitments.csv line 2, amount: "10001.0" is out of bounds; expected at most 10,000, as the unit is gw'),
        (5, {"amount": "-1"},
         'commitments.csv line 5, amount: "-1" is out of bounds; expected a number from 0 to 100,000,000,000,000'),
        (5, {"name": "TPU 0.2 GW agreement"},
         'commitments.csv line 5, name: "TPU 0.2 GW agreement" is what the contract of line 2 is called; '
         "expected another name"),
        (5, {"supplier_id": "amdahl"},
         'commitments.csv line 5, supplier_id: "amdahl" is not known; expected a supplier_id that suppliers.csv holds'),
        (3, {"warrant": ""},
         "commitments.csv line 3, warrant: the cell is empty; expected yes"),
        (6, {"warrant": "yes"},
         'commitments.csv line 6, warrant: "yes" is not what the contract\'s first row says; expected nothing'),
    ],
)  # fmt: skip
def test_what_a_contract_may_not_be(example: Path, line: int, cells: dict[str, str], expected: str) -> None:
    put(example, "commitments.csv", line, **cells)
    assert expected in messages(example)


@pytest.mark.parametrize(("chips_from", "wrong"), [("2032-Q4", False), ("2033-Q1", True), ("2040-Q1", True)])
def test_a_contract_in_power_needs_a_chip_that_counts(example: Path, chips_from: str, wrong: bool) -> None:
    """The last TPU comes in 2032-Q4."""
    for line in (2, 3, 4):
        put(example, "commitments.csv", line, chips_from=chips_from)
    if not wrong:
        load(example)
        return
    assert messages(example) == [
        f'commitments.csv line 2, chips_from: "{chips_from}" leaves no chip of tpu that counts and can be bought when '
        "the model runs; expected a quarter from which tpu has such a chip"
    ]


def test_a_contract_in_power_needs_a_chip_that_can_still_be_bought(example: Path) -> None:
    for line, row in enumerate(rows_of(example, "chips.csv"), start=2):
        if row["supplier_id"] == "tpu":
            put(example, "chips.csv", line, last_order=max(row["available_from"], "2026-Q4"))
    keep(example, "chips.csv", lambda row: row["supplier_id"] != "tpu" or row["available_from"] < "2027-Q1")
    known = {row["chip_id"] for row in rows_of(example, "chips.csv")}
    for file in ("chip_prices.csv", "chip_throughput.csv", "opening_fleet.csv"):
        keep(example, file, lambda row: row["chip_id"] in known)
    assert [(problem.file, problem.column) for problem in problems(example)] == [("commitments.csv", "chips_from")]


def test_a_contract_in_money_counts_every_chip_of_a_supplier_who_has_one(example: Path) -> None:
    for line in (5, 6):
        put(example, "commitments.csv", line, chips_from="2040-Q1")
    load(example)
    add(example, "suppliers.csv", 5, supplier_id="trader", name="Trader")
    with_column(example, "workloads.csv", "trader_share_today", "0")
    for line in (5, 6):
        put(example, "commitments.csv", line, supplier_id="trader")
    assert [(problem.line, problem.column) for problem in problems(example)] == [(5, "chips_from")]


def test_a_contract_has_a_row_for_every_year_from_its_first_to_its_last(example: Path) -> None:
    put(example, "commitments.csv", 4, year="2031")
    expected = "a row for each year from the first to the last of a contract; an amount may be 0"
    assert messages(example) == [
        f'commitments.csv, contract_id, year: "tpu_200mw, {year}" has no row; expected {expected}'
        for year in (2029, 2030)
    ]


def test_a_second_warrant_of_a_supplier_is_refused(example: Path) -> None:
    add(example, "commitments.csv", 2, contract_id="tpu_more", name="TPU, more")
    assert messages(example) == [
        'commitments.csv line 7, warrant: "yes" is a second contract of tpu with a warrant; '
        "expected one contract with a warrant a supplier at the most"
    ]


def test_twenty_contracts_are_taken_and_one_more_is_not(example: Path) -> None:
    for n in range(18):
        add(example, "commitments.csv", 5, contract_id=f"c{n}", name=f"Contract {n}")
    assert len(load(example).contracts.id) == 20
    add(example, "commitments.csv", 5, contract_id="c18", name="Contract 18")
    assert messages(example) == ["commitments.csv, contract_id: there are 21 contracts; expected at most 20"]


# --- Which years


@pytest.mark.parametrize(
    ("file", "start", "expected"),
    [
        ("workload_demand.csv", "assistant_training,2030,",
         'workload_demand.csv, workload_id, year: "assistant_training, 2030" has no row; '
         "expected a row for each workload and year, 2025 to 2035"),
        ("power_capacity.csv", "2030,",
         'power_capacity.csv, year: "2030" has no row; expected a row for each year, 2026 to 2035'),
        ("power_prices.csv", "ga,2026,",
         'power_prices.csv, region_id: "ga" has no price for 2026; expected a row for each region in 2026'),
    ],
)  # fmt: skip
def test_a_year_gap_is_named(example: Path, file: str, start: str, expected: str) -> None:
    drop_lines(example, file, start)
    assert messages(example) == [expected]


def test_years_move_with_the_fleet_year(example: Path) -> None:
    """A fleet of 2027 needs demand from 2026 on, and what stands of 2025 has no place any more."""
    put(example, "company_facts.csv", 4, value="2027")
    said = messages(example)
    assert (
        'workload_demand.csv line 2, year: "2025" is out of bounds; expected a whole number from 2026 to 2036' in said
    )
    assert 'power_capacity.csv line 2, year: "2026" is out of bounds; expected a whole number from 2027 to 2036' in said
