"""The queue: the Celery application, the table of what runs when, and the worker's sign of life."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, setup_logging, worker_init
from django.core.exceptions import ImproperlyConfigured

from stp_portal.heartbeat import say_worker_is_alive
from stp_portal.serving import check_may_serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stp_portal.settings")

app = Celery("stp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A turn nobody took before the next one came is not worth keeping: without a worker they would pile up.
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds, "queue": "by_the_clock"}}
    for name, task, seconds in (
        ("sweep-unfinished", "submissions.tasks.sweep_unfinished", 15.0),
        ("measure-new-figures", "benchmarks.tasks.measure_new_figures", 3.0),
        ("measure-by-new-definitions", "benchmarks.tasks.measure_by_new_definitions", 300.0),
        ("refresh-live-runs", "benchmarks.tasks.refresh_live_runs", 3.0),
        ("make-published-runs", "benchmarks.tasks.make_runs_of_published_figures", 30.0),
        ("write-receipt-letters", "submissions.tasks.write_receipt_letters", 5.0),
        ("send-letters", "footprints.tasks.send_letters", 5.0),
        ("switch-off-leavers", "footprints.tasks.switch_off_leavers", 3600.0),
        ("send-due-chases", "desk.tasks.send_due_chases", 300.0),
        ("send-digests", "desk.tasks.send_digests", 300.0),
    )
}


@worker_init.connect
@beat_init.connect
def _refuse_without_settings(**_: Any) -> None:
    try:
        check_may_serve()
    except ImproperlyConfigured as trouble:
        sys.exit(str(trouble))  # a signal's other exceptions are only logged


@setup_logging.connect
def _log_as_django_does(**_: Any) -> None:
    """Answering this signal is what keeps Celery from setting up logging of its own."""


@heartbeat_sent.connect
def _say_worker_is_alive(**_: Any) -> None:
    say_worker_is_alive()
