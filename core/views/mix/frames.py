"""What the best mixes come to, as tidy frames in base units."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import CUSTOM, Inputs
from core.inputs.lever import Lever, Value
from core.inputs.lever_table import adoption, bought_share
from core.model.evaluate import by_year
from core.model.model import PLAN, Course
from core.model.offers import NO_CHIP
from core.risk.mix.limits import figures
from core.risk.mix.solve import Mix
from core.risk.worth import capital_by_year
from core.story import frames as story
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.story.settings import in_figures, in_words
from core.views.mix.view import BETWEEN, OWN, View, named, that_differ

Floats = NDArray[np.float64]

LABEL_GAP: Final = 0.055
"""Least distance between two names beside the chart, as a share of its height."""
LONGEST_NAME: Final = 26
AGREE: Final = 0.1
"""Shares that lie within so much of each other over the frontier agree."""
FACILITIES: Final = "Facilities"


# --- The frontier


def frontier(view: View) -> pd.DataFrame:
    """All mixes and what they are held against.

    Columns: kind (`frontier`, `marked` or `held`), name, expected_usd, bad_tenth_usd, odds, shares (in words), is_own,
    is_shown, and for the names beside the chart: label, is_named, label_usd (where it stands).
    """
    found = view.found
    front = [dict(one.levers) for one in found.frontier]
    rows = [_row(view, name, mix, dict(mix.levers) in front) for name, mix in named(found).items()]
    for one in view.rivals:
        rows.append(
            {
                "kind": "held",
                "name": f"{one.name} (yours)" if one.is_own and one.name != OWN else one.name,
                "expected_usd": one.expected_usd,
                "bad_tenth_usd": one.bad_tenth_usd,
                "odds": fmt.chance(one.pays_share),
                "shares": _shares(view, {name: one.scenario[name] for name in view.problem.free}),
                "is_own": one.is_own,
                "is_shown": False,
                "is_named": True,
            }
        )
    table = pd.DataFrame(rows)
    table["label"] = [
        name if own else fmt.shortened(name, LONGEST_NAME)
        for name, own in zip(table["name"], table["is_own"], strict=True)
    ]
    usd = table["expected_usd"].to_numpy()
    reach = max(float(usd.max() - usd.min()), MATERIAL_USD)
    is_named = table["is_named"].to_numpy()
    place = np.full(len(table), np.nan)
    place[is_named] = story.apart(usd[is_named], LABEL_GAP * reach)
    return table.assign(label_usd=np.where(is_named, place, usd))


def _row(view: View, name: str, mix: Mix, on_front: bool) -> dict[str, object]:
    return {
        "kind": "frontier" if on_front else "marked",
        "name": name,
        "expected_usd": mix.expected_usd,
        "bad_tenth_usd": mix.bad_tenth_usd,
        "odds": fmt.chance(mix.pays_share),
        "shares": _shares(view, dict(mix.levers)),
        "is_own": False,
        "is_shown": name == view.name,
        "is_named": name == view.name or not name.startswith(BETWEEN),
    }


def _shares(view: View, levers: dict[str, Value]) -> str:
    known = view.inputs.levers
    told = [f"{known[name].label} {set_to(known[name], value)}" for name, value in levers.items()]
    return "; ".join(told[:6]) + (f"; and {len(told) - 6} more" if len(told) > 6 else "")


# --- What a mix sets


def settings(view: View) -> pd.DataFrame:
    """What is free, as the mix, the reader and today set it: columns choice, mix, own, today, moves (from the own)."""
    today, rows = view.inputs.adoption_today, []
    for name in view.problem.free:
        lever, own, value = view.inputs.levers[name], view.answer.scenario[name], view.mix.levers[name]
        now = set_to(lever, today[name]) if name in today else fmt.MISSING
        rows.append((choice_label(view, name), set_to(lever, value), set_to(lever, own), now, value != own))
    return pd.DataFrame(rows, columns=["choice", "mix", "own", "today", "moves"])


def set_to(lever: Lever, value: Value) -> str:
    """Return a setting in words, a share without what it is a share of, which stands beside it."""
    return in_figures(lever, value) if lever.is_share else in_words(lever, value)


def choice_label(view: View, name: str) -> str:
    """Return what a choice is called where all kinds stand in one list."""
    return label_of(view.inputs.levers[name], kinds(view.inputs))


def label_of(lever: Lever, of_levers: dict[str, str]) -> str:
    """Return a choice's label behind what kind of share it is."""
    kind = of_levers.get(lever.id)
    return lever.label if kind is None else f"{kind}: {fmt.in_sentence(lever.label)}"


def kinds(inputs: Inputs) -> dict[str, str]:
    """Return what kind of share each lever is, by id, of those whose label is a workload's."""
    return {
        **{adoption(one): "Custom share" for one in inputs.workloads},
        **{bought_share(s, one): "Of bought chips" for s in inputs.suppliers[CUSTOM + 1 :] for one in inputs.workloads},
    }


# --- What it buys


def capital(view: View) -> pd.DataFrame:
    """Capital spending by year: chips by supplier less warrants, and facilities; variant `mix` or `own`.

    Columns: variant, year, kind, usd.
    """
    parts = np.stack([_capital(view.looked.plan), _capital(view.answer.plan)])
    kinds = (*supplier_labels(view.inputs), FACILITIES)
    return story.long({"variant": ("mix", "own"), "year": story.years(view.answer), "kind": kinds}, usd=parts)


