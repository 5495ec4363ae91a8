"""Tidy tables that only Chips draws: what each chip's work costs, when it comes, and what would make it tie.

Frames in base units (USD, H100e, shares) with one observation a row, and the closed forms behind them. None of it
depends on adoption, so all of it holds for the baseline too. What is asked for several times is kept: leave it as it
is. Formulas: docs/METHOD.md, "Cost of a chip hour".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import CUSTOM, NO_LAST_ORDER
from core.model.catalogue import catalogue
from core.model.offers import NO_CHIP
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels
from core.story.rivals import rivals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PARTS: Final = ("Chip and system", "Building", "Electricity", "Upkeep")
"""What an hour of a chip costs: the chip with its share of server, rack, network and spares, levelised; the building,
levelised; electricity; and upkeep of both."""
STATUSES: Final = {"in_volume": "in volume", "announced": "announced", "extrapolated": "extrapolated"}


@dataclass(frozen=True, eq=False)
class Roadmap:
    """Every chip of the data in the world of one scenario; axes: quarter, chip, workload, part."""

    announced: Ints  # (chip,) quarter index of volume in the data
    available: Ints  # (chip,) the same, moved by the delay levers
    on_offer: Bools  # (quarter, chip)
    h100e: Floats  # (chip, workload) with the performance levers; 0 where the chip cannot run the workload
    capital_usd: Floats  # (quarter, chip) an hour of what was paid for a chip: levelised, and its maintenance
    part_usd: Floats  # (quarter, chip, part) an hour of a chip bought in the quarter

    @property
    def hour_usd(self) -> Floats:
        """What an hour of a chip costs, all in; (quarter, chip)."""
        total: Floats = self.part_usd.sum(axis=-1)
        return total


@lru_cache(maxsize=16)
def roadmap(answer: Answer) -> Roadmap:
    """Return every chip in the world of the answer's scenario."""
    world, chips = answer.sim.world, answer.inputs.chips
    shape = (world.quarters, len(chips.id))
    available, h100e, on_offer = np.empty_like(chips.available), np.empty_like(chips.h100e), np.empty(shape, np.bool_)
    capital, parts = np.empty(shape), np.empty((*shape, len(PARTS)))
    for supplier in range(len(answer.inputs.suppliers)):
        listed = catalogue(world, supplier)
        own, hour = listed.chip, listed.parts
        available[own], h100e[own] = listed.available[:, 0], listed.h100e[..., 0]
        on_offer[:, own], capital[:, own] = listed.on_offer[..., 0], listed.capital_usd[..., 0]
        by_part = (hour.chip_usd, hour.building_usd, hour.electricity_usd, hour.upkeep_usd)  # in the order of PARTS
        parts[:, own] = np.stack(by_part, axis=-1)[..., 0, :]
    return Roadmap(chips.available, available, on_offer, h100e, capital, parts)


def tie_price(capital_usd: Floats, hour_usd: Floats, h100e: Floats, rival_usd: Floats) -> Floats:
    """Return the share of its price at which a chip's work costs what a rival's does; at or below 0 there is none.

    The price is that of the chip and its share of the system. From `rival = (x * capital + power) / h100e`:
    `x = (rival * h100e - power) / capital`, power being `hour - capital`.
    capital_usd, hour_usd: USD an hour of the chip; h100e: work of one chip; rival_usd: USD an H100e-hour.
    """
    return (rival_usd * h100e - (hour_usd - capital_usd)) / capital_usd


# --- The chips on offer in a quarter


@lru_cache(maxsize=32)
def matrix(answer: Answer, quarter: int) -> pd.DataFrame:
    """What an hour of H100e work costs on each chip on offer in a quarter, by part; a row a workload, chip and part.

    Columns: workload, supplier, custom, chip_id, chip, part, usd, total_usd, offered (the cheapest of its supplier),
    cheapest (of all). A chip that cannot run a workload has no row there.
    """
    world, inputs, plan = answer.world, answer.inputs, roadmap(answer)
    order = np.argsort(inputs.chips.supplier, kind="stable")
    place, workload = np.nonzero(plan.on_offer[quarter, order, None] & (plan.h100e[order] > 0.0))
    chip = order[place]
    supplier = inputs.chips.supplier[chip]
    usd = plan.part_usd[quarter, chip] / plan.h100e[chip, workload, None]  # (row, part)
    offered = world.chip[quarter, supplier, workload] == chip
    least = world.kappa[quarter].min(axis=0)[workload]
    whole = {
        "workload": np.array(workload_labels(inputs))[workload],
        "supplier": np.array(supplier_labels(inputs))[supplier],
        "custom": supplier == CUSTOM,
        "chip_id": np.array(inputs.chips.id)[chip],
        "chip": np.array(inputs.chips.name)[chip],
        "total_usd": usd.sum(axis=1),
        "offered": offered,
        "cheapest": offered & (world.kappa[quarter, supplier, workload] == least),
    }
    rows = {name: np.repeat(column, len(PARTS)) for name, column in whole.items()}
    names = ["workload", "supplier", "custom", "chip_id", "chip", "part", "usd", "total_usd", "offered", "cheapest"]
    return pd.DataFrame({**rows, "part": np.tile(PARTS, chip.size), "usd": usd.ravel()}, columns=names)


