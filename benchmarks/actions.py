"""Measuring a return: every metric that needs only that return."""

from typing import cast

from django.db import transaction
from django.utils import timezone

from benchmarks.metrics import calculate
from benchmarks.models import MetricValue
from benchmarks.registry import metrics
from submissions.models import Submission
from templates_app import registry
from templates_app.reading import Value, ValueKind


def measure(*, submission_id: int) -> None:
    """Calculate and store every metric of a loaded submission, or do nothing when that has been done."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        if submission.loaded_at is None or submission.measured_at is not None:
            return
        definition = registry.get(submission.template, submission.version)
        rows = submission.figures.values_list("line", "column", "kind", "number", "text")
        values = {
            (line, column): Value(cast(ValueKind, kind), number=number, text=text)
            for line, column, kind, number, text in rows
        }
        MetricValue.objects.bulk_create(
            MetricValue(
                submission=submission,
                metric=metric.id,
                status=result.status,
                numerator=result.numerator,
                denominator=result.denominator,
                value=result.value,
                relevant_pay=result.relevant_pay,
                opportunity_volume=result.opportunity_volume,
                reason=result.reason,
            )
            for metric in metrics(submission.template)
            for result in [calculate(metric, values, definition)]
        )
        submission.measured_at = timezone.now()
        submission.save(update_fields=["measured_at"])
