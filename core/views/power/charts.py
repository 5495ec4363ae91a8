"""The charts of the Power page: pure functions of column names, compiled once a process for light and dark."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import altair as alt

from core.base.format import GW, MINUS, USD, Unit
from core.story import charts, plot
from core.story.plot import BIG, PALETTES, Mode, Palette, Spec

LINE: Final = 18
"""Height of a line of the key within a chart."""
SAMPLE: Final = 24
"""Length of a line's sample in that key."""
LETTER: Final = 6.6
"""Width of a letter, in pixels."""
BESIDE: Final = 50
"""What a place's name has on both sides before its figure follows, in pixels; the margins of the chart are in it."""
USD_M: Final = Unit(1e6)
WORK: Final = Unit(1.0)


@lru_cache(maxsize=32)
def load(mode: Mode, suppliers: tuple[str, ...]) -> Spec:
    """`core.story.charts.power`, with what capacity would have to be, and quarters shaded in which power binds; frame:
    core.views.power.frames.load.
    """
    palette, power = PALETTES[mode], charts.power(mode, suppliers)
    plan = (
        plot.base()
        .transform_filter(f"datum.variant == 'plan' && datum.supplier == {suppliers[0]!r}")
        .transform_calculate(needed=plot.words(GW, "needed_mw"), limit=plot.words(GW, "capacity_mw"))
    )
    x = plot.years_axis()
    shade = (
        plan.transform_filter("datum.binds").mark_rect(color=palette.loss, opacity=0.13).encode(x=x, x2="until_years")
    )
    short = plan.transform_filter("datum.ever_binds")
    needed = short.mark_line(color=palette.loss, strokeWidth=1.6, strokeDash=[1, 3], strokeCap="round").encode(
        x=x, y=alt.Y("needed_mw:Q")
    )
    points = short.mark_point(opacity=0, size=120).encode(
        x=x, y=alt.Y("needed_mw:Q"), tooltip=plot.tooltip(quarter="Quarter", needed="Needed", limit="Capacity")
    )
    under = plot.compiled(alt.layer(shade), mode)["layer"]
    over = plot.compiled(alt.layer(needed, points), mode)["layer"]
    return {**power, "layer": [*under, *power["layer"], *over], "height": BIG}


@lru_cache(maxsize=8)
def worth(mode: Mode, unit: Unit) -> Spec:
    """Value of a megawatt by how much capacity, in `unit`, there is; the baseline's a line; frame: frames.worth."""
    palette = PALETTES[mode]
    x_axis = plot.quiet_axis(
        title=f"{unit.name} against this scenario",
        labelExpr=f"datum.value == 0 ? '0' : replace(format(datum.value / {unit.scale!r}, '+,~r'), '-', '{MINUS}')",
        tickMinStep=unit.scale,
        tickCount=5,
    )
    x = alt.X("more_mw:Q", axis=x_axis, scale=alt.Scale(nice=False))
    y = alt.Y("usd_per_mw:Q", axis=plot.axis(USD_M, palette, "$ M a megawatt"))
    plan = (
        plot.base()
        .transform_filter("datum.variant == 'plan'")
        .transform_calculate(
            words=plot.words(Unit(1e6, "$", " M"), "usd_per_mw"),
            more=f"(datum.more_mw > 0 ? '+' : '') + {plot.words(unit, 'more_mw', 2 if unit == GW else 0)}",
        )
    )
    area = plan.mark_area(
        color=palette.custom,
        fillOpacity=0.14,
        interpolate="step",
        line={"color": palette.custom, "strokeWidth": 2.2, "interpolate": "step"},
    ).encode(x=x, y=y)
    baseline = (
        plot.base()
        .transform_filter("datum.variant == 'baseline'")
        .mark_line(color=palette.ink, strokeWidth=1.2, interpolate="step")
        .encode(x=x, y=y)
    )
    points = plan.mark_point(opacity=0, size=160).encode(
        x=x, y=y, tooltip=plot.tooltip(more="Capacity", words="A megawatt")
    )
    here = plot.base().transform_filter("datum.variant == 'plan' && datum.here")
    rule = here.mark_rule(color=palette.ink, strokeDash=[5, 4], strokeWidth=1.2).encode(x=alt.datum(0))
    name = here.mark_text(text="this scenario", align="left", dx=5).encode(x=alt.datum(0), y=alt.value(8))
    return plot.compiled(alt.layer(area, baseline, rule, points, name).properties(height=BIG), mode)


@lru_cache(maxsize=8)
def prices(mode: Mode) -> Spec:
    """What each place pays for a MWh, as thick as its share: areas are cost; frame: frames.ladder."""
    return _ladder(mode, "usd_per_mwh", USD, "$ a MWh", _in_all(USD_M, "usd", "$", " M"), "Costs")


@lru_cache(maxsize=8)
def carbon(mode: Mode) -> Spec:
    """What a MWh emits in each place, as thick as its share: areas are carbon; frame: frames.ladder."""
    return _ladder(mode, "kg_co2_per_mwh", WORK, "kg of CO2 a MWh", _in_all(Unit(1e3), "co2_t", "", " kt"), "Emits")


def _in_all(unit: Unit, field: str, prefix: str, suffix: str) -> str:
    return plot.words(Unit(unit.scale, prefix, suffix), field, 0)


