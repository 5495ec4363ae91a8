"""What a data set says of its levers, ready-made scenarios and correlations: taken if a scenario could have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.data import load
from tests.support.spoilt import add, keep, messages, problems, put, rows_of, write_rows

LEVER_COLUMNS = ["lever_id", "base", "low", "high", "grade", "source_id", "note"]
PRESET_COLUMNS = ["preset_id", "name", "lever_id", "value"]
PAIR_COLUMNS = ["lever_id", "other_lever_id", "rank_correlation", "grade", "source_id", "note"]
OURS = {"grade": "assumption", "source_id": "assumption", "note": "n"}


def levers(folder: Path, *rows: tuple[str, str, str, str]) -> None:
    told = [dict(zip(LEVER_COLUMNS, row, strict=False)) | OURS for row in rows]
    write_rows(folder, "levers.csv", told, LEVER_COLUMNS)


def presets(folder: Path, *rows: tuple[str, str, str, str]) -> None:
    write_rows(folder, "presets.csv", [dict(zip(PRESET_COLUMNS, row, strict=True)) for row in rows], PRESET_COLUMNS)


def pairs(folder: Path, *rows: tuple[str, str, float]) -> None:
    told = [dict(zip(PAIR_COLUMNS, map(str, row), strict=False)) | OURS for row in rows]
    write_rows(folder, "lever_correlations.csv", told, PAIR_COLUMNS)


# --- Levers


def test_a_data_set_says_what_its_levers_begin_with(example: Path) -> None:
    levers(
        example,
        ("pue", "1.3", "1.2", "1.5"),
        ("adoption_start", "2028-Q2", "", ""),
        ("custom_delay_quarters", "2.0", "", ""),
        ("merchant_price", "", "0.9", "1.1"),
        ("trend_search", "0.01", "", ""),
        ("start_lag_assistant_training", "8", "", ""),
        ("terminal_basis", "sale", "", ""),
    )
    put(example, "levers.csv", 2, source_id="meta-isca25")
    found = load(example).levers
    assert (found["pue"].base, found["pue"].percentiles, found["pue"].source_id) == (1.3, (1.2, 1.5), "meta-isca25")
    assert (found["merchant_price"].base, found["merchant_price"].percentiles) == (1.0, (0.9, 1.1))
    assert (found["custom_delay_quarters"].base, type(found["custom_delay_quarters"].base)) == (2, int)
    assert [found[name].base for name in ("adoption_start", "trend_search", "terminal_basis")] == [
        "2028-Q2", 0.01, "sale",
    ]  # fmt: skip
    assert found["start_lag_assistant_training"].base == 8


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("merchant_prise", "1", "", ""),
         'lever_id: "merchant_prise" is not a lever; expected a lever of this data set, such as merchant_price, '
         "merchant_price_erosion, merchant_performance, merchant_delay_quarters"),
        (("adoption_rr_inference", "0.7", "", ""),
         'lever_id: "adoption_rr_inference" is not a lever; expected a lever of this data set, such as '
         "adoption_search_inference, adoption_assistant_inference, adoption_assistant_training, adoption_start"),
        (("amd_share_search_inference", "0.2", "", ""),
         'lever_id: "amd_share_search_inference" is not a lever; expected a lever of this data set'),
        (("amd_warrant_usd_bn_per_gw", "2", "", ""),
         'lever_id: "amd_warrant_usd_bn_per_gw" is not a lever; expected a lever of this data set'),
        (("pue", "0.9", "", ""),
         'base: "0.9" is out of bounds; expected a number from 1 to 2 (ratio)'),
        (("pue", "1e308", "", ""),
         'base: "1e308" is out of bounds; expected a number from 1 to 2 (ratio)'),
        (("pue", "nan", "", ""),
         'base: "nan" is not a number; expected a number from 1 to 2 (ratio)'),
        (("pue", "", "1.08", "2.1"),
         'high: "2.1" is out of bounds; expected a number from 1 to 2 (ratio)'),
        (("pue", "1.3", "", ""),
         'low, base, high: "1.08, 1.3 and 1.2" are not in order; '
         "expected low, base and high in rising order, low below high"),
        (("pue", "1.1", "1.1", "1.1"),
         'low, base, high: "1.1, 1.1 and 1.1" are not in order; '
         "expected low, base and high in rising order, low below high"),
        (("pue", "1.2", "1.3", "1.4"),
         'base: "1.2" is below low, which is 1.3; expected low, base and high in rising order'),
        (("custom_delay_quarters", "1.5", "", ""),
         'base: "1.5" is not a whole number; expected a whole number from 0 to 12 (quarters)'),
        (("custom_delay_quarters", "1", "0.5", "4"),
         'low: "0.5" is not a whole number; expected a whole number from 0 to 12 (quarters)'),
        (("adoption_start", "2026-Q4", "", ""),
         'base: "2026-Q4" is not one of its settings; expected one of 2027-Q1 to 2031-Q4'),
        (("baseline", "neither", "", ""),
         'base: "neither" is not one of its settings; expected hold or exit'),
        (("ramp_years", "2", "1", ""),
         'low: "1" has no use here; expected nothing, as ramp_years is a choice'),
        (("ramp_years", "2", "1", "3"),
         'low: "1" has no use here; expected nothing, as ramp_years is a choice\n'
         'levers.csv line 2, high: "3" has no use here; expected nothing, as ramp_years is a choice'),
        (("Pue", "1.1", "", ""),
         'lever_id: "Pue" is not of the right form; expected text like merchant_price'),
        (("pue", "9" * 41, "", ""),
         f'base: "{"9" * 37}..." has 41 characters; expected text'),
    ],
)  # fmt: skip
def test_what_no_lever_can_begin_with_is_refused(example: Path, row: tuple[str, str, str, str], expected: str) -> None:
    levers(example, row)
    assert "\n".join(messages(example)) == f"levers.csv line 2, {expected}"


def test_a_lever_stands_once(example: Path) -> None:
    levers(example, ("pue", "1.2", "", ""), ("pue", "1.1", "", ""))
    assert messages(example) == [
        'levers.csv line 3, lever_id: "pue" is there already in line 2; expected each lever_id once'
    ]


def test_a_source_that_only_a_lever_names_is_missed(example: Path) -> None:
    levers(example, ("pue", "1.2", "", ""))
    put(example, "levers.csv", 2, source_id="hearsay")
    assert messages(example) == [
        'levers.csv line 2, source_id: "hearsay" is not known; expected a source_id that sources.csv holds'
    ]


def test_the_source_of_levers_that_no_row_speaks_of_is_missed_with_their_names(example: Path) -> None:
    """Without a row a belief's source is `assumption`, which is a source like any other."""
    for path in example.glob("*.csv"):
        if path.name != "suppliers.csv":
            path.write_text(path.read_text(encoding="utf-8").replace("assumption,assumption", "assumption,ours"))
    add(example, "sources.csv", 2, source_id="ours")
    keep(example, "sources.csv", lambda row: row["source_id"] != "assumption")
    [message] = messages(example)
    assert message.startswith(
        'sources.csv, source_id: "assumption" has no row; expected a row for it, or rows in levers.csv that name '
        "another source for adoption_search_inference, adoption_assistant_inference"
    )


