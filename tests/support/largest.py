"""A made-up company at the bounds of what a data set may hold, with names as short and as long as they come."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache

from core.inputs.data import Inputs, read
from tests.support.datasets import Row, Tables, files

MERCHANTS, WORKLOADS, CHIPS, LOTS, CONTRACTS = 6, 8, 120, 2000, 20
FLEET_YEAR = 2026
LAST_YEAR = FLEET_YEAR + 9

_CUSTOM = ("hearth", "Hearth (made in house)")
_MERCHANTS = (
    ("volta_nord", "Volta Nord"),
    ("q", "Q"),
    ("consolidated_accelerator_works", "Consolidated Accelerator Works of the Upper Valley"),
    ("ljus_o_morker", "Ljus & Mörker"),
    ("tern", 'Tern "Semiconductor", 100 %'),
    ("seven_hills", "7 Hills"),
)
_WORKLOADS = (  # id, name, family, stage
    ("feed", "Feed", "feed", "inference"),
    ("feed_learning", "Feed, learning", "feed", "training"),
    ("ads_auction_and_creative_selection", "Ads: auction and selection of creative material", "ads", "inference"),
    ("t", "T", "ads", "training"),
    ("speech_and_translation", "Speech & translation in every language", "speech", "inference"),
    ("assistant", "Assistant", "assistant", "inference"),
    ("assistant_pretraining", "Assistant, pretraining and what follows it", "assistant", "training"),
    ("world_models", "World models", "world_models", "training"),
)
_REGIONS = (
    ("north", "North", 0.5, 60.0, 120.0),
    ("south", "South of the river", 0.3, 85.0, 410.0),
    ("e", "E", 0.2, 71.0, 300.0),
)
_OURS: Row = {"grade": "assumption", "source_id": "assumption", "note": "made-up figures of a made-up company"}
_GENERATION = 3  # quarters from one chip of a supplier to the next
_GROWTH = 1.09  # of throughput from one generation to the next, at the same price
_FIRST = -24  # quarter in which the first chips came


@cache
def at_bounds() -> Inputs:
    """The company at the bounds, as the model reads it."""
    return read(files(at_the_bounds()))


def at_the_bounds() -> Tables:
    """Six merchants, eight workloads, 120 chips, 2,000 lots and 20 contracts; the same in every call."""
    dice = random.Random(6 * 8 * 120)
    chips = list(_chips(dice))
    throughput = list(_throughput(chips, dice))
    return {
        "sources": [
            {
                "source_id": "assumption", "publisher": "This project", "title": "Made up", "url": "",
                "published_on": "2026-11-28", "read_as": "derivation", "licence": "",
            }
        ],
        "suppliers": [
            {"supplier_id": one, "name": name, "class": "merchant" if place else "custom", "note": ""}
            for place, (one, name) in enumerate((_CUSTOM, *_MERCHANTS))
        ],
        "workloads": list(_workloads()),
        "chips": [row for row, _ in chips],
        "chip_prices": [price for _, price in chips],
        "chip_throughput": throughput,
        "workload_demand": list(_demand()),
        "opening_fleet": list(_fleet(chips, throughput, dice)),
        "regions": [
            {"region_id": one, "name": name, "fleet_share": share, "kg_co2_per_mwh": kg, **_OURS}
            for one, name, share, _, kg in _REGIONS
        ],
        "power_prices": [
            {"region_id": one, "year": FLEET_YEAR, "usd_per_mwh": usd, "grade": "assumption", "source_id": "assumption"}
            for one, _, _, usd, _ in _REGIONS
        ],
        "power_capacity": [
            {"year": year, "mw_it": round(3000 * 1.35 ** (year - FLEET_YEAR)), **_OURS}
            for year in range(FLEET_YEAR, LAST_YEAR + 1)
        ],
        "programme": list(_programme(chips)),
        "commitments": list(_contracts()),
        "calibration_targets": list(_targets()),
        "reported_financials": [
            {
                "period": _label(t), "metric": "capex_incl_finance_leases", "value": round(5 * 1.1 ** (t + 8), 2),
                "unit": "usd_bn", "grade": "assumption", "source_id": "assumption",
            }
            for t in range(-8, -1)
        ],
        "levers": [
            {"lever_id": lever, "base": base, "low": low, "high": high, **_OURS}
            for lever, base, low, high in (("custom_supply_limit_mw", 400, 200, 800), ("trend_ads", 0.02, -0.05, 0.06))
        ],
        "presets": list(_presets()),
        "company_facts": [
            _fact("book_tax_rate", "Tax rate", 0.2, "share"),
            _fact("diluted_shares", "Shares", 4e8, "shares"),
            _fact("fleet_year", "Year at whose end the opening fleet stands", FLEET_YEAR, "year"),
            _fact("policy_life_quarters", "Book life by reported policy", 24, "quarters"),
            _fact("company", "Hearth & Harbour of the Upper Valley", 1, "flag"),
        ],
    }  # fmt: skip


def _label(t: int) -> str:
    return f"{FLEET_YEAR + 1 + t // 4}-Q{t % 4 + 1}"


def _fact(one: str, name: str, value: float, unit: str) -> Row:
    return {"fact_id": one, "name": name, "value": value, "unit": unit, **_OURS}


def _workloads() -> Iterator[Row]:
    for place, (one, name, family, stage) in enumerate(_WORKLOADS):
        row: Row = {"workload_id": one, "name": name, "family": family, "stage": stage}
        row |= {"custom_share_today": round(0.4 / (place + 1), 2), "custom_share_plan": round(0.8 - 0.1 * place, 2)}
        for merchant, _ in _MERCHANTS[1:]:
            row |= {f"{merchant}_share_today": 0.12, f"{merchant}_share_plan": 0.16}
        yield row | _OURS


def _chips(dice: random.Random) -> Iterator[tuple[Row, Row]]:
    """Chips and their prices: a generation of each supplier in turn until there are as many as there may be."""
    suppliers = (_CUSTOM, *_MERCHANTS)
    for i in range(CHIPS):
        generation, place = divmod(i, len(suppliers))
        supplier, name = suppliers[place]
        available = _FIRST + _GENERATION * generation + place % 3
        last = i >= CHIPS - len(suppliers)
        status = "in_volume" if available < 0 else "announced" if available < 6 else "extrapolated"
        price = dice.uniform(0.9, 1.1) * (8000 if place == 0 else 20000) * 1.05**generation
        power = dice.uniform(0.9, 1.1) * 900 * 1.04**generation
        chip: Row = {
            "chip_id": f"{supplier}_{generation}", "supplier_id": supplier, "name": f"{name} {generation + 1}",
            "available_from": _label(available), "last_order": "" if last else _label(available + 3 * _GENERATION),
            "tdp_w": round(power * 0.7), "system_power_w": round(power), "memory_gb": 96 + 24 * generation,
            "memory_tb_s": 3 + generation, "bf16_tflops": 900 + 300 * generation, "fp8_tflops": "", "fp4_tflops": "",
            "status": status, **_OURS,
        }  # fmt: skip
        usd = {"low": 0.8, "base": 1.0, "high": 1.25}
        prices: Row = {"chip_id": chip["chip_id"], **{f"price_usd_{at}": round(price * x) for at, x in usd.items()}}
        yield chip, prices | {"system_cost_usd": round(price * 0.3), **_OURS}


def _throughput(chips: Sequence[tuple[Row, Row]], dice: random.Random) -> Iterator[Row]:
    for chip, price in chips:
        supplier, generation = str(chip["chip_id"]).rsplit("_", 1)
        for place, (workload, *_) in enumerate(_WORKLOADS):
            if (supplier == _CUSTOM[0] and place == WORKLOADS - 1) or (supplier == _MERCHANTS[-1][0] and place == 0):
                continue  # neither can run everything
            usd = float(str(price["price_usd_base"])) / 1.05 ** int(generation)
            better = 1.9 - 0.12 * place if supplier == _CUSTOM[0] else 1.0  # made for some work, not for all
            h100e = better * dice.uniform(0.85, 1.15) * usd / 24000 * (1.05 * _GROWTH) ** (int(generation) - 3)
            low, base, high = (round(h100e * x, 4) for x in (0.8, 1.0, 1.2))
            yield {
                "chip_id": chip["chip_id"], "workload_id": workload,
                "h100e_low": low, "h100e_base": base, "h100e_high": high, **_OURS,
            }  # fmt: skip


def _demand() -> Iterator[Row]:
    for place, (workload, *_) in enumerate(_WORKLOADS):
        for year in range(FLEET_YEAR - 1, LAST_YEAR + 1):
            base = round(250000 * (1.35 + 0.05 * place) ** (year - FLEET_YEAR))
            figures = {"h100e_low": round(base * 0.7), "h100e_base": base, "h100e_high": round(base * 1.3)}
            yield {"workload_id": workload, "year": year, **figures, **_OURS}


def _fleet(chips: Sequence[tuple[Row, Row]], throughput: Sequence[Row], dice: random.Random) -> Iterator[Row]:
    """As many lots as there may be, of chips that could be bought when they came, for work that they can run."""
    can_run = {(row["chip_id"], row["workload_id"]) for row in throughput}
    price = {row["chip_id"]: float(str(row["price_usd_base"])) for _, row in chips}
    found = 0
    for t in range(-1, _FIRST - 1, -1):
        for chip, _ in chips:
            for workload, *_ in _WORKLOADS:
                on_sale = str(chip["available_from"]) <= _label(t) <= (str(chip["last_order"]) or _label(t))
                if on_sale and (chip["chip_id"], workload) in can_run and found < LOTS:
                    found += 1
                    cost = round(1.3 * price[chip["chip_id"]])
                    yield {
                        "chip_id": chip["chip_id"], "workload_id": workload, "vintage": _label(t),
                        "chips": dice.randint(200, 1200), "unit_cost_usd": cost, **_OURS,
                    }  # fmt: skip


def _programme(chips: Sequence[tuple[Row, Row]]) -> Iterator[Row]:
    everything = ";".join(workload for workload, *_ in _WORKLOADS)
    for chip, _ in chips:
        generation = int(str(chip["chip_id"]).rsplit("_", 1)[1])
        begins = _FIRST + _GENERATION * generation - 8
        if chip["supplier_id"] == _CUSTOM[0] and begins + 6 >= 0:
            yield _item(f"nre_{generation}", f"Design {generation + 1}", "nre", chip, everything, "any", 3e8, begins, 7)
    yield _item(
        "team", "Silicon, package, system, compiler and kernel teams", "team", None, everything, "any", 9e9, 0, 36
    )
    for workload, name, *_ in _WORKLOADS:
        yield _item(f"port_{workload}", f"Port of {name}", "enablement", None, workload, "expansion", 2e8, 0, 6)


def _item(
    one: str, name: str, kind: str, chip: Row | None, gates: str, trigger: str, usd: float, first: int, quarters: int
) -> Row:
    return {
        "item_id": one, "name": name, "kind": kind, "chip_id": chip["chip_id"] if chip else "",
        "gate_workloads": gates, "trigger": trigger, "usd_total": usd, "first_quarter": _label(first),
        "last_quarter": _label(first + quarters - 1), **_OURS,
    }  # fmt: skip


def _targets() -> Iterator[Row]:
    """A published figure of each kind that the model has one for, and one that it has none for."""
    custom, bought, work = f"{_CUSTOM[0]}_7", f"{_MERCHANTS[0][0]}_7", _WORKLOADS[0][0]
    for metric, unit, base, chip, other, workload in (
        ("usd_per_chip_hour", "usd", 2.0, bought, "", ""),
        ("tco_reduction", "fraction", 0.3, custom, bought, work),
        ("perf_per_tco", "ratio", 1.4, custom, bought, work),
        ("company_capex", "usd_bn", 40.0, "", "", ""),
    ):
        yield {
            "target_id": f"made_up_{metric}", "name": f"Made up: {metric}", "metric": metric, "year": FLEET_YEAR,
            "low": base * 0.9, "base": base, "high": base * 1.1, "unit": unit, "chip_id": chip,
            "other_chip_id": other, "workload_id": workload, "quarter": _label(-1) if chip else "",
            "used_for": "held_out", **_OURS,
        }  # fmt: skip


def _presets() -> Iterator[Row]:
    yield {"preset_id": "plan", "name": "Plan", "lever_id": "", "value": ""}
    for name, adoption in (("Nothing is made in house any more, whatever it costs", 0), ("All in", 1)):
        for workload, *_ in _WORKLOADS:
            lever = f"adoption_{workload}"
            yield {"preset_id": f"adoption_{adoption}", "name": name, "lever_id": lever, "value": adoption}


def _contracts() -> Iterator[Row]:
    """In turn in GW, of which the first of each merchant earns a warrant, and in USD, over three years each."""
    suppliers = (*_MERCHANTS, _CUSTOM)
    for i in range(CONTRACTS):
        turn, place = divmod(i, len(suppliers))
        supplier, name = suppliers[place]
        in_gw = turn % 2 == 0
        for year in range(FLEET_YEAR + 1 + turn, FLEET_YEAR + 4 + turn):
            yield {
                "contract_id": f"{supplier}_{turn}", "name": f"{name}, agreement {turn + 1}", "supplier_id": supplier,
                "chips_from": _label(_FIRST if turn else 0), "year": year, "unit": "gw" if in_gw else "usd",
                "amount": 0.1 if in_gw else 1e9, "usd_per_gw": 2e10 if in_gw else "",
                "warrant": "yes" if turn == 0 and place < MERCHANTS else "", **_OURS,
            }  # fmt: skip
