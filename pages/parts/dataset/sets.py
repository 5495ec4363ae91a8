"""The data sets that a visitor may see: which is in use, its versions, what differs between two, and who may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from core.base.format import counted
from core.inputs.archive import pack
from core.store.database import StoreError
from core.store.records import DataSet, DataSetVersion
from core.store.store import shared_store
from core.upkeep.cells import data_changes
from pages.parts.dataset import keep
from pages.parts.work import dataset, identity, local, session
from pages.parts.work.dataset import Standing
from pages.parts.work.text import plain

DEFAULT: Final = "Default data"
_LOOKED_AT: Final = "data_looked_at"
_REFUSED: Final = "data_refused"


def draw() -> None:
    """Draw the data sets, each with what can be done with it; below the one that is looked at, its versions."""
    if (said := st.session_state.pop(keep.SAID, None)) is not None:
        st.toast(plain(said), icon=":material/check:")
    if (refused := st.session_state.pop(_REFUSED, None)) is not None:
        st.error(f"{plain(refused)}.", icon=":material/warning:")
    try:
        sets = shared_store().data_sets.all(identity.person())
        trashed = shared_store().data_sets.all(identity.person(), in_trash=True)
    except StoreError as error:
        st.error(f"Data sets cannot be listed just now: {plain(str(error))}.", icon=":material/warning:")
        return
    _draw_default()
    for one in sets:
        _draw_one(one)
    if not sets:
        st.caption(
            "You have none of your own yet. Put in a price above, or choose “Edit tables” or “Bring files”: what "
            "you save stands here, and the default data stay as they are."
        )
    if mine := [one for one in trashed if one.is_mine]:
        _draw_trash(mine)


def _draw_default() -> None:
    here = dataset.standing() is None
    inputs = dataset.default()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="data_default"):
        whose = f" · {plain(inputs.company)}" if inputs.company else ""
        _name_line(DEFAULT, f"those the server was started with{whose}", here)
        _use_button("default", None, here)


def _draw_one(one: DataSet) -> None:
    standing = dataset.standing()
    here = standing is not None and standing.data_set_id == one.id
    newest = here and standing is not None and standing.number == one.latest.number
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"data_set_{one.id}"):
        whose = "yours" if one.is_mine else one.owner
        seen = "for all on this server" if one.is_for_all else "private" if one.is_mine else "by a link"
        about = f"v{one.latest.number} of {local.on_day(one.latest.saved_at)} · {whose} · {seen}"
        if here and standing is not None and not newest:
            about += f" · you are on v{standing.number}"
        _name_line(one.name, about, here)
        _use_button(one.id, dataset.shown(one), newest)
        looked_at = st.session_state.get(_LOOKED_AT) == one.id
        st.button(
            "Hide versions" if looked_at else "Versions",
            key=f"data_versions_{one.id}",
            icon=":material/history:",
            on_click=_look_at,
            args=(None if looked_at else one.id,),
        )
        if one.is_mine:
            _draw_arranging(one)
    if looked_at:
        _draw_versions(one)


def _name_line(name: str, about: str, here: bool) -> None:
    badge = " :green-badge[in use]" if here else ""
    st.markdown(f"**{plain(name)}**{badge}  \n:small[:gray[{plain(about)}]]", width="stretch")


def _use_button(key: str, wanted: Standing | None, here: bool) -> None:
    st.button(
        "Use", key=f"data_use_{key}", icon=":material/play_arrow:", disabled=here,
        help="Already in use" if here else "Work on these data; undo leads back",
        on_click=_tried, args=(lambda: dataset.choose(wanted),),
    )  # fmt: skip


def _look_at(data_set_id: str | None) -> None:
    st.session_state[_LOOKED_AT] = data_set_id


def _tried(act: Callable[[], object]) -> None:
    """Do what was asked for; what the store refuses is told in the run that follows."""
    try:
        act()
    except StoreError as error:
        st.session_state[_REFUSED] = str(error)


def _draw_arranging(one: DataSet) -> None:
    """Draw the menu of what only who brought a data set may do."""
    sets, who = shared_store().data_sets, identity.person()
    with st.popover("More", key=f"data_more_{one.id}", icon=":material/more_horiz:"):
        key = f"data_rename_{one.id}_{one.name}"
        st.text_input("Name", one.name, key=key)
        st.button(
            "Rename", key=f"data_rename_do_{one.id}",
            on_click=lambda: _tried(lambda: sets.rename(who, one.id, st.session_state[key])),
        )  # fmt: skip
        opened = f"data_for_all_{one.id}_{one.is_for_all}"
        st.toggle(
            "Everybody on this server may see and use it", one.is_for_all, key=opened,
            on_change=lambda: _tried(lambda: sets.for_all(who, one.id, st.session_state[opened])),
        )  # fmt: skip
        st.button(
            "Move to trash", key=f"data_trash_{one.id}", icon=":material/delete:",
            on_click=_tried, args=(lambda: sets.trash(who, one.id),),
            help="Scenarios that stand on it still open; it can be brought back",
        )  # fmt: skip


def _draw_trash(trashed: Sequence[DataSet]) -> None:
    sets, who = shared_store().data_sets, identity.person()
    with st.expander(f"Trash: {counted(len(trashed), 'data set')}", icon=":material/delete:"):
        for one in trashed:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"data_gone_{one.id}"):
                st.markdown(plain(one.name), width="stretch")
                st.button(
                    "Bring back", key=f"data_back_{one.id}", on_click=_tried,
                    args=(lambda one=one: sets.bring_back(who, one.id),),
                )  # fmt: skip
                st.button(
                    "Delete for good", key=f"data_remove_{one.id}", on_click=_tried,
                    args=(lambda one=one: sets.remove(who, one.id),),
                )  # fmt: skip


# --- Versions of one data set


def _draw_versions(one: DataSet) -> None:
    try:
        versions = shared_store().data_sets.versions(identity.person(), one.id)
    except StoreError as error:
        st.error(f"Its versions cannot be listed just now: {plain(str(error))}.", icon=":material/warning:")
        return
    standing = dataset.standing()
    with st.container(border=True, key=f"data_versions_of_{one.id}"):
        for version in versions:
            here = standing == dataset.shown(one, version)
            of = f", as version {version.restored_from} was" if version.restored_from else ""
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"data_v{version.number}"):
                about = f"{version.author} · {local.exactly(version.saved_at)} · {version.data_version}{of}"
                _name_line(f"v{version.number}  {version.note}", about, here)
                _use_button(f"{one.id}_{version.number}", dataset.shown(one, version), here)
                if (one.is_mine or one.is_for_all) and version.number != one.latest.number:
                    _draw_going_back(one, version)
        _draw_download(one)
        _draw_comparison(one, versions)


def _draw_going_back(one: DataSet, version: DataSetVersion) -> None:
    def back() -> None:
        kept = shared_store().data_sets.restore(
            identity.person(), one.id, version.number, on_top_of=one.latest.number,
            request_key=session.request_key("back", one.id, version.number, one.latest.number),
        )  # fmt: skip
        keep.done(kept)

    st.button(
        "Make it the newest", key=f"data_back_to_{one.id}_{version.number}", icon=":material/undo:",
        on_click=_tried, args=(back,), help="A new version with these data; all others stay",
    )  # fmt: skip


def _draw_download(one: DataSet) -> None:
    standing, inputs = dataset.standing(), dataset.in_use()
    if standing is not None and standing.data_set_id == one.id:
        st.download_button(
            f"Download v{standing.number} as CSV files",
            data=lambda: pack(inputs),  # apart from the run, where nobody's data would be in use
            file_name=f"crossover_data_{standing.data_version}.zip",
            mime="application/zip",
            icon=":material/download:",
            key=f"data_download_{one.id}",
        )


def _draw_comparison(one: DataSet, versions: Sequence[DataSetVersion]) -> None:
    """Draw the choice of two versions and every cell that differs between them."""
    if len(versions) < 2:
        st.caption("Once there is a second version, the two can be compared cell by cell.")
        return
    numbers = [version.number for version in versions]
    by_number = {version.number: version for version in versions}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first = st.selectbox("Compare", numbers, 1, format_func="v{}".format, key=f"data_a_{one.id}", width=120)
        second = st.selectbox("with", numbers, 0, format_func="v{}".format, key=f"data_b_{one.id}", width=120)
    try:
        old, new = (dataset.on(dataset.shown(one, by_number[number])) for number in (first, second))
    except StoreError as error:
        st.error(f"They cannot be compared: {plain(str(error))}.", icon=":material/warning:")
        return
    found = data_changes(old, new)
    if found.empty:
        st.info("Nothing differs between them.")
        return
    st.markdown(f"**{counted(len(found), 'difference')} from v{first} to v{second}**")
    st.dataframe(
        found,
        hide_index=True,
        key=f"data_cells_{one.id}",
        column_config={"change_share": st.column_config.NumberColumn("change", format="percent")},
        alt=f"Cells that differ between version {first} and version {second} of {one.name}",
    )
