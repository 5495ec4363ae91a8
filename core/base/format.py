"""The one place that turns a quantity into words, for titles, axes, tooltips, tables and exports alike.

A unit knows its scale and how it is written; `words` writes a figure in Python, `vega` is the same as a
Vega expression, so that a chart's axis and tooltip say what the page says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
MISSING: Final = "\N{EN DASH}"
NBSP: Final = "\N{NO-BREAK SPACE}"
"""Stands between a figure and its unit, so that a line never ends between them."""
MOST_DECIMALS: Final = 4


@dataclass(frozen=True)
class Unit:
    """How a quantity is written: `prefix`, the figure over `scale`, `suffix`."""

    scale: float
    prefix: str = ""
    suffix: str = ""

    def words(self, value: float, digits: int = 2, signed: bool = False) -> str:
        """Return `value` (in base units) to `digits` significant digits, more if the whole part has more.

        `signed` writes the plus of a gain. What rounds to nothing is written without a sign.
        """
        if not math.isfinite(value):
            return MISSING
        text = significant(abs(value) / self.scale, digits)
        nothing = not text.strip("0.")
        sign = "" if nothing else MINUS if value < 0 else "+" if signed else ""
        return f"{sign}{self.prefix}{text}{self.suffix}"

    def vega(self, expression: str, decimals: int = 1) -> str:
        """Return the Vega expression that writes `expression` (in base units) the same way, to fixed `decimals`."""
        figure = f"format(abs({expression}) / {self.scale!r}, ',.{decimals}f')"
        nothing = 0.5 * 10.0**-decimals * self.scale
        sign = f"({expression} <= {-nothing!r} ? '{MINUS}' : '')"
        return f"{sign} + '{self.prefix}' + {figure} + '{self.suffix}'"

    @property
    def name(self) -> str:
        """What stands on an axis: `$ B`, `GW`, `%`."""
        return f"{self.prefix}{self.suffix}".strip()


def significant(value: float, digits: int) -> str:
    """Return a figure of at least 0 to `digits` significant digits; the whole part is never cut.

    What is nothing to MOST_DECIMALS is rounding of the model's and is written as nothing.
    """
    if value == 0:
        return "0"
    decimals = min(MOST_DECIMALS, max(0, digits - 1 - math.floor(math.log10(value))))
    rounded = round(value, decimals)
    if rounded == 0:
        return "0"
    if max(0, digits - 1 - math.floor(math.log10(rounded))) < decimals:
        decimals -= 1  # 9.96 became 10.0, which has a digit more
    return f"{rounded:,.{decimals}f}"


USD_TN: Final = Unit(1e12, "$", f"{NBSP}T")
USD_BN: Final = Unit(1e9, "$", f"{NBSP}B")
USD_M: Final = Unit(1e6, "$", f"{NBSP}M")
USD: Final = Unit(1.0, "$")
GW: Final = Unit(1e3, "", f"{NBSP}GW")
MW: Final = Unit(1.0, "", f"{NBSP}MW")
PERCENT: Final = Unit(0.01, "", f"{NBSP}%")
POINTS: Final = Unit(0.01, "", f"{NBSP}points")
TIMES: Final = Unit(1.0, "", f"{NBSP}times")
CO2_MT: Final = Unit(1e6, "", f"{NBSP}Mt")
H100E_M: Final = Unit(1e6, "", f"{NBSP}m{NBSP}H100e")


def one_unit(units: tuple[Unit, Unit], figures: Iterable[float]) -> Unit:
    """Return the one of two units, the large one first, in which to write all of `figures`."""
    large, small = units
    return large if max(abs(figure) for figure in figures) >= large.scale else small


LEAST_BILLIONS: Final = 0.9995e9
"""Dollars from which on a figure is written in billions: what rounds to a thousand millions is one."""
LEAST_TRILLIONS: Final = 0.9995e12
"""Dollars from which on a figure is written in trillions, to TRILLION_DIGITS at the least."""
TRILLION_DIGITS: Final = 3
LEAST_BESIDE: Final = 0.01
"""What is less of a unit than this is about nothing beside a figure that fills it."""


LEAST_GAIN_USD: Final = 0.05e6
"""What is gained or lost is about nothing below this."""
ABOUT_NOTHING: Final = "about $0"


def usd(value: float, digits: int = 2, signed: bool = False, beside: Iterable[float] = ()) -> str:
    """Return dollars in the largest of trillions, billions and millions that they fill: `$1.02 T`, `$8.3 B`, `−$450 M`.

    Less than half a million is written in whole dollars: the model knows no cents; a `signed` gain or loss in tenths
    of a million. `beside` are the other figures of
    the sentence: all of them are written in the scale of the largest, to a digit where they do not fill it (`$4.4 B`
    beside `$0.5 B`).
    """
    unit, largest = usd_unit(value), usd_unit(max(map(abs, (value, *beside))))
    if unit is USD and largest is USD:
        return _few_usd(value) if signed else USD.words(round(value), 1)
    if unit is not largest:
        return largest.words(value, 1, signed) if abs(value) >= LEAST_BESIDE * largest.scale else _about_nothing(value)
    if unit is USD_TN:
        digits = max(digits, TRILLION_DIGITS)
    elif abs(value) < 0.9995 * unit.scale:  # half a million and more
        digits = min(digits, 2)
    return unit.words(value, digits, signed)


def usd_alike(values: Iterable[float], digits: int = 2, signed: bool = False) -> list[str]:
    """Return the dollars of one sentence, all in the scale of the largest: see `usd`."""
    all_usd = [float(value) for value in values]
    return [usd(value, digits, signed, beside=all_usd) for value in all_usd]


def _about_nothing(value: float) -> str:
    return "$0" if value == 0 else ABOUT_NOTHING


def _few_usd(value: float) -> str:
    """Return a gain or loss of less than half a million, which is known to a tenth of one at best."""
    return USD_M.words(value, 1, signed=True) if abs(value) >= LEAST_GAIN_USD else _about_nothing(round(value))


def usd_unit(value: float) -> Unit:
    """Return the unit in which dollars are written: the largest that they fill."""
    size = abs(value)
    if size < 0.5e6:
        return USD
    return USD_TN if size >= LEAST_TRILLIONS else USD_BN if size >= LEAST_BILLIONS else USD_M


def step_of(figures: Iterable[float], digits: int) -> float:
    """Return the power of ten to whose whole steps figures are rounded so that the largest has so many digits."""
    largest = max(1.0, *map(abs, figures))
    step = 10.0 ** (math.floor(math.log10(largest)) - digits + 1)
    return step if round(largest / step) < 10**digits else 10.0 * step


def usd_in_steps(value: float, step: float, signed: bool = False) -> str:
    """Return dollars rounded to whole steps of a power of ten: `$1.0 B`, `$0.4 B`.

    Figures of one step add up, and have one scale: the one in which the step is told with two decimals at most.
    """
    unit = next((unit for unit in (USD_TN, USD_BN, USD_M) if step >= unit.scale / 100.0), USD)
    text = f"{abs(value) / unit.scale:,.{max(0, round(math.log10(unit.scale / step)))}f}"
    if not text.strip("0.,"):
        return "$0"
    sign = MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{unit.prefix}{text}{unit.suffix}"


def usd_each(value: float, signed: bool = False) -> str:
    """Return a price with cents: `$0.43`, `−$0.12`."""
    if not math.isfinite(value):
        return MISSING
    sign = MINUS if value <= -0.005 else "+" if signed and value >= 0.005 else ""
    return f"{sign}${abs(value):,.2f}"


def percent(value: float, digits: int = 2, signed: bool = False) -> str:
    """Return a share as a percentage: `1.8 %`."""
    return PERCENT.words(value, digits, signed)


def chance(share: float) -> str:
    """Return a share of many cases, in whole percents: `57 %`; `<1 %` and `>99 %` where not quite none or all."""
    if not math.isfinite(share):
        return MISSING
    if 0.0 < share < 0.005:
        return f"<1{PERCENT.suffix}"
    if 0.995 <= share < 1.0:
        return f">99{PERCENT.suffix}"
    return f"{round(share / PERCENT.scale)}{PERCENT.suffix}"


def share_of(share: float) -> str:
    """Return a share as it stands before what it is a share of: `52 % of`, manifold `13 times`."""
    return f"{percent(share)} of" if share < 9.95 else times(share)


def setting(value: float) -> str:
    """Return a lever's share as it was set, without digits that say nothing: `9 %`, `2.5 %`."""
    figure = f"{abs(value) / PERCENT.scale:,.4f}".rstrip("0").rstrip(".")
    sign = MINUS if value < 0 and figure != "0" else ""
    return f"{sign}{figure}{PERCENT.suffix}"


