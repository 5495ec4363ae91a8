"""Every lever of a data set, declared once: those that all have, and those that follow from its rows.

Widgets, links, checks, draws and the lever table of the method page are all derived from `levers_of`. Names and
figures: docs/METHOD.md, section "Levers". A base, low or high that the data set's own table `levers` gives takes the
place of the one that stands here (core.inputs.own_levers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.base.format import in_sentence
from core.base.quarters import Calendar
from core.inputs.lever import Group, Lever
from core.inputs.levers import LIFE_YEARS, NO_STOP, Levers

_NEW: Final = "share of new capacity"
_BOUGHT: Final = "share of bought capacity"
_START_YEARS: Final = 5
"""Changes may begin in the first years only, so that what follows is still seen."""
_USUAL_HORIZON_YEARS: Final = 5
"""Years from the first to the last of the base horizon."""


@dataclass(frozen=True)
class Workload:
    """What levers need to know of a workload; shares are those that are planned, today's where none is."""

    id: str
    label: str
    family: str
    custom_share: float
    bought_shares: tuple[float, ...]  # (merchant but the lead,)


@dataclass(frozen=True)
class Warrant:
    """What levers need to know of a contract that earns a warrant."""

    supplier_id: str
    supplier: str  # as it is called
    total_gw: float


@dataclass(frozen=True)
class Roles:
    """What of a data set its levers follow from."""

    calendar: Calendar
    workloads: tuple[Workload, ...]
    families: tuple[tuple[str, str], ...]  # id and what it is called, in file order
    lead: str  # what the first merchant is called
    others: tuple[tuple[str, str], ...]  # merchants but the lead: id and what each is called
    warrants: tuple[Warrant, ...]


# Names of the levers that follow from a data set.


def adoption(workload_id: str) -> str:
    """The custom share of a workload's new capacity."""
    return f"adoption_{workload_id}"


def start_lag(workload_id: str) -> str:
    """By how much later a workload's own share begins to move."""
    return f"start_lag_{workload_id}"


def bought_share(supplier_id: str, workload_id: str) -> str:
    """A merchant's share of what is bought for a workload."""
    return f"{supplier_id}_share_{workload_id}"


def demand_growth(family: str) -> str:
    """How fast the work of a family grows."""
    return f"demand_growth_{family}"


def trend(family: str) -> str:
    """How fast chips to come get better at the work of a family."""
    return f"trend_{family}"


def warrant(supplier_id: str) -> str:
    """What a supplier's warrant is worth."""
    return f"{supplier_id}_warrant_usd_bn_per_gw"


def levers_of(roles: Roles) -> Levers:
    """Return every lever of a data set, in the order in which levers are shown and written down."""
    calendar = roles.calendar
    return Levers(
        (
            *_adoption(roles),
            *_procurement(roles),
            *_view(calendar),
            *_PROGRAMME,
            *_PRICES,
            *_coming(roles.families),
            *_supply(roles.warrants),
            *_demand(roles.families, calendar.fleet_year),
            *_power(calendar.fleet_year),
            *_FINANCE,
        )
    )


# --- Choices ---------------------------------------------------------------------------------------------------------


