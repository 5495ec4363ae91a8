"""An address that others changed on its way opens what it was made for or is known as damage: never anything else."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.checked import CHECK_KEY, COUNT_KEY, Arrived, arrived, check, is_view, with_check
from core.inputs.link import number, to_query
from core.inputs.scenario import Scenario
from tests.support.frozen import LEVERS, scenario
from tests.support.strategies import scenarios

OTHERS = {"data", "model", "scenario", "version", "set", "compare", COUNT_KEY, CHECK_KEY}
BOARD = scenario({"adoption_genai_training": 0.35, "merchant_price": 0.8})
SAVED = {"scenario": "nZ8kQ2_w-4Jx", "version": "12"}
VIEWS = {"view.cost_view": "Difference", "compare": "preset:Company plan~now"}
TRACKERS = ("utm_campaign=board", "utm_source=x&utm_medium=mail", "fbclid=abc", "gclid=1", "ref=list", "mc_cid=7")


def is_ours(name: str) -> bool:
    return name in LEVERS or name in OTHERS or is_view(name)


def is_sound(name: str, value: str) -> bool:
    if name not in LEVERS:
        return not value or (value[-1].isalnum() and "%" not in value)
    return LEVERS[name].problem(number(value) if LEVERS[name].is_numeric else value) is None


def read(text: str) -> Arrived:
    """What the query of an address comes to, as a browser takes it apart."""
    return arrived(parse_qsl(text, keep_blank_values=True), is_ours, is_sound)


def query_of(one: Scenario) -> dict[str, str]:
    return to_query(one, data_version="3b0e5069f8d0", model_version="2")


ADDRESSES = some.builds(
    lambda one, saved, views, with_levers: {**(query_of(one) if with_levers else {}), **saved, **views} or SAVED,
    scenarios(),
    some.sampled_from([{}, SAVED]),
    some.sampled_from([{}, VIEWS]),
    some.booleans(),
)
"""What addresses of ours set: levers, a saved scenario, or both, and what is looked at."""


def shuffled(text: str, order: some.DataObject) -> str:
    return "&".join(order.draw(some.permutations(text.split("&"))))


def doubled(text: str, order: some.DataObject) -> str:
    parts = text.split("&")
    return "&".join([*parts, *order.draw(some.lists(some.sampled_from(parts), max_size=3))])


def tracked(text: str, order: some.DataObject) -> str:
    more = order.draw(some.sampled_from(TRACKERS))
    return f"{more}&{text}" if order.draw(some.booleans()) else f"{text}&{more}"


def strange(text: str, order: some.DataObject) -> str:
    """A parameter that nobody has heard of is added, with a value of its own."""
    return f"{text}&{order.draw(some.sampled_from(('x', 'id', 'mail.from', 'campaign-7')))}=0.8"


def encoded(text: str, order: some.DataObject) -> str:
    return "&".join(
        "=".join(quote(part, safe="") for part in parts.partition("=")[::2]) for parts in text.split("&")
    )  # fmt: skip


def encoded_whole(text: str, order: some.DataObject) -> str:
    return quote(text, safe="")


def escaped(text: str, order: some.DataObject) -> str:
    return html.escape(text)


def printed(text: str, order: some.DataObject) -> str:
    """As quoted-printable mail writes it."""
    return text.replace("=", "=3D")


def wrapped(text: str, order: some.DataObject) -> str:
    return text + order.draw(some.sampled_from([">", ".", ")", "]", '"', "'", ",", ";", ">.", "%3E", "%22", "…", "*"]))


def broken(text: str, order: some.DataObject) -> str:
    """A chat puts a blank, a line's end or an invisible character into it."""
    at = order.draw(some.integers(0, len(text)))
    return text[:at] + order.draw(some.sampled_from(["%0A", "%20", "%E2%80%8B", "%C2%AD"])) + text[at:]


DAMAGES: tuple[Callable[[str, some.DataObject], str], ...] = (
    shuffled, doubled, tracked, strange, encoded, encoded_whole, escaped, printed, wrapped, broken,
)  # fmt: skip
HARMLESS = (shuffled, doubled, tracked, strange, wrapped)
"""Damages of which any number leaves the address readable."""


