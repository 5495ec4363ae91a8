"""What the cells of one column mean: decimal sign, unit, currency, dates and words, by the evidence of all its cells.

Each question that stays open is asked once, with its most likely answer first. A column that is in the template's own
form asks nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.inputs.intake.columns import Field, kind, score
from core.inputs.intake.dates import (
    CENTURY,
    DAY_FIRST,
    FIRST,
    LAST,
    MONTH_FIRST,
    OWN_YEAR,
    PART_OF_YEAR,
    Period,
    periods,
)
from core.inputs.intake.measures import with_marks, with_unit
from core.inputs.intake.numbers import DECIMALS, PLAIN, decimals, plain, written
from core.inputs.intake.question import NO, SHOWN, YES, Asked, examples
from core.inputs.intake.reading import ColumnReading
from core.inputs.intake.units import factor, unit_of

MISSING: Final = frozenset(
    (
        *("-", "--", "---", "–", "—", ".", "..", "…", "?", "n/a", "na", "n.a.", "n.a", "n. a.", "n/d", "nd", "#n/a"),
        *("none", "null", "nil", "nan", "inf", "-inf", "+inf", "infinity", "unknown", "tbd", "tba", "missing"),
        *("k.a.", "k.a", "keine angabe", "not available", "not applicable", "not disclosed", "no data"),
        *("#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!"),
    )
)
"""What people write where nothing is known, in lower case. Whether it stands for that is asked."""
DECLARED: Final = {
    "quarter": re.compile(r"\d{4}-Q[1-4]", re.ASCII),
    "year": re.compile(r"-?\d{1,9}", re.ASCII),
    "day": re.compile(r"(19|20)\d{2}(-\d{2}(-\d{2})?)?", re.ASCII),
    "number": PLAIN,
}
"""What needs no reading, by kind of column."""


@dataclass(frozen=True)
class Around:
    """What is known of the whole grid: the decimal sign that its other columns speak for, if any; its separator."""

    decimal: str | None
    separator: str | None


def is_declared(field: Field, text: str) -> bool:
    """Tell whether a cell is in the form that the declaration has, whatever its value is worth."""
    what = kind(field)
    if what == "text":
        return True
    rule = field.get("constraints", {})
    if what == "word":
        return text in rule["enum"]
    if what == "id":
        return re.fullmatch(rule["pattern"], text) is not None
    return DECLARED[what].fullmatch(text) is not None


def is_missing_word(field: Field, text: str) -> bool:
    """Tell whether a cell says in words that it is empty."""
    return text.strip().casefold() in MISSING and not is_declared(field, text)


def read_column(
    asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str], unit_row: str, around: Around
) -> ColumnReading:
    """Return how a column is read; texts: its cells that are not empty; unit_row: what a row of units says of it."""
    what = kind(field)
    if what == "number":
        reading = _with_decimal(asked, field, reading, texts, around)
        reading = with_unit(asked, field, reading, texts, unit_row)
        return reading if reading.column is None else with_marks(asked, field, reading, texts)
    if what in ("quarter", "year", "day"):
        return _with_dates(asked, field, reading, texts)
    return _with_words(asked, field, reading, texts) if what in ("word", "id") else reading


# --- Decimal sign


def _with_decimal(
    asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str], around: Around
) -> ColumnReading:
    possible, matters = decimals(texts)
    in_form = all(PLAIN.fullmatch(text) for text in texts if written(text))
    if in_form and reading.header == field["name"] and around.separator in (None, ",") and "." in possible:
        return reading
    if len(possible) == 1 or not matters:
        sign = next(iter(possible)) if matters else "."
        loose = [text for text in texts if (one := written(text)) and not PLAIN.fullmatch(one.digits)]
        if loose or sign == ",":
            asked.remarks.append(f"{reading.header}, read with a decimal {_called(sign)}: {examples(loose or texts)}")
        return replace(reading, decimal=sign)
    default = around.decimal or ("," if around.separator == ";" else ".")
    told = [text for text in texts if (one := written(text)) and plain(one, ".") != plain(one, ",")]
    choices = [(sign, f"decimal {_called(sign)}: {_both(told, sign)}") for sign in DECIMALS]
    answer = asked.choice(
        f"decimal:{reading.header}", "decimal", reading.header, "Which sign stands before decimals?", choices, default
    )
    return replace(reading, decimal=answer or default)


def _called(sign: str) -> str:
    return "point" if sign == "." else "comma"


def _both(texts: Sequence[str], sign: str) -> str:
    shown_texts = list(dict.fromkeys(texts))[:SHOWN]
    read = [(text, plain(one, sign)) for text in shown_texts if (one := written(text))]
    return "; ".join(f"{text} is {value if value is not None else 'refused'}" for text, value in read)


# --- Dates


def _with_dates(asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str]) -> ColumnReading:
    header, what = reading.header, kind(field)
    loose = [text for text in dict.fromkeys(texts) if not is_declared(field, text)]
    read = [(text, by) for text in loose if (by := periods(text))]
    if read:
        asked.remarks.append(f"{header}, read as {what}s: {examples([text for text, _ in read])}")
    seen = {order for _, by in read if len(by) == 1 for order in by if order}
    open_order = [text for text, by in read if len(by) > 1 and len({_told(what, one) for one in by.values()}) > 1]
    if len(seen) == 1:
        reading = replace(reading, order=next(iter(seen)))
    elif open_order:
        choices = [(DAY_FIRST, "the day"), (MONTH_FIRST, "the month")]
        ask = f"Which comes first in {examples(open_order)}?"
        reading = replace(reading, order=asked.choice(f"order:{header}", "date", header, ask, choices, None))
    several = [one for _, by in read for one in by.values()]
    if what == "quarter" and any(one.as_quarter(None) is None for one in several):
        longer = [text for text, by in read if any(one.as_quarter(None) is None for one in by.values())]
        choices = [(FIRST, "its first quarter"), (LAST, "its last quarter")]
        ask = f"Which quarter is meant by {examples(longer)}?"
        reading = replace(reading, part=asked.choice(f"part:{header}", "date", header, ask, choices, FIRST))
    if what == "year" and any(one.is_part for one in several):
        parts = [text for text, by in read if any(one.is_part for one in by.values())]
        choices = [(NO, "refuse them: what holds for a part is no figure of the year"), (YES, "take their year")]
        ask = f"{examples(parts)}: the table has one row a year."
        if asked.choice(f"part of year:{header}", "date", header, ask, choices, NO) == YES:
            reading = replace(reading, trusts=(*reading.trusts, PART_OF_YEAR))
    return _trusted(asked, reading, {doubt for one in several for doubt in one.asks})


def _trusted(asked: Asked, reading: ColumnReading, doubts: Collection[str]) -> ColumnReading:
    """Ask what years are meant that a company has of its own, or that are written with two digits."""
    for doubt, ask, yes in (
        (OWN_YEAR, "Do years called FY run as calendar years do?", "yes, as calendar years"),
        (CENTURY, "Are years of two digits those of this century?", "yes, 20.."),
    ):
        choices = [(YES, yes), (NO, "no: refuse them")]
        if (
            doubt in doubts
            and asked.choice(f"{doubt}:{reading.header}", "date", reading.header, ask, choices, None) == YES
        ):
            reading = replace(reading, trusts=(*reading.trusts, doubt))
    return reading


def _told(what: str, period: Period) -> str | None:
    return period.told(what, FIRST)


# --- Words and ids


def _with_words(asked: Asked, field: Field, reading: ColumnReading, texts: Sequence[str]) -> ColumnReading:
    loose = [text for text in dict.fromkeys(texts) if not is_declared(field, text.strip())]
    if kind(field) == "word":
        found = {text: _nearest(text, field["constraints"]["enum"]) for text in loose}
    else:
        found = {text: _as_id(text, field) for text in loose}
        if len(set(found.values())) < len(found):
            return reading
    offered = {text: word for text, word in found.items() if word}
    if not offered:
        return reading
    said = "; ".join(f"{text} is {word}" for text, word in list(offered.items())[: 2 * SHOWN])
    more = f"; and {len(offered) - 2 * SHOWN} more" if len(offered) > 2 * SHOWN else ""
    choices = [(YES, said + more), (NO, "leave them as they stand")]
    ask = f"{reading.header} has words that are written otherwise here."
    if asked.choice(f"words:{reading.header}", "words", reading.header, ask, choices, YES, 0.7) != YES:
        return reading
    return replace(reading, words=tuple(offered.items()))


def _nearest(text: str, known: Sequence[str]) -> str | None:
    """Return the word of a list that a text means. Of units the one that it is: none is near another one."""
    if (unit := unit_of(text)) and any(unit_of(word) for word in known):
        return next((word for word in known if (asks := unit_of(word)) and factor(unit, asks) == 1), None)
    best = max(known, key=lambda word: score(text, word))
    return best if score(text, best) >= 0.6 else None


def _as_id(text: str, field: Field) -> str | None:
    """Return a name as an id would have it: lower case, words joined by `_`."""
    folded = unicodedata.normalize("NFKD", text.strip()).casefold()
    folded = "".join(one for one in folded if not unicodedata.combining(one))
    several = ";" in field["constraints"]["pattern"]
    parts = re.split(r"\s*[;,]\s*", folded) if several else [folded]
    found = ";".join(re.sub(r"[^a-z0-9]+", "_", part).strip("_") for part in parts)
    return found if found and re.fullmatch(field["constraints"]["pattern"], found) else None
