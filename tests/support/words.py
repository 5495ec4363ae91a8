"""How a sentence must read, whatever the figures in it, and text as a reader sees it."""

from __future__ import annotations

import re

from core.base import format as fmt
from core.base.format import NBSP

LONGEST_TITLE = 200
NOISE = re.compile(
    r"\bnan\b|\binf\b|None|--|\$[-−]|[-+−]{2}|  |[-−]\$?0(\.0+)?(?![\d.])|\de[-+]\d|\.\d{5}|\[|\]", re.IGNORECASE
)


def said(text: str) -> str:
    """`text` with plain blanks, as a test writes it."""
    return text.replace(fmt.NBSP, " ")


def read(markdown: str) -> str:
    """Markdown as the reader sees it: without marks and escapes, with plain blanks."""
    if markdown.startswith("### "):
        markdown = markdown.removeprefix("### ").replace(":small[:gray[", "").removesuffix("]]")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(NBSP, " ").replace("\N{WORD JOINER}", "")
