"""An address that tells whether it arrived whole: how its check is made, how one is read that was changed on its way.

Mailers, chats and scanners add parameters, double and reorder them, write them as text again, wrap an address and cut
it off. An address of ours begins with the number of its settings and ends with a check of them, so what it set is found
again among what was added, or it is damaged and says so. Addresses of versions up to 2.2 have neither.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

COUNT_KEY: Final = "settings"
"""The first parameter: how many settings follow, so that an address that was cut off lacks its check and says so."""
CHECK_KEY: Final = "check"
"""The last parameter: the check of all settings, whatever their order."""
VIEW: Final = "view."
"""Begins the parameters that say what is looked at on a page."""
_DIGITS: Final = 8
_MOST_DECODINGS: Final = 3
_FOREIGN: Final = re.compile(
    r"(?i)(amp;)?(utm_\w+|\w*clid|mc_[ce]id|mkt_tok|_hs\w+|__hs\w+|hsctatracking|igshid|si|ref|ref_src|source|trk\w*|"
    r"_ga\w*|_gl|yclid|vero_\w+|oly_\w+|s_cid|cmpid|campaign\w*|elq\w*|wt\.\w+|pk_\w+|mtm_\w+|at_\w+|spm|fb_\w+)"
)
"""Names of parameters by which mailers and networks count clicks."""
_INVISIBLE: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_WRAPPING: Final = " \t\r\n<>()[]{}\"'.,;:!?*_|\\…«»‹›“”„‘’‚`"

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Arrived:
    """What of an address counts; nothing if it is damaged. `doubled` are what it gives unlike values, and how many."""

    query: Mapping[str, str]
    is_damaged: bool = False
    doubled: Mapping[str, int] = field(default_factory=dict)


def with_check(query: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of an address with their number before and their check behind them; none of none."""
    return {COUNT_KEY: str(len(query)), **query, CHECK_KEY: check(query)} if query else {}


def check(query: Mapping[str, str]) -> str:
    """Return the check of settings: the same in any order, another if a letter of one is another."""
    text = "\n".join(f"{len(name)}:{name}={value}" for name, value in sorted(query.items()))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def is_view(name: str) -> bool:
    """Return whether a parameter says what is looked at on a page."""
    return re.fullmatch(r"view\.\w+", name) is not None


def is_foreign(name: str) -> bool:
    """Return whether a parameter is one by which others count clicks, which never is one of ours."""
    return _FOREIGN.fullmatch(name) is not None


def arrived(pairs: Pairs, is_ours: Callable[[str], bool], is_sound: Callable[[str, str], bool]) -> Arrived:
    """Return what of the parameters of an address counts.

    `is_ours` says whether a name is that of a parameter of ours, `is_sound` whether one of ours may have a value. An
    address with a check is read as whichever reading passes it, or is damaged. One without is read as it stands, or
    unwrapped if only then all of it is ours.
    """
    if not pairs:
        return Arrived({})
    readings = [once for reading in _readings(pairs) for once in _without_doubles(reading)]
    if any(_has_check(reading) for reading in readings):
        found = next((settings for reading in readings if (settings := _passing(reading, is_ours))), None)
        return Arrived(found or {}, is_damaged=found is None)
    whole = next((reading for reading in readings if _is_sound(reading, is_ours, is_sound)), None)
    if whole is None and _is_cut_in_a_name(pairs, is_ours):
        return Arrived({}, True)
    whole = dict(pairs) if whole is None else whole
    values = {name: {value for other, value in pairs if other == name} for name, _ in pairs}
    doubled = {name: len(given) for name, given in values.items() if len(given) > 1}
    return Arrived({name: value for name, value in whole.items() if not is_foreign(name)}, doubled=doubled)


def _has_check(query: Mapping[str, str]) -> bool:
    return CHECK_KEY in query or COUNT_KEY in query


def _passing(query: Mapping[str, str], is_ours: Callable[[str], bool]) -> dict[str, str] | None:
    """Return the settings of a reading that pass its check, None if none do."""
    wanted = query.get(CHECK_KEY, "").lower()[:_DIGITS]
    settings = {name: value for name, value in query.items() if name not in (COUNT_KEY, CHECK_KEY)}
    known = {name: value for name, value in settings.items() if is_ours(name)}
    likely = {name: value for name, value in settings.items() if not is_foreign(name)}
    return next((some for some in (known, likely, settings) if some and check(some) == wanted), None)


def _is_sound(query: Mapping[str, str], is_ours: Callable[[str], bool], is_sound: Callable[[str, str], bool]) -> bool:
    return all(is_foreign(name) or (is_ours(name) and is_sound(name, value)) for name, value in query.items())


def _is_cut_in_a_name(pairs: Pairs, is_ours: Callable[[str], bool]) -> bool:
    """Return whether the last parameter breaks off in the middle of its name."""
    name, value = pairs[-1]
    return not value and not is_ours(name) and not is_foreign(name)


def _without_doubles(pairs: Pairs) -> Iterator[dict[str, str]]:
    """Return the parameters by name: of those that are given twice the last, then the first."""
    last = dict(pairs)
    yield last
    first = dict(reversed(pairs))
    if first != last:
        yield {name: first[name] for name in last}


def _readings(pairs: Pairs) -> Iterator[Pairs]:
    """Return how the parameters of an address may be read: as they stand, then without what was done to them."""
    yield pairs
    text = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    for _ in range(_MOST_DECODINGS + 1):
        yield _parted(text)
        yield _unwrapped(_parted(html.unescape(text).replace("amp;", "")))
        bare = _INVISIBLE.sub("", html.unescape(text)).replace("amp;", "")
        yield _unwrapped(_parted(bare))
        yield _unwrapped(_parted(re.sub(r"=3[dD]", "=", bare)))
        if (decoded := unquote_plus(text)) == text:
            return
        text = decoded


def _parted(text: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in text.lstrip("?").split("&") if part)
    return [(name, value) for name, _, value in parts]


def _unwrapped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.strip(_WRAPPING), value.strip(_WRAPPING)) for name, value in pairs]
