"""Reopening: asked for by the trust, decided by NHS Improvement, both on record; then signed anew."""

import pytest
from django.urls import reverse

from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind
from submissions.actions.reasons import CannotBeDone
from submissions.actions.reopen import ask_reopening, decide_reopening
from submissions.models import Collection, Reopening, SignOff
from submissions.queries.locks import why_locked
from submissions.queries.receipts import genuine, receipt_of
from submissions.queries.signing_history import signing_history, waiting_reopenings
from tests.factories import ReopeningFactory, RoleFactory
from tests.submissions.scenes import at_once, preparer_of, workbook
from tests.submissions.signing_scenes import REASON, accepted, manager, owed, shown, signatory_of, signs

GRANTED = "We saw the ledger of that department."


@pytest.fixture
def return_record(db: None):
    made = owed()
    accepted(made)
    return made


@pytest.fixture
def director(return_record):
    who = signatory_of(return_record)
    signs(return_record, who)
    return who


def with_password(person):
    person.set_password("a password")
    person.save()
    return person


def test_granted_it_is_open_signed_again_and_everything_stays_on_record(return_record, director):
    first = SignOff.objects.get()
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    assert why_locked(return_record)
    decide_reopening(by=manager(), reopening=asked, grant=True, reason=GRANTED)
    assert why_locked(return_record) == ""
    other = accepted(return_record, workbook(return_record, seed=2))
    page = shown(return_record, director)
    assert page.on_record.before == first.submission
    assert page.on_record.changes
    signs(return_record, director, page)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert SignOff.objects.in_force().get().submission == other
    titles = [entry.title for entry in signing_history(return_record).entries]
    was, now = first.submission.reference, other.reference
    assert titles == [f"{now} signed", "Reopening granted", "Reopening asked for", f"{was} signed"]
    assert list(Event.objects.filter(verb__in=["reopening asked for", "return reopened"]).values_list("verb", flat=True)) == [
        "return reopened", "reopening asked for",
    ]  # fmt: skip


def test_refused_it_stays_signed_and_can_be_asked_for_again(return_record, director):
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    decide_reopening(by=manager(), reopening=asked, grant=False, reason="The figure was right.")
    assert "signed this return" in why_locked(return_record)
    asked.refresh_from_db()
    assert (asked.granted, asked.decision_reason) == (False, "The figure was right.")
    assert ask_reopening(by=director, return_record=return_record, reason=REASON) != asked


def test_who_asks_and_who_decides(return_record, director):
    for person in (preparer_of(return_record), manager(), signatory_of(owed())):
        with pytest.raises(NotAllowed):
            ask_reopening(by=person, return_record=return_record, reason=REASON)
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    for person in (director, RoleFactory(kind=RoleKind.SUPPORT_MANAGER).user):
        with pytest.raises(NotAllowed):
            decide_reopening(by=person, reopening=asked, grant=True, reason=GRANTED)
    both = manager()
    Reopening.objects.update(asked_by=both)
    with pytest.raises(NotAllowed, match="somebody else decides"):
        decide_reopening(by=both, reopening=asked, grant=True, reason=GRANTED)


def test_what_cannot_be_asked_or_decided(return_record, director):
    with pytest.raises(CannotBeDone, match="at least 10 letters"):
        ask_reopening(by=director, return_record=return_record, reason="wrong")
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    with pytest.raises(CannotBeDone, match="Tom Okafor asked for this on"):
        ask_reopening(by=director, return_record=return_record, reason=REASON)
    decider = manager()
    with pytest.raises(CannotBeDone, match="at least 10 letters"):
        decide_reopening(by=decider, reopening=asked, grant=True, reason="ok")
    decide_reopening(by=decider, reopening=asked, grant=True, reason=GRANTED)
    with pytest.raises(CannotBeDone, match="decided already"):
        decide_reopening(by=decider, reopening=asked, grant=False, reason=GRANTED)
    with pytest.raises(CannotBeDone, match="is not signed"):
        ask_reopening(by=director, return_record=return_record, reason=REASON)


