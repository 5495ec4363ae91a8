"""The parts of a workbook before it is read: which may not be there, and what the reader of its cells does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.inputs.intake.limits import IntakeError
from core.inputs.problem import Problem

MACROS: Final = ("vbaproject.bin", "vbadata.xml")
MACRO_SHEETS: Final = ("xl/macrosheets/", "xl/dialogsheets/")
OUTSIDE: Final = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/")
"""Parts that fetch from elsewhere or bring something along that is no table."""
WORKBOOK: Final = "xl/workbook.xml"

_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_TAG: Final = rb"<(?:[\w.-]+:)?"
"""How a tag begins; up to the next there is no other `<`, while `>` may stand in what it says of itself."""
_TRUE: Final = rb"""\s*=\s*["'](?:1|true)["']"""
_MERGED: Final = re.compile(_TAG + rb"""mergeCell\s(?:[^<]*?\s)?ref\s*=\s*["']([^"']{1,40})["']""")
_FORMULA: Final = re.compile(_TAG + rb"f[\s>/]")
_HIDDEN_ROW: Final = re.compile(_TAG + rb"row\s(?:[^<]*?\s)?hidden" + _TRUE)
_HIDDEN_COLUMN: Final = re.compile(_TAG + rb"col\s(?:[^<]*?\s)?hidden" + _TRUE)
_TO_BE_WORKED_OUT: Final = re.compile(_TAG + rb"calcPr\s(?:[^<]*?\s)?fullCalcOnLoad" + _TRUE)


@dataclass(frozen=True)
class SheetPart:
    """What the XML of a sheet says beside its cells."""

    merged: tuple[str, ...]  # ranges, `A1:B2`
    has_formulas: bool
    hides: bool  # some of its rows or columns

    @classmethod
    def of(cls, xml: bytes) -> SheetPart:
        """Return what the XML of a sheet says."""
        merged = tuple(ref.decode("ascii", "replace") for ref in _MERGED.findall(xml))
        hides = bool(_HIDDEN_ROW.search(xml) or _HIDDEN_COLUMN.search(xml))
        return cls(merged, bool(_FORMULA.search(xml)), hides)


def is_to_be_worked_out(parts: Mapping[str, bytes]) -> bool:
    """True of a workbook whose formulas no spreadsheet has worked out: programs that write one keep 0 or nothing.

    A spreadsheet that opens such a workbook works it out and takes the mark away.
    """
    return bool(_TO_BE_WORKED_OUT.search(parts.get(WORKBOOK, b"")))


def check_parts(name: str, parts: Mapping[str, bytes]) -> None:
    """Raise IntakeError if there is anything in a workbook but tables, in a form that is known here."""
    problems = []
    for path, part in parts.items():
        if wrong := _wrong_with(path, part):
            problems.append(Problem(name, None, None, path, *wrong))
    if any(_STRICT in parts.get(path, b"") for path in (WORKBOOK, "_rels/.rels")):
        wrong = "is a workbook of the strict form (Strict Open XML)", "the workbook saved as an ordinary .xlsx"
        problems.append(Problem(name, None, None, None, *wrong))
    if problems:
        raise IntakeError(problems)


def _wrong_with(path: str, part: bytes) -> tuple[str, str] | None:
    low = path.lower()
    is_types = low == "[content_types].xml"
    if low.endswith(MACROS) or low.startswith(MACRO_SHEETS) or (is_types and b"macroenabled" in part.lower()):
        return "is a macro", "a workbook without macros (.xlsx)"
    if low.startswith(OUTSIDE):
        return "links to something outside of the workbook, or brings it along", "a workbook with its values pasted in"
    if not low.endswith((".xml", ".rels")):
        return None
    if not _is_utf8(part):  # in another encoding nothing below, and nothing that is looked for in a sheet, is found
        return "is not written in UTF-8", "a workbook as a spreadsheet saves it"
    if _DECLARES.search(part):
        return "declares XML entities", "a workbook without them"
    return None


def _is_utf8(part: bytes) -> bool:
    declared = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        return False
    return not part.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in part
