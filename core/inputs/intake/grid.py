"""A table of text as it was brought: a file or a sheet, before anybody has said what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """The cells of a file or sheet as text: numbers of a workbook in plain form, dates as ISO has them.

    A file that can be read in more than one way was read in the first of `encodings` and `separators`; `text.reread`
    reads it in another. A sheet has neither. One without rows says in its remarks why.
    """

    name: str  # of the file or sheet
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()  # what who brought it should know, as sentences
    encodings: tuple[str, ...] = ()  # in which the text can be read, the likeliest first
    separators: tuple[str, ...] = ()  # between cells that fit, the likeliest first

    @property
    def encoding(self) -> str | None:
        """Return the encoding that it was read in; None of a sheet."""
        return self.encodings[0] if self.encodings else None

    @property
    def separator(self) -> str | None:
        """Return what stands between cells; None of a sheet."""
        return self.separators[0] if self.separators else None
