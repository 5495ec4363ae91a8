"""Which data set a visitor works on: chosen, kept in address and draft, undone, and never anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.base.format import day
from core.inputs.data import Inputs
from core.store.records import DataSet
from core.store.rights import Person
from core.store.store import Store
from core.story.answer import Answer
from core.views.explore.figures import PAGE
from pages.parts.dataset import picker, watch
from pages.parts.kept import shelf
from pages.parts.work import dataset, saved
from pages.parts.work.address import NO_SET
from pages.parts.work.carried import carried
from pages.parts.work.dataset import Standing
from pages.parts.work.drafts import _work
from tests.support.altered import PRICE, altered
from tests.support.frozen import BASE, EXAMPLE, INPUTS
from tests.support.stores import key
from tests.support.visit import VERSIONS, address, move, press, run, scenario, strip
from tests.support.visitors import (
    ANN,
    BOB,
    address_of,
    brought,
    browsers,
    coming,
    everything,
    next_version,
    on_newest,
    visiting,
)
from tests.support.words import read
from tests.support.work import THEIRS, TRAINING, back, clean, in_dialog, outage, step, told

pytestmark = pytest.mark.usefixtures("store", "two_browsers")

RAMPS = (3.0, 3.5, 4.0)
CHEAPER = (PRICE[0], PRICE[1], "vr200,45000,47000,")


@pytest.fixture(name="two_browsers")
def _two_browsers() -> Iterator[None]:
    with browsers():
        yield


@pytest.fixture
def dearer(tmp_path: Path) -> Inputs:
    """The frozen data with another price: equal levers, other figures."""
    (tmp_path / "dearer").mkdir()
    return altered(tmp_path / "dearer", PRICE)


@pytest.fixture
def ours(dearer: Inputs) -> DataSet:
    return brought(dearer)


def choose(at: AppTest, wanted: str) -> AppTest:
    """Choose a data set in the menu of the bar, as two clicks do."""
    at.session_state["bar_data"] = True
    run(at)
    press(at, f"bar_data_{wanted}")
    at.session_state["bar_data"] = False
    return run(at)


def figures(at: AppTest) -> list[str]:
    return [metric.value for metric in strip(at)]


def value_on(inputs: Inputs, **changes: float) -> str:
    """The first headline figure of a scenario on some data."""
    assert PAGE.head.metrics is not None
    return read(PAGE.head.metrics(PAGE.opened(Answer.of(inputs, inputs.scenario(changes))))[0].value)


def saved_on(one: DataSet, inputs: Inputs, name: str = "Plan", who: Person = ANN) -> saved.Origin:
    """A scenario that somebody saved on the newest version of a data set."""
    return saved.save_new(who, name, inputs.base.replace(pue=1.3), key(), "", (), "", on_newest(one))


# --- Choosing


def test_the_bar_names_the_data_and_the_menu_lists_what_the_visitor_may_see(ours: DataSet, store: Store) -> None:
    brought(EXAMPLE, "Kestrel", BOB, for_all=True)
    brought(INPUTS, "Bob's secret", BOB)
    at = visiting(ANN)
    assert picker.label(None) == "Default data"
    at.session_state["bar_data"] = True
    run(at)
    labels = [read(button.label) for button in at.button if (button.key or "").startswith("bar_data_")]
    assert len(labels) == 3
    assert f"Our prices  \n:small[:gray[Ann · v1 · {day(ours.latest.saved_at)}]]" in labels
    assert any(one.startswith("Kestrel") and "Bob · v1" in one for one in labels)
    assert "Bob's secret" not in everything(at)
    assert at.button(key="bar_data_default").disabled


def test_a_chosen_data_set_gives_all_figures_and_stands_in_the_address(ours: DataSet, dearer: Inputs) -> None:
    at = choose(visiting(ANN), ours.id)
    assert step(at).standing == Standing(ours.id, 1, "Our prices", dearer.data_version)
    assert figures(at)[0] == value_on(dearer) != value_on(INPUTS)
    assert address(at) == {**VERSIONS, **address_of(ours)}
    again = visiting(ANN, **address(at))
    assert step(again) == step(at) and figures(again) == figures(at)
    for page in ("risk.py", "chips.py", "cost.py", "contracts.py", "power.py", "programme.py", "library.py",
                 "compare.py", "data.py", "explore.py"):  # fmt: skip
        at.switch_page(page)
        run(at)
        assert step(at).standing == on_newest(ours)


def test_undo_leads_back_over_a_change_of_data_and_redo_forward(ours: DataSet) -> None:
    at = choose(move(visiting(ANN), TRAINING, 0.2), ours.id)
    assert scenario(at)[TRAINING] == 0.2
    move(at, TRAINING, 0.3)
    press(press(at, "undo"), "undo")
    assert (step(at).standing, scenario(at)) == (None, BASE.replace(**{TRAINING: 0.2}))
    assert address(at) == {TRAINING: "0.2", **VERSIONS}
    press(at, "redo")
    assert step(at).standing == on_newest(ours)
    assert not at.warning


def test_a_reload_brings_work_and_steps_back_on_their_data(ours: DataSet, store: Store) -> None:
    at = move(choose(move(visiting(ANN), TRAINING, 0.2), ours.id), TRAINING, 0.3)
    again = visiting(ANN, **address(at))
    assert again.session_state["history"] == at.session_state["history"]
    press(press(again, "undo"), "undo")
    assert step(again).standing is None
    assert ANN.key is not None
    assert f"set {ours.id}" in map(_work, store.drafts(ANN.key))


def test_levers_that_other_data_lack_are_said_and_the_others_carried_over() -> None:
    theirs = EXAMPLE.scenario(THEIRS)
    told_ = carried(theirs, EXAMPLE, INPUTS)
    assert told_.scenario == BASE.replace(pue=1.2)
    assert EXAMPLE.levers["adoption_assistant_training"].label in told_.sentences[0]
    assert told_.sentences[-1] == "1 lever off base set as before. Undo leads back to the data before."
    assert carried(EXAMPLE.base, EXAMPLE, INPUTS).scenario == INPUTS.base
    for name in EXAMPLE.presets.keys() & INPUTS.presets.keys():
        assert carried(EXAMPLE.presets[name], EXAMPLE, INPUTS).scenario == INPUTS.presets[name]


def test_a_notice_says_what_could_not_be_carried_to_the_chosen_data() -> None:
    one = brought(EXAMPLE, "Kestrel")
    at = choose(move(move(visiting(ANN), TRAINING, 0.2), "ramp_years", 3.0), one.id)
    assert scenario(at) == EXAMPLE.scenario({"ramp_years": 3.0})
    assert INPUTS.levers[TRAINING].label in told(at)
    assert "Undo leads back to the data before." in told(at)


def test_data_that_people_brought_are_never_said_to_be_public(ours: DataSet) -> None:
    assert INPUTS.public, "else this shows nothing"
    assert "public sources only" in everything(visiting(ANN))
    at = visiting(ANN, **address_of(ours))
    assert "public sources only" not in everything(at)
    at.switch_page("data.py")
    run(at)
    assert "public sources only" not in everything(at).replace("not said to be public sources only", "")


def test_brought_data_of_the_default_content_are_told_apart_from_it(store: Store) -> None:
    one = brought(INPUTS, "A copy")
    visiting(ANN)
    assert "public sources only" not in everything(visiting(ANN, **address_of(one)))


# --- What may not be seen


def test_an_address_of_data_that_are_not_to_be_seen_sets_nothing_and_says_so(ours: DataSet) -> None:
    for query in (address_of(ours), {"set": "nowhere", "data": INPUTS.data_version}):
        at = visiting(BOB, **query, pue="1.3")
        assert step(at).standing is None and scenario(at) == BASE
        assert f"- {NO_SET}\n- Below is the company plan." in told(at)
        assert "Our prices" not in everything(at)
        assert address(at) == VERSIONS


def test_back_to_data_that_are_not_to_be_seen_leaves_the_work(ours: DataSet) -> None:
    at = move(visiting(BOB), TRAINING, 0.2)
    work = step(at)
    at.query_params.clear()
    at.query_params.update(address_of(ours))
    with back():
        run(at)
    assert step(at) == work
    assert told(at).endswith("- Your work stays as it was.")


def test_a_version_that_an_address_names_is_the_one_that_is_shown(
    ours: DataSet, dearer: Inputs, tmp_path: Path
) -> None:
    newer = next_version(ours, altered(tmp_path, CHEAPER))
    at = visiting(ANN, **address_of(ours))
    assert step(at).standing == dataset.shown(newer, ours.latest)
    gone = visiting(ANN, set=ours.id, data="0123456789ab")
    assert step(gone).standing == on_newest(newer)
    assert "This address was made with data version 0123456789ab; the figures below use" in told(gone)


def test_the_name_behind_private_data_is_not_told_by_their_hash(ours: DataSet) -> None:
    theirs = brought(EXAMPLE, "Kestrel")
    at = visiting(BOB, data=theirs.latest.data_version, pue="1.3")
    assert "Kestrel" not in everything(at)
    assert f"This link was made with data version {EXAMPLE.data_version}" in told(at)


# --- Saved scenarios


def test_a_saved_scenario_opens_on_the_newest_version_with_the_report_first(
    ours: DataSet, dearer: Inputs, tmp_path: Path
) -> None:
    origin = saved_on(ours, dearer)
    at = visiting(ANN, **clean(origin))
    assert step(at).standing == on_newest(ours) and step(at).is_as_saved
    assert not any("from new data" in read(text.value) for text in at.markdown)
    newer = next_version(ours, altered(tmp_path, CHEAPER))
    at = visiting(ANN, **clean(origin))
    assert step(at).standing == on_newest(newer) and step(at).is_as_saved
    assert any("from new data" in read(text.value) for text in at.markdown)
    at.session_state["bar_data"] = True
    run(at)
    assert "was saved on version 1 of these data" in everything(at)
    press(at, "bar_as_saved")
    assert step(at).standing == dataset.shown(newer, ours.latest) and step(at).is_as_saved
    assert address(at) == {**clean(origin), "set": ours.id, "data": dearer.data_version}
    assert step(visiting(ANN, **address(at))) == step(at)


def test_a_scenario_on_a_newer_version_can_be_saved_there_without_an_edit(
    ours: DataSet, dearer: Inputs, tmp_path: Path, store: Store
) -> None:
    assert ANN.key is not None
    store.name_visitor(ANN.key, "Ann")
    origin = saved_on(ours, dearer)
    assert visiting(ANN, **clean(origin)).button(key="bar_save").disabled
    newer = next_version(ours, altered(tmp_path, CHEAPER))
    at = press(visiting(ANN, **clean(origin)), "bar_save")
    at.button(key="version_submit").click()
    in_dialog(at)
    latest = store.scenario(origin.scenario_id, who=ANN).latest
    assert (latest.number, latest.data_set) == (2, (newer.id, 2))
    assert step(at).is_as_saved and at.button(key="bar_save").disabled


def test_a_scenario_on_the_default_data_leads_back_to_them(ours: DataSet) -> None:
    origin = saved.save_new("Ann", "On ours", BASE.replace(pue=1.3), key(), "", (), "")
    at = visiting(ANN, **address_of(ours))
    at.query_params.clear()
    at.query_params.update(clean(origin))
    with back():
        run(at)
    assert step(at).standing is None and step(at).origin == origin
    press(at, "undo")
    assert step(at).standing == on_newest(ours)


def test_another_data_set_makes_own_work_of_a_saved_scenario(ours: DataSet, dearer: Inputs) -> None:
    origin = saved_on(ours, dearer)
    at = choose(visiting(ANN, **clean(origin)), "default")
    assert step(at).origin is None and scenario(at) == BASE.replace(pue=1.3)
    press(at, "undo")
    assert step(at).origin == origin


def test_nobody_else_finds_opens_or_compares_what_stands_on_private_data(
    ours: DataSet, dearer: Inputs, store: Store
) -> None:
    origin = saved_on(ours, dearer, "Secret plan")
    at = visiting(BOB)
    at.switch_page("library.py")
    run(at)
    assert "Secret plan" not in everything(at) and "Our prices" not in everything(at)
    at = visiting(BOB, **clean(origin))
    assert "The saved scenario cannot be opened. There is no such scenario." in told(at)
    at = visiting(BOB, compare=f"{origin.scenario_id}~now")
    at.switch_page("compare.py")
    run(at)
    assert "Secret plan" not in everything(at)
    mine = visiting(ANN)
    mine.switch_page("library.py")
    run(mine)
    assert "Secret plan" in everything(mine)


def test_a_scenario_on_another_data_set_is_not_compared_and_says_why(ours: DataSet, dearer: Inputs) -> None:
    origin = saved_on(ours, dearer)
    at = coming(ANN, compare=f"{origin.scenario_id}~now")
    at.switch_page("compare.py")
    run(at)
    assert "Not compared: Plan is on “Our prices”, version 1; in use is the default data." in everything(at)


def test_a_link_says_whose_data_it_opens_and_lets_in_who_follows_it(
    ours: DataSet, dearer: Inputs, store: Store
) -> None:
    assert ANN.key is not None
    store.name_visitor(ANN.key, "Ann")
    origin = saved_on(ours, dearer)
    at = press(visiting(ANN, **clean(origin)), "bar_link")
    assert "Who has this link sees this scenario's figures and the data set “Our prices”." in told(at)
    token = store.link(ANN, origin.scenario_id)
    theirs = visiting(BOB, s=token)
    assert step(theirs).standing == on_newest(ours)
    assert figures(theirs) == figures(visiting(ANN, **clean(origin)))
    store.revoke(ANN, store.links(origin.scenario_id)[0].id)
    run(move(theirs, TRAINING, 0.3))
    assert "no such" not in told(theirs), "an open page goes on"
    assert "leads nowhere" in told(visiting(BOB, s=token))
    assert NO_SET in told(visiting(BOB, **address_of(ours)))


# --- What happens under an open page


def test_a_data_set_put_into_the_trash_under_an_open_page_is_said_and_the_page_goes_on(
    ours: DataSet, dearer: Inputs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", -1)
    at = visiting(ANN, **address_of(ours))
    store.data_sets.trash(ANN, ours.id)
    shelf.clear()
    move(at, TRAINING, 0.2)
    assert "“Our prices” was put into the trash on " in told(at)
    assert figures(at)[0] and scenario(at)[TRAINING] == 0.2
    with outage():
        move(at, TRAINING, 0.3)
    assert scenario(at)[TRAINING] == 0.3


def test_a_newer_version_is_offered_under_an_open_page(
    ours: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", -1)
    at = visiting(ANN, **address_of(ours))
    newer = next_version(ours, altered(tmp_path, CHEAPER), note="New offer")
    run(at)
    assert "has version 2 of Ann: New offer; this is version 1." in told(at)
    press(at, "data_use_newest")
    assert step(at).standing == on_newest(newer)


# --- Two at once


def test_two_people_on_two_data_sets_at_once_see_their_own_and_nothing_of_the_other(
    ours: DataSet, dearer: Inputs, caplog: pytest.LogCaptureFixture
) -> None:
    # Move by move in turn: two AppTests in two threads would share what each puts in the one place for a runtime. In
    # threads of one server tests/browser/test_two_data_sets.py has them.
    theirs = brought(EXAMPLE, "Kestrel figures", BOB)
    people: list[tuple[AppTest, list[tuple[str, str]]]] = [
        (visiting(ANN, **address_of(ours)), []),
        (visiting(BOB, **address_of(theirs)), []),
    ]
    for years in RAMPS:
        for at, seen in people:
            move(at, "ramp_years", years)
            seen.append((figures(at)[0], everything(at)))
    for page in ("library.py", "data.py", "explore.py"):
        for at, seen in people:
            at.switch_page(page)
            seen.append(("", everything(run(at))))
    (_, anns), (_, bobs) = people
    for told_, inputs, other in ((anns, dearer, "Kestrel figures"), (bobs, EXAMPLE, "Our prices")):
        assert [value for value, _ in told_][: len(RAMPS)] == [value_on(inputs, ramp_years=years) for years in RAMPS]
        assert not [text for _, text in told_ if other in text]
    for record in caplog.records:
        assert "Kestrel" not in record.getMessage() and "Our prices" not in record.getMessage()
