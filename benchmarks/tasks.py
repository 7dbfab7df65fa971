"""What the worker does for benchmarks. It asks for what is new, so nothing below needs to call up here, and nothing is lost."""

import logging

from celery import shared_task

from benchmarks.actions import measure
from submissions.models import Submission

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def measure_new_figures() -> None:
    """Measure every return that was loaded and not yet measured."""
    for submission_id in Submission.objects.unmeasured().values_list("pk", flat=True):
        try:
            measure(submission_id=submission_id)
        except Exception:  # one return that cannot be measured must not keep the others from it
            logger.exception("Submission %s could not be measured", submission_id)