def _adoption(roles: Roles) -> Sequence[Lever]:
    calendar = roles.calendar
    starts = tuple(map(calendar.label, range(calendar.quarters_to(calendar.first_year + _START_YEARS - 1))))
    shares = [
        Lever(
            id=adoption(workload.id), label=workload.label, group=Group.ADOPTION,
            base=workload.custom_share, minimum=0.0, maximum=1.0, step=0.01, unit=_NEW,
            help=f"Share of new {in_sentence(workload.label)} capacity that goes on custom chips once the ramp "
            "is done.",
        )
        for workload in roles.workloads
    ]  # fmt: skip
    lags = [
        Lever(
            id=start_lag(workload.id), label=f"Later start, {in_sentence(workload.label)}", group=Group.ADOPTION,
            base=0, minimum=0, maximum=24, step=1, whole=True, unit="quarters after the change starts",
            help=f"By how much later the custom share of {in_sentence(workload.label)} begins to move.",
        )
        for workload in roles.workloads
    ]  # fmt: skip
    return (
        *shares,
        Lever(
            id="adoption_start", label="Change starts", group=Group.ADOPTION,
            base=starts[0], options=starts, minimum=0.0, maximum=len(starts) - 1.0, step=1.0, unit="quarter",
            help="Quarter in which shares begin to move away from today's mix.",
        ),
        Lever(
            id="ramp_years", label="Ramp", group=Group.ADOPTION,
            base=2.0, minimum=0.0, maximum=6.0, step=0.5, unit="years",
            help="Years from the first change to the full adoption rate; the path is an S-curve.",
        ),
        *lags,
        Lever(
            id="custom_premium_max", label="Right to stop above", group=Group.ADOPTION,
            base=1.0, minimum=0.0, maximum=NO_STOP, step=0.05, unit="share above the best bought chip",
            help="Custom chips are not bought in a quarter in which their work costs this much above the best "
            "bought chip's.",
        ),
    )  # fmt: skip


def _procurement(roles: Roles) -> Sequence[Lever]:
    others = [name for _, name in roles.others]
    return [
        Lever(
            id=bought_share(supplier_id, workload.id), label=f"{name}, {in_sentence(workload.label)}",
            group=Group.PROCUREMENT,
            base=workload.bought_shares[i], minimum=0.0, maximum=1.0, step=0.01, unit=_BOUGHT,
            help=f"Share of bought {in_sentence(workload.label)} capacity that goes to {name}; what "
            f"{'it leaves' if len(others) == 1 else 'all of them leave'} goes to {roles.lead}.",
        )
        for i, (supplier_id, name) in enumerate(roles.others)
        for workload in roles.workloads
    ]  # fmt: skip


def _view(calendar: Calendar) -> Sequence[Lever]:
    first = calendar.first_year
    return (
        Lever(
            id="baseline", label="Compare with", group=Group.VIEW,
            base="hold", options=("hold", "exit"), minimum=0.0, maximum=1.0, step=1.0, unit="variant",
            help="What the scenario is measured against: today's mix held, or no custom chips from "
            f"{calendar.label(0)} on.",
        ),
        Lever(
            id="horizon_year", label="Horizon", group=Group.VIEW,
            base=first + _USUAL_HORIZON_YEARS, minimum=first + 1, maximum=calendar.last_year, step=1, whole=True,
            unit="year",
            help="Last year that is modelled; what is still worth something then counts as residual value.",
        ),
    )  # fmt: skip


# --- Beliefs ---------------------------------------------------------------------------------------------------------

_PROGRAMME: Final = (
    Lever(
        id="custom_delay_quarters", label="Delay of coming custom chips", group=Group.PROGRAMME, dimension=0,
        helps_custom=-1, base=1, minimum=0, maximum=12, step=1, whole=True, low=0, high=4, unit="quarters",
        help="Quarters by which custom chips not yet in volume come later than the road map says.",
    ),
    Lever(
        id="custom_performance", label="Performance of coming custom chips", group=Group.PROGRAMME, dimension=1,
        helps_custom=1, base=1.0, minimum=0.3, maximum=2.0, step=0.05, low=0.75, high=1.2,
        unit="x our estimate",
        help="Throughput of custom chips not yet in volume, against our estimate.",
    ),
    Lever(
        id="custom_cost", label="Cost of custom chips", group=Group.PROGRAMME, dimension=2,
        helps_custom=-1, base=1.0, minimum=0.4, maximum=2.5, step=0.05, low=0.8, high=1.4,
        unit="x our estimate",
        help="Price and system cost of every custom chip, against our estimate.",
    ),
    Lever(
        id="custom_cost_decline", label="Custom cost decline", group=Group.PROGRAMME, dimension=3,
        helps_custom=1, base=0.1, minimum=0.0, maximum=0.4, step=0.01, low=0.05, high=0.15,
        unit="share per year",
        help="How fast a custom chip's own price falls after it becomes available.",
    ),
    Lever(
        id="custom_supply_limit_mw", label="Custom supply limit", group=Group.PROGRAMME, dimension=4,
        base=500.0, minimum=25.0, maximum=3000.0, step=25.0, low=250.0, high=1000.0,
        unit="MW of IT load per quarter",
        help="The most custom chips that can be had in a quarter, by the power they draw.",
    ),
    Lever(
        id="programme_cost", label="Programme cost", group=Group.PROGRAMME, dimension=5,
        helps_custom=-1, base=1.0, minimum=0.25, maximum=4.0, step=0.05, low=0.7, high=1.8,
        unit="x our estimate",
        help="Fixed cost of the custom programme (NRE, teams, ports), against our estimate.",
    ),
)  # fmt: skip

