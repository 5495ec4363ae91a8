"""The traits of files that people bring: each is read right, asked about, or refused in words; never guessed."""

from __future__ import annotations

import pytest

from core.inputs.intake import brought
from core.inputs.intake.applied import apply, preview
from core.inputs.intake.proposal import propose, shape
from core.inputs.intake.question import Question
from core.inputs.intake.reading import as_json, from_json
from core.inputs.intake.text import reread
from tests.support.grids import TABLES, answered, columns, grid, read, table

GRADED = {"fill:grade": "assumption", "fill:source_id": "as before"}


def open_keys(questions: tuple[Question, ...]) -> list[str]:
    return [question.key for question in questions]


def test_a_unit_in_the_header_is_offered_as_a_factor_and_not_taken() -> None:
    what = grid("power_capacity.csv", "year,Power (GW)\n2027,1.5\n2028,2\n")
    proposal = propose(what, TABLES)
    assert "unit:Power (GW):GW" in open_keys(proposal.open)
    assert not proposal.reading.is_confirmed
    assert columns(read(what, GRADED))["mw_it"] == ["1500", "2000"]
    assert columns(read(what, {**GRADED, "unit:Power (GW):GW": "as it is"}))["mw_it"] == ["1.5", "2"]


def test_a_row_of_units_below_the_header_counts_for_the_unit_and_not_as_a_row() -> None:
    what = grid("power_capacity.csv", "year,mw_it load\n(year),(GW)\n2027,1.5\n")
    found = read(what, GRADED)
    assert columns(found)["mw_it"] == ["1500"]
    assert found.lines == (3,)


def test_prose_above_the_header_and_a_note_below_are_left_out_when_people_agree() -> None:
    text = "Prices of our suppliers,,,\nAs of January,,,\n\nchip_id,price_usd_low,price_usd_base,price_usd_high\n"
    what = grid("chip_prices.csv", text + "a,1,2,3\nb,2,3,4\n* as agreed with them,,,\n")
    proposal = propose(what, TABLES)
    assert {"header", "rows:prose"} <= set(open_keys(proposal.open))
    found = read(what, GRADED)
    assert columns(found)["chip_id"] == ["a", "b"]
    assert found.lines == (5, 6)
    kept = read(what, {**GRADED, "rows:prose": "keep"})
    assert kept.lines == (5, 6, 7)


@pytest.mark.parametrize("word", ["inf", "None", "Not Available", "-", "n/a", "NaN", "–"])
def test_words_for_nothing_are_asked_about(word: str) -> None:
    what = grid("power_capacity.csv", f"year,mw_it,grade,source_id,note\n2027,{word},assumption,s,{word}\n2028,5,,s,\n")
    proposal = propose(what, TABLES)
    assert open_keys(proposal.open) == [f"missing:{word}"]
    found = columns(read(what))
    assert found["mw_it"] == ["", "5"]
    assert found["note"] == [word, ""], "in a note it is text"
    assert columns(read(what, {f"missing:{word}": "keep"}))["mw_it"] == [word, "5"]


def test_semicolons_and_decimal_commas_are_read_where_the_figures_leave_no_doubt() -> None:
    what = grid(
        "power_capacity.csv", "year;mw_it;grade;source_id\n2027;1.234,50;assumption;s\n2028;12.000;assumption;s\n", ";"
    )
    proposal = propose(what, TABLES)
    assert proposal.open == ()
    assert "decimal comma" in proposal.remarks[0]
    assert columns(read(what))["mw_it"] == ["1234.50", "12000"]


@pytest.mark.parametrize(("text", "point", "comma"), [("1.234", "1.234", "1234"), ("1,234", "1234", "1.234")])
def test_a_figure_that_may_be_meant_in_two_ways_is_asked_about(text: str, point: str, comma: str) -> None:
    what = grid("power_capacity.csv", f"year;mw_it;grade;source_id\n2027;{text};assumption;s\n", ";")
    proposal = propose(what, TABLES)
    assert open_keys(proposal.open) == ["decimal:mw_it"]
    assert columns(read(what, {"decimal:mw_it": "."}))["mw_it"] == [point]
    assert columns(read(what, {"decimal:mw_it": ","}))["mw_it"] == [comma]


