"""What all charts are made of: colours that all can see, one theme a mode, and the reader of specifications.

That every chart is sound, reads what its frame has and wears the colours of its mode is asked of the catalogue.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from dataclasses import astuple
from pathlib import Path

import pandas as pd
import pytest

from core.base.format import GW, USD_BN
from core.inputs.data import bundled
from core.story import charts, frames, plot
from core.story.plot import PALETTES, Mode, Palette
from tests.support.specs import COLOUR, MODES, missing_fields

READABLE = 4.5
"""Contrast of text against its ground that WCAG 2 asks for at level AA."""
VISIBLE = 3.0
"""The same for a mark that carries meaning alone."""


each_mode = pytest.mark.parametrize("mode", MODES)


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


@each_mode
def test_charts_stand_on_the_ground_of_the_page_and_share_its_accent(mode: Mode) -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme, palette = config["theme"][mode], PALETTES[mode]
    assert palette.ground.lower() == theme["backgroundColor"].lower()
    assert palette.custom.lower() == theme["primaryColor"].lower()


def test_a_palette_has_a_colour_for_every_kind_of_spending() -> None:
    kinds = frames.spending_kinds(bundled())
    for palette in PALETTES.values():
        assert isinstance(palette, Palette)
        assert len({palette.custom, *palette.greys}) == len(kinds)


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


@each_mode
def test_the_theme_of_a_mode_is_that_of_every_chart(mode: Mode) -> None:
    spec = charts.power(mode, ("Own", "Bought"))
    assert {part: spec["config"][part] for part in plot.theme(mode)} == plot.theme(mode)
    palette = PALETTES[mode]
    assert spec["config"]["axis"]["labelColor"] == spec["config"]["legend"]["labelColor"] == palette.quiet
    assert spec["config"]["text"] == {"fontSize": plot.FONT, "color": palette.ink}
