"""The charts of the Risk page: pure functions of mode and names, as those of core.story.charts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Literal

import altair as alt

from core.base.format import PERCENT, USD_BN
from core.story import plot
from core.story.plot import BIG, PALETTES, SMALL, Mode, Spec
from core.views.risk import marks

OUTER, INNER = 0.16, 0.24
"""How strong the bands of 80 and 50 % are; where both lie they add up."""
ROW: Final = 30
MARGIN: Final = 64
LEAST_WIDTH: Final = 560
"""Below this width in px a chart has no room for its finer labels."""


@lru_cache(maxsize=32)
def fan(mode: Mode, title: str, period: str, baseline: str) -> Spec:
    """Bands of 80 and 50 %, median, plan case and baseline over time; frame: a fan of core.views.risk.frames.

    `title` names the axis, `period` what a point in time is, `baseline` the line of the baseline; none if it is zero.
    """
    palette = PALETTES[mode]
    names = ("p10_usd", "p25_usd", "p50_usd", "p75_usd", "p90_usd")
    base = plot.base().transform_calculate(
        **{name.replace("_usd", "_words"): plot.words(USD_BN, name, 1) for name in (*names, "plan_usd", "baseline_usd")}
    )
    x = plot.years_axis()

    def at(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=plot.axis(USD_BN, palette, title))

    outer = base.mark_area(color=palette.custom, fillOpacity=OUTER).encode(x=x, y=at("p10_usd"), y2="p90_usd")
    inner = base.mark_area(color=palette.custom, fillOpacity=INNER).encode(x=x, y=at("p25_usd"), y2="p75_usd")
    median = base.mark_line(color=palette.custom, strokeWidth=1.6, strokeDash=[5, 4]).encode(x=x, y=at("p50_usd"))
    plan = base.mark_line(color=palette.custom, strokeWidth=2.6).encode(x=x, y=at("plan_usd"))
    told = {
        "period": period,
        "plan_words": "Plan case",
        "p50_words": "Median",
        "p10_words": "10th percentile",
        "p25_words": "25th percentile",
        "p75_words": "75th percentile",
        "p90_words": "90th percentile",
        **({"baseline_words": "Baseline, median"} if baseline else {}),
    }
    points = base.mark_bar(opacity=0, width=14).encode(x=x, y=at("p10_usd"), y2="p90_usd", tooltip=plot.tooltip(**told))
    last = base.transform_joinaggregate(last="max(time_years)").transform_filter("datum.time_years == datum.last")

    def name(field: str, text: str, colour: str) -> alt.Chart:
        mark = last.mark_text(align="left", dx=6, color=colour, text=text)
        named: alt.Chart = mark.encode(x=x, y=at(field))
        return named

    layers = [outer, inner]
    if baseline:
        layers.append(base.mark_line(color=palette.ink, strokeWidth=1.2).encode(x=x, y=at("baseline_usd")))
    layers += [median, plan]
    layers += [name("plan_label_usd", "plan case", palette.custom), name("median_label_usd", "median", palette.custom)]
    if baseline:
        layers.append(name("baseline_label_usd", baseline, palette.ink))
    return plot.compiled(alt.layer(*layers, points).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def distribution(mode: Mode) -> Spec:
    """How value is spread, with break-even, mean and plan case; frame: frames.distribution."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(of_all=plot.words(PERCENT, "share", 1))
    y = marks.height(palette)
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.5).encode(
        x=marks.value_axis(palette),
        x2="high_usd",
        y=y,
        y2=alt.datum(0),
        color=alt.Color(
            "side:N",
            scale=alt.Scale(domain=["pays", "costs"], range=[palette.custom, palette.greys[0]]),
            legend=None,
        ),
        tooltip=plot.tooltip(words="Value", of_all="Futures"),
    )
    one = marks.once().transform_calculate(plan_words=plot.words(USD_BN, "plan_usd"))
    plan = one.mark_point(
        shape="diamond", filled=True, size=130, color=palette.ink, stroke=palette.ground, strokeWidth=1.4, opacity=1
    ).encode(x=alt.X("plan_usd:Q"), y=alt.datum(0), tooltip=plot.tooltip(plan_words="Plan case"))
    costs = one.mark_text(align="left", baseline="top", fontSize=13, fontWeight=600, color=palette.quiet)
    room = one.mark_point(opacity=0).encode(x=alt.X("zero:Q"), y="room:Q")
    layers = [
        bars,
        marks.line(palette, "zero", strokeWidth=1.8),
        marks.line(palette, "mean_usd", strokeWidth=1.4, strokeDash=[4, 3]),
        plan,
        costs.encode(x=alt.value(4), y=alt.value(0), text="below_words:N"),
        *marks.words_right(palette, one, "above_words", 0, alt.value(palette.custom), fontSize=13, fontWeight=600),
        *marks.words_right(palette, one, "mean_words", 20, alt.value(palette.ink)),
        room,
    ]
    return plot.compiled(alt.layer(*layers).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def stop(mode: Mode, rules: tuple[str, str]) -> Spec:
    """Value when buying on, filled, and with the right to stop, outlined; means ruled; frame: frames.stop.

    rules: what buying on and stopping are called.
    """
    palette = PALETTES[mode]
    on, stopping = (f"datum.rule == '{rule}'" for rule in rules)
    base = plot.base().transform_calculate(of_all=plot.words(PERCENT, "share", 1))
    x, y = marks.value_axis(palette), marks.height(palette)
    filled = (
        base.transform_filter(on)
        .mark_area(interpolate="step-after", color=palette.greys[1], fillOpacity=0.6)
        .encode(x=x, y=y)
    )
    outlined = (
        base.transform_filter(stopping)
        .mark_line(interpolate="step-after", color=palette.custom, strokeWidth=2.2)
        .encode(x=x, y=y)
    )
    points = base.mark_bar(opacity=0, width=8, align="left").encode(
        x=x, y=y, tooltip=plot.tooltip(rule="Rule", words="Value", of_all="Futures")
    )
    each = marks.once("rule")
    colour: Any = alt.Color(
        "rule:N", scale=alt.Scale(domain=list(rules), range=[palette.quiet, palette.custom]), legend=None
    )
    means = each.mark_rule(strokeWidth=1.6, strokeDash=[4, 3]).encode(x=alt.X("mean_usd:Q"), color=colour)
    names = [
        layer
        for test, y in ((stopping, 0), (on, 18))
        for layer in marks.words_right(palette, each.transform_filter(test), "mean_words", y, colour, fontWeight=600)
    ]
    room = each.mark_point(opacity=0).encode(x=alt.X("zero:Q"), y="room:Q")
    zero = marks.line(palette, "zero", strokeWidth=1.8)
    return plot.compiled(alt.layer(filled, outlined, points, zero, means, *names, room).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def payback(mode: Mode) -> Spec:
    """Share of futures that have paid back by each quarter, the plan case dotted; frame: frames.payback."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(words=plot.words(PERCENT, "share", 0))
    x = plot.years_axis()
    y = alt.Y("share:Q", stack=False, axis=marks.percent_axis(palette, "% of futures"), scale=alt.Scale(domain=[0, 1]))
    line = {"color": palette.custom, "strokeWidth": 2.2}
    area = base.mark_area(color=palette.custom, fillOpacity=INNER, line=line).encode(x=x, y=y)
    points = base.mark_bar(opacity=0, width=12).encode(
        x=x, y=y, tooltip=plot.tooltip(quarter="By the end of", words="Paid back for good")
    )
    plan = base.transform_filter("datum.plan")
    dot = plan.mark_point(filled=True, size=110, color=palette.custom, stroke=palette.ground).encode(x=x, y=y)
    name = plan.mark_text(align="left", dx=8, dy=14, text=alt.expr("'plan case, ' + datum.quarter")).encode(x=x, y=y)
    last = base.transform_joinaggregate(last="max(time_years)").transform_filter("datum.time_years == datum.last")
    end = last.mark_text(align="left", dx=6, color=palette.custom).encode(x=x, y=y, text="words:N")
    return plot.compiled(alt.layer(area, points, dot, name, end).properties(height=SMALL), mode)


@lru_cache(maxsize=64)
def binding(mode: Mode, rows: tuple[str, ...]) -> Spec:
    """Share of futures in which each of `rows` binds in a year, a cell each; frame: frames.binding."""
    palette = PALETTES[mode]
    x = alt.X(
        "year:O",
        axis=plot.quiet_axis(
            labelAngle=0, orient="top", labelExpr="width < 250 ? '’' + slice(datum.label, 2) : datum.label"
        ),
        scale=alt.Scale(paddingInner=0.04),
    )
    y = alt.Y("label:N", sort=list(rows), axis=marks.names(palette), scale=alt.Scale(paddingInner=0.1))
    opacity = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.62]), legend=None)
    base = plot.base()
    cells = base.mark_rect(color=palette.custom).encode(
        x=x, y=y, opacity=opacity, tooltip=plot.tooltip(label="What", year="Year", words="Futures")
    )
    figures = base.mark_text(
        text=alt.expr("width < 190 ? split(datum.words, '\N{NO-BREAK SPACE}')[0] : datum.words"),
    ).encode(x=x, y=y)
    return plot.compiled(alt.layer(cells, figures).properties(height=max(SMALL, ROW * len(rows) + 34)), mode)


def rows_height(rows: int) -> int:
    """Return the height of a chart of rows."""
    return max(SMALL, ROW * rows + MARGIN)


_SIDES: Final[tuple[tuple[str, Literal["left", "right"], int], ...]] = (("true", "left", 5), ("false", "right", -5))
"""Whether a bar lies on the right of the plan case, and how words stand at its end."""


@lru_cache(maxsize=64)
def tornado(mode: Mode, rows: int) -> Spec:
    """Value with each assumption at its low and at its high, break-even drawn; frame: frames.tornado_bars of `rows`.

    Their order is the frame's, so that bars change places where they stand.
    """
    palette = PALETTES[mode]
    base = plot.base()
    axis = plot.axis(USD_BN, palette, "")
    axis.title = None
    x = alt.X("usd:Q", axis=axis, scale=alt.Scale(padding=46, nice=False, zero=True))
    y = alt.Y("label:N", sort=alt.EncodingSortField(field="place", op="min"), axis=marks.names(palette))
    legend = plot.key(["low", "high"])
    legend.offset = 8
    legend.labelExpr = "datum.label == 'low' ? 'at its 10th percentile' : 'at its 90th'"
    bars = base.mark_bar(height=15, cursor="pointer").encode(
        x=x,
        x2="plan_usd",
        y=y,
        color=alt.Color(
            "end:N",
            scale=alt.Scale(domain=["low", "high"], range=[palette.greys[0], palette.custom]),
            legend=legend,
        ),
        tooltip=plot.tooltip(label="Assumption", setting="Set to", words="Value", source="Range"),
    )
    plan = marks.line(palette, "plan_usd", strokeWidth=1, strokeDash=[4, 3])
    zero = marks.line(palette, "zero", strokeWidth=2)
    names = [
        base.transform_filter(f"datum.is_named && datum.is_right == {side}")
        .mark_text(align=align, dx=dx, stroke=colour, strokeWidth=width)
        .encode(x=x, y=y, text="setting:N")
        for colour, width in ((palette.ground, 4), (alt.Undefined, alt.Undefined))
        for side, align, dx in _SIDES
    ]
    layers = alt.layer(bars, plan, zero, *names)
    return plot.compiled(layers.properties(height=rows_height(rows)), mode)


DEMANDS: Final = "{low: 'low demand', base: 'demand as believed', high: 'high demand'}"
SHORT_DEMANDS: Final = "{low: 'low', base: 'demand', high: 'high'}"
PRICES: Final = "{low: 'cheap chips', base: 'as believed', high: 'dear chips'}"


@lru_cache(maxsize=64)
def regret(mode: Mode, rows: tuple[str, ...]) -> Spec:
    """Regret of each of `rows` in every world, the darker the worse; frame: frames.regret_cells."""
    palette = PALETTES[mode]
    base = plot.base()
    names = plot.quiet_axis(labelColor=palette.ink, labelLimit=190)
    y = alt.Y("choice:N", sort=list(rows), axis=names, scale=alt.Scale(paddingInner=0.14))
    x = alt.X("left:Q", axis=None, scale=alt.Scale(nice=False, zero=False))
    cells = base.mark_rect(color=palette.loss).encode(
        x=x,
        x2="right",
        y=y,
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, 1.0]), legend=None),
        tooltip=plot.tooltip(choice="Choice", world="World", words="Regret"),
    )
    best = (
        base.transform_filter("datum.share == 0")
        .mark_point(filled=True, size=22, color=palette.ink, opacity=1)
        .encode(x=alt.X("center:Q"), y=y)
        .transform_calculate(center="(datum.left + datum.right) / 2")
    )
    first = "datum.choice == '" + rows[0].replace("'", "\\'") + "'"

    def above(doubt: str, colour: str, dy: int, words: str) -> alt.Chart:
        """Return the names of a doubt's states above the first row."""
        chart: alt.Chart = (
            base.transform_filter(f"datum.{doubt} != '' && {first}")
            .mark_text(color=colour, dy=dy, text=alt.expr(words))
            .encode(x=alt.X(f"{doubt}_middle:Q"), y=alt.value(0))
        )
        return chart

    narrow = f"width < {LEAST_WIDTH}"
    demand = above("demand", palette.ink, -30, f"({narrow} ? {SHORT_DEMANDS} : {DEMANDS})[datum.demand]")
    price = above("price", palette.quiet, -12, f"{narrow} ? '' : ({PRICES})[datum.price]")
    layers = alt.layer(cells, best, demand, price)
    return plot.compiled(layers.properties(height=max(SMALL, ROW * len(rows) + 60), padding={"top": 40}), mode)


@lru_cache(maxsize=32)
def grades(mode: Mode, names: tuple[str, ...]) -> Spec:
    """Share of the variance by grade in one bar, what is assumed left empty; frame: frames.grade_bars."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(place=f"indexof({list(names)!r}, datum.grade)", row="''")
    legend = plot.key(list(names))
    legend.symbolStrokeWidth = 1
    legend.symbolStrokeColor = palette.quiet
    legend.offset = 8
    bars = base.mark_bar(height=44, stroke=palette.quiet, strokeWidth=1).encode(
        x=alt.X("share:Q", stack="zero", axis=marks.share_axis(), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("row:N", axis=None),
        color=alt.Color(
            "grade:N",
            scale=alt.Scale(domain=list(names), range=plot.grade_colours(palette, names)),
            legend=legend,
        ),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(grade="Grade", words="Share of variance", levers="Assumptions"),
    )
    figures = (
        base.transform_filter("datum.share > 0.06")
        .mark_text(fontSize=13, fontWeight=600, dy=40)
        .encode(x=alt.X("middle:Q"), y=alt.Y("row:N"), text="words:N")
    )
    return plot.compiled(alt.layer(bars, figures).properties(height=SMALL), mode)
