"""All charts: nothing that the content security policy refuses, every one with its own ids, and names that cannot become markup."""

import datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from benchmarks.arithmetic.quantiles import distribution
from benchmarks.charts import (
    Bar,
    Dot,
    Ending,
    Sized,
    StripRow,
    bars,
    bars_without_names,
    calendar,
    footprint_strips,
    scatter,
    small_multiple,
    strip,
)
from ui.formats import pounds_and_pence

HOSTILE = "<script>alert(1)</script>&\"'"
NAME = 'x" onload="alert(1)'
ALL = distribution([Decimal(number) for number in range(1, 51)])
THREE = Decimal(3)
TODAY = datetime.date(2016, 9, 30)


def hostile_words(_: Decimal) -> str:
    return "<b>"


DRAWN = {
    "strip": strip(
        name=NAME, title=HOSTILE, distribution=ALL, dots=[Dot(HOSTILE, THREE)], direction="lower", words=pounds_and_pence
    ),
    "bars": bars(
        name=NAME, title=HOSTILE, bars=[Bar(HOSTILE, THREE, own=True)], median=THREE, direction="lower", words=hostile_words
    ),
    "bars_without_names": bars_without_names(
        name=NAME, title=HOSTILE, bars=[Bar(HOSTILE, THREE, own=True)], distribution=ALL, direction="lower", words=hostile_words
    ),
    "footprint_strips": footprint_strips(
        name=NAME, title=HOSTILE, rows=[StripRow(HOSTILE, ALL, [Dot(HOSTILE, THREE)], "lower", hostile_words)]
    ),
    "small_multiple": small_multiple(
        name=NAME, title=HOSTILE, value=THREE, distribution=ALL, peer_median=THREE, direction="lower", words=hostile_words
    ),
    "scatter": scatter(
        name=NAME, title=HOSTILE, trusts=[Sized(HOSTILE, THREE, Decimal(9), own=True)], distribution=ALL, direction="lower",
        words=hostile_words, named=True,
    ),
    "calendar": calendar(name=NAME, title=HOSTILE, endings=[Ending(HOSTILE, HOSTILE, TODAY)], today=TODAY),
}  # fmt: skip


@pytest.mark.parametrize("chart", DRAWN)
def test_names_are_escaped_and_nothing_needs_a_style_or_script(chart: str) -> None:
    assert isinstance(DRAWN[chart], Markup)
    root = ElementTree.fromstring(DRAWN[chart])
    tags = {element.tag for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "line", "circle", "polygon", "text"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert root.findtext("title") == HOSTILE
    assert "http" not in DRAWN[chart]


@pytest.mark.parametrize("chart", DRAWN)
def test_a_chart_is_a_picture_with_a_name_and_a_description(chart: str) -> None:
    root = ElementTree.fromstring(DRAWN[chart])
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"chart-{NAME}-title chart-{NAME}-desc"
    assert len(root.findtext("desc") or "") > 20
