"""How beliefs move together: a root of their correlations, by which independent normal points are joined.

A Gaussian copula: each lever keeps its own distribution, and pairs reach the rank correlations that the data give.
Formulas: docs/METHOD.md, "Sampling and presets".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.inputs.correlations import FILE, ROUNDING
from core.inputs.correlations import normal_correlations as correlations_of
from core.inputs.data import Correlation
from core.inputs.lever import Kind
from core.inputs.levers import Levers
from core.risk.run import RiskError

Floats = NDArray[np.float64]

PLACE: Final = FILE


def joined(points: Floats, levers: Levers, correlations: tuple[Correlation, ...]) -> Floats:
    """Return independent normal points (draw, belief) of the levers' beliefs joined by the correlations.

    A belief that no pair names keeps its points to the last bit, and has no part in those of others. Raises RiskError
    as `root` does.
    """
    both = root(levers, correlations)
    moved = _joined(both)
    found = points.copy()
    found[:, moved] = points[:, moved] @ both[np.ix_(moved, moved)].T
    return found


@lru_cache(maxsize=8)
def root(levers: Levers, correlations: tuple[Correlation, ...]) -> Floats:
    """Return R (belief, belief), read-only: independent normal points z (draw, belief) become `z @ R.T`.

    R is lower triangular, `R @ R.T` holds the normal correlation `2 sin(pi/6 * rank correlation)` of each pair, and a
    belief that no pair names keeps its points. Raises RiskError if a pair cannot be used, or if all of them together
    cannot hold.
    """
    problems = _problems(levers, correlations)
    if problems:
        raise RiskError(problems)
    matrix = normal_correlations(levers, correlations)
    pairs = _joined(matrix)
    found = np.eye(len(levers.beliefs))
    if pairs.size:
        values, vectors = np.linalg.eigh(matrix[np.ix_(pairs, pairs)])
        if values[0] < -ROUNDING:
            raise RiskError([_too_strong(levers, correlations, [levers.beliefs[i].id for i in pairs], vectors[:, 0])])
        # Any root will do; the triangular one lets each belief move as few others as can be.
        triangle = np.linalg.qr((vectors * np.sqrt(np.maximum(values, 0.0))).T).R.T
        found[np.ix_(pairs, pairs)] = triangle * np.where(np.diag(triangle) < 0.0, -1.0, 1.0)
    found.setflags(write=False)
    return found


def normal_correlations(levers: Levers, correlations: Sequence[Correlation], factor: float = 1.0) -> Floats:
    """Return the correlations of the normals of all beliefs (belief, belief), all rank correlations times `factor`."""
    return correlations_of([lever.id for lever in levers.beliefs], correlations, factor)


def _joined(matrix: Floats) -> NDArray[np.intp]:
    """Return the places of the beliefs that a square matrix (belief, belief) does not leave by themselves."""
    other = matrix != np.eye(len(matrix))
    return np.flatnonzero(other.any(axis=0) | other.any(axis=1))


def _problems(levers: Levers, correlations: Sequence[Correlation]) -> list[str]:
    """Say what is wrong with each pair by itself."""
    problems = []
    seen: set[frozenset[str]] = set()
    for pair in correlations:
        names = (pair.lever_id, pair.other_lever_id)
        place = f"{PLACE}, {' and '.join(names)}"
        problems += [f"{place}: {wrong}" for name in dict.fromkeys(names) if (wrong := _wrong_lever(levers, name))]
        if not -1.0 <= pair.rank_correlation <= 1.0:
            problems.append(
                f"{place}: rank_correlation {pair.rank_correlation} is out of bounds; use a number from -1 to 1"
            )
        if names[0] == names[1]:
            problems.append(f"{place}: a lever is paired with itself; name two levers, or take the row out")
        elif frozenset(names) in seen:
            problems.append(f"{place}: the pair is there already; give each pair once, in either order")
        seen.add(frozenset(names))
    return problems


def _wrong_lever(levers: Levers, name: str) -> str | None:
    if name not in levers:
        return f"there is no lever {name[:40]!r}; use the name of an assumption, such as {levers.beliefs[0].id}"
    if levers[name].kind is Kind.CHOICE:
        return f"{name} is a choice, and choices are never drawn; use an assumption, such as {levers.beliefs[0].id}"
    return None


def _too_strong(levers: Levers, correlations: Sequence[Correlation], names: Sequence[str], direction: Floats) -> str:
    """Say that the pairs contradict each other: which levers do most, and by how much to weaken all pairs."""
    most = sorted(range(len(names)), key=lambda i: -abs(direction[i]))[:3]
    *first, last = [names[i] for i in sorted(most)]
    percent = next(
        percent
        for percent in range(99, -1, -1)
        if np.linalg.eigvalsh(normal_correlations(levers, correlations, percent / 100.0))[0] >= -ROUNDING
    )
    return (
        f"{PLACE}: the correlations cannot all hold (the matrix is not positive semi-definite), above all those of "
        f"{', '.join(first)} and {last}; take a pair out, or multiply every rank_correlation by {percent / 100:.2f} "
        "or less"
    )
