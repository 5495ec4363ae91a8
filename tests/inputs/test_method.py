"""The method page says what the program computes: its levers, its sections and its names."""

from __future__ import annotations

import csv
import re

import pytest

from core.inputs.data import Inputs
from core.inputs.declaration import resources
from core.inputs.lever import Group, Kind
from core.inputs.lever_table import adoption, bought_share, demand_growth, start_lag, trend, warrant
from core.inputs.method import BEGIN, END, METHOD_PATH, lever_table, with_lever_table
from core.model.calibration import METRICS
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS, LEVERS

DOCUMENT = METHOD_PATH.read_text(encoding="utf-8")
PROSE, _, _REST = DOCUMENT.partition(BEGIN)
WRITTEN_BY_HAND = PROSE + _REST.partition(END)[2]
SECTIONS = dict(re.findall(r"^## \d+\. (.+?)\n(.*?)(?=^## |\Z)", WRITTEN_BY_HAND, re.MULTILINE | re.DOTALL))
NEEDS_A_FORMULA = (
    "Time and conventions",
    "Demand",
    "Availability",
    "Cost of a chip",
    "Power and building prices",
    "Cost of a chip hour",
    "The chip a supplier offers",
    "Shares and variants",
    "Fleet and purchases",
    "Power, energy and shortage",
    "Spending on chips and facilities",
    "The custom programme",
    "Contracts and the warrant",
    "Cash, expense and tax",
    "Value",
    "Answers drawn from value",
    "Sampling and presets",
)
ANSWERS = (
    "Payback",
    "Peak outlay",
    "First accretive year",
    "EPS effect",
    "Value per programme dollar",
    "Crossover",
    "Switching value",
    "Tornado.",
    "Variance shares.",
    "Evidence mix.",
    "Contribution",
    "Regret.",
    "Goal seek.",
    "The best mix.",
    "Binding constraints",
)
_RESULT_NAMES = """
    metrics quarters levers model_version data_version
    npv_usd npv_vs_hold_usd npv_vs_exit_usd npv_pretax_usd pv_cost_usd pv_baseline_usd pv_terminal_usd payback
    first_accretive_year peak_outlay_usd npv_per_programme_usd peak_mw_it crossover contribution constraints
    constraint subject first periods power custom_supply right_to_stop contract
    quarter cash_usd baseline_cash_usd expense_usd baseline_expense_usd tax_saving_usd baseline_tax_saving_usd
    capex_<supplier>_usd capex_facility_usd warrant_usd programme_usd maintenance_usd
    energy_usd facility_opex_usd shortfall_usd shortage_usd depreciation_chips_usd depreciation_facility_usd
    write_off_usd unserved_h100e mw_it capacity_mw mwh co2_t required_h100e installed_h100e held_back_h100e
    immediate never always
    seed draws correlations value plan_case_usd expected_usd standard_error_usd probability no_difference_share verdict
    quantiles bands years accretive_share saving_usd payback_share worth_usd with without as_set tornado
    variance_shares first total evidence_mix switching regret choices worlds
    free limits frontier plan_best robust reference limits_binding tried seed_spread_usd
    capex_usd_max peak_mw_it_max shortfall_usd_max supplier_share_min supplier_share_max adoption_change_max
    bad_tenth_usd plan_usd pays_share breaks bound plan gain_usd easing
"""
RESULT_NAMES = set(_RESULT_NAMES.split())
UNIT_ENDINGS = {"_usd", "_mw", "_kw", "_h100e", "_share"}


