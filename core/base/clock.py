"""Moments as a reader says them: in the time of where he is, with its name, and UTC beside it for others."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def exactly(when: datetime, zone: tzinfo = UTC) -> str:
    """Return a moment to the minute: `2019-03-01 10:30 CET (09:30 UTC)`, with the day where that differs."""
    here, there = when.astimezone(zone), when.astimezone(UTC)
    if here.utcoffset() == there.utcoffset():
        return f"{there:%Y-%m-%d %H:%M} UTC"
    name = here.tzname() or ""
    name = f"UTC{name}" if name.startswith(("+", "-")) else name
    there_words = f"{there:%H:%M}" if here.date() == there.date() else f"{there:%Y-%m-%d %H:%M}"
    return f"{here:%Y-%m-%d %H:%M} {name} ({there_words} UTC)"


def on_day(when: datetime, zone: tzinfo = UTC) -> str:
    """Return the day of a moment where the reader is: `2019-03-01`."""
    return f"{when.astimezone(zone):%Y-%m-%d}"
