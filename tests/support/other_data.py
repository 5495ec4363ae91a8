"""The product on another data set than the frozen one, as if it had been started on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from core.inputs.data import Inputs, bundled
from tests.support.frozen import INPUTS


@contextmanager
def product_on(inputs: Inputs) -> Iterator[None]:
    """Let everything that asks for the data of the product have `inputs`."""
    _make(inputs)
    try:
        yield
    finally:
        _make(INPUTS)


def _make(inputs: Inputs) -> None:
    bundled.cache_clear()
    with patch("core.inputs.data.load", return_value=inputs):
        assert bundled() is inputs
