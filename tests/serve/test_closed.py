"""What is answered to nobody, and what is too long to be read."""

from __future__ import annotations

import pytest

from core.serve.closed import LONGEST_QUERY, MOST_PARAMETERS, Closed
from tests.support.asgi import asked


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/run", "/_stcore/script-health-check",
        "/_stcore/bidi-components/x/y.js", "/_stcore/", "/auth/login", "/auth/logout", "/oauth2callback",
        "/component/x/index.html", "/app/static/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_what_no_page_of_ours_asks_for_is_not_there(path: str, method: str) -> None:
    answer = asked(Closed, path, method=method)
    assert (answer.status, answer.passed_on) == (404, [])
    assert "There is nothing here." in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/library", "/_stcore/health", "/_stcore/host-config", "/static/js/a.js", "/s/x"]
)
def test_what_pages_ask_for_is_there(path: str) -> None:
    assert asked(Closed, path).text == "the page"


def test_files_are_put_and_taken_away_and_never_read() -> None:
    path = "/_stcore/upload_file/session/file"
    statuses = {method: asked(Closed, path, method=method).status for method in ("PUT", "DELETE", "GET", "OPTIONS")}
    assert statuses == {"PUT": 200, "DELETE": 200, "GET": 404, "OPTIONS": 404}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/" + "x" * 10_000_000, "", 414),
        ("/" + "x" * 512, "", 414),
        ("/", "x=" + "y" * LONGEST_QUERY, 414),
        ("/", "&".join(f"p{i}=1" for i in range(10_000)), 414),
        ("/", "&" * MOST_PARAMETERS, 400),
        ("/", "&".join(f"adoption_of_a_long_name_{i}=0.123456" for i in range(300)), 200),
    ],
)
def test_an_address_that_is_too_long_is_refused_and_not_said_back(path: str, query: str, status: int) -> None:
    answer = asked(Closed, path, query=query)
    assert answer.status == status
    assert len(answer.text) < 2000


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/_stcore/upload_file/a/b", str(25 * 1024**2), 200),
        ("/_stcore/upload_file/a/b", str(27 * 1024**2), 413),
        ("/_stcore/upload_file/a/b", "9" * 4000, 413),
        ("/_stcore/upload_file/a/b", "-1", 413),
        ("/", "100000", 413),
    ],
)
def test_more_than_is_taken_is_refused_by_its_length(path: str, length: str, status: int) -> None:
    answer = asked(Closed, path, method="PUT", headers=[("content-length", length)])
    assert answer.status == status
    assert ("at most 25 MB" in answer.text) is (status == 413)
