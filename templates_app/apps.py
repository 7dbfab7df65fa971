"""The room of template definitions and workbooks, as Django sees it."""

from django.apps import AppConfig


class TemplatesAppConfig(AppConfig):
    """Tells Django about this room."""

    name = "templates_app"
    verbose_name = "Templates"
