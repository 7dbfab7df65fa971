"""The weekly digest and the morning summary: to whoever has something to do, once, in plain words."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password

from desk.actions import digests
from desk.actions.digests import send_digests
from desk.queries.digests import lead_digests
from desk.queries.summaries import morning_summary
from desk.tasks import send_digests as task
from footprints.models import Letter, RoleKind, User
from stp_portal.celery import app
from submissions.models import Submission
from submissions.states import State
from tests.desk.scenes import DUE, Scene, at, round_of, scene
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    ExtensionFactory,
    FigureQueryFactory,
    PauseFactory,
    ReopeningFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.submissions.scenes import at_once

MONDAY = date(2016, 10, 3)
LATE_AUGUST_TUESDAY = date(2016, 8, 30)
"""The day after a bank holiday."""


@pytest.fixture
def clock():
    with time_machine.travel(at(MONDAY, 9), tick=False) as clock:
        yield clock


@pytest.fixture
def here(db, clock) -> Scene:
    return scene(name="Barts Health NHS Trust")


def accepted(here: Scene) -> Submission:
    moment = at(DUE)
    return SubmissionFactory(return_record=here.return_record, state=State.ACCEPTED, loaded_at=moment, received_at=moment, checked_at=moment)  # fmt: skip


def letter(kind: str) -> Letter:
    return Letter.objects.get(kind=kind)


class TestTheWeeklyDigest:
    def test_it_says_who_is_in_who_is_late_and_what_is_open(self, here):
        here.footprint.name = "North East London"
        here.footprint.save()
        asked, extended = here.another(name="Homerton"), here.another(name="East London")
        FigureQueryFactory(submission=accepted(asked), return_record=asked.return_record)
        answered = {"answer": "It is right.", "answered_by": asked.people["preparer"], "answered_at": at(MONDAY)}
        FigureQueryFactory(
            submission=asked.return_record.submissions.get(), return_record=asked.return_record, **answered
        )
        manager = here.people["support_manager"]
        given = {"granted": True, "until_date": MONDAY + timedelta(7), "decided_by": manager, "decided_at": at(DUE)}
        ExtensionFactory(return_record=extended.return_record, **given)
        send_digests(at(MONDAY, 8))
        sent = letter("digest")
        assert (sent.to, sent.key) == (here.people["stp_lead"], "digest 2016-W40")
        assert sent.subject == "North East London: 1 of 3 returns in"
        assert "Due on 30 September 2016: 1 of 3 returns in, 1 late." in sent.text
        assert "Late:\n* Barts Health NHS Trust: 3 days late. Not opened yet" in sent.text
        assert "To come:\n* East London: not opened yet, due on 10 October 2016" in sent.text
        assert "In:\n* Homerton: has a query to answer" in sent.text
        assert "Queries that wait for an answer:\n* Homerton: 1 query" in sent.text
        assert "Queries that are answered, and wait for whoever asked:\n* Homerton: 1 query" in sent.text
        assert "because you are STP lead for North East London" in sent.text

    def test_each_footprint_and_round_has_its_part(self, here):
        other = scene(collection=round_of(name="Second round"))
        RoleFactory(user=here.people["stp_lead"], kind=RoleKind.STP_LEAD, footprint=other.footprint)
        RoleFactory(user=here.people["stp_lead"], kind=RoleKind.STP_LEAD, footprint=other.footprint, to_date=DUE)
        send_digests(at(MONDAY, 8))
        mine = Letter.objects.get(to=here.people["stp_lead"], kind="digest")
        assert mine.text.count("0 of 1 return in, 1 late.") == 2
        assert mine.subject.startswith("Your week: 2 open rounds in Footprint")

    def test_nothing_to_whoever_has_nothing_to_do(self, here):
        accepted(here)
        scene(collection=round_of(name="Pilot", purpose="pilot"))
        scene(collection=round_of(name="Closed", closes_date=DUE))
        scene(collection=round_of(name="Excused")).return_record.excuses.create(
            reason="It closed.", approved_by=here.people["support_manager"]
        )
        assert lead_digests(MONDAY) == []
        send_digests(at(MONDAY, 8))
        assert not Letter.objects.filter(kind="digest").exists()

    @pytest.mark.parametrize(
        ("moment", "count"),
        [
            (at(MONDAY, 7, 59), 0),
            (at(MONDAY, 8), 1),
            (at(MONDAY, 17), 1),
            (at(date(2016, 10, 4)), 0),
            (at(date(2016, 10, 8)), 0),
            (at(LATE_AUGUST_TUESDAY), 1),
            (at(LATE_AUGUST_TUESDAY - timedelta(1)), 0),
        ],
    )
    def test_on_the_first_working_day_of_the_week(self, db, moment, count):
        scene(round_of(opens_date=date(2016, 8, 1)))
        send_digests(moment)
        assert Letter.objects.filter(kind="digest").count() == count

    def test_it_costs_the_same_however_many_there_are(self, here, django_assert_num_queries):
        for number in range(4):
            here.another()
            scene(collection=round_of(name=f"Round {number}"))
        with django_assert_num_queries(4):
            assert len(lead_digests(MONDAY)) == 5


class TestOnce:
    def test_a_period_is_written_once_however_often_it_runs(self, here):
        for hour in (7, 8, 9, 16):
            send_digests(at(MONDAY, hour, 45))
        assert sorted(Letter.objects.values_list("kind", flat=True)) == ["digest", "summary"]
        late = scene(collection=round_of(name="Late"))
        send_digests(at(MONDAY, 17))
        assert not Letter.objects.filter(to=late.people["stp_lead"]).exists(), "the week has been written"
        send_digests(at(MONDAY + timedelta(7), 8))
        assert Letter.objects.filter(to=here.people["stp_lead"]).count() == 2

    def test_one_that_fails_holds_up_no_other_and_comes_later(self, here, monkeypatch, caplog):
        other = scene(collection=round_of(name="Second"))
        words = digests.digest_text

        def fails_here(digest):
            if digest.person == here.people["stp_lead"]:
                raise RuntimeError("no words")
            return words(digest)

        with monkeypatch.context() as patch:
            patch.setattr(digests, "digest_text", fails_here)
            send_digests(at(MONDAY, 8))
        assert "no words" in caplog.text
        assert letter("digest").to == other.people["stp_lead"]
        send_digests(at(MONDAY, 8, 5))
        assert Letter.objects.filter(kind="digest").count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_two_runs_at_once_write_it_once(self):
        scene()
        at_once(*[lambda: send_digests(at(MONDAY, 8))] * 3)
        send_digests(at(MONDAY, 8))
        assert Letter.objects.filter(kind="digest").count() == 1

    def test_the_made_up_people_of_an_example_are_not_written_to(self, here):
        here.collection.illustrative = True
        here.collection.save()
        send_digests(at(MONDAY, 8))
        assert not Letter.objects.exists()
        here.people["stp_lead"].set_password("a password for one test")
        here.people["stp_lead"].save()
        send_digests(at(MONDAY + timedelta(7), 8))
        assert "EXAMPLE DATA" in letter("digest").text


def everybody_signs_up() -> None:
    """So that there is somebody to call."""
    User.objects.update(password=make_password("a password for one test"))


class TestTheMorningSummary:
    def test_it_says_whom_to_call_and_what_waits(self, here):
        broken, asking, reopen, changed = (here.another(name=name) for name in ("Kept", "More", "Again", "Changed"))
        ContactFactory(return_record=broken.return_record, at=at(DUE), promised_date=DUE)
        ExtensionFactory(return_record=asking.return_record, asked_at=at(DUE), asked_until_date=date(2016, 10, 12))
        ReopeningFactory(sign_off=SignOffFactory(submission=accepted(reopen)), asked_at=at(DUE))
        SubmissionFactory(return_record=changed.return_record, state=State.BLOCKED, checked_at=at(DUE, 8))
        everybody_signs_up()
        send_digests(at(MONDAY, 7, 30))
        sent = letter("summary")
        assert (sent.to, sent.key) == (here.people["support_manager"], "summary 2016-10-03")
        assert "Promised for a day that has passed\n" in sent.text
        assert "* Kept, Back office 2015/16: call: promise not kept" in sent.text
        assert "* Barts Health NHS Trust, Back office 2015/16: call: late" in sent.text
        assert "* More, Back office 2015/16: asked for 12 October 2016 on 30 September 2016" in sent.text
        assert "* Again, Back office 2015/16: asked on 30 September 2016" in sent.text
        assert "What changed since 30 September 2016 at 7:30am" in sent.text
        assert "* Changed, Back office 2015/16: a file came back to the trust" in sent.text
        assert "* Again, Back office 2015/16: a file was accepted" in sent.text

    def test_what_is_another_manager_s_is_not_in_it(self, here):
        mine, theirs = here.another(name="Mine"), here.another(name="Theirs")
        sue, sam = here.people["support_manager"], UserFactory(name="Sam Green")
        RoleFactory(user=sam, kind=RoleKind.SUPPORT_MANAGER, region="London")
        AssignmentFactory(trust=mine.trust, manager=sue)
        AssignmentFactory(trust=theirs.trust, manager=sam)
        everybody_signs_up()
        names = [line.return_record.trust.name for line in morning_summary(sue, MONDAY, at(DUE)).calls]
        assert names == ["Barts Health NHS Trust", "Mine"]
        names = [line.return_record.trust.name for line in morning_summary(sam, MONDAY, at(DUE)).calls]
        assert names == ["Barts Health NHS Trust", "Theirs"]

    def test_trusts_without_people_are_named_with_what_they_lack(self, here):
        here.people["signatory"].is_active = False
        here.people["signatory"].save()
        summary = morning_summary(here.people["support_manager"], MONDAY, at(DUE))
        assert summary.without_people == ((here.trust, "signatory and no preparer"),), "nobody of them has signed up"
        for person in (here.people["preparer"], here.people["signatory"]):
            person.set_password("a password for one test")
            person.save()
        summary = morning_summary(here.people["support_manager"], MONDAY, at(DUE))
        assert summary.without_people == ((here.trust, "signatory"),)

    def test_nothing_to_whoever_has_nothing_to_do(self, here):
        PauseFactory(trust=here.trust, until_date=MONDAY)
        for name in ("preparer", "signatory"):
            here.people[name].set_password("a password for one test")
            here.people[name].save()
        changed = here.another()
        accepted(changed)
        for name in ("preparer", "signatory"):
            changed.people[name].set_password("a password for one test")
            changed.people[name].save()
        elsewhere = RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region="South").user
        send_digests(at(MONDAY, 7, 30))
        assert not Letter.objects.filter(kind="summary").exists()
        assert morning_summary(here.people["support_manager"], MONDAY, at(DUE)).changes
        assert morning_summary(elsewhere, MONDAY, at(DUE)).is_empty

    @pytest.mark.parametrize(
        ("moment", "count"),
        [(at(MONDAY, 7, 29), 0), (at(MONDAY, 7, 30), 1), (at(date(2016, 10, 4), 12), 1), (at(date(2016, 10, 8)), 0)],
    )
    def test_on_working_days_from_half_past_seven(self, here, moment, count):
        send_digests(moment)
        assert Letter.objects.filter(kind="summary").count() == count

    def test_a_long_list_is_cut_and_says_so(self, here, monkeypatch):
        monkeypatch.setattr("desk.digest_words.MOST_LISTED", 1)
        here.another()
        here.another()
        send_digests(at(MONDAY, 8))
        assert "and 2 more" in letter("summary").text


def test_the_scheduler_asks_for_it():
    assert app.conf.beat_schedule["send-digests"]["task"] == task.name
