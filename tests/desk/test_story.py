"""The story of one return: what it tells, that it agrees with the queue, and what is done from it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.models import Assignment, Contact, Pause
from desk.next_action import next_action
from desk.queries.desk_filters import DeskFilters
from desk.queries.desk_page import desk_page
from desk.queries.story import facts_of, story
from footprints.models import Letter, RoleKind, User
from submissions.models import Extension
from tests.desk.test_desk_page import collection, manager, scene, staffed
from tests.factories import (
    AssignmentFactory,
    ChaseFactory,
    ContactFactory,
    ExtensionFactory,
    FigureQueryFactory,
    LetterFactory,
    MembershipFactory,
    PauseFactory,
    ReopeningFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def date_fields(name: str, number: int) -> dict[str, str]:
    on = day(number)
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


@pytest.fixture
def person() -> User:
    return manager()


@pytest.fixture
def desk(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def test_the_story_and_the_queue_say_the_same_is_next():
    person, _ = scene()
    for row in desk_page(person, DeskFilters(), 1, timezone.localdate()).rows:
        told = story(row.return_record, timezone.localdate())
        assert facts_of(told.found, told.missing, told.row) == row.action_facts
        assert next_action(row.action_facts) == row.listed.action


def test_everything_that_happened_stands_in_it_the_latest_first(desk: Client, person: User):
    record = ReturnFactory(collection=collection(), trust=staffed("Barts"))
    file = SubmissionFactory(return_record=record)
    ContactFactory(return_record=record, promised_date=day(4))
    ContactFactory(return_record=record, reached=False, said="No answer.", with_whom="Tom")
    chased = ChaseFactory(return_record=record, rung="late-3")
    bounced = LetterFactory(to=record.trust.roles.first().user, text="Your return is late.", sent_at=timezone.now(), bounced_at=timezone.now())  # fmt: skip
    chased.letters.add(bounced)
    ExtensionFactory(return_record=record, granted=True, until_date=day(40), decided_by=person, decided_at=timezone.now(), decision_reason="They merge")  # fmt: skip
    FigureQueryFactory(submission=file, return_record=record)
    signed = SignOffFactory(submission=file, return_record=record, ended_at=timezone.now())
    ReopeningFactory(sign_off=signed, granted=True, decided_by=person, decided_at=timezone.now())
    AssignmentFactory(trust=record.trust, manager=person)
    PauseFactory(trust=record.trust)
    page = desk.get(f"/desk/{record.pk}/").content.decode()
    for words in (
        "Call with Amina Khan", "They promised it for", "Call to Tom; nobody was reached", "Reminder (late-3)", "Bounced",
        "Your return is late.", "More time asked for", "More time given", "They merge", "Query about FIN3", "Signed off",
        "Reopening asked for", "Reopened", f"Owner: {person.name}", "Reminders paused until", file.reference,
        "Let reminders go again",
    ):  # fmt: skip
        assert words in page, words
    told = story(record, timezone.localdate())
    assert [entry.at for entry in told.entries] == sorted((entry.at for entry in told.entries), reverse=True)


def test_as_many_queries_for_a_long_story_as_for_a_short_one(desk: Client):
    record = ReturnFactory(collection=collection(), trust=staffed())

    def add() -> None:
        ContactFactory(return_record=record)
        SubmissionFactory(return_record=record)
        ChaseFactory(return_record=record, rung=f"step-{timezone.now():%f}").letters.add(LetterFactory())
        PauseFactory(trust=record.trust, ended_at=timezone.now(), ended_by=manager())
        AssignmentFactory(trust=record.trust, ended_at=timezone.now())
        role = RoleFactory(kind=RoleKind.PREPARER, trust=record.trust)
        LetterFactory(to=role.user, sent_at=timezone.now())

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(f"/desk/{record.pk}/").status_code == 200
        return len(caught)

    add()
    queries()
    few = queries()
    for _ in range(8):
        add()
    assert queries() == few


def test_a_call_is_logged_from_it(desk: Client, person: User):
    record = ReturnFactory()
    said = {
        "contact-kind": "call",
        "contact-with_whom": "Amina Khan",
        "contact-reached": "yes",
        "contact-said": "Soon.",
    }
    answer = desk.post(f"/desk/{record.pk}/contacts/", said | date_fields("contact-promised_date", 3), follow=True)
    assert "Your call is in the log." in answer.content.decode()
    contact = Contact.objects.get()
    assert (contact.by, contact.said, contact.promised_date) == (person, "Soon.", day(3))


def test_what_is_wrong_with_a_call_is_said_beside_it(desk: Client):
    record = ReturnFactory()
    said = {"contact-kind": "call", "contact-with_whom": "Amina Khan", "contact-reached": "no", "contact-said": ""}
    answer = desk.post(f"/desk/{record.pk}/contacts/", said | date_fields("contact-promised_date", 3))
    assert answer.status_code == 422
    assert "Nobody was reached, so nobody promised a day" in answer.content.decode()
    assert not Contact.objects.exists()


def test_owner_pause_and_more_time(desk: Client, person: User):
    record = ReturnFactory(trust=staffed("Barts"))
    assert desk.post(f"/desk/{record.pk}/assign/", {"owner-manager": str(person.pk)}).status_code == 302
    assert Assignment.objects.in_force().get().manager == person
    reason = "Their finance director has died."
    paused = {"pause-reason": reason, **date_fields("pause-until_date", 9)}
    assert desk.post(f"/desk/{record.pk}/pause/", paused).status_code == 302
    assert Pause.objects.in_force(day(0)).get().reason == reason
    assert desk.post(f"/desk/{record.pk}/resume/").status_code == 302
    assert not Pause.objects.in_force(day(0)).exists()
    more = {"extend-reason": reason, **date_fields("extend-until", 35)}
    assert desk.post(f"/desk/{record.pk}/extend/", more).status_code == 302
    assert Extension.objects.get().until_date == day(35)
    too_late = {"extend-reason": reason, **date_fields("extend-until", 300)}
    answer = desk.post(f"/desk/{record.pk}/extend/", too_late)
    assert (answer.status_code, "Ask a collection manager" in answer.content.decode()) == (422, True)


def test_a_whole_footprint_gets_an_owner_from_it(desk: Client, person: User):
    record = ReturnFactory(collection=collection(), trust=staffed("Barts"))
    membership = MembershipFactory(trust=record.trust, footprint__name="East London")
    sent = {"owner-manager": str(person.pk), "owner-place": str(membership.footprint_id)}
    answer = desk.post(f"/desk/{record.pk}/assign/", sent, follow=True)
    assert f"{person.name} looks after East London from now on." in answer.content.decode()
    assert Assignment.objects.in_force().get().footprint == membership.footprint
    page = desk_page(person, DeskFilters(owner="mine"), 1, timezone.localdate())
    assert [row.trust.name for row in page.rows] == ["Barts"]


def test_those_who_only_read_are_offered_nothing(client: Client):
    record = ReturnFactory()
    client.force_login(RoleFactory(kind=RoleKind.AUDITOR).user)
    page = client.get(f"/desk/{record.pk}/").content.decode()
    assert "What has happened" in page
    assert "Log a contact" not in page
    client.force_login(RoleFactory(kind=RoleKind.AUDITOR).user)
    assert "With the ticked returns" not in client.get("/desk/").content.decode()


def test_a_trust_without_an_account_says_so(desk: Client):
    record = ReturnFactory(collection=collection(due_date=day(-1)))
    page = desk.get(f"/desk/{record.pk}/").content.decode()
    assert "Nobody of the trust has an account" in page
    assert "Find a preparer" in page
    assert not Letter.objects.exists()
