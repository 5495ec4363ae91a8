"""All pages with their figures, in the order of the navigation: what tests, exports and interfaces read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from core.story.figure import Page
from core.views.chips import figures as chips
from core.views.explore import figures as explore

PAGES: Final[Mapping[str, Page[Any]]] = MappingProxyType({page.name: page for page in (explore.PAGE, chips.PAGE)})
"""The pages by name, which is their address."""
