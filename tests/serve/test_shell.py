"""The page that browsers load: Streamlit's, with our name, kept from translators, and one script of ours."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import streamlit as st

from app import IN_BROWSER
from core.serve.shell import Shell, ours, script_at
from tests.support.asgi import asked

THEIRS = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
SCRIPT = IN_BROWSER.read_bytes()


def test_no_translator_is_let_near_the_page_and_its_tab_has_our_name_before_anything_is_worked_out() -> None:
    page = ours(THEIRS, SCRIPT)
    assert '<html lang="en" translate="no">' in page
    assert '<meta name="google" content="notranslate" />' in page
    assert "<title>Crossover</title>" in page
    assert "Streamlit</title>" not in page


def test_another_script_has_another_address_so_that_browsers_may_keep_it_for_good() -> None:
    assert ours(THEIRS, b"one") != ours(THEIRS, b"other")
    assert "immutable" in script_at(SCRIPT).headers["cache-control"]


def test_a_page_of_streamlits_that_is_not_what_we_know_is_refused_and_not_half_changed() -> None:
    with pytest.raises(ValueError, match="'</head>' 0 times, not once"):
        ours('<html lang="en"><title>Streamlit</title>', SCRIPT)


def test_only_streamlits_page_is_replaced_and_a_browser_that_has_kept_it_gets_ours() -> None:
    shell = partial(Shell, index_html=THEIRS, script=SCRIPT)
    answer = asked(shell, headers=[("If-None-Match", "old"), ("Accept", "text/html")])
    assert [name for name, _ in answer.passed_on[0]["headers"]] == [b"accept"]
    assert answer.text == "the page", "one of ours, which says one thing"
