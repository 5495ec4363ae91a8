"""What a person may do: the one place that says so, until people sign in.

Whoever can reach the server may look at what stands on open data; `core.store.sight` says who may see the rest. A name
is what a person gives of himself and is not proved; it says who did what and keeps people from changing each other's
work by mistake, not from doing so on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VISITOR_COOKIE: Final = "crossover_visitor"
"""The cookie in which the server keeps a browser's random key; the name its user gave is stored with the key."""


@dataclass(frozen=True)
class Person:
    """Who asks: a browser, by the key in its cookie, and the name that its user gave; each None where there is none.

    The server makes the key and signs it, so private data are opened by it and never by a name.
    """

    key: str | None
    name: str | None


Who = str | Person | None
"""Who changes something. A name alone is taken at its word by who calls, such as the command line, and opens no private
data; None gave no name."""


def named(who: Who) -> str | None:
    """Return the name that a person gave."""
    return who.name if isinstance(who, Person) else who


class Action(StrEnum):
    """What can be done to a saved scenario."""

    VIEW = "look at"
    SAVE = "save"
    SHARE = "share"
    ARRANGE = "rename, tag, describe, delete or bring back"
    REVOKE = "revoke a link to"


_NEEDS_A_NAME = (Action.SAVE, Action.SHARE)
_OWNERS_ONLY = (Action.ARRANGE, Action.REVOKE)


def may(who: str | None, action: Action, owner: str | None = None) -> bool:
    """Return whether `who` may do `action` to what belongs to `owner`.

    `who` is None for a person who gave no name; `owner` is None for what belongs to nobody yet. The owner of a link
    is who made it.
    """
    if action in _NEEDS_A_NAME:
        return who is not None
    if action in _OWNERS_ONLY:
        return who is not None and who == owner
    return True
