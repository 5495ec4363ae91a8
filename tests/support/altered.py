"""The data with a few cells changed, as a later or a former release would have them."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.inputs.data import Inputs, load
from tests.support.frozen import FROZEN

FORMER = "0"
PRICE = ("chip_prices.csv", "vr200,45000,52000,", "vr200,45000,61000,")
CAPACITY = ("power_capacity.csv", "\n2031,23500,assumption,assumption,", "\n2031,23900,estimate,reuters-iris-2026,seen")


def altered(folder: Path, *edits: tuple[str, str, str]) -> Inputs:
    """The frozen data after `edits`: in a file, replace the one place of a text."""
    for path in FROZEN.glob("*.csv"):
        shutil.copy(path, folder)
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return load(folder)
