"""The data set on which all tests of figures and sentences stand: a copy of data/ that no release changes."""

from __future__ import annotations

from pathlib import Path

FROZEN = Path(__file__).resolve().parents[1] / "data"
