"""Sessions belong to the browser that opened them; frames that no page of ours sends are not taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.serve.closed import STREAM
from core.serve.rates import Rates
from core.serve.stream import Sessions, Stream, Verdict
from core.serve.visitors import IS_KNOWN, VISITOR

UPLOAD = "/_stcore/upload_file/session/file"


def judge(frame: bytes) -> Verdict:
    """What the tests send says itself what becomes of it."""
    return Verdict(frame.decode())


def session_in(frame: bytes) -> str | None:
    return frame.decode().removeprefix("session ") if frame.startswith(b"session ") else None


def talk(
    key: str | None = "ann",
    *,
    sessions: Sessions | None = None,
    protocols: str = "streamlit",
    says: Iterable[bytes | str] = (),
    hears: Iterable[bytes] = (),
    rates: Rates | None = None,
    path: str = STREAM,
    method: str | None = None,
) -> tuple[Scope | None, list[Message], list[Message]]:
    """What a page is asked and told over its websocket (or by a request), and what goes back to the browser."""
    asked: list[Scope] = []
    told: list[Message] = []
    sent: list[Message] = []
    waiting: list[Message] = [
        {"type": "websocket.receive", "bytes" if isinstance(frame, bytes) else "text": frame} for frame in says
    ]

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope)
        for frame in hears:
            await send({"type": "websocket.send", "bytes": frame})
        while not told or told[-1]["type"] != "websocket.disconnect":
            told.append(await receive())

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "websocket" if method is None else "http",
        "method": method,
        "path": path,
        "headers": [(b"sec-websocket-protocol", protocols.encode())],
        "client": ("192.0.2.7", 1),
        VISITOR: key,
        IS_KNOWN: key is not None,
    }
    stream = Stream(page, rates or Rates(1, 1000), judge, session_in, sessions)
    asyncio.run(stream(scope, receive, send))
    return (asked[0] if asked else None), told, sent


def protocols(scope: Scope | None) -> str | None:
    assert scope is not None
    return dict(scope["headers"]).get(b"sec-websocket-protocol", b"").decode() or None


def opened_by(key: str | None, session_id: str = "session") -> Sessions:
    sessions = Sessions()
    talk(key, sessions=sessions, hears=[b"other", f"session {session_id}".encode(), b"more"])
    return sessions


def test_a_session_is_resumed_by_the_browser_that_opened_it_and_by_no_other() -> None:
    sessions = opened_by("ann")
    wanted = "streamlit, xsrf, session"
    assert protocols(talk("ann", sessions=sessions, protocols=wanted)[0]) == wanted
    for other in ("bob", None, ""):
        scope, _, _ = talk(other, sessions=sessions, protocols=wanted)
        assert protocols(scope) == "streamlit, xsrf", "a new session begins"
        assert scope is not None and scope["subprotocols"] == ["streamlit", "xsrf"]


@pytest.mark.parametrize(
    "wanted", ["streamlit, xsrf, made-up", "streamlit, xsrf, session, session", "streamlit,,other"]
)
def test_a_session_that_nobody_opened_is_not_resumed(wanted: str) -> None:
    asked_for = protocols(talk("ann", sessions=opened_by("ann"), protocols=wanted)[0])
    assert asked_for in ("streamlit, xsrf", "streamlit, ")


def test_a_session_of_a_browser_without_cookies_is_resumed_by_nobody() -> None:
    sessions = opened_by(None)
    assert protocols(talk(None, sessions=sessions, protocols="streamlit, xsrf, session")[0]) == "streamlit, xsrf"


def test_of_sessions_the_oldest_are_forgotten() -> None:
    sessions = Sessions(most=2)
    for session_id in ("one", "two", "three"):
        sessions.opened(session_id, "ann")
    assert [sessions.is_of(one, "ann") for one in ("one", "two", "three")] == [False, True, True]


def test_a_file_is_taken_for_a_session_only_from_the_browser_that_opened_it() -> None:
    sessions = opened_by("ann")
    for method in ("PUT", "DELETE"):
        assert talk("ann", sessions=sessions, path=UPLOAD, method=method)[0] is not None
        for other in ("bob", None):
            asked, _, sent = talk(other, sessions=sessions, path=UPLOAD, method=method)
            assert asked is None
            assert sent[0]["status"] == 403
        assert talk("ann", sessions=sessions, path=UPLOAD.replace("session", "another"), method=method)[0] is None


def test_frames_for_developers_are_left_out_and_the_talk_goes_on() -> None:
    _, told, sent = talk(says=[b"taken", b"left out", b"taken"])
    assert [message.get("bytes") for message in told] == [b"taken", b"taken", None]
    assert sent == []


@pytest.mark.parametrize(
    ("frame", "code", "says"),
    [(b"broken", 1002, "broken"), (b"too long", 1009, "too long"), ("text", 1003, "broken")],
)
def test_a_frame_that_is_none_ends_the_talk_with_one_line_in_the_log(
    frame: bytes | str, code: int, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        _, told, sent = talk(says=[b"taken", frame, b"taken"])
    assert [message["type"] for message in told] == ["websocket.receive", "websocket.disconnect"]
    assert sent == [{"type": "websocket.close", "code": code}]
    assert caplog.messages == [f"A frame that is {says} came over a websocket, which was closed"]


def test_who_connects_again_and_again_has_to_wait() -> None:
    rates = Rates(per_second=0.5, burst=2, now=lambda: 0.0)
    assert [talk("ann", rates=rates)[0] is None for _ in range(3)] == [False, False, True]
    _, _, sent = talk("ann", rates=rates)
    assert sent[0]["status"] == 429
    assert (b"retry-after", b"2") in sent[0]["headers"]
    assert talk("bob", rates=rates)[0] is not None


def test_no_other_websocket_is_there() -> None:
    asked, _, sent = talk(path="/elsewhere")
    assert (asked, sent[0]["status"]) == (None, 404)
