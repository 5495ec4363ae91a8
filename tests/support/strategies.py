"""What tests draw from: settings of the levers over their whole bounds, and altered data.

Altered data come in pairs, for the model and for the oracle, changed in the same way by separate code.
"""

from __future__ import annotations

import csv
import functools
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from core.inputs.data import CUSTOM, NO_LAST_ORDER, Inputs
from core.inputs.lever import Lever, Value
from core.inputs.levers import Levers
from core.inputs.scenario import Scenario
from tests.support import reference
from tests.support.frozen import EXAMPLE, FROZEN, INPUTS, LEVERS

Changes = dict[str, Value]
Tables = dict[str, list[dict[str, str]]]

NO_ADOPTION: Changes = {
    "adoption_rr_inference": 0.0,
    "adoption_rr_training": 0.0,
    "adoption_genai_inference": 0.0,
    "adoption_genai_training": 0.0,
}


# --- Levers


def settings_of(lever: Lever) -> st.SearchStrategy[Value]:
    """Any value the lever may take, its ends more often than chance would have it."""
    if lever.options:
        return st.sampled_from(lever.options)
    if lever.whole:
        return st.integers(int(lever.minimum), int(lever.maximum))
    ends = st.sampled_from([float(lever.minimum), float(lever.maximum)])
    return st.one_of(st.floats(lever.minimum, lever.maximum), ends)


def changes(fixed: Mapping[str, Value] | None = None, without: Collection[str] = ()) -> st.SearchStrategy[Changes]:
    """Any subset of the levers at any setting, except for those in `fixed` and `without`."""
    return changes_of(LEVERS, fixed, without)


def changes_of(
    levers: Levers, fixed: Mapping[str, Value] | None = None, without: Collection[str] = ()
) -> st.SearchStrategy[Changes]:
    """Any subset of the levers of a data set, as `changes` of the frozen one's."""
    fixed = dict(fixed or {})
    free = {
        lever.id: settings_of(lever) for lever in levers.values() if lever.id not in fixed and lever.id not in without
    }
    return st.fixed_dictionaries({}, optional=free).map(lambda drawn: {**drawn, **fixed})


def scenarios(fixed: Mapping[str, Value] | None = None, without: Collection[str] = ()) -> st.SearchStrategy[Scenario]:
    return changes(fixed, without).map(INPUTS.scenario)


SETS: Mapping[str, Inputs] = {"frozen": INPUTS, "example": EXAMPLE}
"""The data sets that ship with the tests; drawn by name, for what is drawn is written out where a test fails."""


def scenarios_of(inputs: Inputs) -> st.SearchStrategy[Scenario]:
    """Any scenario of a data set."""
    return changes_of(inputs.levers).map(inputs.scenario)


def calm(levers: Changes) -> Changes:
    """Move hair-thin settings to 0, where the oracle's textbook formulas lose all their digits.

    A discount rate below 0.1 % makes its `1 - (1 + r)**-n` nothing but rounding; a ramp of less than a millionth
    of a year ends one rounding short of the goal, and whether a share is "above 0" then is chance.
    """
    return {**levers, **{name: 0.0 for name, least in _HAIR.items() if float(levers.get(name, least)) < least}}


_HAIR = {"discount_rate": 1e-3, "ramp_years": 1e-6}


def drawn_changes(seed: int, levers: Levers = LEVERS) -> Changes:
    """A setting of about two thirds of the levers, the same in every run for a seed."""
    dice = random.Random(seed)
    return {lever.id: _throw(dice, lever) for lever in levers.values() if dice.random() < 0.65}


def _throw(dice: random.Random, lever: Lever) -> Value:
    if lever.options:
        return dice.choice(lever.options)
    if lever.whole:
        return dice.randint(int(lever.minimum), int(lever.maximum))
    at_an_end = dice.random() < 0.2
    return (
        float(dice.choice([lever.minimum, lever.maximum])) if at_an_end else dice.uniform(lever.minimum, lever.maximum)
    )