def power(mw: float, digits: int = 3, beside: Iterable[float] = ()) -> str:
    """Return power in GW, below one in MW: `19.6 GW`, `450 MW`; all in GW if what stands `beside` it is."""
    unit, largest = ((GW if abs(one) >= 999.5 else MW) for one in (mw, max(map(abs, (mw, *beside)))))
    return largest.words(mw, digits if unit is largest else 1)


def times(value: float) -> str:
    """Return a ratio: `2.1 times`; a digit more near one, where the distance from one is what counts: `1.04 times`."""
    return TIMES.words(value, 3 if 0.995 <= value < 1.995 else 2)


def listed(items: list[str], last: str = "and") -> str:
    """Return words in a row: `a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: int, one: str) -> str:
    """Return a count with its noun: `1 quarter`, `3 quarters`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Return a small count in letters, a larger one in figures: `six`, `12`."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return `names` so that no two are alike: the second `Plan` is `Plan (2)`."""
    out: list[str] = []
    for name in names:
        other, count = name, 1
        while other in out:
            count += 1
            other = f"{name} ({count})"
        out.append(other)
    return tuple(out)


def sentence(words: str) -> str:
    """Return words with a capital letter at their beginning; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def span(labels: list[str]) -> str:
    """Return an unbroken run of labels by its ends: `a–c`, or `a`."""
    return labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"


def in_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: `Search` becomes `search`, `AI` stays."""
    second = label[1:2]
    return label[:1].lower() + label[1:] if second.islower() or second == " " else label


