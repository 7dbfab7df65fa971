"""Pages of statistics: how complete a round is, and how much of it came in time."""

from collections.abc import Iterator
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.queries.round_facts import Counts
from desk.queries.statistics import StatisticsPage, statistics_page
from footprints.access import NotAllowed, may_somewhere, signed_in_as
from footprints.access_table import IN_WORDS
from footprints.events import record
from footprints.models import User
from ui.csv_cells import csv_text

TITLES: Final = (
    "Grouped by", "Group", "Expected", "Received", "Accepted", "Signed", "On time", "On time with an extension", "Late",
    "Overdue", "Not in yet", "Excused", "Closed", "Day to due date", "Received that day", "Accepted that day",
    "Signed that day", "In by the end of it", "In by then in the last round",
)  # fmt: skip
"""The columns of the file. Groups have the counts, days have what came on them and how it stood at their end."""


@require_safe
@never_cache
def statistics(request: HttpRequest) -> HttpResponse:
    """How complete and how timely one round is, for what the person looks after."""
    page = _page(request)
    context = {"page": page, "illustrative": page is not None and page.collection.illustrative}
    return render(request, "desk/statistics.jinja", context)


@require_safe
@never_cache
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same counts as a file: every group, then every day."""
    page = _page(request)
    if page is None:
        raise Http404("There is no round yet.")
    person = cast(User, request.user)
    record(verb="statistics exported", by=person, subject=page.collection, request=request)
    text = csv_text(TITLES, _rows(page))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"statistics-{page.collection.template}-{page.collection.year.replace('/', '-')}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest) -> StatisticsPage | None:
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot {IN_WORDS['see_desk']}. {signed_in_as(request.user)}")
    return statistics_page(cast(User, request.user), request.GET.get("collection", ""), timezone.localdate())


def _rows(page: StatisticsPage) -> Iterator[list[str]]:
    for row in (*_group_rows(page), *_day_rows(page)):
        yield [str(row.get(title, "")) for title in TITLES]


def _group_rows(page: StatisticsPage) -> Iterator[dict[str, object]]:
    groups = (
        ("All", (page.whole,)),
        ("Region", page.regions),
        ("Footprint", page.footprints),
        ("Type", page.types),
        ("Collection", page.rounds),
    )
    for grouped_by, members in groups:
        for group in members:
            yield {"Grouped by": grouped_by, "Group": group.name, **_numbers(group)}


def _day_rows(page: StatisticsPage) -> Iterator[dict[str, object]]:
    for row in page.days:
        found: dict[str, object] = {"Grouped by": "Day", "Group": row.day.isoformat(), "Day to due date": row.distance}
        if row.is_past:
            found |= {
                "Expected": page.whole.expected,
                "Overdue": row.overdue,
                "Received that day": row.received,
                "Accepted that day": row.accepted,
                "Signed that day": row.signed,
                "In by the end of it": row.in_by,
            }
        if row.last_in_by is not None:
            found["In by then in the last round"] = row.last_in_by
        yield found


def _numbers(group: Counts) -> dict[str, object]:
    return {
        "Expected": group.expected,
        "Received": group.received,
        "Accepted": group.accepted,
        "Signed": group.signed,
        "On time": group.on_time,
        "On time with an extension": group.extended,
        "Late": group.late,
        "Overdue": group.overdue,
        "Not in yet": group.not_in_yet,
        "Excused": group.excused,
        "Closed": group.closed,
    }