@pytest.mark.django_db(transaction=True)
def test_asked_and_decided_twice_at_once_it_happens_once():
    made = owed()
    accepted(made)
    director, decider = signatory_of(made), manager()
    signs(made, director)

    def attempt(act) -> bool:
        try:
            act()
        except CannotBeDone:
            return False
        return True

    ask = lambda: attempt(lambda: ask_reopening(by=director, return_record=made, reason=REASON))  # noqa: E731
    assert sorted(at_once(ask, ask)) == [False, True]
    asked = Reopening.objects.get()
    decide = lambda grant: attempt(  # noqa: E731
        lambda: decide_reopening(by=decider, reopening=asked, grant=grant, reason=GRANTED)
    )
    assert sorted(at_once(lambda: decide(True), lambda: decide(False))) == [False, True]
    asked.refresh_from_db()
    assert SignOff.objects.in_force().exists() is not asked.granted


def test_everybody_concerned_has_a_letter(return_record, director):
    preparer, decider = with_password(SignOff.objects.get().submission.uploaded_by), with_password(manager())
    with_password(director)
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    told = {letter.to: letter.text for letter in Letter.objects.filter(kind="reopening")}
    assert set(told) == {decider, director}
    assert reverse("submissions:decide_reopening", args=[asked.pk]) in told[decider]
    assert all(REASON in text for text in told.values())
    decide_reopening(by=decider, reopening=asked, grant=True, reason=GRANTED)
    decided = Letter.objects.filter(key=f"reopening decided {asked.pk}")
    assert {letter.to for letter in decided} == {director, preparer}
    assert all(GRANTED in letter.text and "open again" in letter.text for letter in decided)


def test_the_receipt_says_that_nobody_has_signed_yet(db):
    return_record = owed()
    file = accepted(return_record)
    assert ("Signed off", "Not yet") in receipt_of(file).facts
    accepted(return_record, workbook(return_record, seed=2))
    file.refresh_from_db()
    assert ("Signed off", "Never") in receipt_of(file).facts


def test_the_receipt_tells_of_both_and_strangers_learn_no_name(return_record, director):
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    decide_reopening(by=manager(), reopening=asked, grant=True, reason=GRANTED)
    signs(return_record, director)
    file = SignOff.objects.in_force().get().submission
    facts = [words for title, words in receipt_of(file).facts if title == "Signed off"]
    assert len(facts) == 2
    assert facts[0].startswith("Tom Okafor, ")
    assert "Reopened on" in facts[0]
    assert "Reopened" not in facts[1]
    known = genuine(file.reference, file.sha256)
    assert len(known.signed) == 2
    assert "Tom Okafor" not in " ".join(known.signed)


# Pages


def test_asking_and_deciding_on_the_pages(return_record, director, client):
    ask = reverse("submissions:ask_reopening", args=[return_record.pk])
    client.force_login(director)
    assert client.get(ask).status_code == 200
    assert client.post(ask, {"reason": "no"}).status_code == 422
    assert client.post(ask, {"reason": REASON}).status_code == 302
    decider, asked = manager(), Reopening.objects.get()
    assert waiting_reopenings(decider) == [asked]
    client.force_login(decider)
    assert REASON in client.get(reverse("submissions:reopenings")).content.decode()
    decide = reverse("submissions:decide_reopening", args=[asked.pk])
    assert client.post(decide, {"reason": GRANTED}).status_code == 422
    assert client.post(decide, {"reason": "ok", "decision": "grant"}).status_code == 422
    html = client.post(decide, {"reason": GRANTED, "decision": "grant"}, follow=True).content.decode()
    assert "is open again" in html
    assert GRANTED in html
    assert "Nothing waits for a decision." in client.get(reverse("submissions:reopenings")).content.decode()
    assert "granted it on" in client.get(decide).content.decode()


def test_a_return_that_was_reopened_takes_files_after_its_round_closed(return_record, director):
    asked = ask_reopening(by=director, return_record=return_record, reason=REASON)
    Collection.objects.update(closed_at=asked.asked_at, closed_by=asked.asked_by)
    return_record.refresh_from_db()
    decide_reopening(by=manager(), reopening=asked, grant=True, reason=GRANTED)
    other = accepted(return_record, workbook(return_record, seed=2))
    assert signs(return_record, director).what.submission == other
    assert why_locked(return_record).startswith("Tom Okafor signed"), "signed again it is locked again"


def test_who_decides_on_a_closed_round_is_told(db, client):
    asked = ReopeningFactory()
    collection = asked.sign_off.return_record.collection
    collection.closed_at, collection.closed_by = asked.asked_at, asked.asked_by
    collection.save()
    client.force_login(manager())
    assert (
        "This round has closed" in client.get(reverse("submissions:decide_reopening", args=[asked.pk])).content.decode()
    )