def shortened(name: str, letters: int) -> str:
    """Return a name of at most so many letters; it is cut in its middle, for names often differ at their end."""
    if len(name) <= letters:
        return name
    end = (letters - 1) // 2
    return f"{name[: letters - 1 - end].rstrip()}\N{HORIZONTAL ELLIPSIS}{name[len(name) - end :].lstrip()}"


def two_lines(name: str) -> str:
    """Return a name on two lines, broken at the blank nearest its middle; of one word the first line is empty."""
    blanks = [i for i, letter in enumerate(name) if letter == " "]
    if not blanks:
        return f"\n{name}"
    middle = min(blanks, key=lambda i: abs(2 * i - len(name)))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


MOST_LISTED: Final = 3
"""More names than these are counted and not listed."""
LONGEST_LIST: Final = 90
"""Letters that a list of names takes at most within a sentence."""


def listed_or_counted(names: list[str], of: int, one: str) -> str:
    """Return names in a row, or how many they are of how many, where a sentence has no room: `5 of 8 workloads`.

    All of several are `every workload`.
    """
    if len(names) == of > 1:
        return f"every {one}"
    if len(names) <= MOST_LISTED and sum(map(len, names)) <= LONGEST_LIST:
        return listed(names)
    return f"{len(names)} of {counted(of, one)}"


def day(when: date) -> str:
    """Return a date as it is read: `3 March 2019`."""
    return f"{when.day} {when:%B} {when.year}"
