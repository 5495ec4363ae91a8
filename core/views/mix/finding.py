"""What a search for the best mix found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.inputs.data import LEAD, Inputs
from core.inputs.lever import Lever, Value
from core.inputs.lever_table import adoption, bought_share
from core.risk.futures import IS_GOOD, sureness
from core.risk.mix.limits import CAPEX_MAX, CHANGE_MAX, EASING, PEAK_MAX, SHARE_MIN, SHORTFALL_MAX, Limit
from core.risk.mix.price import Binding
from core.risk.mix.problem import Problem
from core.risk.mix.signposts import Signpost
from core.story.figure import Metric
from core.story.finding import is_good, undelivered
from core.story.labels import supplier_labels, workload_label
from core.story.settings import in_words
from core.views.mix import frames
from core.views.mix.view import View, that_differ

LONGEST_SHARES: Final = 105
"""Letters that the shares of a mix take at most in a title."""


# --- Title and strip


def not_searched(problem: Problem, is_wanted: bool = False) -> str:
    """Return the title before a search, or while it is made."""
    free = len(problem.free)
    if not free:
        return "Nothing is free, so there is no best mix to find"
    what = "shares" if all(problem.inputs.levers[name].is_share for name in problem.free) else "choices"
    if is_wanted:
        return f"Looking for the best mix of {fmt.counted(free, what.removesuffix('s'))}"
    return f"Which {what} are best? {fmt.sentence(fmt.number_word(free))} can be set freely; no search was made yet"


def changed_since(before: Problem, now: Problem) -> str:
    """Return what was changed since a search, in a sentence, and what a new one is for."""
    changed = ["the data"] if before.inputs.data_version != now.inputs.data_version else []
    changed += ["what is free"] if before.free != now.free else []
    changed += ["the limits"] if before.limits != now.limits else []
    if before.inputs.data_version == now.inputs.data_version:
        moved = [
            name for name, value in now.scenario.items() if before.scenario[name] != value and name not in now.free
        ]
        known = now.inputs.levers
        labels = [fmt.in_sentence(known[name].label) for name in moved]
        changed += [fmt.listed_or_counted(labels, len(known), "lever")] if labels else []
    if not changed:
        return ""
    return (
        f"Changed since the last search: {fmt.listed(changed)}. What it found is kept and comes back if you undo that."
    )


def button_words(problem: Problem) -> str:
    """Return what the button of the search does, or why it cannot be pressed."""
    if not problem.free:
        return "Set at least one choice free first, under Choices and limits"
    return "Search with what is free and the limits as they stand now"


ABOUT: Final = (
    "The search tries some thousands of mixes in the same futures, about half a minute; moving anything stops it. "
    "What it finds is kept."
)


def title(view: View) -> str:
    """Return what is best, what it is worth, how sure, and against the reader's own."""
    best, own = view.found.best, view.own
    told = f"{_usd(best.expected_usd)} expected, {_pays(best.pays_share)}"
    ahead = best.expected_usd - own.expected_usd
    if ahead < MATERIAL_USD:
        if frames.own_keeps(view):
            return f"No mix tried is worth more than yours: {_usd(own.expected_usd)} expected, {_pays(own.pays_share)}"
        over = "" if ahead > -MATERIAL_USD else f"; yours, worth {fmt.usd(-ahead)} more, breaks them"
        return f"Best within your limits is {mix_words(view.inputs, best.levers)}: {told}{over}"
    within = " within your limits" if view.problem.limits else ""
    return f"Best{within} is {mix_words(view.inputs, best.levers)}: {told}, {fmt.usd(ahead)} more than yours"


def _pays(share: float) -> str:
    if math.isnan(share):
        return "no different from the baseline in any future"
    return f"pays in {fmt.chance(share)} of futures"


def _usd(usd: float) -> str:
    return "about 0" if abs(usd) < MATERIAL_USD else fmt.usd(usd, signed=True)


