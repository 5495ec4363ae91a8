"""The block above a page when a saved revision was opened: what became of its figures since, and the switch back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.base.format import MINUS
from core.story.labels import supplier_labels
from core.story.odds import KeptOdds
from core.story.odds import kept as kept_odds
from core.views.saved import finding, tables
from core.views.saved.difference import Reopening
from core.views.saved.figures import FIGURES, View
from core.views.saved.reading import Report, UnreadableError
from pages.parts.kept import odds
from pages.parts.scenario import way
from pages.parts.widgets import figures, later
from pages.parts.work import saved
from pages.parts.work.text import plain

TODAY: Final = "Today's figures"
AS_SAVED: Final = "As saved"
_COLUMNS: Final[Mapping[str, Any]] = {"Row": st.column_config.TextColumn(width="medium")}
_SLOT: Final = "reopened_odds"
_UNBROKEN: Final = "\N{WORD JOINER}"


def draw(reopening: Reopening, when: date) -> bool:
    """Draw what changed since the revision was saved on `when`; return True if the reader wants it as it was saved.

    Nothing is drawn if nothing changed. As saved, its figures and charts are drawn here, and the page below need not.
    """
    if not reopening.differs:
        return False
    with st.container(border=True, key="reopened", gap="small"):
        said, switch = st.columns([7, 3], vertical_alignment="center")
        said.markdown(_what_became_of_it(reopening, when))
        # A key of its own for each revision, so that each is opened on today's figures.
        shown = switch.segmented_control(
            "Figures shown",
            (TODAY, AS_SAVED),
            default=TODAY,
            required=True,
            label_visibility="collapsed",
            key=f"reopened_as_{when.isoformat()}",
        )
        _odds(reopening)
        way.draw(reopening, when)
        _fold(reopening)
    if shown == AS_SAVED:
        as_saved(reopening.saved, when, reopening)
    return bool(shown == AS_SAVED)


def _odds(reopening: Reopening) -> None:
    """Draw the odds as saved beside today's if these are known, else a place for them that `fill` draws in."""
    today = saved.known_odds(reopening.scenario)
    if (said := finding.odds(reopening, today)) is not None:
        slot = st.empty()
        slot.markdown(plain(said))
        if today is None:
            later.leave(_SLOT, (slot, reopening))


def fill() -> None:
    """Work out today's odds that were left open and draw them; call it when the page stands."""
    waiting: tuple[DeltaGenerator, Reopening] | None = later.take(_SLOT)
    if waiting is not None:
        slot, reopening = waiting
        said = finding.odds(reopening, KeptOdds.of(odds.futures(reopening.scenario)))
        slot.markdown(plain(said or ""))


def beside(reopening: Reopening, when: date) -> None:
    """Draw what changed since a revision was saved that is shown as saved whatever the reader wants."""
    if reopening.differs:
        with st.container(border=True, key="reopened", gap="small"):
            st.markdown(_what_became_of_it(reopening, when))
            _fold(reopening)


def _what_became_of_it(reopening: Reopening, when: date) -> str:
    said = [finding.sentence(reopening, when), finding.basis(reopening)]
    # A line must not end between a minus and its figure.
    text = plain(" ".join(one for one in said if one is not None)).replace(MINUS, MINUS + _UNBROKEN)
    return f":material/history: {text}"


def _fold(reopening: Reopening) -> None:
    fold = st.expander("Saved against today", key="behind_reopened", type="compact", on_change="rerun")
    if fold.open:
        with fold:
            _differences(reopening)


def as_saved(report: Report, when: date, reopening: Reopening | None = None) -> None:
    """Draw the figures and charts of a revision from its report alone, marked with the versions that made them.

    `reopening` is the same scenario opened again, if it could be worked out: it says what suppliers are called, and
    what its figures are today.
    """
    inputs = None if reopening is None else reopening.inputs
    names = {} if inputs is None else dict(zip(inputs.suppliers, supplier_labels(inputs), strict=True))
    today = None if reopening is None else reopening.today
    view = View(report, when, today, names)
    st.title(plain(finding.title(report, when)), anchor=False)
    st.caption(
        f"Worked out with model {plain(str(report['model_version']))} and data {plain(str(report['data_version']))} "
        "and kept since. The levers act on today's figures, not on these."
    )
    if (sure := kept_odds(report.get("odds"))) is not None:
        st.caption(plain(f"Odds as saved: {sure.words}, seed {sure.seed}."))
    figures.strip(finding.metrics(report, today))
    for column, name, what in zip(st.columns(2, gap="medium"), FIGURES, ("Spending", "Power"), strict=True):
        with column:
            try:
                _chart(view, name)
            except UnreadableError as error:
                st.caption(plain(f"{what} cannot be drawn. {error}"))


def _chart(view: View, name: str) -> None:
    """Draw a figure as it was saved: what it rests on are data that may be no longer in use, so no fold says it."""
    figure = FIGURES[name]
    title, caption = figure.title(view), figure.caption(view)
    if figure.spec is None or figure.frame is None:
        raise ValueError(f"{name}: a saved figure is a chart; give it spec and frame")
    figures.heading(title, caption)
    spec = figure.spec(figures.mode(), view)
    st.vega_lite_chart(figure.frame(view), spec, key=f"chart_{name}", alt=f"{title}. {caption}")


def _differences(reopening: Reopening) -> None:
    then, today = reopening.saved, reopening.today
    st.caption(
        f"Saved with model {plain(str(then['model_version']))} and data {plain(str(then['data_version']))}; "
        f"today: model {today['model_version']} and data {today['data_version']}. Of it model: today's model on the "
        "saved data, less what was saved. Of it data: today's figure less that."
    )
    figures.words(tables.against_today(reopening))
    _of_contributions(reopening)
    _of_levers(reopening)
    if not reopening.data_changed:
        return
    if reopening.changes is None:
        st.markdown("Which inputs changed cannot be listed, for the data it was saved with cannot be read.")
    elif reopening.changes.empty:
        st.markdown("No input differs, only the way in which they are written.")
    else:
        st.markdown("**Inputs that changed**, figures first")
        st.dataframe(
            tables.changed_inputs(reopening.changes),
            column_config=_COLUMNS,
            hide_index=True,
            key="changed_inputs",
            alt="Inputs that changed since the revision was saved, with the figure before and after",
        )


def _of_contributions(reopening: Reopening) -> None:
    if reopening.contributions_differ_in_kind:
        st.markdown(f"**What each workload contributes is measured otherwise now.** {plain(finding.CONTRIBUTIONS)}")
        figures.words(tables.contributions_of(reopening))


def _of_levers(reopening: Reopening) -> None:
    for line in finding.gone(reopening):
        st.markdown(plain(line))
    if reopening.added:
        st.markdown("**Levers that the saved report did not have** stand at base")
        figures.words(tables.added_levers(reopening))