def rows(table: str) -> list[dict[str, str]]:
    with (FROZEN / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names_in_data() -> set[str]:
    """Return the names of tables and columns, the words that a column may hold, and every entry of the data."""
    names = {resource["name"] for resource in resources()}
    fields = [field for resource in resources() for field in resource["schema"]["fields"]]
    names |= {field["name"] for field in fields} | set(METRICS)
    names |= {word for field in fields for word in field.get("constraints", {}).get("enum", ())}
    for path in FROZEN.glob("*.csv"):
        for row in rows(path.stem):
            names.update(row)
            names.update(row.values())
    return names


def code_spans(text: str) -> list[str]:
    """Return what stands in backticks within `text`, blocks of code left out."""
    without_blocks = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", without_blocks)


def formulas(text: str) -> list[str]:
    return re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """Return the address that a code host and the product give to a heading of plain letters and digits."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def in_general(name: str, inputs: Inputs) -> str:
    """What the method calls a lever that follows from a data set: by the part that is played, not by who plays it."""
    by_part = {
        **{adoption(one): adoption("<workload>") for one in inputs.workloads},
        **{start_lag(one): start_lag("<workload>") for one in inputs.workloads},
        **{
            bought_share(merchant, one): bought_share("<merchant>", "<workload>")
            for merchant in inputs.suppliers
            for one in inputs.workloads
        },
        **{demand_growth(one): demand_growth("<family>") for one in inputs.families},
        **{trend(one): trend("<family>") for one in inputs.families},
        **{warrant(one): warrant("<supplier>") for one in inputs.suppliers},
    }
    return by_part.get(name, name)


def table() -> str:
    """The table of the levers of the frozen data, as the product shows it."""
    return lever_table(LEVERS)


def test_the_document_holds_no_lever_table_of_its_own_and_the_product_fills_it_in() -> None:
    between = DOCUMENT.partition(BEGIN)[2].partition(END)[0]
    assert "|" not in between, "the table is the data set's; the product puts it there"
    assert with_lever_table(DOCUMENT, LEVERS).partition(BEGIN)[2].partition(END)[0].strip() == table()


def test_each_lever_has_one_row_that_tells_choice_from_assumption() -> None:
    rows_by_id = {line.split(" | ")[0].strip("| `"): line for line in table().splitlines() if line.startswith("| `")}
    in_groups = [lever.id for group in Group for lever in LEVERS.values() if lever.group is group]
    assert list(rows_by_id) == in_groups and set(in_groups) == set(LEVERS)
    for lever in LEVERS.values():
        cells = [cell.strip() for cell in rows_by_id[lever.id].strip("| ").split(" | ")]
        assert len(cells) == 8
        assert cells[6] == lever.kind.value
        assert (cells[4] == "not drawn") == (lever.kind is Kind.CHOICE)


def test_a_lever_row_shows_figures_as_they_are_typed() -> None:
    row = next(line for line in table().splitlines() if line.startswith("| `facility_usd_per_kw`"))
    assert "| 13000 | 5000 to 30000 | 10000 to 16000 | USD per IT kW, 2026 | assumption | jll-2026 |" in row


def test_another_data_set_has_a_table_of_its_own() -> None:
    shown = with_lever_table(DOCUMENT, EXAMPLE.levers)
    assert all(f"| `{name}` |" in shown for name in EXAMPLE.levers)
    assert not [name for name in set(LEVERS) - set(EXAMPLE.levers) if f"`{name}`" in shown]


def test_every_source_a_lever_names_is_in_the_list_of_sources() -> None:
    known = {row["source_id"] for row in rows("sources")}
    assert [
        lever.id for lever in LEVERS.values() if lever.source_id not in known and lever.kind is Kind.ASSUMPTION
    ] == []


def test_the_text_around_the_table_stays_as_it_is() -> None:
    text = with_lever_table(f"before\n\n{BEGIN}\n\nwhatever\n\n{END}\n\nafter\n", LEVERS)
    assert text.startswith(f"before\n\n{BEGIN}\n\n###") and text.endswith(f"{END}\n\nafter\n")
    assert "whatever" not in text
    assert with_lever_table(text, LEVERS) == text, "a second run changes nothing"


@pytest.mark.parametrize("document", ["", BEGIN, f"{END}\n{BEGIN}", f"{BEGIN}\n{BEGIN}\n{END}"])
def test_a_document_without_its_markers_is_refused_in_words(document: str) -> None:
    with pytest.raises(ValueError, match="must hold this line once"):
        with_lever_table(document, LEVERS)


@pytest.mark.parametrize("heading", NEEDS_A_FORMULA)
def test_every_part_of_the_model_has_a_formula_and_says_why(heading: str) -> None:
    assert heading in SECTIONS, f"the method page has no section {heading!r}"
    assert formulas(SECTIONS[heading]), f"section {heading!r} gives no formula"
    assert "*Why:*" in SECTIONS[heading], f"section {heading!r} gives no reason"


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_the_product_gives_is_defined(answer: str) -> None:
    assert f"**{answer}**" in SECTIONS["Answers drawn from value"]


def test_every_lever_is_at_work_in_some_formula_section() -> None:
    told = {span for heading in NEEDS_A_FORMULA for span in code_spans(SECTIONS[heading])}
    roles = {in_general(name, INPUTS) for name in LEVERS}
    assert roles == {in_general(name, EXAMPLE) for name in EXAMPLE.levers}
    assert sorted(roles - told) == []


def test_every_name_in_code_type_is_real() -> None:
    known = set(LEVERS) | names_in_data() | RESULT_NAMES | UNIT_ENDINGS
    named = {span for span in code_spans(WRITTEN_BY_HAND) if re.fullmatch(r"[a-z0-9_]+", span)}
    assert sorted(named - known - {"data"}) == []


def test_every_result_of_the_machine_interface_is_described() -> None:
    assert sorted(RESULT_NAMES - set(code_spans(WRITTEN_BY_HAND))) == []


def test_every_table_of_the_data_is_described() -> None:
    spans = set(code_spans(SECTIONS["Data and grades"]))
    assert sorted({resource["name"] for resource in resources()} - spans) == []


def test_every_preset_is_described() -> None:
    """Those of every data set that brings none."""
    told = re.findall(r"^\| (.+?) \| ", SECTIONS["Sampling and presets"], re.MULTILINE)
    assert [name for name in told if name not in ("Preset", "---")] == list(EXAMPLE.presets)


def test_the_table_of_contents_leads_to_every_section() -> None:
    headings = re.findall(r"^## (\d+\. .+)$", DOCUMENT, re.MULTILINE)
    assert re.findall(r"^- \[(.+?)\]\(#(.+?)\)$", DOCUMENT, re.MULTILINE) == [(h, anchor(h)) for h in headings]
    assert [int(h.split(".")[0]) for h in headings] == list(range(1, len(headings) + 1))


def test_formulas_are_written_so_that_the_product_and_a_code_host_both_draw_them() -> None:
    outside = re.sub(r"^\$\$\n.*?\n\$\$$", "", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    assert "$" not in outside, "a dollar sign outside a formula block opens a formula; write USD"
    for formula in formulas(DOCUMENT):
        assert formula.count("{") == formula.count("}"), formula
        assert formula.count(r"\left") == formula.count(r"\right"), formula
        assert re.search(r"\\[^a-zA-Z ]", formula) is None, f"Markdown may eat this backslash: {formula}"
        assert re.search(r"^\s*[-+=*#>|]", formula, re.MULTILINE) is None, f"reads as Markdown: {formula}"
        assert re.search(r"[<>]", formula) is None, f"write \\lt or \\gt: {formula}"


def test_the_page_holds_no_html_which_the_product_would_print_as_text() -> None:
    as_text = re.sub(r"```.*?```|`[^`\n]+`", "", DOCUMENT, flags=re.DOTALL)
    assert re.search(r"<(?!#)[a-zA-Z!/]", as_text) is None
