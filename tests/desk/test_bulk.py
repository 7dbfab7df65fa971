"""Doing the same to many returns: what is shown is what is done, and nobody is chased who is not to be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.models import Assignment, Chase, Contact, Pause
from footprints.models import Event, Letter, RoleKind, Trust, User
from submissions.models import Extension, Return
from tests.desk.test_desk_page import collection, manager
from tests.factories import ContactFactory, PauseFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db
REASON = "The payroll provider sends its figures late."


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def date_fields(name: str, number: int) -> dict[str, str]:
    on = day(number)
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def trust(name: str, **more: object) -> Trust:
    """A trust whose preparer and signatory can sign in."""
    made = TrustFactory(name=name, **more)
    for kind in (RoleKind.PREPARER, RoleKind.SIGNATORY):
        RoleFactory(
            kind=kind, trust=made, user=UserFactory(name=f"{kind.label} of {name}", password="a word of a test")
        )
    return made


@pytest.fixture
def person() -> User:
    return manager()


@pytest.fixture
def desk(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.fixture
def late() -> list[Return]:
    one = collection(due_date=day(-3), ladder="standard")
    return [ReturnFactory(collection=one, trust=trust(name)) for name in ("Airedale", "Barts", "Calderdale")]


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_reminders_are_shown_word_by_word_and_then_go(desk: Client, person: User, late: list[Return]):
    ticked = {"do": "remind", "return": [record.pk for record in late]}
    page = desk.post("/desk/bulk/", ticked).content.decode()
    assert not Letter.objects.exists()
    assert not Chase.objects.exists()
    for words in ("3 returns are taken", "preparer of Barts (preparer)", "Send these reminders"):
        assert words in page, words
    confirmed = {"do": "remind", "step": "confirm", "returns": hidden(page, "returns"), "shown": hidden(page, "shown")}
    assert "3 returns reminded" in desk.post("/desk/bulk/", confirmed, follow=True).content.decode()
    assert {chase.by for chase in Chase.objects.all()} == {person}
    for letter in Letter.objects.all():
        assert letter.text.splitlines()[0] in page
    again = desk.post("/desk/bulk/", confirmed, follow=True)
    assert again.status_code == 200
    assert Chase.objects.count() == 3


def test_nobody_is_chased_who_is_not_to_be_and_it_is_said_why(desk: Client, late: list[Return]):
    promised, paused, free = late
    yesterday = timezone.now() - timedelta(days=1)
    ContactFactory(return_record=promised, promised_date=day(2), at=yesterday)
    PauseFactory(trust=paused.trust)
    page = desk.post("/desk/bulk/", {"do": "remind", "return": [record.pk for record in late]}).content.decode()
    assert "1 return is taken, 2 left out" in page
    assert "It is promised by" in page
    assert "The trust is left in peace until" in page
    assert hidden(page, "shown").startswith(f"{free.pk}:")


def test_what_changed_since_it_was_shown_is_left_out_and_said(desk: Client, late: list[Return]):
    page = desk.post("/desk/bulk/", {"do": "remind", "return": [record.pk for record in late]}).content.decode()
    ContactFactory(return_record=late[0])
    RoleFactory(kind=RoleKind.PREPARER, trust=late[1].trust, user=UserFactory(password="a word of a test"))
    confirmed = {"do": "remind", "step": "confirm", "returns": hidden(page, "returns"), "shown": hidden(page, "shown")}
    answer = desk.post("/desk/bulk/", confirmed).content.decode()
    assert "1 return done, 2 left out" in answer
    assert "The trust was contacted today" in answer
    assert "The message has changed since you looked at it" in answer
    assert Chase.objects.get().return_record == late[2]


def test_more_time_is_tried_out_before_it_is_given(desk: Client, late: list[Return]):
    given = {"reason": REASON, **date_fields("until", 3)}
    start = {"do": "extend", "return": [record.pk for record in late]}
    assert "See what happens" in desk.post("/desk/bulk/", start).content.decode()
    assert desk.post("/desk/bulk/", start | {"step": "preview"}).status_code == 422
    before = Event.objects.count()
    page = desk.post("/desk/bulk/", start | {"step": "preview"} | given).content.decode()
    assert "3 returns are taken" in page
    assert REASON in page
    assert "You have until" in page
    assert not (Extension.objects.exists())
    assert not (Letter.objects.exists())
    assert Event.objects.count() == before
    confirmed = {"do": "extend", "step": "confirm", "returns": hidden(page, "returns"), "shown": hidden(page, "shown")}
    assert desk.post("/desk/bulk/", confirmed | given).status_code == 302
    assert {extension.until_date for extension in Extension.objects.all()} == {day(3)}
    assert "0 returns done, 3 left out" in desk.post("/desk/bulk/", confirmed | given).content.decode()


def test_more_time_beyond_the_limit_is_left_out_in_the_preview(desk: Client, late: list[Return]):
    given = {"reason": REASON, **date_fields("until", 90), "step": "preview"}
    page = desk.post("/desk/bulk/", {"do": "extend", "return": [late[0].pk]} | given).content.decode()
    assert "Ask a collection manager to grant a later day" in page
    assert "Nothing can be done with these returns now" in page


def test_trusts_are_assigned_two_returns_of_one_of_them_too(desk: Client, person: User, late: list[Return]):
    second = ReturnFactory(collection=collection(), trust=late[0].trust)
    start = {"do": "assign", "return": [*(record.pk for record in late), second.pk], "manager": str(person.pk)}
    page = desk.post("/desk/bulk/", start | {"step": "preview"}).content.decode()
    assert f"Owner: {person.name}" in page
    assert not Assignment.objects.exists()
    shown = {"returns": hidden(page, "returns"), "shown": hidden(page, "shown"), "step": "confirm"}
    assert desk.post("/desk/bulk/", start | shown).status_code == 302
    assert Assignment.objects.in_force().filter(manager=person).count() == 3


def test_a_call_is_logged_for_all_of_the_list(desk: Client, person: User, late: list[Return]):
    said = {"kind": "call", "with_whom": "Their shared service", "reached": "yes", "said": "All three come on Monday."}
    start = {"do": "log", "everything": "yes", "query": "lateness=late"}
    page = desk.post("/desk/bulk/", start | {"step": "preview"} | said).content.decode()
    shown = {"returns": hidden(page, "returns"), "shown": hidden(page, "shown"), "step": "confirm"}
    answer = desk.post("/desk/bulk/", {"do": "log", "query": "lateness=late"} | shown | said)
    assert answer["Location"] == "/desk/?lateness=late"
    assert Contact.objects.filter(by=person).count() == 3


def test_returns_of_another_region_are_not_touched(desk: Client, late: list[Return]):
    other = ReturnFactory(collection=late[0].collection, trust=trust("Dorset", region="South"))
    page = desk.post("/desk/bulk/", {"do": "remind", "return": [late[0].pk, other.pk]}).content.decode()
    assert "Dorset" not in page
    forged = {"do": "remind", "step": "confirm", "returns": str(other.pk), "shown": f"{other.pk}:x"}
    desk.post("/desk/bulk/", forged)
    assert not Chase.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"do": "remind"}, {"do": "burn", "return": ["1"]}, {"do": "remind", "return": ["x", "9" * 30]}])  # fmt: skip
def test_nothing_ticked_leads_back(desk: Client, sent: dict[str, object]):
    answer = desk.post("/desk/bulk/", sent, follow=True)
    assert "Tick the returns first" in answer.content.decode()


def test_those_who_only_read_cannot(client: Client, late: list[Return]):
    client.force_login(RoleFactory(kind=RoleKind.REGIONAL_DIRECTOR, region="North").user)
    assert client.post("/desk/bulk/", {"do": "remind", "return": [late[0].pk]}).status_code == 403


def test_the_preview_of_reminders_asks_as_much_for_thirty_as_for_three(desk: Client, late: list[Return]):
    def queries() -> int:
        keys = list(Return.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as caught:
            assert desk.post("/desk/bulk/", {"do": "remind", "return": keys}).status_code == 200
        return len(caught)

    queries()
    few = queries()
    for number in range(27):
        ReturnFactory(collection=late[0].collection, trust=trust(f"Trust {number}"))
    assert queries() == few


def test_a_pause_is_no_bar_to_logging(desk: Client, late: list[Return]):
    PauseFactory(trust=late[0].trust)
    said = {"kind": "call", "with_whom": "Amina Khan", "reached": "no", "said": "", "step": "preview"}
    page = desk.post("/desk/bulk/", {"do": "log", "return": [late[0].pk]} | said).content.decode()
    assert "1 return is taken." in page
    assert Pause.objects.count() == 1
