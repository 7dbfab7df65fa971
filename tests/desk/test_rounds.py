"""Opening a round with its effect shown first: what is asked, what is shown, and that two clicks open one."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.actions.rounds import open_round
from desk.forms.rounds import OpenRoundForm
from desk.queries.opening import RoundPlan, effect_of, off_day_words, planned_messages, proposed_dates
from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from footprints.working_days import add_working_days
from submissions.actions.register import CannotChangeRound
from submissions.models import Collection, Return
from templates_app.models import TemplateVersion
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory
from tests.submissions.scenes import at_once

OPEN = "/rounds/open/"


def days(number):
    """A working day so many working days from today."""
    return add_working_days(timezone.localdate(), number)


def a_plan(**changes):
    given = {
        "template": "back_office",
        "version": "2016.1",
        "name": "Back office, first round",
        "purpose": "round",
        "owed_by": "all",
        "opens_date": days(1),
        "due_date": days(21),
    }
    return RoundPlan(**given | changes)


@pytest.fixture
def manager(db):
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager)
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def preview(client, plan):
    return client.post(OPEN, OpenRoundForm.filled_from(plan))


def signed_plan(answer):
    return re.search(r'name="plan" value="([^"]+)"', answer.content.decode())[1]


def confirm(client, answer, step="confirm"):
    return client.post(OPEN, {"step": step, "plan": signed_plan(answer)})


# Working days


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2016, 9, 30), ""),
        (
            date(2016, 10, 1),
            "Saturday 1 October 2016 is no working day (a weekend). The working day before is Friday 30",
        ),
        (
            date(2016, 12, 26),
            "is no working day (Boxing Day). The working day before is Friday 23 December 2016, and after is",
        ),
    ],
)
def test_a_day_on_which_nobody_works_is_said_with_the_working_days_near_it(day, words):
    assert words in off_day_words(day)
    assert bool(words) == bool(off_day_words(day))


def test_a_pilot_is_proposed_for_two_weeks():
    dates = proposed_dates("pilot", date(2016, 8, 5))
    assert dates == {"opens_date": date(2016, 8, 8), "due_date": date(2016, 8, 22), "closes_date": date(2016, 8, 22)}
    assert proposed_dates("round", date(2016, 9, 2)) == {"opens_date": date(2016, 9, 5), "due_date": date(2016, 10, 3)}


# The effect


def test_the_effect_says_who_owes_and_why_the_others_do_not(db):
    own = TrustFactory(trust_type="acute", region="London")
    gone = TrustFactory(closed_date=date(2016, 6, 30))
    taken = TrustFactory(closed_date=date(2016, 6, 30), successor=own, region="South")
    late = TrustFactory(opened_date=date(2016, 4, 1))
    other = TrustFactory(trust_type="ambulance")
    effect = effect_of(a_plan(owed_by="types", trust_types=("acute",)))
    assert set(effect.owing.owes) == {own, taken}
    reasons = {reason.partition(",")[0]: trusts for reason, trusts in effect.owing.by_reason.items()}
    assert reasons["Opened after 31 March 2016"] == [late]
    assert reasons["Not asked: ambulance trusts"] == [other]
    assert [trusts for reason, trusts in effect.owing.by_reason.items() if "no other trust took it over" in reason] == [
        [gone]
    ]
    assert effect.closed_since == [taken]
    assert effect.table == [("Acute", [0, 0, 1, 1], 2)]
    assert effect.totals == [0, 0, 1, 1]


def test_a_plan_comes_back_as_it_was_written_down():
    plan = a_plan(owed_by="list", trusts=("R1H", "RF4"), closes_date=days(30), ladder="standard", extension_days=3)
    assert RoundPlan.from_json(plan.as_json) == plan


def test_the_messages_are_those_that_will_go_out_on_the_day_they_will():
    plan = a_plan(opens_date=date(2016, 9, 5), due_date=date(2016, 9, 9), ladder="standard", sign_off_rule="not_needed")
    planned = [(item.day, item.rung.code) for item in planned_messages(plan)]
    assert planned[:3] == [
        (date(2016, 9, 5), "opens"),  # the steps whose day comes before it are passed over
        (date(2016, 9, 8), "before-1"),
        (date(2016, 9, 9), "due-today"),
    ]
    assert not any(code.startswith("sign-") for _, code in planned)
    first = next(iter(planned_messages(plan)))
    assert first.subject == "Now open, due on 9 September 2016: Back office, first round, [the trust]"
    weekend = a_plan(opens_date=date(2016, 9, 3), due_date=date(2016, 9, 30), ladder="standard")
    assert [item.day for item in planned_messages(weekend)][:2] == [date(2016, 9, 5), date(2016, 9, 16)]
    assert not any("{" in text for item in planned_messages(a_plan(ladder="standard")) for text in item.paragraphs)
    assert not list(planned_messages(a_plan(ladder="")))


# The pages


def test_a_round_is_opened_in_two_steps(signed_in, manager):
    TrustFactory(region="London")
    saturday = days(21) + timedelta(days=(5 - days(21).weekday()) % 7)
    answer = preview(signed_in, a_plan(due_date=saturday, ladder="standard"))
    assert answer.status_code == 200
    said = text_of(answer)
    assert "1 trust will owe a return" in said
    assert "is no working day (" in said
    assert "Five working days late" in said
    assert "Nobody to prepare or to sign: 1 trust" in said
    assert "no signatory and no preparer" in said
    assert "It counts as published from then on" in said
    assert not Collection.objects.exists()
    answer = confirm(signed_in, answer)
    made = Collection.objects.get()
    assert answer["Location"] == reverse("desk:round", args=[made.pk])
    assert (made.opened_by, made.version, made.due_date, made.ladder) == (manager, "2016.1", saturday, "standard")
    assert made.returns.count() == 1
    assert Event.objects.get(verb="collection opened").user == manager


def test_the_second_click_leads_to_the_round_of_the_first(signed_in):
    TrustFactory()
    answer = preview(signed_in, a_plan())
    first, second = confirm(signed_in, answer), confirm(signed_in, answer)
    assert first["Location"] == second["Location"]
    assert Collection.objects.count() == Return.objects.count() == 1
    assert Event.objects.filter(verb="collection opened").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_round_is_opened():
    TrustFactory()
    people = [RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user for _ in range(2)]
    plan = a_plan()
    shown = effect_of(plan).digest
    first, second = at_once(*(lambda by=by: open_round(by=by, plan=plan, shown=shown) for by in people))
    assert first == second
    assert Event.objects.filter(verb="collection opened").count() == 1


def test_another_round_of_the_same_name_is_not_opened(signed_in):
    TrustFactory()
    answer = preview(signed_in, a_plan())
    CollectionFactory(name="Back office, first round")
    answer = confirm(signed_in, answer)
    assert answer.status_code == 422
    assert "There is a round of that name for 2015/16 already" in text_of(answer)
    assert Collection.objects.count() == 1


def test_what_was_shown_is_shown_again_when_it_is_no_longer_so(signed_in):
    TrustFactory()
    answer = preview(signed_in, a_plan())
    TrustFactory()
    again = confirm(signed_in, answer)
    assert again.status_code == 422
    assert "have changed since" in text_of(again)
    assert "2 trusts will owe a return" in text_of(again)
    assert not Collection.objects.exists()
    assert confirm(signed_in, again).status_code == 302


def test_a_plan_that_was_tampered_with_opens_nothing(signed_in):
    TrustFactory()
    answer = signed_in.post(OPEN, {"step": "confirm", "plan": signed_plan(preview(signed_in, a_plan()))[:-2] + "xx"})
    assert answer["Location"] == OPEN
    assert not Collection.objects.exists()


def test_a_version_that_went_out_with_other_contents_opens_nothing(signed_in):
    TrustFactory()
    answer = preview(signed_in, a_plan())
    TemplateVersion.objects.create(template="back_office", version="2016.1", checksum="0" * 64, title="Back office")
    answer = confirm(signed_in, answer)
    assert answer.status_code == 422
    assert "was published with other contents than its file has now" in text_of(answer)
    assert not Collection.objects.exists()


def test_something_can_be_changed_after_the_preview(signed_in):
    trust = TrustFactory()
    plan = a_plan(purpose="pilot", owed_by="list", trusts=(trust.ods_code,), closes_date=days(21))
    answer = confirm(signed_in, preview(signed_in, plan), step="change")
    html = answer.content.decode()
    assert f'value="{plan.name}"' in html
    assert trust.ods_code in html
    assert f'name="closes_date_year" type="text" value="{plan.closes_date.year}"' in re.sub(r"\s+", " ", html)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens_date": date(2016, 9, 1)}, "must be today"),
        ({"due_date": days(1)}, "The day it is due must be after"),
        ({"closes_date": days(2)}, "The day it closes must be"),
        ({"owed_by": "types"}, "Choose the types of trust"),
        ({"owed_by": "list"}, "List the trusts"),
        ({"owed_by": "list", "trusts": ("XX9",)}, "There is no trust XX9"),
        ({"purpose": "pilot"}, "A pilot is for trusts that you choose"),
        ({"owed_by": "types", "trust_types": ("ambulance",)}, "No trust would owe a return"),
        ({"extension_days": 61}, "from 0 to 60"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_and_it_opens_nothing(signed_in, manager, changes, words):
    TrustFactory()
    plan = a_plan(**changes)
    answer = preview(signed_in, plan)
    assert answer.status_code == 422
    assert words in text_of(answer)
    with pytest.raises(CannotChangeRound, match=words):
        open_round(by=manager, plan=plan, shown=effect_of(plan).digest)
    assert not Collection.objects.exists()


@pytest.mark.parametrize("step", ["?purpose=pilot", ""])
def test_the_form_proposes_what_may_suit(signed_in, step):
    html = re.sub(r"\s+", " ", signed_in.get(OPEN + step).content.decode())
    is_pilot = bool(step)
    assert ('value="not_needed" checked' in html) == is_pilot
    assert ('value="list" checked' in html) == is_pilot
    assert ('value="standard" checked' in html) != is_pilot


def test_only_a_collection_manager_opens_a_round(db):
    TrustFactory()
    plan = a_plan()
    for person in (UserFactory(), RoleFactory(kind=RoleKind.AUDITOR, trust=None).user):
        with pytest.raises(NotAllowed):
            open_round(by=person, plan=plan, shown=effect_of(plan).digest)


# The list and one round


def test_the_list_shows_every_round_with_what_it_is_today(signed_in, django_assert_max_num_queries):
    today = timezone.localdate()
    CollectionFactory(name="Now")
    CollectionFactory(
        name="Soon", opens_date=today + timedelta(days=3), due_date=today + timedelta(days=9), purpose="pilot"
    )
    CollectionFactory(
        name="Over",
        due_date=today,
        closes_date=today - timedelta(days=0),
        closed_at=timezone.now(),
        closed_by=UserFactory(),
    )
    with django_assert_max_num_queries(8):
        said = text_of(signed_in.get("/rounds/"))
    assert re.search(r"Now\s+Open", said)
    assert re.search(r"Soon\s+Pilot\s+Announced", said)
    assert re.search(r"Over\s+Closed", said)


def test_one_round_is_shown_by_region_and_stage_page_by_page(db, client, django_assert_max_num_queries):
    collection = CollectionFactory()
    for number in range(53):
        ReturnFactory(collection=collection, trust=TrustFactory(name=f"Trust {number:03}", region="London"))
    ReturnFactory(collection=collection, trust=TrustFactory(region="South"))
    client.force_login(RoleFactory(kind=RoleKind.SUPPORT_MANAGER, trust=None, region="London").user)
    address = reverse("desk:round", args=[collection.pk])
    with django_assert_max_num_queries(16):
        answer = client.get(address)
    said = text_of(answer)
    assert "53 returns" in said
    assert "Trust 049" in said
    assert "Trust 050" not in said
    assert "Trust 050" in text_of(client.get(address + "?page=2"))
    assert "No return is like that" in text_of(client.get(address + "?stage=signed"))
    assert "South" not in said.split("The register")[1]
    assert "Change the round" not in said
    assert f"{reverse('desk:statistics')}?collection={collection.pk}" in answer.content.decode()
