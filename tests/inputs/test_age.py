"""How old a figure is, which are due to be looked up again, and which are history."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.age import age_in_words, ages, dated, last_day_of, latest_day, months_later, months_old
from core.inputs.data import Inputs, load
from core.inputs.declaration import resources
from core.inputs.method import METHOD_PATH
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.spoilt import add, rows_of, write_rows

DAY = date(2026, 11, 28)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PUBLISHED = st.builds(
    lambda day, letters: day.isoformat()[:letters],
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.sampled_from([4, 7, 10]),
)


def of(inputs: Inputs, table: str, day: date = DAY) -> pd.DataFrame:
    """The figures of a table that stand on `day`, with the cells of their rows."""
    frame = ages(inputs, day)
    frame = frame[frame["table"] == table].set_index("row")
    return frame.join(inputs.tables[table].drop(columns="source_id"))


def dated_on(folder: Path, published_on: str) -> Inputs:
    """The data of the folder, all of whose sources came out on one day."""
    rows = [row | {"published_on": published_on} for row in rows_of(folder, "sources.csv")]
    write_rows(folder, "sources.csv", rows)
    return load(folder)


# --- Days and months


@pytest.mark.parametrize(
    ("published_on", "day"),
    [
        ("2026-07-29", date(2026, 7, 29)),
        ("2026-02", date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 31)),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_a_month_or_year_counts_by_its_last_day(published_on: str, day: date) -> None:
    assert latest_day(published_on) == day


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026", date(2026, 12, 31)), ("2026-Q1", date(2026, 3, 31)), ("2026-Q4", date(2026, 12, 31))],
)
def test_a_quarter_ends_with_its_third_month(period: str, day: date) -> None:
    assert last_day_of(period) == day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("published_on", "months"),
    [
        ("2026-10-28", 1),
        ("2026-10-29", 0),
        ("2026-11", 0),
        ("2026", 0),
        ("2027-01-01", 0),
        ("2025", 10),
        ("2025-11-28", 12),
    ],
)
def test_only_whole_months_count_and_what_may_still_come_out_is_new(published_on: str, months: int) -> None:
    assert months_old(published_on, DAY) == months


@given(published_on=PUBLISHED, day=DAYS, more=st.integers(0, 4000))
def test_age_grows_with_the_day_of_looking_and_never_falls_below_nothing(
    published_on: str, day: date, more: int
) -> None:
    now, then = months_old(published_on, day), months_old(published_on, day + timedelta(days=more))
    assert 0 <= now <= then <= now + more // 28 + 1


@given(published_on=PUBLISHED, day=DAYS, months=st.integers(1, 60))
def test_something_is_due_from_the_day_on_which_it_is_as_many_months_old(
    published_on: str, day: date, months: int
) -> None:
    assert (months_old(published_on, day) >= months) == (day >= months_later(latest_day(published_on), months))


def test_days_and_ages_are_told_in_words() -> None:
    assert [dated(one) for one in ("2026", "2026-03", "2026-03-09")] == ["2026", "Mar 2026", "9 Mar 2026"]
    told = {0: "under a month", 1: "1 month", 23: "23 months", 24: "2 years", 35: "2 years", 36: "3 years"}
    assert {months: age_in_words(months) for months in told} == told


# --- Due


def test_a_kind_of_figure_that_stands_six_months_is_due_on_the_day_on_which_it_has_stood_them(folder: Path) -> None:
    inputs = dated_on(folder, "2026-05-28")
    assert of(inputs, "chip_prices")["is_due"].all()
    assert not of(inputs, "chip_prices", DAY - timedelta(days=1))["is_due"].any()
    assert not of(inputs, "workloads")["is_due"].any(), "they stand a year"


@pytest.mark.parametrize(
    "resource", [one for one in resources() if "review_months" in one], ids=lambda one: one["name"]
)
def test_each_kind_stands_as_long_as_is_declared(resource: dict[str, object], folder: Path) -> None:
    inputs = dated_on(folder, "2020-01-15")
    due_on = months_later(date(2020, 1, 15), int(str(resource["review_months"])))
    frame = of(inputs, str(resource["name"]))
    assert set(frame["due_on"]) == {due_on} and len(frame) > 0


@given(day=st.dates(date(2024, 1, 1), date(2040, 1, 1)), more=st.integers(0, 2000))
def test_what_is_due_stays_due_until_it_is_history(day: date, more: int) -> None:
    now, later = (ages(INPUTS, one).set_index(["table", "row"]) for one in (day, day + timedelta(days=more)))
    assert set(later.index) <= set(now.index), "what is history stays so"
    both = now.loc[later.index]
    assert (both["is_due"] <= later["is_due"]).all()
    assert (both["months"] <= later["months"]).all()
    assert (both["due_on"] == later["due_on"]).all()


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["bundled", "another company"])
def test_every_figure_has_the_date_of_its_source(inputs: Inputs) -> None:
    published = inputs.tables["sources"].set_index("source_id")["published_on"]
    frame = ages(inputs, DAY)
    assert (published.loc[frame["source_id"]].to_numpy() == frame["published_on"]).all()
    for table, row, source in zip(frame["table"], frame["row"], frame["source_id"], strict=True):
        assert inputs.tables[table]["source_id"].iloc[row] == source


def test_a_derivation_is_as_old_as_the_day_on_which_it_was_made() -> None:
    assumed = of(INPUTS, "power_capacity").query("source_id == 'assumption'")
    assert set(assumed["published_on"]) == {"2026-11-22"} and set(assumed["months"]) == {0}


def test_what_is_never_looked_up_again_has_no_age() -> None:
    without = {one["name"] for one in resources() if "review_months" not in one}
    assert without == {"sources", "suppliers", "lever_correlations", "presets", "changes", "missing"}
    assert not without & set(ages(INPUTS, DAY)["table"])


# --- History


def test_of_reported_figures_only_the_last_of_each_metric_counts() -> None:
    frame, table = of(INPUTS, "reported_financials"), INPUTS.tables["reported_financials"]
    assert frame["metric"].is_unique and set(frame["metric"]) == set(table["metric"])
    assert frame.set_index("metric")["period"].to_dict() == table.groupby("metric")["period"].max().to_dict()


def test_of_prices_of_power_only_the_last_of_each_region_counts() -> None:
    assert set(of(INPUTS, "power_prices")["year"]) == {2026}
    assert len(of(INPUTS, "power_prices")) == len(INPUTS.tables["regions"])


def test_a_region_without_a_later_price_keeps_its_old_one(folder: Path) -> None:
    add(folder, "regions.csv", 2, region_id="new", name="New", fleet_share="0")
    add(folder, "power_prices.csv", 2, region_id="new", year="2026")
    add(folder, "power_prices.csv", 2, region_id="new", year="2028")
    frame = of(load(folder), "power_prices")
    assert list(frame[frame["region_id"] == "new"]["year"]) == [2026, 2028], "2026 is not over yet"
    later = of(load(folder), "power_prices", date(2027, 1, 1))
    assert list(later[later["region_id"] == "new"]["year"]) == [2028]
    assert set(later[later["region_id"] != "new"]["year"]) == {2026}


def test_demand_of_a_year_that_is_over_is_history_and_that_of_years_to_come_is_not() -> None:
    assert sorted(set(of(INPUTS, "workload_demand")["year"])) == list(range(2026, 2036))


def test_a_published_figure_is_replaced_by_a_later_one_of_the_same_thing() -> None:
    frame = of(INPUTS, "calibration_targets")
    assert "capex_2025" not in set(frame["target_id"]) and "capex_2026" in set(frame["target_id"])
    hours = {target for target in frame["target_id"] if target.endswith("_hour")}
    assert len(hours) == 4, "of other chips, so of other things"


def test_lots_of_the_opening_fleet_are_never_history() -> None:
    assert len(of(INPUTS, "opening_fleet")) == len(INPUTS.tables["opening_fleet"])


def test_a_series_names_columns_that_there_are() -> None:
    for resource in resources():
        if "series" in resource:
            names = {field["name"] for field in resource["schema"]["fields"]}
            assert {resource["series"]["period"], *resource["series"]["of"]} <= names


# --- The method


def test_the_method_says_how_long_each_kind_stands() -> None:
    text = METHOD_PATH.read_text(encoding="utf-8").partition("| Months | Tables |")[2].partition("\n\n")[0]
    told = {
        name: int(months)
        for months, names in re.findall(r"(?m)^\| (\d+) \| (.+) \|$", text)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert told == {one["name"]: one["review_months"] for one in resources() if "review_months" in one}
