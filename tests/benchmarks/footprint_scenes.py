"""A footprint among twelve trusts on record, so small that every figure of its page can be worked out by hand."""

from collections.abc import Mapping
from decimal import Decimal

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.actions import refresh_live
from benchmarks.arithmetic.whatif import NOTHING_CHANGED, Changes
from benchmarks.models import BenchmarkRun
from benchmarks.queries.footprint_page import FootprintPage, footprint_page
from footprints.models import Footprint, RoleKind, Trust, TrustType, User
from submissions.models import Collection, Submission
from submissions.states import State
from tests.benchmarks.pages import lead
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    MetricValueFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)

VALUES = {"M02": 900, "M03": 500, "M06": 100}
"""Of the trusts of other footprints; £k for each £100m. Those of the footprint have £200m of income."""


def own(
    footprint: Footprint, collection: Collection, values: Mapping[str, Decimal | int | str], name: str, **trust: object
) -> Submission:
    """A trust of the footprint with a return on record."""
    member = MembershipFactory(footprint=footprint, trust=TrustFactory(name=f"{name} NHS Trust", **trust)).trust
    return on_record(collection, values, trust=member)


def twelve() -> tuple[Footprint, Collection, dict[str, Submission]]:
    """Ten acute trusts elsewhere, all alike, and two of the footprint: one dearer and one cheaper."""
    footprint, collection = FootprintFactory(name="Vale and Moor"), CollectionFactory(name="Back office 2015/16")
    for number in range(10):
        stranger = TrustFactory(name=f"Stranger {number}", trust_type=TrustType.ACUTE)
        on_record(collection, VALUES, trust=stranger, income=Decimal(200_000 + 1000 * number))
    files = {
        "dear": own(footprint, collection, {"M01": 8, "M02": 1000, "M03": 700, "M06": 90}, "Dear", trust_type="acute"),
        "cheap": own(footprint, collection, {"M01": Decimal("5.5"), "M02": 950, "M03": 400, "M06": 150}, "Cheap", trust_type="acute"),
    }  # fmt: skip
    return footprint, collection, files


def run_of(collection: Collection) -> BenchmarkRun:
    """The live run, made now."""
    run = refresh_live(collection, anyway=True)
    assert run is not None
    return run


def analyst() -> User:
    """Somebody who may see every trust by name."""
    return RoleFactory(kind=RoleKind.ANALYST, trust=None).user


def page_of(
    footprint: Footprint, person: User | None = None, changes: Changes = NOTHING_CHANGED, *numbers: int
) -> FootprintPage:
    """The page as somebody reads it; the lead where nobody is named."""
    return footprint_page(footprint, person or lead(footprint), numbers=numbers, changes=changes)


def laboratory(collection: Collection, trust: Trust, cost: int) -> Submission:
    """A return of biochemistry alone: £000 for 200,000 tests."""
    now = timezone.now()
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection, trust=trust), state=State.ACCEPTED, loaded_at=now,
        measured_at=now, template="pathology", version="2016.1",
    )  # fmt: skip
    amounts = {"numerator": Decimal(cost), "denominator": Decimal(200_000), "value": Decimal(cost) / 200}
    MetricValueFactory(submission=file, metric="P02-PBC", opportunity_volume=Decimal(200_000), **amounts)
    return file


def address(footprint: Footprint, query: str = "") -> str:
    """Of the page, with what the reader asks of it."""
    return reverse("benchmarks:footprint", args=[footprint.ons_code]) + query


def html(person: User, where: str) -> str:
    """The page as it is sent."""
    client = Client()
    client.force_login(person)
    response = client.get(where)
    assert response.status_code == 200
    return response.content.decode()
