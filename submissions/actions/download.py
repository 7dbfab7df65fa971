"""Giving a trust its workbook, filled with what its latest file holds, or with what is already known."""

from typing import cast

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.models import Membership, User
from submissions.models import Return
from submissions.queries.judging import last_year_figures, published_figures
from submissions.queries.own_files import latest_own
from submissions.queries.rulesets import workbook_rules
from submissions.queries.standing import due_date_of
from submissions.read_file import from_json
from templates_app import registry
from templates_app.marking import carried
from templates_app.schema import TrustType
from templates_app.trust_reference import prefill
from templates_app.workbook_write import TrustDetails, write_workbook


def trust_details(return_record: Return, *, upload_address: str = "") -> TrustDetails:
    """What the cover of the workbook says of the trust."""
    trust = return_record.trust
    memberships = Membership.objects.current().filter(trust=trust).select_related("footprint")
    return TrustDetails(
        code=trust.ods_code,
        name=trust.name,
        trust_type=cast(TrustType, trust.trust_type),
        footprint_names=tuple(sorted(membership.footprint.name for membership in memberships)),
        year=return_record.collection.year,
        due_date=due_date_of(return_record),
        upload_address=upload_address,
    )


def download_workbook(*, by: User, return_record: Return, upload_address: str = "") -> tuple[str, bytes]:
    """File name and bytes of the workbook for a return: filled with the values of its latest own file, or where there is none with what
    has been published about the trust. Raises NotAllowed when the person may not have it."""
    check_may(by, "download_template", trust=return_record.trust)
    collection = return_record.collection
    definition = workbook_rules(collection.template, collection.version)
    known = prefill(definition, published_figures(return_record.trust_id, collection.year))
    file = latest_own(return_record)
    reading = from_json(file.reading) if file and file.reading else None
    # By place, whatever version the file was: what stands at a place that this version has not is left behind.
    values, texts = carried(reading, definition) if reading else ({}, {})
    data = write_workbook(
        definition,
        trust_details(return_record, upload_address=upload_address),
        last_year=last_year_figures(return_record),
        prefill={place: figure for place, figure in known.items() if not reading or place not in reading.cells},
        values=values,
        texts=texts,
        checksum=registry.checksum(collection.template, collection.version),
    )
    with transaction.atomic():
        Return.objects.filter(pk=return_record.pk, downloaded_at=None).update(downloaded_at=timezone.now())
        detail = {"carries": file.reference} if file else {}
        record(verb="workbook downloaded", by=by, subject=return_record, trust=return_record.trust, detail=detail)
    year = collection.year.replace("/", "-")
    return f"{definition.title} {year} {return_record.trust.ods_code}.xlsx".replace(" ", "-"), data
