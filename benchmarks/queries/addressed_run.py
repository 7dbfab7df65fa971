"""The run that an address names (see `benchmarks.run_address`)."""

import re

from benchmarks.models import BenchmarkRun

_LIVE = re.compile(r"live-(?P<template>[a-z_]+)-(?P<collection>\d+)")
_PUBLISHED = re.compile(r"(?P<template>[a-z_]+)-(?P<first>\d{4})-(?P<second>\d\d)")


def run_at(key: str) -> BenchmarkRun | None:
    """The run with this key, with its collection and who froze it; None where there is none."""
    runs = BenchmarkRun.objects.select_related("collection", "frozen_by")
    if key.isdigit():
        return runs.filter(number=int(key)).first()
    if found := _LIVE.fullmatch(key):
        return runs.live().filter(template=found["template"], collection=int(found["collection"])).first()
    if found := _PUBLISHED.fullmatch(key):
        year = f"{found['first']}/{found['second']}"
        return runs.live().filter(collection=None, template=found["template"], year=year).first()
    return None
