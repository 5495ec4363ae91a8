"""The charts that only Explore draws: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from core.base.format import PERCENT, USD_BN
from core.story import plot
from core.story.charts import LINE
from core.story.plot import BIG, PALETTES, Mode, Spec


@lru_cache(maxsize=32)
def adoption(mode: Mode, workloads: tuple[str, ...], families: tuple[int, ...], places: tuple[int, ...]) -> Spec:
    """Value of each workload's adoption against none, the scenario dotted; frame: story.frames.adoption_value."""
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(workloads), range=plot.workload_colours(palette, families))
    dashes = alt.Scale(domain=list(workloads), range=plot.workload_dashes(places))
    base = plot.base().transform_calculate(words=plot.words(USD_BN, "usd"), rate="format(datum.adoption_share, '.0%')")
    x = alt.X(
        "adoption_share:Q",
        axis=plot.quiet_axis(
            title="Custom share of new capacity",
            labelExpr=f"format(datum.value / {PERCENT.scale!r}, '.0f') + '{PERCENT.suffix}'",
            values=[0, 0.2, 0.4, 0.6, 0.8, 1.0],
        ),
        scale=alt.Scale(domain=[0, 1], nice=False),
    )
    y = alt.Y("usd:Q", axis=plot.axis(USD_BN, palette, "$ B against none"))
    colour = alt.Color("workload:N", scale=colours, legend=None)
    tooltip = plot.tooltip(workload="Workload", rate="Custom share", words="Value against none")
    lines = (
        base.transform_filter("!datum.here")
        .mark_line(strokeWidth=2.2, interpolate="monotone")
        .encode(x=x, y=y, color=colour, strokeDash=alt.StrokeDash("workload:N", scale=dashes, legend=None))
    )
    dots = base.mark_point(filled=True, size=110, stroke=palette.ground, strokeWidth=1.5).encode(
        x=x, y=y, color=colour, opacity=plot.only("datum.here"), tooltip=tooltip
    )
    place = f"indexof({list(workloads)!r}, datum.workload) - {(len(workloads) - 1) / 2!r}"
    first_line = f"indexof(datum.name, '\\n') < 0 ? 0 : {-LINE / 2}"  # of two lines, both stand about the place
    apart = alt.expr(f"(datum.least == datum.most ? {LINE} * ({place}) : 0) + ({first_line})")
    names = (
        base.transform_joinaggregate(least="min(usd)", most="max(usd)")  # where no line leaves zero, names part by hand
        .transform_filter("!datum.here && datum.adoption_share == 1")
        .mark_text(align="left", baseline="middle", dx=8, dy=apart, lineBreak="\n")
        .encode(x=x, y=alt.Y("label_usd:Q"), text="name:N", color=colour)
    )
    return plot.compiled(alt.layer(lines, dots, names).properties(height=BIG), mode)
