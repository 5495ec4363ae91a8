"""The library: what its lists say, how scenarios are found there, and what can be done with those that are picked."""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from core.base.clock import exactly
from core.base.format import MISSING
from core.inputs.data import Inputs, bundled
from core.inputs.lever_table import adoption
from core.model.model import MODEL_VERSION
from core.store import store
from core.store.database import FOLDER_VARIABLE, StoreUnavailableError
from core.store.records import Entry, Search, Snapshot
from core.store.store import TRASH_DAYS, Store, shared_store
from core.views.library import finding
from core.views.library import tables as library
from core.views.library.ready_made import what_it_is
from pages.parts.library import selection, shelf
from pages.parts.work import saved, steps
from pages.parts.work.text import plain
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.hostile import HOSTILE_NAMES
from tests.support.stores import Clock, key, snapshot
from tests.support.visit import address, arriving, move, opened, press, run, scenario, strip
from tests.support.words import NOISE, read, said
from tests.support.work import of_other_data

PAGE = "library.py"
ANNS_BROWSER = "the key of Ann's browser"
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ANSWERS_NOT = "the database does not answer; try again in a moment"


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    yield
    shared_store().close()


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


@pytest.fixture
def ann() -> str:
    """The visitor, who has given her name."""
    return shared_store().name_visitor(ANNS_BROWSER, "Ann")


def keep(name: str = "Plan", who: str = "Ann", pue: float = 1.1, **more: Any) -> Entry:
    """A scenario that somebody saved."""
    return shared_store().save_new(who, name, saved.snapshot(BASE.replace(pue=pue)), request_key=key(), **more)


def quick(name: str, who: str = "Ann", value_usd: float | None = 1e9, **more: Any) -> Entry:
    """A scenario of which only the figures that lists show matter."""
    return shared_store().save_new(who, name, snapshot(value_usd), request_key=key(), **more)


def forged(name: str, model: str = MODEL_VERSION, data: str = bundled().data_version, **levers: float) -> Entry:
    """A scenario as another version of the product would have saved it."""
    now = saved.snapshot(BASE)
    figures = {**now.report, "model_version": model, "data_version": data}
    figures["levers"] = {**now.report["levers"], **levers}
    snap = Snapshot(figures, now.summary, now.sparkline, lambda: b"")
    return shared_store().save_new("Ann", name, snap, request_key=key())


def visit(view: str = shelf.SAVED) -> AppTest:
    at = arriving()
    at.switch_page(PAGE)
    run(at)
    return turn_to(at, view) if view != shelf.SAVED else at


def turn_to(at: AppTest, view: str) -> AppTest:
    next(group for group in at.main.button_group if group.label == "What is listed").set_value(view)
    return run(at)


def listed(at: AppTest) -> pd.DataFrame:
    frame: pd.DataFrame = at.main.dataframe[0].value
    return frame


def names(at: AppTest) -> list[str]:
    return list(listed(at)[library.NAME])


def tick(at: AppTest, *wanted: str, heading: str | None = None) -> AppTest:
    """Tick rows by name, in this order, or click a heading."""
    for count in range(1, len(wanted) + 1) if heading is None else [0]:
        rows = [names(at).index(name) for name in wanted[:count]]
        says = {"rows": rows, "columns": [] if heading is None else [heading], "cells": []}
        at.session_state[at.main.dataframe[0].key] = {"selection": says}
        run(at)
    return at


def picked(at: AppTest) -> str:
    return next(read(text.value) for text in at.main.markdown if "picked" in text.value or "Tick" in text.value)


def button(at: AppTest, label: str) -> Any:
    return next(one for one in at.main.button if one.label == label)


def click(at: AppTest, label: str) -> AppTest:
    button(at, label).click()
    return run(at)


def choose(at: AppTest, label: str, option: str) -> AppTest:
    next(one for one in at.main.selectbox if one.label == label).set_value(option)
    return run(at)


def search(at: AppTest, words: str) -> AppTest:
    next(one for one in at.main.text_input if one.label == "Search").set_value(words)
    return run(at)


def in_dialog(at: AppTest) -> AppTest:
    """Run as the browser does after a click in a dialog: the dialog alone, unless it asks for more."""
    # AppTest itself always runs the whole script, in which a dialog that was open is not drawn again.
    fragment = list(at._fragment_storage._parent_by_id)[-1]  # type: ignore[attr-defined]
    only = functools.partial(RerunData, fragment_id_queue=[fragment])
    with patch("streamlit.testing.v1.local_script_runner.RerunData", only):
        return run(at)


def give_name(at: AppTest, name: str) -> AppTest:
    at.text_input(key="name_who").set_value(name)
    at.button(key="name_submit").click()
    return in_dialog(at)


def title(at: AppTest) -> str:
    return read(at.main.title[0].value)


