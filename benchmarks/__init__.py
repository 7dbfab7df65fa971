"""Metrics and comparisons."""
