"""How long a connection may take to say what it wants."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

import app
from core.serve import connections

PATIENCE_SECONDS = 0.4
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers after longer than a browser may take to ask."""
    await asyncio.sleep(3 * PATIENCE_SECONDS)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(connections, "HEAD_SECONDS", PATIENCE_SECONDS)
    with app.listening_socket("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(slow, http=connections.TimedProtocol, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join()


def heard(address: tuple[str, int], *said: bytes) -> tuple[bytes, float]:
    """What is answered to what is said, with a pause after each part, and after how many seconds that ends."""
    with socket.create_connection(address, timeout=20) as connection:
        begun, answer = time.monotonic(), b""
        for part in said:
            connection.sendall(part)
            if part == WHOLE:
                answer += connection.recv(4096)
        while more := connection.recv(4096):
            answer += more
        return answer, time.monotonic() - begun


@pytest.mark.parametrize("said", [(), (WHOLE[:20],), (WHOLE[:-2],)], ids=["nothing", "half a line", "no end"])
def test_who_does_not_come_to_the_end_of_his_request_is_hung_up_on(
    said: tuple[bytes, ...], address: tuple[str, int]
) -> None:
    answer, seconds = heard(address, *said)
    assert answer == b""
    assert PATIENCE_SECONDS <= seconds < 10


def test_who_has_asked_is_answered_however_long_that_takes(address: tuple[str, int]) -> None:
    answer, _ = heard(address, WHOLE)
    assert answer.endswith(b"done")


def test_a_second_request_has_as_long_as_the_first(address: tuple[str, int]) -> None:
    answer, seconds = heard(address, WHOLE, WHOLE[:20])
    assert answer.count(b"done") == 1
    assert seconds < 4 * PATIENCE_SECONDS + 10


def test_a_process_holds_as_many_connections_as_it_has_files_for() -> None:
    assert 1 <= connections.most_connections() <= connections.MOST_CONNECTIONS
