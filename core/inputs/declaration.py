"""The declaration of a data set: files, columns, keys, bounds and words, in the form of the Data Package standard.

core/inputs/tables.json declares what every data set has; columns that stand there once for each merchant follow from
the suppliers of a data set. `package` is the declaration of one data set, as it lies beside its files:
`python -m core.inputs.declaration` brings that of the bundled data up to date.

Beyond the standard a resource may say

- `optional`: the file may be left out; `minRows` and `maxRows`;
- `review_months`: how long a figure of its kind usually stands before it should be looked up again;
- `series`: its rows tell of one thing in one year or quarter after another. `period` is the column that says in which,
  `of` are those that say of what (core.inputs.age);

and a field

- `optional`: the column may be left out;
- `years`: the first and last year that may stand there, or that a quarter there may be of, counted from the first
  modelled one;
- `each`: it stands there once for each merchant but the lead, whose id takes the place of `{merchant}`;
- `observed`: the year or quarter in which what the row tells is seen, so that nothing published before can report it;
- `text`: what people read, which is a `name`, a `line` or a `note` (see TEXTS).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from core.base.quarters import Calendar

BUNDLED: Final = Path(__file__).resolve().parents[2] / "data"
TABLES: Final = Path(__file__).resolve().with_name("tables.json")
PACKAGE_NAME: Final = "datapackage.json"
"""The file beside a data set's files that declares them."""
Resource = Mapping[str, Any]
"""A file with its columns, in the standard's own terms."""


@functools.cache
def _declared() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return found


def resources(others: Sequence[str] = ()) -> Sequence[Resource]:
    """Return the tables of a data set whose merchants but the lead are `others`, referred ones first."""
    return [_with_merchants(resource, others) for resource in _declared()["resources"]]


def _with_merchants(resource: Resource, others: Sequence[str]) -> Resource:
    fields: list[Mapping[str, Any]] = []
    for field in resource["schema"]["fields"]:
        if "each" not in field:
            fields.append(field)
            continue
        one = {key: value for key, value in field.items() if key != "each"}
        fields += [{**one, "name": field["name"].format(merchant=merchant)} for merchant in others]
    return {**resource, "schema": {**resource["schema"], "fields": fields}}


def column_names(resource: Resource) -> tuple[str, ...]:
    """Return the columns that a file may have, in order."""
    return tuple(field["name"] for field in resource["schema"]["fields"])


def needed_columns(resource: Resource) -> tuple[str, ...]:
    """Return the columns that a file must have, in order."""
    return tuple(field["name"] for field in resource["schema"]["fields"] if not field.get("optional"))


def bounds(field: Mapping[str, Any], calendar: Calendar | None) -> Mapping[str, Any]:
    """Return the constraints of a column; those on years and quarters follow from the calendar, if it is known."""
    rule: Mapping[str, Any] = field.get("constraints", {})
    if calendar is None or "years" not in field:
        return rule
    first, last = (calendar.first_year + years for years in field["years"])
    if field["type"] == "string":
        return {**rule, "earliest": f"{first}-Q1", "latest": f"{last}-Q4"}
    return {**rule, "minimum": first, "maximum": last}


TEXTS: Final = {
    "name": "a name of at most {} characters, on one line: plain text that does not begin with = + - or @ and has none "
    "of < > [ ] $ * ~ | \\ `",
    "line": "at most {} characters on one line that does not begin with = + - or @",
    "note": "at most {} characters",
}
"""What each kind of text may be, in words; {} is how long. Spreadsheets take what begins with = + - or @ for a
formula, and pages take the other characters for markup."""


def expected_in_words(field: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """Say what may stand in a column: `a number from 0 to 1`. rule: as `bounds` returns it."""
    if words := rule.get("enum"):
        return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    if "text" in field:
        return TEXTS[field["text"]].format(rule["maxLength"])
    if "earliest" in rule:
        return f"a quarter from {rule['earliest']} to {rule['latest']}"
    if field["type"] == "string":
        return f"text like {field['example']}" if "example" in field else "text"
    what = "a number" if field["type"] == "number" else "a whole number"
    above, least, most = (rule.get(name) for name in ("exclusiveMinimum", "minimum", "maximum"))
    if least is not None and most is not None:
        return f"{what} from {_written(least)} to {_written(most)}"
    said = [
        f"{words} {_written(bound)}"
        for words, bound in (("above", above), ("of at least", least), ("of at most", most))
        if bound is not None
    ]
    return " ".join([what, " and ".join(said)]).strip()


def _written(bound: float) -> str:
    """Return a bound with all its digits; commas between thousands, which years have none of."""
    plain = f"{bound:.6f}".rstrip("0").rstrip(".")
    return plain if abs(bound) < 10_000 else f"{bound:,.0f}"


def package(
    headers: Mapping[str, Sequence[str]], others: Sequence[str], about: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """Return the declaration of a data set as JSON: of each file that is there, the columns that it has.

    headers: the columns by file name; others: as of `resources`; about: what else it says of itself.
    """
    declared = {**{key: value for key, value in _declared().items() if key != "resources"}, **about}
    declared["resources"] = [
        {**resource, "schema": _present(resource["schema"], headers[resource["path"]])}
        for resource in resources(others)
        if resource["path"] in headers
    ]
    return json.dumps(declared, indent=1, ensure_ascii=False) + "\n"


def _present(schema: Mapping[str, Any], header: Sequence[str]) -> Mapping[str, Any]:
    """Return a schema of the columns that are there, and of the references from them."""
    by_name = {field["name"]: field for field in schema["fields"]}
    fields = [by_name[name] for name in header]
    if "foreignKeys" not in schema:
        return {**schema, "fields": fields}
    references = [key for key in schema["foreignKeys"] if set(key["fields"]) <= set(header)]
    return {**schema, "fields": fields, "foreignKeys": references}


def rewrite(folder: Path = BUNDLED) -> bool:
    """Bring the declaration beside the files of a sound data set up to date; return True if that changed it.

    What it says beyond files and columns, such as licence and day, stays as it is.
    """
    from core.inputs.data import load  # the data's loader reads this declaration

    inputs = load(folder)
    path = folder / PACKAGE_NAME
    before = path.read_text(encoding="utf-8") if path.exists() else "{}"
    about = {key: value for key, value in json.loads(before).items() if key not in _declared()}
    renewed = package({name: rows[0] for name, rows in inputs.cells.items()}, inputs.suppliers[2:], about)
    if before == renewed:
        return False
    path.write_text(renewed, encoding="utf-8", newline="\n")
    return True


if __name__ == "__main__":
    print(f"{PACKAGE_NAME}: {'rewritten' if rewrite() else 'was up to date'}")
