"""The charts of the Programme page: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import altair as alt

from core.base.format import H100E_M, PERCENT, USD, USD_BN, USD_M
from core.story import plot
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec

LINE: Final = 24
"""Height of a name above its line, in px; nearer to the top of a chart there is no room for it."""
SHADES: Final = (1.0, 0.6, 0.3)
"""The accent by kind of item: all of the programme is custom."""


@lru_cache(maxsize=32)
def spending(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Programme spending by year, a part an item, shaded by kind; exit outlined; frame: frames.spending."""
    palette = PALETTES[mode]
    x = alt.X("year:O", axis=plot.quiet_axis(labelAngle=0), scale=alt.Scale(paddingInner=0.28))
    legend = plot.key(list(kinds))
    legend.symbolFillColor = palette.custom
    legend.symbolStrokeColor = palette.custom
    legend.columns = 3
    parts = (
        plot.base()
        .transform_filter("datum.variant == 'plan' && datum.usd > 0")
        .transform_calculate(words=plot.words(USD_M, "usd", 0), place=f"indexof({list(kinds)!r}, datum.kind)")
        .mark_bar(color=palette.custom, stroke=palette.ground, strokeWidth=0.7)
        .encode(
            x=x,
            y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
            opacity=alt.Opacity(
                "kind:O", scale=alt.Scale(domain=list(kinds), range=list(SHADES[: len(kinds)])), legend=legend
            ),
            order=alt.Order("place:Q"),
            tooltip=plot.tooltip(year="Year", item="Item", kind="Kind", words="Spending"),
        )
    )
    outline = (
        plot.base()
        .transform_filter("datum.variant == 'exit'")
        .transform_aggregate(usd="sum(usd)", groupby=["year"])
        .transform_filter("datum.usd > 0")
        .transform_calculate(words=plot.words(USD_M, "usd", 0))
        .mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3)
        .encode(x=x, y=alt.Y("usd:Q"), tooltip=plot.tooltip(year="Year", words="Exit custom, all items"))
    )
    return plot.compiled(alt.layer(parts, outline).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def volume(mode: Mode, whole: str) -> Spec:
    """Value against exit by adoption rates as a share of `whole`; frame: frames.volume_curve."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        words=plot.words(USD_BN, "usd"),
        work=plot.words(H100E_M, "h100e"),
        share=plot.words(PERCENT, "factor", 0),
        bought="format(datum.chips, ',.2s')",
    )
    x = alt.X(
        "factor:Q",
        axis=plot.quiet_axis(
            title=f"Adoption rates, share of {whole}",
            labelExpr=f"format(datum.value / {PERCENT.scale!r}, ',.0f') + '{PERCENT.suffix}'",
            tickCount=5,
        ),
        scale=alt.Scale(nice=False, zero=True),
    )
    y = alt.Y("usd:Q", axis=plot.axis(USD_BN, palette, "$ B against exit custom"))
    line = base.transform_filter("datum.mark == ''").mark_line(color=palette.custom, strokeWidth=2.2).encode(x=x, y=y)
    hold, hold_name = _today(base, x, y, palette)
    dots = (
        base.transform_filter("datum.mark != 'hold'")
        .mark_point(filled=True, size=110, color=palette.custom, stroke=palette.ground, strokeWidth=1.5)
        .encode(
            x=x,
            y=y,
            opacity=plot.only("datum.mark != ''"),
            tooltip=plot.tooltip(
                share="Adoption rates",
                bought="Custom chips bought",
                work="In service, average",
                words="Value against exit custom",
            ),
        )
    )
    names = (
        base.transform_filter("datum.name != ''")
        .mark_text(
            align=alt.expr("datum.is_right ? 'right' : 'left'"),
            baseline=alt.expr("datum.is_above ? 'bottom' : 'top'"),
            dx=alt.expr("datum.is_right ? -8 : 8"),
            dy=alt.expr("datum.is_above ? -6 : 6"),
        )
        .encode(x=x, y=y, text="name:N")
    )
    return plot.compiled(alt.layer(hold, line, dots, names, hold_name).properties(height=BIG), mode)


def _today(base: alt.Chart, x: alt.X, y: alt.Y, palette: Palette) -> tuple[alt.Chart, alt.Chart]:
    """Return the line of today's mix held and its name, which stands below the line where there is no room above."""
    held = base.transform_filter("datum.mark == 'hold'")
    hold = held.mark_line(color=palette.quiet, strokeWidth=1.2).encode(x=x, y=y)
    at_the_top = f"scale('y', datum.usd) < {LINE}"
    hold_name = (
        held.transform_joinaggregate(least="min(factor)")
        .transform_filter("datum.factor == datum.least")
        .mark_text(
            align="left",
            baseline=alt.expr(f"{at_the_top} ? 'top' : 'bottom'"),
            dy=alt.expr(f"{at_the_top} ? 5 : -5"),
            color=palette.quiet,
            text="today's mix held",
        )
        .encode(x=x, y=y)
    )
    return hold, hold_name


@lru_cache(maxsize=32)
def delay(mode: Mode) -> Spec:
    """Value against exit by delay, buying on and stopping; between them what the right to stop is worth.

    Frame: core.views.programme.frames.delay_curve.
    """
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        on=plot.words(USD_BN, "own_usd"),
        stop=plot.words(USD_BN, "stop_usd"),
        option=plot.words(USD_BN, "option_usd"),
        words=plot.words(USD_BN, "usd"),
        name="datum.rule == 'own' ? 'buying on' : 'stopping'",
    )
    x = alt.X(
        "delay_quarters:Q",
        axis=plot.quiet_axis(
            title="Quarters by which coming custom chips are late",
            format="d",
            tickMinStep=1,
        ),
        scale=alt.Scale(nice=False),
    )
    axis = plot.axis(USD_BN, palette, "$ B against exit custom")
    between = (
        base.transform_filter("datum.rule == 'own'")
        .mark_area(color=palette.custom, opacity=0.14)
        .encode(x=x, y=alt.Y("own_usd:Q", axis=axis), y2="stop_usd")
    )
    lines = base.mark_line(color=palette.custom, strokeWidth=2.2).encode(
        x=x,
        y=alt.Y("usd:Q", axis=axis),
        strokeDash=alt.StrokeDash(
            "rule:N", scale=alt.Scale(domain=["own", "stop"], range=[[1, 0], [5, 4]]), legend=None
        ),
    )
    y = alt.Y("usd:Q", axis=axis)
    dots = _delays(base, x, y, palette)
    names = (
        base.transform_joinaggregate(last="max(delay_quarters)")
        .transform_filter("datum.delay_quarters == datum.last")
        .mark_text(align="left", dx=8)
        .encode(x=x, y=alt.Y("label_usd:Q", axis=axis), text="name:N")
    )
    return plot.compiled(alt.layer(between, lines, dots, names).properties(height=SMALL), mode)


