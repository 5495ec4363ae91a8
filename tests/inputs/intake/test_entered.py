"""A number that somebody types alone, where no column says what its comma means."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs.intake.numbers import NumberError, entered
from core.story import settings
from tests.support.frozen import LEVERS


@pytest.mark.parametrize(
    ("text", "low", "high", "number"),
    [
        ("7,5", 0, 100, 7.5),
        ("7.5", 0, 100, 7.5),
        ("1.234", 0, 2, 1.234),
        ("1,234", 0, 2, 1.234),
        ("12.500", 5000, 30000, 12500),
        ("12,500", 5000, 30000, 12500),
        ("1.234,5", 0, 5000, 1234.5),
        ("1,234.5", 0, 5000, 1234.5),
        ("1 234,5", 0, 5000, 1234.5),
        ("1'234.5", 0, 5000, 1234.5),
        ("−5", -10, 10, -5),
        ("(5)", -10, 10, -5),
        ("2,027", 2020, 2040, 2027),
        ("1e3", 0, 5000, 1000),
    ],
)
def test_a_number_is_read_as_it_is_meant_where_its_bounds_leave_one_reading(
    text: str, low: float, high: float, number: float
) -> None:
    assert float(entered(text, low, high)) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234", "“1.234” can be 1.234 or 1,234; write 1.2340 or 1234"),
        ("7;5", "“7;5” is not a number; write it as 7.5 or 7,5"),
        ("7.5 €", "“7.5 €” is not a number; write it as 7.5 or 7,5"),
        ("1.2.3", "“1.2.3” is not one number; write it as 1234.5 or 1.234,5"),
        ("9.000,5", "9,000.5 is out of bounds; use 0 to 5,000"),
        ("9.000,000", "9,000 is out of bounds; use 0 to 5,000"),
    ],
)
def test_what_cannot_be_meant_or_could_be_meant_twice_is_refused_with_what_would_do(text: str, words: str) -> None:
    with pytest.raises(NumberError) as refused:
        entered(text, 0, 5000)
    assert str(refused.value) == words


@pytest.mark.parametrize("text", ["1.234", "12,345"])
def test_what_a_refusal_proposes_is_read(text: str) -> None:
    with pytest.raises(NumberError) as refused:
        entered(text, -math.inf, math.inf)
    first, _, second = str(refused.value).partition("write ")[2].partition(" or ")
    assert entered(first, -math.inf, math.inf) != entered(second, -math.inf, math.inf)


@given(st.data())
def test_a_field_reads_back_whatever_its_lever_may_be_set_to_with_a_comma_too(data: st.DataObject) -> None:
    lever = data.draw(st.sampled_from([one for one in LEVERS.values() if one.is_numeric]))
    parts = 1 if lever.whole else 10**4
    count = data.draw(st.integers(math.ceil(lever.minimum * parts), math.floor(lever.maximum * parts)))
    value = count if lever.whole else count / parts
    text = settings.in_field(lever, value)
    assert settings.entered(lever, text) == value
    assert settings.entered(lever, text.replace(".", ",")) == value
