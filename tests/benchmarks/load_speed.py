"""How long many people wait who use one server at once, beside what the server needs for an answer that says nothing.

    python tests/benchmarks/load_speed.py [--people 10] [--sessions 40] [--seconds 10]

Two loads, one after the other. People who drag: each asks as a page of his own does while a slider moves, up to 15
times a second, one request under way at a time. Sessions: each sends a slider's new value over its websocket, waits
until all of the page stands with its first odds, and then for the end of the run, and thinks for two seconds. Each is
measured three times: alone, while another visitor draws 65,536 futures on the Risk page, and while another one looks
for the best mix. Printed: median, 95th percentile and longest wait, the fewest and most answers that one of them had,
and the same of the health check, asked meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402  # the path must come first
from core.exports.catalogue import PAGES  # noqa: E402
from core.inputs.data import bundled  # noqa: E402
from core.story.drawn import STRIP  # noqa: E402
from pages.parts.widgets import lever  # noqa: E402
from tests.benchmarks.page_speed import serve  # noqa: E402

PAGE: Final = "explore"
IN_VIEW: Final = 3
"""Figures that a window shows at a time."""
A_SECOND: Final = 15
THINK_SECONDS: Final = 2.0
OK: Final = 200
HEALTH: Final = "the health check"
LONG_WORK: Final = {"alone": None, "beside 65,536 futures": "risk", "beside a search for the best mix": "mix"}
OTHER: Final = 0.017
"""Spares of the visitor with long work, whose futures nobody else has; every time it is a little more."""


@dataclass
class Waits:
    """What each of many waited, in ms."""

    of_each: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, who: str, began: float) -> None:
        """Note that `who` has waited since `began`."""
        self.of_each.setdefault(who, []).append(1000.0 * (time.perf_counter() - began))

    def told(self) -> str:
        """Return what they waited, in words."""
        every = sorted(wait for waits in self.of_each.values() for wait in waits)
        if len(every) < 2:
            return f"no answers; {len(self.refused)} refused: {self.refused[-1:]}"
        counts = [len(waits) for waits in self.of_each.values()]
        tails = [statistics.quantiles(waits, n=20)[-1] for waits in self.of_each.values() if len(waits) > 1]
        return (
            f"median {statistics.median(every):5.0f} ms, 95th percentile {statistics.quantiles(every, n=20)[-1]:5.0f} "
            f"(of the worst off {max(tails):5.0f}), longest {every[-1]:5.0f}; {min(counts)} to {max(counts)} answers "
            f"each, {len(self.refused)} refused"
        )


@dataclass
class Load:
    """One load: all begin together, once everybody's page is open, and go on for some seconds."""

    seconds: float
    opened: asyncio.Barrier
    waits: Waits = field(default_factory=Waits)
    settled: Waits = field(default_factory=Waits)
    health: Waits = field(default_factory=Waits)

    async def begins(self) -> float:
        """Wait until all are there; return when it ends."""
        await self.opened.wait()
        return time.perf_counter() + self.seconds


def visitor(netloc: str) -> str:
    """Return the cookie that the server gives to a browser that has none."""
    connection = http.client.HTTPConnection(netloc, timeout=60)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.headers["Set-Cookie"]).split(";")[0]


# --- People who drag


def moved_to(spares: float, dice: random.Random, had: dict[str, list[str]]) -> bytes:
    """Return what a page asks while its first slider is dragged; had: the charts that it has, by place."""
    first = lever.name(lever.SLIDER, next(iter(bundled().levers.values())))
    asked = {
        "page": PAGE, "mode": "light", "data": "", "pass": "", "name": "", "levers": {"spares": str(spares)},
        "looks": {}, "moved": [[first, round(dice.randint(0, 100) / 100, 2)]], "figures": had,
    }  # fmt: skip
    return json.dumps(asked).encode()


async def drags(netloc: str, number: int, load: Load) -> None:
    """Drag for a while: the next move is asked when the last one is answered, and 15 times a second at most."""
    cookie, line, dice = await asyncio.to_thread(visitor, netloc), Line(netloc), random.Random(number)
    headers = f"Host: {netloc}\r\nOrigin: http://{netloc}\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n"
    had: dict[str, list[str]] = {place: [] for place in (STRIP, *list(PAGES[PAGE].figures)[:IN_VIEW])}
    await line.ask(f"GET / HTTP/1.1\r\nHost: {netloc}\r\n\r\n".encode())
    ends = await load.begins()
    while time.perf_counter() < ends:
        body, began = moved_to(round(number / 100, 2), dice, had), time.perf_counter()
        head = f"POST /live HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        status, said = await line.ask(head.encode() + body)
        if status == OK:
            load.waits.add(f"visitor {number}", began)
            figures = json.loads(said)["figures"]
            had = {place: [chart["spec_name"] for chart in figures.get(place, {}).get("charts", [])] for place in had}
        else:
            load.waits.refused.append(f"{status} {said.decode()[:200]}")
        await asyncio.sleep(max(0.0, began + 1.0 / A_SECOND - time.perf_counter()))


