"""What the page of permits shows."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models import SelfSignOffPermit, SignOff


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit, whether it holds today, and how often something was signed by it."""

    permit: SelfSignOffPermit
    holds: bool
    signed: int
    may_withdraw: bool


def permit_rows(person: User, today: date | None = None) -> tuple[PermitRow, ...]:
    """The permits of the trusts that a person may see, those that hold first, then the newest."""
    day = today or timezone.localdate()
    mine = set(trusts_visible_to(person, "allow_self_sign_off").values_list("pk", flat=True))
    permits = list(SelfSignOffPermit.objects.visible_to(person).select_related("trust", "given_by"))
    used = list(SignOff.objects.filter(permit__in=permits).values_list("permit", flat=True))
    rows = []
    for permit in permits:
        holds = permit.withdrawn_at is None and permit.until_date >= day
        rows.append(PermitRow(permit, holds, used.count(permit.pk), holds and permit.trust_id in mine))
    return tuple(sorted(rows, key=lambda row: not row.holds))


def trusts_to_permit(person: User) -> list[tuple[str, str]]:
    """The trusts to which this person may give a permit: their code, and their name with it."""
    trusts = trusts_visible_to(person, "allow_self_sign_off").order_by("name")
    return [(code, f"{name} ({code})") for code, name in trusts.values_list("ods_code", "name")]
