"""A data set in the making: what is wrong with it is told, not refused, and it comes back from its text as it was."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.inputs.problem import DataError
from core.inputs.sheet import Cells
from core.upkeep import draft as room
from core.upkeep.draft import Draft, as_text, from_text
from tests.support.effort import examples
from tests.support.frozen import EXAMPLE, INPUTS

CELL = some.text(max_size=8) | some.sampled_from(["", " ", "a\nb", "a\rb", "\r\n", '"', ",", "=1+1", "\x00", "\ufeff"])
CELLS = some.lists(some.lists(CELL, max_size=4).map(tuple), max_size=4).map(tuple)
FILES = some.dictionaries(some.text(max_size=8), CELLS, max_size=4)


def packed(said: Any) -> str:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.b64encode(zlib.compress(content)).decode()


SOUND = as_text(Draft.of(INPUTS))


# --- Text that is no draft


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no text of a draft",
        "ünlesbar",
        SOUND[:-400],
        SOUND[::-1],
        packed(b""),
        packed(b"\xff\xfe"),
        packed(b"[" * 100_000),
        packed([]),
        packed({"began": "x"}),
        packed({"files": {}}),
        packed({"began": "x", "files": []}),
        packed({"began": "x", "files": {"a.csv": 5}}),
        packed({"began": "x", "files": {"a.csv": ["header"]}}),
        packed({"began": "x", "files": {"a.csv": [["header"], [5]]}}),
        packed({"began": "x", "files": {"a.csv": [["header"], [None]]}}),
    ],
)
def test_a_text_that_holds_no_draft_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_text(text)


def test_a_text_that_unpacks_to_more_than_a_data_set_may_be_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGEST", 1_000)
    with pytest.raises(ValueError, match="more than a data set may be"):
        from_text(packed({"began": "x", "files": {"a.csv": [["0" * 2_000]]}}))


# --- As text and back


@examples(60)
@given(some.text(max_size=12), FILES)
def test_a_draft_comes_back_from_its_text_to_the_letter(began: str, files: dict[str, Cells]) -> None:
    draft = Draft(began, MappingProxyType(files))
    assert from_text(as_text(draft)) == draft


def test_a_draft_of_the_data_is_small_enough_to_be_kept_for_a_reload() -> None:
    for inputs in (INPUTS, EXAMPLE):
        draft = Draft.of(inputs)
        assert from_text(as_text(draft)).checked().data_version == inputs.data_version == draft.began
        assert len(as_text(draft)) < 100_000


# --- What it says of itself


def test_all_that_is_wrong_is_told_at_once_and_the_draft_stays() -> None:
    cells = dict(INPUTS.cells)
    cells["power_capacity.csv"] = (*cells["power_capacity.csv"][:1], ("2027", "much", "reported", "nowhere", ""))
    del cells["regions.csv"]
    draft = Draft.of(INPUTS).with_cells(cells)
    with pytest.raises(DataError) as caught:
        draft.checked()
    told = str(caught.value)
    assert all(part in told for part in ('mw_it: "much"', '"nowhere"', "regions.csv: the file is missing"))
    assert draft.began == INPUTS.data_version and draft.cells == cells


def test_what_is_changed_afterwards_in_what_it_was_made_from_is_not_changed_in_it() -> None:
    cells: dict[str, Cells] = {"a.csv": (("x",),)}
    draft = Draft.of(INPUTS).with_cells(cells)
    cells["b.csv"] = (("y",),)
    assert set(draft.cells) == {"a.csv"}
    with pytest.raises(TypeError):
        draft.cells["a.csv"] = ()  # type: ignore[index]


@dataclass(frozen=True)
class Of:
    """Files of which only some are there."""

    suppliers: Cells = ()
    facts: Cells = ()

    @property
    def draft(self) -> Draft:
        files = {"suppliers.csv": self.suppliers, "company_facts.csv": self.facts}
        return Draft("", MappingProxyType({name: cells for name, cells in files.items() if cells}))


@pytest.mark.parametrize(
    ("of", "suppliers", "company"),
    [
        (Of(), (), None),
        (Of((("name",),)), (), None),
        (Of((("supplier_id", "class"),)), (), None),
        (Of((("supplier_id", "class"), ("a",), ("", "custom"))), ("a",), None),
        (Of((("supplier_id", "class"), ("a", "merchant"), ("c", "custom"), ("b", "merchant"))), ("c", "a", "b"), None),
        (Of(facts=(("fact_id", "name"), ("company", ""))), (), None),
        (Of(facts=(("fact_id", "name"), ("tax", "x"), ("company", "Kestrel"))), (), "Kestrel"),
        (Of(facts=(("fact_id",), ("company",))), (), None),
    ],
)
def test_who_sells_and_whose_data_they_are_is_told_as_far_as_it_can_be(
    of: Of, suppliers: tuple[str, ...], company: str | None
) -> None:
    assert (of.draft.suppliers, of.draft.company) == (suppliers, company)


@pytest.mark.parametrize("inputs", [INPUTS, EXAMPLE], ids=["frozen", "example"])
def test_of_sound_data_it_says_the_same_as_they_do(inputs: Any) -> None:
    draft = Draft.of(inputs)
    assert draft.suppliers[0] == inputs.suppliers[0] and set(draft.suppliers) == set(inputs.suppliers)
    assert draft.company == inputs.company
