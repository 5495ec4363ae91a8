"""Charts of what a scenario costs: cash, expense and running cost, earnings, cost of work, and charges at other lives.

Each is a pure function of mode and names and returns a specification without data, as those of core.story.charts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import altair as alt

from core.base.format import PERCENT, USD, USD_BN
from core.story import charts as shared
from core.story import plot
from core.story.plot import BIG, PALETTES, Mode, Palette, Spec

CUSTOM_FIRST: Final = "custom_first"
CHARGES: Final = "charges"
RUNNING: Final = "running"
"""How the kinds of a stack are coloured: see `_colours`."""
PERIOD: Final = (
    "length(datum.label) > 4 ? (slice(datum.label, 5) == 'Q1' ? '’' + slice(datum.label, 2, 4) : '') : "
    "width < 240 ? '’' + slice(datum.label, 2) : datum.label"
)
"""A year in full where there is room for it; of quarters only the first of a year has a label."""


def _colours(palette: Palette, colouring: str, kinds: int) -> list[str]:
    """Return a colour a kind: the accent where it is the custom chips' own, red for what should not be, else greys."""
    grey = palette.greys
    return {
        CUSTOM_FIRST: plot.supplier_colours(palette, kinds),
        CHARGES: [grey[0], grey[1], palette.loss, grey[3]],
        RUNNING: [palette.custom, *grey[:3], palette.ink, palette.loss],
    }[colouring]


def _by_kind(palette: Palette, kinds: tuple[str, ...], colouring: str) -> alt.Color:
    """Return a colour a kind, with its key."""
    scale = alt.Scale(domain=list(kinds), range=_colours(palette, colouring, len(kinds)))
    return alt.Color("kind:N", scale=scale, legend=plot.key(list(kinds)))


def _periods(field: str) -> alt.X:
    axis = plot.quiet_axis(labelAngle=0, labelExpr=PERIOD, labelOverlap=False)
    return alt.X(f"{field}:O", axis=axis, scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1))


