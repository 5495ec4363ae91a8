"""The shell: the levers in the sidebar, the session behind them and the address bar."""

from __future__ import annotations

import random
import string
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from core.inputs.checked import with_check
from core.inputs.data import Inputs
from core.inputs.data import read as read_data
from core.inputs.lever import Group
from core.inputs.lever_table import start_lag
from core.inputs.link import from_query
from core.inputs.shares import splits
from core.model.model import MODEL_VERSION
from core.story.settings import in_field, in_words
from pages.parts.work import steps
from pages.parts.work.steps import STEPS_KEPT, History
from pages.parts.work.text import plain
from tests.support.datasets import files
from tests.support.frozen import BASE, EXAMPLE, INPUTS, LEVERS
from tests.support.largest import at_the_bounds
from tests.support.other_data import product_on
from tests.support.visit import (
    LABEL,
    VERSIONS,
    address,
    arriving,
    field,
    move,
    opened,
    preset,
    press,
    run,
    scenario,
    slider,
    unfold,
)
from tests.support.words import read

FOLDED = [group for group in Group if group not in (Group.ADOPTION, Group.VIEW)]


def texts(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.warning, *at.caption, *at.markdown))


def test_a_visitor_without_a_link_sees_the_base_scenario() -> None:
    at = opened()
    assert scenario(at) == BASE
    assert preset(at).value == "Company plan"
    assert not at.warning
    assert address(at) == VERSIONS
    assert "All levers at base" in texts(at)


def test_a_moved_slider_changes_the_scenario_its_field_and_the_address() -> None:
    at = move(opened(), "adoption_genai_training", 0.4)
    assert scenario(at).changes == {"adoption_genai_training": 0.4}
    assert field(at, "adoption_genai_training").value == "40"
    assert preset(at).value == "Your own settings"
    assert address(at) == {"adoption_genai_training": "0.4", **VERSIONS}
    assert "1 lever off base" in texts(at)


def test_a_typed_number_stays_exact_although_it_is_off_the_slider_s_grid() -> None:
    at = opened()
    field(at, "adoption_rr_training").set_value("12.345")
    run(at)
    assert scenario(at)["adoption_rr_training"] == 0.12345
    assert slider(at, "adoption_rr_training").value == 0.12345
    assert address(at)["adoption_rr_training"] == "0.12345"
    run(at)
    assert scenario(at)["adoption_rr_training"] == 0.12345


def test_shares_are_typed_in_percent_and_whole_numbers_as_they_are() -> None:
    at = opened()
    field(at, "custom_premium_max").set_value("29 %")
    field(at, "horizon_year").set_value("2030")
    run(at)
    assert scenario(at).changes == {"custom_premium_max": 0.29, "horizon_year": 2030}


@pytest.mark.parametrize("text", ["7,5", "7.5", " 7,50 % ", "+7.5"])
def test_a_share_is_read_with_a_comma_or_a_point_and_stays_as_it_was_typed(text: str) -> None:
    at = opened()
    field(at, "adoption_rr_inference").set_value(text)
    run(at)
    assert scenario(at).changes == {"adoption_rr_inference": 0.075}
    assert field(at, "adoption_rr_inference").value == text
    move(at, "adoption_rr_inference", 0.4)
    assert field(at, "adoption_rr_inference").value == "40"


@pytest.mark.parametrize("text", ["1.234,5", "7;5", "seven", "7,5,3", "", "1e999", "٧"])
def test_what_is_no_share_is_refused_in_words_and_stays_in_its_field(text: str) -> None:
    at = opened()
    field(at, "adoption_rr_inference").set_value(text)
    run(at)
    assert scenario(at) == BASE
    assert field(at, "adoption_rr_inference").value == text
    (refused,) = at.sidebar.error
    assert read(refused.value).startswith("Ranking inference: ")
    assert read(refused.value).endswith(("use 0 to 100 %", "write it as 7.5 or 7,5", "or 1.234,5"))
    move(at, "adoption_rr_inference", 0.4)
    assert not at.sidebar.error
    assert field(at, "adoption_rr_inference").value == "40"


