"""What people are told by letter: the same findings as on the page, to whoever may see them, and nobody else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone

from footprints.actions import withdraw_role
from footprints.models import Letter, User
from submissions.actions import letters, receipts
from submissions.actions import process as process_module
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.letters import MOST_LISTED, write_outcome_letter, write_receipt_letter
from submissions.actions.process import process
from submissions.actions.receipts import write_receipt_letters
from submissions.models import Finding, Receipt, Submission
from submissions.queries.difference import difference
from submissions.queries.findings import Filters, findings_page
from submissions.states import State
from templates_app.reading import Value
from tests.factories import (
    CollectionFactory,
    CorrectionFactory,
    ExplanationFactory,
    FindingFactory,
    ReceiptFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.submissions.scenes import A_FINE_FRACTION, WORDS_FOR_A_NUMBER, received, workbook
from ui.formats import moment

ADDRESS = "https://portal.example.nhs.uk"
CHEAP = {("FIN3", "pay"): Value("number", number=Decimal(10))}
"""Too little pay for the staff of the line: a warning."""


def file_of_a_person(**more: object) -> Submission:
    """A file whose uploader can sign in and prepares for the trust."""
    person = UserFactory(password="a password for one test")
    file = SubmissionFactory(uploaded_by=person, **more)
    RoleFactory(user=person, trust=file.return_record.trust)
    return file


def with_a_receipt(file: Submission) -> Submission:
    """The file, on record with a receipt, of which nothing was read."""
    Submission.objects.filter(pk=file.pk).update(
        state=State.ACCEPTED, loaded_at=timezone.now(), template="back_office", version="2016.1"
    )
    ReceiptFactory(submission=file)
    return Submission.objects.get(pk=file.pk)


def colleague_at(file: Submission) -> User:
    """Somebody else who can sign in and prepares for the trust."""
    role = RoleFactory(user=UserFactory(password="a password for one test"), trust=file.return_record.trust)
    return role.user


def processed(data: object = None, **collection: object) -> Submission:
    """A file that somebody who can sign in sent, and that went through the pipeline."""
    return_record = ReturnFactory(collection=CollectionFactory(**collection))
    given = workbook(return_record, data) if isinstance(data, dict) else data
    file = received(return_record, given)
    file.uploaded_by.set_password("a password for one test")
    file.uploaded_by.save()
    process(submission_id=file.pk)
    write_receipt_letters()
    file.refresh_from_db()
    return file


def the_letter(file: Submission) -> Letter:
    (letter,) = Letter.objects.filter(to=file.uploaded_by)
    assert letter.trust == file.return_record.trust
    return letter


class TestOutcome:
    def test_a_file_with_errors(self, db):
        file = processed(WORDS_FOR_A_NUMBER)
        letter = the_letter(file)
        assert file.state == State.BLOCKED
        assert file.reference in letter.subject
        assert findings_page(file, Filters()).headline in letter.text
        assert f"{ADDRESS}/submissions/{file.reference}/" in letter.text
        for finding in file.findings.all():
            for part in (
                finding.label,
                f"{finding.sheet}!{finding.cell}",
                finding.message,
                finding.expected,
                finding.remedy,
            ):
                assert part in letter.text
        assert "You entered see note." in letter.text

    def test_what_changed_since_the_file_before(self, db):
        first = processed(WORDS_FOR_A_NUMBER)
        assert "Since the file before" not in the_letter(first).text
        both = WORDS_FOR_A_NUMBER | {("FIN4", "pay"): Value("text", text="see note")}
        for data, kind, told in ((both, "blocked", "1 new error, 1 remains"), ({}, "receipt", "2 errors mended")):
            file = received(first.return_record, workbook(first.return_record, data))
            file.uploaded_by.set_password("a password for one test")
            file.uploaded_by.save()
            process(submission_id=file.pk)
            write_receipt_letters()
            letter = Letter.objects.get(to=file.uploaded_by, kind=kind)
            since = difference(Submission.objects.get(pk=file.pk))
            assert since is not None
            assert f"Since the file before, {since.before.reference}: {since.in_words}" in letter.text
            assert told in since.in_words

    def test_a_correction_is_told_with_who_and_when(self, db):
        file = with_a_receipt(file_of_a_person())
        Submission.objects.filter(pk=file.pk).update(corrects=SubmissionFactory(return_record=file.return_record))
        CorrectionFactory(submission=file)
        write_receipt_letter(Submission.objects.get(pk=file.pk))
        told = f"-412 became 412. {file.uploaded_by.name}, {moment(file.received_at)}"
        assert told in the_letter(file).text

    def test_a_file_that_cannot_be_read(self, db):
        file = processed(b"no workbook")
        letter = the_letter(file)
        assert file.state == State.REFUSED
        assert file.refusal in letter.text
        assert f"{ADDRESS}/submissions/{file.reference}/" in letter.text

    def test_an_accepted_file_gets_its_receipt_with_what_was_noted(self, db):
        file = processed(A_FINE_FRACTION)
        letter = the_letter(file)
        assert file.state == State.ACCEPTED
        assert letter.kind == "receipt"
        assert letter.attachment_name == f"Receipt-{file.reference}.pdf"
        assert bytes(letter.attachment).startswith(b"%PDF-")
        assert f"{ADDRESS}/verify/{file.reference}/{file.sha256}/" in letter.text
        (note,) = file.findings.all()
        assert note.message in letter.text

    def test_warnings_to_explain_and_then_the_receipt_with_the_explanations(self, db):
        file = processed(CHEAP)
        assert file.state == State.TO_EXPLAIN
        assert "warnings to explain" in the_letter(file).subject
        answers = {
            finding.pk: f"This is right because of reason {finding.pk}" for finding in Finding.objects.to_explain()
        }
        take_explanations(by=file.uploaded_by, submission=file, answers=answers)
        assert accept_if_explained(submission=file)
        write_receipt_letters()
        receipt = Letter.objects.get(kind="receipt")
        assert all(answer in receipt.text for answer in answers.values())
        assert Letter.objects.count() == 2

    def test_a_file_that_comes_after_a_later_one(self, db):
        later = processed()
        long_ago = timezone.now() - timedelta(days=9)
        older = received(later.return_record, workbook(later.return_record, seed=2), at=long_ago)
        older.uploaded_by.set_password("a password for one test")
        older.uploaded_by.save()
        process(submission_id=older.pk)
        assert "A later file is on record" in the_letter(older).subject

    def test_processing_again_writes_no_second_letter(self, db):
        file = processed(WORDS_FOR_A_NUMBER)
        Submission.objects.update(state=State.RECEIVED)
        process(submission_id=file.pk)
        assert Letter.objects.count() == 1

    def test_no_letter_without_the_outcome(self, db, monkeypatch):
        class Broken(Exception):
            """Something went wrong after the letter."""

        def broken(*_: object, **__: object) -> None:
            raise Broken

        monkeypatch.setattr(letters, "write_letter", broken)
        with pytest.raises(Broken):
            processed(WORDS_FOR_A_NUMBER)
        file = Submission.objects.get()
        assert (file.state, file.findings.count()) == (State.RECEIVED, 0)
        assert file.attempts < process_module.MOST_ATTEMPTS

    def test_a_receipt_that_cannot_be_drawn_holds_up_no_return(self, db, monkeypatch, caplog):
        monkeypatch.setattr(letters, "receipt_pdf", lambda *_: 1 / 0)
        file = processed()
        letter = the_letter(file)
        assert file.state == State.ACCEPTED
        assert (letter.attachment_name, bytes(letter.attachment)) == ("", b"")
        assert "PDF" not in letter.text
        assert "could not be drawn" in caplog.text

    def test_the_letter_of_a_receipt_is_written_once(self, db):
        file = processed()
        assert Receipt.objects.get(submission=file).letter_at is not None
        write_receipt_letters()
        assert Letter.objects.filter(kind="receipt").count() == 1


class TestReceiptLetters:
    @pytest.fixture
    def broken(self, monkeypatch) -> set[str]:
        """The references of files whose letter cannot be written."""
        references: set[str] = set()

        def write(submission: Submission) -> None:
            write_receipt_letter(submission)
            if submission.reference in references:
                ReceiptFactory(submission=submission)  # a second one, which the database refuses

        monkeypatch.setattr(receipts, "write_receipt_letter", write)
        return references

    def test_one_that_cannot_be_written_holds_up_no_other_and_is_tried_again_later(self, db, broken, caplog):
        first, second = (with_a_receipt(file_of_a_person()) for _ in range(2))
        broken.add(first.reference)
        for _ in range(2):
            write_receipt_letters()
        assert [letter.to for letter in Letter.objects.all()] == [second.uploaded_by]
        failed = [said for said in caplog.records if said.levelname == "ERROR"]
        assert len(failed) == 1, "not tried again at once"
        assert first.reference in failed[0].getMessage()
        broken.clear()
        Receipt.objects.update(letter_try_at=F("letter_try_at") - receipts.LATER)
        write_receipt_letters()
        assert Letter.objects.filter(to=first.uploaded_by).count() == 1
        assert not Receipt.objects.filter(letter_at=None).exists()

    def test_a_run_ends_after_its_time_and_leaves_the_rest_to_the_next(self, db, monkeypatch):
        for _ in range(2):
            with_a_receipt(file_of_a_person())
        monkeypatch.setattr(receipts, "LONGEST_RUN", timedelta(0))
        write_receipt_letters()
        assert Receipt.objects.filter(letter_at=None).count() == 2


class TestToWhom:
    def test_the_receipt_also_to_who_gave_the_last_explanation_each_once(self, db):
        file = with_a_receipt(file_of_a_person())
        colleague = colleague_at(file)
        earlier = ExplanationFactory(finding__submission=file, given_by=colleague_at(file))
        last = ExplanationFactory(finding__submission=file, finding__line="FIN4", given_by=colleague)
        assert earlier.given_at < last.given_at
        for _ in range(2):
            write_receipt_letter(file)
        mine, theirs = (Letter.objects.get(to=person) for person in (file.uploaded_by, colleague))
        assert Letter.objects.count() == 2
        assert "because you uploaded the file" in mine.text
        assert "because you gave the last explanation of the file" in theirs.text
        assert "Your file" not in theirs.text
        assert bytes(mine.attachment) == bytes(theirs.attachment)

    def test_not_to_who_explained_an_earlier_file_or_may_see_it_no_more(self, db):
        file = with_a_receipt(file_of_a_person())
        ExplanationFactory(finding__submission=file, given_by=colleague_at(file), carried_from=SubmissionFactory())
        write_receipt_letter(file)
        gone = UserFactory(password="a password for one test")
        ExplanationFactory(finding__submission=file, finding__line="FIN4", given_by=gone)
        write_receipt_letter(file)
        assert [letter.to for letter in Letter.objects.all()] == [file.uploaded_by]

    def test_one_letter_to_who_uploaded_and_explained(self, db):
        file = with_a_receipt(file_of_a_person())
        ExplanationFactory(finding__submission=file, given_by=file.uploaded_by)
        write_receipt_letter(file)
        assert "because you uploaded the file" in the_letter(file).text

    def test_not_to_somebody_who_corrects_on_the_page_and_sees_it_there(self, db):
        first = file_of_a_person(state=State.BLOCKED)
        file = SubmissionFactory(return_record=first.return_record, uploaded_by=first.uploaded_by, corrects=first)
        write_outcome_letter(file, State.BLOCKED)
        assert not Letter.objects.exists()

    def test_not_to_somebody_whose_role_has_ended(self, db):
        file = file_of_a_person(state=State.BLOCKED)
        FindingFactory(submission=file)
        withdraw_role(by="tests", role=file.uploaded_by.roles.get())
        file = Submission.objects.get(pk=file.pk)
        write_outcome_letter(file, State.BLOCKED)
        assert not Letter.objects.exists()

    def test_not_to_the_people_of_the_example_round_whom_nobody_can_be(self, db):
        return_record = ReturnFactory(collection__illustrative=True)
        process(submission_id=received(return_record).pk)
        assert not Letter.objects.exists()

    def test_made_up_figures_are_called_so(self, db):
        assert "EXAMPLE DATA" in the_letter(processed(WORDS_FOR_A_NUMBER, illustrative=True)).text


class TestManyFindings:
    def test_so_many_are_listed_and_all_are_counted(self, db):
        file = file_of_a_person(state=State.BLOCKED)
        for position in range(213):
            FindingFactory(
                submission=file, position=position, sheet="Costs" if position < 30 else "Volumes", cell=f"D{position}",
                label=f"Label {position};", message=f"Message {position // 40}.",
            )  # fmt: skip
        write_outcome_letter(file, State.BLOCKED)
        text = the_letter(file).text
        assert "the first 50 of 213. All are on the page." in text
        assert "213 errors in 2 sheets." in text
        assert "Costs: 30 findings" in text
        assert "Volumes: 183 findings" in text
        assert sum(f"Label {position};" in text for position in range(213)) == MOST_LISTED
        assert "40 cells with the same error, of which 10 are listed" in text

    def test_all_are_listed_when_they_are_few(self, db):
        file = file_of_a_person(state=State.BLOCKED)
        FindingFactory(submission=file, sheet="", cell="", label="The workbook")
        write_outcome_letter(file, State.BLOCKED)
        text = the_letter(file).text
        assert "Listed here" not in text
        assert "The whole workbook: 1 finding" in text
        assert "\nThe workbook\n" in text

    def test_what_was_said_already_and_what_is_on_trial(self, db):
        file = file_of_a_person(state=State.TO_EXPLAIN)
        FindingFactory(submission=file, severity="warning", trial_until=date(2016, 9, 30))
        said = ExplanationFactory(finding__submission=file, finding__message="Another message.")
        write_outcome_letter(file, State.TO_EXPLAIN)
        text = the_letter(file).text
        assert "on trial until 30 September 2016" in text
        assert f"Explained already: {said.text}" in text

    def test_names_that_people_gave_cannot_look_like_our_words(self, db):
        file = file_of_a_person(state=State.BLOCKED, file_name="a\nYour return is accepted\u202e.xlsx")
        FindingFactory(submission=file, found="1\n\nDo this: send us money\x07", sheet="Costs\nNo errors.")
        write_outcome_letter(file, State.BLOCKED)
        lines = the_letter(file).text.splitlines()
        assert "Do this: send us money" not in lines
        assert "Your return is accepted.xlsx" not in "".join(line for line in lines if line.startswith("Your return"))
        assert not any(line.startswith("No errors.") for line in lines)
