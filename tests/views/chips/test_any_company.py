"""The Chips page of companies other than the bundled one: up to seven suppliers, eight workloads and 120 chips."""

from __future__ import annotations

import numpy as np
import pytest

from core.inputs.data import BOUGHT, CUSTOM
from core.story.labels import supplier_labels
from core.views.chips import charts, finding, frames, tables
from core.views.chips.figures import PAGE, View
from tests.support.answers import answer
from tests.support.companies import assert_page_shows, at_bounds, each_company
from tests.support.frozen import EXAMPLE

LARGEST = at_bounds()


@each_company
def test_every_figure_tells_of_the_company_that_there_is(company: str) -> None:
    assert_page_shows(
        PAGE,
        company,
        quarter=lambda one: [0, one.world.quarters - 1],
        workload=lambda one: [one.inputs.workloads[0], one.inputs.workloads[-1]],
    )


def test_the_best_bought_chip_is_the_cheapest_of_all_merchants() -> None:
    a = answer(EXAMPLE.base, EXAMPLE)
    for quarter in range(a.world.quarters):
        assert list(frames.ties(a, quarter)["bought_usd"]) == list(a.world.kappa[quarter, BOUGHT].min(axis=0))
    best = finding.ties_words(a, View.opened(a).quarter)["Best bought chip"]
    assert best[1].startswith("TPU like "), "neither the lead's nor the second's"


def test_first_is_shown_where_custom_chips_may_extend_and_have_a_chip() -> None:
    assert View.opened(answer(EXAMPLE.base, EXAMPLE)).workload == "assistant_inference"
    a = answer(LARGEST.base, LARGEST)
    assert LARGEST.workloads.index(View.opened(a).workload) == 6, "no custom chip runs the last"
    assert CUSTOM not in frames.offering(a, LARGEST.workloads[7])


# --- Where there is much to draw


def test_workloads_stand_in_bands_of_four_at_the_most() -> None:
    a = answer(LARGEST.base, LARGEST)
    frame = frames.matrix_drawn(a, 8)
    heads = frame[frame["names_column"]].groupby("workload").first().loc[list(LARGEST.workload_labels)]
    assert list(heads["column"]) == [0, 1, 2, 3, 0, 1, 2, 3]
    assert heads["head_row"].nunique() == 2
    assert heads["head_row"].is_monotonic_increasing
    for _, bar in frame.groupby(["row", "column"]):
        assert bar["workload"].nunique() == 1 and bar["part"].is_unique, "no two bars lie on each other"


def test_of_many_chips_on_offer_each_supplier_s_cheapest_is_drawn_and_all_stand_in_the_table() -> None:
    a, quarter = answer(LARGEST.base, LARGEST), 8
    frame = frames.matrix_drawn(a, quarter)
    assert frames.chips_on_offer(a, quarter) > frames.MATRIX_MOST
    bars = frame[frame["part"] == frames.PARTS[0]]
    assert len(bars) == np.isfinite(a.world.kappa[quarter]).sum()
    assert bars["offered"].all() and set(bars["row"]) == set(frame["row"])
    assert bars.groupby(["row", "workload"]).size().max() == 1
    best = bars[bars["bold"]].groupby("workload")["total_usd"].first()
    assert best.to_numpy() == pytest.approx(
        np.sort(a.world.kappa[quarter].min(axis=0))[best.to_numpy().argsort().argsort()]
    )
    assert len(tables.matrix(a, quarter)) > len(bars)
    assert finding.marks(a, quarter).startswith("Each supplier's cheapest chip")


def test_of_few_chips_on_offer_all_are_drawn_a_row_each() -> None:
    a, quarter = answer(EXAMPLE.base, EXAMPLE), 8
    frame = frames.matrix_drawn(a, quarter)
    assert set(frame["chip_id"]) == set(frames.matrix(a, quarter)["chip_id"])
    assert frame.groupby("chip_id")["row"].nunique().max() == frame.groupby("row")["chip_id"].nunique().max() == 1
    assert finding.marks(a, quarter).startswith("Bold: the cheapest of its supplier")


def test_the_roadmap_is_grouped_by_supplier_and_leaves_out_what_never_is_its_supplier_s_cheapest() -> None:
    a = answer(LARGEST.base, LARGEST)
    workload = LARGEST.workloads[0]
    frame = frames.timeline_drawn(a, workload)
    chips = frame.drop_duplicates("chip_id")
    assert list(chips["row"]) == sorted(chips["row"]) and chips["row"].is_unique
    assert list(chips["supplier"].drop_duplicates()) == [
        name for name in supplier_labels(LARGEST) if name in set(chips["supplier"])
    ], "in one run each"
    assert set(chips["chip"]) == {LARGEST.chips.name[c] for c in np.unique(a.world.chip[:, :, 0]) if c >= 0}
    left = int(frames.roadmap(a).on_offer.any(axis=0).sum()) - len(chips)
    assert f"Not drawn: {left} chips " in finding.unlisted(a, workload)
    assert len(tables.timeline(a, workload)) == left + len(chips)
    few = answer(EXAMPLE.base, EXAMPLE)
    assert finding.unlisted(few, EXAMPLE.workloads[0]) == ""


def test_what_was_on_offer_long_ago_is_drawn_from_two_years_before() -> None:
    a = answer(LARGEST.base, LARGEST)
    frame = frames.timeline_drawn(a, LARGEST.workloads[0])
    assert frame["time_years"].min() == LARGEST.calendar.first_year - frames.YEARS_BEFORE
    assert frames.timeline(a, LARGEST.workloads[0])["time_years"].min() < frame["time_years"].min()


def test_a_supplier_that_offers_nothing_for_a_workload_has_no_lane() -> None:
    a, last = answer(LARGEST.base, LARGEST), LARGEST.workloads[-1]
    assert CUSTOM not in frames.offering(a, last)
    named = "".join(map(str, charts.cost_of_work("light", supplier_labels(LARGEST), frames.offering(a, last))["layer"]))
    assert "'Volta Nord'" in named
    assert "supplier == 'Hearth'" not in named


# --- Sentences that would list too much


def test_many_workloads_are_counted_and_few_are_named() -> None:
    a = answer(LARGEST.base, LARGEST)
    assert " is the cheapest chip in 4 of 8 workloads and would tie in " in finding.title(a, View.opened(a).quarter)


def test_what_many_chips_cannot_run_is_counted() -> None:
    inputs = LARGEST
    a = answer(inputs.scenario({"merchant_delay_quarters": 8}), inputs)
    texts = [finding.gaps(a, quarter) for quarter in range(a.world.quarters)]
    assert max(text.count(" cannot run ") for text in texts) <= finding.MOST_SENTENCES
    assert max(text.count(" tie to within ") for text in texts) <= finding.MOST_SENTENCES
