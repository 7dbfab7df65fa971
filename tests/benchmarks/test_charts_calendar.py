"""The contract calendar: which contracts for one function end near each other."""

import datetime
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.charts import Ending, calendar
from tests.benchmarks.chart_reading import labels_stand_clear, texts

TODAY = datetime.date(2016, 9, 30)


def drawn(endings: Sequence[Ending]) -> ElementTree.Element:
    return ElementTree.fromstring(calendar(name="contracts", title="Contracts", endings=endings, today=TODAY))


def ending(code: str, year: int, month: int, day: int = 31, line: str = "Payroll") -> Ending:
    return Ending(line, code, datetime.date(year, month, day))


def marks(svg: ElementTree.Element, kind: str) -> list[float]:
    """Where the marks of a kind stand across."""
    found = [mark for mark in svg.findall("polygon") if mark.get("class") == f"chart-{kind}"]
    return [float(mark.get("points", "").split(",")[0]) for mark in found]


def test_contracts_that_end_in_one_month_share_a_mark_that_names_them() -> None:
    svg = drawn([ending("RA1", 2017, 3), ending("RB2", 2017, 3, 1), ending("RC3", 2018, 3)])
    assert {"RB2 RA1", "RC3"} <= set(texts(svg))
    assert len(marks(svg, "near")) == 2


def test_the_24_months_are_a_line_with_words_and_later_marks_are_hollow() -> None:
    svg = drawn([ending("RA1", 2018, 9, 30), ending("RB2", 2018, 10), ending("RC3", 2016, 9, 29)])
    (horizon,) = [float(line.get("x1", "")) for line in svg.findall("line") if line.get("stroke-dasharray")]
    assert "24 months" in texts(svg)
    (near,) = marks(svg, "near")
    gone, later = marks(svg, "later")
    assert near == pytest.approx(horizon, abs=0.1)
    assert gone < near < later
    hollow = {mark.get("class"): mark.get("fill") for mark in svg.findall("polygon")}
    assert hollow == {"chart-near": "#212b32", "chart-later": "#ffffff"}


def test_a_row_for_each_line_and_a_year_at_each_january() -> None:
    svg = drawn([ending("RA1", 2017, 3), ending("RB2", 2019, 3, line="Ledger"), ending("RA1", 2018, 3)])
    said = texts(svg)
    assert [name for name in said if name in ("Payroll", "Ledger")] == ["Payroll", "Ledger"]
    assert [year for year in said if year.isdigit()] == ["2017", "2018", "2019"]
    assert svg.findtext("desc") == (
        "2 contracts end within 24 months of 30 September 2016. Payroll: RA1 31 March 2017 and RA1 31 March 2018. "
        "Ledger: RB2 31 March 2019."
    )


def test_no_contract_is_refused_and_none_near_is_said() -> None:
    with pytest.raises(ValueError, match="at least one"):
        drawn([])
    assert (drawn([ending("RA1", 2029, 3)]).findtext("desc") or "").startswith("No contracts end within 24 months")


days = st.dates(datetime.date(2012, 1, 1), datetime.date(2040, 1, 1))
endings = st.builds(Ending, st.sampled_from(["Payroll", "Ledger"]), st.text("RWMQ12", min_size=3, max_size=3), days)


@settings(deadline=None, max_examples=60)
@given(st.lists(endings, min_size=1, max_size=14, unique_by=lambda ending: ending.ends.year * 12 + ending.ends.month))
def test_no_label_covers_another_or_leaves_the_picture(drawn_at_random: list[Ending]) -> None:
    assert labels_stand_clear(drawn(drawn_at_random), r"^[RWMQ12 ]+$")
