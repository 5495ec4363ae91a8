"""The fleet that stands when the model begins: what it still does, draws and costs, by its service life.

Axes, in this order: service life, book life, quarter, supplier, workload, lot or world. Formulas: docs/METHOD.md,
sections 11, 16 and 17.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import BOUGHT, CUSTOM, Inputs
from core.inputs.levers import LIFE_YEARS
from core.model.units import KW_PER_MW
from core.model.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OpeningTables:
    """What is left of the opening fleet, tabulated by service life (rows `life - SHORTEST_LIFE`) and quarter.

    Lives are whole quarters within the levers' bounds, so every case is worked out once a process.
    """

    h100e: Floats  # (life, quarter, supplier, workload)
    mw: Floats  # (life, quarter, supplier)
    cost_usd: Floats  # (life, quarter, supplier) chips * unit cost of lots that work
    unused_usd: Floats  # (life, horizon, supplier) cost of lots that work in horizon - 1, by unused service life
    depreciation_usd: Floats  # (service life, book life, quarter, supplier)
    write_off_usd: Floats  # (service life, book life, quarter, supplier)


SHORTEST_LIFE: Final = int(LIFE_YEARS[0] * QUARTERS_PER_YEAR)
LONGEST_LIFE: Final = int(LIFE_YEARS[1] * QUARTERS_PER_YEAR)


@lru_cache(maxsize=8)
def opening_tables(inputs: Inputs) -> OpeningTables:
    """Tabulate the opening fleet; its lots work until `max(v + Ls, 0)`.

    A lot of age a has book value `cost * max(0, 1 - a/policy life)` at t = 0, then straight line over
    `max(1, Lb - a)` quarters; what is left when it stops is written off in that quarter.
    """
    fleet, chips = inputs.opening, inputs.chips
    # A lot's life depends on its vintage alone, so lots of one vintage are taken together: there are few of them.
    vintage, of_lot = np.unique(fleet.vintage, return_inverse=True)
    owner, cost = chips.supplier[fleet.chip], fleet.chips * fleet.unit_cost_usd
    work = np.zeros((vintage.size, len(inputs.suppliers), len(inputs.workloads)))
    np.add.at(work, (of_lot, owner, fleet.workload), fleet.chips * chips.h100e[fleet.chip, fleet.workload])
    mw, paid = np.zeros((2, vintage.size, len(inputs.suppliers)))  # (vintage, supplier)
    np.add.at(mw, (of_lot, owner), fleet.chips * (chips.kw[fleet.chip] / KW_PER_MW))
    np.add.at(paid, (of_lot, owner), cost)

    t = np.arange(inputs.capacity_mw.size + 1)[:, None]
    life = np.arange(SHORTEST_LIFE, LONGEST_LIFE + 1)[:, None]
    stop = np.maximum(vintage + life, 0)  # (life, vintage): the first quarter in which it no longer works
    works = (t < stop[:, None]).astype(np.float64)  # (life, quarter, vintage)
    works_at_the_end = t <= stop[:, None]  # in the quarter before the horizon t
    unused = np.maximum(0.0, 1.0 - (t - vintage) / life[:, None])

    age = -vintage
    book = paid * np.maximum(0.0, 1.0 - age / inputs.policy_life_quarters)[:, None]  # (vintage, supplier)
    spread = np.maximum(1, life - age)  # (book life, vintage)
    service = stop[:, None]  # (service life, 1, vintage): quarters that it still works
    charged = np.minimum(np.minimum(t + 1, service[:, :, None]), spread[:, None]) / spread[:, None]
    left = 1.0 - np.minimum(service, spread) / spread  # (service life, book life, vintage)
    stops_now = t == stop[:, None]  # (service life, quarter, vintage)
    return OpeningTables(
        h100e=np.einsum("ytv,vsw->ytsw", works, work),
        mw=works @ mw,
        cost_usd=works @ paid,
        unused_usd=(unused * works_at_the_end) @ paid,
        depreciation_usd=np.diff(charged, axis=2, prepend=0.0) @ book,
        write_off_usd=(left[:, :, None] * stops_now[:, None]) @ book,
    )


# --- In a batch of worlds, each with its own lives


def opening_h100e(world: World) -> Floats:
    """Work that the opening fleet still does; (quarter, supplier, workload, world)."""
    return _in_quarters(world, opening_tables(world.inputs).h100e)


def opening_mw(world: World) -> Floats:
    """Power that the opening fleet still draws; (quarter, supplier, world)."""
    return _in_quarters(world, opening_tables(world.inputs).mw)


def opening_cost_usd(world: World) -> Floats:
    """What was paid for what still works of the opening fleet; (quarter, supplier, world)."""
    return _in_quarters(world, opening_tables(world.inputs).cost_usd)


def _in_quarters(world: World, table: Floats) -> Floats:
    """Pick each world's rows of a table (life, quarter, supplier, ...); (quarter, supplier, ..., world)."""
    rows = table[:, : world.quarters]
    custom = rows[world.life_custom - SHORTEST_LIFE, :, : CUSTOM + 1]
    bought = rows[world.life_merchant - SHORTEST_LIFE, :, BOUGHT]
    return np.moveaxis(np.concatenate([custom, bought], axis=2), 0, -1)


def opening_depreciation_usd(world: World) -> Floats:
    """Depreciation of the opening fleet; (quarter, world)."""
    return _charge(world, opening_tables(world.inputs).depreciation_usd)


def opening_write_off_usd(world: World) -> Floats:
    """What of the opening fleet's book value is written off; (quarter, world)."""
    return _charge(world, opening_tables(world.inputs).write_off_usd)


def _charge(world: World, table: Floats) -> Floats:
    """Pick a charge (service life, book life, quarter, supplier) of all suppliers together; (quarter, world)."""
    book = world.life_book - SHORTEST_LIFE
    custom = table[world.life_custom - SHORTEST_LIFE, book, : world.quarters, CUSTOM]
    bought = table[world.life_merchant - SHORTEST_LIFE, book, : world.quarters, BOUGHT]
    charge: Floats = custom + bought.sum(axis=-1)
    return charge.T


def opening_unused_usd(world: World) -> tuple[Floats, Floats]:
    """Cost of what works at the horizon's end, by the share of its life left: custom and bought; (world,) each."""
    unused = opening_tables(world.inputs).unused_usd[:, world.quarters]  # (life, supplier)
    custom = unused[world.life_custom - SHORTEST_LIFE, CUSTOM]
    bought: Floats = unused[world.life_merchant - SHORTEST_LIFE, BOUGHT].sum(axis=-1)
    return custom, bought
