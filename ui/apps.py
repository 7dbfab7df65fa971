"""The room of layouts, fields and formats, as Django sees it: it has templates, and no tables."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the room, so that its templates are found."""

    name = "ui"
