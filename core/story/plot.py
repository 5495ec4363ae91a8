"""What all charts are made of: colours of both modes, axes, keys, tooltips, and compiling without data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import altair as alt

from core.base.format import LEAST_BILLIONS, USD_BN, USD_M, Unit, shortened
from core.inputs.evidence import OWN

Mode = Literal["light", "dark"]
Spec = dict[str, Any]

BIG: Final = 300
SMALL: Final = 216


@dataclass(frozen=True)
class Palette:
    """Colours of one mode; the greys run from the strongest to the faintest, the families' hues from the first on."""

    ink: str
    quiet: str
    ground: str
    custom: str
    greys: tuple[str, str, str, str]
    strong_grey: str
    """Where greys begin that are more than four."""
    families: tuple[str, ...]
    loss: str


PALETTES: Final[dict[Mode, Palette]] = {
    "light": Palette(
        ink="#22272a",
        quiet="#5f6568",
        ground="#ffffff",
        custom="#096c68",
        greys=("#7f8a93", "#a2acb3", "#c1c9ce", "#dfe4e6"),
        strong_grey="#4a5258",
        families=("#096c68", "#7150a8", "#2f6fb0", "#8a6400", "#a8457f", "#557a1f", "#7a5548", "#4d5a66"),
        loss="#b3362b",
    ),
    "dark": Palette(
        ink="#ecebe7",
        quiet="#a9adaa",
        ground="#161817",
        custom="#3fb5ab",
        greys=("#858f96", "#646d73", "#4b5359", "#383e42"),
        strong_grey="#c3cbd0",
        families=("#3fb5ab", "#b39ae6", "#7cb4ee", "#d9b04a", "#ea93c4", "#a5cf6a", "#c9a594", "#a9b5bf"),
        loss="#f0897c",
    ),
}


DASHES: Final = ([1, 0], [5, 4], [2, 3], [9, 3, 2, 3], [12, 4], [2, 6], [9, 3, 2, 3, 2, 3], [6, 2, 1, 2])
"""How the lines of one family are told apart, the first of it unbroken."""


def grade_colours(palette: Palette, grades: Sequence[str]) -> list[str]:
    """Return the colour of each grade: what is known is solid, what is assumed is empty."""
    known = {OWN: palette.ink, "reported": palette.quiet, "estimate": palette.greys[2], "assumption": palette.ground}
    return [known[grade] for grade in grades]


def greys(palette: Palette, count: int) -> list[str]:
    """Return `count` greys of different lightness, the strongest first: the palette's own up to four, else a ramp.

    They run evenly from the strongest to the faintest, so that neighbours in a stack are told apart without colour.
    """
    if count <= len(palette.greys):
        return list(palette.greys[:count])
    return _ramp(palette.strong_grey, palette.greys[-1], count)


