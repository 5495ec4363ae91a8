"""A visitor's own data on the Data page: brought, asked about, edited, checked, kept in versions, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.inputs.data import Inputs
from core.inputs.evidence import OWN
from core.inputs.sheet import Cells, as_csv
from core.store.records import DataSet
from core.store.store import Store
from pages.parts.dataset import editor, keep, making
from pages.parts.dataset.picker import SECTION, YOUR_DATA
from pages.parts.dataset.section import BRING, EDIT, SETS, WAY
from pages.parts.work import saved
from tests.support.altered import PRICE, altered
from tests.support.frozen import EXAMPLE, INPUTS
from tests.support.stores import key
from tests.support.visit import press, run
from tests.support.visitors import ANN, BOB, address_of, brought, browsers, coming, everything, next_version, on_newest
from tests.support.words import read
from tests.support.work import NO_ANSWER, in_dialog, outage, step, told

pytestmark = pytest.mark.usefixtures("store", "two_browsers")

CHIPS = INPUTS.chips.id
MESSY = (
    "Our chip prices;;;;\n"
    "as agreed with the suppliers;;;;\n"
    ";;;;\n"
    "chip_id;price_usd_low;price_usd_base;price_usd_high;note\n"
    f"{CHIPS[0]};9.500,50;11.250,75;13.000,25;our quote\n"
    f"{CHIPS[1]};28.000,00;33.500,50;41.000,00;our quote\n"
    "Total;37.500,50;44.751,25;54.000,25;\n"
)
PRICES = "chip_prices.csv"
HEADER, *ROWS = INPUTS.cells[PRICES]
BASE = HEADER.index("price_usd_base")


@pytest.fixture(name="two_browsers")
def _two_browsers() -> Iterator[None]:
    with browsers():
        yield


@pytest.fixture
def named(store: Store) -> Store:
    """A store that knows who Ann and Bob are."""
    for who in (ANN, BOB):
        assert who.key is not None and who.name is not None
        store.name_visitor(who.key, who.name)
    return store


@pytest.fixture
def dearer(tmp_path: Path) -> Inputs:
    (tmp_path / "dearer").mkdir()
    return altered(tmp_path / "dearer", PRICE)


def at_your_data(way: str = SETS, who: Any = ANN, **query: str) -> AppTest:
    """A visitor in the section for data of his own."""
    at = coming(who, **query)
    at.switch_page("data.py")
    at.session_state[f"picked_{SECTION}"] = YOUR_DATA
    at.session_state[f"picked_{WAY}"] = way
    return run(at)


def go(at: AppTest, way: str) -> AppTest:
    at.session_state[f"picked_{WAY}"] = way
    return run(at)


def bringing(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    at.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files])
    return run(at)


def agreed(at: AppTest) -> AppTest:
    """Agree to all that is offered about every table, as often as something is."""
    for _ in range(6):
        buttons = [one for one in at.button if (one.key or "").startswith("agree_")]
        if not buttons:
            return at
        buttons[0].click()
        run(at)
    raise AssertionError("questions without end")


def edits(table: str, at: AppTest, **changes: Any) -> AppTest:
    """Edit a table as the editor in the browser does, which AppTest cannot draw."""
    at.session_state["test_edits"] = (table, {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **changes})
    at.session_state["picked_edited_table"] = table
    return run(at)


@pytest.fixture(autouse=True)
def _editor_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test says is edited arrives as it does from the browser: the callback first, then the page anew."""

    def editing(rows: Any, *, key: str, on_change: Callable[..., None], args: tuple[Any, ...], **_: Any) -> Any:
        said = st.session_state.pop("test_edits", None)
        if said is not None and said[0] == args[2]["name"]:
            st.session_state[key] = said[1]
            on_change(*args)
            del st.session_state[key]
            st.rerun()
        return rows

    monkeypatch.setattr(editor.st, "data_editor", editing)


def cell(at: AppTest, table: str, row: int, column: str) -> str:
    """A cell of the draft; rows count from 0."""
    header, *rows = made(at).draft.cells[f"{table}.csv"]
    return str(rows[row][header.index(column)])


