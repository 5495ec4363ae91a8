"""The scenario bar: what it says of the work, and its saves, copies, links and versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.presets import OWN_SETTINGS
from core.risk.futures import DRAWS
from core.risk.report import odds_entry
from core.store.database import StoreUnavailableError
from core.store.records import Entry, Search
from core.store.store import Store
from core.views.library import tables as library
from pages.parts.scenario import history, scenario_bar, share
from pages.parts.work.saved import Origin
from pages.parts.work.steps import Step
from pages.parts.work.text import plain
from tests.support.answers import futures_of
from tests.support.frozen import BASE
from tests.support.hostile import HOSTILE
from tests.support.visit import address, move, opened, press, run, scenario
from tests.support.words import read
from tests.support.work import (
    ANNS_BROWSER,
    NO_ANSWER,
    PLAN,
    TRAINING,
    again,
    browser,
    clean,
    forged,
    in_bar,
    in_dialog,
    kept,
    out_of_bounds,
    outage,
    step,
    told,
)

pytestmark = pytest.mark.usefixtures("store")

SAVED = Origin("id", 3, "Plan", PLAN)


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


@pytest.fixture
def ann(store: Store) -> str:
    """Ann has given her name in this browser."""
    return store.name_visitor(ANNS_BROWSER, "Ann")


def bar(at: AppTest) -> tuple[str, str]:
    """What the bar calls the work, and what it says of its state."""
    said = next(text.value for text in at.markdown if "-badge[" in text.value)
    found = re.fullmatch(r"\*\*(.*)\*\* :(?:orange|green|gray)-badge\[(.*)\]", said)
    assert found is not None
    return read(found[1]), read(found[2])


def click(at: AppTest, button: str) -> AppTest:
    """Click a button of the bar, as the browser does: the bar alone is drawn anew."""
    at.button(key=button).click()
    return in_bar(at)


def submit(at: AppTest, **fields: str) -> AppTest:
    """Fill in the form of a dialog and send it."""
    for name, text in fields.items():
        (at.text_area if name == "save_description" else at.text_input)(key=name).set_value(text)
    next(button for button in at.button if button.label in ("Save", "Go on") and button.key != "bar_save").click()
    return in_dialog(at)


def save_again(at: AppTest, note: str = "") -> AppTest:
    """Save on top of one's own: a click in the bar, a note, and a click in the dialog."""
    return submit(click(at, "bar_save"), version_note=note)


def shown(at: AppTest) -> str:
    """What stands in the bar and in a dialog."""
    return " ".join(read(text.value) for text in (*at.markdown, *at.caption))


def choose(at: AppTest, button: str) -> AppTest:
    """Click a button of a dialog."""
    at.button(key=button).click()
    return in_dialog(at)


def entries(store: Store) -> tuple[Entry, ...]:
    return store.library(Search(sort="name", descending=False)).entries


def numbers(store: Store, origin: Origin) -> list[int]:
    return [revision.number for revision in store.revisions(origin.scenario_id)]


# --- Words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(BASE), "ready-made"),
        (Step(PLAN), "not saved"),
        (Step(PLAN, SAVED), "saved, v3"),
        (Step(BASE, SAVED), "edited since v3"),
        (Step(PLAN, replace(SAVED, link_id=7)), "v3, by link, view only"),
        (Step(BASE, replace(SAVED, link_id=7)), "edited since v3"),
    ],
)
def test_the_state_of_the_work_in_words(step: Step, words: str) -> None:
    assert scenario_bar.state(step) == words


def test_the_bar_names_the_work_and_offers_what_makes_sense() -> None:
    at = opened()
    assert bar(at) == ("Company plan", "ready-made")
    assert not at.button(key="bar_save").disabled
    assert at.button(key="bar_history").disabled
    move(at, TRAINING, 0.4)
    assert bar(at) == (OWN_SETTINGS, "not saved")
    at = opened(**clean(kept()))
    assert bar(at) == ("Plan", "saved, v1")
    assert at.button(key="bar_save").disabled
    assert not at.button(key="bar_history").disabled
    move(at, TRAINING, 0.2)
    assert bar(at) == ("Plan", "edited since v1")
    assert at.button(key="bar_save").help == "Save as version 2"


