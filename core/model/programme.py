"""What the custom programme costs whatever its volume: docs/METHOD.md, section 14.

Axes, in this order: quarter, item or gate, workload, course, world.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model.courses import Courses
from core.model.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


def programme(world: World, courses: Courses, share: Floats) -> Floats:
    """Return the fixed cost of the custom programme, USD; (quarter, course, world).

    The sum of `programme_by_item`, items that share a gate taken together: there are fewer gates than items.
    share: (quarter, workload, course, world) as `custom_share`.
    """
    items = world.inputs.programme
    usd, expansion = _usd_a_quarter(world), np.flatnonzero(items.expansion)
    # Added up one after the other, so that no figure hangs on the size of the batch, to the last bit.
    cost = np.zeros((world.quarters, *courses.adoption.shape[1:]))
    for item, runs in zip(expansion, _expands(world, courses, expansion).swapaxes(0, 1), strict=True):
        cost += usd[item] * runs
    steady = np.flatnonzero(~items.expansion)
    if steady.size:
        gates, gate_of_item = np.unique(items.gates[steady], axis=0, return_inverse=True)
        spent = np.zeros((len(gates), world.quarters, 1, world.discount_end.size))
        for item, gate, runs in zip(steady, gate_of_item.ravel(), _runs(world, steady).swapaxes(0, 1), strict=True):
            spent[gate, :, 0] += usd[item] * runs
        for of_gate, opens in zip(spent, is_open(gates, share).swapaxes(0, 1), strict=True):
            cost += of_gate * opens
    scaled: Floats = world.levers["programme_cost"] * cost
    return scaled


def programme_by_item(world: World, courses: Courses, share: Floats) -> Floats:
    """Return what each item of the programme spends, USD; (quarter, item, course, world).

    `usd_total * programme_cost / (quarters first..last)` a quarter while the item runs and its gate is open.
    share: (quarter, workload, course, world) as `custom_share`.
    """
    items = world.inputs.programme
    spends = np.zeros((len(share), len(items.id), *share.shape[2:]))
    expansion, steady = np.flatnonzero(items.expansion), np.flatnonzero(~items.expansion)
    spends[:, expansion] = _expands(world, courses, expansion)
    if steady.size:
        spends[:, steady] = _runs(world, steady)[:, :, None] * is_open(items.gates[steady], share)
    return world.levers["programme_cost"] * (spends * _usd_a_quarter(world)[:, None, None])


def _usd_a_quarter(world: World) -> Floats:
    """What an item spends in each quarter of its plan; (item,)."""
    items = world.inputs.programme
    return items.usd_total / (items.last - items.first + 1)


def _last(world: World, own: Ints) -> Floats:
    """The last quarter of items: a coming chip's is as much later as the chip is late; (item, world)."""
    items = world.inputs.programme
    late = items.future_chip[own, None] * world.levers["custom_delay_quarters"]
    moved: Floats = items.last[own, None] + late
    return moved


def _runs(world: World, own: Ints) -> Bools:
    """When the items `own` (item,) spend that do not wait for an expansion; (quarter, item, world)."""
    t = np.arange(world.quarters)[:, None, None]
    return (t >= world.inputs.programme.first[own, None]) & (t <= _last(world, own))


def is_open(gates: Bools, share: Floats) -> Bools:
    """When gates (gate, workload) are open: while a workload of theirs has a share; (quarter, gate, course, world)."""
    any_share = (share > 0.0).swapaxes(0, 1)  # (workload, quarter, course, world)
    return np.stack([any_share[gate].any(axis=0) for gate in gates], axis=1)


def _expands(world: World, courses: Courses, own: Ints) -> Bools:
    """When the items `own` (item,) spend that wait for an expansion; (quarter, item, course, world)."""
    items = world.inputs.programme
    t = np.arange(world.quarters)[:, None, None, None]
    if not own.size:
        return np.zeros((world.quarters, 0, *courses.adoption.shape[1:]), dtype=np.bool_)
    since = t - shift_of(world, courses, own)
    runs: Bools = (since >= items.first[own, None, None]) & (since <= _last(world, own)[:, None])
    return runs


def shift_of(world: World, courses: Courses, own: Ints) -> Floats:
    """Return by how many quarters the items `own` (item,) move that wait for an expansion; (item, course, world).

    They are called for if the adoption of a gate's workload goes beyond today's, and begin and end as much later as
    the first such workload starts; infinite where they are not called for.
    """
    grows = courses.adoption > world.inputs.custom_share_today[:, None, None]
    begins = np.where(grows, courses.start, np.inf)  # (workload, course, world)
    return np.stack([begins[gate].min(axis=0) for gate in world.inputs.programme.gates[own]])
