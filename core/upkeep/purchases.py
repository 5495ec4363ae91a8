"""What was installed before the fleet year, and what its purchases are by rule.

In each quarter of the fleet year what the surviving fleet leaves open of the work required is bought: the custom share
and the merchants' shares of today, each supplier the chip on offer with the lowest cost of the work at base levers.

    gap = max(0, demand * (1 + headroom) - surviving)        chips = share * gap / theta
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.base.finance import round_half_up
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, LEAD, Inputs
from core.inputs.levers import chip_levers
from core.model.calibration import chip_cost_in, chip_hour_usd
from core.upkeep.rewrite import Row, Tables


def installed_before(inputs: Inputs, tables: Tables) -> dict[str, float]:
    """Return the throughput installed at the end of the year before the fleet year, H100e by workload."""
    fleet = _Fleet.of(inputs, tables)
    return {workload: sum(h100e for _, h100e in fleet.held[workload]) for workload in inputs.workloads}


def purchases(inputs: Inputs, tables: Tables) -> list[Row]:
    """Return the rows of opening_fleet for the fleet year by the rule, by quarter, workload and supplier.

    tables: those of the data set, whose demand and earlier lots count. Rows have chip_id, workload_id, vintage, chips
    (whole) and unit_cost_usd (whole).
    """
    fleet = _Fleet.of(inputs, tables)
    rows: list[Row] = []
    for quarter in range(-QUARTERS_PER_YEAR, 0):
        label = inputs.calendar.label(quarter)
        for workload in inputs.workloads:
            surviving = sum(h100e for end, h100e in fleet.held[workload] if end > quarter)
            gap = max(0.0, _required(inputs, tables, workload, quarter) - surviving)
            for chip, h100e in fleet.bought(workload, quarter, gap):
                fleet.held[workload].append((quarter + fleet.life(chip), h100e))
                count = round(h100e / fleet.theta[chip, workload])
                if count:
                    row = {"chip_id": chip, "workload_id": workload, "vintage": label, "chips": count}
                    rows.append(row | {"unit_cost_usd": round(chip_cost_in(inputs, chip, label))})
    return rows


def _required(inputs: Inputs, tables: Tables, workload: str, quarter: int) -> float:
    """Return the work required in a quarter of the fleet year, H100e, headroom included."""
    path = {row["year"]: row["h100e_base"] for row in tables["workload_demand"] if row["workload_id"] == workload}
    first, last = (float(path[inputs.calendar.fleet_year + years]) for years in (-1, 0))
    share = (quarter + QUARTERS_PER_YEAR + 1) / QUARTERS_PER_YEAR
    demand = first * float((last / first) ** share)
    return demand * (1.0 + inputs.base.number("headroom"))


@dataclass(frozen=True, eq=False)
class _Fleet:
    """What is held before the fleet year and added in it, and what there is to buy."""

    inputs: Inputs
    theta: Mapping[tuple[str, str], float]  # by chip and workload, H100e
    held: Mapping[str, list[tuple[int, float]]]  # by workload: lots, each until which quarter it works and its H100e

    @classmethod
    def of(cls, inputs: Inputs, tables: Tables) -> _Fleet:
        """Return the fleet as it stood before the fleet year."""
        rows = tables["chip_throughput"]
        theta = {(row["chip_id"], row["workload_id"]): float(row["h100e_base"]) for row in rows}
        fleet = cls(inputs, theta, {workload: [] for workload in inputs.workloads})
        for row in tables["opening_fleet"]:
            vintage, chip, workload = inputs.calendar.index(row["vintage"]), row["chip_id"], row["workload_id"]
            if vintage < -QUARTERS_PER_YEAR:
                fleet.held[workload].append((vintage + fleet.life(chip), row["chips"] * theta[chip, workload]))
        return fleet

    def life(self, chip: str) -> int:
        """Return the service life of a chip at base levers, in quarters."""
        chips = self.inputs.chips
        is_custom = bool(chips.supplier[chips.id.index(chip)] == CUSTOM)
        years = self.inputs.base.number(chip_levers(is_custom).service_life)
        return int(round_half_up(np.array(QUARTERS_PER_YEAR * years)))

    def bought(self, workload: str, quarter: int, gap: float) -> Iterator[tuple[str, float]]:
        """Yield the chips bought of a gap with the work that they take over, H100e, by supplier."""
        place = self.inputs.workloads.index(workload)
        offers = [self._offer(supplier, workload, quarter) for supplier in range(len(self.inputs.suppliers))]
        others = [float(share) for share in self.inputs.bought_share_today[:, place]]
        custom = float(self.inputs.custom_share_today[place]) if offers[CUSTOM] else 0.0
        bought = [
            share if offer else 0.0 for share, offer in zip((1.0 - sum(others), *others), offers[LEAD:], strict=True)
        ]
        whole = sum(bought)
        shares = [custom, *((1.0 - custom) * share / whole if whole else 0.0 for share in bought)]
        for offer, share in zip(offers, shares, strict=True):
            if offer and share * gap > 0.0:
                yield offer, share * gap

    def _offer(self, supplier: int, workload: str, quarter: int) -> str | None:
        """Return the supplier's chip in volume with the lowest cost of the work in a quarter; None if it has none."""
        chips, label = self.inputs.chips, self.inputs.calendar.label(quarter)
        costs = [
            (chip_hour_usd(self.inputs, chip, label) / self.theta[chip, workload], place)
            for place, chip in enumerate(chips.id)
            if chips.supplier[place] == supplier
            and not chips.future[place]
            and chips.available[place] <= quarter <= chips.last_order[place]
            and (chip, workload) in self.theta
        ]
        return chips.id[min(costs)[1]] if costs else None
