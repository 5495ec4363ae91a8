"""The glossary: one meaning for a word, wherever it is told."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from core.exports.catalogue import PAGES
from core.inputs.method import METHOD_PATH
from core.story.glossary import TERMS, Term, met, told
from tests.support.answers import answer
from tests.support.words import said

each_term = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
SECTIONS = re.findall(r"(?m)^## (.+)$", METHOD_PATH.read_text(encoding="utf-8"))
JARGON = re.compile(r"H100e?\b|levelised|Sobol|Shapley|Owen|middle half")


@each_term
def test_a_term_leads_to_a_section_of_the_method_that_is_there(term: Term) -> None:
    assert term.section in SECTIONS


@each_term
def test_a_meaning_is_a_sentence_or_two(term: Term) -> None:
    assert term.meaning[0].isupper() and term.meaning.endswith(".")
    assert len(re.findall(r"[.!?](?: |$)", term.meaning)) <= 2
    assert said(told(term)).startswith(f"{term.name}: ")


def test_terms_stand_in_the_order_of_the_alphabet_each_once() -> None:
    assert all(before.name.lower() < after.name.lower() for before, after in pairwise(TERMS))


def test_what_is_pointed_at_is_told_where_it_stands_and_nowhere_else() -> None:
    assert [term.name for term in met(["a unit of work, spread over the chip's life"])] == [
        "H100 equivalent",
        "Levelised cost",
    ]
    assert met(["nothing of the kind"]) == ()


def test_jargon_stands_in_no_title_and_caption_but_where_it_is_pointed_at() -> None:
    for page in PAGES.values():
        if page.name in ("risk", "data"):
            continue
        view = page.opened(answer())
        for figure in page.figures.values():
            for text in (figure.title(view), figure.caption(view)):
                assert JARGON.search(text) is None, (figure.name, text)
