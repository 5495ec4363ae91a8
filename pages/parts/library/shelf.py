"""What the library lists: what is looked for, which scenarios are picked, and the tables.

What the visitor looks for, and which scenarios are picked, is kept apart from the widgets that say so: Streamlit
forgets the widgets of a page that is left. Picked scenarios are kept by id, for rows move under the reader's hand
while others save.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.base.format import MISSING
from core.model.model import MODEL_VERSION
from core.store.database import StoreError
from core.store.records import Entry, NotFoundError, Search, Snapshot
from core.store.store import shared_store
from core.views.library import finding
from core.views.library import tables as library
from core.views.library.ready_made import what_it_is as what_scenario_is
from pages.parts.kept.shelf import once
from pages.parts.library import selection
from pages.parts.widgets import keys
from pages.parts.work import dataset, identity, saved, steps
from pages.parts.work.saved import CannotOpenError, OfOtherDataError

SAVED: Final = "Saved"
READY_MADE: Final = "Ready-made"
TRASH: Final = "Trash"
VIEWS: Final = (SAVED, READY_MADE, TRASH)
EVERYBODY: Final = "Every owner"
EVERYTHING: Final = "Every tag"

_STATE: Final = "library"
_DRAWN: Final = "library_drawn"
_ORDER: Final = ("sort", "descending")
_VIEW, _PAGE, _ROWS = "library_view", "library_page", "library_rows"
"""Names of widgets."""
_CHOICE_WIDTH: Final = 160
_ORDER_WIDTH: Final = 184


@dataclass(frozen=True)
class Browsing:
    """What the visitor looks at in the library, and the scenarios picked there, in the order in which they were.

    Ready-made scenarios are picked by their reference in `selection`, saved ones by id.
    """

    view: str = SAVED
    search: Search = field(default_factory=Search)
    picked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A picked scenario; a ready-made one has no entry."""

    ref: str
    name: str
    entry: Entry | None = None