def made(at: AppTest) -> making.Making:
    found: making.Making = at.session_state["making"]
    return found


def save(at: AppTest, where: str | None = None, name: str | None = None) -> AppTest:
    """Save by the dialog."""
    press(at, "making_save")
    if where is not None:
        at.radio(key="data_where").set_value(next(one for one in at.radio(key="data_where").options if where in one))
    if name is not None:
        at.text_input(key="data_name").set_value(name)
    at.button(key="data_submit").click()
    return in_dialog(at)


def csv(cells: Cells) -> bytes:
    return as_csv(cells)


def with_price(price: str, row: int = 0) -> Cells:
    rows = [tuple(price if (n, i) == (row, BASE) else text for i, text in enumerate(one)) for n, one in enumerate(ROWS)]
    return (HEADER, *rows)


# --- Files that cannot be read


def test_a_file_that_cannot_be_read_says_why_and_nothing_else_happens() -> None:
    at = bringing(at_your_data(BRING), ("prices.xlsx", b"no workbook"), (PRICES, csv(INPUTS.cells[PRICES])))
    assert "prices.xlsx: is not what its name says (.xlsx); expected the file itself" in told(at)
    assert "prices.xlsx" in everything(at)
    assert not [one for one in at.button if one.key == "brought_take"]
    assert at.session_state["making"] is None
    bringing(at, (PRICES, csv(INPUTS.cells[PRICES])))
    assert not at.button(key="brought_take").disabled


def test_a_file_that_is_there_twice_counts_once() -> None:
    same = (PRICES, csv(with_price("12400")))
    at = press(bringing(at_your_data(BRING), same, same), "brought_take")
    assert cell(at, "chip_prices", 0, "price_usd_base") == "12400"


def test_two_files_of_one_table_are_refused_in_words() -> None:
    one, other = csv(with_price("12400")), csv(with_price("12300"))
    at = press(bringing(at_your_data(BRING), (PRICES, one), (f"more/{PRICES}", other)), "brought_take")
    assert "is the table chip_prices, and so is" in everything(at)
    assert at.session_state["making"] is None


def test_tables_alone_that_lack_others_are_told_and_do_not_break_the_page() -> None:
    rows = {name: INPUTS.cells[f"{name}.csv"] for name in ("suppliers", "workloads", "chips")}
    header, first, *others = rows["chips"]
    own = {"grade": OWN, "source_id": OWN}
    first = tuple(own.get(column, text) for column, text in zip(header, first, strict=True))
    rows["chips"] = (header, first, *others)
    at = bringing(at_your_data(BRING), *((f"{name}.csv", csv(cells)) for name, cells in rows.items()))
    press(at, "brought_take")
    assert "These data cannot be used yet" in everything(at) or "problem" in told(at)
    assert "the file is missing" in everything(at)
    assert at.button(key="making_save").disabled
    assert set(made(at).draft.cells) == {*(f"{name}.csv" for name in rows), "sources.csv"}


# --- A messy price list


def test_a_messy_price_list_is_asked_about_put_in_saved_and_in_use(named: Store) -> None:
    at = bringing(at_your_data(BRING), ("Preise 2027.csv", MESSY.encode("cp1252")))
    assert at.button(key="brought_take").disabled
    labels = [read(one.label) for one in at.selectbox]
    assert any("Which table is" in one for one in labels)
    agreed(at)
    still = [one for one in at.selectbox if (one.key or "").startswith("asked_")]
    for one in still:
        one.set_value(one.options[0] if one.value is None else one.value)
    run(at)
    agreed(at)
    assert not at.button(key="brought_take").disabled, [read(one.label) for one in at.selectbox]
    assert any(f"Keep the {len(ROWS) - 2} rows" in one.label for one in at.toggle)
    press(at, "brought_take")
    assert cell(at, "chip_prices", 0, "price_usd_base") == "11250.75"
    assert cell(at, "chip_prices", 1, "price_usd_low") in ("28000", "28000.00")
    assert len(made(at).draft.cells[PRICES]) == len(ROWS) + 1, "no row of a total, all others stay"
    assert (cell(at, "chip_prices", 0, "grade"), cell(at, "chip_prices", 0, "source_id")) == (OWN, OWN)
    assert "1 table brought" in everything(at) and at.success
    assert at.file_uploader[0].value == []
    save(at, name="Our quotes")
    (one,) = named.data_sets.all(ANN)
    assert (one.name, one.latest.number, one.latest.note) == ("Our quotes", 1, "1 table brought")
    assert step(at).standing == on_newest(one)
    assert "Our quotes" in everything(at) and at.session_state["making"] is None
    assert step(run(coming(ANN, **address_of(one)))).standing == on_newest(one)


