"""What the company vouches for itself is told apart wherever grades are; without any such row nothing is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from core.base import format as fmt
from core.inputs.evidence import GRADES, OWN, grades_in, sources
from core.risk.sensitivity import evidence_mix, grades
from core.story.answer import Answer
from core.story.finding import evidence_line, guesswork
from core.views.data import finding, tables
from core.views.data.figures import PAGE, View
from core.views.data.frames import numbers_by_grade, of_plan, shares
from core.views.risk import charts as risk_charts
from core.views.risk.finding import grades_title
from tests.support.altered import altered
from tests.support.answers import answer
from tests.support.frozen import INPUTS

PRICE = ("chip_prices.csv", "vr200,45000,52000,", "vr200,41000,47000,")
SOURCE = (
    "sources.csv",
    "source_id,publisher,title,url,published_on,read_as,licence\n",
    "source_id,publisher,title,url,published_on,read_as,licence\nown,The company,Own figures,,2026,primary,own data\n",
)
FIRST_LEVER = ("levers.csv", "custom_delay_quarters,1,0,4,assumption,assumption", "custom_delay_quarters,1,0,4,own,own")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """The base scenario on data of which one price and one belief are the company's own."""
    folder: Path = tmp_path_factory.mktemp("own")
    [row] = [line for line in INPUTS.cells["chip_prices.csv"] if line[0] == "vr200"]
    grade = ("chip_prices.csv", f"{row[4]},{row[5]},{row[6]},{row[7]}", f"{row[4]},own,own,what we pay")
    inputs = altered(folder, PRICE, grade, SOURCE, FIRST_LEVER)
    return Answer.of(inputs, inputs.base)


def test_the_grade_is_there_only_where_a_row_has_it(own: Answer) -> None:
    assert grades_in(INPUTS) == ("reported", "estimate", "assumption")
    assert grades_in(own.inputs) == GRADES


def test_spending_at_an_own_price_is_counted_as_such_and_moves_from_the_grade_that_it_had(own: Answer) -> None:
    chips = of_plan(own).set_index(["kind", "grade"])["usd"]["Chips"]
    spent = own.inputs.chips.own_price
    assert spent.sum() == 1 and chips[OWN] > 0.0
    assert tables.spending(own).columns[1].startswith("Own (")
    assert sum(shares(of_plan(own), "usd").values()) == pytest.approx(1.0)
    numbers = numbers_by_grade(own.inputs).groupby("grade")["numbers"].sum()
    assert numbers[OWN] == 4 + 3, "four numbers of the price's row, three of the belief's"
    assert numbers.sum() == numbers_by_grade(INPUTS)["numbers"].sum()


def test_the_page_says_what_share_is_the_company_s_own(own: Answer) -> None:
    spent, numbers = shares(of_plan(own), "usd")[OWN], shares(numbers_by_grade(own.inputs), "numbers")[OWN]
    assert finding.title(own).startswith(f"{guesswork(own)}; ")
    of_numbers, of_spending = finding.metrics(own)[:2]
    assert (of_numbers.label, of_numbers.value) == ("Numbers of the company's own", fmt.percent(numbers))
    assert (of_spending.label, of_spending.value) == ("Spending at its own prices", fmt.percent(spent))
    for metric, values in ((of_numbers, numbers_by_grade(own.inputs)), (of_spending, of_plan(own))):
        known = shares(values, "numbers" if "numbers" in values else "usd")
        assert metric.change == f"{fmt.percent(known['reported'])} reported"
        rest = f"{fmt.percent(known['estimate'])} estimated, {fmt.percent(known['assumption'])} assumed, of "
        assert metric.beside.startswith(rest)
    view = View.opened(own)
    assert "Strongest: the company's own." in PAGE.figures["data_numbers"].caption(view)


def test_without_an_own_row_nothing_is_said_but_that(own: Answer) -> None:
    view = View.opened(answer())
    assert "own" not in finding.title(answer()).replace("known", "")
    labels = [one.label for one in finding.metrics(answer())]
    assert len(labels) == len(finding.metrics(own)) and labels[:2] == [
        "Numbers that are reported", "Spending at reported prices",
    ]  # fmt: skip
    assert PAGE.figures["data_numbers"].caption(view).endswith("Nothing is the company's own yet.")
    assert "Own (" not in " ".join(tables.spending(answer()).columns)


def test_data_with_an_own_row_are_never_said_to_be_public(own: Answer) -> None:
    assert INPUTS.public and not own.inputs.public
    line = evidence_line(own)
    assert "public" not in line
    assert "at prices we assumed and" in line and line.endswith("at the company's own.")
    assert "the company's own" not in evidence_line(answer())


def test_own_rows_stand_first_in_the_evidence_behind_a_figure(own: Answer) -> None:
    shown = sources(own.inputs, ("chip_prices",))
    assert shown["grade"].iloc[0] == OWN and shown["publisher"].iloc[0] == "The company"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_four_grades_have_four_colours_that_three_keep(own: Answer, mode: str) -> None:
    def colours(inputs_of: Answer, name: str) -> dict[str, str]:
        figure, view = PAGE.figures[name], View.opened(inputs_of)
        assert figure.spec is not None
        found = json.dumps(figure.spec("dark" if mode == "dark" else "light", view))
        places = [i for i in range(len(found)) if found.startswith('{"domain": ["', i)]
        scales = [json.loads(part) for part in sorted({found[i : found.index("}", i) + 1] for i in places})]
        [scale] = [one for one in scales if "reported" in one["domain"]]
        return dict(zip(scale["domain"], scale["range"], strict=True))

    for name in ("data_spending", "data_numbers"):
        four, three = colours(own, name), colours(answer(), name)
        assert len(set(four.values())) == 4
        assert {grade: four[grade] for grade in three} == three


def test_a_belief_of_the_company_is_counted_in_the_evidence_mix(own: Answer) -> None:
    assert grades(own.inputs)["custom_delay_quarters"] == OWN
    total = dict.fromkeys(("custom_delay_quarters", "pue"), 1.0)
    mix = evidence_mix(own.inputs, pd.DataFrame({"lever": list(total), "total": list(total.values())}))
    assert mix.set_index("grade")["share"][OWN] == 0.5
    assert "on the company's own" in grades_title(mix)
    assert risk_charts.grades("light", tuple(mix["grade"]))
