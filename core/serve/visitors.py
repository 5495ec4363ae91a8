"""Gives each browser a key, by which its user's name and unsaved work are found again, and takes no other's making."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serve import cookies
from core.serve.rates import Rates, client
from core.serve.words import NOT_KEPT, page, too_often
from core.store.database import StoreError
from core.store.rights import VISITOR_COOKIE

VISITOR: Final = "crossover.visitor"
"""Where a request's scope holds the visitor's key; None for a websocket without one."""
IS_KNOWN: Final = "crossover.is_known"
"""Where a request's scope says whether the key came with the request."""

_IF_CHANGED: Final = (b"if-none-match", b"if-modified-since")
"""Headers by which a browser asks for a page only if it is another than the one it has."""
_NO_PAGES: Final = ("/static/", "/_stcore/", "/media/", "/healthz", "/favicon.png")


class Visitors:
    """Reads the visitor's cookie, and sets one with the page for a browser that has none of the server's making.

    The key is set out of reach of scripts and never sent to another site. A page that sets it is made for one browser:
    it comes from no cache and goes into none, or two people would share a key. A cookie of an earlier version, which
    was not signed, is exchanged for a signed one with the same key if the store knows it.
    """

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the application."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        value = HTTPConnection(scope).cookies.get(VISITOR_COOKIE)
        try:
            key = cookies.key_of(value)
            former = None if key is not None else await asyncio.to_thread(cookies.former_key, value)
        except StoreError as error:
            await page(f"Your browser cannot be recognised just now: {error}.", 503)(scope, receive, send)
            return
        if key is not None or scope["type"] == "websocket":
            await self._app({**scope, VISITOR: key, IS_KNOWN: key is not None}, receive, send)
        elif former is None and not scope["path"].startswith(_NO_PAGES) and (wait := self._rates.take(client(scope))):
            await too_often(wait, "new visitors")(scope, receive, send)
        else:
            await self._with_cookie(scope, receive, send, former)

    async def _with_cookie(self, scope: Scope, receive: Receive, send: Send, former: str | None) -> None:
        key = former or cookies.new_key()
        headers = [header for header in scope["headers"] if header[0] not in _IF_CHANGED]
        scope = {**scope, "headers": headers, VISITOR: key, IS_KNOWN: former is not None}

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                if former is not None or answered.get("content-type", "").startswith("text/html"):
                    answered.append("set-cookie", cookies.header(key, scope["scheme"] == "https"))
                    answered.update(NOT_KEPT)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def who(scope: Scope) -> str:
    """Return whom to count a request for: the visitor whose key came with it, or else from where it comes."""
    key: str | None = scope.get(VISITOR)
    return f"visitor {key}" if key is not None and scope.get(IS_KNOWN) else client(scope)
