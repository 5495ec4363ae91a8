"""What a visitor looks at on a page, such as a quarter or a workload: settings of the view, not of the scenario.

What is picked stays picked while the visitor looks at other pages: see picks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeVar

import streamlit as st

from pages.parts.widgets import picks
from pages.parts.work.text import plain

Option = TypeVar("Option", bound=Hashable)

MOST_SEGMENTS: Final = 4
MOST_LETTERS: Final = 32
"""A choice among more than this is a drop-down list: side by side it would not fit a phone."""
LIST_WIDTH: Final = 260


def chosen(name: str, options: Sequence[Option], default: Option) -> Option:
    """Return what the visitor looks at under `name`, `default` if nothing was picked or it is not on offer now.

    A page that says in its title what is picked further down asks here first. What was picked and is not on offer,
    such as a quarter beyond a nearer horizon, is kept until it is again.
    """
    kept = picks.picked(name)
    return next((option for option in options if option == kept), default)


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
