"""Scripts of the frontend, packed once."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.serve.packed import Packed

CONTENT = b"let figure = 1;" * 500


class Files:
    """What Streamlit does with a request for a file: it counts them, and has one that is too large to come at once."""

    def __init__(self, status: int = 200) -> None:
        self.asked: list[Scope] = []
        self.status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        headers = [(b"content-type", b"text/javascript"), (b"content-length", str(len(CONTENT)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": CONTENT[:1000], "more_body": True})
        await send({"type": "http.response.body", "body": CONTENT[1000:]})


def got(packed: Packed, path: str = "/static/js/a.1.js", method: str = "GET", **headers: str) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        if "headers" in message:
            message["headers"].append((b"of", b"a wrapper outside"))

    async def receive() -> Message:
        return {"type": "http.request"}

    named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    asyncio.run(packed({"type": "http", "method": method, "path": path, "headers": named}, receive, send))
    return sent


def test_a_script_is_packed_once_and_is_what_it_was() -> None:
    files = Files()
    packed = Packed(files)
    for _ in range(3):
        start, *parts = got(packed, accept_encoding="gzip, br")
        headers = dict(start["headers"])
        assert (headers[b"content-encoding"], headers[b"vary"]) == (b"gzip", b"Accept-Encoding")
        assert len(start["headers"]) == len(headers), "what a wrapper adds is not kept"
        assert gzip.decompress(b"".join(part["body"] for part in parts)) == CONTENT
    assert len(files.asked) == 1


def test_what_a_browser_has_kept_is_no_reason_to_keep_an_empty_answer() -> None:
    files = Files()
    got(Packed(files), accept_encoding="gzip", if_none_match="x", range="bytes=0-1")
    assert [name for name, _ in files.asked[0]["headers"]] == [b"accept-encoding"]


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/static/js/a.1.js", "GET", {}),
        ("/static/js/a.1.js", "HEAD", {"accept_encoding": "gzip"}),
        ("/static/media/a.1.woff2", "GET", {"accept_encoding": "gzip"}),
        ("/page.js", "GET", {"accept_encoding": "gzip"}),
    ],
    ids=["a browser that does not unpack", "its length alone", "a font", "elsewhere"],
)
def test_all_else_is_passed_on_as_it_is(path: str, method: str, headers: dict[str, str]) -> None:
    files = Files()
    packed = Packed(files)
    for _ in range(2):
        start, *parts = got(packed, path, method, **headers)
        assert b"content-encoding" not in dict(start["headers"])
        assert b"".join(part["body"] for part in parts) == CONTENT
    assert len(files.asked) == 2


def test_an_answer_that_says_no_is_not_kept() -> None:
    files = Files(status=404)
    packed = Packed(files)
    assert [got(packed, accept_encoding="gzip")[0]["status"] for _ in range(2)] == [404, 404]
    assert len(files.asked) == 2
