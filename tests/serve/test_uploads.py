"""Files that visitors put on their pages: so many bytes at once, each in its time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.serve.closed import LARGEST_UPLOAD, UPLOADS
from core.serve.stream import Sessions
from core.serve.uploads import MOST_OF_ALL, MOST_OF_ONE, Uploads
from core.serve.visitors import VISITOR


def sessions() -> Sessions:
    """Two pages of Ann's and a hundred of others'."""
    opened = Sessions()
    for session_id in ("one", "two"):
        opened.opened(session_id, "ann")
    for i in range(100):
        opened.opened(f"other {i}", f"key {i}")
    return opened


def put(
    held: Mapping[str, int],
    size: int | None = 1000,
    *,
    method: str = "PUT",
    path: str = f"{UPLOADS}one/file",
    body: Iterable[bytes] = (b"1,2\n",),
    seconds: float = 10.0,
    at_once: int = 1,
) -> list[tuple[int, list[Message]]]:
    """What comes of a file that Ann brings: the status, and what the application was told; of several at once."""
    found: list[tuple[int, list[Message]]] = []
    inside = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told: list[Message] = scope["told"]
        while not told or told[-1].get("more_body"):
            told.append(await receive())
            await asyncio.wait([asyncio.ensure_future(inside.wait())], timeout=0.05 if at_once > 1 else 0)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    uploads = Uploads(app, sessions(), lambda: held, seconds)

    async def one() -> None:
        told: list[Message] = []
        sent: list[Message] = []
        left = [*body]

        async def receive() -> Message:
            if not left:
                await asyncio.sleep(3600)
            return {"type": "http.request", "body": left.pop(0), "more_body": seconds < 1}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [] if size is None else [(b"content-length", str(size).encode())]
        await uploads(
            {"type": "http", "method": method, "path": path, "headers": headers, VISITOR: "ann", "told": told},
            receive, send,
        )  # fmt: skip
        found.append((sent[0]["status"], told))

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(at_once)))

    asyncio.run(all_of_them())
    return found


def status(held: Mapping[str, int], size: int | None = 1000, **more: str) -> int:
    return put(held, size, **more)[0][0]  # type: ignore[arg-type]  # the texts among them


def test_a_visitor_has_so_much_room_on_all_his_pages_together() -> None:
    assert status({}) == 204
    assert status({"one": MOST_OF_ONE - 1000}) == 204
    assert status({"one": MOST_OF_ONE - 999}) == 413
    assert status({"one": MOST_OF_ONE // 2, "two": MOST_OF_ONE // 2}) == 413
    assert status({"one": MOST_OF_ONE // 2, "other 1": MOST_OF_ONE}) == 204


def test_all_visitors_have_so_much_room_together() -> None:
    each = MOST_OF_ALL // 100
    assert status({f"other {i}": each for i in range(99)}) == 204
    assert status({f"other {i}": each for i in range(100)}) == 503


def test_what_takes_room_can_be_taken_away_and_other_addresses_are_none_of_its_business() -> None:
    full = {"one": MOST_OF_ONE}
    assert status(full, method="DELETE") == 204
    assert status(full, path="/_stcore/health") == 204


def test_a_file_that_does_not_say_how_long_it_is_is_not_taken() -> None:
    assert status({}, None) == 411


def test_files_that_come_at_once_count_as_they_come() -> None:
    found = [one for one, _ in put({}, LARGEST_UPLOAD, at_once=6)]
    assert sorted(found) == [204] * 4 + [413] * 2


@pytest.mark.parametrize("body", [[], [b"1,2\n"]])
def test_a_file_that_does_not_arrive_is_hung_up_on(body: list[bytes]) -> None:
    [(_, told)] = put({}, body=body, seconds=0.05)
    assert told[-1] == {"type": "http.disconnect"}