def told(at: AppTest) -> str:
    """All that the page says in boxes, toasts, captions and texts."""
    parts = (*at.error, *at.success, *at.warning, *at.info, *at.toast, *at.main.caption, *at.main.markdown)
    return "\n".join(read(part.value) for part in parts)


def in_store(**search: Any) -> list[str]:
    return [entry.name for entry in shared_store().library(Search(**search)).entries]


# --- What lists say


@pytest.mark.parametrize(
    ("values", "total", "said"),
    [
        ([], 0, "No saved scenarios yet"),
        ([("A", 8.3e9)], 1, "1 scenario saved: “A” is worth $8.3 B"),
        ([("A", -8.0e9)], 1, "1 scenario saved: “A” loses $8.0 B against its baseline"),
        ([("A", 0.0)], 1, "1 scenario saved: “A” is worth as much as its baseline"),
        ([("A", None)], 1, "1 scenario saved"),
        ([("A", 8.3e9), ("B", 1e9)], 12, "12 scenarios saved; “A” is worth most, $8.3 B"),
        ([("A", 8.3e9), ("B", None)], 12, "12 scenarios saved; “A” is worth most, $8.3 B"),
        ([("A", 8.3e9), ("B", 8.3e9)], 1234, "1,234 scenarios saved; the best are worth $8.3 B"),
        ([("A", -1e9), ("B", -2e9)], 2, "2 scenarios saved; “A” loses least, $1.0 B"),
        ([("A", -1e9), ("B", -1e9)], 2, "2 scenarios saved; the best lose $1.0 B"),
        ([("A", 0.0), ("B", -1e9)], 2, "2 scenarios saved; none is worth more than its baseline"),
        ([("A", None), ("B", None)], 2, "2 scenarios saved"),
    ],
)
def test_a_title_says_how_many_are_saved_and_which_is_worth_most(
    values: list[tuple[str, object]], total: int, said: str
) -> None:
    assert finding.title(values, total).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_title_says_what_was_found() -> None:
    assert finding.title([], 0, found=True) == "No saved scenario matches"
    assert finding.title([("A", 2e9)], 1, found=True).startswith("1 scenario matches: “A” is worth $2.0")
    assert finding.title([("A", 2e9), ("B", 1e9)], 3, found=True).startswith("3 scenarios match; “A” is worth most")
    assert finding.trash_title(0) == "The trash is empty"
    assert finding.trash_title(0, found=True) == "Nothing in the trash matches"
    assert finding.trash_title(1) == "1 scenario in the trash, kept for 60 days"
    assert finding.trash_title(2) == "2 scenarios in the trash, kept for 60 days each"
    assert finding.trash_title(2, found=True) == "2 scenarios in the trash match"
    assert finding.trash_title(1, found=True) == "1 scenario in the trash matches"


def test_a_long_name_is_cut_in_a_sentence_and_nowhere_else() -> None:
    long = "Plan " * 24
    assert len(finding.short(long)) <= finding.SHORT
    assert finding.short(long).endswith("…")
    assert finding.short("Plan") == "Plan"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7200, "2 hours ago"),
        (86_400, "1 day ago"),
        (3 * 86_400 + 5, "3 days ago"),
        (31 * 86_400, "1 month ago"),
        (800 * 86_400, "2 years ago"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    assert finding.ago(NOW - timedelta(seconds=seconds), NOW) == said


@given(some.floats(0, 100), some.floats(0, 100))
def test_days_in_the_trash_run_down_from_sixty_and_stop_at_none(one: float, other: float) -> None:
    early, late = sorted((one, other))
    left = [library.days_left(NOW - timedelta(days=days), NOW) for days in (early, late)]
    assert TRASH_DAYS >= left[0] >= left[1] >= 0
    assert library.days_left(NOW, NOW) == TRASH_DAYS
    assert left[1] - 1 <= max(0.0, TRASH_DAYS - late) <= left[1] + 1e-6


def test_every_order_has_its_column_and_no_heading_names_a_year() -> None:
    assert not any(re.search(r"20\d\d", text) for text in (*library.SORT_OF, *library.SORTS, *library.HELP.values()))
    assert {sort for sort, _ in library.SORTS.values()} == set(library.SORT_OF.values())
    assert set(library.SORT_OF.values()) <= set(store.SORTS)
    assert {(sort, down) for sort in library.SORT_OF.values() for down in (True, False)} == set(library.SORTS.values())


SAID_OF = {
    "Company plan": "Every lever at base",
    "Today's mix held": "Custom keeps today's share of each workload",
    "Ranking only": "Custom in 90 % of ranking inference and 80 % of ranking training and nowhere else",
    "Extends to training": "Custom in 80 % of ranking inference, 70 % of ranking training, 50 % of generative "
    "inference and 40 % of generative training",
    "Exit custom": "No custom chip is bought any more",
    "Programme slips a year": "Delay of coming custom chips 5 quarters",
    "Right to stop": "Right to stop above 0 % above the best bought chip",
}


def test_a_ready_made_scenario_is_described_by_its_levers() -> None:
    for name, words in SAID_OF.items():
        assert said(what_it_is(INPUTS, INPUTS.presets[name])) == words
    assert said(what_it_is(EXAMPLE, EXAMPLE.presets["Exit custom"])) == SAID_OF["Exit custom"]
    alike = {adoption(workload): 0.5 for workload in EXAMPLE.workloads}
    assert said(what_it_is(EXAMPLE, EXAMPLE.scenario(alike))) == "Custom in 50 % of every workload"
    off = {"pue": 1.2, "spares": 0.1, "headroom": 0.2, "tax_rate": 0.3, "ramp_years": 1, "discount_rate": 0.1}
    many = EXAMPLE.scenario(off)
    assert said(what_it_is(EXAMPLE, many)).endswith("; 2 levers more off base")


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["bundled", "example"])
def test_every_ready_made_scenario_of_any_company_has_a_line_and_no_two_the_same(inputs: Inputs) -> None:
    lines = [what_it_is(inputs, scenario) for scenario in inputs.presets.values()]
    assert len(set(lines)) == len(lines)
    for line in lines:
        assert not NOISE.search(said(line)), line


