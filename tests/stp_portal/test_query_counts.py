"""How many questions each page asks the database: no more than stated, and no more for many rows than for one."""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.actions import refresh_live
from desk.forms.rounds import OpenRoundForm
from footprints.models import RoleKind, Trust, User
from submissions.models import Return
from submissions.states import State
from templates_app import registry
from tests.benchmarks.scenes import on_record as measured
from tests.desk.test_rounds import a_plan
from tests.factories import (
    CollectionFactory,
    ContactFactory,
    ExcuseFactory,
    ExtensionFactory,
    FeedbackAnswerFactory,
    FeedbackFactory,
    FigureQueryFactory,
    FootprintFactory,
    InvitationFactory,
    MembershipFactory,
    NilReturnFactory,
    ReopeningFactory,
    ReturnFactory,
    RoleFactory,
    SelfSignOffPermitFactory,
    SignOffFactory,
    SubmissionFactory,
    SupportOverrideFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MANY = 12

Fill = Callable[[int], None]
"""Makes so many more of what the page lists."""
Page = tuple[User, str, Fill]


def manager() -> User:
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user


def somebody(kind: RoleKind, **scope: object) -> User:
    return RoleFactory(kind=kind, **{"trust": None} | scope).user


def on_record(**more: object) -> Any:
    return SubmissionFactory(state=State.ACCEPTED, loaded_at=timezone.now(), **more)


def in_north() -> tuple[Trust, Return]:
    trust = TrustFactory(region="North")
    return trust, ReturnFactory(trust=trust, collection__template="back_office", collection__version="2016.1")


def reopenings() -> Page:
    def fill(count: int) -> None:
        for _ in range(count):
            ReopeningFactory()
            ReopeningFactory(
                granted=False, decided_by=UserFactory(), decided_at=timezone.now(), decision_reason="It is right."
            )

    return manager(), reverse("submissions:reopenings"), fill


def permits() -> Page:
    def fill(count: int) -> None:
        for _ in range(count):
            SignOffFactory(permit=SelfSignOffPermitFactory())

    return manager(), reverse("submissions:permits"), fill


def support_of_trust() -> Page:
    trust, _ = in_north()

    def fill(count: int) -> None:
        for _ in range(count):
            made = ReturnFactory(trust=trust)
            SubmissionFactory(return_record=made, state=State.BLOCKED)
            ContactFactory(return_record=made)
            SupportOverrideFactory(trust=trust, ended_at=timezone.now())
            MembershipFactory(trust=trust, to_date=timezone.localdate())

    return (
        somebody(RoleKind.SUPPORT_MANAGER, region="North"),
        reverse("desk:override_support", args=[trust.ods_code]),
        fill,
    )


def support_of_footprint() -> Page:
    footprint = FootprintFactory(region="North")

    def fill(count: int) -> None:
        for _ in range(count):
            trust, made = in_north()
            MembershipFactory(trust=trust, footprint=footprint)
            SubmissionFactory(return_record=made, state=State.BLOCKED)

    person = somebody(RoleKind.SUPPORT_MANAGER, region="North")
    return person, reverse("desk:override_footprint_support", args=[footprint.ons_code]), fill


def a_person() -> Page:
    person = UserFactory()

    def fill(count: int) -> None:
        for _ in range(count):
            covered = RoleFactory()
            RoleFactory(
                user=person, trust=covered.trust, covers=covered, to_date=timezone.localdate() + timedelta(days=9)
            )
            InvitationFactory(role=RoleFactory(user=person))

    return somebody(RoleKind.ADMINISTRATOR), reverse("footprints:person", args=[person.pk]), fill


def people_of_a_trust() -> Page:
    trust = TrustFactory()

    def fill(count: int) -> None:
        for _ in range(count):
            covered = RoleFactory(trust=trust)
            RoleFactory(trust=trust, covers=covered, to_date=timezone.localdate() + timedelta(days=9))
            InvitationFactory(role=RoleFactory(trust=trust))

    return somebody(RoleKind.SIGNATORY, trust=trust), reverse("footprints:trust_people", args=[trust.ods_code]), fill


def deciding_an_extension() -> Page:
    _, made = in_north()
    asked = ExtensionFactory(return_record=made)

    def fill(count: int) -> None:
        for number in range(count):
            day = made.collection.due_date + timedelta(days=number)
            decided = {"decided_by": UserFactory(), "decided_at": timezone.now()}
            ExtensionFactory(return_record=made, until_date=day, granted=True, **decided)
            ContactFactory(return_record=made)
            SubmissionFactory(return_record=made, state=State.BLOCKED)

    return manager(), reverse("submissions:decide_extension", args=[asked.pk]), fill


def deciding_a_reopening() -> Page:
    file = on_record()
    asked = ReopeningFactory(sign_off=SignOffFactory(submission=file))

    def fill(count: int) -> None:
        for _ in range(count):
            over = SignOffFactory(submission=file, ended_at=timezone.now())
            decided = {"decided_by": UserFactory(), "decided_at": timezone.now(), "decision_reason": "It is."}
            ReopeningFactory(sign_off=over, granted=True, **decided)

    return manager(), reverse("submissions:decide_reopening", args=[asked.pk]), fill


def queries() -> Page:
    file = on_record()

    def fill(count: int) -> None:
        for _ in range(count):
            answered = {"answered_by": UserFactory(), "answered_at": timezone.now(), "answer": "It is right."}
            FigureQueryFactory(submission=file)
            FigureQueryFactory(submission=file, column="non_pay", **answered)

    return manager(), reverse("submissions:queries", args=[file.return_record_id]), fill


def nil_return() -> Page:
    made = ReturnFactory(collection=CollectionFactory(template="pathology", version="2016.1"))

    def fill(count: int) -> None:
        for _ in range(count):
            NilReturnFactory(return_record=made, withdrawn_by=UserFactory(), withdrawn_at=timezone.now())
            SubmissionFactory(return_record=made, state=State.BLOCKED)

    return somebody(RoleKind.PREPARER, trust=made.trust), reverse("submissions:nil_return", args=[made.pk]), fill


def excusing() -> Page:
    made = ReturnFactory()

    def fill(count: int) -> None:
        for _ in range(count):
            ExcuseFactory(return_record=made, ended_by=UserFactory(), ended_at=timezone.now())
            SubmissionFactory(return_record=made, state=State.BLOCKED)

    return manager(), reverse("submissions:excuse", args=[made.pk]), fill


def definition() -> Page:
    lines = (line for sheet in registry.get("back_office", "2016.1").sheets for line in sheet.lines)

    def fill(count: int) -> None:
        for line in islice(lines, count):
            made = ReturnFactory(collection=CollectionFactory(purpose="pilot", template="back_office"))
            FeedbackFactory(return_record=made, code=line.code, text="Which year?")
            FeedbackAnswerFactory(template="back_office", version="2016.1", subject="line", code=line.code)

    return manager(), reverse("desk:definition", args=["back_office", "2016.1"]), fill


def feedback() -> Page:
    pilot = ReturnFactory(collection=CollectionFactory(purpose="pilot"))

    def fill(count: int) -> None:
        for _ in range(count):
            FeedbackFactory(return_record=pilot)

    return somebody(RoleKind.PREPARER, trust=pilot.trust), reverse("desk:feedback", args=[pilot.pk]), fill


def rounds() -> Page:
    def fill(count: int) -> None:
        for _ in range(count):
            ReturnFactory(collection=CollectionFactory())

    return manager(), reverse("desk:rounds"), fill


def statistics() -> Page:
    collection = CollectionFactory(template="back_office", version="2016.1")

    def fill(count: int) -> None:
        for _ in range(count):
            trust = TrustFactory(region="North")
            MembershipFactory(trust=trust)
            on_record(return_record=ReturnFactory(trust=trust, collection=collection))

    return manager(), f"{reverse('desk:statistics')}?collection={collection.pk}", fill


def a_footprint() -> Page:
    footprint, collection = FootprintFactory(), CollectionFactory(template="back_office", version="2016.1")

    def fill(count: int) -> None:
        for number in range(count):
            member = MembershipFactory(footprint=footprint).trust
            file = measured(collection, {"M02": 900 + number, "M03": 500 + number, "M06": 100}, trust=member)
            FigureQueryFactory(submission=file)
        refresh_live(collection, anyway=True)

    address = reverse("benchmarks:footprint", args=[footprint.ons_code])
    return somebody(RoleKind.STP_LEAD, footprint=footprint), f"{address}?peers=nearest&disputed=in", fill


PAGES: dict[Callable[[], Page], int] = {
    reopenings: 12,
    permits: 12,
    support_of_trust: 22,
    support_of_footprint: 22,
    a_person: 15,
    people_of_a_trust: 14,
    deciding_an_extension: 16,
    deciding_a_reopening: 14,
    queries: 14,
    nil_return: 16,
    excusing: 16,
    definition: 14,
    feedback: 12,
    rounds: 10,
    statistics: 14,
    a_footprint: 18,  # ten of the page; the others are session (four), person, roles, the footprint, and the event
}


@pytest.mark.parametrize("made", PAGES, ids=lambda made: made.__name__)
def test_many_rows_take_no_more_questions_than_one(made: Callable[[], Page], client: Client) -> None:
    person, address, fill = made()
    client.force_login(person)
    counts = []
    for more in (1, MANY):
        fill(more)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0], [query["sql"][:300] for query in asked.captured_queries]
    assert counts[1] <= PAGES[made], counts


def test_the_preview_of_a_round_takes_the_same_for_all_trusts(client: Client) -> None:
    client.force_login(manager())
    counts = []
    for more in (1, MANY):
        for _ in range(more):
            successor = TrustFactory()
            TrustFactory(successor=successor, closed_date=timezone.localdate())
            RoleFactory(trust=successor)
            FeedbackFactory(return_record=ReturnFactory(collection__purpose="pilot", trust=successor))
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse("desk:open_round"), OpenRoundForm.filled_from(a_plan()))
        assert "What opening" in answer.content.decode()
        counts.append(len(asked))
    assert counts[1] <= counts[0]
    assert counts[1] <= 16, counts