# --- Data


@functools.cache
def frozen_oracle() -> reference.Data:
    """The frozen data as the oracle reads them."""
    return reference.load(FROZEN)


def frozen_tables() -> Tables:
    """The frozen files as the csv module reads them."""
    tables = {}
    for path in sorted(FROZEN.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


@dataclass(frozen=True)
class Alteration:
    """A change of the data: to what the model reads, and to the tables that the oracle reads."""

    to_inputs: Callable[[Inputs], Inputs]
    to_tables: Callable[[Tables], Tables]

    def inputs(self, bundled: Inputs) -> Inputs:
        return self.to_inputs(bundled)

    def oracle(self) -> reference.Data:
        return reference.from_tables(self.to_tables(frozen_tables()))

    def then(self, other: Alteration) -> Alteration:
        return Alteration(
            lambda inputs: other.to_inputs(self.to_inputs(inputs)),
            lambda tables: other.to_tables(self.to_tables(tables)),
        )


def only_chips(chip_ids: Collection[str]) -> Alteration:
    """Only these chips can run anything; they stay on sale for ever, and the others' opening lots are gone."""

    def to_inputs(inputs: Inputs) -> Inputs:
        chips, fleet = inputs.chips, inputs.opening
        kept = np.isin(chips.id, list(chip_ids))
        lots = kept[fleet.chip]
        return replace(
            inputs,
            chips=replace(
                chips,
                h100e=np.where(kept[:, None], chips.h100e, 0.0),
                last_order=np.where(kept, NO_LAST_ORDER, chips.last_order),
            ),
            opening=replace(
                fleet,
                chip=fleet.chip[lots],
                workload=fleet.workload[lots],
                vintage=fleet.vintage[lots],
                chips=fleet.chips[lots],
                unit_cost_usd=fleet.unit_cost_usd[lots],
            ),
        )

    def to_tables(tables: Tables) -> Tables:
        return {
            **tables,
            "chips": [
                {**row, "last_order": "" if row["chip_id"] in chip_ids else row["last_order"]}
                for row in tables["chips"]
            ],
            "chip_throughput": [row for row in tables["chip_throughput"] if row["chip_id"] in chip_ids],
            "opening_fleet": [row for row in tables["opening_fleet"] if row["chip_id"] in chip_ids],
        }

    return Alteration(to_inputs, to_tables)


ONE_CHIP_EACH = only_chips(["mtia_300", "gb300", "mi355x"])
"""One chip a supplier, all in volume before 2027: there is no choice of chips, and delays move nothing."""


def without_chips(supplier: int, supplier_id: str) -> Alteration:
    """The supplier's chips can run nothing, and none of them is in the opening fleet."""

    def to_inputs(inputs: Inputs) -> Inputs:
        chips, fleet = inputs.chips, inputs.opening
        lots = chips.supplier[fleet.chip] != supplier
        return replace(
            inputs,
            chips=replace(chips, h100e=np.where((chips.supplier == supplier)[:, None], 0.0, chips.h100e)),
            opening=replace(
                fleet,
                chip=fleet.chip[lots],
                workload=fleet.workload[lots],
                vintage=fleet.vintage[lots],
                chips=fleet.chips[lots],
                unit_cost_usd=fleet.unit_cost_usd[lots],
            ),
        )

    def to_tables(tables: Tables) -> Tables:
        gone = {row["chip_id"] for row in tables["chips"] if row["supplier_id"] == supplier_id}
        return {
            **tables,
            "chip_throughput": [row for row in tables["chip_throughput"] if row["chip_id"] not in gone],
            "opening_fleet": [row for row in tables["opening_fleet"] if row["chip_id"] not in gone],
        }

    return Alteration(to_inputs, to_tables)


def _no_lots(inputs: Inputs) -> Inputs:
    nothing, none = np.zeros(0), np.zeros(0, dtype=np.int64)
    fleet = replace(inputs.opening, chip=none, workload=none, vintage=none, chips=nothing, unit_cost_usd=nothing)
    return replace(inputs, opening=fleet)


NO_OPENING_FLEET = Alteration(_no_lots, lambda tables: {**tables, "opening_fleet": []})


def _flat_in_tables(tables: Tables) -> Tables:
    today = {row["workload_id"]: row["h100e_base"] for row in tables["workload_demand"] if row["year"] == "2026"}
    return {
        **tables,
        "workload_demand": [{**row, "h100e_base": today[row["workload_id"]]} for row in tables["workload_demand"]],
    }


FLAT_DEMAND = Alteration(
    lambda inputs: replace(
        inputs, demand_h100e=np.broadcast_to(inputs.demand_today_h100e, inputs.demand_h100e.shape).copy()
    ),
    _flat_in_tables,
)


def _without_contract_year(inputs: Inputs, year: int) -> Inputs:
    deals, column = inputs.contracts, year - 2027
    active, amount, usd_per_gw = deals.active.copy(), deals.amount.copy(), deals.usd_per_gw.copy()
    active[:, column], amount[:, column], usd_per_gw[:, column] = False, 0.0, 0.0
    return replace(inputs, contracts=replace(deals, active=active, amount=amount, usd_per_gw=usd_per_gw))


CONTRACTS_PAUSE_IN_2028 = Alteration(
    lambda inputs: _without_contract_year(inputs, 2028),
    lambda tables: {**tables, "commitments": [row for row in tables["commitments"] if row["year"] != "2028"]},
)


def _twice_the_same_chip(inputs: Inputs) -> Inputs:
    chips = inputs.chips
    first, second = chips.id.index("gb200"), chips.id.index("gb300")
    same = {"available", "last_order", "price_usd", "system_cost_usd", "kw", "h100e"}
    columns = {name: getattr(chips, name).copy() for name in same}
    for column in columns.values():
        column[second] = column[first]
    columns["last_order"][[first, second]] = chips.last_order[second]
    return replace(inputs, chips=replace(chips, **columns))


def _twice_the_same_row(tables: Tables) -> Tables:
    def copied(table: str, keep: Collection[str]) -> list[dict[str, str]]:
        gb200 = {row.get("workload_id", ""): row for row in tables[table] if row["chip_id"] == "gb200"}
        return [
            {**gb200[row.get("workload_id", "")], **{name: row[name] for name in keep}}
            if row["chip_id"] == "gb300"
            else row
            for row in tables[table]
        ]

    chips = copied("chips", ["chip_id", "last_order"])
    end = next(row["last_order"] for row in chips if row["chip_id"] == "gb300")
    chips = [{**row, "last_order": end} if row["chip_id"] == "gb200" else row for row in chips]
    return {
        **tables,
        "chips": chips,
        "chip_prices": copied("chip_prices", ["chip_id"]),
        "chip_throughput": copied("chip_throughput", ["chip_id"]),
    }


TWO_EQUAL_CHIPS = Alteration(_twice_the_same_chip, _twice_the_same_row)
"""GB300 is GB200 by another name: every offer of either is a tie, which the first in file order wins."""

ALTERATIONS = {
    "one chip a supplier": ONE_CHIP_EACH,
    "custom has no chip": without_chips(CUSTOM, "custom"),
    "AMD has no chip": without_chips(2, "amd"),
    "NVIDIA has no chip": without_chips(1, "nvidia"),
    "no opening fleet": NO_OPENING_FLEET,
    "flat demand": FLAT_DEMAND,
    "contracts pause for a year": CONTRACTS_PAUSE_IN_2028,
    "two equal chips": TWO_EQUAL_CHIPS,
    "nothing to begin with, nothing to choose": NO_OPENING_FLEET.then(ONE_CHIP_EACH).then(FLAT_DEMAND),
}
