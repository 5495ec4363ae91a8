"""The work of a visitor as a value: a scenario, what it began from, and the steps before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.inputs.scenario import Scenario
from pages.parts.work import dataset
from pages.parts.work.dataset import Standing
from pages.parts.work.saved import Origin

STEPS_KEPT: Final = 100


@dataclass(frozen=True)
class Step:
    """A scenario, the saved one that it began from, if any, and the data set that both stand on.

    None stands for the data that the server was started with.
    """

    scenario: Scenario
    origin: Origin | None = None
    standing: Standing | None = None

    @property
    def is_as_saved(self) -> bool:
        """True if nothing was changed since it was saved."""
        return self.origin is not None and self.origin.scenario == self.scenario

    def at(self, scenario: Scenario) -> Step:
        """Return the step with another scenario, made from the same."""
        return replace(self, scenario=scenario)

    @property
    def is_unsaved(self) -> bool:
        """True if there is work in it that is nowhere saved; a ready-made scenario is nobody's work."""
        if self.origin is not None:
            return not self.is_as_saved
        return self.scenario not in dataset.on(self.standing).presets.values()


@dataclass(frozen=True)
class History:
    """The work now, with the steps before it (oldest first) and those undone (next first).

    One frozen value in one session key: Streamlit may break off a run at any access to the session, and
    so can never leave half a change behind.
    """

    now: Step
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def then(self, step: Step) -> History:
        """Return the history with `step` as the next one; what was undone is forgotten."""
        if step == self.now:
            return self
        return History(step, (*self.past, self.now)[-STEPS_KEPT:])

    def undone(self) -> History:
        """Return the history one step back, or this one at the beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redone(self) -> History:
        """Return the history one step forward, or this one at the end."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])

    def saved_as(self, origin: Origin) -> History:
        """Return the history after a save: the steps that led to it and on from it now begin from `origin`.

        Only those that lie together: what was opened before or after something else stays what it was.
        """
        former = self.now.origin
        past, future = list(self.past), list(self.future)
        for steps, order in ((past, range(len(past) - 1, -1, -1)), (future, range(len(future)))):
            for i in order:
                if steps[i].origin != former:
                    break
                steps[i] = replace(steps[i], origin=origin)
        return History(replace(self.now, origin=origin), tuple(past), tuple(future))


def ready_made() -> Mapping[str, Scenario]:
    """Return the ready-made scenarios by name."""
    return dataset.in_use().presets
