"""What is asked of a search is read whole: all that is wrong with it is said at once, with what would do."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from core.__main__ import main
from core.inputs.lever_table import adoption
from core.risk.mix.limits import Limit
from core.risk.mix.problem import Problem, asked, free_choices, usual_choices
from tests.support.frozen import BASE, INPUTS

FIRST = adoption(INPUTS.workloads[0])


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status = main(["mix"])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_the_usual_question_frees_the_adoption_shares() -> None:
    one = asked(INPUTS, {})
    assert one.scenario == BASE
    assert one.free == usual_choices(INPUTS) == tuple(adoption(one) for one in INPUTS.workloads)
    assert one.limits == ()


def test_every_choice_of_the_method_can_be_free_and_the_ramp_cannot() -> None:
    assert "ramp_years" not in free_choices(INPUTS)
    assert {"adoption_start", "custom_premium_max"} < set(free_choices(INPUTS))
    one = asked(INPUTS, {"free": list(free_choices(INPUTS))})
    assert one.levers_of(one.steps_of(BASE)) == {name: BASE[name] for name in one.free}


def test_limits_are_read_by_name_and_subject() -> None:
    told = {"capex_usd_max": {"2027": 2e11}, "supplier_share_min": {INPUTS.suppliers[2]: 0.2}, "peak_mw_it_max": 9000}
    limits = asked(INPUTS, {"limits": told}).limits
    assert limits == (
        Limit("capex_usd_max", "2027", 2e11),
        Limit("peak_mw_it_max", "", 9000.0),
        Limit("supplier_share_min", INPUTS.suppliers[2], 0.2),
    )
    assert [one.eased.bound for one in limits] == [2.01e11, 9100.0, pytest.approx(0.19)]


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, Any] = {
        "levers": {"pue": 9, "nosuch": 1},
        "free": [FIRST, FIRST, "pue", 3],
        "limits": {
            "capex_usd_max": {"1999": 1e9, "2027": -1},
            "supplier_share_min": {"nobody": 0.1},
            "supplier_share_max": 0.4,
            "adoption_change_max": True,
            "cost": 3,
        },
        "draws": 1000,
        "seed": 1.5,
        "more": 1,
    }
    status, out, err = run(monkeypatch, capsys, json.dumps(told))
    assert (status, out) == (2, "")
    suppliers = ", ".join(INPUTS.suppliers)
    begins = [
        "more: there is no such entry; use levers, free, limits, draws, seed",
        "levers: pue: 9 is out of bounds; use a number from 1 to 2",
        "levers: nosuch: there is no such lever",
        f"free: {FIRST} is named twice; name it once",
        "free: pue is not a choice that can be free; use some of adoption_",
        "free: 3 is no lever; use some of adoption_",
        "limits.cost: there is no such limit; use capex_usd_max, ",
        "limits.capex_usd_max: '1999' is no year of this scenario; use 2027 to 2032",
        "limits.capex_usd_max.2027: -1 is not a finite number from 0 up; use a finite number from 0 up",
        f"limits.supplier_share_min: 'nobody' is no supplier of this scenario; use {suppliers}",
        "limits.supplier_share_max: 0.4 is not an object by supplier; write {",
        "limits.adoption_change_max: True is not a share from 0 to 1",
        "draws: 1000 is not a count of draws",
        "seed: 1.5 is not a seed; use a whole number from 0 to 4294967295",
    ]
    lines = err.splitlines()
    assert len(lines) == len(begins), err
    for line, begin in zip(lines, begins, strict=True):
        assert line.startswith(begin), line


@pytest.mark.parametrize(("text", "problem"), [("{", "standard input, line 1"), ("[]", "[] is not an object")])
def test_what_is_no_question_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, problem: str
) -> None:
    status, out, err = run(monkeypatch, capsys, text)
    assert (status, out) == (2, "")
    assert err.startswith(problem)


def test_what_is_asked_is_answered_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(
        monkeypatch, capsys, json.dumps({"free": [FIRST], "draws": 1024, "levers": {"headroom": 0.2}})
    )
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert {"frontier", "plan_best", "robust", "reference", "limits_binding", "tried", "seed_spread_usd"} < set(told)
    assert told["levers"]["headroom"] == 0.2
    assert set(told["frontier"][0]) == {"levers", "expected_usd", "bad_tenth_usd", "plan_usd", "pays_share", "breaks"}
    assert list(told["frontier"][0]["levers"]) == [FIRST]


def test_an_answer_is_kept_wherever_a_free_share_stands_but_not_where_a_belief_does() -> None:
    def key(levers: dict[str, float], **more: object) -> str:
        return asked(INPUTS, {"levers": levers, **more}).key

    assert key({FIRST: 0.1}) == key({FIRST: 0.9}) == key({})
    assert key({"pue": 1.3}) != key({})
    assert key({FIRST: 0.1}, free=[]) != key({FIRST: 0.9}, free=[])
    assert key({}, limits={"peak_mw_it_max": 1e5}) != key({})
    assert key({}, seed=3) != key({})


def test_a_limit_on_changes_leaves_today_s_share_within_reach() -> None:
    one: Problem = asked(INPUTS, {"limits": {"adoption_change_max": 0.0}})
    low, high = one.bounds
    assert (low == high).all()
