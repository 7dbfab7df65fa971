from typing import get_args

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from footprints.access import (
    NotAllowed,
    actions_at,
    capacity_at,
    check_may,
    get_visible_footprint,
    get_visible_trust,
    may,
    may_somewhere,
    roles_of,
    signed_in_as,
    trusts_visible_to,
)
from footprints.access_table import (
    ALLOWED,
    IN_WORDS,
    NATIONAL_ACTIONS,
    ORGANISATION_ACTIONS,
    NationalAction,
    OrganisationAction,
)
from footprints.models import Region, RoleKind, User
from tests.factories import FootprintFactory, MembershipFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db

# Written from the design, not from the code: T at a trust it reaches, F at a footprint it reaches, N nationally.
EXPECTED = """
                     preparer signatory chief_executive stp_lead stp_member support_manager regional_director collection_manager analyst auditor administrator
see_returns          T        T         T               TF       TF         TF              TF                TF                 TF      TF      -
download_template    T        T         -               -        -          -               -                 TF                 -       -       -
upload               T        -         -               -        -          -               -                 -                  -       -       -
correct              T        -         -               -        -          -               -                 -                  -       -       -
explain              T        -         -               -        -          -               -                 -                  -       -       -
sign_off             -        T         -               -        -          -               -                 -                  -       -       -
see_findings         T        T         T               -        -          TF              -                 TF                 -       TF      -
see_explanations     T        T         T               TF       TF         TF              TF                TF                 TF      TF      -
see_files            T        T         -               -        -          -               -                 TF                 -       TF      -
see_benchmarks       T        T         T               TF       TF         TF              TF                TF                 TF      TF      -
see_footprint        -        -         -               TF       TF         TF              TF                TF                 TF      TF      -
ask_waiver           T        -         -               -        -          TF              -                 -                  -       -       -
decide_waiver        -        -         -               -        -          -               -                 TF                 -       -       -
declare_nil          T        -         -               -        -          -               -                 -                  -       -       -
ask_reopening        -        T         -               -        -          -               -                 -                  -       -       -
reopen               -        -         -               -        -          -               -                 TF                 -       -       -
allow_self_sign_off  -        -         -               -        -          -               -                 TF                 -       -       -
ask_extension        T        T         -               -        -          -               -                 -                  -       -       -
grant_extension      -        -         -               -        -          TF              -                 TF                 -       -       -
grant_any_extension  -        -         -               -        -          -               -                 TF                 -       -       -
excuse               -        -         -               -        -          -               -                 TF                 -       -       -
query_figure         -        -         -               TF       TF         TF              -                 TF                 -       -       -
answer_query         T        T         -               -        -          -               -                 -                  -       -       -
see_desk             -        -         -               -        -          TF              TF                TF                 -       TF      -
chase                -        -         -               -        -          TF              -                 TF                 -       -       -
give_feedback        T        T         -               -        -          -               -                 -                  -       -       -
invite_preparer      -        T         -               -        -          -               -                 -                  -       -       -
dispute              T        T         -               -        -          TF              -                 TF                 -       -       -
see_national         -        -         -               -        -          -               -                 N                  N       N       -
export               -        -         -               -        -          -               -                 -                  N       -       -
see_events           -        -         -               -        -          -               -                 N                  -       N       -
manage_people        -        -         -               -        -          -               -                 -                  -       -       N
try_rules            -        -         -               -        -          -               -                 N                  -       -       -
manage_collections   -        -         -               -        -          -               -                 N                  -       -       -
freeze_runs          -        -         -               -        -          -               -                 N                  -       -       -
"""
HEADER, *LINES = EXPECTED.strip("\n").splitlines()
TABLE = [
    (kind, line.split()[0], outcome)
    for line in LINES
    for kind, outcome in zip(HEADER.split(), line.split()[1:], strict=True)
]


@pytest.fixture
def own_trust():
    return TrustFactory(name="Own NHS Trust", region=Region.LONDON)


@pytest.fixture
def own_footprint(own_trust):
    return MembershipFactory(trust=own_trust, footprint__name="Own", footprint__region=Region.LONDON).footprint


@pytest.fixture
def other_trust():
    return TrustFactory(region=Region.SOUTH)


@pytest.fixture
def other_footprint(other_trust):
    return MembershipFactory(trust=other_trust, footprint__region=Region.SOUTH).footprint


