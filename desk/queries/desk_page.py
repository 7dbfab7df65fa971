"""The page of the desk: counts on top, the queue a page at a time, and the choices of its filters."""

from dataclasses import dataclass
from datetime import date

from desk.models import Assignment, SavedView
from desk.next_action import ACTION_WORDS, WAITING, Action
from desk.queries.desk_filters import FLAGS, HOLDERS, LATENESS, MINE, NOBODY, SORTS, DeskFilters
from desk.queries.desk_rows import DeskRow, desk_rows
from desk.queries.queue import Queue, queue
from footprints.access import roles_of, trusts_visible_to
from footprints.models import REGION_KINDS, Footprint, Region, Role, RoleKind, TrustType, User
from submissions.models import Collection
from submissions.stages import OUTSTANDING, STAGE_WORDS

PAGE_ROWS = 50
"""So many returns stand on one page."""

Choices = list[tuple[str, str]]
"""Values of a filter with their words; the empty one first."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything on the page."""

    filters: DeskFilters
    queue: Queue
    rows: list[DeskRow]
    number: int
    collections: list[Collection]
    choices: dict[str, tuple[str, Choices]]
    """The label and the choices of each filter, by its name in the address."""
    saved: list[SavedView]
    today: date

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.queue.total // PAGE_ROWS))

    @property
    def first(self) -> int:
        """The place of the first return shown, counted from 1."""
        return (self.number - 1) * PAGE_ROWS + 1

    @property
    def to_do(self) -> list[tuple[Action, str, int]]:
        """The actions that returns wait for, with how many, in the order of the queue; waiting is none."""
        return [entry for entry in self._actions if entry[0] not in WAITING]

    @property
    def waiting(self) -> list[tuple[Action, str, int]]:
        """Why nothing is to be done about the others, with how many."""
        return [entry for entry in self._actions if entry[0] in WAITING]

    @property
    def _actions(self) -> list[tuple[Action, str, int]]:
        counted = ((action, words, self.queue.of_action(action)) for action, words in ACTION_WORDS.items())
        return [entry for entry in counted if entry[2]]

    @property
    def stages(self) -> list[tuple[str, str, int]]:
        """The stages with how many returns are at each."""
        counted = ((stage.value, words, self.queue.of_stage(stage)) for stage, words in STAGE_WORDS.items())
        return [entry for entry in counted if entry[2]]

    @property
    def flags(self) -> list[tuple[str, str, int]]:
        """What else is to be looked at, with how many returns: nobody in a post, mail that bounced."""
        return [(flag, words, self.queue.flags[flag]) for flag, words in FLAGS.items() if self.queue.flags.get(flag)]

    @property
    def may_chase(self) -> bool:
        """Whether the person can do anything about any of the rows."""
        return any(row.may_chase for row in self.rows)

    @property
    def illustrative(self) -> bool:
        """Whether any of the returns is of a made-up round."""
        return any(row.row.collection.illustrative for row in self.rows)

    @property
    def columns(self) -> dict[str, str]:
        """The columns by which the page can be sorted."""
        return SORTS


def desk_page(person: User, filters: DeskFilters, number: int, today: date) -> DeskPage:
    """One page of the desk, in a fixed number of queries. A page past the end is the last."""
    found = queue(person, filters, today, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    if not found.listed and found.total:
        number = -(-found.total // PAGE_ROWS)
        found = queue(person, filters, today, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    collections = list(Collection.objects.filter(opens_date__lte=today).order_by("due_date", "pk"))
    collections.sort(key=lambda collection: (not collection.is_open_on(today), collection.is_pilot))
    return DeskPage(
        filters=filters,
        queue=found,
        rows=desk_rows(person, found.listed, today),
        number=number,
        collections=collections,
        choices=_choices(person, collections, today),
        saved=list(SavedView.objects.visible_to(person)),
        today=today,
    )


def managers_at(person: User, today: date) -> list[User]:
    """The people to whom trusts can be assigned: the support managers who share a region with this person."""
    held = Role.objects.current(today).filter(kind=RoleKind.SUPPORT_MANAGER, user__is_active=True)
    if regions := _regions(person):
        held = held.filter(region__in=["", *regions])
    return list(User.objects.filter(pk__in=held.values("user")).order_by("name", "pk"))


def _regions(person: User) -> list[str]:
    """The regions that a person looks after; none for all of England."""
    regions = {role.region for role in roles_of(person) if role.kind in REGION_KINDS}
    everywhere = "" in regions or any(role.kind not in REGION_KINDS for role in _desk_roles(person))
    return [] if everywhere else sorted(regions)


def _desk_roles(person: User) -> list[Role]:
    kinds = {*REGION_KINDS, RoleKind.COLLECTION_MANAGER, RoleKind.AUDITOR}
    return [role for role in roles_of(person) if role.kind in kinds]


def _choices(person: User, collections: list[Collection], today: date) -> dict[str, tuple[str, Choices]]:
    footprints = Footprint.objects.filter(trusts__in=trusts_visible_to(person, "see_desk")).distinct().order_by("name")
    owners: Choices = [(MINE, "Mine"), (NOBODY, "Nobody")]
    owners += [(str(one.pk), one.name) for one in _owners(person, today)]
    regions = [(value, label) for value, label in Region.choices if value in (_regions(person) or Region.values)]
    stages = [(stage.value, words) for stage, words in STAGE_WORDS.items() if stage in OUTSTANDING]
    rounds = [(str(one.pk), _round_words(one, today)) for one in collections]
    listed: dict[str, tuple[str, Choices]] = {
        "collection": ("Collection", [("", "All open rounds"), *rounds]),
        "region": ("Region", [("", "All regions"), *regions]),
        "footprint": ("Footprint", [("", "All footprints"), *footprints.values_list("ons_code", "name")]),
        "type": ("Type of trust", [("", "All types"), *((value, label.capitalize()) for value, label in TrustType.choices)]),
        "action": ("Next action", [("", "All actions"), *((action.value, words) for action, words in ACTION_WORDS.items())]),
        "stage": ("Stage", [("", "All stages"), *stages]),
        "holder": ("Who holds it", [("", "Anybody"), *((value, words.capitalize()) for value, words in HOLDERS.items())]),
        "owner": ("Owner", [("", "Anybody"), *owners]),
        "lateness": ("Days left or late", [("", "Any"), *LATENESS.items()]),
        "flag": ("Flag", [("", "Any"), *FLAGS.items()]),
    }  # fmt: skip
    if len(regions) < 2:
        del listed["region"]
    return listed


def _round_words(collection: Collection, today: date) -> str:
    marks = ["pilot"] if collection.is_pilot else []
    marks += [] if collection.is_open_on(today) else ["closed"]
    return f"{collection.name} ({', '.join(marks)})" if marks else collection.name


def _owners(person: User, today: date) -> list[User]:
    """Everybody who looks after a trust or a footprint that this person sees."""
    trusts = trusts_visible_to(person, "see_desk")
    held = Assignment.objects.held_on(today)
    own = held.filter(trust__in=trusts).values("manager")
    shared = held.filter(footprint__trusts__in=trusts).values("manager")
    return list(User.objects.filter(pk__in=own.union(shared)).order_by("name", "pk"))