def test_figures_that_a_report_lacked_are_left_empty() -> None:
    bare = replace(quick("Bare"), tags=())
    bare = replace(bare, latest=replace(bare.latest, summary=dict.fromkeys(bare.latest.summary), sparkline=()))
    row = library.saved_table([bare], ["unreadable"], [None], NOW).iloc[0]
    assert all(math.isnan(row[name]) for name in (library.VALUE, library.CAPEX, library.PEAK))
    assert row[library.PAYBACK] == MISSING
    assert row[library.CASH] == []


def test_dates_that_say_the_same_are_said_once() -> None:
    entry = quick("A")
    summary = {**entry.latest.summary, "payback": "never", "first_accretive_year": "never"}
    row = library.saved_table([replace(entry, latest=replace(entry.latest, summary=summary))], [""], [None], NOW).iloc[
        0
    ]
    assert row[library.PAYBACK] == "Never"
    assert library.saved_table([entry], [""], [None], NOW).iloc[0][library.PAYBACK] == "2028-Q3 / 2027"


def test_the_details_give_the_exact_time_and_the_note() -> None:
    store = shared_store()
    first = keep("Board plan", tags=["board"])
    store.save("Bob", first.id, saved.snapshot(BASE), on_top_of=1, request_key=key(), note="After the call")
    store.restore_revision("Ann", first.id, 1, on_top_of=2, request_key=key())
    second, third = store.revision(first.id, 2), store.scenario(first.id)
    words = finding.details(third)
    assert "Owned by Ann" in words and "tagged board" in words
    assert f"v3 saved on {exactly(third.latest.saved_at)} by Ann, restored from v1" in words
    assert "v2 saved" in finding.details(replace(third, latest=second))
    assert "by Bob (After the call)" in finding.details(replace(third, latest=second))


# --- Nothing saved yet


def test_an_empty_library_teaches_what_to_save_and_offers_ready_made_scenarios() -> None:
    at = visit()
    assert title(at) == "No saved scenarios yet"
    assert "A saved scenario keeps every lever" in told(at)
    assert "Press **Save**" in told(at)
    assert names(at) == list(steps.ready_made())
    assert not at.main.text_input


def test_ready_made_scenarios_stand_with_their_line_and_their_value() -> None:
    at = visit(shelf.READY_MADE)
    rows = listed(at).set_index(library.NAME)
    held = rows.loc["Today's mix held"]
    assert held[library.VALUE] == 0.0
    assert held[library.WHAT] == "Custom keeps today's share of each workload"
    summary = saved.snapshot(BASE).summary
    assert rows.loc["Company plan", library.VALUE] == pytest.approx(float(summary["value_usd"] or 0) / 1e9, rel=1e-12)
    best = rows[library.VALUE].idxmax()
    assert title(at).startswith(f"10 ready-made scenarios; “{best}” is worth most, $")


# --- The list


def test_a_saved_scenario_is_listed_with_its_figures(ann: str) -> None:
    entry = keep("Board plan", tags=["FY27", "board"])
    row = listed(visit()).iloc[0]
    summary = entry.latest.summary
    assert row[library.NAME] == "Board plan"
    for name, column, scale in (
        ("value_usd", library.VALUE, 1e9),
        ("capex_first_year_usd", library.CAPEX, 1e9),
        ("peak_mw_it", library.PEAK, 1e3),
    ):
        assert row[column] == pytest.approx(float(summary[name] or 0) / scale, rel=1e-12)
    assert list(row[library.CASH]) == pytest.approx([usd / 1e9 for usd in entry.latest.sparkline])
    assert (row[library.OWNER], row[library.VERSION], row[library.SAVED]) == ("Ann", "v1", "just now")
    assert (row[library.FIGURES], list(row[library.TAGS])) == ("current", ["FY27", "board"])


