"""Exact Shapley and Owen values: what each member of a group adds to what the whole group does.

A coalition is a bit mask: bit i is set if member i is in it. Nothing here knows what the members are, or how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import comb
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.base.finance import round_half_up

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Masks = NDArray[Any]
"""Coalitions: machine integers up to MACHINE_MEMBERS members, Python's own above."""
Tree = int | tuple["Tree", ...]
"""A member by its position, or a group of trees. A flat group is a plain game; groups in it act as one at first."""

MACHINE_MEMBERS: Final = 64
"""As many as a machine integer has bits."""


def has(masks: Masks, member: int) -> Bools:
    """Return which coalitions a member is in; (coalition,)."""
    return np.asarray(masks >> member & 1, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Split:
    """What nobody has, what all have, and each member's part of the difference; figures side by side."""

    nobody: Floats  # (figure,)
    everybody: Floats  # (figure,)
    parts: Floats  # (member, figure); over members they add up to everybody - nobody, but for rounding


def split(tree: Tree, value: Callable[[Masks], Floats]) -> Split:
    """Split what a group does among its members: Owen's value over the levels of `tree`, Shapley's if it has one.

    `part[i] = sum over S of w(S) * (v(S + i) - v(S))`. At each level on the way down to i, S holds some of the
    siblings there, whole, with the weight `|S|! (n - |S| - 1)! / n!` of n siblings; weights of levels multiply.

    `value` takes coalitions (coalition,), each once, and returns their figures (coalition, figure). It is called
    once. A level of n siblings costs `2**(n - 1)` coalitions, times those of the levels above it.
    Raises ValueError unless the members of `tree` are 0 .. n-1, each once.
    """
    members = sorted(_members(tree))
    if members != list(range(len(members))):
        raise ValueError(f"members are {members}; number them from 0 on, each once")
    kind = np.uint64 if len(members) <= MACHINE_MEMBERS else object
    marginals = list(_marginals(tree, np.zeros(1, dtype=kind), np.ones(1)))
    without = [masks for _, masks, _ in marginals]
    joined = [masks | _mask(member) for member, masks, _ in marginals]
    everybody = np.array([0, _mask(tree)], dtype=kind)
    coalitions = np.unique(np.concatenate([everybody, *without, *joined]))
    figures = value(coalitions)  # (coalition, figure)

    def of(masks: Masks) -> Floats:
        found: Floats = figures[np.searchsorted(coalitions, masks)]
        return found

    parts = np.zeros((len(members), figures.shape[1]))
    for (member, masks, weights), more in zip(marginals, joined, strict=True):
        parts[member] = weights @ (of(more) - of(masks))
    nothing, everything = of(everybody)
    return Split(nothing, everything, parts)


def _members(tree: Tree) -> Iterator[int]:
    if isinstance(tree, int):
        yield tree
    else:
        for branch in tree:
            yield from _members(branch)


def _mask(tree: Tree) -> int:
    """Return the coalition of all members of `tree`."""
    return sum(1 << member for member in _members(tree))


def _marginals(tree: Tree, others: Masks, weights: Floats) -> Iterator[tuple[int, Masks, Floats]]:
    """Yield each member with the coalitions it may join and their weights, both (coalition,).

    `others` and `weights` are the coalitions that the levels above leave open.
    """
    if isinstance(tree, int):
        yield tree, others, weights
        return
    for place, branch in enumerate(tree):
        siblings = np.array([_mask(other) for i, other in enumerate(tree) if i != place], dtype=others.dtype)
        joining, weight = _subsets(siblings)
        yield from _marginals(branch, np.bitwise_or.outer(others, joining).ravel(), np.outer(weights, weight).ravel())


def _subsets(siblings: Masks) -> tuple[Masks, Floats]:
    """Return every subset of `siblings` with its weight `|S|! (n - |S| - 1)! / n!`; n counts who may join."""
    masks, sizes = np.zeros(1, dtype=siblings.dtype), np.zeros(1, dtype=np.intp)
    for sibling in siblings:
        masks, sizes = np.concatenate([masks, masks | sibling]), np.concatenate([sizes, sizes + 1])
    n = len(siblings) + 1
    by_size = np.array([1.0 / (n * comb(n - 1, size)) for size in range(n)])
    return masks, by_size[sizes]


def in_steps(split: Split, per_unit: Ints) -> tuple[Ints, Ints, Ints]:
    """Return a split in whole steps that add up.

    Parts are rounded down; the steps that are then missing go one each to those that lost most. So each is within
    a step of its exact amount, and the way back is the way there with the signs turned.
    """
    start, end = (round_half_up(figure * per_unit) for figure in (split.nobody, split.everybody))
    exact = split.parts * per_unit
    parts = np.floor(exact).astype(np.int64)
    if len(parts):
        lost_most = np.argsort(parts - exact, axis=0, kind="stable")
        # Rounding of the model's can leave one step too many; then every part gives one and all but one get it back.
        to_all, to_some = np.divmod(end - start - parts.sum(axis=0), len(parts))
        parts += to_all
        for m, count in enumerate(to_some):
            parts[lost_most[:count, m], m] += 1
    for figures in (start, parts, end):
        figures.setflags(write=False)
    return start, parts, end
