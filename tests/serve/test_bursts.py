"""What a run of a page sends comes as one frame; nothing is lost, put in another order, or kept back for long."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from core.serve import bursts
from core.serve.bursts import MOST_BYTES, MOST_SECONDS, TOGETHER, Bursts, packed
from core.serve.closed import STREAM
from core.serve.rates import Rates
from core.serve.stream import Stream, Verdict
from core.serve.visitors import VISITOR

SESSION = "session"
SOON = MOST_SECONDS / 3


def unpacked(frame: bytes) -> Iterator[bytes]:
    while frame:
        (length,) = struct.unpack(">I", frame[:4])
        yield frame[4 : 4 + length]
        frame = frame[4 + length :]


class Browser:
    """What comes to a browser: its frames, each with the messages in it."""

    def __init__(self, fails: bool = False) -> None:
        self.frames: list[list[bytes]] = []
        self.others: list[Message] = []
        self.fails = fails

    async def send(self, message: Message) -> None:
        if self.fails:
            raise OSError("gone")
        if message["type"] == "websocket.send":
            self.frames.append(list(unpacked(message["bytes"])))
        else:
            self.others.append(message)

    @property
    def messages(self) -> list[bytes]:
        return [message for frame in self.frames for message in frame]


def frame(text: bytes) -> Message:
    return {"type": "websocket.send", "bytes": text}


def run(browser: Browser, talk: Callable[[Bursts], Awaitable[None]]) -> None:
    async def go() -> None:
        async with Bursts(browser.send) as way:
            way.speaks_for(SESSION)
            await talk(way)

    asyncio.run(go())
    assert bursts._held == {}
    assert bursts._connections == {}


async def say(way: Bursts, *texts: bytes, pause: float = 0.0) -> None:
    for text in texts:
        await way.send(frame(text))
        await asyncio.sleep(pause)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_packed_messages_come_out_as_they_went_in(messages: list[bytes]) -> None:
    assert list(unpacked(packed(messages))) == messages


def test_what_a_run_sends_while_it_holds_comes_as_one_frame_when_it_lets_go() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, b"one", b"two", b"three", pause=SOON / 5)
        assert browser.frames == []
        bursts.let_go(SESSION)
        await say(way, b"last")
        await asyncio.sleep(SOON)
        assert browser.frames == [[b"one", b"two", b"three", b"last"]]

    run(browser, talk)


def test_what_nobody_holds_goes_on_at_once() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        await say(way, b"one", b"two", pause=SOON / 5)
        assert browser.frames == [[b"one"], [b"two"]]

    run(browser, talk)


def test_a_run_that_never_lets_go_holds_for_a_moment_only_and_from_then_on_nothing() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        begun = time.monotonic()
        bursts.hold(SESSION)
        await say(way, b"one", b"two")
        while not browser.frames:
            await asyncio.sleep(0.002)
        assert time.monotonic() - begun >= MOST_SECONDS
        await say(way, b"three", pause=SOON / 5)
        assert browser.frames == [[b"one", b"two"], [b"three"]]

    run(browser, talk)


def test_another_session_is_not_held() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        bursts.hold("another")
        await say(way, b"one", pause=SOON / 5)
        assert browser.frames == [[b"one"]]
        bursts.let_go("another")

    run(browser, talk)


def test_much_is_not_kept_back() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        half = bytes(MOST_BYTES // 2 + 1)
        await say(way, half, half, b"end", pause=SOON / 5)
        assert browser.messages == [half, half]
        bursts.let_go(SESSION)
        await asyncio.sleep(SOON)
        assert browser.messages == [half, half, b"end"]

    run(browser, talk)


def test_what_is_no_frame_comes_behind_what_was_kept() -> None:
    browser = Browser()
    close = {"type": "websocket.close", "code": 1000}

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, b"one")
        await way.send(close)
        assert browser.frames == [[b"one"]]
        assert browser.others == [close]

    run(browser, talk)


def test_whoever_sends_hears_that_the_browser_is_gone() -> None:
    async def talk(way: Bursts) -> None:
        await say(way, b"one", pause=SOON / 5)
        with pytest.raises(OSError, match="gone"):
            await say(way, b"two")

    run(Browser(fails=True), talk)


def test_a_run_is_held_from_when_the_browser_asks_for_it() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        way.asked()
        await say(way, b"begins", pause=SOON / 5)
        bursts.hold(SESSION)
        await say(way, b"all of it", pause=SOON / 5)
        assert browser.frames == []
        bursts.let_go(SESSION)
        await asyncio.sleep(SOON)
        assert browser.frames == [[b"begins", b"all of it"]]

    run(browser, talk)


@pytest.mark.parametrize(("query", "heard"), [(b"", [b"one", b"two"]), (TOGETHER, [packed([b"one", b"two"])])])
def test_a_browser_has_them_together_only_if_it_says_so(query: bytes, heard: list[bytes]) -> None:
    sent: list[bytes] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send(frame(b"one"))
        await send(frame(b"two"))
        await asyncio.sleep(SOON / 5)

    async def send(message: Message) -> None:
        sent.append(message["bytes"])

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1000}

    scope: Scope = {
        "type": "websocket",
        "path": STREAM,
        "query_string": query,
        "headers": [],
        "client": ("192.0.2.7", 1),
        VISITOR: "ann",
    }
    stream = Stream(page, Rates(1, 1000), lambda _: Verdict.TAKEN, lambda _: None)
    asyncio.run(stream(scope, receive, send))
    assert sent == heard
