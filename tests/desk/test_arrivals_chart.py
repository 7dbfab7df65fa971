"""The curve of arrivals as SVG: what is drawn where, and what is said."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.arrivals_chart import arrivals_chart
from desk.forecast import Curve, Forecast, forecast
from ui.svg import WIDTH

arrivals = st.lists(st.integers(-40, 60), max_size=80)


def drawn(now: Curve, last: Curve | None, until: int) -> ElementTree.Element:
    outlook = forecast(now, last, at=until - 1)
    return ElementTree.fromstring(arrivals_chart(now, last, until, outlook if isinstance(outlook, Forecast) else None))


def points(svg: ElementTree.Element, kind: str) -> list[tuple[float, float]]:
    line = next(one for one in svg.findall("polyline") if one.get("class") == f"chart-{kind}")
    return [tuple(float(part) for part in pair.split(",")) for pair in line.get("points", "").split()]  # type: ignore[misc]


def test_both_lines_rise_to_their_shares() -> None:
    now, last = Curve.of(100, [-10] * 20 + [-5] * 30), Curve.of(50, [-8] * 10 + [-1] * 40)
    svg = drawn(now, last, -5)
    ours, theirs = points(svg, "now"), points(svg, "last")
    bottom, top = ours[0][1], theirs[-1][1]
    assert ours[-1][1] == pytest.approx((bottom + top) / 2, abs=0.2)
    assert theirs[0][1] == bottom
    assert ours[-1][0] < theirs[-1][0]  # this round has not come so far yet
    assert {"this round 50%", "last round", "due", "11 before"} <= {text.text for text in svg.findall("text")}


def test_the_forecast_stands_at_the_due_date() -> None:
    now, last = Curve.of(100, [-10] * 20), Curve.of(50, [-8] * 10 + [-1] * 30)
    svg = drawn(now, last, -5)
    due = next(line for line in svg.findall("line") if line.get("stroke-dasharray"))
    bar = next(line for line in svg.findall("line") if line.get("stroke-width") == "8")
    assert bar.get("x1") == bar.get("x2") == due.get("x1")
    assert svg.findtext("desc") == (
        "This round: 20 of 100 in, 5 working days before it. Last round: 10 of 50 in at that point, 40 on its due date. "
        "Forecast for the due date: 67 to 89. The table has every day."
    )


@given(arrivals, st.none() | arrivals, st.integers(-40, 60))
def test_everything_stays_inside(now: list[int], last: list[int] | None, until: int) -> None:
    seen = Curve.of(len(now) + 5, [day for day in now if day <= until])
    svg = drawn(seen, None if last is None else Curve.of(len(last) + 3, last), until)
    height = float(svg.get("viewBox", "").split()[3])
    for x, y in points(svg, "now") + (points(svg, "last") if last is not None else []):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= height
    heights = [float(text.get("y", "")) for text in svg.findall("text")]
    assert all(0 < y < height for y in heights)


def test_a_round_to_which_nobody_owes_anything() -> None:
    assert "This round: 0 of 0 in, on the due date." in arrivals_chart(Curve.of(0, []), None, 0, None)
