"""What the futures of a scenario look like: the charts of the Risk page that are drawn once they are."""

from __future__ import annotations

import streamlit as st

from core.risk.futures import Futures, RightToStop
from core.story.answer import Answer
from core.views.risk import charts, frames
from core.views.risk import finding as said
from pages.parts.widgets import figures


def fans(a: Answer, futures: Futures) -> None:
    """Draw spending by year and cumulative savings, with bands."""
    mode, spending, savings = figures.mode(), frames.spending_fan(a, futures), frames.savings_fan(a, futures)
    left, right = st.columns(2, gap="medium")
    with left:
        figures.chart(
            a,
            "risk_spending",
            said.spending_title(spending),
            charts.fan(mode, "$ B a year", "Year", a.baseline_words),
            spending,
            f"Cash before tax. {said.BANDS} Thin line: {a.baseline_words}, median of its own futures.",
            lambda _: frames.fan_table(spending, "Year"),
        )
    with right:
        figures.chart(
            a,
            "risk_savings",
            said.savings_title(a, savings),
            charts.fan(mode, "$ B, cumulative", "Quarter", ""),
            savings,
            f"After tax, discounted; zero is {a.baseline_words}. {said.BANDS} Residual value is not in it.",
            lambda _: frames.fan_table(savings, "Quarter"),
        )


def spread(a: Answer, futures: Futures) -> None:
    """Draw how value is spread, or say that there is nothing to draw."""
    title = said.distribution_title(futures)
    caption = (
        f"Value after tax against {a.baseline_words} in the same future, residual value included. Solid line: "
        "break-even; dashed: mean; diamond: plan case. The last half percent at each end is in the outermost bars."
    )
    if futures.verdict == "no difference":
        figures.heading(title, caption)
        return
    frame = frames.distribution(futures, a.metric("npv_usd"))
    spec = charts.distribution(figures.mode())
    figures.chart(a, "risk_value", title, spec, frame, caption, lambda _: frames.distribution_table(frame))


def stopping(a: Answer, stop: RightToStop) -> None:
    """Draw value with the right to stop and without, or say that it makes no difference."""
    title, caption = said.stop_title(stop), said.stop_caption(stop)
    if not said.stop_matters(stop):
        figures.heading(title, caption)
        return
    frame = frames.stop(stop)
    spec = charts.stop(figures.mode(), tuple(frames.RULES.values()))
    figures.chart(a, "risk_stop", title, spec, frame, caption, lambda _: frames.stop_table(frame))


def when(a: Answer, futures: Futures) -> None:
    """Draw when futures pay back, and what binds in them."""
    mode, payback, binding = figures.mode(), frames.payback(a, futures), frames.binding(a, futures)
    left, right = st.columns(2, gap="medium")
    with left:
        figures.chart(
            a,
            "risk_payback",
            said.payback_title(a, futures),
            charts.payback(mode),
            payback,
            "Share of futures in which cumulative savings after tax, discounted, stay above zero from then on. "
            "Residual value is not counted, so these are not the odds above.",
            lambda _: frames.payback_table(payback),
        )
    with right:
        figures.chart(
            a,
            "risk_binding",
            said.binding_title(binding),
            charts.binding(mode, tuple(dict.fromkeys(binding["label"]))),
            binding,
            "Share of futures in which it binds in at least one quarter of the year; contracts count by year.",
            lambda _: frames.binding_table(binding),
        )
