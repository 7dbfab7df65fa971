"""Pages about who does whose work in a footprint: when agreements end, whether both sides tell the same, how a service is provided."""

from datetime import date
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.forms.calendar import CalendarForm
from benchmarks.queries.contracts import contract_calendar
from benchmarks.queries.counterparties import CounterpartyPage, footprint_counterparties, visible_counterparties
from benchmarks.queries.service_map import service_page
from benchmarks.shared_work.arrangements import service_map
from benchmarks.shared_work.contracts import NEAR_MONTHS
from benchmarks.shared_work.counterparties import STATE_MEANS, STATE_WORDS, TOLERANCE_WORDS, why_unmatched
from footprints.access import NotAllowed, check_may, get_visible_footprint, may_somewhere, signed_in_as
from footprints.events import record
from footprints.models import Footprint, User
from templates_app import registry


@require_safe
@never_cache
def contracts(request: HttpRequest, ons_code: str) -> HttpResponse:
    """When the agreements of a footprint's trusts end, and which could be tendered together; from the day that the address names."""
    shown = _seen(request, ons_code, "contracts seen")
    form, on = _day_of(request)
    page = contract_calendar(shown, on)
    form.initial["on"] = page.on
    context = {
        "footprint": shown,
        "form": form,
        "page": page,
        "near_months": NEAR_MONTHS,
        "illustrative": page.is_illustrative,
    }
    return render(request, "benchmarks/contracts.jinja", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def counterparties(request: HttpRequest, ons_code: str) -> HttpResponse:
    """Whether a footprint's trusts and those they work for or buy from say the same of it."""
    shown = _seen(request, ons_code, "counterparties seen")
    return _both_sides(request, footprint_counterparties(cast(User, request.user), shown), shown)


@require_safe
@never_cache
def all_counterparties(request: HttpRequest) -> HttpResponse:
    """The same for every trust that the person may see by name: those of a footprint, of a region, or all of England's."""
    person = cast(User, request.user)
    if not may_somewhere(person, "see_footprint"):
        raise NotAllowed(f"You cannot see how trusts’ shared services agree. {signed_in_as(person)}")
    record(verb="counterparties seen", by=person, request=request)
    return _both_sides(request, visible_counterparties(person), None)


def _both_sides(request: HttpRequest, page: CounterpartyPage, footprint: Footprint | None) -> HttpResponse:
    context = {
        "footprint": footprint,
        "page": page,
        "state_words": STATE_WORDS,
        "state_means": STATE_MEANS,
        "tolerance": TOLERANCE_WORDS,
        "why_unmatched": why_unmatched,
        "illustrative": page.is_illustrative,
    }
    return render(request, "benchmarks/counterparties.jinja", context)


@require_safe
@never_cache
def service(request: HttpRequest, ons_code: str, service: str) -> HttpResponse:
    """How a service, called as its template is, is provided across a footprint."""
    shown = _seen(request, ons_code, "service seen")
    if service_map(service) is None:
        raise Http404("There is no such service.")
    page = service_page(shown, service)
    context = {
        "footprint": shown,
        "page": page,
        "title": registry.get(service).title,
        "illustrative": page is not None and page.collection.illustrative,
    }
    return render(request, "benchmarks/service.jinja", context)


def _seen(request: HttpRequest, ons_code: str, verb: str) -> Footprint:
    """The footprint, where the person may see it; the visit is written down."""
    person = cast(User, request.user)
    shown = get_visible_footprint(person, ons_code)
    check_may(person, "see_footprint", footprint=shown)
    record(verb=verb, by=person, subject=shown, footprint=shown, request=request)
    return shown


def _day_of(request: HttpRequest) -> tuple[CalendarForm, date | None]:
    form = CalendarForm(request.GET or None)
    return form, form.cleaned_data["on"] if form.is_valid() else None