def mix_words(inputs: Inputs, levers: Mapping[str, Value]) -> str:
    """Return the adoption shares of a mix in words of the data set: `100 % custom in a and b, 0 % in c`.

    A family is named whole where all its workloads are set alike.
    """
    groups: dict[float, list[str]] = {}
    free = [one for one in inputs.workloads if adoption(one) in levers]
    if not free:
        return f"another setting of {fmt.counted(len(levers), 'choice')}"
    family = dict(zip(inputs.workloads, inputs.families, strict=True))
    for one in free:
        own = [other for other in inputs.workloads if family[other] == family[one]]
        share = float(levers[adoption(one)])
        alike = len(own) > 1 and all(levers.get(adoption(other)) == share for other in own)
        name = inputs.family_names[family[one]] if alike else workload_label(inputs, one)
        names = groups.setdefault(share, [])
        if fmt.in_sentence(name) not in names:
            names.append(fmt.in_sentence(name))
    ordered = sorted(groups.items(), reverse=True)
    if not ordered[0][0]:
        return (
            "no custom chips at all" if len(free) == len(inputs.workloads) else "no custom chips where shares are free"
        )
    parts = [f"{fmt.setting(share)} in {fmt.listed(names)}" for share, names in ordered]
    told = fmt.listed([parts[0].replace(" in ", " custom in ", 1), *parts[1:]])
    if len(told) <= LONGEST_SHARES:
        return told
    some = sum(float(levers[adoption(one)]) > 0.0 for one in free)
    return f"custom chips in {some} of {fmt.counted(len(free), 'workload')}"


def metrics(view: View) -> list[Metric]:
    """Return what the mix that is looked at comes to, against the reader's own."""
    mix, own, against = view.mix, view.own, f"against {view.answer.baseline_words}"
    plan = view.answer.metric("npv_usd")
    odds = sureness(mix.pays_share)

    def usd(label: str, value: float, other: float, said: str) -> Metric:
        change = value - other
        word = "more" if change > 0 else "less"
        more = "as yours" if abs(change) < MATERIAL_USD else f"{fmt.usd(abs(change))} {word} than yours"
        shown = "$0" if abs(value) < MATERIAL_USD else fmt.usd(value, 3, signed=True)
        return Metric(label, shown, more, against, is_good(change), said)

    return [
        usd("Expected value", mix.expected_usd, own.expected_usd, "Mean of value after tax over all futures."),
        usd("Bad tenth", mix.bad_tenth_usd, own.bad_tenth_usd, "Mean of value over the worst tenth of the futures."),
        usd("Plan case", mix.plan_usd, plan, "Value with every assumption at its setting."),
        Metric(
            "Chance that it pays",
            fmt.chance(mix.pays_share),
            odds,
            f"yours {fmt.chance(own.pays_share)}",
            IS_GOOD.get(odds),
            "Share of futures in which value is not below zero.",
        ),
    ]


def note(view: View) -> str:
    """Return how the search was made and how far it can be trusted."""
    found = view.found
    spread = found.seed_spread_usd
    agree = "found the same" if spread < MATERIAL_USD else f"differ by {fmt.usd(spread)} at the ends of the frontier"
    return (
        f"{found.tried:,} mixes tried; two searches with seeds of their own {agree}. Each mix shown was worked out "
        f"again in {view.problem.effort.shown:,} futures, the same for all, against {view.answer.baseline_words}."
    )


# --- The frontier


def frontier_title(view: View) -> str:
    """Return what the frontier trades: expected value against the bad tenth."""
    first, last = view.found.frontier[0], that_differ(view.found)[-1]
    if first is last:
        return "One mix is best both in expected value and in the bad tenth"
    gives = fmt.usd(first.expected_usd - last.expected_usd)
    return (
        f"Giving up {gives} of expected value spares {fmt.usd(last.bad_tenth_usd - first.bad_tenth_usd)} in a bad tenth"
    )


def frontier_caption(view: View) -> str:
    """Return what the marks stand for, and what must be known where merchants' shares are free."""
    kept = " Courses other than mixes are shown whether or not they keep your limits." if view.problem.limits else ""
    return (
        "Each dot of the line is a mix that no other beats in both expected value and the bad tenth, the mean of the "
        "worst tenth of futures; better is up and to the right. Open marks: courses held against it, ◆ yours. Least "
        f"regret: the smallest regret in the worst of the worlds tried.{kept}{merchants_note(view.problem)}"
    )


def merchants_note(problem: Problem) -> str:
    """Say what is missing where merchants' shares are free, a sentence after a blank; nothing where they are not."""
    inputs = problem.inputs
    shares = {bought_share(one, work) for one in inputs.suppliers[LEAD + 1 :] for work in inputs.workloads}
    if not shares & set(problem.free):
        return ""
    return (
        " Merchants' shares are free, and no limit to the supply of bought chips is modelled: the search may buy from "
        "one merchant more than it could ever deliver. The baseline keeps the shares that you have set."
    )


