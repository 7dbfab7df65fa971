"""What the desk knows of returns, as SQL: the returns with where they stand, and beside them, each in one table, what else is on record."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from desk.models import Assignment, Chase, Contact, Pause
from desk.queries.desk_filters import DeskFilters
from desk.queries.live import still_live
from footprints.access import trusts_visible_to
from footprints.models import Letter, Membership, Role, RoleKind, User
from footprints.queries.people import reachable
from submissions.models import Collection, Extension, Return, Submission, Waiver
from submissions.queries.standing import with_standing
from submissions.states import State

Tables = dict[str, QuerySet[Any, Any] | None]
"""Tables by their names with their columns, and the query each comes from; None for one that is not needed."""

_COLUMNS: Final[dict[str, str]] = {
    "id": "pk",
    "trust_id": "trust",
    "successor_id": "trust__successor",
    "trust": "trust__name",
    "region": "trust__region",
    "template": "collection__template",
    "collection_due": "collection__due_date",
    "due": "due",
    "standing": "standing",
}
"""The columns of the returns, and the field each comes from."""

KNOWN: Final = """
    latest, footprint, coalesce(own.manager, shared.manager) AS owner_id, people.name AS owner, contact, promised,
    asked.id IS NOT NULL AS extension_waiting, waivers.trust_id IS NOT NULL AS waiver_waiting,
    today.trust_id IS NOT NULL AS contacted_today,
    paused.trust_id IS NOT NULL AS paused, bounces.trust_id IS NOT NULL AS bounced,
    preparers.trust_id IS NULL AND next_preparers.trust_id IS NULL AS without_preparer,
    signatories.trust_id IS NULL AND next_signatories.trust_id IS NULL AS without_signatory
"""
JOINS: Final = """
    LEFT JOIN ours USING (id) LEFT JOIN spoken USING (id) LEFT JOIN promises USING (id) LEFT JOIN asked USING (id)
    LEFT JOIN places USING (trust_id) LEFT JOIN own USING (trust_id) LEFT JOIN shared USING (trust_id)
    LEFT JOIN waivers USING (trust_id, template)
    LEFT JOIN people ON people.id = coalesce(own.manager, shared.manager)
    LEFT JOIN paused USING (trust_id) LEFT JOIN bounces USING (trust_id) LEFT JOIN today USING (trust_id)
    LEFT JOIN preparers USING (trust_id) LEFT JOIN signatories USING (trust_id)
    LEFT JOIN preparers AS next_preparers ON next_preparers.trust_id = successor_id
    LEFT JOIN signatories AS next_signatories ON next_signatories.trust_id = successor_id
