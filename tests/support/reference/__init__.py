"""The cost model once more, as naive loops: the oracle that the vectorised implementation is tested against.

Written from the specification alone, in its order: time, data, formulas, results. Money is nominal US dollars, shares
are 0 to 1, work is in H100e (throughput of one H100 = 1). It knows the roles of a data set, no names.
"""

from tests.support.reference.data import Calendar, Cell, Data, Tables, from_tables, load, tables_of
from tests.support.reference.levers import WHOLE_NUMBERS, WORDS, Lever, Levers
from tests.support.reference.results import (
    chip_hour,
    contributions,
    crossover,
    evaluate,
    npv,
    switching_value,
    variant_cost,
)
from tests.support.reference.value import Valued as Model

__all__ = [
    "WHOLE_NUMBERS",
    "WORDS",
    "Calendar",
    "Cell",
    "Data",
    "Lever",
    "Levers",
    "Model",
    "Tables",
    "chip_hour",
    "contributions",
    "crossover",
    "evaluate",
    "from_tables",
    "load",
    "npv",
    "switching_value",
    "tables_of",
    "variant_cost",
]
