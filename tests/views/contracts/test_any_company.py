"""Contracts of companies other than the bundled one: none to twenty agreements, none to many warrants."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.inputs.data import CUSTOM, Inputs, read
from core.inputs.lever_table import warrant
from core.story.labels import supplier_labels
from core.views.contracts import finding, frames, tables, warrants
from core.views.contracts.figures import FIGURES, PAGE
from core.views.contracts.view import MEASURES, View
from tests.support.answers import answer
from tests.support.companies import assert_page_shows, at_bounds, each_company
from tests.support.datasets import files, tables_of
from tests.support.frozen import EXAMPLE, EXAMPLE_FOLDER
from tests.support.words import NOISE, said

BN = 1e9


@cache
def without_agreements() -> Inputs:
    return read(files({**tables_of(EXAMPLE_FOLDER), "commitments": []}))


def view_of(inputs: Inputs, **changes: object) -> View:
    return View(answer(inputs.scenario(changes), inputs))


@each_company
def test_every_figure_tells_of_the_company_that_there_is(company: str) -> None:
    assert_page_shows(PAGE, company, measure=lambda _: list(MEASURES))


# --- Many agreements


def test_of_many_agreements_the_largest_are_drawn_and_the_table_has_them_all() -> None:
    inputs = at_bounds()
    view = view_of(inputs)
    drawn = frames.drawn(inputs)
    usd = frames.committed_usd(inputs).sum(axis=0)
    left = [k for k in range(len(inputs.contracts.id)) if k not in drawn]
    assert len(drawn) == frames.MOST_DRAWN and list(drawn) == sorted(drawn)
    assert usd[list(drawn)].min() >= usd[left].max()
    panels = FIGURES["agreements"].panels
    assert panels is not None
    assert [one.label for one in panels("light", view)] == [inputs.contracts.name[k] for k in drawn]
    assert list(finding.agreements_words(view)["Agreement"]) == list(inputs.contracts.name)
    assert finding.agreements_caption(view).endswith("Drawn are the 6 largest of 20; the table has them all.")


def test_many_that_fall_short_are_counted_and_the_worst_is_named() -> None:
    view = view_of(at_bounds())
    missing = frames.missing_usd(view.answer, view.answer.plan).sum(axis=0)
    late = frames.is_short(view.answer, frames.short(view.answer, view.answer.plan)).any(axis=0).sum()
    worst = at_bounds().contracts.name[int(missing.argmax())]
    assert said(finding.agreements_title(view)) == (
        f"{late} of 20 agreements fall short, by ${missing.sum() / BN:.1f} B in all; "
        f"${missing.max() / BN:.1f} B under {worst}"
    )


def test_agreements_of_a_supplier_are_added_up_where_suppliers_are_drawn() -> None:
    inputs = at_bounds()
    view = view_of(inputs)
    answer_, deals = view.answer, inputs.contracts
    frame = frames.committed(view)
    for supplier, name in zip(frames.suppliers(inputs), frames.supplier_names(inputs), strict=True):
        own = np.flatnonzero(deals.supplier == supplier)
        rows = frame[frame["supplier"] == name]
        assert list(rows["usd"]) == pytest.approx(list(frames.due_usd(answer_)[:, own].sum(axis=1)))
    assert frames.courses(view).groupby("course", sort=False)["usd"].sum().iloc[0] == pytest.approx(
        answer_.plan.shortfall_usd.sum()
    )


def test_what_a_turn_does_to_value_is_told_on_both_bases_of_residual_value() -> None:
    caption = said(finding.courses_caption(view_of(EXAMPLE)))
    assert "value changes by −$211 M with exit custom and by +$4.3 M with today's mix held" in caption
    on_sale = view_of(EXAMPLE, terminal_basis="sale").answer
    exit_, hold = (-on_sale.metric(f"npv_vs_{course}_usd") for course in ("exit", "hold"))
    assert f"on the other basis of residual value by +${exit_ / 1e6:.0f} M and +${hold / 1e6:.0f} M." in caption


# --- Warrants of several suppliers, and none


def test_each_warrant_ends_at_the_total_of_its_own_agreement() -> None:
    inputs = at_bounds()
    view = view_of(inputs)
    frame = frames.warrants(view)
    assert list(frame["supplier"].unique()) == list(supplier_labels(inputs)[1:])
    by_supplier = frame.groupby("supplier", sort=False)
    for (_, rows), most in zip(by_supplier, frames.most_mw(inputs), strict=True):
        assert rows["mw"].sum() <= most * (1 + 1e-12)
        assert list(rows["so_far_mw"]) == pytest.approx(list(np.cumsum(rows["mw"])))
    assert frame["usd"].sum() == pytest.approx(view.answer.plan.warrant_usd.sum())
    # Six agreements of 0.3 GW each at $2.5 B a GW: none is worth more than another.
    assert said(warrants.title(view)) == (
        "6 suppliers grant shares worth $4.50 B for 1.8 GW by 2032; all of it is earned"
    )
    dearest = view_of(inputs, **{warrant(inputs.suppliers[-2]): 5.0})
    assert f", {supplier_labels(inputs)[-2]} the most; " in warrants.title(dearest)
    assert "$2.5 B–$5.0 B a GW that counts" in said(warrants.caption(dearest))


def test_the_custom_supplier_may_have_agreements_and_a_warrant_too() -> None:
    rows = [
        {
            "contract_id": "own", "name": "Own chips, 0.3 GW", "supplier_id": EXAMPLE.suppliers[CUSTOM],
            "chips_from": "2027-Q1", "year": year, "unit": "gw", "amount": 0.1, "usd_per_gw": 1e10, "warrant": "yes",
            "grade": "reported", "source_id": "assumption", "note": "",
        }
        for year in (2027, 2028, 2029)
    ]  # fmt: skip
    inputs = read(files({**tables_of(EXAMPLE_FOLDER), "commitments": rows}))
    view = view_of(inputs)
    custom = supplier_labels(inputs)[CUSTOM]
    assert frames.supplier_names(inputs) == frames.earning_names(inputs) == (custom,)
    assert warrants.title(view).startswith(f"{custom} grants shares worth ")
    earned_usd = view.answer.plan.warrant_by_supplier_usd[:, CUSTOM].sum()
    assert frames.warrants(view)["usd"].sum() == pytest.approx(earned_usd) and earned_usd > 0.0
    assert "The take-or-pay share is an assumption." in finding.agreements_caption(view), "the amounts are reported"
    assert " of it for " not in finding.courses_title(view), "there is no other"


@pytest.mark.parametrize("changes", [{}, {"horizon_year": 2028}, {"baseline": "exit"}])
def test_without_agreements_the_page_says_so_in_words(changes: dict[str, object]) -> None:
    a = view_of(without_agreements(), **changes).answer
    nothing = "No purchase is agreed with any supplier"
    for view in (View(a, measure) for measure in MEASURES):
        assert finding.agreements_title(view) == nothing
        assert finding.committed_title(view) == "Nothing is committed"
        assert warrants.title(view) == "No agreement earns a warrant"
        assert PAGE.head.title(view).startswith(f"{nothing}; exiting Kestrel now costs nothing")
        for name, figure in FIGURES.items():
            assert not NOISE.search(said(f"{figure.title(view)} {figure.caption(view)}")), name
            assert figure.frame is None or figure.frame(view).empty, "nothing to draw"
            assert figure.panels is None or figure.panels("light", view) == ()
            assert figure.table(view).columns.is_unique
        warrant = finding.metrics(view)[-1]
        assert (warrant.value, warrant.change) == ("–", "no agreement earns one")
        assert (tables.committed(view).iloc[:, 1] == 0.0).all()
