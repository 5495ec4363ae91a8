"""The data set that a visitor works on: the one place that says which it is."""

from __future__ import annotations

from core.inputs.data import Inputs, bundled


def in_use() -> Inputs:
    """Return the data that the pages show: those that the server was started with, for every visitor the same."""
    return bundled()