_PRICES: Final = (
    Lever(
        id="merchant_price", label="Price of bought chips", group=Group.BOUGHT, dimension=6,
        helps_custom=1, base=1.0, minimum=0.4, maximum=2.0, step=0.05, low=0.85, high=1.15,
        unit="x reference price",
        help="Price and system cost of every bought chip, against the reference price.",
    ),
    Lever(
        id="merchant_price_erosion", label="Price erosion", group=Group.BOUGHT, dimension=7,
        helps_custom=-1, base=0.14, minimum=0.0, maximum=0.4, step=0.01, low=0.08, high=0.2,
        unit="share per year",
        help="How fast a bought chip's own price falls after it becomes available.",
    ),
    Lever(
        id="merchant_performance", label="Performance of coming bought chips", group=Group.BOUGHT, dimension=8,
        helps_custom=-1, base=1.0, minimum=0.5, maximum=2.0, step=0.05, low=0.85, high=1.25,
        unit="x our estimate",
        help="Throughput of bought chips not yet in volume, against our estimate.",
    ),
)  # fmt: skip


def _coming(families: Sequence[tuple[str, str]]) -> Sequence[Lever]:
    return [
        Lever(
            id=trend(family), label=f"Progress of chips to come, {name}", group=Group.COMING,
            base=0.0, minimum=-0.3, maximum=0.3, step=0.01, low=-0.12, high=0.08, unit="share per year",
            help="How much faster, or slower, than in the data the throughput of chips that nobody has announced "
            f"grows in {name} work, all suppliers alike.",
        )
        for family, name in families
    ]  # fmt: skip


def _supply(warrants: Sequence[Warrant]) -> Sequence[Lever]:
    return (
        Lever(
            id="merchant_delay_quarters", label="Delay of coming bought chips", group=Group.BOUGHT, dimension=9,
            helps_custom=1, base=0, minimum=-4, maximum=8, step=1, whole=True, low=-1, high=2, unit="quarters",
            help="Quarters by which bought chips not yet in volume come later (below zero: earlier).",
        ),
        Lever(
            id="shortfall_penalty", label="Take-or-pay share", group=Group.BOUGHT, dimension=10,
            base=0.2, minimum=0.0, maximum=1.0, step=0.05, low=0.0, high=0.5,
            unit="share of shortfall",
            help="Share of a purchase shortfall under contract that must be paid all the same.",
        ),
        *(
            Lever(
                id=warrant(one.supplier_id), label=f"{one.supplier} warrant", group=Group.BOUGHT,
                base=2.5, minimum=0.0, maximum=25.0, step=0.5, low=0.0, high=5.5,
                unit="USD bn per GW, after vesting odds",
                help=f"Value of {one.supplier} shares earned per GW bought, up to the agreement's {one.total_gw:g} GW; "
                "it lowers the cost of those chips.",
            )
            for one in warrants
        ),
    )  # fmt: skip


