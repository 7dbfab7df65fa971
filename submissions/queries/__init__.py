"""Rows that pages and checks need from several models, as frozen dataclasses and plain mappings."""