@given(ADDRESSES)
def test_an_address_of_ours_begins_with_its_number_of_settings_ends_with_its_check_and_reads_back(
    query: dict[str, str],
) -> None:
    whole = with_check(query)
    assert (next(iter(whole)), next(reversed(whole))) == (COUNT_KEY, CHECK_KEY)
    assert read(urlencode(whole)) == Arrived(query)


@given(ADDRESSES, some.lists(some.sampled_from(DAMAGES), min_size=1, max_size=4), some.data())
def test_what_others_do_to_an_address_opens_the_same_or_is_known_as_damage(
    query: dict[str, str], damages: list[Callable[[str, some.DataObject], str]], order: some.DataObject
) -> None:
    text = urlencode(with_check(query))
    for damage in damages:
        text = damage(text, order)
    found = read(text)
    assert found.is_damaged or found.query == query
    assert not (found.is_damaged and found.query)


@given(ADDRESSES, some.lists(some.sampled_from(HARMLESS), min_size=1, max_size=4), some.data())
def test_what_only_adds_doubles_reorders_or_wraps_takes_nothing_away(
    query: dict[str, str], damages: list[Callable[[str, some.DataObject], str]], order: some.DataObject
) -> None:
    text = urlencode(with_check(query))
    for damage in damages:
        text = damage(text, order)
    assert read(text) == Arrived(query)


@pytest.mark.parametrize("damage", [encoded, encoded_whole, escaped, printed])
@given(one=scenarios(), order=some.data())
def test_an_address_that_was_written_as_text_again_opens(
    damage: Callable[[str, some.DataObject], str], one: Scenario, order: some.DataObject
) -> None:
    query = {**query_of(one), **SAVED}
    assert read(damage(urlencode(with_check(query)), order)) == Arrived(query)


@given(ADDRESSES, some.data())
def test_an_address_that_was_cut_off_at_any_place_is_damaged(query: dict[str, str], order: some.DataObject) -> None:
    text = urlencode(with_check(query))
    cut = text[: order.draw(some.integers(1, len(text) - 1))]
    assert read(cut) == Arrived({}, is_damaged=True)
    assert read(cut + order.draw(some.sampled_from(["...", "%E2%80%A6", "&utm_source=x", ">"]))).is_damaged


@given(ADDRESSES, some.data())
def test_an_address_in_which_one_value_is_another_is_damaged(query: dict[str, str], order: some.DataObject) -> None:
    name = order.draw(some.sampled_from(list(query)))
    changed = with_check(query) | {name: f"{query[name]}1"}
    assert read(urlencode(changed)).is_damaged


@given(ADDRESSES, ADDRESSES)
def test_two_addresses_have_one_check_only_if_they_set_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert (check(one) == check(other)) == (one == other)


@given(ADDRESSES, some.sampled_from(TRACKERS))
def test_addresses_of_earlier_versions_open_without_a_check_and_with_what_mailers_add(
    query: dict[str, str], tracker: str
) -> None:
    text = urlencode(query)
    for changed in (
        text,
        f"{text}&{tracker}",
        f"{tracker}&{text}",
        html.escape(text),
        quote(text, safe=""),
        f"{text}.",
    ):
        assert read(changed) == Arrived(query), changed


def test_what_an_earlier_address_sets_and_nobody_knows_is_left_to_be_said() -> None:
    assert read("pue=1.3&nonsense=1").query == {"pue": "1.3", "nonsense": "1"}
    assert read("pue=1.3&merch") == Arrived({}, is_damaged=True), "broken off in a name"
    assert read("pue=1.3&pue=1.2").doubled == {"pue": 2}
    assert read("") == Arrived({})


def test_the_board_case_is_the_board_case() -> None:
    """Literals, so that addresses of this version open in later ones."""
    text = (
        "settings=4&adoption_genai_training=0.35&merchant_price=0.8&data=3b0e5069f8d0&model=2&check="
        + check(query_of(BOARD))
    )  # fmt: skip
    assert read(text) == Arrived(query_of(BOARD))
    assert check({"merchant_price": "0.8"}) == "219a36d5"
