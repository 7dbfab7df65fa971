"""The strip: what is drawn where, and what is said."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import Direction, distribution
from benchmarks.charts import WIDTH, Dot, strip
from tests.benchmarks.chart_reading import centres, rectangles, texts
from ui.formats import pounds_and_pence

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
