"""Altair charts: each a pure function of a tidy frame's column names, compiled once a process for light and dark.

A chart function returns a Vega-Lite specification without data; the page puts the frame in. Figures arrive in base
units and are scaled on the axis by core.base.format. One accent for custom chips, greys for bought ones, colour for the
family of a workload and dashes for training: all told apart without colour vision, and named at their ends.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import GW, MINUS, PERCENT, USD_BN, Unit
from core.story import plot
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec


@lru_cache(maxsize=32)
def spending(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Stacked cash by year and kind, the baseline's total outlined; frame: story.frames.spending."""
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(kinds), range=[palette.custom, *palette.greys])
    plan = plot.base().transform_filter("datum.variant == 'plan'").transform_calculate(words=plot.words(USD_BN, "usd"))
    order = f"indexof({list(kinds)!r}, datum.kind)"
    x = alt.X(
        "year:O", axis=plot.quiet_axis(palette, labelAngle=0), scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1)
    )
    bars = (
        plan.transform_calculate(place=order)
        .mark_bar(stroke=palette.ground, strokeWidth=0.7)
        .encode(
            x=x,
            y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
            color=alt.Color("kind:N", scale=colours, legend=plot.key(palette, list(kinds))),
            order=alt.Order("place:Q"),
            tooltip=plot.tooltip(year="Year", kind="Kind", words="Cash"),
        )
    )
    total = (
        plot.base()
        .transform_filter("datum.variant == 'baseline'")
        .transform_aggregate(usd="sum(usd)", groupby=["year"])
        .transform_calculate(words=plot.words(USD_BN, "usd"))
    )
    outline = total.mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3).encode(
        x=x, y=alt.Y("usd:Q"), tooltip=plot.tooltip(year="Year", words="Baseline, all cash")
    )
    return plot.compiled(alt.layer(bars, outline).properties(height=BIG))


