"""Marking a value as not to be relied on, and lifting that: out of the distribution at the next refresh of the live run, and back in."""

from django.db import transaction
from django.utils import timezone

from benchmarks.arithmetic.metrics import value_words
from benchmarks.defining.registry import measured
from benchmarks.defining.schema import Metric
from benchmarks.models import Dispute, MetricValue
from benchmarks.queries.disputes import OF_THE_TRUST, disputable, marked_by_trust, may_review, reviewers_of
from footprints.access import NotAllowed, check_may
from footprints.events import record
from footprints.letters import page_address
from footprints.models import User
from submissions.actions.reasons import CannotBeDone, reason_troubles
from submissions.actions.return_letters import write_return_letter
from submissions.models import Return
from submissions.queries.people import people_of
from ui.plain_text import one_line


class CannotDispute(CannotBeDone):
    """The value cannot be marked, or the mark not lifted. Troubles are about metric, reason, or the whole."""


def dispute(*, by: User, return_record: Return, metric_id: str, reason: str) -> Dispute:
    """Mark the value of one measure of a return as disputed; whoever is on the other side is told.

    It holds for whatever file is on record until it is lifted. Raises NotAllowed, CannotDispute where there is no such value, it is
    disputed already, or the reason says too little.
    """
    check_may(by, "dispute", trust=return_record.trust)
    with transaction.atomic():
        locked = _locked(return_record)
        troubles = reason_troubles(reason)
        known = disputable(locked).get(metric_id)
        if known is None:
            troubles["metric"] = "Choose a measure of which this return has a value on record."
        elif Dispute.objects.in_force().filter(return_record=locked, metric=metric_id).exists():
            troubles["metric"] = f"{known[0].name} is marked as disputed already."
        if troubles or known is None:
            raise CannotDispute(**troubles)
        made = Dispute.objects.create(
            return_record=locked, metric=metric_id, reason=reason.strip(), marked_by=by, marked_at=timezone.now()
        )
        _record("value disputed", by, made)
        _tell_marked(made, by, *known)
    return made


def lift_dispute(*, by: User, dispute: Dispute, reason: str) -> Dispute:
    """Take the mark from a value: it counts again. Whoever marked it is told, and the other side.

    A trust does not lift what a reviewer marked. Raises NotAllowed, CannotDispute where it was lifted already, or the reason says too
    little.
    """
    trust = dispute.return_record.trust
    check_may(by, "dispute", trust=trust)
    with transaction.atomic():
        locked = _locked(dispute.return_record)
        current = Dispute.objects.select_related("marked_by").get(pk=dispute.pk)
        if current.lifted_at is not None:
            raise CannotDispute(whole="This mark has been lifted already.")
        current.return_record = locked
        if not may_review(by, trust) and not marked_by_trust(current):
            raise NotAllowed(f"{current.marked_by.name} marked this for NHS Improvement, so NHS Improvement lifts it.")
        if troubles := reason_troubles(reason):
            raise CannotDispute(**troubles)
        current.lifted_by, current.lifted_at, current.lift_reason = by, timezone.now(), reason.strip()
        current.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        _record("dispute lifted", by, current)
        _tell_lifted(current, by)
    return current


def _locked(return_record: Return) -> Return:
    """The return, so that of two people who mark the same value at once the second finds what the first did."""
    returns = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return returns.get(pk=return_record.pk)


def _tell_marked(made: Dispute, by: User, metric: Metric, value: MetricValue) -> None:
    trust = made.return_record.trust
    words = f", which is {value_words(metric, value.value)}," if value.value is not None else ""
    _tell(
        made,
        by,
        kind="dispute",
        subject=f"A value is marked as disputed: {metric.name}, {trust.name}",
        body=[
            f"{by.name} marked {metric.name} of {trust.name}{words} as disputed:",
            one_line(made.reason),
            "Until the mark is lifted the value is in no distribution, and is shown with this reason.",
            "See it, correct the figure or lift the mark here:",
        ],
    )


def _tell_lifted(made: Dispute, by: User) -> None:
    trust = made.return_record.trust
    listed = measured(made.return_record.collection.template)
    name = next((metric.name for metric in listed if metric.id == made.metric), made.metric)
    _tell(
        made,
        by,
        kind="dispute_lifted",
        subject=f"A value is no longer disputed: {name}, {trust.name}",
        body=[
            f"{by.name} lifted the mark from {name} of {trust.name}:",
            one_line(made.lift_reason),
            "The value counts in the distributions again. See it here:",
        ],
    )


def _tell(made: Dispute, by: User, *, subject: str, body: list[str], kind: str) -> None:
    """Write to the other side than the person's, and to whoever marked the value where that is somebody else."""
    return_record = made.return_record
    reviewed = may_review(by, return_record.trust)
    people = people_of(return_record.trust, OF_THE_TRUST) if reviewed else reviewers_of(return_record.trust)
    side = (
        "you prepare or sign the returns of this trust" if reviewed else "you look after this trust at NHS Improvement"
    )
    page = page_address("benchmarks:disputes", return_record.pk)
    others = [made.marked_by] if made.marked_by_id != by.pk and made.marked_by not in people else []
    for to, because in ((people, side), (others, "you marked this value as disputed")):
        write_return_letter(
            to=[person for person in to if person.pk != by.pk],
            return_record=return_record,
            kind=kind,
            key=f"{kind} {made.pk}",
            subject=subject,
            body=body,
            because=because,
            page=page,
        )


def _record(verb: str, by: User, made: Dispute) -> None:
    detail = {"return": made.return_record_id, "metric": made.metric}
    record(verb=verb, by=by, subject=made, trust=made.return_record.trust, detail=detail)
