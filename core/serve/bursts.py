"""What a page sends in one run comes to the browser as one: drawn once, instead of once for each few elements.

A browser that can take several of Streamlit's messages in one frame says so in the address of its websocket; page.js
does. Each message then has its length before it, in four bytes, the highest first. While a run holds, its frames are
kept back, for a moment at most; the run lets go when its page stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator, Iterable
from typing import Final

from starlette.types import Message, Send

TOGETHER: Final = b"together"
"""The query of the websocket's address by which a browser says that it takes several messages in a frame."""
MOST_SECONDS: Final = 0.15
"""No longer is anything kept back: of a page that takes longer, what there is by then is shown."""
LAST_SECONDS: Final = 0.006
"""As long after a run has let go, its last message has come: Streamlit hands them on every 5 ms."""
MOST_BYTES: Final = 1 << 20
"""More is not kept back either."""

_held: Final = dict[str, float]()
"""When the runs began that hold, by session. A run that was ended from outside never lets go."""
_connections: Final = dict[str, "Bursts"]()
"""The browsers to which messages go together, by session."""


def hold(session_id: str) -> None:
    """Keep back what is sent to a session from now on, until it is let go; from any thread."""
    now = time.monotonic()
    for one, since in tuple(_held.items()):
        if since < now - MOST_SECONDS:
            _held.pop(one, None)
    _held[session_id] = now


def let_go(session_id: str) -> None:
    """Send what was kept back; from any thread."""
    if _held.pop(session_id, None) is not None and (connection := _connections.get(session_id)) is not None:
        connection.look()


def packed(messages: Iterable[bytes]) -> bytes:
    """Return messages as one frame."""
    return b"".join(part for message in messages for part in (struct.pack(">I", len(message)), message))


@contextlib.asynccontextmanager
async def together(send: Send) -> AsyncIterator[Bursts]:
    """Give the way to a browser that takes several messages at a time, as long as it is there."""
    bursts = Bursts(send)
    try:
        yield bursts
    finally:
        await bursts.close()


class Bursts:
    """The way to one browser: `send` takes what Streamlit sends, which arrives in the same order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._session: str | None = None
        self._kept: list[bytes] = []
        self._size = 0
        self._look, self._room = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._writer = asyncio.create_task(self._write(), name="bursts")

    async def close(self) -> None:
        """Give up what is still kept: the browser is gone."""
        self._writer.cancel()
        await asyncio.wait([self._writer])
        if not self._writer.cancelled():
            self._writer.exception()  # of a browser that is gone nobody is to hear
        if self._session is not None and _connections.get(self._session) is self:
            del _connections[self._session]
            _held.pop(self._session, None)

    def speaks_for(self, session_id: str) -> None:
        """Note whose messages these are."""
        self._session = session_id
        _connections[session_id] = self

    def asked(self) -> None:
        """Note that the browser has asked for a run: all that comes of it is kept back, from the first message on."""
        if self._session is not None:
            hold(self._session)

    def look(self) -> None:
        """Look whether something can be sent; from any thread."""
        with contextlib.suppress(RuntimeError):  # the server ends
            self._loop.call_soon_threadsafe(self._look.set)

    async def send(self, message: Message) -> None:
        """Take a message; one that is no frame of Streamlit's goes on at once, behind what was kept."""
        frame: bytes | None = message.get("bytes") if message["type"] == "websocket.send" else None
        if frame is None:
            await self._send_kept()
            await self._send(message)
            return
        if self._writer.done():
            await self._writer  # raises what sending has met
        while self._size > MOST_BYTES and not self._writer.done():
            self._room.clear()
            await self._room.wait()
        self._kept.append(frame)
        self._size += len(frame)
        self._look.set()

    async def _write(self) -> None:
        try:
            while True:
                await self._look.wait()
                self._look.clear()
                if self._kept:
                    await self._until_let_go()
                    await self._send_kept()
        finally:
            self._room.set()

    async def _until_let_go(self) -> None:
        """Wait until the run that holds has let go or held for as long as it may; one that begins then adds nothing."""
        since = None if self._session is None else _held.get(self._session)
        rest = 0.0 if since is None else since + MOST_SECONDS - time.monotonic()
        if rest <= 0.0:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(rest):
                while self._session in _held and self._size <= MOST_BYTES:
                    self._look.clear()
                    await self._look.wait()
                await asyncio.sleep(LAST_SECONDS)

    async def _send_kept(self) -> None:
        if self._kept:
            kept, self._kept, self._size = self._kept, [], 0
            self._room.set()
            await self._send({"type": "websocket.send", "bytes": packed(kept)})