MATRIX_COLUMNS: Final = 4
"""Workloads side by side at the most: what more there are stand in a band of their own, below."""
MATRIX_MOST: Final = 20
"""Of more chips on offer only each supplier's cheapest is drawn for each workload, a supplier a row."""
HEAD_ROWS: Final = 3.0
SUPPLIER_GAP: Final = 0.35
BAND_GAP: Final = 0.5
"""What stands above a band, between the chips of two suppliers, and between two bands, in rows."""


@lru_cache(maxsize=32)
def matrix_drawn(answer: Answer, quarter: int) -> pd.DataFrame:
    """`matrix` as it is drawn: bands of workloads side by side, a chip a row in each, or a supplier if chips are many.

    Adds where things stand, in columns and rows from the top: column, row, head_row (where the band begins), head (the
    workload on two lines), name and long_name (of the row, shortened), names_column and names_row (true once a workload
    and a row), bold (offered, or with a row a supplier the cheapest of all).
    """
    frame, labels = matrix(answer, quarter), workload_labels(answer.inputs)
    by_supplier = is_by_supplier(answer, quarter)
    key, name = ("supplier", "supplier") if by_supplier else ("chip_id", "chip")
    frame = frame[frame["offered"]] if by_supplier else frame
    bands = -(-len(labels) // MATRIX_COLUMNS)
    columns = -(-len(labels) // bands)
    place = np.array([labels.index(one) for one in frame["workload"]], dtype=np.intp)
    order = np.argsort(place // columns, kind="stable")
    drawn, place = frame.iloc[order].reset_index(drop=True), place[order]
    keys, suppliers = np.array(drawn[key], dtype=object), np.array(drawn["supplier"], dtype=object)
    row, head_row, top = np.empty(len(drawn)), np.empty(len(drawn)), 0.0
    for band in range(bands):
        own = place // columns == band
        at = _rows(keys[own], suppliers[own], top + HEAD_ROWS, 0.0 if by_supplier else SUPPLIER_GAP)
        row[own], head_row[own] = [at[one] for one in keys[own]], top
        top = max(at.values(), default=top) + 1.0 + BAND_GAP
    heads = np.array([fmt.two_lines(label) for label in labels])
    return frames.widened(
        drawn,
        row=row,
        head_row=head_row,
        column=place % columns,
        head=heads[place],
        names_column=_is_first(place),
        names_row=_is_first(row),
        bold=drawn["cheapest" if by_supplier else "offered"].array,
        **_names(drawn[name]),
    )


NAME_LETTERS: Final = 26
LONG_NAME_LETTERS: Final = 40
SUPPLIER_LETTERS: Final = 21
"""Letters of a name beside a chart, where there is more room, and of one in bold."""


def _names(names: pd.Series) -> dict[str, list[str]]:
    """Return the columns `name` and `long_name` for names beside a chart."""
    letters = {"name": NAME_LETTERS, "long_name": LONG_NAME_LETTERS}
    return {column: [fmt.shortened(one, most) for one in names] for column, most in letters.items()}


def is_by_supplier(answer: Answer, quarter: int) -> bool:
    """Return whether so many chips are on offer that `matrix_drawn` has a row a supplier."""
    return chips_on_offer(answer, quarter) > MATRIX_MOST


def _rows(keys: Iterable[str], suppliers: Iterable[str], top: float, gap: float) -> dict[str, float]:
    """Return the row of each key, from `top` on in their order, with a gap between two suppliers."""
    of_key: dict[str, str] = {}
    for key, supplier in zip(keys, suppliers, strict=True):
        of_key.setdefault(key, supplier)
    spans = [list(span) for _, span in groupby(of_key, of_key.__getitem__)]
    places = [(key, i) for i, span in enumerate(spans) for key in span]
    return {key: top + place + gap * span for place, (key, span) in enumerate(places)}


def _is_first(values: NDArray[Any]) -> Bools:
    """Return where each value stands for the first time."""
    first = np.zeros(values.size, dtype=np.bool_)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def rows_drawn(frame: pd.DataFrame) -> float:
    """Return how high what is drawn of a frame with rows is, in rows."""
    return float(frame["row"].max()) + 1.0


def chips_on_offer(answer: Answer, quarter: int) -> int:
    """Return how many chips are on offer in a quarter."""
    return int(roadmap(answer).on_offer[quarter].sum())


@dataclass(frozen=True)
class Tie:
    """What would make the custom chip on offer for a workload tie with the cheapest bought one.

    Cost is USD an H100e-hour; missing values where there is no custom chip.
    """

    workload: str
    custom_chip: str | None
    custom_usd: float
    bought_chip: str | None
    bought_usd: float
    ratio: float
    """Custom over bought."""
    performance: float
    """Times its own at which it ties."""
    price: float
    """Share of its own, system share included, at which it ties; not above 0: at none."""


def ties(answer: Answer, quarter: int) -> pd.DataFrame:
    """Return what would make custom chips tie, a row a workload; columns as in `Tie`."""
    return pd.DataFrame(list(each_tie(answer, quarter)))


@lru_cache(maxsize=32)
def each_tie(answer: Answer, quarter: int) -> tuple[Tie, ...]:
    """Return what `Tie` is of each workload."""
    plan, both, chip = roadmap(answer), rivals(answer, quarter), answer.world.chip[quarter, CUSTOM]
    there, place = chip != NO_CHIP, np.arange(chip.size)
    own = np.where(there, chip, 0)
    capital, hour = plan.capital_usd[quarter, own], plan.hour_usd[quarter, own]
    price = tie_price(capital, hour, plan.h100e[own, place], both.bought_usd)
    columns = (
        workload_labels(answer.inputs),
        both.custom_chip,
        both.custom_usd.tolist(),
        both.bought_chip,
        both.bought_usd.tolist(),
        both.ratio.tolist(),
        both.ratio.tolist(),
        np.where(there, price, np.nan).tolist(),
    )
    return tuple(Tie(*row) for row in zip(*columns, strict=True))


# --- Cost of work over time


def cost_of_work(answer: Answer, workload: str) -> pd.DataFrame:
    """What an hour of H100e work costs on each supplier's offer by quarter; a row an offer.

    Columns: quarter, time_years, supplier, custom, chip, usd, changes (the chip is another than a quarter before),
    until_years (when it is replaced), custom_leads (the custom offer costs less than every bought one).
    """
    w = answer.inputs.workloads.index(workload)
    each = [_offers(answer, supplier, w) for supplier in offering(answer, workload)]
    return pd.DataFrame({name: np.concatenate([one[name] for one in each]) for name in each[0]})


def offering(answer: Answer, workload: str) -> tuple[int, ...]:
    """Return the suppliers that have a chip on offer for a workload in some quarter."""
    there = (answer.world.chip[:, :, answer.inputs.workloads.index(workload)] != NO_CHIP).any(axis=0)
    return tuple(np.flatnonzero(there).tolist())


def _offers(answer: Answer, supplier: int, workload: int) -> dict[str, NDArray[Any]]:
    """The columns of `cost_of_work` of one supplier."""
    world, inputs = answer.world, answer.inputs
    place = np.flatnonzero(world.chip[:, supplier, workload] != NO_CHIP)
    chip = world.chip[place, supplier, workload]
    changes = np.concatenate([[True], chip[1:] != chip[:-1]])
    last = np.append(place[:-1][changes[1:]], place[-1])  # of each spell of one chip
    return {
        "quarter": np.array(frames.quarters(answer))[place],
        "time_years": frames.times(answer)[place],
        "supplier": np.repeat(supplier_labels(inputs)[supplier], place.size),
        "custom": np.full(place.size, supplier == CUSTOM),
        "chip": np.array(inputs.chips.name)[chip],
        "usd": world.kappa[place, supplier, workload],
        "changes": changes,
        "until_years": answer.calendar.first_year + (last[np.cumsum(changes) - 1] + 1) / QUARTERS_PER_YEAR,
        "custom_leads": custom_leads(answer, workload)[place],
    }


def custom_leads(answer: Answer, workload: int) -> Bools:
    """Return in which quarters the custom offer costs less than every bought one; (quarter,)."""
    return answer.world.kappa[:, CUSTOM, workload] < answer.world.bought_kappa[:, workload]


def spells(flags: Iterable[bool]) -> list[tuple[int, int]]:
    """Return the unbroken runs of what is true, each by its first and last place."""
    runs = [[i for i, _ in run] for on, run in groupby(enumerate(flags), lambda item: item[1]) if on]
    return [(run[0], run[-1]) for run in runs]


# --- The roadmap


@lru_cache(maxsize=32)
def timeline(answer: Answer, workload: str) -> pd.DataFrame:
    """When each chip can be had; one row a span of a chip, those on offer by the horizon only.

    Columns: supplier, custom, chip_id, chip, status, kind, time_years, until_years, from_words, moved_words. Spans by
    `kind`: `on offer`, `offered` (the cheapest of its supplier for `workload`) and `moved` (from the data's quarter to
    the delay levers', where they differ). Chips stand by supplier and the quarter from which they can be had.
    """
    inputs, plan = answer.inputs, roadmap(answer)
    chips, w = inputs.chips, inputs.workloads.index(workload)
    shown = np.flatnonzero(plan.on_offer.any(axis=0))
    shown = shown[np.lexsort((plan.available[shown], chips.supplier[shown]))]
    status = inputs.tables["chips"]["status"].map(STATUSES).to_numpy()
    rows = []
    for c in shown.tolist():
        supplier = int(chips.supplier[c])
        words = {
            "supplier": supplier_labels(inputs)[supplier],
            "custom": supplier == CUSTOM,
            "chip_id": chips.id[c],
            "chip": chips.name[c],
            "status": status[c],
            "from_words": _from(answer, c),
            "moved_words": _moved(int(plan.available[c] - plan.announced[c])),
        }
        rows += [
            {
                **words,
                "kind": kind,
                "time_years": answer.calendar.time_years(first),
                "until_years": answer.calendar.time_years(end),
            }
            for kind, first, end in _spans(answer, c, w)
        ]
    return pd.DataFrame(rows)


TIMELINE_MOST: Final = 40
"""Of more chips only those are drawn that are at some time the cheapest of their supplier for the workload."""
YEARS_BEFORE: Final = 2.0
"""What was on offer longer before the first modelled quarter than this is drawn from then on."""


@lru_cache(maxsize=32)
def timeline_drawn(answer: Answer, workload: str) -> pd.DataFrame:
    """`timeline` as it is drawn: a chip a row, below the name of its supplier.

    Adds row (from the top), name and long_name (the chip's, shortened), supplier_name, names_row and names_supplier
    (true once a row and a supplier).
    """
    frame = timeline(answer, workload)
    if frame["chip_id"].nunique() > TIMELINE_MOST:
        frame = frame[frame["chip_id"].isin(_ever_offered(frame))]
    at = _rows(frame["chip_id"], frame["supplier"], 1.0, 1.0 + SUPPLIER_GAP)
    return frame.assign(
        time_years=frame["time_years"].clip(lower=answer.calendar.first_year - YEARS_BEFORE),
        row=frame["chip_id"].map(at),
        supplier_name=[fmt.shortened(name, SUPPLIER_LETTERS) for name in frame["supplier"]],
        names_row=~frame.duplicated("chip_id"),
        names_supplier=~frame.duplicated("supplier"),
        **_names(frame["chip"]),
    ).reset_index(drop=True)


def _ever_offered(timeline: pd.DataFrame) -> set[str]:
    """Return the ids of the chips that are the cheapest of their supplier at some time."""
    return set(timeline.loc[timeline["kind"] == "offered", "chip_id"])


def _spans(answer: Answer, chip: int, workload: int) -> list[tuple[str, int, int]]:
    """Return the spans of a chip in `timeline`: kind, first quarter, and the quarter after the last."""
    chips, plan = answer.inputs.chips, roadmap(answer)
    since, announced = int(plan.available[chip]), int(plan.announced[chip])
    spans = [("on offer", since, min(answer.world.quarters, int(chips.last_order[chip]) + 1))]
    spans += [("moved", announced, since)] if announced != since else []
    offered = (answer.world.chip[:, chips.supplier[chip], workload] == chip).tolist()
    return [*spans, *(("offered", first, last + 1) for first, last in spells(offered))]


def _from(answer: Answer, chip: int) -> str:
    """Say from when a chip can be had, and until when if it is not made for ever."""
    since, last = int(roadmap(answer).available[chip]), int(answer.inputs.chips.last_order[chip])
    until = "" if last == NO_LAST_ORDER else f", last order {answer.calendar.label(last)}"
    return f"volume from {answer.calendar.label(since)}{until}"


def _moved(quarters: int) -> str:
    """Say how far the delay levers move a chip."""
    if quarters == 0:
        return "not moved"
    return f"{fmt.counted(abs(quarters), 'quarter')} {'later' if quarters > 0 else 'earlier'} than in the data"
