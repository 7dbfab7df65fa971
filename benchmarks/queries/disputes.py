"""Values that somebody disputes: which could be, which are, who marked them, and who may lift them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from benchmarks.arithmetic.metrics import value_words
from benchmarks.defining.registry import measured
from benchmarks.defining.schema import Metric
from benchmarks.models import Dispute, MetricValue
from footprints.access import roles_of
from footprints.access_table import ALLOWED
from footprints.models import Role, RoleKind, Trust, User
from submissions.models import Return
from submissions.states import State

OF_THE_TRUST = (RoleKind.PREPARER, RoleKind.SIGNATORY)
"""Who disputes a value for the trust, and is told when somebody else does."""


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute, with what the value comes to on record now."""

    dispute: Dispute
    name: str
    """The measure's name."""
    now: str
    """The value on record, in words; empty where there is none."""
    by_trust: bool
    """Whether the trust itself marked it."""
    may_lift: bool
    """Whether the reader may lift it."""

    @property
    def in_force(self) -> bool:
        """Whether the value is out of the distribution for it."""
        return self.dispute.lifted_at is None


def disputable(return_record: Return) -> Mapping[str, tuple[Metric, MetricValue]]:
    """The measures of which a return has a value on record that counts among trusts of its type, by id, in the order of lists. One query.

    The mix-adjusted index is not among them: it leaves out the disciplines whose cost is disputed.
    """
    kind = return_record.trust.trust_type
    listed = [metric for metric in measured(return_record.collection.template) if kind in metric.population]
    rows = MetricValue.objects.calculable().filter(
        submission__return_record=return_record, submission__state=State.ACCEPTED
    )
    found = {row.metric: row for row in rows}
    return {metric.id: (metric, found[metric.id]) for metric in listed if metric.id in found}


def dispute_rows(return_record: Return, person: User) -> list[DisputeRow]:
    """Every dispute about a return, those in force first, each group the newest first."""
    disputes = list(Dispute.objects.filter(return_record=return_record).select_related("marked_by", "lifted_by"))
    if not disputes:
        return []
    values = disputable(return_record)
    names = {metric.id: metric.name for metric in measured(return_record.collection.template)}
    of_the_trust = _marked_by_trust(return_record.trust, disputes)
    reviewer, own = may_review(person, return_record.trust), may_dispute(person, return_record.trust)
    rows = [
        DisputeRow(
            dispute=dispute,
            name=names.get(dispute.metric, dispute.metric),
            now=_in_words(*values[dispute.metric]) if dispute.metric in values else "",
            by_trust=dispute.pk in of_the_trust,
            may_lift=dispute.lifted_at is None and own and (reviewer or dispute.pk in of_the_trust),
        )
        for dispute in disputes
    ]
    return sorted(rows, key=lambda row: not row.in_force)


def marked_by_trust(dispute: Dispute) -> bool:
    """Whether the trust itself marked a value: somebody who prepared or signed its returns that day. The dispute comes with its return
    and trust."""
    return bool(_marked_by_trust(dispute.return_record.trust, [dispute]))


def may_dispute(person: User, trust: Trust) -> bool:
    """Whether the person may mark values of the trust."""
    return _holds(person, trust, RoleKind)


def may_review(person: User, trust: Trust) -> bool:
    """Whether the person may mark values of the trust as one who is not of it."""
    return _holds(person, trust, [kind for kind in RoleKind if kind not in OF_THE_TRUST])


def reviewers_of(trust: Trust) -> list[User]:
    """Who looks after a trust for NHS Improvement: the support managers of its region; where there are none, the collection managers."""
    held = Role.objects.current().filter(user__is_active=True)
    support = held.filter(kind=RoleKind.SUPPORT_MANAGER, region__in=["", trust.region])
    chosen = support if support.exists() else held.filter(kind=RoleKind.COLLECTION_MANAGER)
    return list(User.objects.filter(pk__in=chosen.values("user")))


def _holds(person: User, trust: Trust, kinds: Iterable[RoleKind]) -> bool:
    wanted = {kind for kind in kinds if "dispute" in ALLOWED[kind]}
    roles = [role for role in roles_of(person) if role.kind in wanted]
    return Trust.objects.in_scope_of(roles).filter(pk=trust.pk).exists()


def _marked_by_trust(trust: Trust, disputes: Iterable[Dispute]) -> set[int]:
    listed = list(disputes)
    places = Q(trust=trust) | Q(trust__predecessors=trust)
    held = list(
        Role.objects.filter(places, kind__in=OF_THE_TRUST, user__in=[dispute.marked_by_id for dispute in listed])
    )
    return {dispute.pk for dispute in listed if any(_held_when_marked(role, dispute) for role in held)}


def _held_when_marked(role: Role, dispute: Dispute) -> bool:
    day = timezone.localdate(dispute.marked_at)
    ended = role.to_date is not None and role.to_date <= day
    return role.user_id == dispute.marked_by_id and role.from_date <= day and not ended


def _in_words(metric: Metric, value: MetricValue) -> str:
    return "" if value.value is None else value_words(metric, value.value)
