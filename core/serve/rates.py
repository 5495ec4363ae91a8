"""How often somebody may do something: a token bucket each, of which the longest unused are forgotten."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Scope

MOST_KNOWN: Final = 10_000
"""So many are remembered; who comes after that pushes out who was not seen for longest."""
_NETWORK_BITS: Final = 64
"""Of an IPv6 address, what one household or office has to itself; the rest it can change as it likes."""


@dataclass
class Rates:
    """At most `burst` at once and `per_second` in the long run, for each of those who do it."""

    per_second: float
    burst: int
    now: Callable[[], float] = time.monotonic
    most: int = MOST_KNOWN
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, init=False)

    def wait(self, who: str) -> int:
        """Return for how many whole seconds `who` has to wait; 0 if he need not. Takes nothing."""
        left = self._now_left(who)
        return 0 if left >= 1 else math.ceil((1 - left) / self.per_second)

    def take(self, who: str) -> int:
        """Let `who` do it once and return 0, or return for how many seconds he has to wait."""
        if seconds := self.wait(who):
            return seconds
        self._left[who] = (self._now_left(who) - 1, self.now())
        self._left.move_to_end(who)
        while len(self._left) > self.most:
            self._left.popitem(last=False)
        return 0

    @property
    def known(self) -> int:
        """How many are remembered."""
        return len(self._left)

    def _now_left(self, who: str) -> float:
        left, at = self._left.get(who, (float(self.burst), self.now()))
        return min(float(self.burst), left + (self.now() - at) * self.per_second)


def client(scope: Scope) -> str:
    """Return from where a request comes: an address, or the network that one customer of a provider has."""
    found = scope.get("client")
    if not found:
        return ""
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:
        return str(found[0])
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _NETWORK_BITS), strict=False))
