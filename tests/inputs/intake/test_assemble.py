"""Tables put together: those that were brought beside the others, and what is wrong by the rows that people know."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.data import read
from core.inputs.intake.assemble import Assembled, assemble, rows_left, strict
from core.inputs.intake.grid import Grid
from core.inputs.intake.proposal import propose
from core.inputs.intake.reading import ColumnReading, Reading
from core.inputs.problem import DataError, Problem
from core.upkeep.draft import Draft
from tests.support.effort import examples
from tests.support.frozen import INPUTS
from tests.support.grids import TABLES, answered, grid, of_cells


def wrong(found: Assembled) -> list[Problem]:
    try:
        read(found.files)
    except DataError as error:
        return found.told(error.problems)
    return found.told([])


def brought(*grids: Grid, answers: dict[str, str] | None = None) -> Assembled:
    return assemble([(one, answered(one, answers).reading) for one in grids], INPUTS)


def test_tables_that_are_not_brought_stay() -> None:
    header, *rows = INPUTS.cells["power_capacity.csv"]
    doubled = [(row[0], str(2 * float(row[1])), *row[2:]) for row in rows]
    found = brought(of_cells("power_capacity.csv", (header, *doubled)))
    assert wrong(found) == []
    inputs = read(found.files)
    assert inputs.capacity_today_mw == 2 * INPUTS.capacity_today_mw
    assert {name for name, cells in inputs.cells.items() if cells != INPUTS.cells[name]} == {"power_capacity.csv"}


def test_columns_that_stay_as_before_come_from_the_row_with_the_same_key() -> None:
    header, *rows = INPUTS.cells["chip_prices.csv"]
    (chip, low, base, high, *_), place = rows[0], header.index("price_usd_base")
    assert float(low) <= float(base) <= float(high)
    said = {"fill:grade": "as before", "fill:source_id": "as before"}
    found = brought(grid("chip_prices.csv", f"chip_id,price_usd_base\n{chip},{base}\nnew_one,5\n"), answers=said)
    cells = found.cells["chip_prices.csv"]
    assert dict(zip(cells[0], cells[1], strict=True)).items() <= dict(zip(header, rows[0], strict=True)).items()
    assert cells[1][cells[0].index("price_usd_base")] == rows[0][place]
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.column, problem.value) == ("chip_prices.csv", 3, "chip_id", "new_one")


def test_two_grids_of_one_table_are_refused() -> None:
    cells = INPUTS.cells["regions.csv"]
    found = brought(of_cells("regions.csv", cells), of_cells("more/regions.csv", cells))
    (problem,) = found.problems
    assert (problem.file, problem.wrong) == ("more/regions.csv", "is the table regions, and so is regions.csv")


def test_what_nobody_has_agreed_to_is_refused() -> None:
    what = grid("power_capacity.csv", "year,Power (GW)\n2027,1.5\n")
    found = assemble([(what, propose(what, TABLES).reading)], INPUTS)
    assert "not answered" in found.problems[0].wrong


def test_problems_are_told_by_the_rows_of_the_file_that_was_brought() -> None:
    header, *rows = INPUTS.cells["power_capacity.csv"]
    note, figure = header.index("note"), header.index("mw_it")
    with_lines = [tuple("two\nlines" if i == note else cell for i, cell in enumerate(row)) for row in rows]
    with_lines[-1] = tuple("-5" if i == figure else cell for i, cell in enumerate(with_lines[-1]))
    above = tuple("" for _ in header)
    what = Grid("Our capacity", (("prose", *above[1:]), header, above, *with_lines))
    found = assemble([(what, answered(what, {"table": "power_capacity"}).reading)], INPUTS)
    (problem,) = wrong(found)
    assert (problem.file, problem.line, problem.column, problem.value) == (
        "Our capacity",
        len(what.rows),
        "mw_it",
        "-5",
    )


def test_a_cell_that_cannot_be_read_is_told_once_beside_all_else_that_is_wrong() -> None:
    header, *rows = INPUTS.cells["power_capacity.csv"]
    figure = header.index("mw_it")
    broken = list(rows)
    for n, text in ((0, '{"mw": 5}'), (1, "lots")):
        broken[n] = tuple(text if i == figure else cell for i, cell in enumerate(rows[n]))
    problems = wrong(brought(of_cells("power_capacity.csv", (header, *broken))))
    assert [(one.line, one.value) for one in problems] == [(2, '{"mw": 5}'), (3, "lots")]


def test_without_a_browser_a_question_is_a_problem_that_says_what_would_do() -> None:
    found = strict([grid("power_capacity.csv", "year,Power (GW)\n2027,1.5\n"), grid("odd.csv", "a,b\n1,2\n")])
    told = [str(problem) for problem in found.problems]
    assert any("Which column is “Power (GW)”?" in text and "the name of a column as declared" in text for text in told)
    assert any("multiply" not in text and "The figures are in GW" in text for text in told)
    assert any(text.startswith("odd.csv") and "Which table" in text for text in told)
    assert found.cells == {}


def test_a_merchant_s_own_columns_are_known_by_their_form() -> None:
    header, *rows = INPUTS.cells["workloads.csv"]
    wider = ((*header, "newcomer_share_today"), *((*row, "0") for row in rows))
    assert propose(of_cells("workloads.csv", wider), TABLES).open == ()
    found = brought(of_cells("workloads.csv", wider))
    assert [one.value for one in wrong(found)] == ["newcomer_share_today"], "nobody sells as newcomer"


@pytest.mark.parametrize("name", sorted(INPUTS.cells))
def test_a_table_as_declared_asks_nothing(name: str) -> None:
    proposal = propose(of_cells(name, INPUTS.cells[name]), TABLES)
    assert (proposal.open, proposal.remarks) == ((), ())


# --- Rows that the files do not have


HEADER, *ROWS = INPUTS.cells["power_capacity.csv"]
KEY, FIGURE = HEADER.index("year"), HEADER.index("mw_it")
YEARS = [row[KEY] for row in ROWS]


def capacity(*rows: tuple[str, str], columns: tuple[str, ...] = HEADER) -> tuple[Grid, Reading]:
    """A table of years and what power there is in them, with other columns as those that are known have them."""
    known = {row[KEY]: row for row in ROWS}
    lines = []
    for year, figure in rows:
        row = dict(zip(HEADER, known.get(year, ROWS[0]), strict=True)) | {"year": year, "mw_it": figure}
        lines.append(tuple(row[name] for name in columns))
    what = of_cells("our capacity.csv", (columns, *lines))
    return what, Reading("power_capacity", 0, tuple(ColumnReading(name, name) for name in columns))


def merged(*rows: tuple[str, str], columns: tuple[str, ...] = HEADER) -> Assembled:
    return assemble([capacity(*rows, columns=columns)], INPUTS, keeps_rows=True)


def test_a_row_that_stayed_and_is_wrong_now_is_told_where_it_stands_and_not_in_the_file() -> None:
    first = tuple("-5" if i == FIGURE else cell for i, cell in enumerate(ROWS[0]))
    base = Draft.of(INPUTS).with_cells({**INPUTS.cells, "power_capacity.csv": (HEADER, first, *ROWS[1:])})
    found = assemble([capacity((YEARS[-1], "-7"))], base, keeps_rows=True)
    told = [(one.file, one.line, one.value) for one in wrong(found)]
    assert told == [("power_capacity.csv", 2, "-5"), ("our capacity.csv", 2, "-7")]


def test_a_key_that_the_file_has_twice_is_told_by_its_rows() -> None:
    found = merged((YEARS[0], ROWS[0][FIGURE]), (YEARS[1], ROWS[1][FIGURE]), (YEARS[0], ROWS[0][FIGURE]))
    (problem,) = (one for one in wrong(found) if one.line is not None)
    assert (problem.file, problem.line, problem.value) == ("our capacity.csv", 4, YEARS[0])


def test_a_row_that_is_there_twice_already_gives_way_once() -> None:
    base = Draft.of(INPUTS).with_cells({**INPUTS.cells, "power_capacity.csv": (HEADER, ROWS[0], *ROWS)})
    found = assemble([capacity((YEARS[0], "5"))], base, keeps_rows=True)
    rows = found.cells["power_capacity.csv"][1:]
    assert [row[KEY] for row in rows] == YEARS and rows[0][FIGURE] == "5"


def test_without_a_column_of_the_key_no_row_is_kept_and_the_check_says_what_is_missing() -> None:
    what = of_cells("power_capacity.csv", (("mw_it", "grade", "source_id"), ("5", ROWS[0][2], ROWS[0][3])))
    reading = Reading("power_capacity", 0, tuple(ColumnReading(name, name) for name in what.rows[0]))
    found = assemble([(what, reading)], INPUTS, keeps_rows=True)
    assert len(found.cells["power_capacity.csv"]) == 2
    assert any(one.column == "year" and "missing" in one.wrong for one in wrong(found))
    assert rows_left([(what, reading)], INPUTS) == len(ROWS)


def test_a_cell_stays_that_the_file_has_no_column_for() -> None:
    columns = tuple(name for name in HEADER if name != "note")
    found = merged((YEARS[0], "5"), columns=columns)
    first, *others = found.cells["power_capacity.csv"][1:]
    assert dict(zip(HEADER, first, strict=True)) == dict(zip(HEADER, ROWS[0], strict=True)) | {"mw_it": "5"}
    assert others == ROWS[1:] and wrong(found) == []


@examples(30)
@given(
    some.dictionaries(some.sampled_from([*YEARS, "2099", "2100"]), some.integers(1, 10**6).map(str), min_size=1),
    some.randoms(use_true_random=False),
)
def test_brought_rows_win_and_all_others_stay_in_their_order(figures: dict[str, str], dice: random.Random) -> None:
    rows = list(figures.items())
    dice.shuffle(rows)
    brought_ = [capacity(*rows)]
    found = assemble(brought_, INPUTS, keeps_rows=True)
    header, *after = found.cells["power_capacity.csv"]
    assert header == HEADER and found.problems == ()
    assert [row[KEY] for row in after] == [*YEARS, *(year for year, _ in rows if year not in YEARS)]
    for row, was in zip(after, [*ROWS, *[None] * (len(after) - len(ROWS))], strict=True):
        assert row[FIGURE] == figures.get(row[KEY], None if was is None else was[FIGURE])
        if row[KEY] not in figures:
            assert row == was
    assert rows_left(brought_, INPUTS) == len(set(YEARS) - set(figures))
    place = found.places["power_capacity.csv"]
    grid_ = brought_[0][0]
    for line, row in enumerate(after, start=2):
        assert (line in place.rows) == (row[KEY] in figures)
        if line in place.rows:
            assert grid_.rows[place.rows[line] - 1][KEY] == row[KEY]


def test_a_table_of_the_data_as_it_is_leaves_no_row_and_changes_nothing() -> None:
    for path, cells in INPUTS.cells.items():
        what = of_cells(path, cells)
        one = [(what, answered(what).reading)]
        assert rows_left(one, INPUTS) == 0
        assert assemble(one, INPUTS, keeps_rows=True).cells == INPUTS.cells
