"""No name of the bundled case stands in the code: the case is data, and any other company is shown as well.

What is looked for is read from the data themselves (suppliers, chips, workloads, families, contracts, the company, the
years that are modelled), with a few words more. It is looked for as words, in whatever case, in all that runs.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from core.base.quarters import Calendar
from core.inputs.declaration import BUNDLED

ROOT = Path(__file__).resolve().parent.parent
READ = {".py", ".sql", ".json", ".css", ".mako"}
MORE = {"nvidia", "amd", "mtia", "gpu", "gpus", "blackwell", "rubin", "instinct", "ranking", "recommendation", "genai"}
"""Names of the case that no column holds as such."""
ROLES = {"custom"}
"""An id of the case that is a word of the code's own: the part that the supplier plays."""
UNITS = {"h100"}
"""A chip that is a unit of work too: one H100 equivalent is what an H100 does."""
HTML = re.compile(r"<meta\b[^>]*>")


def rows(table: str) -> list[dict[str, str]]:
    with (BUNDLED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names() -> set[str]:
    """Every name of the bundled case, in small letters."""
    ids = {row[column] for table, column in IDS.items() for row in rows(table)}
    labels = {row["name"].split(" (")[0] for row in rows("suppliers")}
    families = {word for row in rows("workloads") for word in (row["family"], row["family_name"])}
    facts = {row["fact_id"]: row for row in rows("company_facts")}
    calendar = Calendar(int(float(facts["fleet_year"]["value"])) + 1)
    years = {str(year) for year in range(calendar.fleet_year, calendar.last_year + 1)}
    found = {*ids, *labels, *families, *years, facts["company"]["name"], *MORE}
    return {name.lower() for name in found} - ROLES - UNITS


IDS = {
    "suppliers": "supplier_id",
    "workloads": "workload_id",
    "chips": "chip_id",
    "commitments": "contract_id",
    "programme": "item_id",
    "sources": "source_id",
}
"""The tables whose rows have names of their own, and the column that holds them."""
OURS = {"assumption"}
"""The id of a publication that every data set has: none, but what its makers assume."""


def pattern(words: set[str]) -> re.Pattern[str]:
    """Match any of the words, as a word: what stands before and after it is neither letter nor digit."""
    whole = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{whole})(?![a-z0-9])", re.IGNORECASE)


def read(path: Path) -> str:
    return HTML.sub("", path.read_text(encoding="utf-8"))


def code() -> list[Path]:
    """All that runs, but for migrations: they speak of stores as earlier versions made them."""
    found = [path for folder in ("core", "pages") for path in (ROOT / folder).rglob("*") if path.suffix in READ]
    return [ROOT / "app.py", *sorted(path for path in found if not {"__pycache__", "migrations"} & set(path.parts))]


NAMES = pattern(names() - OURS)


def test_no_name_of_the_bundled_case_stands_in_the_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}, line {number}: {match[0]}"
        for path in code()
        for number, line in enumerate(read(path).splitlines(), 1)
        for match in NAMES.finditer(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["NVIDIA", "amd_share", '"mtia_300"', "in 2027-Q1", "of Meta,", "rr_inference", "MI355X"]
)
def test_such_names_are_recognised_wherever_they_stand(text: str) -> None:
    assert NAMES.search(text)


@pytest.mark.parametrize("text", ["damdam", "12027", "metadata", "custom", "h100e", "H100 equivalents", "training"])
def test_what_only_holds_their_letters_is_none(text: str) -> None:
    assert not NAMES.search(text)
