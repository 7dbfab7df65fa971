"""A trust asks for more time, and its support manager grants it: in a browser as wide as a phone."""

import pytest

from footprints.models import Letter, RoleKind, User
from footprints.working_days import add_working_days
from submissions.models import Return
from tests.factories import ReturnFactory, RoleFactory, UserFactory
from tests.journeys.story import Person
from ui.formats import long_date

pytestmark = pytest.mark.browser
PASSWORD = "a password for one test"


def somebody(kind: RoleKind, name: str, **scope: object) -> User:
    person = UserFactory(name=name, password=PASSWORD)
    RoleFactory(user=person, kind=kind, **{"trust": None, **scope})
    return person


def test_a_trust_asks_and_support_grants(phone_page: object, axe: object) -> None:
    owed: Return = ReturnFactory(trust__region="North", trust__name="Barts Health NHS Trust")
    preparer = somebody(RoleKind.PREPARER, "Amina Khan", trust=owed.trust)
    support = somebody(RoleKind.SUPPORT_MANAGER, "Tom Price", region="North")
    day = add_working_days(owed.collection.due_date, 4)

    me = Person(phone_page, axe)
    me.signs_in(preparer.email, PASSWORD)
    phone_page.goto(f"/returns/{owed.pk}/")
    phone_page.get_by_role("link", name="Ask for more time").click()
    me.finds_nothing_in_the_way()
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        phone_page.get_by_label(part, exact=True).fill(str(value))
    phone_page.get_by_role("button", name="Ask for more time").click()
    me.sees("There is a problem")
    phone_page.get_by_label("Reason").fill("Our payroll provider sends its figures late")
    phone_page.get_by_role("button", name="Ask for more time").click()
    me.sees("Your request is with NHS Improvement")
    me.finds_nothing_in_the_way()

    phone_page.context.clear_cookies()
    me.signs_in(support.email, PASSWORD)
    phone_page.goto(f"/returns/{owed.pk}/")
    phone_page.get_by_role("link", name="Decide on the request for more time").click()
    me.sees("Our payroll provider sends its figures late")
    me.finds_nothing_in_the_way()
    phone_page.get_by_label("Reason for your decision").fill("Agreed on the telephone")
    phone_page.get_by_role("button", name="Grant more time").click()
    me.sees(f"Barts Health NHS Trust has until {long_date(day)}")
    me.finds_nothing_in_the_way()
    assert Letter.objects.get().to == preparer
