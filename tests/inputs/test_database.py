"""The database refuses what no row may hold, and is closed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from core.inputs import checks
from core.inputs.database import connect
from tests.support.frozen import INPUTS
from tests.support.spoilt import change, messages

CALENDAR = INPUTS.calendar
_SOURCE = """
    INSERT INTO sources (line, source_id, publisher, title, published_on, read_as)
    VALUES (2, 's', 'P', 'T', '2026', 'primary')
"""


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO suppliers VALUES (2, 'a', 'A', 'partner', NULL)",
        "INSERT INTO suppliers VALUES (2, NULL, 'A', 'custom', NULL)",
        "INSERT INTO suppliers VALUES (2, 'a', NULL, 'custom', NULL)",
        "INSERT INTO suppliers VALUES (2, 'a', 'A', 'custom', NULL), (3, 'a', 'B', 'merchant', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, -1, 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 'nan', 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 'inf', 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2036, 1, 'reported', 's', NULL)",
        "INSERT INTO power_capacity VALUES (2, 2030, 1, 'hearsay', 's', NULL)",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 1.1, 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 'nan', 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 'nobody', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 's', NULL)",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'a', 0.1, 'reported', 's', 'n')",
        "INSERT INTO lever_correlations VALUES (2, 'a', 'b', 0.1, 'reported', 's', 'n'), "
        "(3, 'b', 'a', 0.1, 'reported', 's', 'n')",
        "INSERT INTO power_capacity VALUES (2, 2030, 1, 'reported', 'nobody', NULL)",
        "INSERT INTO regions VALUES (2, 'a', 'A', 1.5, 1, 'reported', 's', NULL)",
        "INSERT INTO reported_financials VALUES (2, '2027-Q5', 'm', 1, 'usd_bn', 'reported', 's', NULL)",
        "INSERT INTO calibration_targets VALUES "
        "(2, 't', 'T', 'm', 2030, 2, 1, 3, 'usd', NULL, NULL, NULL, NULL, 'fitted', 'reported', 's', NULL, NULL)",
        "INSERT INTO levers VALUES (2, 'a', '1', 'nan', 2, 'reported', 's', NULL)",
        "INSERT INTO levers VALUES (2, 'a', '1', 1, 2, 'reported', 'nobody', NULL)",
        "INSERT INTO commitments VALUES "
        "(2, 'c', 'C', 'maker', '2027-Q1', 2027, 'gw', 1, 1, 'no', 'reported', 's', NULL)",
    ],
)
def test_the_database_itself_refuses_what_no_row_may_hold(insert: str) -> None:
    with connect(CALENDAR, ("maker_b",)) as database:
        database.execute(_SOURCE)
        database.execute("INSERT INTO suppliers VALUES (9, 'maker', 'Maker', 'merchant', NULL)")
        with pytest.raises(duckdb.ConstraintException):
            database.execute(insert)


def test_what_only_the_database_refuses_is_still_told_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder, "chip_prices.csv", "vr200,45000,52000,", "vr200,-45000,52000,")
    monkeypatch.setattr(checks, "CHECKS", ())
    [message] = messages(folder)
    assert message.startswith("chip_prices.csv: the database refuses it (Constraint Error")


def test_nothing_outside_can_be_reached_through_the_database(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with connect(CALENDAR, ("maker_b",)) as database:
        for statement in (
            f"SELECT * FROM '{secret}'",
            f"SELECT * FROM read_text('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.db'}'",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.PermissionException):
                database.execute(statement)
        for setting in ("SET enable_external_access = true", "SET lock_configuration = false", "SET threads = 4"):
            with pytest.raises(duckdb.InvalidInputException):
                database.execute(setting)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_no_python_variable_can_be_read_through_the_database() -> None:
    frame = pd.DataFrame({"a": [1]})
    with connect(CALENDAR, ("maker_b",)) as database, pytest.raises(duckdb.CatalogException):
        database.execute("SELECT * FROM frame")
    assert len(frame) == 1
