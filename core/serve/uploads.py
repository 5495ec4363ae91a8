"""How much of what visitors bring is held at once: files lie in memory as long as the page that they were put on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serve.closed import LARGEST_UPLOAD, UPLOADS
from core.serve.stream import Sessions
from core.serve.visitors import VISITOR
from core.serve.words import page

MOST_OF_ONE: Final = 4 * LARGEST_UPLOAD
"""Bytes that the files of one visitor take, on all his pages."""
MOST_OF_ALL: Final = 20 * LARGEST_UPLOAD
"""Bytes that the files of all visitors take."""
SECONDS: Final = 300.0
"""So long may a file take to arrive; the largest then comes at the pace of a slow telephone."""

_TOO_MUCH: Final = (
    f"You have put more than {MOST_OF_ONE >> 20} MB of files on your pages. Take some away, or close a page, and try "
    "again."
)
_FULL: Final = "So many files are being read just now that there is no room for yours. Try again in a few minutes."
_NO_LENGTH: Final = "A file is taken only if the request says how long it is."

log = logging.getLogger("crossover")


class Uploads:
    """Refuses a file for which there is no room, and hangs up on one that does not arrive.

    `held` says how many bytes the files of each session take.
    """

    def __init__(
        self, app: ASGIApp, sessions: Sessions, held: Callable[[], Mapping[str, int]], seconds: float = SECONDS
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._held = held
        self._seconds = seconds
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(UPLOADS):
            await self._app(scope, receive, send)
            return
        headers, key = Headers(scope=scope), str(scope.get(VISITOR))
        if "content-length" not in headers:
            await page(_NO_LENGTH, 411)(scope, receive, send)
            return
        size = int(headers["content-length"])  # which core.serve.closed has looked at
        if (refusal := self._refusal(key, size)) is not None:
            status, sentence = refusal
            await page(sentence, status)(scope, receive, send)
            return
        self._coming[key] += size
        try:
            await self._app(scope, self._in_time(receive), send)
        except ClientDisconnect:
            log.info("A file that was broken off on its way was let go")
        finally:
            self._coming[key] -= size
            if not self._coming[key]:
                del self._coming[key]

    def _refusal(self, key: str, size: int) -> tuple[int, str] | None:
        held = self._held()
        of_one = sum(taken for session_id, taken in held.items() if self._sessions.is_of(session_id, key))
        if of_one + self._coming[key] + size > MOST_OF_ONE:
            return 413, _TOO_MUCH
        if sum(held.values()) + self._coming.total() + size > MOST_OF_ALL:
            return 503, _FULL
        return None

    def _in_time(self, receive: Receive) -> Receive:
        """Return `receive` that is told that the browser has gone once the time is over."""
        ends = asyncio.get_running_loop().time() + self._seconds

        async def receive_in_time() -> Message:
            try:
                async with asyncio.timeout_at(ends):
                    return await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}

        return receive_in_time
