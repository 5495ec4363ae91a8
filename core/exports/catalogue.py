"""All pages with their figures, in the order of the navigation: what tests, exports and interfaces read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from core.story.figure import Page
from core.views.chips import figures as chips
from core.views.compare import figures as compare
from core.views.contracts import figures as contracts
from core.views.cost import figures as cost
from core.views.data import figures as data
from core.views.explore import figures as explore
from core.views.power import figures as power
from core.views.programme import figures as programme
from core.views.risk import figures as risk

IN_ORDER: Final[tuple[Page[Any], ...]] = (
    explore.PAGE,
    risk.PAGE,
    chips.PAGE,
    cost.PAGE,
    contracts.PAGE,
    power.PAGE,
    programme.PAGE,
    compare.PAGE,
    data.PAGE,
)
PAGES: Final[Mapping[str, Page[Any]]] = MappingProxyType({page.name: page for page in IN_ORDER})
"""The pages by name, which is their address."""
