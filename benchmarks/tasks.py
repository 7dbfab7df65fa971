"""What the worker does for benchmarks. It asks for what is new, so nothing below needs to call up here, and nothing is lost."""

import logging

from celery import shared_task

from benchmarks.actions import measure_again, measure_all, measured_otherwise, refresh_live
from benchmarks.actions.published_runs import make_published_runs
from submissions.models import Collection, Submission
from templates_app import registry as templates

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def measure_new_figures() -> None:
    """Measure every return that was loaded and not yet measured."""
    measure_all(Submission.objects.unmeasured())


@shared_task(ignore_result=True)
def measure_by_new_definitions() -> None:
    """Measure again every file on record that was measured by definitions that have changed since."""
    for template in sorted({template for template, _ in templates.definitions()}):
        for submission_id in measured_otherwise(template):
            try:
                measure_again(submission_id=submission_id)
            except Exception:  # one return that cannot be measured must not keep the others from it
                logger.exception("Submission %s could not be measured again", submission_id)


@shared_task(ignore_result=True)
def refresh_live_runs() -> None:
    """Make anew the live run of every collection in which something has changed."""
    for collection in Collection.objects.all():
        try:
            refresh_live(collection)
        except Exception:  # one collection that cannot be compared must not keep the others from it
            logger.exception("The live run of %s could not be made", collection)


@shared_task(ignore_result=True)
def make_runs_of_published_figures() -> None:
    """Make anew the runs of published figures when the figures, their definitions or the code have changed."""
    make_published_runs()
