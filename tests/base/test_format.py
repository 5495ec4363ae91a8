"""Quantities in words: significant digits, signs, units, and the same words in a chart as on the page."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.base import format as fmt
from core.base.format import GW, H100E_M, MINUS, MISSING, MW, NBSP, PERCENT, POINTS, TIMES, USD, USD_BN, USD_M, Unit

UNITS = (USD_BN, USD_M, USD, GW, MW, PERCENT, POINTS, TIMES, H100E_M)
amounts = some.floats(-1e13, 1e13)


def said(text: str) -> str:
    """`text` with plain blanks, as a test writes it."""
    return text.replace(NBSP, " ")


def is_nothing(unit: Unit, text: str) -> bool:
    """Whether the figure in `text` is zero as it is written."""
    return re.search(r"[1-9]", text.removesuffix(unit.suffix)) is None


def rounded(value: float, digits: int) -> Decimal:
    """`value` to so many significant digits, the whole part kept, by exact decimal arithmetic."""
    exact = Decimal(value)
    places = min(fmt.MOST_DECIMALS, max(0, digits - 1 - exact.adjusted()))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, Context(prec=400))


# --- Significant digits


@given(some.floats(1e-12, 1e15), some.integers(1, 6))
def test_a_figure_is_rounded_as_decimals_are(value: float, digits: int) -> None:
    assert Decimal(fmt.significant(value, digits).replace(",", "")) == rounded(value, digits)


@given(some.floats(1e-12, 1e15), some.integers(1, 6))
def test_a_figure_has_the_digits_that_were_asked_for_or_its_whole_part(value: float, digits: int) -> None:
    whole, _, part = fmt.significant(value, digits).replace(",", "").partition(".")
    shown = (whole + part).lstrip("0")
    assert len(part) <= fmt.MOST_DECIMALS
    assert len(shown) == max(digits, len(whole.lstrip("0"))) or len(part) == fmt.MOST_DECIMALS or not shown


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (0.0, 3, "0"),
        (8.2656, 2, "8.3"),
        (8.2656, 3, "8.27"),
        (9.96, 2, "10"),
        (99.6, 2, "100"),
        (0.0996, 2, "0.10"),
        (0.999, 2, "1.0"),
        (153.4, 2, "153"),
        (1234.5, 2, "1,234"),
        (0.00086, 1, "0.0009"),
        (0.00086, 3, "0.0009"),
        (0.00004, 2, "0"),
        (1e-15, 2, "0"),
    ],
)
def test_digits_that_say_nothing_are_not_written(value: float, digits: int, words: str) -> None:
    assert fmt.significant(value, digits) == words


# --- Signs and units


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name or "plain")
@given(value=amounts, digits=some.integers(1, 4), signed=some.booleans())
def test_one_sign_stands_first_and_only_where_there_is_something(
    unit: Unit, value: float, digits: int, signed: bool
) -> None:
    text = unit.words(value, digits, signed)
    shown = text[1:] if text[0] in f"{MINUS}+" else text
    nothing = is_nothing(unit, text)
    assert (text[0] == MINUS) == (value < 0 and not nothing)
    assert (text[0] == "+") == (signed and value > 0 and not nothing)
    assert re.fullmatch(rf"{re.escape(unit.prefix)}[\d,]+(\.\d+)?{re.escape(unit.suffix)}", shown)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name or "plain")
def test_no_line_ends_between_a_figure_and_its_unit(unit: Unit) -> None:
    assert not re.search(r"[^\S\N{NO-BREAK SPACE}]", unit.words(-1234.5, 3, signed=True))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_is_a_dash(value: float) -> None:
    for words in (fmt.usd, fmt.usd_each, fmt.percent, fmt.power, fmt.times, *(unit.words for unit in UNITS)):
        assert words(value) == MISSING


def test_the_name_of_a_unit_stands_on_an_axis() -> None:
    assert [said(unit.name) for unit in (USD_BN, USD_M, GW, PERCENT)] == ["$ B", "$ M", "GW", "%"]


# --- Money, power, shares


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (8.2656e9, "$8.3 B"),
        (-450e6, "−$450 M"),
        (0.0, "$0"),
        (-0.0, "$0"),
        (949.4e6, "$949 M"),
        (950e6, "$950 M"),
        (955e6, "$955 M"),
        (1.0162e12, "$1.02 T"),
        (999.9e6, "$1.0 B"),
        (153.4e9, "$153 B"),
        (1.4826e13, "$14.8 T"),
        (0.5e6, "$0.50 M"),
        (123_456.7, "$123,457"),
        (-0.6, "−$1"),
        (-0.4, "$0"),
        (3e-6, "$0"),
    ],
)
def test_dollars_take_the_unit_that_fits_them(value: float, words: str) -> None:
    assert said(fmt.usd(value)) == words
    plus = f"+{words}" if value > 0 and words != "$0" else words
    if abs(value) >= 0.5e6:
        assert said(fmt.usd(value, signed=True)) == plus


@given(amounts)
def test_dollars_in_words_are_within_half_a_digit_of_the_dollars(value: float) -> None:
    text = said(fmt.usd(value)).replace(",", "").replace("$", "").replace(MINUS, "-")
    figure, _, unit = text.partition(" ")
    scale = {"T": 1e12, "B": 1e9, "M": 1e6, "": 1.0}[unit]
    assert float(figure) * scale == pytest.approx(value, rel=0.05, abs=0.5)


@pytest.mark.parametrize(
    ("value", "words", "signed"),
    [
        (0.2345, "$0.23", "+$0.23"),
        (-0.12, "−$0.12", "−$0.12"),
        (1234.5, "$1,234.50", "+$1,234.50"),
        (0.004, "$0.00", "$0.00"),
        (-0.004, "$0.00", "$0.00"),
        (-0.005, "−$0.01", "−$0.01"),
    ],
)
def test_prices_have_cents(value: float, words: str, signed: str) -> None:
    assert fmt.usd_each(value) == words
    assert fmt.usd_each(value, signed=True) == signed


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.09, "9 %"), (0.025, "2.5 %"), (-0.05, "−5 %"), (5.0, "500 %"), (0.123456789, "12.3457 %"), (0.0, "0 %")],
)
def test_a_lever_is_shown_as_it_was_set(share: float, words: str) -> None:
    assert said(fmt.setting(share)) == words


@given(some.floats(-0.05, 5.0))
def test_a_setting_is_never_written_with_an_exponent_or_a_sign_of_nothing(share: float) -> None:
    text = said(fmt.setting(share))
    assert re.fullmatch(r"−?\d+(\.\d*[1-9])? %", text)
    assert text != "−0 %"
    assert float(text[:-2].replace(MINUS, "-")) / 100 == pytest.approx(share, abs=5.1e-7)


@pytest.mark.parametrize(
    ("mw", "words"),
    [
        (19_580.0, "19.6 GW"),
        (450.0, "450 MW"),
        (999.4, "999 MW"),
        (999.6, "1.00 GW"),
        (-1_100.0, "−1.10 GW"),
        (0.0, "0 MW"),
    ],
)
def test_power_is_in_gigawatts_from_one_on(mw: float, words: str) -> None:
    assert said(fmt.power(mw)) == words


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(0.6774, "0.68 times"), (0.996, "0.996 times"), (1.04, "1.04 times"), (1.663, "1.66 times"), (2.36, "2.4 times")],
)
def test_a_ratio_near_one_says_on_which_side_of_it_it_is(ratio: float, words: str) -> None:
    assert said(fmt.times(ratio)) == words


# --- Words in a row


def test_words_in_a_row_take_commas_and_one_and() -> None:
    assert fmt.listed([]) == ""
    assert fmt.listed(["a"]) == "a"
    assert fmt.listed(["a", "b"]) == "a and b"
    assert fmt.listed(["a", "b", "c"], "or") == "a, b or c"


def test_one_is_not_many() -> None:
    assert [fmt.counted(n, "lever") for n in (0, 1, 2)] == ["0 levers", "1 lever", "2 levers"]


def test_a_run_goes_by_its_ends() -> None:
    assert fmt.span(["2027"]) == "2027"
    assert fmt.span(["2027", "2028", "2029"]) == "2027–2029"


# --- The same words in a chart


def chart_words(unit: Unit, value: float, decimals: int) -> str:
    """What the unit's Vega expression writes for `value`, by an interpreter of the few operations it uses."""
    expression = unit.vega("datum.value", decimals).replace("datum.value", "value")
    python = re.sub(r"\(([^()?]+) \? ('.*?') : ('.*?')\)", r"(\2 if \1 else \3)", expression)
    assert "?" not in python
    text: str = eval(python, {"__builtins__": {}}, {"value": value, "abs": abs, "format": _d3_format})
    return text


