"""Rows that the pages of the desk need, as frozen dataclasses."""
