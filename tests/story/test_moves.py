"""What moved a value, in words and bars that add up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.format import USD_BN, USD_M
from core.story.moves import CENTS, Way, bars, finding, named_parts
from core.story.steps import MOST_BARS
from tests.support.words import said

BN = 10**9 * CENTS


def way(start: float, *parts: tuple[str, float]) -> Way:
    """A way in billions of dollars."""
    steps = tuple((name, round(part * BN)) for name, part in parts)
    return Way(round(start * BN), steps, round(start * BN) + sum(part for _, part in steps))


@pytest.mark.parametrize(
    ("along", "words"),
    [
        (way(8.3), "Worth the same: nothing that changed moves it"),
        (way(8.3, ("Words", 0.0)), "Worth the same: nothing that changed moves it"),
        (way(8.3, ("Price", 1.0), ("Power", -1.0)), "Worth the same: price (+$1.0 B) and power (−$1.0 B)"),
        (way(8.3, ("Price", -2.0)), "Worth $2.0 B less: all of it price"),
        (way(8.3, ("Price", -2.0), ("Power", -0.1)), "Worth $2.1 B less: most of it price (−$2.0 B)"),
        (way(8.3, ("Power", -0.01), ("AMD price", 2.0)), "Worth $2.0 B more: most of it AMD price (+$2.0 B)"),
        (way(8.3, ("Power", -1.0), ("Price", 2.0)), "Worth $1.0 B more: price (+$2.0 B), power (−$1.0 B)"),
        (
            way(-1.0, ("A cost", -1.0), ("B cost", -0.9), ("C cost", -0.8), ("D cost", -0.7)),
            "Worth $3.4 B less: a cost (−$1.0 B), b cost (−$900 M) and c cost (−$800 M)",
        ),
    ],
)
def test_the_finding_says_how_much_and_through_what(along: Way, words: str) -> None:
    assert said(finding(along)).casefold() == words.casefold()


def test_a_sentence_names_the_largest_steps_and_the_others_together() -> None:
    names = ("Price", "Power", "Warrant", "Demand", "Carbon")
    along = way(21.4, *zip(names, (-5.2, 0.9, -1.1, 0.04, 0.04), strict=True))
    assert said(named_parts(along)) == "price −$5.2 B, warrant −$1.1 B, power +$0.9 B and two others together +$0.1 B"
    assert said(named_parts(way(21.4, ("Price", -5.2)))) == "price −$5.2 B"
    four = way(21.4, *zip(names[:4], (-5.2, 0.9, -1.1, 0.2), strict=True))
    assert said(named_parts(four)).endswith("power +$0.9 B and demand +$0.2 B"), "one alone is told by its name"


def test_names_that_have_commas_are_told_apart_by_semicolons() -> None:
    along = way(21.4, ("Chips: prices, dates", 8.1), ("Warrant", -9.2))
    assert said(named_parts(along)) == "warrant −$9.2 B; chips: prices, dates +$8.1 B"
    assert said(finding(along)) == "Worth $1.1 B less: warrant (−$9.2 B); chips: prices, dates (+$8.1 B)"


BILLIONS = st.floats(-50.0, 50.0).map(lambda one: round(one, 4))


@given(BILLIONS, st.lists(BILLIONS, max_size=9))
def test_whatever_the_parts_words_and_bars_lead_from_the_start_to_the_end(start: float, parts: list[float]) -> None:
    along = way(start, *((f"Change {i}", part) for i, part in enumerate(parts)))
    frame = bars(along, ("Before", "After"))
    assert frame["label"].iloc[[0, -1]].to_list() == ["Before", "After"]
    assert len(frame) <= MOST_BARS + 3
    steps = frame[frame["kind"] == "step"]
    signs = steps["good"].map({True: 1.0, False: -1.0})
    assert along.start / CENTS + ((steps["high"] - steps["low"]) * signs).sum() == pytest.approx(
        along.end / CENTS, abs=len(parts) + 1.0
    )
    unit = along.unit
    assert unit in (USD_BN, USD_M)
    told = sum(_usd(one) for one in re.findall(r"[+−]\$[\d.,]+ [BM]", said(named_parts(along)).replace("\xa0", " ")))
    largest = max(map(abs, (along.start, along.end, *(part for _, part in along.steps)))) / CENTS
    assert told == pytest.approx(along.difference_usd, abs=0.011 * largest + 1.0)


def _usd(words: str) -> float:
    number, unit = words[2:].split(" ")
    sign = -1.0 if words[0] == "−" else 1.0
    return sign * float(number.replace(",", "")) * {"B": 1e9, "M": 1e6}[unit]
