"""The block above a page that was opened from a save: the sentence, what lies behind it, and the switch back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from core.inputs.data import Inputs, bundled
from core.model.report import report
from core.risk.sequence import SEED
from core.story.odds import KeptOdds
from core.views.saved import finding, tables
from core.views.saved.difference import Reopening, reopen
from pages.parts.scenario.reopened import AS_SAVED
from pages.parts.scenario.way import WAITING
from tests.support.altered import CAPACITY, FORMER, PRICE, altered
from tests.support.frozen import BASE
from tests.support.specs import missing_fields
from tests.support.visit import charts_drawn, strip
from tests.support.words import read

SAVED_ON = date(2027, 3, 3)
HOSTILE = "![x](http://evil.example/a.png) <script>alert(1)</script> $x$"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return altered(tmp_path_factory.mktemp("older"), PRICE, CAPACITY)


def opened(
    inputs: Inputs, change: Callable[[dict[str, Any]], object] = lambda saved: None, archived: bool = True
) -> Reopening:
    """A revision that was saved on `inputs`, with `change` made to its report, opened today."""
    saved = copy.deepcopy(report(inputs, BASE))
    change(saved)
    return reopen(bundled(), saved, inputs if archived else None)


def page(reopening, when):  # type: ignore[no-untyped-def]  # AppTest runs its text, which knows no names from here
    import streamlit as st

    from pages.parts.scenario import reopened

    saved = reopened.draw(reopening, when)
    st.markdown(f"as saved: {saved}")


def drawn(reopening: Reopening, unfolded: bool = False) -> AppTest:
    at = AppTest.from_function(page, default_timeout=30, args=(reopening, SAVED_ON))
    at.session_state["behind_reopened"] = unfolded
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def as_saved(at: AppTest) -> AppTest:
    at.button_group[0].set_value(AS_SAVED)
    return run(at)


def texts(at: AppTest) -> list[str]:
    return [read(element.value) for element in (*at.title, *at.caption, *at.markdown)]


def test_a_revision_of_today_s_model_and_data_draws_nothing() -> None:
    at = drawn(opened(bundled()), unfolded=True)
    assert texts(at) == ["as saved: False"]
    assert not at.button_group
    assert not at.expander


def test_the_sentence_stands_above_and_the_rest_is_folded_away(older: Inputs) -> None:
    reopening = opened(older)
    at = drawn(reopening)
    [said, way, state] = texts(at)
    assert way == read(WAITING), "which tables moved it, once the page stands"
    assert said == f":material/history: {read(finding.sentence(reopening, SAVED_ON))}"
    assert state == "as saved: False"
    assert [fold.label for fold in at.expander] == ["Saved against today"]
    assert not at.dataframe
    assert not strip(at)


def test_the_fold_shows_saved_against_today_and_every_input_that_changed(older: Inputs) -> None:
    reopening = opened(older)
    at = drawn(reopening, unfolded=True)
    [words] = [text for text in texts(at) if text.startswith("Figure | ")]
    head, _, *rows = words.split("\n")
    assert head == "Figure | Saved | Today | Difference | Of it data | Of it model"
    table = tables.against_today(reopening)
    assert rows == [read(" | ".join(cells)) for cells in table.to_records(index=False).tolist()]
    [frame] = at.dataframe
    assert frame.value.to_dict("list") == tables.changed_inputs(reopening.changes).to_dict("list")
    [versions] = [text for text in texts(at) if text.startswith("Saved with model ")]
    assert older.data_version in versions
    assert f"today: model {reopening.today['model_version']} and data {bundled().data_version}." in versions


def test_the_fold_says_why_inputs_are_not_listed(older: Inputs, tmp_path: Path) -> None:
    texts_without = texts(drawn(opened(older, archived=False), unfolded=True))
    assert "Which inputs changed cannot be listed, for the data it was saved with cannot be read." in texts_without
    same = altered(tmp_path, ("power_capacity.csv", "\n2031,23500,", "\n2031,23500.0,"))
    assert "No input differs, only the way in which they are written." in texts(drawn(opened(same), unfolded=True))
    of_model = drawn(opened(bundled(), lambda saved: saved.update(model_version=FORMER)), unfolded=True)
    assert not any("input" in text.lower() for text in texts(of_model))
    assert not of_model.dataframe


def test_levers_that_are_gone_or_new_are_told(older: Inputs) -> None:
    def change(saved: dict[str, Any]) -> None:
        saved["levers"]["coolness"] = 0.5
        del saved["levers"]["headroom"]

    said = texts(drawn(opened(older, change), unfolded=True))
    assert (
        "The saved lever coolness (0.5) is no lever of today's model and data; it has no part in today's figures."
        in said
    )
    assert "**Levers that the saved report did not have** stand at base" in said
    assert any("Headroom | 10 %" in text for text in said)


def test_the_switch_shows_the_saved_figures_and_charts_and_says_so(older: Inputs) -> None:
    reopening = opened(older)
    saved = reopening.saved
    at = drawn(reopening)
    with charts_drawn() as charts:
        as_saved(at)
    assert texts(at)[-1] == "as saved: True"
    assert read(at.title[0].value) == read(finding.title(saved, SAVED_ON))
    assert older.data_version in at.caption[0].value
    figures = finding.metrics(saved, reopening.today)
    assert [(m.label, m.value, m.change) for m in strip(at)] == [
        (figure.label, read(figure.value), read(figure.change)) for figure in figures
    ]
    assert set(charts) == {"saved_spending", "saved_power"}
    for chart in charts.values():
        assert missing_fields(chart.spec, chart.frame) == []
        assert "As saved." in chart.alt
    at.button_group[0].set_value("Today's figures")
    run(at)
    assert texts(at)[-1] == "as saved: False"
    assert not strip(at)


def test_each_revision_is_opened_on_today_s_figures(older: Inputs) -> None:
    def either(first, second):  # type: ignore[no-untyped-def]
        import streamlit as st

        from pages.parts.scenario import reopened

        saved = reopened.draw(*(second if "second" in st.session_state else first))
        st.markdown(f"as saved: {saved}")

    revisions = ((opened(older), SAVED_ON), (opened(older), date(2027, 3, 4)))
    at = as_saved(run(AppTest.from_function(either, default_timeout=30, args=revisions)))
    assert texts(at)[-1] == "as saved: True"
    at.session_state["second"] = True
    assert texts(run(at))[-1] == "as saved: False"


def test_a_chart_whose_series_was_not_saved_is_told_and_the_rest_is_drawn(older: Inputs) -> None:
    def change(saved: dict[str, Any]) -> None:
        for row in saved["quarters"]:
            del row["warrant_usd"]

    at = drawn(opened(older, change))
    with charts_drawn() as charts:
        as_saved(at)
    assert set(charts) == {"saved_power"}
    assert any("Spending cannot be drawn. warrant_usd: the saved report does not hold it" in text for text in texts(at))


def test_a_revision_that_cannot_be_worked_out_again_can_still_be_shown_as_saved(older: Inputs) -> None:
    def alone(saved, when):  # type: ignore[no-untyped-def]
        from pages.parts.scenario import reopened

        reopened.as_saved(saved, when)

    saved = report(older, BASE)
    at = run(AppTest.from_function(alone, default_timeout=30, args=(saved, SAVED_ON)))
    assert [m.change for m in strip(at)] == ["as saved"] * 5
    assert read(at.title[0].value) == read(finding.title(saved, SAVED_ON))


def test_what_a_report_says_is_never_markup(older: Inputs) -> None:
    def change(saved: dict[str, Any]) -> None:
        saved["model_version"] = HOSTILE
        saved["levers"][HOSTILE] = HOSTILE
        saved["metrics"]["payback"] = HOSTILE

    with patch("streamlit.vega_lite_chart"):
        at = as_saved(drawn(opened(older, change), unfolded=True))
    raw = [element.value for element in (*at.title, *at.caption, *at.markdown)]
    raw += [text for metric in strip(at) for text in (metric.value, metric.change)]
    for text in raw:
        assert "![x]" not in text
        assert "<script>" not in text
        assert "http://" not in text
    assert sum("alert" in text for text in raw) >= 3


# --- Odds


def with_odds(saved: dict[str, Any]) -> None:
    saved["odds"] = {
        "probability": 0.73, "expected_usd": 4.7e9, "bad_tenth_usd": -3.0e9, "draws": 1024, "seed": SEED
    }  # fmt: skip


def test_odds_as_saved_stand_beside_today_s_and_say_why_they_differ(older: Inputs) -> None:
    one, today = opened(older, with_odds), KeptOdds(0.7, 4.4e9, -3.1e9, 8192, SEED)
    waiting = finding.odds(one, None)
    assert read(waiting or "") == (
        "Odds as saved: pays in 73 % of 1,024 futures, +$4.7 B expected; today's are being worked out."
    )
    assert read(finding.odds(one, today) or "") == (
        "Odds as saved: pays in 73 % of 1,024 futures, +$4.7 B expected; today: pays in 70 % of 8,192 futures, +$4.4 B "
        "expected. The data are new and 8,192 futures are drawn, not 1,024."
    )
    same = finding.odds(one, KeptOdds(0.73, 4.7e9, -3.0e9, 1024, SEED))
    assert (same or "").endswith("expected, and the same today.")


def test_a_report_without_odds_opens_and_says_nothing_of_them(older: Inputs) -> None:
    assert finding.odds(opened(older), None) is None
    assert not [text for text in texts(drawn(opened(older))) if "Odds" in text]


def test_the_odds_stand_in_the_block_above_the_page(older: Inputs) -> None:
    assert [text for text in texts(drawn(opened(older, with_odds))) if "Odds as saved: pays in 73" in text]
