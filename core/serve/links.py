"""Links to saved scenarios: where their secret is taken in, and what the address has in its place."""

from __future__ import annotations

import asyncio
import re
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.serve import cookies, words
from core.serve.rates import Rates
from core.serve.visitors import VISITOR, who
from core.store.database import StoreError
from core.store.store import shared_store

LINK_KEY: Final = "link"
"""The parameter of an address that says which link was followed, by a reference to it."""
TOKEN_KEY: Final = "s"
"""The one in which addresses of versions up to 2.1 have the secret itself."""
_TOKEN: Final = re.compile(r"[\w-]*", re.ASCII)


def bare(token: str) -> str:
    """Return the secret of a link without what its surroundings put behind it: a full stop, a bracket, parameters."""
    found = _TOKEN.match(token)
    return "" if found is None else found[0]


class Links:
    """Answers `/s/TOKEN`: a page that says the name to previews and takes browsers to the scenario."""

    def __init__(self, wrong: Rates) -> None:
        self._wrong = wrong

    def answer(self, request: Request) -> HTMLResponse:
        """Answer one request; who has followed many that lead nowhere has to wait."""
        whose = who(request.scope)
        if wait := self._wrong.wait(whose):
            return words.too_often(wait, "links that lead nowhere")
        try:
            found = shared_store().link_behind(bare(request.path_params["token"]))
        except StoreError as error:
            return words.page(f"The link cannot be opened just now: {error}.", status=503)
        if found is None:
            self._wrong.take(whose)
            return words.page("This link leads nowhere, or no longer. Ask whoever sent it for a new one.", status=404)
        link_id, name = found
        return words.link(name, target=f"/?{urlencode({LINK_KEY: cookies.reference(link_id, request.scope[VISITOR])})}")


class FormerAddresses:
    """Takes browsers that ask for an address with a link's secret to the same without it, so that it is kept nowhere.

    Where the secret is no good, or the store does not answer, the page is left to say so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer with where to go."""
        query = scope.get("query_string", b"").decode("latin-1")
        if scope["type"] == "http" and scope["method"] == "GET" and f"{TOKEN_KEY}=" in query:
            answer = await asyncio.to_thread(_without_secret, scope["path"], query, scope[VISITOR])
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _without_secret(path: str, query: str, key: str) -> HTMLResponse | None:
    parameters = parse_qsl(query, keep_blank_values=True)
    tokens = [text for name, text in parameters if name == TOKEN_KEY]
    try:
        found = shared_store().link_behind(bare(tokens[-1])) if tokens else None
        if found is None:
            return None
        link_id, name = found
        kept = [(other, text) for other, text in parameters if other not in (TOKEN_KEY, LINK_KEY)]
        return words.link(name, target=f"{path}?{urlencode([*kept, (LINK_KEY, cookies.reference(link_id, key))])}")
    except StoreError:
        return None
