"""What the library says: which scenario of a list is worth most, and what there is to know of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final

from core.base.clock import exactly
from core.base.finance import MATERIAL_USD
from core.base.format import counted, usd
from core.store.records import LONGEST, Entry
from core.store.store import TRASH_DAYS
from core.story.odds import KeptOdds

SHORT: Final = 60
"""Characters of a name within a sentence."""


def title(
    names_and_values: Iterable[tuple[str, object]],
    total: int,
    kind: str = "saved",
    found: bool = False,
    of: str | None = None,
) -> str:
    """Return what a list of `total` scenarios says: which of them is worth most.

    `names_and_values` are the first two by value, or all; `kind` is `saved` or `ready-made`; `found`
    says that a search or filter has left some out; `of` whose those are, if the list holds others'.
    """
    best = sorted(
        ((name, value) for name, value in names_and_values if isinstance(value, float)),
        key=lambda one: one[1],
        reverse=True,
    )
    if total == 0:
        return "No saved scenario matches" if found else f"No {kind} scenarios yet"
    if found:
        subject = f"{total:,} scenario{' matches' if total == 1 else 's match'}"
    elif kind == "saved":
        subject = f"{_number(total)} saved"
    else:
        subject = f"{total:,} {kind} scenario{'' if total == 1 else 's'}"
    if not best:
        return subject
    name, value = quoted([best[0][0]]), best[0][1]
    if of is not None:
        subject += f", several companies'; of those of {of}"
        return f"{subject} {_best(name, value, len(best) > 1 and best[1][1] == value)}"
    if total == 1:
        return f"{subject}: {name} {_verdict(value)}"
    shared = len(best) > 1 and best[1][1] == value
    return f"{subject}; {_best(name, value, shared)}"


def trash_title(total: int, found: bool = False) -> str:
    """Return what the trash holds."""
    if total == 0:
        return "Nothing in the trash matches" if found else "The trash is empty"
    if found:
        return f"{_number(total)} in the trash match{'es' if total == 1 else ''}"
    return f"{_number(total)} in the trash, kept for {TRASH_DAYS} days" + (" each" if total > 1 else "")


def span_words(first: int, shown: int, total: int) -> str:
    """Return which scenarios of a list are shown: `21 to 40 of 1,024 scenarios`. `first` counts from 0."""
    if shown == total:
        return _number(total)
    return f"{first + 1:,} to {first + shown:,} of {_number(total)}"


def _number(count: int) -> str:
    return counted(count, "scenario").replace(str(count), f"{count:,}", 1)


def _verdict(value: float) -> str:
    if abs(value) < MATERIAL_USD:
        return "is worth as much as its baseline"
    return f"is worth {usd(value)}" if value > 0 else f"loses {usd(-value)} against its baseline"


def _best(name: str, value: float, shared: bool) -> str:
    if abs(value) < MATERIAL_USD:
        return "none is worth more than its baseline"
    if value > 0:
        return f"the best are worth {usd(value)}" if shared else f"{name} is worth most, {usd(value)}"
    return f"the best lose {usd(-value)}" if shared else f"{name} loses least, {usd(-value)}"


def details(entry: Entry, zone: tzinfo = UTC, sure: KeptOdds | None = None) -> str:
    """Return who saved a scenario when and what about it, with exact times where the reader is, and how sure it was."""
    latest = entry.latest
    words = [
        f"Owned by {entry.owner}",
        f"v{latest.number} saved on {exactly(latest.saved_at, zone)} by {latest.author}",
    ]
    if latest.restored_from is not None:
        words[-1] += f", restored from v{latest.restored_from}"
    if latest.note:
        words[-1] += f" ({latest.note})"
    if latest.number > 1:
        words.append(f"begun on {exactly(entry.created_at, zone)}")
    if sure is not None:
        bad = f", {usd(sure.bad_tenth_usd, signed=True)} in a bad tenth"
        drawn = f" (seed {sure.seed})"
        words.append(f"as saved {sure.words}{'' if sure.probability is None else bad}{drawn}")
    words.append(f"model {latest.model_version}, data {latest.data_version}")
    if entry.tags:
        words.append(f"tagged {', '.join(entry.tags)}")
    return "; ".join(words)


def copy_name(name: str) -> str:
    """Return what a copy of a scenario is called."""
    return f"Copy of {name}"[: LONGEST["name"]]


def short(name: str) -> str:
    """Return a name no longer than a sentence bears."""
    return name if len(name) <= SHORT else f"{name[: SHORT - 1].rstrip()}…"


def quoted(names: Collection[str]) -> str:
    """Return scenarios by name, or their number if they are many."""
    return f"“{short(next(iter(names)))}”" if len(names) == 1 else _number(len(names))


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was: `just now`, `3 days ago`, `2 years ago`."""
    seconds = (now - then).total_seconds()
    for name, size in _SPANS:
        if seconds >= size:
            return f"{counted(int(seconds // size), name)} ago"
    return "just now"


_SPANS: Final = (
    ("year", 365 * 86_400),
    ("month", 30 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)  # seconds; a month of 30 days is exact enough for an age