def test_a_life_off_whole_quarters_says_what_it_counts_as() -> None:
    at = opened(book_life_years="5.6", service_life_custom_years="5.75")
    unfold(at, Group.FINANCE)
    said = read(texts(run(at)))
    assert said.count("for quarters are whole") == 1
    assert "Book life: 5.6 years count as 5.5 years, for quarters are whole" in said


def test_a_widget_that_must_show_something_else_is_a_new_one() -> None:
    """The browser repeats every widget's last state with each move; it must not be taken for a move itself."""
    at = opened()
    before = field(at, "adoption_rr_inference").key
    kept = slider(at, "adoption_rr_inference").key
    move(at, "adoption_rr_inference", 0.9)
    assert field(at, "adoption_rr_inference").key != before
    assert slider(at, "adoption_rr_inference").key == kept


def test_two_moves_that_arrive_together_both_count() -> None:
    at = opened()
    slider(at, "adoption_rr_inference").set_value(0.9)
    slider(at, "adoption_genai_inference").set_value(0.6)
    run(at)
    assert scenario(at).changes == {"adoption_rr_inference": 0.9, "adoption_genai_inference": 0.6}
    press(at, "undo")
    assert scenario(at) == BASE


def test_words_are_chosen_like_numbers() -> None:
    at = opened()
    next(widget for widget in at.selectbox if widget.label == LABEL["adoption_start"]).select("2028-Q3")
    next(widget for widget in at.button_group if widget.label == LABEL["baseline"]).set_value("exit")
    run(at)
    assert scenario(at).changes == {"adoption_start": "2028-Q3", "baseline": "exit"}


def test_one_lever_is_reset_by_its_own_button_which_is_there_only_then() -> None:
    at = move(move(opened(), "adoption_rr_inference", 0.9), "ramp_years", 4.0)
    assert plain("70 % of new capacity") in at.button(key="reset_adoption_rr_inference").help
    press(at, "reset_adoption_rr_inference")
    assert scenario(at).changes == {"ramp_years": 4.0}
    assert slider(at, "adoption_rr_inference").value == 0.7
    with pytest.raises(KeyError):
        at.button(key="reset_adoption_rr_inference")


def test_reset_all_undo_and_redo() -> None:
    at = move(move(opened(), "adoption_rr_inference", 0.9), "ramp_years", 4.0)
    moved = scenario(at)
    press(at, "reset_all")
    assert scenario(at) == BASE
    assert at.button(key="reset_all").disabled
    press(at, "undo")
    assert scenario(at) == moved
    assert slider(at, "ramp_years").value == 4.0
    press(at, "undo")
    press(at, "undo")
    assert scenario(at) == BASE
    assert at.button(key="undo").disabled
    press(at, "redo")
    assert scenario(at).changes == {"adoption_rr_inference": 0.9}
    move(at, "ramp_years", 3.0)
    assert at.button(key="redo").disabled


def test_after_any_walk_undoing_everything_leads_back_and_redoing_everything_leads_there() -> None:
    walk = random.Random(20260304)
    at = opened(pue="1.3")
    start = scenario(at)
    names = list(INPUTS.presets)
    for _ in range(12):
        step = walk.choice(("slider", "field", "preset", "undo", "redo"))
        lever = walk.choice([widget.label for widget in at.slider])
        lever = next(one.id for one in LEVERS.values() if one.label == lever)
        if step == "slider":
            move(at, lever, walk.choice((slider(at, lever).min, slider(at, lever).max)))
        elif step == "field":
            field(at, lever).set_value(in_field(LEVERS[lever], LEVERS[lever].value(LEVERS[lever].maximum)))
            run(at)
        elif step == "preset":
            preset(at).select(walk.choice(names))
            run(at)
        elif not at.button(key=step).disabled:
            press(at, step)
        assert from_query(LEVERS, address(at)).scenario == scenario(at)
    end = scenario(at)
    while not at.button(key="redo").disabled:
        end = scenario(press(at, "redo"))
    while not at.button(key="undo").disabled:
        press(at, "undo")
    assert scenario(at) == start
    while not at.button(key="redo").disabled:
        press(at, "redo")
    assert scenario(at) == end


