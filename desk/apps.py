"""The desk room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Rounds, chasing, statistics, and who needs help."""

    name = "desk"
