"""The block above a page when a saved revision was opened: what became of its figures since, and the switch back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from core.base.format import MINUS
from core.inputs.data import bundled
from core.story.settings import in_words
from core.views.saved import finding, tables
from core.views.saved.difference import Reopening
from core.views.saved.figures import FIGURES, View
from core.views.saved.reading import Report, UnreadableError
from pages.parts.widgets import figures
from pages.parts.work.text import plain

TODAY: Final = "Today's figures"
AS_SAVED: Final = "As saved"
_COLUMNS: Final[Mapping[str, Any]] = {"Row": st.column_config.TextColumn(width="medium")}
_UNBROKEN: Final = "\N{WORD JOINER}"


def draw(reopening: Reopening, when: date) -> bool:
    """Draw what changed since the revision was saved on `when`; return True if the reader wants it as it was saved.

    Nothing is drawn if nothing changed. As saved, its figures and charts are drawn here, and the page below need not.
    """
    if not reopening.differs:
        return False
    with st.container(border=True, key="reopened", gap="small"):
        said, switch = st.columns([7, 3], vertical_alignment="center")
        # A line must not end between a minus and its figure.
        sentence = plain(finding.sentence(reopening, when)).replace(MINUS, MINUS + _UNBROKEN)
        said.markdown(f":material/history: {sentence}")
        # A key of its own for each revision, so that each is opened on today's figures.
        shown = switch.segmented_control(
            "Figures shown",
            (TODAY, AS_SAVED),
            default=TODAY,
            required=True,
            label_visibility="collapsed",
            key=f"reopened_as_{when.isoformat()}",
        )
        fold = st.expander("Saved against today", key="behind_reopened", type="compact", on_change="rerun")
        if fold.open:
            with fold:
                _differences(reopening)
    if shown == AS_SAVED:
        as_saved(reopening.saved, when, reopening.today)
    return bool(shown == AS_SAVED)


def as_saved(saved: Report, when: date, today: Report | None = None) -> None:
    """Draw the figures and charts of a revision from its report alone, marked with the versions that made them.

    `today` is the report of the same scenario today, if it could be worked out.
    """
    view = View(saved, when, today, bundled())
    st.title(plain(finding.title(saved, when)), anchor=False)
    st.caption(
        f"Worked out with model {plain(str(saved['model_version']))} and data {plain(str(saved['data_version']))} and "
        "kept since. The levers act on today's figures, not on these."
    )
    figures.strip(finding.metrics(saved, today))
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
    saved, today = reopening.saved, reopening.today
    st.caption(
        f"Saved with model {plain(str(saved['model_version']))} and data {plain(str(saved['data_version']))}; "
        f"today: model {today['model_version']} and data {today['data_version']}. Of it model: today's model on the "
        "saved data, less what was saved. Of it data: today's figure less that."
    )
    figures.words(tables.against_today(reopening))
    for line in _of_levers(reopening):
        st.markdown(plain(line))
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


def _of_levers(reopening: Reopening) -> list[str]:
    lines = [
        f"The saved lever {name} ({value}) is gone from today's model; it has no part in today's figures."
        for name, value in reopening.gone.items()
    ]
    lines += [
        f"{lever.label} is a lever that the saved model did not have; it stands at base, {in_words(lever, lever.base)}."
        for lever in map(bundled().levers.__getitem__, reopening.added)
    ]
    return lines
