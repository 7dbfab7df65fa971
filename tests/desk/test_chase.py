"""A reminder: its step and its letters in one transaction, once, in the words that were shown."""

from datetime import date, timedelta

import pytest

from desk.actions import chase as chase_module
from desk.actions.chase import CannotChase, chase
from desk.ladder import Rung, ladder
from desk.models import Chase
from desk.queries.messages import by_hand, preview_by_hand, situated
from desk.queries.situations import ladder_step, steps_taken
from footprints.access import NotAllowed
from footprints.models import Event, Letter, Role, RoleKind
from submissions.models import Return
from submissions.states import State
from tests.desk.scenes import DUE, Scene, at, scene
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    ExtensionFactory,
    PauseFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
    WaiverFactory,
)
from tests.submissions.scenes import at_once

LATE = date(2016, 10, 4)
"""A Tuesday, two working days late."""
STEPS = ladder("standard")


@pytest.fixture
def here(db) -> Scene:
    return scene(name="Barts Health NHS Trust")


def step(code: str) -> Rung:
    return next(rung for rung in STEPS.rungs if rung.code == code)


def remind(here: Scene, code: str = "late-1", day: date = LATE) -> Chase:
    return chase(by=None, return_record=here.return_record, rung=step(code), at=at(day))


class TestTheLetters:
    def test_each_person_of_the_step_gets_one_and_learns_who_else_does(self, here):
        taken = remind(here)
        assert [letter.to.name for letter in taken.letters.order_by("pk")] == ["Amina Khan", "Tom Okafor"]
        letter = taken.letters.get(to=here.people["preparer"])
        assert letter.subject == "2 working days late: Back office 2015/16, Barts Health NHS Trust"
        assert "was due on 30 September 2016 and has not come. It is 2 working days late." in letter.text
        assert "Where it stands now: Not opened yet." in letter.text
        assert f"/returns/{here.return_record.pk}/" in letter.text
        assert "You get this letter because you are preparer for Barts Health NHS Trust." in letter.text
        assert "It also goes to Tom Okafor (signatory)." in letter.text
        assert "tell your support manager at NHS Improvement" in letter.text
        assert (letter.trust, letter.kind) == (here.trust, "reminder")

    def test_they_name_whoever_looks_after_the_trust_and_else_its_footprint(self, here):
        sam, ann = UserFactory(name="Sam Green", email="sam@nhsi.example"), UserFactory(name="Ann Lee")
        roles = [RoleFactory(user=user, kind=RoleKind.SUPPORT_MANAGER, region="London") for user in (sam, ann)]
        AssignmentFactory(trust=None, footprint=here.footprint, manager=ann)
        assert "Ann Lee" in remind(here, day=LATE).letters.first().text
        AssignmentFactory(trust=here.trust, manager=sam)
        assert "Sam Green, sam@nhsi.example" in remind(here, "late-3", date(2016, 10, 5)).letters.first().text
        Role.objects.filter(pk=roles[0].pk).update(region="South")
        assert "Ann Lee" in remind(here, "late-5", date(2016, 10, 7)).letters.first().text, (
            "Sam looks after another region"
        )

    def test_people_without_a_password_are_written_to_but_nobody_who_was_switched_off(self, here):
        here.people["signatory"].is_active = False
        here.people["signatory"].save()
        assert [letter.to for letter in remind(here).letters.all()] == [here.people["preparer"]]

    def test_who_is_two_things_gets_one_letter(self, here):
        Role.objects.create(user=here.people["preparer"], kind="signatory", trust=here.trust, from_date=DUE)
        assert remind(here).letters.count() == 2

    def test_the_people_of_a_successor_answer_for_it(self, here):
        heir = TrustFactory()
        here.trust.closed_date, here.trust.successor = date(2016, 9, 29), heir
        here.trust.save()
        Role.objects.create(user=(theirs := UserFactory()), kind="preparer", trust=heir, from_date=DUE)
        assert theirs in [letter.to for letter in remind(here).letters.all()]

    def test_the_last_step_goes_to_the_lead_and_the_regional_director(self, here):
        taken = remind(here, "late-10", date(2016, 10, 14))
        assert {letter.to.name for letter in taken.letters.all()} == {
            "Jane Marsh",
            "Paul Ng",
            "Ruth Bell",
            "Tom Okafor",
        }
        lead = taken.letters.get(to=here.people["stp_lead"])
        assert "because you are STP lead for a footprint of Barts Health NHS Trust" in lead.text

    def test_the_made_up_people_of_an_example_are_not_written_to(self, here):
        here.collection.illustrative = True
        here.collection.save()
        here.people["signatory"].set_password("a password for one test")
        here.people["signatory"].save()
        (letter,) = remind(here).letters.all()
        assert letter.to == here.people["signatory"]
        assert "EXAMPLE DATA" in letter.text

    def test_names_that_look_like_placeholders_stay_what_they_are(self, db):
        odd = scene(name="The {link} Trust")
        assert "The {link} Trust" in remind(odd).letters.first().text


