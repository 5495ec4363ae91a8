"""The charts of the Chips page: pure functions of column names, compiled once a process for light and dark.

Custom chips wear the accent and bought ones greys; parts of a cost and the certainty of a chip are told by lightness.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import USD, Unit
from core.story import plot
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec

ROW: Final = 23
"""Height of a chip's row."""
HEAD: Final = 48
"""Height of what stands above the rows."""
ROOM: Final = 0.52
ROOM_IF_NARROW: Final = 0.34
"""The share of a workload's column that its longest bar takes; the figure stands beside it."""
LONGEST: Final = 3.0
"""Bars longer than so many times the shortest are cut: one old chip would make all others look alike."""
NARROW: Final = 300
"""Below this width, in pixels, the head of a column is cut short."""
LANE: Final = 27
"""Height of the lane that names a supplier's chips."""
LETTER: Final = 6.6
"""Width of a letter, in pixels: a name that does not fit its place is left out."""
A_QUARTER: Final = 0.25
A_GAP: Final = 0.03
"""What parts two chips in a lane, in years."""
_COST: Final = Unit(1.0)
_PART_STRENGTH: Final = (1.0, 0.65, 0.4, 0.2)
_STATUS_STRENGTH: Final = (1.0, 0.45, 0.0)


def _own(palette: Palette) -> Any:
    """Colour a mark as custom or bought."""
    return alt.condition("datum.custom", alt.value(palette.custom), alt.value(palette.greys[0]))


@lru_cache(maxsize=128)
def matrix(mode: Mode, workloads: tuple[str, ...], parts: tuple[str, ...], rows: int) -> Spec:
    """Cost of work by workload and chip, split into parts; frame: frames.matrix with `rows` chips.

    Each workload is a column with a scale of its own, from 0 to LONGEST times its cheapest chip.
    """
    palette, names = PALETTES[mode], list(workloads)
    base = (
        plot.base()
        .transform_joinaggregate(least="min(total_usd)", most="max(total_usd)", groupby=["workload"])
        .transform_calculate(
            column=f"indexof({names!r}, datum.workload)",
            full=f"min(datum.most, {LONGEST} * datum.least)",
            room=f"width < {NARROW} ? {ROOM_IF_NARROW} : {ROOM}",
            words=plot.words(USD, "total_usd", 3),
            place=f"indexof({list(parts)!r}, datum.part)",
            part_words=plot.words(USD, "usd", 3),
            strength=f"{list(_PART_STRENGTH[: len(parts)])!r}[indexof({list(parts)!r}, datum.part)]",
        )
    )
    x = alt.X("from_x:Q", axis=_heads(names, palette), scale=alt.Scale(domain=[0, len(names)], nice=False))
    y = alt.Y("chip:N", sort=None, axis=plot.quiet_axis(labelColor=palette.ink, labelLimit=150))
    bars = (
        base.transform_stack(
            stack="usd", as_=["below", "above"], groupby=["workload", "chip"], sort=[alt.SortField("place")]
        )
        .transform_calculate(
            from_x="datum.column + datum.room * min(datum.below, datum.full) / datum.full",
            to_x="datum.column + datum.room * min(datum.above, datum.full) / datum.full",
        )
        .mark_bar(height=13)
        .encode(
            x=x,
            x2="to_x",
            y=y,
            color=_own(palette),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            tooltip=plot.tooltip(chip="Chip", workload="Workload", part="Part", part_words="Costs", words="In all"),
        )
    )
    layers = alt.layer(bars, *_totals(base, x, y, palette))
    return plot.compiled(layers.properties(height=max(SMALL, ROW * rows + HEAD)), mode)


def _heads(workloads: list[str], palette: Palette) -> alt.Axis:
    """Return the heads of the columns of `matrix`, one a workload."""
    label = f"{workloads!r}[datum.value]"
    return plot.quiet_axis(
        orient="top",
        values=list(range(len(workloads))),
        labelExpr=f"split(width < {NARROW} ? replace({label}, 'Generative', 'Gen.') : {label}, ' ')",
        labelAlign="left",
        labelOverlap=False,
        labelFlush=False,
        labelColor=palette.ink,
        labelPadding=22,
    )


def _totals(base: alt.Chart, x: alt.X, y: alt.Y, palette: Palette) -> tuple[alt.Chart, alt.Chart]:
    """Return the figures beside the bars of `matrix`, those of the chips that are not offered and of those that are."""
    figures = base.transform_filter("datum.place == 0").transform_calculate(
        from_x="datum.column + datum.room * min(datum.total_usd, datum.full) / datum.full",
        figure=f"(datum.total_usd > datum.full ? '› ' : '') + {plot.words(_COST, 'total_usd', 2)}"
        " + (datum.cheapest ? ' ●' : '')",
    )
    plain = (
        figures.transform_filter("!datum.offered")
        .mark_text(align="left", dx=4, color=palette.quiet)
        .encode(x=x, y=y, text="figure:N")
    )
    marked = (
        figures.transform_filter("datum.offered")
        .mark_text(align="left", dx=4, fontWeight="bold")
        .encode(x=x, y=y, text="figure:N")
    )
    return plain, marked


