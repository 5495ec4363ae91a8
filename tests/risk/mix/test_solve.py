"""The best mixes: as good as trying all, beaten by nothing, within the limits, and the same with another seed."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from core.inputs.data import Inputs, read
from core.inputs.lever_table import adoption, bought_share
from core.inputs.scenario import Scenario
from core.risk.futures import sample
from core.risk.mix.archive import FINE, Archive, undominated
from core.risk.mix.conflict import ImpossibleError
from core.risk.mix.problem import Effort, Problem, asked, usual_choices
from core.risk.mix.solve import BestMix, Mix, solve
from core.risk.run import Cancelled
from core.risk.worth import worth
from tests.support import datasets
from tests.support.effort import effort
from tests.support.frozen import BASE, EXAMPLE, FROZEN, INPUTS

FEW: Final = Effort(broad=16, fine=64, shown=1024)
SHARES: Final = [adoption(one) for one in INPUTS.workloads]
SPLIT: Final = [bought_share(INPUTS.suppliers[2], one) for one in INPUTS.workloads]
RANDOM_MIXES: Final = 20_000
"""Of which the profile of the tests says what part is tried."""


def one_workload() -> Inputs:
    tables = datasets.tables_of(FROZEN)
    for workload in INPUTS.workloads[1:]:
        tables = datasets.without_workload(tables, workload).tables
    return read(datasets.files(tables))


def no_other_merchant() -> Inputs:
    tables = datasets.without_merchant(datasets.tables_of(FROZEN), INPUTS.suppliers[2]).tables
    return read(datasets.files(tables))


COMPANIES: Final = {"example": lambda: EXAMPLE, "one workload": one_workload, "no other merchant": no_other_merchant}


def problem(told: dict[str, Any] | None = None, inputs: Inputs = INPUTS, effort: Effort = FEW) -> Problem:
    return asked(inputs, told or {}, effort)


@lru_cache
def found() -> BestMix:
    return solve(problem({"free": SHARES + SPLIT}))


def worth_of(archive: Archive, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    numbers = archive.look(steps)
    return archive.work_out(numbers[archive.excess(numbers) == 0.0], FINE)


def on_grid(asked_for: Problem, mixes: tuple[Mix, ...]) -> NDArray[np.int64]:
    levers = [asked_for.inputs.levers[name] for name in asked_for.free]
    rows = [[round((one.number(mix.levers[one.id]) - one.minimum) / one.step) for one in levers] for mix in mixes]
    return np.array(rows, dtype=np.int64)


def assert_beaten_by_none(shown: NDArray[np.float64], others: NDArray[np.float64]) -> None:
    """No mix shown has another that is better in both by more than what the order of sums moves."""
    for expected, bad in shown:
        beats = (others >= [expected, bad]).all(axis=1) & (others > np.array([expected, bad]) + 1.0).any(axis=1)
        assert not beats.any(), (expected, bad, others[beats])


@pytest.mark.parametrize("free", [SHARES[:1], SHARES[1:3], [SHARES[2], SPLIT[2]]])
@pytest.mark.parametrize("limits", [{}, {"supplier_share_min": {INPUTS.suppliers[0]: 0.2}}])
def test_with_two_free_choices_it_agrees_with_trying_all(free: list[str], limits: dict[str, Any]) -> None:
    one = problem({"free": free, "limits": limits}, effort=Effort(broad=16, fine=1024, shown=1024))
    best = solve(one)
    archive = Archive(one)
    every = np.array(list(product(*(range(0, 101, 5) for _ in free))), dtype=np.int64)
    tried = worth_of(archive, every)
    shown = np.array([[mix.expected_usd, mix.bad_tenth_usd] for mix in best.frontier])
    assert shown[0, 0] >= tried[:, 0].max() - 1.0
    assert shown[:, 1].max() >= tried[:, 1].max() - 1.0
    assert_beaten_by_none(shown, tried)
    assert best.plan_best.plan_usd >= archive.plan_usd[archive.excess(archive.every) == 0.0].max() - 1.0


def test_no_mix_shown_is_beaten_by_a_ready_made_one_or_by_chance() -> None:
    one = problem({"free": SHARES + SPLIT, "limits": {"supplier_share_max": {INPUTS.suppliers[2]: 0.5}}})
    best = solve(one)
    archive = Archive(one)
    tried = round(RANDOM_MIXES * min(1.0, effort().examples))
    chance = np.random.default_rng(1).integers(0, 101, (tried, len(one.free)))
    numbers = archive.look(chance)
    kept = numbers[archive.excess(numbers) == 0.0]
    assert kept.size > tried / 20
    ready = np.stack([one.steps_of(preset) for preset in INPUTS.presets.values()])
    own = worth_of(archive, on_grid(one, best.frontier))
    assert_beaten_by_none(own, np.concatenate([worth_of(archive, ready), archive.work_out(kept, FINE)]))


def test_the_frontier_falls_in_one_as_it_rises_in_the_other() -> None:
    worth = np.array([[mix.expected_usd, mix.bad_tenth_usd] for mix in found().frontier])
    assert undominated(worth).all()
    assert (np.diff(worth[:, 0]) < 0.0).all()
    assert (np.diff(worth[:, 1]) > 0.0).all()
    assert found().best.expected_usd == worth[:, 0].max()


def test_every_mix_can_be_set_with_the_sliders_and_is_worth_what_its_futures_say() -> None:
    mixes = [BASE.replace(**mix.levers) for mix in found().frontier]
    for mix in mixes:
        assert all(abs(mix.number(name) * 100 - round(mix.number(name) * 100)) < 1e-9 for name in found().problem.free)
    alone = worth(INPUTS, BASE, mixes, 1024)
    assert [mix.expected_usd for mix in found().frontier] == pytest.approx(list(alone.expected_usd))
    assert [mix.bad_tenth_usd for mix in found().frontier] == pytest.approx(list(alone.bad_tenth_usd))
    assert [mix.pays_share for mix in found().frontier] == pytest.approx(list(alone.pays_share))


def test_the_plan_best_is_best_in_the_plan_case_and_the_reference_is_the_scenario() -> None:
    best = found()
    assert best.plan_best.plan_usd >= max(mix.plan_usd for mix in (*best.frontier, best.robust, best.reference))
    assert best.reference.levers == {name: BASE[name] for name in best.problem.free}


def test_limits_hold_in_the_plan_case_and_what_breaks_in_futures_is_told() -> None:
    amd = INPUTS.suppliers[2]
    limits = {"supplier_share_max": {amd: 0.25}, "supplier_share_min": {INPUTS.suppliers[0]: 0.3}}
    one = problem({"free": SHARES + SPLIT, "limits": limits})
    best = solve(one)
    archive = Archive(one)
    numbers = archive.look(on_grid(one, (*best.frontier, best.plan_best, best.robust)))
    assert (archive.excess(numbers) == 0.0).all()
    assert all(set(mix.breaks) == {f"supplier_share_max {amd}", f"supplier_share_min {INPUTS.suppliers[0]}"}
               for mix in best.frontier)  # fmt: skip
    assert all(0.0 <= share <= 1.0 for mix in best.frontier for share in mix.breaks.values())
    assert found().best.expected_usd > best.best.expected_usd
    assert best.binding
    assert all(one.gain_usd > 0.0 for one in best.binding)


def test_a_change_is_held_within_its_limit() -> None:
    best = solve(problem({"limits": {"adoption_change_max": 0.1}}))
    for mix in (*best.frontier, best.plan_best, best.robust):
        for workload, today in zip(INPUTS.workloads, INPUTS.custom_share_today, strict=True):
            assert abs(float(mix.levers[adoption(workload)]) - today) <= 0.1 + 1e-9


def test_limits_that_exclude_each_other_are_named_and_no_others() -> None:
    custom, lead, other = INPUTS.suppliers[:3]
    told = {"supplier_share_min": {lead: 0.7, other: 0.6}, "peak_mw_it_max": 1e6}
    with pytest.raises(ImpossibleError) as refused:
        solve(problem({"free": SHARES + SPLIT, "limits": told}))
    assert {one.name for one in refused.value.limits} == {f"supplier_share_min {lead}", f"supplier_share_min {other}"}
    (told_so,) = refused.value.problems
    assert told_so.replace("\u00a0", " ") == (
        f"limits: supplier_share_min {lead} (at least 70 %) and supplier_share_min {other} (at least 60 %) "
        "exclude each other; ease one of them, or set more choices free"
    )
    with pytest.raises(ImpossibleError, match="no mix of what is free keeps peak_mw_it_max"):
        solve(problem({"limits": {"peak_mw_it_max": 1.0, "supplier_share_max": {custom: 1.0}}}))


def test_two_seeds_differ_by_less_than_a_hundredth_of_the_spread_of_value() -> None:
    other = solve(problem({"free": SHARES + SPLIT, "seed": 99}))
    spread = 0.01 * float(sample(INPUTS, BASE, 1024).value_usd.std())
    assert found().seed_spread_usd < spread
    assert other.seed_spread_usd < spread
    assert abs(other.best.expected_usd - found().best.expected_usd) < spread


def test_the_same_seed_gives_the_same_answer() -> None:
    again = solve(problem({"free": SHARES + SPLIT}))
    assert [mix.levers for mix in again.frontier] == [mix.levers for mix in found().frontier]
    assert again.tried == found().tried


def test_nothing_free_leaves_the_scenario() -> None:
    best = solve(problem({"free": []}))
    assert len(best.frontier) == 1
    assert best.best.expected_usd == best.reference.expected_usd
    assert best.best.levers == {}


@pytest.mark.parametrize("company", ["example", "one workload", "no other merchant"])
def test_any_company_has_a_best_mix(company: str) -> None:
    inputs = COMPANIES[company]()
    best = solve(problem({}, inputs))
    assert set(best.best.levers) == set(usual_choices(inputs))
    assert best.best.expected_usd >= best.reference.expected_usd
    assert Scenario.of(inputs.levers).replace(**best.robust.levers)


def test_the_frontier_is_told_as_it_grows_and_progress_only_rises() -> None:
    shares: list[float] = []
    heard: list[float] = []
    solve(problem(), progress=shares.append, improved=lambda so_far: heard.append(so_far.worth_usd[0, 0]))
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == pytest.approx(1.0)
    assert heard == sorted(heard), "the best expected value never falls"


def test_who_no_longer_waits_ends_it() -> None:
    told: list[float] = []
    with pytest.raises(Cancelled):
        solve(problem(), progress=told.append, cancelled=lambda: len(told) > 1)
    assert len(told) == 2