# --- Saving


def test_work_without_a_name_is_saved_under_the_name_that_is_asked_for(store: Store) -> None:
    at = click(move(opened(), TRAINING, 0.4), "bar_save")
    submit(at, save_who=" Ann  ", save_name="Training too", save_description="What if", save_note="For the board")
    assert bar(at) == ("Training too", "saved, v1")
    assert [read(toast.value) for toast in at.toast] == ["Saved as “Training too”, version 1"]
    [entry] = entries(store)
    assert (entry.name, entry.owner, entry.description, entry.latest.note) == (
        "Training too", "Ann", "What if", "For the board",
    )  # fmt: skip
    assert store.report(entry.id, 1)["levers"] == dict(BASE.replace(**{TRAINING: 0.4}))
    assert address(at) == {"scenario": entry.id, "version": "1"}
    assert store.name_of(ANNS_BROWSER) == "Ann"


def test_a_save_keeps_the_odds_that_are_known_or_those_of_the_fewest_futures(store: Store, ann: str) -> None:
    first = kept("Few", PLAN, ann)
    assert store.report(first.scenario_id, 1)["odds"] == odds_entry(futures_of(PLAN))
    found = store.odds([(first.scenario_id, 1), ("none", 1)])
    assert found == {(first.scenario_id, 1): odds_entry(futures_of(PLAN))}
    at = opened()
    at.switch_page("library.py")
    (listed,) = run(at).main.dataframe
    assert listed.value[library.ODDS].str.endswith(f"of {DRAWS[0]:,}").all()


def test_saving_again_asks_for_a_note_and_makes_the_next_version(store: Store, ann: str) -> None:
    origin = kept()
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_save")
    assert not at.radio, "it is one's own: nothing is asked but the note"
    assert numbers(store, origin) == [1]
    submit(at, version_note="After the call")
    assert bar(at) == ("Plan", "saved, v2")
    assert address(at) == {**clean(origin), "version": "2"}
    [newest, oldest] = store.revisions(origin.scenario_id)
    assert (newest.number, newest.author, newest.note, oldest.number) == (2, ann, "After the call", 1)
    assert store.report(origin.scenario_id, 2)["levers"][TRAINING] == 0.2
    assert store.report(origin.scenario_id, 1)["levers"] == dict(PLAN)


def test_saving_on_top_of_another_s_scenario_asks_first_and_makes_a_copy_unless_told_otherwise(
    store: Store, ann: str
) -> None:
    origin = kept(who="Bob")
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_save")
    assert "“Plan” is Bob's, not yours." in shown(at)
    submit(at, version_note="What if")
    assert bar(at) == ("Copy of Plan", "saved, v1")
    assert numbers(store, origin) == [1], "nothing of Bob's is another than before"
    [copy, _] = entries(store)
    assert (copy.name, copy.owner, copy.latest.note) == ("Copy of Plan", "Ann", "What if")
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_save")
    at.radio(key="version_how").set_value(scenario_bar.ON_TOP)
    submit(at)
    assert bar(at) == ("Plan", "saved, v2")
    assert store.revision(origin.scenario_id, 2).author == "Ann"


def test_undo_goes_on_after_a_save(ann: str) -> None:
    origin = kept()
    at = save_again(move(opened(**clean(origin)), TRAINING, 0.2))
    press(at, "undo")
    assert scenario(at) == PLAN
    assert bar(at) == ("Plan", "edited since v2")
    press(at, "redo")
    assert bar(at) == ("Plan", "saved, v2")