def test_the_title_names_the_best_of_the_whole_list_not_of_the_page() -> None:
    for i in range(25):
        quick(f"Plan {i:02d}", value_usd=1e9 * (30 - i))
    at = visit()
    assert names(at)[0] == "Plan 24"
    assert title(at) == "25 scenarios saved; “Plan 00” is worth most, $30 B"
    assert "1 to 20 of 25 scenarios" in told(at)
    at.main.pagination[0].set_value(2)
    run(at)
    assert names(at) == [f"Plan {i:02d}" for i in range(4, -1, -1)]
    assert "21 to 25 of 25 scenarios" in told(at)


def test_words_owner_and_tag_narrow_the_list_and_can_be_cleared() -> None:
    quick("Board plan", "Ann", tags=["board"])
    quick("Board downside", "Bob", tags=["downside"])
    quick("Exit", "Bob", tags=["board"], description="what the board asked for")
    at = search(visit(), "BOARD plan")
    assert names(at) == ["Board plan"]
    assert title(at).startswith("1 scenario matches: “Board plan”")
    assert set(names(search(at, "board"))) == {"Board plan", "Board downside", "Exit"}
    assert set(names(choose(at, "Owner", "Bob"))) == {"Board downside", "Exit"}
    assert names(choose(at, "Tag", "board")) == ["Exit"]
    search(at, "nowhere")
    assert title(at) == "No saved scenario matches"
    assert not at.main.dataframe
    press(at, "library_clear")
    assert len(names(at)) == 3
    assert next(one for one in at.main.text_input if one.label == "Search").value == ""


@pytest.mark.parametrize(("order", "by"), library.SORTS.items())
def test_the_whole_list_is_sorted_both_ways_by_each_order(order: str, by: tuple[str, bool]) -> None:
    for name, who, value in (("Beta", "Cleo", 3e9), ("alpha", "Bob", None), ("Gamma", "Ann", 5e9)):
        quick(name, who, value)
    at = choose(visit(), "Order", order)
    assert names(at) == in_store(sort=by[0], descending=by[1])


def test_a_click_on_a_heading_sorts_by_it_and_another_click_the_other_way_round() -> None:
    for name, value in (("Beta", 3e9), ("Alpha", 5e9), ("Gamma", 1e9)):
        quick(name, value_usd=value)
    at = tick(visit(), heading=library.VALUE)
    assert names(at) == ["Alpha", "Beta", "Gamma"]
    assert next(one for one in at.main.selectbox if one.label == "Order").value == "Value, highest first"
    assert names(tick(at, heading=library.VALUE)) == ["Gamma", "Beta", "Alpha"]
    assert names(tick(at, heading=library.NAME)) == ["Alpha", "Beta", "Gamma"]
    assert names(tick(at, heading=library.CASH)) == ["Alpha", "Beta", "Gamma"], "nothing to sort by"


def test_a_narrower_search_begins_on_its_first_page() -> None:
    for i in range(45):
        quick(f"Plan {i:02d}")
    at = visit()
    at.main.pagination[0].set_value(3)
    run(at)
    assert len(names(at)) == 5
    search(at, "plan")
    assert len(names(at)) == 20
    assert at.main.pagination[0].value == 1


def test_a_page_that_is_no_more_becomes_the_last_one() -> None:
    entries = [quick(f"Plan {i:02d}") for i in range(21)]
    at = visit()
    at.main.pagination[0].set_value(2)
    assert names(run(at)) == ["Plan 00"]
    shared_store().trash("Ann", entries[0].id)
    assert len(names(run(at))) == 20


def test_what_was_looked_for_and_picked_stays_on_the_way_to_another_page_and_back() -> None:
    for i in range(3):
        quick(f"Plan {i}", "Bob", tags=["board"])
    quick("Other", "Ann")
    at = choose(choose(search(visit(), "plan"), "Owner", "Bob"), "Order", "Name, A to Z")
    tick(at, "Plan 1")
    at.switch_page("method.py")
    run(at)
    at.switch_page(PAGE)
    run(at)
    assert names(at) == ["Plan 0", "Plan 1", "Plan 2"]
    assert picked(at) == "**1 picked:** Plan 1"
    assert next(one for one in at.main.selectbox if one.label == "Owner").value == "Bob"
    assert json.loads(at.main.dataframe[0].proto.selection_default)["selection"]["rows"] == [1]
    assert picked(run(at)) == "**1 picked:** Plan 1"


