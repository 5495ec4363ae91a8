"""Files that a visitor brings: read, asked about where they are not certain, and put into the draft once all is said.

Nothing is taken that nobody has agreed to: what is offered stands in the fields, with its effect on a few rows below,
and counts when the visitor agrees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.base.format import counted
from core.inputs.data import Inputs
from core.inputs.declaration import Resource, resources
from core.inputs.intake.apart import read_apart
from core.inputs.intake.applied import Preview, preview
from core.inputs.intake.assemble import assemble, rows_left
from core.inputs.intake.brought import ENDINGS, Ways
from core.inputs.intake.grid import Grid
from core.inputs.intake.limits import LARGEST_UPLOAD, MOST_CELLS_IN_ALL, IntakeError, refused
from core.inputs.intake.numbers import NumberError
from core.inputs.intake.proposal import EMPTY_TABLE, NO_ROWS, READ_ME, Proposal, propose, shape, stem
from core.inputs.intake.question import Question
from core.inputs.problem import Problem
from core.upkeep.draft import Draft
from core.upkeep.own import with_own_source
from pages.parts.dataset import making, problems
from pages.parts.widgets import number
from pages.parts.work import session
from pages.parts.work.text import plain

KEEP: Final = "Keep the other tables as they are"
ALONE: Final = "Take these tables alone"
WHOLE: Final = frozenset({"suppliers", "workloads", "chips"})
"""Tables that say whose case it is: who brings all of them brings a data set of its own."""
QUESTIONS_AT_ONCE: Final = 12
"""Questions of one table that are drawn; the others follow as these are answered."""
CLEAR_AT_ONCE: Final = 3
"""Tables without a question that stand each for itself; more would push the button that takes them off the screen."""

QUESTION_WIDTH: Final = 400

_READ: Final = "brought_read"
_ANSWERS: Final = "brought_answers"
_PROPOSED: Final = "brought_proposed"
_WAYS: Final = "brought_ways"
_ROUND: Final = "brought_round"
_REMEMBERED: Final = "brought_remembered"
_REFUSED: Final = "brought_refused"


@dataclass(frozen=True)
class _File:
    """A file that was read: the tables in it, or why it has none."""

    key: str  # a hash of its name and content
    grids: tuple[Grid, ...]
    problems: tuple[Problem, ...]

    @property
    def cells(self) -> int:
        """Return how many cells its tables have."""
        return sum(len(grid.rows) * len(grid.rows[0]) for grid in self.grids if grid.rows)

    def place(self, grid: Grid) -> str:
        """Return the name under which it is kept what was said of a table in it."""
        return f"{self.key} {grid.name}"


def draw(draft: Draft) -> None:
    """Draw where files are brought, what is asked about them, and the button that puts them into the draft."""
    uploaded = st.file_uploader(
        "Bring files",
        type=[ending.lstrip(".") for ending in ENDINGS],
        accept_multiple_files=True,
        key=f"brought_{session.mark()}_{st.session_state.get(_ROUND, 0)}",
        help=f"A workbook with a sheet a table, CSV files with a table each, or a zip of these; {LARGEST_UPLOAD >> 20} "
        "MB at most. They are read on this server and sent nowhere else.",
    )
    files = _all(uploaded)
    _forget_all_but(files)
    if not files:
        return
    unread = [problem for file in files for problem in file.problems]
    problems.draw(unread, "These files cannot be read")
    brought = [(file, grid) for file in files for grid in file.grids if grid.name != READ_ME]
    if not brought:
        return
    alone = _draw_way(brought)
    read = [(file, _proposal(draft, file, grid, alone)) for file, grid in brought]
    for file, proposal in (one for one in read if one[1].open):
        _draw_one(file, proposal, draft)
    _draw_clear([one for one in read if not one[1].open], draft)
    if read and not unread:
        _draw_taking(draft, [proposal for _, proposal in read], alone)


# --- Files


def _all(uploaded: Sequence[Any]) -> list[_File]:
    """Return the files that are on the page; those beyond what is held at once are not read, which is told."""
    files: list[_File] = []
    cells = 0
    for one in uploaded:
        file = _read(one.name, one.getvalue(), MOST_CELLS_IN_ALL - cells)
        if file.key in {known.key for known in files}:
            st.caption(f"{plain(one.name)} is there twice and counts once.")
            continue
        cells += file.cells
        files.append(file)
    return files


def _read(name: str, content: bytes, room: int) -> _File:
    """Return a file that was brought, read once as long as nobody says that it is to be read otherwise.

    room: cells that it may have. One that has more is read again once others were taken away.
    """
    kept: dict[tuple[str, str], _File] = st.session_state.setdefault(_READ, {})
    key = hashlib.sha256(name.encode("utf-8", "replace") + b"\0" + content).hexdigest()[:16]
    ways: Ways = st.session_state.setdefault(_WAYS, {}).get(key, {})
    if (key, repr(ways)) in kept:
        return kept[key, repr(ways)]
    with st.spinner(f"Reading {plain(name)}"):
        try:
            file = _File(key, read_apart(name, content, ways), ())
        except IntakeError as error:
            file = _File(key, (), error.problems)
    if file.cells > room:
        wrong = f"has, with the files above it, more than {MOST_CELLS_IN_ALL:,} cells"
        return _File(key, (), refused(name, wrong, "fewer files at once").problems)
    kept[key, repr(ways)] = file
    return file


def _forget_all_but(files: Sequence[_File]) -> None:
    """Let go of files that were taken away again, and of what was said of them."""
    known = {file.key for file in files}
    for kept in (_READ, _ANSWERS, _WAYS, _PROPOSED):
        of_kind: dict[Any, Any] = st.session_state.setdefault(kept, {})
        for place in [one for one in of_kind if (one[0] if isinstance(one, tuple) else one.split(" ")[0]) not in known]:
            del of_kind[place]


def _said(file: _File, grid: Grid) -> dict[str, str]:
    """Return what was answered about a table, by the questions' keys, to be read and written."""
    answers: dict[str, dict[str, str]] = st.session_state.setdefault(_ANSWERS, {})
    return answers.setdefault(file.place(grid), {})


