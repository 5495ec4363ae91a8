"""Rows of data that follow from other rows: what each rule gives, and which rows stray from theirs.

A row follows a rule if its source does: the column `follows` of the table `sources` names the rule. What a row follows
from stands in the data too, so that a changed price or bandwidth is carried on by `python -m core data derive`.

- `bandwidth`: throughput on work that memory bandwidth bounds, from that of the chip `derived_from`:
  `base = base' * b**0.65`, `low = low' * b**0.29`, `high = high' * max(b**0.65, b**0.29 * c**0.33)`; b and c are the
  chip's bandwidth and its peak against the other's (c only where both peaks are known and it grew).
- `factor`: throughput is `factor` times that of the chip `derived_from`.
- `successor`: a chip that nobody has announced, n years after the last announced one of its maker: price, system cost
  and power grow at the pace of all makers, throughput at that of the family of work (core.upkeep.pace), whose slowest
  and fastest maker are low and high of the lever `trend`; design cost by the step from the last but one announced
  generation to the last, a generation.
- `purchases`: what was bought in the fleet year (core.upkeep.purchases).
- `installed`: work in the year before the fleet year is what was installed, less headroom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.base.quarters import QUARTERS_PER_YEAR
from core.inputs.data import Inputs
from core.inputs.lever_table import trend
from core.upkeep.pace import EXTRAPOLATED, RuleError, last_announced, pace
from core.upkeep.purchases import installed_before, purchases
from core.upkeep.rewrite import Row, Tables, keys_of, named, rows_of

BANDWIDTH_EXPONENTS: Final = (0.29, 0.65)
"""How throughput that memory bounds goes with its bandwidth, in minutes of MLPerf Training's DLRM-DCNv2 on eight chips
(v4.1 and v5.1): 3.844 on the chip that is the unit, 3.469 where bandwidth grew 1.43 times and the peak stayed (0.29),
and 2.189 where bandwidth grew 2.39 times (0.65)."""
PEAK_EXPONENT: Final = 0.33
"""What of the second step bandwidth to the power 0.29 leaves to the peak, which grew 2.53 times."""
BANDWIDTH: Final = "bandwidth"
FACTOR: Final = "factor"
PRICE_STEP_USD: Final = 500
POWER_STEP_W: Final = 10
DESIGN_STEP_USD: Final = 5_000_000
DIGITS: Final = 3
"""To what prices, power, design cost and throughput (significant digits) are rounded when a rule gives them."""
_SLACK: Final = 1e-9


@dataclass(frozen=True)
class Stray:
    """A cell that is not what its rule gives."""

    table: str
    row: str
    column: str
    now: float | None
    by_rule: float | None

    def __str__(self) -> str:
        return f"{self.table}.csv, {self.row}, {self.column}: {_words(self.now)}, the rule gives {_words(self.by_rule)}"


def derived(inputs: Inputs) -> Tables:
    """Return the tables that have rows which follow a rule, with those rows as the rules give them.

    Rules that others build on come first. Raises RuleError where a row lacks what its rule needs.
    """
    tables = rows_of(inputs)
    found: set[str] = set()
    for names, rule in _RULES.items():
        followers = _followers(tables, *names)
        if any(followers.values()):
            rule(inputs, tables, followers)
            found |= {table for table, rows in followers.items() if rows}
    return {name: rows for name, rows in tables.items() if name in found}


def strays(inputs: Inputs) -> list[Stray]:
    """Return every cell that is not what its rule gives, in the order of tables and rows."""
    found: list[Stray] = []
    here, keys = rows_of(inputs), keys_of(inputs)
    for table, rows in derived(inputs).items():
        now, then = (_figures(one, keys[table]) for one in (here[table], rows))
        for row in dict.fromkeys((*now, *then)):
            was, by_rule = now.get(row, {}), then.get(row, {})
            for column in dict.fromkeys((*was, *by_rule)):
                one, other = was.get(column), by_rule.get(column)
                if one is None or other is None or abs(one - other) > _SLACK * max(abs(one), abs(other)):
                    found.append(Stray(table, row, column, one, other))
    return found


def follows_any(inputs: Inputs, rule: str) -> bool:
    """Tell whether any row of the data follows a rule, by its name in the table `sources`."""
    return any(_followers(rows_of(inputs), rule).values())


def _figures(rows: list[Row], keys: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return the figures of each row by the words of its key."""
    return {
        ", ".join(str(row[key]) for key in keys): {
            column: float(value)
            for column, value in row.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        for row in rows
    }


Followers = Mapping[str, list[Row]]
"""The rows of each table that follow a rule."""


def _followers(tables: Tables, *rules: str) -> Followers:
    sources = {row["source_id"] for row in tables["sources"] if row.get("follows") in rules}
    return {
        name: [row for row in rows if row.get("source_id") in sources]
        for name, rows in tables.items()
        if name != "sources"
    }


# --- The rules. Each changes the rows that follow it. -----------------------------------------------------------------

_H100E: Final = ("h100e_low", "h100e_base", "h100e_high")
_PRICES: Final = ("price_usd_low", "price_usd_base", "price_usd_high", "system_cost_usd")


def _throughput(_inputs: Inputs, tables: Tables, followers: Followers) -> None:
    """Work out every row that is derived from another chip's, those first that others are derived from."""
    waiting = {(row["chip_id"], row["workload_id"]): row for row in followers["chip_throughput"]}
    by_factor = {id(row) for row in _followers(tables, FACTOR)["chip_throughput"]}
    while waiting:
        ready = [key for key, row in waiting.items() if (row.get("derived_from"), row["workload_id"]) not in waiting]
        if not ready:
            circle = ", ".join(f"{chip} on {work}" for chip, work in sorted(waiting))
            raise RuleError(
                f"chip_throughput.csv: {circle}: derived from each other; derive one from a chip that is not"
            )
        for key in ready:
            row = waiting.pop(key)
            (_by_factor if id(row) in by_factor else _by_bandwidth)(tables, row)


def _by_bandwidth(tables: Tables, row: Row) -> None:
    chips = named(tables["chips"], "chip_id")
    known, pair = _origin(tables, row), (chips[row["chip_id"]], chips[row["derived_from"]])
    wider, stronger = (_growth(*pair, column) for column in ("memory_tb_s", "bf16_tflops"))
    if wider is None:
        names = f"{row['chip_id']} or {row['derived_from']}"
        raise RuleError(f"chips.csv: {names} has no memory_tb_s, which its throughput follows from; give it")
    least, usual = (wider**exponent for exponent in BANDWIDTH_EXPONENTS)
    most = max(usual, least * max(1.0, stronger or 1.0) ** PEAK_EXPONENT)
    row |= {
        column: _significant(known[column] * factor)
        for column, factor in zip(_H100E, (min(least, usual), usual, most), strict=True)
    }


def _growth(one: Row, other: Row, column: str) -> float | None:
    """Return what a chip has of something against another; None if either is not known."""
    return None if one[column] is None or other[column] is None else float(one[column]) / float(other[column])


def _by_factor(tables: Tables, row: Row) -> None:
    known = _origin(tables, row)
    if row.get("factor") is None:
        raise RuleError(f"chip_throughput.csv: {row['chip_id']}, {row['workload_id']} has no factor; give it one")
    row |= {column: _significant(known[column] * row["factor"]) for column in _H100E}


def _origin(tables: Tables, row: Row) -> Row:
    """Return the row of throughput that a row is derived from: the same work on the chip that it names."""
    for other in tables["chip_throughput"]:
        if other["chip_id"] == row.get("derived_from") and other["workload_id"] == row["workload_id"]:
            return other
    if not row.get("derived_from"):
        what = f"chip_throughput.csv: {row['chip_id']}, {row['workload_id']} follows a rule, but derived_from is empty"
        raise RuleError(f"{what}; name the chip that it follows from")
    what = f"chip_throughput.csv: {row['chip_id']}, {row['workload_id']} is derived from {row['derived_from']}"
    raise RuleError(f"{what}, which has no row for it; name a chip in derived_from that does the same work")


def _successor(inputs: Inputs, tables: Tables, followers: Followers) -> None:
    rate, newest = pace(tables, inputs.calendar), last_announced(tables, inputs.calendar)
    families = dict(zip(inputs.workloads, inputs.families, strict=True))
    grow: tuple[tuple[str, tuple[str, ...], Callable[[Row], float], Callable[[float], float]], ...] = (
        ("chips", ("system_power_w",), lambda _: rate.power, lambda value: _rounded(value, POWER_STEP_W)),
        ("chip_prices", _PRICES, lambda _: rate.price, lambda value: _rounded(value, PRICE_STEP_USD)),
        ("chip_throughput", _H100E, lambda row: rate.throughput(families[row["workload_id"]]), _significant),
    )
    for table, columns, factor, rounded in grow:
        for row in followers[table]:
            known, years = _before(inputs, tables, table, row, newest)
            row |= {column: rounded(known[column] * factor(row) ** years) for column in columns}
    _design_cost(tables, followers["programme"], inputs)
    ends = {trend(family): found.trend for family, found in rate.per_dollar.items()}
    for row in followers["levers"]:
        if row["lever_id"] in ends:
            row["low"], row["high"] = (round(end, 2) for end in ends[row["lever_id"]])


def _before(inputs: Inputs, tables: Tables, table: str, row: Row, newest: Mapping[str, str]) -> tuple[Row, float]:
    """Return the row of the last announced chip of a successor's maker, and by how many years it is older."""
    chips = named(tables["chips"], "chip_id")
    chip = chips[row["chip_id"]]
    if chip["status"] != EXTRAPOLATED:
        raise RuleError(f"{table}.csv: {row['chip_id']} follows the rule of successors; its status is {chip['status']}")
    last = newest.get(chip["supplier_id"])
    if last is None:
        raise RuleError(f"chips.csv: {row['chip_id']} is extrapolated, but its maker has announced no chip")
    quarters = [inputs.calendar.index(one["available_from"]) for one in (chips[last], chip)]
    for known in tables[table]:
        if known["chip_id"] == last and known.get("workload_id") == row.get("workload_id"):
            return known, (quarters[1] - quarters[0]) / QUARTERS_PER_YEAR
    raise RuleError(f"{table}.csv: {row['chip_id']} follows {last}, which has no such row; take it out")


def _design_cost(tables: Tables, rows: list[Row], inputs: Inputs) -> None:
    """Let each extrapolated generation cost as much more than the one before as the last announced one did."""
    if not rows:
        return
    chips, kinds = named(tables["chips"], "chip_id"), {row["kind"] for row in rows}

    def date(row: Row) -> int:
        return inputs.calendar.index(chips[row["chip_id"]]["available_from"])

    designs = [row for row in tables["programme"] if row["kind"] in kinds and row["chip_id"] and row not in rows]
    if len(designs) < 2:
        raise RuleError("programme.csv: design cost grows by the step between two announced chips; give it two")
    *_, before, last = sorted(designs, key=date)
    for generation, row in enumerate(sorted(rows, key=date), start=1):
        cost = last["usd_total"] * (last["usd_total"] / before["usd_total"]) ** generation
        row["usd_total"] = _rounded(cost, DESIGN_STEP_USD)


def _installed(inputs: Inputs, tables: Tables, followers: Followers) -> None:
    installed = installed_before(inputs, tables)
    for row in followers["workload_demand"]:
        work = float(round(installed[row["workload_id"]] / (1.0 + inputs.base.number("headroom"))))
        row |= dict.fromkeys(_H100E, work)


def _purchases(inputs: Inputs, tables: Tables, followers: Followers) -> None:
    before = followers["opening_fleet"]
    said = {name: before[0][name] for name in ("grade", "source_id", "note")}
    stay = [row for row in tables["opening_fleet"] if row not in before]
    tables["opening_fleet"] = [*stay, *({**row, **said} for row in purchases(inputs, tables))]


_RULES: Final[Mapping[tuple[str, ...], Callable[[Inputs, Tables, Followers], None]]] = MappingProxyType(
    {
        (BANDWIDTH, FACTOR): _throughput,
        ("successor",): _successor,
        ("installed",): _installed,
        ("purchases",): _purchases,
    }
)
"""What each rule does, in the order in which they build on each other."""


def _rounded(value: float, step: float) -> float:
    return float(round(value / step) * step)


def _significant(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _words(value: float | None) -> str:
    return "no row" if value is None else f"{value:,.10g}"
