"""The example round: the same on every machine, through the real pipeline, with something of everything in it."""

import string
from collections import Counter
from itertools import product

import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Role, RoleKind, User
from submissions import example_signatures
from submissions.actions.process import process
from submissions.actions.receive import receive
from submissions.example import (
    EXAMPLE_PEOPLE,
    PASSWORD,
    STORY_FOOTPRINT,
    STORY_TRUST,
    Fate,
    draw,
    example_collections,
    example_files,
    example_people,
    explain_examples,
    fate_of,
    staff,
)
from submissions.example_signatures import sign_examples
from submissions.models import Collection, Reopening, SignOff, Submission
from submissions.states import State
from tests.factories import FootprintFactory, MembershipFactory, TrustFactory
from tests.submissions.scenes import received, workbook
from tests.submissions.test_explain import CHEAP

CODES = [f"R{first}{second}" for first, second in product(string.digits, string.ascii_uppercase)]


def codes_of(fate: Fate, count: int) -> list[str]:
    """Made-up trusts that have a fate."""
    known = [
        code
        for code in CODES
        if code != STORY_TRUST and fate_of(TrustFactory.build(ods_code=code), "back_office") == fate
    ]
    return known[:count]


def send(most: int | None = None) -> list[Submission]:
    return list(example_files(the_round(), most))


def the_round(template: str = "back_office") -> Collection:
    return next(collection for collection in example_collections() if collection.template == template)


def test_every_fate_befalls_somebody_and_most_are_on_time():
    fates = Counter(fate_of(TrustFactory.build(ods_code=code), "back_office") for code in CODES)
    assert set(fates) == {"not_started", "downloaded", "has_errors", "late", "on_time"}
    assert fates["on_time"] > len(CODES) / 2
    assert fate_of(TrustFactory.build(ods_code=STORY_TRUST), "back_office") == "not_started"


def test_there_is_somebody_for_every_role_who_can_sign_in(db):
    TrustFactory(ods_code=STORY_TRUST)
    FootprintFactory(ons_code=STORY_FOOTPRINT)
    for _ in range(2):
        example_people()
    assert {person.kind for person in EXAMPLE_PEOPLE} == set(RoleKind)
    assert User.objects.count() == Role.objects.count() == len(EXAMPLE_PEOPLE)
    assert all(User.objects.get(email=person.email).check_password(PASSWORD) for person in EXAMPLE_PEOPLE)


def test_what_comes_out_is_what_was_meant(db):
    """Every kind of slip blocks; what is clean is accepted; late is late."""
    codes = {fate: codes_of(fate, count) for fate, count in (("has_errors", 5), ("late", 2), ("on_time", 3))}
    sending = [code for known in codes.values() for code in known]
    for code in (STORY_TRUST, *sending):
        TrustFactory(ods_code=code)
    files = {file.return_record.trust.ods_code: file for file in send()}
    assert sorted(files) == sorted(sending)
    for code, file in files.items():
        process(submission_id=file.pk)
        file.refresh_from_db()
        assert file.state == ("blocked" if code in codes["has_errors"] else "accepted"), code
        arrived = timezone.localdate(file.received_at)
        collection = file.return_record.collection
        assert arrived >= collection.opens_date
        assert (arrived > collection.due_date) == (code in codes["late"])
        assert file.received_at < timezone.now()
        assert file.uploaded_by.email == f"finance@{code.lower()}.example"
        assert not file.uploaded_by.has_usable_password()


def test_a_trust_that_only_downloaded_has_done_just_that(db):
    [code] = codes_of("downloaded", 1)
    TrustFactory(ods_code=code)
    assert send() == []
    assert the_round().returns.get().downloaded_at


