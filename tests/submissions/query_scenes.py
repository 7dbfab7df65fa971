"""A return on record with figures that somebody may ask about."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from footprints.models import RoleKind, Trust, User
from submissions.actions.load import load
from submissions.models import Submission
from submissions.states import State
from templates_app.reading import Place, ReadCell, Value
from tests.factories import FigureFactory, MembershipFactory, RoleFactory, SubmissionFactory, UserFactory

PAY = ("FIN3", "pay")
NON_PAY = ("FIN3", "non_pay")
QUESTION = "This is three times last year's. Is the shared service in it?"
ANSWER = "Yes, it moved to us in April 2015."


def on_record(**more: object) -> Submission:
    """The file on record of a trust of the North, with £412k of pay and nothing else for accounts payable."""
    trust = {"return_record__trust__region": "North", "return_record__trust__name": "Barts Health NHS Trust"}
    file = SubmissionFactory(
        state=State.ACCEPTED, loaded_at=timezone.now(), template="back_office", version="2016.1", **trust | more
    )
    FigureFactory(submission=file, line="FIN3", column="pay", number=Decimal(412))
    return file


def somebody(kind: RoleKind, **scope: object) -> User:
    """A person who can be written to."""
    return RoleFactory(kind=kind, user=UserFactory(password="a password for one test"), **{"trust": None} | scope).user


def lead_of(trust: Trust) -> User:
    """The STP lead of a footprint that the trust belongs to."""
    return somebody(RoleKind.STP_LEAD, footprint=MembershipFactory(trust=trust).footprint)


def a_later_file(file: Submission, **figures: Value) -> Submission:
    """A later file of the same return with this pay, being put on record."""
    later = SubmissionFactory(
        return_record=file.return_record, received_at=timezone.now() + timedelta(minutes=1), template="back_office",
        version="2016.1",
    )  # fmt: skip
    values: dict[Place, Value] = {("FIN3", column): value for column, value in figures.items()}
    cells = {place: ReadCell(*place, "Costs", "D9", "label", "number") for place in values}
    load(submission=later, values=values, cells=cells)
    return later
