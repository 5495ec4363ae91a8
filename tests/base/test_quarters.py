"""Quarters by index and by label."""

from __future__ import annotations

import pytest

from core.base.quarters import quarter_index, quarter_label


def test_the_first_quarter_is_zero_and_labels_and_indices_are_inverse() -> None:
    assert quarter_index("2027-Q1") == 0 and quarter_index("2024-Q2") == -11
    assert [quarter_index(quarter_label(t)) for t in range(-40, 40)] == list(range(-40, 40))


@pytest.mark.parametrize(
    "label", ["2027Q1", "2027-Q5", "2027-Q0", "27-Q1", "2027-q1", " 2027-Q1", "2027-Q1\n", "٢٠٢٧-Q1", ""]
)
def test_what_is_no_quarter_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter; write it like 2027-Q1"):
        quarter_index(label)
