"""How a list of the library stands on its page: its finding, what it shows, and what can be done with it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.inputs.case import Case
from core.store.database import StoreError
from core.store.store import TRASH_DAYS
from core.views.library import finding
from core.views.library import tables as library
from pages.parts.library import arranging, shelf
from pages.parts.library.shelf import TRASH, Browsing, Listing
from pages.parts.work import dataset
from pages.parts.work.text import plain

FIGURES: Final = (
    "Headline figures are as worked out when saved. Value is after tax, against each scenario's own baseline. "
    "A click on a heading sorts the whole list, its menu the page."
)
A_START: Final = "Ready-made scenarios are a place to start. Value is after tax, against the scenario's own baseline."
LESSON: Final = """
A saved scenario keeps every lever, the figures as they were worked out and the data behind them. A link to it shows the
same numbers a year from now, or says exactly what changed.

1. Move the levers in the sidebar, or open one of the ready-made scenarios below.
2. Press **Save** in the bar above and give it a name.
3. Find it here, compare it with others, and send it on with **Copy link**.
"""
TRASH_LESSON: Final = (
    f"What is moved here can be brought back for {TRASH_DAYS} days; then it is removed for good. Nothing can be "
    "removed by hand."
)


def head(looks: Browsing, title: str, caption: str) -> None:
    """Draw the finding, what the figures are, the choice of what is listed, and what came of the last action."""
    st.title(plain(title), anchor=False)
    st.caption(caption)
    shelf.views(looks)
    arranging.answer()


def moved(listing: Listing) -> None:
    """Say so if somebody has taken away what was picked."""
    if listing.gone:
        st.toast("Not all that was picked is still here: somebody has moved it", icon=":material/group:")


def ready_made(listing: Listing) -> None:
    """Draw the ready-made scenarios with what can be done with them."""
    moved(listing)
    arranging.draw(listing.looks.view, listing.picked)
    shelf.ready_made_rows(listing.looks)


def saved(listing: Listing) -> None:
    """Draw a page of the saved scenarios, in the trash or not, and the way to find others."""
    looks, total = listing.looks, listing.total
    found = not library.unfiltered(looks.search)
    in_trash = looks.view == TRASH
    if in_trash:
        head(looks, finding.trash_title(total, found), TRASH_LESSON)
    else:
        of = Case.of(dataset.in_use()).words if listing.is_mixed else None
        head(looks, finding.title(listing.best, total, found=found, of=of), FIGURES if total or found else A_START)
    if total == 0 and not found:
        if not in_trash:
            st.markdown(LESSON)
            ready_made(listing)
        return
    shelf.filters(looks, listing.owners, listing.tags)
    if total == 0:
        st.info("Search for fewer words, or for scenarios of every owner and tag.", icon=":material/search_off:")
        st.button("Clear search and filters", key="library_clear", on_click=shelf.clear)
        return
    moved(listing)
    arranging.draw(looks.view, listing.picked)
    shelf.saved_rows(looks, listing.entries)
    shelf.pages(looks, len(listing.entries), total)


def all_ready_made(looks: Browsing) -> None:
    """Draw the list of ready-made scenarios under its finding."""
    values = [(name, one.summary["value_usd"]) for name, one in shelf.ready_made().items()]
    head(looks, finding.title(values, len(values), "ready-made"), A_START)
    ready_made(shelf.without_list(looks))


def without_store(looks: Browsing, error: StoreError) -> None:
    """Say why saved scenarios cannot be listed, and draw what is there without the store."""
    head(looks, "Saved scenarios cannot be listed just now", "Your work and the ready-made scenarios are here.")
    st.error(f"{plain(str(error))}.", icon=":material/warning:")
    ready_made(shelf.without_list(looks))
