"""What all charts are made of: colours that all can see, one theme a mode, and the reader of specifications.

That every chart is sound, reads what its frame has and wears the colours of its mode is asked of the catalogue.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from core.base.format import GW, USD_BN
from core.story import charts, frames, plot
from core.story.labels import supplier_labels, workload_kinds
from core.story.plot import PALETTES, Mode
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.largest import at_bounds
from tests.support.specs import MODES, MOST_GREYS, colours, missing_fields, nodes

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
    for colour in palette.families:  # the names of the lines wear their colours
        assert contrast(colour, palette.ground) >= READABLE


@each_mode
def test_marks_that_stand_alone_can_be_seen(mode: Mode) -> None:
    palette = PALETTES[mode]
    for colour in (palette.custom, *palette.families, palette.loss, palette.greys[0], palette.strong_grey):
        assert contrast(colour, palette.ground) >= VISIBLE


@each_mode
def test_greys_run_from_the_strongest_to_the_faintest_and_neighbours_differ(mode: Mode) -> None:
    palette = PALETTES[mode]
    for count in range(1, MOST_GREYS + 1):
        shades = plot.greys(palette, count)
        assert len(shades) == count
        against_ground = [contrast(grey, palette.ground) for grey in shades]
        assert against_ground == sorted(against_ground, reverse=True)
        for one, next_one in itertools.pairwise(shades):
            assert contrast(one, next_one) >= (1.25 if count <= 4 else 1.15), count


@each_mode
def test_charts_stand_on_the_ground_of_the_page_and_share_its_accent(mode: Mode) -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme, palette = config["theme"][mode], PALETTES[mode]
    assert palette.ground.lower() == theme["backgroundColor"].lower()
    assert palette.custom.lower() == theme["primaryColor"].lower()


@pytest.mark.parametrize("merchants", range(1, 7))
def test_every_kind_of_spending_has_a_colour_of_its_own(merchants: int) -> None:
    for palette in PALETTES.values():
        own = plot.supplier_colours(palette, 1 + merchants, others=2)
        assert own[0] == palette.custom
        assert len(set(own)) == 1 + merchants + 2


def test_a_supplier_has_one_colour_in_spending_and_in_power() -> None:
    for inputs in (INPUTS, EXAMPLE, at_bounds()):
        names = supplier_labels(inputs)
        for mode in MODES:
            of_spending, of_power = (
                dict(zip(scale["domain"], scale["range"], strict=True))
                for spec in (charts.spending(mode, frames.spending_kinds(inputs)), charts.power(mode, names))
                for scale in [next(node["scale"] for node in nodes(spec) if "range" in node.get("scale", {}))]
            )
            assert [of_power[name] for name in names] == [of_spending[name] for name in names]


def test_every_workload_is_told_from_every_other_by_hue_or_dashes() -> None:
    for inputs in (INPUTS, EXAMPLE, at_bounds()):
        families, places = workload_kinds(inputs)
        for palette in PALETTES.values():
            looks = zip(plot.workload_colours(palette, families), map(tuple, plot.workload_dashes(places)), strict=True)
            assert len(set(looks)) == len(inputs.workloads)


def test_a_key_stands_in_one_row_where_there_is_room_and_else_in_columns_of_its_longest_name() -> None:
    columns = plot.key(["Ab", "Abcdefghij"]).to_dict()["columns"]["expr"]
    row, column = (2 + 10) * plot.LETTER + 2 * plot.BESIDE, 10 * plot.LETTER + plot.BESIDE
    assert columns == f"width >= {row:.0f} ? 2 : max(1, floor(width / {column:.0f}))"


def test_the_axis_of_a_bridge_is_in_the_unit_of_its_figures() -> None:
    assert USD_BN.suffix in json.dumps(charts.bridge("light", USD_BN, 5), ensure_ascii=False)
    assert GW.suffix in json.dumps(charts.bridge("light", GW, 5), ensure_ascii=False)


def test_charts_of_the_dark_theme_are_printed_in_the_light_palette() -> None:
    sheet = Path(__file__).parents[2] / "pages" / "parts" / "page.css"
    printed = sheet.read_text(encoding="utf-8").partition("@media print")[2]
    for dark, light in zip(colours("dark"), colours("light"), strict=True):
        for paint in ("fill", "stroke"):
            assert re.search(rf'\[{paint}="{dark}"\]\s*{{\s*{paint}: {light};', printed), (paint, dark)


@each_mode
def test_the_theme_of_a_mode_is_that_of_every_chart(mode: Mode) -> None:
    spec = charts.power(mode, ("Own", "Bought"))
    assert {part: spec["config"][part] for part in plot.theme(mode)} == plot.theme(mode)
    palette = PALETTES[mode]
    assert spec["config"]["axis"]["labelColor"] == spec["config"]["legend"]["labelColor"] == palette.quiet
    assert spec["config"]["text"] == {"fontSize": plot.FONT, "color": palette.ink}
