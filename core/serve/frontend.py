"""The files of Streamlit's frontend that our pages need, by name: what each is called ends in a hash of its content.

Streamlit's own page names what every page needs. All else it would ask for link by link, each once the one before has
been read: a script when an element of its kind comes, what that imports, and Vega when the first chart is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

VEGA: Final = ("embed", "vega-interpreter")
"""Vega with Vega-Lite, and what reads expressions without making code of them."""
ELEMENTS: Final = ("BidiComponent", "Button", "ButtonGroup", "Html", "Selectbox", "Slider", "TextInput")
"""What is on all pages about one scenario, as Streamlit calls the scripts that draw it."""
HEADINGS: Final = "SourceSerifVariable-Roman.ttf"
"""The type of the titles."""
SCRIPTS: Final = "static/js"
FONTS: Final = "static/media"
_IMPORT: Final = re.compile(r'(?:from|import)"\./([\w.~-]+\.js)"')


class FrontendError(RuntimeError):
    """Streamlit's frontend is not the one that this was written for; the message says what is missing."""


def file(frontend: Path, folder: str, name: str) -> Path:
    """Return the one file of a name in a folder of the frontend; raises FrontendError if there is not just one."""
    files = sorted((frontend / folder).glob(f"{name}.*"))
    if len(files) != 1:
        raise FrontendError(f"Streamlit's frontend has {len(files)} files {name}.* where there should be one")
    return files[0]


def address(frontend: Path, folder: str, name: str) -> str:
    """Return where browsers find that file; raises FrontendError as `file` does."""
    return f"/{folder}/{file(frontend, folder, name).name}"


def scripts(frontend: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of scripts and of all that they import; raises FrontendError if one is not there."""
    left, found = [file(frontend, SCRIPTS, name) for name in names], dict[str, None]()
    while left:
        one = left.pop()
        if one.name not in found:
            found[one.name] = None
            left += [one.with_name(name) for name in _IMPORT.findall(one.read_text(encoding="utf-8"))]
    return tuple(f"/{SCRIPTS}/{name}" for name in found)
