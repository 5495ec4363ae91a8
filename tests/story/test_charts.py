"""Charts: specifications that are sound, hold no data, read only what their frames have, and can be seen by all."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from core.base.format import GW, USD_BN
from core.inputs.data import bundled
from core.inputs.scenario import BASE
from core.story import charts, frames
from core.story.labels import supplier_labels, workload_kinds, workload_labels
from core.story.plot import PALETTES, Mode, Palette, Spec
from core.views.compare import frames as compare
from core.views.compare.frames import Compared
from tests.support.answers import answer
from tests.support.specs import COLOUR, MODES, missing_fields, nodes
from tests.support.strategies import NO_ADOPTION

READABLE = 4.5
"""Contrast of text against its ground that WCAG 2 asks for at level AA."""
VISIBLE = 3.0
"""The same for a mark that carries meaning alone."""


ANSWER = answer()
NO_CUSTOM = BASE.replace(**NO_ADOPTION)
COMPARED = [Compared("Company plan", BASE, ANSWER), Compared("Exit custom", NO_CUSTOM, answer(NO_CUSTOM))]
BARS = compare.bridge_bars(
    compare.bridge(bundled(), BASE, NO_CUSTOM),
    compare.VALUE,
    ("Company plan", "Exit custom"),
    lambda _, value: str(value),
)
WORKLOADS, SUPPLIERS = workload_labels(bundled()), supplier_labels(bundled())
GENERATIVE, TRAINING = workload_kinds(bundled())

CHARTS: dict[str, tuple[Callable[[Mode], Spec], pd.DataFrame]] = {
    "spending": (lambda mode: charts.spending(mode, tuple(ANSWER.spending["kind"].unique())), ANSWER.spending),
    "adoption": (
        lambda mode: charts.adoption(mode, WORKLOADS, GENERATIVE, TRAINING),
        frames.adoption_value(ANSWER.sim, ANSWER.sweep),
    ),
    "contribution": (
        lambda mode: charts.contribution(mode, WORKLOADS, GENERATIVE),
        frames.contribution(ANSWER.sim, ANSWER.sweep),
    ),
    "savings": (charts.savings, ANSWER.savings),
    "power": (lambda mode: charts.power(mode, SUPPLIERS), frames.power(ANSWER.sim)),
    "spending_compared": (
        lambda mode: charts.spending_compared(mode, frames.spending_kinds(bundled()), 3),
        compare.spending(COMPARED)[1],
    ),
    "power_compared": (lambda mode: charts.power_compared(mode, SUPPLIERS), compare.power(COMPARED)[1]),
    "bridge": (lambda mode: charts.bridge(mode, USD_BN, len(BARS)), BARS),
}
each_chart = pytest.mark.parametrize("name", CHARTS)
each_mode = pytest.mark.parametrize("mode", MODES)


def spec_of(name: str, mode: Mode) -> Spec:
    return CHARTS[name][0](mode)


# --- What a specification says, read generically


def test_the_reader_of_specifications_finds_what_is_missing() -> None:
    spec = {
        "layer": [
            {"transform": [{"calculate": "datum.usd / 2", "as": "half"}], "encoding": {"x": {"field": "half"}}},
            {
                "transform": [{"aggregate": [{"op": "sum", "field": "usd", "as": "all"}], "groupby": ["year"]}],
                "encoding": {"x": {"field": "year"}, "y": {"field": "usd"}, "text": {"field": "nothing"}},
            },
        ]
    }
    assert missing_fields(spec, pd.DataFrame(columns=["usd", "year"])) == ["layer 1: nothing", "layer 1: usd"]
    assert missing_fields(spec, pd.DataFrame(columns=["year"]))[0] == "layer 0: usd"


# --- Sound


def test_every_chart_is_tested_here() -> None:
    assert {name for name, value in vars(charts).items() if hasattr(value, "cache_info")} == set(CHARTS)


@each_mode
@each_chart
def test_a_chart_is_sound_vega_lite(name: str, mode: Mode) -> None:
    spec = spec_of(name, mode)
    alt.LayerChart.validate({**spec, "data": {"name": "frame"}})  # a tenth of the work of building the chart
    assert spec["layer"]


@each_mode
@each_chart
def test_a_chart_holds_no_data_and_can_be_sent_as_it_is(name: str, mode: Mode) -> None:
    spec = spec_of(name, mode)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert not [node for node in nodes(spec) if {"data", "datasets", "url"} & set(node)]


@each_chart
def test_every_field_a_chart_reads_is_in_its_frame_or_made_on_the_way(name: str) -> None:
    assert missing_fields(spec_of(name, "light"), CHARTS[name][1]) == []


@each_chart
def test_a_chart_is_compiled_once(name: str) -> None:
    assert spec_of(name, "light") is spec_of(name, "light")


@each_chart
def test_what_is_coloured_by_name_has_a_colour_for_every_name_in_the_frame(name: str) -> None:
    spec, frame = CHARTS[name][0]("light"), CHARTS[name][1]
    for node in nodes(spec):
        scale = node.get("scale")
        if isinstance(scale, Mapping) and isinstance(scale.get("domain"), list) and node.get("type") == "nominal":
            assert scale["domain"] == list(frame[node["field"]].unique())
            assert len(scale["range"]) == len(scale["domain"])


@each_chart
def test_figures_are_written_by_the_one_formatter(name: str) -> None:
    """What a tooltip or label says of a quantity is a sentence of core.base.format, never a bare number."""
    for layer in spec_of(name, "light")["layer"]:
        encoding = layer["encoding"]
        told = encoding.get("tooltip", [])
        quantities = {"usd", "mw", "capacity_mw", "adoption_share", "time_years", "label_usd", "low", "high", "at"}
        assert not {item["field"] for item in told} & quantities
        assert encoding.get("text", {}).get("field") not in quantities


@each_chart
def test_a_chart_can_be_hovered(name: str) -> None:
    assert any("tooltip" in layer["encoding"] for layer in spec_of(name, "light")["layer"])


# --- Seen


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@each_chart
def test_light_and_dark_differ_in_nothing_but_their_colours(name: str) -> None:
    light, dark = (COLOUR.sub("colour", json.dumps(spec_of(name, mode))) for mode in MODES)
    assert light == dark


@each_mode
@each_chart
def test_a_chart_wears_only_the_colours_of_its_mode(name: str, mode: Mode) -> None:
    palette = PALETTES[mode]
    own = {colour for value in vars(palette).values() for colour in (value if isinstance(value, tuple) else (value,))}
    assert set(COLOUR.findall(json.dumps(spec_of(name, mode)))) <= own


@each_mode
def test_text_can_be_read(mode: Mode) -> None:
    palette = PALETTES[mode]
    for colour in (palette.ink, palette.quiet):
        assert contrast(colour, palette.ground) >= READABLE
    for colour in (palette.ranking, palette.generative):  # the names of the lines wear their colours
        assert contrast(colour, palette.ground) >= READABLE


@each_mode
def test_marks_that_stand_alone_can_be_seen(mode: Mode) -> None:
    palette = PALETTES[mode]
    for colour in (palette.custom, palette.ranking, palette.generative, palette.loss, palette.greys[0]):
        assert contrast(colour, palette.ground) >= VISIBLE


@each_mode
def test_greys_run_from_the_strongest_to_the_faintest_and_neighbours_differ(mode: Mode) -> None:
    palette = PALETTES[mode]
    against_ground = [contrast(grey, palette.ground) for grey in palette.greys]
    assert against_ground == sorted(against_ground, reverse=True)
    shades = (palette.custom, *palette.greys)
    for one, next_one in itertools.pairwise(shades):
        assert contrast(one, next_one) >= 1.25


@each_chart
def test_text_is_large_enough_for_a_projector(name: str) -> None:
    sizes = [size for node in nodes(spec_of(name, "light")) for key, size in node.items() if key.endswith("ontSize")]
    assert sizes and min(sizes) >= 12


@each_mode
def test_charts_stand_on_the_ground_of_the_page_and_share_its_accent(mode: Mode) -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme, palette = config["theme"][mode], PALETTES[mode]
    assert palette.ground.lower() == theme["backgroundColor"].lower()
    assert palette.custom.lower() == theme["primaryColor"].lower()


def test_a_palette_has_a_colour_for_every_kind_of_spending() -> None:
    kinds = ANSWER.spending["kind"].unique()
    for palette in PALETTES.values():
        assert isinstance(palette, Palette)
        assert len({palette.custom, *palette.greys}) == len(kinds)


def test_charts_side_by_side_share_their_axes() -> None:
    """What spans the axes, the rows of variant `scale`, is the same in every frame and holds all that is drawn."""
    for shown, at, height in (
        (compare.spending(COMPARED), "year", "usd"),
        (compare.power(COMPARED), "time_years", "mw"),
    ):
        spans = [frame[frame["variant"] == "scale"].reset_index(drop=True) for frame in shown]
        for frame, span in zip(shown, spans, strict=True):
            pd.testing.assert_frame_equal(span, spans[0])
            drawn = frame[frame["variant"] != "scale"]
            assert set(drawn[at]) <= set(span[at])
            assert drawn[drawn[height] > 0].groupby(["variant", at])[height].sum().max() <= span[height].max()


def test_the_axis_of_a_bridge_is_in_the_unit_of_its_figures() -> None:
    assert USD_BN.suffix in json.dumps(charts.bridge("light", USD_BN, 5), ensure_ascii=False)
    assert GW.suffix in json.dumps(charts.bridge("light", GW, 5), ensure_ascii=False)


def test_charts_of_the_dark_theme_are_printed_in_the_light_palette() -> None:
    sheet = Path(__file__).parents[2] / "pages" / "parts" / "style.css"
    printed = sheet.read_text(encoding="utf-8").partition("@media print")[2]
    for dark, light in zip(colours("dark"), colours("light"), strict=True):
        for paint in ("fill", "stroke"):
            assert re.search(rf'\[{paint}="{dark}"\]\s*{{\s*{paint}: {light};', printed), (paint, dark)


def colours(mode: Mode) -> list[str]:
    return COLOUR.findall(str(astuple(PALETTES[mode])))