def test_a_column_whose_figures_contradict_each_other_is_asked_about_and_refused_where_they_do() -> None:
    what = grid(
        "power_capacity.csv", 'year,mw_it,grade,source_id\n2027,"1.234,5",assumption,s\n2028,12.75,assumption,s\n'
    )
    assert open_keys(propose(what, TABLES).open) == ["decimal:mw_it"]
    found = read(what, {"decimal:mw_it": ","})
    assert [(problem.line, problem.value) for problem in found.problems] == [(3, "12.75")]


def test_thousands_and_currency_signs_are_taken_off() -> None:
    text = 'chip_id,price_usd_low,price_usd_base,price_usd_high\na,"$1,234.50","$2,000.00","USD 2,500.00"\n'
    found = columns(read(grid("chip_prices.csv", text), GRADED))
    assert (found["price_usd_low"], found["price_usd_base"], found["price_usd_high"]) == (
        ["1234.50"],
        ["2000.00"],
        ["2500.00"],
    )


def test_two_currencies_by_row_need_a_rate_and_are_refused_without_one() -> None:
    text = "chip_id,price_usd_low,price_usd_base,price_usd_high\na,$10,$20,$30\nb,€10,€20,€30\n"
    what = grid("chip_prices.csv", text)
    proposal = answered(what, GRADED)
    assert open_keys(proposal.open) == ["rate:EUR"]
    refused = apply(what, proposal.reading, table("chip_prices")).problems
    assert [(one.line, one.column) for one in refused] == [(3, f"price_usd_{end}") for end in ("low", "base", "high")]
    assert columns(read(what, {**GRADED, "rate:EUR": "1.1"}))["price_usd_base"] == ["20", "22"]


def test_a_column_of_currencies_beside_the_figures_gives_the_rate_of_its_row() -> None:
    text = (
        "region_id,year,usd_per_mwh,Currency,grade,source_id\nx,2027,50,USD,assumption,s\ny,2027,40,EUR,assumption,s\n"
    )
    what = grid("power_prices.csv", text)
    assert "by row:Currency:usd_per_mwh" in open_keys(propose(what, TABLES).open)
    found = columns(read(what, {"rate:EUR": "1.25"}))
    assert found["usd_per_mwh"] == ["50", "50"]


def test_a_currency_is_never_turned_twice() -> None:
    text = "region_id,year,Price (EUR/MWh),Currency,grade,source_id\nx,2027,€ 40,EUR,assumption,s\n"
    found = read(grid("power_prices.csv", text), {"rate:EUR": "1.25", "column:Price (EUR/MWh)": "usd_per_mwh"})
    assert columns(found)["usd_per_mwh"] == ["50"]


def test_a_unit_that_differs_by_row_is_read_by_the_column_that_says_it() -> None:
    text = "contract_id,name,supplier_id,chips_from,year,unit,amount,usd_per_gw,grade,source_id\n"
    rows = "a,A,m,2027-Q1,2027,USD million,500,,assumption,s\nb,B,m,2027-Q1,2027,MW,1500,1e9,assumption,s\n"
    found = columns(read(grid("commitments.csv", text + rows)))
    assert found["unit"] == ["usd", "gw"]
    assert found["amount"] == ["500000000", "1.5"]
    assert found["usd_per_gw"] == ["", "1e9"]


def test_cents_per_kwh_with_tax_are_asked_about() -> None:
    what = grid("tariffs.csv", "Region,Year,Cents per kWh incl. tax\nx,2027,7.5\n")
    keys = open_keys(propose(what, TABLES).open)
    assert {"tax:Cents per kWh incl. tax", "unit:Cents per kWh incl. tax:Cents per kWh"} <= set(keys)
    found = columns(read(what, {**GRADED, "tax:Cents per kWh incl. tax": "as it is"}))
    assert found["usd_per_mwh"] == ["75"]


def test_a_price_an_hour_is_no_price_and_a_price_of_eight_is_an_eighth() -> None:
    hourly = grid("chip_prices.csv", "chip_id,$/hour per instance of 8 chips\na,20\n")
    said = {**GRADED, "column:$/hour per instance of 8 chips": "price_usd_base"}
    question = next(one for one in answered(hourly, said).questions if one.kind == "unit")
    assert question.default == "leave out"
    assert "another kind of unit" in question.ask
    eight = grid("chip_prices.csv", "chip_id,Price (USD per 8 chips)\na,80000\n")
    assert columns(read(eight, GRADED))["price_usd_base"] == ["10000"]
    server = grid("chip_prices.csv", "chip_id,Price (USD per server)\na,80000\n")
    assert open_keys(answered(server, GRADED).open) == ["chips:Price (USD per server):server"]
    assert columns(read(server, {**GRADED, "chips:Price (USD per server):server": "4"}))["price_usd_base"] == ["20000"]


