"""What runs of published figures are worked out from: the figures, and what makes their trusts alike."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection
from django.utils import timezone

from benchmarks.arithmetic.published_metrics import Published
from footprints.models import PublishedFigure

_DESCRIBING = {"staff_fte_total": "wte", "gross_internal_floor_area": "floor_area"}

_DIGEST = """
SELECT
    (SELECT md5(coalesce(string_agg(concat_ws(',', trust_id, year, measure, value, unit, is_partial), ';' ORDER BY id), ''))
     FROM footprints_publishedfigure),
    (SELECT md5(coalesce(string_agg(concat_ws(',', id, trust_type, region), ';' ORDER BY id), '')) FROM footprints_trust),
    (SELECT md5(coalesce(string_agg(concat_ws(',', trust_id, footprint_id), ';' ORDER BY id), '')) FROM footprints_membership
     WHERE from_date <= %(today)s AND (to_date IS NULL OR to_date > %(today)s))
"""


def sources_digest() -> str:
    """A digest that changes when a published figure does, or a trust's type, region or footprint."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, {"today": timezone.localdate()})
        return hashlib.sha256(repr(cursor.fetchone()).encode()).hexdigest()


def figures_of(year: str, measures: Collection[str]) -> Mapping[int, Mapping[str, Published]]:
    """The figures of one year, by trust and measure; a trust of which none of these measures was published is not there."""
    found: dict[int, dict[str, Published]] = defaultdict(dict)
    rows = PublishedFigure.objects.filter(year=year, measure__in=measures)
    for trust, measure, value, unit, is_partial in rows.values_list(
        "trust_id", "measure", "value", "unit", "is_partial"
    ):
        found[trust][measure] = Published(value, unit, is_partial)
    return found


def descriptors_by_trust(year: str) -> Mapping[int, dict[str, float]]:
    """Staff (FTE) and floor area (m²) of each trust: of this year where they were published, else of the latest year."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rows = PublishedFigure.objects.filter(measure__in=_DESCRIBING, is_partial=False)
    listed = rows.values_list("trust_id", "measure", "value", "year")
    for trust, measure, value, _ in sorted(listed, key=lambda row: (row[3] == year, row[3])):
        found[trust][_DESCRIBING[measure]] = float(value)
    return found
