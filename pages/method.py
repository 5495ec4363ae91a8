"""The method at its old address: the Data page shows it too."""

from __future__ import annotations

from pages.parts.widgets import document

document.method(below_a_title=False)