# --- Ready-made scenarios


def test_a_data_set_s_own_scenarios_replace_the_usual_ones(example: Path) -> None:
    presets(
        example,
        ("plan", "As planned", "", ""),
        ("late", "Late and dear", "custom_delay_quarters", "4"),
        ("late", "Late and dear", "adoption_start", "2028-Q1"),
    )
    inputs = load(example)
    assert {name: one.changes for name, one in inputs.presets.items()} == {
        "As planned": {},
        "Late and dear": {"custom_delay_quarters": 4, "adoption_start": "2028-Q1"},
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", "A", "custom_delay", "4")],
         ['line 2, lever_id: "custom_delay" is not a lever; expected a lever of this data set']),
        ([("a", "A", "pue", "3")],
         ['line 2, value: "3" is out of bounds; expected a number from 1 to 2 (ratio)']),
        ([("a", "A", "pue", "high")],
         ['line 2, value: "high" is not a number; expected a number from 1 to 2 (ratio)']),
        ([("a", "A", "baseline", "2")],
         ['line 2, value: "2" is not one of its settings; expected hold or exit']),
        ([("a", "A", "pue", "")],
         ["line 2, value: the cell is empty; expected what pue is set to"]),
        ([("a", "A", "", "3")],
         ["line 2, lever_id: the cell is empty; expected the lever that is set"]),
        ([("a", "A", "pue", "1.2"), ("b", "a", "pue", "1.3")],
         ['line 3, name: "a" is another scenario\'s name; expected each name once']),
        ([("a", "A", "pue", "1.2"), ("a", "B", "spares", "0.1")],
         ['line 3, name: "B" is not what the scenario\'s first row says; expected A']),
        ([("a", "A", "pue", "1.2"), ("a", "A", "pue", "1.3")],
         ['line 3, preset_id, lever_id: "a, pue" is there already in line 2; expected each preset_id, lever_id once']),
        ([("a", "Your own settings", "", "")],
         ['line 2, name: "Your own settings" is another scenario\'s name; expected each name once']),
        ([("A", "A", "", "")],
         ['line 2, preset_id: "A" is not of the right form; expected text like exit']),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_is_refused(
    example: Path, rows: list[tuple[str, str, str, str]], expected: list[str]
) -> None:
    presets(example, *rows)
    assert messages(example) == [f"presets.csv {message}" for message in expected]


