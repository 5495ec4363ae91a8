"""Units as people write them beside a figure, and what turns them into the declared ones.

A unit is money, power, energy, memory, computing or mass, or a plain count, over what it is counted by: `cents/kWh`,
`USD per 8 chips`, `GW`. Two units of one kind differ by a factor; a currency by a rate that only people know.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final


@functools.cache
def spoken() -> Mapping[str, str]:
    """Return the words of words.csv: as people write them in headers, English and German, and as columns are named."""
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["meaning"] for row in csv.DictReader(file)}


_PREFIXES: Final = {"": "1", "k": "1e3", "m": "1e6", "g": "1e9", "t": "1e12", "p": "1e15", "e": "1e18"}


def _scaled(stem: str, kind: str, prefixes: str) -> dict[str, tuple[str, Decimal]]:
    return {f"{one}{stem}": (kind, Decimal(_PREFIXES[one])) for one in ["", *prefixes]}


_WORDS: Final[Mapping[str, tuple[str, Decimal]]] = {
    **_scaled("w", "power", "kmgt"),
    **_scaled("wh", "energy", "kmgt"),
    **_scaled("watt", "power", ""),
    **_scaled("flops", "computing", "mgtpe"),
    **_scaled("flop", "computing", "mgtpe"),
    **{f"{one}b": ("memory", Decimal(_PREFIXES[one])) for one in "kmgtp"},
    **{
        one: ("mass", Decimal(factor))
        for one, factor in {"g": "1e-3", "kg": "1", "t": "1e3", "lb": "0.45359237"}.items()
    },
    **{one: ("mass", Decimal(1000)) for one in ("tonne", "tonnes", "tons")},
    **{one: ("share", Decimal(1)) for one in ("share", "fraction", "ratio")},
    **{one: ("share", Decimal("0.01")) for one in ("%", "percent", "pct", "prozent", "percentage")},
}
_SCALES: Final = {
    **dict.fromkeys(("k", "thousand", "thousands", "tausend", "tsd"), Decimal(1000)),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen"), Decimal(10**6)),
    **dict.fromkeys(("b", "bn", "bln", "mrd", "billion", "billions", "milliarden"), Decimal(10**9)),
    **dict.fromkeys(("cent", "cents", "ct", "cts", "¢"), Decimal("0.01")),
}
"""What money is counted in. A cent is of the currency beside it, or of the declared one."""
_CURRENCIES: Final = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "£": "GBP", "gbp": "GBP", "¥": "JPY or CNY", "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "chf": "CHF",
    "inr": "INR", "₹": "INR", "krw": "KRW", "₩": "KRW", "cad": "CAD", "aud": "AUD", "sek": "SEK", "nok": "NOK",
    "dkk": "DKK", "twd": "TWD", "sgd": "SGD", "hkd": "HKD", "brl": "BRL", "mxn": "MXN", "pln": "PLN", "czk": "CZK",
}  # fmt: skip
_GROUPS: Final = ("instance", "server", "node", "board", "rack", "system", "pod", "host", "tray")
"""What holds several chips."""
_PER: Final = {
    **{word: "chip" for word, meaning in spoken().items() if meaning == "chip"},
    **dict.fromkeys(("chip", "chips", "unit", "units", "pcs"), "chip"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunde"), "hour"),
    **dict.fromkeys(("month", "months", "mo", "monat"), "month"),
    **dict.fromkeys(("year", "yr", "annum", "a", "jahr"), "year"),
    **{f"{one}{end}": one for one in _GROUPS for end in ("", "s")},
    **dict.fromkeys(("s", "sec", "second", "seconds"), "second"),
}
_SILENT: Final = frozenset(
    {"it", "load", "of", "power", "co2", "co2e", "new", "bought", "capacity", "fleet", "it-load", "h100", "sxm"}
)
BASE_CURRENCY: Final = "USD"


@dataclass(frozen=True)
class Unit:
    """A unit: its kind, how many of the smallest, its currency, and what it is per, with how much of that."""

    kind: str
    size: Decimal
    currency: str | None = None
    per: tuple[tuple[str, Decimal], ...] = ()

    @property
    def group(self) -> str | None:
        """What several chips are in, where it is not said how many."""
        names = [name for name, _ in self.per]
        return None if "chip" in names else next((name for name in names if name in _GROUPS), None)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text says, None if it says none, or something more."""
    words = re.sub(r"(?<![a-z])(?:per|pro|je)(?![a-z])|/", " / ", _folded(text))
    words = re.sub(r"([$€£¥₹₩¢%])", r" \1 ", words.replace("us$", "usd"))
    first, *others = _parted(words)
    found = _numerator(first)
    if found is None:
        return None
    per: dict[str, Decimal] = {}
    for part in others:
        more = _denominator(part)
        if more is None:
            return None
        per.update(more)
    return Unit(found.kind, found.size, found.currency, tuple(sorted(per.items())))


