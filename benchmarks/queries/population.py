"""Who is compared: the returns on record of a collection, and what each metric comes to in them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from benchmarks.models import MetricValue
from benchmarks.peers import Candidate
from benchmarks.schema import Metric
from submissions.models import Collection, Figure, Return
from submissions.states import State

INCOME_LINE = "ORG02"
"""Patient-care income, £000: the size of a trust."""


@dataclass(frozen=True, slots=True)
class Population:
    """The values of some metrics over all returns on record of one collection."""

    owed: Mapping[str, int]
    """Returns that are owed, by type of trust."""
    values: Mapping[str, Mapping[str, Decimal]]
    """By metric, then by ODS code; only what could be calculated, of the types that the metric is for."""

    def of(self, metric: Metric) -> Mapping[str, Decimal]:
        """The values of one metric by ODS code."""
        return self.values.get(metric.id, {})

    def expected(self, metric: Metric) -> int:
        """How many returns there would be if every trust that the metric is for had sent one."""
        return sum(self.owed.get(trust_type, 0) for trust_type in metric.population)


def population(collection: Collection, metrics: Sequence[Metric]) -> Population:
    """The population of a collection, in two queries whatever its size."""
    types = {metric.id: frozenset[str](metric.population) for metric in metrics}
    rows = (
        MetricValue.objects.on_record(collection)
        .calculable()
        .filter(metric__in=types)
        .values_list(
            "metric", "submission__return_record__trust__ods_code", "submission__return_record__trust__trust_type", "value"
        )
    )  # fmt: skip
    values: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for metric, code, trust_type, value in rows:
        if value is not None and trust_type in types[metric]:
            values[metric][code] = value
    owed = Return.objects.filter(collection=collection).values("trust__trust_type").annotate(count=Count("pk"))
    return Population(owed={row["trust__trust_type"]: row["count"] for row in owed}, values=values)


def candidates(collection: Collection) -> list[Candidate]:
    """Every trust on record of a collection, with its income: those from whom peers are chosen. One query."""
    rows = Figure.objects.filter(
        submission__state=State.ACCEPTED,
        submission__return_record__collection=collection,
        line=INCOME_LINE,
        column="value",
    ).values_list(
        "submission__return_record__trust__ods_code", "submission__return_record__trust__trust_type", "number"
    )
    return [Candidate(code, trust_type, None if income is None else income * 1000) for code, trust_type, income in rows]
