"""The live route: what a page would show if a slider that is dragged were let go where it is now.

A request is taken from pages of ours only (core.serve.hosts), with the visitor's own cookie, and read as a link is:
what cannot be applied is refused in words, and the page goes on by its script.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from core.inputs import link
from core.inputs.data import Inputs, bundled
from core.inputs.intake.numbers import NumberError
from core.inputs.presets import name_of
from core.inputs.scenario import Scenario
from core.serve import cookies
from core.serve.rates import Rates
from core.serve.visitors import IS_KNOWN, VISITOR
from core.serve.words import NOT_KEPT, too_often
from core.store.database import StoreError
from core.story import lines
from core.story.answer import Answer
from core.story.drawn import SAID, STRIP, Drawn, as_json, drawn, drawn_head, drawn_line, part_in
from core.story.figure import Option, Page
from core.story.plot import PALETTES, Mode
from pages.parts.kept import latest, odds, shelf
from pages.parts.live import component
from pages.parts.live.following import FOLLOWING
from pages.parts.widgets import levers
from pages.parts.widgets.levers import MoveError
from pages.parts.work import dataset

MOST_AT_ONCE: Final = 2
"""Requests of one visitor that are worked on at a time: a page has one under way, and he may have two pages open."""
MOST_MOVED: Final = 20
"""Sliders that can have moved since the page was drawn."""
MOST_PLACES: Final = 2
"""Places in which a figure can stand: its chart in one, its words in another."""
REST_SECONDS: Final = 0.05
"""A thumb that has stood still for so long is about to let go: its page will ask for odds."""
WORTH_PACKING: Final = 16 * 1024
"""Bytes; below that a packed answer arrives no sooner."""


class AskError(ValueError):
    """A request that no page of ours makes; the message says what is wrong with it."""


@dataclass(frozen=True)
class Ask:
    """What a page asks: how it stands, which sliders have moved, and which figures are in view with their charts."""

    page: Page[Any]
    mode: Mode
    inputs: Inputs
    scenario: Scenario
    looks: Mapping[str, str]
    figures: Mapping[str, Sequence[str]]
    name: str = ""
    """What the scenario was made from, nothing if from no saved one."""

    @property
    def scenario_name(self) -> str:
        """What the scenario is called."""
        return self.name or name_of(self.inputs.presets, self.scenario)

    def chosen(self, name: str, options: Sequence[Option], default: Option) -> Option:
        """Return what is looked at under a name, see core.story.figure.Chosen."""
        return next((option for option in options if str(option) == self.looks.get(name)), default)

    def known(self, kind: str, name: str) -> Any | None:
        """Return what long work has found, see core.story.figure.Known."""
        return shelf.known((kind, name or self.looks.get(kind, "")))


class Live:
    """Answers `POST /live`, away from the loop that serves all, as many at a time as there are cores."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._under_way: Counter[str] = Counter()
        self._room: anyio.CapacityLimiter | None = None
        self._resting: dict[str, asyncio.TimerHandle] = {}

    @asynccontextmanager
    async def begin(self, _app: object) -> AsyncIterator[None]:
        """Be there while the server runs: what browsers fetch ahead can be had before a page was ever drawn."""
        component.register()
        yield

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        key = request.scope.get(VISITOR)
        if key is None or not request.scope.get(IS_KNOWN):
            return _refused(403, "This is asked by a page that is open in a browser, with its cookie.")
        if wait := self._rates.take(key):
            return too_often(wait, "moves")
        if self._under_way[key] >= MOST_AT_ONCE:
            return _refused(429, "Two moves are being worked out for this browser; ask again when they are.")
        self._room = self._room or anyio.CapacityLimiter(max(1, os.cpu_count() or 1))
        self._under_way[key] += 1
        self._moves_on(key)
        try:
            body = await request.body()
            packs = "gzip" in request.headers.get("accept-encoding", "")
            response, ask = await anyio.to_thread.run_sync(_answer, body, key, packs, limiter=self._room)
            if ask is not None:
                self._rests(key, ask)
            return response
        except ClientDisconnect:
            return _refused(400, "The browser went away.")
        finally:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]

    def _moves_on(self, key: str) -> None:
        if (rest := self._resting.pop(key, None)) is not None:
            rest.cancel()

    def _rests(self, key: str, ask: Ask) -> None:
        def begin() -> None:
            del self._resting[key]
            odds.begin_first(ask.inputs, ask.scenario)

        self._moves_on(key)
        self._resting[key] = asyncio.get_running_loop().call_later(REST_SECONDS, begin)


def _refused(status: int, sentence: str) -> Response:
    return Response(sentence, status, media_type="text/plain", headers=NOT_KEPT)


