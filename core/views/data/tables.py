"""The tables behind the figures of the Data page, as they are read and exported."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.base import format as fmt
from core.story.answer import Answer
from core.views.data.frames import numbers_by_grade, of_plan
from core.views.data.published import capital_spending, published_words, unit_of
from core.views.data.published import published as held_against


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
    """Every published figure beside the model's, each in its own unit; of what the model covers a part, which part."""
    found = held_against(answer.inputs)
    units = [unit_of(str(one)) for one in found["unit"]]
    scale, share = np.array([over for over, _ in units]), fmt.PERCENT.scale
    return pd.DataFrame(
        {
            "Figure": found["label"],
            "Unit": [name for _, name in units],
            "Published": found["base"] / scale,
            "Published, low": found["low"] / scale,
            "Published, high": found["high"] / scale,
            "Model": found["model"] / scale,
            "Model over published (%)": (found["difference_share"] / share).mask(found["is_part"]),
            "Part that the model has (%)": (found["model"] / found["base"] / share).where(found["is_part"]),
            "Used": published_words(answer.inputs)["Used"],
            "Source": found["source"],
        }
    )
