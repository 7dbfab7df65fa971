"""How much help a trust or a footprint needs, decided by a person otherwise than by the facts, and taken back."""

from django.db import transaction
from django.utils import timezone

from desk.models import SupportOverride
from footprints.access import check_may
from footprints.events import record
from footprints.models import Footprint, Trust, User
from submissions.actions.reasons import CannotBeDone, reason_troubles


class CannotOverride(CannotBeDone):
    """The level cannot be set, or taken back, so. Troubles are about level, reason, or the whole."""


def override_support(
    *, by: User, level: str, reason: str, trust: Trust | None = None, footprint: Footprint | None = None
) -> SupportOverride:
    """Set the level of support of one trust, or of one footprint, until somebody sets another or takes it back. The facts' own level
    stays beside it. The same said twice is said once.

    Raises NotAllowed; CannotOverride with everything that is wrong with it; ValueError unless one place is named.
    """
    place = _place(trust, footprint)
    check_may(by, "chase", trust=trust, footprint=footprint)
    with transaction.atomic():
        type(place)._default_manager.select_for_update().get(pk=place.pk)
        troubles = reason_troubles(reason)
        if level not in SupportOverride.Level.values:
            troubles["level"] = "Choose how much help is needed"
        if troubles:
            raise CannotOverride(**troubles)
        current = SupportOverride.objects.in_force().filter(trust=trust, footprint=footprint).first()
        if current is not None and (current.level, current.reason) == (level, reason.strip()):
            return current
        _end(current, by)
        made = SupportOverride.objects.create(
            trust=trust, footprint=footprint, level=level, reason=reason.strip(), by=by
        )
        _record("support level set", made, by, {"level": level})
    return made


def end_override(*, by: User, trust: Trust | None = None, footprint: Footprint | None = None) -> None:
    """Let the facts decide again. Raises NotAllowed; CannotOverride where nobody has set a level; ValueError unless one place is named."""
    place = _place(trust, footprint)
    check_may(by, "chase", trust=trust, footprint=footprint)
    with transaction.atomic():
        type(place)._default_manager.select_for_update().get(pk=place.pk)
        current = SupportOverride.objects.in_force().filter(trust=trust, footprint=footprint).first()
        if current is None:
            raise CannotOverride(whole="Nobody has set a level here: it follows from the facts already.")
        _end(current, by)
        _record("support level taken back", current, by, {})


def _place(trust: Trust | None, footprint: Footprint | None) -> Trust | Footprint:
    place = trust or footprint
    if place is None or (trust and footprint):
        raise ValueError("the level is that of one trust or one footprint")
    return place


def _end(current: SupportOverride | None, by: User) -> None:
    if current is not None:
        current.ended_by, current.ended_at = by, timezone.now()
        current.save(update_fields=["ended_by", "ended_at"])


def _record(verb: str, subject: SupportOverride, by: User, detail: dict[str, object]) -> None:
    record(verb=verb, by=by, subject=subject, trust=subject.trust, footprint=subject.footprint, detail=detail)