def _demand(families: Sequence[tuple[str, str]], year: int) -> Sequence[Lever]:
    return (
        *(
            Lever(
                id=demand_growth(family), label=f"Growth of {name} work", group=Group.DEMAND,
                base=1.0, minimum=0.0, maximum=2.0, step=0.05, low=0.7, high=1.2, unit="x log growth",
                help=f"Growth of {name} work since {year}; 0 is none, 2 is its square.",
            )
            for family, name in families
        ),
        Lever(
            id="headroom", label="Headroom", group=Group.DEMAND, dimension=14,
            base=0.1, minimum=0.0, maximum=0.5, step=0.01, low=0.05, high=0.2, unit="share",
            help="Capacity held above the work that is needed.",
        ),
        Lever(
            id="spares", label="Spares", group=Group.DEMAND, dimension=15,
            base=0.03, minimum=0.0, maximum=0.2, step=0.005, low=0.02, high=0.06,
            unit="share",
            help="Chips bought on top of those that work, to replace failures.",
        ),
    )  # fmt: skip


def _power(year: int) -> Sequence[Lever]:
    return (
        Lever(
            id="power_price", label="Power price", group=Group.POWER, dimension=16,
            base=1.0, minimum=0.5, maximum=3.0, step=0.05, low=0.9, high=1.35, unit="x data",
            help=f"Price of electricity in {year}, against the data.",
        ),
        Lever(
            id="power_escalation", label="Power price growth", group=Group.POWER, dimension=17,
            base=0.03, minimum=-0.05, maximum=0.15, step=0.005, low=0.015, high=0.05,
            unit="share per year",
            help=f"Yearly change of the price of electricity after {year}.",
        ),
        Lever(
            id="pue", label="PUE", group=Group.POWER, dimension=18,
            base=1.1, minimum=1.0, maximum=2.0, step=0.01, low=1.08, high=1.2,
            unit="ratio",
            help="Power usage effectiveness: electricity of the whole site over electricity of the IT load.",
        ),
        Lever(
            id="load_factor", label="Load factor", group=Group.POWER, dimension=19,
            base=0.75, minimum=0.3, maximum=1.0, step=0.01, low=0.6, high=0.85,
            unit="share of nameplate",
            help="Average power drawn over the power that is provisioned.",
        ),
        Lever(
            id="power_capacity", label="Power capacity", group=Group.POWER, dimension=20,
            base=1.0, minimum=0.3, maximum=3.0, step=0.05, low=0.8, high=1.15,
            unit="x data",
            help="IT load that can be powered, against the data.",
        ),
        Lever(
            id="rent_premium", label="Rent premium", group=Group.POWER, dimension=21,
            base=1.1, minimum=0.0, maximum=5.0, step=0.1, low=0.7, high=1.4,
            unit="share above own cost of work",
            help="What rented work costs above the best bought chip's own cost, when power or fleet run short.",
        ),
        Lever(
            id="facility_usd_per_kw", label="Facility cost", group=Group.POWER, dimension=22,
            base=13000.0, minimum=5000.0, maximum=30000.0, step=500.0, low=10000.0, high=16000.0,
            unit=f"USD per IT kW, {year}",
            help=f"Cost to build a data centre, per kW of IT load, at {year} prices.",
        ),
        Lever(
            id="construction_inflation", label="Construction inflation", group=Group.POWER, dimension=23,
            base=0.05, minimum=0.0, maximum=0.15, step=0.005, low=0.03, high=0.07,
            unit="share per year",
            help=f"Yearly change of the cost to build after {year}.",
        ),
        Lever(
            id="facility_opex_usd_per_kw_year", label="Facility upkeep", group=Group.POWER, dimension=24,
            base=180.0, minimum=0.0, maximum=500.0, step=10.0, low=100.0, high=300.0,
            unit="USD per IT kW and year",
            help="Running cost of a data centre without electricity, per kW of IT load.",
        ),
    )  # fmt: skip


