"""The benchmarks room."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """Metrics and comparisons."""

    name = "benchmarks"
