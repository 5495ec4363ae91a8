"""`python -m core data diff`: what changed, in which group, and what it does to value; whatever is wrong, in words."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.__main__ import main
from core.base.format import MINUS
from core.inputs.archive import pack
from core.inputs.data import Inputs, load
from core.inputs.levers import SALE, USE
from core.upkeep.difference import as_json, difference, remarks
from core.upkeep.mixtures import value_usd
from core.upkeep.told import WIDTH, as_markdown, as_text, effects
from tests.support.datasets import files, idle_merchant, without_workload
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, FROZEN, INPUTS
from tests.support.releases import Pattern, edited, frozen_tables, release

PATTERNS: list[Pattern] = [
    ("Price of the next bought chip, as the press has it", "chip_prices", "vr200", "*"),
    ("Warrant", "levers", "*_warrant_*", "*"),
    ("Nothing", "regions", "*", "*"),
]
EDITS: dict[tuple[str, ...], dict[str, float | str]] = {
    ("chip_prices", "vr200"): {"price_usd_base": "57200", "note": "dearer"},
    ("levers", "amd_warrant_usd_bn_per_gw"): {"base": "4"},
    ("power_prices", "oh", "2026"): {"usd_per_mwh": 1.1},
}


class Answer(NamedTuple):
    status: int
    out: str
    err: str


Files = tuple[tuple[str, bytes], ...]


def loaded(path: Path) -> Inputs:
    """The data of a folder, loaded once however many tests write the same files."""
    content = tuple(sorted((file.name, file.read_bytes()) for file in path.glob("*.csv")))
    if content not in FOLDERS:
        FOLDERS[content] = load(path)
    return FOLDERS[content]


FOLDERS: dict[Files, Inputs] = {}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    monkeypatch.setattr("core.__main__.load", loaded)

    def run(*arguments: object, text: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        status = main(["data", "diff", *map(str, arguments)])
        return Answer(status, *capsys.readouterr())

    return run


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A folder with the release that follows the frozen data."""
    folder = tmp_path / "newer"
    folder.mkdir()
    for name, content in files(edited(frozen_tables(), EDITS, PATTERNS, {})).items():
        (folder / name).write_bytes(content)
    return folder


# --- What cannot be compared


@pytest.mark.parametrize("place", [0, 1])
def test_data_that_do_not_hold_are_refused_with_their_place(run: Any, newer: Path, place: int) -> None:
    (newer / "chips.csv").unlink()
    pair = [FROZEN, newer] if place else [newer, FROZEN]
    answer = run(*pair)
    assert (answer.status, answer.out) == (2, "")
    first, *rest = answer.err.splitlines()
    assert first == f"{newer} holds no data that can be used:"
    assert rest[0].startswith("chips.csv: the file is missing")


