"""The server: what it answers, which headers it sends, and what it says when it cannot start."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from html import unescape
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
import sqlalchemy as sa
import streamlit as st
from markupsafe import escape
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message as Event
from starlette.types import Scope
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

import app
from core.inputs.data import DATA_VARIABLE, bundled
from core.model.model import MODEL_VERSION
from core.serve import cookies
from core.serve.headers import security_headers
from core.serve.links import Links
from core.serve.rates import Rates
from core.serve.visitors import Visitors
from core.store import database as db
from core.store.database import FILE_NAME, FOLDER_VARIABLE, URL_VARIABLE, StoreUnavailableError
from core.store.rights import VISITOR_COOKIE
from core.store.store import Store, shared_store
from tests.support import stores
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER, INPUTS
from tests.support.serving import START_SECONDS, get, running, start
from tests.support.spoilt import change

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a free port, started from a directory that is not the project's."""
    with running(tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


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


def test_the_page_names_a_style_sheet_and_a_script_of_ours_and_the_server_has_both(server: str) -> None:
    _, _, page = get(server)
    for name, kind in ((b"page.css", "text/css"), (b"page.js", "text/javascript")):
        address = re.search(rb'(?:href|src)="/(%b\?[0-9a-f]{12})"' % re.escape(name), page)
        assert address is not None
        status, headers, body = get(f"{server}/{address[1].decode()}")
        assert (status, len(body) > 1000) == (200, True)
        assert headers["Content-Type"].startswith(kind)


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


def test_data_that_cannot_be_used_stop_the_server_with_all_that_is_wrong_with_them(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE_FOLDER, tmp_path / "data")
    change(folder, "suppliers.csv", "AMD,merchant", "AMD,both")
    change(folder, "power_capacity.csv", "2029,", "x,")
    process = start(tmp_path, "--port", "0", **{DATA_VARIABLE: "data"})
    out, error = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert out == ""
    lines = error.splitlines()
    assert any(line.startswith('suppliers.csv line 3, class: "both" is not') for line in lines), error
    assert any(line.startswith('power_capacity.csv line 5, year: "x" is not') for line in lines), error
    assert "Traceback" not in error and "is at" not in error


@pytest.mark.parametrize("named", ["nowhere", "a file"])
def test_a_folder_of_data_that_is_none_is_said_in_words(named: str, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("no folder", encoding="utf-8")
    process = start(tmp_path, "--port", "0", **{DATA_VARIABLE: named})
    out, error = process.communicate(timeout=START_SECONDS)
    assert (process.returncode, out) == (2, "")
    assert named in error and DATA_VARIABLE in error
    assert len(error.splitlines()) == 1


def test_the_server_says_at_the_start_which_data_it_works_on(tmp_path: Path) -> None:
    process = start(tmp_path, "--port", "0", **{DATA_VARIABLE: str(EXAMPLE_FOLDER)})
    assert process.stderr is not None
    address, said = process.stderr.readline(), process.stderr.readline()
    process.kill()
    process.communicate()
    assert "http://" in address
    assert f"data version {EXAMPLE.data_version}" in said and str(EXAMPLE_FOLDER) in said
    assert app.data_words(EXAMPLE).startswith("data that name no company, ")
    assert app.data_words(INPUTS).startswith(f"the data of {INPUTS.company} in ")


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
    assert policy(security_headers(other))["script-src"] != policy(security_headers(installed))["script-src"]


# --- Links to saved scenarios


def answer(path: str, scheme: str = "http") -> tuple[int, dict[str, str], str]:
    """What is answered about links in this process, where the store can be made to fail: status, headers and page."""
    sent: list[Event] = []
    scope: Scope = {
        "type": "http", "method": "GET", "scheme": scheme, "path": path, "query_string": b"", "headers": [],
    }  # fmt: skip

    async def receive() -> Event:
        return {"type": "http.request"}

    async def send(event: Event) -> None:
        sent.append(event)

    links = Starlette(routes=[Route("/s/{token}", Links(Rates(1, 100)).answer)])
    asyncio.run(Visitors(links, Rates(1, 100))(scope, receive, send))
    headers = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(event.get("body", b"") for event in sent[1:]).decode()


def link(name: str = "Plan", days_ago: float = 0, good_for_days: float | None = None) -> str:
    """The token of a link to a scenario of this name, made `days_ago`."""
    made_at = datetime.now(UTC) - timedelta(days=days_ago)
    store = Store(shared_store().engine, lambda: made_at)
    entry = store.save_new("Ann", name, stores.snapshot(8.27e9), request_key=stores.key())
    expires_at = None if good_for_days is None else made_at + timedelta(days=good_for_days)
    return store.link("Ann", entry.id, expires_at=expires_at)


def scenario_behind(token: str) -> str:
    revision = shared_store().follow(token)
    assert revision is not None
    return revision.scenario_id


def shown(page: str, what: str) -> str:
    """What a page says, by a pattern with one group."""
    [found] = re.findall(what, page)
    return unescape(found)


def test_a_link_says_the_scenario_s_name_and_no_figure_and_leads_to_a_clean_address(server: str) -> None:
    token = link("Training too")
    status, headers, body = get(f"{server}/s/{token}")
    page = body.decode()
    assert status == 200
    assert shown(page, "<title>(.*)</title>") == "Training too · Crossover"
    assert shown(page, '<meta property="og:title" content="(.*)">') == "Training too · Crossover"
    assert shown(page, '<meta property="og:site_name" content="(.*)">') == "Crossover"
    assert shown(page, '<meta name="robots" content="(.*)">') == "noindex"
    assert token not in page, "or the secret would stand in history and logs"
    [link_id] = [one.id for one in shared_store().links(scenario_behind(token))]
    key = cookies.key_of(cookie(headers).value)
    assert key is not None
    target = f"/?link={cookies.reference(link_id, key)}"
    assert shown(page, '<meta http-equiv="refresh" content="(.*)">') == f"0; url={target}"
    assert shown(page, '<a href="(.*)">') == target
    assert not re.findall(r"\d", page.replace(target, "").replace("utf-8", "").replace('"0; url', "")), "no figures"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer", "the token must not reach another host"
    assert policy(headers)["default-src"] == ["'self'"]
    assert not re.search(r"<script|https?:", page)


def test_an_address_of_an_earlier_version_leads_to_the_same_without_the_secret_before_a_page_is_drawn(
    server: str,
) -> None:
    token = link("Training too")
    _, headers, body = get(f"{server}/risk?pue=1.3&s={token}&model=2&link=1.x")
    key, page = cookies.key_of(cookie(headers).value), body.decode()
    [link_id] = [one.id for one in shared_store().links(scenario_behind(token))]
    assert key is not None and token not in page
    target = f"/risk?pue=1.3&model=2&link={cookies.reference(link_id, key)}"
    assert shown(page, '<a href="(.*)">') == target
    for query in ("s=nowhere", "s=", "pue=1.3", "levers=1"):
        assert b"og:title" not in get(f"{server}/?{query}")[2], "the page says itself what is wrong"


def test_a_preview_of_a_link_is_not_counted_as_a_use(server: str) -> None:
    token = link()
    revision = shared_store().follow(token)
    assert revision is not None
    get(f"{server}/s/{token}")
    assert [one.uses for one in shared_store().links(revision.scenario_id)] == [1]


@pytest.mark.parametrize(
    "name",
    [
        '"><script>alert(1)</script>',
        "</title><script src=//evil.test></script>",
        '" http-equiv="refresh" content="0;url=//evil.test',
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt; &amp; 'quoted'",
        "<b>Größe 計画 עברית",
    ],
)
def test_a_hostile_name_is_text_in_the_preview(name: str, server: str) -> None:
    _, _, body = get(f"{server}/s/{link(name)}")
    page = body.decode()
    assert page.count(str(escape(name))) == 3
    assert shown(page, "<title>(.*)</title>") == f"{name} · Crossover"
    assert re.findall(r"<(\w+)", page) == ["html", "head", "meta", "meta", "meta", "meta", "meta", "title", "body", "a"]


def test_unknown_expired_and_revoked_links_get_the_very_same_answer(server: str) -> None:
    revoked, in_trash, expired = link(), link(), link(days_ago=2, good_for_days=1)
    for token in (revoked, in_trash):
        revision = shared_store().follow(token)
        assert revision is not None
        if token == in_trash:
            shared_store().trash("Ann", revision.scenario_id)
        else:
            shared_store().revoke("Ann", shared_store().links(revision.scenario_id)[0].id)
    answers = []
    for token in ("x" * 32, "x", "%22%3E%3Cscript%3E", revoked, expired, in_trash):
        status, headers, body = get(f"{server}/s/{token}")
        del headers["Set-Cookie"], headers["Date"]
        answers.append((status, headers.items(), body))
    assert answers == [answers[0]] * 6
    status, _, body = answers[0]
    assert status == 404
    assert "This link leads nowhere, or no longer. Ask whoever sent it for a new one." in body.decode()


def test_a_link_waits_in_words_while_the_store_does_not_answer() -> None:
    token = link()
    error = StoreUnavailableError("the database <does> not answer; try again in a moment")
    with patch.object(Store, "link_behind", side_effect=error):
        status, headers, page = answer(f"/s/{token}")
    assert status == 503
    assert f"The link cannot be opened just now: {escape(str(error))}." in page
    assert headers["cache-control"] == "no-store"
    assert answer(f"/s/{token}")[0] == 200


# --- The visitor's key


def cookie(headers: Message) -> Morsel[str]:
    [text] = headers.get_all("Set-Cookie") or [""]
    return SimpleCookie(text)[VISITOR_COOKIE]


def test_each_browser_gets_a_key_of_its_own_with_the_page(server: str) -> None:
    keys = set()
    for path in ("/", "/method", "/s/nowhere"):
        _, headers, _ = get(server + path)
        given = cookie(headers)
        key = cookies.key_of(given.value)
        assert key is not None
        keys.add(key)
        assert len(base64.urlsafe_b64decode(f"{key}=")) * 8 == 256
        assert given["httponly"] is True
        assert given["samesite"] == "Lax"
        assert given["path"] == "/"
        assert int(given["max-age"]) > 365 * 24 * 3600
        assert not given["secure"]
        assert headers["Cache-Control"] == "no-store", "or two people would get one key from a cache between"
    assert len(keys) == 3


def test_a_browser_that_has_a_key_keeps_it_and_one_with_an_empty_one_gets_another(server: str) -> None:
    value = cookies.signed(cookies.new_key())
    _, headers, _ = get(server, Cookie=f"theme=dark; {VISITOR_COOKIE}={value}")
    assert headers["Set-Cookie"] is None
    assert headers["Cache-Control"] == "no-cache"
    _, headers, _ = get(server, Cookie=f"{VISITOR_COOKIE}=")
    assert cookie(headers).value


def test_what_is_not_a_page_sets_no_key(server: str) -> None:
    _, _, page = get(server)
    script = re.search(rb'src="\./(static/js/[^"]+)"', page)
    assert script is not None
    for path in ("healthz", "_stcore/health", "_stcore/host-config", script[1].decode()):
        _, headers, _ = get(f"{server}/{path}")
        assert VISITOR_COOKIE not in str(headers["Set-Cookie"]), path


def test_a_browser_that_kept_the_page_but_not_the_key_gets_a_key(server: str) -> None:
    unchanged = {"Accept": "text/html", "If_Modified_Since": "Fri, 31 Dec 2100 00:00:00 GMT"}
    status, headers, _ = get(server, **unchanged)
    assert status == 200
    assert cookie(headers).value
    status, _, page = get(server, Cookie=f"{VISITOR_COOKIE}={cookies.signed(cookies.new_key())}", **unchanged)
    assert (status, b"page.js" in page) == (200, True), "what it kept may be the page of a version before"


def test_over_https_the_key_is_sent_over_nothing_else() -> None:
    assert "Secure" in answer("/s/nowhere", scheme="https")[1]["set-cookie"].split("; ")
    assert "Secure" not in answer("/s/nowhere")[1]["set-cookie"]


# --- A store that cannot be used


def refusal(tmp_path: Path, **environment: str) -> str:
    """What the server says that does not start."""
    process = start(tmp_path, "--port", "0", **environment)
    out, error = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert out == ""
    assert "Traceback" not in error
    return error.removesuffix("\n")


def a_store(folder: Path) -> Path:
    """The file of a store that was in use."""
    path = folder / FILE_NAME
    store = Store.open(db.file_address(path))
    store.save_new("Ann", "Plan", stores.snapshot(), request_key=stores.key())
    store.close()
    return path


@pytest.mark.parametrize("damage", ["no database", "torn"])
def test_a_damaged_store_stops_the_server_in_words_and_is_left_as_it_is(damage: str, tmp_path: Path) -> None:
    path = a_store(tmp_path / "store")
    content = path.read_bytes()
    path.write_bytes(b"not a database" * 100 if damage == "no database" else content[:6000] + b"\xff" * 6000)
    before = path.read_bytes()
    said = refusal(tmp_path, **{FOLDER_VARIABLE: str(path.parent)})
    assert said.startswith(f"{path} is damaged or no database (")
    assert "\n" not in said
    assert "It was not changed." in said
    assert "python -m core restore FILE" in said
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_store_of_a_newer_version_stops_the_server_in_words(tmp_path: Path) -> None:
    path = a_store(tmp_path / "store")
    engine = sa.create_engine(db.file_address(path))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = path.read_bytes()
    said = refusal(tmp_path, **{FOLDER_VARIABLE: str(path.parent)})
    assert said == (
        f"{path} was written by a newer version of Crossover (store version 9999). It was not changed. Start that "
        "version, or choose another store"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "is not the address of a database; use one like postgresql://"),
        ("postgresql://host:port/base", "is not the address of a database; use one like postgresql://"),
        ("mysql://root:secret@host/base", "names a database of kind mysql; use one like postgresql://"),
        ("postgresql://ann:secret@127.0.0.1:1/base", "127.0.0.1:1/base cannot be used: "),
    ],
)
def test_a_database_address_that_leads_nowhere_stops_the_server_in_words_without_its_password(
    url: str, says: str, tmp_path: Path
) -> None:
    said = refusal(tmp_path, **{URL_VARIABLE: url})
    assert says in said
    assert "secret" not in said


def test_tests_keep_texts_as_the_server_does() -> None:
    assert pd.get_option("mode.string_storage") == app.TEXTS