def test_who_has_given_no_name_is_asked_for_it_before_a_save_on_top(store: Store) -> None:
    origin = kept()
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_save")
    assert numbers(store, origin) == [1]
    submit(at, name_who="a\x07b")
    assert "Not kept: your name: has a character that cannot be kept (U+0007)" in told(at)
    submit(at, name_who="Ann")
    submit(at)
    assert bar(at) == ("Plan", "saved, v2")
    assert store.revision(origin.scenario_id, 2).author == "Ann"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"save_who": "", "save_name": "Plan"}, "your name: is empty; write 1 to 80 characters"),
        ({"save_who": "Ann", "save_name": " "}, "name: is empty; write 1 to 120 characters"),
        ({"save_who": "Ann", "save_name": "a\x00b"}, "name: has a character that cannot be kept (U+0000)"),
        ({"save_who": "\x1b[31m", "save_name": "Plan"}, "your name: has a character that cannot be kept (U+001B)"),
        ({"save_who": "Ann", "save_name": "Plan", "save_note": "\x02"}, "note: has a character that cannot be kept"),
    ],
)
@pytest.mark.parametrize("takes_cookies", [True, False])
def test_texts_that_cannot_be_kept_are_refused_in_words_and_can_be_mended(
    fields: dict[str, str], says: str, takes_cookies: bool, store: Store
) -> None:
    with browser(ANNS_BROWSER if takes_cookies else None):
        at = submit(click(move(opened(), TRAINING, 0.4), "bar_save"), **fields)
        assert f"Not saved: {says}" in told(at)
        assert entries(store) == ()
        asked = [field.key for field in at.text_input]
        mended = {"save_who": "Ann", "save_name": "Plan", "save_note": ""}
        submit(at, **{name: text for name, text in mended.items() if name in asked})
        assert bar(at) == ("Plan", "saved, v1")
        assert [entry.owner for entry in entries(store)] == ["Ann"]


def test_save_as_copy_makes_a_scenario_of_one_s_own_and_leaves_the_other_alone(store: Store, ann: str) -> None:
    origin = kept(who="Bob")
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_content_copy")
    assert at.text_input(key="save_name").value == "Copy of Plan"
    submit(at, save_name="Mine")
    assert bar(at) == ("Mine", "saved, v1")
    assert numbers(store, origin) == [1]
    assert [(entry.name, entry.owner) for entry in entries(store)] == [("Mine", "Ann"), ("Plan", "Bob")]


def test_a_dialog_that_is_left_does_nothing(store: Store, ann: str) -> None:
    at = click(move(opened(), TRAINING, 0.4), "bar_save")
    at.text_input(key="save_name").set_value("Plan")
    move(run(at), TRAINING, 0.3)
    assert "save_name" not in [field.key for field in at.text_input]
    assert entries(store) == ()
    assert bar(at) == (OWN_SETTINGS, "not saved")


# --- Two people


def conflict(store: Store) -> tuple[AppTest, Origin]:
    """Ann edits version 1 while Bob saves version 2; Ann then saves."""
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    theirs = again(origin, BASE.replace(pue=1.5), who="Bob")
    save_again(at)
    return at, theirs


def test_the_second_to_save_is_told_who_was_first_and_loses_nothing(store: Store, ann: str) -> None:
    at, theirs = conflict(store)
    assert "Not saved: Bob has saved version 2 in the meantime; save yours as a copy, or open theirs." in told(at)
    assert bar(at) == ("Plan", "edited since v1")
    assert scenario(at) == PLAN.replace(**{TRAINING: 0.2})
    assert numbers(store, theirs) == [2, 1]
    save_again(at)
    assert "Not saved: Bob has saved version 2" in told(at), "to try again writes over nobody's work either"
    assert numbers(store, theirs) == [2, 1]
    click(at, "bar_dismiss")
    assert not at.warning


def test_in_a_conflict_one_s_own_can_be_saved_as_a_copy(store: Store, ann: str) -> None:
    at, theirs = conflict(store)
    submit(click(at, "bar_conflict_copy"), save_name="Mine")
    assert bar(at) == ("Mine", "saved, v1")
    assert not at.warning
    mine = step(at).origin
    assert mine is not None
    assert store.report(mine.scenario_id, 1)["levers"][TRAINING] == 0.2
    assert numbers(store, theirs) == [2, 1]


def test_in_a_conflict_theirs_can_be_opened_with_its_page_and_undo_brings_one_s_own_back(
    store: Store, ann: str
) -> None:
    at, theirs = conflict(store)
    click(at, "bar_conflict_open")
    assert bar(at) == ("Plan", "saved, v2")
    assert step(at) == Step(theirs.scenario, theirs)
    assert at.slider, "the levers and figures of the page are theirs, too"
    press(at, "undo")
    assert bar(at) == ("Plan", "edited since v1")
    assert scenario(at) == PLAN.replace(**{TRAINING: 0.2})


