"""What the figures of Chips say, in sentences."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.base.format import in_sentence
from core.inputs.data import CUSTOM
from core.story.answer import Answer
from core.story.finding import chip_words
from core.story.labels import supplier_labels, workload_label, workload_labels
from core.story.tables import in_words
from core.views.chips import frames

TIE: Final = 0.01
"""Costs that differ by less than this share are a tie: the throughput of no chip is known better."""
MOST_SENTENCES: Final = 3
"""What is to be said of more chips, suppliers or workloads than these is counted, not listed."""
CHIP_LETTERS: Final = 40
"""Letters that the name of a chip takes at most within a sentence."""
MOST_SPELLS: Final = 3
"""A lead that comes and goes more often than this is counted, not listed."""


def title(answer: Answer, quarter: int) -> str:
    """Return the page's title: where the custom chip is cheapest in a quarter, and what it would take elsewhere."""
    rows = frames.each_tie(answer, quarter)
    when, custom = answer.calendar.label(quarter), answer.custom
    known = [row for row in rows if not np.isnan(row.ratio)]
    if not known:
        return f"In {when} {custom} has no chip on offer: a bought chip is the cheapest for every workload"
    level = [row for row in known if abs(row.ratio - 1.0) < TIE]
    ahead = [row for row in known if row.ratio <= 1.0 - TIE]
    behind = [row for row in known if row.ratio >= 1.0 + TIE]
    parts = []
    if ahead:
        parts.append(f"is the cheapest chip in {_workloads(ahead, len(rows))}")
    if level:
        parts.append(f"ties in {_workloads(level, len(rows))}")
    if behind:
        nearest = min(behind, key=lambda row: row.ratio)
        everywhere = "in every workload" if len(behind) == len(rows) > 1 else "wherever it has a chip"
        dearer = f"is dearer than the best bought chip{f' {everywhere}' if len(rows) > 1 else ''}"
        opening = "would tie in" if parts else f"{dearer}; it would tie in"
        parts.append(f"{opening} {_name(nearest)} {_at(nearest)}")
    return f"In {when} {custom} {fmt.listed(parts)}"


def _at(row: frames.Tie) -> str:
    """Say at what performance or price a chip ties: `at 1.7 times its performance, or at 43 % of its price`."""
    text = f"at {fmt.times(row.performance)} its performance"
    return f"{text}, at no price" if row.price <= 0.0 else f"{text} or {fmt.percent(row.price)} of its price"


def _workloads(rows: list[frames.Tie], of: int) -> str:
    return fmt.listed_or_counted([_name(row) for row in rows], of, "workload")


def _name(row: frames.Tie) -> str:
    return in_sentence(row.workload)


def ties_title(answer: Answer, quarter: int) -> str:
    """Return the finding of the table of ties: what it takes where the custom chip is dearest."""
    known = [row for row in frames.each_tie(answer, quarter) if not np.isnan(row.ratio)]
    if not known:
        return f"Nothing can tie: {answer.custom} has no chip on offer in {answer.calendar.label(quarter)}"
    worst = sorted(known, key=lambda row: row.ratio)[-1]
    name, chip = _name(worst), fmt.shortened(str(worst.custom_chip), CHIP_LETTERS)
    if worst.ratio > 1.0:
        return f"In {name} {chip} would tie {_at(worst)}"
    margin = f"down to {_multiple(worst.performance)} of its performance"
    price = f"up to {fmt.times(worst.price)} its price"
    return f"{answer.custom} leads wherever it has a chip; in {name} {chip} stays ahead {margin} or {price}"


def ties_words(answer: Answer, quarter: int) -> pd.DataFrame:
    """frames.ties in words, a row a workload."""
    custom = answer.custom
    return in_words(
        {
            "Workload": row.workload,
            f"{custom} chip": _chip(row.custom_chip, row.custom_usd),
            "Best bought chip": _chip(row.bought_chip, row.bought_usd),
            "Ties at performance": _multiple(row.performance),
            "or at price": _price(row.price),
            "Cheaper than bought": _when_cheaper(answer, w),
        }
        for w, row in enumerate(frames.each_tie(answer, quarter))
    )


def _chip(name: str | None, usd: float) -> str:
    return chip_words(None if name is None else fmt.shortened(name, CHIP_LETTERS), usd)


def _multiple(value: float) -> str:
    """Return a multiple of what is: `1.7 times`, below one `43 %`."""
    return fmt.times(value) if not value < 1.0 else fmt.percent(value)