@pytest.fixture
def person(own_trust, own_footprint):
    """Makes somebody with one role, at the own trust, footprint or region where the kind has one."""

    def make(kind: str) -> User:
        place = {
            "preparer": {"trust": own_trust},
            "signatory": {"trust": own_trust},
            "stp_lead": {"footprint": own_footprint},
            "stp_member": {"footprint": own_footprint},
            "chief_executive": {"trust": own_trust},
            "support_manager": {"region": Region.LONDON},
            "regional_director": {"region": Region.LONDON},
        }
        return RoleFactory(kind=kind, **place.get(kind, {})).user

    return make


def test_the_table_is_about_every_role_and_every_action():
    assert {kind for kind, _, _ in TABLE} == set(RoleKind.values) == set(ALLOWED)
    actions = {*get_args(OrganisationAction), *get_args(NationalAction)}
    assert {action for _, action, _ in TABLE} == actions == set(IN_WORDS)
    assert frozenset(actions) == ORGANISATION_ACTIONS | NATIONAL_ACTIONS


@pytest.mark.parametrize(("kind", "action", "outcome"), TABLE)
def test_role_by_action_by_organisation(
    kind, action, outcome, person, own_trust, own_footprint, other_trust, other_footprint
):
    user = person(kind)
    if action in NATIONAL_ACTIONS:
        assert may(user, action) is (outcome == "N")
        return
    nation = kind in {"collection_manager", "analyst", "auditor"}
    assert may(user, action, trust=own_trust) is ("T" in outcome)
    assert may(user, action, trust=other_trust) is ("T" in outcome and nation)
    assert may(user, action, footprint=own_footprint) is ("F" in outcome)
    assert may(user, action, footprint=other_footprint) is ("F" in outcome and nation)
    visible = set(trusts_visible_to(user, action))
    assert visible == {trust for trust in (own_trust, other_trust) if may(user, action, trust=trust)}


@pytest.mark.parametrize("action", sorted(ORGANISATION_ACTIONS | NATIONAL_ACTIONS))
def test_nobody_in_particular_may_do_nothing(action, own_trust):
    place = {"trust": own_trust} if action in ORGANISATION_ACTIONS else {}
    assert not may(AnonymousUser(), action, **place)
    assert not may(UserFactory(), action, **place)
    with pytest.raises(NotAllowed, match="You are not signed in"):
        check_may(AnonymousUser(), action, **place)


def test_asking_wrongly_is_a_mistake_in_the_code(own_trust, own_footprint):
    user = UserFactory()
    with pytest.raises(ValueError, match="needs one trust or one footprint"):
        may(user, "upload")
    with pytest.raises(ValueError, match="needs one trust or one footprint"):
        may(user, "see_returns", trust=own_trust, footprint=own_footprint)
    with pytest.raises(ValueError, match="takes no trust"):
        may(user, "export", trust=own_trust)
    with pytest.raises(ValueError, match="no action uplaod"):
        may(user, "uplaod", trust=own_trust)


def test_refusal_is_a_sentence_for_the_person(person, own_trust):
    check_may(person("signatory"), "sign_off", trust=own_trust)
    with pytest.raises(NotAllowed) as refused:
        check_may(person("preparer"), "sign_off", trust=own_trust)
    assert str(refused.value) == (
        "You cannot sign off a return for Own NHS Trust. You are signed in as preparer for Own NHS Trust."
    )
    with pytest.raises(NotAllowed, match=r"^You cannot export figures\. You are signed in as auditor for England\.$"):
        check_may(person("auditor"), "export")


def test_two_roles_add_up_and_are_both_named(person, own_trust, other_trust):
    user = person("preparer")
    RoleFactory(user=user, kind="signatory", trust=other_trust)
    assert may(user, "upload", trust=own_trust)
    assert not may(user, "upload", trust=other_trust)
    assert may(user, "sign_off", trust=other_trust)
    assert not may(user, "sign_off", trust=own_trust)
    assert signed_in_as(user) == (
        f"You are signed in as preparer for Own NHS Trust and signatory for {other_trust.name}."
    )


def test_a_page_about_one_trust_names_the_capacities_for_that_trust(
    own_trust, own_footprint, other_trust, django_assert_max_num_queries
):
    user = RoleFactory(kind="stp_lead", footprint=own_footprint).user
    RoleFactory(user=user, kind="signatory", trust=own_trust)
    RoleFactory(user=user, kind="preparer", trust=other_trust)
    with django_assert_max_num_queries(4):
        assert capacity_at(user, own_trust) == "You see this as signatory for Own NHS Trust and STP lead for Own."
    assert capacity_at(user, other_trust) == f"You see this as preparer for {other_trust.name}."
    assert capacity_at(user, TrustFactory()) == signed_in_as(user)


