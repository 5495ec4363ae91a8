"""The tables behind the figures of the Programme page, as they are read and exported."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.base import format as fmt
from core.story import frames
from core.story.labels import workload_labels
from core.views.programme import frames as programme
from core.views.programme.finding import rule_words
from core.views.programme.setbacks import OUTCOMES, SETBACKS, Setback, outcomes_h100e
from core.views.programme.study import Study

Floats = NDArray[np.float64]

_VARIANT_WORDS: Final = {"plan": "this scenario", "exit": "exit custom"}


def spending(found: Study) -> pd.DataFrame:
    """Programme spending by item and year, of the scenario above that of exit, $ M; no row without items."""
    parts = [pd.DataFrame(columns=["Variant", "Kind", "Item"])]
    for variant, rows in found.spending.groupby("variant", sort=False):
        table = rows.pivot(index="item", columns="year", values="usd").loc[list(dict.fromkeys(rows["item"]))]
        scaled = (table / fmt.USD_M.scale).rename(columns=lambda year: f"{year} ({fmt.USD_M.name})")
        kinds = rows.drop_duplicates("item").set_index("item")["kind"]
        scaled.insert(0, "Kind", kinds)
        scaled.insert(0, "Variant", _VARIANT_WORDS[str(variant)])
        parts.append(scaled.rename_axis(index="Item", columns=None).reset_index())
    return pd.concat(parts, ignore_index=True)


def years(found: Study) -> pd.DataFrame:
    """Fixed cost by year over chips bought and work in service."""
    frame = found.by_year
    return pd.DataFrame(
        {
            "Variant": frame["variant"].map(_VARIANT_WORDS),
            "Year": frame["year"],
            f"Programme ({fmt.USD_M.name})": frame["usd"] / fmt.USD_M.scale,
            "Custom chips bought": frame["chips"],
            f"Custom work in service ({fmt.H100E_M.name})": frame["h100e"] / fmt.H100E_M.scale,
            "Fixed cost ($ a chip)": frame["usd_per_chip"],
            "Fixed cost ($ an H100e-hour)": frame["usd_per_h100e_hour"],
        }
    )


def volume(found: Study) -> pd.DataFrame:
    """Value against exit by volume."""
    at = found.volume
    whole = "those planned" if at.of_plan else "today's"
    return pd.DataFrame(
        {
            f"Adoption rates (% of {whole})": at.factor / fmt.PERCENT.scale,
            f"Value against exit custom ({fmt.USD_BN.name})": at.value_usd / fmt.USD_BN.scale,
            "Custom chips bought": at.chips,
            f"Custom work in service, average ({fmt.H100E_M.name})": at.h100e / fmt.H100E_M.scale,
        }
    )


def delay(found: Study) -> pd.DataFrame:
    """Value against exit by delay under both rules, what each further quarter costs, and what the right is worth."""
    cases = found.setbacks
    on, stop = cases.by_delay.T / fmt.USD_BN.scale
    unit = fmt.USD_BN.name
    table = pd.DataFrame({"Delay (quarters)": cases.delays})
    for values, rule in zip((on, stop), cases.rules.values(), strict=True):
        table[f"Value, {rule_words(rule)} ({unit})"] = values
        table[f"Less than the row above, {rule_words(rule)} ({unit})"] = -np.diff(values, prepend=np.nan)
    return table.assign(**{f"Stopping less buying on ({unit})": stop - on})


def setbacks(found: Study) -> pd.DataFrame:
    """Value against exit with each setback under both rules and what it takes, $ B, and the work not bought, %."""
    cases, unit, rows = found.setbacks, fmt.USD_BN, []
    for setback in SETBACKS:
        row: dict[str, object] = {"Coming custom chips": setback.name}
        for rule in cases.rules.values():
            of_rule = rule_words(rule)
            row[f"Not bought, {of_rule} (%)"] = (
                _not_bought_share(outcomes_h100e(cases, setback, rule)) / fmt.PERCENT.scale
            )
            row[f"Value, {of_rule} ({unit.name})"] = cases.value(setback, rule) / unit.scale
            row[f"Taken by the setback, {of_rule} ({unit.name})"] = cases.cost(setback, rule) / unit.scale
        row[f"Right to stop ({unit.name})"] = cases.option(setback) / unit.scale
        rows.append(row)
    return pd.DataFrame(rows)


def _not_bought_share(asked: Floats) -> float:
    """Return the share of the custom work asked for, (quarter, workload, outcome), that is not bought; NaN of none."""
    whole = float(asked.sum())
    return float(asked[..., 1:].sum()) / whole if whole > 0.0 else float("nan")


def outcomes(found: Study, setback: Setback, premium: float) -> pd.DataFrame:
    """What becomes of the custom work asked for, by quarter and workload, thousand H100e."""
    asked = outcomes_h100e(found.setbacks, setback, premium)  # (quarter, workload, outcome)
    columns = {f"{outcome} (thousand H100e)": asked[:, :, i] / 1e3 for i, outcome in enumerate(OUTCOMES)}
    return frames.long(
        {"Quarter": found.setbacks.quarters, "Workload": workload_labels(found.answer.inputs)}, **columns
    )


def worth(found: Study) -> pd.DataFrame:
    """Each workload's part of value against exit, $ B."""
    frame = programme.worth(found.answer, found.by_workload_usd)
    return pd.DataFrame(
        {
            "Workload": frame["workload"],
            f"Part of value against exit custom ({fmt.USD_BN.name})": frame["usd"] / fmt.USD_BN.scale,
        }
    )
