"""Proving who somebody is, and slowing down those who guess.

Failures are counted in the event log, by the e-mail address that was typed and by the network address. What was typed
is kept only as a keyed fingerprint: people type passwords into the wrong box, and an address nobody has here is no
business of ours.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from footprints.events import address_of, record
from footprints.models import Event, User

FREE_FAILURES: Final = 5
"""Failures with one e-mail address before the first wait."""
FREE_FAILURES_OF_AN_ADDRESS: Final = 50
"""The same for a network address; whole trusts share one, so it is generous."""
LONGEST_WAIT: Final = timedelta(minutes=15)
COUNTED_FOR: Final = timedelta(hours=1)
"""How long a failure is held against an e-mail or network address."""


@dataclass(frozen=True)
class Refusal:
    """Why nobody was signed in, in words that do not tell whether the person exists."""

    sentence: str


@transaction.atomic
def prove(*, request: HttpRequest, email: str, password: str, verb: str = "signed_in") -> User | Refusal:
    """The person with this e-mail address and password, or why not. Every failure becomes an event, and so does success, as `verb`.

    Attempts for one e-mail address stand in a queue, so that many at once cannot slip past the count.
    """
    fingerprint = f"sign_in:{_fingerprint(email)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [fingerprint])
    wait = _wait(fingerprint, address_of(request))
    if wait:
        record(verb="sign_in_refused", by="sign_in", subject=fingerprint, request=request)
        minutes = -(-wait // timedelta(minutes=1))
        return Refusal(f"Too many attempts. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again.")
    person = authenticate(request, username=email.strip().lower(), password=password)
    if isinstance(person, User):
        record(verb=verb, by=person, subject=fingerprint, request=request)
        return person
    record(verb="sign_in_failed", by="sign_in", subject=fingerprint, request=request)
    return Refusal("The e-mail address or the password is not right. Check both, then try again.")


def _fingerprint(email: str) -> str:
    return salted_hmac("footprints.sign_in", email.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _wait(fingerprint: str, address: str | None) -> timedelta:
    """How long this attempt has to wait yet: zero, or something up to LONGEST_WAIT."""
    recent = Event.objects.filter(at__gt=timezone.now() - COUNTED_FOR)
    failures = recent.filter(verb="sign_in_failed")
    with_email = failures.filter(subject=fingerprint)
    success = recent.filter(verb="signed_in", subject=fingerprint).first()
    if success is not None:
        with_email = with_email.filter(at__gt=success.at)
    wait = _wait_after(with_email, FREE_FAILURES)
    if address is not None:
        wait = max(wait, _wait_after(failures.filter(address=address), FREE_FAILURES_OF_AN_ADDRESS))
    return wait


def _wait_after(failures: QuerySet[Event], free: int) -> timedelta:
    """What is left of the wait that these failures earn: a minute for the first too many, doubled by each one more."""
    count, latest = failures.count(), failures.first()
    if latest is None or count < free:
        return timedelta(0)
    earned: timedelta = min(timedelta(minutes=1) * 2 ** min(count - free, 10), LONGEST_WAIT)
    return max(timedelta(0), latest.at + earned - timezone.now())
