"""Home by role, and the page of national progress."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from footprints.models import Membership, Region, RoleKind, Trust
from submissions.models import Return, Submission
from submissions.stages import STAGE_WORDS
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    ReceiptFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def page(client, person, address="/"):
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert " style=" not in html
    return html


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def numbers_of(html):
    """The counts at the head of a page by their words."""
    pairs = re.findall(r'counts__number">([\d,]+)</span>\s*<span class="portal-counts__text">(.*?)</span>', html)
    return {words: int(number.replace(",", "")) for number, words in pairs}


@pytest.fixture
def due_back():
    """A collection that was due 9 days ago."""
    today = timezone.localdate()
    return CollectionFactory(
        name="Back office 2015/16", opens_date=today - timedelta(days=60), due_date=today - timedelta(days=9)
    )


@pytest.mark.parametrize("name", ["home", "national"])
def test_nobody_signed_in_is_sent_to_sign_in(name, client):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse(settings.LOGIN_URL))


# People of a trust


@pytest.mark.parametrize(
    ("kind", "state", "severity", "step", "where"),
    [
        (RoleKind.PREPARER, None, None, "Download your workbook", "workbook"),
        (RoleKind.PREPARER, "downloaded", None, "Upload your workbook", "return"),
        (RoleKind.PREPARER, State.RECEIVED, None, "See how far the check is", "submission"),
        (RoleKind.PREPARER, State.STUCK, None, "See what has happened", "submission"),
        (RoleKind.PREPARER, State.REFUSED, None, "See why we could not read your file", "submission"),
        (RoleKind.PREPARER, State.BLOCKED, "error", "Mend 2 errors", "submission"),
        (RoleKind.PREPARER, State.TO_EXPLAIN, "warning", "Explain 2 warnings", "submission"),
        (RoleKind.SIGNATORY, State.TO_EXPLAIN, "warning", "See 2 warnings", "submission"),
        (RoleKind.SIGNATORY, State.BLOCKED, "error", "See 2 errors", "submission"),
        (RoleKind.SIGNATORY, None, None, None, "return"),
    ],
)
def test_the_one_next_step(kind, state, severity, step, where, client):
    now = timezone.now()
    return_record = ReturnFactory(downloaded_at=now if state else None)
    file = None
    if isinstance(state, State):
        loaded = now if state == State.ACCEPTED else None
        file = SubmissionFactory(return_record=return_record, state=state, loaded_at=loaded)
        for position in range(2 if severity else 0):
            FindingFactory(submission=file, position=position, severity=severity)
    html = page(client, RoleFactory(kind=kind, trust=return_record.trust).user)
    key = file.reference if where == "submission" else return_record.pk
    buttons = re.findall(r'<a\s+class="nhsuk-button"[^>]*href="([^"]+)"[^>]*>\s*(.*?)\s*</a>', html)
    address = reverse(f"submissions:{where}", args=[key]) + ("#upload" if state == "downloaded" else "")
    assert buttons == ([(address, step)] if step else [])
    if step is None:
        assert "The people who prepare this return have the next step." in html


def test_a_return_without_anything_left_leads_on(client):
    file = SubmissionFactory(state=State.ACCEPTED, loaded_at=timezone.now())
    html = page(client, RoleFactory(trust=file.return_record.trust).user)
    assert reverse("benchmarks:comparison", args=[file.return_record.pk]) in html
    assert "See how you compare" in html
    assert "In on time" in html
    assert "Nobody. Nothing more to do" in html
    receipt = reverse("submissions:receipt", args=[file.reference])
    assert receipt not in html
    ReceiptFactory(submission=file)
    assert receipt in page(client, RoleFactory(trust=file.return_record.trust).user)


def test_a_late_return_says_how_late_and_who_has_it(client, due_back):
    return_record = ReturnFactory(collection=due_back)
    words = text_of(page(client, RoleFactory(trust=return_record.trust).user))
    assert "Back office 2015/16" in words
    assert "9 days late" in words
    assert "Your trust" in words
    assert f"You are signed in as preparer for {return_record.trust.name}." in words


def test_a_trust_of_which_nothing_is_asked(client):
    trust = TrustFactory(name="Quiet NHS Trust")
    assert "Nothing is asked of Quiet NHS Trust at the moment." in page(client, RoleFactory(trust=trust).user)


def test_two_trusts_and_a_footprint_are_all_there(client):
    person = UserFactory()
    first, second, other = ReturnFactory(), ReturnFactory(), ReturnFactory()
    footprint = FootprintFactory(name="Both Hills")
    MembershipFactory(trust=other.trust, footprint=footprint)
    RoleFactory(user=person, trust=first.trust)
    RoleFactory(user=person, kind=RoleKind.SIGNATORY, trust=second.trust)
    RoleFactory(user=person, kind=RoleKind.STP_LEAD, footprint=footprint)
    words = text_of(page(client, person))
    for part in (first.trust.name, "You are preparer", second.trust.name, "You are signatory", "Both Hills"):
        assert part in words
    assert other.trust.name in words


def test_made_up_figures_are_said_to_be(client):
    return_record = ReturnFactory(collection=CollectionFactory(illustrative=True))
    assert "made up" in page(client, RoleFactory(trust=return_record.trust).user)


# People of a footprint, of England, and of neither


def test_a_lead_sees_who_is_in_and_only_the_own_footprint(client, due_back):
    footprint = FootprintFactory()
    returns = [ReturnFactory(collection=due_back, trust=MembershipFactory(footprint=footprint).trust) for _ in range(4)]
    elsewhere = ReturnFactory(collection=due_back, trust=MembershipFactory().trust)
    SubmissionFactory(return_record=returns[0], state=State.ACCEPTED, loaded_at=timezone.now())
    SubmissionFactory(return_record=returns[1], state=State.BLOCKED)
    html = page(client, RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user)
    assert numbers_of(html) == {"of 4 returns in": 1, "late": 3, "came back to be mended": 1, "not started": 2}
    for return_record in returns:
        assert reverse("submissions:return", args=[return_record.pk]) in html
    assert elsewhere.trust.name not in html
    assert reverse("benchmarks:footprint", args=[footprint.ons_code]) in html
    assert "In, 9 days late" in html


def test_a_footprint_without_a_collection(client):
    html = page(client, RoleFactory(kind=RoleKind.STP_LEAD).user)
    assert "No return is asked of the trusts of this footprint at the moment." in html


def test_nhs_improvement_sees_counts_and_the_way_to_the_national_page(client, due_back):
    ReturnFactory(collection=due_back)
    html = page(client, RoleFactory(kind=RoleKind.ANALYST).user)
    assert numbers_of(html)["of 1 return in"] == 0
    assert f"{reverse('national')}?collection={due_back.pk}" in html


def primary_buttons(html):
    return re.findall(r'<a\s+class="nhsuk-button"[^>]*href="([^"]+)"', html)


@pytest.mark.parametrize(
    "kind",
    [
        RoleKind.SUPPORT_MANAGER,
        RoleKind.COLLECTION_MANAGER,
        RoleKind.REGIONAL_DIRECTOR,
        RoleKind.AUDITOR,
        RoleKind.ANALYST,
    ],
)
def test_home_leads_to_the_desk_whoever_may_see_it_and_others_to_the_progress(kind, client, due_back):
    ReturnFactory(collection=due_back)
    region = "North" if kind in (RoleKind.SUPPORT_MANAGER, RoleKind.REGIONAL_DIRECTOR) else ""
    html = page(client, RoleFactory(kind=kind, region=region).user)
    progress = f"{reverse('national')}?collection={due_back.pk}"
    assert progress in html
    assert primary_buttons(html) == ([progress] if kind == RoleKind.ANALYST else [reverse("desk:desk")])


def test_before_the_first_collection(client):
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user
    assert "No collection has been opened yet." in page(client, manager)
    assert "No collection has been opened yet." in page(client, manager, reverse("national"))


def test_an_administrator_is_told_what_the_role_is(client):
    ReturnFactory(trust=TrustFactory(name="Unseen NHS Trust"))
    html = page(client, RoleFactory(kind=RoleKind.ADMINISTRATOR).user)
    assert "You see no returns and no figures." in html
    assert "Unseen NHS Trust" not in html
    assert "National progress" not in html


def test_somebody_without_a_role_is_told_whom_to_ask(client):
    assert "Ask the person who runs your collection to give you a role" in page(client, UserFactory())


# National progress


@pytest.mark.parametrize("kind", [RoleKind.PREPARER, RoleKind.STP_LEAD, RoleKind.ADMINISTRATOR])
def test_the_national_page_is_for_those_who_look_after_england_or_a_region(kind, client):
    client.force_login(RoleFactory(kind=kind).user)
    assert client.get(reverse("national")).status_code == 403


def test_a_support_manager_sees_the_own_region_only(client, due_back):
    for region in (Region.LONDON, Region.SOUTH):
        trust = TrustFactory(name=f"Hospital of {region}", region=region)
        ReturnFactory(collection=due_back, trust=MembershipFactory(trust=trust).trust)
    html = page(client, RoleFactory(kind=RoleKind.SUPPORT_MANAGER, region=Region.LONDON).user, reverse("national"))
    assert "Progress in London" in html
    assert "Hospital of London" in html
    assert "Hospital of South" not in html
    assert "By region" not in html


def in_england(due_back, count):
    """A return for each of `count` trusts over the regions and some footprints, in every stage."""
    now = timezone.now()
    footprints = [FootprintFactory(region=region) for region in Region for _ in range(3)]
    trusts = Trust.objects.bulk_create(
        TrustFactory.build(region=footprints[number % 12].region) for number in range(count)
    )
    Membership.objects.bulk_create(
        MembershipFactory.build(trust=trust, footprint=footprints[number % 12]) for number, trust in enumerate(trusts)
    )
    states = [None, State.RECEIVED, State.BLOCKED, State.ACCEPTED, State.REFUSED, State.STUCK, State.TO_EXPLAIN]
    returns = Return.objects.bulk_create(
        Return(collection=due_back, trust=trust, downloaded_at=now if states[number % 7] else None)
        for number, trust in enumerate(trusts)
    )
    person = UserFactory()
    Submission.objects.bulk_create(
        SubmissionFactory.build(
            return_record=item,
            uploaded_by=person,
            state=states[number % 7],
            loaded_at=now if states[number % 7] == State.ACCEPTED else None,
        )
        for number, item in enumerate(returns)
        if states[number % 7]
    )
    return returns


@pytest.mark.parametrize("address", ["/national/", "/national/?region=London&stage=blocked", "/"])
def test_all_of_england_in_ten_queries(address, client, due_back, django_assert_max_num_queries):
    in_england(due_back, 238)
    client.force_login(RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user)
    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200


def rows_of(html, caption):
    table = re.search(rf">{caption}</caption>(.*?)</table>", html, re.S).group(1)
    body = table[table.index("<tbody>") :]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [[text_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def test_the_counts_add_up(client, due_back):
    in_england(due_back, 56)
    html = page(client, RoleFactory(kind=RoleKind.ANALYST).user, reverse("national"))
    assert numbers_of(html) == {"of 56 returns in": 8, "late": 48, "came back to be mended": 24, "not started": 8}
    stages = {words: int(number) for words, number in rows_of(html, "Returns by how far they are")}
    assert list(stages) == list(STAGE_WORDS.values())[::-1]
    assert {words: number for words, number in stages.items() if number} == {
        "Not opened yet": 8,
        "Being checked": 8,
        "Waiting for our support team": 8,
        "File could not be read": 8,
        "Has errors to mend": 8,
        "Has warnings to explain": 8,
        "Accepted": 8,
    }
    assert sum(stages.values()) == 56
    for caption, first in (("Returns by region", 1), ("Returns by footprint", 2)):
        rows = [[int(cell) for cell in row[first:]] for row in rows_of(html, caption)]
        totals = [sum(column) for column in zip(*rows, strict=True)]
        assert totals == [56, 8, 16, 24, 0, 8, 48], caption
        assert all(row[0] == sum(row[1:6]) for row in rows)


def test_the_list_of_outstanding_returns_and_its_filters(client, due_back):
    in_england(due_back, 56)
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user
    caption = "Returns of Back office 2015/16"
    rows = rows_of(page(client, manager, "/national/"), caption)
    assert len(rows) == 48
    assert all(row[3] == "9 days late" for row in rows)
    assert {row[1] for row in rows} == {
        "Not opened yet",
        "Being checked",
        "Waiting for our support team",
        "File could not be read",
        "Has errors to mend",
        "Has warnings to explain",
    }
    assert {row[2] for row in rows} == {"The trust", "We have it"}
    london = rows_of(page(client, manager, "/national/?region=London"), caption)
    assert 0 < len(london) < 40
    assert len(rows_of(page(client, manager, "/national/?stage=accepted"), caption)) == 8
    assert len(rows_of(page(client, manager, "/national/?stage=nonsense&region=Mars&collection=x"), caption)) == 48
    assert "No return is like that." in page(client, manager, "/national/?stage=downloaded")


def test_a_later_file_with_errors_does_not_take_the_accepted_one_away(client, due_back):
    return_record = ReturnFactory(collection=due_back)
    earlier = timezone.now() - timedelta(days=20)
    SubmissionFactory(return_record=return_record, state=State.ACCEPTED, loaded_at=earlier, received_at=earlier)
    SubmissionFactory(return_record=return_record, state=State.BLOCKED)
    html = page(client, RoleFactory(kind=RoleKind.ANALYST).user, "/national/")
    assert numbers_of(html) == {"of 1 return in": 1, "late": 0, "came back to be mended": 0, "not started": 0}
    assert "Nothing is outstanding: every return is in." in html


def test_one_of_several_collections_is_chosen(client, due_back):
    later = CollectionFactory(name="Pathology 2015/16")
    ReturnFactory(collection=due_back)
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER).user
    assert "Pathology 2015/16, due" in page(client, manager, "/national/")
    assert "No trust owes a return to this collection." in page(client, manager, f"/national/?collection={later.pk}")
    assert "Back office 2015/16, due" in page(client, manager, f"/national/?collection={due_back.pk}")
