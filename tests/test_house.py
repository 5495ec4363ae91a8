"""The house: who may import whom, what no module does, and what no file of the project mentions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# --- Arrows: each module and what it may import of ours. A new module is added here, or this test fails.

GROUND = {"core.scenario", "core.data", "core.finance", "core.format"}
MODEL = GROUND - {"core.format"} | {"core.world", "core.model"}
ARROWS: dict[str, set[str]] = {
    # stand on nothing
    "core": set(),
    "core.scenario": set(),
    "core.data": set(),
    "core.finance": set(),
    "core.format": set(),
    "core.shapley": set(),
    # the model
    "core.world": {"core.data", "core.finance", "core.scenario"},
    "core.model": {"core.data", "core.finance", "core.scenario", "core.world"},
    # what is built on it
    "core.evaluate": MODEL,
    "core.calibration": MODEL,
    "core.sweep": MODEL | {"core.evaluate"},
    "core.report": MODEL | {"core.evaluate", "core.sweep"},
    "core.copula": {"core.data", "core.scenario"},
    "core.risk": MODEL | {"core.copula", "core.evaluate"},
    "core.risk_finding": MODEL
    | {"core.evaluate", "core.finding", "core.format", "core.goal", "core.regret", "core.report", "core.risk"}
    | {"core.risk_frames"},
    "core.risk_frames": MODEL
    | {"core.finding", "core.format", "core.frames", "core.goal", "core.regret", "core.report", "core.risk"},
    "core.risk_charts": {"core.format", "core.plot"},
    "core.risk_report": MODEL | {"core.evaluate", "core.regret", "core.report", "core.risk", "core.sensitivity"},
    "core.sensitivity": MODEL | {"core.evaluate", "core.evidence", "core.risk", "core.sweep"},
    "core.regret": MODEL | {"core.evaluate"},
    "core.goal": MODEL | {"core.compare", "core.evaluate", "core.sweep"},
    "core.frames": MODEL | {"core.evaluate", "core.sweep"},
    "core.finding": MODEL | {"core.evaluate", "core.sweep", "core.report", "core.frames", "core.format"},
    "core.compare": MODEL
    | {"core.evaluate", "core.finding", "core.format", "core.frames", "core.report", "core.shapley"},
    "core.tables": {"core.evidence", "core.finding", "core.format", "core.frames", "core.scenario"},
    "core.archive": {"core.data"},
    "core.reopen": MODEL | {"core.evaluate", "core.finding", "core.format", "core.frames", "core.report"},
    "core.programme": MODEL | {"core.evaluate", "core.finding", "core.format", "core.frames"},
    "core.programme_finding": MODEL | {"core.evaluate", "core.finding", "core.format", "core.frames", "core.programme"},
    "core.worked": MODEL | {"core.format", "core.frames"},
    "core.provenance": MODEL
    | {"core.calibration", "core.evidence", "core.finding", "core.format", "core.frames", "core.programme"},
    # what is drawn, told and documented
    "core.plot": {"core.format"},
    "core.charts": {"core.format", "core.plot"},
    "core.roadmap": MODEL | {"core.finding", "core.format", "core.frames"},
    "core.roadmap_charts": {"core.format", "core.plot"},
    "core.megawatts": MODEL | {"core.evaluate", "core.finding", "core.format", "core.frames"},
    "core.megawatts_charts": {"core.charts", "core.format", "core.plot"},
    "core.outlay": MODEL
    | {"core.compare", "core.evaluate", "core.finding", "core.format", "core.frames", "core.report", "core.shapley"},
    "core.outlay_charts": {"core.format", "core.plot"},
    "core.commitments": MODEL | {"core.evaluate", "core.finding", "core.format", "core.frames"},
    "core.commitments_charts": {"core.format", "core.plot"},
    "core.programme_charts": {"core.format", "core.plot"},
    "core.provenance_charts": {"core.format", "core.plot"},
    "core.evidence": {"core.data", "core.scenario"},
    "core.method": {"core.scenario"},
    # what is kept
    "core.rights": set(),
    "core.database": set(),
    "core.store": {"core.database", "core.rights"},
    "core.library": {"core.evaluate", "core.format", "core.scenario", "core.store"},
    "core.backup": {"core.database"},
    # the command line
    "core.__main__": {
        "core.backup",
        "core.data",
        "core.database",
        "core.format",
        "core.report",
        "core.risk",
        "core.risk_report",
        "core.scenario",
        "core.store",
    },
    # the server opens pages by path
    "app": {"core.data", "core.database", "core.model", "core.rights", "core.store"},
}


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name; migrations are none, for Alembic runs them by path."""
    paths = [ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return {_dotted(path): path for path in paths if "migrations" not in path.parts}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from core import charts` is core.charts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: a relative import; write the whole name"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in whole)


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name.split(".")[0] in ("core", "pages", "app", "tests")}


def is_core(name: str) -> bool:
    return name.split(".")[0] == "core"


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("pages")])
def test_a_module_imports_only_what_its_arrows_allow(name: str) -> None:
    assert name in ARROWS, f"{name} is new: say in ARROWS what it may import"
    assert ours(MODULES[name]) <= ARROWS[name]


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("pages")])
def test_a_page_imports_core_and_parts_of_pages_and_nothing_else_of_ours(name: str) -> None:
    strangers = {other for other in ours(MODULES[name]) if not (is_core(other) or other.startswith("pages.parts"))}
    assert strangers == set()
    assert "core.__main__" not in ours(MODULES[name])


def test_no_arrow_is_left_of_a_module_that_is_gone() -> None:
    assert set(ARROWS) <= set(MODULES)


def test_arrows_never_form_a_circle() -> None:
    seen: set[str] = set()
    left = dict(ARROWS)
    while left:
        free = [name for name, others in left.items() if others <= seen]
        assert free, f"a circle among {', '.join(left)}"
        seen.update(free)
        left = {name: others for name, others in left.items() if name not in free}


@pytest.mark.parametrize("name", [name for name in MODULES if is_core(name)])
def test_core_knows_nothing_of_the_screen(name: str) -> None:
    screens = {"streamlit", "starlette", "uvicorn", "tornado"}
    assert {other.split(".")[0] for other in imports(MODULES[name])} & screens == set()


def test_core_can_be_imported_without_streamlit_being_loaded() -> None:
    names = ", ".join(name for name in MODULES if is_core(name))
    code = f"import sys\nimport {names}\nprint('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- Habits


@pytest.mark.parametrize("name", MODULES)
def test_no_module_asserts_on_its_input_or_swallows_every_error(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type is None] == []


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    source = MODULES[name].read_text(encoding="utf-8")
    assert source == "" or ast.get_docstring(ast.parse(source))


# --- The project stands alone


def files() -> list[Path]:
    """Every file that is tracked, or would be if it were added now."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


# Written so that they do not match themselves.
FOREIGN = {
    "a path of one machine": r"(?<![\w.:/-])/(?:work|root|home|Users|opt|tmp|mnt)/\w",
    "a folder beside the project": r"(?<!\w)shared[/]|\.\.[/]shared",
    "where packages come from": r"--(?:extra-)?index[-]url|--find[-]links|(?:pypi|pythonhosted|npmjs)[.]org",
}


def test_no_file_mentions_one_machine_its_neighbours_or_a_package_registry() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for what, pattern in FOREIGN.items():
            found += [f"{path.relative_to(ROOT)}: {what}: {match[0]}" for match in re.finditer(pattern, text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see /ho" + "me/ann/x",
        "'/wo" + "rk/main'",
        "../sha" + "red/data",
        "--index-" + "url http://x",
        "https://py" + "pi.org/x",
    ],
)
def test_such_mentions_are_recognised(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in FOREIGN.values())