@lru_cache(maxsize=32)
def cost_of_work(mode: Mode, suppliers: tuple[str, ...]) -> Spec:
    """Cost of work on each supplier's offer over time; frame: frames.cost_of_work.

    Above the lines each supplier has a lane with the names of its chips, as far as there is room for them; where the
    custom chip leads, the ground is shaded.
    """
    palette, names = PALETTES[mode], list(suppliers)
    colours = alt.Scale(domain=names, range=[palette.custom, palette.greys[0], palette.greys[0]])
    dashes = alt.Scale(domain=names, range=[[1, 0], [1, 0], [5, 3]])
    base = plot.base().transform_calculate(
        words=plot.words(USD, "usd", 3),
        log_usd="log(datum.usd) / LN10",
        until=f"datum.time_years + {A_QUARTER}",
        ends=f"datum.until_years - {A_GAP}",
    )
    x = plot.years_axis()
    y = _logarithmic(palette, LANE * len(names))
    colour = alt.Color("supplier:N", scale=colours, legend=None)
    dash = alt.StrokeDash("supplier:N", scale=dashes, legend=None)
    shade = (
        base.transform_filter("datum.custom && datum.custom_leads")
        .mark_rect(color=palette.custom, opacity=0.1)
        .encode(x=x, x2="until")
    )
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = base.mark_point(filled=True, size=60, stroke=palette.ground, strokeWidth=1).encode(
        x=x,
        y=y,
        color=colour,
        opacity=plot.only("datum.changes"),
        tooltip=plot.tooltip(quarter="Quarter", supplier="Supplier", chip="Chip", words="An H100e-hour"),
    )
    spans = base.transform_joinaggregate(first="min(time_years)", last="max(until)").transform_filter("datum.changes")
    inks = [palette.custom, *[palette.quiet] * (len(names) - 1)]
    lanes = [
        layer
        for place, (supplier, ink) in enumerate(zip(names, inks, strict=True))
        for layer in _lane(spans.transform_filter(f"datum.supplier == {supplier!r}"), place, ink, colour, dash)
    ]
    return plot.compiled(alt.layer(shade, lines, dots, *lanes).properties(height=BIG + LANE * len(names)), mode)


def _logarithmic(palette: Palette, lanes: int) -> alt.Y:
    """Return the axis of `cost_of_work`, of the logarithm of the cost; `lanes` is the height of what is above it."""
    axis = plot.axis(_COST, palette, "$ an H100e-hour")
    in_view = "inrange(datum.value, domain('y'))"
    axis.values = [math.log10(figure * 10.0**power) for power in range(-3, 3) for figure in (1, 2, 5)]
    axis.labelExpr = f"{in_view} ? format(pow(10, datum.value), ',.3~f') : ''"
    axis.gridColor, axis.titleY = palette.quiet, lanes + 22
    axis.gridOpacity = {"condition": {"test": in_view, "value": 0.3}, "value": 0}
    # Vega's own logarithmic scale complains for as long as a chart has no data yet.
    room = alt.Scale(zero=False, nice=False, range=[alt.ExprRef("height"), lanes + 46])
    return alt.Y("log_usd:Q", axis=axis, scale=room)


def _lane(lane: alt.Chart, place: int, ink: str, colour: alt.Color, dash: alt.StrokeDash) -> list[alt.Chart]:
    """Return a lane of `cost_of_work`: a rule a chip, its name where there is room, and the supplier's at the end."""
    x, middle = plot.years_axis(), alt.value(LANE * place + LANE / 2)
    share = "(datum.until_years - datum.time_years) / (datum.last - datum.first)"
    fits = f"{share} * width > {LETTER} * datum.chip.length"
    return [
        lane.mark_rule(strokeWidth=2).encode(
            x=x, x2="ends", y=alt.value(LANE * place + LANE - 6), color=colour, strokeDash=dash
        ),
        lane.transform_filter(fits)
        .mark_text(align="left", baseline="middle", dx=4, dy=-3, color=ink)
        .encode(x=x, y=middle, text="chip:N"),
        lane.transform_filter("datum.until_years == datum.last")
        .mark_text(align="left", baseline="middle", dx=6, dy=-3, fontWeight="bold", color=ink)
        .encode(x="until_years:Q", y=middle, text="supplier:N"),
    ]


@lru_cache(maxsize=128)
def timeline(mode: Mode, statuses: tuple[str, ...], rows: int) -> Spec:
    """When each chip can be had, and when it is the cheapest of its supplier; frame: frames.timeline."""
    palette = PALETTES[mode]
    base = plot.base()
    x = plot.years_axis()
    y = alt.Y("chip:N", sort=None, axis=plot.quiet_axis(labelColor=palette.ink, labelLimit=150))
    tooltip = plot.tooltip(
        supplier="Supplier", chip="Chip", status="Status", from_words="On offer", moved_words="Moved by the levers"
    )
    spans = (
        base.transform_filter("datum.kind == 'on offer'")
        .transform_calculate(strength=f"{list(_STATUS_STRENGTH)!r}[indexof({list(statuses)!r}, datum.status)]")
        .mark_bar(height=13, strokeWidth=1.2)
        .encode(
            x=x,
            x2="until_years",
            y=y,
            color=_own(palette),
            stroke=_own(palette),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            tooltip=tooltip,
        )
    )
    offered = (
        base.transform_filter("datum.kind == 'offered'")
        .mark_bar(height=5, color=palette.ink)
        .encode(x=x, x2="until_years", y=y)
    )
    moved = base.transform_filter("datum.kind == 'moved'")
    links = moved.mark_rule(color=palette.ink, strokeDash=[2, 2]).encode(x=x, x2="until_years", y=y)
    marks = moved.mark_point(size=40, color=palette.ink, fill=palette.ground, strokeWidth=1.2, opacity=1).encode(
        x=x, y=y, tooltip=tooltip
    )
    return plot.compiled(alt.layer(spans, offered, links, marks).properties(height=max(SMALL, ROW * rows + HEAD)), mode)