def test_what_was_said_of_one_scenario_is_not_said_of_the_next(store: Store, ann: str) -> None:
    at, _ = conflict(store)
    run(at)
    assert "Not saved: " in told(at)
    press(at, "undo")
    assert "Not saved: " in told(at), "it is still the scenario that Bob has saved"
    at.session_state["history"] = at.session_state["history"].then(Step(BASE))
    run(at)
    assert "Not saved: " not in told(at)
    press(at, "undo")
    assert "Not saved: " not in told(at)


def test_a_page_that_lies_open_says_that_there_is_a_newer_version(store: Store) -> None:
    origin = kept()
    again(origin, BASE, who=HOSTILE)
    at = opened(**clean(origin))
    assert f"{HOSTILE} has saved v2; this is v1." in told(at)
    assert HOSTILE not in at.info[0].value
    press(at, "bar_open_newest")
    assert bar(at) == ("Plan", "saved, v2")
    assert scenario(at) == BASE
    assert not at.info


# --- A store that does not answer


@contextmanager
def unheard(method: str) -> Iterator[None]:
    """The store does what is asked, and its answer is lost on the way."""
    done = getattr(Store, method)

    def lost(*args: Any, **settings: Any) -> None:
        done(*args, **settings)
        raise StoreUnavailableError(NO_ANSWER)

    with patch.object(Store, method, lost):
        yield


def test_a_save_that_is_refused_says_why_keeps_the_work_and_works_when_tried_again(store: Store, ann: str) -> None:
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    click(at, "bar_save")
    with outage():
        submit(at, version_note="Late")
        assert f"Not saved: {NO_ANSWER}. Your work is still here." in told(at)
    assert numbers(store, origin) == [1]
    assert scenario(at) == PLAN.replace(**{TRAINING: 0.2})
    submit(at, version_note="Late")
    assert bar(at) == ("Plan", "saved, v2")
    assert not at.error
    assert numbers(store, origin) == [2, 1]


def test_a_save_that_got_through_unheard_is_not_doubled_by_another_try(store: Store, ann: str) -> None:
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    click(at, "bar_save")
    with unheard("save"):
        submit(at)
    assert "Not saved" in told(at)
    submit(at)
    assert bar(at) == ("Plan", "saved, v2")
    assert numbers(store, origin) == [2, 1]


def test_a_new_scenario_that_got_through_unheard_is_not_doubled_either(store: Store, ann: str) -> None:
    at = click(move(opened(), TRAINING, 0.4), "bar_save")
    with unheard("save_new"):
        submit(at, save_name="Plan")
    assert f"Not saved: {NO_ANSWER}." in told(at)
    submit(at, save_name="Plan")
    assert bar(at) == ("Plan", "saved, v1")
    assert [entry.name for entry in entries(store)] == ["Plan"]


def test_other_texts_or_levers_are_another_save(store: Store, ann: str) -> None:
    at = click(move(opened(), TRAINING, 0.4), "bar_save")
    with unheard("save_new"):
        submit(at, save_name="Plan", save_description="First")
    submit(at, save_name="Plan", save_description="Second")
    assert sorted(entry.description for entry in entries(store)) == ["First", "Second"]


def test_the_same_saved_twice_on_purpose_is_two_scenarios(store: Store, ann: str) -> None:
    at = move(opened(), TRAINING, 0.4)
    for _ in range(2):
        submit(click(at, "bar_content_copy"), save_name="Plan")
    assert [entry.name for entry in entries(store)] == ["Plan", "Plan"]


def test_what_was_tried_in_vain_is_not_saved_by_a_later_save_of_other_work(store: Store, ann: str) -> None:
    origin = kept()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    click(at, "bar_save")
    with outage():
        submit(at)
    move(run(at), TRAINING, 0.3)
    save_again(at)
    assert store.report(origin.scenario_id, 2)["levers"][TRAINING] == 0.3
    assert numbers(store, origin) == [2, 1]


