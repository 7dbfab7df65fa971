"""The curve of arrivals, drawn as SVG: this round against the one before, by working days before and after the due date. Pure."""

from collections.abc import Iterator

from markupsafe import Markup

from desk.forecast import Curve, Forecast
from ui.formats import plural
from ui.svg import BAND, BLACK, BLUE, GREY, WIDTH, line, polyline, svg, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, WIDTH - 8.0, 24.0, 190.0
_APART = 17.0
"""Two labels nearer than this would cover each other."""
_MOST_AFTER = 20
"""So many working days after the due date are drawn; the table has all."""


def arrivals_chart(now: Curve, last: Curve | None, until: int, forecast: Forecast | None) -> Markup:
    """The share of expected returns that is in at the end of each working day. `until` is how far this round has come."""
    drawn: list[int] = sorted([0, until, *now.in_by, *(last.in_by if last else ())])
    first, end = drawn[0] - 1, min(drawn[-1], _MOST_AFTER)

    def x(day: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (day - first) / (end - first)

    def steps(curve: Curve, to: int) -> list[tuple[float, float]]:
        return [(x(day), _y(curve.share_at(day))) for day in range(first, max(to, first) + 1)]

    parts = [*_frame(first, end, x(0), x(end))]
    if forecast:
        low, high = (_y(number / now.expected) for number in (forecast.low, forecast.high))
        parts.append(line(x(0), low, x(0), high, BLUE, 8))
    ends: list[tuple[str, float, float]] = []
    if last:
        through = steps(last, end)
        parts.append(polyline(through, GREY, 2, "last"))
        ends.append(("last round", *through[-1]))
    through = steps(now, min(until, end))
    parts.append(polyline(through, BLUE, 3, "now"))
    ends.append((f"this round {now.share_at(until):.0%}", *through[-1]))
    parts += _labels(ends)
    return svg("arrivals", "Returns in, by working day", _words(now, last, until, forecast), _BOTTOM + 44, parts)


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share


def _frame(first: int, end: int, due_x: float, end_x: float) -> Iterator[Markup]:
    for share in (0.0, 0.5, 1.0):
        yield line(_LEFT, _y(share), _RIGHT, _y(share), BLACK if share == 0 else BAND, 1)
        yield text(f"{share:.0%}", _LEFT - 6, _y(share) + 5, "end")
    yield line(due_x, _TOP - 4, due_x, _BOTTOM + 6, BLACK, 1, dashed=True)
    yield text("due", min(due_x, _RIGHT - 12), _BOTTOM + 20)
    if due_x - _LEFT > 90:
        yield text(f"{-first} before", _LEFT, _BOTTOM + 20, "start")
    if end_x - due_x > 70:
        yield text(f"{end} after", _RIGHT, _BOTTOM + 20, "end")
    yield text("working days before and after the due date", WIDTH / 2, _BOTTOM + 38)


def _labels(ends: list[tuple[str, float, float]]) -> Iterator[Markup]:
    """The name of each line at its end, the upper one above its line; moved apart where they would meet."""
    placed: list[float] = []
    for words, x, y in sorted(ends, key=lambda one: one[2]):
        at = max(y - 8, 12.0)
        if placed and at - placed[-1] < _APART:
            at = placed[-1] + _APART
        placed.append(at)
        yield text(words, x, at, "end" if x > WIDTH / 2 else "start")


def _words(now: Curve, last: Curve | None, until: int, forecast: Forecast | None) -> str:
    when = (
        "on the due date"
        if until == 0
        else f"{plural(abs(until), 'working day')} {'after' if until > 0 else 'before'} it"
    )
    sentences = [f"This round: {now.at(until)} of {now.expected} in, {when}."]
    if last:
        sentences.append(
            f"Last round: {last.at(until)} of {last.expected} in at that point, {last.at(0)} on its due date."
        )
    if forecast:
        sentences.append(f"Forecast for the due date: {forecast.low} to {forecast.high}.")
    return " ".join([*sentences, "The table has every day."])
