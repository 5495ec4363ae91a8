"""By which names the server may be asked for, and that a page talks to the server it came from and to no other.

A name of somebody else's that is made to point at this machine (DNS rebinding) would let his page read ours: a browser
takes the two for one site. So a request that asks for another name is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.serve.words import page

HOSTS_VARIABLE: Final = "CROSSOVER_HOSTS"
"""The names, separated by commas, by which the server may be asked for beside those of this machine."""
OF_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "[::1]")
ANY_ADDRESS: Final = ("0.0.0.0", "::", "[::]")  # compared with, not listened at

_HOST: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::([0-9]{1,5}))?", re.ASCII)
_ORIGIN: Final = re.compile(r"(https?)://(.*)", re.ASCII)
_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = ("GET", "HEAD")
_NOT_BY_THIS_NAME: Final = (
    "This server does not answer to the name it was asked for by. Whoever runs it can let it, with --allow-host."
)
_NOT_FROM_HERE: Final = (
    "This server is talked to by its own pages only. If a proxy in front of it speaks https, it must be started with "
    "--behind-proxy."
)


class HostError(ValueError):
    """A name that a server cannot be asked for by; the message says what would do."""


def parts(host: str) -> tuple[str, int | None] | None:
    """Return the name and the port of `host` as a browser writes it, None if it is none."""
    found = _HOST.fullmatch(host.lower())
    if found is None or (found[2] is not None and int(found[2]) > 65535):
        return None
    return found[1].rstrip("."), None if found[2] is None else int(found[2])


@dataclass(frozen=True)
class Hosts:
    """The names that are allowed: at the port that is listened at or with none, as a proxy passes them, or at another
    port where one is named with it.
    """

    port: int
    names: frozenset[str]
    with_port: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, port: int, named: Iterable[str] = ()) -> Hosts:
        """Return what is allowed on a server that listens at `port`; raises HostError for what is no name."""
        names, with_port = set(OF_THIS_MACHINE), set()
        for text in named:
            bare = text.strip()
            found = parts(f"[{bare}]" if bare.count(":") > 1 and not bare.startswith("[") else bare)
            if found is None or not found[0]:
                raise HostError(f"{text!r} is no name of a server; use one like crossover.example.com or 10.1.2.3")
            name, its_port = found
            if its_port is None:
                names.add(name)
            else:
                with_port.add((name, its_port))
        return cls(port, frozenset(names), frozenset(with_port))

    def allow(self, host: str) -> bool:
        """Return whether the server may be asked for as `host`."""
        if (found := parts(host)) is None:
            return False
        name, port = found
        return (name in self.names and port in (None, self.port)) or (
            port is not None and (name, port) in self.with_port
        )


def is_same_origin(origin: str, scheme: str, host: str) -> bool:
    """Return whether a page of `origin` is one of the server asked for as `host`: by scheme, name and port."""
    found = _ORIGIN.fullmatch(origin.lower())
    theirs, ours = None if found is None else parts(found[2]), parts(host)
    if found is None or theirs is None or ours is None or found[1] != scheme:
        return False
    default = _PORTS[scheme]
    return (theirs[0], theirs[1] or default) == (ours[0], ours[1] or default)


class OwnHost:
    """Refuses what is asked of another name, and what pages of another origin ask for that is more than to look."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named: list[str] = headers.getlist("host")
        if len(named) != 1 or not self._hosts.allow(named[0]):
            await page(_NOT_BY_THIS_NAME, 421)(scope, receive, send)
        elif not _is_from_here(scope, headers, named[0]):
            await page(_NOT_FROM_HERE, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_from_here(scope: Scope, headers: Headers, host: str) -> bool:
    """Return whether a request comes from a page of ours, or from no page, or only looks."""
    if scope["type"] == "http" and scope["method"] in _SAFE:
        return True
    scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
    return all(is_same_origin(origin, scheme, host) for origin in headers.getlist("origin"))
