"""What the story of a return tells beside its reminders: letters, what ended, contacts of earlier days; and to whom it shows figures."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.models import Contact
from desk.queries.desk_filters import DeskFilters
from desk.queries.desk_page import desk_page
from desk.queries.story import story
from footprints.events import record as log_event
from footprints.models import RoleKind
from submissions.actions.excuses import end_excuse, excuse_return
from submissions.actions.extensions import grant_directly
from submissions.models import Return
from submissions.queries.signing import SENT_BACK, nil_reference
from tests.desk.test_desk_page import collection, day, manager, staffed
from tests.desk.test_story import date_fields
from tests.factories import (
    AssignmentFactory,
    ExcuseFactory,
    ExtensionFactory,
    FigureQueryFactory,
    LetterFactory,
    NilReturnFactory,
    ReopeningFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db
FIGURES = "FIN3 is 412 thousand pounds."


def told(of: Return, **more: bool) -> list[str]:
    return [entry.title for entry in story(of, timezone.localdate(), **more).entries]


def letter(of: Return, kind: str, key: str, **more: object):
    return LetterFactory(trust=of.trust, kind=kind, key=key, subject=key, text=FIGURES, **more)


def test_what_ended_is_told_with_who_ended_it():
    person, now = manager(), timezone.now()
    one = ReturnFactory(collection=collection(), trust=staffed("Barts"))
    ExcuseFactory(return_record=one, ended_by=person, ended_at=now)
    NilReturnFactory(
        return_record=one, signed_by=person, signed_at=now, withdrawn_by=person, withdrawn_at=now + timedelta(seconds=1)
    )
    assignment = AssignmentFactory(trust=one.trust, manager=person, ended_at=now)
    by = {entry.title: entry.by for entry in story(one, day(0)).entries}
    assert by["Expected again: no longer excused"] == person.name
    assert by["Nil return signed"] == person.name
    assert by["Nil return taken back"] == person.name
    assert by[f"No longer owner: {assignment.manager.name}"] == ""


def test_every_letter_about_the_return_stands_in_it_and_no_other():
    one = ReturnFactory(collection=collection(), trust=staffed("Barts"))
    file = SubmissionFactory(return_record=one)
    signed = SignOffFactory(submission=file, ended_at=timezone.now())
    reopening = ReopeningFactory(sign_off=signed)
    nil = NilReturnFactory(return_record=one, withdrawn_by=manager(), withdrawn_at=timezone.now())
    query, more = FigureQueryFactory(submission=file), ExtensionFactory(return_record=one)
    excused = ExcuseFactory(return_record=one, ended_by=manager(), ended_at=timezone.now())
    sent_back = log_event(verb=SENT_BACK, by=manager(), subject=file, trust=one.trust)
    keys = [
        *(f"{kind} {file.reference}" for kind in ("blocked", "to_explain", "replaced", "refused", "receipt", "to sign")),
        f"signed {signed.pk}", f"signed {nil_reference(nil)}", f"to sign {nil_reference(nil)}", f"nil taken back {nil.pk}",
        f"extension {more.pk}", f"excused {excused.pk}", f"excuse ended {excused.pk}", f"query {query.pk}",
        f"query answered {query.pk}", f"reopening asked {reopening.pk}", f"reopening asked {reopening.pk} told",
        f"reopening decided {reopening.pk}", f"sent back {sent_back.pk}",
    ]  # fmt: skip
    for key in keys:
        letter(one, key.split()[0], key)
    another = SubmissionFactory(return_record__trust=one.trust)
    for key in (f"receipt {another.reference}", f"extension {more.pk + 1}", f"signed {signed.pk + 1}", "cover:1"):
        letter(one, key.split()[0], key)
    LetterFactory(kind="extension", key=f"extension {more.pk}", subject="Of another trust")
    assert sorted(title for title in told(one) if title.startswith("Letter")) == sorted(
        f"Letter: {key}" for key in keys
    )


def test_letters_are_found_under_the_keys_by_which_they_are_written():
    person = RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user
    one = ReturnFactory(collection=collection(), trust=staffed("Barts"))
    grant_directly(by=person, return_record=one, until=day(40), reason="Their payroll provider is late.")
    excuse_return(by=person, return_record=one, reason="The trust merges on 1 October 2016.")
    end_excuse(by=person, return_record=one)
    letters = [entry for entry in story(one, day(0)).entries if entry.title.startswith("Letter: ")]
    assert len(letters) == 3
    assert {len(entry.letters) for entry in letters} == {2}, "one entry for the preparer and the signatory"


@pytest.mark.parametrize(("kind", "seen"), [(RoleKind.SUPPORT_MANAGER, True), (RoleKind.REGIONAL_DIRECTOR, False)])
def test_figures_in_letters_are_for_those_who_may_see_findings(client: Client, kind: RoleKind, seen: bool):
    file = SubmissionFactory(return_record__collection=collection(), return_record__trust=staffed("Barts"))
    one = file.return_record
    to = one.trust.roles.first().user
    letter(one, "receipt", f"receipt {file.reference}", to=to, sent_at=timezone.now())
    client.force_login(manager(kind))
    page = client.get(f"/desk/{one.pk}/").content.decode()
    assert f"Letter: receipt {file.reference}" in page
    assert to.name in page
    assert (FIGURES in page) is seen


def test_a_contact_of_an_earlier_day_is_told_with_its_day_alone(client: Client):
    person, one = manager(), ReturnFactory(collection=collection(), trust=staffed("Barts"))
    client.force_login(person)
    said = {
        "contact-kind": "call",
        "contact-with_whom": "Amina Khan",
        "contact-reached": "yes",
        "contact-said": "Soon.",
    }
    address = f"/desk/{one.pk}/contacts/"
    answer = client.post(address, said | date_fields("contact-on", 1))
    assert (answer.status_code, "The day you spoke must be" in answer.content.decode()) == (422, True)
    page = client.post(address, said | date_fields("contact-on", -2), follow=True).content.decode()
    assert timezone.localdate(Contact.objects.get().at) == day(-2)
    assert "midday" not in page
    assert f"{day(-2).day} {day(-2):%B} {day(-2).year}</time>" in page
    (row,) = desk_page(person, DeskFilters(), 1, day(0)).rows
    assert not row.listed.contacted_today
    client.post(address, said | {"contact-said": "Today."})
    assert timezone.localdate(Contact.objects.get(said="Today.").at) == day(0)


def test_as_many_queries_for_many_letters_as_for_few(client: Client):
    one = ReturnFactory(collection=collection(), trust=staffed())
    client.force_login(manager())

    def add() -> None:
        file = SubmissionFactory(return_record=one)
        letter(one, "receipt", f"receipt {file.reference}")
        signed = SignOffFactory(submission=file, ended_at=timezone.now())
        ReopeningFactory(sign_off=signed, granted=True, decided_by=manager(), decided_at=timezone.now())
        letter(one, "signed", f"signed {signed.pk}")
        ExcuseFactory(return_record=one, ended_by=manager(), ended_at=timezone.now())
        NilReturnFactory(return_record=one, withdrawn_by=manager(), withdrawn_at=timezone.now())

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/desk/{one.pk}/").status_code == 200
        return len(caught)

    add()
    queries()
    few = queries()
    for _ in range(6):
        add()
    assert queries() == few
