"""What is left of another company's case in the tables that somebody brings is named, and only that."""

from __future__ import annotations

from pathlib import Path

from core.inputs.data import load
from core.inputs.problem import DataError, Problem
from core.upkeep.draft import Draft
from core.views.data.editing import emptied, left_over
from tests.support.frozen import INPUTS

EXAMPLE = load(Path(__file__).parents[2] / "example/data")
BEGAN = Draft.of(INPUTS)


def _wrong(draft: Draft) -> tuple[Problem, ...]:
    try:
        draft.checked()
    except DataError as error:
        return error.problems
    return ()


def _names(draft: Draft) -> set[str]:
    return {table["name"] for table in left_over(draft, INPUTS, _wrong(draft))}


def test_another_case_in_the_template_leaves_over_every_table_that_it_has_nothing_for() -> None:
    own = {path: cells for path, cells in EXAMPLE.cells.items() if len(cells) > 1}
    draft = BEGAN.with_cells({**BEGAN.cells, **own})
    old = {path.removesuffix(".csv") for path, cells in BEGAN.cells.items() if len(cells) > 1 and path not in own}
    assert _names(draft) == old > {"levers", "presets", "calibration_targets"}
    without = emptied(draft, left_over(draft, INPUTS, _wrong(draft)))
    assert not _wrong(without) and without.checked().workload_names == EXAMPLE.workload_names


def test_in_a_case_that_stays_only_tables_that_do_not_fit_are_offered() -> None:
    header, *rows = BEGAN.cells["sources.csv"]
    levers_header, *levers = BEGAN.cells["levers.csv"]
    named = {row[levers_header.index("source_id")] for row in levers}
    draft = BEGAN.with_cells({**BEGAN.cells, "sources.csv": (header, *(row for row in rows if row[0] not in named))})
    assert "levers" in _names(draft) and "presets" not in _names(draft)


def test_what_is_sound_leaves_nothing_over() -> None:
    assert not _names(BEGAN)
