"""The metric files as they ship, and what the loader says about bad ones."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.arithmetic.metrics import input_places
from benchmarks.defining.definition_file import FOLDER, MetricFaults, parse_metrics, read_metrics
from benchmarks.defining.schema import Metric
from templates_app import registry
from templates_app.expressions import parse
from templates_app.schema import Definition


def edited(metric_id: str, **lines: str) -> str:
    """A shipped file with some of its one-line fields replaced, left out ("") or added."""
    written = (FOLDER / f"{metric_id}.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in written if line.partition(":")[0] not in lines]
    return "\n".join([*kept, *(f"{field}: {value}" for field, value in lines.items() if value)])


def sentences(text: str, template: Definition) -> list[str]:
    return [fault.sentence for fault in parse_metrics(text, template)[1]]


class TestShipped:
    def test_all_thirty_one_in_order(self, metrics: dict[str, Metric]) -> None:
        assert list(metrics) == [f"M{number:02}" for number in range(1, 32)]
        assert [metric.order for metric in metrics.values()] == list(range(1, 32))

    def test_all_are_calculated_and_stand_for_themselves(self, metrics: dict[str, Metric]) -> None:
        assert {metric.status for metric in metrics.values()} == {"preview"}
        assert {(metric.family == metric.id, metric.line) for metric in metrics.values()} == {(True, None)}

    def test_both_versions_of_the_template_carry_them(self, metrics: dict[str, Metric]) -> None:
        newer = registry.get("back_office", "2016.2")
        assert {metric.id: metric for metric in read_metrics(newer)} == metrics

    def test_nobody_claims_a_review_that_did_not_happen(self, metrics: dict[str, Metric]) -> None:
        assert {metric.reviewer for metric in metrics.values()} == {None}
        assert "published" not in {metric.status for metric in metrics.values()}

    def test_what_is_added_up_is_one_metric_for_each_function(self, metrics: dict[str, Metric]) -> None:
        additive = [metric for metric in metrics.values() if metric.counted == "additive"]
        assert [metric.function for metric in additive] == [
            "finance", "hr", "procurement", "payroll", "governance", "legal", "estates",
        ]  # fmt: skip

    def test_the_top_down_figure_holds_exactly_what_is_added_up_but_estates(
        self, metrics: dict[str, Metric], template: Definition
    ) -> None:
        def inputs(metric: Metric) -> set[tuple[str, str]]:
            return set(input_places(parse(metric.numerator or ""), template))

        parts = [metric for metric in metrics.values() if metric.counted == "additive" and metric.function != "estates"]
        assert inputs(metrics["M02"]) == set().union(*(inputs(metric) for metric in parts))

    def test_carters_targets_are_for_acute_trusts_dated_sourced_and_retired(self, metrics: dict[str, Metric]) -> None:
        targets = metrics["M01"].targets_for("acute")
        assert [(int(target.value), target.by, target.retired) for target in targets] == [
            (7, "April 2018", True),
            (6, "2020", True),
        ]
        assert all("HFMA" in target.source and "HSJ" in (target.dropped_source or "") for target in targets)
        assert metrics["M01"].targets_for("ambulance") == ()
        assert [metric.id for metric in metrics.values() if metric.targets] == ["M01", "M15", "M29", "M30"]

    def test_targets_that_nobody_has_seen_the_source_of_say_so(self, metrics: dict[str, Metric]) -> None:
        said = {
            metric.id: [(target.value, target.confirmed) for target in metric.targets] for metric in metrics.values()
        }
        assert {metric_id: targets for metric_id, targets in said.items() if targets} == {
            "M01": [(Decimal(7), True), (Decimal(6), True)],
            "M15": [(Decimal(95), False)],
            "M29": [(Decimal(35), True)],
            "M30": [(Decimal("2.5"), False)],
        }

    def test_review_dates_are_days(self, metrics: dict[str, Metric]) -> None:
        assert all(metric.review_date >= date(2016, 9, 1) for metric in metrics.values())

    def test_no_metric_asks_or_explains_twice_the_same(self, metrics: dict[str, Metric]) -> None:
        for field in ("name", "question", "why_it_matters"):
            assert len({getattr(metric, field) for metric in metrics.values()}) == 31
        assert all(metric.question.endswith("?") for metric in metrics.values())


BAD = {
    "no such line": ("M12", {"denominator": "VFIN99"}, "VFIN99"),
    "no such column": ("M12", {"numerator": "FIN3.cost"}, "FIN3.cost"),
    "not an expression": ("M12", {"numerator": '"FIN3.net +"'}, None),
    "a truth": ("M12", {"numerator": "FIN3.net > 0"}, "true or false"),
    "words for a number": ("M12", {"numerator": "FIN3.delivery"}, "FIN3.delivery"),
    "a group standing alone": ("M03", {"numerator": "finance.net"}, "finance.net"),
    "no such group": ("M12", {"function": "money"}, "money is not a group of back_office 2016.1."),
    "another template": ("M12", {"template": "pathology"}, "pathology is not the template back_office."),
    "scale of another unit": ("M12", {"scale": "100"}, "A metric in pounds has the scale 1000."),
    "scale of a given figure": ("M16", {"scale": "100"}, "A figure taken as given has the scale 1."),
    "no numerator": ("M12", {"numerator": "null"}, "A metric that is preview needs one."),
    "denominator without words": ("M12", {"denominator_words": "null"}, "given together or not at all"),
    "money from a count": ("M12", {"numerator": "VFIN2"}, "VFIN2.value is not in £000"),
    "income in m²": ("M03", {"denominator": "ORG08"}, "ORG08.value is not in £000."),
    "pay from a count": ("M13", {"relevant_pay": "FIN3.wte"}, "FIN3.wte is not in £000"),
    "neutral with pounds": ("M12", {"direction": "neutral"}, "A neutral metric has none in pounds."),
    "neutral with target": ("M15", {"direction": "neutral"}, "A neutral metric has no target."),
    "A for higher": ("M12", {"direction": "higher"}, "A is for metrics where lower is better."),
    "B for lower": ("M13", {"direction": "lower"}, "B is for metrics where higher is better."),
    "B added up": ("M13", {"counted": "additive"}, "Formula B is a driver; it is never added."),
    "B without pay": ("M13", {"relevant_pay": ""}, "relevant_pay belongs to formula B."),
    "part of the volume without A": (
        "M14",
        {"opportunity_volume": "VFIN2"},
        "opportunity_volume belongs to formula A.",
    ),
    "A on a share": (
        "M30",
        {"opportunity": "A", "counted": "driver"},
        "A is for metrics of money, not for one in percent.",
    ),
    "A on a given figure": ("M16", {"opportunity": "A", "counted": "driver"}, "An opportunity needs a denominator."),
    "counted without formula": ("M14", {"counted": "driver"}, "opportunity and counted are none together."),
    "target only without target": ("M12", {"counted": "target_only"}, "target_only needs a target."),
    "target for others": ("M01", {"population": "[specialist]"}, "A target applies to types of trust"),
    "published unreviewed": ("M12", {"status": "published"}, "A published metric needs a reviewer."),
    "reviewed by its author": (
        "M12",
        {"reviewer": "Collection team"},
        "The reviewer is somebody other than the author.",
    ),
    "archived without reason": ("M12", {"status": "archived"}, "The note of a metric that is archived says why."),
    "a word unknown": ("M12", {"weight": "3"}, "weight is not a word that metrics know."),
    "a word missing": ("M12", {"question": ""}, "question is missing."),
    "empty words": ("M12", {"name": '""'}, "name is empty."),
    "unknown unit": ("M12", {"unit": "dollars"}, "dollars is not one of"),
    "order in halves": ("M12", {"order": "1.5"}, "1.5 is not a whole number."),
    "scale in words": ("M12", {"scale": "thousand"}, "thousand is not a number."),
    "not a day": ("M12", {"review_date": "soon"}, "soon is not a day; write it as 2017-03-31."),
    "id of another kind": ("M12", {"id": "X1"}, "X1 is not written as id is"),
    "id with a line": ("M12", {"id": "M12-FIN3"}, "M12-FIN3 names a line; write the id alone"),
    "a word of ours": ("M12", {"line_label": "Accounts payable"}, "line_label is not a word that metrics know."),
    "pay times pay": ("M13", {"relevant_pay": "FIN3.pay * FIN3.pay"}, "This does not come to an amount in £000, which"),
    "a share of the pay is pay": (
        "M13",
        {"relevant_pay": "FIN3.pay * FIN1.wte / FIN3.wte", "scale": "2"},
        "has the scale 1.",
    ),
    "braces without lines": ("M12", {"question": '"What of {line}?"'}, "Only {line} can stand in braces"),
    "a line without lines": ("M12", {"numerator": "line.net"}, "line means nothing here"),
    "instead without lines": ("M12", {"instead": "{FIN3: {name: x}}"}, "instead belongs to a metric with for_each."),
    "an index that is none": (
        "M12",
        {"unit": "index"},
        "An index is mix_adjusted, and what is mix_adjusted is an index.",
    ),
    "of nothing": ("M12", {"of": "P02"}, "both are given or neither."),
    "a condition without numerator": (
        "M31",
        {"numerator": "null", "status": "archived"},
        "numerator_where belongs to a numerator.",
    ),
    "a condition on no column": (
        "M31",
        {"numerator_where": "{column: how, in: [mixed]}"},
        "The sheet Costs has no column how.",
    ),
    "a condition on no answer": (
        "M31",
        {"numerator_where": "{column: delivery, in: [mixed, by magic]}"},
        "'by magic' is not one of the choices of FIN1.delivery.",
    ),
    "a condition with pounds": (
        "M31",
        {"direction": "lower", "opportunity": "A", "counted": "driver", "unit": "pounds", "scale": "1000"},
        "A metric whose numerator counts only some lines has no opportunity in pounds.",
    ),
    "not benchmarked and not there": (
        "M12",
        {"not_benchmarked": "[{lines: [XYZ], because: it is not}]"},
        "XYZ is not a line of the template.",
    ),
    "population of one word": ("M12", {"population": "acute"}, "population is a list"),
    "population of nobody": ("M12", {"population": "[]"}, "population is empty; at least 1 is needed."),
}


@pytest.mark.parametrize(("metric_id", "lines", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_says_what_is_wrong(
    metric_id: str, lines: dict[str, str], sentence: str | None, template: Definition
) -> None:
    found = sentences(edited(metric_id, **lines), template)
    assert found
    assert sentence is None or [said for said in found if sentence in said], found


def test_a_target_is_dropped_with_its_source_or_not_at_all(template: Definition) -> None:
    text = (FOLDER / "M01.yaml").read_text(encoding="utf-8").replace('    dropped_in: "2018"\n', "", 1)
    assert sentences(text, template) == ["dropped_in and dropped_source are given together or not at all."]


def test_all_faults_of_one_file_are_said_with_their_lines(template: Definition) -> None:
    text = edited("M12", scale="100", function="money", denominator="VFIN99", status="published")
    _, faults = parse_metrics(text, template)
    assert {fault.where.partition(": ")[2] for fault in faults} == {"scale", "function", "denominator", "reviewer"}
    for fault in faults:
        number = int(fault.where.removeprefix("line ").partition(":")[0])
        assert text.splitlines()[number - 1].startswith(fault.where.partition(": ")[2])


def test_what_is_not_yaml_is_one_fault(template: Definition) -> None:
    found, faults = parse_metrics("id: [", template)
    assert found == ()
    assert len(faults) == 1


def test_what_is_no_set_of_names_is_one_fault(template: Definition) -> None:
    assert sentences("- id: M12", template) == ["A set of names with values is needed here."]


class TestTogether:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(FOLDER, tmp_path / "definitions"))

    def faults(self, folder: Path, template: Definition) -> list[str]:
        with pytest.raises(MetricFaults) as caught:
            read_metrics(template, folder)
        assert str(caught.value)
        return [f"{fault.where}: {fault.sentence}" for fault in caught.value.faults]

    def test_faults_of_all_files_are_said_at_once(self, folder: Path, template: Definition) -> None:
        (folder / "M12.yaml").write_text(edited("M12", scale="100"), encoding="utf-8")
        (folder / "M18.yaml").write_text(edited("M18", function="money"), encoding="utf-8")
        found = self.faults(folder, template)
        assert [said.partition(",")[0] for said in found] == ["M12.yaml", "M18.yaml"]

    def test_the_file_is_named_for_its_metric(self, folder: Path, template: Definition) -> None:
        (folder / "M12.yaml").rename(folder / "invoices.yaml")
        assert self.faults(folder, template) == ["invoices.yaml, line 1: The file is named invoices, but it holds M12."]

    def test_files_of_others_are_left_alone_but_not_of_nobody(self, folder: Path, template: Definition) -> None:
        (folder / "M12.yaml").write_text(edited("M12", template="pathology", numerator="PSV3"), encoding="utf-8")
        assert "M12" not in [metric.id for metric in read_metrics(template, folder)]
        (folder / "M12.yaml").write_text(edited("M12", template="dentistry"), encoding="utf-8")
        assert self.faults(folder, template) == [
            "M12.yaml, line 22: template: dentistry is not the template back_office."
        ]

    def test_order_and_name_are_each_metrics_own(self, folder: Path, template: Definition) -> None:
        (folder / "M13.yaml").write_text(edited("M13", order="12", name="cost per INVOICE"), encoding="utf-8")
        assert self.faults(folder, template) == [
            "all metrics: M12 and M13 have the same order.",
            "all metrics: M12 and M13 have the same name.",
        ]

    def test_nothing_is_added_up_twice(self, folder: Path, template: Definition) -> None:
        (folder / "M12.yaml").write_text(edited("M12", counted="additive"), encoding="utf-8")
        assert "all metrics: M03 and M12 are added up, and both count FIN3.pay." in self.faults(folder, template)
