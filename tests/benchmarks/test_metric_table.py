"""What each kind of reader may take away of one metric."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.quantiles import quantile
from benchmarks.defining.registry import metrics
from benchmarks.defining.schema import Metric
from benchmarks.exports.metric_table import CSV_TITLES, SHARES, MetricTable, QuantileLine, TrustRow, table_csv
from tests.benchmarks.metric_tables import OWN, metric_table, spread

FINANCE = next(metric for metric in metrics("back_office") if metric.id == "M03")


@pytest.fixture
def finance() -> Metric:
    return FINANCE


def lines(table: MetricTable, group: str = "All trusts") -> dict[str, QuantileLine]:
    return {line.quantile: line for line in table.quantiles if line.group.title == group}


def unnamed(figures: list[int], own: tuple[int, ...] = ()) -> dict[str, QuantileLine]:
    """The quantiles of all trusts, for a reader whose own trusts are at these places."""
    return lines(metric_table(FINANCE, sees_all=False, rows=spread(figures, own), own=OWN[: len(own)]))


def test_a_reader_of_all_has_every_row_and_quantiles_from_eight() -> None:
    table = metric_table(FINANCE, sees_all=True, rows=spread(list(range(10, 18))), own=())
    assert len(table.rows) == 8
    assert set(lines(table)) == {"p25", "median", "p75"}


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (4, set()),
        (5, {"median"}),
        (9, {"median"}),
        (10, {"p25", "median", "p75"}),
        (19, {"p25", "median", "p75"}),
        (20, set(SHARES)),
    ],
)
def test_a_reader_without_names_has_quantiles_from_higher_floors(n: int, shown: set[str]) -> None:
    assert set(unnamed(list(range(100, 100 + n)))) == shown


def test_the_two_values_beside_a_quartile_and_their_rank() -> None:
    found = unnamed([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    quartile = found["p25"]
    assert (quartile.rank, quartile.lower, quartile.upper, quartile.portal) == (3, 30, 40, Decimal("32.50"))
    assert (found["median"].rank, found["median"].lower, found["median"].upper) == (5, 50, 60)


def test_a_position_that_falls_on_a_value_needs_no_second() -> None:
    found = unnamed([10, 20, 30, 40, 50])["median"]
    assert (found.rank, found.lower, found.upper, found.portal) == (3, 30, None, 30)


def test_two_values_are_withheld_where_one_is_the_extreme_of_the_trusts_the_reader_does_not_know() -> None:
    figures = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    knows_two = unnamed(figures, own=(0, 1))
    assert (knows_two["p25"].lower, knows_two["p25"].upper) == (None, None)
    assert knows_two["p25"].portal == Decimal("32.50")
    assert knows_two["p75"].lower == 70
    assert unnamed(figures, own=(0, 4))["p25"].lower == 30


def test_two_values_are_withheld_where_one_equals_the_lowest() -> None:
    assert unnamed([30, 30, 30, 40, 50, 60, 70, 80, 90, 100])["p25"].lower is None


@given(
    st.lists(st.integers(1, 60), min_size=5, max_size=45),
    st.lists(st.integers(0, 44), max_size=3, unique=True),
)
def test_what_is_given_works_out_the_quantile_and_shows_no_extreme(figures: list[int], own: list[int]) -> None:
    places = tuple(place for place in own if place < len(figures))
    rows = spread(figures, places)
    ordered = sorted(Decimal(figure) for figure in figures)
    strangers = sorted(row.value for row in rows if row.value is not None and row.code not in OWN[: len(places)])
    for name, line in unnamed(figures, places).items():
        position = (len(ordered) - 1) * SHARES[line.quantile]
        assert line.portal == quantile(ordered, SHARES[line.quantile]), name
        assert line.rank not in (0, len(ordered))
        assert 1 < line.rank < len(ordered)
        if line.upper is not None and line.lower is not None:
            assert line.lower + (position - int(position)) * (line.upper - line.lower) == line.portal
            assert ordered[0] < line.lower <= line.upper < ordered[-1]
            assert not {strangers[0], strangers[-1]} & {line.lower, line.upper}
        elif line.lower is not None:
            assert line.lower == line.portal


def test_no_pounds_against_a_quartile_that_the_reader_may_not_see() -> None:
    nine = spread([10, 20, 30, 40, 50, 60, 70, 80, 90], own=(7,))
    for sees_all, benchmarks in ((True, 3), (False, 2)):
        table = metric_table(FINANCE, sees_all=sees_all, rows=nine, own=OWN[:1])
        assert len(table.gaps(table.own[0])) == benchmarks


def test_why_trusts_are_left_out_is_counted_without_a_name() -> None:
    table = metric_table(FINANCE, sees_all=False)
    assert table.obstacles == [("no return", 4), ("disputed", 1)]
    assert table.n == 40


def read(table: MetricTable) -> list[dict[str, str]]:
    text = table_csv(table)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_csv_of_a_reader_of_all_holds_every_trust_and_quantile() -> None:
    table = metric_table(FINANCE, sees_all=True)
    rows = read(table)
    assert tuple(rows[0]) == CSV_TITLES
    assert [row["Code"] for row in rows if row["Row"] == "trust"] == [row.code for row in table.all_rows]
    assert {row["Figures"] for row in rows} == {"illustrative"}
    assert rows[0]["Name"] == "'=cmd|'T00'!A1"
    assert Decimal(rows[0]["Value"]) == table.all_rows[0].value
    assert (rows[5]["In the distribution"], rows[5]["Why not"]) == ("no", "No accepted return yet.")
    median = next(row for row in rows if (row["Group"], row["Row"]) == ("All trusts", "median"))
    assert (Decimal(median["Value"]), median["n"]) == (table.groups[0].portal.median, "40")


def test_the_csv_of_a_reader_without_names_holds_no_other_trust(finance: Metric) -> None:
    table = metric_table(finance, sees_all=False)
    rows = read(table)
    assert [row["Code"] for row in rows if row["Row"] == "trust"] == list(OWN)
    values = [row.value for row in table.all_rows if row.counted and row.value is not None]
    given = {Decimal(row["Value"]) for row in rows}
    assert not given & {min(values), max(values)}


def test_a_negative_figure_stays_a_number_in_the_csv() -> None:
    own = TrustRow("T03", "Trust", "acute", Decimal("-3.5"), Decimal(1), Decimal("-3.5"), counted=True)
    table = metric_table(FINANCE, sees_all=True, rows=[own], own=())
    assert read(table)[0]["Numerator"] == "-3.5"