def test_scenarios_are_picked_across_pages_and_searches_until_cleared() -> None:
    for i in range(25):
        quick(f"Plan {i:02d}")
    at = tick(visit(), "Plan 20", "Plan 10")
    at.main.pagination[0].set_value(2)
    run(at)
    tick(at, "Plan 03")
    assert picked(at) == "**3 picked:** Plan 20, Plan 10, Plan 03"
    press(at, "library_unpick")
    assert picked(at).startswith(":gray[Tick scenarios")
    assert picked(run(at)).startswith(":gray[Tick scenarios")


def test_a_row_stays_picked_when_others_save_and_it_moves() -> None:
    quick("Mine")
    at = tick(visit(), "Mine")
    quick("Newer", "Bob")
    run(at)
    assert names(at) == ["Newer", "Mine"]
    assert picked(at) == "**1 picked:** Mine"
    assert picked(run(at)) == "**1 picked:** Mine"


def test_scenarios_of_other_versions_are_marked_and_those_that_cannot_be_read_are_listed_all_the_same() -> None:
    forged("Model", model="0.9")
    forged("Data", data="0123abc")
    forged("Both", model="0.9", data="0123abc")
    forged("Broken", model="9.0", pue=55.0)
    keep("Now")
    at = visit()
    marks = dict(zip(names(at), listed(at)[library.FIGURES], strict=True))
    assert marks == {
        "Model": "other model",
        "Data": "other data",
        "Both": "other versions",
        "Broken": "unreadable",
        "Now": "current",
    }
    tick(at, "Broken")
    assert "It cannot be set here:] Broken, v1, was saved by another version" in told(at)
    assert "PUE: 55" in told(at)
    for label in ("Open", "Duplicate"):
        assert button(at, label).disabled
        assert "cannot read it" in button(at, label).help
    tick(at, "Broken", "Now")
    assert button(at, "Compare").disabled


def test_without_the_store_the_list_says_so_and_the_rest_works() -> None:
    quick("Plan")
    at = visit()
    with patch.object(Store, "library", side_effect=StoreUnavailableError(ANSWERS_NOT)):
        run(at)
        assert title(at) == "Saved scenarios cannot be listed just now"
        assert read(at.main.error[0].value) == f"{ANSWERS_NOT}."
        assert names(at) == list(steps.ready_made())
        tick(at, "Ranking only")
        click(at, "Open")
    assert scenario(at) == steps.ready_made()["Ranking only"]


def test_a_picked_scenario_does_not_keep_the_ready_made_ones_from_being_shown_without_the_store() -> None:
    quick("Plan")
    at = tick(visit(), "Plan")
    turn_to(at, shelf.READY_MADE)
    tick(at, "Exit custom")
    assert picked(at) == "**2 picked:** Plan, Exit custom"
    with (
        patch.object(Store, "library", side_effect=StoreUnavailableError(ANSWERS_NOT)),
        patch.object(Store, "scenario", side_effect=StoreUnavailableError(ANSWERS_NOT)),
    ):
        assert picked(run(at)) == "**1 picked:** Exit custom"
    assert picked(run(at)) == "**2 picked:** Plan, Exit custom"


# --- User text


@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_what_people_write_is_shown_as_text(hostile: str, ann: str) -> None:
    keep(hostile, who=hostile, description=hostile, tags=[hostile[:40]], note=hostile)
    at = tick(visit(), hostile)
    texts = [part.value for part in (*at.main.title, *at.main.markdown, *at.main.caption)]
    texts += [one.help or "" for one in at.main.button]
    assert sum(plain(hostile) in text for text in texts) >= 3
    assert not any(hostile in text for text in texts)
    click(at, "Duplicate")
    assert plain(f"Copy of {hostile}") in at.toast[0].value
    click(at, "To trash")
    assert plain(f"Copy of {hostile}") in at.main.success[0].value


def test_no_column_makes_a_link_a_picture_or_markup_of_its_cells() -> None:
    keep(HOSTILE_NAMES[0])
    at = visit()
    columns = json.loads(at.main.dataframe[0].proto.columns)
    kinds = {config["type_config"]["type"] for config in columns.values() if config.get("type_config")}
    assert kinds <= {"text", "number", "bar_chart", "list"}
    assert columns[library.NAME]["type_config"]["type"] == "text"
    assert columns[library.OWNER]["type_config"]["type"] == "text"


# --- Opening and comparing


def test_open_leads_to_explore_with_the_scenario_open() -> None:
    entry = keep("Board plan", pue=1.3)
    at = click(tick(visit(), "Board plan"), "Open")
    assert scenario(at) == BASE.replace(pue=1.3)
    assert at.session_state["history"].now.origin.scenario_id == entry.id
    assert address(at) == {"scenario": entry.id, "version": "1"}
    assert strip(at), "this is the Explore page"
    at.switch_page(PAGE)
    assert names(run(at)) == ["Board plan"]


