"""Disputed values: who may mark and lift them, what becomes of the distribution, who is told, and the page."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.actions import refresh_live
from benchmarks.actions.disputes import CannotDispute, dispute, lift_dispute
from benchmarks.models import Dispute, RunQuantiles, RunValue
from benchmarks.queries.disputes import disputable, reviewers_of
from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind, Trust, User
from submissions.models import Collection, Return, Submission
from submissions.states import State
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, DisputeFactory, RoleFactory, TrustFactory, UserFactory

pytestmark = pytest.mark.django_db
REASON = "The shared service is counted twice."
SETTLED = "The trust showed that it is counted once."


def somebody(kind: RoleKind, **scope: object) -> User:
    """A person who can be written to."""
    return RoleFactory(kind=kind, user=UserFactory(password="a password for one test"), **{"trust": None} | scope).user


@pytest.fixture
def collection() -> Collection:
    made = CollectionFactory()
    for place in range(11):
        on_record(made, {"M03": 900 + 10 * place}, trust=TrustFactory(trust_type="acute"))
    return made


@pytest.fixture
def file(collection: Collection) -> Submission:
    trust = TrustFactory(trust_type="acute", name="Barts Health NHS Trust", region="London")
    return on_record(collection, {"M03": 5000, "M06": "Not given: pay of payroll.", "M01": 7}, trust=trust)


@pytest.fixture
def owed(file: Submission) -> Return:
    return file.return_record


@pytest.fixture
def preparer(owed: Return) -> User:
    return somebody(RoleKind.PREPARER, trust=owed.trust)


@pytest.fixture
def support() -> User:
    return somebody(RoleKind.SUPPORT_MANAGER, region="London")


def counts(collection: Collection) -> tuple[int, int, int]:
    """n, disputed and expected of the national distribution, once the live run has followed."""
    refresh_live(collection)
    row = RunQuantiles.objects.get(run__collection=collection, run__is_live=True, metric="M03", scope="national")
    return row.n, row.disputed, row.expected


def test_a_disputed_value_leaves_the_distribution_and_comes_back(owed: Return, preparer: User) -> None:
    collection = owed.collection
    assert counts(collection) == (12, 0, 12)
    made = dispute(by=preparer, return_record=owed, metric_id="M03", reason=f" {REASON} ")
    assert counts(collection) == (11, 1, 12)
    value = RunValue.objects.get(run__is_live=True, metric="M03", run_trust__trust=owed.trust)
    assert (value.counted, value.disputed, value.left_out) == (False, True, f"Disputed: {REASON}")
    lift_dispute(by=preparer, dispute=made, reason=SETTLED)
    assert counts(collection) == (12, 0, 12)
    assert RunValue.objects.get(run__is_live=True, metric="M03", run_trust__trust=owed.trust).counted


def test_a_later_file_does_not_slip_back_in_by_itself(owed: Return, file: Submission, preparer: User) -> None:
    dispute(by=preparer, return_record=owed, metric_id="M03", reason=REASON)
    Submission.objects.filter(pk=file.pk).update(state=State.REPLACED)
    later = on_record(owed.collection, {"M03": 950}, trust=TrustFactory(trust_type="acute"))
    spare = later.return_record_id
    Submission.objects.filter(pk=later.pk).update(return_record=owed)
    Return.objects.filter(pk=spare).delete()
    assert counts(owed.collection) == (11, 1, 12)


def test_only_those_who_may_mark_a_value(owed: Return) -> None:
    for kind, scope in (
        (RoleKind.PREPARER, {"trust": TrustFactory()}),
        (RoleKind.CHIEF_EXECUTIVE, {"trust": owed.trust}),
        (RoleKind.SUPPORT_MANAGER, {"region": "North"}),
        (RoleKind.ANALYST, {}),
    ):
        with pytest.raises(NotAllowed):
            dispute(by=somebody(kind, **scope), return_record=owed, metric_id="M03", reason=REASON)
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("metric", ["M06", "M29", "P01", "nothing"])
def test_only_a_value_that_there_is(owed: Return, preparer: User, metric: str) -> None:
    with pytest.raises(CannotDispute) as refused:
        dispute(by=preparer, return_record=owed, metric_id=metric, reason="too few")
    assert set(refused.value.troubles) == {"metric", "reason"}


def test_a_value_that_counts_nowhere_cannot_be_taken_out(collection: Collection) -> None:
    community = on_record(collection, {"M01": 7, "M03": 5}, trust=TrustFactory(trust_type="community"))
    assert list(disputable(community.return_record)) == ["M03"], "M01 is for acute trusts only"


def test_one_dispute_at_a_time_for_each_value(owed: Return, preparer: User, support: User) -> None:
    first = dispute(by=preparer, return_record=owed, metric_id="M03", reason=REASON)
    with pytest.raises(CannotDispute, match="marked as disputed already"):
        dispute(by=support, return_record=owed, metric_id="M03", reason=REASON)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeFactory(return_record=owed, metric="M03")
    dispute(by=support, return_record=owed, metric_id="M01", reason=REASON)
    lift_dispute(by=support, dispute=first, reason=SETTLED)
    dispute(by=support, return_record=owed, metric_id="M03", reason=REASON)


def test_a_trust_does_not_lift_what_a_reviewer_marked_and_a_reviewer_lifts_any(
    owed: Return, preparer: User, support: User
) -> None:
    reviewed = dispute(by=support, return_record=owed, metric_id="M03", reason=REASON)
    with pytest.raises(NotAllowed, match="NHS Improvement lifts it"):
        lift_dispute(by=preparer, dispute=reviewed, reason=SETTLED)
    lift_dispute(by=support, dispute=reviewed, reason=SETTLED)
    own = dispute(by=preparer, return_record=owed, metric_id="M03", reason=REASON)
    lift_dispute(by=support, dispute=own, reason=SETTLED)
    with pytest.raises(CannotDispute, match="lifted already"):
        lift_dispute(by=support, dispute=own, reason=SETTLED)


def test_what_somebody_marked_who_has_left_the_trust_is_still_the_trusts(owed: Return, preparer: User) -> None:
    made = dispute(by=preparer, return_record=owed, metric_id="M03", reason=REASON)
    Dispute.objects.filter(pk=made.pk).update(marked_at=timezone.now() - timedelta(days=5))
    preparer.roles.update(
        from_date=timezone.localdate() - timedelta(days=9), to_date=timezone.localdate() - timedelta(days=1)
    )
    made.refresh_from_db()
    signatory = somebody(RoleKind.SIGNATORY, trust=owed.trust)
    with pytest.raises(CannotDispute, match="at least 10 letters"):
        lift_dispute(by=signatory, dispute=made, reason="ok")
    assert lift_dispute(by=signatory, dispute=made, reason=SETTLED).lifted_by == signatory


def test_the_other_side_is_told_once(owed: Return, preparer: User, support: User) -> None:
    manager = somebody(RoleKind.COLLECTION_MANAGER)
    made = dispute(by=preparer, return_record=owed, metric_id="M03", reason=REASON)
    letter = Letter.objects.get(kind="dispute")
    assert letter.to == support
    assert "A value is marked as disputed: Finance cost, Barts Health NHS Trust" in letter.subject
    assert REASON in letter.text
    assert reverse("benchmarks:disputes", args=[owed.pk]) in letter.text
    lift_dispute(by=manager, dispute=made, reason=SETTLED)
    assert [each.to for each in Letter.objects.filter(kind="dispute_lifted")] == [preparer]
    assert [event.verb for event in Event.objects.filter(subject=f"dispute:{made.pk}").order_by("pk")] == [
        "value disputed",
        "dispute lifted",
    ]


def test_where_no_support_manager_is_the_collection_managers_are_told(owed: Return) -> None:
    manager = somebody(RoleKind.COLLECTION_MANAGER)
    somebody(RoleKind.SUPPORT_MANAGER, region="North")
    assert reviewers_of(owed.trust) == [manager]


def address(owed: Return) -> str:
    return reverse("benchmarks:disputes", args=[owed.pk])


def words_of(html: str) -> str:
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.S)))


def test_marking_and_lifting_on_the_page(owed: Return, preparer: User) -> None:
    client = Client()
    client.force_login(preparer)
    html = client.get(address(owed) + "?metric=M03").content.decode()
    assert "No value of this return is marked as disputed." in words_of(html)
    assert re.search(r'<option value="M03" selected', html)
    assert 'value="M06"' not in html
    refused = client.post(address(owed), {"metric": "M03", "reason": "no"})
    assert refused.status_code == 422
    assert "Say why in at least 10 letters." in words_of(refused.content.decode())
    assert client.post(address(owed), {"metric": "M03", "reason": REASON}).url == address(owed)
    made = Dispute.objects.get()
    words = words_of(client.get(address(owed)).content.decode())
    assert "1 value of this return is marked as disputed." in words
    assert "Finance cost M03: £5,000k per £100m" in words
    assert "Marked by the trust" in words
    lifting = reverse("benchmarks:lift_dispute", args=[made.pk])
    assert client.get(lifting).url == address(owed)
    refused = client.post(lifting, {f"lift-{made.pk}-reason": "no"})
    assert refused.status_code == 422
    assert f'id="id_lift-{made.pk}-reason-error"' in refused.content.decode()
    assert client.post(lifting, {f"lift-{made.pk}-reason": SETTLED}).url == address(owed)
    assert f"Lifted by {preparer.name}" in words_of(client.get(address(owed)).content.decode())


def test_what_a_reviewer_marked_has_no_button_for_the_trust(owed: Return, preparer: User, support: User) -> None:
    made = dispute(by=support, return_record=owed, metric_id="M03", reason=REASON)
    client = Client()
    client.force_login(preparer)
    words = words_of(client.get(address(owed)).content.decode())
    assert "A reviewer of NHS Improvement marked it, so NHS Improvement lifts it." in words
    lifting = reverse("benchmarks:lift_dispute", args=[made.pk])
    assert client.post(lifting, {f"lift-{made.pk}-reason": SETTLED}).status_code == 403
    assert Dispute.objects.in_force().exists()


def test_who_reads_and_who_marks(owed: Return) -> None:
    analyst = somebody(RoleKind.ANALYST)
    DisputeFactory(return_record=owed, reason=REASON)
    client = Client()
    client.force_login(analyst)
    html = client.get(address(owed)).content.decode()
    assert REASON in html
    assert "Mark a value as disputed" not in html
    assert client.post(address(owed), {"metric": "M03", "reason": REASON}).status_code == 403
    event = Event.objects.get(verb="disputes seen")
    assert (event.user, event.trust) == (analyst, Trust.objects.get(pk=owed.trust_id))
    client.force_login(somebody(RoleKind.PREPARER, trust=TrustFactory()))
    assert client.get(address(owed)).status_code == 404
    made = Dispute.objects.get()
    assert client.post(reverse("benchmarks:lift_dispute", args=[made.pk])).status_code == 404
    assert Decimal(5000) == disputable(owed)["M03"][1].value
