"""The page that browsers load: Streamlit's, with our name, kept from translators, and one script of ours."""

from __future__ import annotations

import re
from functools import partial
from itertools import product
from pathlib import Path

import pytest
import streamlit as st

from app import IN_BROWSER, STYLE, fetched_ahead
from core.serve.frontend import FrontendError, scripts
from core.serve.shell import Shell, kept_for_good, ours
from tests.support.asgi import asked

FRONTEND = Path(st.__file__).parent / "static"
THEIRS = (FRONTEND / "index.html").read_text(encoding="utf-8")
IMPORTED = re.compile(r'import(?:[\w\s{},*$]+from)?"\./([\w.~-]+\.js)"')
SCRIPT, SHEET = IN_BROWSER.read_bytes(), STYLE.read_bytes()


def test_no_translator_is_let_near_the_page_and_its_tab_has_our_name_before_anything_is_worked_out() -> None:
    page = ours(THEIRS, SCRIPT, SHEET)
    assert '<html lang="en" translate="no">' in page
    assert '<meta name="google" content="notranslate" />' in page
    assert "<title>Crossover</title>" in page
    assert "Streamlit</title>" not in page


def test_another_script_or_style_has_another_address_so_that_browsers_may_keep_both_for_good() -> None:
    assert len({ours(THEIRS, *files) for files in product((b"one", b"other"), repeat=2)}) == 4
    for file, kind in ((SCRIPT, "text/javascript"), (SHEET, "text/css")):
        answer = kept_for_good(file, kind)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith(kind)


def test_our_style_comes_behind_all_of_streamlits_so_that_it_holds_where_both_weigh_the_same() -> None:
    page = ours(THEIRS, SCRIPT, SHEET)
    assert 0 < page.index("</head>") < page.index('<div id="root">') < page.index('rel="stylesheet" href="/page.css?')


def test_no_rule_hangs_on_a_part_of_a_class_for_what_stands_below() -> None:
    """Of a class that changes, as of Streamlit's with each run, the browser would go through all that such a rule may
    mean: every button and heading of the page.
    """
    rules = re.sub(r"/\*.*?\*/", "", SHEET.decode(), flags=re.DOTALL)
    assert re.findall(r"\[class[^]]*\]", rules) == []


def test_browsers_fetch_at_once_what_a_page_needs_with_all_that_it_imports_and_nothing_twice() -> None:
    page = ours(THEIRS, SCRIPT, SHEET, fetched_ahead(FRONTEND))
    named = re.findall(r'(?:src|href)="\.?(/(?:static|_stcore/bidi)[^"]+)"', page)
    assert len(named) == len(set(named))
    scripts = {FRONTEND / one[1:] for one in named if one.startswith("/static/js/")}
    imported = {one.with_name(name) for one in scripts for name in IMPORTED.findall(one.read_text(encoding="utf-8"))}
    assert imported and imported <= scripts
    assert {"live.js", "figure.js", "chart.js"} <= {one.rpartition("/")[2] for one in named}
    assert {"embed", "Slider", "SourceSerifVariable-Roman"} <= {
        one.rpartition("/")[2].partition(".")[0] for one in named
    }


def test_a_frontend_that_lacks_what_we_need_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FrontendError, match=r"0 files embed\.\* where there should be one"):
        scripts(tmp_path, ["embed"])


def test_a_page_of_streamlits_that_is_not_what_we_know_is_refused_and_not_half_changed() -> None:
    with pytest.raises(ValueError, match="'</head>' 0 times, not once"):
        ours('<html lang="en"><title>Streamlit</title>', SCRIPT, SHEET)


def test_only_streamlits_page_is_replaced_and_a_browser_that_has_kept_it_gets_ours() -> None:
    shell = partial(Shell, index_html=THEIRS, script=SCRIPT, style=SHEET)
    answer = asked(shell, headers=[("If-None-Match", "old"), ("Accept", "text/html")])
    assert [name for name, _ in answer.passed_on[0]["headers"]] == [b"accept"]
    assert answer.text == "the page", "one of ours, which says one thing"