def test_every_dialog_says_in_words_that_the_store_does_not_answer(ann: str) -> None:
    origin = kept()
    at = opened(**clean(origin))
    with outage():
        for button in ("bar_link", "bar_history"):
            click(at, button)
            assert NO_ANSWER in told(at)
        click(at, "bar_content_copy")
        submit(at, save_name="Mine")
        assert f"Not saved: {NO_ANSWER}." in told(at)


# --- A link is for view only


def by_link(store: Store, origin: Origin) -> AppTest:
    return opened(s=store.link("Bob", origin.scenario_id))


def test_who_comes_by_a_link_saves_a_copy_and_never_on_top(store: Store, ann: str) -> None:
    origin = kept(who="Bob")
    at = by_link(store, origin)
    assert bar(at) == ("Plan", "v1, by link, view only")
    assert at.button(key="bar_save").disabled
    move(at, TRAINING, 0.2)
    assert at.button(key="bar_save").help == "A link is for view only: this saves a copy"
    submit(click(at, "bar_save"))
    assert bar(at) == ("Copy of Plan", "saved, v1")
    assert numbers(store, origin) == [1]
    press(at, "undo")
    assert bar(at) == ("Copy of Plan", "edited since v1")


def test_who_comes_by_a_link_sees_the_versions_and_restores_none(store: Store, ann: str) -> None:
    origin = kept(who="Bob")
    again(origin, BASE)
    at = click(by_link(store, origin), "bar_history")
    assert "No version can be restored here: a link is for view only." in shown(at)
    assert not [button for button in at.button if button.label == "Restore"]


# --- History


def listed(at: AppTest) -> list[str]:
    """The versions in the dialog, as they are read."""
    shown = [read(text.value) for text in at.markdown if text.value.startswith("**v")]
    return [text.replace("  \n:small[:gray[", " · ").removesuffix("]]") for text in shown]


def test_the_history_lists_who_saved_what_and_opens_any_of_it(store: Store) -> None:
    origin = kept(note="First try")
    latest = again(origin, BASE, who="Bob", note="Plain")
    at = click(opened(**clean(latest)), "bar_history")
    [newest, oldest] = listed(at)
    assert re.fullmatch(r"\*\*v2\*\* \S.* · open now · Bob, \d{4}-\d\d-\d\d \d\d:\d\d UTC: Plain", newest)
    assert re.fullmatch(r"\*\*v1\*\* \S.* · Ann, \d{4}-.* UTC: First try", oldest)
    assert at.button(key="open_2").disabled
    choose(at, "open_1")
    assert bar(at) == ("Plan", "saved, v1")
    assert at.slider, "the levers and the page show it, too"
    assert scenario(at) == PLAN
    press(at, "undo")
    assert bar(at) == ("Plan", "saved, v2")


def test_the_version_that_was_edited_can_be_opened_as_it_was(store: Store) -> None:
    origin = kept()
    at = click(move(opened(**clean(origin)), TRAINING, 0.2), "bar_history")
    assert "you began from it" in listed(at)[0]
    choose(at, "open_1")
    assert bar(at) == ("Plan", "saved, v1")
    assert scenario(at) == PLAN


def test_restoring_adds_a_version_and_removes_none(store: Store, ann: str) -> None:
    origin = kept()
    latest = again(origin, BASE)
    at = choose(click(opened(**clean(latest)), "bar_history"), "restore_1")
    assert bar(at) == ("Plan", "saved, v3")
    assert scenario(at) == PLAN
    assert at.slider
    assert numbers(store, origin) == [3, 2, 1]
    click(at, "bar_history")
    assert "restored from v1" in listed(at)[0]


def test_restoring_what_somebody_has_saved_over_meanwhile_is_refused(store: Store, ann: str) -> None:
    origin = kept()
    latest = again(origin, BASE)
    at = click(opened(**clean(latest)), "bar_history")
    again(latest, PLAN.replace(pue=1.5), who="Bob")
    choose(at, "restore_1")
    assert "Not restored: Bob has saved version 3 in the meantime; look at it first." in told(at)
    assert len(listed(at)) == 3
    assert numbers(store, origin) == [3, 2, 1]


