"""What was saved, linked or left unsaved on other data than those in use: shown as it was, and never mixed up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from core.base.format import NBSP
from core.inputs.case import Case
from core.inputs.link import to_query
from core.model.model import MODEL_VERSION
from core.store.store import Store, opened_at
from core.story.settings import in_words
from pages.parts.kept import shelf
from pages.parts.work import dataset, drafts, saved
from pages.parts.work.steps import History, Step
from tests.support.altered import FORMER, PRICE, altered
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.visit import VERSIONS, address, move, opened, press, run, scenario, strip
from tests.support.words import read
from tests.support.work import (
    ANNS_BROWSER,
    THEIRS,
    TRAINING,
    browser,
    by_link,
    clean,
    kept,
    of_other_data,
    step,
    told,
)

pytestmark = pytest.mark.usefixtures("store")

SAVED = Path(__file__).resolve().parents[1] / "saved"
WHOSE = "is of other data, those of Kestrel, AMD, NVIDIA and TPU; in use are those of Meta."


@pytest.fixture
def visitor_key() -> str | None:
    return ANNS_BROWSER


def bar(at: Any) -> str:
    return read(next(text.value for text in at.markdown if "-badge[" in text.value))


# --- Saved scenarios


def test_a_scenario_of_other_data_is_shown_as_saved_and_says_whose_they_are(store: Store) -> None:
    origin = of_other_data()
    at = opened(**clean(origin))
    assert f"Theirs, v1, {WHOSE}" in told(at)
    assert "beside what today's model gives on the data it was saved with" in told(at)
    assert "As saved on " in read(at.title[0].value)
    beside = [(metric.value, metric.change) for metric in strip(at)]
    assert beside and all(delta.lower() == f"today {value}".lower() for value, delta in beside)
    assert address(at) == clean(origin)
    assert step(at) == Step(BASE), "the work stays what it was"
    assert bar(at) == "**Theirs** :gray-badge[as saved, v1, of other data]"
    assert at.button(key="bar_save").disabled and at.button(key="bar_content_copy").disabled
    press(at, "leave_unreadable")
    assert address(at) == VERSIONS
    assert bar(at).startswith("**Company plan**")


def test_what_today_s_model_makes_of_it_is_told_on_its_own_data() -> None:
    origin = of_other_data(change=lambda figures: figures.update(model_version=FORMER))
    at = opened(**clean(origin))
    said = " ".join(read(text.value) for text in at.markdown)
    assert "today's model gives the same." in said
    assert "data" not in said.split("today's model gives")[1].split(".")[0]


def test_without_its_data_it_is_shown_as_saved_and_said_that_today_s_figures_are_not_known() -> None:
    shelf.clear()
    at = opened(**clean(of_other_data(archived=False)))
    assert "Theirs, v1, is of other data, those of kestrel, amd, nvidia and tpu" in told(at)
    assert "Today's figures are not known" in told(at)
    assert [metric.change for metric in strip(at)] == ["as saved"] * 5


def test_its_levers_can_be_set_here_as_own_work_and_what_could_not_is_told(store: Store) -> None:
    origin = of_other_data()
    at = press(opened(**clean(origin)), "take_over")
    theirs = EXAMPLE.scenario(THEIRS)
    assert step(at).origin is None
    for name in INPUTS.levers:
        assert scenario(at)[name] == theirs.get(name, BASE[name])
    assert "levers set as saved. Undo leads back to your work." in told(at)
    gone = [EXAMPLE.levers[name].group for name in EXAMPLE.levers if name not in INPUTS.levers]
    for group in set(gone):
        assert f"{gone.count(group)} of {group}" in told(at)
    assert [revision.number for revision in store.revisions(origin.scenario_id)] == [1]
    press(at, "undo")
    assert step(at) == Step(BASE)


def test_moving_a_lever_goes_on_with_one_s_own_work_and_saves_nothing_on_top_of_theirs(store: Store) -> None:
    store.name_visitor(ANNS_BROWSER, "Ann")
    origin = of_other_data()
    at = move(opened(**clean(origin)), TRAINING, 0.2)
    assert scenario(at) == BASE.replace(**{TRAINING: 0.2})
    press(at, "bar_save")
    assert [field.key for field in at.text_input if field.key == "save_name"] == ["save_name"], "it is a new scenario"
    assert [revision.number for revision in store.revisions(origin.scenario_id)] == [1]


def test_a_link_to_it_shows_it_too_and_its_history_and_links_are_its_own(store: Store) -> None:
    origin = of_other_data()
    token = store.link("Bob", origin.scenario_id)
    at = opened(s=token)
    assert f"Theirs, v1, {WHOSE}" in told(at)
    assert address(at) == by_link(token)
    assert bar(at) == "**Theirs** :gray-badge[as saved, v1, by link, of other data]"
    press(at, "bar_history")
    assert any("owned by Bob" in read(text.value) for text in at.markdown)


def test_edits_of_it_in_an_address_are_set_as_own_work_as_far_as_they_can_be() -> None:
    origin = of_other_data()
    edited = EXAMPLE.scenario({**THEIRS, "spares": 0.05})
    query = to_query(edited, data_version=EXAMPLE.data_version, model_version=VERSIONS["model"])
    at = opened(**query, **clean(origin))
    assert f"Theirs, v1, {WHOSE}" in told(at)
    assert step(at) == Step(BASE.replace(pue=1.2, spares=0.05))
    assert (
        "This link was made on other data, those of Kestrel, AMD, NVIDIA and TPU; the figures below are of Meta."
        in told(at)
    )
    assert "adoption_assistant_training: there is no such lever in the data in use; nothing was set." in told(at)


def test_it_cannot_be_compared_and_the_page_says_so() -> None:
    origin = of_other_data()
    at = opened(compare=f"{origin.scenario_id}~now")
    at.switch_page("compare.py")
    run(at)
    at.query_params["compare"] = f"{origin.scenario_id}~now"
    at = opened(compare=f"{origin.scenario_id}~now")
    at.switch_page("compare.py")
    run(at)
    assert any(f"Not compared: Theirs, v1, {WHOSE}" in read(text.value) for text in at.caption)


def test_data_of_a_later_version_of_the_same_company_are_opened_as_before(tmp_path: Path) -> None:
    older = altered(tmp_path, PRICE)
    with patch.object(dataset, "default", lambda: older):
        origin = kept("Older")
    at = opened(**clean(origin))
    assert step(at).origin is not None
    assert any("from new data" in read(text.value) for text in at.markdown)


# --- Links


def test_a_lever_that_these_data_have_not_is_said_in_a_link_and_not_applied() -> None:
    at = opened(adoption_search_inference="0.8", tpu_share_search_inference="0.1", pue="1.3")
    assert scenario(at) == BASE.replace(pue=1.3)
    assert (
        "adoption_search_inference and tpu_share_search_inference: there are no such levers in the data in use; "
        "nothing was set." in told(at)
    )


# --- Unsaved work


def left(store: Store, on: Any = EXAMPLE, levers: dict[str, Any] = THEIRS) -> None:
    """Leave work unsaved on some data, as a server does that works on them."""
    body = drafts._draft_body(History(Step(BASE.replace(pue=1.2)), (Step(BASE),)))
    body |= {"data": on.data_version, "case": Case.of(on).as_json()}
    body["now"]["levers"] = dict(levers)
    store.keep_draft(ANNS_BROWSER, f"data {on.data_version}", body)


def test_a_draft_says_which_data_it_is_of(store: Store) -> None:
    move(opened(), TRAINING, 0.2)
    [(slot, (body, _))] = store.drafts(ANNS_BROWSER).items()
    assert drafts._work(slot) == f"data {INPUTS.data_version}"
    assert (body["data"], Case.from_json(body["case"])) == (INPUTS.data_version, Case.of(INPUTS))


def test_unsaved_work_on_other_data_is_told_of_and_not_offered(store: Store) -> None:
    left(store)
    at = opened()
    assert "on other data, those of Kestrel, AMD, NVIDIA and TPU. It cannot be set on the data in use" in told(at)
    assert not [button for button in at.button if button.key == "accept_offer"]
    move(at, TRAINING, 0.2)
    assert set(map(drafts._work, store.drafts(ANNS_BROWSER))) == {
        f"data {one.data_version}" for one in (EXAMPLE, INPUTS)
    }
    again = opened(**address(at))
    assert scenario(again)[TRAINING] == 0.2
    press(at, "decline_offer")
    assert set(map(drafts._work, store.drafts(ANNS_BROWSER))) == {f"data {INPUTS.data_version}"}


def test_unsaved_work_on_another_version_of_these_data_is_offered_with_that_version(
    store: Store, tmp_path: Path
) -> None:
    older = altered(tmp_path, PRICE)
    left(store, older, {"pue": 1.2})
    at = opened()
    assert f"1 lever off base, made with data {older.data_version}." in told(at)
    press(at, "accept_offer")
    assert scenario(at) == BASE.replace(pue=1.2)
    assert set(map(drafts._work, store.drafts(ANNS_BROWSER))) == {f"data {INPUTS.data_version}"}


@pytest.mark.parametrize(("on", "is_here"), [(INPUTS, True), (EXAMPLE, False)], ids=["bundled", "example"])
def test_work_that_the_first_model_left_is_of_the_company_that_it_knew(on: Any, is_here: bool) -> None:
    with patch.object(dataset, "in_use", lambda: on):
        assert drafts._is_here({"now": {"levers": {"pue": 1.2}, "of": None}}) is is_here


# --- What released versions left behind


@pytest.fixture(params=sorted(path.name for path in SAVED.iterdir() if path.is_dir()))
def released(request: pytest.FixtureRequest, tmp_path: Path, store: Store) -> dict[str, Any]:
    """The store of a released version, opened by this one, and what is in it."""
    store.close()
    opened_at.cache_clear()
    for file in tmp_path.glob("crossover.db*"):
        file.unlink()
    shutil.copy(SAVED / request.param / "crossover.db", tmp_path)
    told: dict[str, Any] = json.loads((SAVED / request.param / "told.json").read_text(encoding="utf-8"))
    return told


def test_every_scenario_of_a_released_version_opens_and_says_what_moved(released: dict[str, Any]) -> None:
    for scenario_id, known in released["scenarios"].items():
        if known["trash"]:
            continue
        at = opened(scenario=scenario_id)
        origin = step(at).origin
        assert origin is not None and step(at).is_as_saved
        assert (origin.name, origin.number) == (known["name"], known["latest"])
        assert not at.warning
        report, _ = saved.as_saved(scenario_id, known["latest"])
        assert {name: scenario(at)[name] for name in report["levers"]} == report["levers"]
        said = " ".join(read(text.value) for text in at.markdown)
        if (report["model_version"], report["data_version"]) == (MODEL_VERSION, INPUTS.data_version):
            assert "from new data" not in said and "Saved on" not in said, "nothing has changed since"
            continue
        assert "nothing from new data" in said
        assert "today, as saved." in said, "on the former basis of residual value the figure is the one that was saved"
        at.session_state["behind_reopened"] = True
        run(at)
        said = "\n".join(read(text.value) for text in at.markdown)
        assert "Today, chips sold" in said
        assert "What each workload contributes is measured otherwise now." in said
        for lever in (INPUTS.levers["terminal_basis"], INPUTS.levers["work_price_decline"]):
            assert f"{lever.label} | {in_words(lever, lever.base)}".replace(NBSP, " ") in said


def test_every_link_of_a_released_version_leads_there(released: dict[str, Any]) -> None:
    for token, (scenario_id, number) in released["links"].items():
        at = opened(s=token)
        origin = step(at).origin
        assert origin is not None
        assert (origin.scenario_id, origin.number) == (scenario_id, number)
        assert address(at) == by_link(token), "it is rewritten without the secret"


def test_unsaved_work_of_a_released_version_is_offered(released: dict[str, Any]) -> None:
    with browser(released["draft"]["key"]):
        at = opened()
        assert "You have unsaved work from " in told(at)
        press(at, "accept_offer")
        assert scenario(at).changes == released["draft"]["levers"]