def test_with_one_role_there_is_one_capacity_and_no_query(person, own_trust, django_assert_num_queries):
    user = person("stp_lead")
    assert roles_of(user)
    with django_assert_num_queries(0):
        assert capacity_at(user, own_trust) == "You are signed in as STP lead for Own."
    assert capacity_at(AnonymousUser(), own_trust) == "You are not signed in."


def test_a_deputy_is_named_as_one(own_trust):
    covered = RoleFactory(kind="signatory", trust=own_trust)
    deputy = RoleFactory(
        kind="signatory", trust=own_trust, covers=covered, to_date=timezone.localdate() + timezone.timedelta(days=3)
    )
    assert signed_in_as(deputy.user) == "You are signed in as signatory (deputy) for Own NHS Trust."
    assert may(deputy.user, "sign_off", trust=own_trust)


def test_capacity_of_somebody_without_a_role():
    assert signed_in_as(UserFactory()) == "You are signed in, but hold no role today."


def test_capacity_of_regional_and_national_support(person):
    assert signed_in_as(person("support_manager")) == "You are signed in as support manager for London."
    assert signed_in_as(RoleFactory(kind="support_manager").user).endswith("support manager for England.")


def test_support_manager_of_the_nation_reaches_every_region(own_trust, other_trust, other_footprint):
    user = RoleFactory(kind="support_manager", region="").user
    assert may(user, "see_returns", trust=own_trust)
    assert may(user, "see_returns", trust=other_trust)
    assert may(user, "see_footprint", footprint=other_footprint)


def test_a_role_not_yet_begun_ended_or_of_somebody_switched_off_counts_for_nothing(own_trust):
    today = timezone.localdate()
    tomorrow = today + timezone.timedelta(days=1)
    ended = RoleFactory(trust=own_trust, to_date=today).user
    later = RoleFactory(trust=own_trust, from_date=tomorrow).user
    ends_tomorrow = RoleFactory(trust=own_trust, to_date=tomorrow).user
    off = RoleFactory(trust=own_trust, user__is_active=False).user
    assert [may(user, "upload", trust=own_trust) for user in (ended, later, ends_tomorrow, off)] == [
        False,
        False,
        True,
        False,
    ]


def test_roles_are_read_once_for_one_user_object_and_again_for_the_next(person, own_trust, django_assert_num_queries):
    user = person("preparer")
    with django_assert_num_queries(1):
        assert roles_of(user) == roles_of(user)
    user.roles.update(to_date=timezone.localdate())
    assert may(user, "upload", trust=own_trust)
    assert not may(User.objects.get(pk=user.pk), "upload", trust=own_trust)


def test_other_organisations_are_not_found_rather_than_forbidden(
    person, own_trust, own_footprint, other_trust, other_footprint
):
    preparer, lead = person("preparer"), person("stp_lead")
    assert get_visible_trust(preparer, own_trust.ods_code.lower()) == own_trust
    assert get_visible_trust(lead, own_trust.ods_code) == own_trust
    assert get_visible_footprint(lead, own_footprint.ons_code.lower()) == own_footprint
    for user, code in ((preparer, other_trust.ods_code), (lead, other_trust.ods_code), (lead, "NONE")):
        with pytest.raises(Http404):
            get_visible_trust(user, code)
    for user, code in ((preparer, own_footprint.ons_code), (lead, other_footprint.ons_code)):
        with pytest.raises(Http404):
            get_visible_footprint(user, code)


def test_a_trust_that_left_the_footprint_is_no_longer_its_leads_business(own_footprint, person):
    moved = MembershipFactory(footprint=own_footprint, to_date=timezone.localdate()).trust
    elsewhere = MembershipFactory(trust=moved, from_date=timezone.localdate(), footprint=FootprintFactory()).footprint
    assert not may(person("stp_lead"), "see_returns", trust=moved)
    assert may(RoleFactory(kind="stp_lead", footprint=elsewhere).user, "see_returns", trust=moved)


@pytest.mark.parametrize("kind", RoleKind.values)
def test_all_at_once_gives_the_same_answers(kind, person, own_trust, other_trust):
    user = person(kind)
    for trust in (own_trust, other_trust):
        assert actions_at(user, trust) == {action for action in ORGANISATION_ACTIONS if may(user, action, trust=trust)}


@pytest.mark.parametrize(
    ("kind", "somewhere"), [(RoleKind.PREPARER, True), (RoleKind.AUDITOR, True), (RoleKind.ANALYST, False)]
)
def test_what_a_role_may_do_somewhere_needs_no_organisation(kind: RoleKind, somewhere: bool, db: None) -> None:
    assert may_somewhere(RoleFactory(kind=kind).user, "see_findings") is somewhere
    assert not may_somewhere(AnonymousUser(), "see_findings")
