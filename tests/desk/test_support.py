"""The pages of support need: what is counted from the records, who sees whom, and what a person decides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from desk.actions.support import CannotOverride, end_override, override_support
from desk.models import Assignment, SupportOverride
from desk.queries.support import support_page, support_rows
from desk.queries.support_facts import observations
from footprints.access import NotAllowed
from footprints.models import Event, RoleKind, Trust, User
from footprints.working_days import add_working_days
from submissions.models import Return
from submissions.states import State
from tests.factories import (
    ChaseFactory,
    CollectionFactory,
    ContactFactory,
    ExtensionFactory,
    FigureQueryFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    SupportOverrideFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REASON = "A new finance director starts in October."


@pytest.fixture(autouse=True)
def _a_wednesday() -> Iterator[None]:
    """So that a number of working days before today is that number."""
    with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=UTC)):
        yield


def support(region: str = "North") -> User:
    return RoleFactory(kind=RoleKind.SUPPORT_MANAGER, trust=None, region=region).user


def staffed(**more: Any) -> Trust:
    """A trust with somebody to prepare and somebody to sign."""
    trust = TrustFactory(**more)
    for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY):
        RoleFactory(kind=kind, trust=trust, user=UserFactory(password="a password for one test"))
    return trust


def owed(days_late: int = -20, trust: Trust | None = None, **more: Any) -> Return:
    """A return that is so many working days late; still to come when negative."""
    today = timezone.localdate()
    due = add_working_days(today, -days_late)
    collection = CollectionFactory(due_date=due, opens_date=min(due, today) - timedelta(days=5), **more)
    return ReturnFactory(collection=collection, trust=trust or staffed())


def counted(record: Return) -> dict[str, int]:
    found = observations([record.trust], timezone.localdate())[record.trust_id]
    return {one.signal: one.count for one in found if one.count}


def test_a_return_that_is_not_due_speaks_for_nothing() -> None:
    assert counted(owed()) == {}


def test_a_late_return_counts_working_days() -> None:
    assert counted(owed(7)) == {"late": 7}


def test_a_return_that_is_in_is_not_late() -> None:
    record = owed(7, sign_off_rule="signatory")
    SubmissionFactory(return_record=record, state=State.ACCEPTED, loaded_at=timezone.now())
    assert counted(record) == {}


def test_errors_and_warnings_of_the_last_file_count() -> None:
    record = owed()
    earlier = SubmissionFactory(
        return_record=record, state=State.BLOCKED, received_at=timezone.now() - timedelta(days=1)
    )
    FindingFactory(submission=earlier)
    blocked = SubmissionFactory(return_record=record, state=State.BLOCKED)
    for severity in ("error", "error", "warning"):
        FindingFactory(submission=blocked, severity=severity)
    FindingFactory(submission=blocked, trial_until=timezone.localdate())
    assert counted(record) == {"errors": 2}
    waiting = SubmissionFactory(return_record=record, state=State.TO_EXPLAIN)
    FindingFactory(submission=waiting, severity="warning")
    assert counted(record) == {"warnings": 1}


def test_files_refused_in_a_row_count() -> None:
    record = owed()
    states = (State.REFUSED, State.BLOCKED, State.REFUSED, State.REFUSED)
    for days, state in zip((4, 3, 2, 1), states, strict=True):
        moment = timezone.now() - timedelta(days=days)
        SubmissionFactory(return_record=record, state=state, received_at=moment)
    assert counted(record) == {"refused": 2}


def test_open_queries_count() -> None:
    record = owed()
    file = SubmissionFactory(return_record=record, state=State.ACCEPTED, loaded_at=timezone.now())
    FigureQueryFactory(submission=file)
    FigureQueryFactory(submission=file, line="FIN4")
    asker = UserFactory()
    FigureQueryFactory(submission=file, line="FIN5", answer="It is.", answered_by=asker, answered_at=timezone.now())
    assert counted(record) == {"queries": 2}


def test_missed_promises_and_calls_that_reached_nobody() -> None:
    record, now = owed(), timezone.now()
    today = timezone.localdate()
    for hours, reached, promised in (
        (50, False, None),
        (40, True, today - timedelta(days=1)),
        (30, True, today - timedelta(days=1)),
        (20, False, today + timedelta(days=1)),
        (10, False, None),
    ):
        moment = now - timedelta(hours=hours)
        ContactFactory(return_record=record, at=moment, reached=reached, promised_date=promised)
    assert counted(record) == {"promises": 1, "unreached": 2}


def test_extensions_asked_for_and_reminders_that_changed_nothing() -> None:
    record, now = owed(), timezone.now()
    by = UserFactory()
    ExtensionFactory(return_record=record, granted=False, decided_by=by, decided_at=now)
    ExtensionFactory(return_record=record)
    SubmissionFactory(return_record=record, state=State.STUCK, received_at=now - timedelta(days=5))
    for days in (6, 3, 1):
        ChaseFactory(return_record=record, rung=f"step-{days}", at=now - timedelta(days=days))
    assert counted(record) == {"extensions": 2, "reminders": 2}


def test_a_trust_without_people_needs_them() -> None:
    record = owed(trust=TrustFactory())
    found = {one.signal: one.return_key for one in observations([record.trust], timezone.localdate())[record.trust_id]}
    assert found["no_signatory"] == found["no_preparer"] == record.pk


def test_pilots_and_closed_rounds_count_for_nothing() -> None:
    assert counted(owed(7, purpose="pilot")) == {}
    record = owed(7)
    record.collection.closed_at, record.collection.closed_by = timezone.now(), UserFactory()
    record.collection.save()
    assert counted(record) == {}


def test_the_neediest_comes_first_and_each_region_has_its_own() -> None:
    late = owed(20, staffed(name="Late", region="North"))
    well = staffed(name="Well", region="North")
    staffed(name="Elsewhere", region="South")
    found = support_page(support(), "", 1, timezone.localdate())
    assert [(str(row.place), row.level.value) for row in found.trusts] == [("Late", "targeted"), ("Well", "none")]
    boss = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    assert len(support_page(boss, "", 1, timezone.localdate()).trusts) == 3
    south = support_page(boss, "South", 1, timezone.localdate())
    assert [str(row.place) for row in south.trusts] == ["Elsewhere"]
    assert {late.trust, well} == {row.place for row in found.trusts}


def test_a_footprint_follows_its_trusts_and_names_only_those_of_the_reader() -> None:
    footprint = FootprintFactory(region="North")
    for region, name in (("North", "Ours"), ("South", "Theirs")):
        trust = staffed(region=region, name=name)
        MembershipFactory(trust=trust, footprint=footprint)
        owed(20, trust)
    (row,) = support_page(support(), "", 1, timezone.localdate()).footprints
    assert row.level == "targeted"
    assert [reason.sentence for reason in row.need.reasons] == [
        "2 of 2 trusts need targeted support: Ours and 1 other."
    ]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    footprint = FootprintFactory(region="North")
    for _ in range(4):
        record = owed(20, staffed(region="North"))
        MembershipFactory(trust=record.trust, footprint=footprint)
        for state in (State.BLOCKED, State.REFUSED):
            SubmissionFactory(return_record=owed(1, record.trust), state=state)
    person = support()
    with django_assert_num_queries(14):
        support_page(person, "", 1, timezone.localdate())


def test_what_a_person_decides_counts_and_the_facts_stay_beside_it() -> None:
    record, person = owed(20), support()
    override_support(by=person, trust=record.trust, level="light", reason=REASON)
    (row,), _ = support_rows([record.trust], [], timezone.localdate())
    assert (row.level, row.need.level) == ("light", "targeted")
    again = override_support(by=person, trust=record.trust, level="light", reason=f" {REASON} ")
    assert again == row.override
    override_support(by=person, trust=record.trust, level="intensive", reason=REASON)
    assert SupportOverride.objects.in_force().get().level == "intensive"
    end_override(by=person, trust=record.trust)
    assert not SupportOverride.objects.in_force().exists()
    verbs = list(Event.objects.filter(verb__startswith="support").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["support level set", "support level set", "support level taken back"]


def test_an_override_needs_a_level_a_reason_and_somebody_who_may() -> None:
    trust, person = staffed(), support()
    with pytest.raises(CannotOverride) as refusal:
        override_support(by=person, trust=trust, level="some", reason="no")
    assert set(refusal.value.troubles) == {"level", "reason"}
    with pytest.raises(CannotOverride, match="follows from the facts already"):
        end_override(by=person, trust=trust)
    for other in (support("South"), RoleFactory(kind=RoleKind.AUDITOR, trust=None).user):
        with pytest.raises(NotAllowed):
            override_support(by=other, trust=trust, level="light", reason=REASON)
    with pytest.raises(ValueError, match="one trust or one footprint"):
        override_support(by=person, level="light", reason=REASON)


def test_the_pages_say_it_and_take_a_decision(client: Client) -> None:
    person, record = support(), owed(20, staffed(name="Late"))
    footprint = MembershipFactory(trust=record.trust, footprint__region="North").footprint
    client.force_login(person)
    text = client.get("/desk/support/").content.decode()
    assert "1 trust needs targeted or intensive support." in text
    assert f'<a href="/desk/{record.pk}/">{record.collection}: 20 working days late.</a>' in text
    address = f"/desk/support/trusts/{record.trust.ods_code}/"
    refused = client.post(address, {"step": "override", "level": "none", "reason": "no"})
    assert (refused.status_code, "Say why in at least" in refused.content.decode()) == (422, True)
    assert client.post(address, {"step": "override", "level": "none", "reason": REASON}).status_code == 302
    page = client.get(address).content.decode()
    assert REASON in page
    assert "By the facts: <strong>targeted</strong> (6 points)." in page
    assert client.post(address, {"step": "end"}).status_code == 302
    assert "follows from the facts again" in client.get(address).content.decode()
    of_footprint = f"/desk/support/footprints/{footprint.ons_code}/"
    assert client.post(of_footprint, {"step": "assign", "manager": person.pk}).status_code == 302
    assert Assignment.objects.in_force().get().footprint == footprint
    assert f"{person.name} looks after this footprint." in client.get(of_footprint).content.decode()
    assert client.get("/desk/support/").content.decode().count(f"<td>{person.name}</td>") == 2


def test_directors_and_auditors_only_read(client: Client) -> None:
    trust = SupportOverrideFactory(trust=staffed()).trust
    client.force_login(RoleFactory(kind=RoleKind.REGIONAL_DIRECTOR, trust=None, region="North").user)
    address = f"/desk/support/trusts/{trust.ods_code}/"
    assert "Set this level" not in client.get(address).content.decode()
    assert client.post(address, {"step": "end"}).status_code == 403


def test_many_trusts_stand_on_several_pages(client: Client) -> None:
    for number in range(53):
        TrustFactory(name=f"Trust {number:02}")
    client.force_login(support())
    assert "Trust 51" not in client.get("/desk/support/").content.decode()
    assert "Trust 51" in client.get("/desk/support/?page=2").content.decode()
    assert "Trust 51" in client.get("/desk/support/?page=99").content.decode()
