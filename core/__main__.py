"""`python -m core evaluate`: scenarios in as JSON on standard input, figures out as JSON on standard output."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from core.data import DataError, bundled
from core.report import report
from core.scenario import Scenario, ScenarioError, from_json

REFUSED = 2
"""Exit status when the input is refused."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core", description="Crossover without the browser.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "evaluate",
        help="evaluate scenarios",
        description="Read one scenario, or a list of them, as JSON from standard input (levers by name, what is left "
        "out is base) and write its figures as JSON in the same shape and order. docs/METHOD.md lists them.",
    )
    parser.parse_args(arguments)
    try:
        answer = evaluate_json(sys.stdin.buffer.read())
    except (ScenarioError, DataError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    json.dump(answer, sys.stdout, indent=1, allow_nan=False)
    print()
    return 0


def evaluate_json(text: bytes) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the report of one scenario, or of each in a list; raises ScenarioError that names every problem."""
    try:
        value = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_unique, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise ScenarioError([f"standard input: byte {error.start + 1} is not UTF-8; write the JSON in UTF-8"]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ScenarioError([f"standard input, {place}: {error.msg}; write a JSON object or a list of them"]) from None
    except RecursionError:
        raise ScenarioError(["standard input: nested too deep; write a JSON object or a list of them"]) from None
    if not isinstance(value, list):
        return report(bundled(), from_json(value))
    scenarios: list[Scenario] = []
    problems: list[str] = []
    for number, item in enumerate(value, start=1):
        try:
            scenarios.append(from_json(item, place=f"scenario {number}"))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return [report(bundled(), scenario) for scenario in scenarios]


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


if __name__ == "__main__":
    sys.exit(main())
