"""What no page of ours asks for and nobody else is answered: addresses that are closed, requests that are too long."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.serve.words import page

CORE: Final = "/_stcore/"
STREAM: Final = f"{CORE}stream"
UPLOADS: Final = f"{CORE}upload_file/"
OPEN: Final = frozenset({STREAM, f"{CORE}health", f"{CORE}host-config"})
"""What Streamlit's frontend asks for below its own folder, beside the files that visitors bring."""
OURS: Final = f"{CORE}bidi-components/crossover.live/"
"""Below it stand the scripts of the one component that is ours."""
CLOSED: Final = ("/component/", "/auth/", "/oauth2callback", "/app/static/")

LONGEST_PATH: Final = 512
LONGEST_QUERY: Final = 16 * 1024
MOST_PARAMETERS: Final = 500
"""All levers of the largest data set fit, many times over."""
LONGEST_BODY: Final = 64 * 1024
UPLOAD_MB: Final = 25
LARGEST_UPLOAD: Final = (UPLOAD_MB + 1) * 1024 * 1024
"""Bytes: the file, and what a form puts around it."""
_DIGITS: Final = 12


def is_closed(path: str, method: str) -> bool:
    """Return whether an address is one that we do not answer at."""
    if path.startswith(UPLOADS):
        return method not in ("PUT", "DELETE")
    if path.startswith(CORE):
        return path not in OPEN and not path.startswith(OURS)
    return path.startswith(CLOSED)


def too_long(path: str, query: str | bytes) -> tuple[int, str] | None:
    """Return the status and the words with which an address is refused, None if it is not too long."""
    separator: str | bytes = "&" if isinstance(query, str) else b"&"
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return 414, "This address is too long to be one of ours. Ask whoever sent it for the link itself."
    if query.count(separator) >= MOST_PARAMETERS:  # type: ignore[arg-type]  # of the same kind as the query
        return 400, "This address sets more than there is to set. Ask whoever sent it for the link itself."
    return None


class Closed:
    """Refuses what is closed or too long before anything reads it, and says none of it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif (refusal := _refusal(scope)) is not None:
            status, sentence = refusal
            await page(sentence, status)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refusal(scope: Scope) -> tuple[int, str] | None:
    path: str = scope["path"]
    if (found := too_long(path, scope["query_string"])) is not None:
        return found
    if is_closed(path, scope.get("method", "GET")):
        return 404, "There is nothing here."
    length = Headers(scope=scope).get("content-length", "0")
    most = LARGEST_UPLOAD if path.startswith(UPLOADS) else LONGEST_BODY
    if not (length.isascii() and length.isdigit() and len(length) <= _DIGITS) or int(length) > most:
        return 413, f"This is more than is taken: at most {UPLOAD_MB} MB, and only as a file on the Data page."
    return None
