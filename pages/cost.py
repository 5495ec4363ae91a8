"""The Cost page: cash beside expense, earnings, cost of work, the way from the baseline's cost, and lives of chips."""

from __future__ import annotations

import streamlit as st

from core.inputs.data import bundled
from core.story import charts, finding
from core.views.cost import charts as outlay_charts
from core.views.cost import frames as outlay
from pages.parts.kept.answer import answer
from pages.parts.kept.lives import lives
from pages.parts.widgets import figures, headline, views
from pages.parts.work import session
from pages.parts.work.text import plain

GRAIN, VIEW, LIFE, SCOPE = "cost_grain", "cost_view", "cost_life", "cost_scope"
SIDES = {
    outlay.CASH: ("cash", outlay_charts.CUSTOM_FIRST),
    outlay.EXPENSE: ("expense", outlay_charts.CHARGES),
    outlay.RUNNING: ("running_cost", outlay_charts.RUNNING),
}

scenario, inputs, mode = session.current(), bundled(), figures.mode()
a, swept = answer(scenario), lives(scenario)
life = views.chosen(LIFE, outlay.LIVES, outlay.SHORTER_YEARS)


def money(side: str) -> None:
    """Draw cash, expense or running cost as the visitor wants to see it."""
    name, colouring = SIDES[side]
    spec = outlay_charts.money(
        mode,
        outlay.kinds(inputs, side),
        colouring,
        outlay.axis_title(grain, view),
        view != outlay.VARIANCE,
        outlay.dots_words(side, view),
    )
    figures.chart(
        a,
        name,
        outlay.money_title(a, side),
        spec,
        outlay.money(a, side, grain, view),
        outlay.money_caption(a, side, view),
        lambda a: outlay.money_table(a, side, grain),
    )


headline.draw(a, outlay.headline(a))
figures.strip(outlay.strip(a, swept, life))
st.caption(plain(finding.evidence_line(a)))

with st.container(horizontal=True, gap="medium"):
    grain = views.choice(GRAIN, "By", outlay.GRAINS, outlay.YEARS)
    view = views.choice(VIEW, "Show", outlay.VIEWS, outlay.AMOUNTS)
left, right = st.columns(2, gap="medium")
with left:
    money(outlay.CASH)
with right:
    money(outlay.EXPENSE)

left, right = st.columns(2, gap="medium")
with left:
    money(outlay.RUNNING)
with right:
    figures.chart(
        a,
        "earnings",
        outlay.earnings_title(a),
        outlay_charts.earnings(mode),
        outlay.earnings(a),
        outlay.earnings_caption(a),
        outlay.earnings_table,
    )

left, right = st.columns(2, gap="medium")
with left:
    bridge = outlay.cost_bridge(a)
    bars = outlay.bridge_bars(a, bridge)
    figures.chart(
        a,
        "cost_bridge",
        outlay.bridge_title(a, bridge),
        charts.bridge(mode, outlay.bridge_unit(bridge), len(bars), "Kind of cost", "This scenario and its baseline"),
        bars,
        outlay.bridge_caption(a),
        outlay.bridge_table,
    )
with right:
    figures.chart(
        a,
        "work_cost",
        outlay.work_cost_title(a),
        outlay_charts.work_cost(mode, outlay.VARIANTS),
        outlay.work_cost(a),
        outlay.work_cost_caption(a),
        outlay.work_cost_table,
    )

left, right = st.columns(2, gap="medium")
with right:
    with st.container(horizontal=True, gap="medium"):
        scope = views.choice(SCOPE, "Life of", outlay.SCOPES, outlay.ALL, lambda one: outlay.scope_label(inputs, one))
        views.choice(LIFE, "Years", outlay.LIVES, outlay.SHORTER_YEARS)
    figures.words(outlay.lives_words(a, swept, scope))
with left:
    figures.chart(
        a,
        "lives",
        outlay.lives_title(a, swept, scope, life),
        outlay_charts.charges(mode, outlay.CHARGES_ON_CHIPS),
        outlay.charges(a, swept, scope, life),
        outlay.lives_caption(a, swept, life),
        lambda a: outlay.lives_table(a, swept),
    )
