"""The release of the data before the one in use: a data set as it was, beside the files of the one that follows it.

A folder of data may hold former releases of itself, each in `earlier/<its version>` with its declaration, which says on
which day it was made. They are whole data sets and are loaded as any other. (`earlier/1` of the bundled data is none:
it holds what version 1 of the product had in code, which core.inputs.earlier puts beside the rows of its data sets.)
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.inputs.data import Inputs, bundled, data_folder, load
from core.inputs.declaration import PACKAGE_NAME
from core.inputs.problem import DataError, Problem

FOLDER: Final = "earlier"
_VERSION: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class Former:
    """A former release of the data."""

    data_version: str
    made_on: date
    folder: Path

    def inputs(self) -> Inputs:
        """Return its data, loaded once a process; raises DataError if they are not sound, or are of another version."""
        return _loaded(self.folder, self.data_version)


def release_before() -> Former | None:
    """Return the release before the data in use, None if their folder holds none; nothing of it is loaded."""
    return newest(data_folder(), bundled().data_version)


def newest(folder: Path, than: str) -> Former | None:
    """Return the newest of the former releases in a folder of data, but for that of the version `than`.

    Raises DataError if one does not say on which day it was made.
    """
    found = (folder / FOLDER).glob("*") if (folder / FOLDER).is_dir() else ()
    former = [Former(one.name, _made_on(one), one) for one in found if _VERSION.fullmatch(one.name)]
    others = [one for one in former if one.data_version != than]
    return max(others, key=lambda one: (one.made_on, one.data_version), default=None)


def _made_on(folder: Path) -> date:
    path = folder / PACKAGE_NAME
    place, expected = f"{folder.name}/{PACKAGE_NAME}", "the day on which these data were made, written YYYY-MM-DD"
    try:
        said = json.loads(path.read_text(encoding="utf-8")).get("created")
        return date.fromisoformat(str(said)[:10])
    except (OSError, ValueError, AttributeError) as error:
        raise DataError([Problem(place, None, "created", None, f"cannot be read ({error})", expected)]) from None


@functools.lru_cache(maxsize=4)
def _loaded(folder: Path, version: str) -> Inputs:
    inputs = load(folder)
    if inputs.data_version != version:
        wrong, expected = "is not the version of these files", f"a folder named {inputs.data_version}"
        raise DataError([Problem(FOLDER, None, None, version, wrong, expected)])
    return inputs
