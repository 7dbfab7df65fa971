"""The desk: whom to call now, as a page and as a file, and the views of it that people keep."""

from collections.abc import Iterator
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from desk.actions.saved_views import CannotSave, delete_view, save_view
from desk.forms.desk import SaveViewForm
from desk.models import SavedView
from desk.queries.desk_filters import DeskFilters
from desk.queries.desk_page import desk_page
from desk.queries.desk_rows import DeskRow, desk_rows
from desk.queries.queue import queue
from footprints.access import NotAllowed, may_somewhere, signed_in_as
from footprints.access_table import IN_WORDS
from footprints.events import record
from submissions.views.visible import add_troubles, attachment, person
from ui.csv_cells import csv_text

TITLES: Final = (
    "Next action", "Trust", "ODS code", "Footprint", "Region", "Collection", "Due", "Days left", "Stage", "Who holds it",
    "Owner", "Last contact", "Contact by", "Promised for", "Extension", "Last reminder", "Flags",
)  # fmt: skip


@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The outstanding returns that the person looks after, the one to act on first on top."""
    _check(request)
    return _desk_page(request, DeskFilters.from_query(request.GET))


@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Every return that passes the filters, as a file that opens in Excel."""
    _check(request)
    filters, today = DeskFilters.from_query(request.GET), timezone.localdate()
    found = queue(person(request), filters, today)
    rows = desk_rows(person(request), found.listed, today)
    record(
        verb="desk exported", by=person(request), detail={"filters": filters.query, "rows": len(rows)}, request=request
    )
    text = csv_text(TITLES, (list(_cells(row)) for row in rows))
    return attachment(text.encode(), f"returns-{today.isoformat()}.csv", "text/csv; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters and the order under a name. Whoever only looks is shown the desk."""
    _check(request)
    if request.method != "POST":
        return redirect("desk:desk")
    filters = DeskFilters.from_query(request.GET)
    form = SaveViewForm(request.POST)
    if form.is_valid():
        try:
            view = save_view(by=person(request), name=form.cleaned_data["name"], query=filters.query)
        except CannotSave as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"The view “{view.name}” is saved.")
            return redirect(_address(filters))
    return _desk_page(request, filters, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete(request: HttpRequest, view: int) -> HttpResponse:
    """Forget a view that the person kept. Whoever only looks is shown the desk."""
    _check(request)
    found = SavedView.objects.visible_to(person(request)).filter(pk=view).first()
    if found is None:
        raise Http404("There is no such view.")
    if request.method == "POST":
        delete_view(by=person(request), view=found)
        messages.success(request, f"The view “{found.name}” is deleted.")
    return redirect("desk:desk")


def _check(request: HttpRequest) -> None:
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot {IN_WORDS['see_desk']}. {signed_in_as(request.user)}")


def _desk_page(request: HttpRequest, filters: DeskFilters, form: SaveViewForm | None = None) -> HttpResponse:
    given = request.GET.get("page", "")
    number = int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 6 else 1
    page = desk_page(person(request), filters, max(number, 1), timezone.localdate())
    context: dict[str, object] = {"page": page, "illustrative": page.illustrative}
    context |= {"form": form} if form else {}
    context["save_form"] = form or SaveViewForm()
    return render(request, "desk/desk.jinja", context, status=422 if form else 200)


def _address(filters: DeskFilters) -> str:
    return f"{reverse('desk:desk')}?{filters.query}" if filters.query else reverse("desk:desk")


def _cells(row: DeskRow) -> Iterator[str]:
    yield row.action_words
    yield row.trust.name
    yield row.trust.ods_code
    yield "; ".join(row.footprints)
    yield row.trust.get_region_display()
    yield row.row.collection.name
    yield row.listed.due.isoformat()
    yield row.row.deadline_words if row.row.is_in else str(row.row.days_left)
    yield row.stage_words
    yield row.held_by
    yield row.listed.owner
    yield row.contact_words
    yield row.contact.by.name if row.contact else ""
    yield row.listed.promised.isoformat() if row.listed.promised else ""
    yield row.extension_words
    yield row.chase_words
    yield "; ".join(row.flags)
