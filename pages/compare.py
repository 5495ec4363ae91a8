"""The Compare page: two to four scenarios side by side, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.base.format import counted
from core.inputs import evidence
from core.inputs.data import bundled
from core.story import charts, frames, tables
from core.story.labels import supplier_labels
from core.story.plot import Spec
from core.story.settings import in_words
from core.views.compare import charts as compare_charts
from core.views.compare import frames as compare
from core.views.compare.frames import Compared
from pages.parts.kept import bridges
from pages.parts.kept.answer import answer
from pages.parts.library import selection
from pages.parts.widgets import figures
from pages.parts.work.text import plain

MOST_LEVERS = 12
"""A longer list of levers is folded away."""
KEY_COLUMNS = {2: 5, 3: 3, 4: 2}
"""Names side by side in the key of a chart, by the number of scenarios."""

EXACT = {
    f"{one.label} ({one.exact_unit})": st.column_config.NumberColumn(
        format="dollar" if one.exact_unit == "$" else "%.6f"
    )
    for one in compare.MEASURES
}
"""How the figures of a bridge are written where they add up."""

inputs, mode = bundled(), figures.mode()
choices = selection.chosen()
compared = [Compared(choice.name, choice.scenario, answer(choice.scenario)) for choice in choices]


def behind(name: str, label: str, table: Callable[[], pd.DataFrame]) -> None:
    """Draw the fold that holds a figure's table; what is folded away is not drawn."""
    fold = st.expander(label, key=f"behind_compare_{name}", type="compact", on_change="rerun")
    if fold.open:
        with fold:
            st.dataframe(
                table(), column_config={**figures.LINKS, **EXACT}, hide_index=True, alt=f"Figures behind {label}"
            )


def side_by_side(name: str, title: str, caption: str, spec: Spec, shown: list[pd.DataFrame]) -> None:
    """Draw a chart a scenario, all on one scale."""
    figures.heading(title, caption)
    for i, (column, one, frame) in enumerate(
        zip(st.columns(len(compared), gap="medium"), compared, shown, strict=True)
    ):
        with column:
            st.markdown(f"**{plain(one.name)}**")
            st.vega_lite_chart(frame, spec, key=f"chart_{name}_{i}", alt=f"{one.name}. {title}. {caption}")


if len(compared) < 2:
    st.title("Compare scenarios side by side", anchor=False)
    selection.picker()
    st.info(
        "Pick at least two scenarios. The first is the reference; up to three more stand beside it with their "
        "differences. For settings of your own, move the levers and pick the scenario on screen.",
        icon=":material/compare_arrows:",
    )
    st.stop()

differ = compare.differing(compared)
first, second = selection.ends(choices)
names = (first.name, second.name)
bridge, measure = bridges.between(first.scenario, second.scenario), selection.measure()
st.title(plain(compare.title(compared, bridge)), anchor=False)
st.caption(plain(compare.subtitle(compared, evidence.data_date(inputs))))
selection.picker()
figures.words(compare.headline_table(compared))
st.caption(
    "Value is the present value, after tax, of what a scenario saves against its own baseline under its own "
    "assumptions: it can be higher because the baseline costs more. In brackets: difference from the reference."
)
behind(
    "evidence",
    "Evidence: inputs, the most certain first",
    lambda: tables.sources(inputs, (*evidence.MONEY, "company_facts")),
)

side_by_side(
    "spending_compared",
    compare.spending_title(compared),
    f"Cash before tax, one scale; outline: {compared[0].name}. AMD is less the value of its warrant.",
    compare_charts.spending_compared(mode, frames.spending_kinds(inputs), KEY_COLUMNS[len(compared)]),
    compare.spending(compared),
)
behind("spending", "Spending by year", lambda: compare.spending_table(compared))
side_by_side(
    "power_compared",
    compare.power_title(compared),
    f"IT load of all accelerators that work, one scale; dashed: what can be powered; line: {compared[0].name}.",
    compare_charts.power_compared(mode, supplier_labels(inputs)),
    compare.power(compared),
)
behind("power", "Power by quarter", lambda: compare.power_table(compared))

if differ:
    figures.heading(f"{counted(len(differ), 'lever')} set differently", "All other levers are set alike.")
if len(differ) > MOST_LEVERS:
    behind("levers", "Levers that differ", lambda: compare.levers_table(inputs, compared, in_words))
elif differ:
    figures.words(compare.levers_table(inputs, compared, in_words))

figures.heading(compare.bridge_title(bridge, measure), compare.bridge_caption(bridge, measure, names))
selection.bridge_picker()
if bridge.levers:
    bars = compare.bridge_bars(bridge, measure, names, in_words)
    st.vega_lite_chart(
        bars,
        charts.bridge(mode, compare.bridge_unit(bridge, measure), len(bars)),
        key="chart_bridge",
        alt=f"{compare.bridge_title(bridge, measure)}. {compare.bridge_caption(bridge, measure, names)}",
    )
    behind("bridge", "Every lever, to the cent", lambda: compare.bridge_table(bridge, names, in_words))
