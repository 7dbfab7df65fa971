"""A trust with its people around a return that is late, on a working day whose clock the test reads."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from footprints.models import Footprint, RoleKind, Trust, User
from submissions.models import Collection, Return
from tests.factories import (
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    TrustFactory,
    UserFactory,
)

DUE = date(2016, 9, 30)
"""A Friday."""
STAFF = {
    "preparer": "Amina Khan",
    "signatory": "Tom Okafor",
    "chief_executive": "Ruth Bell",
    "stp_lead": "Jane Marsh",
    "regional_director": "Paul Ng",
    "support_manager": "Sue Field",
}


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day, in London."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone())


@dataclass
class Scene:
    """One trust in one footprint, its people by what they are, and its return."""

    trust: Trust
    footprint: Footprint
    collection: Collection
    return_record: Return
    people: dict[str, User] = field(default_factory=dict)

    def another(self, **of_the_trust: Any) -> "Scene":
        """Another trust of the same footprint, with people of its own, which owes a return to the same collection."""
        return scene(collection=self.collection, footprint=self.footprint, **of_the_trust)


def round_of(**values: Any) -> Collection:
    """A round that was due on the 30 September 2016, with the standard ladder."""
    dates = {"opens_date": date(2016, 9, 1), "due_date": DUE, "closes_date": DUE + timedelta(days=60)}
    return CollectionFactory(**{"name": "Back office 2015/16", "ladder": "standard", **dates, **values})


def scene(collection: Collection | None = None, footprint: Footprint | None = None, **of_the_trust: Any) -> Scene:
    """A trust with a person in each role, and its return."""
    first = footprint is None
    footprint = footprint or FootprintFactory(region="London")
    trust = TrustFactory(region="London", **of_the_trust)
    MembershipFactory(trust=trust, footprint=footprint)
    made = Scene(trust, footprint, collection or round_of(), None)  # type: ignore[arg-type]
    made.return_record = ReturnFactory(trust=trust, collection=made.collection)
    places = {
        "stp_lead": {"footprint": footprint},
        "regional_director": {"region": "London"},
        "support_manager": {"region": "London"},
    }
    for kind, name in STAFF.items():
        if kind in places and not first:
            continue
        made.people[kind] = UserFactory(name=name)
        RoleFactory(user=made.people[kind], kind=RoleKind(kind), **places.get(kind, {"trust": trust}))
    return made
