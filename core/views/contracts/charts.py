"""Charts of what is promised: one agreement, committed and free, what changing course costs, warrants, reported.

Each is a pure function of mode and names and returns a specification without data, as those of core.story.charts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import GW, USD_BN, Unit
from core.story import plot
from core.story.charts import SHORT_YEAR
from core.story.plot import BIG, PALETTES, SMALL, Mode, Palette, Spec

COURSE_ROW: Final = 54
KEY_HEIGHT: Final = 110
KEY_ROW: Final = 18
FEW: Final = 3
"""A key of more names takes room from the chart below it."""


def _colours(palette: Palette, of_all: int, suppliers: tuple[int, ...]) -> list[str]:
    """Return the colour of each of some suppliers, as on every page; suppliers: places among `of_all`."""
    colours = plot.supplier_colours(palette, of_all)
    return [colours[supplier] for supplier in suppliers]


def _years(field: str = "year") -> alt.X:
    axis = plot.quiet_axis(labelAngle=0, labelExpr=SHORT_YEAR, labelOverlap=False)
    return alt.X(f"{field}:O", axis=axis, scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1))


def _across(chart: alt.Chart, colour: str, thickness: float) -> alt.Chart:
    """Return a line across the bar of each year."""
    width: Any = {"expr": "bandwidth('x') * 1.25"}
    line: alt.Chart = chart.mark_tick(color=colour, opacity=1, thickness=thickness, size=width)
    return line


@lru_cache(maxsize=64)
def agreement(mode: Mode, unit: Unit, of_all: int, supplier: int) -> Spec:
    """Purchases under one agreement against what is agreed, in the colour of its supplier; frame: frames.agreement."""
    palette = PALETTES[mode]
    x, decimals = _years(), 2 if unit in (GW, USD_BN) else 0
    base = plot.base().transform_calculate(
        counted_words=plot.words(unit, "counted", decimals),
        agreed_words=plot.words(unit, "agreed", decimals),
        baseline_words=plot.words(unit, "baseline", decimals),
    )
    tooltip = plot.tooltip(year="Year", counted_words="Bought", agreed_words="Agreed", baseline_words="Baseline")
    bars = base.mark_bar(color=_colours(palette, of_all, (supplier,))[0]).encode(
        x=x, y=alt.Y("counted:Q", axis=plot.axis(unit, palette, unit.name)), tooltip=tooltip
    )
    outline = base.mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.1).encode(
        x=x, y="baseline:Q", tooltip=tooltip
    )
    due = base.transform_filter("datum.due")
    lines = [_across(due, palette.ground, 6), _across(due, palette.ink, 3)]
    late = (
        base.transform_filter("datum.is_short")
        .transform_calculate(
            short_words=Unit(unit.scale).vega("(-datum.short)", decimals),
            top="max(datum.agreed, datum.counted, datum.baseline)",
        )
        .mark_text(dy=-9, color=palette.loss)
        .encode(x=x, y="top:Q", text="short_words:N")
    )
    agreed = [line.encode(x=x, y="agreed:Q", tooltip=tooltip) for line in lines]
    return plot.compiled(alt.layer(bars, outline, *agreed, late).properties(height=SMALL), mode)


@lru_cache(maxsize=32)
def committed(mode: Mode, names: tuple[str, ...], of_all: int, suppliers: tuple[int, ...]) -> Spec:
    """What is agreed by year within what is spent on chips; frame: frames.committed."""
    palette = PALETTES[mode]
    x = _years()
    base = plot.base().transform_calculate(
        words=plot.words(USD_BN, "usd", 2),
        spending_words=plot.words(USD_BN, "spending_usd"),
        baseline_words=plot.words(USD_BN, "baseline_usd"),
        place=f"indexof({list(names)!r}, datum.supplier)",
    )
    scale = alt.Scale(domain=list(names), range=_colours(palette, of_all, suppliers))
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.7).encode(
        x=x,
        y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
        color=alt.Color("supplier:N", scale=scale, legend=plot.key(list(names))),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(year="Year", supplier="Supplier", words="Agreed", share_words="All agreements' share"),
    )
    first = base.transform_filter("datum.place == 0")
    outline = first.mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3).encode(
        x=x, y="spending_usd:Q", tooltip=plot.tooltip(year="Year", spending_words="Spent on chips")
    )
    baseline = _across(first, palette.ink, 2).encode(
        x=x, y="baseline_usd:Q", tooltip=plot.tooltip(year="Year", baseline_words="Baseline spends")
    )
    total = plot.base().transform_aggregate(usd="sum(usd)", groupby=["year", "share_words"])
    halo = total.mark_text(dy=-9, color=palette.ground, stroke=palette.ground, strokeWidth=5)
    shares = [text.encode(x=x, y="usd:Q", text="share_words:N") for text in (halo, total.mark_text(dy=-9))]
    return plot.compiled(alt.layer(bars, outline, baseline, *shares).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def courses(mode: Mode, names: tuple[str, ...], of_all: int, suppliers: tuple[int, ...]) -> Spec:
    """What shortfalls cost on each course, stacked by supplier; frame: frames.courses."""
    palette = PALETTES[mode]
    axis = plot.quiet_axis(labelColor=palette.ink, labelLimit=190)
    y = alt.Y("course:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.5))
    base = plot.base().transform_calculate(
        words=plot.words(USD_BN, "usd", 2), place=f"indexof({list(names)!r}, datum.supplier)"
    )
    usd, key = plot.axis(USD_BN, palette, ""), plot.key(list(names))
    usd.title = None
    if len(names) > FEW:
        key.columns = 1  # names of courses leave no room for two, and their number would turn on the room that is left
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.7).encode(
        y=y,
        x=alt.X("usd:Q", stack="zero", axis=usd),
        color=alt.Color(
            "supplier:N",
            scale=alt.Scale(domain=list(names), range=_colours(palette, of_all, suppliers)),
            legend=key,
        ),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(course="Course", supplier="Supplier", words="Shortfalls cost"),
    )
    totals = (
        base.transform_filter("datum.place == 0")
        .mark_text(align="left", dx=6)
        .encode(y=y, x="total_usd:Q", text="total_words:N")
    )
    room = base.mark_point(opacity=0).encode(y=y, x="edge_usd:Q")
    height = COURSE_ROW * 3 + KEY_HEIGHT + KEY_ROW * max(0, len(names) - FEW)
    return plot.compiled(alt.layer(bars, totals, room).properties(height=height), mode)


@lru_cache(maxsize=32)
def warrants(mode: Mode, power: Unit, names: tuple[str, ...], of_all: int, suppliers: tuple[int, ...]) -> Spec:
    """Warrants by year, stacked by supplier, the baseline's outlined; frame: frames.warrants."""
    palette = PALETTES[mode]
    x, decimals = _years(), 2 if power is GW else 0
    base = plot.base().transform_calculate(
        words=plot.words(power, "mw", decimals),
        so_far=plot.words(power, "so_far_mw", decimals),
        agreed=plot.words(power, "agreed_mw", decimals),
        usd_words=plot.words(USD_BN, "usd", 2),
        place=f"indexof({list(names)!r}, datum.supplier)",
    )
    tooltip = plot.tooltip(
        year="Year",
        supplier="Supplier",
        usd_words="Warrant",
        words="Earned by",
        so_far="Bought so far",
        agreed="Agreed so far",
    )
    scale = alt.Scale(domain=list(names), range=_colours(palette, of_all, suppliers))
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.7).encode(
        x=x,
        y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
        color=alt.Color("supplier:N", scale=scale, legend=plot.key(list(names)) if len(names) > 1 else None),
        order=alt.Order("place:Q"),
        tooltip=tooltip,
    )
    years = (
        plot.base()
        .transform_aggregate(usd="sum(usd)", baseline_usd="sum(baseline_usd)", mw="sum(mw)", groupby=["year"])
        .transform_calculate(
            words=plot.words(power, "mw", decimals),
            baseline_words=plot.words(USD_BN, "baseline_usd", 2),
            top="max(datum.usd, datum.baseline_usd)",
        )
    )
    outline = years.mark_bar(filled=False, color=palette.ink, strokeWidth=1.3).encode(  # the bars are pointed at
        x=x, y="baseline_usd:Q", tooltip=plot.tooltip(year="Year", baseline_words="Baseline")
    )
    figures = years.transform_filter("datum.mw >= 1").mark_text(dy=-9).encode(x=x, y="top:Q", text="words:N")
    height = BIG if len(names) > FEW else SMALL
    return plot.compiled(alt.layer(bars, outline, figures).properties(height=height), mode)


