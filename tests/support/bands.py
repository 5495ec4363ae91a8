"""How far the model may lie from the published figures of the bundled case at base levers."""

from __future__ import annotations

import pandas as pd

HOUR = 0.15
"""Share of the published figure by which an hour of a chip may differ from it."""

BANDS: dict[str, tuple[str, float, float]] = {
    "h100_hour": ("difference_share", -HOUR, HOUR),
    "gb300_hour": ("difference_share", -HOUR, HOUR),
    "mi355x_hour": ("difference_share", -HOUR, HOUR),
    "vr200_hour": ("difference_share", -HOUR, HOUR),
    "mtia2i_tco": ("model", 0.40, 0.50),
    "mtia300_perf_tco": ("model", 1.3, 1.55),
    "capex_2026": ("share_of_low", 0.0, 1.0),
    "capex_2027": ("share_of_base", 0.60, 0.85),
}
"""By target: which figure of core.model.calibration's table, and its bounds."""


def assert_in_band(table: pd.DataFrame, target: str) -> None:
    """Fail unless the model lies within the target's band; `table` has a row a target, by its id."""
    table = table.assign(
        share_of_low=table["model"] / table["low"],  # chips of one vintage: less than guidance for everything
        share_of_base=table["model"] / table["base"],  # chips and facilities: a part of the whole company's spending
    )
    figure, least, most = BANDS[target]
    assert least < float(table[figure].to_dict()[target]) < most, (target, figure)
