"""The best mixes as plain values: what `python -m core mix` prints."""

from __future__ import annotations

from typing import Any

from core.inputs.scenario import to_json
from core.model.report import number_or_none
from core.risk.mix.solve import BestMix, Mix


def mix_report(found: BestMix) -> dict[str, Any]:
    """Return what a search found, ready for `json.dumps`; docs/METHOD.md lists the entries."""
    problem = found.problem
    return {
        "levers": to_json(problem.scenario),
        "free": list(problem.free),
        "frontier": [_mix(one) for one in found.frontier],
        "plan_best": _mix(found.plan_best),
        "robust": _mix(found.robust),
        "reference": _mix(found.reference),
        "limits_binding": [
            {
                "limit": one.limit.name,
                "bound": one.limit.bound,
                "plan": one.figure,
                "easing": one.easing,
                "gain_usd": one.gain_usd,
            }
            for one in found.binding
        ],
        "tried": found.tried,
        "seed_spread_usd": found.seed_spread_usd,
        "draws": problem.effort.shown,
        "seed": problem.seed,
        "model_version": found.model_version,
        "data_version": found.data_version,
    }


def _mix(one: Mix) -> dict[str, Any]:
    return {
        "levers": dict(one.levers),
        "expected_usd": one.expected_usd,
        "bad_tenth_usd": one.bad_tenth_usd,
        "plan_usd": one.plan_usd,
        "pays_share": number_or_none(one.pays_share),
        "breaks": dict(one.breaks),
    }
