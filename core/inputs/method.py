"""The method page: docs/METHOD.md with the table of the levers that a data set has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.inputs.lever import Group, Lever, Value
from core.inputs.levers import Levers

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
METHOD_PATH: Final = DOCS / "METHOD.md"
"""The model in the project's own words; the product shows this file."""
RELEASES_PATH: Final = DOCS / "RELEASES.md"
"""What changed from version to version, in the project's own words; the product shows this file."""

# Link definitions mark the place because Markdown never shows them; the product would print an HTML comment.
BEGIN: Final = "[levers-begin]: <#19-levers> 'The table of the levers of the data set stands here'"
END: Final = "[levers-end]: <#19-levers>"

_COLUMNS: Final = ("Lever", "What it is", "Base", "Range", "10 to 90 %", "Unit", "Kind", "Source")


def lever_table(levers: Levers) -> str:
    """Return every lever as Markdown: a table a group, in the order of groups and then of levers."""
    groups = [(group, [one for one in levers.values() if one.group is group]) for group in Group]
    return "\n\n".join(f"### {group}\n\n{_table(own)}" for group, own in groups if own)


def with_lever_table(document: str, levers: Levers) -> str:
    """Return `document` with what stands between `BEGIN` and `END` replaced by the table of a data set's levers.

    Raises ValueError if `document` does not hold each marker exactly once, in that order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or document.count(BEGIN) != 1 or document.count(END) != 1:
        raise ValueError(f"the method page must hold this line once:\n{BEGIN}\nand after it, once:\n{END}")
    return f"{before}{BEGIN}\n\n{lever_table(levers)}\n\n{END}{after}"


def _table(levers: Sequence[Lever]) -> str:
    rows = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(_cells(lever) for lever in levers)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(lever: Lever) -> tuple[str, ...]:
    meaning = f"**{lever.label}.** {lever.help}"
    percentiles = "not drawn" if lever.low is None or lever.high is None else _span(lever.low, lever.high)
    cells = (
        f"`{lever.id}`", meaning, _plain(lever.base), _bounds(lever), percentiles, lever.unit,
        lever.kind.value, lever.source_id,
    )  # fmt: skip
    return tuple(cell.replace("|", r"\|").replace("$", r"\$") for cell in cells)


def _bounds(lever: Lever) -> str:
    if lever.options:
        word = " or " if len(lever.options) == 2 else " to "
        return f"{lever.options[0]}{word}{lever.options[-1]}"
    return _span(lever.minimum, lever.maximum) + (", whole" if lever.whole else "")


def _span(low: float, high: float) -> str:
    return f"{_plain(low)} to {_plain(high)}"


def _plain(value: Value) -> str:
    """Return `value` as it would be typed: 0.7, 13000, a quarter by its label."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
