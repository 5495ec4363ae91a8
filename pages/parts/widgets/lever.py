"""One lever in the sidebar: its slider, its number field and what sets it back, or its choice of words.

All is drawn from the one declaration of the lever; what its label says comes from the data and is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs import shares
from core.inputs.data import Inputs
from core.inputs.intake.numbers import NumberError
from core.inputs.lever import Kind, Lever, Value
from core.inputs.scenario import Scenario
from core.story.settings import TIMES, entered, in_field, in_figures, in_words, rest_of_unit, rounded
from pages.parts.kept import shelf
from pages.parts.widgets import keys
from pages.parts.work import dataset, session
from pages.parts.work.text import plain

FIELD_WIDTH: Final = 66
BUTTON_WIDTH: Final = 28
MOST_SEGMENTS: Final = 4
"""A choice of more words than this is a drop-down list."""
NO_SOURCE: Final = "assumption"
_REFUSED: Final = "typed_and_refused"
SLIDER, FIELD, CHOICE, LIST, RESET = "slider", "number", "choice", "list", "reset"
"""The kinds of widgets that move a lever; the last is a button, which sets it back."""
_READ: Final = {"primary": "read first-hand", "secondary": "read second-hand", "derivation": "derived"}


def name(kind: str, lever: Lever) -> str:
    """Return the name of a lever's widget of a kind."""
    return f"{kind}_{lever.id}"


def draw(lever: Lever, scenario: Scenario, beside: Callable[[], None] | None = None) -> None:
    """Draw the widgets of one lever, set as in `scenario`; `beside` draws a button below the one that sets it back."""
    if lever.is_numeric:
        _draw_number(lever, scenario[lever.id], beside)
    else:
        _draw_words(lever, scenario[lever.id])


def _draw_number(lever: Lever, value: Value, beside: Callable[[], None] | None) -> None:
    on_slider: dict[str, Any] = {
        "min_value": lever.value(lever.minimum),
        "max_value": lever.value(lever.maximum),
        "value": value,
        "step": lever.value(lever.step),
    }
    text, refused = _typed(lever, value)
    with row():
        st.slider(
            plain(lever.label),
            **on_slider,
            format=_slider_format(lever),
            key=keys.key(name(SLIDER, lever), value),
            help=help_of(lever, dataset.in_use()),
        )
        st.text_input(
            plain(_label_of_field(lever)),
            text,
            key=keys.key(name(FIELD, lever), text),
            label_visibility="collapsed",
            width=FIELD_WIDTH,
        )
        if beside is None:
            reset_one(lever, value)
        else:
            beside()
            if value != lever.base:
                reset_one(lever, value)
    if refused is not None:
        st.error(plain(refused))
    elif (counted := rounded(lever, value)) is not None:
        st.caption(plain(counted))


def refuse(lever: Lever, value: Value) -> None:
    """Keep what was typed into the lever's field and cannot be taken there, as long as the lever stays at `value`."""
    st.session_state.setdefault(_REFUSED, {})[lever.id] = value


def _typed(lever: Lever, value: Value) -> tuple[str, str | None]:
    """Return what the field of a lever holds, and why that was refused.

    What somebody typed stays as it is where it says the same, so that the field that has the cursor is not another one.
    """
    last = keys.shown(name(FIELD, lever))
    if isinstance(last, str):
        try:
            if entered(lever, last) == value:
                return last, None
        except NumberError as error:
            if st.session_state.get(_REFUSED, {}).get(lever.id) == value:
                return last, str(error)
    return in_field(lever, value), None


def _draw_words(lever: Lever, value: Value) -> None:
    settings: dict[str, Any] = {
        "key": keys.key(name(CHOICE, lever), value),
        "format_func": lambda option: in_figures(lever, option),
        "help": help_of(lever, dataset.in_use()),
        "width": "stretch",
    }
    with row():
        if len(lever.options) <= MOST_SEGMENTS:
            st.segmented_control(plain(lever.label), lever.options, default=value, required=True, **settings)
        else:
            st.selectbox(plain(lever.label), lever.options, lever.options.index(str(value)), **settings)
        reset_one(lever, value)


def row() -> DeltaGenerator:
    """Return the row in which the widgets of a lever stand."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False)


def reset_one(lever: Lever, value: Value) -> None:
    """Draw the button that sets one lever to base, or its empty place, so that nothing moves when it comes."""
    if value == lever.base:
        st.space(BUTTON_WIDTH)
        return
    st.button(
        "",
        key=name(RESET, lever),
        icon=":material/undo:",
        type="tertiary",
        help=plain(f"{lever.label}: back to base, {in_words(lever, lever.base)}"),
        on_click=_reset,
        args=(lever,),
        width=BUTTON_WIDTH,
    )


def _reset(lever: Lever) -> None:
    session.choose(shares.with_setting(dataset.in_use(), session.current(), lever.id, lever.base))


def help_of(lever: Lever, inputs: Inputs) -> str:
    """Return the tooltip of a lever: what it is, its unit, bounds and range, and where its figures come from."""
    return shelf.once(("help", *dataset.name_of(inputs), lever), lambda: _help(lever, inputs))


def _help(lever: Lever, inputs: Inputs) -> str:
    low, high = (in_figures(lever, lever.value(bound)) for bound in (lever.minimum, lever.maximum))
    lines = [lever.help, f"Base: {in_words(lever, lever.base)}. Bounds: {low} to {high}."]
    if lever.low is not None and lever.high is not None:
        tenth, ninetieth = (in_figures(lever, lever.value(bound)) for bound in (lever.low, lever.high))
        lines.append(f"10th to 90th percentile of what we believe: {tenth} to {ninetieth}.")
    lines.append(_source(lever, inputs))
    return "\n\n".join(plain(line) for line in lines)


def _source(lever: Lever, inputs: Inputs) -> str:
    if lever.source_id == NO_SOURCE:
        return "Our assumption." if lever.kind is Kind.ASSUMPTION else "A choice of ours, not a forecast."
    source = inputs.tables["sources"].set_index("source_id").loc[lever.source_id]
    return f"Source: {source.title}, {source.publisher}, {source.published_on} ({_READ[str(source.read_as)]})."


def _slider_format(lever: Lever) -> str:
    if lever.is_share:
        return "percent"
    if lever.unit in ("years", "quarters"):
        return f"%g {lever.unit}"
    decimals = max(0, -int(Decimal(str(lever.step)).normalize().as_tuple().exponent))
    return f"%.{decimals}f×" if lever.unit.startswith(TIMES) else f"%.{decimals}f"


def _label_of_field(lever: Lever) -> str:
    """Return the name that a screen reader says for the number field beside a slider."""
    unit = f"%{rest_of_unit(lever)}" if lever.is_share else lever.unit.replace(TIMES, "times ")
    return f"{lever.label} ({unit})"
