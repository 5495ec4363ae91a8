"""The data set that a visitor works on: the one place that says which it is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from core.inputs.data import Inputs, bundled


@dataclass(frozen=True)
class Standing:
    """A version of a data set that somebody brought, by the names that the store has for it, and its content's."""

    data_set_id: str
    number: int
    name: str
    data_version: str


def in_use() -> Inputs:
    """Return the data that the pages show: those that the server was started with, for every visitor the same."""
    return bundled()


def standing() -> Standing | None:
    """Return which data set that people brought is worked on; None for the data that the server was started with."""
    return None


def name_of(inputs: Inputs) -> tuple[Hashable, ...]:
    """Return what anything worked out on a data set is kept under: the hash of its content, and what is said of it."""
    return inputs.data_version, inputs.public
