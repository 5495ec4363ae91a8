"""The charts that only Explore draws: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from core.base.format import PERCENT, USD_BN
from core.story import plot
from core.story.charts import LINE
from core.story.plot import BIG, PALETTES, SMALL, Mode, Spec


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


@lru_cache(maxsize=32)
def savings(mode: Mode) -> Spec:
    """Cumulative savings with the payback marked; frame: story.frames.savings with a column payback (true once)."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(words=plot.words(USD_BN, "usd"))
    y = alt.Y("usd:Q", axis=plot.axis(USD_BN, palette, "$ B, cumulative"))
    x = plot.years_axis()
    tooltip = plot.tooltip(quarter="Quarter", words="Cumulative savings")
    line = {"color": palette.custom, "strokeWidth": 2.2}
    area = base.mark_area(color=palette.custom, fillOpacity=0.14, line=line).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=110, color=palette.custom, stroke=palette.ground).encode(
        x=x, y=y, opacity=plot.only("datum.payback"), tooltip=tooltip
    )
    marked = base.transform_joinaggregate(first="min(time_years)", last="max(time_years)").transform_filter(
        "datum.payback"
    )
    late = "datum.time_years > (datum.first + datum.last) / 2"
    rule = marked.mark_rule(color=palette.ink, strokeDash=[2, 3]).encode(x=x, y=y, y2=alt.value(0))
    name = (  # at the top, for there is no line: savings before the payback are below zero, and small soon after it
        marked.transform_calculate(name="'pays back in ' + datum.quarter")
        .mark_text(
            align=alt.expr(f"{late} ? 'right' : 'left'"),
            baseline="top",
            dx=alt.expr(f"{late} ? -6 : 6"),
        )
        .encode(x=x, y=alt.value(0), text="name:N")
    )
    return plot.compiled(alt.layer(area, rule, dots, name).properties(height=SMALL), mode)
