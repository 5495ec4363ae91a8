"""The levers in the sidebar. One function draws any lever, from its one declaration in core.inputs.levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.base.format import counted
from core.inputs.data import Inputs, bundled
from core.inputs.lever import Group, Kind, Lever, Value
from core.inputs.levers import Levers
from core.inputs.presets import OWN_SETTINGS
from core.inputs.scenario import Scenario
from core.story.settings import TIMES, in_figures, in_words, rest_of_unit, typed
from pages.parts.widgets import keys
from pages.parts.work import session
from pages.parts.work.steps import ready_made
from pages.parts.work.text import plain

TIMING: Final = "Timing and right to stop"
FIELD_WIDTH: Final = 66
RESET_WIDTH: Final = 28
MOST_SEGMENTS: Final = 4
"""A choice of more words than this is a drop-down list."""
NO_SOURCE: Final = "assumption"
_PRESET: Final = "preset"
_SLIDER, _FIELD, _CHOICE = "slider", "number", "choice"


def _name(kind: str, lever: Lever) -> str:
    return f"{kind}_{lever.id}"


@lru_cache(maxsize=8)
def _widgets(levers: Levers) -> Mapping[str, tuple[str, Lever | None]]:
    """Return the widgets of the sidebar by name: what each is, and the lever that it moves; a preset moves all."""
    moving = {_name(kind, one): (kind, one) for kind in (_SLIDER, _FIELD, _CHOICE) for one in levers.values()}
    return {_PRESET: (_PRESET, None), **moving}


_READ: Final = {"primary": "read first-hand", "secondary": "read second-hand", "derivation": "derived"}


def listen() -> None:
    """Take in what the visitor moved since the last run; call it after `session.begin`, before anything is drawn.

    The widgets are read here and not by callbacks: a move that comes while Streamlit is at an earlier one's callback
    ends that callback, and the earlier move would be lost. Here it is still there to read in the next run.
    """
    widgets = _widgets(bundled().levers)
    moved = {name: says for name in keys.names() if name in widgets and (says := keys.heard(name)) is not None}
    if not moved:
        return
    if (preset := moved.get(_PRESET)) in ready_made():
        session.open_ready_made(str(preset))
    scenario = session.current()
    for name, says in moved.items():
        scenario = _moved(name, says, scenario)
    session.choose(scenario)
    for name, says in moved.items():
        keys.note(name, says)


def _moved(name: str, says: Value, scenario: Scenario) -> Scenario:
    """Return `scenario` as it is when the visitor has brought the widget of `name` to what it `says`."""
    kind, lever = _widgets(scenario.levers)[name]
    if lever is None:
        return scenario
    value = float(Decimal(str(says)) / 100) if kind == _FIELD and lever.is_share else says
    return scenario if lever.problem(value) else scenario.replace(**{lever.id: value})


def sidebar() -> None:
    """Draw all levers and what acts on all of them; call it inside the sidebar."""
    scenario = session.current()
    _presets(scenario)
    st.subheader("Ours to decide", anchor=False)
    st.caption("Custom share of new capacity")
    rates = [lever for lever in _levers(Group.ADOPTION) if lever.is_share and lever.id.startswith("adoption_")]
    for lever in (*rates, *_levers(Group.VIEW)):
        draw(lever, scenario)
    _fold(TIMING, [lever for lever in _levers(Group.ADOPTION) if lever not in rates], scenario)
    _fold(Group.PROCUREMENT, _levers(Group.PROCUREMENT), scenario)
    st.subheader("What we believe", anchor=False)
    for group in Group:
        if any(lever.kind is Kind.ASSUMPTION for lever in _levers(group)):
            _fold(group, _levers(group), scenario)


def draw(lever: Lever, scenario: Scenario) -> None:
    """Draw the widgets of one lever, set as in `scenario`."""
    if lever.is_numeric:
        _draw_number(lever, scenario[lever.id])
    else:
        _draw_words(lever, scenario[lever.id])


def _presets(scenario: Scenario) -> None:
    """Draw the presets, undo, redo, reset and the count of levers off base."""
    presets = ready_made()
    name = next((name for name, preset in presets.items() if preset == scenario), OWN_SETTINGS)
    names = [*presets, OWN_SETTINGS]
    st.selectbox("Start from", names, names.index(name), key=keys.key(_PRESET, name))
    steps = session.history()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button("", key="undo", icon=":material/undo:", help="Undo", on_click=session.undo, disabled=not steps.past)
        st.button("", key="redo", icon=":material/redo:", help="Redo", on_click=session.redo, disabled=not steps.future)
        st.button(
            "",
            key="reset_all",
            icon=":material/restart_alt:",
            help="Set every lever to base",
            on_click=session.choose,
            args=(bundled().base,),
            disabled=scenario == bundled().base,
        )
        changed = len(scenario.changes)
        st.caption(f"{counted(changed, 'lever')} off base" if changed else "All levers at base")


def _levers(group: Group) -> tuple[Lever, ...]:
    return tuple(lever for lever in bundled().levers.values() if lever.group is group)


def _fold(name: str, levers: Sequence[Lever], scenario: Scenario) -> None:
    """Draw a group of levers, folded; what is folded away is not drawn, for each widget costs time in every run."""
    changed = sum(scenario[lever.id] != lever.base for lever in levers)
    label = f"{name} · {changed} changed" if changed else str(name)
    fold = st.expander(label, key=f"group_{name.lower().replace(' ', '_')}", on_change="rerun")
    if fold.open:
        with fold:
            for lever in levers:
                draw(lever, scenario)


def _draw_number(lever: Lever, value: Value) -> None:
    on_slider: dict[str, Any] = {
        "min_value": lever.value(lever.minimum),
        "max_value": lever.value(lever.maximum),
        "value": value,
        "step": lever.value(lever.step),
    }
    in_field: dict[str, Any] = {name: typed(lever, number) for name, number in on_slider.items()}
    with _row():
        st.slider(
            lever.label,
            **on_slider,
            format=_slider_format(lever),
            key=keys.key(_name(_SLIDER, lever), value),
            help=_help(lever, bundled()),
        )
        st.number_input(
            _label_of_field(lever),
            **in_field,
            format="%d" if lever.whole else "%g",
            key=keys.key(_name(_FIELD, lever), in_field["value"]),
            label_visibility="collapsed",
            width=FIELD_WIDTH,
        )
        _reset_one(lever, value)


def _draw_words(lever: Lever, value: Value) -> None:
    settings: dict[str, Any] = {
        "key": keys.key(_name(_CHOICE, lever), value),
        "format_func": lambda option: in_figures(lever, option),
        "help": _help(lever, bundled()),
        "width": "stretch",
    }
    with _row():
        if len(lever.options) <= MOST_SEGMENTS:
            st.segmented_control(lever.label, lever.options, default=value, required=True, **settings)
        else:
            st.selectbox(lever.label, lever.options, lever.options.index(str(value)), **settings)
        _reset_one(lever, value)


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False)


def _reset_one(lever: Lever, value: Value) -> None:
    """Draw the button that sets one lever to base, or its empty place, so that nothing moves when it comes."""
    if value == lever.base:
        st.space(RESET_WIDTH)
        return
    st.button(
        "",
        key=f"reset_{lever.id}",
        icon=":material/undo:",
        type="tertiary",
        help=f"{lever.label}: back to base, {in_words(lever, lever.base)}",
        on_click=_reset,
        args=(lever,),
        width=RESET_WIDTH,
    )


@lru_cache
def _help(lever: Lever, inputs: Inputs) -> str:
    """Return the tooltip of a lever: what it is, its unit, bounds and range, and where its figures come from."""
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


def _reset(lever: Lever) -> None:
    session.change(**{lever.id: lever.base})
