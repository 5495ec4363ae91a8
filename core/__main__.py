"""`python -m core`: scenarios and their risk without the browser; data checked; saved scenarios backed up and back."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from core.base.format import counted
from core.inputs.archive import ArchiveError, unpack
from core.inputs.borne_out import findings, summary
from core.inputs.data import DATA_VARIABLE, Inputs, bundled, data_folder, load
from core.inputs.description import description, remarks
from core.inputs.intake.template import workbook
from core.inputs.levers import Levers
from core.inputs.problem import DataError
from core.inputs.scenario import Scenario, ScenarioError, from_json, to_json
from core.model.calibration import calibration
from core.model.report import listed, report
from core.risk.futures import DRAWS, USUAL_DRAWS, checked_draws
from core.risk.mix.problem import asked
from core.risk.mix.report import mix_report
from core.risk.mix.solve import solve
from core.risk.report import risk_report
from core.risk.run import RiskError
from core.store.backup import backup, restore
from core.store.database import FOLDER_VARIABLE, URL_VARIABLE, StoreError
from core.store.store import Store
from core.upkeep.bridge import Pulse
from core.upkeep.calibrate import fit
from core.upkeep.difference import as_json, difference
from core.upkeep.examined import as_lines, moved
from core.upkeep.mixtures import MixtureError
from core.upkeep.odd import oddities
from core.upkeep.pace import RuleError
from core.upkeep.rewrite import NotWrittenError, write
from core.upkeep.rules import derived, strays
from core.upkeep.told import as_markdown, as_text
from core.upkeep.words import of_fit, of_pace, of_strays, of_targets

REFUSED = 2
"""Exit status when the input is refused."""
STOPPED = 130
"""Exit status when somebody stops it with Ctrl+C, as shells have it."""
CUT_SHORT = 1
"""Exit status when the output could not be written to its end."""
NOT_BORNE_OUT = 1
"""Exit status of a strict check of sound data of which some row is not borne out by what it cites."""
MOST_LISTED = 40
"""Rows that are not borne out, of which a check lists no more unless it is asked for all."""

MANY: Final = 200
"""Scenarios from which on it pays to evaluate them in processes of their own, one a core."""
BATCH: Final = 100
"""Scenarios that such a process takes at a time."""
_WHERE: Final = f"The store is where {URL_VARIABLE} or {FOLDER_VARIABLE} says, else in the folder var."


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (
        ScenarioError,
        RiskError,
        DataError,
        UnsoundError,
        MixtureError,
        RuleError,
        NotWrittenError,
        StoreError,
    ) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` does. What is still to be written goes nowhere, at the exit too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_SHORT
    return status


def _parser() -> argparse.ArgumentParser:
    """Return what reads the command line: each command with what runs it."""
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Crossover without the browser.",
        epilog=f"{DATA_VARIABLE} names data to work on (a folder, a workbook or a zip) in place of the bundled data.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "evaluate",
        help="evaluate scenarios",
        description="Read one scenario, or a list of them, as JSON from standard input (levers by name, what is left "
        "out is base) and write its figures as JSON in the same shape and order. docs/METHOD.md lists them.",
    )
    command.set_defaults(run=lambda _options: _evaluate())
    command = commands.add_parser(
        "risk",
        help="say how sure scenarios are",
        description="Read scenarios as evaluate does and write as JSON what they come to in thousands of futures: "
        "odds, bands, what would turn the answer, and regret. docs/METHOD.md lists the entries.",
    )
    command.add_argument(
        "--draws",
        default=str(USUAL_DRAWS),
        metavar="N",
        help=f"futures drawn, a power of two from {DRAWS[0]} to {DRAWS[-1]} (usually {USUAL_DRAWS})",
    )
    command.set_defaults(run=lambda options: _risk(options.draws))
    command = commands.add_parser(
        "mix",
        help="find the best mix of choices",
        description="Read as JSON from standard input which choices are free and which limits hold (an object with "
        "levers, free, limits, draws and seed, all of which may be left out) and write as JSON the mixes that no other "
        "beats in expected value and bad tenth. docs/METHOD.md lists the entries. Takes about half a minute.",
    )
    command.set_defaults(run=lambda _options: _mix())
    command = commands.add_parser(
        "data",
        help="check a data set",
        description="Say whether a folder of CSV files holds data that the product can work on, without starting it.",
    )
    jobs = command.add_subparsers(dest="job", required=True)
    command = jobs.add_parser(
        "check",
        help="say what data hold, or all that is wrong with them",
        description="Read a folder of data, a zip of one or a workbook as the product does. Sound data are told in a "
        "few words, with what may not have been meant, how the answer differs from that on the data in use, table by "
        "table, and which rows are not borne out by what they cite; of others all that is wrong is told at once, with "
        f"exit status {REFUSED}.",
    )
    _add_folder(command)
    command.add_argument(
        "--against", type=Path, metavar="PATH", help="other data to hold them against than those in use"
    )
    command.add_argument("--all", action="store_true", help=f"list all such rows, not only the first {MOST_LISTED}")
    command.add_argument("--strict", action="store_true", help=f"exit with status {NOT_BORNE_OUT} if there are any")
    command.set_defaults(
        run=lambda options: _check(options.folder, options.against, every=options.all, strict=options.strict)
    )
    command = jobs.add_parser(
        "template",
        help="write a workbook to fill in",
        description="Write a workbook with a sheet a table, filled with the data in use, or empty: what each column "
        "means, its unit and its choices. Filled in, it is checked with `data check FILE`.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="a new file that ends in .xlsx")
    command.add_argument("--empty", action="store_true", help="headers alone")
    command.set_defaults(run=lambda options: _template(options.file, empty=options.empty))
    command = jobs.add_parser(
        "diff",
        help="say what changed from one data set to another, and what that does to the answer",
        description="Say which cells differ between two data sets, group by group as the table changes of the newer "
        "has them, and what each group does to value: alone, as its part of the whole, and together. A data set is a "
        "folder, or an archive as a saved scenario has one. Without the second it is the data in use.",
    )
    command.add_argument("old", type=Path, metavar="A", help="the data before")
    command.add_argument("new", type=Path, metavar="B", nargs="?", help="the data after")
    command.add_argument(
        "--scenario", action="store_true", help="read a scenario as JSON from standard input, in place of the base"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="write tables for a document")
    form.add_argument("--json", action="store_true", help="write plain values for a machine")
    command.set_defaults(run=lambda options: _diff(options))
    command = jobs.add_parser(
        "derive",
        help="work out again the rows that follow a rule",
        description="Say how fast chips get better, and which cells are not what the rule gives that their source "
        "names (column follows of the table sources). With --write they become what it gives.",
    )
    _add_folder(command)
    command.add_argument("--write", action="store_true", help="write the rows as the rules give them")
    command.set_defaults(run=lambda options: _derive(options.folder, options.write))
    command = commands.add_parser(
        "calibrate",
        help="hold the model against published figures, and find the demand that fits",
        description="Print every published figure with the model's own beside it, and the two factors on demand with "
        "which the model meets capital spending, and what can be powered. docs/METHOD.md says how they are found. "
        "With --write demand and the purchases of the fleet year become what they give. Takes about half a minute.",
    )
    _add_folder(command)
    command.add_argument("--write", action="store_true", help="write demand and purchases with the factors")
    command.set_defaults(run=lambda options: _calibrate(options.folder, options.write))
    command = commands.add_parser(
        "backup",
        help="write all saved scenarios to a file",
        description=f"Write all that is saved to a new file, while the product runs or not. {_WHERE}",
    )
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=lambda options: _backup(options.file))
    command = commands.add_parser(
        "restore",
        help="bring a backup back",
        description="Bring the saved scenarios to what a backup holds, while the product runs or not. What is saved "
        f"now is written to a backup of its own first. {_WHERE}",
    )
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--keep", type=Path, metavar="FILE", help="where to write what is saved now")
    command.set_defaults(run=lambda options: _restore(options.file, options.keep))
    return parser


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="PATH",
        help=f"a folder, a zip or a workbook; without it the one that {DATA_VARIABLE} names, or the bundled data",
    )


def _evaluate() -> int:
    scenarios = _scenarios(sys.stdin.buffer.read(), bundled().levers)
    if not isinstance(scenarios, list) or len(scenarios) < MANY:
        return _answer(_reports(scenarios))
    batches = [scenarios[first : first + BATCH] for first in range(0, len(scenarios), BATCH)]
    # Not by fork: what a process with threads leaves behind in a fork of it may hold it up for ever.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        told = pool.map(listed, [[to_json(one) for one in batch] for batch in batches])
        sys.stdout.write("[\n")
        for number, answer in enumerate(told):
            sys.stdout.write(",\n" * (number > 0) + answer)
        print("\n]", flush=True)
    return 0


def _risk(draws: str) -> int:
    return _answer(risk_json(sys.stdin.buffer.read(), draws))


def _mix() -> int:
    return _answer(mix_json(sys.stdin.buffer.read()))


def _answer(told: _Told) -> int:
    json.dump(told, sys.stdout, indent=1, allow_nan=False)
    print(flush=True)
    return 0


def _check(folder: Path | None, against: Path | None, *, every: bool, strict: bool) -> int:
    inputs = bundled() if folder is None else load(folder)
    before = bundled() if against is None else data_at(against)
    print(description(inputs))
    for remark in remarks(inputs):
        print(f"Note: {remark}")
    for oddity in oddities(inputs, before):
        print(f"Odd: {oddity}")
    if against is not None or inputs.data_version != before.data_version:
        print("\n".join(as_lines(moved(before, inputs, _shown_share()))))
    found = findings(inputs)
    print(f"{summary(inputs)}{':' if found else '.'}")
    for finding in found if every else found[:MOST_LISTED]:
        print(finding)
    if not every and len(found) > MOST_LISTED:
        print(f"and {len(found) - MOST_LISTED} more, which --all lists")
    return NOT_BORNE_OUT if strict and found else 0


def _template(file: Path, *, empty: bool) -> int:
    if file.suffix.lower() != ".xlsx":
        raise NotWrittenError(f"{file} would be no workbook; name a file that ends in .xlsx")
    content = workbook(None if empty else bundled())
    try:
        with file.open("xb") as new:
            new.write(content)
    except OSError as error:
        raise NotWrittenError(f"{file} cannot be written ({error.strerror}); name a new file") from error
    print(f"Written: {file}")
    return 0


def _shown_share() -> Pulse | None:
    """Return what shows on a terminal how much of long work is done; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def pulse(share: float) -> None:
        print(f"\r{share:.0%} " if share < 1.0 else "\r", end="", file=sys.stderr, flush=True)

    return pulse


