import pytest
from django.conf import settings as project_settings
from django.test import Client
from django.urls import reverse

from footprints.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "footprints:sign_in"
GIVEN = {"email": "ann.lee@example.nhs.uk", "password": "quiet-otter-47"}


@pytest.fixture
def person():
    return UserFactory(email=GIVEN["email"], password=GIVEN["password"])


def test_asks_a_stranger_to_sign_in(client):
    page = client.get(reverse("home"))
    assert page.status_code == 302
    assert page["Location"] == f"{reverse(SIGN_IN)}?next=/"


def test_the_page(client):
    page = client.get(reverse(SIGN_IN))
    assert page.status_code == 200
    html = page.content.decode()
    assert "<title>Sign in – STP returns</title>" in html
    assert 'type="email"' in html
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert "no-store" in page["Cache-Control"]


def test_signs_in_and_goes_home(client, person):
    page = client.post(reverse(SIGN_IN), GIVEN)
    assert (page.status_code, page["Location"]) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get(reverse(SIGN_IN))["Location"] == reverse("home")


def test_a_new_session_begins_with_signing_in(client, person):
    client.get(reverse(SIGN_IN))
    session = client.session
    session["kept"] = "from before"
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post(reverse(SIGN_IN), GIVEN)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/somewhere/?a=b", "/somewhere/?a=b"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_goes_where_the_person_was_heading_but_not_elsewhere(wanted, goes, client, person):
    page = client.post(reverse(SIGN_IN, query={"next": wanted}), GIVEN)
    assert page["Location"] == goes


@pytest.mark.parametrize("wrong", [{"email": "nobody@example.nhs.uk"}, {"password": "wrong"}])
def test_refuses_in_the_same_words(wrong, client, person):
    page = client.post(reverse(SIGN_IN), {**GIVEN, **wrong})
    html = page.content.decode()
    assert page.status_code == 200
    assert "<title>Error: Sign in" in html
    assert "The e-mail address or the password is not right. Check both, then try again." in html
    assert GIVEN["password"] not in html
    assert "_auth_user_id" not in client.session


def test_asks_for_what_is_missing_without_counting_it_as_a_failure(client):
    html = client.post(reverse(SIGN_IN), {"email": "ann"}).content.decode()
    assert "Enter e-mail address in the form name@nhs.net" in html
    assert "Enter password" in html
    assert not Event.objects.exists()


def test_locks_out_for_a_while(client, person):
    for _ in range(5):
        client.post(reverse(SIGN_IN), {**GIVEN, "password": "wrong"})
    html = client.post(reverse(SIGN_IN), GIVEN).content.decode()
    assert "Too many attempts. Wait 1 minute, then try again." in html
    assert "_auth_user_id" not in client.session


def test_signs_out_by_post_only(client, person):
    client.force_login(person)
    assert client.get(reverse("footprints:sign_out")).status_code == 405
    page = client.post(reverse("footprints:sign_out"))
    assert (page.status_code, page["Location"]) == (302, reverse(SIGN_IN))
    assert "_auth_user_id" not in client.session
    event = Event.objects.get()
    assert (event.verb, event.user) == ("signed_out", person)


def test_signing_out_twice_does_no_harm(client):
    assert client.post(reverse("footprints:sign_out"))["Location"] == reverse(SIGN_IN)
    assert not Event.objects.exists()


def test_forms_need_their_token(person):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse(SIGN_IN), GIVEN).status_code == 403
    assert client.post(reverse("footprints:sign_out")).status_code == 403


def test_sessions_are_limited_by_the_settings():
    middleware = project_settings.MIDDLEWARE
    ours = middleware.index("footprints.middleware.SessionLifetimeMiddleware")
    assert middleware.index("django.contrib.auth.middleware.AuthenticationMiddleware") < ours
    assert project_settings.SESSION_COOKIE_AGE == 30 * 60
    assert project_settings.SESSION_SAVE_EVERY_REQUEST
