from datetime import timedelta

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from footprints.middleware import LONGEST_SESSION, STARTED, SessionLifetimeMiddleware
from footprints.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_somebody():
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    login(request, UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    return request


@pytest.fixture
def middleware():
    return SessionLifetimeMiddleware(lambda request: HttpResponse(str(request.user.is_authenticated)))


def test_the_first_request_starts_the_clock_and_later_ones_leave_it(request_of_somebody, middleware):
    before = timezone.now().timestamp()
    assert middleware(request_of_somebody).content == b"True"
    started = request_of_somebody.session[STARTED]
    assert before <= started <= timezone.now().timestamp()
    middleware(request_of_somebody)
    assert request_of_somebody.session[STARTED] == started


@pytest.mark.parametrize(("past", "stays"), [(-1, True), (1, False)])
def test_the_session_ends_after_twelve_hours_however_busy(past, stays, request_of_somebody, middleware):
    age = LONGEST_SESSION + timedelta(minutes=past)
    request_of_somebody.session[STARTED] = (timezone.now() - age).timestamp()
    assert middleware(request_of_somebody).content == str(stays).encode()
    assert ("_auth_user_id" in request_of_somebody.session) is stays
    assert Event.objects.filter(verb="session_ended").exists() is not stays


def test_somebody_not_signed_in_has_no_clock(middleware):
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    assert middleware(request).content == b"False"
    assert STARTED not in request.session
