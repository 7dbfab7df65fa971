"""What is still chased: a trust with two rounds, what can be done after a close, and that a round has opened."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from desk.actions.chase import CannotChase, chase
from desk.actions.send_chases import send_due_chases
from desk.models import Chase
from desk.queries.desk_filters import DeskFilters
from desk.queries.live import still_live
from desk.queries.messages import by_hand, situated
from desk.queries.queue import queue
from submissions.models import Collection, Return
from submissions.queries.open_days import takes_files
from submissions.states import State
from tests.desk.scenes import DUE, Scene, at, round_of, scene
from tests.factories import (
    ContactFactory,
    ExtensionFactory,
    FigureQueryFactory,
    NilReturnFactory,
    ReturnFactory,
    SignOffFactory,
    SubmissionFactory,
)

MONDAY = date(2016, 10, 3)
LATER = MONDAY + timedelta(1)


@pytest.fixture
def here(db) -> Scene:
    return scene()


def taken(day: date) -> list[tuple[str, str]]:
    steps = Chase.objects.order_by("return_record__collection__name", "pk")
    return [(one.return_record.collection.name, one.rung) for one in steps if timezone.localdate(one.at) == day]


def accepted(return_record: Return) -> None:
    SubmissionFactory(return_record=return_record, state=State.ACCEPTED, loaded_at=at(DUE), received_at=at(DUE))


def longer(return_record: Return, until: date, scene: Scene) -> None:
    given = {"granted": True, "decided_by": scene.people["support_manager"], "decided_at": at(DUE)}
    ExtensionFactory(return_record=return_record, until_date=until, **given)


class TestTwoRounds:
    @pytest.fixture
    def second(self, here) -> Return:
        return ReturnFactory(collection=round_of(name="Pathology 2015/16"), trust=here.trust)

    def test_the_ladder_writes_about_both_in_the_same_morning(self, here, second):
        assert send_due_chases(at(MONDAY)) == 2
        assert taken(MONDAY) == [("Back office 2015/16", "late-1"), ("Pathology 2015/16", "late-1")]

    def test_a_contact_about_one_holds_back_both_for_the_day(self, here, second):
        ContactFactory(return_record=second, at=at(MONDAY, 7))
        assert send_due_chases(at(MONDAY)) == 0
        assert send_due_chases(at(LATER)) == 2

    def test_a_reminder_by_hand_about_one_holds_back_both(self, here, second):
        found = situated(second, MONDAY)
        chase(by=here.people["support_manager"], return_record=second, rung=by_hand(found), at=at(MONDAY, 7))
        assert send_due_chases(at(MONDAY)) == 0
        found = situated(here.return_record, MONDAY)
        with pytest.raises(CannotChase, match="The trust was contacted today"):
            chase(
                by=here.people["support_manager"], return_record=here.return_record, rung=by_hand(found), at=at(MONDAY)
            )

    def test_the_desk_sees_it_at_both(self, here, second):
        here.another()
        ContactFactory(return_record=second, at=at(MONDAY, 7))
        listed = queue(here.people["support_manager"], DeskFilters(), MONDAY).listed
        told = {one.pk for one in listed if one.contacted_today}
        assert told == {here.return_record.pk, second.pk}
        assert all(situated(one, MONDAY).situation.contacted == MONDAY for one in (here.return_record, second))

    def test_what_the_ladder_wrote_about_one_holds_back_a_person_about_the_other(self, here, second):
        Return.objects.filter(pk=second.pk).update(collection=round_of(name="Estates", ladder=""))
        assert send_due_chases(at(MONDAY)) == 1
        second.refresh_from_db()
        with pytest.raises(CannotChase, match="The trust was contacted today"):
            chase(
                by=here.people["support_manager"],
                return_record=second,
                rung=by_hand(situated(second, MONDAY)),
                at=at(MONDAY, 10),
            )


class TestAfterTheClose:
    """The round closed on its due date."""

    @pytest.fixture
    def closed(self, db) -> Scene:
        made = scene(round_of(closes_date=DUE, sign_off_rule=Collection.SignOffRule.SIGNATORY))
        assert send_due_chases(at(MONDAY)) == 0
        return made

    def test_what_waits_for_a_signature(self, closed):
        other = closed.another()
        accepted(closed.return_record)
        NilReturnFactory(return_record=other.return_record)
        assert send_due_chases(at(MONDAY)) == 2
        assert {code for _, code in taken(MONDAY)} == {"sign-late-1"}

    def test_what_has_longer_time_until_that_has_passed(self, closed):
        longer(closed.return_record, date(2016, 10, 5), closed)
        days = [date(2016, 10, number) for number in range(3, 11)]
        assert sum(send_due_chases(at(day)) for day in days) == 3
        assert [code for day in days for _, code in taken(day)] == ["before-5", "before-1", "due-today"]

    def test_what_has_a_query_is_reminded_of_by_hand(self, closed):
        accepted(closed.return_record)
        FigureQueryFactory(return_record=closed.return_record)
        found = situated(closed.return_record, MONDAY)
        assert chase(
            by=closed.people["support_manager"], return_record=closed.return_record, rung=by_hand(found), at=at(MONDAY)
        )

    def test_one_that_somebody_closed_by_hand_too(self, closed):
        accepted(closed.return_record)
        Collection.objects.update(closes_date=None, closed_at=at(DUE), closed_by=closed.people["support_manager"])
        assert send_due_chases(at(MONDAY)) == 1

    def test_what_is_done_or_never_came_is_not_live(self, closed):
        signed, nil = closed.another(), closed.another()
        accepted(signed.return_record)
        SignOffFactory(submission=signed.return_record.submissions.get())
        person = closed.people["signatory"]
        NilReturnFactory(return_record=nil.return_record, signed_at=at(DUE), signed_by=person)
        assert not Return.objects.filter(still_live(MONDAY)).exists()
        assert Return.objects.filter(still_live(DUE)).count() == 3

    @pytest.mark.parametrize("closes", [None, DUE, date(2016, 10, 20)])
    @pytest.mark.parametrize("until", [None, DUE, date(2016, 10, 12)])
    def test_nothing_on_record_is_live_exactly_as_long_as_files_are_taken(self, here, closes, until):
        collection = here.collection
        collection.closes_date = closes
        collection.save()
        if until:
            longer(here.return_record, until, here)
        for number in (-30, -29, 0, 1, 12, 13, 20, 21):
            day = DUE + timedelta(number)
            live = Return.objects.filter(still_live(day)).exists()
            assert (
                live
                == takes_files(collection, max(DUE, until or DUE), day)
                == situated(here.return_record, day).situation.live
            )


class TestTheOpening:
    def test_it_goes_on_the_first_working_morning_once(self, db):
        here = scene(round_of(opens_date=date(2016, 8, 27)))
        days = [date(2016, 8, 27) + timedelta(number) for number in range(8)]
        assert [day for day in days if send_due_chases(at(day))] == [date(2016, 8, 30)]
        letters = Chase.objects.get().letters.all()
        assert {letter.to for letter in letters} == {here.people["preparer"], here.people["signatory"]}
        assert "Back office 2015/16 has opened." in letters[0].text
        assert "due on 30 September 2016. You have 23 working days." in letters[0].text
        assert f"/returns/{here.return_record.pk}/" in letters[0].text

    def test_more_time_does_not_have_it_told_again(self, here):
        assert send_due_chases(at(date(2016, 9, 1))) == 1
        longer(here.return_record, date(2016, 10, 14), here)
        assert send_due_chases(at(date(2016, 9, 19))) == 0
        assert send_due_chases(at(date(2016, 9, 30))) == 1
        assert [one.rung for one in Chase.objects.order_by("at")] == ["opens", "before-10"]

    def test_whoever_joins_later_is_told_then(self, here):
        send_due_chases(at(date(2016, 9, 1)))
        here.another()
        assert send_due_chases(at(date(2016, 9, 2))) == 1
        assert {one.rung for one in Chase.objects.all()} == {"opens"}
