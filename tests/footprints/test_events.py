import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import RequestFactory, override_settings

from footprints.events import Anonymous, address_of, record
from footprints.models import Event
from footprints.models.events import EventIsKept
from tests.factories import EventFactory, FootprintFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_says_who_as_what_what_on_which_organisation_and_from_where():
    trust, footprint = TrustFactory(), FootprintFactory()
    user = RoleFactory(trust=trust).user
    RoleFactory(user=user, kind="analyst")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    record(
        verb="uploaded", by=user, subject=trust, trust=trust, footprint=footprint, detail={"size": 3}, request=request
    )
    event = Event.objects.get()
    assert (event.user, event.system, event.roles) == (user, "", "analyst,preparer")
    assert (event.verb, event.subject) == ("uploaded", f"trust:{trust.pk}")
    assert (event.trust, event.footprint) == (trust, footprint)
    assert (event.detail, event.address) == ({"size": 3}, "192.0.2.7")


def test_a_part_of_the_portal_may_act_under_its_name():
    event = record(verb="swept", by="sweep_unfinished", subject="submission:41")
    assert (event.user, event.system, event.subject, event.address) == (None, "sweep_unfinished", "submission:41", None)


@pytest.mark.parametrize("nobody", ["", "  ", None, AnonymousUser(), UserFactory.build()])
def test_refuses_anonymity(nobody):
    with pytest.raises(Anonymous):
        record(verb="uploaded", by=nobody)
    assert not Event.objects.exists()


def test_refuses_an_event_without_a_verb():
    with pytest.raises(Anonymous):
        record(verb=" ", by="sweep")


@pytest.mark.parametrize("actor", [{"system": ""}, {"system": "sweep", "user": True}, {"verb": ""}])
def test_the_database_refuses_anonymity_too(actor):
    if "user" in actor:
        actor = {**actor, "user": UserFactory()}
    with pytest.raises(IntegrityError):
        EventFactory(**actor)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE footprints_event SET verb = 'other'",
        "UPDATE footprints_event SET verb = 'other' WHERE false",
        "DELETE FROM footprints_event",
        "TRUNCATE footprints_event",
    ],
)
def test_the_database_keeps_events_as_they_are(statement):
    EventFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE stumbles over the test's own transaction
        with pytest.raises(DatabaseError, match="neither changed nor removed"), transaction.atomic():
            cursor.execute(statement)
    assert Event.objects.get().verb == "tested"


def test_the_model_keeps_events_as_they_are():
    event = EventFactory()
    event.verb = "other"
    for change in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(verb="other"),
        lambda: Event.objects.bulk_update([event], ["verb"]),
    ):
        with pytest.raises(EventIsKept):
            change()
    assert Event.objects.get().verb == "tested"


def test_address_is_the_one_our_own_proxy_saw():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "198.51.100.9, 192.0.2.7"})
    assert address_of(request) == "10.0.0.1"
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert address_of(request) == "192.0.2.7"
        assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"
    for nowhere in ("", "unknown", "192.0.2.7:4711"):
        assert address_of(RequestFactory().get("/", REMOTE_ADDR=nowhere)) is None
