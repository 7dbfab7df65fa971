"""Charts as SVG: what is drawn where, what is said, and nothing that the content security policy refuses."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from benchmarks.charts import WIDTH, Bar, Dot, bars, strip
from benchmarks.quantiles import Direction, distribution
from ui.formats import pounds_and_pence

ONE_TO_FIFTY = distribution([Decimal(number) for number in range(1, 51)])
directions = st.sampled_from(["lower", "higher", "neutral"])
values = st.decimals(min_value=-1000, max_value=100_000, places=2)


def a_strip(dots: Sequence[Dot], direction: Direction = "lower", n: int = 50) -> ElementTree.Element:
    drawn = strip(
        name="m12",
        title="Cost per invoice",
        distribution=distribution([Decimal(number) for number in range(1, n + 1)]),
        dots=dots,
        direction=direction,
        words=pounds_and_pence,
    )
    return ElementTree.fromstring(drawn)


def some_bars(
    drawn: Sequence[Bar], direction: Direction = "lower", median: Decimal | None = None
) -> ElementTree.Element:
    return ElementTree.fromstring(
        bars(
            name="m12", title="Cost per invoice", bars=drawn, median=median, direction=direction, words=pounds_and_pence
        )
    )


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.findall("text")]


def centres(svg: ElementTree.Element) -> list[float]:
    return [float(circle.get("cx", "")) for circle in svg.findall("circle")]


def rectangles(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [rectangle for rectangle in svg.findall("rect") if rectangle.get("class") == f"chart-{kind}"]


@pytest.mark.parametrize(
    ("direction", "better_first", "said"),
    [
        ("lower", False, ["lower is better", "better →"]),
        ("higher", True, ["higher is better", "better →"]),
        ("neutral", True, ["neither way is better", "higher →"]),
    ],
)
def test_better_is_to_the_right_with_words(direction: Direction, better_first: bool, said: list[str]) -> None:
    svg = a_strip([Dot("RQ1", Decimal(10)), Dot("RQ2", Decimal(40))], direction)
    ten, forty = centres(svg)
    assert (ten < forty) == better_first
    assert texts(svg)[-2:] == said


def test_the_bands_and_the_median_stand_at_their_quantiles() -> None:
    # With dots at both ends the scale runs from 1 to 50.
    svg = a_strip([Dot("A", Decimal(1)), Dot("B", Decimal(50))], "higher")
    left, right = centres(svg)

    def place(value: str) -> float:
        return left + (right - left) * float((Decimal(value) - 1) / 49)

    for kind, low, high in (("thin", "5.9", "45.1"), ("thick", "13.25", "37.75")):
        (band,) = rectangles(svg, kind)
        assert float(band.get("x", "")) == pytest.approx(place(low), abs=0.11)
        assert float(band.get("width", "")) == pytest.approx(place(high) - place(low), abs=0.11)
    ticks = [float(line.get("x1", "")) for line in svg.findall("line") if line.get("stroke-width") == "3"]
    assert ticks == [pytest.approx(place("25.5"), abs=0.11)]
    assert "median £25.50" in texts(svg)


def test_colour_repeats_which_side_of_the_median() -> None:
    dots = [Dot("A", Decimal(10)), Dot("B", Decimal("25.5")), Dot("C", Decimal(40))]
    fills = [circle.get("fill") for circle in a_strip(dots).findall("circle")]
    assert fills[0] == fills[1] != fills[2]
    assert [circle.get("fill") for circle in a_strip(dots, "higher").findall("circle")] == [
        fills[2],
        fills[0],
        fills[0],
    ]
    neutral = {circle.get("fill") for circle in a_strip(dots, "neutral").findall("circle")}
    assert len(neutral) == 1
    assert not neutral & set(fills)


def test_a_queried_value_is_hollow_and_said_to_be_queried() -> None:
    svg = a_strip([Dot("RQ1", Decimal(10), flagged=True)])
    assert svg.find("circle").get("fill") == "#ffffff"  # type: ignore[union-attr]
    assert "RQ1 £10.00 (queried)." in (svg.findtext("desc") or "")


def test_the_description_says_what_is_drawn() -> None:
    svg = a_strip([Dot("RQ1", Decimal(10)), Dot("RQ2", Decimal(40))])
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "chart-m12-title chart-m12-desc"
    assert svg.findtext("title[@id='chart-m12-title']") == "Cost per invoice"
    assert svg.findtext("desc[@id='chart-m12-desc']") == (
        "Lower is better. Median £25.50. Middle half from £13.25 to £37.75. "
        "Middle eight tenths from £5.90 to £45.10. RQ1 £10.00 and RQ2 £40.00."
    )


@pytest.mark.parametrize(("n", "thick", "thin", "median"), [(4, 0, 0, 0), (5, 0, 0, 1), (8, 1, 0, 1), (20, 1, 1, 1)])
def test_only_what_enough_values_stand_behind_is_drawn(n: int, thick: int, thin: int, median: int) -> None:
    svg = a_strip([Dot("RQ1", Decimal(2))], n=n)
    assert (len(rectangles(svg, "thick")), len(rectangles(svg, "thin"))) == (thick, thin)
    assert len([said for said in texts(svg) if said.startswith("median")]) == median
    assert (f"All trusts: too few (n = {n})" in texts(svg)) == (median == 0)


def test_a_far_value_stands_at_the_edge_and_says_so() -> None:
    svg = a_strip([Dot("RQ1", Decimal(20)), Dot("FAR", Decimal(99_000))])
    assert "FAR £99,000.00, off the scale" in texts(svg)
    near, far = centres(svg)
    assert far < near
    (band,) = rectangles(svg, "thick")
    assert float(band.get("width", "")) > WIDTH / 8


@settings(deadline=None)
@given(st.lists(values, max_size=20), st.lists(values, max_size=30), directions)
def test_everything_stays_inside_and_no_label_covers_another(
    own: list[Decimal], population: list[Decimal], direction: Direction
) -> None:
    svg = ElementTree.fromstring(
        strip(
            name="x",
            title="x",
            distribution=distribution(population),
            dots=[Dot(f"R{number}", value) for number, value in enumerate(own)],
            direction=direction,
            words=pounds_and_pence,
        )
    )
    height = float(svg.get("viewBox", "").split()[3])
    assert all(0 <= x <= WIDTH for x in centres(svg))
    labels = [text for text in svg.findall("text") if re.match(r"R\d", text.text or "")]
    assert len(labels) == len(own)
    assert all(0 < float(label.get("y", "")) < height for label in labels)
    by_lane: dict[str, list[tuple[float, float]]] = {}
    for label in labels:
        width, x = len(label.text or "") * 7.2, float(label.get("x", ""))
        start = x - width * {"start": 0, "middle": 0.5, "end": 1}[label.get("text-anchor", "")]
        assert start >= -0.1
        assert start + width <= WIDTH + 0.1
        by_lane.setdefault(label.get("y", ""), []).append((start, start + width))
    for extents in by_lane.values():
        ordered = sorted(extents)
        assert all(first[1] < second[0] for first, second in pairwise(ordered))


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


HOSTILE = "<script>alert(1)</script>&\"'"


def test_names_are_escaped_and_nothing_needs_a_style_or_script() -> None:
    drawn = [
        strip(
            name='x" onload="alert(1)',
            title=HOSTILE,
            distribution=ONE_TO_FIFTY,
            dots=[Dot(HOSTILE, Decimal(3))],
            direction="lower",
            words=pounds_and_pence,
        ),
        bars(
            name="y",
            title=HOSTILE,
            bars=[Bar(HOSTILE, Decimal(3), own=True)],
            median=Decimal(3),
            direction="lower",
            words=lambda _: "<b>",
        ),
    ]
    for svg in drawn:
        assert isinstance(svg, Markup)
        root = ElementTree.fromstring(svg)
        tags = {element.tag for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "line", "circle", "text"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert root.findtext("title") == HOSTILE
        assert "http" not in svg
