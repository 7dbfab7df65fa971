"""Rows of comparisons, for a trust and for a footprint."""