@lru_cache(maxsize=32)
def adoption(mode: Mode, workloads: tuple[str, ...], generative: tuple[bool, ...], training: tuple[bool, ...]) -> Spec:
    """Value of each workload's adoption against none, the scenario dotted; frame: story.frames.adoption_value."""
    palette = PALETTES[mode]
    colours = alt.Scale(
        domain=list(workloads), range=[palette.generative if g else palette.ranking for g in generative]
    )
    dashes = alt.Scale(domain=list(workloads), range=[[5, 4] if t else [1, 0] for t in training])
    base = plot.base().transform_calculate(words=plot.words(USD_BN, "usd"), rate="format(datum.adoption_share, '.0%')")
    x = alt.X(
        "adoption_share:Q",
        axis=plot.quiet_axis(
            palette,
            title="Custom share of new capacity",
            titleColor=palette.quiet,
            titleFontWeight="normal",
            titleFontSize=12,
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
    apart = alt.expr(f"datum.least == datum.most ? {LINE} * (indexof({list(workloads)!r}, datum.workload) - 1.5) : 0")
    names = (
        base.transform_joinaggregate(least="min(usd)", most="max(usd)")  # where no line leaves zero, names part by hand
        .transform_filter("!datum.here && datum.adoption_share == 1")
        .mark_text(align="left", baseline="middle", dx=8, dy=apart, fontSize=12)
        .encode(x=x, y=alt.Y("label_usd:Q"), text="workload:N", color=colour)
    )
    return plot.compiled(alt.layer(lines, dots, names).properties(height=BIG))


@lru_cache(maxsize=32)
def contribution(mode: Mode, workloads: tuple[str, ...], generative: tuple[bool, ...]) -> Spec:
    """What each workload's own adoption adds to value; frame: story.frames.contribution."""
    palette = PALETTES[mode]
    colours = alt.Scale(
        domain=list(workloads), range=[palette.generative if g else palette.ranking for g in generative]
    )
    base = plot.base().transform_calculate(words=f"datum.usd == 0 ? '{USD_BN.prefix}0' : {plot.words(USD_BN, 'usd')}")
    y = alt.Y("workload:N", sort=list(workloads), axis=plot.quiet_axis(palette, labelColor=palette.ink, labelLimit=170))
    zero = alt.Axis(title=None, values=[0], labels=False, ticks=False, domain=False, gridColor=palette.ink)
    x = alt.X("usd:Q", axis=zero, scale=alt.Scale(padding=58))
    bars = base.mark_bar(height=16).encode(
        x=x,
        y=y,
        color=alt.Color("workload:N", scale=colours, legend=None),
        tooltip=plot.tooltip(workload="Workload", words="Adds to value"),
    )
    figures = (
        base.transform_calculate(right="max(0, datum.usd)")  # to the right of a gain, and of zero for a loss
        .mark_text(align="left", dx=6, fontSize=12, color=palette.ink)
        .encode(x="right:Q", y=y, text="words:N")
    )
    return plot.compiled(alt.layer(bars, figures).properties(height=SMALL))


@lru_cache(maxsize=32)
def savings(mode: Mode) -> Spec:
    """Cumulative savings with the payback marked; frame: story.frames.savings with a column payback (true once)."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(words=plot.words(USD_BN, "usd"))
    y = alt.Y("usd:Q", axis=plot.axis(USD_BN, palette, "$ B, cumulative"))
    x = plot.years_axis(palette)
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
            fontSize=12,
            color=palette.ink,
        )
        .encode(x=x, y=alt.value(0), text="name:N")
    )
    return plot.compiled(alt.layer(area, rule, dots, name).properties(height=SMALL))


LINE: Final = 16
"""Height of a name at the end of a line or band, in px."""


def _supplier_colours(palette: Palette, suppliers: tuple[str, ...]) -> list[str]:
    """Return the accent for custom chips and greys for bought ones; where they are not told apart, one grey."""
    return [palette.custom, *palette.greys[: len(suppliers) - 1]] if len(suppliers) > 1 else [palette.greys[0]]


@lru_cache(maxsize=32)
def power(mode: Mode, suppliers: tuple[str, ...]) -> Spec:
    """IT load by supplier, stacked; capacity dashed, the baseline's total a line; frame: story.frames.power."""
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(suppliers), range=_supplier_colours(palette, suppliers))
    order = f"indexof({list(suppliers)!r}, datum.supplier)"
    plan = (
        plot.base()
        .transform_filter("datum.variant == 'plan'")
        .transform_calculate(words=plot.words(GW, "mw"), limit=plot.words(GW, "capacity_mw"), place=order)
    )
    x, y = plot.years_axis(palette), alt.Y("mw:Q", stack="zero", axis=plot.axis(GW, palette, "GW of IT load"))
    area = plan.mark_area(stroke=palette.ground, strokeWidth=0.7).encode(
        x=x,
        y=y,
        color=alt.Color("supplier:N", scale=colours, legend=None),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(quarter="Quarter", supplier="Supplier", words="IT load", limit="Capacity"),
    )
    capacity = (
        plan.transform_filter("datum.place == 0")
        .mark_line(color=palette.ink, strokeWidth=1.6, strokeDash=[5, 4])
        .encode(x=x, y=alt.Y("capacity_mw:Q"))
    )
    total = (
        plot.base()
        .transform_filter("datum.variant == 'baseline'")
        .transform_aggregate(mw="sum(mw)", groupby=["time_years"])
        .mark_line(color=palette.ink, strokeWidth=1.2)
        .encode(x=x, y=alt.Y("mw:Q"))
    )
    last = (
        plot.base()
        .transform_joinaggregate(last="max(time_years)", groupby=["variant"])
        .transform_filter("datum.variant == 'plan' && datum.time_years == datum.last")
    )
    ink: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 12, "color": palette.ink}
    called = (
        last.transform_filter("datum.is_named").mark_text(**ink).encode(x=x, y=alt.Y("name_mw:Q"), text="supplier:N")
    )
    limit = (
        last.transform_filter(f"datum.supplier == {suppliers[0]!r}")
        .mark_text(text="Capacity", **ink)
        .encode(x=x, y=alt.Y("limit_name_mw:Q"))
    )
    return plot.compiled(alt.layer(area, total, capacity, called, limit).properties(height=SMALL))