def test_a_restore_that_got_through_unheard_is_not_doubled(store: Store, ann: str) -> None:
    origin = kept()
    at = click(opened(**clean(again(origin, BASE))), "bar_history")
    with unheard("restore_revision"):
        choose(at, "restore_1")
    assert f"Not restored: {NO_ANSWER}." in told(at)
    assert numbers(store, origin) == [3, 2, 1], "the dialog shows it, so nobody has a reason to try again"
    assert len(listed(at)) == 3


def test_who_has_no_name_is_told_why_nothing_can_be_restored() -> None:
    at = click(opened(**clean(again(kept(), BASE))), "bar_history")
    assert "No version can be restored here: give your name first, by a save or a link." in shown(at)
    assert not [button for button in at.button if button.label == "Restore"]


def test_nobody_is_offered_to_restore_a_version_of_another_s_scenario(ann: str) -> None:
    at = click(opened(**clean(again(kept(who="Bob"), BASE, who="Bob"))), "bar_history")
    assert "the scenario is Bob's; open one and save a copy of your own." in shown(at)
    assert not [button for button in at.button if button.label == "Restore"]


def test_a_version_that_cannot_be_read_is_shown_as_saved_from_the_history(store: Store) -> None:
    origin = forged(out_of_bounds)
    latest = again(origin, BASE)
    at = choose(click(opened(**clean(latest)), "bar_history"), "open_1")
    assert "Old plan, v1, was saved by another version of Crossover" in told(at)
    assert step(at) == Step(BASE, latest)
    press(at, "leave_unreadable")
    assert bar(at) == ("Old plan", "saved, v2")
    assert address(at) == clean(latest)


def test_many_versions_are_shown_page_by_page(store: Store) -> None:
    origin = kept()
    for i in range(history.SHOWN):
        origin = again(origin, BASE.replace(headroom=i / 100))
    at = click(opened(**clean(origin)), "bar_history")
    assert len(listed(at)) == history.SHOWN
    assert listed(at)[0].startswith(f"**v{history.SHOWN + 1}**")
    assert len(at.get("pagination")) == 1


# --- Links


def links_shown(at: AppTest) -> list[str]:
    return [read(text.value) for text in at.markdown if text.value.startswith("To ")]


def test_a_link_needs_a_saved_scenario() -> None:
    at = click(move(opened(), TRAINING, 0.4), "bar_link")
    assert "A link leads to a saved scenario. Save this one first; then come back here." in told(at)
    assert not at.code


def test_one_click_makes_a_link_and_a_second_shows_the_same(store: Store, ann: str) -> None:
    origin = kept()
    at = click(opened(**clean(origin)), "bar_link")
    made = at.code[0].value
    click(at, "bar_link")
    assert at.code[0].value == made
    assert [(link.revision, link.created_by) for link in store.links(origin.scenario_id)] == [(1, "Ann")]


def test_a_link_is_made_listed_counted_and_revoked(store: Store, ann: str) -> None:
    origin = kept()
    at = click(opened(**clean(origin)), "bar_link")
    token = at.code[0].value.rpartition("/s/")[2]
    assert len(token) == 32
    [shown] = links_shown(at)
    assert "To version 1" in shown
    assert "made by Ann" in shown
    assert "opened 0 times" in shown
    with browser("Bob's"):
        assert scenario(opened(s=token)) == PLAN
    run(at)
    click(at, "bar_link")
    assert "opened 1 time, last on " in links_shown(at)[0]
    [link] = store.links(origin.scenario_id)
    choose(at, f"revoke_{link.id}")
    assert not at.code, "what is revoked is not to be copied"
    assert "revoked on " in links_shown(at)[0]
    assert not [button for button in at.button if button.label == "Revoke"]
    assert store.follow(token) is None


def test_the_link_that_was_made_does_not_stand_beside_other_choices(store: Store, ann: str) -> None:
    origin = kept()
    at = click(opened(**clean(origin)), "bar_link")
    first = at.code[0].value
    at.radio(key="share_target").set_value("Whatever is the latest version")
    at.selectbox(key="share_expiry").select("in a week")
    in_dialog(at)
    assert not at.code
    choose(at, "share_make")
    assert at.code[0].value != first
    [latest, fixed] = store.links(origin.scenario_id)
    assert (latest.revision, fixed.revision) == (None, 1)
    assert fixed.expires_at is None
    assert latest.expires_at is not None
    assert timedelta(days=6) < latest.expires_at - datetime.now(UTC) <= timedelta(days=7)
    assert "good until" in links_shown(at)[0]