def _ladder(mode: Mode, field: str, unit: Unit, title: str, in_all: str, verb: str) -> Spec:
    palette = PALETTES[mode]
    base = (
        plot.base()
        .transform_joinaggregate(most=f"max({field})")
        .transform_calculate(
            words=plot.words(unit, field, 0),
            share="format(datum.fleet_share, '.0%')",
            in_all=in_all,
            words_at=f"max(datum.{field}, datum.most * ({LETTER} * length(datum.name) + {BESIDE}) / max(width, 1))",
        )
    )
    named = base.transform_filter("datum.is_named")
    y = alt.Y("from_share:Q", axis=None, scale=alt.Scale(domain=[1, 0], nice=False))
    middle = alt.Y("middle_share:Q", axis=None)
    x_axis = plot.quiet_axis(title=title, tickCount=4)
    x = alt.X(f"{field}:Q", axis=x_axis, scale=alt.Scale(zero=True, nice=False, padding=26))
    bars = base.mark_rect(color=palette.greys[2], stroke=palette.ground, strokeWidth=1.5).encode(
        x=x,
        x2=alt.datum(0),
        y=y,
        y2="to_share",
        tooltip=plot.tooltip(region="Place", share="Share of the fleet", words="A MWh", in_all=verb),
    )
    names = named.mark_text(align="left", dx=6).encode(x=alt.datum(0), y=middle, text="name:N")
    figures = named.mark_text(align="left", dx=5).encode(x="words_at:Q", y=middle, text="words:N")
    return plot.compiled(alt.layer(bars, names, figures).properties(height=BIG), mode)


def _lines(palette: Palette, suppliers: int) -> tuple[list[str], list[list[int]], list[float]]:
    """Return colour, dashes and width of each line: those of the suppliers, of the fleet and of the baseline's."""
    colours, dashes = plot.supplier_lines(palette, suppliers)
    return [*colours, palette.ink, palette.ink], [*dashes, [1, 0], [1, 2]], [1.8] * suppliers + [2.6, 1.4]


@lru_cache(maxsize=8)
def work_per_megawatt(mode: Mode, lines: tuple[str, ...], there: tuple[int, ...]) -> Spec:
    """Work of a megawatt over time, of those of the `lines` that are `there`; frame: frames.work_per_megawatt.

    Above the lines stands their key, in two columns.
    """
    palette, names = PALETTES[mode], [lines[place] for place in there]
    all_colours, all_dashes, all_widths = _lines(palette, len(lines) - 2)
    widths = [all_widths[place] for place in there]
    colours = alt.Scale(domain=names, range=[all_colours[place] for place in there])
    dashes = alt.Scale(domain=names, range=[all_dashes[place] for place in there])
    base = plot.base().transform_calculate(
        words=f"{plot.words(WORK, 'h100e_per_mw', 0)} + ' H100e'",
        width=f"{widths!r}[indexof({names!r}, datum.line)]",
    )
    x = plot.years_axis()
    axis, top = plot.axis(Unit(1e3), palette, "thousand H100e a MW"), LINE * _key_rows(names)
    axis.titleY = top + LINE - 4
    y = alt.Y("h100e_per_mw:Q", axis=axis, scale=alt.Scale(range=[alt.ExprRef("height"), top + 2 * LINE + 6]))
    colour = alt.Color("line:N", scale=colours, legend=None)
    dash = alt.StrokeDash("line:N", scale=dashes, legend=None)
    drawn = base.mark_line().encode(
        x=x,
        y=y,
        color=colour,
        strokeDash=dash,
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
    )
    points = base.mark_point(opacity=0, size=120).encode(
        x=x, y=y, tooltip=plot.tooltip(quarter="Quarter", line="Of", words="A MW does")
    )
    keys = [layer for place in range(len(names)) for layer in _key(base, names, place, widths[place], colour, dash)]
    return plot.compiled(alt.layer(drawn, points, *keys).properties(height=BIG + LINE * 2), mode)


def _key_rows(names: list[str]) -> int:
    """Return how many rows the key of `work_per_megawatt` has."""
    return -(-len(names) // 2)


def _key(
    base: alt.Chart, names: list[str], place: int, width: float, colour: alt.Color, dash: alt.StrokeDash
) -> tuple[alt.Chart, alt.Chart]:
    """Return the sample and the name of a line in the key of `work_per_megawatt`, which is read column by column."""
    column, row = divmod(place, _key_rows(names))
    first = base.transform_filter(f"datum.line == {names[place]!r}").transform_aggregate(
        h100e_per_mw="max(h100e_per_mw)", groupby=["line"]
    )

    def at(dx: int) -> alt.Value:
        return alt.value(alt.ExprRef(f"{column} * width / 2 + {dx}"))

    y = alt.value(LINE * row + LINE / 2)
    return (
        first.mark_rule(strokeWidth=width).encode(x=at(0), x2=at(SAMPLE), y=y, color=colour, strokeDash=dash),
        first.mark_text(align="left", baseline="middle", limit=alt.ExprRef(f"width / 2 - {SAMPLE + LINE}")).encode(
            x=at(SAMPLE + 6), y=y, text="line:N"
        ),
    )