@given(some.lists(some.one_of(some.floats(0, 1), some.sampled_from(("undo", "redo"))), max_size=STEPS_KEPT + 20))
def test_a_history_keeps_what_was_and_what_was_undone_within_bounds(steps: list[float | str]) -> None:
    history = History(BASE)
    for step in steps:
        if step == "undo":
            back = history.undone()
            assert back.redone() == history or back == history
            history = back
        elif step == "redo":
            history = history.redone()
        else:
            changed = history.then(BASE.replace(headroom=float(step) / 2))
            assert changed == history or (changed.undone().now == history.now and not changed.future)
            history = changed
        assert len(history.past) + len(history.future) <= STEPS_KEPT


def test_a_preset_sets_all_levers_and_is_known_again_when_they_agree() -> None:
    at = move(opened(), "ramp_years", 4.0)
    preset(at).select("Ranking only")
    run(at)
    assert scenario(at) == steps.ready_made()["Ranking only"]
    move(at, "adoption_rr_inference", 0.91)
    assert preset(at).value == "Your own settings"
    move(at, "adoption_rr_inference", 0.9)
    assert preset(at).value == "Ranking only"


def test_groups_are_folded_count_their_changes_and_draw_their_levers_only_while_open() -> None:
    at = opened(pue="1.3", load_factor="0.5")
    assert {"Power and facilities", "Finance"} <= {group.label for group in at.expander}
    assert "Power and facilities: 2 levers changed" in [text.value for text in at.caption]
    assert LABEL["pue"] not in [widget.label for widget in at.slider]
    unfold(at, Group.POWER)
    run(at)
    assert slider(at, "pue").value == 1.3
    assert scenario(at).changes == {"pue": 1.3, "load_factor": 0.5}
    assert "Power and facilities: 2 levers changed" not in [text.value for text in at.caption], "each says so itself"


def test_a_fold_stays_open_whatever_is_moved_in_it() -> None:
    at = opened()
    [fold] = [one for one in at.expander if one.label == Group.POWER]
    identity = fold.proto.id
    unfold(at, Group.POWER)
    move(run(at), "pue", 1.3)
    assert slider(at, "pue").value == 1.3
    [fold] = [one for one in at.expander if one.label == Group.POWER]
    assert fold.proto.id == identity, "to Streamlit another identity is another fold, which is closed"


def drawn_levers(at: AppTest) -> dict[str, str]:
    """What moves a lever, by what stands above it, with its tooltip."""
    return {widget.label: widget.help for widget in (*at.slider, *at.selectbox, *at.button_group)}


def with_all_shown(inputs: Inputs) -> AppTest:
    """The product with every group open and every start shown."""
    at = opened()
    for group in FOLDED:
        unfold(at, group)
    at.session_state["starts_shown"] = frozenset(inputs.workloads)
    return run(at)


def assert_every_lever_is_drawn(at: AppTest, inputs: Inputs) -> None:
    drawn = drawn_levers(at)
    sources = inputs.tables["sources"].set_index("source_id")["title"]
    for lever in inputs.levers.values():
        told = drawn[plain(lever.label)]
        assert plain(lever.help) in told
        assert plain(in_words(lever, lever.base)) in told
        assert lever.source_id == "assumption" or plain(sources[lever.source_id]) in told
    numeric = {lever.id for lever in inputs.levers.values() if lever.is_numeric}
    in_quarters = {start_lag(workload) for workload in inputs.workloads}
    assert len(at.slider) == len(at.sidebar.text_input) == len(numeric - in_quarters)


def test_every_lever_is_drawn_once_with_its_source_in_the_tooltip() -> None:
    assert_every_lever_is_drawn(with_all_shown(INPUTS), INPUTS)


def test_every_lever_of_another_company_is_drawn_too() -> None:
    with product_on(EXAMPLE):
        assert_every_lever_is_drawn(with_all_shown(EXAMPLE), EXAMPLE)


def test_beliefs_and_choices_are_never_mixed() -> None:
    at = opened()
    labels = [group.label for group in at.sidebar.button_group]
    assert labels == [LABEL["baseline"], LABEL["terminal_basis"]]
    unfold(at, Group.FINANCE)
    run(at)
    assert [group.label for group in at.sidebar.button_group] == labels


# --- Starts of single workloads


def start(at: AppTest, workload: str) -> Any:
    return next(widget for widget in at.selectbox if widget.label == LABEL[start_lag(workload)])


