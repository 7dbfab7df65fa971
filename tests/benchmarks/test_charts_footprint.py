"""The strips of a footprint and the small charts of a trust: one scale, better to the right, every label readable."""

from collections.abc import Sequence
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import Direction, Distribution, distribution
from benchmarks.charts import Dot, StripRow, footprint_strips, small_multiple
from tests.benchmarks.chart_reading import centres, labels_stand_clear, rectangles, texts
from ui.formats import pounds, pounds_and_pence

ONE_TO_FIFTY = distribution([Decimal(number) for number in range(1, 51)])
TENFOLD = distribution([Decimal(10 * number) for number in range(1, 51)])


def strips(*rows: StripRow) -> ElementTree.Element:
    return ElementTree.fromstring(footprint_strips(name="footprint", title="Functions", rows=rows))


def row(
    dots: Sequence[Dot], found: Distribution = ONE_TO_FIFTY, direction: Direction = "lower", name: str = "Finance"
) -> StripRow:
    return StripRow(name, found, dots, direction, pounds)


def test_rows_of_any_unit_stand_on_one_scale_with_better_to_the_right() -> None:
    svg = strips(
        row([Dot("RA1", Decimal(10))]),
        row([Dot("RA1", Decimal(100))], TENFOLD),
        row([Dot("RA1", Decimal(41))], direction="higher"),
    )
    assert len({round(x) for x in centres(svg)}) == 1  # 10 of 50, 100 of 500, and as good from the other end
    assert centres(svg)[0] > 160
    for kind in ("thin", "thick"):
        bands = {(band.get("x"), band.get("width")) for band in rectangles(svg, kind)}
        assert len(bands) == 1
    assert {line.get("x1") for line in svg.findall("line") if line.get("stroke-width") == "3"} == {"160.0"}


def test_every_row_says_which_way_is_better() -> None:
    svg = strips(row([]), row([], direction="higher"), row([], direction="neutral"))
    said = texts(svg)
    assert said[:3] == ["← worse", "median", "better →"]
    assert [word for word in said[3:] if "better" in word] == [
        "lower is better", "higher is better", "neither is better, higher →",
    ]  # fmt: skip
    assert texts(strips(row([], direction="neutral")))[:3] == ["← lower", "median", "higher →"]


def test_colour_repeats_the_side_and_hollow_is_queried() -> None:
    svg = strips(row([Dot("RA1", Decimal(10)), Dot("RB2", Decimal(40)), Dot("RC3", Decimal(45), flagged=True)]))
    queried, worse, better = svg.findall("circle")
    assert better.get("fill") == "#005eb8"
    assert worse.get("fill") == queried.get("stroke") == "#b25900"
    assert queried.get("fill") == "#ffffff"


def test_the_description_says_every_row() -> None:
    svg = strips(
        row([Dot("RA1", Decimal(10)), Dot("RB2", Decimal(40), flagged=True)]),
        row(
            [Dot("RA1", Decimal(4))],
            distribution([Decimal(4)]),
            "higher",
            "A very long name of a function indeed it is",
        ),
    )
    assert svg.findtext("desc") == (
        "Finance: lower is better. Median £26. RA1 £10 and RB2 £40 (queried). "
        "A very long name of a function indeed it is: higher is better. All trusts: too few (n = 1). RA1 £4."
    )
    assert "all trusts: too few (n = 1)" in texts(svg)
    assert len(centres(svg)) == 2
    assert any(said.endswith("…") for said in texts(svg))


def test_a_row_without_own_figures_says_so() -> None:
    assert "no own trust has a figure" in texts(strips(row([])))


@pytest.mark.parametrize(("own", "height"), [(3, 425), (7, 425), (12, 545)])
def test_nine_rows_are_low_enough_to_print(own: int, height: int) -> None:
    """At 75 mm wide a unit is 0.234 mm, and 423 units are 99 mm: a third of A4."""
    svg = strips(*[row([Dot(f"RW{number}", Decimal(number)) for number in range(own)]) for _ in range(9)])
    assert float(svg.get("viewBox", "").split()[3]) <= height


codes = st.lists(st.text("RWMXQ0129", min_size=3, max_size=3), max_size=20, unique=True)


@settings(deadline=None)
@given(codes, st.data(), st.sampled_from(["lower", "higher", "neutral"]))
def test_no_label_covers_another_or_leaves_the_picture(
    own: list[str], data: st.DataObject, direction: Direction
) -> None:
    """Up to twenty own trusts, wherever they stand and however wide their letters."""
    near = st.integers(20, 24).map(Decimal)
    drawn = [Dot(code, data.draw(near | st.integers(-90, 900).map(Decimal))) for code in own]
    svg = strips(row(drawn, direction=direction), row(drawn, TENFOLD, direction))
    assert labels_stand_clear(svg, r"^[RWMXQ0129]{3}$")
    assert len([said for said in texts(svg) if said in own]) == 2 * len(own)
    assert all(0 <= x <= 320 for x in centres(svg))


def small(
    value: str, *, direction: Direction = "lower", peers: str | None = "30", found: Distribution = ONE_TO_FIFTY
) -> ElementTree.Element:
    return ElementTree.fromstring(
        small_multiple(
            name="m12",
            title="Cost per invoice",
            value=Decimal(value),
            distribution=found,
            peer_median=None if peers is None else Decimal(peers),
            direction=direction,
            words=pounds_and_pence,
            flagged=value == "45",
        )
    )


def test_a_small_chart_stands_on_the_same_scale_and_says_all_in_words() -> None:
    svg = small("45")
    assert texts(svg) == ["£45.00", "peers £30.00", "lower is better", "better →"]
    assert svg.findtext("desc") == (
        "Lower is better. This trust £45.00 (queried). Median of its peers £30.00. Median of all trusts £25.50."
    )
    assert svg.find("circle").get("fill") == "#ffffff"  # type: ignore[union-attr]
    assert centres(svg)[0] < 120 < centres(small("45", direction="higher"))[0]
    assert centres(small("25.5")) == [120]
    assert centres(small("10")) == centres(small("100", found=TENFOLD))


def test_a_small_chart_without_peers_or_quartiles_shows_what_there_is() -> None:
    assert small("10", peers=None).find("polygon") is None
    few = small("10", found=distribution([Decimal(10)] * 6))
    assert texts(few) == ["£10.00; all trusts: too few (n = 6)"]
    assert centres(few) == []


@given(st.decimals(-500, 10_000, places=2), st.decimals(-500, 10_000, places=2))
def test_small_labels_stay_inside(value: Decimal, peers: Decimal) -> None:
    assert labels_stand_clear(small(str(value), peers=str(peers)), "£", width=240)