def _parted(text: str) -> list[list[str]]:
    """Return the words of what is counted and of what it is counted by; `eur kwh` is said without a stroke."""
    first, *others = [part.split() for part in text.split("/")]
    by = [word for word in first[1:] if first[0] in {*_CURRENCIES, *_SCALES} and (word in _PER or word in _WORDS)]
    return [[word for word in first if word not in by], *([word] for word in by), *others]


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.replace("_", " ")).casefold()
    text = "".join(one for one in text if not unicodedata.combining(one))
    return re.sub(r"[()\[\],;:]|(?<=[a-z])\.", " ", text)


def _numerator(words: list[str]) -> Unit | None:
    kind, size, currency = "", Decimal(1), None
    for word in words:
        if word in _CURRENCIES and currency in (None, _CURRENCIES[word]):
            kind, currency = "money", _CURRENCIES[word]
        elif word in _SCALES:
            size *= _SCALES[word]
            kind = kind or "money"
        elif word[:1] in "km" and word[1:] in _CURRENCIES and currency is None:
            kind, currency, size = "money", _CURRENCIES[word[1:]], size * _SCALES[word[0]]
        elif word in _WORDS and not kind:
            kind, one = _WORDS[word]
            size *= one
        elif word not in _SILENT:
            return None
    return Unit(kind, size, currency) if kind else None


def _denominator(words: list[str]) -> dict[str, Decimal] | None:
    found: dict[str, Decimal] = {}
    count = Decimal(1)
    for word in words:
        if word.isdigit():
            count = Decimal(word)
        elif word in _PER:
            found[_PER[word]] = count
            count = Decimal(1)
        elif word in _WORDS:
            kind, size = _WORDS[word]
            found[kind] = size * count
            count = Decimal(1)
        elif word not in _SILENT:
            return None
    return found if count == 1 else None


def factor(given: Unit, declared: Unit) -> Decimal | None:
    """Return how many of the declared unit one of the given is, but for the currency; None if they are of two kinds.

    What only one of them is counted by is no obstacle where the given leaves it out: `USD` is a price per chip where
    that is declared. The other way round it is one: a price an hour is no price.
    """
    if given.kind != declared.kind:
        return None
    per, asked = dict(given.per), dict(declared.per)
    groups = [name for name in per if name in _GROUPS]
    if "chip" in per or not groups:
        per = {name: count for name, count in per.items() if name not in groups}
    elif "chip" in asked:
        per = {name: count for name, count in per.items() if name not in groups} | {"chip": Decimal(1)}
    if per and set(per) - set(asked):
        return None
    size = given.size / declared.size
    for name, count in per.items():
        size *= asked[name] / count
    return size


def unit_in(header: str) -> tuple[str, Unit] | None:
    """Return the unit that a header names, as it stands there: in brackets, after a comma or `in`, or in its words."""
    for pattern in (r"[(\[]([^()\[\]]+)[)\]]", r"(?:,|\sin)\s+(.+)$"):
        for match in re.finditer(pattern, header, re.IGNORECASE):
            if found := unit_of(match[1]):
                return match[1].strip(), found
    words = re.split(r"[\s_]+", header)
    for size in range(len(words), 0, -1):
        for start in range(len(words) - size + 1):
            part = words[start : start + size]
            said = " ".join(part)
            if (found := unit_of(said)) and (len(said) > 1 or said in "$€£%W"):
                return said, found
    return None
