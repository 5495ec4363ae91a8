"""The charts of the Data page: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import altair as alt

from core.base.format import MINUS, PERCENT, USD_BN
from core.story import plot
from core.story.plot import BIG, PALETTES, Mode, Palette, Spec

ROW: Final = 24
MARGIN: Final = 60
IN_ONE_ROW: Final = 3
"""Grades whose key takes one row on any screen."""
KEY_ROW: Final = 22


def height(rows: int) -> int:
    """Return the height of a chart of rows."""
    return ROW * rows + MARGIN


def _grades(palette: Palette, grades: tuple[str, ...], with_key: bool = True) -> alt.Color:
    """Return the colour of each grade: what is known is solid, what is assumed is empty."""
    legend = plot.key(list(grades))
    legend.symbolStrokeWidth = 1
    legend.symbolStrokeColor = palette.quiet
    legend.offset = 8
    scale = alt.Scale(domain=list(grades), range=plot.grade_colours(palette, grades))
    return alt.Color("grade:N", scale=scale, legend=legend if with_key else None)


def _names(palette: Palette, rows: tuple[str, ...], field: str, limit: int = 190) -> alt.Y:
    axis = plot.quiet_axis(labelColor=palette.ink, labelLimit=limit)
    return alt.Y(f"{field}:N", sort=list(rows), axis=axis)


@lru_cache(maxsize=32)
def numbers(mode: Mode, tables: tuple[str, ...], grades: tuple[str, ...]) -> Spec:
    """Share of the numbers of each table by grade; frame: frames.numbers_by_grade."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        place=f"indexof({list(grades)!r}, datum.grade)", words="format(datum.numbers, ',.0f')"
    )
    axis = plot.quiet_axis(
        labelExpr=f"format(datum.value / {PERCENT.scale!r}, '.0f') + '{PERCENT.suffix}'",
        values=[0, 0.25, 0.5, 0.75, 1.0],
    )
    bars = base.mark_bar(height=13, stroke=palette.quiet, strokeWidth=1).encode(
        y=_names(palette, tables, "table"),
        x=alt.X("numbers:Q", stack="normalize", axis=axis),
        color=_grades(palette, grades, with_key=False),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(table="Table", grade="Grade", words="Numbers"),
    )
    return plot.compiled(alt.layer(bars).properties(height=height(len(tables))), mode)


@lru_cache(maxsize=32)
def spending(mode: Mode, kinds: tuple[str, ...], grades: tuple[str, ...], tall: int) -> Spec:
    """Spending by kind and grade of price, the baseline's ticked; frame: frames.spending_by_grade."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        place=f"indexof({list(grades)!r}, datum.grade)", words=plot.words(USD_BN, "usd")
    )
    y = _names(palette, kinds, "kind")
    axis = plot.axis(USD_BN, palette, "$ B")
    axis.title = None
    bars = (
        base.transform_filter("datum.variant == 'plan'")
        .mark_bar(height=18, stroke=palette.quiet, strokeWidth=1)
        .encode(
            y=y,
            x=alt.X("usd:Q", stack="zero", axis=axis),
            color=_grades(palette, grades),
            order=alt.Order("place:Q"),
            tooltip=plot.tooltip(kind="Kind", grade="Grade", words="Spending"),
        )
    )
    ticks = (
        plot.base()
        .transform_filter("datum.variant == 'baseline'")
        .transform_aggregate(usd="sum(usd)", groupby=["kind"])
        .transform_calculate(words=plot.words(USD_BN, "usd"))
        .mark_tick(color=palette.ink, thickness=2, size=26)
        .encode(y=y, x=alt.X("usd:Q", axis=axis), tooltip=plot.tooltip(kind="Kind", words="Baseline"))
    )
    layers = alt.layer(bars, ticks).properties(height=tall)
    if len(grades) > IN_ONE_ROW:  # on a narrow screen the key has another row, for which nothing makes room
        layers = layers.properties(padding={"top": KEY_ROW})
    return plot.compiled(layers, mode)


@lru_cache(maxsize=32)
def published(mode: Mode, names: tuple[str, ...]) -> Spec:
    """How far the model is from each published figure, with the published range; frame: frames.compared."""
    palette = PALETTES[mode]
    base = plot.base()
    y = _names(palette, names, "label", limit=280)
    axis = plot.quiet_axis(
        labelExpr=(
            f"datum.value == 0 ? 'as published' : (datum.value < 0 ? '{MINUS}' : '+') + "
            f"format(abs(datum.value) / {PERCENT.scale!r}, '.0f') + '{PERCENT.suffix}'"
        ),
        grid=True,
        gridColor={"condition": {"test": "datum.value === 0", "value": palette.ink}, "value": palette.quiet},
        gridOpacity={"condition": {"test": "datum.value === 0", "value": 1}, "value": 0.18},
        tickCount=5,
    )
    x = alt.X("difference_share:Q", axis=axis, scale=alt.Scale(padding=12, nice=False))
    ranges = base.mark_bar(height=12, color=palette.greys[2]).encode(
        y=y, x=alt.X("low_share:Q", axis=axis), x2="high_share"
    )
    tooltip = plot.tooltip(
        label="Figure", published="Published", model_words="Model", difference="Difference", used="Use"
    )
    dots = base.mark_point(size=100, strokeWidth=2, stroke=palette.ink).encode(
        y=y,
        x=x,
        fill=alt.Fill(
            "used_for:N",
            scale=alt.Scale(domain=["held_out", "fitted"], range=[palette.ink, palette.ground]),
            legend=None,
        ),
        tooltip=tooltip,
    )
    words = base.mark_text(align="right").encode(y=y, x=alt.X("edge_share:Q", axis=axis), text="difference:N")
    return plot.compiled(alt.layer(ranges, dots, words).properties(height=30 * len(names) + MARGIN), mode)


@lru_cache(maxsize=32)
def capital(mode: Mode) -> Spec:
    """Capital spending by quarter, reported solid, the model's outlined; frame: frames.capital_spending."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(words=plot.words(USD_BN, "usd"))
    axis = plot.axis(USD_BN, palette, "$ B a quarter")
    x = alt.X(
        "quarter:O",
        axis=plot.quiet_axis(labelAngle=0, labelExpr="slice(datum.label, 5) === 'Q1' ? slice(datum.label, 0, 4) : ''"),
        scale=alt.Scale(paddingInner=0.2),
    )
    y = alt.Y("usd:Q", axis=axis)
    reported = (
        base.transform_filter("datum.series == 'reported'")
        .mark_bar(color=palette.greys[1])
        .encode(x=x, y=y, tooltip=plot.tooltip(quarter="Quarter", words="Reported, whole company"))
    )
    model = (
        base.transform_filter("datum.series == 'fleet' || datum.series == 'plan'")
        .mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3)
        .encode(x=x, y=y, tooltip=plot.tooltip(quarter="Quarter", words="Model"))
    )
    ticks = (
        base.transform_filter("datum.series == 'baseline'")
        .mark_tick(color=palette.quiet, thickness=2)
        .encode(x=x, y=y, tooltip=plot.tooltip(quarter="Quarter", words="Model, baseline"))
    )
    return plot.compiled(alt.layer(reported, model, ticks).properties(height=BIG), mode)
