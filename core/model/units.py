"""Units: what turns one into another. A quarter is a quarter of a mean year, leap days included."""

from __future__ import annotations

from typing import Final

from core.base.quarters import QUARTERS_PER_YEAR

HOURS_PER_YEAR: Final = 8766.0
HOURS_PER_QUARTER: Final = HOURS_PER_YEAR / QUARTERS_PER_YEAR
KW_PER_MW: Final = 1000.0
MW_PER_GW: Final = 1000.0
KWH_PER_MWH: Final = 1000.0
KG_PER_TONNE: Final = 1000.0
USD_PER_USD_BN: Final = 1e9