def test_open_takes_a_ready_made_scenario_too_and_undo_leads_back() -> None:
    at = move(opened(), "adoption_rr_inference", 0.9)
    before = scenario(at)
    at.switch_page(PAGE)
    run(at)
    click(tick(turn_to(at, shelf.READY_MADE), "Power is short"), "Open")
    assert scenario(at) == steps.ready_made()["Power is short"]
    press(at, "undo")
    assert scenario(at) == before


def test_a_scenario_of_another_company_is_listed_opened_and_copied_as_it_was_saved(ann: str) -> None:
    origin = of_other_data("Theirs")
    keep("Ours")
    at = visit()
    assert dict(zip(names(at), listed(at)[library.FIGURES], strict=True)) == {
        "Theirs": "other company",
        "Ours": "current",
    }
    assert title(at).startswith("2 scenarios saved, several companies'; of those of Meta “Ours” is worth most, $")
    tick(at, "Theirs", "Ours")
    assert button(at, "Compare").disabled
    assert "“Theirs” is another company's" in read(button(at, "Compare").help)
    tick(at, "Theirs")
    words = "It is shown as it was saved:] Theirs, v1, is of other data, those of Kestrel, AMD, NVIDIA and TPU"
    assert words in told(at)
    click(at, "Duplicate")
    [copy] = [entry for entry in shared_store().library(Search()).entries if entry.name == "Copy of Theirs"]
    theirs = shared_store().scenario(origin.scenario_id)
    assert (copy.owner, copy.latest.data_version, copy.latest.summary) == (
        "Ann", EXAMPLE.data_version, theirs.latest.summary,
    )  # fmt: skip
    assert shared_store().report(copy.id, 1) == shared_store().report(theirs.id, 1)
    assert [toast.value for toast in at.toast] != []
    assert "as it was saved" in read(at.toast[0].value)
    click(tick(at, "Theirs"), "Open")
    assert "Theirs, v1, is of other data" in told(at)
    assert scenario(at) == BASE


def test_only_one_can_be_opened_copied_or_edited_and_two_to_four_compared(ann: str) -> None:
    for i in range(5):
        quick(f"Plan {i}")
    at = visit()
    enabled = {0: set(), 1: {"Open", "Duplicate", "Edit", "To trash"}}
    for count in range(6):
        if count:
            tick(at, *[f"Plan {i}" for i in range(count)])
        buttons = [one for one in at.main.button if one.label in ("Open", "Compare", "Duplicate", "Edit", "To trash")]
        now = {one.label for one in buttons if not one.disabled}
        assert now == enabled.get(count, {"Compare", "To trash"} if count <= 4 else {"To trash"})
        assert all(one.help for one in buttons if one.disabled)


def test_compare_takes_saved_and_ready_made_scenarios_in_the_order_in_which_they_were_picked() -> None:
    first, second = keep("One"), keep("Two", pue=1.3)
    at = tick(visit(), "Two", "One")
    tick(turn_to(at, shelf.READY_MADE), "Exit custom")
    click(at, "Compare")
    compared = next(one for one in at.main.multiselect if one.label.startswith("Scenarios to compare"))
    assert compared.value == [second.id, first.id, f"{selection.PRESET}Exit custom"]


@pytest.mark.parametrize("label", ["Open", "Duplicate", "Edit", "To trash"])
def test_what_somebody_else_has_moved_meanwhile_is_refused_in_words(label: str, ann: str) -> None:
    entry = keep("Board plan")
    at = tick(visit(), "Board plan")
    shared_store().trash("Ann", entry.id)
    click(at, label)
    assert "in the trash" in told(at)
    assert in_store(in_trash=True) == ["Board plan"]
    assert in_store() == []


def test_a_picked_scenario_that_somebody_else_moves_is_picked_no_more() -> None:
    entry = quick("Board plan")
    quick("Other")
    at = tick(visit(), "Board plan")
    shared_store().trash("Ann", entry.id)
    run(at)
    assert picked(at).startswith(":gray[Tick scenarios")
    assert "Not all that was picked is still here" in at.toast[0].value
    assert not run(at).toast


# --- Copies


def test_duplicate_saves_a_copy_of_the_same_levers_for_the_visitor(ann: str) -> None:
    entry = keep("Board plan", who="Bob", pue=1.3, description="For March", tags=["board"])
    at = click(tick(visit(), "Board plan"), "Duplicate")
    copy = shared_store().library(Search()).entries[0]
    assert (copy.name, copy.owner, copy.description, copy.tags) == (
        "Copy of Board plan",
        "Ann",
        "For March",
        ("board",),
    )
    assert shared_store().report(copy.id, 1)["levers"] == shared_store().report(entry.id, 1)["levers"]
    assert names(at) == ["Copy of Board plan", "Board plan"]
    assert picked(at) == "**1 picked:** Copy of Board plan"
    assert "Saved “Copy of Board plan”" in read(at.toast[0].value)
    run(at)
    assert len(in_store()) == 2


