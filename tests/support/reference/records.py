"""Records of a run: clarity goes before speed, a lot of chips is a record and every total a sum over lots."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace as Row
from typing import Any


@dataclass
class Lot:
    """Chips of one kind that came for one workload in one quarter."""

    chip: Row
    workload_id: str
    bought: int
    stops: int  # the first quarter in which it no longer works
    chips: float
    h100e: float
    cost_paid: float  # without spares
    cost: float  # with spares
    book_cost: float  # at book_start
    book_start: int
    book_quarters: int

    @property
    def mw(self) -> float:
        return float(self.chips * self.chip.kw / 1000)

    def works(self, t: int) -> bool:
        return self.bought <= t < self.stops

    def depreciation(self, t: int) -> float:
        """Straight line, while it works."""
        booked = self.book_start <= t < self.book_start + self.book_quarters
        return self.book_cost / self.book_quarters if booked and t < self.stops else 0.0

    def write_off(self, t: int) -> float:
        """What is left on the books when it stops working."""
        left = max(0.0, 1 - (self.stops - self.book_start) / self.book_quarters)
        return self.book_cost * left if t == self.stops else 0.0


@dataclass
class Purchases:
    """What one quarter decides, by workload."""

    gap: dict[str, float]  # after scaling
    held_back: dict[str, float]  # before scaling
    bought: dict[str, dict[str, float]]  # H100e by supplier
    power_short: bool
    supply_short: bool


@dataclass
class Run:
    """A course played to the horizon."""

    lots: list[Lot]
    quarters: list[dict[str, Any]] = field(default_factory=list)
    by_workload: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    facilities: dict[int, float] = field(default_factory=dict)  # spending by quarter
    binding: dict[tuple[str, str | None], list[int]] = field(default_factory=dict)  # quarters by constraint

    def bind(self, constraint: str, subject: str | None, t: int) -> None:
        self.binding.setdefault((constraint, subject), []).append(t)

    def total(self, name: str) -> list[float]:
        return [quarter[name] for quarter in self.quarters]
