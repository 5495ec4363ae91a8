"""What a lever is: one knob of the model, what it may be set to, and what is wrong with a setting it may not take."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.base.quarters import QUARTERS_PER_YEAR

Value = float | int | str


class Kind(StrEnum):
    """Whether a lever is the company's to decide or a belief about the world."""

    CHOICE = "choice"
    ASSUMPTION = "assumption"


class Group(StrEnum):
    """Where a lever stands on the screen, in this order."""

    ADOPTION = "Adoption"
    PROCUREMENT = "Procurement"
    VIEW = "View"
    PROGRAMME = "Custom programme"
    BOUGHT = "Bought chips"
    COMING = "Chips to come"
    DEMAND = "Demand"
    POWER = "Power and facilities"
    FINANCE = "Finance"


class RefusedError(ValueError):
    """Something that cannot be used; `problems` holds one sentence for each thing wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def shown(value: object) -> str:
    """Return `value` as an error message quotes it: short, on one line."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One knob: what it is called, what it may be, and where its setting comes from.

    `minimum` and `maximum` bound it (for a lever with `options`, the first and last option's index as the model counts
    it). A belief has a `low` and a `high`, its 10th and 90th percentile; a choice has neither and is never drawn. Some
    beliefs have a `dimension` of the common random sequence that futures are drawn from, which they keep for good; the
    others are drawn by their id. So no figure that is drawn changes when levers are added, left out or moved. Years
    counted `in_quarters` may be set to any number, and the model takes the nearest quarter.

    Raises ValueError if a belief lacks one of its percentiles, or a choice has a dimension.
    """

    id: str
    label: str
    group: Group
    base: Value
    minimum: float
    maximum: float
    step: float
    unit: str
    help: str
    source_id: str = "assumption"
    options: tuple[str, ...] = ()
    whole: bool = False
    low: float | None = None
    high: float | None = None
    dimension: int | None = None  # from 0
    in_quarters: bool = False
    helps_custom: int = 0  # 1: more of it is good for custom chips, -1: bad for them, 0: either

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or (self.low is None and self.dimension is not None):
            raise ValueError(f"{self.id}: a belief has low and high; a choice has neither, nor a dimension")

    @property
    def kind(self) -> Kind:
        """What it is: a belief if it is drawn, else a choice."""
        return Kind.CHOICE if self.low is None else Kind.ASSUMPTION

    @property
    def is_share(self) -> bool:
        """True if the value is a share of a whole, best read as a percentage."""
        return self.unit.startswith("share")

    @property
    def percentiles(self) -> tuple[float, float]:
        """The 10th and the 90th percentile of a belief; raises ValueError for a choice, which has none."""
        if self.low is None or self.high is None:
            raise ValueError(f"{self.id} is a choice; only beliefs have percentiles")
        return float(self.low), float(self.high)

    @property
    def is_numeric(self) -> bool:
        """True if the value is a number and not a choice of words."""
        return not self.options

    def number(self, value: Value) -> float:
        """Return `value` as the model counts it: an option by its index, everything else as it is."""
        return float(self.options.index(str(value))) if self.options else float(value)

    def value(self, number: float) -> Value:
        """Return the value that `number` stands for; the inverse of `number()`."""
        if self.options:
            return self.options[int(number)]
        return int(number) if self.whole else float(number)

    def counted(self, value: Value) -> Value:
        """Return `value` as the model counts it: years in whole quarters where they are, halves upwards."""
        if not self.in_quarters:
            return value
        return math.floor(QUARTERS_PER_YEAR * float(value) + 0.5) / QUARTERS_PER_YEAR

    def normal(self, value: object) -> Value:
        """Return `value`, which this lever may take, in the lever's own type: equal settings are written alike."""
        if self.options:
            return str(value)
        number = float(value)  # type: ignore[arg-type]  # `problem` has checked that it is a number
        return int(number) if self.whole else number + 0.0  # -0.0 becomes 0.0

    def problem(self, value: object) -> str | None:
        """Say in words what is wrong with `value`, or return None if this lever may take it."""
        if self.options:
            if isinstance(value, str) and value in self.options:
                return None
            return f"{self.id}: {shown(value)} is not one of its settings; use {self._options_in_words()}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{self.id}: {shown(value)} is not a number; use {self._range_in_words()}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"{self.id}: {shown(value)} is not a finite number; use {self._range_in_words()}"
        if not self.minimum <= value <= self.maximum:
            return f"{self.id}: {shown(value)} is out of bounds; use {self._range_in_words()}"
        if self.whole and value != int(value):
            return f"{self.id}: {shown(value)} is not a whole number; use {self._range_in_words()}"
        return None

    def _range_in_words(self) -> str:
        number = "a whole number" if self.whole else "a number"
        return f"{number} from {self.minimum:g} to {self.maximum:g} ({self.unit})"

    def _options_in_words(self) -> str:
        if len(self.options) <= 4:
            return " or ".join(self.options)
        return f"one of {self.options[0]} to {self.options[-1]}"
