"""The scenario at other lives of chips: what is written off when, and what becomes of cost and value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import Unit
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.scenario import columns
from core.model.evaluate import by_year
from core.model.model import PLAN
from core.story import frames
from core.story.answer import Answer
from core.story.finding import basis_words
from core.views.cost.money import CHARGE_LABELS
from core.views.cost.view import BOOKS, BOUGHT_ONLY, CUSTOM_ONLY, LIVES, SCOPES, View, scope_label

Floats = NDArray[np.float64]

CHARGES: Final = (CHARGE_LABELS["depreciation_chips_usd"], CHARGE_LABELS["write_off_usd"])
"""What earnings bear of chips, in the order in which it is stacked."""
YEARS_UNIT: Final = Unit(1.0, "", f"{fmt.NBSP}years")
_CUSTOM_LIFE: Final = "service_life_custom_years"
_BOUGHT_LIFE: Final = "service_life_merchant_years"
_BOOK_LIFE: Final = "book_life_years"
_LEVERS: Final = ((_CUSTOM_LIFE, _BOUGHT_LIFE), (_CUSTOM_LIFE,), (_BOUGHT_LIFE,), (_BOOK_LIFE,))
"""The levers that each of SCOPES moves."""


# --- The sweep


@dataclass(frozen=True, eq=False)
class Lives:
    """What a scenario would be with other lives, all else as set; (scope, life, ...) by SCOPES and LIVES."""

    npv_usd: Floats  # (scope, life)
    pv_cost_usd: Floats  # (scope, life)
    write_off_usd: Floats  # (scope, life, year)
    depreciation_usd: Floats  # (scope, life, year) of chips


@lru_cache(maxsize=64)
def sweep(answer: Answer) -> Lives:
    """Work the scenario out at every one of LIVES for every one of SCOPES, in one batch; kept, for all share it."""
    # Here and not above: the compiler takes a while to load, which no start of the program should wait for.
    from core.model.compiled import choices_of, costs

    size = len(SCOPES) * len(LIVES)
    batch = {name: np.repeat(column, size) for name, column in columns([answer.scenario]).items()}
    for scope, names in enumerate(_LEVERS):
        for name in names:
            batch[name][scope * len(LIVES) : (scope + 1) * len(LIVES)] = LIVES
    # How long chips last changes nothing that is chosen.
    found = costs(answer.inputs, batch, choices_of(answer.sim.world, answer.sim.courses), told=PLAN + 1)
    cost, quarters = found.cost_usd.T, found.quarters[:, PLAN].T  # (course, world), (quarter, world)

    def of(figures: Floats) -> Floats:
        return figures.T.reshape(len(SCOPES), len(LIVES), *figures.shape[:-1])

    return Lives(
        npv_usd=of(cost[answer.baseline_course] - cost[PLAN]),
        pv_cost_usd=of(cost[PLAN]),
        write_off_usd=of(by_year(quarters["write_off_usd"])),
        depreciation_usd=of(by_year(quarters["depreciation_chips_usd"])),
    )


def depreciation_as_set_usd(answer: Answer) -> Floats:
    """Return depreciation of chips of the scenario as it is set; (year,)."""
    return by_year(answer.plan.depreciation_chips_usd)


def write_off_as_set_usd(answer: Answer) -> Floats:
    """Return write-offs of the scenario as it is set; (year,)."""
    return by_year(answer.plan.write_off_usd)


# --- Frame, words and table


def frame(view: View) -> pd.DataFrame:
    """Charges on chips by year at the life that is asked about; columns: year, kind, usd, as_set_usd."""
    answer, lives, i = view.answer, sweep(view.answer), LIVES.index(view.life)
    as_set = (depreciation_as_set_usd(answer), write_off_as_set_usd(answer))
    return frames.long(
        {"year": frames.year_labels(answer), "kind": CHARGES},
        usd=np.column_stack([lives.depreciation_usd[view.scope, i], lives.write_off_usd[view.scope, i]]),
        as_set_usd=np.column_stack(as_set),
    )


def words(view: View) -> pd.DataFrame:
    """Return in words what each life does, as set first; a row a life."""
    answer, lives, scope = view.answer, sweep(view.answer), view.scope

    def row(
        name: str, pv_cost_usd: float, npv_usd: float, write_off_usd: Floats, depreciation_usd: Floats
    ) -> dict[str, str]:
        return {
            "Life": name,
            "Cost": fmt.usd(pv_cost_usd, 3),
            "Value": fmt.usd(npv_usd, signed=True),
            f"Written off {answer.calendar.first_year}": fmt.usd(float(write_off_usd[0])),
            f"Written off by {answer.last_year}": fmt.usd(float(write_off_usd.sum())),
            f"Chip depreciation {answer.calendar.first_year}": fmt.usd(float(depreciation_usd[0]), 3),
            f"Chip depreciation {answer.calendar.first_year + 1}": fmt.usd(float(depreciation_usd[1]), 3),
        }

    as_set = row(
        "As set",
        answer.metric("pv_cost_usd"),
        answer.metric("npv_usd"),
        write_off_as_set_usd(answer),
        depreciation_as_set_usd(answer),
    )
    others = [
        row(
            YEARS_UNIT.words(life, 1),
            float(lives.pv_cost_usd[scope, i]),
            float(lives.npv_usd[scope, i]),
            lives.write_off_usd[scope, i],
            lives.depreciation_usd[scope, i],
        )
        for i, life in enumerate(LIVES)
    ]
    return pd.DataFrame([as_set, *others])


def table(view: View) -> pd.DataFrame:
    """Return the whole sweep: value, write-offs and depreciation of chips by year for every scope and life, $ B."""
    lives, unit = sweep(view.answer), fmt.USD_BN
    columns = {"Cost, present value": lives.pv_cost_usd, "Value": lives.npv_usd}
    for what, by_life in (("Written off", lives.write_off_usd), ("Chip depreciation", lives.depreciation_usd)):
        columns |= {f"{what} {year}": by_life[..., y] for y, year in enumerate(frames.year_labels(view.answer))}
    scopes = [scope_label(view.answer.inputs, scope) for scope in SCOPES]
    figures = {f"{head} ({unit.name})": usd / unit.scale for head, usd in columns.items()}
    return frames.long({"Life of": scopes, "Life (years)": LIVES}, **figures)


# --- Sentences


def title(view: View) -> str:
    """Return the finding: what is written off, when, and what becomes of value or depreciation."""
    answer, lives, scope, i = view.answer, sweep(view.answer), view.scope, LIVES.index(view.life)
    years, off = YEARS_UNIT.words(view.life, 1), lives.write_off_usd[scope, i]
    if scope == BOOKS:
        was, now = float(depreciation_as_set_usd(answer)[1]), float(lives.depreciation_usd[scope, i, 1])
        what = f"depreciation in {answer.calendar.first_year + 1} {_goes(was, now, [off.sum()])}"
        return f"If books spread chips over {years}, {what}; {_written_off(answer, off, [was, now])}"
    who = ("all chips last", f"only {answer.custom} lasts", "only bought chips last")[scope]
    more = float(lives.pv_cost_usd[scope, i]) - answer.metric("pv_cost_usd")
    was, now = answer.metric("npv_usd"), float(lives.npv_usd[scope, i])
    beside = [float(off.sum()), more, was, now]
    cost = "cost stays"
    if abs(more) >= MATERIAL_USD:
        cost = f"cost {'rises' if more > 0 else 'falls'} by {fmt.usd(abs(more), beside=beside)}"
    return f"If {who} {years}, {_written_off(answer, off, beside)}; {cost}, value {_goes(was, now, beside)}"


def _written_off(answer: Answer, usd: Floats, beside: Iterable[float]) -> str:
    """How much is written off, and when first; usd: (year,)."""
    if usd.sum() < MATERIAL_USD:
        return "nothing is written off"
    beside = [float(usd.sum()), *beside]
    told = f"{fmt.usd(float(usd.sum()), beside=beside)} is written off by {answer.last_year}"
    material = usd >= MATERIAL_USD
    first = int(np.flatnonzero(material)[0]) if material.any() else int(usd.argmax())
    if first == 0:
        return f"{told}, {fmt.usd(float(usd[0]), beside=beside)} of it in {answer.calendar.first_year}"
    return f"{told}, the first in {answer.calendar.first_year + first}"


def _goes(was: float, now: float, beside: Iterable[float]) -> str:
    before, after = fmt.usd(was, beside=[now, *beside]), fmt.usd(now, beside=[was, *beside])
    if before == after:
        return f"stays at {before}"
    return f"{'rises' if now > was else 'falls'} from {before} to {after}"


def caption(view: View) -> str:
    """Return what shaped the lives, and whether it matters whose chips age faster."""
    answer, world, npv_usd = view.answer, view.answer.world, sweep(view.answer).npv_usd[:, LIVES.index(view.life)]
    book, custom, bought = (
        f"{float(quarters) / QUARTERS_PER_YEAR:g}"
        for quarters in (world.life_book, world.life_custom, world.life_merchant)
    )
    return (
        f"Set: {book} years in the books, {custom} in service for {answer.custom}, {bought} for bought chips. What is "
        "left in the books when a chip stops working is written off; outline: as set. "
        f"At {YEARS_UNIT.words(view.life, 1)}, value is {fmt.usd(float(npv_usd[CUSTOM_ONLY]), beside=npv_usd)} if only "
        f"{answer.custom} ages that fast, {fmt.usd(float(npv_usd[BOUGHT_ONLY]), beside=npv_usd)} if only bought chips "
        "do. "
        f"Residual value is counted {basis_words(answer)}."
    )
