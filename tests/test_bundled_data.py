"""The bundled data are sane: the one file of tests that a change of their figures may concern.

All other tests stand on the frozen copy in tests/data.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from core.inputs.borne_out import findings
from core.inputs.data import DATA_VARIABLE, Inputs, load
from core.inputs.declaration import BUNDLED
from core.inputs.lever import Kind
from core.inputs.lever_table import trend
from core.inputs.method import RELEASES_PATH
from core.inputs.scenario import columns
from core.model.calibration import calibration, chip_hour_usd
from core.model.evaluate import evaluate
from core.model.model import MODEL_VERSION
from core.model.report import report
from core.upkeep.bridge import bridge
from core.upkeep.calibrate import at_growth, at_level, can_be_powered, miss_of
from core.upkeep.mixtures import value_usd
from core.upkeep.pace import pace
from core.upkeep.rewrite import rows_of
from core.upkeep.rules import strays
from core.views.data.published import published_words
from tests.support.bands import BANDS, HOUR, assert_in_band

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def real() -> Inputs:
    return load(BUNDLED)


def rows(table: str) -> list[dict[str, str]]:
    with (BUNDLED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Sources


def test_every_source_that_is_named_is_told_in_full(real: Inputs) -> None:
    sources = real.tables["sources"].set_index("source_id")
    named = {lever.source_id for lever in real.levers.values() if lever.kind is Kind.ASSUMPTION}
    for name, table in real.tables.items():
        if name != "sources":
            named |= {source for column in table.columns if column == "source_id" for source in table[column].dropna()}
    assert named <= set(sources.index)
    assert sources[["publisher", "title", "published_on", "read_as"]].notna().all(axis=None)
    assert sources.loc[sources["read_as"] == "primary", "url"].notna().all()


def test_every_row_is_borne_out_by_what_it_cites_and_every_publication_bears_something_out(real: Inputs) -> None:
    assert [str(one) for one in findings(real)] == []


# --- Rows that follow from others


def test_every_row_that_follows_a_rule_is_what_its_rule_gives(real: Inputs) -> None:
    assert [str(one) for one in strays(real)] == []


def test_every_extrapolated_chip_follows_the_rule(real: Inputs) -> None:
    followed = {row["source_id"] for row in rows("sources") if row["follows"] == "successor"}
    extrapolated = {row["chip_id"] for row in rows("chips") if row["status"] == "extrapolated"}
    assert len(extrapolated) == 13
    for table in ("chips", "chip_prices", "chip_throughput"):
        assert {row["source_id"] for row in rows(table) if row["chip_id"] in extrapolated} == followed


def test_the_range_of_each_trend_is_that_of_the_makers(real: Inputs) -> None:
    for family, rate in pace(rows_of(real), real.calendar).per_dollar.items():
        lever = real.levers[trend(family)]
        assert (lever.low, lever.high) == tuple(round(end, 2) for end in rate.trend)


def test_demand_is_calibrated(real: Inputs) -> None:
    """No other level fits better, and growth that is a little faster could not be powered."""
    here = miss_of(calibration(real))
    assert all(here < miss_of(calibration(at_level(real, level))) for level in (0.99, 1.01))
    assert can_be_powered(real)
    assert not can_be_powered(at_growth(real, 1.005))


# --- The model on these data


def test_every_belief_has_its_range_and_its_source_in_the_data(real: Inputs) -> None:
    told = {row["lever_id"]: row for row in rows("levers")}
    beliefs = [lever for lever in real.levers.values() if lever.kind is Kind.ASSUMPTION]
    assert [lever.id for lever in beliefs if lever.id not in told] == []
    assert [lever.id for lever in beliefs if not (told[lever.id]["low"] and told[lever.id]["high"])] == []


def test_the_model_lies_in_every_band_around_what_is_published(real: Inputs) -> None:
    table = calibration(real).set_index("target_id")
    assert set(BANDS) <= set(table.index)
    for target in BANDS:
        assert_in_band(table, target)
    assert abs(table.loc["tpu7_hour", "difference_share"]) < HOUR
    assert 0.60 < table.loc["capex_2026", "model"] / table.loc["capex_2026", "base"] < 0.85
    assert table.loc["it_load_2026", "low"] < table.loc["it_load_2026", "model"] < table.loc["it_load_2026", "high"]


def test_every_ready_made_scenario_comes_to_figures(real: Inputs) -> None:
    wanted = [scenario.replace(baseline=base) for scenario in real.presets.values() for base in ("hold", "exit")]
    result = evaluate(real, columns(wanted))
    assert np.isfinite(result.metrics["npv_usd"]).all()
    assert all(np.isfinite(series).all() for series in result.series.values())
    for scenario in wanted:
        assert json.dumps(report(real, scenario), allow_nan=False)


# --- What is written about them


def test_the_versions_in_use_stand_first_in_the_release_notes(real: Inputs) -> None:
    notes = RELEASES_PATH.read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.+)$", notes)
    assert headings[0] == f"Model {MODEL_VERSION}, data {real.data_version}", (
        "model or data have changed: say in docs/RELEASES.md what and why"
    )
    assert notes.count("In use now") == 1
    assert len(set(headings)) == len(headings)


def test_the_bridge_in_the_release_notes_is_the_one_that_data_diff_gives(real: Inputs) -> None:
    """Each change with its part on both bases, in hundredths of a billion."""
    section = RELEASES_PATH.read_text(encoding="utf-8").split("\n## ")[1]
    told = {cells[0]: cells[1:] for cells in re.findall(r"(?m)^\| (.+?) \| ([-−+\d.]+) \| ([-−+\d.]+) \|$", section)}
    before = load(BUNDLED / "earlier" / "3b0e5069f8d0")
    for place, basis in enumerate(("use", "sale")):
        ends = [value_usd(one, one.scenario({"terminal_basis": basis})) for one in (before, real)]
        found = bridge(before, real, lambda data, on=basis: value_usd(data, data.scenario({"terminal_basis": on})))  # type: ignore[misc]
        wanted = dict(zip(found.groups, found.parts_usd, strict=True))
        wanted |= {"Data before": ends[0], "Data now": ends[1]}
        assert set(told) == set(wanted)
        for name, usd in wanted.items():
            figure = float(told[name][place].replace("−", "-").replace("+", ""))
            assert figure == pytest.approx(usd / 1e9, abs=0.0051), name


# --- Published figures, by hand


def base_of(real: Inputs) -> dict[str, float]:
    return {lever.id: float(lever.base) for lever in real.levers.values() if lever.is_numeric}


def recovery(rate: float, years: float) -> float:
    return rate / (1 - (1 + rate) ** -years)


def price_of_power_usd_per_mwh() -> float:
    share = {row["region_id"]: float(row["fleet_share"]) for row in rows("regions")}
    return sum(share[r["region_id"]] * float(r["usd_per_mwh"]) for r in rows("power_prices") if r["year"] == "2026")


def yearly_cost_usd(real: Inputs, chip_id: str, years_on_sale: float) -> list[float]:
    """Return purchase, maintenance, energy, upkeep and building of a chip in volume, at 2026 prices, by hand."""
    base = base_of(real)
    price = next(row for row in rows("chip_prices") if row["chip_id"] == chip_id)
    chip = next(row for row in rows("chips") if row["chip_id"] == chip_id)
    custom = chip["supplier_id"] == "custom"
    decline = base["custom_cost_decline" if custom else "merchant_price_erosion"]
    life = base["service_life_custom_years" if custom else "service_life_merchant_years"]
    cost = float(price["price_usd_base"]) * (1 - decline) ** years_on_sale + float(price["system_cost_usd"])
    kw = float(chip["system_power_w"]) / 1000
    kwh = base["pue"] * base["load_factor"] * 8766
    rate = base["discount_rate"]
    return [
        cost * (1 + base["spares"]) * recovery(rate, life),
        cost * base["maintenance_rate"],
        kw * kwh * price_of_power_usd_per_mwh() / 1000,
        kw * base["facility_opex_usd_per_kw_year"],
        kw * base["facility_usd_per_kw"] * recovery(rate, base["facility_life_years"]),
    ]


def shown(real: Inputs, target_id: str) -> dict[str, str]:
    """What the Data page says of a published figure."""
    place = [row["target_id"] for row in rows("calibration_targets")].index(target_id)
    return {str(name): str(cell) for name, cell in published_words(real).iloc[place].items()}


def test_a_chip_hour_by_hand_is_the_model_s(real: Inputs) -> None:
    """VR200, 106,000 USD, at the prices of 2026: recovery over 5.5 years at 9 % is 0.238424, over 25 years 0.101806."""
    assert recovery(0.09, 5.5) == pytest.approx(0.238424, abs=5e-7)
    assert recovery(0.09, 25) == pytest.approx(0.101806, abs=5e-7)
    parts = yearly_cost_usd(real, "vr200", years_on_sale=0)
    assert parts == pytest.approx([26_536.60, 2_120.00, 1_910.09, 594.00, 4_367.49], abs=0.005)
    assert sum(parts) / 8766 == pytest.approx(chip_hour_usd(real, "vr200", "2027-Q1"), rel=1e-12)


@pytest.mark.parametrize(
    ("chip_id", "target_id", "years_on_sale"),
    [
        ("h100", "h100_hour", 3.75),  # 2022-Q4 to 2026-Q3
        ("gb300", "gb300_hour", 1.0),  # 2025-Q3 to 2026-Q3
        ("mi355x", "mi355x_hour", 1.0),  # 2025-Q3 to 2026-Q3
        ("vr200", "vr200_hour", 0.0),  # 2027-Q1 is its first quarter
        ("tpu_v7", "tpu7_hour", 0.5),  # 2026-Q1 to 2026-Q3
    ],
)
def test_the_data_page_states_target_result_and_use(
    chip_id: str, target_id: str, years_on_sale: float, real: Inputs
) -> None:
    target = next(row for row in rows("calibration_targets") if row["target_id"] == target_id)
    hour = sum(yearly_cost_usd(real, chip_id, years_on_sale)) / 8766
    words = shown(real, target_id)
    assert words["Published"].startswith(f"${float(target['base']):.2f}")
    assert words["Model"] == f"${hour:.2f}"
    assert words["Used"].startswith(target["used_for"].replace("_", " "))


def test_what_custom_chips_gain_is_by_hand_what_the_data_page_says(real: Inputs) -> None:
    def hour_of_work(chip_id: str, workload_id: str, years_on_sale: float) -> float:
        h100e = next(
            float(row["h100e_base"])
            for row in rows("chip_throughput")
            if (row["chip_id"], row["workload_id"]) == (chip_id, workload_id)
        )
        return sum(yearly_cost_usd(real, chip_id, years_on_sale)) / 8766 / h100e

    saving = 1 - hour_of_work("mtia_2i", "rr_inference", 0) / hour_of_work("h100", "rr_inference", 1.5)
    gain = hour_of_work("h100", "rr_training", 3.25) / hour_of_work("mtia_300", "rr_training", 0)
    assert shown(real, "mtia2i_tco")["Model"] == f"{100 * saving:.1f}\N{NO-BREAK SPACE}%"
    assert shown(real, "mtia300_perf_tco")["Model"].startswith(f"{gain:.2f}")


# --- The product on these data


def unnamed() -> dict[str, str]:
    """The environment of a product that is started without naming data, as users start it."""
    return {name: value for name, value in os.environ.items() if name != DATA_VARIABLE}


def test_the_server_starts_on_them(real: Inputs, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=unnamed(), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            said = server.stderr.readline()
            address = re.search(r"http://\S+", said)
            assert address, said
            with urllib.request.urlopen(f"{address[0]}/healthz", timeout=30) as answer:
                assert json.load(answer)["data_version"] == real.data_version
        finally:
            server.kill()


PAGE = """
import json
from streamlit.testing.v1 import AppTest
from pages.parts.work import identity
identity._key = lambda: None  # AppTest has no browser, hence no cookies
at = AppTest.from_file("pages/main.py", default_timeout=60).run()
handed = [json.loads(element.proto.bytes) for element in at.main if element.type == "bidi_component"]
drawn = [metric["value"] for one in handed for metric in one.get("metrics", ())]
print(json.dumps([[e.message for e in at.exception], [t.value for t in at.main.title], drawn]))
"""


def test_the_first_page_draws_on_them() -> None:
    done = subprocess.run([sys.executable, "-c", PAGE], cwd=ROOT, env=unnamed(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wrong, titles, figures = json.loads(done.stdout.splitlines()[-1])
    assert (wrong, len(titles), len(figures)) == ([], 1, 5)
    assert "$" in titles[0]