def _d3_format(value: float, pattern: str) -> str:
    """D3's `,.Nf`: JavaScript's toFixed, which rounds the exact value and ties upwards, with commas."""
    decimals = int(pattern.removeprefix(",.").removesuffix("f"))
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name or "plain")
@given(figure=some.floats(1.0, 9.9), negative=some.booleans())
def test_a_chart_writes_a_figure_as_the_page_does(unit: Unit, figure: float, negative: bool) -> None:
    value = (-figure if negative else figure) * unit.scale
    tie = (abs(value) / unit.scale * 100) % 10 == 5.0  # halves: to even on the page, upwards in the browser
    if not tie:
        assert chart_words(unit, value, decimals=1) == unit.words(value, 2)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name or "plain")
@given(value=amounts, decimals=some.integers(0, 3))
def test_a_chart_never_writes_the_sign_of_nothing(unit: Unit, value: float, decimals: int) -> None:
    text = chart_words(unit, value, decimals)
    assert text.startswith(MINUS) == (value < 0 and not is_nothing(unit, text))
    assert text.removeprefix(MINUS).startswith(unit.prefix) and text.endswith(unit.suffix)


# --- Names of any length


@given(name=some.text(max_size=60), letters=some.integers(3, 30))
def test_a_shortened_name_fits_and_keeps_both_its_ends(name: str, letters: int) -> None:
    short = fmt.shortened(name, letters)
    assert len(short) <= letters
    if len(name) <= letters:
        assert short == name
    else:
        begin, end = short.split("\N{HORIZONTAL ELLIPSIS}")[0], short.rsplit("\N{HORIZONTAL ELLIPSIS}")[-1]
        assert name.startswith(begin) and name.endswith(end)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Search", "\nSearch"),
        ("Search training", "Search\ntraining"),
        ("Ads: auction and selection of creative material", "Ads: auction and selection\nof creative material"),
    ],
)
def test_a_name_on_two_lines_is_broken_near_its_middle(name: str, lines: str) -> None:
    assert fmt.two_lines(name) == lines


