"""The desk's queue: which outstanding returns pass the filters, what to do next about each, and in which order. One statement, in which
every fact of every return is worked out once; the table of next actions and the order are put on top of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from desk.next_action import ACTION_RULES, OURS, SOON, Action
from desk.queries.desk_filters import MINE, NOBODY, DeskFilters
from desk.queries.desk_tables import JOINS, KNOWN, desk_returns, tables
from footprints.models import User
from submissions.stages import IN, OUTSTANDING, STAGE_HELD_BY, Stage
from submissions.states import State

_ACTIONS: Final = tuple(Action)
"""The database is given the place of an action among them, by which it sorts."""
_PROMISE: Final = "CASE WHEN promised >= %s THEN 'ahead' WHEN promised IS NOT NULL THEN 'broken' ELSE '' END"
_TIME: Final = "CASE WHEN due < %s THEN 'late' WHEN due <= %s THEN 'soon' ELSE 'later' END"
"""The facts of `ActionFacts` that depend on the day, as SQL."""

_IN: Final = ", ".join(f"'{stage}'" for stage in sorted(IN))
_LATENESS: Final[dict[str, str]] = {
    "late": f"time = 'late' AND standing NOT IN ({_IN})",
    "soon": "time = 'soon'",
    "later": "time = 'later'",
    "extended": "due > collection_due",
}
_FLAGS: Final[dict[str, str]] = {
    "no_preparer": "without_preparer",
    "no_signatory": "without_signatory",
    "bounced": "bounced",
    "paused": "paused",
    "extension": "extension_waiting",
    "promised": "promise = 'broken'",
}
_FLAG_COUNTS: Final = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {flag}" for flag, condition in _FLAGS.items())
_SHOWN: Final = (
    "id", "action", "standing", "latest", "due", "promised", "owner", "contacted_today", "extension_waiting",
    "waiver_waiting", "paused", "without_preparer", "without_signatory", "bounced",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One return of the queue, with what was worked out about it."""

    pk: int
    action: Action
    standing: Stage
    latest: State | None
    """The state of the file that came last, where we hold it."""
    due: date
    promised: date | None
    owner: str
    contacted_today: bool
    extension_waiting: bool
    waiver_waiting: bool
    is_paused: bool
    without_preparer: bool
    without_signatory: bool
    bounced: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue in its order, and how many returns there are of each stage and action."""

    listed: tuple[Listed, ...]
    counts: dict[tuple[Stage, Action], int]
    """Of all that pass the filters but those of stage, holder and action."""
    total: int
    """Of all that pass every filter."""
    flags: dict[str, int]
    """How many returns have each flag, of all that pass the filters but those of lateness, flag, owner, stage, holder and action."""

    def of_action(self, action: Action) -> int:
        """How many returns have this next, whatever their stage."""
        return sum(number for (_, what), number in self.counts.items() if what == action)

    def of_stage(self, stage: Stage) -> int:
        """How many returns are at this stage, whatever is next."""
        return sum(number for (where, _), number in self.counts.items() if where == stage)


def queue(person: User, filters: DeskFilters, today: date, *, limit: int | None = None, offset: int = 0) -> Queue:
    """The returns that pass the filters, in their order; from `offset` on and at most `limit` of them."""
    returns = desk_returns(person, filters, today)
    try:
        found, found_values = tables(returns, today, filters.sort)
    except EmptyResultSet:  # the person looks after no trust
        return Queue((), {}, 0, {})
    action_sql, action_values = _action_case()
    narrow_sql, narrow_values = _narrowed(person, filters)
    pairs = ((stage, action) for stage in sorted(OUTSTANDING) for action in _ACTIONS)
    passing = [pair for pair in pairs if filters.let_pass(*pair)]
    statement = f"""
        WITH {found},
        facts AS (
            SELECT returns.id, trust, region, standing, due, collection_due,
                {_PROMISE} AS promise, {_TIME} AS time, {KNOWN}
            FROM returns {JOINS} WHERE standing = ANY(%s)),
        acted AS MATERIALIZED (SELECT *, {action_sql} AS action FROM facts),
        narrowed AS (SELECT * FROM acted WHERE {narrow_sql}),
        page AS (
            SELECT {", ".join(_SHOWN)} FROM narrowed
            WHERE (standing, action) IN (SELECT * FROM unnest(%s::text[], %s::int[]))
            ORDER BY {_order(filters.sort)} LIMIT %s OFFSET %s),
        flagged AS (SELECT {_FLAG_COUNTS} FROM acted),
        counted AS (SELECT standing, action, count(*) AS number FROM narrowed GROUP BY standing, action)
        SELECT
            (SELECT coalesce(json_agg(json_build_array({", ".join(_SHOWN)})), '[]') FROM page),
            (SELECT coalesce(json_agg(json_build_array(standing, action, number)), '[]') FROM counted),
            (SELECT row_to_json(flagged) FROM flagged)
    """  # noqa: S608 - made of our own tables; whatever came from a person is a parameter
    values = [
        *found_values, today, today, today + SOON, sorted(OUTSTANDING), *action_values, *narrow_values,
        [stage for stage, _ in passing], [_ACTIONS.index(action) for _, action in passing], limit, offset,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        listed, counted, flags = cursor.fetchone()
    counts = {(Stage(standing), _ACTIONS[what]): number for standing, what, number in counted}
    total = sum(number for (standing, what), number in counts.items() if filters.let_pass(standing, what))
    return Queue(tuple(_listed(*row) for row in listed), counts, total, flags)


def _listed(
    pk: int,
    action: int,
    standing: str,
    latest: str | None,
    due: str,
    promised: str | None,
    owner: str | None,
    *flags: bool,
) -> Listed:
    """What the database wrote as JSON, read back."""
    return Listed(
        pk,
        _ACTIONS[action],
        Stage(standing),
        State(latest) if latest else None,
        date.fromisoformat(due),
        date.fromisoformat(promised) if promised else None,
        owner or "",
        *flags,
    )


def _narrowed(person: User, filters: DeskFilters) -> tuple[str, list[Any]]:
    """The filters that ask for what was worked out, as SQL with its values; those of stage, holder and action come later."""
    parts, values = ["true"], list[Any]()
    if filters.lateness:
        parts.append(_LATENESS[filters.lateness])
    if filters.flag:
        parts.append(_FLAGS[filters.flag])
    if filters.owner == NOBODY:
        parts.append("owner_id IS NULL")
    elif filters.owner:
        parts.append("owner_id = %s")
        values.append(person.pk if filters.owner == MINE else int(filters.owner))
    return " AND ".join(parts), values


def _order(sort: str) -> str:
    """By one column, what is unknown last; then by what is due first."""
    column = sort.removeprefix("-")
    stages = list(Stage)
    held = sorted(stages, key=lambda stage: (STAGE_HELD_BY[stage], stages.index(stage)))
    by_rank: dict[str, tuple[str, Iterable[str]]] = {
        "stage": ("standing", stages),
        "holder": ("standing", held),
    }
    if column in by_rank:
        of, values = by_rank[column]
        ranks = ", ".join(f"'{value}'" for value in values)
        rank = f"array_position(ARRAY[{ranks}], {of})"
        ours = ", ".join(str(_ACTIONS.index(action)) for action in sorted(OURS))
        column = f"CASE WHEN action IN ({ours}) THEN {len(stages)} + 1 ELSE {rank} END" if column == "holder" else rank
    return f"{column} {'DESC' if sort.startswith('-') else 'ASC'} NULLS LAST, due, trust, id"


def _action_case() -> tuple[str, list[Any]]:
    """The table of next actions as SQL, over columns of the facts' names, with its values; each action as its place."""
    parts, values = list[str](), list[Any]()
    for rule in ACTION_RULES:
        place = _ACTIONS.index(rule.action)
        if not rule.when:
            return f"CASE {' '.join(parts)} ELSE {place} END", values
        conditions = []
        for fact, allowed in rule.when.items():
            if allowed == (True,):
                conditions.append(fact)
            else:
                conditions.append(f"{fact} IN ({', '.join('%s' for _ in allowed)})")
                values += [str(value) for value in allowed]
        parts.append(f"WHEN {' AND '.join(conditions)} THEN {place}")
    raise AssertionError("the last rule of the table asks for nothing")
