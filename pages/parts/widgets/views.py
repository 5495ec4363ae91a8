"""What a visitor looks at on a page, such as a quarter or a workload: settings of the view, not of the scenario.

What is picked stays picked while the visitor looks at other pages: see picks.py. What is not looked at first stands in
the address, so that a link and a reload show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, TypeVar

import streamlit as st

from core.inputs.checked import VIEW
from pages.parts.widgets import picks
from pages.parts.work.text import plain

Option = TypeVar("Option", bound=Hashable)

MOST_SEGMENTS: Final = 4
MOST_LETTERS: Final = 32
"""A choice among more than this is a drop-down list: side by side it would not fit a phone."""
LIST_WIDTH: Final = 260
_ASKED_FOR: Final = "views_asked_for"
_LOOKED_AT: Final = "views_looked_at"
_BESIDE: Final = "views_beside_address"


def arrive(of_page: Mapping[str, str]) -> None:
    """Look at what an address asks for, as far as the page has it: `of_page` are the parameters of its own."""
    st.session_state[_ASKED_FOR] = {
        name.removeprefix(VIEW): text for name, text in of_page.items() if name.startswith(VIEW)
    }


def begin(page: str) -> dict[str, str]:
    """Return what the address says of what was looked at on a page in the run before; call it before it is drawn."""
    before: tuple[str, dict[str, str]] = st.session_state.get(_LOOKED_AT, ("", {}))
    st.session_state[_LOOKED_AT], st.session_state[_BESIDE] = (page, {}), {}
    said = before[1] if before[0] == page else {}
    return {**said, **{f"{VIEW}{name}": text for name, text in st.session_state.get(_ASKED_FOR, {}).items()}}


def in_address() -> dict[str, str]:
    """Return what is looked at on the page, as parameters of its address; call it once the page is drawn."""
    looked_at: tuple[str, dict[str, str]] = st.session_state[_LOOKED_AT]
    return looked_at[1]


def tell(name: str, text: str) -> None:
    """Note what is looked at on the page that its address does not say."""
    st.session_state[_BESIDE][name] = text


def beside_address() -> dict[str, str]:
    """Return what `tell` has noted; call it once the page is drawn."""
    told: dict[str, str] = st.session_state[_BESIDE]
    return told


def chosen(name: str, options: Sequence[Option], default: Option) -> Option:
    """Return what the visitor looks at under `name`, `default` if nothing was picked or it is not on offer now.

    A page that says in its title what is picked further down asks here first. What was picked and is not on offer,
    such as a quarter beyond a nearer horizon, is kept until it is again.
    """
    kept = picks.picked(name)
    asked_for: dict[str, str] = st.session_state.get(_ASKED_FOR, {})
    if (text := asked_for.pop(name, None)) is not None:
        kept = next((option for option in options if str(option) == text), kept)
        picks.keep(name, kept)
    value = next((option for option in options if option == kept), default)
    _note(name, None if value == default else str(value))
    return value


def _note(name: str, text: str | None) -> None:
    looked_at: tuple[str, dict[str, str]] | None = st.session_state.get(_LOOKED_AT)
    if looked_at is not None and text is not None:
        looked_at[1][f"{VIEW}{name}"] = text


def choice(
    name: str,
    label: str,
    options: Sequence[Option],
    default: Option,
    format_func: Callable[[Option], str] = str,
    *,
    is_open: bool = False,
) -> Option:
    """Draw the choice of what is looked at under `name` and return it; `options` must hold `default`.

    Names are one for all pages: two pages that use the same name look at the same thing. One that `is_open` shows all
    that can be picked side by side however many there are, in several rows on a phone.
    """
    value = chosen(name, options, default)
    is_long = len(options) > MOST_SEGMENTS or sum(len(format_func(option)) for option in options) > MOST_LETTERS
    is_list = is_long and not is_open
    key = picks.widget_key(name, value, is_list)
    if is_list:
        st.selectbox(label, options, options.index(value), format_func=format_func, key=key, width=LIST_WIDTH)
    else:
        st.segmented_control(
            label, options, default=value, required=True, format_func=lambda one: plain(format_func(one)), key=key
        )
    return value
