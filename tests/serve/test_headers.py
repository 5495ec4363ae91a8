"""What stands in headers where the server is asked over https, and where it is not."""

from __future__ import annotations

from functools import partial

import pytest

from core.serve.headers import SecurityHeaders
from tests.support.asgi import asked

XSRF = "_streamlit_xsrf=2|a|b|1; Path=/; SameSite=Lax"


@pytest.mark.parametrize(("scheme", "is_private"), [("https", True), ("http", False)])
def test_over_https_browsers_are_told_to_stay_there_and_cookies_go_over_nothing_else(
    scheme: str, is_private: bool
) -> None:
    answer = asked(partial(SecurityHeaders, headers={}), scheme=scheme, answers={"Set-Cookie": XSRF})
    assert answer.header("strict-transport-security") == ("max-age=31536000" if is_private else "")
    assert answer.header("set-cookie") == (f"{XSRF}; Secure" if is_private else XSRF)


def test_a_cookie_that_says_so_already_stays_as_it_is() -> None:
    answer = asked(partial(SecurityHeaders, headers={}), scheme="https", answers={"Set-Cookie": "a=1; secure; Path=/"})
    assert answer.header("set-cookie") == "a=1; secure; Path=/"


def test_what_is_downloaded_is_kept_by_no_browser_and_no_proxy() -> None:
    download = {"content-disposition": 'attachment; filename="crossover_data.zip"'}
    assert asked(partial(SecurityHeaders, headers={}), "/media/a.zip", answers=download).header("cache-control") == (
        "no-store"
    )
    assert asked(partial(SecurityHeaders, headers={}), "/media/logo.svg").header("cache-control") == ""
