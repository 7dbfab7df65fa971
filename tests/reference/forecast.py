"""Slow and obvious forecasts: every return is looked at, and Wilson's interval is found by trying shares. The oracle of `desk.forecast`."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from footprints.working_days import is_working_day

Z = Fraction(196, 100)


def distance(day: date, due: date) -> int:
    """Walk from one day to the other and count the working days on the way."""
    steps, step = 0, timedelta(days=1 if day > due else -1)
    at = due
    while at != day:
        if step.days < 0 and is_working_day(at):
            steps -= 1
        at += step
        if step.days > 0 and is_working_day(at):
            steps += 1
    return 1 if day > due and steps == 0 else steps


def forecast(
    now: Sequence[date | None], due: date, last: Sequence[date | None], last_due: date, yesterday: date
) -> tuple[int, int, int]:
    """Low, likely and high: of the days on which the returns of two rounds came (None for one that has not), and what was known last night."""
    point = distance(yesterday, due)
    came = [day for day in now if day is not None and distance(day, due) <= point]
    left = len(now) - len(came)
    left_then = [day for day in last if day is None or distance(day, last_due) > point]
    then_in_time = [day for day in left_then if day is not None and day <= last_due]
    already = sum(day is not None and day <= due for day in now)
    low, high = shares(len(then_in_time), len(left_then))
    likely = Fraction(left * len(then_in_time), len(left_then))
    return (
        max(len(came) + whole_below(left * low), already),
        max(len(came) + whole_below(likely + Fraction(1, 2)), already),
        max(len(came) - whole_below(-left * high), already),
    )


def shares(came: int, of: int) -> tuple[Fraction, Fraction]:
    """The least and greatest true share that what was seen does not speak against: not further than 1.96 of its standard errors away."""
    seen = Fraction(came, of)

    def allowed(share: Fraction) -> bool:
        return (seen - share) ** 2 <= Z**2 * share * (1 - share) / of

    def edge(inside: Fraction, outside: Fraction) -> Fraction:
        for _ in range(40):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if allowed(middle) else (inside, middle)
        return inside

    low = Fraction(0) if came == 0 else edge(seen, Fraction(0))
    high = Fraction(1) if came == of else edge(seen, Fraction(1))
    return low, high


def whole_below(number: Fraction) -> int:
    """The greatest whole number that is not greater."""
    return number.numerator // number.denominator
