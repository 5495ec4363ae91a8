"""What the head of the Cost page says: capital spending this year and next, depreciation, earnings, a shorter life."""

from __future__ import annotations

from core.base import format as fmt
from core.base.finance import MATERIAL_USD
from core.model.evaluate import by_year
from core.model.report import accretive_word
from core.story.answer import Answer
from core.story.figure import Metric
from core.story.finding import accretion, change_words, is_good, residual_note
from core.story.frames import capital_usd
from core.views.cost.lives import YEARS_UNIT, sweep
from core.views.cost.view import ALL, LIVES, View


def headline(view: View) -> str:
    """Return the page's title: what happens to capital spending this year and next, and to earnings when."""
    answer = view.answer
    more = [_more_capital(answer, y) for y in (0, 1)]
    against, same = f"Against {answer.baseline_words}", max(map(abs, more)) < MATERIAL_USD
    if same and accretive_word(answer.result) == "no difference":
        return f"{against}, nothing differs by {answer.last_year}: neither cash nor earnings"
    capital = f"capital spending in {answer.calendar.first_year} and {answer.calendar.first_year + 1} is unchanged"
    if not same:
        ways = [f"{_way(usd, more)} in {answer.calendar.first_year + y}" for y, usd in enumerate(more)]
        capital = f"capital spending is {fmt.listed(ways)}"
    return f"{against}, {capital}; {_accretive(answer)}"


def _accretive(answer: Answer) -> str:
    year, last_year = accretive_word(answer.result), answer.last_year
    share = f"{fmt.usd_each(float(answer.result.eps_effect_usd[-1, 0]), signed=True)} a share"
    if isinstance(year, int):
        return f"accretive from {year}, {share} in {last_year}" if year < last_year else f"accretive in {year}, {share}"
    return "no effect on earnings" if year == "no difference" else f"not accretive by {last_year}, {share} in that year"


def _way(more: float, beside: list[float]) -> str:
    """Say by how much something is higher or lower, in the scale of what stands beside it: `$2.7 B lower`."""
    if abs(more) < MATERIAL_USD:
        return "unchanged"
    return f"{fmt.usd(abs(more), beside=beside)} {'higher' if more > 0 else 'lower'}"


def _more_capital(answer: Answer, year: int) -> float:
    return float(capital_usd(answer.plan)[year] - capital_usd(answer.baseline)[year])


def metrics(view: View) -> list[Metric]:
    """Return the headline figures: capital spending this year and next, depreciation, earnings, a shorter life."""
    answer = view.answer
    return [_capital(answer, 0), _capital(answer, 1), _depreciation(answer), accretion(answer), _shorter_life(view)]


def note(view: View) -> str:
    """Return on which basis value stands, what it is on the other one, and what to mind of it."""
    return residual_note(view.answer)


def _capital(answer: Answer, year: int) -> Metric:
    more = _more_capital(answer, year)
    return Metric(
        f"Capital spending {answer.calendar.first_year + year}",
        fmt.usd(float(capital_usd(answer.plan)[year]), 3),
        change_words(more, float(capital_usd(answer.baseline)[year])),
        f"against {answer.baseline_words}",
        is_good(-more),
        "Chips with their share of server, rack and network, and data centres, before tax and before warrants.",
    )


def _depreciation(answer: Answer) -> Metric:
    plan, baseline = (
        by_year(course.depreciation_chips_usd + course.depreciation_facility_usd) for course in answer.variants.values()
    )
    more, of_chips = float(plan[1] - baseline[1]), float(by_year(answer.plan.depreciation_chips_usd)[1])
    return Metric(
        f"Depreciation {answer.calendar.first_year + 1}",
        fmt.usd(float(plan[1]), 3),
        change_words(more, float(baseline[1])),
        f"against {answer.baseline_words}; chips {fmt.usd(of_chips, 3)} of it, the rest facilities; "
        f"{answer.calendar.first_year}: {fmt.usd(float(plan[0]), 3)}",
        is_good(-more),
        "Straight line over the book life: chips, those of the opening fleet included, and facilities added since "
        f"{answer.calendar.first_year}.",
    )


def _shorter_life(view: View) -> Metric:
    answer, lives, i = view.answer, sweep(view.answer), LIVES.index(view.life)
    off, book = lives.write_off_usd[ALL, i], round(answer.lever("book_life_years"), 1)
    then, as_set = fmt.usd_alike((lives.npv_usd[ALL, i], answer.metric("npv_usd")), signed=True)
    return Metric(
        f"Written off if chips last {view.life}{f', not {book:g}' if book != view.life else ''} years",
        fmt.usd(float(off.sum()), 3),
        f"{fmt.usd(float(off[0]))} in {answer.calendar.first_year}",
        f"value then {then}; as set {as_set}",
        is_good(-float(off.sum())),
        f"If all chips, custom and bought, last {YEARS_UNIT.words(view.life, 1)}: book value of those that stop "
        f"working before their book life is over, by {answer.last_year}; book life as set.",
    )
