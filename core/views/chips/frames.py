"""Which chip for which workload: what each chip's work costs, when it comes, and what would make it tie.

Frames in base units (USD, H100e, shares) with one observation a row, the closed forms behind them, and what they say
in sentences. None of it depends on adoption, so all of it holds for the baseline too. What is asked for several
times is kept: leave it as it is. Formulas: docs/METHOD.md, "Cost of a chip hour".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.inputs.data import CUSTOM, NO_LAST_ORDER, NVIDIA, Inputs
from core.inputs.scenario import FIRST_YEAR, QUARTERS_PER_YEAR, quarter_label
from core.model.catalogue import catalogue
from core.model.chip_hour import SUPPLIERS
from core.model.offers import NO_CHIP
from core.story import frames
from core.story.answer import Answer
from core.story.labels import supplier_labels, workload_labels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PARTS: Final = ("Chip and system", "Building", "Electricity", "Upkeep")
"""What an hour of a chip costs: the chip with its share of server, rack, network and spares, levelised; the building,
levelised; electricity; and upkeep of both."""
STATUSES: Final = {"in_volume": "in volume", "announced": "announced", "extrapolated": "extrapolated"}
TIE: Final = 0.01
"""Costs that differ by less than this share are a tie: the throughput of no chip is known better."""
MOST_SPELLS: Final = 3
"""A lead that comes and goes more often than this is counted, not listed."""


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
    """Return every chip in the world of the one scenario in `sim`."""
    world, chips = answer.sim.world, answer.inputs.chips
    shape = (world.quarters, len(chips.id))
    available, h100e, on_offer = np.empty_like(chips.available), np.empty_like(chips.h100e), np.empty(shape, np.bool_)
    capital, parts = np.empty(shape), np.empty((*shape, len(PARTS)))
    for supplier in SUPPLIERS:
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


def default_workload(inputs: Inputs) -> str:
    """Return the workload that a page shows first: the first generative one, to which custom chips are to extend."""
    return inputs.workloads[inputs.families.index("genai") if "genai" in inputs.families else 0]


@lru_cache(maxsize=32)
def matrix(answer: Answer, quarter: int) -> pd.DataFrame:
    """What an hour of H100e work costs on each chip on offer in a quarter, by part; a row a workload, chip and part.

    Columns: workload, supplier, custom, chip_id, chip, part, usd, total_usd, offered (the cheapest of its supplier),
    cheapest (of all). A chip that cannot run a workload has no row there.
    """
    world, chips, plan = answer.sim.world, answer.sim.world.inputs.chips, roadmap(answer)
    order = np.argsort(chips.supplier, kind="stable")
    chip, workload = np.nonzero(plan.on_offer[quarter, order, None] & (plan.h100e[order] > 0.0))
    chip = order[chip]
    usd = plan.part_usd[quarter, chip] / plan.h100e[chip, workload, None]  # (row, part)
    offered = world.chip[quarter, chips.supplier[chip], workload, 0] == chip
    least = world.kappa[quarter, :, workload, 0].min(axis=1)
    supplier = chips.supplier[chip]
    cheapest = offered & (world.kappa[quarter, supplier, workload, 0] == least)
    whole = {
        "workload": np.array(workload_labels(world.inputs))[workload],
        "supplier": np.array(supplier_labels(world.inputs))[supplier],
        "custom": supplier == CUSTOM,
        "chip_id": np.array(chips.id)[chip],
        "chip": np.array(chips.name)[chip],
        "part": None,
        "usd": None,
        "total_usd": usd.sum(axis=1),
        "offered": offered,
        "cheapest": cheapest,
    }
    each = {name: np.repeat(column, len(PARTS)) for name, column in whole.items() if column is not None}
    each |= {"part": np.tile(PARTS, chip.size), "usd": usd.ravel()}
    return pd.DataFrame({name: each[name] for name in whole})


def matrix_rows(answer: Answer, quarter: int) -> int:
    """Return how many chips are on offer in a quarter."""
    return int(roadmap(answer).on_offer[quarter].sum())


def matrix_table(answer: Answer, quarter: int) -> pd.DataFrame:
    """`matrix` as it is read: a row a workload and chip, $ an H100e-hour."""
    frame, labels = matrix(answer, quarter), workload_labels(answer.sim.world.inputs)
    unit = " ($ an H100e-hour)"
    whole = frame.iloc[:: len(PARTS)]
    table = pd.DataFrame(
        {
            "Workload": whole["workload"].to_numpy(),
            "Supplier": whole["supplier"].to_numpy(),
            "Chip": whole["chip"].to_numpy(),
            "Cheapest of its supplier": np.where(whole["offered"], "yes", ""),
            f"All{unit}": whole["total_usd"].to_numpy(),
        }
    )
    parts = frame["usd"].to_numpy().reshape(-1, len(PARTS))
    table = table.assign(**{f"{part}{unit}": parts[:, i] for i, part in enumerate(PARTS)})
    place = np.array([labels.index(name) for name in table["Workload"]], dtype=np.int64)
    return table.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def gaps(answer: Answer, quarter: int) -> str:
    """Say which chips on offer cannot run what, who offers nothing for what, and what ties, after a blank each."""
    world, chips, plan = answer.sim.world, answer.sim.world.inputs.chips, roadmap(answer)
    suppliers, on_offer = supplier_labels(world.inputs), plan.on_offer[quarter]
    workloads = [label.lower() for label in workload_labels(world.inputs)]
    sentences = []
    for supplier in SUPPLIERS:
        own = np.flatnonzero(on_offer & (chips.supplier == supplier))
        if not own.size:
            sentences.append(f"{suppliers[supplier]} has no chip on offer.")
            continue
        able = plan.h100e[own] > 0.0  # (chip, workload)
        lacking = [name for w, name in enumerate(workloads) if not able[:, w].any()]
        for chip, runs in zip(own, able, strict=True):
            cannot = [name for w, name in enumerate(workloads) if not runs[w] and name not in lacking]
            if cannot:
                sentences.append(f"{chips.name[chip]} cannot run {fmt.listed(cannot, 'or')}.")
        if lacking:
            sentences.append(f"{suppliers[supplier]} has no chip on offer for {fmt.listed(lacking, 'or')}.")
    return "".join(f" {sentence}" for sentence in [*sentences, *_tied(answer, quarter)])


def _tied(answer: Answer, quarter: int) -> list[str]:
    """Say where the offers of several suppliers cost as good as the same, and less than all others."""
    world, chips = answer.sim.world, answer.sim.world.inputs.chips
    sentences = []
    for w, label in enumerate(workload_labels(world.inputs)):
        kappa = world.kappa[quarter, :, w, 0]
        level = np.flatnonzero(kappa < kappa.min() * (1.0 + TIE))
        if level.size > 1:
            names = [chips.name[world.chip[quarter, s, w, 0]] for s in level]
            sentences.append(f"In {label.lower()} {fmt.listed(names)} tie to within {fmt.setting(TIE)}.")
    return sentences


@lru_cache(maxsize=32)
def ties(answer: Answer, quarter: int) -> pd.DataFrame:
    """Per workload, what would make the custom chip on offer tie with the cheapest bought one.

    Columns: workload, custom_chip, custom_usd, bought_chip, bought_usd (USD an H100e-hour), ratio (custom over
    bought), performance (times its own at which it ties), price (share of its own, system share included; not above
    0: at none). Missing values where there is no custom chip.
    """
    world, inputs, plan = answer.sim.world, answer.sim.world.inputs, roadmap(answer)
    names, chip = np.array((*inputs.chips.name, None), dtype=object), world.chip[quarter, :, :, 0]  # the last: NO_CHIP
    there, place = chip != NO_CHIP, np.arange(len(inputs.workloads))
    kappa = world.kappa[quarter, :, :, 0]
    best = np.argmin(kappa[NVIDIA:], axis=0) + NVIDIA
    custom, bought = np.where(there[CUSTOM], kappa[CUSTOM], np.nan), kappa[best, place]
    own = np.where(there[CUSTOM], chip[CUSTOM], 0)
    price = tie_price(plan.capital_usd[quarter, own], plan.hour_usd[quarter, own], plan.h100e[own, place], bought)
    return pd.DataFrame(
        {
            "workload": workload_labels(inputs),
            "custom_chip": names[chip[CUSTOM]],
            "custom_usd": custom,
            "bought_chip": names[chip[best, place]],
            "bought_usd": bought,
            "ratio": custom / bought,
            "performance": custom / bought,
            "price": np.where(there[CUSTOM], price, np.nan),
        }
    )


def ties_words(answer: Answer, quarter: int) -> pd.DataFrame:
    """`ties` in words, a row a workload."""
    custom = answer.custom
    return pd.DataFrame(
        [
            {
                "Workload": row["workload"],
                f"{custom} chip": _chip(row["custom_chip"], row["custom_usd"]),
                "Best bought chip": _chip(row["bought_chip"], row["bought_usd"]),
                "Ties at performance": _multiple(row["performance"]),
                "or at price": _price(row["price"]),
                "Cheaper than bought": _when_cheaper(answer, w),
            }
            for w, row in enumerate(ties(answer, quarter).to_dict("records"))
        ]
    )


def ties_table(answer: Answer, quarter: int) -> pd.DataFrame:
    """`ties` as figures, a row a workload."""
    names = {
        "workload": "Workload",
        "custom_chip": f"{answer.custom} chip",
        "custom_usd": f"{answer.custom} cost of work ($ an H100e-hour)",
        "bought_chip": "Best bought chip",
        "bought_usd": "Bought cost of work ($ an H100e-hour)",
        "performance": "Ties at performance (times its own)",
        "price": "Ties at price (times its own; not above 0: at none)",
    }
    return ties(answer, quarter)[list(names)].rename(columns=names)


def _chip(name: str | None, usd_per_hour: float) -> str:
    return fmt.MISSING if pd.isna(name) else f"{name}, {fmt.USD.words(usd_per_hour, 3)}"


def _multiple(value: float) -> str:
    """Return a multiple of what is: `1.7 times`, below one `43 %`."""
    return fmt.times(value) if not value < 1.0 else fmt.percent(value)


def _price(value: float) -> str:
    return "at no price: power alone costs more" if value <= 0.0 else _multiple(value)


# --- Cost of work over time


def cost_of_work(answer: Answer, workload: str) -> pd.DataFrame:
    """What an hour of H100e work costs on each supplier's offer by quarter; a row an offer.

    Columns: quarter, time_years, supplier, custom, chip, usd, changes (the chip is another than a quarter before),
    until_years (when it is replaced), custom_leads (the custom offer costs less than every bought one).
    """
    world, inputs = answer.sim.world, answer.sim.world.inputs
    w = inputs.workloads.index(workload)
    labels, names, leads = supplier_labels(inputs), np.array(inputs.chips.name), custom_leads(answer, w)
    quarters = np.array(frames.quarters(answer))
    parts: list[dict[str, NDArray[np.generic]]] = []
    for supplier in SUPPLIERS:
        place = np.flatnonzero(world.chip[:, supplier, w, 0] != NO_CHIP)
        if not place.size:
            continue
        chip = world.chip[place, supplier, w, 0]
        changes = np.concatenate([[True], chip[1:] != chip[:-1]])
        last = np.append(place[:-1][changes[1:]], place[-1])  # of each spell of one chip
        parts.append(
            {
                "quarter": quarters[place],
                "time_years": FIRST_YEAR + place / QUARTERS_PER_YEAR,
                "supplier": np.full(place.size, labels[supplier]),
                "custom": np.full(place.size, supplier == CUSTOM),
                "chip": names[chip],
                "usd": world.kappa[place, supplier, w, 0],
                "changes": changes,
                "until_years": FIRST_YEAR + (last[np.cumsum(changes) - 1] + 1) / QUARTERS_PER_YEAR,
                "custom_leads": leads[place],
            }
        )
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def cost_of_work_table(answer: Answer, workload: str) -> pd.DataFrame:
    """`cost_of_work` as it is read: a row a quarter, chip and cost by supplier."""
    frame = cost_of_work(answer, workload)
    table = pd.DataFrame({"quarter": frames.quarters(answer)})
    for supplier in supplier_labels(answer.sim.world.inputs):
        own = frame[frame["supplier"] == supplier].set_index("quarter")
        table[f"{supplier} chip"] = table["quarter"].map(own["chip"])
        table[f"{supplier} ($ an H100e-hour)"] = table["quarter"].map(own["usd"])
    return table.rename(columns={"quarter": "Quarter"})


def custom_leads(answer: Answer, workload: int) -> Bools:
    """Return in which quarters the custom offer costs less than every bought one; (quarter,)."""
    return answer.sim.world.kappa[:, CUSTOM, workload, 0] < answer.sim.world.bought_kappa[:, workload, 0]


def spells(flags: Iterable[bool]) -> list[tuple[int, int]]:
    """Return the unbroken runs of what is true, each by its first and last place."""
    runs = [[i for i, _ in run] for on, run in groupby(enumerate(flags), lambda item: item[1]) if on]
    return [(run[0], run[-1]) for run in runs]


def _when_cheaper(answer: Answer, workload: int) -> str:
    """Return when custom chips cost less than bought ones: `throughout`, `never`, `2027-Q2–2031-Q4 and 2032-Q3`."""
    leads = custom_leads(answer, workload)
    if leads.all():
        return "throughout"
    runs = spells(leads.tolist())
    if not runs:
        return "never"
    if len(runs) > MOST_SPELLS:
        return f"{leads.sum()} of {leads.size} quarters"
    return fmt.listed([fmt.span([quarter_label(t) for t in dict.fromkeys(run)]) for run in runs])


def cost_of_work_title(answer: Answer, workload: str) -> str:
    """Return the finding of the chart over time: when custom chips lead in a workload, and by how much at the end."""
    w = answer.sim.world.inputs.workloads.index(workload)
    name = workload_labels(answer.sim.world.inputs)[w].lower()
    custom, bought = answer.sim.world.kappa[:, CUSTOM, w, 0], answer.sim.world.bought_kappa[:, w, 0]
    if not np.isfinite(custom).any():
        return f"{answer.custom} has no chip for {name} by {answer.last_year}"
    when = _when_cheaper(answer, w)
    end = f"it costs {fmt.times(float(custom[-1] / bought[-1]))} the best bought chip at the end of {answer.last_year}"
    if when == "never":
        return f"In {name} {answer.custom} is never cheaper than buying; {end}"
    lead = "throughout" if when == "throughout" else f"in {when}"
    return f"In {name} {answer.custom} is cheaper than buying {lead}; {end}"


# --- The roadmap


def timeline(answer: Answer, workload: str) -> pd.DataFrame:
    """When each chip can be had; one row a span of a chip, those on offer by the horizon only.

    Columns: supplier, custom, chip, status, kind, time_years, until_years, from_words, moved_words. Spans by `kind`:
    `on offer`, `offered` (the cheapest of its supplier for `workload`) and `moved` (from the data's quarter to the
    delay levers', where they differ). Chips stand by supplier and the quarter from which they can be had.
    """
    world, inputs, plan = answer.sim.world, answer.sim.world.inputs, roadmap(answer)
    chips, end, w = inputs.chips, answer.sim.world.quarters, inputs.workloads.index(workload)
    shown = np.flatnonzero(plan.on_offer.any(axis=0))
    shown = shown[np.lexsort((plan.available[shown], chips.supplier[shown]))]
    status = inputs.tables["chips"]["status"].map(STATUSES).to_numpy()
    labels, rows = supplier_labels(inputs), []
    for c in shown:
        supplier = int(chips.supplier[c])
        since, announced = int(plan.available[c]), int(plan.announced[c])
        orders_end = min(end, int(chips.last_order[c]) + 1)
        spans = [("on offer", since, orders_end)]
        spans += [("moved", announced, since)] if announced != since else []
        offered = (world.chip[:, supplier, w, 0] == c).tolist()
        spans += [("offered", first, last + 1) for first, last in spells(offered)]
        until = (
            "" if chips.last_order[c] == NO_LAST_ORDER else f", last order {quarter_label(int(chips.last_order[c]))}"
        )
        words = {
            "supplier": labels[supplier],
            "custom": supplier == CUSTOM,
            "chip": chips.name[c],
            "status": status[c],
            "from_words": f"volume from {quarter_label(since)}{until}",
            "moved_words": _moved(since - announced),
        }
        rows += [{**words, "kind": kind, "time_years": first, "until_years": last} for kind, first, last in spans]
    frame = pd.DataFrame(rows)
    for name in ("time_years", "until_years"):
        frame[name] = FIRST_YEAR + frame[name] / QUARTERS_PER_YEAR
    return frame


def _moved(quarters: int) -> str:
    if quarters == 0:
        return "not moved"
    return f"{fmt.counted(abs(quarters), 'quarter')} {'later' if quarters > 0 else 'earlier'} than in the data"


def timeline_table(answer: Answer, workload: str) -> pd.DataFrame:
    """`timeline` as it is read: a row a chip on offer by the horizon."""
    frame = timeline(answer, workload)
    chips = frame.drop_duplicates("chip")
    offered = frame[frame["kind"] == "offered"].groupby("chip")
    quarters = (offered["until_years"].sum() - offered["time_years"].sum()) * QUARTERS_PER_YEAR
    name = dict(zip(answer.sim.world.inputs.workloads, workload_labels(answer.sim.world.inputs), strict=True))
    return pd.DataFrame(
        {
            "Supplier": chips["supplier"],
            "Chip": chips["chip"],
            "Status": chips["status"],
            "On offer": chips["from_words"],
            "Moved": chips["moved_words"],
            f"Quarters as its supplier's cheapest in {name[workload].lower()}": chips["chip"]
            .map(quarters)
            .fillna(0.0)
            .round()
            .astype(int),
        }
    ).reset_index(drop=True)


def timeline_title(answer: Answer) -> str:
    """Return the finding of the roadmap: how much of it is announced or extrapolated, and what the levers move."""
    plan = roadmap(answer)
    shown = plan.on_offer.any(axis=0)
    status = answer.sim.world.inputs.tables["chips"]["status"].to_numpy()
    counts = [(int((shown & (status == key)).sum()), words) for key, words in STATUSES.items()]
    (first, words), *rest = [(count, words) for count, words in counts if count]
    parts = [f"{first} {'is' if first == 1 else 'are'} {words}", *(f"{count} {words}" for count, words in rest)]
    text = f"Of {fmt.counted(int(shown.sum()), 'chip')} on offer by {answer.last_year}, {fmt.listed(parts)}"
    moves = [move for move in (_move(answer, plan, own) for own in (True, False)) if move]
    return f"{text}; {fmt.listed(moves)}" if moves else text


def _move(answer: Answer, plan: Roadmap, custom: bool) -> str:
    """Say how far the delay lever moves the custom chips or the bought ones, if it moves any."""
    moved = (plan.available - plan.announced)[(answer.sim.world.inputs.chips.supplier == CUSTOM) == custom]
    furthest = int(moved[np.argmax(np.abs(moved))])
    if furthest == 0:
        return ""
    who = answer.custom if custom else "bought chips"
    way = "later" if furthest > 0 else "earlier"
    return f"{who} {'comes' if custom else 'come'} {fmt.counted(abs(furthest), 'quarter')} {way} than in the data"


def beyond(answer: Answer) -> str:
    """Name the chips that the delay levers move beyond the last year; no words if none."""
    plan, end = roadmap(answer), answer.sim.world.quarters
    chips = answer.sim.world.inputs.chips
    gone = np.flatnonzero((plan.announced < end) & (plan.available >= end))
    if not gone.size:
        return ""
    return f" Moved beyond {answer.last_year}: {fmt.listed([chips.name[c] for c in gone])}."


# --- The page's title, and the table of what each chip is


def title(answer: Answer, quarter: int) -> str:
    """Return the page's title: where the custom chip is cheapest in a quarter, and what it would take elsewhere."""
    rows = ties(answer, quarter)
    when, custom = quarter_label(quarter), answer.custom
    known = rows.dropna(subset=["ratio"])
    if known.empty:
        return f"In {when} {custom} has no chip on offer: a bought chip is the cheapest for every workload"
    level = known[(known["ratio"] - 1.0).abs() < TIE]
    ahead, behind = known[known["ratio"] <= 1.0 - TIE], known[known["ratio"] >= 1.0 + TIE]
    parts = []
    if len(ahead):
        parts.append(f"is the cheapest chip in {_workloads(ahead, rows)}")
    if len(level):
        parts.append(f"ties in {_workloads(level, rows)}")
    if len(behind):
        nearest = behind.sort_values("ratio", kind="stable").iloc[0]
        opening = "would tie in" if parts else "is dearer than buying in every workload; it would tie in"
        opening = opening if parts or len(behind) == len(rows) else "is dearer than buying; it would tie in"
        parts.append(f"{opening} {nearest['workload'].lower()} {_at(nearest)}")
    return f"In {when} {custom} {fmt.listed(parts)}"


def _at(row: pd.Series) -> str:
    """Say at what performance or price a chip ties: `at 1.7 times its performance, or at 43 % of its price`."""
    performance, price = row["performance"], row["price"]
    text = f"at {fmt.times(performance)} its performance"
    return f"{text}, at no price" if price <= 0.0 else f"{text} or {fmt.percent(price)} of its price"


def _workloads(rows: pd.DataFrame, all_rows: pd.DataFrame) -> str:
    if len(rows) == len(all_rows):
        return "every workload"
    return fmt.listed([name.lower() for name in rows["workload"]])


def matrix_title(answer: Answer, quarter: int) -> str:
    """Return the finding of the matrix: the span between the cheapest and the dearest chip on offer."""
    costs = matrix(answer, quarter).groupby("workload", sort=False)["total_usd"]
    spread = costs.max() / costs.min()
    widest, ratio = str(spread.idxmax()), float(spread.max())
    count = fmt.counted(matrix_rows(answer, quarter), "chip")
    choice = f"{count} {'is' if count.startswith('1 ') else 'are'} on offer in {quarter_label(quarter)}"
    if ratio < 1.0 + TIE:
        return choice
    return f"{choice}; the wrong one costs up to {fmt.times(ratio)} the right one, in {widest.lower()}"


def ties_title(answer: Answer, quarter: int) -> str:
    """Return the finding of the table of ties: what it takes where the custom chip is dearest."""
    rows = ties(answer, quarter)
    known = rows.dropna(subset=["ratio"]).sort_values("ratio", kind="stable")
    if known.empty:
        return f"Nothing can tie: {answer.custom} has no chip on offer in {quarter_label(quarter)}"
    worst = known.iloc[-1]
    name, chip = worst["workload"].lower(), worst["custom_chip"]
    if worst["ratio"] > 1.0:
        return f"In {name} {chip} would tie {_at(worst)}"
    margin = f"down to {_multiple(worst['performance'])} of its performance"
    price = f"up to {fmt.times(worst['price'])} its price"
    return f"{answer.custom} leads wherever it has a chip; in {name} {chip} stays ahead {margin} or {price}"


def specification(answer: Answer) -> pd.DataFrame:
    """What each chip is, with grade and source: availability, power, memory, peaks, price and work on each workload.

    Figures are those of the data; only the quarter from which a chip can be had is moved by the levers.
    """
    inputs, plan = answer.sim.world.inputs, roadmap(answer)
    chips, known = inputs.chips, inputs.tables["chips"]
    prices = inputs.tables["chip_prices"].set_index("chip_id").loc[list(chips.id)]
    throughput = inputs.tables["chip_throughput"]
    publications = inputs.tables["sources"].set_index("source_id")
    grades = throughput.groupby("chip_id")["grade"].agg(lambda grade: fmt.listed(sorted(set(grade)))).reindex(chips.id)
    last = [fmt.MISSING if t == NO_LAST_ORDER else quarter_label(int(t)) for t in chips.last_order]
    table = {
        "Supplier": np.array(supplier_labels(inputs))[chips.supplier],
        "Chip": chips.name,
        "Status": known["status"].map(STATUSES),
        "Volume in the data": [quarter_label(int(t)) for t in plan.announced],
        "Volume here": [quarter_label(int(t)) for t in plan.available],
        "Last order": last,
        "Chip power (W)": known["tdp_w"],
        "Power with system (kW)": chips.kw,
        "Memory (GB)": known["memory_gb"],
        "Memory (TB/s)": known["memory_tb_s"],
        "BF16 (Tflop/s)": known["bf16_tflops"],
        "FP8 (Tflop/s)": known["fp8_tflops"],
        "FP4 (Tflop/s)": known["fp4_tflops"],
        "Price, low ($)": prices["price_usd_low"].to_numpy(),
        "Price ($)": chips.price_usd,
        "Price, high ($)": prices["price_usd_high"].to_numpy(),
        "System share ($)": chips.system_cost_usd,
    }
    for w, label in enumerate(workload_labels(inputs)):
        table[f"{label} (H100e)"] = np.where(chips.h100e[:, w] > 0.0, chips.h100e[:, w], np.nan)
    table |= {
        "Grade of the chip": known["grade"],
        "Grade of the price": prices["grade"].to_numpy(),
        "Grade of its work": grades.to_numpy(),
        "Source of the chip": known["source_id"].map(publications["title"]),
        "Source of the price": prices["source_id"].map(publications["title"]).to_numpy(),
        "Note": known["note"],
        "Address": known["source_id"].map(publications["url"]),
    }
    frame = pd.DataFrame(table)
    return frame.iloc[np.argsort(chips.supplier, kind="stable")].reset_index(drop=True)


def specification_title(answer: Answer) -> str:
    """Return the finding of the specification: how much of it the makers have said."""
    table = answer.sim.world.inputs.tables["chip_throughput"]
    share = (table["grade"] == "assumption").mean()
    return f"{fmt.percent(float(share))} of the throughputs behind this page are our assumption, not a measurement"
