"""The room of organisations, people, access and events, as Django sees it."""

from django.apps import AppConfig


class FootprintsConfig(AppConfig):
    """Tells Django about this room."""

    name = "footprints"
    verbose_name = "Footprints, trusts and people"
