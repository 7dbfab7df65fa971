"""How a collection goes in England, or in the regions that a person looks after: counts, groups, and what is outstanding."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from footprints.access import roles_of
from footprints.models import FOOTPRINT_KINDS, TRUST_KINDS, Region, Role, RoleKind, Trust, User
from submissions.models import Collection, Return, ReturnQuerySet
from submissions.queries.progress import Progress, ReturnRow, by_footprint, by_region, progress, return_rows
from submissions.stages import Stage

_ELSEWHERE = TRUST_KINDS | FOOTPRINT_KINDS | {RoleKind.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class NationalFilters:
    """Which outstanding returns to list; empty means all."""

    region: str = ""
    stage: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "NationalFilters":
        """The filters of an address; a region or stage that there is none of counts as all."""
        region, stage = query.get("region", ""), query.get("stage", "")
        return cls(
            region=region if region in Region.values else "",
            stage=stage if stage in [item.value for item in Stage] else "",
        )

    def let_pass(self, row: ReturnRow) -> bool:
        """Whether a return is listed: those that are in, or no longer expected, only when they are asked for."""
        in_region = self.region in ("", row.trust.region)
        return in_region and (row.standing == self.stage if self.stage else row.is_expected and not row.is_in)


@dataclass(frozen=True, slots=True)
class NationalPage:
    """Everything that the page of national progress shows of one collection."""

    place: str
    collection: Collection
    collections: tuple[Collection, ...]
    whole: Progress
    regions: tuple[Progress, ...]
    footprints: tuple[tuple[str, str, Progress], ...]
    filters: NationalFilters
    listed: tuple[ReturnRow, ...]


def oversees(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The roles by which a person looks after England or a region, rather than a trust or a footprint."""
    return tuple(role for role in roles if role.kind not in _ELSEWHERE)


def overseen_returns(person: User) -> ReturnQuerySet:
    """The returns of the trusts that a person looks after for England or a region."""
    trusts = Trust.objects.in_scope_of(oversees(roles_of(person)))
    return Return.objects.visible_to(person).filter(trust__in=trusts)


def overseen_place(person: User) -> str:
    """What a person looks after, in words: "England", or the region."""
    places = {role.region for role in oversees(roles_of(person))}
    return "England" if "" in places else " and ".join(sorted(places))


def national_page(person: User, collection_id: str, filters: NationalFilters) -> NationalPage | None:
    """The page for one collection, the round due last when none is named; None when there is no collection yet."""
    collections = tuple(Collection.objects.order_by("-purpose", "-due_date", "-pk"))  # pilots after all rounds
    if not collections:
        return None
    collection = next((item for item in collections if str(item.pk) == collection_id), collections[0])
    rows = return_rows(overseen_returns(person).filter(collection=collection))
    listed = sorted((row for row in rows if filters.let_pass(row)), key=lambda row: (row.days_left, row.trust.name))
    place = overseen_place(person)
    return NationalPage(
        place=place,
        collection=collection,
        collections=collections,
        whole=progress(place, rows),
        regions=tuple(by_region(rows)),
        footprints=tuple(by_footprint(rows)),
        filters=filters,
        listed=tuple(listed),
    )
