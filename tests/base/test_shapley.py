"""Shapley and Owen values: what each adds to what all do, on average over the orders in which they may come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from numpy.typing import NDArray

from core.base.shapley import Masks, Tree, has, split

Floats = NDArray[np.float64]
MOST = 6
CLOSE = 1e-9  # games below pay a few thousand at most, so sums keep twelve digits


def game(payoffs: Floats) -> Callable[[Masks], Floats]:
    """The game in which coalition `mask` gets `payoffs[mask]`; (coalition, figure)."""
    return lambda masks: payoffs[masks.astype(np.intp)]


def payoffs(members: int, seed: int, figures: int = 2) -> Floats:
    return np.random.default_rng(seed).uniform(-1000.0, 1000.0, (2**members, figures))


def orders(tree: Tree) -> Iterator[tuple[int, ...]]:
    """Every order of the members in which each group comes as one block."""
    if isinstance(tree, int):
        yield (tree,)
        return
    for branches in itertools.permutations(tree):
        for blocks in itertools.product(*(tuple(orders(branch)) for branch in branches)):
            yield tuple(itertools.chain.from_iterable(blocks))


def average_over_orders(tree: Tree, table: Floats, members: int) -> Floats:
    """What each member adds when it comes, averaged over `orders`; by brute force, straight from the definition."""
    total, count = np.zeros((members, table.shape[1])), 0
    for order in orders(tree):
        mask = 0
        for member in order:
            total[member] += table[mask | 1 << member] - table[mask]
            mask |= 1 << member
        count += 1
    return total / count


def flat(members: int) -> Tree:
    return tuple(range(members))


TREES: list[tuple[int, Tree]] = [
    (0, ()),
    (1, (0,)),
    (1, 0),
    (3, (0, (1, 2))),
    (4, ((0, 1), (2, 3))),
    (5, (((0, 1), 2), (3, 4))),
    (6, ((0, (1, 2), 3), (4, 5))),
    (6, (((0, 3),), ((1,), (2, 5)), 4)),
]
SEEDS = some.integers(0, 2**32 - 1)


@given(some.integers(1, MOST), SEEDS)
def test_a_member_s_part_is_what_it_adds_on_average_over_all_orders(members: int, seed: int) -> None:
    table = payoffs(members, seed)
    parts = split(flat(members), game(table)).parts
    assert parts == pytest.approx(average_over_orders(flat(members), table, members), abs=CLOSE)


@pytest.mark.parametrize(("members", "tree"), TREES)
@given(seed=SEEDS)
def test_in_groups_it_is_the_average_over_orders_that_keep_groups_together(members: int, tree: Tree, seed: int) -> None:
    table = payoffs(members, seed)
    assert split(tree, game(table)).parts == pytest.approx(average_over_orders(tree, table, members), abs=CLOSE)


@pytest.mark.parametrize(("members", "tree"), TREES)
@given(seed=SEEDS)
def test_parts_add_up_to_the_whole(members: int, tree: Tree, seed: int) -> None:
    table = payoffs(members, seed)
    found = split(tree, game(table))
    assert list(found.nobody) == list(table[0])
    assert list(found.everybody) == list(table[-1])
    assert found.parts.sum(axis=0) == pytest.approx(found.everybody - found.nobody, abs=CLOSE)


@given(SEEDS)
def test_groups_get_what_they_would_get_as_members(seed: int) -> None:
    tree, groups = ((0, 1), (2, 3, 4), 5), ((0, 1), (2, 3, 4), (5,))
    table = payoffs(6, seed)
    masks = [
        sum(1 << member for group, taken in zip(groups, bits, strict=True) if taken for member in group)
        for bits in itertools.product((0, 1), repeat=3)
    ]
    by_group = np.empty((8, table.shape[1]))
    for bits, mask in zip(itertools.product((0, 1), repeat=3), masks, strict=True):
        by_group[sum(bit << i for i, bit in enumerate(bits))] = table[mask]
    inside = split(tree, game(table)).parts
    outside = split(flat(3), game(by_group)).parts
    assert [inside[list(group)].sum(axis=0) for group in groups] == pytest.approx(outside, abs=CLOSE)


@given(some.integers(1, MOST), SEEDS)
def test_one_group_of_all_is_no_group(members: int, seed: int) -> None:
    value = game(payoffs(members, seed))
    assert split((flat(members),), value).parts == pytest.approx(split(flat(members), value).parts, abs=CLOSE)


@given(some.integers(2, MOST), some.data(), SEEDS)
def test_who_changes_nothing_gets_nothing(members: int, data: some.DataObject, seed: int) -> None:
    idle = data.draw(some.integers(0, members - 1))
    table = payoffs(members, seed)
    everyone = np.arange(2**members)
    table = table[everyone & ~(1 << idle)]
    assert (split(flat(members), game(table)).parts[idle] == 0.0).all()


@given(some.integers(2, MOST), SEEDS)
def test_who_does_the_same_gets_the_same(members: int, seed: int) -> None:
    """Members 0 and 1 can stand in for each other in every coalition."""
    table = payoffs(members, seed)
    for mask in range(2**members):
        if mask & 3 == 2:
            table[mask] = table[mask ^ 3]
    parts = split(flat(members), game(table)).parts
    assert parts[0] == pytest.approx(parts[1], abs=CLOSE)


@given(some.integers(1, MOST), SEEDS)
def test_the_way_back_is_the_way_there_with_signs_turned(members: int, seed: int) -> None:
    table = payoffs(members, seed)
    there, back = split(flat(members), game(table)).parts, split(flat(members), game(table[::-1])).parts
    assert back == pytest.approx(-there, abs=CLOSE)


def test_each_coalition_is_asked_for_once_and_all_in_one_call() -> None:
    asked: list[Masks] = []

    def value(masks: Masks) -> Floats:
        asked.append(masks)
        return masks.astype(np.float64)[:, None]

    split(flat(10), value)
    assert len(asked) == 1
    assert list(asked[0]) == list(range(2**10))


def test_groups_spare_most_coalitions() -> None:
    asked: list[Masks] = []

    def value(masks: Masks) -> Floats:
        asked.append(masks)
        return masks.astype(np.float64)[:, None]

    tree = tuple(tuple(range(first, first + 4)) for first in range(0, 64, 4))[:4]
    split(tree, value)
    assert asked[0].size < 4 * 2**3 * 2**4
    assert np.unique(asked[0]).size == asked[0].size


@pytest.mark.parametrize("members", [64, 65, 130])
def test_as_many_members_as_one_likes_are_split(members: int) -> None:
    """Each adds its own number, and the last two something more if both are in: half of it is each one's."""

    def value(masks: Masks) -> Floats:
        within = np.stack([has(masks, member) for member in range(members)])
        return (np.arange(members) @ within + 10.0 * within[-2:].all(axis=0))[:, None]

    def halves(some: Sequence[int]) -> Tree:
        middle = len(some) // 2
        return tuple(some) if middle < 2 else (halves(some[:middle]), halves(some[middle:]))

    parts = split(halves(range(members)), value).parts[:, 0]
    assert parts == pytest.approx([*range(members - 2), members - 2 + 5.0, members - 1 + 5.0], abs=CLOSE)


@pytest.mark.parametrize("tree", [(0, 0), (1, 2), (0, (1, 3))])
def test_members_that_are_not_numbered_from_0_on_once_each_are_refused(tree: Tree) -> None:
    with pytest.raises(ValueError, match="number them from 0 on"):
        split(tree, lambda masks: np.zeros((masks.size, 1)))