@lru_cache(maxsize=32)
def reported(mode: Mode) -> Spec:
    """Commitments that the company reports, with what all agreements come to; frame: frames.reported."""
    palette = PALETTES[mode]
    x = _years("period")
    base = plot.base().transform_calculate(here_words=plot.words(USD_BN, "here_usd", 0))
    bars = base.mark_bar(color=palette.greys[0]).encode(
        x=x,
        y=alt.Y("usd:Q", axis=plot.axis(USD_BN, palette, "$ B, end of quarter")),
        tooltip=plot.tooltip(period="Quarter", words="Reported", here_words="Agreements here"),
    )
    named = base.mark_text(dy=-9)
    halo = base.mark_text(dy=-9, color=palette.ground, stroke=palette.ground, strokeWidth=5)
    figures = [text.encode(x=x, y="usd:Q", text="words:N") for text in (halo, named)]
    here = base.transform_aggregate(here_usd="max(here_usd)", first="min(period)", groupby=["here_words"])
    rule = here.mark_rule(color=palette.ink, strokeDash=[5, 4], strokeWidth=1.6).encode(y="here_usd:Q")
    name = (
        here.transform_calculate(name="'agreements here ' + datum.here_words")
        .mark_text(align="left", dx=-18, dy=-8)
        .encode(x=alt.X("first:O"), y="here_usd:Q", text="name:N")
    )
    return plot.compiled(alt.layer(bars, rule, *figures, name).properties(height=SMALL), mode)
