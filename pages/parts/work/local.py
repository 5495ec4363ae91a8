"""Moments in the visitor's own time, as the browser says what that is."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.base import clock


def zone() -> tzinfo:
    """Return the visitor's time zone, UTC where the browser names none that is known here."""
    with suppress(ZoneInfoNotFoundError, ValueError):
        return UTC if not st.context.timezone else ZoneInfo(st.context.timezone)
    return UTC


def exactly(when: datetime) -> str:
    """Return a moment to the minute, with UTC beside it."""
    return clock.exactly(when, zone())


def on_day(when: datetime) -> str:
    """Return the day of a moment."""
    return clock.on_day(when, zone())
