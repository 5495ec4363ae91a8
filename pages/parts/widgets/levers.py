"""The levers in the sidebar: what is ours to decide, workload by workload, and what we believe, folded by group.

pages/parts/widgets/lever.py draws any one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from core.base.format import counted, in_sentence, listed
from core.inputs import shares
from core.inputs.data import LEAD, Inputs
from core.inputs.intake.numbers import NumberError
from core.inputs.lever import Group, Kind, Lever, Value
from core.inputs.lever_table import adoption, start_lag
from core.inputs.levers import Levers
from core.inputs.presets import OWN_SETTINGS
from core.inputs.scenario import Scenario
from core.story.delivery import path_words, short_words
from core.story.labels import supplier_labels, workload_label
from core.story.lines import comes_of
from core.story.settings import entered, in_figures
from pages.parts.kept.answer import answer
from pages.parts.widgets import figures, keys, lever, views
from pages.parts.widgets.lever import BUTTON_WIDTH, CHOICE, FIELD, LIST, RESET, SLIDER
from pages.parts.work import dataset, session
from pages.parts.work.steps import ready_made
from pages.parts.work.text import plain

TIMING: Final = "Timing and right to stop"
MOST_SPLIT: Final = 8
"""Of more shares than this those of one workload are shown, which the visitor picks."""
_PRESET: Final = "preset"
_STARTS: Final = "starts_shown"


class MoveError(ValueError):
    """A lever cannot be brought there; the message says why."""


@lru_cache(maxsize=8)
def _widgets(levers: Levers) -> Mapping[str, tuple[str, Lever | None]]:
    """Return the widgets of the sidebar by name: what each is, and the lever that it moves; a preset moves all."""
    kinds = (SLIDER, FIELD, CHOICE, LIST, RESET)
    moving = {lever.name(kind, one): (kind, one) for kind in kinds for one in levers.values()}
    return {_PRESET: (_PRESET, None), **moving}


def listen() -> None:
    """Take in what the visitor moved since the last run; call it after `session.begin`, before anything is drawn.

    The widgets are read here and not by callbacks: a move that comes while Streamlit is at an earlier one's callback
    ends that callback, and the earlier move would be lost. Here it is still there to read in the next run.
    """
    widgets = _widgets(dataset.in_use().levers)
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
    _, one = _widgets(scenario.levers)[name]
    try:
        return scenario if one is None else brought(dataset.in_use(), name, says, scenario)
    except NumberError:
        if one is not None:
            lever.refuse(one, scenario[one.id])
    except MoveError:
        pass  # by a browser that has an older page
    return scenario


def brought(inputs: Inputs, name: str, says: Value, scenario: Scenario) -> Scenario:
    """Return a scenario as it is when the widget of `name` is brought to what it `says`.

    Raises NumberError if what is typed is no figure, and MoveError if there is no such widget or it cannot say so.
    """
    kind, one = _widgets(inputs.levers).get(name, ("", None))
    if one is None:
        raise MoveError(f"{name!r:.80} is nothing that moves a lever")
    value = entered(one, str(says)) if kind == FIELD else one.base if kind == RESET else says
    if problem := one.problem(value):
        raise MoveError(problem)
    return shares.with_setting(inputs, scenario, one.id, one.normal(value))


def sidebar() -> None:
    """Draw all levers and what acts on all of them; call it inside the sidebar."""
    scenario, inputs = session.current(), dataset.in_use()
    _presets(scenario)
    st.subheader("Ours to decide", anchor=False)
    st.caption("Custom share of new capacity")
    for workload, short in zip(inputs.workloads, short_words(answer(scenario)), strict=True):
        _workload(inputs, workload, scenario, short)
    for one in _shown_at_once(inputs.levers):
        lever.draw(one, scenario)
    _fold(TIMING, _timing(inputs), scenario)
    _splits(inputs, scenario)
    st.subheader("What we believe", anchor=False)
    for group in Group:
        _fold(group, [one for one in _levers(group) if one.kind is Kind.ASSUMPTION], scenario)


def _shown_at_once(levers: Levers) -> list[Lever]:
    """Return how it is looked at, and choices that stand among beliefs: they are decided, not believed."""
    believed = {one.group for one in levers.values() if one.kind is Kind.ASSUMPTION}
    choices = [one for one in levers.values() if one.kind is Kind.CHOICE]
    return [one for one in choices if one.group is Group.VIEW or one.group in believed]


def _timing(inputs: Inputs) -> list[Lever]:
    """Return what is decided of adoption for all workloads alike."""
    of_one = {name for workload in inputs.workloads for name in (adoption(workload), start_lag(workload))}
    return [one for one in _levers(Group.ADOPTION) if one.id not in of_one]


def _presets(scenario: Scenario) -> None:
    """Draw the presets, undo, redo, reset and the count of levers off base."""
    presets = ready_made()
    name = next((name for name, preset in presets.items() if preset == scenario), OWN_SETTINGS)
    names = [*presets, OWN_SETTINGS]
    st.selectbox("Start from", names, names.index(name), key=keys.key(_PRESET, name))
    steps = session.history()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="steps"):
        st.button("", key="undo", icon=":material/undo:", help="Undo", on_click=session.undo, disabled=not steps.past)
        st.button("", key="redo", icon=":material/redo:", help="Redo", on_click=session.redo, disabled=not steps.future)
        st.button(
            "",
            key="reset_all",
            icon=":material/restart_alt:",
            help="Set every lever to base",
            on_click=session.choose,
            args=(dataset.in_use().base,),
            disabled=scenario == dataset.in_use().base,
        )
        _back_to_saved(scenario)
        changed = len(scenario.changes)
        st.caption(f"{counted(changed, 'lever')} off base" if changed else "All levers at base")


def _back_to_saved(scenario: Scenario) -> None:
    """Draw the button that sets every lever as in the saved scenario that the work began from, if there is one."""
    origin = session.origin()
    if origin is None:
        return
    st.button(
        "",
        key="reset_to_saved",
        icon=":material/settings_backup_restore:",
        help=plain(f"Back to “{origin.name}” as saved, v{origin.number}; undo gives your changes back"),
        on_click=session.choose,
        args=(origin.scenario,),
        disabled=scenario == origin.scenario,
    )


# --- A workload: its custom share, and when that begins to move


def _workload(inputs: Inputs, workload: str, scenario: Scenario, short: str) -> None:
    """Draw the custom share of a workload with what of it does not come, `short`, and behind it its start and path.

    They are drawn once the workload has a start of its own, or is to get one.
    """
    of_start = inputs.levers[start_lag(workload)]
    is_later = scenario[of_start.id] != of_start.minimum
    clock = None if is_later else lambda: _clock(inputs, workload, scenario)
    lever.draw(inputs.levers[adoption(workload)], scenario, beside=clock)
    figures.line(comes_of(workload), short, figures.BELOW_A_LEVER)
    if is_later or workload in _shown_starts():
        _start(inputs, workload, scenario, of_start)
        figures.words(path_words(answer(scenario), inputs.workloads.index(workload)))


def _clock(inputs: Inputs, workload: str, scenario: Scenario) -> None:
    """Draw the button that shows and hides the workload's own start."""
    begins = shares.starts(inputs, scenario, workload)[0]
    st.button(
        "",
        key=f"start_{workload}",
        icon=":material/schedule:",
        type="tertiary",
        help=plain(f"{workload_label(inputs, workload)}: starts in {begins}, with the others; its path by year"),
        on_click=_show_or_hide_start,
        args=(workload,),
        width=BUTTON_WIDTH,
    )


