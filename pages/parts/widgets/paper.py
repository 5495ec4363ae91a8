"""What a print says that the screen shows elsewhere: the levers off base, the address, and when it was."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.inputs.scenario import Scenario
from core.story.settings import in_words
from pages.parts.work import local, session


def draw(place: DeltaGenerator) -> None:
    """Draw it in its place at the head of a page, to be seen on paper only; call it once the address is written."""
    here = urlsplit(st.context.url or "")
    address = f"{here.scheme}://{here.netloc}{here.path or '/'}?{urlencode(st.query_params.to_dict())}"
    lines = [levers_off_base(session.current()), f"{address} · {local.exactly(datetime.now(UTC))}"]
    place.html("".join(f'<p class="on-paper">{escape(line)}</p>' for line in lines))


def levers_off_base(scenario: Scenario) -> str:
    """Return the levers that are off base, each with what base is."""
    told = [
        f"{lever.label} {in_words(lever, scenario[lever.id])} (base {in_words(lever, lever.base)})"
        for lever in (scenario.levers[name] for name in scenario.changes)
    ]
    return f"Levers off base: {'; '.join(told)}." if told else "All levers at base."
