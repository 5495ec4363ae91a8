"""The oracle gives every stored check value, which an implementation independent of it gave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import reference
from tests.support.frozen import FROZEN
from tests.support.largest import at_the_bounds

TESTS = Path(__file__).parents[1]
SETS = {"frozen": (FROZEN, TESTS / "checks.json"), "example": (TESTS / "example/data", TESTS / "example/checks.json")}
CHECKS = [
    pytest.param(folder, check, id=f"{name}: {check['name']}")
    for name, (folder, checks) in SETS.items()
    for check in json.loads(checks.read_text(encoding="utf-8"))
]
RELATIVE, ONE_USD = 1e-9, 1.0


def figures(report: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure of a report with where it stands."""
    if isinstance(report, dict):
        for name, inner in report.items():
            yield from figures(inner, f"{place}/{name}")
    else:
        yield place, report


def differences(got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    mine = dict(figures(got))
    return [
        f"{place}: {mine.get(place)!r}, not {value!r}"
        for place, value in figures(want)
        if not close(mine.get(place), value, place)
    ]


def close(got: Any, want: Any, place: str) -> bool:
    if not isinstance(got, float) or not isinstance(want, float):
        return bool(got == want)
    a_ratio = place.endswith("npv_per_programme_usd")
    in_usd = place.endswith("_usd") or place.startswith("/contribution/")
    return abs(got - want) <= max(RELATIVE * abs(want), ONE_USD if in_usd and not a_ratio else 0.0)


@pytest.mark.parametrize(("folder", "check"), CHECKS)
def test_the_oracle_gives_every_stored_figure(folder: Path, check: dict[str, Any]) -> None:
    data = reference.load(folder)
    result = reference.evaluate(data, check["levers"])
    by_label = {quarter["quarter"]: quarter for quarter in result["quarters"]}
    metrics = result["metrics"] | {"contribution": reference.contributions(data, check["levers"])}
    assert differences(metrics, check["metrics"]) == []
    for quarter in check["quarters"]:
        assert differences(by_label[quarter["quarter"]], quarter) == []
        assert set(by_label[quarter["quarter"]]) == set(quarter)


def test_the_plans_of_a_data_set_are_its_base() -> None:
    """The example's checks name their levers in full; the first changes nothing but the supply."""
    folder, checks = SETS["example"]
    data, first = reference.load(folder), json.loads(checks.read_text(encoding="utf-8"))[0]["levers"]
    assert {name: data.base[name] for name in first} | {"custom_supply_limit_mw": 25.0} == first


def test_the_set_at_the_bounds_is_there_and_sound() -> None:
    data = reference.from_tables(at_the_bounds())
    counts = (len(data.merchants), len(data.workloads), len(data.chips), len(data.opening_fleet), len(data.contracts))
    assert counts == (6, 8, 120, 2000, 20)
    model = reference.Model(data, {"horizon_year": data.bounds["horizon_year"][1]})
    assert all(model.bought_kappa(offers) > 0 for t in model.quarters for offers in model.offers(t).values())
    assert {row["constraint"] for row in reference.evaluate(data, {})["constraints"]} >= {"custom_supply", "contract"}
