"""What a ready-made scenario is, said by its levers: those of any data set."""

from __future__ import annotations

from typing import Final

from core.base.format import counted, in_sentence, listed, sentence
from core.inputs.data import Inputs
from core.inputs.lever_table import adoption
from core.inputs.scenario import Scenario
from core.story.labels import workload_labels
from core.story.settings import in_figures, in_words

MOST_NAMED: Final = 4
"""Workloads, and other levers, that are named before the rest is counted."""


def what_it_is(inputs: Inputs, scenario: Scenario) -> str:
    """Return what a scenario sets otherwise than base: `Custom in 90 % of search and nowhere else`."""
    shares = [adoption(workload) for workload in inputs.workloads]
    changes = scenario.changes
    said = [_adoption(inputs, scenario)] if set(shares) & set(changes) else []
    others = [name for name in changes if name not in shares]
    said += [
        f"{scenario.levers[name].label} {in_words(scenario.levers[name], changes[name])}"
        for name in others[:MOST_NAMED]
    ]
    if len(others) > MOST_NAMED:
        said.append(f"{counted(len(others) - MOST_NAMED, 'lever')} more off base")
    return sentence("; ".join(said)) if said else "Every lever at base"


def _adoption(inputs: Inputs, scenario: Scenario) -> str:
    names = [adoption(workload) for workload in inputs.workloads]
    settings = [scenario.number(name) for name in names]
    if settings == [float(share) for share in inputs.custom_share_today]:
        return "custom keeps today's share of each workload"
    if not any(settings):
        return "no custom chip is bought any more"
    words = [in_figures(scenario.levers[name], scenario[name]) for name in names]
    if len(set(settings)) == 1:
        return f"custom in {words[0]} of {'every workload' if len(names) > 1 else 'new capacity'}"
    labels = map(in_sentence, workload_labels(inputs))
    used = [f"{share} of {label}" for share, label, one in zip(words, labels, settings, strict=True) if one]
    more = len(used) - MOST_NAMED
    named = listed(used if more <= 1 else [*used[:MOST_NAMED], f"{counted(more, 'workload')} more"])
    return f"custom in {named}" + (" and nowhere else" if len(used) < len(names) else "")