def _diff(options: argparse.Namespace) -> int:
    old = data_at(options.old)
    new = bundled() if options.new is None else data_at(options.new)
    changes = None
    if options.scenario:
        scenario = _scenarios(sys.stdin.buffer.read(), new.levers)
        if isinstance(scenario, list):
            raise ScenarioError(["standard input: a list of scenarios; write one, as an object of levers"])
        changes = scenario.changes
    found = difference(old, new, changes)
    if options.json:
        return _answer(as_json(found))
    print(as_markdown(found) if options.markdown else as_text(found))
    return 0


class UnsoundError(ValueError):
    """Data that cannot be used, with their place; its message has all that is wrong with them."""


def data_at(path: Path) -> Inputs:
    """Return the data set of a folder or of an archive; raises UnsoundError if there is none or it is not sound."""
    try:
        is_archive = path.is_file() and path.suffix.lower() not in (".xlsx", ".zip")
        return unpack(path.read_bytes()) if is_archive else load(path)
    except (ArchiveError, DataError, OSError) as error:
        raise UnsoundError(f"{path} holds no data that can be used:\n{error}") from error


def _derive(folder: Path | None, writes: bool) -> int:
    inputs = load(folder or data_folder())
    print("\n\n".join(part for part in (of_pace(inputs), of_strays(strays(inputs))) if part))
    if writes:
        _told_written(write(inputs, derived(inputs), folder or data_folder()))
    return 0


