"""The one way to take a table away: a file that says which scenario it is of, and which model and data made it.

The browser's own download of a table is not offered (page.css): its file names none of these, and takes names that
begin like formulas for formulas.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.exports import csv
from core.exports.csv import Origin
from core.model.model import MODEL_VERSION
from pages.parts.work import dataset, session


def draw(name: str, title: str, table: pd.DataFrame, scenario: str | None = None) -> None:
    """Draw the button that downloads `table` under the name of its figure.

    `scenario` says what it is of where that is not the scenario on screen alone.
    """
    origin = _on_screen() if scenario is None else Origin(scenario, MODEL_VERSION, dataset.in_use().data_version)
    st.download_button(
        "Download as CSV",
        data=lambda: csv.content(title, table, origin),  # made when it is asked for, apart from the run and its session
        file_name=csv.file_name(name, origin),
        mime="text/csv",
        key=f"csv_{name}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def _on_screen() -> Origin:
    """Return where a table of the scenario on screen comes from; of work that is nowhere saved, how it is set."""
    step = session.history().now
    settings = ", ".join(f"{name} = {value}" for name, value in step.scenario.changes.items())
    return Origin(
        f"{session.name()}{session.version_words()}",
        MODEL_VERSION,
        dataset.in_use().data_version,
        settings if step.is_unsaved else "",
    )