def _start(inputs: Inputs, workload: str, scenario: Scenario, of_start: Lever) -> None:
    """Draw the quarter in which the workload's share begins to move; a quarter is picked, a lag is kept."""
    labels = shares.starts(inputs, scenario, workload)
    lag, lags = int(scenario.number(of_start.id)), tuple(labels)
    with lever.row():
        st.selectbox(
            plain(of_start.label),
            lags,
            lags.index(lag),
            format_func=lambda late: labels[late] if late else f"{labels[late]}, with the others",
            key=keys.key(lever.name(LIST, of_start), lag, labels[0]),
            help=lever.help_of(of_start, inputs),
        )
        lever.reset_one(of_start, lag)


def _shown_starts() -> frozenset[str]:
    kept: frozenset[str] = st.session_state.get(_STARTS, frozenset())
    return kept


def _show_or_hide_start(workload: str) -> None:
    st.session_state[_STARTS] = _shown_starts() ^ {workload}


# --- How what is bought is divided


def _splits(inputs: Inputs, scenario: Scenario) -> None:
    """Draw how what is bought for each workload is divided; with one merchant there is nothing to divide."""
    levers = _levers(Group.PROCUREMENT)
    with_lead = len(inputs.suppliers) - LEAD
    if with_lead <= 2:  # one slider a workload: what it leaves is the lead's
        _fold(Group.PROCUREMENT, levers, scenario)
        return
    fold = _folded(Group.PROCUREMENT, levers, scenario)
    if not fold.open:
        return
    with fold:
        workloads: Iterable[str] = inputs.workloads
        if len(levers) > MOST_SPLIT:
            of = views.choice(
                "split_workload", "Workload", inputs.workloads, inputs.workloads[0],
                lambda one: workload_label(inputs, one),
            )  # fmt: skip
            workloads = (of,)
        for workload in workloads:
            _split(inputs, workload, scenario)


