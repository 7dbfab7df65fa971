"""What is done from the desk: contacts, owners, pauses, views; who may, what is refused and in what words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.actions.assignments import CannotAssign, assign
from desk.actions.contacts import CannotLog, log_contact
from desk.actions.pauses import CannotPause, pause, resume
from desk.actions.saved_views import MOST_VIEWS, CannotSave, delete_view, save_view
from desk.models import Assignment, Contact, Pause, SavedView
from footprints.access import NotAllowed
from footprints.models import Event, RoleKind, User
from tests.factories import (
    AssignmentFactory,
    FootprintFactory,
    PauseFactory,
    ReturnFactory,
    RoleFactory,
    SavedViewFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SAID = {"kind": "call", "with_whom": "Amina Khan", "said": "They wait for the payroll provider."}
REASON = "Their finance director has died."


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def support(region: str = "North") -> User:
    return RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region=region).user


def test_a_contact_is_logged_with_its_promise_and_an_event():
    person, record = support(), ReturnFactory()
    contact = log_contact(by=person, return_record=record, promised_date=day(3), **SAID)
    assert (contact.by, contact.promised_date, contact.reached) == (person, day(3), True)
    event = Event.objects.get(verb="contact logged")
    assert event.trust == record.trust
    assert "payroll" not in str(event.detail)


def test_a_double_click_logs_once_and_another_call_is_another():
    person, record = support(), ReturnFactory()
    for _ in range(2):
        log_contact(by=person, return_record=record, **SAID)
    log_contact(by=person, return_record=record, **SAID | {"said": "They called back."})
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"with_whom": " "}, "with_whom"),
        ({"said": ""}, "said"),
        ({"promised_date": -1}, "promised_date"),
        ({"promised_date": 400}, "promised_date"),
        ({"promised_date": 3, "reached": False}, "promised_date"),
        ({"on": 1}, "on"),
        ({"on": -400}, "on"),
        ({"on": -3, "promised_date": -4}, "promised_date"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(given, field):
    given = given | {name: day(given[name]) for name in ("on", "promised_date") if name in given}
    with pytest.raises(CannotLog) as refusal:
        log_contact(by=support(), return_record=ReturnFactory(), **SAID | given)
    assert list(refusal.value.troubles) == [field]
    assert not Contact.objects.exists()


def test_a_contact_of_an_earlier_day_is_kept_at_its_noon_and_one_of_today_now():
    person, record = support(), ReturnFactory()
    for _ in range(2):
        earlier = log_contact(by=person, return_record=record, on=day(-3), promised_date=day(-1), **SAID)
    local = timezone.localtime(earlier.at)
    assert (local.date(), local.hour, local.minute) == (day(-3), 12, 0)
    assert not earlier.hour_is_known
    assert Event.objects.get(verb="contact logged").detail["on"] == day(-3).isoformat()
    start = timezone.now()
    today = log_contact(by=person, return_record=record, on=day(0), **SAID)
    assert start <= today.at <= timezone.now()
    assert Contact.objects.count() == 2


def test_nobody_reached_needs_no_words():
    assert log_contact(by=support(), return_record=ReturnFactory(), **SAID | {"said": "", "reached": False}).pk


@pytest.mark.parametrize("kind", [RoleKind.REGIONAL_DIRECTOR, RoleKind.AUDITOR, RoleKind.ANALYST, RoleKind.PREPARER])
def test_those_who_do_not_chase_change_nothing(kind):
    record = ReturnFactory()
    place = {"trust": record.trust} if kind == RoleKind.PREPARER else {}
    person = RoleFactory(kind=kind, **place).user
    for act in (
        lambda: log_contact(by=person, return_record=record, **SAID),
        lambda: assign(by=person, trust=record.trust, manager=person),
        lambda: pause(by=person, trust=record.trust, reason=REASON, until_date=day(3)),
        lambda: resume(by=person, trust=record.trust),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not (Contact.objects.exists())
    assert not (Assignment.objects.exists())
    assert not (Pause.objects.exists())


def test_another_regions_support_manager_neither():
    with pytest.raises(NotAllowed):
        log_contact(by=support("South"), return_record=ReturnFactory(), **SAID)


def test_a_trust_has_one_owner_at_a_time_and_its_history_stays():
    person, other, trust = support(), support(), TrustFactory()
    first = assign(by=person, trust=trust, manager=person)
    assert assign(by=person, trust=trust, manager=person) == first
    assign(by=person, trust=trust, manager=other)
    assert Assignment.objects.in_force().get().manager == other
    assert assign(by=person, trust=trust, manager=None) is None
    assert not Assignment.objects.in_force().exists()
    assert Assignment.objects.count() == 2
    verbs = [*Event.objects.filter(verb__startswith="assign").order_by("pk").values_list("verb", flat=True)]
    assert verbs == ["assigned", "assigned", "assignment ended"]


def test_a_footprint_has_an_owner_too():
    person, footprint = support(), FootprintFactory()
    assert assign(by=person, footprint=footprint, manager=person).footprint == footprint


def test_an_owner_looks_after_returns_there():
    trust = TrustFactory()
    with pytest.raises(CannotAssign, match="Choose somebody else"):
        assign(by=support(), trust=trust, manager=support("South"))
    with pytest.raises(ValueError, match="one trust or one footprint"):
        assign(by=support(), manager=None)


def test_a_pause_takes_the_place_of_the_one_before_and_can_be_ended():
    person, trust = support(), TrustFactory()
    first = PauseFactory(trust=trust)
    made = pause(by=person, trust=trust, reason=REASON, until_date=day(9))
    assert pause(by=person, trust=trust, reason=REASON, until_date=day(9)) == made
    assert list(Pause.objects.in_force(day(0))) == [made]
    first.refresh_from_db()
    assert first.ended_by == person
    resume(by=person, trust=trust)
    assert not Pause.objects.in_force(day(0)).exists()
    with pytest.raises(CannotPause, match="not paused"):
        resume(by=person, trust=trust)


@pytest.mark.parametrize(("reason", "days", "field"), [("short", 3, "reason"), (REASON, -1, "until_date"), (REASON, 93, "until_date")])  # fmt: skip
def test_a_pause_has_a_reason_and_an_end_that_is_near(reason, days, field):
    with pytest.raises(CannotPause) as refusal:
        pause(by=support(), trust=TrustFactory(), reason=reason, until_date=day(days))
    assert list(refusal.value.troubles) == [field]


def test_a_view_is_saved_under_its_name_and_replaced_under_the_same():
    person = support()
    save_view(by=person, name=" Late ", query="lateness=late")
    view = save_view(by=person, name="Late", query="lateness=late&sort=-due")
    assert list(SavedView.objects.values_list("name", "query")) == [("Late", "lateness=late&sort=-due")]
    with pytest.raises(NotAllowed):
        delete_view(by=support(), view=view)
    delete_view(by=person, view=view)
    assert not SavedView.objects.exists()


def test_views_have_names_and_there_are_not_too_many():
    person = support()
    with pytest.raises(CannotSave, match="Enter a name"):
        save_view(by=person, name=" ", query="")
    SavedViewFactory.create_batch(MOST_VIEWS, user=person)
    with pytest.raises(CannotSave, match="Delete one"):
        save_view(by=person, name="One more", query="")
    with pytest.raises(NotAllowed):
        save_view(by=UserFactory(), name="Late", query="")


def test_an_assignment_of_somebody_else_ends_where_another_begins():
    person, made = support(), AssignmentFactory()
    assign(by=person, trust=made.trust, manager=person)
    made.refresh_from_db()
    assert made.ended_at is not None
