"""The levers of a data set as one value, and where a few of them belong together.

They are declared in core/inputs/lever_table.py; what one lever is, core/inputs/lever.py says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.base.lazy import cached_property
from core.inputs.lever import Kind, Lever


@dataclass(frozen=True)
class Levers(Mapping[str, Lever]):
    """Every lever of a data set by id, in the order in which levers are shown and written down."""

    _levers: tuple[Lever, ...]

    def __getitem__(self, name: str) -> Lever:
        return self._by_id[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._levers)

    def __hash__(self) -> int:
        return hash(tuple(self._by_id))

    @cached_property
    def _by_id(self) -> dict[str, Lever]:
        return {lever.id: lever for lever in self._levers}

    @property
    def clashes(self) -> tuple[list[str], list[str]]:
        """The ids and the labels that more than one lever has, which no data set may give."""
        names = [[lever.id for lever in self._levers], [lever.label for lever in self._levers]]
        ids, labels = ([name for name, times in Counter(some).items() if times > 1] for some in names)
        return ids, labels

    @cached_property
    def beliefs(self) -> tuple[Lever, ...]:
        """All that is drawn, in the order of dimensions and then of ids, whatever the order of a data set's rows."""
        return drawn(self._levers)


def drawn(levers: Iterable[Lever]) -> tuple[Lever, ...]:
    """Return the beliefs among levers: those with a dimension of the random sequence in its order, then the others."""
    beliefs = [one for one in levers if one.kind is Kind.ASSUMPTION]
    return tuple(sorted(beliefs, key=lambda one: (one.dimension is None, one.dimension or 0, one.id)))


LIFE_YEARS: Final = (3.0, 8.0)
"""The shortest and the longest life of a chip, at work and in the books."""
AT_ONCE_PREMIUM: Final = 0.0
"""The custom_premium_max of the right to stop: custom chips are not bought as soon as their work costs more than the
best bought chip's."""
NO_STOP: Final = 5.0
"""The highest custom_premium_max, above which a scenario that stops at once would stop if it bought on."""
USE: Final = 0.0
SALE: Final = 1.0
"""The bases of the residual value of chips, as the model counts the options of terminal_basis."""


@dataclass(frozen=True)
class ChipLevers:
    """The levers, by id, that move the chips of one class of supplier."""

    cost: str  # multiple of price and system cost
    cost_decline: str  # per year, of a chip's own price
    performance: str  # multiple of the throughput of chips to come
    delay: str  # quarters, of chips to come
    service_life: str  # years


CUSTOM_CHIPS: Final = ChipLevers(
    cost="custom_cost",
    cost_decline="custom_cost_decline",
    performance="custom_performance",
    delay="custom_delay_quarters",
    service_life="service_life_custom_years",
)
BOUGHT_CHIPS: Final = ChipLevers(
    cost="merchant_price",
    cost_decline="merchant_price_erosion",
    performance="merchant_performance",
    delay="merchant_delay_quarters",
    service_life="service_life_merchant_years",
)


def chip_levers(is_custom: bool) -> ChipLevers:
    """Return the levers of custom chips, or those of bought ones."""
    return CUSTOM_CHIPS if is_custom else BOUGHT_CHIPS
