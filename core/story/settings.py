"""The setting of a lever as the reader says and types it: `70 % of new capacity`, `1.25 ×`, `Exit custom`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from core.base.format import MINUS
from core.inputs.intake.numbers import NumberError
from core.inputs.intake.numbers import entered as number_entered
from core.inputs.lever import Lever, Value

TIMES: Final = "x "
"""How the unit of a lever begins that scales something."""
_OPTIONS: Final = {
    "hold": "Today's mix held",
    "exit": "Exit custom",
    "use": "Value in use",
    "sale": "Sale value",
}


def in_words(lever: Lever, value: Value) -> str:
    """Return a lever's value with its unit, as the reader says it: `70 % of new capacity`."""
    rest = rest_of_unit(lever)
    if value == 1 and rest.startswith((" years", " quarters")):
        rest = rest.replace("s", "", 1)
    return f"{in_figures(lever, value)}{rest}"


def in_figures(lever: Lever, value: Value) -> str:
    """Return a lever's value with what must stand beside every figure: `70 %`, `1.25 ×`, `13,000`."""
    if not lever.is_numeric:
        return _OPTIONS.get(str(value), str(value))
    number = typed(lever, value)
    figure = f"{number:g}" if lever.unit == "year" else f"{number:,g}"
    figure = figure.replace("-", MINUS)
    if lever.is_share:
        return f"{figure} %"
    return f"{figure} ×" if lever.unit.startswith(TIMES) else figure


def rounded(lever: Lever, value: Value) -> str | None:
    """Return in words that a setting counts as another one, None if it counts as it is."""
    counts_as = lever.counted(value)
    if counts_as == value:
        return None
    return f"{lever.label}: {in_words(lever, value)} count as {in_words(lever, counts_as)}, for quarters are whole"


def rest_of_unit(lever: Lever) -> str:
    """Return what of the unit follows the figure: ` of new capacity`, ` our estimate`, ` years`."""
    if not lever.is_numeric or lever.unit in ("year", "ratio"):
        return ""
    if lever.unit.startswith(TIMES):
        return f" {lever.unit.removeprefix(TIMES)}"
    return lever.unit.removeprefix("share") if lever.is_share else f" {lever.unit}"


def typed(lever: Lever, value: Value) -> Value:
    """Return `value` as it is typed: a share in percent, shifted as a decimal so that nothing is lost."""
    return float(Decimal(str(value)) * 100) if lever.is_share else value


def in_labels(levers: Mapping[str, Lever], problem: str) -> str:
    """Return a problem of a scenario as it is told to a reader: by the label of its lever, without ids before that."""
    parts = problem.split(": ")
    at = next((i for i, part in enumerate(parts) if part in levers), None)
    return problem if at is None else ": ".join([levers[parts[at]].label, *parts[at + 1 :]])


def in_field(lever: Lever, value: Value) -> str:
    """Return `value` as the field of a lever holds it, to the last digit."""
    return f"{typed(lever, value):.15g}"


def entered(lever: Lever, text: str) -> Value:
    """Return the setting of a lever that somebody typed: the inverse of `in_field`, with comma or point.

    Raises NumberError, in words that begin with the lever's label, if it is none that the lever may take.
    """
    low, high = (float(typed(lever, lever.value(bound))) for bound in (lever.minimum, lever.maximum))
    try:
        marks, unit = (("%",), " %") if lever.is_share else (("x", "×", "$"), "")
        number = number_entered(text, low, high, marks, unit)
    except NumberError as error:
        raise NumberError(f"{lever.label}: {error}") from None
    value = float(number / 100 if lever.is_share else number)
    if (problem := lever.problem(value)) is not None:
        raise NumberError(f"{lever.label}: {problem.partition(': ')[2]}")
    return lever.normal(value)
