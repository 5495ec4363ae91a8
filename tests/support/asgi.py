"""Requests to an ASGI application in this process: what is asked, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Answer:
    """What an application sent, and the scopes with which it passed requests on."""

    sent: list[Message] = field(default_factory=list)
    passed_on: list[Scope] = field(default_factory=list)

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name.decode().lower(), text.decode()) for name, text in self.sent[0]["headers"]]

    def header(self, name: str) -> str:
        return dict(self.headers).get(name.lower(), "")

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()


def asked(
    make: type[ASGIApp] | object,
    path: str = "/",
    *,
    method: str = "GET",
    scheme: str = "http",
    query: str = "",
    headers: Iterable[tuple[str, str]] = (),
    client: str = "192.0.2.7",
    content_type: str = "text/html; charset=utf-8",
    answers: Mapping[str, str] | None = None,
    **settings: object,
) -> Answer:
    """What one request gets from the wrapper `make(app, **settings)`, or from one that was made, around a page."""
    answer = Answer()

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        answer.passed_on.append(scope)
        kept = [(b"content-type", content_type.encode())]
        kept += [(name.encode(), text.encode()) for name, text in (answers or {}).items()]
        await send({"type": "http.response.start", "status": 200, "headers": kept})
        await send({"type": "http.response.body", "body": b"the page"})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answer.sent.append(message)

    scope: Scope = {
        "type": "websocket" if scheme in ("ws", "wss") else "http",
        "method": method,
        "scheme": scheme,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers],
        "client": (client, 50_000),
        "extensions": {"websocket.http.response": {}},
    }
    app = make(page, **settings)  # type: ignore[operator]  # any wrapper
    asyncio.run(app(scope, receive, send))
    return answer