def _price(value: float) -> str:
    return "at no price: power alone costs more" if value <= 0.0 else _multiple(value)


def matrix_title(answer: Answer, quarter: int) -> str:
    """Return the finding of the matrix: the span between the cheapest and the dearest chip on offer."""
    frame, costs = frames.matrix(answer, quarter), dict[str, list[float]]()
    for workload, usd in zip(frame["workload"], frame["total_usd"], strict=True):
        costs.setdefault(workload, []).append(usd)
    spread = {workload: max(usd) / min(usd) for workload, usd in costs.items()}
    widest, ratio = max(spread.items(), key=lambda one: one[1])
    count = fmt.counted(frames.chips_on_offer(answer, quarter), "chip")
    choice = f"{count} {'is' if count.startswith('1 ') else 'are'} on offer in {answer.calendar.label(quarter)}"
    if ratio < 1.0 + TIE:
        return choice
    return f"{choice}; the wrong one costs up to {fmt.times(ratio)} the right one, in {in_sentence(widest)}"


def marks(answer: Answer, quarter: int) -> str:
    """Return what the figures of the matrix stand for."""
    if frames.is_by_supplier(answer, quarter):
        return "Each supplier's cheapest chip for the workload; bold with a dot: the cheapest of all"
    return "Bold: the cheapest of its supplier; dot: of all"


def gaps(answer: Answer, quarter: int) -> str:
    """Say which chips on offer cannot run what, who offers nothing for what, and what ties, after a blank each."""
    chips, plan = answer.inputs.chips, frames.roadmap(answer)
    workloads = [in_sentence(label) for label in workload_labels(answer.inputs)]
    unable, without = [], []
    for supplier, name in enumerate(supplier_labels(answer.inputs)):
        own = np.flatnonzero(plan.on_offer[quarter] & (chips.supplier == supplier))
        if not own.size:
            without.append(f"{name} has no chip on offer.")
            continue
        able = plan.h100e[own] > 0.0  # (chip, workload)
        lacking = [workload for w, workload in enumerate(workloads) if not able[:, w].any()]
        for chip, runs in zip(own, able, strict=True):
            cannot = [workload for w, workload in enumerate(workloads) if not runs[w] and workload not in lacking]
            if cannot:
                unable.append(
                    f"{fmt.shortened(chips.name[chip], CHIP_LETTERS)} cannot run {_named(cannot, len(workloads))}."
                )
        if lacking:
            without.append(f"{name} has no chip on offer for {_named(lacking, len(workloads))}.")
    tied = _tied(answer, quarter)
    sentences = [
        *_few(unable, "{} chips on offer cannot run every workload."),
        *_few(without, "{} suppliers have no chip on offer for every workload."),
        *_few(tied, f"In {{}} workloads the cheapest chips tie to within {fmt.setting(TIE)}."),
    ]
    return "".join(f" {sentence}" for sentence in sentences)


def _named(workloads: list[str], of: int) -> str:
    """Return workloads that a chip cannot run, in a row or by their number."""
    return fmt.listed(workloads, "or") if len(workloads) <= MOST_SENTENCES else f"{len(workloads)} of {of} workloads"


def _few(sentences: list[str], counted: str) -> list[str]:
    """Return the sentences if they are few, else one that says how many there are."""
    return sentences if len(sentences) <= MOST_SENTENCES else [counted.format(len(sentences))]


def _tied(answer: Answer, quarter: int) -> list[str]:
    """Say where the offers of several suppliers cost as good as the same, and less than all others."""
    world, sentences = answer.world, []
    for w, label in enumerate(workload_labels(answer.inputs)):
        kappa = world.kappa[quarter, :, w]
        level = np.flatnonzero(kappa < kappa.min() * (1.0 + TIE))
        if level.size > 1:
            chips = world.chip[quarter, level, w]
            names = [fmt.shortened(answer.inputs.chips.name[chip], CHIP_LETTERS) for chip in chips]
            who = fmt.listed(names) if len(names) <= MOST_SENTENCES else f"the chips of {len(names)} suppliers"
            sentences.append(f"In {in_sentence(label)} {who} tie to within {fmt.setting(TIE)}.")
    return sentences