@pytest.mark.parametrize(
    ("names", "of", "words"),
    [
        (["a"], 1, "a"),
        (["a", "b"], 2, "every workload"),
        (["a", "b", "c"], 4, "a, b and c"),
        (["a", "b", "c", "d"], 8, "4 of 8 workloads"),
        (["a" * 60, "b" * 60], 3, "2 of 3 workloads"),
    ],
)
def test_names_are_listed_where_there_is_room_and_else_counted(names: list[str], of: int, words: str) -> None:
    assert fmt.listed_or_counted(names, of, "workload") == words


def test_a_gain_or_loss_says_no_digits_that_nobody_knows() -> None:
    gains = [said(fmt.usd(value, signed=True)) for value in (469_198.0, -61_000.0, 17_050.0, -1.0, 0.0)]
    assert gains == ["+$0.5 M", f"{MINUS}$0.06 M", fmt.ABOUT_NOTHING, fmt.ABOUT_NOTHING, "$0"]


def test_dollars_of_one_sentence_have_one_scale() -> None:
    assert fmt.usd_alike((1.8e9, -744e6), signed=True) == [
        "+$1.8 B".replace(" ", fmt.NBSP),
        f"{fmt.MINUS}$0.7{fmt.NBSP}B",
    ]
    assert fmt.usd_alike((3.6e9, 7e6)) == [f"$3.6{fmt.NBSP}B", fmt.ABOUT_NOTHING]
    assert fmt.usd(543_660.0, 3) == f"$0.54{fmt.NBSP}M"
