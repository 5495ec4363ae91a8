"""docs/EXTENDING.md does what it says: its steps are taken, word for word, in a copy of the product or of its data."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.inputs.data import DATA_VARIABLE, Inputs, load
from core.inputs.declaration import BUNDLED, resources
from core.inputs.scenario import columns
from core.model.evaluate import evaluate
from core.model.model import simulate

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "EXTENDING.md").read_text(encoding="utf-8")
STEP = re.compile(r"(At the end of|Among the others in) `([\w/.]+)`:\n\n   ```python\n(.*?)\n   ```", re.DOTALL)
DECLARED = "FIGURES = declared(\n"
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem not in ("__init__", "main"))

LOOK = """
import json
from streamlit.testing.v1 import AppTest
from core.exports.catalogue import PAGES
from pages.parts.kept import odds
from pages.parts.work import identity
identity._key = lambda: None  # AppTest has no browser, hence no cookies
odds.worked_out, odds.first_futures = lambda *_a, **_s: odds.stop(), lambda *_: odds.stop  # what is drawn before that
at = AppTest.from_file("pages/main.py", default_timeout=240)
at.session_state["behind_paid"] = True
at.run()
figure = PAGES["explore"].figures["paid"]
print(json.dumps({
    "errors": [str(error.value) for error in at.exception],
    "texts": [element.value for element in at.main.markdown] + [
        element.proto.bytes.decode() for element in at.main if element.type == "bidi_component"
    ],
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
        shutil.copytree(ROOT / name, copy / name)
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
        [sys.executable, "-c", LOOK], cwd=product, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["errors"] == []
    assert any("Suppliers are paid" in text and "Before tax and before a warrant" in text for text in seen["texts"])
    headings, rows = seen["tables"][0]
    assert headings[0] == "Year" and len(headings) > 2 and rows == 6
    assert all(re.fullmatch(r".+ \(\$\s?B\)", heading) for heading in headings[1:])
    assert len(seen["inputs"]) == len(seen["evidence"])


# --- In data alone

ROWS = re.compile(r"(?s)(At\s+the\s+end\s+of|New\s+columns\s+in)\s+`data/(\w+\.csv)`:\n\n   ```csv\n(.*?)\n   ```")
METHOD_BEGINS = ("# How the model works", "## How the model works")
FILE = re.compile(r"(?s)`mine/(\w+\.csv)`:\n\n   ```csv\n(.*?)\n   ```")
SEEN = """
import json, sys
from streamlit.testing.v1 import AppTest
from core.inputs.data import bundled
from pages.parts.kept import odds
from pages.parts.work import identity
identity._key = lambda: None  # AppTest has no browser, hence no cookies
odds.worked_out, odds.first_futures = lambda *_a, **_s: odds.stop(), lambda *_: odds.stop  # what is drawn before that
seen = {}
for page in sys.argv[1:]:
    at = AppTest.from_file("pages/main.py", default_timeout=120)
    for group in ("procurement", "timing_and_right_to_stop"):
        at.session_state[f"group_{group}"] = True
    if page == "data":
        at.session_state["picked_data_section"] = "Tables"
    at.switch_page(f"{page}.py")
    at.run()
    drawn = [element.proto.bytes.decode() for element in at.main if element.type == "bidi_component"]
    elements = (*at.title, *at.markdown, *at.caption)
    seen[page] = {
        "errors": [str(error.value) for error in at.exception],
        "said": [*drawn, *(element.value.replace("\\\\", "") for element in elements)],
        "levers": [widget.label.replace("\\\\", "") for widget in at.slider],
    }
print(json.dumps({"version": bundled().data_version, **seen}))
"""


def opened(folder: Path, *pages: str) -> dict[str, Any]:
    """What stands on pages of the product that is started on the data of a folder."""
    environment = {**os.environ, DATA_VARIABLE: str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", SEEN, *pages], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for page in pages:
        assert seen[page]["errors"] == [], page
    return seen


def lines(block: str) -> list[str]:
    return textwrap.dedent(f"   {block.lstrip()}").splitlines()


def change_data(folder: Path, text: str) -> set[str]:
    """Do in the data of `folder` what the steps of `text` say; return the files that they touch."""
    touched = set()
    for where, name, block in ROWS.findall(text):
        path, rows = folder / name, lines(block)
        if where.startswith("At"):
            path.write_text(path.read_text(encoding="utf-8") + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        else:
            key, *added_columns = rows[0].split(",")
            added = {row.split(",")[0]: row.split(",")[1:] for row in rows[1:]}
            with path.open(encoding="utf-8", newline="") as file:
                table = list(csv.DictReader(file))
            assert {row[key] for row in table} == set(added), "each row gets its cells"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, [*table[0], *added_columns], lineterminator="\n")
                writer.writeheader()
                writer.writerows({**row, **dict(zip(added_columns, added[row[key]], strict=True))} for row in table)
        touched.add(name)
    return touched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled data, as they are changed."""
    return shutil.copytree(BUNDLED, tmp_path / "data")


def assert_comes_to_figures(inputs: Inputs) -> None:
    result = evaluate(inputs, columns([inputs.base, *inputs.presets.values()]))
    assert np.isfinite(result.metrics["npv_usd"]).all()


def test_a_supplier_added_as_the_page_says_is_bought_from_and_stands_on_the_page(folder: Path) -> None:
    touched = change_data(folder, section("A supplier"))
    assert touched == {"suppliers.csv", "workloads.csv", "chips.csv", "chip_prices.csv", "chip_throughput.csv"}
    inputs = load(folder)
    assert inputs.suppliers[-1] == "maker_c"
    assert_comes_to_figures(inputs)
    flows = simulate(inputs, columns([inputs.base])).flows
    assert flows.capex_usd[:, -1].sum() > 0
    seen = opened(folder, "explore", "chips")
    assert seen["version"] == inputs.data_version
    assert any(label.startswith("Maker C, ") for label in seen["explore"]["levers"])
    assert any("Maker C" in text for text in seen["chips"]["said"])


def test_a_workload_added_as_the_page_says_is_adopted_and_stands_on_the_page(folder: Path) -> None:
    assert change_data(folder, section("A workload")) == {"workloads.csv", "workload_demand.csv", "chip_throughput.csv"}
    inputs = load(folder)
    assert inputs.workloads[-1] == "robot_inference"
    assert {"adoption_robot_inference", "start_lag_robot_inference", "trend_robots"} <= set(inputs.levers)
    assert_comes_to_figures(inputs)
    seen = opened(folder, "explore", "power")
    assert "Robots" in seen["explore"]["levers"]


def test_a_company_of_its_own_is_read_from_the_page_and_every_page_opens_on_it(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, block in FILE.findall(section("A company")):
        (folder / name).write_text("".join(f"{row}\n" for row in lines(block)), encoding="utf-8")
    needed = {resource["path"] for resource in resources() if not resource.get("optional")}
    assert {path.name for path in folder.iterdir()} == needed, "all that is needed, and no more"
    inputs = load(folder)
    assert (inputs.company, inputs.calendar.first_year, inputs.public) == ("Aurora", 2031, False)
    assert_comes_to_figures(inputs)
    seen = opened(folder, *PAGES)
    for page in PAGES:
        for text in seen[page]["said"]:
            if text.startswith(METHOD_BEGINS):  # where quarters of any year show how one is written
                text = re.sub(r"20\d\d", "", text)
            assert not re.search(r"(?i)\b(meta|nvidia|amd|mtia|gpus?|ranking|generative)\b", text), (page, text)
            if text.startswith("{"):  # what the browser draws, whose axis of years may begin before the first
                figure = json.loads(text)
                text = str([figure.get(part) for part in ("title", "caption", "words", "metrics", "note")])
            assert not re.search(r"\b202\d\b", text), (page, text)


def test_every_file_and_command_that_the_page_names_is_there() -> None:
    for name in re.findall(r"`((?:core|pages|tests|data|docs)/[\w/.]+)`", TEXT):
        assert (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)`", TEXT):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
