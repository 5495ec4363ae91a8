"""One quantity has one value wherever it is shown, parts add up to their whole, and no sentence denies another.

Asked of every page and figure of the catalogue, over presets, extremes and settings drawn at random.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.base.format import MINUS
from core.exports.catalogue import PAGES
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from core.story import finding
from core.story.answer import Answer
from core.story.odds import odds
from core.views.contracts import frames as contract_frames
from core.views.cost import bridge as cost_bridge
from tests.support.answers import answer
from tests.support.cases import PRESETS, at_end
from tests.support.effort import examples
from tests.support.frozen import INPUTS, LEVERS
from tests.support.strategies import scenarios
from tests.support.words import said

SHARES = [adoption(workload) for workload in INPUTS.workloads]
GROWTH = {name: LEVERS[name].minimum for name in LEVERS if "growth" in name}
CASES: dict[str, Scenario] = {
    **PRESETS,
    "all at 0": INPUTS.scenario(dict.fromkeys(SHARES, 0.0)),
    "all at 0, against exit": INPUTS.scenario({**dict.fromkeys(SHARES, 0.0), "baseline": "exit"}),
    "all at 100 %": INPUTS.scenario(dict.fromkeys(SHARES, 1.0)),
    "company plan, against exit": INPUTS.scenario({"baseline": "exit"}),
    "to 2028": INPUTS.scenario({"horizon_year": 2028}),
    "to 2035, against exit": INPUTS.scenario({"horizon_year": 2035, "baseline": "exit"}),
    "after the horizon": INPUTS.scenario({"adoption_start": "2031-Q4", "ramp_years": 6.0, "horizon_year": 2028}),
    "no growth": INPUTS.scenario(GROWTH),
    "cheap, with training": INPUTS.scenario({"custom_cost": 0.4, SHARES[-1]: 0.3}),
    "power for a third": INPUTS.scenario({"power_capacity": 0.3}),
    "sold at the end": INPUTS.scenario({"terminal_basis": "sale"}),
    "all levers at their least": at_end("minimum"),
    "all levers at their most": at_end("maximum"),
}
SURE = ("Company plan", "Today's mix held", "Exit custom", "to 2028", "after the horizon")
"""Scenarios whose futures are drawn, too, for which the Risk page takes most of the time that there is."""
WITH_ROWS = ("Company plan",)
"""The Data page says little of the scenario, and takes long."""

each_case = pytest.mark.parametrize("name", CASES)


# --- All that is shown


@dataclass(frozen=True)
class Told:
    """One text that a reader sees, and where."""

    page: str
    place: str
    text: str


def told(a: Answer, pages: tuple[str, ...]) -> Iterator[Told]:
    """Every title, caption, headline figure, note and table in words of some pages."""
    yield Told("explore", "lead", finding.lead(a))
    yield Told("explore", "plan case", finding.plan_case(a))
    yield Told("explore", "evidence", finding.evidence_line(a))
    for name in pages:
        page, view = PAGES[name], opened(a, name)
        yield Told(name, "title", page.head.title(view))
        if page.head.note is not None:
            yield Told(name, "note", page.head.note(view))
        for metric in page.head.metrics(view) if page.head.metrics else []:
            for part in ("label", "value", "change", "beside", "help"):
                yield Told(name, f"{metric.label}: {part}", getattr(metric, part))
        for figure in page.figures.values():
            yield Told(name, figure.name, figure.title(view))
            yield Told(name, f"{figure.name}: caption", figure.caption(view))
            if figure.words is not None:
                words = figure.words(view)
                for row in words.to_dict("records"):
                    first = str(next(iter(row.values())))
                    for column, cell in row.items():
                        yield Told(name, f"{figure.name}: {first}: {column}", str(cell))


@cache
def opened(a: Answer, page: str) -> Any:
    return PAGES[page].opened(a)


@cache
def texts_of(name: str) -> dict[tuple[str, str], str]:
    """All that is told of a case, by page and place, with plain blanks."""
    pages = tuple(page for page in PAGES if (page, name) not in LEFT_OUT)
    return {(one.page, one.place): said(one.text) for one in told(answer(CASES[name]), pages)}


LEFT_OUT = {("risk", name) for name in CASES if name not in SURE} | {
    ("data", name) for name in CASES if name not in WITH_ROWS
}


# --- One quantity, one value

SIGNED = rf"(?P<sign>[+{MINUS}]?)(?:about )?\$(?P<figure>[\d,.]*\d) ?(?P<unit>[TBM]\b)?"
POWER = r"(?P<sign>)(?P<figure>[\d,.]*\d) (?P<unit>GW|MW)"
SHARE = r"(?P<sign>)(?P<figure>[<>]?\d+) (?P<unit>%)"
SCALES = {"T": 1e12, "B": 1e9, "M": 1e6, None: 1.0, "GW": 1e3, "MW": 1.0, "%": 0.01}
VALUE, TO_HOLD, TO_EXIT = "value", "value against today's mix held", "value against exit custom"

SHOWN: tuple[tuple[str, str, str, str], ...] = (
    (VALUE, "explore", "lead", rf"(?:is worth|(?P<minus>costs)) {SIGNED} after tax"),
    (VALUE, "explore", "title", rf"(?:is worth|(?P<minus>costs)) {SIGNED} after tax"),
    (VALUE, "explore", "plan case", rf"^Plan case {SIGNED}:"),
    (VALUE, "risk", "Expected value: change", rf"plan case {SIGNED}"),
    (VALUE, "cost", "cost_bridge", rf"^Cost (?:falls|(?P<minus>rises)) by {SIGNED}"),
    (VALUE, "cost", "note", rf"value is {SIGNED}"),
    (VALUE, "cost", "lives", rf"value (?:stays at|rises from|falls from) {SIGNED}"),
    (VALUE, "cost", "lives: As set: Value", SIGNED),
    (VALUE, "cost", "Written off.*: beside", rf"as set {SIGNED}"),
    (VALUE, "compare", "compare_bridge", rf"^Value (?:rises|falls) from .* to {SIGNED}"),
    (TO_HOLD, "explore", "Value against today's mix held: value", SIGNED),
    (TO_HOLD, "explore", "Value against exit custom: beside", rf"against today's mix held {SIGNED}"),
    (TO_EXIT, "explore", "Value against exit custom: value", SIGNED),
    (TO_HOLD, "compare", "compare_headline: Value against today's mix held: OWN", SIGNED),
    (TO_HOLD, "contracts", "Shortfalls, today's mix held: beside", rf"(?P<minus>value) {SIGNED}"),
    (TO_HOLD, "contracts", "change_course: caption", rf"and (?P<minus>by) {SIGNED} with today's mix held"),
    (TO_EXIT, "explore", "Value against today's mix held: beside", rf"against exit custom {SIGNED}"),
    (TO_EXIT, "programme", "Value against exit custom: value", SIGNED),
    (TO_EXIT, "programme", "title", rf"(?:is worth|(?P<minus>would save)) {SIGNED} after tax"),
    (TO_EXIT, "programme", "programme_delay: caption", rf"as set {SIGNED}"),
    (TO_EXIT, "compare", "compare_headline: Value against exit custom: OWN", SIGNED),
    (TO_EXIT, "contracts", "Shortfalls, exit custom: beside", rf"(?P<minus>value) {SIGNED}"),
    (TO_EXIT, "contracts", "change_course: caption", rf"changes (?P<minus>by) {SIGNED} with exit custom"),
    ("other basis", "cost", "note", rf"value is .*, {SIGNED} (?:if sold|by the work)"),
    ("other basis", "compare", "compare_headline: Value as measured, on the other basis: OWN", SIGNED),
    ("capital", "explore", "Capital spending 2027: value", SIGNED),
    ("capital", "cost", "Capital spending 2027: value", SIGNED),
    ("capital", "compare", "compare_headline: Capital spending 2027: OWN", SIGNED),
    ("more capital", "explore", "Capital spending 2027: change", SIGNED),
    ("more capital", "cost", "Capital spending 2027: change", SIGNED),
    ("more capital", "cost", "title", rf"capital spending is {SIGNED} (?:(?P<minus>lower)|higher) in 2027"),
    ("cost", "cost", "cost_bridge", rf"(?: to|stays at) {SIGNED}"),
    ("cost", "cost", "lives: As set: Cost", SIGNED),
    ("cost", "compare", "compare_headline: Cost after tax, present value: OWN", SIGNED),
    ("cash", "cost", "cash", rf"^{SIGNED} of cash by (?P<year>\d+)"),
    ("cash", "compare", "compare_spending", rf"To (?P<year>\d+), “OWN” spends {SIGNED}"),
    ("written off", "cost", "Written off.*: value", SIGNED),
    ("written off", "cost", "lives", rf"{SIGNED} is written off"),
    ("chip depreciation", "cost", "Depreciation 2028: beside", rf"chips {SIGNED} of it"),
    ("chip depreciation", "cost", "lives: As set: Chip depreciation 2028", SIGNED),
    ("shortfalls", "explore", "binding", rf"Shortfalls under contract cost {SIGNED}"),
    ("shortfalls", "contracts", "Shortfalls: value", SIGNED),
    ("shortfalls on leaving", "contracts", "Shortfalls, .*: value", SIGNED),
    ("shortfalls on leaving", "contracts", "change_course", rf"costs {SIGNED} in shortfalls"),
    ("more shortfalls", "contracts", "Shortfalls, .*: change", SIGNED),
    ("more shortfalls", "contracts", "title", rf"(?:adds|(?P<minus>saves)) {SIGNED} of shortfalls"),
    ("more shortfalls", "contracts", "change_course", rf"shortfalls, {SIGNED} (?:more|(?P<minus>less))"),
    ("committed", "contracts", "Committed to .*: value", SIGNED),
    ("committed", "contracts", "title", rf"^{SIGNED} is committed"),
    ("warrant", "contracts", "Warrant earned: value", SIGNED),
    ("warrant", "contracts", "warrant", rf"shares worth {SIGNED}"),
    ("programme", "programme", "Programme 2027–.*: value", SIGNED),
    ("programme", "programme", "programme_spending", rf"programme takes {SIGNED}"),
    ("a programme dollar", "programme", "Value per programme dollar: value", SIGNED),
    ("a programme dollar", "programme", "title", rf"brings back {SIGNED}"),
    ("rented work", "explore", "binding", rf"rented for {SIGNED}"),
    ("rented work", "power", "Work left undone: change", rf"renting costs {SIGNED}"),
    ("electricity", "power", "Electricity .*: value", SIGNED),
    ("electricity", "power", "energy", rf"Electricity costs {SIGNED}"),
    ("expected", "risk", "Expected value: value", SIGNED),
    ("expected", "risk", "risk_value", rf"on average it (?:is worth|(?P<minus>loses)) {SIGNED}"),
    ("expected", "compare", "compare_headline: Expected value as measured: OWN", SIGNED),
    ("right to stop", "risk", "Right to stop is worth: value", SIGNED),
    ("right to stop", "risk", "Right to stop: change", rf"(?P<minus>costs) {SIGNED}"),
    ("right to stop", "risk", "risk_stop", rf"(?:is worth|misjudges and (?P<minus>costs)) {SIGNED} on average"),
    ("peak", "explore", "Peak AI power: value", POWER),
    ("peak", "power", "load", rf"load peaks at {POWER}"),
    ("peak", "compare", "compare_power", rf"^“OWN” peaks at {POWER}"),
    ("left", "power", "Capacity left at least: value", POWER),
    ("left", "power", "title", rf"{POWER} are left"),
    ("odds", "risk", "Chance that it pays: value", SHARE),
    ("odds", "risk", "title", rf" pays in {SHARE} of futures"),
    ("odds", "compare", "compare_headline: Pays in: OWN", SHARE),
)
"""Where a quantity is shown: what it means, the page, the place on it, and how it stands in the text."""


@dataclass(frozen=True)
class Figure:
    """A figure as it is read: what is shown, and how far from it the true one may be."""

    where: str
    shown: float
    within: float


def figure(where: str, match: re.Match[str]) -> Figure:
    parts = match.groupdict()
    number = parts["figure"].replace(",", "").strip("<>")
    decimals = len(number.partition(".")[2])
    scale = SCALES[parts["unit"]]
    sign = -1.0 if (parts.get("minus") is not None) != (parts["sign"] == MINUS) else 1.0
    about = LEAST_SHOWN if "about" in match[0] or "<" in parts["figure"] else 0.5000001
    return Figure(f"{where}: {match.string}", sign * float(number) * scale, max(about * 10.0**-decimals * scale, about))


LEAST_SHOWN = 5e6
"""USD: less is about nothing beside thousands of millions."""


def shown(name: str) -> dict[str, list[Figure]]:
    """All figures of a case that SHOWN knows, by what they mean."""
    a, texts = answer(CASES[name]), texts_of(name)
    own, found = own_column(name), defaultdict(list)
    for meaning, page, place, pattern in SHOWN:
        for (at, spot), text in texts.items():
            if at == page and re.fullmatch(place.replace("OWN", re.escape(own)), spot):
                for match in re.finditer(pattern.replace("OWN", re.escape(own)), text):
                    against = TO_EXIT if a.scenario["baseline"] == "exit" else TO_HOLD
                    key = f"{against if meaning == VALUE else meaning} {match.groupdict().get('year', '')}".strip()
                    found[key].append(figure(f"{page}, {spot}", match))
                    break
    return found


def own_column(name: str) -> str:
    """What the scenario is called in the comparison that the Compare page begins with."""
    return opened(answer(CASES[name]), "compare").compared[1].name


@each_case
def test_one_quantity_has_one_value_wherever_it_is_shown(name: str) -> None:
    for meaning, figures in shown(name).items():
        low = max(figures, key=lambda one: one.shown - one.within)
        high = min(figures, key=lambda one: one.shown + one.within)
        assert low.shown - low.within <= high.shown + high.within, (meaning, low.where, high.where)


def test_every_quantity_is_found_in_more_than_one_place() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for name in CASES:
        for meaning, figures in shown(name).items():
            seen[re.sub(r" \d+$", "", meaning)] |= {one.where.partition(":")[0] for one in figures}
    assert {meaning for meaning, *_ in SHOWN} - {VALUE} == set(seen)
    assert not {meaning for meaning, places in seen.items() if len(places) < 2}


# --- Parts and wholes


@each_case
def test_parts_add_up_to_what_their_title_names(name: str) -> None:
    a = answer(CASES[name])
    npv, step = a.metric("npv_usd"), max(1.0, 1e-9 * abs(a.metric("pv_cost_usd")))
    programme = opened(a, "programme").study
    assert a.sweep.contribution_usd.sum() == pytest.approx(npv, abs=step)
    assert programme.by_workload_usd.sum() == pytest.approx(a.metric("npv_vs_exit_usd"), abs=step)
    if a.scenario["baseline"] == "exit":
        np.testing.assert_allclose(programme.by_workload_usd, a.sweep.contribution_usd, atol=step)
    bridged = cost_bridge.bridge(a)
    assert bridged.start_cents + bridged.parts_cents.sum() == bridged.end_cents
    between = opened(a, "compare").bridge
    np.testing.assert_array_equal(between.start + between.parts.sum(axis=0), between.end)
    for course in (a.plan, a.hold, a.exit):
        due, missing = contract_frames.agreed(a), contract_frames.short(a, course)
        bought = contract_frames.counted(a, course)
        assert (bought.sum(axis=0) + missing.sum(axis=0) >= due.sum(axis=0) * (1.0 - 1e-9)).all()
    for side in ("cash", "expense", "running_cost"):
        table = PAGES["cost"].figures[side].table(opened(a, "cost"))
        parts = [c for c in table.columns[2:] if not c.startswith(("All", "Tax saved", "After tax"))]
        np.testing.assert_allclose(table[parts].sum(axis=1), table[table.columns[2 + len(parts)]], atol=1e-6)


@each_case
def test_the_parts_that_are_read_add_up_to_the_value_that_is_read(name: str) -> None:
    match = re.match(r"Plan case (\S+ ?[TBM]?): (.*?)\.(?: |$)", texts_of(name)["explore", "plan case"])
    if match is None:
        return
    whole, parts, sign = re.match(SIGNED, match[1]), [], 1.0
    assert whole is not None
    for found in re.finditer(rf"(?:(earns?|loses?|lose) )?{SIGNED}", match[2]):
        sign = sign if found[1] is None else 1.0 if found[1].startswith("earn") else -1.0
        parts.append(replace_sign(figure(found[0], found), sign))
    total = figure(match[1], whole)
    assert sum(parts) == pytest.approx(total.shown, abs=2.0 * total.within + 0.01 * max(map(abs, parts))), match[0]


def replace_sign(one: Figure, sign: float) -> float:
    return sign * abs(one.shown)


# --- Words agree with figures


@each_case
def test_a_verdict_agrees_with_the_sign_and_the_size_of_its_figure(name: str) -> None:
    a, texts = answer(CASES[name]), texts_of(name)
    npv = a.metric("npv_usd")
    lead = texts["explore", "lead"]
    assert ("is worth" in lead) == (npv > 0.0 and abs(npv) >= MATERIAL_USD), lead
    assert (" costs " in lead) == (npv <= -MATERIAL_USD), lead
    for page, worth in (("explore", npv), ("programme", a.metric("npv_vs_exit_usd"))):
        head = PAGES[page].head.metrics
        assert head is not None and head(opened(a, page))[0].good == finding.is_good(worth)
    if name not in SURE:
        return
    view = opened(a, "risk")
    found = odds(view.drawn, npv)
    degrees = {"does not pay": 0.2, "leans against": 0.4, "too close to call": 0.6, "leans for": 0.8, "pays": 1.01}
    if found.verdict == "No difference":
        return
    verdicts = [degree for degree, below in degrees.items() if view.drawn.probability < below]
    assert found.verdict.lower() == verdicts[0]
    assert f"pays in {said(fmt.chance(view.drawn.probability))}" in texts["risk", "title"] or "future" in found.words


@each_case
def test_no_sentence_denies_another(name: str) -> None:
    a, texts = answer(CASES[name]), texts_of(name)
    everything = " ".join(texts.values())
    power, binding = texts["power", "title"], texts["explore", "binding"]
    assert ("does not bind" in power) == ("Power binds" not in binding), (power, binding)
    assert power.startswith("Power first binds") == ("Power binds" in texts["power", "load"])
    short = "purchases fall short" in binding or "Purchases fall short" in binding
    assert short == (not texts["contracts", "agreements"].startswith("Purchases meet every")), binding
    if a.plan.shortfall_usd.sum() >= MATERIAL_USD:
        assert short
    if name not in SURE:
        return
    view = opened(a, "risk")
    if not view.differs:
        for ranked in ("can turn the answer", "wipe", "make it pay", "makes it pay", "moves value most, by"):
            assert ranked not in everything, ranked
        assert "No assumption moves value" in texts["risk", "risk_tornado"]
        assert "No lever turns the answer" in texts["risk", "risk_switching"]
    else:
        assert "No assumption moves value" not in texts["risk", "risk_tornado"]
    if (view.regret.regret_usd < MATERIAL_USD).all():
        assert "regretted" not in texts["risk", "risk_regret"]


@each_case
def test_where_nothing_differs_nothing_is_ranked(name: str) -> None:
    a, texts = answer(CASES[name]), texts_of(name)
    if np.abs(a.sweep.contribution_usd).max() < MATERIAL_USD:
        assert "earn" not in texts["explore", "plan case"] and "lose" not in texts["explore", "plan case"]
    if np.abs(cost_bridge.bridge(a).parts_cents).max() < 100.0 * MATERIAL_USD:
        assert "no kind of cost differs" in texts["cost", "cost_bridge"]
    if np.abs(opened(a, "programme").study.by_workload_usd).max() < MATERIAL_USD:
        assert "no difference" in texts["programme", "programme_worth"]


# --- How a sentence reads

NOT_SAID = {
    "a figure below one of its unit, to three digits": r"\$0\.\d{3,} [TBM]",
    "a thousand thousand millions": r"\$\d,\d{3}(?:\.\d+)? [BM]",
    "less than nothing": rf"{MINUS}\$?0(?:\.0+)?(?![\d.,])",
    "a sign after the currency": rf"\$[+{MINUS}-]",
    "digits that nobody knows": rf"[+{MINUS}]\$\d{{1,3}},\d{{3}}(?!\d)(?! [TBM])",
    "two commas, two stops, or a blank before one": r",,|\.\.(?!\.)| [,.;:](?! )|;\.|,\.|:\.|  ",
    "a percentage of thousands": r"\d,\d{3} %|\+[2-9]\d\d %",
    "what is not a number": r"\bnan\b|\binf\b|\bNone\b",
    "a word twice": r"\b([A-Za-z]+) \1\b",
    "FAULTS of before": (
        r"gives \$[\d.]+ . back|at no adoption|Every workload makes no|has a hand in|levers can turn the answer;"
        r"|a chip more than exit|lie at or above break-even|runs \$[\d.]+ . ahead|^Each spends|^Short of "
        r"|could cost up to|worth nothing now and nothing|\bflip|status quo|\bP&L\b|rebate"
    ),
}
WORDS_TWICE = {"had", "that"}
IDS = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in LEVERS if "_" in name))
AMOUNTS = re.compile(r"\$[\d.,]*\d ([TBM])\b")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a stop within a figure ends none."""
    return re.split(r"(?<=[^\d.])\. |(?<=\d)\. (?=[A-Z])", text)


def assert_reads_well(texts: dict[tuple[str, str], str]) -> None:
    for (page, place), text in texts.items():
        for what, pattern in NOT_SAID.items():
            if what == "digits that nobody knows" and page in ("programme", "data"):
                continue  # a chip's price and its fixed cost are known to the dollar
            found = re.search(pattern, text)
            assert found is None or found[0].split()[0] in WORDS_TWICE, (what, page, place, text)
        assert IDS.search(text) is None, (page, place, text)
        if page == "data" and ":" in place:
            continue
        for one in sentences(text):
            assert len(set(AMOUNTS.findall(one))) <= 1, ("two scales in one sentence", page, place, one)


@each_case
def test_every_sentence_reads_well(name: str) -> None:
    assert_reads_well(texts_of(name))


@examples(15)
@given(scenarios())
def test_no_setting_of_the_levers_makes_a_sentence_stumble(scenario: Scenario) -> None:
    pages = tuple(page for page in PAGES if page not in ("risk", "data", "compare"))
    a = answer.__wrapped__(scenario)
    assert_reads_well({(one.page, one.place): said(one.text) for one in told(a, pages)})
