"""The house: who may import whom, what no module does, and what no file of the project mentions."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# --- Floors: imports in core run only from a higher floor to a lower one, or stay within a room's own folder.

FLOORS = {
    "base": 1,
    "inputs": 2,
    "store": 2,
    "serve": 3,
    "model": 3,
    "risk": 4,
    "upkeep": 4,
    "story": 5,
    "views": 6,
    "exports": 7,
    "__main__": 8,
}
SERVER = {"core.inputs", "core.model", "core.store", "core.serve", "pages.parts.live.route"}
"""What the server itself may know; the rest is the pages', of which it answers for the sliders alone."""
_NETWORK = {"starlette", "uvicorn"}
"""What core.serve, which stands between network and pages, knows and no other room of core."""


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name; migrations are none, for Alembic runs them by path."""
    paths = [ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return {_dotted(path): path for path in paths if "migrations" not in path.parts}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = modules()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a file says, the file itself first."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from core import charts` is core.story.charts."""
    for node in nodes(path):
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


CORE = [name for name in MODULES if is_core(name) and name != "core"]


def folder(name: str) -> tuple[str, ...]:
    """The folder of a module of core, by its names below core; a view's folder is its page's."""
    parts = name.split(".")[1:]
    if parts[0] == "views":
        return tuple(parts[:2])
    return tuple(parts[:1])


def test_imports_run_from_a_higher_floor_to_a_lower_one() -> None:
    against: list[str] = []
    for name in CORE:
        own = folder(name)
        others = [other for other in ours(MODULES[name]) if other != "core" and folder(other) != own]
        against += [f"{name}: {other}" for other in others if FLOORS[folder(other)[0]] >= FLOORS[own[0]]]
    assert against == []


def test_every_folder_of_core_has_its_floor() -> None:
    assert {folder(name)[0] for name in CORE} <= set(FLOORS)


def test_a_page_imports_core_and_parts_of_pages_and_nothing_else_of_ours() -> None:
    imported = [(name, other) for name in MODULES if name.startswith("pages") for other in ours(MODULES[name])]
    strangers = [(name, other) for name, other in imported if not (is_core(other) or other.startswith("pages.parts"))]
    assert strangers == []
    assert [name for name, other in imported if other == "core.__main__"] == []


def test_the_server_opens_pages_by_path_and_knows_little_of_core() -> None:
    known = {other if other.startswith("pages.") else ".".join(other.split(".")[:2]) for other in ours(MODULES["app"])}
    assert known - {"core"} <= SERVER


def test_core_knows_nothing_of_the_screen() -> None:
    known: list[str] = []
    for name in filter(is_core, MODULES):
        allowed = _NETWORK if name.startswith("core.serve.") else set()
        screens = {"streamlit", "starlette", "uvicorn", "tornado"} - allowed
        known += [f"{name}: {other}" for other in imports(MODULES[name]) if other.split(".")[0] in screens]
    assert known == []


def test_core_can_be_imported_without_streamlit_being_loaded() -> None:
    names = ", ".join(name for name in MODULES if is_core(name))
    code = f"import sys\nimport {names}\nprint('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("start", ["app", "core.__main__"])
def test_core_comes_before_numpy_which_it_tells_how_many_threads_to_take(start: str) -> None:
    code = f"import sys\nimport {start}\nnames = list(sys.modules)\nprint(names.index('core') < names.index('numpy'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted where Linux lists them")
def test_linear_algebra_takes_no_threads_of_its_own() -> None:
    code = """
import os
import core
before = len(os.listdir("/proc/self/task"))
import numpy
numpy.ones((900, 900)) @ numpy.ones((900, 900))
print(len(os.listdir("/proc/self/task")) - before)
"""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_no_test_module_imports_another() -> None:
    """Tests share what is in tests.support and conftest; benchmarks, which are none, build on each other."""
    imported = [(_dotted(path), name) for path in (ROOT / "tests").rglob("*.py") for name in ours(path)]
    allowed = {"tests.benchmarks": ("tests.support", "tests.benchmarks")}
    wrong = [
        (who, name)
        for who, name in imported
        if name.startswith("tests") and not name.startswith(allowed.get(who.rpartition(".")[0], ("tests.support",)))
    ]
    assert wrong == []


# --- Habits


def test_how_much_the_tests_try_is_said_in_one_place() -> None:
    said = [path.name for path in (ROOT / "tests").rglob("*.py") if re.search(r"max_exam" + "ples", path.read_text())]
    assert said == ["effort.py"]


def test_no_module_asserts_on_its_input_or_swallows_every_error() -> None:
    every = [(name, node) for name, path in MODULES.items() for node in nodes(path)]
    assert [f"{name}:{node.lineno}" for name, node in every if isinstance(node, ast.Assert)] == []
    handlers = [(name, node) for name, node in every if isinstance(node, ast.ExceptHandler)]
    assert [f"{name}:{node.lineno}" for name, node in handlers if node.type is None] == []


def test_a_page_is_a_layout_and_stays_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "pages").glob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > 90} == {}


def test_every_module_says_what_it_is_for() -> None:
    whole = {name: nodes(path)[0] for name, path in MODULES.items()}
    assert [name for name, tree in whole.items() if isinstance(tree, ast.Module) and tree.body
            and not ast.get_docstring(tree)] == []  # fmt: skip


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
