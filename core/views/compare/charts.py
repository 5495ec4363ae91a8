"""The charts of the Compare page: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from core.base.format import USD_BN
from core.story import charts as shared
from core.story import plot
from core.story.charts import SHORT_YEAR
from core.story.plot import BIG, PALETTES, Mode, Spec


@lru_cache(maxsize=32)
def spending_compared(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """One of several stacks of cash by year and kind, the reference's total outlined; frame: compare.frames.spending.

    All charts whose frames have the same rows of variant `scale` have the same axes.
    """
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(kinds), range=plot.supplier_colours(palette, len(kinds) - 2, 2))
    x = alt.X(
        "year:O",
        axis=plot.quiet_axis(labelAngle=0, labelOverlap=True, labelExpr=SHORT_YEAR),
        scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1),
    )
    bars = (
        plot.base()
        .transform_filter("datum.variant == 'plan'")
        .transform_calculate(words=plot.words(USD_BN, "usd"), place=f"indexof({list(kinds)!r}, datum.kind)")
        .mark_bar(stroke=palette.ground, strokeWidth=0.7)
        .encode(
            x=x,
            y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
            color=alt.Color("kind:N", scale=colours, legend=plot.key(list(kinds))),
            order=alt.Order("place:Q"),
            tooltip=plot.tooltip(year="Year", kind="Kind", words="Cash"),
        )
    )
    outline = (
        plot.base()
        .transform_filter("datum.variant == 'baseline'")
        .transform_aggregate(usd="sum(usd)", groupby=["year"])
        .transform_calculate(words=plot.words(USD_BN, "usd"))
        .mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3)
        .encode(x=x, y=alt.Y("usd:Q"), tooltip=plot.tooltip(year="Year", words="Reference, all cash"))
    )
    return plot.compiled(alt.layer(bars, outline, _span(x, "usd")).properties(height=BIG), mode)


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
