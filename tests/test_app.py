"""The server: what it answers, which headers it sends, and what it says when it cannot start."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from email.message import Message
from pathlib import Path

import pytest
import streamlit as st
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

import app
from core.data import DataError, Problem, bundled
from core.model import MODEL_VERSION

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


def start(cwd: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, started from a directory that is not the project's; its address and process."""
    process = start(tmp_path_factory.mktemp("elsewhere"), "--port", "0")
    assert process.stderr is not None
    line = process.stderr.readline()
    address = re.search(r"http://\S+", line)
    assert address is not None, line + process.stderr.read()
    yield address[0], process
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def server(running: tuple[str, subprocess.Popen[str]]) -> str:
    return running[0]


def get(address: str) -> tuple[int, Message, bytes]:
    with urllib.request.urlopen(address, timeout=START_SECONDS) as response:
        return response.status, response.headers, response.read()


def policy(headers: Mapping[str, str] | Message) -> dict[str, list[str]]:
    directives = (directive.split() for directive in headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


def test_the_health_check_says_which_data_and_model_are_served(server: str) -> None:
    status, headers, body = get(f"{server}/healthz")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "status": "ok",
        "data_version": bundled().data_version,
        "model_version": MODEL_VERSION,
    }


@pytest.mark.parametrize("path", ["/", "/method", "/healthz", "/_stcore/health", "/_stcore/host-config"])
def test_every_answer_carries_the_security_headers(server: str, path: str) -> None:
    _, headers, _ = get(server + path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert policy(headers)["frame-ancestors"] == ["'none'"]


def test_a_script_of_the_frontend_carries_the_security_headers_too(server: str) -> None:
    _, _, page = get(server)
    script = re.search(rb'src="\./(static/js/[^"]+)"', page)
    assert script is not None
    _, headers, _ = get(f"{server}/{script[1].decode()}")
    assert policy(headers)["default-src"] == ["'self'"]


def test_scripts_run_from_this_host_or_by_their_hash_and_never_from_text(server: str) -> None:
    _, headers, page = get(server)
    allowed = policy(headers)["script-src"]
    inline = re.findall(r"<script>(.*?)</script>", page.decode(), re.DOTALL)
    assert inline, "the page has no inline script any more; the policy needs no hash"
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    assert allowed == ["'self'", *(f"'sha256-{digest}'" for digest in hashes)]


def test_nothing_may_be_fetched_from_another_host(server: str) -> None:
    _, headers, _ = get(server)
    sources = {source for directive in policy(headers).values() for source in directive}
    assert not {source for source in sources if "." in source or "*" in source or source in ("http:", "https:")}


def test_a_page_of_another_host_cannot_open_a_session(server: str) -> None:
    stream = server.replace("http://", "ws://") + "/_stcore/stream"
    streamlit = [Subprotocol("streamlit")]
    with connect(stream, origin=Origin(server), subprotocols=streamlit) as same_host:
        assert same_host.subprotocol == "streamlit"
    with pytest.raises(InvalidStatus, match="403"):
        connect(stream, origin=Origin("http://elsewhere.test"), subprotocols=streamlit)


def test_a_taken_port_gets_a_plain_message(server: str, tmp_path: Path) -> None:
    port = server.rpartition(":")[2]
    process = start(tmp_path, "--port", port)
    out, error = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert out == ""
    assert error == f"Port {port} is taken by another program; choose another with --port\n"


def test_ctrl_c_stops_the_server_without_a_traceback(tmp_path: Path) -> None:
    process = start(tmp_path, "--port", "0")
    assert process.stderr is not None
    address = process.stderr.readline().split(" is at ")[1].split()[0]
    get(f"{address}/healthz")
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--port", "99999"], "'99999' is not a port; use a whole number from 0 to 65535"),
        (["--port", "http"], "'http' is not a port"),
        (["--prot", "8501"], "unrecognized arguments: --prot 8501"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        app.main(options)
    assert stop.value.code == 2
    assert says in capsys.readouterr().err


def test_a_host_that_is_not_this_machine_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert app.main(["--host", "192.0.2.1", "--port", "0"]) == 1
    assert capsys.readouterr().err == "192.0.2.1 is not an address of this machine; choose another with --host\n"


def test_data_that_cannot_be_used_stop_the_server_with_their_problems(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = DataError([Problem("chips.csv", 3, "tdp_w", "-1", "is too low", "a number above 0")])

    def broken() -> None:
        raise error

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(app, "bundled", broken)
    assert app.main(["--port", "0"]) == 1
    assert capsys.readouterr().err == f"{error}\n"


def test_answers_leave_at_once_and_do_not_wait_to_be_joined() -> None:
    """With Nagle's algorithm on, each rerun would wait some 40 ms for the browser's acknowledgement."""

    async def no_delay() -> int:
        seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def on_connection(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = app.listening_socket("127.0.0.1", 0)
        async with await asyncio.start_server(on_connection, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            result = await seen
            writer.close()
        return result

    assert asyncio.run(no_delay()) != 0


def test_the_configuration_is_found_from_any_directory(tmp_path: Path) -> None:
    wanted = {
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "viewer",
        "runner.postScriptGC": False,
        "server.fileWatcherType": "none",
    }
    script = (
        "import json, app, streamlit as st, uvicorn\n"
        f"names = {list(wanted)!r}\n"
        "show = lambda server, sockets: print(json.dumps({name: st.get_option(name) for name in names}))\n"
        "uvicorn.Server.run = show\n"
        "app.main(['--port', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=True,
    )
    assert json.loads(done.stdout) == wanted


def test_the_headers_follow_the_frontend_that_is_installed() -> None:
    installed = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    other = installed.replace("window.prerenderReady = false", "window.prerenderReady = true")
    assert policy(app.security_headers(other))["script-src"] != policy(app.security_headers(installed))["script-src"]
