"""The submissions room."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Returns: files received, judged, loaded."""

    name = "submissions"
