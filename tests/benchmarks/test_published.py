"""Metrics over published figures: the files, the sums, and every value of every trust against a slow second way."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command

from benchmarks.actions.published_runs import make_published_runs
from benchmarks.arithmetic.published_metrics import Published, calculate_published
from benchmarks.defining.published_file import (
    MEASURES,
    PublishedFaults,
    parse_published,
    published_metrics,
    read_published,
)
from benchmarks.defining.registry import metric as metric_called
from benchmarks.defining.registry import metrics
from benchmarks.models import BenchmarkRun, RunQuantiles, RunTrust, RunValue
from benchmarks.tasks import make_runs_of_published_figures
from footprints.models import PublishedFigure
from footprints.reference_load import load_reference
from tests.factories import PublishedFigureFactory, TrustFactory
from tests.reference import published as slow

ENERGY = next(known for known in published_metrics("eric") if known.metric.id == "E01")
UNOCCUPIED = next(known for known in published_metrics("eric") if known.metric.id == "E12")


def figures(**values: object) -> dict[str, Published]:
    return {name: Published(Decimal(str(value)), MEASURES[name]) for name, value in values.items()}


def test_pounds_become_thousands_and_the_value_stays_in_pounds() -> None:
    result = calculate_published(ENERGY, figures(energy_cost=1_500_000, gross_internal_floor_area=60_000))
    assert (result.numerator, result.denominator, result.value) == (Decimal(1500), Decimal(60_000), Decimal(25))
    assert result.opportunity_volume == 60_000


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        (figures(energy_cost=1), "missing", "Not published of this trust: gross internal floor area."),
        (
            figures(energy_cost=0, gross_internal_floor_area=5),
            "not_calculable",
            "Published as 0, which can mean not applicable: energy cost.",
        ),
        (figures(energy_cost=3, gross_internal_floor_area=0), "zero_volume", "Zero volume: gross internal floor area"),
        (
            figures(gross_internal_floor_area=5) | {"energy_cost": Published(Decimal(3), "pounds", is_partial=True)},
            "not_calculable",
            "Some of the trust’s sites gave no figure, so the sum may be too small: energy cost.",
        ),
    ],
)
def test_why_there_is_no_value(given: dict[str, Published], status: str, words: str) -> None:
    result = calculate_published(ENERGY, given)
    assert (result.status, result.value) == (status, None)
    assert result.reason.startswith(words)


def test_no_empty_space_is_a_figure() -> None:
    result = calculate_published(UNOCCUPIED, figures(unoccupied_floor_area=0, gross_internal_floor_area=9))
    assert (result.status, result.value) == ("calculable", 0)


def test_every_file_is_read_and_known_by_its_publication() -> None:
    assert [known.metric.id for known in read_published()] == list(slow.BY_HAND)
    assert {known.metric.id: known.years for known in read_published()} == {
        metric: years for metric, (years, _) in slow.BY_HAND.items()
    }
    assert [known.id for known in metrics("staff")] == ["S01"]
    assert metric_called("E05").unit == "pounds"


GOOD = """id: E90
order: 90
name: "Energy"
question: "What does it cost?"
why_it_matters: "It matters."
template: eric
years: ["2015/16"]
zero: left_out
function: estates
numerator: energy_cost
numerator_words: "cost of energy (£000)"
denominator: gross_internal_floor_area
denominator_words: "floor area (m²)"
scale: 1000
unit: pounds_per_square_metre
decimals: 2
direction: lower
opportunity: A
counted: driver
population: [acute]
author: Collection team
reviewer: null
review_date: 2017-03-31
status: preview
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("numerator: energy_cost", "numerator: energie_cost", "energie_cost is not a published measure."),
        (
            "numerator: energy_cost",
            "numerator: cleaning_staff",
            "cleaning_staff is in wte, and the metric in pounds_per_square_metre.",
        ),
        ('["2015/16"]', '["2015"]', "2015 is not written as a financial year is, such as 2015/16."),
        ("zero: left_out", "zero: maybe", "maybe is not one of 'counted' or 'left_out'."),
        ("template: eric", "template: erik", "erik is not a publication: eric or staff."),
        ("scale: 1000", "scale: 1", "A metric in pounds_per_square_metre has the scale 1000."),
        ("denominator: gross_internal_floor_area\n", "", "denominator is missing."),
        ("zero: left_out", "zero: left_out\nyear: 2", "year is not a word that metrics know."),
    ],
)
def test_each_fault_is_named_with_its_line(old: str, new: str, sentence: str) -> None:
    assert parse_published(GOOD)[1] == ()
    _, faults = parse_published(GOOD.replace(old, new))
    assert sentence in [fault.sentence for fault in faults]
    assert all(fault.where.startswith("line ") for fault in faults)


def test_all_faults_of_all_files_at_once(tmp_path) -> None:
    (tmp_path / "E90.yaml").write_text(GOOD)
    (tmp_path / "E91.yaml").write_text(GOOD.replace("zero: left_out", "zero: counted"))
    (tmp_path / "E92.yaml").write_text("id: E92")
    with pytest.raises(PublishedFaults) as caught:
        read_published(tmp_path)
    said = str(caught.value)
    assert "The file is named E91, but it holds E90." in said
    assert "E90 and E90 have the same id." in said
    assert "E92.yaml, line 1: zero: zero is missing." in said


