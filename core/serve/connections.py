"""How many connections are held, and how long one may take to say what it wants."""

from __future__ import annotations

import asyncio
import resource
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 20
"""So long may a browser take from the first byte of a request, or from connecting, to the end of its headers."""
LONGEST_HEAD: Final = 32 * 1024
"""Bytes of a request before its body: address, cookies and other headers."""
MOST_CONNECTIONS: Final = 1000
"""Who comes while so many are held is told to come again, so that those who are there are served."""
_FILES_A_CONNECTION: Final = 4
_FILES_WANTED: Final = 65_536


class TimedProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on who does not come to the end of his headers in time."""

    _deadline: asyncio.TimerHandle | None = None
    _is_handed_over = False

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what has come; wait on for the rest of a request that is not whole."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._deadline is None and not self.transport.is_closing():
            self._wait()

    def on_response_complete(self) -> None:
        """Leave the time until the next request to what is set for idle connections."""
        self._stop_waiting()
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the connection over: it is a websocket's from now on."""
        super().handle_websocket_upgrade(event)
        self._is_handed_over = True
        self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if not self._is_handed_over:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def most_connections() -> int:
    """Let the process have as many open files as it may, and return for how many connections they are enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FILES_WANTED:
        soft = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft // _FILES_A_CONNECTION)
