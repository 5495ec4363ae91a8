"""The cost model of Crossover: importable without the browser part."""

import os

# Before NumPy is loaded. Its linear algebra here is of a few rows; by threads of its own it would take no less time,
# and they go on spinning after it, on a core that somebody else needs: 100 ms for each set of futures.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
