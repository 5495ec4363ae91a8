"""The server: `python app.py` serves the product's pages, its health check and its security headers."""

from __future__ import annotations

import argparse
import contextlib
import errno
import logging
import os
import socket
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import core  # noqa: F401  # before NumPy, which it tells how many threads to take

# isort: split

import pandas as pd
import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.inputs.data import DATA_VARIABLE, Inputs, bundled
from core.inputs.problem import DataError
from core.model.model import MODEL_VERSION
from core.model.ready import compiler
from core.serve import connections, cookies
from core.serve.closed import OURS, Closed, too_long
from core.serve.frontend import ELEMENTS, FONTS, HEADINGS, VEGA, address, scripts
from core.serve.headers import SecurityHeaders, security_headers
from core.serve.hosts import ANY_ADDRESS, HOSTS_VARIABLE, HostError, Hosts, OwnHost
from core.serve.links import FormerAddresses, Links
from core.serve.packed import Packed
from core.serve.rates import Rates
from core.serve.shell import SCRIPT_PATH, STYLE_PATH, Shell, kept_for_good
from core.serve.stream import Sessions, ShortLines, Stream, Verdict
from core.serve.uploads import Uploads
from core.serve.visitors import Visitors
from core.serve.words import NOT_KEPT, PRODUCT
from core.store.database import FOLDER_VARIABLE, URL_VARIABLE, StoreError
from core.store.store import shared_store
from pages.parts.live.route import Live

ROOT: Final = Path(__file__).resolve().parent
SCRIPT: Final = ROOT / "pages" / "main.py"
IN_BROWSER: Final = ROOT / "pages" / "parts" / "page.js"
STYLE: Final = ROOT / "pages" / "parts" / "page.css"
ASSETS: Final = ROOT / "pages" / "parts" / "live" / "assets"
REFUSED: Final = 2
"""Exit status when the data are refused."""
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8501
HIGHEST_PORT: Final = 65535
SHUTDOWN_SECONDS: Final = 3
TURN_SECONDS: Final = 0.0005
"""How long one thread goes on while another waits for its turn.

Python's own 5 ms are a tenth of a second for an answer that gives way some twenty times to a search for the best mix.
"""
TEXTS: Final = "python"
"""How pandas keeps texts: Arrow's, its own choice, are for columns far longer than ours. A frame of a chart, its
headings not least, is made half as fast again with Python's."""

_MESSAGES: Final = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
_OPERATIONS: Final = frozenset({"deferred_file", "dataframe_chunk"})
"""What a page of ours sends over its websocket. Others clear the caches of all visitors, or are for developers."""

log = logging.getLogger("crossover")


class AddressError(OSError):
    """The server cannot listen where it was told to; the message says why and what would do."""


async def healthz(_request: Request) -> JSONResponse:
    """Answer that the server is up, and which data and model it serves."""
    return JSONResponse(
        {"status": "ok", "data_version": bundled().data_version, "model_version": MODEL_VERSION},
        headers=NOT_KEPT,
    )