# --- Steps, and a reload


def test_steps_are_undone_redone_and_brought_back_by_a_reload() -> None:
    at = edits("chip_prices", at_your_data(EDIT), edited_rows={0: {"price_usd_base": "12400"}})
    edits("power_capacity", at, edited_rows={0: {"note": "seen"}})
    assert made(at).did.endswith("1 cell") and len(made(at).past) == 2
    press(at, "making_undo")
    assert cell(at, "power_capacity", 0, "note") != "seen"
    press(at, "making_redo")
    assert cell(at, "power_capacity", 0, "note") == "seen"
    again = at_your_data(SETS)
    assert "You have changes that are not saved" in told(again)
    go(again, EDIT)
    assert made(again).draft == made(at).draft and making.BROUGHT_BACK in everything(again)
    assert made(at_your_data(EDIT)).did == made(again).did, "however often it is brought back"
    assert at_your_data(EDIT, BOB).session_state["making"] is None
    press(again, "making_delete")
    assert again.session_state["making"] is None
    assert at_your_data(EDIT).session_state["making"] is None


def test_back_at_the_beginning_nothing_is_left_to_save_or_to_bring_back() -> None:
    at = edits("chip_prices", at_your_data(EDIT), edited_rows={0: {"price_usd_base": "12400"}})
    press(at, "making_undo")
    assert made(at).draft.cells == INPUTS.cells
    assert at.button(key="making_save").disabled and not at.button(key="making_redo").disabled
    assert at_your_data(EDIT).session_state["making"] is None
    press(at, "making_redo")
    assert not at.button(key="making_save").disabled


def test_rows_are_added_and_deleted_and_an_empty_one_is_no_step() -> None:
    at = edits("chip_prices", at_your_data(EDIT), added_rows=[{}])
    assert at.session_state["making"] is None
    edits("power_capacity", at, added_rows=[{"year": "2060", "mw_it": "1"}, {}], deleted_rows=[0])
    assert "1 new row, 1 deleted row" in made(at).did
    header, *rows = made(at).draft.cells["power_capacity.csv"]
    assert len(rows) == len(INPUTS.cells["power_capacity.csv"]) - 1
    assert dict(zip(header, rows[-1], strict=True)) == dict.fromkeys(header, "") | {
        "year": "2060", "mw_it": "1", "grade": OWN, "source_id": OWN}  # fmt: skip


def test_unsound_data_say_every_problem_and_can_not_be_saved_until_they_are_mended() -> None:
    at = edits(
        "chip_prices", at_your_data(EDIT), edited_rows={0: {"price_usd_base": "lots"}, 1: {"source_id": "nowhere"}}
    )
    said = everything(at)
    assert "lots" in said and "nowhere" in said and "2 problems" in told(at)
    assert at.button(key="making_save").disabled and not at.success
    edits("chip_prices", at, edited_rows={0: {"price_usd_base": ROWS[0][BASE]}, 1: {"source_id": OWN}})
    assert at.success and not at.button(key="making_save").disabled


def test_without_the_store_the_draft_stays_and_says_that_it_is_not_kept(named: Store) -> None:
    at = at_your_data(EDIT)
    with outage():
        edits("chip_prices", at, edited_rows={0: {"price_usd_base": "12400"}})
        assert NO_ANSWER in told(at) and "not kept for a reload" in told(at)
        save(at)
        assert NO_ANSWER in told(at)
        assert cell(at, "chip_prices", 0, "price_usd_base") == "12400"
        go(at, SETS)
        assert f"Data sets cannot be listed just now: {NO_ANSWER}" in told(at)
    go(at, EDIT)
    save(at, name="Ours")
    assert [one.name for one in named.data_sets.all(ANN)] == ["Ours"]