def _answer(body: bytes, key: str, packs: bool) -> tuple[Response, Ask | None]:
    """Return the answer to a request, and what it asks if it is answered."""
    try:
        with odds.waited_for():
            ask = asked(body, key)
            said = as_json(shown(ask))
    except AskError as error:
        return _refused(400, f"This cannot be worked out: {error}."), None
    except StoreError as error:
        return _refused(503, f"The data cannot be had just now: {error}."), None
    headers = dict(NOT_KEPT)
    if packs and len(said) > WORTH_PACKING:
        said, headers = gzip.compress(said, 1), {**headers, "Content-Encoding": "gzip"}
    return Response(said, media_type="application/json", headers=headers), ask


def shown(ask: Ask) -> Drawn:
    """Return the title of the page that is asked for and the figures of it that are in view."""
    answer = latest.answer(ask.inputs, ask.scenario)
    view = ask.page.looked_at(answer, ask.chosen, ask.known) if ask.page.looked_at else None
    figures = {place: _figure(ask, answer, view, place) for place in ask.figures}
    title = None if view is None else ask.page.head.title(view)
    return {"title": title, "figures": {place: one for place, one in figures.items() if one}}


def _figure(ask: Ask, answer: Answer, view: Any | None, place: str) -> Drawn | None:
    """Return what stands in a place, of charts that the page has already without their specification; None if that is
    settled later.
    """
    said = lines.line(place, answer if view is None else view.answer, ask.scenario_name)
    if said is not None:
        return drawn_line(place, said)
    if view is None:
        return None
    if place == STRIP:
        return None if ask.page.head.waits else drawn_head(ask.page.head, view)
    if place == SAID and ask.page.head.said is not None:
        return drawn_line(place, ask.page.head.said(view))
    part, name = part_in(place)
    if name not in ask.page.figures:
        raise AskError(f"{ask.page.name} has no figure of the name {name!r:.80}")
    if ask.page.figures[name].waits:
        return None
    made = drawn(ask.page.figures[name], view, ask.mode, part)
    had = ask.figures[place]
    for at, chart in enumerate(made["charts"]):
        if at < len(had) and had[at] == chart["spec_name"]:
            del chart["spec"]
    return made


# --- What is asked


def asked(body: bytes, key: str) -> Ask:
    """Read a request of the visitor with this key; raises AskError, and StoreError if the data cannot be had."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise AskError("it is not JSON") from None
    if not isinstance(said, dict):
        raise AskError("it is not an object")
    name, mode = _text(said, "page"), said.get("mode")
    if name not in FOLLOWING or mode not in PALETTES:
        raise AskError("there is no such page or mode")
    figures = said.get("figures")
    if not isinstance(figures, dict) or not all(_is_texts(had) for had in figures.values()):
        raise AskError("figures are named with the charts that they have")
    inputs = _data(_text(said, "data"), _text(said, "pass"), key)
    if len(figures) > MOST_PLACES * len(FOLLOWING[name].figures) + len((STRIP, SAID, *lines.names(inputs))):
        raise AskError("it names more figures than the page has")
    scenario = _moved(inputs, _scenario(inputs, _texts(said, "levers")), said.get("moved"))
    looks, made_from = _texts(said, "looks"), _text(said, "name")
    return Ask(FOLLOWING[name], "dark" if mode == "dark" else "light", inputs, scenario, looks, figures, made_from)


def _text(said: Mapping[str, Any], name: str) -> str:
    if not isinstance(text := said.get(name), str):
        raise AskError(f"{name} is a text")
    return text


def _is_texts(texts: object) -> bool:
    return isinstance(texts, list) and all(isinstance(one, str) for one in texts)


def _texts(said: Mapping[str, Any], name: str) -> dict[str, str]:
    texts = said.get(name)
    if not isinstance(texts, dict) or not _is_texts(list(texts.values())):
        raise AskError(f"{name} are texts by name")
    return texts


def _data(data_version: str, shown_pass: str, key: str) -> Inputs:
    """Return the data that a page stands on; those that somebody brought only to whom the server gave a pass."""
    if not data_version:
        return bundled()
    if not cookies.is_data_pass(shown_pass, data_version, key):
        raise AskError("these data are not shown to this browser")
    return dataset.inputs_of(data_version)


def _scenario(inputs: Inputs, levers: Mapping[str, str]) -> Scenario:
    read = link.from_query(inputs.levers, levers)
    if read.problems or read.unknown:
        raise AskError("; ".join((*read.problems, *(f"{name!r:.80} is no lever" for name in read.unknown))))
    return read.scenario


def _moved(inputs: Inputs, scenario: Scenario, moved: object) -> Scenario:
    """Return the scenario with sliders where they have been moved to, in that order, as the page would set it."""
    if not isinstance(moved, list) or len(moved) > MOST_MOVED:
        raise AskError("moved are at most a few levers, each with what it says")
    for one in moved:
        if not isinstance(one, list) or len(one) != 2 or not isinstance(one[0], str):
            raise AskError("moved are levers, each with what it says")
        name, says = one
        try:
            scenario = levers.brought(inputs, name, says, scenario)
        except (MoveError, NumberError) as error:
            raise AskError(str(error)) from None
    return scenario
