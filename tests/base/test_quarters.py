"""Quarters by index and by label."""

from __future__ import annotations

import pytest

from tests.support.frozen import INPUTS


def test_the_first_quarter_is_zero_and_labels_and_indices_are_inverse() -> None:
    assert INPUTS.calendar.index("2027-Q1") == 0 and INPUTS.calendar.index("2024-Q2") == -11
    assert [INPUTS.calendar.index(INPUTS.calendar.label(t)) for t in range(-40, 40)] == list(range(-40, 40))


@pytest.mark.parametrize(
    "label", ["2027Q1", "2027-Q5", "2027-Q0", "27-Q1", "2027-q1", " 2027-Q1", "2027-Q1\n", "٢٠٢٧-Q1", ""]
)
def test_what_is_no_quarter_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter; write it like 2027-Q1"):
        INPUTS.calendar.index(label)
