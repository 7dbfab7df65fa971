"""The pages by which a round is changed: each form, its trouble, and what it leads to."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import RoleKind, Trust
from submissions.models import Return
from tests.factories import CollectionFactory, ExtensionFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory

REASON = "It joined the pilot of the North late"


@pytest.fixture
def manager(db, client):
    person = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    client.force_login(person)
    return person


@pytest.fixture
def collection(db):
    return CollectionFactory(name="Back office")


def days(number):
    return timezone.localdate() + timedelta(days=number)


def typed(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def address(name, collection):
    return reverse(f"desk:{name}", args=[collection.pk])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.usefixtures("manager")
def test_a_trust_is_added_and_stands_in_the_register_with_the_reason(client, collection):
    ReturnFactory(collection=collection, trust=TrustFactory(name="Already there"))
    TrustFactory(name="Closed long ago", closed_date=days(-9))
    trust = TrustFactory(name="Barts Health")
    page = client.get(address("add_to_register", collection))
    assert "Barts Health" in text_of(page)
    assert "Already there" not in text_of(page)
    assert "Closed long ago" not in text_of(page)
    answer = client.post(address("add_to_register", collection), {"trust": trust.pk, "reason": REASON}, follow=True)
    assert "Barts Health owes a return to Back office." in text_of(answer)
    assert f"Added: {REASON}" in text_of(answer)


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("reason", ["", "because"])
def test_a_reason_that_says_nothing_is_asked_for_again(client, collection, reason):
    trust = TrustFactory()
    answer = client.post(address("add_to_register", collection), {"trust": trust.pk, "reason": reason})
    assert answer.status_code == 422
    assert not Return.objects.exists()


@pytest.mark.usefixtures("manager")
def test_what_is_missing_is_said_and_added_with_one_button(client, collection):
    assert "should owe a return" not in text_of(client.get(address("round", collection)))
    TrustFactory()
    TrustFactory()
    assert "2 trusts should owe a return by the round's rule and have none" in text_of(
        client.get(address("round", collection))
    ).replace("&#39;", "'")
    answer = client.post(address("bring_up_to_date", collection), follow=True)
    assert "The register is up to date. 2 trusts added." in text_of(answer)
    assert "Nothing was missing" in text_of(client.post(address("bring_up_to_date", collection), follow=True))


@pytest.mark.usefixtures("manager")
def test_other_dates_are_set_and_shown(client, collection):
    sent = {**typed("due_date", days(40)), **typed("closes_date", days(50)), "reason": REASON}
    answer = client.post(address("change_dates", collection), sent, follow=True)
    assert "The dates of Back office are changed." in text_of(answer)
    collection.refresh_from_db()
    assert (collection.due_date, collection.closes_date) == (days(40), days(50))


@pytest.mark.usefixtures("manager")
def test_a_day_that_has_passed_is_refused_beside_its_field(client, collection):
    answer = client.post(address("change_dates", collection), {**typed("due_date", days(-1)), "reason": REASON})
    assert answer.status_code == 422
    assert (
        text_of(answer).count("The day it is due must be still to come.") == 2
    )  # in the summary, and beside the field


@pytest.mark.usefixtures("manager")
def test_closing_shows_first_what_it_does(client, collection):
    ReturnFactory(collection=collection)
    late = ReturnFactory(collection=collection, trust=TrustFactory(name="Barts Health"))
    more = {"granted": True, "decided_by": UserFactory(), "decided_at": timezone.now()}
    ExtensionFactory(return_record=late, until_date=collection.due_date + timedelta(days=3), **more)
    said = text_of(client.get(address("close_round", collection)))
    assert "1 return has not come" in said
    assert "Barts Health, until" in said
    collection.refresh_from_db()
    assert collection.closed_at is None
    assert "Back office is closed." in text_of(client.post(address("close_round", collection), follow=True))
    again = text_of(client.post(address("close_round", collection), follow=True))
    assert "was closed, so nothing about it can be changed" in again
    assert "Change the round" not in again


@pytest.mark.usefixtures("manager")
def test_a_merger_is_recorded_and_shown_in_the_register(client, collection):
    closed = ReturnFactory(collection=collection, trust=TrustFactory(name="Heart of England")).trust
    successor = TrustFactory(name="University Hospitals Birmingham")
    sent = {"trust": closed.pk, "successor": successor.pk, **typed("closed_date", days(-1))}
    answer = client.post(address("take_over", collection), sent, follow=True)
    assert "The people of University Hospitals Birmingham answer for Heart of England from now on." in text_of(answer)
    assert "Heart of England , taken over by University Hospitals Birmingham" in text_of(answer).replace("&#39;", "'")
    assert Trust.objects.get(pk=closed.pk).successor == successor


@pytest.mark.usefixtures("manager")
def test_a_trust_that_closed_without_another_is_recorded(client, collection):
    closed = ReturnFactory(collection=collection, trust=TrustFactory(name="Heart of England")).trust
    sent = {"trust": closed.pk, "successor": "", **typed("closed_date", days(-1))}
    said = text_of(client.post(address("take_over", collection), sent, follow=True))
    assert "Heart of England has closed. What it had not sent is no longer expected." in said
    assert "Trust has closed" in said


@pytest.mark.usefixtures("manager")
def test_a_trust_that_took_itself_over_is_refused(client, collection):
    trust = ReturnFactory(collection=collection).trust
    answer = client.post(
        address("take_over", collection), {"trust": trust.pk, "successor": trust.pk, **typed("closed_date", days(-1))}
    )
    assert answer.status_code == 422
    assert "a trust cannot take itself over" in text_of(answer)


def test_there_is_no_such_round(manager, client):
    assert client.get("/rounds/999999/").status_code == 404
    assert client.get("/rounds/999999/add/").status_code == 404
