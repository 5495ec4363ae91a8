"""What the custom programme costs whatever its volume: docs/METHOD.md, section 14.

Axes, in this order: quarter, item or gate, workload, course, world.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model.courses import Courses
from core.model.world import World

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def programme(world: World, courses: Courses, share: Floats) -> Floats:
    """Return the fixed cost of the custom programme, USD; (quarter, course, world).

    The sum of `programme_by_item`, taken gate by gate: there are fewer gates than items.
    share: (quarter, workload, course, world) as `custom_share`.
    """
    items = world.inputs.programme
    gates, gate_of_item = np.unique(np.column_stack([items.expansion, items.gates]), axis=0, return_inverse=True)
    items_of_gate = np.equal.outer(np.arange(len(gates)), gate_of_item.ravel())  # (gate, item)
    spent = (items_of_gate * _usd_a_quarter(world)) @ _runs(world)  # (quarter, gate, world)
    by_gate = spent[:, :, None] * _is_open(world, gates, courses, share)  # (quarter, gate, course, world)
    cost: Floats = world.levers["programme_cost"] * by_gate.sum(axis=1)
    return cost


def programme_by_item(world: World, courses: Courses, share: Floats) -> Floats:
    """Return what each item of the programme spends, USD; (quarter, item, course, world).

    `usd_total * programme_cost / (quarters first..last)` a quarter while the item runs and its gate is open.
    share: (quarter, workload, course, world) as `custom_share`.
    """
    items = world.inputs.programme
    spent = _usd_a_quarter(world)[:, None] * _runs(world)  # (quarter, item, world)
    is_open = _is_open(world, np.column_stack([items.expansion, items.gates]), courses, share)
    return world.levers["programme_cost"] * (spent[:, :, None] * is_open)


def _usd_a_quarter(world: World) -> Floats:
    """What an item spends in each quarter of its plan; (item,)."""
    items = world.inputs.programme
    return items.usd_total / (items.last - items.first + 1)


def _runs(world: World) -> Bools:
    """When an item spends: an expansion's begins with adoption, a coming chip's lasts as much longer as it is late.

    (quarter, item, world).
    """
    items, levers = world.inputs.programme, world.levers
    t = np.arange(world.quarters)[:, None, None]
    shift = items.expansion[:, None] * levers["adoption_start"]
    last = items.last[:, None] + items.future_chip[:, None] * levers["custom_delay_quarters"] + shift
    return (t >= items.first[:, None] + shift) & (t <= last)


def _is_open(world: World, gates: Bools, courses: Courses, share: Floats) -> Bools:
    """When gates are open; (quarter, gate, course, world). gates: (gate, expansion and then its workloads).

    An expansion's gate is open where a workload's adoption goes beyond today's, another's while a workload has a share.
    """
    any_share = (share > 0.0).swapaxes(0, 1)  # (workload, quarter, course, world)
    grows = (courses.adoption > world.inputs.custom_share_today[:, None, None])[:, None]  # (workload, 1, course, world)
    is_open = [
        np.broadcast_to((grows if gate[0] else any_share)[gate[1:]].any(axis=0), any_share.shape[1:]) for gate in gates
    ]
    return np.stack(is_open, axis=1)
