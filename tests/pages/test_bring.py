"""Files that a visitor brings: held within bounds, looked at once, shown as text."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import streamlit as st

from core.inputs.intake.grid import Grid
from core.inputs.intake.question import Question
from core.upkeep.draft import Draft
from pages.parts.dataset import bring, making
from pages.parts.dataset.making import Making
from tests.support.frozen import INPUTS

pytestmark = pytest.mark.usefixtures("store", "session")

ROWS = (("chip_id", "note"), ("a", "b"))


@pytest.fixture(name="session")
def _session() -> Iterator[None]:
    with patch.object(st, "session_state", {}):
        yield


@pytest.fixture
def reads() -> Iterator[list[str]]:
    """The names of the files that were read; each has a table of four cells."""
    names: list[str] = []

    def read_apart(name: str, content: bytes, ways: object) -> tuple[Grid, ...]:
        names.append(name)
        return (Grid(name, ROWS),)

    with patch.object(bring, "read_apart", read_apart):
        yield names


def uploaded(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(name=name, getvalue=name.encode) for name in names]


def test_files_on_a_page_hold_so_many_cells_and_no_more_and_there_is_room_once_one_is_gone(
    reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring, "MOST_CELLS_IN_ALL", 8)
    one, two, three = bring._all(uploaded("1.csv", "2.csv", "3.csv"))
    assert (one.cells, two.cells, three.cells) == (4, 4, 0)
    assert [str(problem) for problem in three.problems] == [
        "3.csv: has, with the files above it, more than 8 cells; expected fewer files at once"
    ]
    assert sum(file.cells for file in st.session_state[bring._READ].values()) == 8
    files = bring._all(uploaded("2.csv", "3.csv"))
    bring._forget_all_but(files)
    assert [file.problems for file in files] == [(), ()]
    assert reads == ["1.csv", "2.csv", "3.csv", "3.csv"]
    assert sum(file.cells for file in st.session_state[bring._READ].values()) == 8


def test_a_table_is_looked_at_once_as_long_as_nothing_else_is_said_of_it(reads: list[str]) -> None:
    [file] = bring._all(uploaded("chips.csv"))
    draft = Draft.of(INPUTS)
    with patch.object(bring, "propose", wraps=bring.propose) as looked:
        first = bring._proposal(draft, file, file.grids[0], alone=False)
        assert bring._proposal(draft, file, file.grids[0], alone=False) is first
        assert looked.call_count == 1
        bring._said(file, file.grids[0])["table"] = "chips"
        bring._proposal(draft, file, file.grids[0], alone=False)
        bring._proposal(draft, file, file.grids[0], alone=True)
        assert looked.call_count == 3
    bring._forget_all_but([])
    assert st.session_state[bring._PROPOSED] == {}


def test_a_question_says_what_stands_in_a_file_as_text(reads: list[str]) -> None:
    [file] = bring._all(uploaded("chips.csv"))
    question = Question(
        "rate", "rate", "price", "How many USD is one ![x](http://evil.test)?", (), None, 0.5, None, False
    )
    with patch.object(st, "text_input") as field:
        bring._draw_question(file, file.grids[0], question)
    assert "![" not in field.call_args.args[0] and "http://" not in field.call_args.args[0]


# --- Drafts


def test_steps_of_many_cells_are_fewer_and_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = Draft("", {"chips.csv": ROWS, "sources.csv": ROWS})
    monkeypatch.setattr(making, "MOST_CELLS_KEPT", 4 * 3)
    with patch("pages.parts.work.identity._key", lambda: None):
        making._keep(Making(now, "began", None))
        for i in range(6):
            making.step(now.with_cells({**now.cells, "chips.csv": (*ROWS[:1], ("a", str(i)))}), f"step {i}")
    kept = making.current()
    assert kept is not None
    assert [did for _, did in kept.past] == ["step 3", "step 4"], "the tables of these two, and one that all share"