@lru_cache(maxsize=64)
def money(mode: Mode, kinds: tuple[str, ...], colouring: str, title: str, outlined: bool, dots: str) -> Spec:
    """Amounts by period and kind, stacked; frame: money.frame.

    `title` names the axis. `outlined` draws the baseline's total around the stack; `dots` says what dots are, if any.
    """
    palette = PALETTES[mode]
    x = _periods("period")
    change = "datum.plan_usd - datum.baseline_usd"
    base = plot.base().transform_calculate(
        words=plot.words(USD_BN, "plan_usd", 2),
        baseline_words=plot.words(USD_BN, "baseline_usd", 2),
        change_words=USD_BN.vega(f"({change})", 2),
        change_share=f"datum.baseline_usd ? {PERCENT.vega(f'(({change}) / abs(datum.baseline_usd))')} : ''",
        place=f"indexof({list(kinds)!r}, datum.kind)",
    )
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.5).encode(
        x=x,
        y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, title)),
        color=_by_kind(palette, kinds, colouring),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(
            period="Period",
            kind="Kind",
            words="This scenario",
            baseline_words="Baseline",
            change_words="Difference",
            change_share="of the baseline",
        ),
    )
    first = plot.base().transform_filter(f"datum.kind == '{kinds[0]}'")
    room = [first.mark_point(opacity=0).encode(x=x, y=alt.Y(f"{end}:Q")) for end in ("low_usd", "high_usd")]
    layers = [bars, *room, *shared.net(plot.base(), x, palette, "period")]
    if outlined:
        total = (
            plot.base()
            .transform_aggregate(usd="sum(baseline_usd)", groupby=["period"])
            .transform_calculate(words=plot.words(USD_BN, "usd", 2))
        )
        outline = total.mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3)
        layers.append(outline.encode(x=x, y="usd:Q", tooltip=plot.tooltip(period="Period", words="Baseline, all")))
    if dots:
        mark = first.transform_calculate(words=plot.words(USD_BN, "dot_usd", 2)).mark_point(
            filled=True, size=46, color=palette.ink, stroke=palette.ground, strokeWidth=1.2, opacity=1
        )
        layers.append(mark.encode(x=x, y="dot_usd:Q", tooltip=plot.tooltip(period="Period", words=dots)))
    return plot.compiled(alt.layer(*layers).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def earnings(mode: Mode) -> Spec:
    """Effect on earnings per share by year; frame: earnings.frame."""
    palette = PALETTES[mode]
    y = alt.Y("usd:Q", axis=plot.axis(USD, palette, "$ a share"), scale=alt.Scale(padding=16))
    x = _periods("year")
    colour = alt.condition("datum.good", alt.value(palette.custom), alt.value(palette.loss))
    bars = plot.base().mark_bar().encode(x=x, y=y, color=colour, tooltip=plot.tooltip(year="Year", words="A share"))
    figures = [
        plot.base().transform_filter(test).mark_text(dy=dy).encode(x=x, y="usd:Q", text="words:N")
        for test, dy in (("datum.usd >= 0", -8), ("datum.usd < 0", 9))
    ]
    return plot.compiled(alt.layer(bars, *figures).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def work_cost(mode: Mode, names: tuple[tuple[str, str], ...]) -> Spec:
    """Cost of an hour of work by quarter, the baseline's thin; frame: work_cost.frame.

    names: what each variant is called at the end of its line.
    """
    palette = PALETTES[mode]
    x = plot.years_axis()
    y = alt.Y("usd:Q", axis=plot.axis(USD, palette, "$ an H100e-hour"), scale=alt.Scale(zero=True))
    called = " : ".join(f"datum.variant == '{variant}' ? '{name}'" for variant, name in names) + " : ''"
    base = plot.base().transform_calculate(words=plot.words(USD, "usd", 3), name=called)
    variants = [variant for variant, _ in names]
    colour = alt.Color("variant:N", scale=alt.Scale(domain=variants, range=[palette.custom, palette.ink]), legend=None)
    width = alt.condition("datum.variant == 'plan'", alt.value(2.6), alt.value(1.2))
    lines = base.mark_line().encode(x=x, y=y, color=colour, strokeWidth=width)
    points = base.mark_point(filled=True, size=60, opacity=0).encode(
        x=x, y=y, color=colour, tooltip=plot.tooltip(quarter="Quarter", name="Variant", words="An hour of work")
    )
    last = base.transform_joinaggregate(last="max(time_years)").transform_filter("datum.time_years == datum.last")
    ends = last.mark_text(align="left", dx=6).encode(x=x, y="label_usd:Q", text="name:N", color=colour)
    return plot.compiled(alt.layer(lines, points, ends).properties(height=BIG), mode)


@lru_cache(maxsize=32)
def charges(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Charges on chips by year at another life, as set outlined; frame: lives.frame."""
    palette = PALETTES[mode]
    x = _periods("year")
    base = plot.base().transform_calculate(
        words=plot.words(USD_BN, "usd", 2),
        as_set=plot.words(USD_BN, "as_set_usd", 2),
        place=f"indexof({list(kinds)!r}, datum.kind)",
    )
    scale = alt.Scale(domain=list(kinds), range=[palette.greys[0], palette.loss])
    bars = base.mark_bar(stroke=palette.ground, strokeWidth=0.5).encode(
        x=x,
        y=alt.Y("usd:Q", stack="zero", axis=plot.axis(USD_BN, palette, "$ B a year")),
        color=alt.Color("kind:N", scale=scale, legend=plot.key(list(kinds))),
        order=alt.Order("place:Q"),
        tooltip=plot.tooltip(year="Year", kind="Charge", words="At this life", as_set="As set"),
    )
    total = plot.base().transform_aggregate(usd="sum(as_set_usd)", groupby=["year"])
    outline = (
        total.transform_calculate(words=plot.words(USD_BN, "usd", 2))
        .mark_bar(fillOpacity=0, stroke=palette.ink, strokeWidth=1.3)
        .encode(x=x, y="usd:Q", tooltip=plot.tooltip(year="Year", words="As set, all"))
    )
    return plot.compiled(alt.layer(bars, outline).properties(height=BIG), mode)
