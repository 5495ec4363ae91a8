"""The data on which tests stand: a copy of data/ that no release changes, and those of a made-up company.

Importing this names the frozen data to the product before it loads any: what no test may do is stand on a figure that a
release may change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.inputs.data import DATA_VARIABLE, Inputs, bundled, load
from core.inputs.levers import Levers
from core.inputs.scenario import Scenario

FROZEN: Final = Path(__file__).resolve().parents[1] / "data"
EXAMPLE_FOLDER: Final = Path(__file__).resolve().parents[1] / "example" / "data"

os.environ[DATA_VARIABLE] = str(FROZEN)

INPUTS: Final[Inputs] = bundled()
LEVERS: Final[Levers] = INPUTS.levers
BASE: Final[Scenario] = INPUTS.base
EXAMPLE: Final[Inputs] = load(EXAMPLE_FOLDER)
"""Three merchants, three workloads in two families, chips of its own; no levers, presets or published figures."""


def scenario(changes: Mapping[str, object] | None = None) -> Scenario:
    """The base scenario of the frozen data with `changes`."""
    return INPUTS.scenario(changes)