def test_a_copy_of_a_copy_with_the_longest_name_still_has_a_name(ann: str) -> None:
    keep("x" * 120)
    click(tick(visit(), "x" * 120), "Duplicate")
    assert in_store() == [f"Copy of {'x' * 112}", "x" * 120]


def test_who_has_no_name_yet_is_asked_for_it_and_then_the_copy_is_saved() -> None:
    keep("Board plan", who="Bob")
    at = click(tick(visit(), "Board plan"), "Duplicate")
    assert in_store() == ["Board plan"]
    give_name(at, " ")
    assert "is empty" in at.error[0].value
    give_name(at, "Dora")
    assert in_store() == ["Copy of Board plan", "Board plan"]
    assert shared_store().library(Search(owner="Dora")).total == 1
    assert shared_store().name_of(ANNS_BROWSER) == "Dora"


def test_a_ready_made_scenario_is_duplicated_into_the_library(ann: str) -> None:
    at = click(tick(visit(), "Ranking only"), "Duplicate")
    assert names(at) == ["Copy of Ranking only"]
    entry = shared_store().library(Search()).entries[0]
    assert saved.origin(entry.id).scenario == steps.ready_made()["Ranking only"]


def test_a_copy_that_could_not_be_saved_is_tried_again_under_the_same_key(ann: str) -> None:
    keep("Board plan")
    at = tick(visit(), "Board plan")
    keys = []

    def lost(*_args: Any, request_key: str, **_more: Any) -> Entry:
        keys.append(request_key)
        raise StoreUnavailableError(ANSWERS_NOT)

    with patch.object(Store, "save_new", lost):
        click(click(at, "Duplicate"), "Duplicate")
    assert "Not duplicated: the database does not answer" in told(at)
    assert len(set(keys)) == 1
    click(at, "Duplicate")
    assert len(in_store()) == 2


# --- Editing


def edit(at: AppTest, **fields: Any) -> AppTest:
    for name, value in fields.items():
        widgets = {"name": at.text_input, "description": at.text_area, "tags": at.multiselect}[name]
        widgets(key=f"library_edit_{name}").set_value(value)
    at.button(key="library_edit_save").click()
    return in_dialog(at)


def test_the_owner_renames_describes_and_tags(ann: str) -> None:
    entry = keep("Board plan", tags=["board"])
    at = click(tick(visit(), "Board plan"), "Edit")
    assert at.text_input(key="library_edit_name").value == "Board plan"
    edit(at, name="  Board plan, final ", description="For March", tags=["board", "FY27"])
    entry = shared_store().scenario(entry.id)
    assert (entry.name, entry.description, entry.tags) == ("Board plan, final", "For March", ("FY27", "board"))
    assert [event.action for event in shared_store().events(entry.id)] == ["renamed", "described", "tagged", "saved"]
    assert names(at) == ["Board plan, final"]
    assert entry.latest.number == 1, "nothing of the scenario itself has changed"


def test_what_stays_as_it_is_is_not_written_down_again(ann: str) -> None:
    entry = keep("Board plan", tags=["board"])
    edit(click(tick(visit(), "Board plan"), "Edit"), description="For March")
    assert [event.action for event in shared_store().events(entry.id)] == ["described", "saved"]


def test_the_scenario_bar_knows_the_new_name_of_what_is_open(ann: str) -> None:
    keep("Board plan")
    at = click(tick(visit(), "Board plan"), "Open")
    at.switch_page(PAGE)
    run(at)
    edit(click(at, "Edit"), name="Board plan, final")
    assert at.session_state["history"].now.origin.name == "Board plan, final"


def test_an_empty_name_is_refused_in_words_and_the_old_one_stays(ann: str) -> None:
    keep("Board plan")
    at = edit(click(tick(visit(), "Board plan"), "Edit"), name="  ")
    assert "name: is empty" in read(at.error[0].value)
    assert in_store() == ["Board plan"]


@pytest.mark.parametrize("label", ["Edit", "To trash"])
def test_what_belongs_to_another_cannot_be_arranged_and_says_why(label: str, ann: str) -> None:
    keep("Board plan", who="Bob")
    at = tick(visit(), "Board plan")
    assert button(at, label).disabled
    assert button(at, label).help == plain("Only Bob may; duplicate it to have one of your own")
    assert not button(at, "Duplicate").disabled


@pytest.mark.parametrize(("name", "allowed"), [("Bob", True), ("Eve", False)])
def test_who_has_no_name_yet_is_asked_and_then_held_to_it(name: str, allowed: bool) -> None:
    keep("Board plan", who="Bob")
    at = click(tick(visit(), "Board plan"), "To trash")
    give_name(at, name)
    assert in_store(in_trash=True) == (["Board plan"] if allowed else [])
    assert ("“Board plan” is Bob's" in told(at)) != allowed


