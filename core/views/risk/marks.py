"""What several charts of the Risk page are made of."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from core.base.format import PERCENT, USD_BN
from core.story import plot
from core.story.plot import Palette

LINES: Final = r"split(datum.label, '\n')"


def percent_axis(palette: Palette, title: str, values: list[float] | None = None) -> alt.Axis:
    """Return an axis in whole percents."""
    axis = plot.axis(PERCENT, palette, title)
    axis.labelExpr = f"format(datum.value / {PERCENT.scale!r}, ',.3~f') + '{PERCENT.suffix}'"
    if values is not None:
        axis.values = values
    return axis


def value_axis(palette: Palette) -> alt.X:
    """Return the axis of value, in bins."""
    axis = plot.axis(USD_BN, palette, "")
    for name in ("titleX", "titleY", "titleAlign", "titleAngle"):
        setattr(axis, name, alt.Undefined)
    axis.title, axis.titleAnchor, axis.gridOpacity = "$ B after tax", "middle", 0
    return alt.X("low_usd:Q", axis=axis, scale=alt.Scale(nice=False, zero=True))


def height(palette: Palette) -> alt.Y:
    """Return the axis of how many futures lie in a bin."""
    axis = percent_axis(palette, "% of futures")
    return alt.Y("share:Q", stack=False, axis=axis, scale=alt.Scale(zero=True, nice=False))


_FIRST: Final[dict[str, Any]] = {"op": "row_number", "as": "row"}


def once(*names: str) -> alt.Chart:
    """Return the first row of each group of the frame, with a column `zero`."""
    chart: alt.Chart = (
        plot.base()
        .transform_window([alt.WindowFieldDef(**_FIRST)], groupby=list(names))
        .transform_filter("datum.row == 1")
        .transform_calculate(zero="0")
    )
    return chart


def line(palette: Palette, field: str, **look: Any) -> alt.Chart:
    """Return an upright line where a field of the first row lies."""
    drawn: alt.Chart = once().mark_rule(color=palette.ink, **look).encode(x=alt.X(f"{field}:Q"))
    return drawn


def words_right(palette: Palette, chart: alt.Chart, field: str, y: int, colour: Any, **look: Any) -> list[alt.Chart]:
    """Return words at the right edge, with a clearing in whatever line they cross."""
    place: dict[str, Any] = {"x": alt.value("width"), "y": alt.value(y), "text": f"{field}:N"}
    clearing = chart.mark_text(align="right", baseline="top", stroke=palette.ground, strokeWidth=5, **look)
    words = chart.mark_text(align="right", baseline="top", **look)
    return [clearing.encode(**place, color=alt.value(palette.ground)), words.encode(**place, color=colour)]


def rows(palette: Palette, rows: tuple[str, ...]) -> alt.Y:
    """Return the axis of rows, one below the other."""
    return alt.Y("label:N", sort=list(rows), axis=names(palette))


def names(palette: Palette) -> alt.Axis:
    """Return an axis of names that come in lines."""
    return plot.quiet_axis(
        labelColor=palette.ink,
        labelLimit=190,
        labelExpr=LINES,
        labelLineHeight=13,
        labelOverlap=False,
        # A pair of lines stands about the middle of its row.
        labelBaseline={"condition": {"test": r"indexof(datum.value, '\n') > 0", "value": "bottom"}, "value": "middle"},
    )


def share_axis() -> alt.Axis:
    """Return an axis of shares of a whole, in percent."""
    return plot.quiet_axis(
        labelExpr=f"format(datum.value / {PERCENT.scale!r}, '.0f') + '{PERCENT.suffix}'",
        values=[0, 0.25, 0.5, 0.75, 1.0],
    )
