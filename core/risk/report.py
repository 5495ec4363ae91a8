"""How sure one scenario is, as plain values: what `python -m core risk` prints."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base.quarters import QUARTERS_PER_YEAR, Calendar
from core.inputs.data import Inputs
from core.inputs.scenario import Scenario, columns, to_json
from core.model.evaluate import Constraint, evaluate
from core.model.report import number_or_none
from core.risk.futures import BANDS, USUAL_DRAWS, Futures, odds, quantiles, right_to_stop, sample
from core.risk.regret import regret
from core.risk.sensitivity import evidence_mix, switching, tornado, variance_shares
from core.risk.worth import bad_tenth

Floats = NDArray[np.float64]

QUANTILES: Final = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)


def risk_report(inputs: Inputs, scenario: Scenario, draws: int = USUAL_DRAWS) -> dict[str, Any]:
    """Return what the futures of `scenario` come to, ready for `json.dumps`; docs/METHOD.md lists the entries.

    Raises RiskError if draws or correlations cannot be used.
    """
    futures = sample(inputs, scenario, draws)
    stop = right_to_stop(inputs, futures)
    shares = variance_shares(inputs, scenario)
    return {
        "levers": to_json(scenario),
        "model_version": futures.model_version,
        "data_version": futures.data_version,
        "seed": futures.seed,
        "draws": futures.draws,
        "correlations": [
            {"lever": pair.lever_id, "other_lever": pair.other_lever_id, "rank_correlation": pair.rank_correlation}
            for pair in inputs.correlations
        ],
        "value": {
            "plan_case_usd": float(evaluate(inputs, columns([scenario]), series=()).metrics["npv_usd"][0]),
            **_distribution(futures.value_usd),
            "standard_error_usd": futures.standard_error_usd,
            "no_difference_share": futures.same_share,
            "verdict": futures.verdict,
        },
        "bands": list(BANDS),
        "years": _years(futures),
        "quarters": _quarters(futures, inputs.calendar),
        "constraints": [_constraint(one, inputs.calendar) for one in futures.binds],
        "right_to_stop": {
            "worth_usd": stop.worth_usd,
            "with": _distribution(stop.with_usd),
            "without": _distribution(stop.without_usd),
            "as_set": _distribution(stop.as_set_usd),
        },
        "tornado": _rows(tornado(inputs, scenario)),
        "variance_shares": _rows(shares),
        "evidence_mix": _rows(evidence_mix(inputs, shares)),
        "switching": _rows(switching(inputs, scenario)),
        "regret": _regret(inputs, scenario),
    }


def odds_entry(futures: Futures) -> dict[str, Any]:
    """Return how sure a scenario is, as it is kept with a save: against its own baseline, as value is.

    The probability is None where no future makes a difference; a bad tenth is the mean of the worst tenth of futures.
    """
    return {
        "probability": number_or_none(futures.probability),
        "expected_usd": futures.expected_usd,
        "bad_tenth_usd": float(bad_tenth(futures.value_usd)),
        "draws": futures.draws,
        "seed": futures.seed,
    }


def _distribution(value_usd: Floats) -> dict[str, Any]:
    """Return mean, odds and quantiles of `value_usd` (draw,)."""
    told = zip(QUANTILES, quantiles(value_usd, QUANTILES), strict=True)
    return {
        "expected_usd": float(value_usd.mean()),
        "probability": number_or_none(odds(value_usd)),
        "quantiles": [{"share": share, "usd": float(usd)} for share, usd in told],
    }


def _years(futures: Futures) -> list[dict[str, Any]]:
    spending, baseline = (_bands(figure) for figure in (futures.spending_usd, futures.baseline_spending_usd))
    accretive = futures.accretive_share
    return [
        {
            "year": futures.first_year + y,
            "cash_usd": spending[y],
            "baseline_cash_usd": baseline[y],
            "accretive_share": float(accretive[y]),
        }
        for y in range(len(spending))
    ]


def _quarters(futures: Futures, calendar: Calendar) -> list[dict[str, Any]]:
    saving, paid_back = _bands(futures.saving_usd), futures.payback_share
    return [
        {"quarter": calendar.label(t), "saving_usd": saving[t], "payback_share": float(paid_back[t])}
        for t in range(len(saving))
    ]


def _bands(figure: Floats) -> list[list[float]]:
    """Return the quantiles of BANDS of each period of `figure` (period, draw)."""
    told: list[list[float]] = quantiles(figure).T.tolist()
    return told


def _constraint(one: Constraint, calendar: Calendar) -> dict[str, Any]:
    """Return in which share of futures a thing binds at all, and in which share of them in each of its periods."""
    yearly = one.quarters_per_period == QUARTERS_PER_YEAR
    labels = [str(calendar.first_year + t) if yearly else calendar.label(t) for t in range(len(one.binds))]
    return {
        "constraint": one.constraint,
        "subject": one.subject or None,
        "share": float(one.binds.any(axis=0).mean()),
        "periods": dict(zip(labels, one.binds.mean(axis=1).tolist(), strict=True)),
    }


def _regret(inputs: Inputs, scenario: Scenario) -> dict[str, Any]:
    found = regret(inputs, scenario)
    return {
        "choices": [
            {**row, "regret_usd": usd}
            for row, usd in zip(_rows(found.by_choice()), found.regret_usd.tolist(), strict=True)
        ],
        "worlds": [
            {"world": world.label, "weight": world.weight, "levers": world.levers} for world in found.worlds
        ],
    }  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame by column, in types that JSON knows; what is missing is None."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return None if value is None or value is pd.NA else value
