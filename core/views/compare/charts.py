"""The charts of the Compare page: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from core.story import charts as shared
from core.story import plot
from core.story.charts import SHORT_YEAR
from core.story.plot import BIG, Mode, Spec


@lru_cache(maxsize=32)
def spending_compared(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """One of several stacks of cash by year and kind, the reference's total outlined; frame: compare.frames.spending.

    All charts whose frames have the same rows of variant `scale` have the same axes.
    """
    x = shared.years_of_bars(labelOverlap=True, labelExpr=SHORT_YEAR)
    drawn = shared.stack(mode, kinds, 2, ("plan", "Cash"), ("baseline", "Reference, all cash"), x)
    return plot.compiled(alt.layer(*drawn, _span(x, "usd")).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def power_compared(mode: Mode, suppliers: tuple[str, ...]) -> Spec:
    """One of several charts of IT load, as `power`, on the axes of all of them; frame: compare.frames.power."""
    span: Spec = plot.compiled(alt.layer(_span(plot.years_axis(), "mw")), mode)
    one = shared.power(mode, suppliers)
    return {**one, "layer": [*one["layer"], *span["layer"]]}


def _span(x: alt.X, height: str) -> alt.Chart:
    """Return marks that nobody sees at the ends of a common scale: the rows of variant `scale`."""
    marks = plot.base().transform_filter("datum.variant == 'scale'").mark_point(opacity=0)
    chart: alt.Chart = marks.encode(x=x, y=alt.Y(f"{height}:Q"))
    return chart
