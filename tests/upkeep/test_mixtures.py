"""Data sets between two others: sound, the same as if they were read from files, or refused with the groups' names."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import pytest

from core.inputs.data import Inputs, read
from core.inputs.sheet import Cells
from core.upkeep import mixtures as room
from core.upkeep.groups import EVERYTHING_ELSE, grouped
from core.upkeep.mixtures import MOST_GROUPS, MixtureError, Mixtures, base_value_usd, mixtures
from core.upkeep.sheets import merged
from tests.support.altered import PRICE
from tests.support.datasets import files, idle_merchant, tables_of, without_workload
from tests.support.effort import effort
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, FROZEN, INPUTS
from tests.support.releases import Pattern, frozen_tables, release

EMPTY = files({name: [] for name in ("calibration_targets", "reported_financials", "programme", "commitments")})
"""Files that a data set must have and that a mixture does without, or may have no rows of."""


def prepared(old: Inputs, new: Inputs) -> Mixtures:
    told = grouped(old, new)
    return Mixtures(told, told.of)


def as_files(cells: Mapping[str, Cells]) -> dict[str, bytes]:
    found = dict(EMPTY)
    for name, rows in cells.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        found[name] = text.getvalue().encode()
    return found


def without_levers_of_others(mixture: Inputs) -> dict[str, Cells]:
    """The cells of a mixture but for what they say of levers that it does not have."""
    cells = dict(mixture.cells)
    for name, columns in (("levers.csv", 1), ("lever_correlations.csv", 2)):
        header, *rows = cells[name]
        cells[name] = (header, *(row for row in rows if set(row[:columns]) <= set(mixture.levers)))
    return cells


# --- What is refused


def test_a_mixture_that_does_not_hold_is_refused_with_its_groups_and_what_is_wrong() -> None:
    """A chip is replaced by another: if it goes before the other comes, nobody sells what some work needs."""
    merchants = {row["supplier_id"] for row in frozen_tables()["suppliers"] if row["class"] == "merchant"}
    earlier = {
        ("chips", row["chip_id"]): {"available_from": "2020-Q1", "last_order": ""}
        for row in frozen_tables()["chips"]
        if row["supplier_id"] in merchants and row["chip_id"] == "h100"
    }
    gone = {
        ("chips", row["chip_id"]): {"available_from": "2027-Q2", "status": "announced"}
        for row in frozen_tables()["chips"]
        if row["supplier_id"] in merchants and row["chip_id"] != "h100" and row["available_from"] < "2027-Q2"
        and (row["last_order"] or "9") >= "2027"
    }  # fmt: skip
    patterns: list[Pattern] = [("What stays", "chips", "h100", "*"), ("What comes later", "chips", "*", "*")]
    new = release({**earlier, **gone}, patterns)
    made = prepared(INPUTS, new)
    assert made.groups == ("What stays", "What comes later")
    made.of(0b01)
    with pytest.raises(MixtureError) as refused:
        made.of(0b10)
    said = str(refused.value)
    assert said.startswith(f"the data with “What comes later” as in {new.data_version} and “What stays” as in ")
    assert "has no bought chip on offer in" in said
    assert said.endswith("what must change together belongs into one group of the table changes")


# --- What is made


CAME: list[Pattern] = [
    ("One more supplier", "suppliers", "another", "*"),
    ("Work that went", "workloads", "genai_training", "*"),
    ("Prices", "chip_prices", "*", "*"),
    ("Power", "power_*", "*", "*"),
    ("Warrant", "levers", "*_warrant_*", "*"),
]


@pytest.fixture(scope="module")
def next_release() -> Inputs:
    """A supplier came, a kind of work went, prices and a belief changed."""
    tables = without_workload(idle_merchant(frozen_tables(), "another", dearer=0.9).tables, "genai_training").tables
    tables["workloads"] = [{**row, "another_share_plan": "0.3"} for row in tables["workloads"]]
    tables["levers"] = [
        {**row, "base": "4"} if "warrant" in str(row["lever_id"]) else row for row in tables["levers"]
    ] + [{**tables["levers"][0], "lever_id": "another_share_rr_training", "base": "0.1", "low": "", "high": ""}]
    edits = {("chip_prices", "gb300"): {"price_usd_base": 1.1}, ("regions", "oh"): {"kg_co2_per_mwh": 1.2}}
    return release(edits, CAME, tables)


def test_every_mixture_is_what_its_files_give_after_all_checks(next_release: Inputs) -> None:
    """All of the 32 where the profile asks for many; else every third, in which each group is old and new by turns."""
    made = prepared(INPUTS, next_release)
    assert made.groups == ("One more supplier", "Work that went", "Prices", "Warrant", EVERYTHING_ELSE)
    assert made.silent == ()
    every = 1 if effort().examples >= 1.0 else 3
    for mask in made.in_good_order(range(0, made.all + 1, every)):
        mixture = made.made(mask)
        again = read(as_files(without_levers_of_others(mixture)))
        assert mixture.levers == again.levers
        assert base_value_usd(mixture) == base_value_usd(again)
        assert ("another" in mixture.suppliers, "genai_training" in mixture.workloads) == (
            bool(mask & 0b1), not mask & 0b10,
        )  # fmt: skip
        assert mixture.kg_co2_per_mwh == again.kg_co2_per_mwh


def test_the_ends_are_the_data_sets_themselves(next_release: Inputs) -> None:
    made = prepared(INPUTS, next_release)
    assert (made.of(0), made.of(made.all)) == (INPUTS, next_release)
    for mask, end in ((0, INPUTS), (made.all, next_release)):
        again = made.made(mask)
        assert again.levers == end.levers
        assert (again.workloads, again.suppliers, again.chips.id) == (end.workloads, end.suppliers, end.chips.id)
        assert base_value_usd(again) == base_value_usd(end)


def test_mixtures_of_a_pair_are_made_once(next_release: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixtures(INPUTS, next_release)
    first = made.of(0b11)
    monkeypatch.setattr(Mixtures, "made", lambda *_: pytest.fail("made twice"))
    assert mixtures(INPUTS, next_release) is made
    assert made.of(0b11) is first


def test_groups_that_change_nothing_that_the_model_reads_double_no_work() -> None:
    patterns: list[Pattern] = [("Words", "chips", "*", "note"), ("Prices", "chip_prices", "*", "*"),
                               ("Targets", "calibration_targets", "*", "*")]  # fmt: skip
    edits = {
        ("chips", "gb300"): {"note": "seen again"},
        ("chip_prices", "gb300"): {"price_usd_base": 1.01},
        ("calibration_targets", "capex_2025"): {"base": 1.01},
    }
    made = prepared(INPUTS, release(edits, patterns))
    assert (made.groups, made.silent) == (("Prices",), ("Words", "Targets"))


def test_of_too_many_groups_those_with_the_least_effect_are_everything_else() -> None:
    chips = [row["chip_id"] for row in frozen_tables()["chip_prices"]]
    later = [chip for chip in chips if chip not in ("a100", "h100", "gb200")][: MOST_GROUPS + 1]
    assert len(later) == MOST_GROUPS + 1
    edits = {("chip_prices", chip): {"price_usd_base": 1.02, "price_usd_high": 1.02} for chip in later}
    new = release(edits, [(f"Price of {number}", "chip_prices", chip, "*") for number, chip in enumerate(later)])
    every = prepared(INPUTS, new)
    alone = [abs(base_value_usd(every.of(1 << bit)) - base_value_usd(INPUTS)) for bit in range(len(later))]
    made = mixtures(INPUTS, new)
    assert len(made.groups) == MOST_GROUPS
    assert made.groups[-1] == EVERYTHING_ELSE
    kept = sorted(range(len(later)), key=lambda bit: -alone[bit])[: MOST_GROUPS - 1]
    assert set(made.groups[:-1]) == {f"Price of {number}" for number in kept}


def test_data_of_version_1_and_of_another_company_differ_as_a_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    other = mixtures(INPUTS, EXAMPLE)
    assert other.groups == (EVERYTHING_ELSE,)
    assert [other.of(mask) for mask in (0, 1)] == [INPUTS, EXAMPLE]
    again = other.made(1)
    assert (again.suppliers, again.workloads, base_value_usd(again)) == (
        EXAMPLE.suppliers, EXAMPLE.workloads, base_value_usd(EXAMPLE),
    )  # fmt: skip
    assert room.can_be_mixed(INPUTS, EXAMPLE)


def test_the_order_of_rows_changes_with_its_group() -> None:
    tables = frozen_tables()
    tables["chips"] = [*tables["chips"][1:], tables["chips"][0]]
    new = release({("chip_prices", "gb300"): {"price_usd_base": 1.01}}, [("Prices", "chip_prices", "*", "*")], tables)
    made = prepared(INPUTS, new)
    assert made.groups == ("Prices", EVERYTHING_ELSE)
    assert made.of(0b01).chips.id == INPUTS.chips.id
    assert made.of(0b10).chips.id == new.chips.id != INPUTS.chips.id


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("abc", "abc", "abc"),
        ("abc", "axbcy", "axbcy"),
        ("abc", "xab", "xabc"),
        ("abc", "cba", "abc"),
        ("acd", "abd", "abcd"),
        ("", "ab", "ab"),
    ],
)
def test_rows_that_came_stand_behind_what_they_follow(first: str, second: str, order: str) -> None:
    keys = [[(letter,) for letter in word] for word in (first, second)]
    assert "".join(str(key[0]) for key in merged(*keys)) == order


def test_another_company_s_next_release_is_mixed_as_well() -> None:
    tables = tables_of(EXAMPLE_FOLDER)
    name = PRICE[0].removesuffix(".csv")
    chips = [row["chip_id"] for row in tables[name]][-2:]
    new = release(
        {(name, str(chip)): {"price_usd_base": 0.97} for chip in chips},
        [(f"Price of {number}", name, str(chip), "*") for number, chip in enumerate(chips)],
        tables,
    )
    made = prepared(EXAMPLE, new)
    assert made.groups == ("Price of 0", "Price of 1")
    assert made.of(0b01).chips.price_usd.sum() < EXAMPLE.chips.price_usd.sum()
    assert FROZEN != EXAMPLE_FOLDER