@dataclass(frozen=True)
class Listing:
    """A page of the list, what there is to filter by, and what is picked.

    `best` are the first two of the whole list by value, with their values, of one company where `is_mixed` says that
    the store holds scenarios of several; `gone` says that somebody has moved what was picked.
    """

    looks: Browsing
    entries: tuple[Entry, ...] = ()
    total: int = 0
    best: tuple[tuple[str, object], ...] = ()
    is_mixed: bool = False
    owners: tuple[str, ...] = ()
    tags: Mapping[str, int] = field(default_factory=dict)
    picked: tuple[Item, ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class _Drawn:
    """The rows of the table on screen, by reference; None once it must be another. `serial` counts the tables.

    `ticked` are the rows that were ticked from the outset: that may not change while the table stays, for it is also
    what the table is taken to say while it says nothing.
    """

    refs: tuple[str, ...] | None = None
    serial: int = 0
    ticked: tuple[int, ...] = ()


# --- What the visitor looks at


def now() -> Browsing:
    """Return what the visitor looks at; take in first what the table says about rows and headings."""
    looks: Browsing = st.session_state.get(_STATE, Browsing())
    drawn = _drawn()
    says = keys.state(_ROWS)
    if says is None or drawn.refs is None:
        return looks
    ticked = [drawn.refs[row] for row in says["selection"]["rows"] if row < len(drawn.refs)]
    stay = [ref for ref in looks.picked if ref not in drawn.refs or ref in ticked]
    looks = replace(looks, picked=(*stay, *(ref for ref in ticked if ref not in stay)))
    for heading in says["selection"]["columns"]:
        looks = _sorted_by(looks, heading)
    return _look(looks)


def pick(refs: Sequence[str]) -> None:
    """Pick these scenarios and no others."""
    _look(replace(st.session_state.get(_STATE, Browsing()), picked=tuple(refs)))
    _renew_table()


def _look(looks: Browsing) -> Browsing:
    st.session_state[_STATE] = looks
    return looks


def _drawn() -> _Drawn:
    drawn: _Drawn = st.session_state.get(_DRAWN, _Drawn())
    return drawn


def _renew_table() -> None:
    """Draw a new table in the run that follows, for the one on screen shows what is no more."""
    st.session_state[_DRAWN] = replace(_drawn(), refs=None)


def _sorted_by(looks: Browsing, heading: str) -> Browsing:
    """Return the list sorted by a column; by the same again, the other way round."""
    sort, search = library.SORT_OF.get(heading), looks.search
    _renew_table()
    if sort is None:
        return looks
    downwards = not search.descending if sort == search.sort else sort not in ("name", "owner")
    search = replace(search, sort=sort, descending=downwards, page=0)
    return replace(looks, search=search)


def views(looks: Browsing) -> None:
    """Draw the choice of what is listed."""
    st.segmented_control(
        "What is listed", VIEWS, default=looks.view, required=True, key=keys.key(_VIEW, looks.view),
        label_visibility="collapsed", on_change=_turn,
    )  # fmt: skip


def _turn() -> None:
    view = keys.taken_in(_VIEW)
    if view is None:
        return
    looks = now()
    kept = looks.picked if TRASH not in (view, looks.view) else ()
    _look(replace(looks, view=view, search=replace(looks.search, in_trash=view == TRASH, page=0), picked=kept))
    _renew_table()


def filters(looks: Browsing, owners: Sequence[str], tags: Mapping[str, int]) -> None:
    """Draw the search box, the filters and the order of the list."""
    search, orders = looks.search, list(library.SORTS)

    def kept(name: str, shows: Hashable, read: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        def change() -> None:
            says = keys.taken_in(f"library_{name}")
            if says is not None:
                _search(**read(says))

        return {"key": keys.key(f"library_{name}", shows), "label_visibility": "collapsed", "on_change": change}

    with st.container(horizontal=True, gap="small"):
        st.text_input(
            "Search", search.text, placeholder="Search names, descriptions, owners and tags", icon=":material/search:",
            width="stretch", **kept("text", search.text, lambda text: {"text": text}),
        )  # fmt: skip
        _filter(
            "Owner",
            EVERYBODY,
            owners,
            search.owner,
            kept("owner", search.owner or "", lambda owner: {"owner": owner or None}),
        )
        _filter("Tag", EVERYTHING, tags, search.tag, kept("tag", search.tag or "", lambda tag: {"tag": tag or None}))
        at = list(library.SORTS.values()).index((search.sort, search.descending))
        st.selectbox(
            "Order", orders, at, width=_ORDER_WIDTH,
            **kept("order", orders[at], lambda order: dict(zip(_ORDER, library.SORTS[order], strict=True))),
        )  # fmt: skip


def _filter(label: str, no_filter: str, known: Iterable[str], wanted: str | None, kept: Mapping[str, Any]) -> None:
    choices = list(dict.fromkeys(("", *known, wanted or "")))  # no owner and no tag is called by the empty word
    st.selectbox(
        label,
        choices,
        choices.index(wanted or ""),
        format_func=lambda one: one or no_filter,
        width=_CHOICE_WIDTH,
        **kept,
    )


def _search(**changes: Any) -> None:
    looks = now()
    _look(replace(looks, search=replace(looks.search, page=0, **changes)))


def clear() -> None:
    """Search for nothing and filter by nothing."""
    looks = now()
    search = replace(looks.search, text="", owner=None, tag=None, page=0)
    _look(replace(looks, search=search))


def pages(looks: Browsing, shown: int, total: int) -> None:
    """Draw which scenarios of the list are shown, and the way to the others."""
    search = looks.search
    count = -(-total // search.size)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(finding.span_words(search.page * search.size, shown, total), width="content")
        if count > 1:
            key = keys.key(_PAGE, search.page + 1, (replace(search, page=0), count))

            def turn() -> None:
                page = keys.taken_in(_PAGE)
                if page is not None:
                    _look(replace(now(), search=replace(search, page=page - 1)))

            st.pagination(count, default=search.page + 1, key=key, on_change=turn)


# --- Reading


def read(looks: Browsing) -> Listing:
    """Return what is listed; raises StoreError."""
    store, search = shared_store(), looks.search
    who = identity.person()
    page = store.library(search, who=who)
    if page.total and not page.entries:  # so many were put into the trash meanwhile that the page is no more
        search = replace(search, page=(page.total - 1) // search.size)
        looks, page = _look(replace(looks, search=search)), store.library(search, who=who)
    ours = None if looks.view == TRASH else saved.versions_of_ours()
    first = replace(search, data_versions=ours, sort="value_usd", descending=True, page=0, size=2)
    values = tuple(
        (entry.name, entry.latest.summary.get("value_usd")) for entry in store.library(first, who=who).entries
    )
    items, gone = _picked(looks, page.entries)
    return Listing(
        looks,
        page.entries,
        page.total,
        values,
        ours is not None,
        store.owners(who=who),
        store.used_tags(who=who),
        items,
        gone,
    )


def without_list(looks: Browsing) -> Listing:
    """Return what is picked where no saved scenarios are listed; without the store, what is ready-made of it."""
    try:
        items, gone = _picked(looks, ())
    except StoreError:
        items, gone = _picked(replace(looks, picked=tuple(filter(_is_ready_made, looks.picked))), ())
    return Listing(looks, picked=items, gone=gone)


def _is_ready_made(ref: str) -> bool:
    return ref.startswith(selection.PRESET)


def _picked(looks: Browsing, entries: Sequence[Entry]) -> tuple[tuple[Item, ...], bool]:
    """Return the picked scenarios as they are now, and whether others have moved some meanwhile: those are no more."""
    listed, items = {entry.id: entry for entry in entries}, []
    for ref in looks.picked:
        if _is_ready_made(ref):
            items.append(Item(ref, ref.removeprefix(selection.PRESET)))
            continue
        try:
            entry = listed.get(ref) or shared_store().scenario(ref, who=identity.person())
        except NotFoundError:
            continue
        if (entry.deleted_at is not None) == (looks.view == TRASH):
            items.append(Item(ref, entry.name, entry))
    gone = len(items) < len(looks.picked)
    if gone:
        _look(replace(looks, picked=tuple(item.ref for item in items)))
    return tuple(items), gone


# --- Tables

_BY_KEY: Final = "; Shift and Space tick a row"


def _columns(looks: Browsing, table: pd.DataFrame) -> dict[str, Any]:
    """Return how the columns of a table are drawn; figures are drawn with fixed decimals, so that they line up."""
    column = st.column_config
    arrow = " ↓" if looks.search.descending else " ↑"

    def of(heading: str) -> dict[str, Any]:
        is_order = looks.view != READY_MADE and library.SORT_OF.get(heading) == looks.search.sort
        return {"label": heading + arrow * is_order, "help": library.HELP.get(heading)}

    most = max((max(cash, default=0.0) for cash in table.get(library.CASH, [])), default=0.0)
    return {
        library.NAME: column.TextColumn(**of(library.NAME), width=172),
        library.VALUE: column.NumberColumn(**of(library.VALUE), width=78, format="%.2f"),
        library.ODDS: column.TextColumn(**of(library.ODDS), width=104),
        library.CAPEX: column.NumberColumn(**of(library.CAPEX), width=148, format="%.1f"),
        library.PEAK: column.NumberColumn(**of(library.PEAK), width=76, format="%.1f"),
        library.PAYBACK: column.TextColumn(**of(library.PAYBACK), width=116),
        library.CASH: column.BarChartColumn(**of(library.CASH), width=84, y_min=0, y_max=max(most, 1.0), color="gray"),
        library.FIGURES: column.TextColumn(**of(library.FIGURES), width=102),
        library.OWNER: column.TextColumn(**of(library.OWNER), width=78),
        library.SAVED: column.TextColumn(**of(library.SAVED), width=98),
        library.VERSION: column.TextColumn(**of(library.VERSION), width=64),
        library.TAGS: column.ListColumn(**of(library.TAGS), width=110),
        library.WHAT: column.TextColumn(**of(library.WHAT), width=300),
        library.TRASHED: column.TextColumn(**of(library.TRASHED), width=110),
        library.LEFT: column.NumberColumn(**of(library.LEFT), width=80, format="%d"),
    }


def _rows(looks: Browsing, table: pd.DataFrame, refs: Sequence[str], alt: str) -> None:
    """Draw a table of scenarios to pick from; a click on a heading sorts the whole list, not the page of it."""
    drawn = _drawn()
    if drawn.refs != tuple(refs) or keys.state(_ROWS) is None:  # Streamlit forgets what is not on screen
        ticked = tuple(row for row, ref in enumerate(refs) if ref in looks.picked)
        drawn = _Drawn(tuple(refs), drawn.serial + 1, ticked)
        st.session_state[_DRAWN] = drawn
    with st.container(key="library_table"):
        st.dataframe(
            table,
            height="content",
            hide_index=True,
            column_config=_columns(looks, table),
            key=keys.key(_ROWS, drawn.serial),
            on_select="rerun",
            selection_mode=["multi-row"] if looks.view == READY_MADE else ["multi-row", "single-column"],
            selection_default={"selection": {"rows": list(drawn.ticked), "columns": []}},
            placeholder=MISSING,
            alt=alt,
        )


def saved_rows(looks: Browsing, entries: Sequence[Entry]) -> None:
    """Draw saved scenarios, in the trash or not."""
    at = datetime.now(UTC)
    if looks.view == TRASH:
        table = library.trash_table(entries, at)
    else:
        table = library.saved_table(entries, list(map(_mark, entries)), saved.odds_of(entries), at)
    _rows(
        looks,
        table,
        [entry.id for entry in entries],
        f"{'In the trash' if looks.view == TRASH else 'Saved scenarios'}{_BY_KEY}",
    )


def ready_made_rows(looks: Browsing) -> None:
    """Draw the ready-made scenarios."""
    of = ready_made()
    table = library.ready_made_table(
        {name: one.summary for name, one in of.items()},
        {name: one.sparkline for name, one in of.items()},
        {name: what_it_is(name) for name in of},
        {name: saved.known_odds(scenario) for name, scenario in steps.ready_made().items()},
    )
    _rows(
        replace(looks, view=READY_MADE),
        table,
        [f"{selection.PRESET}{name}" for name in of],
        f"Ready-made scenarios{_BY_KEY}",
    )


def ready_made() -> Mapping[str, Snapshot]:
    """Return what a save would keep of each ready-made scenario, worked out once a data set."""
    inputs = dataset.in_use()
    return once(
        ("ready made", *dataset.name_of(inputs)),
        lambda: {name: saved.figures(inputs, scenario) for name, scenario in steps.ready_made().items()},
    )


def what_it_is(name: str) -> str:
    """Return what a ready-made scenario sets, in words."""
    return what_scenario_is(dataset.in_use(), steps.ready_made()[name])


# --- What can be opened


def _mark(entry: Entry) -> str:
    why = why_not_open(entry)
    is_of_other_data = isinstance(why, OfOtherDataError)
    return library.mark(entry, MODEL_VERSION, saved.opens_on(entry), why is None, is_of_other_data)


def why_not_open(entry: Entry) -> CannotOpenError | None:
    """Return why a saved scenario is no beginning of work; None if it is, or if that cannot be told just now."""
    latest = entry.latest
    if (latest.model_version, latest.data_version) == (MODEL_VERSION, saved.opens_on(entry)):
        return None  # what it wrote itself it can read
    try:
        saved.origin(entry.id, latest.number)
    except CannotOpenError as error:
        return error
    except StoreError:
        return None
    return None
