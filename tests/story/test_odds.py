"""How sure a scenario was when it was saved: what is kept of its futures, and what is read of that later."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from core.risk.report import odds_entry
from core.story.odds import KeptOdds, kept
from tests.support.answers import futures_of

KEPT = {"probability": 0.734, "expected_usd": 4.71e9, "bad_tenth_usd": -3.0e9, "draws": 8192, "seed": 7}


def test_what_is_kept_of_futures_is_what_they_say_and_comes_back_from_a_report() -> None:
    futures = futures_of()
    entry = odds_entry(futures)
    worst = np.sort(futures.value_usd)[: math.ceil(futures.draws / 10)]
    assert entry["bad_tenth_usd"] == pytest.approx(worst.mean())
    assert entry["expected_usd"] == futures.expected_usd and entry["probability"] == futures.probability
    assert kept(json.loads(json.dumps(entry))) == KeptOdds.of(futures)


def test_kept_odds_are_said_with_how_many_futures_were_drawn() -> None:
    sure = KeptOdds(**KEPT)  # type: ignore[arg-type]
    assert sure.pays == "73\N{NO-BREAK SPACE}% of 8,192"
    assert sure.words == "pays in 73\N{NO-BREAK SPACE}% of 8,192 futures, +$4.7\N{NO-BREAK SPACE}B expected"
    same = KeptOdds(None, 0.0, 0.0, 1024, 7)
    assert (same.pays, same.words) == ("no difference in 1,024", "no difference in any of 1,024 futures")


@pytest.mark.parametrize(
    "entry",
    [None, {}, [], "73 %", KEPT | {"draws": 0}, KEPT | {"draws": 8192.5}, KEPT | {"probability": 1.5},
     KEPT | {"expected_usd": "much"}, KEPT | {"bad_tenth_usd": None}, KEPT | {"seed": True}],
)  # fmt: skip
def test_a_report_without_odds_or_with_what_are_none_has_none(entry: object) -> None:
    assert kept(entry) is None