# --- Correlations


@pytest.mark.parametrize(
    ("pair", "column", "wrong"),
    [
        (("merchant_prise", "pue", 0.4), "lever_id", '"merchant_prise" is not a lever'),
        (("pue", "demand_growth_ranking", 0.4), "other_lever_id", '"demand_growth_ranking" is not a lever'),
        (("pue", "ramp_years", 0.4), "other_lever_id", '"ramp_years" is a choice, and choices are never drawn'),
        (("adoption_search_inference", "pue", 0.4), "lever_id",
         '"adoption_search_inference" is a choice, and choices are never drawn'),
    ],
)  # fmt: skip
def test_a_correlation_of_what_is_never_drawn_is_refused_when_data_are_read(
    example: Path, pair: tuple[str, str, float], column: str, wrong: str
) -> None:
    pairs(example, ("merchant_price", "custom_cost", 0.3), pair)
    assert messages(example) == [
        f"lever_correlations.csv line 3, {column}: {wrong}; "
        "expected a lever of this data set that is a belief, such as custom_delay_quarters"
    ]


def test_correlations_of_the_levers_that_a_data_set_has_are_taken(example: Path) -> None:
    pairs(example, ("demand_growth_search", "demand_growth_genai", 0.4), ("trend_search", "merchant_price", -0.2))
    assert [one.rank_correlation for one in load(example).correlations] == [0.4, -0.2]


def test_correlations_that_contradict_each_other_are_refused_with_what_would_do(example: Path) -> None:
    """Two that both go with a third as good as always cannot go opposite ways."""
    three = [("pue", "spares", 0.9), ("pue", "headroom", 0.9), ("spares", "headroom", -0.9)]
    pairs(example, *three)
    [message] = messages(example)
    assert message == (
        "lever_correlations.csv, rank_correlation: the correlations cannot all hold together; "
        "expected pairs of which none contradicts others, such as all of them times 0.53"
    )
    pairs(example, *((one, other, round(rank * 0.53, 6)) for one, other, rank in three))
    assert len(load(example).correlations) == 3


# --- Names that would make one lever of two


def renamed(folder: Path, old: str, new: str) -> None:
    """Another id, wherever it stands."""
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("supplier", "workload", "lever"),
    [
        ("adoption", "share_assistant_training", "adoption_share_assistant_training"),
        ("start_lag", "share_assistant_training", "start_lag_share_assistant_training"),
    ],
)
def test_ids_that_would_make_one_lever_of_two_are_refused(
    example: Path, supplier: str, workload: str, lever: str
) -> None:
    """A merchant's share of one workload would be called like the adoption of another."""
    renamed(example, "assistant_inference", workload)
    for file in ("suppliers.csv", "chips.csv", "commitments.csv"):
        write_rows(example, file, [
            row | {"supplier_id": supplier} if row["supplier_id"] == "nvidia" else row for row in rows_of(example, file)
        ])  # fmt: skip
    renamed(example, "nvidia_share", f"{supplier}_share")
    assert messages(example) == [
        f'workloads.csv, workload_id: "{lever}" would be the name of two levers; '
        "expected another workload_id of a workload, family or merchant that it is made from"
    ]


def test_a_family_s_lever_may_not_be_called_like_a_merchant_s(example: Path) -> None:
    renamed(example, ",genai,", ",share_search_inference,")
    renamed(example, "nvidia_share", "trend_share")
    for file in ("suppliers.csv", "chips.csv"):
        write_rows(example, file, [
            row | {"supplier_id": "trend"} if row["supplier_id"] == "nvidia" else row for row in rows_of(example, file)
        ])  # fmt: skip
    assert [(problem.column, problem.value) for problem in problems(example)] == [
        ("workload_id", "trend_share_search_inference")
    ]


def test_a_workload_may_not_be_called_like_a_lever(example: Path) -> None:
    put(example, "workloads.csv", 3, name="Discount rate")
    assert messages(example) == [
        'workloads.csv, name: "Discount rate" would be the name of two levers; '
        "expected another name of a workload, family or merchant that it is made from"
    ]