def _calibrate(folder: Path | None, writes: bool) -> int:
    inputs = load(folder or data_folder())
    shows = sys.stderr.isatty()

    def progress(what: str, tried: int, factor: float) -> None:
        if shows:
            print(f"\r{what} {tried + 1}: {factor:.4f}  ", end="", file=sys.stderr, flush=True)

    try:
        found = fit(inputs, progress)
    except RuleError:
        print(of_targets(calibration(inputs)))  # what is published stands beside the model's figures all the same
        raise
    if shows:
        print("\r", end="", file=sys.stderr)
    print(of_fit(found))
    if writes:
        _told_written(write(inputs, found.tables, folder or data_folder()))
    return 0


def _told_written(files: list[Path]) -> None:
    print(f"Written: {', '.join(str(file) for file in files)}" if files else "Nothing to write.")


def _backup(file: Path) -> int:
    with closing(Store.open()) as store:
        count = backup(store.engine, file)
    print(f"{counted(count, 'scenario')} written to {file}")
    return 0


def _restore(file: Path, keep: Path | None) -> int:
    with closing(Store.open()) as store:
        keep = keep or file.with_name(f"before-restore-{store.now():%Y%m%d-%H%M%S-%f}.db")
        count = restore(store.engine, file, keep)
    print(f"{counted(count, 'scenario')} brought back from {file}")
    if keep.exists():
        print(f"What was saved before is in {keep}")
    return 0


