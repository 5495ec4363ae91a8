"""What a little more room under each limit would be worth."""

from __future__ import annotations

from dataclasses import dataclass

from core.risk.mix.archive import EXPECTED, FINE, Archive
from core.risk.mix.limits import CHANGE_MAX, EASING, Limit
from core.risk.mix.search import Search

NEAR = 2.0
"""A limit is looked at if the best mix comes within so many easings of it."""


@dataclass(frozen=True)
class Binding:
    """A limit that holds the best mix back, and what it costs."""

    limit: Limit
    figure: float  # what the best mix comes to in the plan case
    easing: float
    gain_usd: float  # of expected value, for that easing


def prices(archive: Archive, seed: int) -> tuple[Binding, ...]:
    """Return the limits that bind at the best expected value, by solving again with each a little wider."""
    limits, found = archive.problem.limits, []
    best = Search(archive, seed).climb(1.0)
    if best is None:
        return ()
    now = float(archive.worth_usd[FINE, best, EXPECTED])
    for i, limit in enumerate(limits):
        figure = float(archive.held[best, i])
        room = limit.bound - figure if limit.is_most else figure - limit.bound
        if limit.kind != CHANGE_MAX and room > NEAR * EASING[limit.kind]:
            continue
        wider = archive.within([one.eased if one is limit else one for one in limits])
        other = Search(wider, seed).climb(1.0)
        gain = 0.0 if other is None else float(wider.worth_usd[FINE, other, EXPECTED]) - now
        if gain > 0.0:
            found.append(Binding(limit, figure, EASING[limit.kind], gain))
    return tuple(found)
