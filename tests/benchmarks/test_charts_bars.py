"""The sorted bars, for readers who may see the trusts by name and for those who may not."""

from collections.abc import Sequence
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import Direction, distribution
from benchmarks.charts import Bar, bars, bars_without_names
from tests.benchmarks.chart_reading import rectangles, texts
from ui.formats import pounds_and_pence


def some_bars(
    drawn: Sequence[Bar], direction: Direction = "lower", median: Decimal | None = None
) -> ElementTree.Element:
    return ElementTree.fromstring(
        bars(
            name="m12", title="Cost per invoice", bars=drawn, median=median, direction=direction, words=pounds_and_pence
        )
    )


def test_bars_are_sorted_with_the_best_at_the_right_and_own_ones_black() -> None:
    drawn = [Bar("RQ1", Decimal(3), own=True), Bar("x", Decimal(9)), Bar("y", Decimal(1))]
    for direction, order in (("lower", [9, 3, 1]), ("higher", [1, 3, 9])):
        svg = some_bars(drawn, direction)  # type: ignore[arg-type]
        rects = sorted(svg.findall("rect"), key=lambda rect: float(rect.get("x", "")))
        heights = [float(rect.get("height", "")) for rect in rects]
        assert [round(height / max(heights) * 9) for height in heights] == order
        assert [rect.get("class") for rect in rects] == ["chart-peer", "chart-own", "chart-peer"]


def test_bars_label_own_trusts_and_the_median_only() -> None:
    svg = some_bars([Bar("RQ1", Decimal(3), own=True), Bar("SECRET", Decimal(9))], median=Decimal(6))
    assert texts(svg) == ["RQ1 £3.00", "median £6.00", "lower is better", "better →"]
    assert svg.findtext("desc") == "Lower is better. 2 values from £3.00 to £9.00. Median £6.00. RQ1 £3.00."


def test_a_bar_below_nought_hangs_from_the_line() -> None:
    svg = some_bars([Bar("a", Decimal(-5), own=True), Bar("b", Decimal(10))], "higher")
    (below,), (above,) = rectangles(svg, "own"), rectangles(svg, "peer")
    line = float(svg.find("line").get("y1", ""))  # type: ignore[union-attr]
    assert float(below.get("y", "")) == pytest.approx(line)
    assert float(above.get("y", "")) + float(above.get("height", "")) == pytest.approx(line, abs=0.11)


def test_an_own_bar_among_many_is_wide_enough_to_see() -> None:
    svg = some_bars([Bar(f"{number}", Decimal(number), own=number == 100) for number in range(240)])
    (own,) = rectangles(svg, "own")
    assert float(own.get("width", "")) == 3
    assert svg.findall("rect")[-1] is own  # drawn last, over its neighbours


def test_no_bars_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        some_bars([])


def cut_bars(values: Sequence[Decimal], own: int = 1, direction: Direction = "lower") -> ElementTree.Element:
    drawn = [Bar(f"R{number}", value, own=number < own) for number, value in enumerate(values)]
    found = distribution(values).without_names()
    return ElementTree.fromstring(
        bars_without_names(
            name="m", title="x", bars=drawn, distribution=found, direction=direction, words=pounds_and_pence
        )
    )


def test_without_names_the_bars_of_others_end_at_the_outer_tenths() -> None:
    values = [Decimal(number) for number in range(1, 51)]
    svg = cut_bars([Decimal(999), *values])  # an own bar, far out
    ends = sorted({float(line.get("y1", "")) for line in svg.findall("line") if line.get("stroke") == "#4c6272"})[:2]
    tops = [float(bar.get("y", "")) for bar in rectangles(svg, "peer")]
    assert (min(tops), max(tops)) == (pytest.approx(ends[0], abs=0.1), pytest.approx(ends[1], abs=0.1))
    assert (tops.count(min(tops)), tops.count(max(tops))) == (5, 6)  # P90 is 46 and P10 is 6
    (own,) = rectangles(svg, "own")
    assert float(own.get("y", "")) < min(tops)
    assert svg.findtext("desc") == (
        "Lower is better. 51 values. The highest and the lowest tenth are cut off at the lines, so that no trust is given away. "
        "Median £26.00. R0 £999.00."
    )


def test_too_few_for_tenths_are_cut_at_the_quartiles_and_too_few_for_those_are_not_drawn() -> None:
    assert "The highest and the lowest quarter are cut off" in (
        cut_bars(list(map(Decimal, range(12)))).findtext("desc") or ""
    )
    few = cut_bars(list(map(Decimal, range(1, 10))))
    assert rectangles(few, "peer") == []
    assert len(rectangles(few, "own")) == 1
    assert (
        few.findtext("desc")
        == "Lower is better. The other trusts are not drawn: too few (n = 9). Median £5.00. R0 £1.00."
    )
    with pytest.raises(ValueError, match="may see"):
        cut_bars(list(map(Decimal, range(1, 10))), own=0)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6).map(Decimal), min_size=20, max_size=60, unique=True), st.data())
def test_without_names_the_outermost_values_leave_no_trace(values: list[Decimal], data: st.DataObject) -> None:
    """Another highest and another lowest value of others draw the very same picture."""
    ordered = sorted(values)
    farther = [
        ordered[0] - data.draw(st.integers(1, 10**6)),
        *ordered[1:-1],
        ordered[-1] + data.draw(st.integers(1, 10**6)),
    ]
    one, two = (
        ElementTree.tostring(cut_bars([ordered[9], *drawn], own=1), encoding="unicode") for drawn in (ordered, farther)
    )
    assert one == two


def test_five_bars_are_not_walls_and_240_all_stand_inside() -> None:
    few = some_bars([Bar("R", Decimal(number), own=number == 1) for number in range(1, 6)])
    assert {float(bar.get("width", "")) for bar in few.findall("rect")} == {28}
    many = cut_bars([Decimal(number) for number in range(1, 241)], own=4)
    assert len(many.findall("rect")) == 240
    assert all(0 <= float(bar.get("x", "")) <= 320 for bar in many.findall("rect"))
