"""The tables behind the charts: frames with the unit in every heading, as they are read and exported.

Figures keep all their digits; only the scale is the reader's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import pandas as pd

from core.base.format import Unit
from core.inputs import evidence
from core.inputs.age import age_in_words, months_old
from core.inputs.data import Inputs
from core.inputs.scenario import Scenario

VARIANTS: Final = {"plan": "this scenario", "baseline": "baseline"}


def in_words(rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """Return rows of words as a table, its texts Python's own: to make pandas' of a few words takes three times as
    long, and to read them ten times.
    """
    return pd.DataFrame(list(rows), dtype=object)


def scaled(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return a table of figures in base units in the reader's unit, named in each heading."""
    return (table / unit.scale).rename(columns=lambda name: f"{name} ({unit.name})")


def pivot(frame: pd.DataFrame, rows: str, columns: str, values: str, unit: Unit) -> pd.DataFrame:
    """Return a tidy frame as a table, rows and columns in their first order."""
    table = frame.pivot(index=rows, columns=columns, values=values)
    table = table.loc[list(dict.fromkeys(frame[rows])), list(dict.fromkeys(frame[columns]))]
    return scaled(table.rename_axis(columns=None), unit).rename_axis(rows.capitalize()).reset_index()


def sources(inputs: Inputs, names: tuple[str, ...], day: date | None = None) -> pd.DataFrame:
    """The inputs behind a figure of the tables `names`, with grade, source, date and age on `day` (today)."""
    frame = _with_age(evidence.sources(inputs, names), day)
    return frame.rename(columns=lambda name: {"url": "Address"}.get(name, name.replace("_", " ").capitalize()))


def beliefs(inputs: Inputs, scenario: Scenario, day: date | None = None) -> pd.DataFrame:
    """Every assumption with its setting, range and source, and how old that is on `day` (today)."""
    frame = _with_age(evidence.beliefs(inputs, scenario), day)
    names = {"low": "10th percentile", "high": "90th percentile", "published_on": "Published", "url": "Address"}
    return frame.rename(columns=lambda name: names.get(name, name.capitalize()))


def _with_age(frame: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Return a frame with how old each source is, beside the date on which it came out."""
    looked = day or date.today()
    ages = [age_in_words(months_old(str(out), looked)) for out in frame["published_on"]]
    place = list(frame.columns).index("published_on") + 1
    return pd.concat([frame.iloc[:, :place], pd.Series(ages, frame.index, name="age"), frame.iloc[:, place:]], axis=1)