def _split(inputs: Inputs, workload: str, scenario: Scenario) -> None:
    """Draw the shares of what is bought for a workload; they never add up to more than all of it."""
    split = shares.splits(inputs)[workload]
    for name in split:
        lever.draw(inputs.levers[name], scenario)
    st.caption(plain(_rest_words(inputs, workload, scenario, split)))


def _rest_words(inputs: Inputs, workload: str, scenario: Scenario, split: tuple[str, ...]) -> str:
    """Say what a split leaves to the lead, and how the others give way to each other."""
    lead, *others = supplier_labels(inputs)[LEAD:]
    work = in_sentence(workload_label(inputs, workload))
    if shares.is_over(scenario, split):
        return f"{listed(others)} ask for more than all of {work}: each is divided by their sum, {lead} has nothing"
    left = shares.lead_share(scenario, split)
    if not left:
        return f"{lead} has nothing of {work}; what one of the others gets more, the rest get less"
    return f"{lead} has what they leave of {work}: {in_figures(inputs.levers[split[0]], left)}"


# --- Groups


def _levers(group: Group) -> tuple[Lever, ...]:
    return tuple(one for one in dataset.in_use().levers.values() if one.group is group)


def _fold(name: str, levers: Sequence[Lever], scenario: Scenario) -> None:
    """Draw a group of levers, folded; what is folded away is not drawn, for each widget costs time in every run."""
    if not levers:
        return
    fold = _folded(name, levers, scenario)
    if fold.open:
        with fold:
            for one in levers:
                lever.draw(one, scenario)


def _folded(name: str, levers: Sequence[Lever], scenario: Scenario) -> Any:
    """Draw the fold of a group and return it; below it, while it is closed, how many of its levers are off base.

    Its label never changes: another one makes it another fold, closed again under the hand that moves a lever in it.
    """
    fold = st.expander(str(name), key=f"group_{name.lower().replace(' ', '_')}", on_change="rerun")
    if not fold.open and (changed := sum(scenario[one.id] != one.base for one in levers)):
        st.caption(f"{name}: {counted(changed, 'lever')} changed")
    return fold
