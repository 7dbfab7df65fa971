"""What the database itself holds to, and who sees which returns."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from submissions.models import Return, Submission, new_reference
from submissions.states import FINAL, State
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    FindingFactory,
    MembershipFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)


def test_a_reference_can_be_read_out_on_the_telephone():
    references = {new_reference() for _ in range(500)}
    assert len(references) == 500
    for reference in references:
        assert re.fullmatch(r"STP-[2-9A-Z]{4}-[2-9A-Z]{4}", reference)
        assert not set(reference[4:]) & set("01ILOU")


@pytest.mark.usefixtures("db")
class TestTheDatabaseRefuses:
    def refuse(self, name: str):
        return pytest.raises(IntegrityError, match=name)

    def test_two_files_on_record_of_one_return(self):
        return_record = ReturnFactory()
        accepted = {"return_record": return_record, "state": State.ACCEPTED, "loaded_at": timezone.now()}
        SubmissionFactory(**accepted)
        SubmissionFactory(**accepted | {"state": State.REPLACED})
        with self.refuse("one_accepted_submission_per_return"):
            SubmissionFactory(**accepted)

    def test_an_accepted_file_that_was_not_loaded(self):
        with self.refuse("accepted_means_loaded"):
            SubmissionFactory(state=State.ACCEPTED)

    def test_the_same_reference_twice(self):
        with self.refuse("reference"):
            SubmissionFactory(reference=SubmissionFactory().reference)

    def test_the_same_figure_of_a_file_twice(self):
        figure = FigureFactory()
        FigureFactory(line=figure.line)
        with self.refuse("figure_loaded_once"):
            FigureFactory(submission=figure.submission, line=figure.line, column=figure.column)

    @pytest.mark.parametrize(("kind", "number"), [("number", None), ("not_applicable", Decimal(0)), ("text", 1)])
    def test_a_number_without_one_or_a_key_with_one(self, kind, number):
        with self.refuse("figure_number_where_kind_is_number"):
            FigureFactory(kind=kind, number=number)

    def test_two_findings_in_one_position(self):
        finding = FindingFactory()
        with self.refuse("finding_position_once"):
            FindingFactory(submission=finding.submission, position=finding.position)

    def test_two_returns_of_a_trust_to_one_collection(self):
        owed = ReturnFactory()
        with self.refuse("one_return_per_trust_and_collection"):
            ReturnFactory(collection=owed.collection, trust=owed.trust)

    def test_a_collection_due_before_it_opens(self):
        with self.refuse("collection_due_after_opening"):
            CollectionFactory(opens_date=date(2016, 9, 2), due_date=date(2016, 9, 1))


def test_what_was_loaded_cannot_be_deleted(db):
    figure = FigureFactory()
    for thing in (figure.submission, figure.submission.return_record, figure.submission.uploaded_by):
        with transaction.atomic(), pytest.raises((ProtectedError, IntegrityError)):
            thing.delete()


def test_a_person_sees_the_returns_and_files_of_their_own_trusts(db):
    ours, others = SubmissionFactory(), SubmissionFactory()
    membership = MembershipFactory(trust=ours.return_record.trust)
    preparer = RoleFactory(trust=ours.return_record.trust).user
    lead = RoleFactory(kind="stp_lead", footprint=membership.footprint).user
    analyst = RoleFactory(kind="analyst").user
    for person, seen in ((preparer, [ours]), (lead, [ours]), (analyst, [ours, others]), (UserFactory(), [])):
        assert set(Submission.objects.visible_to(person)) == set(seen)
        assert set(Return.objects.visible_to(person)) == {file.return_record for file in seen}


def test_files_are_found_by_what_is_still_to_do(db):
    now = timezone.now()
    files = {
        state: SubmissionFactory(state=state, loaded_at=now if state in ("accepted", "replaced") else None)
        for state in State
    }
    SubmissionFactory(state=State.REPLACED, loaded_at=now, measured_at=now)
    earlier = SubmissionFactory(state=State.ACCEPTED, loaded_at=now - timedelta(hours=1))
    assert list(Submission.objects.unfinished()) == [files[State.RECEIVED]]
    assert Submission.objects.unmeasured().first() == earlier
    assert set(Submission.objects.unmeasured()) == {files[State.ACCEPTED], files[State.REPLACED], earlier}
    assert {State(file.state) for file in files.values() if file.is_final} == FINAL


def test_the_newest_file_of_a_return_comes_first(db):
    return_record, now = ReturnFactory(), timezone.now()
    old, first, second = (
        SubmissionFactory(return_record=return_record, received_at=at) for at in (now - timedelta(days=1), now, now)
    )
    assert list(return_record.submissions.all()) == [second, first, old]
