"""Moments as a reader says them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.base.clock import exactly, on_day

LATE = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "2027-03-01 23:30 UTC"),
        ("Europe/Berlin", "2027-03-02 00:30 CET (2027-03-01 23:30 UTC)"),
        ("America/Los_Angeles", "2027-03-01 15:30 PST (23:30 UTC)"),
        ("America/Sao_Paulo", "2027-03-01 20:30 UTC-03 (23:30 UTC)"),
    ],
)
def test_a_moment_is_told_in_the_readers_time_with_its_name_and_utc_beside_it(zone: str, words: str) -> None:
    assert exactly(LATE, ZoneInfo(zone)) == words


def test_what_was_done_late_in_the_day_elsewhere_was_done_on_the_readers_own_day() -> None:
    assert on_day(LATE) == "2027-03-01"
    assert on_day(LATE, ZoneInfo("Asia/Tokyo")) == "2027-03-02"
