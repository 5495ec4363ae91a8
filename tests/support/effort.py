"""How hard the tests try: little while somebody waits, more for every change, most in a night when nobody does.

`pytest --hypothesis-profile=fast` or `long` says which; the Makefile does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from hypothesis import HealthCheck, settings


@dataclass(frozen=True)
class Effort:
    """How much is tried."""

    examples: float
    """Of a property, for each that it asks for."""
    kills: int
    """Of a process that saves."""


SUITE = Effort(examples=0.4, kills=25)
EFFORTS = {
    "fast": Effort(examples=0.2, kills=5),
    "default": SUITE,
    "ci": SUITE,
    "long": Effort(examples=10.0, kills=100),
}
"""By Hypothesis' profile; `fast` and `ci` draw the same examples in every run, `default` and `long` new ones."""
USUAL_EXAMPLES = 50
"""Asked for by a property that says nothing else."""
LEAST_EXAMPLES = 3


def load_profile() -> None:
    """Declare the profiles and take the usual one, from which an option on the command line may lead away."""
    settings.register_profile(
        "default",
        max_examples=round(USUAL_EXAMPLES * SUITE.examples),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    usual = settings.get_profile("default")
    settings.register_profile("ci", usual, derandomize=True, print_blob=True)
    for name in ("fast", "long"):
        most = round(USUAL_EXAMPLES * EFFORTS[name].examples)
        settings.register_profile(name, usual, max_examples=most, derandomize=name == "fast", print_blob=True)
    settings.load_profile("ci" if os.environ.get("CI") else "default")


def effort() -> Effort:
    """Return what the profile in use asks for."""
    return EFFORTS[settings.get_current_profile_name().partition("-with-")[0]]


def examples(count: int) -> settings:
    """Let a property ask for `count` examples rather than for as many as others; the profile says what part it gets."""
    return settings(max_examples=max(LEAST_EXAMPLES, round(count * effort().examples)))
