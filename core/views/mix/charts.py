"""The charts of the Best mix page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt

from core.base.format import USD_BN
from core.story import charts as shared
from core.story import plot
from core.story.plot import BIG, PALETTES, Mode, Palette, Spec

HEIGHT: Final = 400


def _bad_tenth(palette: Palette) -> alt.X:
    axis = plot.axis(USD_BN, palette, "")
    for name in ("titleX", "titleY", "titleAlign", "titleAngle"):
        setattr(axis, name, alt.Undefined)
    axis.title, axis.titleAnchor = "Bad tenth, $ B", "middle"
    return alt.X("bad_tenth_usd:Q", axis=axis, scale=alt.Scale(zero=False, nice=False, padding=14))


@lru_cache(maxsize=8)
def frontier(mode: Mode) -> Spec:
    """Expected value against the bad tenth: the frontier a line, names at the right edge; frame: frames.frontier."""
    palette = PALETTES[mode]
    base = plot.base().transform_calculate(
        expected=plot.words(USD_BN, "expected_usd"), bad=plot.words(USD_BN, "bad_tenth_usd")
    )
    x = _bad_tenth(palette)
    y = alt.Y(
        "expected_usd:Q",
        axis=plot.axis(USD_BN, palette, "Expected value, $ B"),
        scale=alt.Scale(zero=False, nice=False, padding=14),
    )
    tooltip = plot.tooltip(name="Mix", expected="Expected value", bad="Bad tenth", odds="Pays in", shares="Sets")
    named = base.transform_filter("datum.is_named")
    leaders = named.mark_rule(color=palette.quiet, strokeWidth=0.7, opacity=0.55).encode(
        x=x, y=y, x2=alt.value("width"), y2="label_usd"
    )
    line = (
        base.transform_filter("datum.kind == 'frontier'")
        .mark_line(color=palette.custom, strokeWidth=2)
        .encode(x=x, y=y, order=alt.Order("expected_usd:Q"))
    )
    found: dict[str, Any] = {"filled": True, "color": palette.custom, "stroke": palette.ground, "opacity": 1}
    mixes = base.transform_filter("datum.kind != 'held'").mark_point(size=90, **found).encode(x=x, y=y, tooltip=tooltip)
    held = (
        base.transform_filter("datum.kind == 'held' && !datum.is_own")
        .mark_point(size=70, filled=True, color=palette.ground, stroke=palette.quiet, strokeWidth=1.6, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    own = (
        base.transform_filter("datum.is_own")
        .mark_point(shape="diamond", size=150, filled=True, color=palette.ink, stroke=palette.ground, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    shown = (
        base.transform_filter("datum.is_shown")
        .mark_point(size=260, color=palette.ink, strokeWidth=1.6, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip)
    )

    def label(test: str, **look: Any) -> alt.Chart:
        drawn: alt.Chart = (
            named.transform_filter(test)
            .mark_text(align="left", dx=6, **look)
            .encode(x=alt.value("width"), y=alt.Y("label_usd:Q"), text="label:N", tooltip=tooltip)
        )
        return drawn

    names = [
        label("datum.kind != 'held'", color=palette.custom),
        label("datum.kind == 'held' && !datum.is_own"),
        label("datum.is_own", fontWeight=600),
    ]
    return plot.compiled(alt.layer(leaders, line, held, mixes, own, shown, *names).properties(height=HEIGHT), mode)


@lru_cache(maxsize=16)
def capital(mode: Mode, kinds: tuple[str, ...]) -> Spec:
    """Capital spending by year and supplier, the reader's own outlined; frame: frames.capital."""
    drawn = shared.stack(mode, kinds, 1, ("mix", "Capital spending"), ("own", "Yours"), shared.years_of_bars())
    return plot.compiled(alt.layer(*drawn).properties(height=BIG), mode)
