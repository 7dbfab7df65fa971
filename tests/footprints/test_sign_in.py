from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from footprints import sign_in
from footprints.models import Event
from footprints.sign_in import Refusal, prove
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD = "ann.lee@example.nhs.uk", "quiet-otter-47"
WRONG = Refusal("The e-mail address or the password is not right. Check both, then try again.")


@pytest.fixture
def person():
    return UserFactory(email=EMAIL, password=PASSWORD)


@pytest.fixture
def attempt():
    def attempt(email=EMAIL, password=PASSWORD, address="192.0.2.7"):
        request = RequestFactory().post("/", REMOTE_ADDR=address)
        return prove(request=request, email=email, password=password)

    return attempt


def failed_before(*minutes, email=EMAIL, address="192.0.2.7", verb="sign_in_failed"):
    """Failures so many minutes ago."""
    subject = f"sign_in:{sign_in._fingerprint(email)}"
    for ago in minutes:
        EventFactory(verb=verb, subject=subject, address=address, at=timezone.now() - timedelta(minutes=ago))


def test_the_right_password_signs_in_and_is_on_record(person, attempt):
    assert attempt(email=" ANN.LEE@example.nhs.uk ") == person
    event = Event.objects.get()
    assert (event.verb, event.user, event.address) == ("signed_in", person, "192.0.2.7")


@pytest.mark.parametrize("wrong", [{"email": "nobody@example.nhs.uk"}, {"password": "loud-otter-47"}])
def test_the_same_words_whatever_was_wrong(wrong, person, attempt):
    assert attempt(**wrong) == WRONG
    event = Event.objects.get()
    assert (event.verb, event.user, event.system, event.address) == ("sign_in_failed", None, "sign_in", "192.0.2.7")


def test_somebody_switched_off_is_told_the_same(person, attempt):
    person.is_active = False
    person.save()
    assert attempt() == WRONG


def test_what_was_typed_is_not_kept(person, attempt):
    attempt(email="quiet-otter-47@example.nhs.uk")
    event = Event.objects.get()
    assert "otter" not in f"{event.subject} {event.detail} {event}"


def test_the_first_five_failures_cost_nothing_then_waiting_doubles(person, attempt):
    for _ in range(5):
        assert attempt(password="no") == WRONG
    assert attempt() == Refusal("Too many attempts. Wait 1 minute, then try again.")
    assert Event.objects.filter(verb="sign_in_refused").count() == 1
    assert Event.objects.filter(verb="sign_in_failed").count() == 5


@pytest.mark.parametrize(
    ("failures", "minutes"), [([9] * 4 + [0], 1), ([9] * 5 + [0], 2), ([9] * 6 + [0], 4), ([9] * 20 + [0], 15)]
)
def test_the_wait_grows_with_the_failures_up_to_a_quarter_of_an_hour(failures, minutes, person, attempt):
    failed_before(*failures)
    words = f"Too many attempts. Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again."
    assert attempt() == Refusal(words)


def test_after_the_wait_the_right_password_counts_again(person, attempt):
    failed_before(9, 8, 7, 6, 1.01)
    assert attempt() == person


def test_failures_of_an_hour_ago_are_forgotten(person, attempt):
    failed_before(*[61] * 20, 0)
    assert attempt() == person


def test_signing_in_forgives(person, attempt):
    failed_before(3, 3, 3, 3)
    assert attempt() == person
    assert [attempt(password="no") for _ in range(4)] == [WRONG] * 4
    assert attempt() == person


def test_failures_with_another_address_do_not_hinder(person, attempt):
    failed_before(*[0] * 9, email="bob@example.nhs.uk")
    assert attempt() == person


def test_a_stranger_is_slowed_as_somebody_known_is(attempt):
    failed_before(0, 0, 0, 0, 0, email="nobody@example.nhs.uk")
    assert attempt(email="Nobody@example.nhs.uk") == Refusal("Too many attempts. Wait 1 minute, then try again.")


def test_one_network_address_trying_many_people_is_slowed(person, attempt):
    for number in range(50):
        failed_before(0, email=f"person{number}@example.nhs.uk")
    assert isinstance(attempt(), Refusal)
    assert attempt(address="192.0.2.8") == person