@pytest.mark.parametrize("name", ["nowhere", "a.zip"])
def test_what_is_no_data_set_is_refused(run: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive")
    answer = run(tmp_path / name, FROZEN)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"{tmp_path / name} holds no data that can be used:\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"pue": 9}', "scenario: pue: 9 is out of bounds"),
        ("[{}]", "standard input: a list of scenarios; write one"),
        ("", "standard input, line 1"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused(run: Any, newer: Path, text: str, problem: str) -> None:
    answer = run(FROZEN, newer, "--scenario", text=text)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(problem)


def test_a_mixture_that_does_not_hold_is_refused(run: Any, tmp_path: Path) -> None:
    """Bounds of a price move in two groups, and between them the lower one is above the upper."""
    edits: dict[tuple[str, ...], dict[str, float | str]] = {
        ("chip_prices", "vr200"): {"price_usd_low": 2.0, "price_usd_base": 2.0, "price_usd_high": 2.0}
    }
    patterns: list[Pattern] = [("Base", "chip_prices", "*", "price_usd_base"), ("Bounds", "chip_prices", "*", "*")]
    for name, content in files(edited(frozen_tables(), edits, patterns, {})).items():
        (tmp_path / name).write_bytes(content)
    answer = run(FROZEN, tmp_path)
    assert (answer.status, answer.out) == (2, "")
    assert "“Base” as in" in answer.err and "“Bounds” as in" in answer.err


# --- What is told


def test_the_same_data_twice_differ_in_nothing(run: Any) -> None:
    answer = run(FROZEN, FROZEN)
    version = INPUTS.data_version
    assert answer == (0, f"Data {version} and {version} hold the same: nothing has changed.\n", "")
    assert run(FROZEN).out == answer.out, "without a second one it is the data in use"
    assert "nothing has changed" in run(FROZEN, "--markdown").out


def test_folders_and_archives_are_told_alike(run: Any, newer: Path, tmp_path: Path) -> None:
    (tmp_path / "newer.zip").write_bytes(pack(loaded(newer)))
    answer = run(FROZEN, newer)
    assert (answer.status, answer.err) == (0, "")
    assert run(FROZEN, tmp_path / "newer.zip").out == answer.out


def test_it_reads_well_at_a_hundred_columns(run: Any, newer: Path) -> None:
    lines = run(FROZEN, newer).out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert all(line == line.rstrip() for line in lines)
    old, new = INPUTS.data_version, loaded(newer).data_version
    assert lines[0] == f"From data {old} to {new}: 4 changes in 3 groups."
    [price] = [line for line in lines if "price_usd_base" in line]
    assert price.split() == ["chip_prices", "vr200", "price_usd_base", "52,000", "→", "57,200", "+10", "%"]
    assert "Note: Patterns that no change is the first to match: c2." in lines


def test_the_table_leads_from_before_to_after_in_whole_millions() -> None:
    found = difference(INPUTS, release(EDITS, PATTERNS))
    table = effects(found)
    assert table["Group"].iloc[[0, -1]].to_list() == ["Before", "After"]
    for column in [name for name in table.columns if name.endswith(": part")]:
        figures = [int(one.replace(",", "").replace(MINUS, "-")) for one in table[column]]
        assert sum(figures[:-1]) == figures[-1]
    assert list(table["Changes"]) == ["", "1", "2", "1", "4"]
    on_use = INPUTS.scenario({"baseline": "hold", "terminal_basis": "use"})
    assert table.iloc[0, 2] == f"{round(value_usd(INPUTS, on_use) / 1e6):,}"


def test_both_bases_of_residual_value_are_told() -> None:
    new = release(EDITS, PATTERNS)
    found = difference(INPUTS, new)
    assert set(found.bridges) == {USE, SALE}
    for basis, word in ((USE, "use"), (SALE, "sale")):
        after = value_usd(new, new.scenario({"baseline": "hold", "terminal_basis": word}))
        assert found.bridges[basis].end_usd == pytest.approx(after, abs=0.006)
    assert found.bridge is found.bridges[USE]


def test_a_scenario_of_one_s_own_is_told_against_its_own_baseline(run: Any, newer: Path) -> None:
    told = run(FROZEN, newer, "--scenario", text='{"baseline": "exit", "merchant_price": 1.2}').out
    assert "Value of the scenario (1 lever off base) after tax against exit" in told
    told = run(FROZEN, newer, "--scenario", text="{}").out
    assert "Value of the base scenario after tax against today's mix held" in told


def test_a_document_has_a_table_of_effects_and_one_a_group(run: Any, newer: Path) -> None:
    told = run(FROZEN, newer, "--markdown").out
    assert told.count("| --- |") >= 4
    assert "**Warrant**" in told
    heads = [line for line in told.splitlines() if line.startswith("| Table |")]
    assert heads == ["| Table | Row | Column | Before | After | Change | Source |"] * 3


def test_a_machine_is_told_all_of_it(run: Any, newer: Path) -> None:
    told = json.loads(run(FROZEN, newer, "--json").out)
    assert told == json.loads(json.dumps(as_json(difference(INPUTS, loaded(newer)))))
    values = told["value_usd"]["use"]
    parts = [group["value_usd"]["use"]["part"] for group in told["groups"].values()]
    assert values["before"] + sum(parts) == pytest.approx(values["after"], abs=0.001)
    assert told["groups"]["Warrant"]["changes"] == [
        {"kind": "word", "table": "levers", "row": "amd_warrant_usd_bn_per_gw", "column": "base",
         "before": "2.5", "after": "4", "source_id": None}
    ]  # fmt: skip


def test_what_came_and_went_is_remarked() -> None:
    tables = without_workload(idle_merchant(frozen_tables(), "another").tables, "genai_training").tables
    patterns: list[Pattern] = [("More", "suppliers", "another", "*"), ("Less", "workloads", "genai_training", "*")]
    said = remarks(difference(INPUTS, release({}, patterns, tables)))
    assert "Suppliers that came: another." in said
    assert "Workloads that went: genai_training." in said
    assert any(line.startswith("Levers that came: another_share_") for line in said)
    assert any(line.startswith("Levers that went: adoption_genai_training") for line in said)


def test_another_company_s_data_differ_as_a_whole(run: Any) -> None:
    answer = run(FROZEN, EXAMPLE_FOLDER)
    assert answer.status == 0
    assert " in 1 group." in answer.out.splitlines()[0]
    said = remarks(difference(INPUTS, EXAMPLE))
    assert said[0].startswith("These are data of two companies: ")


def test_text_and_document_say_the_same_of_equal_data(inputs: Inputs) -> None:
    same = difference(inputs, inputs)
    assert as_text(same) == as_markdown(same)
