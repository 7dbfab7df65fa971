"""A round of England: trusts in four regions and their footprints, with what their finance and payroll cost."""

from decimal import Decimal

from benchmarks.actions import refresh_live
from benchmarks.models import BenchmarkRun
from footprints.models import Footprint, Region, RoleKind, User
from submissions.models import Collection
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)

REGIONS = tuple(Region.values)


def england(trusts: int) -> tuple[Collection, list[Footprint]]:
    """So many acute trusts, region after region, each in its region's footprint: finance at £500k, £510k, … per £100m; not measured yet."""
    collection = CollectionFactory(illustrative=True)
    footprints = [FootprintFactory(name=f"Footprint of {region}", region=region) for region in REGIONS]
    for number in range(trusts):
        place = number % len(REGIONS)
        trust = TrustFactory(name=f"Trust {number:02} NHS Trust", region=REGIONS[place], trust_type="acute")
        MembershipFactory(trust=trust, footprint=footprints[place])
        on_record(
            collection, {"M03": 500 + 10 * number, "M06": 100, "M22": Decimal(40 + number % 5), "M14": 0}, trust=trust
        )
    return collection, footprints


def overdue(collection: Collection, region: str) -> None:
    """One more trust of the region that has sent nothing."""
    ReturnFactory(collection=collection, trust=TrustFactory(region=region, trust_type="acute"))


def measured(collection: Collection) -> BenchmarkRun:
    """The live run of the round."""
    run = refresh_live(collection, anyway=True)
    assert run is not None
    return run


def somebody(kind: RoleKind, region: str = "") -> User:
    """A person with one role of NHS Improvement."""
    person = UserFactory()
    RoleFactory(user=person, kind=kind, trust=None, footprint=None, region=region)
    return person
