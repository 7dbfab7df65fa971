"""Values so far from the others that their trust is asked about them. Pure. Nothing is ever removed or changed for being one.

Modified z on the logarithm, 0.6745 × (x − median) ÷ MAD, beyond 3.5 either way (B. Iglewicz and D. Hoaglin, "How to Detect and
Handle Outliers", 1993). Where more than half the values are alike, so that MAD is nought, fences at 1.5 × the interquartile range
of the logarithms stand in, from eight values on. A value of nought or less has no logarithm: it is flagged, and never taken for
the middle of anything. Below five values there is no median to be far from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.arithmetic.quantiles import LEAST_FOR_MEDIAN, LEAST_FOR_QUARTILES, quantile
from templates_app.rates import logarithm, usual_of
from templates_app.reading import Usual
from ui.formats import number

LIMIT = Decimal("3.5")

_SHARE = Decimal("0.6745")
_FENCE = Decimal("1.5")
_HUNDREDTH = Decimal("0.01")
_MOST_SHOWN = Decimal(1_000_000)
"""Where all but a few values are alike to their last digits, a score has no bound; beyond this it says no more."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """One value held against the others, whether or not it is far from them."""

    score: Decimal | None
    """The modified z, two decimals; None where there is none. What is flagged is judged before it is rounded."""
    flagged: bool
    words: str
    """Why it is flagged; empty where it is not."""


_UNREMARKABLE = Outlier(None, False, "")
_NOT_LOGGED = Outlier(None, True, "0 or less, so not logged and not compared with the others")


def outliers(values: Sequence[Decimal]) -> list[Outlier]:
    """Every value of one metric in one population, in the order given."""
    usual = usual_of(values, "")
    if usual is None or usual.count < LEAST_FOR_MEDIAN:
        return [_UNREMARKABLE if value > 0 else _NOT_LOGGED for value in values]
    if usual.log_spread:
        return [_by_score(value, usual) if value > 0 else _NOT_LOGGED for value in values]
    fences = _fences(sorted(logarithm(value) for value in values if value > 0))
    return [_by_fences(value, fences) if value > 0 else _NOT_LOGGED for value in values]


def _by_score(value: Decimal, usual: Usual) -> Outlier:
    score = _SHARE * (logarithm(value) - usual.log_median) / usual.log_spread
    shown = max(-_MOST_SHOWN, min(score, _MOST_SHOWN)).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
    if abs(score) <= LIMIT:
        return Outlier(shown, False, "")
    side = "above" if score > 0 else "below"
    return Outlier(
        shown, True, f"far {side} the others: modified z {number(shown, 2)}, and the limit is {number(LIMIT)}"
    )


def _fences(logarithms: list[Decimal]) -> tuple[Decimal, Decimal] | None:
    if len(logarithms) < LEAST_FOR_QUARTILES:
        return None
    lower, upper = quantile(logarithms, Decimal("0.25")), quantile(logarithms, Decimal("0.75"))
    reach = _FENCE * (upper - lower)
    return lower - reach, upper + reach


def _by_fences(value: Decimal, fences: tuple[Decimal, Decimal] | None) -> Outlier:
    if fences is None or fences[0] <= logarithm(value) <= fences[1]:
        return _UNREMARKABLE
    side = "above" if logarithm(value) > fences[1] else "below"
    return Outlier(
        None, True, f"far {side} the others, of which more than half are alike: beyond 1.5 × the interquartile range"
    )