# --- The mix that is looked at


def settings_title(view: View) -> str:
    """Return how much the mix moves from the reader's own settings."""
    rows = frames.settings(view)
    moved = int(rows["moves"].sum())
    what = f"{fmt.sentence(view.name)}: "
    if not moved:
        return f"{what}what you have set already"
    return f"{what}{moved} of {fmt.counted(len(rows), 'choice')} set otherwise than yours"


def settings_caption(view: View) -> str:
    """Return what cannot be delivered of it."""
    return " ".join(["All else stays as you have set it.", *undelivered(view.looked)]) + merchants_note(view.problem)


def capital_title(view: View) -> str:
    """Return the year in which capital spending differs most from the reader's own."""
    rows = frames.capital_total(view)
    change = (rows["mix_usd"] - rows["own_usd"]).to_numpy()
    most = int(np.abs(change).argmax())
    if abs(change[most]) < MATERIAL_USD:
        return "Capital spending is what yours is in every year"
    word = "more" if change[most] > 0 else "less"
    total = float(change.sum())
    whole = (
        "" if abs(total) < MATERIAL_USD else f", {fmt.usd(abs(total))} {'more' if total > 0 else 'less'} in all years"
    )
    year, usd = int(rows["year"].iloc[most]), fmt.usd(float(abs(change[most])))
    return f"Capital spending is {usd} {word} than yours in {year}{whole}"


def agreements_title(view: View) -> str:
    """Return how many agreements the mix does not meet."""
    rows = frames.agreements(view)
    if rows.empty:
        return "No purchase is agreed with any supplier"
    short = rows["mix_usd"] >= MATERIAL_USD
    count = int(short.sum())
    if not count:
        return "Every agreement is met" if len(rows) > 1 else "The agreement is met"
    usd = fmt.usd(float(rows["mix_usd"].sum()))
    of, own = f"{count} of {fmt.counted(len(rows), 'agreement')}", float(rows["own_usd"].sum())
    yours = "" if own < MATERIAL_USD else f", under yours by {fmt.usd(own)}"
    return f"{of} {'falls' if count == 1 else 'fall'} short, by {usd} of purchases{yours}"


# --- Limits


def limit_words(limit: Limit, inputs: Inputs) -> str:
    """Return a limit within a sentence: `capital spending in a year at most $5 B`."""
    return f"{_what(limit, inputs)} {'at most' if limit.is_most else 'at least'} {limit.told}"


def _what(limit: Limit, inputs: Inputs) -> str:
    if limit.kind == CAPEX_MAX:
        return f"capital spending in {limit.subject}"
    if limit.kind in (PEAK_MAX, SHORTFALL_MAX, CHANGE_MAX):
        return {
            PEAK_MAX: "peak IT load",
            SHORTFALL_MAX: "shortfall charges",
            CHANGE_MAX: "a change of a share from today",
        }[limit.kind]
    return f"{supplier_labels(inputs)[inputs.suppliers.index(limit.subject)]}'s share of chip spending"


def field_label(limit: Limit, inputs: Inputs) -> str:
    """Return what stands above the field of a limit, without its bound: `Peak IT load, at most`."""
    return f"{fmt.sentence(_what(limit, inputs))}, {'at most' if limit.is_most else 'at least'}"


def figure_words(limit: Limit, figure: float) -> str:
    """Return what a limit bounds, in its own unit."""
    return Limit(limit.kind, limit.subject, figure).told


def price_words(one: Binding, inputs: Inputs) -> str:
    """Return what a little more room under a limit is worth: `$1 B more of … is worth $0.2 B`."""
    kind, gain = one.limit.kind, fmt.usd(one.gain_usd)
    if EASING[kind] < 1.0:
        less = "less" if kind == SHARE_MIN else "more"
        return f"One point {less} of {_what(one.limit, inputs)} is worth {gain}"
    ease = fmt.power(one.easing) if kind == PEAK_MAX else fmt.usd(one.easing, 1)
    return f"{ease} more of {_what(one.limit, inputs)} is worth {gain}"