@pytest.mark.django_db
class TestRuns:
    """Over all trusts, as published."""

    def test_every_value_quartile_and_pound_equals_a_slow_second_way(self) -> None:
        load_reference(by="test")
        made = make_published_runs()
        assert [(run.template, run.year) for run in made] == [
            ("eric", "2015/16"), ("eric", "2016/17"), ("staff", "2017/18"),
        ]  # fmt: skip
        expected, kinds = slow.values(), slow.trust_types()
        rows = RunValue.objects.select_related("run", "run_trust__trust", "standing")
        found = {(row.run.year, row.metric, row.run_trust.trust.ods_code): row for row in rows}
        assert {key for key, row in found.items() if row.value is not None} == set(expected)
        for key, row in found.items():
            if row.value is not None:
                assert abs(Fraction(row.value) - expected[key]) <= Fraction(1, 10**18)
                assert row.counted == (kinds[key[2]] != "ambulance" or key[1] not in slow.NOT_AMBULANCE)
            else:
                assert row.reason
        self._quantiles_agree(expected, kinds, found)

    def _quantiles_agree(self, expected, kinds, found) -> None:
        rows = RunQuantiles.objects.filter(scope="national").select_related("run")
        assert len(rows) == 11 + 9 + 1
        for row in rows:
            of = {
                code: value
                for (year, metric, code), value in expected.items()
                if (year, metric) == (row.run.year, row.metric)
                and (kinds[code] != "ambulance" or metric not in slow.NOT_AMBULANCE)
            }
            assert row.n == len(of) > 150
            median = slow.median(list(of.values()))
            assert abs(Fraction(row.median) - median) < Fraction(1, 10**17)
            assert abs(Fraction(row.p25) - slow.quarter(list(of.values()), Fraction(1, 4))) < Fraction(1, 10**17)
            for code, value in of.items():
                standing = found[row.run.year, row.metric, code].standing
                assert standing.n == row.n
                if metric_called(row.metric).opportunity == "A":
                    held = found[row.run.year, row.metric, code]
                    worth = slow.pounds_to(value, median, Fraction(held.denominator))
                    assert abs(standing.to_median - worth) <= Decimal("0.01")
                else:
                    assert standing.to_median is None

    def test_a_run_is_made_anew_only_when_something_changed(self, capsys: pytest.CaptureFixture[str]) -> None:
        for number in range(6):
            trust = TrustFactory(trust_type="acute")
            for measure, value in (("staff_fte_central_functions", 100 + number), ("staff_fte_total", 1000)):
                PublishedFigureFactory(trust=trust, year="2017/18", measure=measure, value=value, unit="wte")
        call_command("make_published_runs")
        assert capsys.readouterr().out == "staff 2017/18: 6 trusts\n"
        first = BenchmarkRun.objects.live().get()
        make_runs_of_published_figures()
        assert BenchmarkRun.objects.live().get() == first
        call_command("make_published_runs")
        assert "up to date" in capsys.readouterr().out
        PublishedFigure.objects.filter(value=100).update(value=200)
        (second,) = make_published_runs()
        assert list(BenchmarkRun.objects.live().filter(template="staff")) == [second]
        assert first != second
        medians = RunQuantiles.objects.filter(metric="S01", scope="national").order_by("run_id")
        assert [row.median for row in medians] == [Decimal("10.25"), Decimal("10.35")]

    def test_without_published_figures_there_is_no_run(self) -> None:
        assert make_published_runs() == []
        assert not BenchmarkRun.objects.exists()

    def test_a_trust_that_closed_later_stays_and_the_descriptors_are_what_was_published(self) -> None:
        trust = TrustFactory(trust_type="acute", closed_date="2018-03-31", region="London")
        for measure, value, unit, year in (
            ("energy_cost", 900_000, "pounds", "2015/16"),
            ("gross_internal_floor_area", 30_000, "square_metres", "2015/16"),
            ("gross_internal_floor_area", 31_000, "square_metres", "2016/17"),
            ("staff_fte_total", 4_000, "wte", "2017/18"),
        ):
            PublishedFigureFactory(trust=trust, year=year, measure=measure, value=value, unit=unit)
        make_published_runs()
        held = RunTrust.objects.get(run__template="eric", run__year="2015/16", trust=trust)
        assert (held.absent, held.income) == ("", None)
        assert held.descriptors == {"london": True, "wte": 4000.0, "floor_area": 30_000.0}
        assert RunValue.objects.get(run_trust=held, metric="E01").value == 30


@pytest.mark.django_db
def test_a_run_that_was_replaced_is_forgotten_after_a_minute() -> None:
    trust = TrustFactory(trust_type="acute")
    for measure, amount in (("energy_cost", 5000), ("gross_internal_floor_area", 5)):
        PublishedFigureFactory(trust=trust, year="2015/16", measure=measure, value=amount, unit=MEASURES[measure])
    (old,) = make_published_runs()
    PublishedFigure.objects.filter(measure="energy_cost").update(value=6000)
    (new,) = make_published_runs()
    replaced = BenchmarkRun.objects.filter(pk=old.pk)
    replaced.update(replaced_at=replaced.get().replaced_at - timedelta(minutes=2))
    PublishedFigure.objects.filter(measure="energy_cost").update(value=7000)
    make_published_runs()
    assert not replaced.exists()
    assert BenchmarkRun.objects.filter(pk=new.pk).exists()