SHORT_YEAR: Final = "width < 240 ? '’' + slice(datum.label, 2) : datum.label"
"""A year in full where there is room for it."""


@lru_cache(maxsize=32)
def spending_compared(mode: Mode, kinds: tuple[str, ...], key_columns: int) -> Spec:
    """One of several stacks of cash by year and kind, the reference's total outlined; frame: compare.frames.spending.

    All charts whose frames have the same rows of variant `scale` have the same axes.
    """
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(kinds), range=[palette.custom, *palette.greys])
    legend = plot.key(palette, list(kinds))
    legend.columns = key_columns
    x = alt.X(
        "year:O",
        axis=plot.quiet_axis(palette, labelAngle=0, labelOverlap=True, labelExpr=SHORT_YEAR),
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
            color=alt.Color("kind:N", scale=colours, legend=legend),
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
    return plot.compiled(alt.layer(bars, outline, _span(x, "usd")).properties(height=BIG))


@lru_cache(maxsize=32)
def power_compared(mode: Mode, suppliers: tuple[str, ...]) -> Spec:
    """One of several charts of IT load, as `power`, on the axes of all of them; frame: compare.frames.power."""
    span: Spec = plot.compiled(alt.layer(_span(plot.years_axis(PALETTES[mode]), "mw")))
    one = power(mode, suppliers)
    return {**one, "layer": [*one["layer"], *span["layer"]]}


def _span(x: alt.X, height: str) -> alt.Chart:
    """Return marks that nobody sees at the ends of a common scale: the rows of variant `scale`."""
    marks = plot.base().transform_filter("datum.variant == 'scale'").mark_point(opacity=0)
    chart: alt.Chart = marks.encode(x=x, y=alt.Y(f"{height}:Q"))
    return chart


BRIDGE_ROW: Final = 30
BRIDGE_MARGIN: Final = 36


@lru_cache(maxsize=128)
def bridge(mode: Mode, unit: Unit, rows: int, step: str = "Lever", detail: str = "Setting") -> Spec:
    """Steps from one total to another, one below the other; frame: compare.frames.step_bars with `rows` rows.

    Totals are dots and not bars, for the axis need not begin at zero.
    """
    palette = PALETTES[mode]
    base = plot.base()
    names = plot.quiet_axis(palette, labelColor=palette.ink, labelLimit=190, labelFlush=False)
    y = alt.Y("label:N", sort=None, axis=names)
    axis = plot.axis(unit, palette, "")
    axis.title = None
    axis.labelExpr = (
        f"(datum.value < 0 ? '{MINUS}' : '') + '{unit.prefix}' + "
        f"format(abs(datum.value) / {unit.scale!r}, ',.2~f') + '{unit.suffix}'"
    )
    x = alt.X("low:Q", axis=axis, scale=alt.Scale(zero=False, nice=False, padding=8))
    tooltip = plot.tooltip(label=step, detail=detail, words="Adds")
    links = base.mark_rule(color=palette.quiet, strokeWidth=1).encode(y=y, y2="next_label", x="at:Q")
    steps = (
        base.transform_filter("datum.kind == 'step'")
        .mark_bar(height=16)
        .encode(
            x=x,
            x2="high",
            y=y,
            color=alt.condition("datum.good", alt.value(palette.custom), alt.value(palette.loss)),
            tooltip=tooltip,
        )
    )
    totals = (
        base.transform_filter("datum.kind == 'total'")
        .mark_point(filled=True, size=110, color=palette.ink, stroke=palette.ground)
        .encode(x="at:Q", y=y, tooltip=plot.tooltip(label="Scenario", words="Figure"))
    )
    figures = base.mark_text(align="left", dx=8, fontSize=12, color=palette.ink).encode(x="high:Q", y=y, text="words:N")
    room = base.mark_point(opacity=0).encode(x="edge:Q", y=y)
    height = BRIDGE_ROW * rows + BRIDGE_MARGIN
    return plot.compiled(alt.layer(links, steps, totals, figures, room).properties(height=height))