"""
"""What is known beside the returns; the people of a trust that took another over answer for both."""


def desk_returns(person: User, filters: DeskFilters, today: date) -> "QuerySet[Return]":
    """The returns that the desk may list for this person: those about which something can still be done, in the regions they look after,
    as far as the filters can be asked of the register alone. All of a closed collection, and pilots, only where it is named."""
    returns = Return.objects.filter(trust__in=trusts_visible_to(person, "see_desk"))
    if filters.collection:
        returns = returns.filter(collection=int(filters.collection))
    else:
        returns = returns.filter(still_live(today)).exclude(collection__purpose=Collection.Purpose.PILOT)
    if filters.region:
        returns = returns.filter(trust__region=filters.region)
    if filters.type:
        returns = returns.filter(trust__trust_type=filters.type)
    if filters.footprint:
        members = Membership.objects.current(today).filter(footprint__ons_code=filters.footprint)
        returns = returns.filter(trust__in=members.values("trust"))
    if filters.text:
        found = Membership.objects.current(today).filter(footprint__name__icontains=filters.text)
        named = Q(trust__name__icontains=filters.text) | Q(trust__ods_code__iexact=filters.text)
        returns = returns.filter(named | Q(trust__in=found.values("trust")))
    return returns


def open_collections(today: date) -> QuerySet[Collection]:
    """The collections that take files today."""
    ended = Q(closed_at__isnull=False) | Q(closes_date__lt=today)
    return Collection.objects.filter(opens_date__lte=today).exclude(ended)


def tables(returns: QuerySet[Return], today: date, sort: str) -> tuple[str, list[Any]]:
    """The returns, and beside them what else is known, each table by the key of its return or trust: SQL with its values. Read once
    each, for all returns together; what is only ever sorted by, only then."""
    column = sort.removeprefix("-")
    listed = {
        f"returns ({', '.join(_COLUMNS)})": with_standing(returns, today).order_by().values_list(*_COLUMNS.values()),
        **_of_returns(returns.values("pk"), today, with_contacts=column == "contact"),
        **_of_trusts(today, with_places=column == "footprint"),
    }
    parts, values = [], list[Any]()
    for name, rows in listed.items():
        if rows is None:
            parts.append(f"{name} AS (SELECT NULL::bigint, NULL::text WHERE false)")
            continue
        sql, own_values = rows.query.sql_with_params()
        parts.append(f"{name} AS MATERIALIZED ({sql})")
        values += own_values
    return ", ".join(parts), values


def _of_returns(keys: QuerySet[Return, Any], today: date, *, with_contacts: bool) -> Tables:
    """What is kept about returns: `keys` are theirs."""
    contacts = Contact.objects.filter(return_record__in=keys).order_by("return_record", "-at", "-pk")
    latest = contacts.distinct("return_record")
    asked = Extension.objects.waiting().filter(return_record__in=keys).order_by()
    return {
        "spoken (id, contact)": latest.values_list("return_record", "at") if with_contacts else None,
        "ours (id, latest)": _with_us().filter(return_record__in=keys).values_list("return_record", "state"),
        "promises (id, promised)": latest.exclude(promised_date=None).values_list("return_record", "promised_date"),
        "asked (id)": asked.values_list("return_record"),
    }


def _of_trusts(today: date, *, with_places: bool) -> Tables:
    """What is kept about trusts."""
    owned = Assignment.objects.held_on(today).order_by()
    memberships = Membership.objects.current(today).order_by()
    in_name_order = memberships.filter(footprint__assignments__in=owned).order_by("trust_id", "footprint__name")
    shared = in_name_order.distinct("trust_id").values_list("trust", "footprint__assignments__manager")
    waiters = Waiver.objects.waiting().order_by()
    owners = User.objects.order_by().filter(assignments__ended_at=None, assignments__isnull=False).distinct()
    named = memberships.values_list("trust").annotate(Min("footprint__name"))
    return {
        "places (trust_id, footprint)": named if with_places else None,
        "own (trust_id, manager)": owned.exclude(trust=None).values_list("trust", "manager"),
        "shared (trust_id, manager)": shared,
        "people (id, name)": owners.values_list("pk", "name"),
        "today (trust_id)": _contacted(today),
        "waivers (trust_id, template)": waiters.values_list("trust", "template").distinct(),
        "paused (trust_id)": Pause.objects.in_force(today).order_by().values_list("trust").distinct(),
        "preparers (trust_id)": _held_by(RoleKind.PREPARER, today),
        "signatories (trust_id)": _held_by(RoleKind.SIGNATORY, today),
        "bounces (trust_id)": bounced_roles(today).exclude(trust=None).order_by().values_list("trust").distinct(),
    }


def _contacted(today: date) -> "QuerySet[Any, Any]":
    """The trusts that anybody has contacted or reminded today, about whichever of their returns (`chasing.Situation.contacted`)."""
    on_the_day = {"at__gte": _midnight(today), "at__lt": _midnight(today + timedelta(days=1))}
    spoken = Contact.objects.filter(**on_the_day).order_by().values_list("return_record__trust")
    return spoken.union(Chase.objects.filter(**on_the_day).order_by().values_list("return_record__trust"))


def bounced_roles(today: date) -> QuerySet[Role]:
    """The roles at trusts of people whose last letter was refused or has bounced."""
    unreachable = Letter.objects.undeliverable().order_by().values("to")
    return Role.objects.current(today).filter(user__is_active=True, user__in=unreachable)


def _with_us() -> QuerySet[Submission]:
    """The files that we hold, each the latest of its return."""
    ours = Submission.objects.filter(state__in=[State.RECEIVED, State.STUCK]).order_by()
    after = Q(received_at__gt=OuterRef("received_at")) | Q(received_at=OuterRef("received_at"), pk__gt=OuterRef("pk"))
    return ours.exclude(Exists(Submission.objects.filter(after, return_record=OuterRef("return_record"))))


def _held_by(kind: RoleKind, today: date) -> "QuerySet[Role, Any]":
    """The trusts that have somebody in a post who has signed up, or may still."""
    held = reachable(Role.objects.current(today).filter(kind=kind, trust__isnull=False))
    return held.order_by().values_list("trust").distinct()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
