"""By which names a server may be asked for, and which pages may talk to it."""

from __future__ import annotations

import pytest

from core.serve.hosts import HostError, Hosts, OwnHost, is_same_origin
from tests.support.asgi import Answer, asked

HOSTS = Hosts.of(8501, ["Crossover.example.com", "10.1.2.3", "fd00::7", "docker.example.com:8080"])


def ask(*headers: tuple[str, str], scheme: str = "http", method: str = "GET") -> Answer:
    return asked(OwnHost, headers=headers, scheme=scheme, method=method, hosts=HOSTS)


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501", "127.0.0.1:8501", "[::1]:8501", "crossover.example.com:8501", "crossover.example.com",
        "CROSSOVER.example.com.", "10.1.2.3:8501", "[fd00::7]:8501", "docker.example.com:8080",
    ],
)  # fmt: skip
def test_a_server_answers_to_its_names_at_its_port_or_with_none_as_a_proxy_passes_them(host: str) -> None:
    assert ask(("host", host)).text == "the page"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8501", "evil.example", "localhost:8502", "localhost.evil.example:8501", "127.0.0.1.evil.example",
        "docker.example.com", "docker.example.com:8501", "", "localhost:", "localhost:x", "localhost:99999",
        "user@localhost:8501", "localhost:8501/x", "localhost:8501, evil.example", "127.1:8501", "[::1", "0.0.0.0:8501",
    ],
)  # fmt: skip
def test_another_name_is_refused_in_words_and_not_said_back(host: str) -> None:
    for scheme in ("http", "ws"):
        answer = ask(("host", host), scheme=scheme)
        assert answer.status == 421
        assert "--allow-host" in answer.text
        assert "evil" not in answer.text
        assert answer.passed_on == []


def test_a_request_without_a_name_or_with_two_is_refused() -> None:
    assert ask().status == 421
    assert ask(("host", "localhost:8501"), ("host", "evil.example")).status == 421


@pytest.mark.parametrize("name", ["", "https://crossover.example.com", "a b", "name:port", "name:70000", "*"])
def test_what_is_no_name_is_refused_in_words(name: str) -> None:
    with pytest.raises(HostError, match="is no name of a server; use one like crossover"):
        Hosts.of(8501, [name])


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "is_same"),
    [
        ("http://localhost:8501", "http", "localhost:8501", True),
        ("https://crossover.example.com", "https", "crossover.example.com", True),
        ("https://crossover.example.com", "https", "crossover.example.com:443", True),
        ("http://crossover.example.com:80", "http", "crossover.example.com", True),
        ("http://localhost:3000", "http", "localhost:8501", False),
        ("http://127.0.0.1:8501", "http", "localhost:8501", False),
        ("https://localhost:8501", "http", "localhost:8501", False),
        ("http://crossover.example.com", "https", "crossover.example.com", False),
        ("http://evil.example", "http", "localhost:8501", False),
        ("null", "http", "localhost:8501", False),
        ("", "http", "localhost:8501", False),
        ("file://localhost:8501", "http", "localhost:8501", False),
    ],
)
def test_an_origin_is_a_scheme_a_name_and_a_port(origin: str, scheme: str, host: str, is_same: bool) -> None:
    assert is_same_origin(origin, scheme, host) is is_same


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:8501", "https://localhost:8501", "null"])
def test_a_page_of_another_origin_opens_no_websocket_and_changes_nothing(origin: str) -> None:
    headers = (("host", "localhost:8501"), ("origin", origin))
    for answer in (ask(*headers, scheme="ws"), ask(*headers, method="PUT"), ask(*headers, method="DELETE")):
        assert answer.status == 403
        assert "talked to by its own pages only" in answer.text
        assert answer.passed_on == []
    assert ask(*headers).status == 200, "a link on another page may lead here"


def test_a_page_of_ours_may_whether_over_https_or_not() -> None:
    here = ("host", "localhost:8501")
    assert ask(here, ("origin", "http://localhost:8501"), scheme="ws").status == 200
    assert ask(here, ("origin", "https://localhost:8501"), scheme="wss").status == 200
    assert ask(here, ("origin", "http://localhost:8501"), scheme="wss").status == 403
    assert ask(here, scheme="ws").status == 200, "what is no browser names no origin"
