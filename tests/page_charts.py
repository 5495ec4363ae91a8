"""What is asked of every chart of a page, beside those of core.charts."""

from __future__ import annotations

import json
from collections.abc import Callable

import altair as alt
import pandas as pd

from core.plot import SMALL, Mode, Spec
from tests.test_charts import COLOUR, MODES, missing_fields, nodes

Charts = dict[str, tuple[Callable[[Mode], Spec], pd.DataFrame]]
LEAST_FONT = 12


def assert_sound(make: Callable[[Mode], Spec], frame: pd.DataFrame) -> None:
    """Fail unless the chart is sound Vega-Lite without data, reads what its frame has, is compiled once, can be
    hovered and read, and differs between light and dark in its colours only.
    """
    for mode in MODES:
        spec = make(mode)
        assert alt.LayerChart.from_dict({**spec, "data": {"name": "frame"}}, validate=True).to_dict()["layer"]
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
        assert not [node for node in nodes(spec) if {"datasets", "url"} & set(node)]
        assert missing_fields(spec, frame) == []
        assert make(mode) is spec
        sizes = [size for node in nodes(spec) for key, size in node.items() if key.endswith("ontSize")]
        assert min(sizes) >= LEAST_FONT
        assert spec["height"] >= SMALL
        assert any("tooltip" in layer["encoding"] for layer in spec["layer"])
    light, dark = (COLOUR.sub("colour", json.dumps(make(mode))) for mode in MODES)
    assert light == dark
    assert not frame.empty and not frame.isna().any().any()