def test_spot_beside_on_demand_is_asked_about() -> None:
    text = "chip_id,pricing,price_usd_low,price_usd_base,price_usd_high\na,spot,1,2,3\na,on-demand,4,5,6\n"
    what = grid("chip_prices.csv", text)
    proposal = answered(what, GRADED)
    assert open_keys(proposal.open) == ["kind:pricing"]
    assert columns(read(what, {**GRADED, "kind:pricing": "on-demand"}))["price_usd_base"] == ["5"]


def test_sums_among_the_rows_are_left_out_when_people_agree() -> None:
    what = grid("power_capacity.csv", "year,mw_it,grade,source_id\n2027,5,assumption,s\nTotal,5,,\n")
    assert open_keys(propose(what, TABLES).open) == ["rows:sums"]
    assert columns(read(what))["year"] == ["2027"]


def test_three_forms_of_dates_in_one_file_are_read_as_quarters() -> None:
    text = "chip_id,workload_id,vintage,chips,unit_cost_usd,grade,source_id\n"
    forms = ["1976 January", "2024-S2", "Q3 2025", "2025-05-31 00:00:00", "31.12.2025", "2026-Q1"]
    rows = "".join(f"a,b,{form},1,1,assumption,s\n" for form in forms)
    what = grid("opening_fleet.csv", text + rows)
    assert open_keys(propose(what, TABLES).open) == ["part:vintage"]
    found = columns(read(what, {"part:vintage": "last"}))["vintage"]
    assert found == ["1976-Q1", "2024-Q4", "2025-Q3", "2025-Q2", "2025-Q4", "2026-Q1"]


def test_day_and_month_are_asked_about_only_where_it_matters() -> None:
    text = "chip_id,workload_id,vintage,chips,unit_cost_usd,grade,source_id\na,b,{},1,1,assumption,s\n"
    unclear = grid("opening_fleet.csv", text.format("01/04/2025"))
    assert open_keys(propose(unclear, TABLES).open) == ["order:vintage"]
    assert columns(read(unclear, {"order:vintage": "day first"}))["vintage"] == ["2025-Q2"]
    assert columns(read(unclear, {"order:vintage": "month first"}))["vintage"] == ["2025-Q1"]
    either = grid("opening_fleet.csv", text.format("01/02/2025"))
    assert propose(either, TABLES).open == ()
    assert columns(read(either))["vintage"] == ["2025-Q1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("M01", "without the year"),
        ("2027-03-28T02:00", "23 or 25 hours"),
        ("2027-10-31 01:30:00+01:00", "23 or 25 hours"),
        ('"{""2027"": 1}"', "JSON"),
        ('"[2027, 2028]"', "JSON"),
    ],
)
def test_what_no_table_can_hold_is_refused_with_its_place(text: str, said: str) -> None:
    found = read(grid("power_capacity.csv", f"year,mw_it,grade,source_id\n{text},5,assumption,s\n"))
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.column) == ("power_capacity.csv", 2, "year")
    assert said in problem.wrong


def test_json_in_place_of_a_figure_is_refused() -> None:
    text = 'year,mw_it,grade,source_id\n2027,"{""mw"": 5}",assumption,s\n'
    (problem,) = read(grid("power_capacity.csv", text)).problems
    assert (problem.line, problem.column) == (2, "mw_it")
    assert "JSON" in problem.wrong


def test_a_month_in_a_column_of_years_is_no_year_unless_people_say_so() -> None:
    what = grid("power_capacity.csv", "year,mw_it,grade,source_id\n1976 January,5,assumption,s\n")
    assert "part of a year" in read(what).problems[0].wrong
    assert columns(read(what, {"part of year:year": "yes"}))["year"] == ["1976"]


def test_trailing_commas_are_nothing_and_a_cell_beyond_the_header_is_refused() -> None:
    text = "year,mw_it,grade,source_id,,\n2027,5,assumption,s,,\n2028,6,assumption,s,,7\n"
    found = read(grid("power_capacity.csv", text))
    assert columns(found)["mw_it"] == ["5", "6"]
    beyond = read(grid("power_capacity.csv", "year,mw_it,grade,source_id\n2027,5,assumption,s,9,\n"))
    assert [(one.line, one.value) for one in beyond.problems] == [(2, "9")]