def test_a_start_is_folded_until_it_is_asked_for() -> None:
    at = opened(adoption_start="2028-Q3")
    first, second = INPUTS.workloads[:2]
    assert not [widget for widget in at.selectbox if widget.label == LABEL[start_lag(first)]]
    assert plain("starts in 2028-Q3") in at.button(key=f"start_{first}").help
    press(at, f"start_{first}")
    assert start(at, first).options[:2] == ["2028-Q3, with the others", "2028-Q4"]
    assert not [widget for widget in at.selectbox if widget.label == LABEL[start_lag(second)]]
    press(at, f"start_{first}")
    assert not [widget for widget in at.selectbox if widget.label == LABEL[start_lag(first)]]


def test_a_later_start_is_picked_as_a_quarter_kept_as_a_lag_and_undone_like_any_move() -> None:
    workload = INPUTS.workloads[-1]
    lever = start_lag(workload)
    at = press(opened(), f"start_{workload}")
    start(at, workload).set_value(8)
    run(at)
    assert scenario(at).changes == {lever: 8}
    assert start(at, workload).options[start(at, workload).index] == "2029-Q1"
    with pytest.raises(KeyError):
        at.button(key=f"start_{workload}")
    press(at, "undo")
    assert scenario(at) == BASE
    press(at, "redo")
    press(at, f"reset_{lever}")
    assert scenario(at) == BASE


def test_a_link_with_a_later_start_shows_it_at_once_and_it_moves_with_the_common_start() -> None:
    workload = INPUTS.workloads[0]
    at = opened(**{start_lag(workload): "4"})
    assert start(at, workload).options[start(at, workload).index] == "2028-Q1"
    next(widget for widget in at.selectbox if widget.label == LABEL["adoption_start"]).select("2027-Q3")
    run(at)
    assert scenario(at)[start_lag(workload)] == 4
    assert start(at, workload).options[start(at, workload).index] == "2028-Q3"


# --- How what is bought is divided


def divided(**query: str) -> AppTest:
    """The product with the fold open in which merchants' shares stand."""
    at = arriving(**query)
    unfold(at, Group.PROCUREMENT)
    return run(at)


def shown_rest(at: AppTest) -> list[str]:
    return [read(caption.value) for caption in at.sidebar.caption if " of " in caption.value]


def test_three_merchants_shares_of_a_workload_add_up_to_all_of_it() -> None:
    workload = EXAMPLE.workloads[0]
    first, second = splits(EXAMPLE)[workload]
    labels = {name: plain(lever.label) for name, lever in EXAMPLE.levers.items()}
    with product_on(EXAMPLE):
        at = divided()
        assert "AMD has what they leave of search inference: 40 %" in shown_rest(at)
        next(widget for widget in at.slider if widget.label == labels[first]).set_value(0.9)
        run(at)
        assert scenario(at).changes == {first: 0.9, second: 0.1}
        assert "AMD has nothing of search inference; what one of the others gets more, the rest get less" in (
            shown_rest(at)
        )
        assert next(widget for widget in at.slider if widget.label == labels[second]).value == 0.1
        press(at, f"reset_{second}")
        assert scenario(at).changes == {first: 0.8}, "0.2 is its base, and there is as much less for the other"
        press(at, "undo")
        press(at, "undo")
        assert not scenario(at).changes


def test_a_link_that_asks_for_more_than_all_is_kept_and_said() -> None:
    first, second = splits(EXAMPLE)[EXAMPLE.workloads[0]]
    with product_on(EXAMPLE):
        at = divided(**{first: "0.8", second: "0.6"})
        assert scenario(at).changes == {first: 0.8, second: 0.6}
        assert any("ask for more than all of search inference" in text for text in shown_rest(at))


def test_of_many_merchants_one_workload_s_shares_are_shown_at_a_time() -> None:
    largest = read_data(files(at_the_bounds()))
    with product_on(largest):
        at = opened()
        before = len(at.slider)
        at = divided()
        assert len(at.slider) == before + len(largest.suppliers) - 2
        last = largest.workloads[-1]
        next(widget for widget in at.sidebar.selectbox if widget.label == "Workload").select(last)
        run(at)
        labels = {widget.label for widget in at.slider}
        assert {plain(largest.levers[name].label) for name in splits(largest)[last]} <= labels