_Told = dict[str, Any] | list[dict[str, Any]]


def evaluate_json(text: bytes) -> _Told:
    """Return the report of one scenario, or of each in a list; raises ScenarioError that names every problem."""
    return _reports(_scenarios(text, bundled().levers))


def _reports(scenarios: Scenario | list[Scenario]) -> _Told:
    return _each(scenarios, lambda scenario: report(bundled(), scenario))


def risk_json(text: bytes, draws: str) -> _Told:
    """Return the risk report of one scenario, or of each in a list.

    Raises RiskError that names every problem with `draws` and the scenarios.
    """
    problems: list[str] = []
    count, scenarios = USUAL_DRAWS, None
    try:
        count = checked_draws(int(draws) if re.fullmatch(r"-?\d{1,9}", draws, re.ASCII) else draws)
    except RiskError as error:
        problems += error.problems
    try:
        scenarios = _scenarios(text, bundled().levers)
    except ScenarioError as error:
        problems += error.problems
    if problems or scenarios is None:
        raise RiskError(problems)
    return _each(scenarios, lambda scenario: risk_report(bundled(), scenario, count))


def mix_json(text: bytes) -> dict[str, Any]:
    """Return the report of the best mixes for one question; raises RiskError or ScenarioError with every problem."""
    value = _json(text, "write a JSON object")
    return mix_report(solve(asked(bundled(), value)))


def _each(scenarios: Scenario | list[Scenario], told: Callable[[Scenario], dict[str, Any]]) -> _Told:
    """Return what is told of one scenario, or of each in a list."""
    return [told(one) for one in scenarios] if isinstance(scenarios, list) else told(scenarios)


def _scenarios(text: bytes, levers: Levers) -> Scenario | list[Scenario]:
    """Return one scenario from JSON, or each in a list; raises ScenarioError that names every problem."""
    value = _json(text, "write a JSON object or a list of them")
    if not isinstance(value, list):
        return from_json(levers, value)
    scenarios: list[Scenario] = []
    problems: list[str] = []
    for number, item in enumerate(value, start=1):
        try:
            scenarios.append(from_json(levers, item, place=f"scenario {number}"))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return scenarios


def _json(text: bytes, remedy: str) -> object:
    """Return what JSON says; raises ScenarioError that says where it is none, and the remedy."""
    try:
        value: object = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_unique, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise ScenarioError([f"standard input: byte {error.start + 1} is not UTF-8; write the JSON in UTF-8"]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ScenarioError([f"standard input, {place}: {error.msg}; {remedy}"]) from None
    except RecursionError:
        raise ScenarioError([f"standard input: nested too deep; {remedy}"]) from None
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a lever that is given twice: the second would silently win."""
    seen: dict[str, object] = {}
    for name, value in pairs:
        if name in seen:
            raise ScenarioError([f"{name}: given twice; give each lever once"])
        seen[name] = value
    return seen


def _whole(digits: str) -> int | float:
    """Read a whole number; one too long for any lever becomes an infinity, which is refused with its lever's name."""
    return int(digits) if len(digits) < 400 else float(digits)


_REFUSALS: Final = (
    ScenarioError, RiskError, DataError, UnsoundError, MixtureError, RuleError, NotWrittenError, StoreError,
)  # fmt: skip
"""What is told in words, with exit status REFUSED."""


if __name__ == "__main__":
    sys.exit(main())
