"""The one place that makes text from outside safe to show: in Streamlit most labels and messages are Markdown."""

from __future__ import annotations

import re
from typing import Final

from core.base.format import MINUS

_MARKUP: Final = re.compile(r"([!-/:-@\[-`{-~])")
_BLANK: Final = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
_ADDRESS: Final = re.compile(r"(?i)(?:https?|ftp|mailto|www)(?=[:.])|@")
_UNSEEN: Final = "\N{WORD JOINER}"


def plain(text: str) -> str:
    r"""Return Markdown that shows `text` as it is: nothing in it becomes an image, a link, a formula or a heading.

    Every ASCII punctuation mark gets a backslash and blanks are joined to one. Addresses are taken apart by a
    character that is not seen, for Streamlit makes links of them after Markdown is done. A name that anyone may
    choose, such as `![x](http://host)`, would otherwise make each reader's browser call that host.
    """
    broken = _ADDRESS.sub(lambda found: found[0] + _UNSEEN, _BLANK.sub(" ", text).strip())
    broken = broken.replace(f"{MINUS}$", f"{MINUS}{_UNSEEN}$")  # or a line could end between the two
    return _MARKUP.sub(r"\\\1", broken)
