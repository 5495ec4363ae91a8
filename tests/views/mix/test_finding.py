"""What is said of the best mixes agrees with what was found."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.base import format as fmt
from core.inputs.lever_table import adoption, bought_share
from core.risk.mix.limits import CAPEX_MAX, CHANGE_MAX, PEAK_MAX, SHARE_MIN, Limit
from core.risk.mix.price import Binding
from core.risk.mix.problem import asked
from core.risk.mix.signposts import Signpost
from core.risk.mix.solve import solve
from core.views.mix import finding, frames, tables
from core.views.mix.figures import PAGE
from core.views.mix.view import BEST, FEWEST, View, named, opened
from tests.support.answers import answer
from tests.support.companies import assert_shows
from tests.support.frozen import BASE, INPUTS
from tests.support.words import said

SHARES = [adoption(one) for one in INPUTS.workloads]


@cache
def usual() -> View:
    return opened(answer(BASE))


@cache
def limited() -> View:
    """The usual question with a limit that binds and one that does not."""
    limits = {CHANGE_MAX: 0.2, PEAK_MAX: 1e6}
    found = solve(asked(INPUTS, {"levers": dict(BASE), "limits": limits}, FEWEST))
    name = next(iter(named(found)))
    return replace(usual(), found=found, name=name)


def test_the_title_says_the_best_mix_its_worth_and_what_it_is_ahead_of_the_reader_s_own() -> None:
    view = usual()
    ahead = view.found.best.expected_usd - view.own.expected_usd
    title = finding.title(view)
    assert finding.mix_words(INPUTS, view.found.best.levers) in title
    assert title.endswith(f"{fmt.usd(ahead)} more than yours")
    assert fmt.usd(view.found.best.expected_usd, signed=True) in title


def test_where_the_reader_has_taken_the_best_mix_nothing_is_said_to_be_better() -> None:
    view = usual()
    best = view.found.best
    own = replace(view.own, expected_usd=best.expected_usd)
    rivals = tuple(own if one.is_own else one for one in view.rivals)
    mine = replace(view, answer=answer(best.taken(BASE)), rivals=rivals)
    assert finding.title(mine).startswith("No mix tried is worth more than yours: ")
    assert finding.settings_title(mine).endswith(": what you have set already")
    assert finding.capital_title(mine) == "Capital spending is what yours is in every year"


def test_a_mix_beyond_the_limits_that_is_worth_more_is_said_to_break_them() -> None:
    view = limited()
    own = replace(view.own, expected_usd=view.found.best.expected_usd + 5e9)
    broken = replace(view, rivals=tuple(own if one.is_own else one for one in view.rivals))
    assert not frames.own_keeps(view), "30 % of one workload is more than 20 points from today"
    assert said(finding.title(broken)).endswith("; yours, worth $5.0 B more, breaks them")
    assert finding.title(broken).startswith("Best within your limits is ")


def test_a_family_is_named_whole_where_its_workloads_are_set_alike() -> None:
    family = INPUTS.families[0]
    alike = [adoption(one) for one, own in zip(INPUTS.workloads, INPUTS.families, strict=True) if own == family]
    name = fmt.in_sentence(INPUTS.family_names[family])
    words = finding.mix_words(INPUTS, {one: 1.0 if one in alike else 0.0 for one in SHARES})
    assert said(words).startswith(f"100 % custom in {name} and 0 % in ")
    assert finding.mix_words(INPUTS, dict.fromkeys(SHARES, 0.0)) == "no custom chips at all"


def test_signposts_are_said_with_the_side_on_which_another_course_is_best() -> None:
    lever = next(lever for lever in INPUTS.levers.beliefs if not lever.whole)
    low, high = (Signpost(lever.id, 1.0, at, "Exit custom", share) for at, share in ((0.5, 0.002), (1.5, 0.1)))
    view = replace(usual(), signposts=(high, low))
    assert said(finding.signposts_title(view)).endswith(" or more; then “Exit custom” is best")
    assert [row["Another is best at"].split()[-1] for row in tables.signposts(view).to_dict("records")] == [
        "more",
        "less",
    ]
    assert finding.signposts_title(replace(view, signposts=())).startswith(
        "No belief alone makes another course better"
    )


def test_what_was_changed_since_a_search_is_named() -> None:
    before = asked(INPUTS, {})
    assert finding.changed_since(before, asked(INPUTS, {"levers": {SHARES[0]: 0.9}})) == "", "a free share is moot"
    now = asked(INPUTS, {"levers": {"pue": 1.3}, "free": SHARES[:1], "limits": {CHANGE_MAX: 0.2}})
    label = fmt.in_sentence(INPUTS.levers["pue"].label)
    assert f"search: what is free, the limits and {label}. " in finding.changed_since(before, now)


def test_a_change_is_limited_in_points() -> None:
    assert said(finding.limit_words(Limit(CHANGE_MAX, "", 0.2), INPUTS)).endswith("from today at most 20 points")


def test_no_mix_is_shown_twice_and_the_best_comes_first() -> None:
    every = named(usual().found)
    settings = [tuple(mix.levers.values()) for mix in every.values()]
    assert len(set(settings)) == len(settings)
    first = next(iter(every))
    assert first.startswith(BEST) and every[first].expected_usd == usual().found.best.expected_usd


def test_names_beside_the_chart_stand_apart() -> None:
    rows = frames.frontier(usual())
    place = np.sort(rows[rows["is_named"]]["label_usd"].to_numpy())
    reach = rows["expected_usd"].max() - rows["expected_usd"].min()
    assert (np.diff(place) >= frames.LABEL_GAP * reach * (1.0 - 1e-9)).all()


def test_capital_spending_by_supplier_adds_up_to_that_of_the_year() -> None:
    parts, total = frames.capital(usual()), frames.capital_total(usual())
    for variant, column in (("mix", "mix_usd"), ("own", "own_usd")):
        added = parts[parts["variant"] == variant].groupby("year")["usd"].sum().to_numpy()
        np.testing.assert_allclose(added, total[column], rtol=1e-9)
    assert (total["low_usd"] < total["high_usd"]).all()


def test_a_limit_has_its_price_where_it_binds_and_how_often_it_is_broken() -> None:
    view = limited()
    rows = {row["Limit"]: row for row in tables.limits(view).to_dict("records")}
    peak, change = (next(row for name, row in rows.items() if word in name) for word in ("Peak", "share from today"))
    assert peak["Price at the best mix"] == "does not bind" and said(peak["Broken in"]) == "0 % of futures"
    (binding,) = view.found.binding
    assert change["Price at the best mix"] == finding.price_words(binding, INPUTS) == finding.limits_title(view)
    assert_shows(PAGE, view, INPUTS)


@pytest.mark.parametrize(
    ("limit", "easing", "words"),
    [
        (Limit(CAPEX_MAX, str(INPUTS.calendar.first_year), 1e11), 1e9, "$1 B more of capital spending in "),
        (Limit(PEAK_MAX, "", 1e4), 100.0, "100 MW more of peak IT load is worth $200 M"),
        (Limit(CHANGE_MAX, "", 0.2), 0.01, "One point more of a change of a share from today is worth $200 M"),
        (Limit(SHARE_MIN, INPUTS.suppliers[1], 0.2), 0.01, "One point less of "),
    ],
)
def test_the_price_of_a_limit_is_a_sentence(limit: Limit, easing: float, words: str) -> None:
    assert said(finding.price_words(Binding(limit, 0.0, easing, 2e8), INPUTS)).startswith(words)


def test_limits_that_exclude_each_other_are_said_in_words() -> None:
    one = finding.impossible([Limit(PEAK_MAX, "", 1.0)], INPUTS)
    both = finding.impossible([Limit(PEAK_MAX, "", 1.0), Limit(CHANGE_MAX, "", 0.0)], INPUTS)
    assert said(one) == (
        "No mix of what is free keeps peak IT load at most 1.00 MW. Ease it, or set more choices free."
    )
    assert "peak IT load" in both and "a change of a share from today" in both


def test_what_agrees_is_decided_and_what_parts_waits() -> None:
    rows = frames.decisions(usual()).set_index("lever")
    for name, row in rows.iterrows():
        verdict, _ = finding.decided(usual(), {"lever": name, **row.to_dict()})
        assert (verdict == finding.DO) == (row["high"] - row["low"] <= frames.AGREE + 1e-9)
    begun = {"lever": SHARES[0], "low": 0.6, "high": 1.0, "now": 0.4, "agrees": False, "is_share": True}
    assert finding.decided(usual(), begun)[0] == finding.BEGIN
    assert finding.decided(usual(), {**begun, "low": 0.45})[0] == finding.WAIT


def test_a_longer_lead_time_makes_commitments_due_earlier() -> None:
    late, soon = (tables.commitments(replace(usual(), lead_quarters=lead)) for lead in (0, 4))
    calendar = usual().answer.calendar
    for without, with_ in zip(late["Commit by"], soon["Commit by"], strict=True):
        assert calendar.label(calendar.index(without) - 4) in with_
    assert list(late["Commit by"]) == list(late["First bought"])


def test_where_merchants_shares_are_free_it_is_said_that_no_supply_limits_them() -> None:
    free = [bought_share(INPUTS.suppliers[2], INPUTS.workloads[0])]
    problem = asked(INPUTS, {"free": free})
    assert "no limit to the supply of bought chips is modelled" in finding.merchants_note(problem)
    assert finding.merchants_note(usual().problem) == ""
