"""The data set beside the scenario's name: which version of which is worked on, and the choice of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.base.format import day
from core.inputs import evidence
from core.store.database import StoreError
from core.store.records import DataSet
from core.store.store import shared_store
from pages.parts.widgets import picks
from pages.parts.work import dataset, identity, local
from pages.parts.work.dataset import Standing
from pages.parts.work.steps import Step
from pages.parts.work.text import plain

DATA_PAGE: Final = "data.py"
SECTION: Final = "data_section"
YOUR_DATA: Final = "Your data"
"""The section of the Data page in which data are brought and edited, and the name under which it is picked."""
DEFAULT: Final = "Default data"
IN_BAR, IN_MENU = 20, 44
"""Letters of a name that there is room for."""
SHOWN: Final = 12
"""Data sets that the menu lists; the Data page lists all."""
MINE, FOR_ALL, BY_LINK = "Yours", "For all on this server", "By a link that you followed"


def draw(step: Step) -> None:
    """Draw what the work stands on; its menu is drawn once it is opened. Call it inside the scenario bar."""
    menu = st.popover(
        plain(label(step.standing)),
        icon=":material/database:",
        type="tertiary",
        help=plain(f"The figures are worked out on {dataset.words(step.standing)}"),
        key="bar_data",
        on_change="rerun",
    )
    if menu.open:
        with menu:
            _menu(step)


def label(standing: Standing | None) -> str:
    """Return what stands in the bar."""
    return DEFAULT if standing is None else f"{_short(standing.name, IN_BAR)} v{standing.number}"


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _menu(step: Step) -> None:
    here = step.standing
    _version(step)
    ours = dataset.default()
    try:
        sets = shared_store().data_sets.all(identity.person())
        refused = None
    except StoreError as error:
        sets, refused = (), error
    with st.container(key="data_menu"):
        _choice(DEFAULT, f"Of this server · {ours.data_version} · {evidence.data_date(ours)}", None, here)
        if refused is not None:
            st.caption(f"Data sets cannot be listed just now: {plain(str(refused))}.")
        for heading, some in _grouped(sets[:SHOWN]):
            st.caption(heading)
            for one in some:
                _choice(one.name, words(one), dataset.shown(one), here)
    if len(sets) > SHOWN:
        st.caption(f"{len(sets) - SHOWN} more are on the Data page.")
    if st.button("Bring or edit data", key="bar_bring", icon=":material/upload:", width="stretch"):
        picks.keep(SECTION, YOUR_DATA)
        st.switch_page(DATA_PAGE)


def _version(step: Step) -> None:
    """Draw the way between the version that a scenario was saved on and the newest."""
    origin = step.origin
    if origin is None or origin.saved_on is None or origin.saved_on == step.standing:
        return
    st.markdown(f"**{plain(origin.name)}** was saved on version {origin.saved_on.number} of these data.")
    if st.button(f"As saved: version {origin.saved_on.number}", key="bar_as_saved", width="stretch"):
        _choose(origin.saved_on)


def _grouped(sets: Sequence[DataSet]) -> list[tuple[str, list[DataSet]]]:
    groups = {
        MINE: [one for one in sets if one.is_mine],
        FOR_ALL: [one for one in sets if one.is_for_all and not one.is_mine],
        BY_LINK: [one for one in sets if not (one.is_for_all or one.is_mine)],
    }
    return [(heading, some) for heading, some in groups.items() if some]


def words(one: DataSet) -> str:
    """Return whose a data set is, its newest version, and of which day that is."""
    shared = ", for all" if one.is_mine and one.is_for_all else ""
    return f"{one.owner}{shared} · v{one.latest.number} · {day(one.latest.saved_at.astimezone(local.zone()))}"


def _choice(name: str, about: str, wanted: Standing | None, here: Standing | None) -> None:
    """Draw a data set that can be chosen; that in use is marked and, on its newest version, cannot be."""
    is_here = wanted == here or (wanted is not None and here is not None and wanted.data_set_id == here.data_set_id)
    newer = is_here and wanted is not None and here is not None and wanted.number > here.number
    key = "default" if wanted is None else wanted.data_set_id
    text = f"{plain(_short(name, IN_MENU))}  \n:small[:gray[{plain(about)}]]"
    if newer and here is not None:
        text += f"  \n:small[You are on v{here.number}]"
    if st.button(
        text,
        key=f"bar_data_{key}",
        icon=":material/check:" if is_here else ":material/table_view:",
        type="tertiary" if not is_here else "secondary",
        disabled=is_here and not newer,
        width="stretch",
    ):
        _choose(wanted)


def _choose(wanted: Standing | None) -> None:
    try:
        dataset.choose(wanted)
    except StoreError as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
        return
    st.rerun()
