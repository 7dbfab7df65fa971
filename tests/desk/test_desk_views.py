"""The desk's page as an address asks for it: filters that nobody can break, views that are kept, and a file that is safe to open."""

import csv
import io
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from desk.models import SavedView
from desk.next_action import ACTION_RULES, ACTION_WORDS, Action, ActionFacts, day_near, next_action, words_of
from desk.queries.desk_filters import DeskFilters
from footprints.models import Event, RoleKind, User
from submissions.stages import OUTSTANDING, Stage
from submissions.states import State
from tests.desk.test_desk_page import manager, scene
from tests.factories import (
    CollectionFactory,
    ContactFactory,
    ReturnFactory,
    RoleFactory,
    SavedViewFactory,
    TrustFactory,
)

TODAY = timezone.localdate()
NAMES = st.sampled_from([*DeskFilters.__slots__, "page"])


@given(st.dictionaries(NAMES, st.text(max_size=80)))
def test_whatever_an_address_says_gives_filters_that_it_would_write_again(values):
    query = QueryDict(mutable=True)
    query.update(values)
    filters = DeskFilters.from_query(query)
    assert DeskFilters.from_query(QueryDict(filters.query)) == filters


@given(
    st.builds(
        ActionFacts,
        standing=st.sampled_from(sorted(OUTSTANDING)),
        due=st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=20)),
        today=st.just(TODAY),
        latest=st.sampled_from([None, State.RECEIVED, State.STUCK]),
        promised=st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
        paused_until=st.none() | st.just(TODAY),
    )
)
def test_every_outstanding_return_has_a_next_action_in_words(facts):
    words = words_of(next_action(facts), facts)
    assert words
    assert "None" not in words


def test_every_action_stands_in_the_table_once_and_has_words():
    assert sorted(rule.action for rule in ACTION_RULES) == sorted(Action)
    assert list(ACTION_WORDS) == list(Action)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"standing": Stage.BLOCKED, "errors": 7}, "Offer help: 7 errors to mend"),
        ({"standing": Stage.TO_EXPLAIN, "to_explain": 3}, "Offer help: 3 warnings to explain"),
        ({"standing": Stage.REFUSED}, "Offer help: the file could not be read"),
        ({"standing": Stage.NOT_STARTED, "due": TODAY}, "Remind: due today"),
        (
            {"standing": Stage.NOT_STARTED, "paused_until": TODAY + timedelta(days=1)},
            "Wait: no reminders until tomorrow",
        ),
        ({"standing": Stage.TO_SIGN, "without_signatory": True}, "Find a signatory: the trust has none"),
    ],
)
def test_an_action_in_words(facts, words):
    known = ActionFacts(**{"due": TODAY + timedelta(days=2), "today": TODAY, **facts})
    assert words_of(next_action(known), known) == words


def test_a_day_is_said_with_its_year_where_that_is_another():
    assert [day_near(TODAY + timedelta(days=n), TODAY) for n in (-1, 0, 1)] == ["yesterday", "today", "tomorrow"]
    other = TODAY.replace(year=TODAY.year + 1, month=3, day=4)
    assert day_near(other, TODAY) == f"4 March {other.year}"


@pytest.fixture
def person(db: None) -> User:
    return manager()


@pytest.fixture
def desk(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def cells(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_has_every_return_of_the_filter_and_says_so_in_the_log(client: Client, db: None):
    person, _ = scene()
    client.force_login(person)
    answer = client.get("/desk/returns.csv?holder=signatory&sort=trust")
    assert [row["Trust"] for row in cells(answer)] == ["call_signatory", "find_signatory", "remind_signatory"]
    assert answer["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(verb="desk exported")
    assert event.detail == {"filters": "holder=signatory&sort=trust", "rows": 3}


@pytest.mark.parametrize("payload", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1"])
def test_nothing_in_the_file_becomes_a_formula(desk: Client, payload: str):
    record = ReturnFactory(trust=TrustFactory(name=payload))
    ContactFactory(return_record=record, with_whom=payload, said=payload)
    (row,) = cells(desk.get("/desk/returns.csv"))
    assert not [text for text in row.values() if text.strip().startswith(("=", "+", "@", "-1+1", "＝"))]


def test_a_view_is_saved_opened_and_deleted(desk: Client, person: User):
    answer = desk.post("/desk/views/?lateness=late&sort=-due", {"name": "Late first"}, follow=True)
    assert "The view “Late first” is saved." in answer.content.decode()
    view = SavedView.objects.get(user=person)
    assert view.query == "lateness=late&sort=-due"
    assert "/desk/?lateness=late&amp;sort=-due" in desk.get("/desk/").content.decode()
    answer = desk.post(f"/desk/views/{view.pk}/delete/", follow=True)
    assert "is deleted" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_asked_for_one(desk: Client):
    answer = desk.post("/desk/views/", {"name": " "})
    assert answer.status_code == 422
    assert "Enter name of the view" in answer.content.decode()


def test_a_view_too_long_to_be_kept_is_refused_in_words(desk: Client):
    answer = desk.post(f"/desk/views/?text={'%F0%9F%A6%A9' * 60}", {"name": "Flamingos"})
    assert (answer.status_code, "too long to be kept" in answer.content.decode()) == (422, True)


def test_the_page_of_a_return_leads_those_of_the_desk_to_its_story(desk: Client):
    record = ReturnFactory()
    link = f'href="/desk/{record.pk}/"'
    assert link in desk.get(f"/returns/{record.pk}/").content.decode()
    preparer = RoleFactory(kind=RoleKind.PREPARER, trust=record.trust).user
    desk.force_login(preparer)
    assert link not in desk.get(f"/returns/{record.pk}/").content.decode()


def test_somebody_elses_view_is_not_there(desk: Client):
    view = SavedViewFactory()
    assert desk.post(f"/desk/views/{view.pk}/delete/").status_code == 404
    assert view.name not in desk.get("/desk/").content.decode()


@pytest.mark.parametrize("query", ["?page=0", "?page=99999", "?page=x", "?owner=²", "?collection=123456789", "?text=%00", "?footprint=%27", "?sort=pk"])  # fmt: skip
def test_an_odd_address_shows_the_desk(desk: Client, query: str):
    ReturnFactory()
    assert desk.get(f"/desk/{query}").status_code == 200


def test_an_empty_desk_says_so(desk: Client):
    assert "Nothing is outstanding." in desk.get("/desk/").content.decode()
    ReturnFactory(collection=CollectionFactory(illustrative=True))
    page = desk.get("/desk/").content.decode()
    assert "Figures on this page are made up" in page
    assert "No outstanding return is like that." in desk.get("/desk/?lateness=late").content.decode()


@pytest.mark.parametrize("kind", [RoleKind.PREPARER, RoleKind.STP_LEAD, RoleKind.ANALYST])
def test_a_contact_log_is_never_seen_by_trusts_leads_or_analysts(client: Client, kind: RoleKind, db: None):
    record = ReturnFactory()
    contact = ContactFactory(return_record=record, said="They have lost their payroll team")
    place = {"trust": record.trust} if kind == RoleKind.PREPARER else {}
    client.force_login(RoleFactory(kind=kind, **place).user)
    for address in ("/desk/", "/desk/returns.csv", f"/desk/{record.pk}/", f"/returns/{record.pk}/", "/"):
        assert contact.said not in client.get(address).content.decode()
    client.force_login(manager())
    assert contact.said in client.get("/desk/").content.decode()
