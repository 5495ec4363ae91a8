"""Altair charts: each a pure function of a tidy frame's column names, compiled once a process for light and dark.

A chart function returns a Vega-Lite specification without data; the page puts the frame in. Figures arrive in base
units and are scaled on the axis by core.base.format. One accent for custom chips, greys for bought ones, a hue for the
family of a workload and dashes for its place in it: all told apart without colour vision, and named at their ends.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import GW, MINUS, USD_BN, Unit
from core.story import plot
from core.story.labels import beside
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec


@lru_cache(maxsize=32)
def spending(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Stacked cash by year and kind, the baseline's total outlined; frame: story.frames.spending."""
    drawn = stack(mode, kinds, 2, ("plan", "Cash"), ("baseline", "Baseline, all cash"), years_of_bars())
    return plot.compiled(alt.layer(*drawn).properties(height=BIG), mode)


def years_of_bars(**axis: Any) -> alt.X:
    """Return the axis of years of a chart with a bar a year; `axis`: what its labels have of their own."""
    years = plot.quiet_axis(labelAngle=0, **axis)
    return alt.X("year:O", axis=years, scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1))


def stack(
    mode: Mode, kinds: tuple[str, ...], others: int, own: tuple[str, str], outlined: tuple[str, str], x: alt.X
) -> tuple[alt.Chart, ...]:
    """Dollars by year and kind, stacked, and the total of another variant as an outline.

    Where a kind is negative, as a rebate is, its part hangs below zero and the bar ends above what the year comes to:
    that is marked by a line and said over the bar.

    others: how many of `kinds`, the last ones, are no suppliers; own and outlined: a variant of the frame (columns
    variant, year, kind, usd) each, with what its tooltip calls it.
    """
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(kinds), range=plot.supplier_colours(palette, len(kinds) - others, others))
    bars = (
        plot.base()
        .transform_filter(f"datum.variant == '{own[0]}'")
        .transform_calculate(words=plot.words(USD_BN, "usd"), place=f"indexof({list(kinds)!r}, datum.kind)")
        .mark_bar(stroke=palette.ground, strokeWidth=0.7)
        .encode(
            x=x,
            y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
            color=alt.Color("kind:N", scale=colours, legend=plot.key(list(kinds))),
            order=alt.Order("place:Q"),
            tooltip=plot.tooltip(year="Year", kind="Kind", words=own[1]),
        )
    )
    total = (
        plot.base()
        .transform_filter(f"datum.variant == '{outlined[0]}'")
        .transform_aggregate(usd="sum(usd)", groupby=["year"])
        .transform_calculate(words=plot.words(USD_BN, "usd"))
    )
    outline = total.mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3).encode(
        x=x, y=alt.Y("usd:Q"), tooltip=plot.tooltip(year="Year", words=outlined[1])
    )
    return bars, outline, *net(plot.base().transform_filter(f"datum.variant == '{own[0]}'"), x, palette, "year")


def net(rows: alt.Chart, x: alt.X, palette: Palette, period: str) -> tuple[alt.Chart, alt.Chart]:
    """Mark what stacked bars come to where parts are negative: a line at the net, and its figure over the bar.

    rows: the rows of the bars, columns usd and `period`, which is what `x` shows.
    """
    found = (
        rows.transform_calculate(above="max(0, datum.usd)")
        .transform_aggregate(usd="sum(usd)", above="sum(above)", groupby=[period])
        .transform_filter(f"datum.above - datum.usd >= {LEAST_REBATE_USD!r}")
        .transform_calculate(words=plot.words(USD_BN, "usd", 0))
        .transform_calculate(said="['net', datum.words]")
    )
    begins = x.copy()
    begins["bandPosition"] = 0
    line = found.mark_rule(color=palette.ink, strokeWidth=2.5, strokeDash=[4, 2]).encode(
        x=begins,
        x2=alt.X2(period, bandPosition=1),
        y=alt.Y("usd:Q"),
        tooltip=plot.tooltip(**{period: period.capitalize(), "words": "Net"}),
    )
    label = found.mark_text(baseline="bottom", dy=-14).encode(x=x, y=alt.Y("above:Q"), text="said:N")
    return line, label


