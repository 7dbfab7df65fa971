"""Value against size: own trusts by name, and nothing of the others that would give one away to who may not see them."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import Direction, distribution
from benchmarks.charts import Sized, scatter
from tests.benchmarks.chart_reading import texts
from ui.formats import pounds_and_pence

MILLION = 1_000_000


def drawn(trusts: Sequence[Sized], *, named: bool = True, direction: Direction = "lower") -> ElementTree.Element:
    return ElementTree.fromstring(
        scatter(
            name="size",
            title="Cost against income",
            trusts=trusts,
            distribution=distribution([trust.value for trust in trusts]),
            direction=direction,
            words=pounds_and_pence,
            named=named,
        )
    )


def dots(svg: ElementTree.Element, kind: str) -> list[tuple[float, float]]:
    found = [circle for circle in svg.findall("circle") if circle.get("class") == f"chart-{kind}"]
    return [(float(circle.get("cx", "")), float(circle.get("cy", ""))) for circle in found]


def some(n: int, own: int = 1) -> list[Sized]:
    return [
        Sized(f"R{number:02}", Decimal(number * 7 % n + 1), Decimal((number * 13 % n + 60) * 4 * MILLION), number < own)
        for number in range(n)
    ]


def test_twice_the_income_is_the_same_step_everywhere_and_dearer_is_higher() -> None:
    trusts = [Sized(f"R{n}", Decimal(n), Decimal(100 * 2**n * MILLION), own=True) for n in range(3)]
    (left, low), (middle, between), (right, high) = dots(drawn(trusts), "own")
    assert middle - left == pytest.approx(right - middle, abs=0.2)
    assert low > between > high
    assert {"R0", "R1", "R2", "£100m", "£200m", "£400m", "patient-care income, larger →"} <= set(texts(drawn(trusts)))


@pytest.mark.parametrize(
    ("direction", "said"),
    [("lower", "lower is better ↓"), ("higher", "higher is better ↑"), ("neutral", "neither way is better")],
)
def test_the_better_way_is_said(direction: Direction, said: str) -> None:
    assert said in texts(drawn(some(20), direction=direction))


def test_only_own_trusts_are_labelled() -> None:
    svg = drawn(some(30, own=2))
    assert sorted(said for said in texts(svg) if said.startswith("R")) == ["R00", "R01"]
    assert (len(dots(svg, "own")), len(dots(svg, "peer"))) == (2, 28)
    assert svg.findtext("desc") == "Lower is better. 30 trusts. Median £15.50. R00 £1.00 and R01 £8.00."


def test_a_far_value_stands_at_the_edge_and_is_counted() -> None:
    svg = drawn([*some(30), Sized("FAR", Decimal(9_000), Decimal(300 * MILLION))])
    assert "1 value is off the scale, and drawn at its edge." in (svg.findtext("desc") or "")
    heights = sorted(y for _, y in dots(svg, "peer"))
    assert heights[5] < 150  # the others still fill the picture


def test_without_names_sizes_and_extremes_are_no_fingerprint() -> None:
    svg = drawn(some(60, own=2), named=False)
    peers = dots(svg, "peer")
    assert len(peers) == 58
    assert min(Counter(x for x, _ in peers).values()) >= 8
    heights = Counter(y for _, y in peers)
    assert heights[min(heights)] >= 5
    assert heights[max(heights)] >= 5
    assert svg.findtext("desc") == (
        "Lower is better. 60 trusts. The highest and the lowest tenth are cut off at the lines, so that no trust is given away. "
        "The others are drawn in groups of at least 8 trusts of about one size. Median £30.50. R00 £1.00 and R01 £8.00."
    )


def test_too_few_others_are_not_drawn_without_names() -> None:
    svg = drawn(some(9), named=False)
    assert dots(svg, "peer") == []
    assert "The other trusts are not drawn: too few (n = 9)." in (svg.findtext("desc") or "")
    with pytest.raises(ValueError, match="may see"):
        drawn(some(9, own=0), named=False)


@settings(deadline=None, max_examples=50)
@example(own=[(-6, 1), (33, 16), (33, 30), (34, 16)], named=False)
@given(
    st.lists(st.tuples(st.integers(-90, 90), st.integers(1, 2000)), min_size=1, max_size=14),
    st.booleans(),
)
def test_labels_of_twelve_own_trusts_stay_inside(own: list[tuple[int, int]], named: bool) -> None:
    trusts = [
        Sized(f"RW{number}", Decimal(value), Decimal(income * MILLION), own=True)
        for number, (value, income) in enumerate(own)
    ]
    svg = drawn([*trusts, *some(40, own=0)], named=named)
    labels = [text for text in svg.findall("text") if (text.text or "").startswith("RW")]
    assert len(labels) == len(own)
    height = float(svg.get("viewBox", "").split()[3])
    assert all(0 <= float(label.get("x", "")) <= 320 - 20 for label in labels)
    assert all(0 < float(label.get("y", "")) < height for label in labels)