def test_a_link_brings_its_scenario_along() -> None:
    at = opened(adoption_genai_training="0.4", adoption_start="2029-Q2", pue="1.15", **VERSIONS)
    assert scenario(at).changes == {"adoption_genai_training": 0.4, "adoption_start": "2029-Q2", "pue": 1.15}
    assert slider(at, "adoption_genai_training").value == 0.4
    assert not at.warning


def test_a_link_opens_with_what_could_be_applied_and_lists_all_that_could_not() -> None:
    at = opened(pue="abc", adoption_rr_inference="2", colour="red", spares="0.1", horizon_year=["2030", "2031"])
    assert scenario(at).changes == {"spares": 0.1, "horizon_year": 2031}
    told = at.warning[0].value
    for part in ("PUE: 'abc' is not a number", "Ranking inference: 2 is out of bounds", "colour: there is no such"):
        assert plain(part) in told
    assert plain("Horizon: is given 2 times") in told
    assert address(at) == {"spares": "0.1", "horizon_year": "2031", **VERSIONS}
    press(at, "dismiss_notice")
    assert not at.warning
    assert scenario(at).changes == {"spares": 0.1, "horizon_year": 2031}


def test_a_link_made_with_other_data_or_another_model_says_so() -> None:
    at = opened(data="0123abc", model="0.9")
    told = at.warning[0].value
    assert plain(f"made with data version 0123abc; the figures below use {VERSIONS['data']}") in told
    assert plain(f"made with model version 0.9; the figures below use {MODEL_VERSION}") in told
    assert address(at) == VERSIONS


@pytest.mark.parametrize("hostile", ["![x](http://evil.test/p.png)", "<img src=x>", "[a](//evil.test)", "$x$", "`a`"])
def test_what_a_link_says_is_shown_as_text(hostile: str) -> None:
    at = opened(pue=hostile, data=hostile, **{hostile: "1"})
    told = at.warning[0].value
    assert told.count(plain(hostile)) == 3
    assert hostile not in told


def test_the_scenario_follows_the_browser_back() -> None:
    at = move(opened(), "adoption_genai_training", 0.4)
    before = with_check({**address(at), "adoption_genai_training": "0.2"})
    at.query_params.update(before)
    run(at)
    assert scenario(at)["adoption_genai_training"] == 0.4, "the address is a step behind while the visitor is quick"
    at.query_params.update(before)
    with patch("pages.parts.work.session._browser_went_back_or_forward", return_value=True):
        run(at)
    assert scenario(at)["adoption_genai_training"] == 0.2
    assert slider(at, "adoption_genai_training").value == 0.2


def test_back_to_an_address_that_says_nothing_leaves_the_work_as_it_is_and_writes_it_there() -> None:
    at = move(opened(), "adoption_genai_training", 0.4)
    at.query_params.clear()  # as a change of page may leave an entry of the browser's history
    with patch("pages.parts.work.session._browser_went_back_or_forward", return_value=True):
        run(at)
    assert scenario(at).changes == {"adoption_genai_training": 0.4}
    assert address(at) == {"adoption_genai_training": "0.4", **VERSIONS}


def test_the_scenario_stays_on_the_way_to_the_method_and_back() -> None:
    at = move(opened(), "adoption_genai_training", 0.4)
    at.switch_page("method.py")
    run(at)
    assert scenario(at).changes == {"adoption_genai_training": 0.4}
    assert address(at) == {"adoption_genai_training": "0.4", **VERSIONS}
    move(at, "ramp_years", 4.0)
    at.switch_page("explore.py")
    run(at)
    assert scenario(at).changes == {"adoption_genai_training": 0.4, "ramp_years": 4.0}


@given(some.text())
def test_no_mark_of_markdown_is_left_bare(text: str) -> None:
    shown = plain(text)
    bare = shown.replace("\\\\", "")
    for place, mark in enumerate(bare):
        assert mark not in string.punctuation or mark == "\\" or bare[place - 1] == "\\"
    assert "\n" not in shown


@pytest.mark.parametrize("address", ["http://a.test", "HTTPS://a.test", "www.a.test", "me@a.test", "ftp://a.test"])
def test_an_address_is_not_left_in_one_piece(address: str) -> None:
    said = plain(address).replace("\\", "")
    assert address not in said
    assert said.replace("\N{WORD JOINER}", "") == address