class TestOnce:
    def test_the_same_step_again_is_the_first(self, here):
        first = remind(here)
        assert remind(here) == remind(here, day=LATE + timedelta(1)) == first
        assert (Chase.objects.count(), Letter.objects.count(), Event.objects.filter(verb="reminder written").count()) == (1, 2, 1)  # fmt: skip

    def test_an_extension_starts_the_ladder_anew(self, here):
        remind(here)
        until = date(2016, 10, 10)
        manager = here.people["support_manager"]
        given = {"granted": True, "until_date": until, "decided_by": manager, "decided_at": at(LATE)}
        ExtensionFactory(return_record=here.return_record, **given)
        assert remind(here, day=date(2016, 10, 11)).due_date == until
        taken = steps_taken(Return.objects.all())
        assert taken.by_due == {here.return_record.pk: {day: {"late-1"} for day in (DUE, until)}}

    def test_the_step_and_its_letters_stand_and_fall_together(self, here, monkeypatch):
        def broken(**_: object) -> None:
            raise RuntimeError("no event")

        monkeypatch.setattr(chase_module, "record", broken)
        with pytest.raises(RuntimeError):
            remind(here)
        assert not Chase.objects.exists()
        assert not Letter.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_send_one(self):
        here = scene()
        first, second, third = at_once(*[lambda: remind(here)] * 3)
        assert first == second == third
        assert (Chase.objects.count(), Letter.objects.count()) == (1, 2)


class TestWhyNot:
    """What each table holds is seen, and stands against a reminder."""

    @pytest.mark.parametrize(
        ("arrange", "said"),
        [
            (
                lambda here: ContactFactory(return_record=here.return_record, at=at(LATE, 8)),
                "was contacted today",
            ),
            (
                lambda here: ContactFactory(return_record=here.return_record, at=at(DUE), promised_date=LATE),
                "It is promised by 4 October 2016",
            ),
            (lambda here: PauseFactory(trust=here.trust, until_date=LATE), "left in peace until 4 October 2016"),
            (lambda here: ExtensionFactory(return_record=here.return_record), "has asked for more time"),
            (lambda here: SubmissionFactory(return_record=here.return_record), "being checked"),
            (
                lambda here: (
                    WaiverFactory(trust=here.trust),
                    SubmissionFactory(return_record=here.return_record, state=State.BLOCKED),
                ),
                "has asked for a waiver",
            ),
        ],
    )
    def test_it_is_not_sent(self, here, arrange, said):
        arrange(here)
        with pytest.raises(CannotChase, match=said):
            chase(by=None, return_record=here.return_record, rung=by_hand_of(here) or step("late-1"), at=at(LATE))
        assert not Letter.objects.exists()

    def test_a_reminder_is_a_contact_too(self, here):
        remind(here)
        with pytest.raises(CannotChase, match="contacted today"):
            remind(here, "late-3")

    def test_the_newest_promise_counts(self, here):
        ContactFactory(return_record=here.return_record, at=at(DUE, 9), promised_date=LATE + timedelta(7))
        ContactFactory(return_record=here.return_record, at=at(DUE, 10), promised_date=LATE - timedelta(1))
        ContactFactory(return_record=here.return_record, at=at(DUE, 11))
        assert remind(here).letters.count() == 2

    def test_a_return_that_moved_on_is_not_reminded_of_what_it_was(self, here):
        rung = by_hand_of(here)
        SubmissionFactory(return_record=here.return_record, state=State.BLOCKED)
        with pytest.raises(CannotChase, match="It stands at: Has errors to mend"):
            chase(by=None, return_record=here.return_record, rung=rung, at=at(LATE))

    def test_without_anybody_to_write_to_it_is_not_taken(self, here):
        Role.objects.filter(trust=here.trust).update(to_date=DUE)
        with pytest.raises(CannotChase, match="the trust has no active preparer or signatory"):
            remind(here)
        assert not Chase.objects.exists()


