"""Every lever of the model, declared once, and where a few of them belong together.

Widgets, links, checks, draws and the lever table of docs/METHOD.md are all derived from `LEVERS`. Names and figures:
docs/METHOD.md, section "Levers".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.base.quarters import quarter_index, quarter_label
from core.inputs.lever import Group, Kind, Lever

_ADOPTION_STARTS = tuple(quarter_label(t) for t in range(quarter_index("2031-Q4") + 1))
_NEW = "share of new capacity"
_BOUGHT = "share of bought capacity"

# A new belief takes the lowest dimension that is free, wherever it stands, and no belief ever changes its own.
LEVERS: Final[tuple[Lever, ...]] = (
    Lever(
        id="adoption_rr_inference", label="Ranking inference", group=Group.ADOPTION,
        base=0.7, minimum=0.0, maximum=1.0, step=0.01, unit=_NEW,
        help="Share of new ranking and recommendation inference capacity that goes on custom chips once the "
        "ramp is done.",
    ),
    Lever(
        id="adoption_rr_training", label="Ranking training", group=Group.ADOPTION,
        base=0.5, minimum=0.0, maximum=1.0, step=0.01, unit=_NEW,
        help="Share of new ranking and recommendation training capacity that goes on custom chips once the ramp "
        "is done.",
    ),
    Lever(
        id="adoption_genai_inference", label="Generative inference", group=Group.ADOPTION,
        base=0.3, minimum=0.0, maximum=1.0, step=0.01, unit=_NEW,
        help="Share of new generative AI inference capacity that goes on custom chips once the ramp is done.",
    ),
    Lever(
        id="adoption_genai_training", label="Generative training", group=Group.ADOPTION,
        base=0.0, minimum=0.0, maximum=1.0, step=0.01, unit=_NEW, source_id="meta-cfo-ms-tmt-2026",
        help="Share of new generative AI training capacity that goes on custom chips; a hope of the company's, "
        "no plan.",
    ),
    Lever(
        id="adoption_start", label="Change starts", group=Group.ADOPTION,
        base="2027-Q1", options=_ADOPTION_STARTS, minimum=0.0, maximum=len(_ADOPTION_STARTS) - 1.0, step=1.0,
        unit="quarter",
        help="Quarter in which shares begin to move away from today's mix.",
    ),
    Lever(
        id="ramp_years", label="Ramp", group=Group.ADOPTION,
        base=2.0, minimum=0.0, maximum=6.0, step=0.5, unit="years",
        help="Years from the first change to the full adoption rate; the path is an S-curve.",
    ),
    Lever(
        id="custom_premium_max", label="Right to stop above", group=Group.ADOPTION,
        base=1.0, minimum=0.0, maximum=5.0, step=0.05, unit="share above the best bought chip",
        help="Custom chips are not bought in a quarter in which their work costs this much above the best "
        "bought chip's.",
    ),
    Lever(
        id="amd_share_rr_inference", label="AMD, ranking inference", group=Group.PROCUREMENT,
        base=0.35, minimum=0.0, maximum=1.0, step=0.01, unit=_BOUGHT,
        help="Share of bought ranking inference capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    Lever(
        id="amd_share_rr_training", label="AMD, ranking training", group=Group.PROCUREMENT,
        base=0.35, minimum=0.0, maximum=1.0, step=0.01, unit=_BOUGHT,
        help="Share of bought ranking training capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    Lever(
        id="amd_share_genai_inference", label="AMD, generative inference", group=Group.PROCUREMENT,
        base=0.35, minimum=0.0, maximum=1.0, step=0.01, unit=_BOUGHT,
        help="Share of bought generative inference capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    Lever(
        id="amd_share_genai_training", label="AMD, generative training", group=Group.PROCUREMENT,
        base=0.25, minimum=0.0, maximum=1.0, step=0.01, unit=_BOUGHT,
        help="Share of bought generative training capacity that goes to AMD; the rest goes to NVIDIA.",
    ),
    Lever(
        id="baseline", label="Compare with", group=Group.VIEW,
        base="hold", options=("hold", "exit"), minimum=0.0, maximum=1.0, step=1.0, unit="variant",
        help="What the scenario is measured against: today's mix held, or no custom chips from 2027-Q1 on.",
    ),
    Lever(
        id="horizon_year", label="Horizon", group=Group.VIEW,
        base=2032, minimum=2028, maximum=2035, step=1, whole=True, unit="year",
        help="Last year that is modelled; what is still worth something then counts as residual value.",
    ),
    Lever(
        id="custom_delay_quarters", label="Delay of coming custom chips", group=Group.PROGRAMME, dimension=0,
        base=1, minimum=0, maximum=12, step=1, whole=True, low=0, high=4, unit="quarters", source_id="assumption",
        help="Quarters by which custom chips not yet in volume come later than the road map says.",
    ),
    Lever(
        id="custom_performance", label="Performance of coming custom chips", group=Group.PROGRAMME, dimension=1,
        base=1.0, minimum=0.3, maximum=2.0, step=0.05, low=0.75, high=1.2,
        unit="x our estimate", source_id="toms-mtia-2026",
        help="Throughput of custom chips not yet in volume, against our estimate.",
    ),
    Lever(
        id="custom_cost", label="Cost of custom chips", group=Group.PROGRAMME, dimension=2,
        base=1.0, minimum=0.4, maximum=2.5, step=0.05, low=0.8, high=1.4,
        unit="x our estimate", source_id="assumption",
        help="Price and system cost of every custom chip, against our estimate.",
    ),
    Lever(
        id="custom_cost_decline", label="Custom cost decline", group=Group.PROGRAMME, dimension=3,
        base=0.1, minimum=0.0, maximum=0.4, step=0.01, low=0.05, high=0.15,
        unit="share per year", source_id="assumption",
        help="How fast a custom chip's own price falls after it becomes available.",
    ),
    Lever(
        id="custom_supply_limit_mw", label="Custom supply limit", group=Group.PROGRAMME, dimension=4,
        base=500.0, minimum=25.0, maximum=3000.0, step=25.0, low=250.0, high=1000.0,
        unit="MW of IT load per quarter", source_id="nomura-mtia-2025",
        help="The most custom chips that can be had in a quarter, by the power they draw.",
    ),
    Lever(
        id="programme_cost", label="Programme cost", group=Group.PROGRAMME, dimension=5,
        base=1.0, minimum=0.25, maximum=4.0, step=0.05, low=0.7, high=1.8,
        unit="x our estimate", source_id="nre-3nm-note",
        help="Fixed cost of the custom programme (NRE, teams, ports), against our estimate.",
    ),
    Lever(
        id="merchant_price", label="Price of bought GPUs", group=Group.BOUGHT, dimension=6,
        base=1.0, minimum=0.4, maximum=2.0, step=0.05, low=0.85, high=1.15,
        unit="x reference price", source_id="epoch-chip-counts",
        help="Price and system cost of every bought GPU, against the reference price.",
    ),
    Lever(
        id="merchant_price_erosion", label="GPU price erosion", group=Group.BOUGHT, dimension=7,
        base=0.14, minimum=0.0, maximum=0.4, step=0.01, low=0.08, high=0.2,
        unit="share per year", source_id="epoch-chip-counts",
        help="How fast a bought GPU's own price falls after it becomes available.",
    ),
    Lever(
        id="merchant_performance", label="Performance of coming GPUs", group=Group.BOUGHT, dimension=8,
        base=1.0, minimum=0.5, maximum=2.0, step=0.05, low=0.85, high=1.25,
        unit="x our estimate", source_id="mlperf-inference-61",
        help="Throughput of bought GPUs not yet in volume, against our estimate.",
    ),
    Lever(
        id="merchant_delay_quarters", label="Delay of coming GPUs", group=Group.BOUGHT, dimension=9,
        base=0, minimum=-4, maximum=8, step=1, whole=True, low=-1, high=2, unit="quarters", source_id="assumption",
        help="Quarters by which bought GPUs not yet in volume come later (below zero: earlier).",
    ),
    Lever(
        id="shortfall_penalty", label="Take-or-pay share", group=Group.BOUGHT, dimension=10,
        base=0.2, minimum=0.0, maximum=1.0, step=0.05, low=0.0, high=0.5,
        unit="share of shortfall", source_id="assumption",
        help="Share of a purchase shortfall under contract that must be paid all the same.",
    ),
    Lever(
        id="amd_warrant_usd_bn_per_gw", label="AMD warrant", group=Group.BOUGHT, dimension=11,
        base=2.5, minimum=0.0, maximum=16.0, step=0.5, low=0.0, high=5.5,
        unit="USD bn per GW, after vesting odds", source_id="amd-meta-8k-2026",
        help="Value of AMD shares earned per GW bought, up to the agreement's 6 GW; it lowers the cost of those chips.",
    ),
    Lever(
        id="demand_growth_ranking", label="Growth of ranking work", group=Group.DEMAND, dimension=12,
        base=1.0, minimum=0.0, maximum=2.0, step=0.05, low=0.75, high=1.2,
        unit="x log growth", source_id="epoch-ml-hardware",
        help="Growth of ranking and recommendation work since 2026; 0 is none, 2 is its square.",
    ),
    Lever(
        id="demand_growth_genai", label="Growth of generative work", group=Group.DEMAND, dimension=13,
        base=1.0, minimum=0.0, maximum=2.0, step=0.05, low=0.65, high=1.2,
        unit="x log growth", source_id="epoch-ml-hardware",
        help="Growth of generative AI work since 2026; 0 is none, 2 is its square.",
    ),
    Lever(
        id="headroom", label="Headroom", group=Group.DEMAND, dimension=14,
        base=0.1, minimum=0.0, maximum=0.5, step=0.01, low=0.05, high=0.2, unit="share", source_id="assumption",
        help="Capacity held above the work that is needed.",
    ),
    Lever(
        id="spares", label="Spares", group=Group.DEMAND, dimension=15,
        base=0.03, minimum=0.0, maximum=0.2, step=0.005, low=0.02, high=0.06,
        unit="share", source_id="meta-llama3-isca25",
        help="Chips bought on top of those that work, to replace failures.",
    ),
    Lever(
        id="power_price", label="Power price", group=Group.POWER, dimension=16,
        base=1.0, minimum=0.5, maximum=3.0, step=0.05, low=0.9, high=1.35, unit="x data", source_id="eia-epm-2026",
        help="Price of electricity in 2026, against the data.",
    ),
    Lever(
        id="power_escalation", label="Power price growth", group=Group.POWER, dimension=17,
        base=0.03, minimum=-0.05, maximum=0.15, step=0.005, low=0.015, high=0.05,
        unit="share per year", source_id="assumption",
        help="Yearly change of the price of electricity after 2026.",
    ),
    Lever(
        id="pue", label="PUE", group=Group.POWER, dimension=18,
        base=1.1, minimum=1.0, maximum=2.0, step=0.01, low=1.08, high=1.2,
        unit="ratio", source_id="meta-sustainability-2024",
        help="Power usage effectiveness: electricity of the whole site over electricity of the IT load.",
    ),
    Lever(
        id="load_factor", label="Load factor", group=Group.POWER, dimension=19,
        base=0.75, minimum=0.3, maximum=1.0, step=0.01, low=0.6, high=0.85,
        unit="share of nameplate", source_id="assumption",
        help="Average power drawn over the power that is provisioned.",
    ),
    Lever(
        id="power_capacity", label="Power capacity", group=Group.POWER, dimension=20,
        base=1.0, minimum=0.3, maximum=3.0, step=0.05, low=0.8, high=1.15,
        unit="x data", source_id="reuters-iris-2026",
        help="IT load that can be powered, against the data.",
    ),
    Lever(
        id="rent_premium", label="Rent premium", group=Group.POWER, dimension=21,
        base=1.1, minimum=0.0, maximum=5.0, step=0.1, low=0.7, high=1.4,
        unit="share above own cost of work", source_id="semianalysis-hw-2026",
        help="What rented work costs above the best bought chip's own cost, when power or fleet run short.",
    ),
    Lever(
        id="facility_usd_per_kw", label="Facility cost", group=Group.POWER, dimension=22,
        base=13000.0, minimum=5000.0, maximum=30000.0, step=500.0, low=10000.0, high=16000.0,
        unit="USD per IT kW, 2026", source_id="jll-2026",
        help="Cost to build a data centre, per kW of IT load, at 2026 prices.",
    ),
    Lever(
        id="construction_inflation", label="Construction inflation", group=Group.POWER, dimension=23,
        base=0.05, minimum=0.0, maximum=0.15, step=0.005, low=0.03, high=0.07,
        unit="share per year", source_id="jll-2026",
        help="Yearly change of the cost to build after 2026.",
    ),
    Lever(
        id="facility_opex_usd_per_kw_year", label="Facility upkeep", group=Group.POWER, dimension=24,
        base=180.0, minimum=0.0, maximum=500.0, step=10.0, low=100.0, high=300.0,
        unit="USD per IT kW and year", source_id="assumption",
        help="Running cost of a data centre without electricity, per kW of IT load.",
    ),
    Lever(
        id="discount_rate", label="Discount rate", group=Group.FINANCE, dimension=25,
        base=0.09, minimum=0.0, maximum=0.25, step=0.005, low=0.08, high=0.1,
        unit="share per year, nominal, after tax", source_id="damodaran-2026",
        help="Rate at which later money counts less.",
    ),
    Lever(
        id="book_life_years", label="Book life", group=Group.FINANCE, dimension=26,
        base=5.5, minimum=3.0, maximum=8.0, step=0.5, low=4.0, high=6.0, unit="years", source_id="meta-10k-2025",
        help="Years over which chips are depreciated in the accounts.",
    ),
    Lever(
        id="service_life_custom_years", label="Service life, custom", group=Group.FINANCE, dimension=27,
        base=5.5, minimum=3.0, maximum=8.0, step=0.5, low=4.0, high=6.5, unit="years", source_id="assumption",
        help="Years for which a custom chip works before it is taken out.",
    ),
    Lever(
        id="service_life_merchant_years", label="Service life, bought", group=Group.FINANCE, dimension=28,
        base=5.5, minimum=3.0, maximum=8.0, step=0.5, low=4.0, high=6.5, unit="years", source_id="assumption",
        help="Years for which a bought GPU works before it is taken out.",
    ),
    Lever(
        id="facility_life_years", label="Facility life", group=Group.FINANCE, dimension=29,
        base=25.0, minimum=10.0, maximum=40.0, step=1.0, low=20.0, high=30.0, unit="years", source_id="assumption",
        help="Years over which data centres are depreciated.",
    ),
    Lever(
        id="maintenance_rate", label="Maintenance", group=Group.FINANCE, dimension=30,
        base=0.02, minimum=0.0, maximum=0.1, step=0.005, low=0.01, high=0.04,
        unit="share of cost paid, per year", source_id="assumption",
        help="Yearly upkeep of chips as a share of what was paid for them.",
    ),
    Lever(
        id="terminal_recovery_custom", label="Residual value, custom", group=Group.FINANCE, dimension=31,
        base=0.35, minimum=0.0, maximum=1.0, step=0.05, low=0.1, high=0.8,
        unit="share of unused service life, at cost", source_id="assumption",
        help="What custom chips are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="terminal_recovery_merchant", label="Residual value, bought", group=Group.FINANCE, dimension=32,
        base=0.6, minimum=0.0, maximum=1.0, step=0.05, low=0.35, high=0.9,
        unit="share of unused service life, at cost", source_id="assumption",
        help="What bought GPUs are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="terminal_recovery_facility", label="Residual value, facilities", group=Group.FINANCE, dimension=33,
        base=0.9, minimum=0.0, maximum=1.0, step=0.05, low=0.7, high=1.0,
        unit="share of unused life, at cost", source_id="assumption",
        help="What data centres are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="tax_rate", label="Tax rate", group=Group.FINANCE, dimension=34,
        base=0.21, minimum=0.0, maximum=0.4, step=0.005, low=0.15, high=0.25, unit="share", source_id="assumption",
        help="Rate of income tax that a deduction saves.",
    ),
    Lever(
        id="bonus_share_facility", label="Facilities deducted at once", group=Group.FINANCE, dimension=35,
        base=0.5, minimum=0.0, maximum=1.0, step=0.05, low=0.3, high=0.7, unit="share", source_id="assumption",
        help="Share of facility spending that tax law lets be deducted in the quarter it is spent.",
    ),
)  # fmt: skip
"""Every lever, in the order in which it is shown and written down."""

LEVER: Final[Mapping[str, Lever]] = MappingProxyType({lever.id: lever for lever in LEVERS})
"""The levers by id."""


def drawn(levers: Iterable[Lever]) -> tuple[Lever, ...]:
    """Return the beliefs among levers, in the order of their dimensions of the random sequence."""
    return tuple(sorted((one for one in levers if one.kind is Kind.ASSUMPTION), key=lambda one: one.dimension or 0))


BELIEFS: Final = drawn(LEVERS)
"""All that is drawn, in the order of dimensions."""

AT_ONCE_PREMIUM: Final = 0.0
"""The custom_premium_max of the right to stop: custom chips are not bought as soon as their work costs more than the
best bought chip's."""
NO_STOP: Final = LEVER["custom_premium_max"].maximum
"""The custom_premium_max above which a scenario that stops at once would stop if it bought on."""


@dataclass(frozen=True)
class ChipLevers:
    """The levers, by id, that move the chips of one class of supplier."""

    cost: str  # multiple of price and system cost
    cost_decline: str  # per year, of a chip's own price
    performance: str  # multiple of the throughput of chips to come
    delay: str  # quarters, of chips to come
    service_life: str  # years


CUSTOM_CHIPS: Final = ChipLevers(
    cost="custom_cost",
    cost_decline="custom_cost_decline",
    performance="custom_performance",
    delay="custom_delay_quarters",
    service_life="service_life_custom_years",
)
BOUGHT_CHIPS: Final = ChipLevers(
    cost="merchant_price",
    cost_decline="merchant_price_erosion",
    performance="merchant_performance",
    delay="merchant_delay_quarters",
    service_life="service_life_merchant_years",
)


def chip_levers(is_custom: bool) -> ChipLevers:
    """Return the levers of custom chips, or those of bought ones."""
    return CUSTOM_CHIPS if is_custom else BOUGHT_CHIPS