def test_who_makes_a_link_of_edited_work_is_told_that_the_edits_are_not_in_it(ann: str) -> None:
    at = click(move(opened(**clean(kept())), TRAINING, 0.2), "bar_link")
    assert "A link leads to what is saved: your changes since v1 are not in it." in told(at)


def test_who_makes_a_link_gives_a_name_first(store: Store) -> None:
    origin = kept()
    at = choose(click(opened(**clean(origin)), "bar_link"), "share_make")
    assert "your name: is empty" in told(at)
    assert store.links(origin.scenario_id) == ()
    at.text_input(key="share_who").set_value("Bob")
    choose(at, "share_make")
    assert [link.created_by for link in store.links(origin.scenario_id)] == ["Bob"]


def test_a_link_is_revoked_by_who_made_it_or_owns_the_scenario_and_others_are_told(store: Store, ann: str) -> None:
    origin = kept(who="Bob")
    store.link("Bob", origin.scenario_id)
    store.link("Ann", origin.scenario_id)
    at = click(opened(**clean(origin)), "bar_link")
    assert [button.key for button in at.button if button.label == "Revoke"] == [
        f"revoke_{one.id}" for one in store.links(origin.scenario_id) if one.created_by == "Ann"
    ]
    assert "Bob may revoke it" in links_shown(at)[-1]


def test_who_has_no_name_is_offered_no_revoking_and_told_why(store: Store) -> None:
    origin = kept()
    store.link("Ann", origin.scenario_id)
    at = click(opened(**clean(origin)), "bar_link")
    assert not [button for button in at.button if button.label == "Revoke"]
    assert "To revoke a link of yours, give your name first" in shown(at)


def test_every_link_can_be_reached_however_many_there_are(store: Store, ann: str) -> None:
    origin = kept()
    for _ in range(share.SHOWN + 1):
        store.link("Ann", origin.scenario_id)
    at = click(opened(**clean(origin)), "bar_link")
    assert len(links_shown(at)) == share.SHOWN
    assert len(at.get("pagination")) == 1


# --- What people write is never markup


def bare(at: AppTest) -> list[str]:
    """The texts of a page in which Streamlit would find markup."""
    elements = (*at.markdown, *at.caption, *at.warning, *at.error, *at.info, *at.title, *at.toast)
    texts = [element.value for element in elements]
    texts += [text for widget in (*at.button, *at.radio, *at.text_input) for text in (widget.label, widget.help)]
    return [text for text in texts if text and re.search(r"(?<!\\)(<img|\]\((?:http|/)|\$x|`a)", text)]


def test_names_notes_and_descriptions_are_shown_as_text(store: Store) -> None:
    store.name_visitor(ANNS_BROWSER, HOSTILE)
    origin = kept(HOSTILE, who=HOSTILE, note=HOSTILE)
    store.describe(HOSTILE, origin.scenario_id, HOSTILE)
    store.tag(HOSTILE, origin.scenario_id, [HOSTILE[:40]])
    latest = again(origin, BASE, who=HOSTILE, note=HOSTILE)
    at = opened(**clean(latest))
    assert plain(HOSTILE) in at.markdown[0].value or bar(at)[0] == HOSTILE
    assert bare(at) == []
    click(at, "bar_history")
    assert sum(read(text.value).count(HOSTILE) for text in (*at.markdown, *at.caption)) >= 7
    assert bare(at) == []
    click(at, "bar_link")
    assert any(HOSTILE in shown for shown in links_shown(at))
    assert bare(at) == []
    run(at)
    click(at, "bar_content_copy")
    assert any(f"Saved by {HOSTILE}" in read(text.value) for text in at.caption)
    assert bare(at) == []


def test_a_conflict_names_who_was_first_as_text(store: Store, ann: str) -> None:
    origin = kept(HOSTILE)
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    again(origin, BASE, who=HOSTILE)
    save_again(at)
    assert f"Not saved: {HOSTILE} has saved version 2" in told(at)
    assert bare(at) == []
