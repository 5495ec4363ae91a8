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
from core.serve.bursts import MOST_BYTES, TOGETHER, Bursts, packed, together
from core.serve.closed import STREAM
from core.serve.rates import Rates
from core.serve.stream import Stream, Verdict
from core.serve.visitors import VISITOR

SESSION = "session"
LONG = 60.0
"""Seconds for which nothing in these tests lasts."""
TURN = 0.01
"""In so many seconds, what need not wait is done, unless the machine is busy; then a test finds less, never more."""


@pytest.fixture(autouse=True)
def _holds_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "MOST_SECONDS", LONG)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(LONG / 2):
        while not is_so():
            await asyncio.sleep(0.001)


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
        async with together(browser.send) as way:
            way.speaks_for(SESSION)
            await talk(way)

    asyncio.run(go())
    assert SESSION not in bursts._held
    assert bursts._connections == {}


async def say(way: Bursts, *texts: bytes) -> None:
    for text in texts:
        await way.send(frame(text))
        await asyncio.sleep(TURN)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_packed_messages_come_out_as_they_went_in(messages: list[bytes]) -> None:
    assert list(unpacked(packed(messages))) == messages


def test_what_a_run_sends_while_it_holds_comes_as_one_frame_when_it_lets_go() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, b"one", b"two", b"three")
        assert browser.frames == []
        bursts.let_go(SESSION)
        await way.send(frame(b"last"))
        await until(lambda: browser.messages == [b"one", b"two", b"three", b"last"])
        assert browser.frames[0][:3] == [b"one", b"two", b"three"]

    run(browser, talk)


def test_what_nobody_holds_goes_on_at_once() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        for text in (b"one", b"two"):
            await way.send(frame(text))
            await until(lambda: browser.frames[-1:] == [[text]])  # noqa: B023  # asked before the next one
        assert browser.frames == [[b"one"], [b"two"]]

    run(browser, talk)


def test_a_run_that_never_lets_go_holds_for_a_moment_only_and_from_then_on_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = Browser()
    monkeypatch.setattr(bursts, "MOST_SECONDS", 20 * TURN)

    async def talk(way: Bursts) -> None:
        begun = time.monotonic()
        bursts.hold(SESSION)
        await way.send(frame(b"one"))
        await until(lambda: browser.frames == [[b"one"]])
        assert time.monotonic() - begun >= 20 * TURN
        monkeypatch.setattr(bursts, "LAST_SECONDS", LONG)  # it would wait as long, were it held
        await way.send(frame(b"two"))
        await until(lambda: browser.frames == [[b"one"], [b"two"]])

    run(browser, talk)


def test_who_asks_again_and_again_still_sees_what_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser()
    monkeypatch.setattr(bursts, "MOST_SECONDS", 10 * TURN)

    async def talk(way: Bursts) -> None:
        async with asyncio.timeout(LONG / 2):
            while not browser.frames:  # each time before the run before has held for as long as it may
                way.asked()
                await say(way, b"begins")

    run(browser, talk)


def test_another_session_is_not_held() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        bursts.hold("another")
        await way.send(frame(b"one"))
        await until(lambda: browser.frames == [[b"one"]])
        bursts.let_go("another")

    run(browser, talk)


def test_of_sessions_that_never_let_go_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "MOST_SECONDS", 0.0)
    for number in range(100):
        bursts.hold(f"session {number}")
        time.sleep(1e-6)  # so that the clock goes on
    assert len(bursts._held) <= 2
    bursts._held.clear()


def test_much_is_not_kept_back() -> None:
    browser = Browser()
    half = bytes(MOST_BYTES // 2 + 1)

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, half)
        assert browser.frames == []
        await way.send(frame(half))
        await until(lambda: browser.messages == [half, half])
        await say(way, b"end")
        assert browser.messages == [half, half]
        bursts.let_go(SESSION)
        await until(lambda: browser.messages == [half, half, b"end"])

    run(browser, talk)


def test_who_sends_faster_than_a_browser_takes_waits_for_it() -> None:
    browser, gate = Browser(), asyncio.Event()
    much = bytes(MOST_BYTES + 1)

    async def slow(message: Message) -> None:
        await gate.wait()
        await browser.send(message)

    async def go() -> None:
        async with together(slow) as way:
            await way.send(frame(much))
            await asyncio.sleep(TURN)  # under way
            await way.send(frame(much))
            third = asyncio.create_task(way.send(frame(b"end")))
            await asyncio.sleep(TURN)
            assert not third.done()
            gate.set()
            await third
            await until(lambda: browser.messages == [much, much, b"end"])

    asyncio.run(go())


@pytest.mark.parametrize("turns", range(6))
def test_a_talk_ends_whatever_was_just_under_way(turns: int) -> None:
    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, b"one")
        way._look.set()
        for _ in range(turns):
            await asyncio.sleep(0)

    async def ends() -> None:
        browser = Browser()
        async with asyncio.timeout(LONG / 2), together(browser.send) as way:
            way.speaks_for(SESSION)
            await talk(way)

    asyncio.run(ends())


def test_what_is_no_frame_comes_behind_what_was_kept() -> None:
    browser = Browser()
    close = {"type": "websocket.close", "code": 1000}

    async def talk(way: Bursts) -> None:
        bursts.hold(SESSION)
        await say(way, b"one")
        assert browser.frames == []
        await way.send(close)
        assert browser.frames == [[b"one"]]
        assert browser.others == [close]

    run(browser, talk)


def test_whoever_sends_hears_that_the_browser_is_gone() -> None:
    async def talk(way: Bursts) -> None:
        await way.send(frame(b"one"))
        await until(way._writer.done)
        with pytest.raises(OSError, match="gone"):
            await way.send(frame(b"two"))

    run(Browser(fails=True), talk)


def test_a_run_is_held_from_when_the_browser_asks_for_it() -> None:
    browser = Browser()

    async def talk(way: Bursts) -> None:
        way.asked()
        await say(way, b"begins")
        bursts.hold(SESSION)
        await say(way, b"all of it")
        assert browser.frames == []
        bursts.let_go(SESSION)
        await until(lambda: browser.frames == [[b"begins", b"all of it"]])

    run(browser, talk)


def test_a_browser_that_comes_back_is_spoken_to_over_its_new_connection() -> None:
    before, now = Browser(), Browser()

    async def go() -> None:
        async with together(now.send) as new:
            async with together(before.send) as old:
                old.speaks_for(SESSION)
                new.speaks_for(SESSION)
            bursts.hold(SESSION)
            await say(new, b"one")
            assert now.frames == []
            bursts.let_go(SESSION)
            await until(lambda: now.frames == [[b"one"]])

    asyncio.run(go())
    assert before.frames == []
    assert bursts._connections == {}


@pytest.mark.parametrize(
    ("query", "heard"),
    [(b"", [b"one", b"two"]), (TOGETHER, [packed([b"one", b"two"])]), (b"x=1&together", [packed([b"one", b"two"])])],
)
def test_a_browser_has_them_together_only_if_it_says_so(query: bytes, heard: list[bytes]) -> None:
    sent: list[bytes] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send(frame(b"one"))
        await send(frame(b"two"))
        await until(lambda: bool(sent))

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
