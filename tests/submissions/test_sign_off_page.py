"""The page on which a return is signed: what it shows, to whom, and what it says when it cannot be."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event, Letter, RoleKind
from submissions.actions.process import process
from submissions.actions.sign_off import send_back
from submissions.models import Finding, Return, SignOff
from submissions.queries.people import signatories_by_trust
from submissions.states import State
from tests.factories import (
    CorrectionFactory,
    ExplanationFactory,
    FigureQueryFactory,
    MembershipFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SelfSignOffPermitFactory,
    SubmissionFactory,
    TrustFactory,
    WaiverFactory,
)
from tests.submissions.scenes import received, workbook
from tests.submissions.signing_scenes import accepted, owed, shown, signatory_of, signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def return_record() -> Return:
    return owed()


@pytest.fixture
def director(return_record, client):
    who = signatory_of(return_record)
    client.force_login(who)
    return who


def address(return_record: Return, name: str = "sign_off") -> str:
    return reverse(f"submissions:{name}", args=[return_record.pk])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("&#39;", "'")


def form_of(page, **more: str) -> dict[str, str]:
    return {"reference": page.reference, "digest": page.digest, "declared": "yes", **more}


def test_it_shows_all_that_is_signed(return_record, director, client):
    before = accepted(return_record)
    file = accepted(return_record, workbook(return_record, seed=2))
    year_before = ReturnFactory(trust=return_record.trust, collection__year="2014/15")
    accepted(year_before, workbook(year_before, seed=3))
    ExplanationFactory(finding__submission=file, finding__label="Payroll, pay", text="Two posts were vacant")
    Finding.objects.filter(submission=file).update(waiver=None)
    waived = ExplanationFactory(finding__submission=file).finding
    Finding.objects.filter(pk=waived.pk).update(waiver=WaiverFactory(reason="The host holds the pay"))
    CorrectionFactory(submission=file, label="Accounts payable, pay", old="-412", new="412")
    FigureQueryFactory(submission=file, question="Is the shared service in it?")
    later = SubmissionFactory(return_record=return_record, state=State.BLOCKED)
    words = text_of(client.get(address(return_record)))
    for part in (
        "Two posts were vacant",
        "The host holds the pay",
        "-412 became 412",
        "1 figure is queried",
        "Is the shared service in it?",
        f"A later file, {later.reference} , came on",
        f"something else than in {before.reference}",
        "2014/15",
        "figures differ from last year",
        shown(return_record, director).digest,
        "Sign this return",
        f"Send back to {file.uploaded_by.name}",
    ):
        assert part in words, (part, words)
    page = shown(return_record, director).on_record
    [total] = [line for line in page.totals if line.change][:1]
    assert {total.now, total.before, total.last_year}.isdisjoint({"", "not stated"})
    assert Event.objects.filter(verb="sign-off page seen").count() == 1


def test_signing_twice_from_two_tabs(return_record, director, client):
    accepted(return_record)
    given = form_of(shown(return_record, director))
    first = client.post(address(return_record), given, follow=True)
    assert "Signed. The return is locked" in text_of(first)
    again = client.post(address(return_record), given, follow=True)
    assert again.status_code == 200
    assert "You have signed this already." in text_of(again)
    assert "Tom Okafor signed this return on" in text_of(again)
    assert SignOff.objects.count() == 1


def test_what_was_replaced_is_refused_and_what_stands_there_now_is_shown(return_record, director, client):
    accepted(return_record)
    given = form_of(shown(return_record, director))
    other = accepted(return_record, workbook(return_record, seed=2))
    answer = client.post(address(return_record), given)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Another file is on record now" in html
    fields = dict(re.findall(r'<input type="hidden" name="(reference|digest)" value="([^"]*)"', html))
    assert fields["reference"] == other.reference
    assert fields["digest"] == shown(return_record, director).digest != given["digest"]
    assert not SignOff.objects.exists()


def test_without_a_tick_it_says_so_at_the_box(return_record, director, client):
    accepted(return_record)
    given = form_of(shown(return_record, director))
    del given["declared"]
    answer = client.post(address(return_record), given)
    assert answer.status_code == 422
    assert 'href="#id_declared"' in answer.content.decode()
    assert text_of(answer).count("Tick the box to make the declaration.") == 2


@pytest.mark.parametrize("name", ["reference", "digest"])
def test_what_no_page_ever_sent_signs_nothing(return_record, director, client, name):
    accepted(return_record)
    assert (
        client.post(address(return_record), form_of(shown(return_record, director), **{name: "\0"})).status_code == 422
    )
    assert not return_record.sign_offs.exists()


def test_whoever_prepares_reads_it_and_is_told_who_signs(return_record, client):
    file = accepted(return_record)
    signatory_of(return_record)
    client.force_login(file.uploaded_by)
    words = text_of(client.get(address(return_record)))
    assert "Tom Okafor can sign it" in words
    assert "Sign this return" not in words
    assert client.post(address(return_record), {}).status_code == 403


def test_where_nobody_can_sign_it_says_whom_to_ask(return_record, client):
    client.force_login(accepted(return_record).uploaded_by)
    assert "Nobody can sign for" in text_of(client.get(address(return_record)))


def test_a_file_of_ones_own_has_its_reason_and_a_permit_its_sentence(return_record, director, client):
    RoleFactory(user=director, trust=return_record.trust)
    file = accepted(return_record)
    type(file).objects.update(uploaded_by=director)
    words = text_of(client.get(address(return_record)))
    assert "so somebody else signs it" in words
    assert "Sign this return" not in words
    SelfSignOffPermitFactory(trust=return_record.trust, given_by__name="Ian Moss")
    words = text_of(client.get(address(return_record)))
    assert "Ian Moss of NHS Improvement allows" in words
    assert "Sign this return" in words


@pytest.mark.parametrize("needs", [True, False])
def test_with_nothing_to_sign_it_says_why(needs, client):
    return_record = owed() if needs else ReturnFactory()
    client.force_login(signatory_of(return_record))
    words = text_of(client.get(address(return_record)))
    assert ("There is nothing to sign yet" if needs else "Nobody needs to sign") in words
    assert client.post(address(return_record), {}).status_code == 422


def test_a_nil_return_is_signed_on_the_same_page(return_record, director, client):
    NilReturnFactory(return_record=return_record, reason="All of it is bought from another trust")
    answer = client.get(address(return_record))
    assert "All of it is bought from another trust" in text_of(answer)
    given = form_of(shown(return_record, director))
    assert "Signed." in text_of(client.post(address(return_record), given, follow=True))
    assert "You have signed this already." in text_of(client.post(address(return_record), given, follow=True))
    assert "Tom Okafor signed this nil return on" in text_of(client.get(address(return_record)))


def test_sending_back_from_the_page_stands_on_the_return(return_record, director, client):
    file = accepted(return_record)
    back = address(return_record, "send_back")
    assert client.post(back, {"reference": file.reference, "note": ""}).status_code == 422
    assert client.post(back, {"reference": file.reference, "note": "no"}).status_code == 422
    assert client.post(back, {"reference": "STP-AAAA-AAAA", "note": "Look at payroll."}).status_code == 422
    done = client.post(back, {"reference": file.reference, "note": "Look at payroll."}, follow=True)
    assert "Tom Okafor sent the file on record back" in text_of(done)
    assert text_of(done).count("Look at payroll.") == 2
    signs(return_record, director)
    assert "Tom Okafor sent the file on record back" not in text_of(client.get(address(return_record, "return")))


def test_a_lead_sees_that_it_was_signed_and_not_what_was_said(return_record, director, client):
    file = accepted(return_record)
    send_back(by=director, return_record=return_record, reference=file.reference, note="Look at payroll.")
    signs(return_record, director)
    footprint = MembershipFactory(trust=return_record.trust).footprint
    client.force_login(RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user)
    answer = client.get(address(return_record, "return"))
    assert f"{file.reference} signed" in text_of(answer)
    assert "Look at payroll." not in text_of(answer)
    assert address(return_record) not in answer.content.decode()


def test_where_nobody_who_sent_it_is_left_all_who_prepare_are_told(return_record, director):
    file = accepted(return_record)
    file.uploaded_by.roles.update(to_date=timezone.localdate())
    other = RoleFactory(trust=return_record.trust, user__password="x").user
    send_back(by=director, return_record=return_record, reference=file.reference, note="Look at payroll.")
    assert [letter.to for letter in Letter.objects.filter(kind="sent back")] == [other]


def test_the_signatories_have_a_letter_when_it_is_ready_and_all_when_it_is_signed(return_record):
    both = RoleFactory(kind=RoleKind.SIGNATORY, trust=return_record.trust, user__password="x").user
    director = RoleFactory(kind=RoleKind.SIGNATORY, trust=return_record.trust, user__password="x").user
    RoleFactory(user=both, trust=return_record.trust)
    file = received(return_record)
    type(file).objects.update(uploaded_by=both)
    for _ in range(2):
        process(submission_id=file.pk)
    ready = Letter.objects.get(kind="to sign")
    assert ready.to == director
    assert address(return_record) in ready.text
    signs(return_record, director)
    letters = Letter.objects.filter(kind="signed")
    assert {letter.to for letter in letters} == {both, director}
    made = SignOff.objects.get()
    assert all(made.digest in letter.text and made.declaration in letter.text for letter in letters)


def test_no_letter_where_nobody_signs():
    return_record = ReturnFactory()
    RoleFactory(kind=RoleKind.SIGNATORY, trust=return_record.trust, user__password="x")
    accepted(return_record)
    assert not Letter.objects.filter(kind="to sign").exists()


def test_signatories_are_named_in_one_query_with_those_of_a_successor(django_assert_num_queries):
    later = TrustFactory()
    gone = TrustFactory(successor=later, closed_date=timezone.localdate(), opened_date=None)
    RoleFactory(kind=RoleKind.SIGNATORY, trust=later, user__name="Bea")
    RoleFactory(kind=RoleKind.SIGNATORY, trust=later, user__name="Abe")
    RoleFactory(kind=RoleKind.SIGNATORY, trust=later, to_date=timezone.localdate())
    with django_assert_num_queries(1):
        named = signatories_by_trust([later.pk, gone.pk, TrustFactory.build(pk=999).pk])
    assert named == {later.pk: ("Abe", "Bea"), gone.pk: ("Abe", "Bea")}
    with django_assert_num_queries(0):
        assert signatories_by_trust([]) == {}


@pytest.mark.parametrize("much", [False, True])
def test_it_takes_the_same_few_queries_however_much_there_is(
    return_record, director, client, much, django_assert_max_num_queries
):
    file = accepted(return_record)
    if much:
        for _ in range(12):
            ExplanationFactory(finding__submission=file)
            FigureQueryFactory(submission=file)
            CorrectionFactory(submission=file, line=f"L{Finding.objects.count()}")
    with django_assert_max_num_queries(40):
        assert client.get(address(return_record)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "step"), [(RoleKind.SIGNATORY, "Check and sign the return"), (RoleKind.PREPARER, "Ask Tom Okafor to sign")]
)
def test_home_names_the_next_step_and_who_takes_it(return_record, client, kind, step):
    accepted(return_record)
    who = signatory_of(return_record)
    client.force_login(who if kind == RoleKind.SIGNATORY else RoleFactory(kind=kind, trust=return_record.trust).user)
    for page in (reverse("home"), address(return_record, "return")):
        html = client.get(page).content.decode()
        assert re.search(rf'href="{address(return_record)}"[^>]*>\s*{step}', html), page
