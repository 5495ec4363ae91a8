"""The tables behind the figures of the Data page, as they are read and exported."""

from __future__ import annotations

import pandas as pd

from core.base import format as fmt
from core.story.answer import Answer
from core.views.data.frames import numbers_by_grade, of_plan
from core.views.data.published import capital_spending, published_words


def numbers(answer: Answer) -> pd.DataFrame:
    """Numbers by table and grade."""
    return _by_grade(numbers_by_grade(answer.inputs), "table", "numbers", 1.0, "{}")


def spending(answer: Answer) -> pd.DataFrame:
    """Spending by kind and grade, $ B."""
    return _by_grade(of_plan(answer), "kind", "usd", fmt.USD_BN.scale, f"{{}} ({fmt.USD_BN.name})")


def _by_grade(frame: pd.DataFrame, index: str, values: str, scale: float, heading: str) -> pd.DataFrame:
    rows, grades = (list(dict.fromkeys(frame[name])) for name in (index, "grade"))
    table = frame.pivot(index=index, columns="grade", values=values).loc[rows, grades]
    named = (table / scale).rename(columns=lambda grade: heading.format(grade.capitalize()))
    return named.rename_axis(index=index.capitalize(), columns=None).reset_index()


def capital(answer: Answer) -> pd.DataFrame:
    """Capital spending by quarter, reported and modelled, $ B."""
    frame = capital_spending(answer)
    table = frame.pivot(index="quarter", columns="series", values="usd") / fmt.USD_BN.scale
    names = {
        "reported": "Reported, whole company",
        "fleet": "Model: chips of the opening fleet",
        "plan": "Model: this scenario",
        "baseline": f"Model: {answer.baseline_words}",
    }
    table = table[[name for name in names if name in table]]
    return table.rename(columns=lambda name: f"{names[name]} ({fmt.USD_BN.name})").rename_axis("Quarter").reset_index()


def published(answer: Answer) -> pd.DataFrame:
    """Every published figure beside the model's, in words as on the page."""
    return published_words(answer.inputs)
