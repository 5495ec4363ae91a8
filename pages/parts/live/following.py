"""The pages that follow a lever that is moved, by their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from core.exports.catalogue import IN_ORDER
from core.story.figure import Page
from core.views.mix import figures as mix

FOLLOWING: Final[Mapping[str, Page[Any]]] = MappingProxyType(
    {page.name: page for page in (*IN_ORDER, mix.PAGE) if page.looked_at is not None}
)