def by_hand_of(here: Scene) -> Rung | None:
    return by_hand(situated(here.return_record, LATE))


class TestByHand:
    def test_what_was_shown_is_what_goes(self, here):
        (message,) = preview_by_hand(Return.objects.all(), LATE).messages
        assert not Letter.objects.exists(), "a preview writes nothing"
        sue = here.people["support_manager"]
        taken = chase(by=sue, return_record=here.return_record, rung=message.rung, at=at(LATE), shown=message.digest)
        assert (taken.rung, taken.by) == ("by-hand-2016-10-04", sue)
        assert [letter.text for letter in taken.letters.order_by("pk")] == [message.text_for(each) for each in message.recipients]  # fmt: skip
        assert [each.in_words for each in message.recipients] == ["Amina Khan (preparer)", "Tom Okafor (signatory)"]

    def test_a_message_that_has_changed_since_does_not_go(self, here):
        (message,) = preview_by_hand(Return.objects.all(), LATE).messages
        Role.objects.create(user=UserFactory(), kind="preparer", trust=here.trust, from_date=DUE)
        with pytest.raises(CannotChase, match="has changed since you looked"):
            chase(by=None, return_record=here.return_record, rung=message.rung, at=at(LATE), shown=message.digest)

    def test_who_may_not_chase_the_trust_does_not(self, here):
        for name in ("preparer", "stp_lead", "regional_director"):
            with pytest.raises(NotAllowed, match="You cannot chase returns"):
                chase(by=here.people[name], return_record=here.return_record, rung=by_hand_of(here), at=at(LATE))

    def test_the_preview_says_who_is_left_out_and_why(self, here, django_assert_num_queries):
        other, gone, peaceful = here.another(), here.another(), here.another()
        SubmissionFactory(return_record=other.return_record)
        SubmissionFactory(return_record=gone.return_record, state=State.ACCEPTED, loaded_at=at(DUE))
        PauseFactory(trust=peaceful.trust, until_date=LATE)
        with django_assert_num_queries(4):
            preview = preview_by_hand(Return.objects.order_by("pk"), LATE)
        assert [message.return_record for message in preview.messages] == [here.return_record]
        assert [left.why_not.partition(":")[0].split(" until")[0] for left in preview.left_out] == [
            "It waits for us", "Nothing is left to do", "The trust is left in peace",
        ]  # fmt: skip

    def test_it_costs_four_queries_however_many_there_are(self, here, django_assert_num_queries):
        for _ in range(5):
            ReturnFactory(collection=here.collection)
            here.another()
        with django_assert_num_queries(4):
            preview = preview_by_hand(Return.objects.all(), LATE)
        assert (len(preview.messages), len(preview.left_out)) == (6, 5)
        assert "no active preparer or signatory" in preview.left_out[0].why_not

    def test_without_a_ladder_the_standard_words_are_used(self, db):
        here = scene()
        here.collection.ladder = ""
        here.collection.save()
        assert "We have not received the return" in preview_by_hand(Return.objects.all(), LATE).messages[0].text


def test_what_is_due_is_the_step_of_the_day(here):
    rung = ladder_step(situated(here.return_record, LATE), steps_taken(Return.objects.all()))
    assert rung is not None
    assert rung.code == "late-1"
