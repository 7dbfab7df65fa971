"""Slow and obvious outliers in floating point: the oracle of `benchmarks.arithmetic.outliers`."""

import math
import statistics
from collections.abc import Sequence
from decimal import Decimal


def score(value: Decimal, values: Sequence[Decimal]) -> float | None:
    """How many spreads the logarithm lies from the middle; None where it cannot be said."""
    logs = [math.log(other) for other in values if other > 0]
    if value <= 0 or len(logs) < 5:
        return None
    middle = statistics.median(logs)
    spread = statistics.median([abs(other - middle) for other in logs])
    return 0.6745 * (math.log(value) - middle) / spread if spread > 1e-9 else None