def test_repeating_sends_nothing(db):
    for code in [*codes_of("on_time", 3), *codes_of("downloaded", 1), *codes_of("not_started", 1)]:
        TrustFactory(ods_code=code)
    assert len(send()) == 3
    people, downloads = User.objects.count(), list(the_round().returns.values_list("downloaded_at", flat=True))
    assert send() == []
    assert User.objects.count() == people
    assert list(the_round().returns.values_list("downloaded_at", flat=True)) == downloads
    assert all(Collection.objects.values_list("illustrative", flat=True))


def test_a_short_load_means_the_same_trusts_each_time_and_the_storys_first(db):
    for code in codes_of("on_time", 5):
        TrustFactory(ods_code=code)
    near = TrustFactory(ods_code=codes_of("on_time", 6)[-1])
    MembershipFactory(trust=near, footprint=FootprintFactory(ons_code=STORY_FOOTPRINT))
    assert next(iter(send(2))).return_record.trust == near
    assert send(2) == []
    assert len(send(4)) == 2


def test_a_load_that_broke_off_is_taken_up_where_it_ended(db):
    for code in codes_of("on_time", 3):
        TrustFactory(ods_code=code)
    first = next(iter(example_files(the_round())))
    assert Submission.objects.get() == first
    assert len(send()) == 2


def test_the_preparer_of_one_example_trust_cannot_upload_for_another(db):
    for code in codes_of("on_time", 2):
        TrustFactory(ods_code=code)
    first, second = send()
    with pytest.raises(NotAllowed):
        receive(by=first.uploaded_by, return_record=second.return_record, chunks=[b"x"], file_name="x.xlsx")


def test_most_of_the_example_trusts_explain_their_warnings(db):
    """Unusual pay for the staff that a line has, at a dozen trusts."""
    for code in codes_of("on_time", 12):
        TrustFactory(ods_code=code)
    collection = the_round()
    for return_record in collection.returns.all():
        process(submission_id=received(return_record, workbook(return_record, CHEAP)).pk)
    waiting = Submission.objects.filter(state=State.TO_EXPLAIN)
    assert waiting.count() == 12
    explained = explain_examples(collection)
    assert 6 < explained < 12
    assert (waiting.count(), Submission.objects.accepted().count()) == (12 - explained, explained)
    assert explain_examples(collection) == 0


def test_most_directors_sign_some_wait_and_a_few_are_reopened(db, monkeypatch):
    """Through the real actions, as people whom nobody can be; repeating it signs nothing."""
    for code in codes_of("on_time", 14):
        TrustFactory(ods_code=code)
    for file in send():
        process(submission_id=file.pk)
    drawn = iter([*[1] * 2, *[0] * 2, *[99] * 20])
    monkeypatch.setattr(
        example_signatures, "draw", lambda text, sides: next(drawn) if "reopens" in text else draw(text, sides)
    )
    collection, accepted = the_round(), Submission.objects.accepted().count()
    signed = sign_examples(collection)
    assert accepted / 2 < signed < accepted
    assert SignOff.objects.count() == signed
    assert SignOff.objects.in_force().count() == signed - 2
    assert (Reopening.objects.filter(granted=True).count(), Reopening.objects.waiting().count()) == (2, 2)
    assert not SignOff.objects.first().signed_by.has_usable_password()
    assert sign_examples(collection) == 0


def test_trusts_have_their_people_save_a_few(db):
    for code in CODES[:80]:
        staff(TrustFactory(ods_code=code))
    for kind in (RoleKind.SIGNATORY, RoleKind.PREPARER):
        assert 70 < Role.objects.filter(kind=kind).count() < 80


def test_every_template_has_a_round(db):
    for code in codes_of("on_time", 6):
        TrustFactory(ods_code=code)
    collection = the_round("pathology")
    for file in example_files(collection):
        process(submission_id=file.pk)
    states = Counter(Submission.objects.values_list("state", flat=True))
    assert set(states) <= {State.ACCEPTED, State.TO_EXPLAIN, State.BLOCKED}
    assert states[State.ACCEPTED] > states[State.BLOCKED]
