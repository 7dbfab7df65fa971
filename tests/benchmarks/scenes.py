"""Rounds with returns on record, made without files: what each trust's metrics come to is said by the test."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from benchmarks.defining.registry import metrics
from footprints.models import Trust
from submissions.actions.load import copy_figures
from submissions.models import Collection, Submission
from submissions.states import State
from templates_app.reading import Place, Value
from tests.factories import FigureFactory, MetricValueFactory, ReturnFactory, SubmissionFactory, TrustFactory

INCOME = Decimal(200_000)
"""£200m in £000."""
SCALE = {metric.id: metric.scale for metric in metrics("back_office")}


def on_record(
    collection: Collection,
    values: Mapping[str, Decimal | int | str],
    *,
    trust: Trust | None = None,
    income: Decimal = INCOME,
    state: State = State.ACCEPTED,
) -> Submission:
    """A measured file with these metrics, each over the income; words in place of a number are why there is none."""
    now = timezone.now()
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection, trust=trust or TrustFactory()),
        state=state,
        received_at=now - timedelta(hours=1),
        loaded_at=now,
        measured_at=now,
        template="back_office",
        version="2016.1",
    )
    FigureFactory(submission=file, line="ORG02", column="value", number=income)
    for metric, value in values.items():
        if isinstance(value, str):
            missing = {"numerator": None, "denominator": None, "opportunity_volume": None, "value": None}
            MetricValueFactory(submission=file, metric=metric, status="missing", reason=value, **missing)
        else:
            amount = Decimal(value)
            MetricValueFactory(
                submission=file,
                metric=metric,
                numerator=amount * income / SCALE[metric],
                denominator=income,
                value=amount,
            )
    return file


def loaded(collection: Collection, figures: Mapping[Place, Value], trust: Trust | None = None) -> Submission:
    """An accepted file with these figures, not measured yet."""
    now = timezone.now()
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection, trust=trust or TrustFactory()),
        state=State.ACCEPTED,
        loaded_at=now,
        template="back_office",
        version="2016.1",
    )
    copy_figures(
        (file.pk, line, column, value.kind, None if value.number is None else f"{value.number:f}", value.text, "Costs", "D9")
        for (line, column), value in figures.items()
    )  # fmt: skip
    return file
