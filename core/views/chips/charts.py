"""The charts of the Chips page: pure functions of column names, compiled once a process for light and dark.

Custom chips wear the accent and bought ones greys; parts of a cost and the certainty of a chip are told by lightness.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import USD, Unit
from core.inputs.data import CUSTOM
from core.story import plot
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec

ROW: Final = 23
"""Height of a chip's row."""
NAME_WIDTH: Final = 150
LONG_NAME_WIDTH: Final = 230
SUPPLIER_WIDTH: Final = 104
"""What a name of a chip, the same where there is room, and the name of a supplier take at most, in pixels."""
WIDE: Final = 600
"""Above this width, in pixels, there is room for long names."""
COLUMN_GAP: Final = 8
"""What parts the heads of two columns, in pixels."""
ROOM: Final = 0.52
ROOM_IF_NARROW: Final = 0.34
"""The share of a workload's column that its longest bar takes; the figure stands beside it."""
LONGEST: Final = 3.0
"""Bars longer than so many times the shortest are cut: one old chip would make all others look alike."""
NARROW: Final = 300
"""Below this width, in pixels, the head of a column is cut short."""
LANE: Final = 27
"""Height of the lane that names a supplier's chips."""
DOT: Final = 60
SMALL_DOT: Final = 26
"""Size of a dot on a line, of few lines and of more."""
FEW: Final = 3
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
def matrix(mode: Mode, parts: tuple[str, ...], columns: int, rows: float) -> Spec:
    """Cost of work by workload and chip, split into parts; frame: frames.matrix_drawn, `columns` wide, `rows` high.

    Each workload is a column with a scale of its own, from 0 to LONGEST times its cheapest chip.
    """
    palette = PALETTES[mode]
    base = (
        plot.base()
        .transform_joinaggregate(least="min(total_usd)", most="max(total_usd)", groupby=["workload"])
        .transform_calculate(
            full=f"min(datum.most, {LONGEST} * datum.least)",
            room=f"width < {NARROW} ? {ROOM_IF_NARROW} : {ROOM}",
            words=plot.words(USD, "total_usd", 3),
            place=f"indexof({list(parts)!r}, datum.part)",
            part_words=plot.words(USD, "usd", 3),
            strength=f"{list(_PART_STRENGTH[: len(parts)])!r}[indexof({list(parts)!r}, datum.part)]",
            middle="datum.row + 0.5",
        )
    )
    x = alt.X("from_x:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    bars = (
        base.transform_stack(
            stack="usd", as_=["below", "above"], groupby=["workload", "chip_id"], sort=[alt.SortField("place")]
        )
        .transform_calculate(
            from_x="datum.column + datum.room * min(datum.below, datum.full) / datum.full",
            to_x="datum.column + datum.room * min(datum.above, datum.full) / datum.full",
            from_row="datum.row + 0.22",
            to_row="datum.row + 0.78",
        )
        .mark_rect()
        .encode(
            x=x,
            x2="to_x",
            y=_rows("from_row", rows),
            y2="to_row",
            color=_own(palette),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            tooltip=plot.tooltip(
                supplier="Supplier", chip="Chip", workload="Workload", part="Part", part_words="Costs", words="In all"
            ),
        )
    )
    y = _rows("middle", rows)
    layers = alt.layer(bars, *_totals(base, x, y, palette), _names(base, y, palette), _heads(base, x, rows, columns))
    return plot.compiled(layers.properties(height=max(SMALL, ROW * rows)), mode)


def _rows(field: str, rows: float) -> alt.Y:
    """Return the place of `field`, in rows from the top, of which there are so many."""
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, rows], reverse=True, nice=False))


def _names(base: alt.Chart, y: alt.Y, palette: Palette) -> alt.Chart:
    """Return the names to the left of the rows."""
    names: alt.Chart = (
        base.transform_filter("datum.names_row")
        .transform_calculate(called=f"width > {WIDE} ? datum.long_name : datum.name")
        .mark_text(
            align="right",
            dx=-6,
            limit=alt.ExprRef(f"width > {WIDE} ? {LONG_NAME_WIDTH} : {NAME_WIDTH}"),
            color=palette.ink,
        )
        .encode(x=alt.value(0), y=y, text="called:N")
    )
    return names


def _heads(base: alt.Chart, x: alt.X, rows: float, columns: int) -> alt.Chart:
    """Return the heads of the columns of `matrix`, one a workload.

    Where columns are narrow every other head stands higher, so that it has the room of two.
    """
    narrow = f"width < {NARROW}"
    heads: alt.Chart = (
        base.transform_filter("datum.names_column && datum.place == 0")
        .transform_calculate(
            from_x="datum.column", head_at=f"datum.head_row + ({narrow} && datum.column % 2 == 0 ? 0.1 : 1.4)"
        )
        .mark_text(
            align="left",
            baseline="top",
            lineBreak="\n",
            limit=alt.ExprRef(f"({narrow} ? 2 : 1) * width / {columns} - {COLUMN_GAP}"),
        )
        .encode(x=x, y=_rows("head_at", rows), text="head:N")
    )
    return heads