def test_ready_made_scenarios_cannot_be_arranged(ann: str) -> None:
    at = tick(visit(shelf.READY_MADE), "Exit custom")
    assert button(at, "Edit").disabled and button(at, "To trash").disabled
    assert "duplicate one" in button(at, "Edit").help


# --- The trash


def test_what_is_put_into_the_trash_is_gone_from_the_list_and_undo_brings_it_back(ann: str) -> None:
    keep("Board plan")
    keep("Other")
    at = click(tick(visit(), "Board plan"), "To trash")
    assert names(at) == ["Other"]
    assert read(at.main.success[0].value) == "Moved “Board plan” to the trash."
    assert picked(at).startswith(":gray[Tick scenarios")
    click(at, "Undo")
    assert set(names(at)) == {"Board plan", "Other"}
    assert not at.main.success


def test_several_go_into_the_trash_at_once_and_come_back_at_once(ann: str) -> None:
    for i in range(3):
        keep(f"Plan {i}")
    at = click(tick(visit(), "Plan 0", "Plan 2"), "To trash")
    assert read(at.main.success[0].value) == "Moved 2 scenarios to the trash."
    assert names(at) == ["Plan 1"]
    click(at, "Undo")
    assert len(names(at)) == 3


def test_what_went_into_the_trash_before_one_that_could_not_can_be_undone(ann: str) -> None:
    keep("Plan 0")
    keep("Plan 1")
    at = tick(visit(), "Plan 0", "Plan 1")
    trash, calls = Store.trash, []

    def once(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) > 1:
            raise StoreUnavailableError(ANSWERS_NOT)
        trash(*arguments)

    with patch.object(Store, "trash", once):
        click(at, "To trash")
    assert "Moved “Plan 0” to the trash, not the rest: the database does not answer" in told(at)
    assert picked(at) == "**1 picked:** Plan 1"
    click(at, "Undo")
    assert set(in_store()) == {"Plan 0", "Plan 1"}


def test_the_trash_says_how_many_days_are_left_and_gives_back(ann: str) -> None:
    entry, other = keep("Board plan"), keep("Bob's", who="Bob")
    then = Store(shared_store().engine, Clock(datetime.now(UTC) - timedelta(days=20)))
    then.trash("Ann", entry.id)
    then.trash("Bob", other.id)
    at = visit(shelf.TRASH)
    assert title(at) == "2 scenarios in the trash, kept for 60 days each"
    assert "Nothing can be removed by hand" in told(at)
    row = listed(at).set_index(library.NAME).loc["Board plan"]
    assert (row[library.LEFT], row[library.TRASHED]) == (40, "20 days ago")
    tick(at, "Bob's")
    assert button(at, "Restore").disabled
    assert "Only Bob may" in read(button(at, "Restore").help)
    press(at, "library_unpick")
    click(tick(at, "Board plan"), "Restore")
    assert in_store() == ["Board plan"]
    assert names(at) == ["Bob's"]
    assert names(turn_to(at, shelf.SAVED)) == ["Board plan"]


def test_an_empty_trash_says_what_it_is_for() -> None:
    at = visit(shelf.TRASH)
    assert title(at) == "The trash is empty"
    assert f"brought back for {TRASH_DAYS} days" in told(at)
    assert not at.main.dataframe
    assert [one.label for one in at.main.button if one.label in ("Restore", "Open")] == []


def test_nothing_in_the_trash_can_be_removed_for_good_opened_or_compared(ann: str) -> None:
    shared_store().trash("Ann", keep("Board plan").id)
    at = tick(visit(shelf.TRASH), "Board plan")
    labels = {one.label for one in at.main.button if (one.key or "").startswith("library_")}
    assert labels == {"Clear", "Restore"}


def test_what_is_picked_in_the_list_is_not_picked_in_the_trash(ann: str) -> None:
    keep("Here")
    shared_store().trash("Ann", keep("There").id)
    at = turn_to(tick(visit(), "Here"), shelf.TRASH)
    assert picked(at).startswith(":gray[Tick scenarios")
    assert not at.toast


def test_what_was_brought_back_by_somebody_else_meanwhile_is_said(ann: str) -> None:
    entry = keep("Board plan")
    at = click(tick(visit(), "Board plan"), "To trash")
    shared_store().bring_back("Ann", entry.id)
    click(at, "Undo")
    assert "Not brought back: The scenario is not in the trash" in told(at)


@pytest.mark.parametrize("label", ["Open", "Duplicate", "To trash"])
def test_an_action_without_the_store_is_refused_in_words(label: str, ann: str) -> None:
    keep("Board plan")
    at = tick(visit(), "Board plan")
    before = scenario(at)
    with patch.object(Store, "scenario", side_effect=StoreUnavailableError(ANSWERS_NOT)):
        click(at, label)
    assert ANSWERS_NOT in told(at)
    assert scenario(at) == before
    click(at, "Dismiss")
    assert ANSWERS_NOT not in told(at)
