"""docs/EXTENDING.md does what it says: its steps are taken, word for word, in a copy of the product."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "EXTENDING.md").read_text(encoding="utf-8")
STEP = re.compile(r"(At the end of|Among the others in) `([\w/.]+)`:\n\n   ```python\n(.*?)\n   ```", re.DOTALL)
DECLARED = "FIGURES = declared(\n"

LOOK = """
import json
from streamlit.testing.v1 import AppTest
from core.exports.catalogue import PAGES
from pages.parts.work import identity
identity._key = lambda: None  # AppTest has no browser, hence no cookies
at = AppTest.from_file("pages/main.py", default_timeout=60)
at.session_state["behind_paid"] = True
at.run()
figure = PAGES["explore"].figures["paid"]
print(json.dumps({
    "errors": [str(error.value) for error in at.exception],
    "texts": [element.value for element in at.main.markdown],
    "tables": [[list(map(str, element.value.columns)), len(element.value)] for element in at.main.dataframe],
    "inputs": sorted(set(at.main.dataframe[-2].value["Input"])) if len(at.main.dataframe) > 1 else [],
    "evidence": figure.evidence,
}))
"""


def section(name: str) -> str:
    """The text of a section of the page."""
    return re.split(r"^## ", TEXT.split(f"## {name}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def take_steps(product: Path, text: str) -> list[str]:
    """Do in `product` what the steps of `text` say; return the files that they touch."""
    touched = []
    for where, name, code in STEP.findall(text):
        path, code = product / name, textwrap.dedent(f"   {code.lstrip()}")
        source = path.read_text(encoding="utf-8")
        if where == "At the end of":
            path.write_text(f"{source}\n\n{code}\n", encoding="utf-8")
        else:
            assert source.count(DECLARED) == 1, name
            path.write_text(
                source.replace(DECLARED, DECLARED + textwrap.indent(code, "    ") + ",\n"), encoding="utf-8"
            )
        touched.append(name)
    return touched


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the product is made of."""
    copy = tmp_path_factory.mktemp("product")
    for name in ("core", "pages", "data", ".streamlit"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "RELEASES.md", copy / "docs")
    return copy


def test_a_figure_added_as_the_page_says_is_on_the_page_in_its_table_and_in_its_evidence(product: Path) -> None:
    touched = take_steps(product, section("A figure"))
    assert touched == [
        "core/views/explore/frames.py",
        "core/views/explore/charts.py",
        "core/views/explore/finding.py",
        "core/views/explore/tables.py",
        "core/views/explore/figures.py",
        "pages/explore.py",
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=product, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["errors"] == []
    assert any("Suppliers are paid" in text and "Before tax and before a warrant" in text for text in seen["texts"])
    headings, rows = seen["tables"][0]
    assert headings[0] == "Year" and len(headings) > 2 and rows == 6
    assert all(re.fullmatch(r".+ \(\$\s?B\)", heading) for heading in headings[1:])
    assert len(seen["inputs"]) == len(seen["evidence"])


def test_every_file_and_command_that_the_page_names_is_there() -> None:
    for name in re.findall(r"`((?:core|pages|tests|data|docs)/[\w/.]+)`", TEXT):
        assert (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)`", TEXT):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
