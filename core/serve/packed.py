"""Scripts and styles of Streamlit's frontend, packed once for all who load them: three megabytes are one on the way.

Streamlit sends them as they are, for it would pack them for each visitor anew.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER: Final = "/static/"
ENDINGS: Final = (".js", ".css")
LEAST: Final = 1024
"""Bytes; below that a packed file arrives no sooner."""
_CONDITIONS: Final = frozenset({b"if-none-match", b"if-modified-since", b"range"})
OK: Final = 200


class Packed:
    """Answers with what was packed for the first who asked. Each name ends in a hash, so no file ever changes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packing = GZipMiddleware(app, minimum_size=LEAST)
        self._kept: dict[str, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; where it is for such a file and the browser unpacks, send it packed."""
        if not _is_for_such_a_file(scope):
            await self._app(scope, receive, send)
            return
        answer = self._kept.get(scope["path"])
        if answer is None:
            answer = await self._packed(scope, receive)
        for message in answer:
            await send(dict(message) | ({"headers": list(message["headers"])} if "headers" in message else {}))

    async def _packed(self, scope: Scope, receive: Receive) -> list[Message]:
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        headers = [one for one in scope["headers"] if one[0] not in _CONDITIONS]
        await self._packing({**scope, "headers": headers}, receive, keep)
        if answer[0]["status"] == OK:
            self._kept[scope["path"]] = answer
        return answer


def _is_for_such_a_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    unpacks = "gzip" in Headers(scope=scope).get("accept-encoding", "")
    return unpacks and path.startswith(FOLDER) and path.endswith(ENDINGS)
