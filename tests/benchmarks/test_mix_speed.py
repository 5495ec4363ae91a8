"""How long the best mix takes, adoption shares and one merchant's split free; reported, never asserted.

Budget on two cores of a small machine: a first frontier in 3 s, a settled one in 15 s.
"""

from __future__ import annotations

import time

from core.inputs.lever_table import adoption, bought_share
from core.risk.mix.problem import asked
from core.risk.mix.solve import SoFar, solve
from tests.support.frozen import INPUTS


def test_a_frontier_is_there_in_three_seconds_and_settles_in_fifteen() -> None:
    free = [adoption(one) for one in INPUTS.workloads]
    free += [bought_share(INPUTS.suppliers[2], one) for one in INPUTS.workloads]
    heard: list[tuple[float, float]] = []
    began = time.monotonic()

    def improved(so_far: SoFar) -> None:
        heard.append((time.monotonic() - began, float(so_far.worth_usd[0, 0])))

    best = solve(asked(INPUTS, {"free": free}), improved=improved)
    last = max(usd for _, usd in heard)
    settled = next(seconds for seconds, usd in heard if usd >= last - 0.01 * abs(last))
    print(f"first {heard[0][0]:.1f} s, settled {settled:.1f} s, in full {time.monotonic() - began:.1f} s", end=" ")
    print(f"{best.tried} tried, seeds differ by {best.seed_spread_usd:,.0f} USD")