def _capital(course: Course) -> Floats:
    """Capital spending by supplier and of facilities; (year, kind)."""
    return by_year(np.column_stack([course.capex_usd - course.warrant_by_supplier_usd, course.capex_facility_usd]))


def capital_total(view: View) -> pd.DataFrame:
    """Capital spending by year: columns year, mix_usd, own_usd, low_usd and high_usd (one future in ten is beyond)."""
    low, high = np.quantile(view.mix.capex_usd, (0.1, 0.9), axis=1)
    mix, own = (capital_by_year(one.sim)[:, PLAN, 0] for one in (view.looked, view.answer))
    return pd.DataFrame(
        {"year": story.years(view.answer), "mix_usd": mix, "own_usd": own, "low_usd": low, "high_usd": high}
    )


def agreements(view: View) -> pd.DataFrame:
    """Every agreement with what falls short under the mix and the reader's own: columns name, mix_usd, own_usd."""
    deals = view.inputs.contracts
    short = [_short(one) for one in (view.looked, view.answer)]
    return pd.DataFrame({"name": deals.name, "mix_usd": short[0], "own_usd": short[1]})


def _short(answer: Answer) -> Floats:
    """What falls short of each agreement, at its own price; (contract,)."""
    course = answer.plan
    usd: Floats = (course.short * answer.inputs.contracts.usd_per_gw[:, : len(course.short)].T).sum(axis=0)
    return usd


# --- Limits


def limits(view: View) -> pd.DataFrame:
    """Every limit: columns name (as Limit has it), bound, mix and own (in the plan case), breaks (share of futures)."""
    asked = view.problem.limits
    mix, own = (_held(view, one) for one in (view.looked, view.answer))
    return pd.DataFrame(
        {
            "name": [one.name for one in asked],
            "bound": [one.bound for one in asked],
            "mix": mix,
            "own": own,
            "breaks": [view.mix.breaks[one.name] for one in asked],
        }
    )


def _held(view: View, answer: Answer) -> Floats:
    """Return the figure that each limit bounds, of the plan case of an answer; (limit,)."""
    today = view.inputs.custom_share_today
    change = float(np.abs(answer.adoption - today).max())
    held: Floats = figures(view.problem.limits, answer.sim, np.full(answer.sim.courses.adoption.shape[1], change))
    return held[:, PLAN, 0]


def own_keeps(view: View) -> bool:
    """Return whether the reader's own course keeps all limits in the plan case."""
    held = _held(view, view.answer)
    return all(float(one.excess(held[i : i + 1])[0]) == 0.0 for i, one in enumerate(view.problem.limits))


# --- What to decide now


def decisions(view: View) -> pd.DataFrame:
    """What the frontier says of each free choice: columns lever, choice, low, high, now, agrees, is_share.

    low and high are the least and the most over the frontier's mixes that differ from the baseline, now the share
    today or, of other choices, the reader's own setting, as the model counts them.
    """
    inputs, mixes = view.inputs, that_differ(view.found)
    today, rows = inputs.adoption_today, []
    for name in view.problem.free:
        lever = inputs.levers[name]
        values = [view.answer.scenario.replace(**{name: one.levers[name]}).number(name) for one in mixes]
        low, high = min(values), max(values)
        now = today.get(name, view.answer.lever(name))
        agrees = high - low <= (AGREE + 1e-9 if lever.is_share else 0.0)
        rows.append((name, choice_label(view, name), low, high, now, agrees, lever.is_share))
    return pd.DataFrame(rows, columns=["lever", "choice", "low", "high", "now", "agrees", "is_share"])


def commitments(view: View) -> pd.DataFrame:
    """Chips that the mix buys, the first bought first: columns chip, supplier, workloads (tuple), first, own_first.

    first and own_first are the quarters, by index, of the first purchase under the mix and the reader's own (−1: none).
    """
    inputs, own, rows = view.inputs, _first(view.answer), []
    for chip, (quarter, workloads) in _first(view.looked).items():
        supplier = int(inputs.chips.supplier[chip])
        rows.append(
            (
                inputs.chips.name[chip],
                supplier_labels(inputs)[supplier],
                tuple(workload_labels(inputs)[w] for w in workloads),
                quarter,
                own.get(chip, (-1, ()))[0],
                supplier != CUSTOM,
            )
        )
    table = pd.DataFrame(rows, columns=["chip", "supplier", "workloads", "first", "own_first", "bought"])
    return table.sort_values(["first", "bought"], kind="stable", ignore_index=True)


def _first(answer: Answer) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Return, for each chip that is bought, the first quarter and the workloads it is ever bought for."""
    bought, chip = answer.plan.bought_h100e, answer.world.chip
    first: dict[int, tuple[int, tuple[int, ...]]] = {}
    for one in sorted(set(chip[(bought > 0.0) & (chip != NO_CHIP)].tolist())):
        places = np.argwhere((bought > 0.0) & (chip == one))
        first[int(one)] = int(places[:, 0].min()), tuple(sorted(set(map(int, places[:, 2]))))
    return first