def test_shares_in_percent_are_divided_where_they_say_so_and_asked_about_where_not() -> None:
    text = "region_id,name,fleet_share,kg_co2_per_mwh,grade,source_id\nx,X,{},1,assumption,s\ny,Y,{},1,assumption,s\n"
    assert columns(read(grid("regions.csv", text.format("75%", "25 %"))))["fleet_share"] == ["0.75", "0.25"]
    bare = grid("regions.csv", text.format("75", "25"))
    assert open_keys(propose(bare, TABLES).open) == ["share:fleet_share"]
    assert columns(read(bare))["fleet_share"] == ["0.75", "0.25"]
    mixed = grid("regions.csv", text.format("75%", "0.25"))
    assert open_keys(propose(mixed, TABLES).open) == ["bare:fleet_share"]


@pytest.mark.parametrize("header", ["Price (USD)", "price usd base", "Preis USD", "Price_USD_Base"])
def test_loose_headers_are_offered_a_match_with_how_sure_it_is(header: str) -> None:
    proposal = propose(grid("chip_prices.csv", f"chip_id,{header}\na,5\n"), TABLES)
    question = next(one for one in proposal.questions if one.key == f"column:{header}")
    assert question.default == "price_usd_base"
    assert question.sure > 0.8
    assert question.is_open
    assert [choice.value for choice in question.choices][-1] == "leave out"


def test_names_are_offered_as_ids_and_words_as_those_in_use() -> None:
    what = grid("suppliers.csv", "supplier_id,name,class\nMaker A,Maker A,Merchant\n")
    assert open_keys(propose(what, TABLES).open) == ["words:supplier_id", "words:class"]
    found = columns(read(what))
    assert (found["supplier_id"], found["name"], found["class"]) == (["maker_a"], ["Maker A"], ["merchant"])


def test_an_answer_holds_and_a_remembered_one_is_only_offered() -> None:
    what = grid("power_capacity.csv", "year,Power (GW)\n2027,1.5\n")
    said = answered(what, GRADED).answers
    again = propose(grid("power_capacity.csv", "year,Power (GW)\n2028,3\n"), TABLES, remembered=said)
    assert all(question.is_open for question in again.questions)
    assert all(question.default == said[question.key] for question in again.questions)
    assert shape(what) == shape(grid("other.csv", "year,Power (GW)\n2029,7\n2030,8\n"))
    assert shape(what) != shape(grid("power_capacity.csv", "year,Power (MW)\n2027,1.5\n"))


def test_a_reading_is_plain_values_and_comes_back_the_same() -> None:
    text = "chip_id;Preis (EUR);Low;High;pricing\nA 1;1.234,5;€1;2%;spot\n"
    reading = answered(grid("prices.csv", text, ";"), GRADED).reading
    assert from_json(as_json(reading)) == reading
    for broken in ("", "[]", "{}", '{"version": 2}', '{"version": 1, "columns": [{"odd": 1}]}', "null"):
        with pytest.raises(ValueError):
            from_json(broken)


def test_the_preview_shows_first_what_changes() -> None:
    rows = "".join(f"{year},{year}.5,assumption,s\n" for year in range(2001, 2009))
    what = grid(
        "power_capacity.csv", f'year,mw_it,grade,source_id\n{rows}2009,"9,000.5",assumption,s\n2010,n/a,assumption,s\n'
    )
    shown = preview(what, propose(what, TABLES).reading, table("power_capacity"))
    assert shown.lines == (2, 3, 4, 10, 11)
    assert shown.before[3][1] == "9,000.5"
    assert shown.after[3][1] == "9000.5"
    assert (shown.before[4][1], shown.after[4][1]) == ("n/a", "")


def test_a_file_that_can_be_read_in_several_ways_is_asked_about_and_read_again() -> None:
    text = "year;mw_it;grade;source_id;note\n2027;5;assumption;s;Schätzung\n"
    (what,) = brought.read("power_capacity.csv", text.encode("cp1252"))
    proposal = propose(what, TABLES)
    assert open_keys(proposal.open) == ["encoding"]
    assert propose(what, TABLES, {"encoding": "cp1252"}).reading.is_confirmed
    other = propose(what, TABLES, {"encoding": "mac_roman"})
    assert not other.reading.is_confirmed
    assert other.text_read_as == ("mac_roman", ";")
    again = reread("power_capacity.csv", text.encode("cp1252"), *other.text_read_as)
    assert propose(again, TABLES, {"encoding": "mac_roman"}).open == (), "the page keeps the answer"
    assert columns(read(again))["note"] != ["Schätzung"]