class Line:
    """A connection that is kept from one request to the next, as browsers do, and opened anew where it was closed."""

    def __init__(self, netloc: str) -> None:
        self._host, self._port = netloc.split(":")
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and read the answer to its end; return its status and body."""
        for _ in range(3):
            self._open = self._open or await asyncio.open_connection(self._host, int(self._port))
            reader, writer = self._open
            try:
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
                return int(head.split()[1]), await reader.readexactly(int(length.partition(":")[2]))
            except (asyncio.IncompleteReadError, ConnectionError):
                self._open = None
        raise ConnectionError("the server closes every connection")


async def checks_health(netloc: str, load: Load) -> None:
    """Ask for the health check five times a second."""
    line, ends = Line(netloc), await load.begins()
    while time.perf_counter() < ends:
        began = time.perf_counter()
        await line.ask(f"GET /healthz HTTP/1.1\r\nHost: {netloc}\r\n\r\n".encode())
        load.health.add(HEALTH, began)
        await asyncio.sleep(0.2)


# --- Sessions


def stream(netloc: str, cookie: str) -> connect:
    """Return a websocket as a page of this visitor opens one."""
    return connect(
        f"ws://{netloc}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=60,
        additional_headers={"Cookie": cookie, "Origin": f"http://{netloc}"},
    )  # fmt: skip


async def begun(
    page: ClientConnection, query: str, name: str = "", states: dict[str, float] | None = None, pressed: str = ""
) -> None:
    """Ask for a run of a page, with sliders where they have been moved to, or with a button pressed."""
    message = BackMsg()
    message.rerun_script.query_string, message.rerun_script.page_name = query, name
    for widget, value in (states or {}).items():
        state = message.rerun_script.widget_states.widgets.add()
        state.id = widget
        state.double_array_value.data.append(value)
    if pressed:
        message.rerun_script.widget_states.widgets.add(id=pressed).trigger_value = True
    await page.send(message.SerializeToString())


async def heard(page: ClientConnection, is_it: Callable[[ForwardMsg], bool]) -> ForwardMsg:
    """Read what a session sends up to a message that is the one."""
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(await page.recv()))  # type: ignore[arg-type]  # bytes, as all frames are
        if is_it(message):
            return message


def is_over(message: ForwardMsg) -> bool:
    """Say whether a message ends a run."""
    return message.WhichOneof("type") == "script_finished"


def draws(kind: str, key: str = "") -> Callable[[ForwardMsg], bool]:
    """Return what says whether a message draws a widget of a kind, with `key` in its id."""

    def is_it(message: ForwardMsg) -> bool:
        drawn = message.delta.new_element if message.WhichOneof("type") == "delta" else None
        return drawn is not None and drawn.WhichOneof("type") == kind and key in getattr(drawn, kind).id

    return is_it


def shows_odds(message: ForwardMsg) -> bool:
    """Say whether a message draws odds, which it does when all else of the page stands."""
    if message.WhichOneof("type") != "delta" or message.delta.new_element.WhichOneof("type") != "markdown":
        return False
    said = message.delta.new_element.markdown.body
    return "-badge[" in said and "futures" in said


async def thinks(netloc: str, number: int, load: Load) -> None:
    """Move a slider, see the page drawn, think for a while, and so on."""
    cookie = await asyncio.to_thread(visitor, netloc)
    dice, query = random.Random(number), f"spares={round(number / 1000, 3)}"
    async with stream(netloc, cookie) as page:
        await begun(page, query)
        slider = (await heard(page, draws("slider"))).delta.new_element.slider.id
        await heard(page, is_over)
        ends = await load.begins()
        while time.perf_counter() < ends:
            await asyncio.sleep(THINK_SECONDS * dice.uniform(0.5, 1.5))
            began = time.perf_counter()
            await begun(page, query, states={slider: round(dice.randint(0, 100) / 100, 2)})
            await heard(page, lambda message: message.WhichOneof("type") == "new_session")
            await heard(page, shows_odds)
            load.waits.add(f"session {number}", began)
            await heard(page, is_over)
            load.settled.add(f"session {number}", began)


# --- Long work


async def works_long(netloc: str, page_name: str, load: Load) -> None:
    """Ask for long work after long work: the futures of another scenario, or the best mix of one."""
    cookie, asked, ends = await asyncio.to_thread(visitor, netloc), 0, await load.begins()
    while time.perf_counter() < ends:
        asked += 1
        query = f"spares={OTHER + asked / 1e5:.5f}&headroom={0.1 + random.random() / 10:.4f}"
        query += "&view.draws=65536" if page_name == "risk" else ""
        async with stream(netloc, cookie) as page:
            try:
                async with asyncio.timeout(max(0.1, ends - time.perf_counter())):
                    await begun(page, query, page_name)
                    if page_name == "mix":
                        button = await heard(page, draws("button", "mix_find"))
                        await heard(page, is_over)
                        await begun(page, query, page_name, pressed=button.delta.new_element.button.id)
                    await heard(page, is_over)
            except TimeoutError:
                return


async def measured(netloc: str, options: argparse.Namespace) -> None:
    """Measure both loads, alone and beside long work."""
    for what, count, does in (("drag", options.people, drags), ("sessions", options.sessions, thinks)):
        for beside, page_name in LONG_WORK.items() if count else ():
            seconds, parties = options.seconds * (1 if what == "drag" else 3), count + 1 + (page_name is not None)
            load = Load(seconds, asyncio.Barrier(parties))
            all_work = [does(netloc, number, load) for number in range(1, count + 1)]
            all_work.append(checks_health(netloc, load))
            if page_name is not None:
                all_work.append(works_long(netloc, page_name, load))
            await asyncio.gather(*all_work)
            print(f"{count:3} {what:9}{beside}: {load.waits.told()}")
            if load.settled.of_each:
                print(f"    to odds of all futures: {load.settled.told()}")
            print(f"    {HEALTH} meanwhile: {load.health.told()}; load {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    """Serve, measure all loads and print what they waited."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10, help="how many drag at once (default: %(default)s)")
    parser.add_argument("--sessions", type=int, default=40, help="how many think and move (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each drags (default: %(default)s)")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=serve, args=(app.SCRIPT, port))
    server.start()
    try:
        netloc = f"{app.DEFAULT_HOST}:{port.get()}"
        time.sleep(5)
        asyncio.run(measured(netloc, options))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
