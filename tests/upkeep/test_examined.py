"""What is told of a sound data set: what it holds, what is odd, and which tables moved the answer, exactly."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from core.inputs.data import Inputs, read
from core.inputs.description import description, remarks
from core.inputs.scenario import columns
from core.model.evaluate import capital_spending_usd, summarise
from core.model.model import simulate
from core.upkeep.examined import as_lines, examined, moved, outcome
from core.upkeep.mixtures import value_usd
from core.upkeep.odd import oddities
from core.upkeep.own import Edits, with_edits, with_price
from tests.support.datasets import files, in_later_years, tables_of
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS

DAY = date(2031, 5, 17)
CENT = 0.01


@cache
def both() -> Inputs:
    """The frozen data with a dearer chip and less power in the last year."""
    dear = with_price(INPUTS, "vr200", 60000.0, DAY)
    last = len(INPUTS.cells["power_capacity.csv"]) - 2
    return with_edits(dear, {"power_capacity": Edits({last: {"mw_it": 20000}, 0: {"mw_it": 5200}})}, DAY)


def test_what_a_data_set_comes_to_is_its_base_scenario_against_todays_mix() -> None:
    told = outcome(EXAMPLE)
    held = EXAMPLE.scenario({"baseline": "hold"})
    assert told.value_usd == value_usd(EXAMPLE, held)
    result = summarise(simulate(EXAMPLE, columns([held])))
    assert told.capital_usd == capital_spending_usd(EXAMPLE, result)[0] > 0.0
    assert (told.first_year, told.last_year) == (EXAMPLE.calendar.first_year, int(EXAMPLE.base.number("horizon_year")))


def test_the_parts_of_the_tables_add_up_to_the_difference_of_both_values() -> None:
    after = both()
    found = moved(INPUTS, after)
    frame = found.frame()
    assert set(frame["group"]) == {"Chip prices", "Power capacity", "Sources"}
    difference = outcome(after).value_usd - outcome(INPUTS).value_usd
    assert frame["part_usd"].sum() == pytest.approx(difference, abs=2 * CENT)
    assert frame["changes"].sum() == found.changes
    assert list(frame["part_usd"].abs()) == sorted(frame["part_usd"].abs(), reverse=True)
    alone = dict(zip(frame["group"], frame["alone_usd"], strict=True))
    price = outcome(with_price(INPUTS, "vr200", 60000.0, DAY)).value_usd - outcome(INPUTS).value_usd
    assert alone["Chip prices"] == pytest.approx(price, abs=CENT)


def test_the_sentences_say_before_after_and_what_moved_it() -> None:
    found = moved(INPUTS, both())
    count, ends, groups = found.sentences()
    assert count == f"{found.changes} changes from data {INPUTS.data_version} to {found.after.data_version}."
    assert ends == f"Before: {found.before.words}. After: {found.after.words}."
    assert "today's mix" in ends and "of capital spending in" in ends
    first = found.frame().iloc[0]
    assert groups.startswith("The value moves by ") and str(first["group"]) in groups and "Sources" not in groups
    lines = as_lines(found)
    assert max(map(len, lines)) <= 100
    assert [line.split("  ")[0] for line in lines[-3:]] == list(found.frame()["group"])


def test_words_alone_move_nothing() -> None:
    found = moved(INPUTS, with_edits(INPUTS, {"chips": Edits({0: {"note": "looked up again"}})}, DAY))
    assert found.sentences()[-1] == "None of it moves the value."


def test_the_same_data_have_nothing_to_tell() -> None:
    [said] = moved(INPUTS, INPUTS).sentences()
    assert said == f"They hold the same as the data before, {INPUTS.data_version}: the answer is the same."


def test_of_two_companies_both_answers_stand_side_by_side() -> None:
    found = moved(INPUTS, EXAMPLE)
    assert found.bridge is None and found.frame().empty
    why, one, other = found.sentences()
    assert "another company" in why
    assert found.before.words in one and found.after.words in other


def test_of_other_years_both_answers_stand_side_by_side() -> None:
    later = read(files(in_later_years(tables_of(FROZEN), 2).tables))
    found = moved(INPUTS, later)
    assert found.bridge is None
    first = INPUTS.calendar.first_year
    assert found.sentences()[0].startswith(f"Their first year is {first + 2} and was {first}")


def test_changes_that_hold_only_together_are_said_not_to_be_told_apart() -> None:
    """A chip sold for longer in one table, and the chip after it gone from another: neither holds by itself."""
    rows = INPUTS.cells["chip_throughput.csv"][1:]
    # ranking needs a bought chip in every quarter: throughput moves from all merchants' chips of a time to one chip
    sold = {row[0] for row in INPUTS.cells["chips.csv"][1:] if row[1] in INPUTS.suppliers[1:] and row[0] != "gb300"}
    gone = [place for place, row in enumerate(rows) if row[0] in sold and row[1] == "genai_training"]
    fleet = [
        place
        for place, row in enumerate(INPUTS.cells["opening_fleet.csv"][1:])
        if row[0] in sold and row[1] == "genai_training"
    ]
    place = [row[0] for row in INPUTS.cells["chips.csv"][1:]].index("gb300")
    edits = {
        "chip_throughput": Edits(deleted=gone),
        "opening_fleet": Edits(deleted=fleet),
        "chips": Edits({place: {"last_order": None}}),
    }
    found = moved(INPUTS, with_edits(INPUTS, edits, DAY))
    assert found.bridge is None and found.why_not is not None
    assert found.why_not.startswith("Which tables moved the answer cannot be told: the data with")
    assert len(found.sentences()) == 3, "and both answers stand side by side"


def test_all_is_told_together_and_work_reports_how_far_it_is() -> None:
    shares: list[float] = []
    found = examined(both(), INPUTS, shares.append)
    assert found.description == description(both())
    assert found.remarks == tuple(remarks(both())) and found.oddities == oddities(both(), INPUTS)
    assert found.moved is not None and found.moved.bridge is not None
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert examined(INPUTS).moved is None


def test_what_the_pulse_raises_ends_the_work() -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moved(INPUTS, both(), stop)