def _totals(base: alt.Chart, x: alt.X, y: alt.Y, palette: Palette) -> tuple[alt.Chart, alt.Chart]:
    """Return the figures beside the bars of `matrix`, those that are bold last."""
    figures = base.transform_filter("datum.place == 0").transform_calculate(
        from_x="datum.column + datum.room * min(datum.total_usd, datum.full) / datum.full",
        figure=f"(datum.total_usd > datum.full ? '› ' : '') + {plot.words(_COST, 'total_usd', 2)}"
        " + (datum.cheapest ? ' ●' : '')",
    )
    plain = (
        figures.transform_filter("!datum.bold")
        .mark_text(align="left", dx=4, color=palette.quiet)
        .encode(x=x, y=y, text="figure:N")
    )
    marked = (
        figures.transform_filter("datum.bold")
        .mark_text(align="left", dx=4, fontWeight="bold")
        .encode(x=x, y=y, text="figure:N")
    )
    return plain, marked


@lru_cache(maxsize=32)
def cost_of_work(mode: Mode, suppliers: tuple[str, ...], there: tuple[int, ...]) -> Spec:
    """Cost of work over time on the offer of each of the suppliers that are `there`; frame: frames.cost_of_work.

    Above the lines each supplier has a lane with the names of its chips, as far as there is room for them; where the
    custom chip leads, the ground is shaded.
    """
    palette, names = PALETTES[mode], [suppliers[place] for place in there]
    lines, patterns = plot.supplier_lines(palette, len(suppliers))
    colours = alt.Scale(domain=names, range=[lines[place] for place in there])
    dashes = alt.Scale(domain=names, range=[patterns[place] for place in there])
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
    drawn = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = base.mark_point(
        filled=True, size=DOT if len(names) <= FEW else SMALL_DOT, stroke=palette.ground, strokeWidth=1
    ).encode(
        x=x,
        y=y,
        color=colour,
        opacity=plot.only("datum.changes"),
        tooltip=plot.tooltip(quarter="Quarter", supplier="Supplier", chip="Chip", words="An H100e-hour"),
    )
    spans = base.transform_joinaggregate(first="min(time_years)", last="max(until)").transform_filter("datum.changes")
    lanes = [
        layer
        for place, supplier in enumerate(there)
        for layer in _lane(
            spans.transform_filter(f"datum.supplier == {suppliers[supplier]!r}"),
            place,
            palette.custom if supplier == CUSTOM else palette.quiet,
            colour,
            dash,
        )
    ]
    return plot.compiled(alt.layer(shade, drawn, dots, *lanes).properties(height=BIG + LANE * len(names)), mode)


def _logarithmic(palette: Palette, lanes: int) -> alt.Y:
    """Return the axis of `cost_of_work`, of the logarithm of the cost; `lanes` is the height of what is above it."""
    axis = plot.axis(_COST, palette, "$ an H100e-hour")
    in_view = "inrange(datum.value, domain('y'))"
    axis.values = [math.log10(figure * 10.0**power) for power in range(-3, 3) for figure in (1, 1.5, 2, 3, 5, 7)]
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
        .mark_text(align="left", baseline="middle", dx=6, dy=-3, fontWeight="bold", color=ink, limit=SUPPLIER_WIDTH)
        .encode(x="until_years:Q", y=middle, text="supplier:N"),
    ]


@lru_cache(maxsize=128)
def timeline(mode: Mode, statuses: tuple[str, ...], rows: float) -> Spec:
    """When each chip can be had, and when it is the cheapest of its supplier; frame: frames.timeline_drawn, so many
    `rows` high.
    """
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        middle="datum.row + 0.5",
        from_row="datum.row + 0.22",
        to_row="datum.row + 0.78",
        from_line="datum.row + 0.39",
        to_line="datum.row + 0.61",
        head_at="datum.row - 0.5",
    )
    x, y = plot.years_axis(), _rows("middle", rows)
    tooltip = plot.tooltip(
        supplier="Supplier", chip="Chip", status="Status", from_words="On offer", moved_words="Moved by the levers"
    )
    spans = (
        base.transform_filter("datum.kind == 'on offer'")
        .transform_calculate(strength=f"{list(_STATUS_STRENGTH)!r}[indexof({list(statuses)!r}, datum.status)]")
        .mark_rect(strokeWidth=1.2)
        .encode(
            x=x,
            x2="until_years",
            y=_rows("from_row", rows),
            y2="to_row",
            color=_own(palette),
            stroke=_own(palette),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            tooltip=tooltip,
        )
    )
    offered = (
        base.transform_filter("datum.kind == 'offered'")
        .mark_rect(color=palette.ink)
        .encode(x=x, x2="until_years", y=_rows("from_line", rows), y2="to_line")
    )
    moved = base.transform_filter("datum.kind == 'moved'")
    links = moved.mark_rule(color=palette.ink, strokeDash=[2, 2]).encode(x=x, x2="until_years", y=y)
    marks = moved.mark_point(size=40, color=palette.ink, fill=palette.ground, strokeWidth=1.2, opacity=1).encode(
        x=x, y=y, tooltip=tooltip
    )
    heads = (
        base.transform_filter("datum.names_supplier")
        .mark_text(align="right", dx=-6, limit=NAME_WIDTH, fontWeight="bold")
        .encode(x=alt.value(0), y=_rows("head_at", rows), text="supplier_name:N")
    )
    layers = alt.layer(spans, offered, links, marks, heads, _names(base, y, palette))
    return plot.compiled(layers.properties(height=max(SMALL, ROW * rows)), mode)