_FINANCE: Final = (
    Lever(
        id="discount_rate", label="Discount rate", group=Group.FINANCE, dimension=25,
        base=0.09, minimum=0.0, maximum=0.25, step=0.005, low=0.08, high=0.1,
        unit="share per year, nominal, after tax",
        help="Rate at which later money counts less.",
    ),
    Lever(
        id="book_life_years", label="Book life", group=Group.FINANCE, dimension=26,
        base=5.5, minimum=LIFE_YEARS[0], maximum=LIFE_YEARS[1], step=0.5, low=4.0, high=6.0, unit="years",
        in_quarters=True,
        help="Years over which chips are depreciated in the accounts.",
    ),
    Lever(
        id="service_life_custom_years", label="Service life, custom", group=Group.FINANCE, dimension=27,
        base=5.5, minimum=LIFE_YEARS[0], maximum=LIFE_YEARS[1], step=0.5, low=4.0, high=6.5, unit="years",
        in_quarters=True,
        help="Years for which a custom chip works before it is taken out.",
    ),
    Lever(
        id="service_life_merchant_years", label="Service life, bought", group=Group.FINANCE, dimension=28,
        base=5.5, minimum=LIFE_YEARS[0], maximum=LIFE_YEARS[1], step=0.5, low=4.0, high=6.5, unit="years",
        in_quarters=True,
        help="Years for which a bought chip works before it is taken out.",
    ),
    Lever(
        id="facility_life_years", label="Facility life", group=Group.FINANCE, dimension=29,
        base=25.0, minimum=10.0, maximum=40.0, step=1.0, low=20.0, high=30.0, unit="years",
        in_quarters=True,
        help="Years over which data centres are depreciated.",
    ),
    Lever(
        id="maintenance_rate", label="Maintenance", group=Group.FINANCE, dimension=30,
        base=0.02, minimum=0.0, maximum=0.1, step=0.005, low=0.01, high=0.04,
        unit="share of cost paid, per year",
        help="Yearly upkeep of chips as a share of what was paid for them.",
    ),
    Lever(
        id="terminal_basis", label="Residual value at", group=Group.FINANCE,
        base="use", options=("use", "sale"), minimum=0.0, maximum=1.0, step=1.0, unit="basis",
        help="What chips are worth that still work at the horizon: the work that they still do (use), or a share of "
        "what the unused part of their life cost (sale).",
    ),
    Lever(
        id="work_price_decline", label="Decline of the price of work", group=Group.FINANCE, dimension=11,
        base=0.2, minimum=0.0, maximum=0.6, step=0.01, low=0.1, high=0.35, unit="share per year, after the horizon",
        help="How fast bought work gets cheaper after the horizon; it values the work that chips still do then.",
    ),
    Lever(
        id="terminal_recovery_custom", label="Residual value, custom", group=Group.FINANCE, dimension=31,
        base=0.35, minimum=0.0, maximum=1.0, step=0.05, low=0.1, high=0.8,
        unit="share of unused service life, at cost",
        help="What custom chips are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="terminal_recovery_merchant", label="Residual value, bought", group=Group.FINANCE, dimension=32,
        base=0.6, minimum=0.0, maximum=1.0, step=0.05, low=0.35, high=0.9,
        unit="share of unused service life, at cost",
        help="What bought chips are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="terminal_recovery_facility", label="Residual value, facilities", group=Group.FINANCE, dimension=33,
        base=0.9, minimum=0.0, maximum=1.0, step=0.05, low=0.7, high=1.0,
        unit="share of unused life, at cost",
        help="What data centres are still worth at the horizon, of the cost of their unused life.",
    ),
    Lever(
        id="tax_rate", label="Tax rate", group=Group.FINANCE, dimension=34,
        base=0.21, minimum=0.0, maximum=0.4, step=0.005, low=0.15, high=0.25, unit="share",
        help="Rate of income tax that a deduction saves.",
    ),
    Lever(
        id="bonus_share_facility", label="Facilities deducted at once", group=Group.FINANCE, dimension=35,
        base=0.5, minimum=0.0, maximum=1.0, step=0.05, low=0.3, high=0.7, unit="share",
        help="Share of facility spending that tax law lets be deducted in the quarter it is spent.",
    ),
)  # fmt: skip