LEAST_REBATE_USD: Final = 5e8
"""Of less than half a billion a bar ends where its year does, as far as one sees."""


@lru_cache(maxsize=32)
def contribution(mode: Mode, workloads: tuple[str, ...], families: tuple[int, ...]) -> Spec:
    """What each workload adds to value; frame: a row a workload, columns workload, usd and words."""
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(workloads), range=plot.workload_colours(palette, families))
    base = plot.base()
    lines = {name: beside(name).split("\n") for name in workloads}
    said = f"{json.dumps(lines)}[datum.label]"
    y = alt.Y(
        "workload:N",
        sort=list(workloads),
        axis=plot.quiet_axis(
            labelColor=palette.ink,
            labelLimit=0,
            labelExpr=said,
            labelBaseline={"condition": {"test": f"length({said}) > 1", "value": "bottom"}, "value": "middle"},
        ),
    )
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
        .mark_text(align="left", dx=6)
        .encode(x="right:Q", y=y, text="words:N")
    )
    height = max(SMALL, PART_ROW * len(workloads))
    return plot.compiled(alt.layer(bars, figures).properties(height=height), mode)


PART_ROW: Final = 34
"""Height of a bar with a name on two lines beside it, in px."""
LINE: Final = 16
"""Height of a name at the end of a line or band, in px."""


def _supplier_colours(palette: Palette, suppliers: tuple[str, ...]) -> list[str]:
    """Return the colours that suppliers have in the stack of spending; where they are not told apart, one grey."""
    several = len(suppliers) > 1
    return plot.supplier_colours(palette, len(suppliers), 2)[: len(suppliers)] if several else [palette.greys[0]]


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
    x, y = plot.years_axis(), alt.Y("mw:Q", stack="zero", axis=plot.axis(GW, palette, "GW of IT load"))
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
    ink: dict[str, Any] = {"align": "left", "dx": 6, "color": palette.ink}
    called = last.transform_filter("datum.is_named").mark_text(**ink).encode(x=x, y=alt.Y("name_mw:Q"), text="name:N")
    limit = (
        last.transform_filter(f"datum.supplier == {suppliers[0]!r}")
        .mark_text(text="Capacity", **ink)
        .encode(x=x, y=alt.Y("limit_name_mw:Q"))
    )
    return plot.compiled(alt.layer(area, total, capacity, called, limit).properties(height=SMALL), mode)


SHORT_YEAR: Final = "width < 240 ? '’' + slice(datum.label, 2) : datum.label"
"""A year in full where there is room for it."""
BRIDGE_ROW: Final = 30
BRIDGE_MARGIN: Final = 36
FLUSH: Final = 24
"""A figure of an axis that is nearer to its end than this ends there, for beyond it would be cut; in px."""


@lru_cache(maxsize=128)
def bridge(mode: Mode, unit: Unit, rows: int, step: str = "Lever", detail: str = "Setting") -> Spec:
    """Steps from one total to another, one below the other; frame: story.steps.step_bars with `rows` rows.

    Totals are dots and not bars, for the axis need not begin at zero.
    """
    palette = PALETTES[mode]
    base = plot.base()
    names = plot.quiet_axis(
        labelColor=palette.ink,
        labelLimit=190,
        labelFlush=False,
        labelOverlap=False,
        labelExpr="split(datum.label, '\\n')",
        labelBaseline={"condition": {"test": "indexof(datum.label, '\\n') >= 0", "value": "bottom"}, "value": "middle"},
    )
    y = alt.Y("label:N", sort=None, axis=names)
    axis = plot.axis(unit, palette, "")
    axis.title = None
    axis.labelFlush = FLUSH
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
    figures = base.mark_text(align="left", dx=8).encode(x="high:Q", y=y, text="words:N")
    room = base.mark_point(opacity=0).encode(x="edge:Q", y=y)
    height = BRIDGE_ROW * rows + BRIDGE_MARGIN
    return plot.compiled(alt.layer(links, steps, totals, figures, room).properties(height=height), mode)
