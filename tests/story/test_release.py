"""How the answer changed since the release of the data before, in one sentence."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from core.inputs.data import Inputs
from core.inputs.former import Former
from core.story.release import Changed, line, short_line
from core.upkeep.difference import difference
from tests.support.frozen import FROZEN, INPUTS
from tests.support.releases import Pattern, release
from tests.support.words import NOISE, said

FORMER = Former(INPUTS.data_version, date(2027, 3, 3), FROZEN)
PATTERNS: list[Pattern] = [("Warrant", "levers", "*_warrant_*", "*"), ("Price", "chip_prices", "*", "*")]
BEFORE = "On the data before (3 March 2027) this "


Edits = dict[tuple[str, ...], dict[str, float | str]]
WARRANT: Edits = {("levers", "amd_warrant_usd_bn_per_gw"): {"base": "4"}}
RELEASES: dict[str, Edits] = {"the same": {}, "words": {("chips", "gb300"): {"note": "seen"}}, "warrant": WARRANT}


@cache
def released(name: str) -> Inputs:
    return release(RELEASES[name], PATTERNS)


@pytest.mark.parametrize(
    ("name", "levers", "words"),
    [
        ("the same", {}, "was worth $21.4 B too: nothing that changed in the data moves it."),
        ("words", {}, "was worth $21.4 B too: nothing that changed"),
        ("warrant", {"amd_warrant_usd_bn_per_gw": 2.0}, "was worth $21.7 B too: nothing that changed"),
        ("warrant", {}, "was worth $21.4 B. What moved it: warrant −$1.0 B."),
        (
            "warrant",
            {"adoption_rr_inference": 0.0, "adoption_rr_training": 0.0, "adoption_genai_inference": 0.0},
            "cost $15.1 B. What moved it: warrant +$",
        ),
    ],
    ids=["the same", "words", "a belief of one's own", "a belief", "a loss"],
)
def test_the_sentence_says_what_it_was_worth_and_what_moved_it(name: str, levers: dict[str, float], words: str) -> None:
    sentence = said(line(Changed(FORMER, difference(INPUTS, released(name), levers))))
    assert sentence.startswith(BEFORE + words)
    assert not NOISE.search(sentence)


@pytest.mark.parametrize(
    ("before_usd", "now_usd", "words"),
    [
        (21.4e9, 20.4e9, "was worth $21.4 B."),
        (21.4e9, 21.4e9, "was worth $21.4 B too."),
        (-15.1e9, 2e9, "cost $15.1 B."),
    ],
)
def test_where_nothing_else_is_worked_out_it_says_what_it_was_worth(
    before_usd: float, now_usd: float, words: str
) -> None:
    assert said(short_line(FORMER, before_usd, now_usd)) == BEFORE + words
