"""The register of a round after it was opened, its dates, its end, and trusts that are taken over."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind, Trust
from submissions.actions.open_collection import open_collection
from submissions.actions.register import CannotChangeRound, add_to_register, bring_register_up_to_date
from submissions.actions.rounds import change_dates, close_round
from submissions.actions.take_over import take_over
from submissions.models import Return
from submissions.queries.progress import return_rows
from submissions.stages import Stage
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, SubmissionFactory, TrustFactory, UserFactory
from tests.submissions.scenes import at_once

pytestmark = pytest.mark.usefixtures("db")
REASON = "It joined the pilot of the North late"


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def manager(db):
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user


def codes(collection):
    return set(collection.returns.values_list("trust__ods_code", flat=True))


def opened(**terms):
    given = {"template": "back_office", "name": "Round", "opens_date": today(), "due_date": today(20)}
    return open_collection(by="tests", **given | terms)


# Bringing it up to date


def test_trusts_that_came_to_be_known_are_added_and_none_is_removed(manager):
    stays = TrustFactory()
    collection = opened()
    new = TrustFactory()
    Trust.objects.filter(pk=stays.pk).update(trust_type="ambulance", closed_date=today(-1))
    assert bring_register_up_to_date(by=manager, collection=collection) == (new,)
    assert codes(collection) == {stays.ods_code, new.ods_code}
    event = Event.objects.get(verb="register brought up to date")
    assert (event.user, event.detail) == (manager, {"added": [new.ods_code]})


def test_doing_it_again_changes_and_records_nothing(manager):
    TrustFactory()
    collection = opened()
    assert bring_register_up_to_date(by=manager, collection=collection) == ()
    assert not Event.objects.filter(verb="register brought up to date").exists()


def test_it_keeps_to_the_rule_of_the_round(manager):
    TrustFactory()
    chosen = TrustFactory()
    pilot = opened(name="Pilot", purpose="pilot", owed_by="list", trusts=(chosen.ods_code,))
    some = opened(name="Some", owed_by="types", trust_types=("ambulance",))
    TrustFactory()
    ambulance = TrustFactory(trust_type="ambulance")
    assert bring_register_up_to_date(by=manager, collection=pilot) == ()
    assert bring_register_up_to_date(by=manager, collection=some) == (ambulance,)


@pytest.mark.django_db(transaction=True)
def test_two_do_it_at_once_and_each_trust_is_added_once():
    collection = opened()
    trust = TrustFactory()
    people = [RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user for _ in range(2)]
    added = at_once(*(lambda by=by: bring_register_up_to_date(by=by, collection=collection) for by in people))
    assert sorted(added) == [(), (trust,)]


# Adding one by hand


def test_one_more_trust_is_added_with_the_reason(manager):
    collection, trust = CollectionFactory(), TrustFactory()
    made = add_to_register(by=manager, collection=collection, trust=trust, reason=f" {REASON} ")
    assert (made.trust, made.added_by, made.added_reason) == (trust, manager, REASON)
    assert Event.objects.get(verb="added to the register").trust == trust


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"closed_date": date(2016, 9, 1)}, REASON, "trust"),
        ({}, "because", "reason"),
    ],
)
def test_what_keeps_a_trust_out_is_said(manager, changes, reason, field):
    with pytest.raises(CannotChangeRound) as refusal:
        add_to_register(by=manager, collection=CollectionFactory(), trust=TrustFactory(**changes), reason=reason)
    assert set(refusal.value.troubles) == {field}
    assert not Return.objects.exists()


def test_a_trust_stands_there_once(manager):
    return_record = ReturnFactory()
    with pytest.raises(CannotChangeRound, match="stands in the register already"):
        add_to_register(by=manager, collection=return_record.collection, trust=return_record.trust, reason=REASON)


# Dates


def test_other_dates_are_recorded_with_the_reason(manager):
    collection = CollectionFactory(due_date=today(5))
    change_dates(by=manager, collection=collection, due_date=today(9), closes_date=today(12), reason=REASON)
    collection.refresh_from_db()
    assert (collection.due_date, collection.closes_date) == (today(9), today(12))
    detail = Event.objects.get(verb="dates changed").detail
    assert detail["before"] == {"due": today(5).isoformat(), "closes": ""}
    assert detail["now"] == {"due": today(9).isoformat(), "closes": today(12).isoformat()}
    assert detail["reason"] == REASON


@pytest.mark.parametrize(
    ("due", "closes", "reason", "fields"),
    [
        (0, None, REASON, {"due_date"}),
        (-3, None, REASON, {"due_date"}),
        (9, 8, REASON, {"closes_date"}),
        (5, 0, REASON, {"closes_date"}),
        (9, None, "later", {"reason"}),
        (5, None, REASON, {"due_date"}),
    ],
)
def test_days_that_have_passed_or_do_not_agree_are_refused(manager, due, closes, reason, fields):
    collection = CollectionFactory(due_date=today(5))
    with pytest.raises(CannotChangeRound) as refusal:
        change_dates(
            by=manager,
            collection=collection,
            due_date=today(due),
            closes_date=None if closes is None else today(closes),
            reason=reason,
        )
    assert set(refusal.value.troubles) == fields
    collection.refresh_from_db()
    assert (collection.due_date, collection.closes_date) == (today(5), None)


def test_a_day_that_has_passed_may_stay_while_the_other_changes(manager):
    collection = CollectionFactory(due_date=today(-5), closes_date=today(5))
    change_dates(by=manager, collection=collection, due_date=today(-5), closes_date=today(9), reason=REASON)
    collection.refresh_from_db()
    assert collection.closes_date == today(9)


# The end


def test_a_round_is_closed_once(manager):
    collection = CollectionFactory()
    close_round(by=manager, collection=collection)
    collection.refresh_from_db()
    assert collection.closed_by == manager
    assert not collection.is_open_on(today())
    for act in (
        lambda: close_round(by=manager, collection=collection),
        lambda: bring_register_up_to_date(by=manager, collection=collection),
        lambda: add_to_register(by=manager, collection=collection, trust=TrustFactory(), reason=REASON),
        lambda: change_dates(by=manager, collection=collection, due_date=today(40), closes_date=None, reason=REASON),
    ):
        with pytest.raises(CannotChangeRound, match="was closed"):
            act()
    assert Event.objects.filter(verb="collection closed").count() == 1


def test_a_round_that_has_not_opened_is_not_closed(manager):
    collection = CollectionFactory(opens_date=today(2))
    with pytest.raises(CannotChangeRound, match="Close it after that"):
        close_round(by=manager, collection=collection)


# Trusts that are taken over


def test_the_return_of_a_trust_that_closes_shows_so_by_itself():
    return_record = ReturnFactory(trust__closed_date=today(-1))
    record_in = SubmissionFactory(
        return_record__trust__closed_date=today(-1), state="accepted", loaded_at=timezone.now()
    )
    rows = {row.return_record: row.standing for row in return_rows(Return.objects.all())}
    assert rows == {return_record: Stage.GONE, record_in.return_record: Stage.ACCEPTED}


def test_in_a_made_up_round_only_a_trust_that_closed_since_is_gone():
    before = ReturnFactory(collection__illustrative=True, trust__closed_date=date(2016, 6, 30))
    since = ReturnFactory(collection=before.collection, trust__closed_date=today(-1))
    rows = {row.return_record: row.standing for row in return_rows(Return.objects.all())}
    assert rows == {before: Stage.NOT_STARTED, since: Stage.GONE}


def test_the_people_of_the_successor_answer_for_both(manager):
    trust, successor, older = TrustFactory(), TrustFactory(), TrustFactory()
    Trust.objects.filter(pk=older.pk).update(closed_date=date(2016, 1, 1), successor=trust)
    return_record = ReturnFactory(trust=trust)
    person = RoleFactory(trust=successor).user
    assert not Return.objects.visible_to(person).exists()
    take_over(by=manager, trust=trust, successor=successor, closed_date=today(-1))
    assert Return.objects.visible_to(person).get() == return_record
    assert {row.standing for row in return_rows(Return.objects.all())} == {Stage.NOT_STARTED}
    assert set(successor.predecessors.all()) == {trust, older}  # what it had taken over goes with it
    event = Event.objects.get(verb="trust taken over")
    assert (event.trust, event.detail["successor"]) == (trust, successor.ods_code)


def test_what_a_trust_had_not_sent_that_nobody_took_over_is_no_longer_expected(manager):
    return_record = ReturnFactory()
    take_over(by=manager, trust=return_record.trust, successor=None, closed_date=today(-1))
    assert [row.standing for row in return_rows(Return.objects.all())] == [Stage.GONE]
    assert Event.objects.get(verb="trust closed").detail == {"successor": "", "closed": today(-1).isoformat()}
    older = TrustFactory()
    answering = TrustFactory()
    take_over(by=manager, trust=older, successor=answering, closed_date=today(-1))
    with pytest.raises(CannotChangeRound) as refusal:
        take_over(by=manager, trust=answering, successor=None, closed_date=today(-1))
    assert set(refusal.value.troubles) == {"successor"}


def test_what_keeps_a_merger_out_is_said(manager):
    trust, other = TrustFactory(opened_date=date(2016, 4, 1)), TrustFactory()
    gone = TrustFactory(closed_date=date(2016, 5, 1), successor=other)

    def fields(trust, successor, day=-1):
        with pytest.raises(CannotChangeRound) as refusal:
            take_over(
                by=manager, trust=trust, successor=successor, closed_date=day if isinstance(day, date) else today(day)
            )
        return set(refusal.value.troubles)

    assert fields(trust, trust) == {"successor"}
    assert fields(trust, gone) == {"successor"}
    assert fields(trust, TrustFactory(closed_date=today(-2))) == {"successor"}
    assert fields(gone, trust) == {"trust"}
    assert fields(trust, other, 1) == {"closed_date"}
    assert fields(trust, other, date(2016, 3, 31)) == {"closed_date"}
    assert not Event.objects.filter(verb="trust taken over").exists()


@pytest.mark.django_db(transaction=True)
def test_a_merger_that_is_entered_from_both_sides_at_once_is_taken_once():
    first, second = TrustFactory(), TrustFactory()
    by = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user

    def entered(trust, successor):
        try:
            take_over(by=by, trust=trust, successor=successor, closed_date=today(-1))
        except CannotChangeRound:
            return False
        return True

    assert sorted(at_once(lambda: entered(first, second), lambda: entered(second, first))) == [False, True]
    assert Trust.objects.filter(successor=None).count() == 1


def test_only_a_collection_manager_changes_a_round():
    collection, trust, person = CollectionFactory(), TrustFactory(), UserFactory()
    for act in (
        lambda: bring_register_up_to_date(by=person, collection=collection),
        lambda: add_to_register(by=person, collection=collection, trust=trust, reason=REASON),
        lambda: change_dates(by=person, collection=collection, due_date=today(3), closes_date=None, reason=REASON),
        lambda: close_round(by=person, collection=collection),
        lambda: take_over(by=person, trust=trust, successor=TrustFactory(), closed_date=today()),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not Event.objects.exists()
