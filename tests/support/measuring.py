"""What benchmarks measure with: batches of drawn scenarios, and how much memory a process has held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from tests.support.frozen import LEVERS

SEED = 20260304
P90 = 1.2816  # standard deviations from the median to the 90th percentile


def drawn(count: int) -> dict[str, NDArray[np.float64]]:
    """Draw `count` scenarios: every belief around its base within its percentiles, every choice at base."""
    beliefs = [lever for lever in LEVERS.values() if lever.low is not None]
    points = qmc.Sobol(len(beliefs), scramble=True, rng=np.random.default_rng(SEED)).random_base2(
        int(np.ceil(np.log2(count)))
    )
    z = dict(zip([lever.id for lever in beliefs], norm.ppf(points[:count]).T, strict=True))
    out = {}
    for lever in LEVERS.values():
        base = lever.number(lever.base)
        if lever.low is None or lever.high is None:
            out[lever.id] = np.full(count, base)
            continue
        spread = np.where(z[lever.id] < 0.0, base - lever.low, lever.high - base) / P90
        value = np.clip(base + z[lever.id] * spread, lever.minimum, lever.maximum)
        out[lever.id] = np.floor(value + 0.5) if lever.whole else value
    return out


def peak_mib() -> int:
    """The most memory that this process has held so far, in MiB."""
    # Linux hands the peak of the parent on in getrusage; the status of the process counts from its own start.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
