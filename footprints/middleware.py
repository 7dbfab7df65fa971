"""Sessions end: after 30 minutes idle by the settings, and after 12 hours in any case by this."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from footprints.events import record
from footprints.models import User

LONGEST_SESSION: Final = timedelta(hours=12)
STARTED: Final = "session_started_at"


class SessionLifetimeMiddleware:
    """Signs a person out when 12 hours have passed since their first request. Stands after AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session's age, then go on; the next in line asks a signed-out person to sign in."""
        if isinstance(request.user, User):
            now = timezone.now().timestamp()
            started = request.session.setdefault(STARTED, now)
            if now - started > LONGEST_SESSION.total_seconds():
                record(verb="session_ended", by=request.user, subject=request.user, request=request)
                logout(request)
        return self.get_response(request)
