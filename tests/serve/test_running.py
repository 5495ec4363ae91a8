"""A whole server, attacked as it was once: by other names, with others' sessions, with frames that are none."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

import app
from core.serve import cookies
from core.serve.hosts import HOSTS_VARIABLE
from core.serve.stream import Verdict
from core.store.rights import VISITOR_COOKIE
from tests.support.serving import get, running


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "server"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[str]:
    options = ("--allow-host", "crossover.example.com", "--behind-proxy")
    with running(
        tmp_path_factory.mktemp("elsewhere"), *options, log=log, **{HOSTS_VARIABLE: "b.test, c.test:80"}
    ) as at:
        yield at


def request(
    server: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, answer.headers, text


def browser() -> str:
    """The cookie of a browser that nobody else has."""
    return f"{VISITOR_COOKIE}={cookies.signed(cookies.new_key())}"


def stream(server: str, cookie: str | None = None, *protocols: str) -> ClientConnection:
    headers = {} if cookie is None else {"Cookie": cookie}
    named = [Subprotocol(name) for name in ("streamlit", *protocols)]
    return connect(f"{server.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=named, additional_headers=headers)


def stream_status(server: str, **headers: str) -> int:
    """What a websocket that asks with these headers gets: 101 if it is opened."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    asked = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": "streamlit",
    }  # fmt: skip
    connection.request(
        "GET", "/_stcore/stream", headers={**asked, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )
    status = connection.getresponse().status
    connection.close()
    return status


def begin(page: ClientConnection) -> str:
    """Run the page, as a browser does that has just come; the session's id."""
    page.send(BackMsg(rerun_script={}).SerializeToString())  # type: ignore[arg-type]  # as its type says, a dict does
    for _ in range(200):
        message = ForwardMsg()
        message.ParseFromString(bytes(page.recv(timeout=30)))  # type: ignore[arg-type]  # bytes, as all frames are
        if message.WhichOneof("type") == "new_session":
            return message.new_session.initialize.session_id
    raise AssertionError("no session began")


# --- Names and origins


def test_a_name_that_was_made_to_point_here_opens_nothing(server: str) -> None:
    port = urlsplit(server).port
    for host in (f"evil.example:{port}", "evil.example", f"localhost:{(port or 0) + 1}"):
        status, _, text = request(server, "GET", "/", Host=host)
        assert (status, "evil" in text) == (421, False)
        assert stream_status(server, Host=host, Origin=f"http://{host}") == 421
    for host in (f"localhost:{port}", f"[::1]:{port}", "crossover.example.com", "b.test", "c.test:80"):
        assert request(server, "GET", "/", Host=host)[0] == 200, host
        assert stream_status(server, Host=host, Origin=f"http://{host}") == 101


def test_another_port_of_this_machine_opens_no_session(server: str) -> None:
    port = urlsplit(server).port
    others = (f"http://127.0.0.1:{(port or 0) + 1}", f"http://localhost:{port}", f"https://127.0.0.1:{port}", "null")
    assert [stream_status(server, Origin=origin) for origin in others] == [403] * 4
    assert stream_status(server, Origin=server) == 101


def test_behind_a_proxy_that_speaks_https_all_is_https(server: str) -> None:
    proxied = {"Host": "crossover.example.com", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.9"}
    _, headers, _ = request(server, "GET", "/", **proxied)
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "; Secure" in headers["Set-Cookie"]
    _, headers, _ = request(server, "GET", "/_stcore/health", **proxied)
    xsrf = [text for text in headers.get_all("Set-Cookie") or [] if text.startswith("_streamlit_xsrf=")]
    assert len(xsrf) == 1 and xsrf[0].endswith("; Secure")
    assert stream_status(server, **proxied, Origin="https://crossover.example.com") == 101
    assert stream_status(server, **proxied, Origin="http://crossover.example.com") == 403
    _, headers, _ = request(server, "GET", "/_stcore/health")
    assert "Secure" not in headers["Set-Cookie"] and headers["Strict-Transport-Security"] is None


def test_who_is_no_proxy_is_not_believed(tmp_path: Path) -> None:
    with running(tmp_path) as address:
        _, headers, _ = request(address, "GET", "/", X_Forwarded_Proto="https")
    assert headers["Strict-Transport-Security"] is None


def test_a_name_that_is_none_stops_the_server_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--port", "0", "--allow-host", "http://x"]) == 1
    assert "'http://x' is no name of a server; use one like " in capsys.readouterr().err


# --- Sessions


def test_a_session_is_not_resumed_with_another_cookie_even_while_its_owner_is_there(server: str, log: Path) -> None:
    ann, bob = browser(), browser()
    with stream(server, ann) as page:
        session_id = begin(page)
        for cookie in (bob, None, f"{VISITOR_COOKIE}=a", f"{ann}x"):
            with stream(server, cookie, "xsrf", session_id) as other:
                assert begin(other) != session_id
        page.ping()
        assert begin(page) == session_id, "its owner has kept it"
    with stream(server, ann, "xsrf", session_id) as first, stream(server, ann, "xsrf", session_id) as second:
        assert begin(second) == session_id, "the same browser may, though another of its pages has it"
        first.close()
    assert session_id not in log.read_text()


def test_a_file_goes_to_no_session_of_another_browser(server: str) -> None:
    ann, bob = browser(), browser()
    _, headers, _ = request(server, "GET", "/_stcore/health")
    xsrf = headers["Set-Cookie"].split(";")[0]
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2\r\n--x--\r\n'
    more = {"Content_Type": "multipart/form-data; boundary=x", "X_Xsrftoken": xsrf.partition("=")[2]}
    with stream(server, ann) as page:
        path = f"/_stcore/upload_file/{begin(page)}/file"
        for method in ("PUT", "DELETE"):
            for cookie in (bob, "a=1"):
                status, _, text = request(server, method, path, body, Cookie=f"{cookie}; {xsrf}", **more)
                assert (status, "This file cannot be taken" in text) == (403, True)
            assert request(server, method, path, body, Cookie=f"{ann}; {xsrf}", **more)[0] == 204
        assert request(server, "GET", path, Cookie=f"{ann}; {xsrf}")[0] == 404
        large = {"Cookie": f"{ann}; {xsrf}", "Content_Length": str(30 * 1024**2), **more}
        assert request(server, "PUT", path, b"", **large)[0] == 413


def test_a_file_that_breaks_off_costs_one_line_of_the_log_and_no_traceback(server: str, log: Path) -> None:
    ann = browser()
    _, headers, _ = request(server, "GET", "/_stcore/health")
    xsrf = headers["Set-Cookie"].split(";")[0]
    before = len(log.read_text(encoding="utf-8"))
    with stream(server, ann) as page:
        connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
        connection.putrequest("PUT", f"/_stcore/upload_file/{begin(page)}/file")
        for name, text in (
            ("Cookie", f"{ann}; {xsrf}"), ("X-Xsrftoken", xsrf.partition("=")[2]), ("Content-Length", "1000"),
            ("Content-Type", "multipart/form-data; boundary=x"),
        ):  # fmt: skip
            connection.putheader(name, text)
        connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,')
        connection.close()
        for _ in range(100):
            if said := log.read_text(encoding="utf-8")[before:]:
                break
            time.sleep(0.1)
    assert said.count("\n") == 1
    assert said.endswith("A file that was broken off on its way was let go\n")


# --- Frames


@pytest.mark.parametrize("frame", [b"\xff garbage", "text", b"\x0a", "x" * 100_000])
def test_a_garbage_frame_costs_one_line_of_the_log_and_no_traceback(frame: bytes | str, server: str, log: Path) -> None:
    before = log.read_text()
    with stream(server, browser()) as page:
        page.send(frame)
        with pytest.raises(ConnectionClosed):
            for _ in range(200):
                page.recv(timeout=30)
    said = log.read_text().removeprefix(before)
    assert said.count("\n") == 1 and len(said) < 200, said
    assert "A frame that is broken came over a websocket" in said


def frame(**message: object) -> bytes:
    return BackMsg(**message).SerializeToString()  # type: ignore[arg-type]


def test_of_frames_those_of_pages_are_taken_and_those_of_developers_left_out() -> None:
    state = {"query_string": "a=1", "page_name": "library"}
    for taken in (frame(rerun_script=state), frame(stop_script=True), frame(app_heartbeat=True)):
        assert app.judge(taken) is Verdict.TAKEN
    taken = frame(backend_operation_request={"dataframe_chunk": {}})
    assert app.judge(taken) is Verdict.TAKEN
    for left_out in (
        frame(clear_cache=True), frame(set_run_on_save=True), frame(load_git_info=True),
        frame(debug_shutdown_runtime=True), frame(debug_disconnect_websocket=True), b"",
        frame(backend_operation_request={"install_skills": {}}),
    ):  # fmt: skip
        assert app.judge(left_out) is Verdict.LEFT_OUT
    for too_long in ({"page_name": "x" * 10_000_000}, {"query_string": "&".join(f"p{i}=1" for i in range(10_000))}):
        assert app.judge(frame(rerun_script=too_long)) is Verdict.TOO_LONG


def test_what_one_visitor_asks_to_be_cleared_is_kept_for_all(server: str) -> None:
    with stream(server, browser()) as page:
        session_id = begin(page)
        page.send(frame(clear_cache=True))
        assert begin(page) == session_id


def test_a_page_name_of_ten_megabytes_is_not_said_back(server: str) -> None:
    with stream(server, browser()) as page:
        page.send(frame(rerun_script={"page_name": "x" * 10_000_000}))
        heard = 0
        with pytest.raises(ConnectionClosed):
            while True:
                heard += len(page.recv(timeout=30))
    assert heard < 100_000


def test_text_that_is_none_costs_one_line_of_the_log_too(server: str, log: Path) -> None:
    before = log.read_text()
    with socket.create_connection((urlsplit(server).hostname or "", urlsplit(server).port or 0), timeout=30) as raw:
        raw.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {urlsplit(server).netloc}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            .encode()
        )  # fmt: skip
        assert raw.recv(4096).startswith(b"HTTP/1.1 101")
        raw.sendall(b"\x81\x82\x00\x00\x00\x00\xff\xfe")  # a text frame of two bytes that are no UTF-8
        while raw.recv(4096):
            pass
    said = log.read_text().removeprefix(before)
    assert said.count("\n") <= 1 and "Traceback" not in said, said


# --- Addresses


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/auth/login", "/oauth2callback"])
def test_what_streamlit_leaves_open_is_closed(server: str, path: str) -> None:
    status, _, body = get(server + path)
    assert (status, b"There is nothing here." in body) == (404, True)


def test_no_other_site_may_speak_to_the_pages(server: str) -> None:
    status, _, body = get(f"{server}/_stcore/host-config")
    assert status == 200
    assert json.loads(body)["allowedOrigins"] == []


def test_long_addresses_are_refused_and_not_said_back(server: str) -> None:
    for path, status in (("/" + "x" * 5000, 414), ("/?" + "&".join("a=1" for _ in range(600)), 400)):
        answered, _, body = get(server + path)
        assert (answered, b"xxx" in body) == (status, False)
    answered, _, body = get(f"{server}/?" + "x" * 100_000)
    assert (answered in (400, 414), b"xxx" in body) == (True, False)


def test_who_guesses_links_has_to_wait_and_says_so(server: str) -> None:
    guesser = browser()
    statuses = [get(f"{server}/s/{'x' * 20}{i}", Cookie=guesser)[0] for i in range(25)]
    assert statuses[:20] == [404] * 20 and 429 in statuses
    status, headers, body = get(f"{server}/s/{'x' * 32}", Cookie=guesser)
    assert status == 429
    assert 1 <= int(headers["Retry-After"]) <= 3
    assert b"Too many links that lead nowhere came from here." in body
    assert get(f"{server}/s/{'x' * 32}", Cookie=browser())[0] == 404, "others do not wait"
