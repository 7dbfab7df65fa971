"""Statistics of a round: what is counted as what, in which group, on which day, and for whom."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from desk.forecast import Forecast
from desk.queries.round_facts import Counts, facts_of_rounds
from desk.queries.statistics import statistics_page
from footprints.models import RoleKind, User
from submissions.models import Collection, Return
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    ExtensionFactory,
    FootprintFactory,
    MembershipFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SignOffFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)

OPENS, DUE, TODAY = date(2016, 9, 1), date(2016, 9, 30), date(2016, 10, 5)

pytestmark = pytest.mark.django_db


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def a_round(due: date = DUE, **more: Any) -> Collection:
    return CollectionFactory(due_date=due, opens_date=due - timedelta(days=29), sign_off_rule="signatory", **more)


def accepted(record: Return, day: date, hour: int = 12) -> Any:
    return SubmissionFactory(
        return_record=record, state=State.ACCEPTED, received_at=at(day, hour), loaded_at=at(day, hour)
    )


def extended(record: Return, until: date) -> None:
    by = UserFactory()
    ExtensionFactory(return_record=record, granted=True, until_date=until, decided_by=by, decided_at=at(DUE))


def manager(**scope: Any) -> User:
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None, **scope).user


def support(region: str) -> User:
    return RoleFactory(kind=RoleKind.SUPPORT_MANAGER, trust=None, region=region).user


@pytest.fixture
def scene() -> Collection:
    """One return of each kind, five days after the due date."""
    collection = a_round()

    def owed() -> Return:
        return ReturnFactory(collection=collection)

    on_time = accepted(owed(), DUE, 22)  # 11pm in London, still the due day
    SignOffFactory(submission=on_time, signed_at=at(date(2016, 10, 3)))
    accepted(owed(), date(2016, 9, 28))
    with_more = owed()
    extended(with_more, date(2016, 10, 4))
    accepted(with_more, date(2016, 10, 4))
    not_needed = owed()
    extended(not_needed, date(2016, 10, 4))
    accepted(not_needed, date(2016, 9, 27))
    accepted(owed(), DUE, 23)  # midnight in London: late
    NilReturnFactory(return_record=owed(), declared_at=at(date(2016, 9, 20)))
    SubmissionFactory(return_record=owed(), state=State.BLOCKED, received_at=at(date(2016, 9, 29)))
    owed()
    more_time = owed()
    extended(more_time, date(2016, 10, 14))
    ExcuseFactory(return_record=owed())
    ReturnFactory(collection=collection, trust=TrustFactory(closed_date=date(2016, 9, 15)))
    return collection


def numbers(found: Counts) -> dict[str, int]:
    return {name: value for name in found.__slots__ if isinstance(value := getattr(found, name), int)}


def page(person: User, collection: Collection, today: date = TODAY) -> Any:
    found = statistics_page(person, str(collection.pk), today)
    assert found is not None
    return found


def test_each_return_is_counted_as_what_it_is(scene: Collection) -> None:
    assert numbers(page(manager(), scene).whole) == {
        "expected": 9,
        "received": 7,
        "accepted": 6,
        "signed": 1,
        "on_time": 4,
        "extended": 1,
        "late": 1,
        "overdue": 2,
        "not_in_yet": 1,
        "excused": 1,
        "closed": 1,
    }


def test_the_five_kinds_are_all_that_is_expected(scene: Collection) -> None:
    for day in (OPENS, date(2016, 9, 28), DUE, TODAY, date(2016, 11, 1)):
        whole = page(manager(), scene, day).whole
        assert whole.on_time + whole.extended + whole.late + whole.overdue + whole.not_in_yet == whole.expected


def test_the_days_add_up_to_the_whole(scene: Collection) -> None:
    found = page(manager(), scene)
    past = [row for row in found.days if row.is_past]
    assert sum(row.received for row in past) == found.whole.received
    assert sum(row.accepted for row in past) == found.whole.accepted == past[-1].in_by
    assert sum(row.signed for row in past) == found.whole.signed
    assert past[-1].overdue == found.whole.overdue
    by_day = {row.day: row for row in found.days}
    assert by_day[DUE].overdue == 0
    assert by_day[date(2016, 10, 3)].overdue == 2
    assert by_day[date(2016, 10, 1)].accepted == 1  # a Saturday on which something came
    assert date(2016, 9, 24) not in by_day


def test_every_day_stands_as_it_was_at_its_end(scene: Collection) -> None:
    """Against the plain count of what was due and had not come, return by return."""
    person = manager()
    facts = [fact for fact in facts_of_rounds(person, [scene], TODAY)[scene.pk] if fact.is_expected]
    for row in page(person, scene).days:
        end = at(row.day + timedelta(days=1), 0) - timedelta(hours=1)  # midnight in London, in summer
        come = [fact for fact in facts if fact.in_at is not None and fact.in_at < end]
        assert row.in_by == len(come), row.day
        assert row.overdue == sum(fact.due < row.day and fact not in come for fact in facts), row.day


def test_groups_hold_their_own_and_add_up() -> None:
    collection = a_round()
    north, south = TrustFactory(region="North", trust_type="ambulance"), TrustFactory(region="South")
    first, second = FootprintFactory(name="Aire"), FootprintFactory(name="Bure")
    for footprint in (first, second):
        MembershipFactory(trust=north, footprint=footprint)
    accepted(ReturnFactory(collection=collection, trust=north), DUE)
    ReturnFactory(collection=collection, trust=south)
    found = page(manager(), collection)
    assert [(one.name, one.expected, one.on_time, one.overdue) for one in found.regions] == [
        ("North", 1, 1, 0),
        ("South", 1, 0, 1),
    ]
    assert [(one.name, one.code, one.accepted) for one in found.footprints] == [
        ("Aire", first.ons_code, 1),
        ("Bure", second.ons_code, 1),
        ("In no footprint", "", 0),
    ]
    assert [(one.name, one.expected) for one in found.types] == [("Acute", 1), ("Ambulance", 1)]


def test_people_see_the_regions_they_look_after() -> None:
    collection = a_round()
    ReturnFactory(collection=collection, trust=TrustFactory(region="North"))
    ReturnFactory(collection=collection, trust=TrustFactory(region="South"))
    assert page(manager(), collection).whole.expected == 2
    mine = page(support("South"), collection)
    assert (mine.place, mine.whole.expected, [one.name for one in mine.regions]) == ("South", 1, ["South"])


def test_a_pilot_is_never_counted_and_never_compared_with() -> None:
    pilot = a_round(due=date(2016, 6, 30), purpose="pilot")
    accepted(ReturnFactory(collection=pilot), date(2016, 6, 1))
    collection = a_round()
    ReturnFactory(collection=collection)
    found = page(manager(), collection)
    assert (found.earlier, [one.name for one in found.rounds]) == (None, [collection.name])
    assert pilot not in found.collections
    assert statistics_page(manager(), str(pilot.pk), TODAY).collection == collection  # type: ignore[union-attr]


def test_the_forecast_is_from_the_last_round_of_the_template() -> None:
    last = a_round(due=date(2015, 9, 30), year="2014/15", name="Last year's")
    for number in range(40):
        accepted(ReturnFactory(collection=last), date(2015, 9, 1) if number < 10 else date(2015, 9, 29))
    a_round(due=date(2015, 10, 30), year="2014/15", template="pathology")
    a_round(due=date(2015, 11, 30), illustrative=True, year="2014/15")
    now = a_round()
    for number in range(20):
        record = ReturnFactory(collection=now)
        if number < 5:
            accepted(record, date(2016, 9, 5))
    found = page(manager(), now, date(2016, 9, 21))
    assert found.earlier == last
    assert isinstance(found.forecast, Forecast)
    assert (found.forecast.outstanding, found.forecast.last_outstanding, found.forecast.last_came) == (15, 30, 30)
    assert (found.forecast.likely, found.forecast.high) == (20, 20)
    assert found.days[0].last_in_by is not None
    assert "Last round: 10 of 40 in at that point, 40 on its due date." in found.chart


def test_after_the_due_date_there_is_no_forecast(scene: Collection) -> None:
    found = page(manager(), scene)
    assert (found.forecast, "has come" in found.no_forecast) == (None, True)


def test_the_number_of_queries_does_not_grow(scene: Collection, django_assert_num_queries: Any) -> None:
    person = manager()
    for _ in range(5):
        MembershipFactory(trust=ReturnFactory(collection=scene).trust)
    with django_assert_num_queries(4):  # roles, collections, returns, memberships
        page(person, scene)


def test_the_page_says_it_in_words(scene: Collection, client: Client) -> None:
    client.force_login(manager())
    text = client.get("/desk/statistics/").content.decode()
    assert "How complete and how timely, in England" in text
    assert "67% (6 of 9)" in text
    assert "1 excused, 1 of trusts that closed" in text
    assert '<title id="chart-arrivals-title">' in text


def test_the_page_before_any_round(client: Client) -> None:
    client.force_login(manager())
    assert "No round has been opened yet" in client.get("/desk/statistics/").content.decode()
    assert client.get("/desk/statistics.csv").status_code == 404


def test_the_file_holds_every_group_and_day(scene: Collection, client: Client) -> None:
    client.force_login(manager())
    response = client.get(f"/desk/statistics.csv?collection={scene.pk}")
    assert response["Content-Disposition"] == 'attachment; filename="statistics-back_office-2015-16.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Grouped by"] for row in rows[:2]] == ["All", "Region"]
    assert (rows[0]["Expected"], rows[0]["On time"], rows[0]["On time with an extension"]) == ("9", "4", "1")
    days = {row["Group"]: row for row in rows if row["Grouped by"] == "Day"}
    assert days["2016-09-20"]["Accepted that day"] == "1"
    assert days["2016-09-30"]["Day to due date"] == "0"


def test_leads_and_trusts_are_refused(client: Client, scene: Collection) -> None:
    client.force_login(RoleFactory(kind=RoleKind.PREPARER).user)
    assert client.get("/desk/statistics/").status_code == 403
    assert timezone.localdate() > TODAY
