"""The headers that keep browsers from doing what no page of ours needs."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serve.words import NOT_KEPT

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_STARTS: Final = ("http.response.start", "websocket.http.response.start")
HTTPS_ONLY: Final = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"}
"""Once seen over https, a browser asks for the server over nothing else."""


def security_headers(index_html: str) -> dict[str, str]:
    """Return the headers that every response carries.

    `index_html` is Streamlit's page: its inline scripts are allowed by their hash, so that a new Streamlit
    brings its own hash along. Scripts may not be made from text (no 'unsafe-eval') and nothing may be
    fetched from another host. Styles must be allowed inline: Streamlit and Vega write them into elements.
    """
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(index_html)
    ]
    policy = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


class SecurityHeaders:
    """Adds the security headers to every response; over https, no cookie of it goes over anything else.

    What is downloaded is kept where the visitor puts it and nowhere else.
    """

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the application."""
        is_private = scope.get("scheme") in ("https", "wss")

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if headers.get("content-disposition", "").startswith("attachment"):
                    headers.update(NOT_KEPT)  # it may hold a visitor's data: no browser or proxy keeps one, too
                if is_private:
                    headers.update(HTTPS_ONLY)
                    message["headers"] = [(name, _secure(name, text)) for name, text in headers.raw]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _secure(name: bytes, text: bytes) -> bytes:
    """Return the text of a header; that of a cookie says that it goes over https only."""
    if name.lower() != b"set-cookie" or b"secure" in (part.strip().lower() for part in text.split(b";")):
        return text
    return text + b"; Secure"