def test_a_draft_that_the_store_did_not_give_is_not_taken_for_none() -> None:
    edits("chip_prices", at_your_data(EDIT), edited_rows={0: {"price_usd_base": "12400"}})
    with outage():
        again = at_your_data(EDIT)
    run(again)
    assert cell(again, "chip_prices", 0, "price_usd_base") == "12400"


def test_a_draft_that_cannot_be_read_is_said_and_work_goes_on(store: Store) -> None:
    assert ANN.key is not None
    store.keep_draft(ANN.key, making.SLOT, {"draft": "broken", "did": "x", "of": None})
    at = at_your_data(EDIT)
    assert "A draft that you left cannot be read" in told(at)
    edits("chip_prices", at, edited_rows={0: {"price_usd_base": "12400"}})
    assert "cannot be read" not in told(at)


# --- A price of one's own


def priced(at: AppTest, price: float, chip: str = CHIPS[0]) -> AppTest:
    at.session_state["picked_own_price_chip"] = CHIPS.index(chip)
    run(at)
    next(one for one in at.text_input if (one.key or "").startswith(f"own_price_{chip}")).set_value(f"{price:g}")
    return press(at, "own_price_use")


def test_an_own_price_makes_a_data_set_and_then_versions_of_it(named: Store) -> None:
    at = priced(at_your_data(), 12400.0)
    (one,) = named.data_sets.all(ANN)
    assert step(at).standing == on_newest(one)
    assert "12,400 USD a chip instead of 12,500" in one.latest.note
    assert "now costs $12,400 a chip (own)" in everything(at)
    at = priced(at_your_data(**address_of(one)), 12300.0)
    (one,) = named.data_sets.all(ANN)
    assert one.latest.number == 2 and step(at).standing == on_newest(one)


def test_an_own_price_on_what_somebody_else_lets_all_use_is_a_version_of_it(named: Store, dearer: Inputs) -> None:
    theirs = brought(dearer, "Bob's", BOB, for_all=True)
    at = priced(at_your_data(**address_of(theirs)), 12400.5)
    latest = named.data_sets.one(BOB, theirs.id).latest
    assert (latest.number, latest.author) == (2, "Ann") and "12,400.50 USD a chip" in latest.note
    assert step(at).standing == on_newest(named.data_sets.one(ANN, theirs.id))


def test_an_own_price_on_what_a_link_lets_in_to_makes_a_data_set_of_ones_own(named: Store, dearer: Inputs) -> None:
    theirs = brought(dearer, "Bob's", BOB)
    plan = saved.save_new(BOB, "Plan", dearer.base, key(), "", (), "", on_newest(theirs))
    at = run(coming(ANN, s=named.link(BOB, plan.scenario_id)))
    at.switch_page("data.py")
    at.session_state[f"picked_{SECTION}"] = YOUR_DATA
    at = priced(run(at), 12400.0)
    assert named.data_sets.one(BOB, theirs.id).latest.number == 1
    (mine,) = (one for one in named.data_sets.all(ANN) if one.is_mine)
    assert step(at).standing == on_newest(mine)


def test_a_price_out_of_bounds_is_refused_in_words(named: Store) -> None:
    at = priced(at_your_data(), 5e12)
    assert "is no price in USD per chip" in told(at)
    assert named.data_sets.all(ANN) == ()


def test_who_has_no_name_yet_is_asked_for_it_beside_the_price(store: Store) -> None:
    at = priced(at_your_data(), 12400.0)
    assert "name: is empty" in told(at) and store.data_sets.all(ANN) == ()
    priced_again = next(one for one in at.text_input if (one.key or "").startswith(f"own_price_{CHIPS[0]}"))
    priced_again.set_value("12400")
    at.text_input(key="own_price_who").set_value("Ann")
    press(at, "own_price_use")
    assert [one.owner for one in store.data_sets.all(ANN)] == ["Ann"]


# --- Versions and who may see them


