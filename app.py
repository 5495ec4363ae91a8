"""The server: `python app.py` serves the product's pages, its health check and its security headers."""

from __future__ import annotations

import argparse
import base64
import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
import socket
import sys
import tomllib
from collections.abc import Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import quote

import jinja2
import streamlit as st
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.inputs.data import DATA_VARIABLE, Inputs, bundled
from core.inputs.problem import DataError
from core.model.model import MODEL_VERSION
from core.store.database import FOLDER_VARIABLE, URL_VARIABLE, StoreError
from core.store.rights import VISITOR_COOKIE
from core.store.store import shared_store

ROOT: Final = Path(__file__).resolve().parent
SCRIPT: Final = ROOT / "pages" / "main.py"
REFUSED: Final = 2
"""Exit status when the data are refused."""
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8501
HIGHEST_PORT: Final = 65535
SHUTDOWN_SECONDS: Final = 3
PRODUCT: Final = "Crossover"
KEY_BYTES: Final = 24
COOKIE_SECONDS: Final = 2 * 365 * 24 * 3600
NOT_KEPT: Final = {"Cache-Control": "no-store"}

_IF_CHANGED: Final = (b"if-none-match", b"if-modified-since")
"""Headers by which a browser asks for a page only if it is another than the one it has."""

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

_TEMPLATES: Final = jinja2.Environment(
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    loader=jinja2.DictLoader(
        {
            "link.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={{ target }}">
<meta property="og:site_name" content="{{ product }}">
<meta property="og:title" content="{{ name }} · {{ product }}">
<title>{{ name }} · {{ product }}</title>
</head>
<body><a href="{{ target }}">{{ name }}</a></body>
</html>
""",
            "sentence.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{{ product }}</title>
<style>body { font: 1.125rem/1.5 sans-serif; margin: 20vh auto; max-width: 32rem; padding: 0 1.5rem }</style>
</head>
<body><h1>{{ product }}</h1><p>{{ sentence }}</p><p><a href="/">Open {{ product }}</a></p></body>
</html>
""",
        }
    ),
)
"""The pages that are not Streamlit's: where a link leads, and one that says one thing. Values are escaped."""

log = logging.getLogger("crossover")


class AddressError(OSError):
    """The server cannot listen where it was told to; the message says why and what would do."""


class SecurityHeaders:
    """Adds the security headers to every HTTP response.

    A plain ASGI wrapper: it passes each message on as it comes and leaves WebSockets alone.
    """

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


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


class VisitorCookie:
    """Gives each browser a random key, by which its user's name and unsaved work are found again.

    The key is set with the page, out of reach of scripts, and never sent to another site. A page that sets it is made
    for one browser: it comes from no cache and goes into none, or two people would share a key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the application."""
        if scope["type"] != "http" or Request(scope).cookies.get(VISITOR_COOKIE):
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [header for header in scope["headers"] if header[0] not in _IF_CHANGED]}

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    cookie = SimpleCookie({VISITOR_COOKIE: secrets.token_urlsafe(KEY_BYTES)})
                    cookie[VISITOR_COOKIE].update(
                        {"path": "/", "max-age": COOKIE_SECONDS, "httponly": True, "samesite": "Lax",
                         "secure": scope["scheme"] == "https"}
                    )  # fmt: skip
                    headers.append("set-cookie", cookie.output(header="").strip())
                    headers.update(NOT_KEPT)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def shared(request: Request) -> HTMLResponse:
    """Answer a link to a saved scenario: a page that says its name to previews and takes browsers to the scenario."""
    token = request.path_params["token"]
    try:
        name = shared_store().name_behind(token)
    except StoreError as error:
        return _page(f"The link cannot be opened just now: {error}.", status=503)
    if name is None:
        return _page("This link leads nowhere, or no longer. Ask whoever sent it for a new one.", status=404)
    return _html("link.html", name=name, target=f"/?s={quote(token, safe='')}")


def _page(sentence: str, status: int) -> HTMLResponse:
    """Return a page that says one thing."""
    return _html("sentence.html", status, sentence=sentence)


def _html(template: str, status: int = 200, **values: str) -> HTMLResponse:
    text = _TEMPLATES.get_template(template).render(product=PRODUCT, **values)
    return HTMLResponse(text, status_code=status, headers=NOT_KEPT)


async def healthz(_request: Request) -> JSONResponse:
    """Answer that the server is up, and which data and model it serves."""
    return JSONResponse(
        {"status": "ok", "data_version": bundled().data_version, "model_version": MODEL_VERSION},
        headers=NOT_KEPT,
    )


def application(script: Path = SCRIPT) -> st.App:
    """Return the ASGI application: the Streamlit pages that `script` begins, the health check and the headers."""
    index_html = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return st.App(
        script,
        routes=[Route("/healthz", healthz), Route("/s/{token}", shared)],
        middleware=[Middleware(SecurityHeaders, headers=security_headers(index_html)), Middleware(VisitorCookie)],
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a TCP socket that listens at `host` and `port`; port 0 takes any free one.

    asyncio switches Nagle's algorithm off only where the socket names its protocol, and connections take
    theirs from the socket they came in on. With the protocol left out, each rerun waits about 40 ms for
    the browser's acknowledgement.

    Raises AddressError if the host is not this machine's or the port cannot be had.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise AddressError(f"{host} is not an address of this machine; choose another with --host") from None
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise AddressError(_why_not(error, host, port)) from None
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program; choose another with --port"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this account has; choose one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine; choose another with --host"
    return f"Cannot listen at {host} port {port}: {error.strerror}; choose another with --host or --port"


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use a whole number from 0 to {HIGHEST_PORT}")
    return int(text)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def version() -> str:
    """Return the product's version, which stands in pyproject.toml and nowhere else."""
    told: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Serve Crossover in the browser.",
        allow_abbrev=False,
        epilog=f"Scenarios are saved in the folder that {FOLDER_VARIABLE} names (default: var), or in the PostgreSQL "
        f"database at {URL_VARIABLE}, which several copies of the server can share. {DATA_VARIABLE} names a folder of "
        "data to work on in place of the bundled data; if they cannot be used, the exit status is 2 and all that is "
        "wrong with them is said.",
    )
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen at (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port to listen at; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {version()}")
    options = parser.parse_args(arguments)
    try:
        bundled()
    except DataError as error:
        print(error, file=sys.stderr)
        return REFUSED
    try:
        os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
        shared_store().purge()
        listener = listening_socket(options.host, options.port)
    except (AddressError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    with listener, contextlib.suppress(KeyboardInterrupt):
        return serve(application(), listener)
    return 0


def data_words(inputs: Inputs) -> str:
    """Say which data set is served: where it came from, whose it is, and with which versions."""
    folder = os.environ.get(DATA_VARIABLE)
    whose = f"the data of {inputs.company}" if inputs.company else "data that name no company,"
    where = f"in {folder}" if folder else "that come with it"
    return f"{whose} {where}: data version {inputs.data_version}, model version {MODEL_VERSION}"


def serve(app: ASGIApp, listener: socket.socket) -> int:
    """Serve `app` at `listener` until stopped; return the exit status."""
    logging.basicConfig(level=logging.INFO, format=st.get_option("logger.messageFormat"), force=True)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=st.get_option("server.maxMessageSize") * 1024 * 1024,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    log.info("%s is at %s (Ctrl+C stops it)", PRODUCT, _url(listener))
    log.info("It works on %s", data_words(bundled()))
    server.run(sockets=[listener])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