def judge(data: bytes) -> Verdict:
    """Say what becomes of a frame that a browser sends: what pages need is taken, what is for developers left out."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:  # noqa: BLE001  # whatever the parser raises, the frame is none
        return Verdict.BROKEN
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        operation = message.backend_operation_request.WhichOneof("payload")
        return Verdict.TAKEN if operation in _OPERATIONS else Verdict.LEFT_OUT
    if kind == "rerun_script" and too_long(message.rerun_script.page_name, message.rerun_script.query_string):
        return Verdict.TOO_LONG
    return Verdict.TAKEN if kind in _MESSAGES else Verdict.LEFT_OUT


def session_in(data: bytes) -> str | None:
    """Return the id of the session that a frame for a browser begins a run of, None if it begins none."""
    message = ForwardMsg()
    message.ParseFromString(data)
    return message.new_session.initialize.session_id or None


def asks_for_a_run(data: bytes) -> bool:
    """Return whether a frame of a browser asks for a run of a whole page."""
    message = BackMsg.FromString(data)
    return message.WhichOneof("type") == "rerun_script" and not message.rerun_script.fragment_id


def held() -> Mapping[str, int]:
    """Return how many bytes the files take that visitors have put on their pages, by session."""
    kept = getattr(st.runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session_id: sum(len(file.data) for file in tuple(files.values())) for session_id, files in tuple(kept.items())
    }


def fetched_ahead(frontend: Path) -> tuple[str, ...]:
    """Return the addresses of what browsers fetch before a page asks for it: what draws it, and the type of its title.

    Raises FrontendError if Streamlit's frontend is not the one that this was written for.
    """
    ours = (f"{OURS}{one.name}" for one in sorted(ASSETS.glob("*.js")))
    return (address(frontend, FONTS, HEADINGS), *scripts(frontend, ELEMENTS), *ours, *scripts(frontend, VEGA))


def application(script: Path = SCRIPT, hosts: Hosts | None = None) -> st.App:
    """Return the ASGI application: the Streamlit pages that `script` begins, links, the health check, and what stands
    before them. It answers to the names that `hosts` allow, or to those of this machine at the usual port.
    """
    frontend = Path(st.__file__).parent / "static"
    index_html = (frontend / "index.html").read_text(encoding="utf-8")
    in_browser, style = IN_BROWSER.read_bytes(), STYLE.read_bytes()
    links, sessions = Links(wrong=Rates(per_second=1 / 3, burst=20)), Sessions()
    live = Live(Rates(per_second=60, burst=240))
    return st.App(
        script,
        lifespan=live.begin,
        routes=[
            Route("/healthz", healthz),
            Route("/s/{token:path}", links.answer),
            Route(SCRIPT_PATH, lambda _: kept_for_good(in_browser, "text/javascript")),
            Route(STYLE_PATH, lambda _: kept_for_good(style, "text/css")),
            Route("/live", live.answer, methods=["POST"]),
        ],
        middleware=[
            Middleware(SecurityHeaders, headers=security_headers(index_html)),
            Middleware(Shell, index_html=index_html, script=in_browser, style=style, ahead=fetched_ahead(frontend)),
            Middleware(OwnHost, hosts=hosts or Hosts.of(DEFAULT_PORT)),
            Middleware(Closed),
            Middleware(Visitors, rates=Rates(per_second=2, burst=200)),
            Middleware(FormerAddresses),
            Middleware(Packed),
            Middleware(
                Stream,
                rates=Rates(per_second=2, burst=120),
                judge=judge,
                session_in=session_in,
                sessions=sessions,
                asks_for_a_run=asks_for_a_run,
            ),
            Middleware(Uploads, sessions=sessions, held=held),
        ],
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a TCP socket that listens at `host` and `port`; port 0 takes any free one.

    asyncio's own loop switches Nagle's algorithm off only where the socket names its protocol, and connections take
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
        f"wrong with them is said. {HOSTS_VARIABLE} names, separated by commas, what --allow-host names.",
    )
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen at (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port to listen at; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="name, or name:port, by which browsers ask for the server beside those of this machine; may be repeated",
    )
    parser.add_argument(
        "--behind-proxy",
        nargs="?",
        const=DEFAULT_HOST,
        metavar="ADDRESS",
        help="the server stands behind a proxy at ADDRESS (default: %(const)s), which says by X-Forwarded-For and "
        "X-Forwarded-Proto who asks, and whether over https",
    )
    parser.add_argument("--version", action="version", version=f"{PRODUCT} {version()}")
    options = parser.parse_args(arguments)
    pd.set_option("mode.string_storage", TEXTS)
    try:
        bundled()
    except DataError as error:
        print(error, file=sys.stderr)
        return REFUSED
    try:
        os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
        shared_store().purge()
        cookies.signed("")  # reads the secret, so that no request waits for it
        listener = listening_socket(options.host, options.port)
        hosts = Hosts.of(listener.getsockname()[1], names(options.host, options.allow_host))
    except (AddressError, HostError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    compiler()
    with listener, contextlib.suppress(KeyboardInterrupt):
        return serve(application(hosts=hosts), listener, proxy=options.behind_proxy)
    return 0


def names(host: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the names by which the server may be asked for: those that it is told, and where it listens."""
    told = (*allowed, *(name for name in os.environ.get(HOSTS_VARIABLE, "").split(",") if name.strip()))
    return told if host in ANY_ADDRESS else (host, *told)


def data_words(inputs: Inputs) -> str:
    """Say which data set is served: where it came from, whose it is, and with which versions."""
    folder = os.environ.get(DATA_VARIABLE)
    whose = f"the data of {inputs.company}" if inputs.company else "data that name no company,"
    where = f"in {folder}" if folder else "that come with it"
    return f"{whose} {where}: data version {inputs.data_version}, model version {MODEL_VERSION}"


def serve(app: st.App, listener: socket.socket, proxy: str | None = None) -> int:
    """Serve `app` at `listener` until stopped; return the exit status. Of who asks, the proxy's word is taken."""
    sys.setswitchinterval(TURN_SECONDS)
    logging.basicConfig(level=logging.INFO, format=st.get_option("logger.messageFormat"), force=True)
    for name in ("uvicorn.error", "streamlit.runtime.websocket_session_manager"):
        logging.getLogger(name).addFilter(ShortLines())
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            server_header=False,
            proxy_headers=proxy is not None,
            forwarded_allow_ips=proxy,
            http=connections.TimedProtocol,
            h11_max_incomplete_event_size=connections.LONGEST_HEAD,
            limit_concurrency=connections.most_connections(),
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
