"""Measuring a return: every metric that needs only that return; and measuring again what was measured by another definition."""

import logging
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from benchmarks.arithmetic import metrics, obstacles
from benchmarks.arithmetic.metrics import calculate
from benchmarks.defining.registry import measured
from benchmarks.defining.schema import Metric
from benchmarks.models import MetricValue
from submissions.models import Figure, Submission, SubmissionQuerySet
from templates_app import expressions, gates, operands, registry

logger = logging.getLogger(__name__)

_ARITHMETIC = {
    "id", "numerator", "numerator_where", "denominator", "blank_lines", "scale", "relevant_pay", "opportunity_volume",
}  # fmt: skip
"""What of a definition decides the value; words, targets and population do not."""

_CODE = (metrics, obstacles, operands, gates, expressions)
"""The modules that work a value out of a return."""


def measure(*, submission_id: int) -> None:
    """Calculate and store every metric of a loaded submission, or do nothing when that has been done."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        if submission.loaded_at is None or submission.measured_at is not None:
            return
        _store(submission)


def measure_all(submissions: SubmissionQuerySet) -> None:
    """Measure each of some submissions; one that cannot be measured does not keep the others from it, and is logged."""
    for submission_id in list(submissions.values_list("pk", flat=True)):
        try:
            measure(submission_id=submission_id)
        except Exception:
            logger.exception("Submission %s could not be measured", submission_id)


def measure_again(*, submission_id: int) -> None:
    """Measure a submission anew by the definitions of today; its figures are what they were."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        if submission.measured_at is not None:
            submission.metric_values.all().delete()
            _store(submission)


def measured_otherwise(template: str) -> list[int]:
    """The keys of files on record that were measured by other definitions or code than today's, or before there were some or any of them.

    Values that were entered without saying by which definition are left alone.
    """
    current = [digest_of(metric) for metric in measured(template)]
    counted = Submission.objects.accepted().filter(template=template, measured_at__isnull=False)
    found = counted.annotate(
        known=Count("metric_values", filter=~Q(metric_values__definition="")),
        entered=Count("metric_values", filter=Q(metric_values__definition="")),
        current=Count("metric_values", filter=Q(metric_values__definition__in=current)),
    )
    stale = found.filter(Q(known__gt=0) | Q(entered=0), current__lt=len(current))
    return list(stale.order_by("pk").values_list("pk", flat=True))


def digest_of(metric: Metric) -> str:
    """What tells the arithmetic of two definitions apart, or of one by two versions of the code."""
    written = metric.model_dump_json(include=_ARITHMETIC, by_alias=True)
    return sha256(f"{_code_digest()}{written}".encode()).hexdigest()[:16]


@cache
def _code_digest() -> str:
    return sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in _CODE)).hexdigest()


def _store(submission: Submission) -> None:
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
            definition=digest_of(metric),
        )
        for metric in measured(submission.template)
        for result in [calculate(metric, values, definition)]
    )
    submission.measured_at = timezone.now()
    submission.save(update_fields=["measured_at"])
