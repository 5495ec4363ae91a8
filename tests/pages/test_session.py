"""The work of a visitor: its history, the address that says it, and the draft that brings it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from core.inputs.presets import OWN_SETTINGS
from core.store import tables
from core.store.store import Store, shared_store
from pages.parts.kept import shelf
from pages.parts.work.address import DEAD_LINK, ELSEWHERE
from pages.parts.work.drafts import STEPS_IN_DRAFT, _work
from pages.parts.work.saved import Origin
from pages.parts.work.steps import STEPS_KEPT, History, Step
from pages.parts.work.text import plain
from tests.support.frozen import BASE
from tests.support.hostile import HOSTILE
from tests.support.visit import VERSIONS, address, arriving, move, opened, press, run, scenario, strip
from tests.support.words import read
from tests.support.work import (
    ANNS_BROWSER,
    NO_ANSWER,
    PLAN,
    TRAINING,
    again,
    back,
    browser,
    by_link,
    clean,
    forged,
    in_bar,
    in_dialog,
    kept,
    out_of_bounds,
    outage,
    step,
    steps,
    told,
)

pytestmark = pytest.mark.usefixtures("store")

ON_THESE_DATA = f"data {VERSIONS['data']}"
"""The slot of work that is on no saved scenario."""


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


def drafts(store: Store) -> list[str]:
    """What the drafts that are kept are of, whichever tab keeps them."""
    with store.engine.connect() as connection:
        return sorted(map(_work, connection.scalars(sa.select(tables.drafts.c.slot))))


# --- History


ORIGINS = [None, *(Origin(f"id {i}", i + 1, f"Plan {i}", BASE.replace(headroom=0.2 + i / 10)) for i in range(2))]
STEPS = some.builds(
    lambda headroom, origin: Step(BASE.replace(headroom=headroom / 10), origin),
    some.integers(0, 4),
    some.sampled_from(ORIGINS),
)
HISTORIES = some.builds(
    History, STEPS, some.lists(STEPS, max_size=6).map(tuple), some.lists(STEPS, max_size=6).map(tuple)
)


def line(history: History) -> list[Step]:
    """Every step, in the order in which they were taken."""
    return [*history.past, history.now, *history.future]


@given(HISTORIES)
def test_a_save_loses_no_step_and_says_the_work_is_saved(history: History) -> None:
    origin = Origin("new", 7, "New", history.now.scenario)
    after = history.saved_as(origin)
    assert after.now == Step(history.now.scenario, origin)
    assert after.now.is_as_saved
    assert (len(after.past), len(after.future)) == (len(history.past), len(history.future))
    assert [one.scenario for one in line(after)] == [one.scenario for one in line(history)]


@given(HISTORIES)
def test_a_save_is_the_beginning_of_the_steps_around_it_and_of_no_others(history: History) -> None:
    origin = Origin("new", 7, "New", history.now.scenario)
    before, after = line(history), line(history.saved_as(origin))
    at, former = len(history.past), history.now.origin
    for i, one in enumerate(before):
        between = before[min(i, at) : max(i, at) + 1]
        lies_together = all(other.origin == former for other in between)
        assert after[i].origin == (origin if lies_together else one.origin)


def test_undo_over_an_opening_brings_back_the_work_before_and_what_it_began_from() -> None:
    mine, theirs = ORIGINS[1:]
    assert mine is not None and theirs is not None
    edited = Step(PLAN, mine)
    history = History(Step(mine.scenario, mine)).then(edited).then(Step(theirs.scenario, theirs))
    history = history.then(Step(BASE, theirs)).saved_as(replace(theirs, number=9, scenario=BASE))
    assert history.undone().now.origin == replace(theirs, number=9, scenario=BASE)
    assert history.undone().undone().now == edited
    assert history.undone().undone().redone().redone() == history


@given(some.lists(some.one_of(STEPS, some.sampled_from(("undo", "redo", "save"))), max_size=30))
def test_whatever_is_done_undoing_all_and_redoing_all_leads_back_to_the_work(moves: list[Step | str]) -> None:
    history = History(Step(BASE))
    for move_ in moves:
        if move_ == "undo":
            history = history.undone()
        elif move_ == "redo":
            history = history.redone()
        elif isinstance(move_, str):
            history = history.saved_as(Origin("new", 1, "New", history.now.scenario))
        else:
            history = history.then(move_)
    walked, back_again = history, line(history)
    while walked.past:
        walked = walked.undone()
    assert walked.now.scenario == BASE
    while walked.future:
        walked = walked.redone()
    assert line(walked) == back_again
    assert len(back_again) <= STEPS_KEPT + 1


# --- The address


def test_the_address_of_a_saved_scenario_is_clean_until_it_is_edited_and_after_undo() -> None:
    origin = kept()
    at = opened(**clean(origin))
    assert step(at) == Step(PLAN, origin)
    assert address(at) == clean(origin)
    move(at, TRAINING, 0.2)
    assert address(at) == {TRAINING: "0.2", "pue": "1.3", **VERSIONS, **clean(origin)}
    press(at, "undo")
    assert address(at) == clean(origin)
    assert not at.warning


def test_an_address_without_a_version_leads_to_the_latest() -> None:
    latest = again(kept(), BASE.replace(pue=1.2))
    at = opened(scenario=latest.scenario_id)
    assert step(at) == Step(latest.scenario, latest)
    assert address(at) == clean(latest)


@pytest.mark.parametrize("is_by_link", [False, True])
@pytest.mark.parametrize(
    "edits",
    [{}, {TRAINING: 0.2}, {TRAINING: 0.0, "pue": 1.1}],
    ids=["as saved", "edited", "every lever back at base"],
)
def test_an_address_is_read_back_to_the_very_step_it_was_written_from(
    edits: dict[str, float], is_by_link: bool, store: Store
) -> None:
    origin = kept()
    query = by_link(store.link("Ann", origin.scenario_id, revision=1)) if is_by_link else clean(origin)
    at = opened(**query)
    with patch("pages.parts.work.drafts.keep"):
        at.session_state["history"] = History(replace(step(at), scenario=PLAN.replace(**edits)))
        run(at)
        assert address(at) == (query if not edits else {**address(at), **VERSIONS, **query})
        assert step(opened(**address(at))) == step(at)


def test_a_link_opens_with_a_clean_address_and_no_id_of_the_scenario(store: Store) -> None:
    origin = kept()
    token = store.link("Ann", origin.scenario_id, revision=1)
    at = opened(s=token)
    assert step(at) == Step(PLAN, replace(origin, link_id=id_of(token)))
    assert address(at) == by_link(token), "it was opened by an address of an earlier version, with the secret in it"
    move(at, TRAINING, 0.2)
    assert address(at) == {TRAINING: "0.2", "pue": "1.3", **VERSIONS, **by_link(token)}
    assert step(opened(**by_link(token))).origin == replace(origin, link_id=id_of(token)), "a second tab, or a reload"


def id_of(token: str) -> int:
    behind = shared_store().link_behind(token)
    assert behind is not None
    return behind[0]


def test_the_address_of_a_link_that_was_followed_is_worth_nothing_in_another_browser(store: Store) -> None:
    address_of_ann = by_link(store.link("Ann", kept().scenario_id))
    for elsewhere in ("another browser", None):
        with browser(elsewhere):
            at = opened(**address_of_ann)
            assert step(at) == Step(BASE)
            assert told(at) == f"- {ELSEWHERE}\n- Below is the company plan."
            assert address(at) == VERSIONS
    assert step(opened(**address_of_ann)).scenario == PLAN


@pytest.mark.parametrize("reference", ["", "1", "1.", "1.x", f"1.{'x' * 43}", "x" * 5000, HOSTILE])
def test_a_made_up_reference_leads_nowhere(reference: str) -> None:
    kept_link = shared_store().link("Ann", kept().scenario_id)
    assert id_of(kept_link) == 1
    at = opened(link=reference)
    assert step(at) == Step(BASE)
    assert told(at) == f"- {ELSEWHERE}\n- Below is the company plan."


def test_the_address_of_a_link_that_was_revoked_leads_nowhere_any_more(store: Store) -> None:
    origin = kept()
    here = by_link(store.link("Ann", origin.scenario_id))
    store.revoke("Ann", store.links(origin.scenario_id)[0].id)
    assert told(opened(**here)) == f"- {DEAD_LINK}\n- Below is the company plan."


def test_a_browser_that_keeps_no_cookies_follows_a_link_for_as_long_as_the_session_lasts(store: Store) -> None:
    origin = kept()
    token = store.link("Ann", origin.scenario_id)
    with browser(None):
        at = opened(s=token)
        assert step(at) == Step(PLAN, replace(origin, link_id=id_of(token)))
        here = address(at)
        assert here.keys() == {"link"} and here != by_link(token)
        move(at, TRAINING, 0.2)
        go_back(at, **here)
        assert step(at) == Step(PLAN, replace(origin, link_id=id_of(token)))
        assert ELSEWHERE in told(opened(**here))


def test_a_link_to_the_latest_version_follows_later_saves_and_one_to_a_version_does_not(store: Store) -> None:
    origin = kept()
    fixed, moving = (store.link("Ann", origin.scenario_id, revision=revision) for revision in (1, None))
    again(origin, BASE)
    assert scenario(opened(s=fixed)) == PLAN
    assert scenario(opened(s=moving)) == BASE


def dead_links(store: Store) -> dict[str, str]:
    """Links that lead nowhere, by the reason."""
    origin = kept()
    gone = kept("Gone")
    revoked, in_trash = (store.link("Ann", one.scenario_id) for one in (origin, gone))
    store.revoke("Ann", store.links(origin.scenario_id)[0].id)
    store.trash("Ann", gone.scenario_id)
    early = Store(store.engine, lambda: datetime.now(UTC) - timedelta(days=2))
    expired = early.link("Ann", origin.scenario_id, expires_at=datetime.now(UTC) - timedelta(days=1))
    return {"unknown": "x" * 32, "empty": "", "hostile": HOSTILE, "revoked": revoked, "expired": expired,
            "in the trash": in_trash}  # fmt: skip


def test_unknown_expired_and_revoked_links_get_the_same_words_and_the_company_plan(store: Store) -> None:
    said = {}
    for reason, token in dead_links(store).items():
        at = opened(s=token)
        assert step(at) == Step(BASE)
        assert address(at) == VERSIONS
        said[reason] = told(at)
    assert set(said.values()) == {f"- {DEAD_LINK}\n- Below is the company plan."}


def test_a_dead_link_with_levers_does_not_call_them_the_company_plan() -> None:
    at = opened(s="x", pue="1.3")
    assert step(at) == Step(BASE.replace(pue=1.3))
    assert told(at) == f"- {DEAD_LINK}\n- Below is the rest of what the address sets."


@pytest.mark.parametrize(
    "scenario_id", ["nowhere", "", HOSTILE, "x" * 5000, "\x00\ud800".encode("utf-8", "replace").decode()]
)
def test_an_unknown_scenario_in_the_address_is_said_and_the_company_plan_shown(scenario_id: str) -> None:
    at = opened(scenario=scenario_id, version="1")
    assert step(at) == Step(BASE)
    assert told(at) == (
        "- The saved scenario cannot be opened. There is no such scenario.\n- Below is the company plan."
    )


@pytest.mark.parametrize("version", ["abc", "0", "-1", "1.5", "٣", "2", "999999999", "1" * 40, "", " 1", HOSTILE])
def test_a_version_that_is_not_there_is_said_and_no_other_is_shown_for_it(version: str) -> None:
    at = opened(scenario=kept().scenario_id, version=version)
    assert step(at) == Step(BASE)
    said = told(at)
    assert said.startswith("- The saved scenario cannot be opened. There is no version ")
    assert said.endswith("Below is the company plan.")
    assert HOSTILE not in at.warning[0].value


def test_a_link_is_used_once_a_session_however_often_the_visitor_comes_back_to_it(store: Store) -> None:
    origin = kept()
    token = store.link("Ann", origin.scenario_id)
    at = move(opened(s=token), TRAINING, 0.2)
    for _ in range(2):
        at.query_params.clear()
        at.query_params.update(by_link(token))
        with back():
            run(at)
        assert step(at) == Step(PLAN, replace(origin, link_id=id_of(token)))
    assert [link.uses for link in store.links(origin.scenario_id)] == [1]
    opened(s=token)
    assert [link.uses for link in store.links(origin.scenario_id)] == [2]


def go_back(at: AppTest, **query: str) -> AppTest:
    """The browser goes back to an address."""
    at.query_params.clear()
    at.query_params.update(query)
    with back():
        return run(at)


def test_back_leads_to_the_saved_scenario_and_undo_to_the_work(store: Store) -> None:
    origin = kept()
    at = move(opened(), TRAINING, 0.2)
    work = step(at)
    go_back(at, **clean(origin))
    assert step(at) == Step(PLAN, origin)
    assert address(at) == clean(origin)
    press(at, "undo")
    assert step(at) == work


@pytest.mark.parametrize("query", [{"s": "dead"}, {"link": "1.x"}, {"scenario": "nowhere"}])
def test_back_to_what_is_no_longer_there_leaves_the_work_alone_and_says_so(query: dict[str, str]) -> None:
    at = move(opened(), TRAINING, 0.2)
    work = step(at)
    go_back(at, **query)
    assert step(at) == work
    assert told(at).endswith("- Your work stays as it was.")
    assert address(at) == {TRAINING: "0.2", **VERSIONS}


# --- A store that does not answer


@pytest.mark.parametrize("is_by_link", [False, True])
def test_a_saved_scenario_that_cannot_be_had_just_now_is_opened_by_a_reload(store: Store, is_by_link: bool) -> None:
    origin = kept()
    query = by_link(store.link("Ann", origin.scenario_id)) if is_by_link else clean(origin)
    shelf.clear()
    with outage():
        at = opened(**query)
        run(at)
    assert step(at) == Step(BASE)
    assert f"- The saved scenario cannot be opened: {NO_ANSWER}.\n- Below is the company plan." in told(at)
    assert address(at) == query, "or a reload would show the company plan and not say why"
    assert scenario(opened(**address(at))) == PLAN
    move(at, TRAINING, 0.2)
    assert address(at) == {TRAINING: "0.2", **VERSIONS}


def test_back_to_a_scenario_that_cannot_be_had_just_now_leaves_the_work_alone() -> None:
    origin = kept()
    at = move(opened(), TRAINING, 0.2)
    work = step(at)
    with outage():
        go_back(at, **clean(origin))
    assert step(at) == work
    assert f"cannot be opened: {NO_ANSWER}.\n- Your work stays as it was." in told(at)
    assert address(at) == clean(origin)
    press(at, "undo")
    assert address(at) == VERSIONS


def test_without_the_store_levers_move_and_the_visitor_is_told_that_earlier_work_is_not_seen() -> None:
    with outage():
        at = move(opened(), TRAINING, 0.2)
        assert f"Whether you left work unsaved cannot be seen just now: {NO_ANSWER}." in told(at)
        press(at, "undo")
        press(at, "redo")
    assert scenario(at)[TRAINING] == 0.2
    assert address(at) == {TRAINING: "0.2", **VERSIONS}


# --- A revision that this version cannot read


def in_words(figures: dict[str, Any]) -> None:
    figures["levers"]["pue"] = "much"


def without_levers(figures: dict[str, Any]) -> None:
    figures["levers"] = ["adoption"]


def without_metrics(figures: dict[str, Any]) -> None:
    out_of_bounds(figures)
    del figures["metrics"]


@pytest.mark.parametrize("change", [out_of_bounds, in_words])
def test_a_revision_that_cannot_be_read_is_shown_as_saved_and_the_work_stays(
    change: Callable[[dict[str, Any]], object],
) -> None:
    origin = forged(change)
    at = opened(**clean(origin))
    assert "Old plan, v1, was saved by another version of Crossover and cannot be opened (" in told(at)
    assert "As saved on " in read(at.title[0].value)
    assert [metric.change for metric in strip(at)] == ["as saved"] * 5
    assert address(at) == clean(origin), "a reload must not show the company plan instead"
    assert step(at) == Step(BASE)
    press(at, "leave_unreadable")
    assert not at.warning
    assert address(at) == VERSIONS
    assert "As saved on " not in read(at.title[0].value)


@pytest.mark.parametrize("change", [without_metrics, without_levers])
def test_a_revision_of_which_not_even_the_figures_can_be_read_says_so_and_shows_no_others(
    change: Callable[[dict[str, Any]], object],
) -> None:
    origin = forged(change)
    at = opened(**clean(origin))
    assert "cannot be opened (" in told(at)
    assert "Its figures cannot be shown: " in told(at)
    assert not strip(at)
    press(at, "leave_unreadable")
    assert len(strip(at)) == 5


@pytest.mark.parametrize("leave", ["lever", "undo", "button"])
def test_work_comes_back_from_a_revision_that_cannot_be_read(leave: str, store: Store) -> None:
    origin = forged(out_of_bounds)
    at = move(opened(), TRAINING, 0.2)
    work = step(at)
    go_back(at, **clean(origin))
    assert "cannot be opened (" in told(at)
    assert step(at) == work
    if leave == "lever":
        move(at, TRAINING, 0.3)
    else:
        press(at, {"undo": "undo", "button": "leave_unreadable"}[leave])
    assert scenario(at)[TRAINING] == {"lever": 0.3, "undo": 0.0, "button": 0.2}[leave]
    assert not at.warning
    assert "scenario" not in address(at)


def test_a_link_to_what_cannot_be_read_keeps_its_address_and_is_counted_once(store: Store) -> None:
    origin = forged(out_of_bounds)
    token = store.link("Ann", origin.scenario_id)
    at = opened(s=token)
    assert address(at) == by_link(token)
    go_back(at, **by_link(token))
    assert "cannot be opened (" in told(at)
    assert [link.uses for link in store.links(origin.scenario_id)] == [1]


def test_the_name_of_what_cannot_be_read_is_never_markup() -> None:
    at = opened(**clean(forged(out_of_bounds, name=HOSTILE)))
    assert plain(HOSTILE) in at.warning[0].value
    assert HOSTILE not in at.warning[0].value


@pytest.mark.parametrize("versions", [{"model_version": "0.9"}, {"data_version": "0123abc"}])
def test_a_revision_of_another_model_or_other_data_says_what_became_of_it_until_it_is_edited(
    versions: Mapping[str, str],
) -> None:
    at = opened(**clean(forged(lambda figures: figures.update(versions))))

    def said(at: AppTest) -> list[str]:
        return [text.value for text in at.markdown if "Saved on" in text.value]

    assert scenario(at) == PLAN
    assert len(said(at)) == 1
    move(at, TRAINING, 0.2)
    assert said(at) == []
    press(at, "undo")
    assert len(said(at)) == 1
    at.switch_page("method.py")
    run(at)
    assert said(at) == []


def test_a_revision_of_this_model_and_these_data_says_nothing_of_the_kind() -> None:
    at = opened(**clean(kept()))
    assert not any("Saved on" in text.value for text in at.markdown)
    assert not at.warning


# --- Drafts


def reloaded(at: AppTest) -> AppTest:
    """The page as the browser loads it again."""
    return opened(**address(at))


def test_after_a_reload_the_work_is_there_with_what_can_be_undone_and_redone(store: Store) -> None:
    at = press(move(move(opened(), TRAINING, 0.2), TRAINING, 0.4), "undo")
    again_ = reloaded(at)
    assert steps(again_) == steps(at)
    assert OWN_SETTINGS in again_.markdown[0].value
    assert not again_.info
    press(again_, "redo")
    assert scenario(again_)[TRAINING] == 0.4
    press(press(again_, "undo"), "undo")
    assert scenario(again_) == BASE
    assert drafts(store) == [ON_THESE_DATA]


def test_a_run_that_ends_with_an_error_has_kept_the_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    at = move(move(opened(), TRAINING, 0.2), TRAINING, 0.4)
    before, link = steps(at), address(at)

    def fail(*_args: Any) -> None:
        raise RuntimeError("no page today")

    with monkeypatch.context() as broken:
        broken.setattr("pages.parts.widgets.headline.draw", fail)
        assert arriving(**link).run().exception
        assert drafts(store) == [ON_THESE_DATA]
    again = opened(**link)
    assert steps(again) == before


def test_after_a_reload_edited_work_on_a_saved_scenario_is_there_too(store: Store) -> None:
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    again_ = reloaded(at)
    assert steps(again_) == steps(at)
    assert press(again_, "undo").session_state["history"].now == Step(PLAN, origin)
    assert drafts(store) == [origin.scenario_id]


def test_who_comes_without_levers_is_offered_what_was_left_unsaved_and_undo_leads_back() -> None:
    at = move(opened(), TRAINING, 0.4)
    left = step(at)
    later = opened()
    assert scenario(later) == BASE
    assert "You have unsaved work from just now: 1 lever off base." in told(later)
    press(later, "accept_offer")
    assert step(later) == left
    assert not later.info
    press(later, "undo")
    assert scenario(later) == BASE
    press(later, "redo")
    assert step(reloaded(later)) == left


def test_an_offer_stands_until_the_visitor_has_answered_it(store: Store) -> None:
    left = step(move(move(opened(), TRAINING, 0.4), "adoption_rr_inference", 0.9))
    at = reloaded(opened())
    assert at.info, "a reload is no answer"
    move(at, "ramp_years", 4.0)
    assert at.info, "to go on with something else is none either"
    assert "2 levers off base" in told(opened()), "and what was left is still kept"
    press(at, "accept_offer")
    assert step(at) == left
    press(press(press(at, "undo"), "undo"), "undo")
    assert scenario(at).changes == {"ramp_years": 4.0}


def test_each_tab_keeps_its_own_steps_and_a_reload_finds_them() -> None:
    one = move(move(opened(), TRAINING, 0.4), TRAINING, 0.5)
    other = move(opened(pue="1.3"), "ramp_years", 4.0)
    assert steps(reloaded(one)) == steps(one)
    assert steps(reloaded(other)) == steps(other)
    assert steps(reloaded(one)) == steps(one)


def test_a_name_that_is_given_in_one_tab_is_known_in_the_other() -> None:
    one, other = opened(), opened()
    assert [who(at) for at in (one, other)] == [None, None]
    shared_store().name_visitor(ANNS_BROWSER, "Ann")
    assert who(run(other)) == "Ann"


def who(at: AppTest) -> str | None:
    name: str | None = at.session_state["visitor_name"]
    return name


def test_levers_go_back_to_what_was_saved_with_one_click_and_undo_brings_the_changes_back() -> None:
    origin = kept()
    at = opened(**clean(origin))
    assert at.button(key="reset_to_saved").disabled
    move(move(at, TRAINING, 0.2), "ramp_years", 4.0)
    changed = scenario(at)
    press(at, "reset_to_saved")
    assert step(at) == Step(PLAN, origin)
    press(at, "undo")
    assert scenario(at) == changed
    assert not [one for one in opened().button if one.key == "reset_to_saved"]


def test_work_that_is_declined_is_gone_for_good(store: Store) -> None:
    move(opened(), TRAINING, 0.4)
    at = press(opened(), "decline_offer")
    assert not at.info
    assert drafts(store) == []
    assert not opened().info
    assert drafts(store) == []


def test_work_on_a_saved_scenario_is_offered_where_that_is_opened_and_nowhere_else() -> None:
    origin, other = kept(HOSTILE), kept("Other")
    left = step(move(opened(**clean(origin)), TRAINING, 0.2))
    assert not opened().info
    assert not opened(**clean(other)).info
    at = opened(**clean(origin))
    assert f"You have unsaved work on {HOSTILE} from just now" in told(at).replace("\N{WORD JOINER}", "")
    assert plain(HOSTILE) in at.info[0].value
    assert HOSTILE not in at.info[0].value
    assert step(press(at, "accept_offer")) == left


def test_a_link_with_levers_shows_those_and_offers_nothing() -> None:
    move(opened(), TRAINING, 0.4)
    at = opened(pue="1.3")
    assert scenario(at).changes == {"pue": 1.3}
    assert not at.info


def test_ready_made_scenarios_are_nobody_s_work() -> None:
    at = move(opened(), TRAINING, 0.4)
    press(at, "undo")
    assert not opened().info


def test_work_is_kept_for_its_own_browser_and_without_a_cookie_for_none(store: Store) -> None:
    move(opened(), TRAINING, 0.4)
    with browser("Bob's"):
        assert not opened().info
    with browser(None):
        assert not opened().info
        before = drafts(store)
        at = move(opened(), TRAINING, 0.3)
        assert drafts(store) == before == [ON_THESE_DATA]
        assert steps(reloaded(at)).past == ()


def test_what_was_saved_is_not_offered_as_unsaved_work(store: Store) -> None:
    shared_store().name_visitor(ANNS_BROWSER, "Ann")
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    assert drafts(store) == [origin.scenario_id]
    at.button(key="bar_save").click()
    in_bar(at)
    at.button(key="version_submit").click()
    in_dialog(at)
    assert "unsaved work" not in told(opened(**clean(origin)))


def test_a_long_history_is_kept_in_part(store: Store) -> None:
    at = opened()
    long = History(Step(BASE))
    for i in range(50):
        long = long.then(Step(BASE.replace(headroom=i / 100)))
    at.session_state["history"] = long
    again_ = steps(reloaded(run(at)))
    assert again_.now == long.now
    assert again_.past == long.past[-STEPS_IN_DRAFT:]


GOOD = {"levers": {TRAINING: 0.4}, "of": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"now": None, "past": [], "future": []},
        {"now": {"levers": [1], "of": None}, "past": [], "future": []},
        {"now": {"levers": {"pue": 17}, "of": None}, "past": [], "future": []},
        {"now": {"levers": {HOSTILE: 1}, "of": None}, "past": [], "future": []},
        {"now": {"levers": {}, "of": ["only one"]}, "past": [], "future": []},
        {"now": {"levers": {}, "of": {"id": 1}}, "past": [], "future": []},
        {"now": [GOOD], "past": [], "future": []},
    ],
)
def test_a_draft_that_cannot_be_read_is_said_and_the_page_is_drawn(body: dict[str, Any], store: Store) -> None:
    store.keep_draft(ANNS_BROWSER, "", body)
    at = opened()
    assert scenario(at) == BASE
    assert "What you left unsaved cannot be read by this version of Crossover (" in told(at)
    assert HOSTILE not in at.warning[0].value
    move(at, TRAINING, 0.2)
    assert steps(reloaded(at)) == steps(at), "the next work is kept in its place"


@pytest.mark.parametrize(
    "broken",
    [None, "x", {"levers": {"pue": 17}, "of": None}, {"levers": {}}, {"levers": {}, "of": [1]}],
)
@pytest.mark.parametrize("where", ["past", "future"])
def test_a_step_that_cannot_be_read_is_left_out_and_the_work_brought_back(
    where: str, broken: object, store: Store
) -> None:
    body = {"now": GOOD, "past": [{"levers": {}, "of": None}], "future": [{"levers": {}, "of": None}]}
    body[where] = [broken, *body[where]]  # type: ignore[misc]
    store.keep_draft(ANNS_BROWSER, "", body)
    at = opened(**{TRAINING: "0.4"})
    assert steps(at) == History(Step(BASE.replace(**{TRAINING: 0.4})), (Step(BASE),), (Step(BASE),))


@pytest.mark.parametrize("of", [["gone", 1, None], ["gone", 1, 7], ["gone", 1, "token"]])
def test_work_on_a_scenario_that_is_gone_is_brought_back_without_it(of: list[Any], store: Store) -> None:
    store.keep_draft(ANNS_BROWSER, "", {"now": {**GOOD, "of": of}, "past": 5, "future": "x"})
    at = press(opened(), "accept_offer")
    assert step(at) == Step(BASE.replace(**{TRAINING: 0.4}))


def test_a_trouble_with_the_link_is_not_hidden_by_one_with_the_draft(store: Store) -> None:
    store.keep_draft(ANNS_BROWSER, "", {})
    at = opened(s="dead")
    assert DEAD_LINK in told(at)
    assert "cannot be read by this version" in told(at)


def test_an_older_offer_says_its_age(store: Store) -> None:
    for passed, words in (
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ):
        then = datetime.now(UTC) - passed
        Store(store.engine, lambda then=then: then).keep_draft(  # type: ignore[misc]
            ANNS_BROWSER, "", {"now": GOOD, "past": [], "future": []}
        )
        assert re.search(rf"from {words}: 1 lever off base", told(opened()))