@pytest.fixture
def two(dearer: Inputs, named: Store) -> DataSet:
    """A data set of two versions, of which the second has another price."""
    return next_version(brought(INPUTS), dearer, note="Dearer")


def test_versions_are_listed_compared_cell_by_cell_and_gone_back_to(two: DataSet, named: Store) -> None:
    at = press(at_your_data(**address_of(two)), f"data_versions_{two.id}")
    said = everything(at)
    assert "v2 Dearer" in said and "v1" in said and "1 difference from v1 to v2" in said
    assert "61000" in said or "61,000" in said
    press(at, f"data_use_{two.id}_1")
    assert step(at).standing is not None and step(at).standing.number == 1
    assert "you are on v1" in everything(at)
    press(at, f"data_back_to_{two.id}_1")
    latest = named.data_sets.one(ANN, two.id).latest
    assert (latest.number, latest.restored_from, latest.data_version) == (3, 1, INPUTS.data_version)
    assert step(at).standing == on_newest(named.data_sets.one(ANN, two.id))


def test_a_data_set_is_renamed_put_in_the_trash_brought_back_and_removed(two: DataSet, named: Store) -> None:
    at = at_your_data()
    at.text_input(key=f"data_rename_{two.id}_{two.name}").set_value("Renamed")
    press(at, f"data_rename_do_{two.id}")
    assert "Renamed" in everything(at)
    press(at, f"data_trash_{two.id}")
    assert named.data_sets.all(ANN) == () and "Trash: 1 data set" in "".join(one.label for one in at.expander)
    press(at, f"data_back_{two.id}")
    assert [one.name for one in named.data_sets.all(ANN)] == ["Renamed"]
    at.text_input(key=f"data_rename_{two.id}_Renamed").set_value(" ")
    press(at, f"data_rename_do_{two.id}")
    assert "is empty" in told(at)


def test_neither_of_two_visitors_sees_what_the_other_brought_until_it_is_for_all(two: DataSet, named: Store) -> None:
    theirs = brought(EXAMPLE, "Kestrel", BOB)
    anns, bobs = at_your_data(), at_your_data(who=BOB)
    assert "Our prices" in everything(anns) and "Kestrel" not in everything(anns)
    assert "Kestrel" in everything(bobs) and "Our prices" not in everything(bobs)
    anns.toggle(key=f"data_for_all_{two.id}_False").set_value(True)
    run(anns)
    assert "for all on this server" in everything(anns)
    run(bobs)
    assert "Our prices" in everything(bobs)
    assert not [one for one in bobs.button if one.key == f"data_trash_{two.id}"], "only who brought it arranges it"
    anns.toggle(key=f"data_for_all_{two.id}_True").set_value(False)
    run(anns)
    assert "Our prices" not in everything(run(bobs))
    assert theirs.id not in everything(anns)


def test_a_version_that_somebody_saved_meanwhile_is_said_and_nothing_is_lost(two: DataSet, named: Store) -> None:
    at = edits("power_capacity", at_your_data(EDIT, **address_of(two)), edited_rows={0: {"note": "seen"}})
    next_version(two, INPUTS, note="Meanwhile")
    save(at, "Version 3")
    assert "Ann has saved version 3 of this data set in the meantime" in told(at)
    assert cell(at, "power_capacity", 0, "note") == "seen"
    run(at)
    save(at, keep.NEW, "Mine")
    assert {one.name for one in named.data_sets.all(ANN)} == {"Our prices", "Mine"}
    assert named.data_sets.one(ANN, two.id).latest.note == "Meanwhile"


def test_a_draft_of_a_data_set_that_is_not_to_be_seen_any_more_stays_the_visitors(two: DataSet, named: Store) -> None:
    named.data_sets.for_all(ANN, two.id, True)
    edits("power_capacity", at_your_data(EDIT, BOB, **address_of(two)), edited_rows={0: {"note": "seen"}})
    named.data_sets.for_all(ANN, two.id, False)
    again = at_your_data(EDIT, BOB)
    assert cell(again, "power_capacity", 0, "note") == "seen"
    assert made(again).standing is None and "Our prices" not in everything(again)
