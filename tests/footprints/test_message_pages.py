"""Each person sees every message that was written to them, and nobody else's."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from footprints.models import User
from tests.factories import LetterFactory, TrustFactory, UserFactory

MOMENT = datetime(2016, 10, 3, 9, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def person(db) -> User:
    return UserFactory(email="amina@trust.example")


@pytest.fixture
def signed_in(person: User, client: Client) -> Client:
    client.force_login(person)
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_yet(signed_in):
    page = text_of(signed_in, reverse("footprints:messages"))
    assert "Nothing has been sent to you yet." in page
    assert "amina@trust.example" in page


def test_all_of_theirs_with_how_each_stands(signed_in, person):
    LetterFactory(
        to=person, subject="First", written_at=MOMENT, sent_at=MOMENT, trust=TrustFactory(name="Barts Health")
    )
    LetterFactory(to=person, subject="Second", written_at=MOMENT + timedelta(hours=1))
    LetterFactory(to=person, subject="Third", written_at=MOMENT + timedelta(hours=2), given_up_at=MOMENT)
    LetterFactory(
        to=person, subject="Fourth", written_at=MOMENT + timedelta(hours=3), sent_at=MOMENT, bounced_at=MOMENT
    )
    LetterFactory(subject="Somebody else's")
    page = text_of(signed_in, reverse("footprints:messages"))
    assert "Somebody else's" not in page
    places = [page.index(subject) for subject in ("Fourth", "Third", "Second", "First")]
    assert places == sorted(places)
    assert (page.count("Could not be delivered"), page.count("Waiting to be sent")) == (2, 1)
    assert "3 October 2016 at 9am" in page
    assert "Barts Health" in page


def test_page_by_page_and_in_as_many_queries(signed_in, person, django_assert_max_num_queries):
    LetterFactory.create_batch(120, to=person)
    with django_assert_max_num_queries(8):
        first = text_of(signed_in, reverse("footprints:messages"))
    last = text_of(signed_in, reverse("footprints:messages") + "?page=3")
    assert first.count('<th scope="row">') == 50
    assert last.count('<th scope="row">') == 20
    assert "Page 2 of 3" in first
    assert text_of(signed_in, reverse("footprints:messages") + "?page=x'")


def test_one_in_full(signed_in, person, settings):
    settings.PORTAL_ADDRESS = "https://returns.example.nhs.uk"
    ours, theirs = "https://returns.example.nhs.uk/returns/5/", "https://rival.example/steal"
    letter = LetterFactory(
        to=person,
        text=f"<b>Two</b> lines\n{ours}\n{theirs}\n{ours} and more\n",
        sent_at=MOMENT,
        attachment_name="Receipt-STP-1.pdf",
        attachment=b"%PDF",
    )
    page = text_of(signed_in, reverse("footprints:message", args=[letter.pk]))
    assert "&lt;b&gt;Two&lt;/b&gt; lines" in page
    assert f'<a href="{ours}">{ours}</a>' in page
    assert page.count(f'href="{ours}"') == 1
    assert f'href="{theirs}"' not in page
    assert "Receipt-STP-1.pdf" in page
    assert "3 October 2016 at 9am" in page


def test_what_the_mail_server_said(signed_in, person):
    letter = LetterFactory(to=person, given_up_at=MOMENT, trouble="550 No such person")
    assert "550 No such person" in text_of(signed_in, reverse("footprints:message", args=[letter.pk]))


def test_another_person_s_is_none(signed_in):
    other = LetterFactory()
    for number in (other.pk, 10**18):
        assert signed_in.get(reverse("footprints:message", args=[number])).status_code == 404


def test_the_way_to_them_stands_on_every_page(signed_in):
    assert f'href="{reverse("footprints:messages")}"' in text_of(signed_in, "/")
