"""The project: settings, addresses, the queue, and the servers behind `make run`."""

from stp_portal.celery import app as celery_app

__all__ = ["celery_app"]
