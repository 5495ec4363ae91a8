"""The lever table of docs/METHOD.md, written from the one declaration of the levers.

`python -m core.inputs.method` brings the document up to date; a test fails while the two differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from core.inputs.lever import Lever, Value
from core.inputs.levers import LEVERS

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
METHOD_PATH: Final = DOCS / "METHOD.md"
"""The model in the project's own words; the product shows this file."""
RELEASES_PATH: Final = DOCS / "RELEASES.md"
"""What changed from version to version, in the project's own words; the product shows this file."""

# Link definitions mark the place because Markdown never shows them; the product would print an HTML comment.
BEGIN: Final = "[levers-begin]: <#19-levers> 'Written by python -m core.inputs.method; not by hand'"
END: Final = "[levers-end]: <#19-levers>"

_COLUMNS: Final = ("Lever", "What it is", "Base", "Range", "10 to 90 %", "Unit", "Kind", "Source")


def lever_table() -> str:
    """Return every lever as Markdown: a table a group, in the order in which the levers are declared."""
    return "\n\n".join(
        f"### {group}\n\n{_table(levers)}" for group, levers in groupby(LEVERS, key=lambda lever: lever.group.value)
    )


def with_lever_table(document: str) -> str:
    """Return `document` with what stands between `BEGIN` and `END` replaced by today's lever table.

    Raises ValueError if `document` does not hold each marker exactly once, in that order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or document.count(BEGIN) != 1 or document.count(END) != 1:
        raise ValueError(f"the method page must hold this line once:\n{BEGIN}\nand after it, once:\n{END}")
    return f"{before}{BEGIN}\n\n{lever_table()}\n\n{END}{after}"


def rewrite(path: Path = METHOD_PATH) -> bool:
    """Bring the lever table in the document at `path` up to date; return True if that changed the file.

    Raises OSError if the file cannot be read or written, ValueError if it lacks the markers.
    """
    document = path.read_text(encoding="utf-8")
    renewed = with_lever_table(document)
    if renewed == document:
        return False
    path.write_text(renewed, encoding="utf-8", newline="\n")
    return True


def _table(levers: Iterator[Lever]) -> str:
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
    """Return `value` as it would be typed: 0.7, 13000, 2027-Q1."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    print(f"{METHOD_PATH.name}: {'lever table rewritten' if rewrite() else 'lever table was up to date'}")
