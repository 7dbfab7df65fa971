"""Exactly one signature, of what was on the screen; or a refusal that says why."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind
from submissions.actions.correct import correct, correctable
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.process import process
from submissions.actions.receive import receive
from submissions.actions.sign_off import (
    CannotSign,
    NotDeclared,
    OtherThanShown,
    SaysTooLittle,
    send_back,
    sign_nil,
    sign_off,
)
from submissions.models import Explanation, Figure, NilReturn, Return, SignOff, Submission
from submissions.queries.signed_content import digest_of, signed_content
from submissions.states import State
from tests.factories import (
    ExcuseFactory,
    ExplanationFactory,
    FigureQueryFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SelfSignOffPermitFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.submissions.scenes import at_once, received, workbook
from tests.submissions.signing_scenes import accepted, owed, shown, signatory_of, signs

PAY = ("FIN3", "pay")


@pytest.fixture
def return_record(db: None) -> Return:
    return owed()


def test_a_signature_keeps_what_was_signed_and_the_words(return_record):
    file, who = accepted(return_record), signatory_of(return_record)
    page = shown(return_record, who)
    signed = signs(return_record, who)
    sign_off_made = SignOff.objects.get()
    assert (signed.what, signed.again) == (sign_off_made, False)
    assert (sign_off_made.submission, sign_off_made.signed_by, sign_off_made.digest) == (file, who, page.digest)
    assert file.reference in sign_off_made.declaration
    assert return_record.trust.name in sign_off_made.declaration
    event = Event.objects.get(verb="return signed")
    assert (event.user, event.trust, event.subject) == (who, return_record.trust, f"submission:{file.pk}")
    assert event.detail == {"reference": file.reference, "digest": page.digest, "permit": None}


def test_the_digest_is_over_everything_that_is_signed(return_record):
    file = accepted(return_record)
    before = digest_of(file)
    assert before == digest_of(Submission.objects.get(pk=file.pk))
    assert len(signed_content(file)["figures"]) == Figure.objects.count() > 200
    other = {"sha256": "0" * 64, "ruleset": "0" * 64, "reference": "STP-AAAA-AAAA"}
    for name, value in other.items():
        changed = Submission.objects.get(pk=file.pk)
        setattr(changed, name, value)
        assert digest_of(changed) != before, name
    ExplanationFactory(finding__submission=file)
    explained = digest_of(file)
    assert explained != before
    Explanation.objects.update(text="Another reason altogether")
    assert digest_of(file) != explained
    Explanation.objects.all().delete()
    figure = Figure.objects.filter(number__isnull=False).order_by("pk").first()
    Figure.objects.filter(pk=figure.pk).update(number=figure.number + 1)
    assert digest_of(file) != before


# Two clicks, two tabs, two people


def test_a_second_click_is_shown_as_signed_and_signs_nothing(return_record):
    accepted(return_record)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    first = signs(return_record, who, page)
    again = signs(return_record, who, page)
    assert again.again
    assert again.what == first.what
    assert SignOff.objects.count() == Event.objects.filter(verb="return signed").count() == 1


def test_the_second_of_two_people_is_told_who_signed(return_record):
    accepted(return_record)
    first, second = signatory_of(return_record), signatory_of(return_record)
    page = shown(return_record, second)
    signs(return_record, first)
    with pytest.raises(CannotSign, match=r"Tom Okafor signed this return on .* Nothing was signed now"):
        signs(return_record, second, page)
    assert SignOff.objects.get().signed_by == first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("people", [1, 2])
def test_at_the_same_moment_one_signature_is_given(people):
    """Two tabs of one person, or two directors: on two connections, and whoever is first."""
    return_record = owed()
    accepted(return_record)
    signatories = [signatory_of(return_record) for _ in range(people)] * (2 // people)
    pages = [shown(return_record, who) for who in signatories]

    def sign(who, page):
        try:
            return signs(return_record, who, page).again
        except CannotSign as refusal:
            return str(refusal)

    answers = at_once(
        *(lambda who=who, page=page: sign(who, page) for who, page in zip(signatories, pages, strict=True))
    )
    assert SignOff.objects.count() == Event.objects.filter(verb="return signed").count() == 1
    assert answers.count(False) == 1
    [other] = [answer for answer in answers if answer is not False]
    assert other is True if people == 1 else "signed this return on" in other


@pytest.mark.django_db(transaction=True)
def test_a_file_that_comes_at_the_moment_of_signing(return_record):
    """Either the file is refused since the return is signed, or the signature is since a file is in hand: never both, never neither."""
    return_record = owed()
    file = accepted(return_record)
    who, data = signatory_of(return_record), workbook(return_record, seed=2)
    page = shown(return_record, who)

    def attempt(act, *refusals):
        try:
            act()
        except refusals:
            return False
        return True

    signed, taken = at_once(
        lambda: attempt(lambda: signs(return_record, who, page), CannotSign),
        lambda: attempt(lambda: received(return_record, data), ReturnIsLocked),
    )
    assert signed is not taken
    assert SignOff.objects.count() == signed
    assert Submission.objects.exclude(pk=file.pk).count() == taken


# Replaced, or changed, between reading and signing


def test_a_replaced_upload_is_not_signed_unseen(return_record):
    accepted(return_record)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    replaced = accepted(return_record, workbook(return_record, seed=2))
    with pytest.raises(OtherThanShown, match="Another file is on record now"):
        signs(return_record, who, page)
    assert not SignOff.objects.exists()
    assert signs(return_record, who).what.submission == replaced


def test_a_figure_that_was_corrected_meanwhile_is_not_signed_unseen(return_record):
    file = accepted(return_record)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    by = RoleFactory(trust=return_record.trust).user
    a_little_more = str(Decimal(correctable(file)[PAY]) + Decimal("0.001"))
    made = correct(by=by, submission=file, changes={PAY: a_little_more}).submission
    with pytest.raises(CannotSign, match=f"{made.reference}, is with us and not checked yet"):
        signs(return_record, who, page)
    process(submission_id=made.pk)
    with pytest.raises(OtherThanShown):
        signs(return_record, who, page)


def test_a_digest_that_differs_is_refused(return_record):
    accepted(return_record)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    figure = Figure.objects.filter(number__isnull=False).first()
    Figure.objects.filter(pk=figure.pk).update(number=figure.number + 1)
    with pytest.raises(OtherThanShown, match="has changed since you looked at it"):
        signs(return_record, who, page)
    for digest in ("", "0" * 64):
        with pytest.raises(OtherThanShown):
            sign_off(by=who, return_record=return_record, reference=page.reference, digest=digest, declared=True)
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("state", [State.RECEIVED, State.STUCK])
def test_while_a_later_file_is_in_hand_nothing_is_signed(return_record, state):
    accepted(return_record)
    later = SubmissionFactory(return_record=return_record, state=state)
    who = signatory_of(return_record)
    with pytest.raises(CannotSign, match=f"A later file, {later.reference}"):
        signs(return_record, who)
    Submission.objects.filter(pk=later.pk).update(received_at=timezone.now() - timedelta(days=9))
    assert signs(return_record, who)


def test_a_later_file_with_errors_is_shown_and_does_not_stand_in_the_way(return_record):
    file = accepted(return_record)
    later = SubmissionFactory(return_record=return_record, state=State.BLOCKED)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    assert page.on_record.later == later
    assert signs(return_record, who, page).what.submission == file


def test_an_open_query_is_shown_and_does_not_stand_in_the_way(return_record):
    file = accepted(return_record)
    query = FigureQueryFactory(submission=file)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    assert [row.query for row in page.on_record.queries] == [query]
    assert signs(return_record, who, page)


# Who may not


def test_without_the_declaration_nothing_is_signed(return_record):
    accepted(return_record)
    who = signatory_of(return_record)
    page = shown(return_record, who)
    with pytest.raises(NotDeclared):
        sign_off(by=who, return_record=return_record, reference=page.reference, digest=page.digest, declared=False)
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("kind", [RoleKind.PREPARER, RoleKind.CHIEF_EXECUTIVE])
def test_who_is_no_signatory_of_the_trust_signs_nothing(return_record, kind):
    accepted(return_record)
    for person in (RoleFactory(trust=return_record.trust, kind=kind).user, signatory_of(ReturnFactory())):
        page = shown(return_record, person)
        with pytest.raises(NotAllowed):
            signs(return_record, person, page)


@pytest.mark.parametrize("corrected", [False, True])
def test_nobody_signs_what_they_uploaded_or_corrected(return_record, corrected):
    """Whoever had a hand in it anywhere between the workbook and the file on record."""
    both = signatory_of(return_record)
    RoleFactory(user=both, trust=return_record.trust)
    data = workbook(return_record)
    file = receive(by=both, return_record=return_record, chunks=[data], file_name="ours.xlsx").submission
    process(submission_id=file.pk)
    if corrected:
        file.refresh_from_db()
        by = RoleFactory(trust=return_record.trust).user
        file = correct(by=by, submission=file, changes={PAY: "412"}).submission
        process(submission_id=file.pk)
    page = shown(return_record, both)
    assert "somebody else signs it" in " ".join(page.reasons)
    with pytest.raises(CannotSign, match="You uploaded or corrected this file yourself"):
        signs(return_record, both, page)
    assert signs(return_record, signatory_of(return_record)).what.permit is None


def test_with_a_permit_on_record_they_do_and_the_signature_says_so(return_record):
    both = signatory_of(return_record)
    RoleFactory(user=both, trust=return_record.trust)
    over = SelfSignOffPermitFactory(trust=return_record.trust, until_date=timezone.localdate() - timedelta(days=1))
    SelfSignOffPermitFactory(trust=return_record.trust, withdrawn_at=timezone.now())
    SelfSignOffPermitFactory()
    file = receive(
        by=both, return_record=return_record, chunks=[workbook(return_record)], file_name="a.xlsx"
    ).submission
    process(submission_id=file.pk)
    with pytest.raises(CannotSign):
        signs(return_record, both)
    permit = SelfSignOffPermitFactory(trust=return_record.trust)
    assert shown(return_record, both).permit == permit != over
    assert signs(return_record, both).what.permit == permit
    assert Event.objects.get(verb="return signed").detail["permit"] == permit.pk


def test_a_permit_is_not_written_under_a_signature_that_needs_none(return_record):
    accepted(return_record)
    SelfSignOffPermitFactory(trust=return_record.trust)
    assert signs(return_record, signatory_of(return_record)).what.permit is None


def test_where_nothing_needs_signing_nothing_is_signed(db):
    return_record = ReturnFactory()
    accepted(return_record)
    with pytest.raises(CannotSign, match="Nobody needs to sign returns of"):
        signs(return_record, signatory_of(return_record))


def test_an_excused_return_and_one_without_a_file_are_not_signed(return_record):
    who = signatory_of(return_record)
    with pytest.raises(CannotSign, match="There is nothing to sign yet"):
        signs(return_record, who)
    accepted(return_record)
    ExcuseFactory(return_record=return_record)
    with pytest.raises(CannotSign, match="has excused this return"):
        signs(return_record, who)


def test_a_closed_round_can_still_be_signed(return_record):
    """What came on the last day is signed the morning after."""
    accepted(return_record)
    collection = return_record.collection
    collection.due_date = collection.closes_date = timezone.localdate() - timedelta(days=1)
    collection.save()
    assert signs(return_record, signatory_of(return_record))


# Nil returns


def nil_page(return_record, who):
    page = shown(return_record, who)
    return {"return_record": return_record, "reference": page.reference, "digest": page.digest, "declared": True}


def test_a_nil_return_is_signed_by_another_than_declared_it(return_record):
    nil = NilReturnFactory(return_record=return_record)
    who = signatory_of(return_record)
    given = nil_page(return_record, who)
    assert given["reference"] == f"NIL-{nil.pk}"
    assert not sign_nil(by=who, **given).again
    assert sign_nil(by=who, **given).again
    nil.refresh_from_db()
    assert nil.signed_by == who
    assert Event.objects.filter(verb="nil return signed").count() == 1
    other = signatory_of(return_record)
    with pytest.raises(CannotSign, match="Tom Okafor signed this nil return"):
        sign_nil(by=other, **given)


def test_whoever_declared_a_nil_return_signs_it_by_permit_only(return_record):
    both = signatory_of(return_record)
    NilReturnFactory(return_record=return_record, declared_by=both)
    with pytest.raises(CannotSign, match="You declared this nil return yourself"):
        sign_nil(by=both, **nil_page(return_record, both))
    permit = SelfSignOffPermitFactory(trust=return_record.trust)
    sign_nil(by=both, **nil_page(return_record, both))
    assert Event.objects.get(verb="nil return signed").detail["permit"] == permit.pk


def test_a_nil_return_that_was_taken_back_or_changed_is_not_signed(return_record):
    nil, who = NilReturnFactory(return_record=return_record), signatory_of(return_record)
    given = nil_page(return_record, who)
    NilReturn.objects.update(reason="Another reason")
    with pytest.raises(OtherThanShown):
        sign_nil(by=who, **given)
    NilReturn.objects.update(reason=nil.reason, withdrawn_at=timezone.now(), withdrawn_by=UserFactory())
    with pytest.raises(OtherThanShown, match="stands here no longer"):
        sign_nil(by=who, **given)


# Sent back


def test_sending_back_tells_whoever_sent_it_and_is_on_record(return_record):
    file = accepted(return_record)
    file.uploaded_by.set_password("x")
    file.uploaded_by.save()
    who = signatory_of(return_record)
    send_back(by=who, return_record=return_record, reference=file.reference, note="Payroll is last year's figure.")
    letter = Letter.objects.get(kind="sent back")
    assert letter.to == file.uploaded_by
    assert "Payroll is last year's figure." in letter.text
    assert "Tom Okafor looked at" in letter.text
    assert Event.objects.get(verb="return sent back").detail["note"] == "Payroll is last year's figure."
    assert not SignOff.objects.exists()


def test_sending_back_with_a_double_click_is_said_once(return_record):
    file, who = accepted(return_record), signatory_of(return_record)
    for note in ("Payroll is last year's figure.", "Payroll is last year's figure. ", "Estates is missing a site."):
        send_back(by=who, return_record=return_record, reference=file.reference, note=note)
    notes = Event.objects.filter(verb="return sent back").order_by("pk").values_list("detail__note", flat=True)
    assert list(notes) == ["Payroll is last year's figure.", "Estates is missing a site."]


def test_sending_back_says_something_about_what_was_seen(return_record):
    file, who = accepted(return_record), signatory_of(return_record)
    given = {"by": who, "return_record": return_record, "reference": file.reference, "note": "Look again at pay."}
    with pytest.raises(SaysTooLittle):
        send_back(**given | {"note": "no"})
    with pytest.raises(OtherThanShown):
        send_back(**given | {"reference": "STP-AAAA-AAAA"})
    with pytest.raises(NotAllowed):
        send_back(**given | {"by": file.uploaded_by})
    signs(return_record, who)
    with pytest.raises(CannotSign, match="signed this return"):
        send_back(**given)
    assert not Event.objects.filter(verb="return sent back").exists()
