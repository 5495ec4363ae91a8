"""The words that a reader may not know, each told once, for the glossary page and for where they are pointed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Term:
    """A word, what it means in a sentence or two, its unit, and the section of the method that works it out.

    Where one of `phrases` stands in what is read beside a figure, the meaning is there to be pointed at.
    """

    name: str
    meaning: str
    section: str  # a heading of docs/METHOD.md
    unit: str = ""
    phrases: tuple[str, ...] = ()


_VALUE: Final = "17. Value"
_DRAWN: Final = "18. Answers drawn from value"
_FUTURES: Final = "20. Sampling and presets"

TERMS: Final = (
    Term(
        "Accretive",
        "A year is accretive if expense of the scenario is below the baseline's, so that earnings per share are "
        "higher. The first accretive year is the one from which every year is.",
        "16. Cash, expense and tax",
        "$ a share",
    ),
    Term("Bad tenth", "Mean value of the worst tenth of the futures.", _FUTURES, "$"),
    Term(
        "Baseline",
        "What a scenario is compared with: today's mix held, or exit custom.",
        "10. Shares and variants",
    ),
    Term(
        "Belief",
        "What nobody decides and nobody knows for certain, such as a price to come. A belief has a range, and is drawn "
        "anew in every future; a choice never is.",
        "19. Levers",
    ),
    Term(
        "Book life",
        "Years over which the books spread the cost of a chip. What is left of it when the chip stops working is "
        "written off.",
        "16. Cash, expense and tax",
        "years",
    ),
    Term(
        "Break-even volume",
        "Number of custom chips from which on the programme pays, all shares multiplied by one factor.",
        "14. The custom programme",
        "chips",
    ),
    Term(
        "Capital spending",
        "What is paid in a year for chips, with their share of server, rack and network, and for data centres, before "
        "tax and before warrants.",
        "13. Spending on chips and facilities",
        "$",
    ),
    Term(
        "Cash",
        "All that is paid: capital spending and running cost. Expense is what earnings bear of it in the same year.",
        "16. Cash, expense and tax",
        "$",
    ),
    Term(
        "Custom share",
        "Share of a workload's new capacity that is asked to be custom chips. What is delivered may be less: supply, "
        "power or the right to stop can hold it back.",
        "10. Shares and variants",
        "% of new capacity",
    ),
    Term(
        "Exit custom",
        "The course that buys no custom chips from the first quarter on, but for the ramp, and winds the programme up.",
        "10. Shares and variants",
    ),
    Term(
        "Expected value",
        "Mean of value over all futures. It differs from the plan case because ranges are lopsided and value bends.",
        _FUTURES,
        "$",
    ),
    Term(
        "Expense",
        "What earnings bear in a year: depreciation over the book life, write-offs and running cost.",
        "16. Cash, expense and tax",
        "$",
    ),
    Term(
        "Future",
        "One setting of all beliefs, drawn from their ranges around your settings. Odds are shares of futures.",
        _FUTURES,
    ),
    Term(
        "Grade",
        "How well a figure is known: reported by the maker or in a filing, estimated by a named source, assumed by us, "
        "or the company's own.",
        "2. Data and grades",
    ),
    Term(
        "H100 equivalent",
        "The unit of work: what one H100, a widely known chip, does of a kind of work. It makes chips comparable that "
        "differ in speed.",
        "4. Demand",
        "H100e",
        ("unit of work", "units of work", "H100 equivalent", "H100e"),
    ),
    Term(
        "IT load",
        "Power that chips and their servers draw, without cooling and losses of the building.",
        "12. Power, energy and shortage",
        "MW, GW",
        ("IT load",),
    ),
    Term(
        "Levelised cost",
        "Cost of an hour of work with what is paid at first spread evenly over the chip's life at the discount rate. "
        "It leaves out what the chip is still worth at the horizon.",
        "8. Cost of a chip hour",
        "$ an hour",
        ("spread over the chip's life", "levelised", "spread over its life"),
    ),
    Term(
        "Middle half",
        "The futures between the 25th and the 75th percentile of value: a quarter lie below them and a quarter above.",
        _FUTURES,
        phrases=("half of the futures",),
    ),
    Term(
        "Owen value",
        "A Shapley value that is split over groups first and inside each group then, for many parts at once.",
        _DRAWN,
        phrases=("split first over groups",),
    ),
    Term(
        "Percentile",
        "Place in a range: one future in ten lies below the 10th, one in ten above the 90th, and half on either side "
        "of the 50th, which is our estimate.",
        _FUTURES,
        phrases=("Percentiles",),
    ),
    Term(
        "Plan case",
        "The scenario with every assumption at one setting, the one that the levers show. It is one future of many.",
        "1. What the model is for",
        phrases=("plan case",),
    ),
    Term(
        "Regret",
        "What a choice costs above the choice that would have been best in the same world.",
        _DRAWN,
        "$",
        ("regretted",),
    ),
    Term(
        "Residual value",
        "What chips that still work at the horizon are worth then: the work that they still do, or what they would be "
        "sold for.",
        _VALUE,
        "$",
        ("esidual value",),
    ),
    Term(
        "Right to stop",
        "The rule that no custom chip is bought whose work costs more than the best bought chip's, by more than a set "
        "premium. A right is never worth less than nothing; where the rule costs value, it misjudges.",
        "11. Fleet and purchases",
    ),
    Term(
        "Service life",
        "Years that a chip works before it is taken out.",
        "11. Fleet and purchases",
        "years",
    ),
    Term(
        "Shapley value",
        "A part of a difference that several things make together: what one of them adds, on average over all orders "
        "in which they could come. Parts add up to the difference exactly.",
        _DRAWN,
        phrases=("over all orders",),
    ),
    Term(
        "Shortfall",
        "What purchases stay below an agreement. The take-or-pay share of it is paid all the same, once.",
        "15. Contracts and the warrant",
        "$",
        ("take-or-pay",),
    ),
    Term(
        "Sobol index",
        "Share of the variance of value that goes back to one assumption: by itself, or with all that it does together "
        "with others.",
        _DRAWN,
        "%",
        ("variance of value",),
    ),
    Term(
        "Standard error",
        "How far the mean of the futures drawn may be from that of all possible ones.",
        _FUTURES,
        "$",
    ),
    Term(
        "Switching value",
        "The nearest setting of a lever at which value changes its sign, all else as set.",
        _DRAWN,
        phrases=("changes its sign",),
    ),
    Term(
        "Today's mix held",
        "The course that goes on buying custom chips at the shares of today.",
        "10. Shares and variants",
    ),
    Term(
        "Value",
        "Present value after tax of what a scenario saves against its baseline, to the horizon and with residual value "
        "at its end. Above zero the scenario pays.",
        _VALUE,
        "$",
    ),
    Term(
        "Warrant",
        "Shares that a supplier grants for purchases. Their value, after the odds of vesting, lowers what its chips "
        "cost.",
        "15. Contracts and the warrant",
        "$",
    ),
    Term(
        "Work left undone",
        "Work that the powered fleet cannot do. It is rented at a price that a lever sets.",
        "12. Power, energy and shortage",
        "% of a year's work",
    ),
)
"""In the order of the alphabet."""


def met(texts: Iterable[str]) -> tuple[Term, ...]:
    """Return the terms that stand in some texts by one of their phrases, in the order of the alphabet."""
    read = " ".join(texts)
    return tuple(term for term in TERMS if any(phrase in read for phrase in term.phrases))


def explained(*texts: str) -> str:
    """Return what the terms in some texts mean, a paragraph each, as it is read where they are pointed at."""
    return "\n\n".join(map(told, met(texts)))


def told(term: Term) -> str:
    """Return a term with its meaning and its unit, as it is read where it is pointed at."""
    return f"{term.name}: {term.meaning}{f' In {term.unit}.' if term.unit else ''}"
