"""The part of the Data page in which a visitor's own data come in: bring, edit, check, keep, and choose among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.base.format import counted, listed
from core.inputs.data import Inputs
from core.inputs.intake.template import workbook
from core.inputs.problem import Problem
from core.store.database import StoreError
from core.story.answer import Answer
from core.views.data import editing
from pages.parts.dataset import bring, editor, keep, making, price, problems, sets, verdict
from pages.parts.dataset.keep import SETS, WAY
from pages.parts.dataset.making import Making
from pages.parts.widgets import views
from pages.parts.work import dataset
from pages.parts.work.text import plain

EDIT, BRING = "Edit tables", "Bring files"
WAYS = (SETS, EDIT, BRING)
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(answer: Answer) -> None:
    """Draw the ways to change data, and below them what has become of the draft."""
    verdict.begin()
    way = views.choice(WAY, "What to do", WAYS, SETS if making.current() is None else EDIT)
    if way == SETS:
        _draw_sets(answer)
        return
    if way == BRING:
        _draw_template()
        bring.draw(making.draft())
        _draw_steps()
    else:
        _draw_steps()  # above the cells, so that undo and save stay in sight
        editor.draw(making.draft())
    _draw_verdict()


def fill() -> None:
    """Work out what takes long, once all of the page stands."""
    verdict.fill()


def _draw_sets(answer: Answer) -> None:
    st.markdown("### Your price for a chip")
    price.draw(answer)
    if (before := keep.before()) is not None:
        verdict.moves(before, dataset.in_use())
    st.markdown("### Data sets that you may see")
    sets.draw()
    _draw_pointer()


def _draw_template() -> None:
    inputs = dataset.in_use()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(
            "A workbook with every table, what each column means and in which unit, and the data in use filled in. "
            "Change what is yours, leave the rest, and bring it back here.",
            width="stretch",
        )
        st.download_button(
            "Download the template",
            data=lambda: workbook(inputs),
            file_name=f"crossover_data_{inputs.data_version}.xlsx",
            mime=_WORKBOOK,
            icon=":material/download:",
            key="data_template",
        )


def _draw_pointer() -> None:
    made = making.current()
    if made is not None and made.did:
        st.info(f"You have changes that are not saved: {plain(made.did)}. They are under “{EDIT}”.")


def _draw_steps() -> None:
    """Draw what was done to the draft, and the ways back, forward, out, and to keep it."""
    if (said := making.trouble()) is not None:
        st.warning(plain(said), icon=":material/warning:")
    made = making.current()
    if made is None:
        return
    found = making.verdict(made.draft)
    began = dataset.words(made.standing)
    st.markdown(f"### Your changes to {plain(began)}")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="making_bar"):
        st.markdown(f":orange-badge[not saved] {plain(made.did or 'as it began')}", width="stretch")
        _button("Undo", "undo", making.undo, not made.past)
        _button("Redo", "redo", making.redo, not made.future)
        with st.popover("Discard", icon=":material/delete:", key="making_discard"):
            st.markdown("All steps go, and cannot be undone.")
            _button("Discard all changes", "delete", making.discard, False)
        _draw_saving(made, found)


def _draw_saving(made: Making, found: Inputs | tuple[Problem, ...]) -> None:
    """Draw the button that opens the dialog to save, and what it waits for."""
    waits = None
    if not isinstance(found, Inputs):
        waits = "Once nothing is wrong any more; what you have done stays meanwhile"
    elif found.data_version == made.draft.began:
        waits = "Nothing differs from what you began with"
    asked = st.button(
        "Save", key="making_save", type="primary", icon=":material/save:", disabled=waits is not None, help=waits
    )
    if asked and isinstance(found, Inputs):
        keep.dialog(found, made.did)


def _button(label: str, icon: str, act: Callable[[], None], disabled: bool) -> None:
    st.button(label, key=f"making_{icon}", icon=f":material/{icon}:", on_click=act, disabled=disabled)


def _draw_verdict() -> None:
    """Draw whether the draft can be used, and what it does or what is wrong with it."""
    made = making.current()
    if made is None:
        return
    found = making.verdict(made.draft)
    if isinstance(found, Inputs):
        try:
            verdict.draw(found, dataset.on(made.standing))
        except StoreError as error:
            st.warning(f"What they change cannot be told: {plain(str(error))}.", icon=":material/warning:")
        return
    problems.draw(found, "These data cannot be used yet")
    _draw_left_over(made, found)
    st.caption(f"Mend the rows under “{EDIT}”, or mend your file and bring it again: what you have done stays.")


def _draw_left_over(made: Making, found: tuple[Problem, ...]) -> None:
    """Offer to leave out tables that stand as in the data before and do not fit what was brought."""
    try:
        tables = editing.left_over(made.draft, dataset.on(made.standing), found)
    except StoreError:
        return  # whether they stand as before cannot be told; the problems are
    if not tables:
        return
    titles = listed([f"“{table['title']}”" for table in tables])
    st.info(
        plain(
            f"{titles} {'is' if len(tables) == 1 else 'are'} still as in {dataset.words(made.standing)} and may be "
            "empty. If you have nothing to put there, leave the old rows out."
        ),
        icon=":material/lightbulb:",
    )
    st.button(
        f"Empty {counted(len(tables), 'table')}",
        key="making_left_over",
        type="primary",
        icon=":material/backspace:",
        on_click=making.step,
        args=(editing.emptied(made.draft, tables), f"{counted(len(tables), 'table')} emptied"),
        help="One step, which undo takes back",
    )
