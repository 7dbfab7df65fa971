"""A round in which every trust has been measured: values of every metric, signatures and footprints, made in bulk."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from perf.desk_fill import BATCH, FOOTPRINTS

if TYPE_CHECKING:
    from footprints.models import Footprint, Trust, User
    from submissions.models import Collection, Return, Submission

# A trust's income, and in step with it its staff, floor area and sites.
_FIGURES = """
INSERT INTO submissions_figure (submission_id, line, "column", kind, number, text, sheet, cell)
SELECT s.id, f.line, 'value', 'number', round((s.size / f.share)::numeric, 2), '', 'Organisation', 'C7'
FROM (SELECT id, 60000 + random() * 840000 AS size FROM submissions_submission WHERE id = ANY(%s)) s
CROSS JOIN (VALUES ('ORG02', 1.0), ('ORG06', 50.0), ('ORG08', 4.0), ('ORG09', 20000.0)) AS f(line, share)
"""
_VALUES = """
INSERT INTO benchmarks_metricvalue
    (submission_id, metric, status, numerator, denominator, value, relevant_pay, opportunity_volume, reason, definition)
SELECT v.id, v.metric, 'calculable', round(v.value * v.size / v.scale, 6), v.size, v.value, 400, v.size, '', ''
FROM (
    SELECT f.submission_id AS id, f.number AS size, m.metric, m.scale, round((20 + random() * 180)::numeric, 1) AS value
    FROM unnest(%s::text[], %s::numeric[]) AS m(metric, scale)
    CROSS JOIN submissions_figure f WHERE f.line = 'ORG02' AND f.submission_id = ANY(%s)
) v
"""

KINDS = ("acute", "acute", "acute", "mental_health", "mental_health", "specialist", "community", "ambulance")


def fill(trusts: int, years: int) -> "tuple[Collection, Footprint, User]":
    """Trusts in 44 footprints, a round a year; gives the newest round, one footprint, and its lead."""
    from footprints.models import Footprint, Membership, Region, Role, RoleKind, Trust, User

    footprints = Footprint.objects.bulk_create(
        Footprint(ons_code=f"E54{n:06}", name=f"Footprint {n}", region=Region.values[n % 4]) for n in range(FOOTPRINTS)
    )
    made = Trust.objects.bulk_create(
        (
            Trust(
                ods_code=f"{n:05}", name=f"Trust {n} Hospitals NHS Trust", trust_type=KINDS[n % len(KINDS)],
                is_foundation_trust=bool(n % 2), region=footprints[_footprint_of(n, trusts)].region,
            )
            for n in range(trusts)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    Membership.objects.bulk_create(
        (
            Membership(
                trust=trust, footprint=footprints[_footprint_of(n, trusts)], from_date=date(2016, 3, 15), source="made up"
            )
            for n, trust in enumerate(made)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    person = User.objects.create(email="uploader@example.nhs.uk", name="Uploader")
    lead = User.objects.create(email="lead@example.nhs.uk", name="Lead")
    Role.objects.create(user=lead, kind=RoleKind.STP_LEAD, footprint=footprints[0])
    newest = [_round(made, person, number) for number in range(years)][-1]
    return newest, footprints[0], lead


def _footprint_of(number: int, trusts: int) -> int:
    """Every footprint has six trusts or seven, however many footprints that would take: the others stand in the last."""
    return min(number // 6, FOOTPRINTS - 1) if trusts > 1000 else number % FOOTPRINTS


def _round(trusts: "list[Trust]", person: "User", number: int) -> "Collection":
    from django.db import connection

    from benchmarks.defining.registry import metrics
    from submissions.models import Collection, Return, Submission

    today, now = timezone.localdate(), timezone.now()
    collection = Collection.objects.create(
        template="back_office", version="2016.1", year=f"20{15 + number}/{16 + number}", name=f"Round {number}",
        opens_date=today - timedelta(days=400 - number), due_date=today + timedelta(days=10), sign_off_rule="not_needed",
    )  # fmt: skip
    records = Return.objects.bulk_create(
        (Return(collection=collection, trust=trust, opened_at=now, downloaded_at=now) for trust in trusts),
        batch_size=BATCH,
    )
    files = Submission.objects.bulk_create(
        (_file(record, person, f"{number}-{n}") for n, record in enumerate(records)), batch_size=BATCH
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [number / 10])
        keys = [file.pk for file in files]
        cursor.execute(_FIGURES, [keys])
        listed = metrics("back_office")
        cursor.execute(_VALUES, [[metric.id for metric in listed], [metric.scale for metric in listed], keys])
    return collection


def _file(record: "Return", person: "User", reference: str) -> "Submission":
    from submissions.models import Submission

    now = timezone.now()
    return Submission(
        return_record=record, reference=f"D-{reference}", file_name="return.xlsx", file_key="submissions/00/made-up",
        sha256=f"{record.pk:064x}", size_bytes=48_000, uploaded_by=person, state="accepted", template="back_office",
        version="2016.1", checked_at=now, loaded_at=now, measured_at=now,
    )  # fmt: skip
