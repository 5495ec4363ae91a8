"""Figures in any form that people write: read back exactly, or left to a question; never another figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.intake.applied import apply
from core.inputs.intake.grid import Grid
from core.inputs.intake.measures import scale
from core.inputs.intake.numbers import DECIMALS, as_shown, decimals, plain, shown, times, written
from core.inputs.intake.proposal import propose
from core.inputs.intake.units import factor, unit_in, unit_of
from tests.support.grids import TABLES, table

FIGURES = st.lists(st.decimals(0, 10**7, places=4).map(lambda one: one.normalize()), min_size=1, max_size=5)


def as_people_write(value: Decimal, decimal: str, apart: str, mark: str) -> str:
    whole, _, rest = f"{value:f}".partition(".")
    groups = f"{int(whole):,}".replace(",", apart)
    return mark.format(groups + (decimal + rest if rest else ""))


@given(
    FIGURES,
    st.sampled_from([(".", ","), (",", "."), (".", ""), (",", ""), (",", " "), (".", "'"), (".", "\u202f")]),
    st.sampled_from(["{}", "${}", "{} USD", "US$ {}", " {} "]),
    st.sampled_from([",", ";", None]),
)
def test_figures_come_back_or_stay_a_question(
    values: Sequence[Decimal], signs: tuple[str, str], mark: str, separator: str | None
) -> None:
    """All in one convention, as one file has them; the header and the rows are the template's."""
    texts = [as_people_write(value, *signs, mark) for value in values]
    what = Grid(
        "opening_fleet.csv",
        (
            ("chip_id", "workload_id", "vintage", "chips", "unit_cost_usd", "grade", "source_id", "note"),
            *(("a", "b", f"2019-Q{n + 1}", "1", text, "assumption", "s", "") for n, text in enumerate(texts[:4])),
        ),
        separators=() if separator is None else (separator,),
    )
    said = {question.key: signs[0] for question in propose(what, TABLES).open if question.kind == "decimal"}
    if template_form(texts[:4], separator) and signs[0] == ",":
        return  # 1.234 in a workbook, or between commas, is a figure with a point: as declared
    proposal = propose(what, TABLES, said)
    assert proposal.open == ()
    found = apply(what, proposal.reading, table("opening_fleet"))
    assert found.problems == ()
    assert [Decimal(row[4]) for row in found.cells[1:]] == values[:4]


def template_form(texts: Sequence[str], separator: str | None) -> bool:
    return separator in (None, ",") and all(text.strip().replace(".", "", 1).isdigit() for text in texts)


@given(st.text("0123456789.,'- €$%kW()eE+\u00a0", max_size=14))
def test_what_is_read_is_a_figure_and_the_two_signs_agree_with_what_is_said_of_them(text: str) -> None:
    figure = written(text)
    read = [None if figure is None else plain(figure, decimal) for decimal in DECIMALS]
    possible, matters = decimals([text])
    for decimal, value in zip(DECIMALS, read, strict=True):
        if value is not None:
            assert decimal in possible
            digits = "".join(one for one in text if one.isdigit())
            assert "".join(one for one in value if one.isdigit()).lstrip("0") == digits.lstrip("0")
    if None not in read:
        assert matters == (Decimal(str(read[0])) != Decimal(str(read[1])))


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3",
        "1,23,456",
        "1 2",
        "12-5",
        "",
        "-",
        "$",
        "5 - 7",
        "5/7",
        "1,000.00.0",
        "--5",
        "(-5)",
        "(5",
        "1" * 80,
    ],
)
def test_what_is_no_figure_is_not_read_in_part(text: str) -> None:
    figure = written(text)
    assert figure is None or [plain(figure, decimal) for decimal in DECIMALS] == [None, None]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_times_one_keeps_the_digits_and_other_factors_are_exact_in_decimals(value: Decimal) -> None:
    text = str(value)
    assert times(text, Decimal(1)) == text
    assert Decimal(times(text, Decimal(1000))) == value * 1000
    assert Decimal(times(text, Decimal("0.01"))) == value / 100


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["General", "0.00", "0.0", "#,##0", "0%"]))
def test_a_figure_of_a_workbook_is_shown_without_loss(value: float, number_format: str) -> None:
    assert float(as_shown(value, number_format)) == value


def test_a_fixed_number_of_decimals_is_kept_where_it_says_all() -> None:
    assert as_shown(1.3, "0.00") == "1.30"
    assert as_shown(1.234, "0.00") == "1.234"
    assert as_shown(5, "0.0") == "5.0"
    assert as_shown(5.0, "General") == "5"
    assert shown(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(
    ("given_unit", "declared", "times_more"),
    [
        ("kW", "W", "1000"),
        ("GW", "MW of IT load", "1000"),
        ("cents/kWh", "USD per MWh", "10"),
        ("ct per kWh", "USD per MWh", "10"),
        ("EUR/MWh", "USD per MWh", "1"),
        ("USD", "USD per MWh", "1"),
        ("USD million", "USD", "1000000"),
        ("$bn", "USD per GW", "1000000000"),
        ("$m per MW", "USD per GW", "1000000000"),
        ("k€", "USD per chip", "1000"),
        ("USD per 8 chips", "USD per chip", "0.125"),
        ("g/kWh", "kg CO2 per MWh", "1"),
        ("GB/s", "TB/s", "0.001"),
        ("PFLOPS", "TFLOP/s", "1000"),
        ("%", "share of new capacity", "0.01"),
        ("$/hour per instance of 8 chips", "USD per chip", None),
        ("USD per year", "USD", None),
        ("kWh", "W", None),
    ],
)
def test_units_lead_to_the_declared_one_by_a_factor_or_not_at_all(
    given_unit: str, declared: str, times_more: str | None
) -> None:
    one, other = unit_of(given_unit), unit_of(declared)
    assert one is not None and other is not None
    found = factor(one, other)
    assert found == (None if times_more is None else Decimal(times_more))


@pytest.mark.parametrize("text", ["", "lots", "chips", "USD and EUR", "per", "3", "calendar year", "H100 SXM = 1"])
def test_what_is_no_unit_is_none(text: str) -> None:
    assert unit_of(text) is None


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Price (EUR)", "EUR"),
        ("Power in kW", "kW"),
        ("Leistung, kW", "kW"),
        ("price eur kwh", "eur kwh"),
        ("Name", None),
    ],
)
def test_a_header_says_its_unit_in_several_ways(header: str, said: str | None) -> None:
    found = unit_in(header)
    assert (None if found is None else found[0]) == said


def test_two_currencies_are_never_reconciled() -> None:
    euro, dollar = unit_of("EUR"), unit_of("$")
    assert euro is not None and dollar is not None
    assert scale(dollar, euro) is None
    assert scale(euro, dollar) == 1