def _ramp(first: str, last: str, count: int) -> list[str]:
    """Return `count` colours, at least two, in even steps from the first to the last."""
    one, other = (tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in (first, last))
    way = [i / (count - 1) for i in range(count)]
    return ["#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(one, other, strict=True)) for part in way]


def supplier_colours(palette: Palette, suppliers: int, others: int = 0) -> list[str]:
    """Return the accent for custom chips, then greys for bought ones and for as many other kinds as a stack has."""
    return [palette.custom, *greys(palette, suppliers - 1 + others)]


def supplier_lines(palette: Palette, suppliers: int) -> tuple[list[str], list[list[int]]]:
    """Return colour and dashes of each supplier's line: none of the greys is as faint as an area may be.

    Custom chips and the lead have unbroken lines; the others' are told apart by dashes and, if there are more than two
    merchants, by lightness as well.
    """
    merchants, grey = suppliers - 1, palette.greys[0]
    own = _ramp(palette.strong_grey, grey, merchants) if merchants > 2 else [grey] * merchants
    return [palette.custom, *own], [list(DASHES[max(0, place - 1)]) for place in range(suppliers)]


def workload_colours(palette: Palette, families: tuple[int, ...]) -> list[str]:
    """Return the hue of each workload's family; families: (workload,) places of families, as `workload_kinds`."""
    return [palette.families[family] for family in families]


def workload_dashes(places: tuple[int, ...]) -> list[list[int]]:
    """Return the dashes of each workload's line by its place in its family; places: as `workload_kinds`."""
    return [list(DASHES[place]) for place in places]


FONT: Final = 12
"""The size of all words in a chart, in px."""


@cache
def theme(mode: Mode) -> dict[str, Any]:
    """Return how axes, keys and words of all charts look in a mode: the `config` of every specification."""
    palette = PALETTES[mode]
    silent = {"aria": False}  # the page names each chart as a whole
    words = {"labelColor": palette.quiet, "labelFontSize": FONT}
    title = {"titleColor": palette.quiet, "titleFontSize": FONT, "titleFontWeight": "normal"}
    return {
        "mark": silent,
        "axis": {**silent, **words, **title, "ticks": False, "domain": False},
        "legend": {
            **silent,
            **words,
            "title": None,
            "orient": "top",
            "direction": "horizontal",
            "symbolType": "square",
            "symbolStrokeWidth": 0,
            "symbolSize": 80,
            "columnPadding": 7,
            "offset": 26,
        },
        "text": {"fontSize": FONT, "color": palette.ink},
    }


def compiled(chart: alt.LayerChart | alt.FacetChart, mode: Mode) -> Spec:
    """Return the specification of a chart in a mode without its data, which the page puts in."""
    spec: Spec = chart.to_dict()
    for key in ("data", "datasets", "$schema"):
        spec.pop(key, None)
    for layer in spec.get("layer", []):
        layer.pop("data", None)
    spec["config"] = {**spec.get("config", {}), **theme(mode)}
    # Anew with every drawing: a key with more rows in the room that axes leave would be cut off at its top.
    spec["autosize"] = {"type": "fit", "contains": "padding", "resize": True}
    return spec


def base() -> alt.Chart:
    """Return an empty chart of the frame that the page puts in."""
    return alt.Chart(alt.NamedData("frame"))


def axis(unit: Unit, palette: Palette, title: str) -> alt.Axis:
    """Return an axis in `unit`, its title above it, with a strong line at zero."""
    figure = f"format(datum.value / {unit.scale!r}, ',.2~f')"  # as many decimals as the ticks need
    return alt.Axis(
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=0,
        titleY=-10,
        labelExpr=f"replace({figure}, '-', '−')",
        tickCount=5,
        gridColor={"condition": {"test": "datum.value === 0", "value": palette.ink}, "value": palette.quiet},
        gridOpacity={"condition": {"test": "datum.value === 0", "value": 1}, "value": 0.18},
    )


def quiet_axis(**settings: Any) -> alt.Axis:
    """Return an axis of labels alone."""
    return alt.Axis(**{"title": None, "grid": False, "labelPadding": 6, **settings})


def years_axis() -> alt.X:
    """Return the axis of time, in years."""
    axis = quiet_axis(format="d", tickMinStep=1, labelFlush=False)
    return alt.X("time_years:Q", axis=axis, scale=alt.Scale(nice=False, zero=False))


LETTER: Final = 6.2
"""Width of a letter of a key on average, in px."""
BESIDE: Final = 24
"""Width of what stands beside a name in a key, its symbol and the gaps, in px."""
LONGEST_KEY: Final = 18
"""Letters of a name in a key; a longer one is cut in its middle, and in full where the mark is pointed at."""


def key(values: list[str]) -> alt.Legend:
    """Return the key of the colours, above the chart: in one row if it has the room, else in columns."""
    widths = [LETTER * min(len(value), LONGEST_KEY) + BESIDE for value in values]
    columns = f"width >= {sum(widths):.0f} ? {len(values)} : max(1, floor(width / {max(widths, default=1):.0f}))"
    legend = alt.Legend(values=values, columns=alt.ExprRef(columns))
    if cut := {value: shortened(value, LONGEST_KEY) for value in values if len(value) > LONGEST_KEY}:
        legend.labelExpr = f"{json.dumps(cut)}[datum.label] || datum.label"
    return legend


def words(unit: Unit, field: str, decimals: int = 1) -> str:
    """Return the expression that writes a field of the frame as the page writes it.

    Dollars below what a billion tells are written in millions, as `core.base.format.usd` does.
    """
    whole = unit.vega(f"datum.{field}", decimals)
    if unit is not USD_BN:
        return whole
    millions = USD_M.vega(f"datum.{field}", 0)
    return f"(abs(datum.{field}) >= {LEAST_BILLIONS!r} || datum.{field} == 0 ? {whole} : {millions})"


def tooltip(**fields: str) -> list[alt.Tooltip]:
    """Return what is shown of a mark that is pointed at: fields of the frame by their titles."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields.items()]


def only(test: str) -> dict[str, Any]:
    """Show what passes `test`; the rest is not seen and still says what it is when pointed at."""
    return {"condition": {"test": test, "value": 1}, "value": 0}