def cost_of_work_title(answer: Answer, workload: str) -> str:
    """Return the finding of the chart over time: when custom chips lead in a workload, and by how much at the end."""
    w, name = answer.inputs.workloads.index(workload), in_sentence(workload_label(answer.inputs, workload))
    custom, bought = answer.world.kappa[:, CUSTOM, w], answer.world.bought_kappa[:, w]
    if not np.isfinite(custom).any():
        return f"{answer.custom} has no chip for {name} by {answer.last_year}"
    when, end = _when_cheaper(answer, w), f"it has no chip at the end of {answer.last_year}"
    if np.isfinite(custom[-1]):
        ratio = fmt.times(float(custom[-1] / bought[-1]))
        end = f"it costs {ratio} the best bought chip at the end of {answer.last_year}"
    if when == "never":
        return f"In {name} {answer.custom} is never cheaper than the best bought chip; {end}"
    lead = "throughout" if when == "throughout" else f"in {when}"
    return f"In {name} {answer.custom} is cheaper than any bought chip {lead}; {end}"


def _when_cheaper(answer: Answer, workload: int) -> str:
    """Return when custom chips cost less than bought ones: `throughout`, `never`, or the spells by their quarters."""
    leads = frames.custom_leads(answer, workload)
    if leads.all():
        return "throughout"
    runs = frames.spells(leads.tolist())
    if not runs:
        return "never"
    if len(runs) > MOST_SPELLS:
        return f"{leads.sum()} of {leads.size} quarters"
    return fmt.listed([fmt.span([answer.calendar.label(t) for t in dict.fromkeys(run)]) for run in runs])


def timeline_title(answer: Answer) -> str:
    """Return the finding of the roadmap: how much of it is announced or extrapolated, and what the levers move."""
    plan = frames.roadmap(answer)
    shown = plan.on_offer.any(axis=0)
    status = answer.inputs.tables["chips"]["status"].to_numpy()
    counts = [(int((shown & (status == key)).sum()), words) for key, words in frames.STATUSES.items()]
    (first, words), *rest = [(count, words) for count, words in counts if count]
    parts = [f"{first} {'is' if first == 1 else 'are'} {words}", *(f"{count} {words}" for count, words in rest)]
    text = f"Of {fmt.counted(int(shown.sum()), 'chip')} on offer by {answer.last_year}, {fmt.listed(parts)}"
    moves = [move for move in (_move(answer, plan, own) for own in (True, False)) if move]
    return f"{text}; {fmt.listed(moves)}" if moves else text


def _move(answer: Answer, plan: frames.Roadmap, custom: bool) -> str:
    """Say how far the delay lever moves the custom chips or the bought ones, if it moves any."""
    moved = (plan.available - plan.announced)[(answer.inputs.chips.supplier == CUSTOM) == custom]
    furthest = int(moved[np.argmax(np.abs(moved))]) if moved.size else 0
    if furthest == 0:
        return ""
    who = answer.custom if custom else "bought chips"
    way = "later" if furthest > 0 else "earlier"
    return f"{who} {'comes' if custom else 'come'} {fmt.counted(abs(furthest), 'quarter')} {way} than in the data"


def beyond(answer: Answer) -> str:
    """Name the chips that the delay levers move beyond the last year; no words if none."""
    plan, end, chips = frames.roadmap(answer), answer.world.quarters, answer.inputs.chips
    gone = np.flatnonzero((plan.announced < end) & (plan.available >= end))
    if not gone.size:
        return ""
    names = [fmt.shortened(chips.name[c], CHIP_LETTERS) for c in gone]
    who = fmt.listed(names) if len(names) <= MOST_SENTENCES else fmt.counted(len(names), "chip")
    return f" Moved beyond {answer.last_year}: {who}."


def unlisted(answer: Answer, workload: str) -> str:
    """Say which of the chips on offer by the horizon the roadmap leaves out, after a blank; no words if none."""
    drawn = frames.timeline_drawn(answer, workload)["chip_id"].nunique()
    left = int(frames.roadmap(answer).on_offer.any(axis=0).sum()) - drawn
    if not left:
        return ""
    return f" Not drawn: {fmt.counted(left, 'chip')} that are at no time the cheapest of their supplier for it."


def specification_title(answer: Answer) -> str:
    """Return the finding of the specification: how much of it the makers have said."""
    table = answer.inputs.tables["chip_throughput"]
    share = float((table["grade"] == "assumption").mean())
    if share == 0.0:
        return "Every throughput behind this page is reported or estimated"
    every = "All throughputs" if share == 1.0 else f"{fmt.percent(share)} of the throughputs"
    return f"{every} behind this page are assumptions, not measurements"