def _delays(base: alt.Chart, x: alt.X, y: alt.Y, palette: Palette) -> alt.Chart:
    """Return what is read where one points at a delay, a dot where the scenario stands."""
    points = base.mark_point(filled=True, size=110, color=palette.custom, stroke=palette.ground, strokeWidth=1.5)
    dots: alt.Chart = points.encode(
        x=x,
        y=y,
        opacity=plot.only("datum.here"),
        tooltip=plot.tooltip(
            delay_quarters="Quarters late",
            on="Value, buying on",
            stop="Value, stopping when dearer",
            option="Stopping less buying on",
        ),
    )
    return dots


@lru_cache(maxsize=32)
def outcomes(mode: Mode, names: tuple[str, ...]) -> Spec:
    """What becomes of the custom work asked for, stacked by quarter, what is bought as set an outline.

    Frame: core.views.programme.frames.outcomes.
    """
    palette = PALETTES[mode]
    colours = alt.Scale(domain=list(names), range=[palette.custom, *palette.greys[: len(names) - 1]])
    legend = plot.key(list(names))
    legend.columns = 2
    base = plot.base().transform_calculate(
        words=plot.words(H100E_M, "h100e", 2),
        as_set=plot.words(H100E_M, "as_set_h100e", 2),
        place=f"indexof({list(names)!r}, datum.outcome)",
    )
    x = alt.X(
        "quarter:O",
        axis=plot.quiet_axis(labelAngle=0, labelExpr="slice(datum.label, 5) === 'Q1' ? slice(datum.label, 0, 4) : ''"),
        scale=alt.Scale(paddingInner=0.15),
    )
    axis = plot.axis(H100E_M, palette, "m H100e a quarter")
    tooltip = plot.tooltip(quarter="Quarter", outcome="Custom work", words="This quarter", as_set="Bought as set")
    bars = base.mark_bar().encode(
        x=x,
        y=alt.Y("h100e:Q", stack="zero", axis=axis),
        color=alt.Color("outcome:N", scale=colours, legend=legend),
        order=alt.Order("place:Q"),
        tooltip=tooltip,
    )
    outline = (
        base.transform_filter("datum.place == 0")
        .mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.2)
        .encode(x=x, y=alt.Y("as_set_h100e:Q", axis=axis), tooltip=tooltip)
    )
    return plot.compiled(alt.layer(bars, outline).properties(height=SMALL), mode)


@lru_cache(maxsize=32)
def by_year(mode: Mode) -> Spec:
    """Fixed cost of a custom chip by year; frame: core.views.programme.finding.drawn_years."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        words=plot.words(USD, "usd_per_chip", 0),
        hour=plot.words(USD, "usd_per_h100e_hour", 3),
        spent=plot.words(USD_M, "usd", 0),
        many="format(datum.chips, ',.0f')",
    )
    x = alt.X("year:O", axis=plot.quiet_axis(labelAngle=0), scale=alt.Scale(paddingInner=0.28))
    y = alt.Y("usd_per_chip:Q", axis=plot.axis(USD, palette, "$ a custom chip"))
    tooltip = plot.tooltip(
        year="Year", words="A custom chip", hour="An H100e-hour", spent="Programme", many="Custom chips bought"
    )
    bars = base.mark_bar(color=palette.custom).encode(x=x, y=y, tooltip=tooltip)
    return plot.compiled(alt.layer(bars).properties(height=SMALL), mode)