def limits_title(view: View) -> str:
    """Return the price of each limit that binds."""
    found = view.found.binding
    if not view.problem.limits:
        return "No limit is set"
    if not found:
        return "No limit holds the best mix back"
    dearest = sorted(found, key=lambda one: -one.gain_usd)
    return "; ".join(price_words(one, view.inputs) for one in dearest[:2])


def impossible(limits: Sequence[Limit], inputs: Inputs) -> str:
    """Say which limits no mix keeps, and what would do."""
    told = fmt.listed([limit_words(one, inputs) for one in limits])
    if len(limits) == 1:
        return f"No mix of what is free keeps {told}. Ease it, or set more choices free."
    return f"No mix of what is free keeps all of these: {told}. Ease one of them, or set more choices free."


# --- What to decide now


DO, BEGIN, WAIT = "Decide", "Begin", "Wait"


def decisions_title(view: View) -> str:
    """Return what all of the frontier agrees on, what to begin, and what waits."""
    rows = frames.decisions(view).to_dict("records")
    by: dict[str, list[str]] = {DO: [], BEGIN: [], WAIT: []}
    for row in rows:
        by[decided(view, row)[0]].append(fmt.in_sentence(view.inputs.levers[row["lever"]].label))
    told = {kind: fmt.listed_or_counted(names, len(rows), "choice") for kind, names in by.items()}
    if not by[DO] and not by[BEGIN]:
        return "Nothing need be decided now but how much risk to bear: the best mixes agree on nothing"
    parts = [f"decide {told[DO]}"] if by[DO] else []
    parts += [f"begin with {told[BEGIN]}"] if by[BEGIN] else []
    parts += [f"let {told[WAIT]} wait"] if by[WAIT] else []
    return f"Now {fmt.listed(parts)}"


def decided(view: View, row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return what to do with a choice, and what the frontier says of it."""
    lever = view.inputs.levers[str(row["lever"])]
    low, high, now = (float(row[name]) for name in ("low", "high", "now"))
    ends = [frames.set_to(lever, lever.value(one)) for one in (low, high)]
    over = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    if row["agrees"]:
        return DO, over
    if row["is_share"] and low > now + frames.AGREE:
        return BEGIN, f"{over}: at least {fmt.setting(low)}; how far beyond can wait"
    if row["is_share"] and high < now - frames.AGREE:
        return BEGIN, f"{over}: at most {fmt.setting(high)}; how far below can wait"
    return WAIT, f"{over}: how much risk to bear decides"


DECISIONS: Final = (
    "Least and most of each choice over the frontier, but for mixes that come to the same as the baseline. Shares "
    "within ten points of each other agree."
)


def commitments_title(view: View) -> str:
    """Return what must be committed first."""
    rows = frames.commitments(view)
    if rows.empty:
        return "Nothing is bought"
    due = rows["first"] - view.lead_quarters
    now = rows[due < 0]
    if now.empty:
        first = view.answer.calendar.label(int(due.iloc[0]))
        return f"The first commitment, {rows['chip'].iloc[0]}, is due by {first}"
    names = list(now["chip"])
    short = len(names) <= fmt.MOST_LISTED
    told = fmt.listed(names) if short else f"{len(names)} of {fmt.counted(len(rows), 'chip')}"
    return f"{told} must be committed now: first bought within {fmt.counted(view.lead_quarters, 'quarter')}"


def commitments_caption(view: View) -> str:
    """Return what the dates rest on."""
    return (
        "The quarter of the first purchase under this mix, less the lead time from commitment to delivery that you "
        f"set: {fmt.counted(view.lead_quarters, 'quarter')}, an assumption, for no source says it."
    )


SIGNPOSTS: Final = (
    "Watch these: the setting of one belief, all others as they are, from which another of the courses named on this "
    "page has the highest expected value. A mix that was not looked for under that belief may be better still."
)


def signposts_title(view: View) -> str:
    """Return the likeliest belief at which another course becomes best."""
    if not view.signposts:
        return "No belief alone makes another course better than the best mix"
    first, lever = view.signposts[0], view.inputs.levers[view.signposts[0].lever]
    turn = f"{fmt.in_sentence(lever.label)} is {turn_words(lever, first)}"
    return f"The best mix stays ahead until {turn}; then “{first.course}” is best"


def turn_words(lever: Lever, one: Signpost) -> str:
    """Return a signpost's setting in words, and on which side of it another course is best."""
    side = "or less" if one.at < one.setting else "or more"
    return f"{in_words(lever, lever.value(one.at))} {side}"