def _draw_way(brought: Sequence[tuple[_File, Grid]]) -> bool:
    """Draw what becomes of tables that are not among those brought, and return whether these are all."""
    whole = {stem(grid.name) for _, grid in brought} >= WHOLE
    way = st.segmented_control(
        "Tables that are not among them",
        (KEEP, ALONE),
        default=ALONE if whole else KEEP,
        required=True,
        key=f"brought_way_{session.mark()}_{whole}",
    )
    return way == ALONE


def _proposal(draft: Draft, file: _File, grid: Grid, alone: bool) -> Proposal:
    """Return how a table seems to be meant, by what was answered so far; its text is read anew if it was said how.

    Where the tables are all that there is, a table without rows has none, and merchants are those that they name.
    """
    others = () if alone else draft.suppliers[2:]
    remembered: Mapping[str, Mapping[str, str]] = st.session_state.setdefault(_REMEMBERED, {})
    known = {EMPTY_TABLE: NO_ROWS} if alone else {}
    answers, before = {**known, **_said(file, grid)}, remembered.get(shape(grid), {})
    # To look at each cell anew in every run would take as long as a table is.
    kept: dict[str, tuple[Any, Proposal]] = st.session_state.setdefault(_PROPOSED, {})
    name, place = (grid, others, dict(answers), dict(before)), file.place(grid)
    if place not in kept or kept[place][0] != name:
        kept[place] = name, propose(grid, resources(others), answers, before)
    proposal = kept[place][1]
    if proposal.text_read_as is not None:
        st.session_state[_WAYS].setdefault(file.key, {})[grid.name] = proposal.text_read_as
        st.rerun()
    return proposal


# --- One table: what is asked, and what comes of it


def _draw_one(file: _File, proposal: Proposal, draft: Draft) -> None:
    """Draw what a table was taken for, what is asked about it, and a few of its rows before and after."""
    grid, open_ = proposal.grid, proposal.open
    asked = f"{counted(len(open_), 'question')} open" if open_ else "clear"
    table = proposal.reading.table
    meant = f"table {table}" if table else "left out" if not open_ else "not known yet"
    icon = ":material/help:" if open_ else ":material/check:"
    with st.expander(f"{plain(grid.name)}: {plain(meant)}, {asked}", expanded=bool(open_), icon=icon):
        for remark in (*grid.remarks, *proposal.remarks):
            st.caption(plain(remark))
        with st.container(horizontal=True, gap="medium"):
            for question in open_[:QUESTIONS_AT_ONCE]:
                _draw_question(file, grid, question)
        if len(open_) > QUESTIONS_AT_ONCE:
            st.caption(f"{counted(len(open_) - QUESTIONS_AT_ONCE, 'more question')} once these are answered.")
        _draw_agreement(file, proposal)
        if table is not None:
            resource = next(one for one in resources(draft.suppliers[2:]) if one["name"] == table)
            _draw_rows(file, grid, preview(grid, proposal.reading, resource), resource)


def _draw_clear(read: Sequence[tuple[_File, Proposal]], draft: Draft) -> None:
    """Draw tables about which nothing is asked: a few each for itself, many in one place that can be opened."""
    if len(read) <= CLEAR_AT_ONCE:
        for file, proposal in read:
            _draw_one(file, proposal, draft)
        return
    with st.expander(f"{counted(len(read), 'table')} read without a question", icon=":material/check:"):
        for file, proposal in read:
            _draw_one(file, proposal, draft)


def _draw_question(file: _File, grid: Grid, question: Question) -> None:
    """Draw one question with its choices; what is picked counts at once, what is only offered does not."""
    key = f"asked_{session.mark()}_{file.place(grid)}_{question.key}"
    said = _said(file, grid)

    def answered() -> None:
        value = st.session_state[key]
        if value is not None:
            said[question.key] = str(value)

    if not question.choices:
        _draw_number(question, key, said)
        return
    values = [choice.value for choice in question.choices]
    words = {choice.value: choice.says for choice in question.choices}
    st.selectbox(
        plain(question.ask) + (" (answered so before)" if question.is_remembered else ""),
        values,
        index=values.index(question.default) if question.default in values else None,
        format_func=words.__getitem__,
        key=key,
        on_change=answered,
        placeholder="Choose",
        width=QUESTION_WIDTH,
    )


