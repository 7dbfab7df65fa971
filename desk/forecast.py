"""Where a round will be on its due date, from how the round before it went. Pure.

Of the returns that were still outstanding in the last round, so many working days before it was due, some share came by its due date.
The same share of those outstanding now is the forecast. The range around it is Wilson's interval for that share (E. B. Wilson, "Probable
inference, the law of succession, and statistical inference", Journal of the American Statistical Association 22, 1927), at 95 %.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil, floor, sqrt
from typing import Final

from footprints.working_days import working_days_between

Z: Final = 1.96
"""The 97.5th percentile of the normal distribution: 95 % lie within so many standard deviations."""
FEWEST: Final = 10
"""From fewer outstanding returns of the last round we say nothing."""


def distance(day: date, due: date) -> int:
    """How many working days a day lies after the due date; 0 on it, negative before. A weekend before it counts with the Friday, and a
    day after it never counts as 0."""
    return max(working_days_between(due, day), 1) if day > due else -working_days_between(day, due)


@dataclass(frozen=True, slots=True)
class Curve:
    """How the returns of one round came in."""

    expected: int
    in_by: dict[int, int]
    """How many were in at the end of each working day, by its distance from the due date; the days on which any came."""

    @classmethod
    def of(cls, expected: int, arrivals: Iterable[int]) -> "Curve":
        """From the distance of every return that is in."""
        counted = sorted(Counter(arrivals).items())
        totals = accumulate(number for _, number in counted)
        return cls(expected, dict(zip((day for day, _ in counted), totals, strict=True)))

    def at(self, day: int) -> int:
        """How many were in at the end of a working day."""
        return max((number for when, number in self.in_by.items() if when <= day), default=0)

    def share_at(self, day: int) -> float:
        """The same as a share of those expected, from 0 to 1; 0 where none is."""
        return self.at(day) / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many returns will be in by the end of the due date, and all that it was worked out from."""

    likely: int
    low: int
    high: int
    outstanding: int
    """Now."""
    days_to_go: int
    """Working days, the due date included."""
    last_outstanding: int
    """In the last round, with as many working days to go."""
    last_came: int
    """Of those, by its due date."""


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why there is none."""

    reason: str


def forecast(now: Curve, last: Curve | None, *, at: int) -> Forecast | NoForecast:
    """The forecast as it stands at the end of a working day, which lies `at` from the due date (negative: before it)."""
    if at >= 0:
        return NoForecast("The due date has come, so there is nothing to forecast.")
    if last is None:
        return NoForecast("There is no forecast: there is no earlier round of this template to compare with.")
    outstanding = now.expected - now.at(at)
    last_outstanding = last.expected - last.at(at)
    if last_outstanding < FEWEST:
        return NoForecast(
            f"There is no forecast: only {last_outstanding} returns were outstanding at this point of the last round, "
            f"and we need {FEWEST}."
        )
    came = last.at(0) - last.at(at)
    low, high = wilson(came, last_outstanding)
    already = now.at(0)  # since then
    return Forecast(
        likely=max(now.at(at) + (2 * outstanding * came + last_outstanding) // (2 * last_outstanding), already),
        low=max(now.at(at) + floor(outstanding * low), already),
        high=max(now.at(at) + ceil(outstanding * high), already),
        outstanding=outstanding,
        days_to_go=-at,
        last_outstanding=last_outstanding,
        last_came=came,
    )


def wilson(came: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share, of which `came` of `of` were seen."""
    share, spread = came / of, Z * Z / of
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / of + spread / of / 4)
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (0.0 if came == 0 else low), (1.0 if came == of else high)
