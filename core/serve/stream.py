"""The sessions of the pages: opened by one browser, and resumed, sent files and spoken to by that one only."""

from __future__ import annotations

import hmac
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serve.bursts import TOGETHER, together
from core.serve.closed import STREAM, UPLOADS
from core.serve.rates import Rates
from core.serve.visitors import VISITOR, who
from core.serve.words import page, too_often

MOST_SESSIONS: Final = 20_000
_FRAMES_TO_LOOK_AT: Final = 50
"""The first frames that a session sends; one of them says its id."""
_PROTOCOLS: Final = b"sec-websocket-protocol"
_TEXT_FRAME, _BAD_FRAME, _TOO_BIG = 1003, 1002, 1009
"""Codes with which a websocket is closed."""
_NOT_YOURS: Final = (
    "This file cannot be taken: the page it was put on is not open in this browser, or its cookies are off. Load the "
    "page again."
)

log = logging.getLogger("crossover")


class Verdict(Enum):
    """What becomes of a frame that a client sends."""

    TAKEN = "taken"
    LEFT_OUT = "left out"
    BROKEN = "broken"
    TOO_LONG = "too long"


@dataclass
class Sessions:
    """Which visitor opened which session; the oldest are forgotten, and then cannot be resumed."""

    most: int = MOST_SESSIONS
    _opened_by: OrderedDict[str, str] = field(default_factory=OrderedDict, init=False)

    def opened(self, session_id: str, key: str) -> None:
        """Note that the visitor with this key has opened a session."""
        self._opened_by[session_id] = key
        self._opened_by.move_to_end(session_id)
        while len(self._opened_by) > self.most:
            self._opened_by.popitem(last=False)

    def is_of(self, session_id: str, key: str | None) -> bool:
        """Return whether the visitor with this key opened the session."""
        opened_by = self._opened_by.get(session_id)
        return key is not None and opened_by is not None and hmac.compare_digest(opened_by, key)


class Stream:
    """Watches the websocket over which a page runs, and the files that go to its session.

    `judge` says what becomes of a frame of the client's, `asks_for_a_run` whether it wants a whole page to run, and
    `session_in` which session a frame of the server's names: they know Streamlit's messages, this room does not.
    """

    def __init__(
        self,
        app: ASGIApp,
        rates: Rates,
        judge: Callable[[bytes], Verdict],
        session_in: Callable[[bytes], str | None],
        sessions: Sessions | None = None,
        asks_for_a_run: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._rates = rates
        self._judge = judge
        self._session_in, self._asks_for_a_run = session_in, asks_for_a_run
        self._sessions = Sessions() if sessions is None else sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        path, key = scope.get("path", ""), scope.get(VISITOR)
        if scope["type"] == "http" and path.startswith(UPLOADS):
            session_id = path.removeprefix(UPLOADS).partition("/")[0]
            allowed = self._sessions.is_of(session_id, key)
            await (self._app if allowed else page(_NOT_YOURS, 403))(scope, receive, send)
        elif scope["type"] != "websocket":
            await self._app(scope, receive, send)
        elif path != STREAM:
            await page("There is nothing here.", 404)(scope, receive, send)
        elif wait := self._rates.take(who(scope)):
            await too_often(wait, "connections")(scope, receive, send)
        else:
            scope = self._without_foreign_session(scope, key)
            await self._talk(scope, receive, send, key)

    async def _talk(self, scope: Scope, receive: Receive, send: Send, key: str | None) -> None:
        """Let a page and its browser talk; the browser may take several messages at a time."""
        if TOGETHER not in scope.get("query_string", b"").split(b"&"):
            await self._app(scope, self._judged(scope, receive, send), self._watched(send, key))
            return
        async with together(send) as bursts:
            judged = self._judged(scope, receive, bursts.send)

            async def heard() -> Message:
                message = await judged()
                if message.get("bytes") and self._asks_for_a_run(message["bytes"]):
                    bursts.asked()
                return message

            await self._app(scope, heard, self._watched(bursts.send, key, bursts.speaks_for))

    def _without_foreign_session(self, scope: Scope, key: str | None) -> Scope:
        """Return the request without the session that it wants to resume, unless the same visitor opened it.

        Streamlit takes the third of the protocols that a browser names for that session's id.
        """
        named = Headers(scope=scope).get("sec-websocket-protocol", "").split(",")
        if len(named) == 3 and self._sessions.is_of(named[2].strip(), key):
            return scope
        kept = ", ".join(name.strip() for name in named[:2])
        others = [(name, text) for name, text in scope["headers"] if name.lower() != _PROTOCOLS]
        return {
            **scope,
            "headers": [*others, (_PROTOCOLS, kept.encode("latin-1"))] if kept else others,
            "subprotocols": [name.strip() for name in named[:2] if name.strip()],
        }

    def _judged(self, scope: Scope, receive: Receive, send: Send) -> Receive:
        """Return `receive` without the frames that are not taken; one that no page of ours sends ends the talk."""

        async def next_taken() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                data: bytes | None = message.get("bytes")
                verdict = Verdict.BROKEN if data is None else self._judge(data)
                if verdict is Verdict.TAKEN:
                    return message
                if verdict is Verdict.LEFT_OUT:
                    continue
                code = _TEXT_FRAME if data is None else _TOO_BIG if verdict is Verdict.TOO_LONG else _BAD_FRAME
                log.warning("A frame that is %s came over a websocket, which was closed", verdict.value)
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}

        return next_taken

    def _watched(self, send: Send, key: str | None, found: Callable[[str], None] = lambda _: None) -> Send:
        """Return `send` that notes which session it speaks for, and tells it when it is `found`."""
        frames = _FRAMES_TO_LOOK_AT if key is not None else 0

        async def send_and_note(message: Message) -> None:
            nonlocal frames
            if frames and key is not None and message["type"] == "websocket.send" and message.get("bytes"):
                frames -= 1
                if (session_id := self._session_in(message["bytes"])) is not None:
                    frames = 0
                    self._sessions.opened(session_id, key)
                    found(session_id)
            await send(message)

        return send_and_note


class ShortLines(logging.Filter):
    """Keeps from the log what clients can fill it with: tracebacks of frames that are no text, and sessions' ids."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a line, or leave it out."""
        if str(record.msg).startswith("Invalid UTF-8 sequence"):
            record.exc_info = record.exc_text = None
        return not str(record.msg).startswith("Session with id %s is already connected")