def _draw_number(question: Question, key: str, said: dict[str, str]) -> None:
    """Draw a question that a number answers; what cannot be read answers nothing, and says so."""

    def read() -> float | None:
        return number.read(question.ask, st.session_state.get(key), low=0.0)

    def answered() -> None:
        with suppress(NumberError):
            if (value := read()) is not None:
                said[question.key] = number.shown(value)

    hint = question.default or "a number above 0"
    st.text_input(plain(question.ask), key=key, on_change=answered, placeholder=hint, width=QUESTION_WIDTH)
    try:
        read()
    except NumberError as error:
        st.error(plain(f"{error}."), icon=":material/error:")


def _draw_agreement(file: _File, proposal: Proposal) -> None:
    """Draw the button that agrees to all that is offered, and the one that asks everything again."""
    said = _said(file, proposal.grid)
    offered = {question.key: question.default for question in proposal.open if question.default is not None}
    place = file.place(proposal.grid)

    def agree() -> None:
        said.update({key: str(value) for key, value in offered.items()})

    with st.container(horizontal=True, gap="small"):
        if offered:
            label = "This is right" if len(offered) == len(proposal.open) else "What is filled in is right"
            st.button(label, key=f"agree_{place}", type="primary", icon=":material/check:", on_click=agree)
        if said:
            st.button("Ask again", key=f"again_{place}", icon=":material/restart_alt:", on_click=said.clear)


def _draw_rows(file: _File, grid: Grid, shown: Preview, resource: Resource) -> None:
    """Draw a few rows as they stand in the file and as they would be read."""
    place = file.place(grid)
    st.markdown(f"**As it stands**, {counted(len(shown.lines), 'row')} of {len(grid.rows):,}")
    st.dataframe(
        _frame(shown.lines, shown.headers, shown.before),
        key=f"before_{place}",
        alt=f"Rows of {grid.name} as they stand",
    )
    st.markdown(f"**As it is read**, table {plain(resource['title'])}")
    after = _frame(shown.lines, shown.columns, shown.after)
    refused = pd.DataFrame(shown.refused, index=after.index, columns=after.columns, dtype=bool)
    styled = after.style.apply(
        lambda _: refused.map(lambda wrong: "color: #c2410c; font-weight: 600" if wrong else ""), axis=None
    )
    st.dataframe(styled, key=f"after_{place}", alt=f"The same rows as they are read into {resource['title']}")


def _frame(lines: Sequence[int], columns: Sequence[str], rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    seen: dict[str, int] = {}
    names = []
    for column in columns:  # two columns of one name are none for a table on the screen
        seen[column] = seen.get(column, 0) + 1
        names.append(column if seen[column] == 1 else f"{column} ({seen[column]})")
    return pd.DataFrame(list(map(list, rows)), index=pd.Index(lines, name="row"), columns=pd.Index(names), dtype=str)


# --- All of them


def _draw_taking(draft: Draft, proposals: Sequence[Proposal], alone: bool) -> None:
    """Draw what becomes of other rows, and the button that puts what was brought into the draft."""
    brought = {proposal.reading.table for proposal in proposals if proposal.reading.table}
    still = sum(len(proposal.open) for proposal in proposals)
    read = [(one.grid, one.reading) for one in proposals]
    left = 0 if alone or still else rows_left(read, draft)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        keeps_rows = left > 0 and st.toggle(
            f"Keep the {counted(left, 'row')} that the files do not have", True, key=f"brought_rows_{session.mark()}"
        )
        st.button(
            f"Put {counted(len(brought), 'table')} into the data set",
            type="primary",
            icon=":material/input:",
            key="brought_take",
            disabled=bool(still) or not brought,
            help=f"{counted(still, 'question')} above still open" if still else None,
            on_click=_take,
            args=(draft, tuple(proposals), alone, keeps_rows),
        )
    problems.draw(st.session_state.pop(_REFUSED, ()), "Not all of it can be read as answered")


def _take(draft: Draft, proposals: tuple[Proposal, ...], alone: bool, keeps_rows: bool) -> None:
    """Put the tables into the draft, and let the files go; what cannot be read leaves all as it is and is told."""
    found = assemble([(one.grid, one.reading) for one in proposals], None if alone else draft, keeps_rows=keeps_rows)
    made = draft.with_cells(found.cells)
    if found.problems:
        checked = making.verdict(made)
        st.session_state[_REFUSED] = found.told(() if isinstance(checked, Inputs) else checked)
        return
    remembered: dict[str, Mapping[str, str]] = st.session_state.setdefault(_REMEMBERED, {})
    for proposal in proposals:
        remembered[shape(proposal.grid)] = {**proposal.answers}
    names = [one.reading.table for one in proposals if one.reading.table]
    making.step(made.with_cells(with_own_source(made, made.cells)), f"{counted(len(names), 'table')} brought")
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
