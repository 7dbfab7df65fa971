"""Measuring a return: every metric that needs only that return."""

from django.db import transaction
from django.utils import timezone

from benchmarks.metrics import calculate
from benchmarks.models import MetricValue
from benchmarks.registry import metrics
from submissions.models import Figure, Submission
from templates_app import registry


def measure(*, submission_id: int) -> None:
    """Calculate and store every metric of a loaded submission, or do nothing when that has been done."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        if submission.loaded_at is None or submission.measured_at is not None:
            return
        definition = registry.get(submission.template, submission.version)
        values = Figure.objects.filter(submission=submission).by_submission()[submission.pk]
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
