"""The desk: which returns it lists for whom, what is next about each, in which order, and in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.next_action import Action
from desk.queries.desk_filters import DeskFilters
from desk.queries.desk_page import desk_page
from footprints.models import RoleKind, User
from submissions.models import Collection
from submissions.stages import Stage
from submissions.states import State
from tests.factories import (
    AssignmentFactory,
    ChaseFactory,
    CollectionFactory,
    ContactFactory,
    ExtensionFactory,
    FigureQueryFactory,
    FindingFactory,
    LetterFactory,
    MembershipFactory,
    PauseFactory,
    ReturnFactory,
    RoleFactory,
    SavedViewFactory,
    SignOffFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
    WaiverFactory,
)

TODAY = timezone.localdate
pytestmark = pytest.mark.django_db


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def manager(kind: RoleKind = RoleKind.SUPPORT_MANAGER, region: str = "North") -> User:
    regional = kind in (RoleKind.SUPPORT_MANAGER, RoleKind.REGIONAL_DIRECTOR)
    return RoleFactory(kind=kind, region=region if regional else "").user


def collection(**more: object) -> Collection:
    return CollectionFactory(sign_off_rule=Collection.SignOffRule.SIGNATORY, **more)


def staffed(name: str = "", **more: object):
    """A trust with somebody in each post."""
    trust = TrustFactory(**({"name": name} if name else {}), **more)
    for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY):
        RoleFactory(kind=kind, trust=trust, user=UserFactory(password="a word of a test"))
    return trust


def rows(person: User, **filters: str):
    return desk_page(person, DeskFilters(**filters), 1, timezone.localdate()).rows


def actions(person: User, **filters: str) -> dict[str, Action]:
    return {row.trust.name: row.listed.action for row in rows(person, **filters)}


def names(person: User, **filters: str) -> list[str]:
    return [row.trust.name for row in rows(person, **filters)]


def test_outstanding_returns_of_open_rounds_and_no_others():
    person, one = manager(), collection()
    ReturnFactory(collection=one, trust=staffed("Outstanding"))
    done = SubmissionFactory(return_record__collection=one, state=State.ACCEPTED, loaded_at=timezone.now())
    SignOffFactory(submission=done)
    for other in (
        collection(opens_date=day(1), due_date=day(9)),
        collection(closes_date=day(-1), due_date=day(-1)),
        collection(closed_at=timezone.now(), closed_by=person),
    ):
        ReturnFactory(collection=other)
    pilot = ReturnFactory(collection=collection(purpose=Collection.Purpose.PILOT), trust=staffed("Pilot"))
    assert names(person) == ["Outstanding"]
    assert names(person, collection=str(pilot.collection_id)) == ["Pilot"]
    closed = collection(name="Over", closed_at=timezone.now(), closed_by=person)
    ReturnFactory(collection=closed, trust=staffed("Never came"))
    assert (str(closed.pk), "Over (closed)") in desk_page(person, DeskFilters(), 1, day(0)).choices["collection"][1]
    assert names(person, collection=str(closed.pk)) == ["Never came"]


@pytest.mark.parametrize(
    ("kind", "region", "seen"),
    [
        (RoleKind.SUPPORT_MANAGER, "North", ["North"]),
        (RoleKind.SUPPORT_MANAGER, "", ["North", "South"]),
        (RoleKind.REGIONAL_DIRECTOR, "South", ["South"]),
        (RoleKind.COLLECTION_MANAGER, "", ["North", "South"]),
        (RoleKind.AUDITOR, "", ["North", "South"]),
        (RoleKind.ANALYST, "", []),
        (RoleKind.PREPARER, "", []),
        (RoleKind.STP_LEAD, "", []),
    ],
)
def test_each_sees_the_returns_that_they_look_after(kind, region, seen):
    one = collection()
    for name in ("North", "South"):
        ReturnFactory(collection=one, trust=staffed(name, region=name))
    assert names(manager(kind, region), sort="trust") == seen


def scene() -> tuple[User, Collection]:
    """One trust for every next action."""
    person, late, soon, later = manager(), collection(due_date=day(-3)), collection(due_date=day(3)), collection()

    def at(name: str, collection: Collection, trust=None, **more: object):
        return ReturnFactory(collection=collection, trust=trust or staffed(name), **more)

    def file(name: str, collection: Collection, state: State):
        loaded = timezone.now() if state == State.ACCEPTED else None
        return SubmissionFactory(return_record=at(name, collection), state=state, loaded_at=loaded)

    file("mend_file", late, State.STUCK)
    ExtensionFactory(return_record=at("decide_extension", late))
    WaiverFactory(trust=file("decide_waiver", late, State.BLOCKED).return_record.trust)
    file("await_check", late, State.RECEIVED)
    yesterday = timezone.now() - timedelta(days=1)
    ContactFactory(return_record=at("call_promise", soon), promised_date=day(-1), at=yesterday)
    ContactFactory(return_record=at("await_promise", late), promised_date=day(0), at=yesterday)
    ContactFactory(return_record=at("await_reply", late))
    PauseFactory(trust=at("await_pause", late).trust)
    file("call_signatory", late, State.ACCEPTED)
    file("remind_signatory", soon, State.ACCEPTED)
    FigureQueryFactory(submission=file("ask_answer", late, State.ACCEPTED))
    file("find_signatory", late, State.ACCEPTED).return_record.trust.roles.filter(kind="signatory").update(
        to_date=day(0)
    )
    at("find_preparer", late, TrustFactory(name="find_preparer"))
    at("call", late, opened_at=yesterday)
    FindingFactory(submission=file("offer_help", soon, State.BLOCKED))
    ChaseFactory(return_record=at("remind", soon), at=yesterday)
    at("await_due", later)
    return person, late


def test_what_is_next_about_each_in_the_order_of_the_queue():
    person, _ = scene()
    assert names(person) == [action.value for action in Action]
    assert actions(person) == {action.value: action for action in Action}


def test_the_words_say_which_day_and_how_many():
    person, _ = scene()
    words = {row.trust.name: (row.action_words, row.stage_words) for row in rows(person)}
    assert words["call_promise"] == ("Call: promised for yesterday", "Not opened yet")
    assert words["await_promise"][0] == "Wait: promised for today"
    assert words["call"] == ("Call: 3 days late", "Opened, not started")
    assert words["offer_help"] == ("Offer help: 1 error to mend", "Has 1 error to mend")
    assert words["remind"][0] == "Remind: due in 3 days"
    assert words["call_signatory"][1] == "Waiting for sign-off"


def test_filters():
    person, late = scene()
    own = rows(person, text="remind_signatory")[0].trust
    MembershipFactory(trust=own, footprint__name="Cumbria", footprint__ons_code="E54000001")
    AssignmentFactory(trust=own, manager=person)
    LetterFactory(to=own.roles.first().user, sent_at=timezone.now(), bounced_at=timezone.now())
    expected = {
        "text": ("Cumbria", ["remind_signatory"]),
        "footprint": ("E54000001", ["remind_signatory"]),
        "owner": ("mine", ["remind_signatory"]),
        "flag": ("bounced", ["remind_signatory"]),
        "stage": ("to_sign", ["call_signatory", "find_signatory", "remind_signatory"]),
        "action": ("call", ["call"]),
        "lateness": ("soon", ["call_promise", "offer_help", "remind_signatory", "remind"]),
        "collection": (str(late.pk), [name for name in names(person) if name not in ("call_promise", "offer_help", "remind_signatory", "remind", "await_due")]),
    }  # fmt: skip
    assert {name: names(person, **{name: value}) for name, (value, _) in expected.items()} == {
        name: found for name, (_, found) in expected.items()
    }
    assert names(person, holder="us") == ["mend_file", "decide_extension", "decide_waiver", "await_check"]
    LetterFactory(to=own.roles.last().user, given_up_at=timezone.now())
    LetterFactory(to=own.roles.first().user, sent_at=timezone.now())
    assert names(person, flag="bounced") == ["remind_signatory"], "refused at once is as bad as bounced later"
    LetterFactory(to=own.roles.last().user, sent_at=timezone.now())
    assert names(person, flag="bounced") == [], "both have been reached since"
    assert names(person, flag="no_signatory") == ["find_signatory", "find_preparer"]
    assert names(person, flag="paused") == ["await_pause"]
    assert names(person, type="ambulance") == []
    assert names(person, region="South") == []
    assert "remind_signatory" not in names(person, owner="nobody")


def test_a_footprints_manager_owns_its_trusts_until_one_of_them_has_its_own():
    person, one = manager(), collection()
    trust = staffed("Owned")
    membership = MembershipFactory(trust=trust)
    ReturnFactory(collection=one, trust=trust)
    AssignmentFactory(trust=None, footprint=membership.footprint, manager=person)
    assert rows(person)[0].listed.owner == person.name
    other = RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region="North", user__name="Somebody else")
    AssignmentFactory(trust=trust, manager=other.user)
    assert rows(person)[0].listed.owner == "Somebody else"
    other.to_date = timezone.localdate()
    other.save()
    assert rows(person)[0].listed.owner == person.name, "who looks after trusts no longer owns none"


@pytest.mark.parametrize("column", ["action", "trust", "footprint", "region", "due", "stage", "holder", "owner", "contact", "promised"])  # fmt: skip
def test_every_column_sorts_both_ways(column):
    person, _ = scene()
    up, down = names(person, sort=column), names(person, sort=f"-{column}")
    assert sorted(up) == sorted(down) == sorted(action.value for action in Action)
    if column in ("trust", "action"):
        assert up == down[::-1]
    if column == "due":
        assert up[-1] == down[0] == "await_due"


def test_the_counts_are_of_all_pages_and_of_every_stage():
    person, _ = scene()
    page = desk_page(person, DeskFilters(action="call"), 1, timezone.localdate())
    assert page.queue.total == 1
    assert page.queue.of_action(Action.REMIND) == 1
    assert page.queue.of_stage(Stage.TO_SIGN) == 3
    assert {flag: number for flag, _, number in page.flags} == {
        "no_preparer": 1, "no_signatory": 2, "paused": 1, "extension": 1, "promised": 1
    }  # fmt: skip
    assert [words for _, words, _ in page.to_do][:2] == ["Mend our stuck file", "Decide on an extension"]


def test_the_people_of_a_successor_answer_for_both():
    person, one, successor = manager(), collection(due_date=day(-1)), staffed("Successor")
    gone = TrustFactory(name="Gone", closed_date=day(-2), successor=successor)
    ReturnFactory(collection=one, trust=gone)
    assert actions(person) == {"Gone": Action.CALL}


def test_a_page_past_the_end_is_the_last():
    person, one = manager(), collection()
    for number in range(53):
        ReturnFactory(collection=one, trust=TrustFactory(name=f"Trust {number:02}"))
    page = desk_page(person, DeskFilters(sort="trust"), 99, timezone.localdate())
    assert (page.number, page.pages, [row.trust.name for row in page.rows]) == (
        2,
        2,
        ["Trust 50", "Trust 51", "Trust 52"],
    )


def test_as_many_queries_for_sixty_returns_as_for_one(client):
    person, one = manager(), collection()
    client.force_login(person)

    def fill(number: int) -> None:
        for _ in range(number):
            record = ReturnFactory(collection=one)
            trust = record.trust
            file = SubmissionFactory(return_record=record, state=State.BLOCKED)
            FindingFactory(submission=file)
            MembershipFactory(trust=trust)
            ContactFactory(return_record=record, promised_date=day(3))
            ExtensionFactory(return_record=record)
            ChaseFactory(return_record=record)
            AssignmentFactory(trust=trust, manager=person)
            PauseFactory(trust=trust)
            role = RoleFactory(kind=RoleKind.PREPARER, trust=trust)
            LetterFactory(to=role.user, sent_at=timezone.now(), bounced_at=timezone.now())
            SavedViewFactory(user=person)

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    fill(1)
    queries("/desk/")
    few = queries("/desk/"), queries("/desk/returns.csv")
    fill(59)
    assert (queries("/desk/"), queries("/desk/returns.csv")) == few
    assert few[0] <= 26, few
