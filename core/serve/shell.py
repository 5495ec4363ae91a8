"""The page that browsers load: Streamlit's own, with our name, left as it is by translators, one style sheet and one
script of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serve.words import PRODUCT

SCRIPT_PATH: Final = "/page.js"
STYLE_PATH: Final = "/page.css"
KEPT_FOR_GOOD: Final = {"Cache-Control": f"public, immutable, max-age={365 * 24 * 3600}"}
"""The addresses of both hold a hash of what is there."""
_CONDITIONS: Final = frozenset({b"if-none-match", b"if-modified-since", b"accept-encoding"})
"""What a browser has kept, and how an answer may be packed: a page that comes back packed is not known to be theirs."""


class Shell:
    """Sends our page wherever Streamlit's is asked for, whatever a browser has kept of that.

    Raises ValueError if Streamlit's page is not what `ours` expects.
    """

    def __init__(self, app: ASGIApp, index_html: str, script: bytes, style: bytes, ahead: Sequence[str] = ()) -> None:
        self._app = app
        self._theirs = index_html.encode()
        self._ours = ours(index_html, script, style, ahead).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; where Streamlit's page comes back, send ours."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = [one for one in scope["headers"] if one[0] not in _CONDITIONS]
        is_page = any(name == b"accept" and b"text/html" in value for name, value in headers)
        start: Message | None = None
        body = b""

        async def send_ours(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._send(start, body, send)

        await self._app({**scope, "headers": headers} if is_page else scope, receive, send_ours)

    async def _send(self, start: Message, body: bytes, send: Send) -> None:
        if body == self._theirs:
            body = self._ours
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(body))
            for name in ("etag", "last-modified"):
                del headers[name]
        await send(start)
        await send({"type": "http.response.body", "body": body})


def ours(index_html: str, script: bytes, style: bytes, ahead: Sequence[str] = ()) -> str:
    """Return Streamlit's page as ours. What stands on it changes under a translator's hands, so none is let near it.

    The style sheet stands last, behind what Streamlit puts into the head: of two rules that weigh the same, ours holds.

    ahead: the addresses of scripts and fonts that browsers fetch at once, beside those that Streamlit's page names.
    Raises ValueError if a place that we change is not there just once.
    """
    fetched = "".join(_ahead(one) for one in ahead if f".{one}" not in index_html)
    changes = {
        '<html lang="en">': '<html lang="en" translate="no">',
        "<title>Streamlit</title>": f'<title>{PRODUCT}</title>\n    <meta name="google" content="notranslate" />',
        "</head>": f'  <script defer src="{SCRIPT_PATH}?{_version(script)}"></script>\n{fetched}  </head>',
        "</body>": f'  <link rel="stylesheet" href="{STYLE_PATH}?{_version(style)}" />\n  </body>',
    }
    for theirs, own in changes.items():
        if index_html.count(theirs) != 1:
            raise ValueError(f"Streamlit's page holds {theirs!r} {index_html.count(theirs)} times, not once")
        index_html = index_html.replace(theirs, own)
    return index_html


def _version(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()[:12]


def _ahead(address: str) -> str:
    if address.endswith(".js"):
        return f'    <link rel="modulepreload" href="{address}" />\n'
    return f'    <link rel="preload" href="{address}" as="font" type="font/woff2" crossorigin />\n'


def kept_for_good(file: bytes, media_type: str) -> Response:
    """Return the answer to a browser that asks for the script or the style sheet."""
    return Response(file, media_type=media_type, headers=KEPT_FOR_GOOD)


def _is_html(start: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
