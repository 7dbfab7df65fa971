"""Pages of support need: who needs help and why, and what a person decides about one trust or footprint."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from desk.actions.assignments import assign
from desk.actions.support import end_override, override_support
from desk.forms.desk import AssignForm
from desk.forms.support import OverrideForm
from desk.models import SupportOverride
from desk.queries.desk_page import managers_at
from desk.queries.support import SupportRow, any_illustrative, support_page, support_rows
from desk.support_need import measure
from footprints.access import (
    NotAllowed,
    check_may,
    get_visible_footprint,
    get_visible_trust,
    may,
    may_somewhere,
    signed_in_as,
)
from footprints.access_table import IN_WORDS
from footprints.models import Trust
from submissions.actions.reasons import CannotBeDone
from submissions.views.visible import add_troubles, person


@require_safe
@never_cache
def support(request: HttpRequest) -> HttpResponse:
    """Every trust and footprint that the person looks after, the one that needs most help first."""
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot {IN_WORDS['see_desk']}. {signed_in_as(request.user)}")
    given, today = request.GET.get("page", ""), timezone.localdate()
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
    page = support_page(person(request), request.GET.get("region", ""), number, today)
    context = {"page": page, "measure": measure(), "illustrative": any_illustrative(today)}
    return render(request, "desk/support.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def support_of_trust(request: HttpRequest, ods_code: str) -> HttpResponse:
    """One trust: what the facts say; another level set or taken back, and who looks after it."""
    trust = get_visible_trust(request.user, ods_code)
    check_may(request.user, "see_desk", trust=trust)
    row = support_rows([trust], [], timezone.localdate())[0][0]
    return _of_place(request, row, {"trust": trust})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def support_of_footprint(request: HttpRequest, ons_code: str) -> HttpResponse:
    """The same of one footprint."""
    footprint = get_visible_footprint(request.user, ons_code)
    check_may(request.user, "see_desk", footprint=footprint)
    trusts = list(Trust.objects.visible_to(person(request)).in_footprint(footprint))
    row = support_rows(trusts, [footprint], timezone.localdate())[1][0]
    return _of_place(request, row, {"footprint": footprint})


def _of_place(request: HttpRequest, row: SupportRow, place: dict[str, Any]) -> HttpResponse:
    step = request.POST.get("step", "override") if request.method == "POST" else ""
    if step:
        check_may(request.user, "chase", **place)
    if step == "end":
        return _end(request, place)
    today = timezone.localdate()
    override = OverrideForm(request.POST if step == "override" else None, initial={"level": row.level.value})
    assigned = AssignForm(
        request.POST if step == "assign" else None,
        managers=managers_at(person(request), today),
        initial={"manager": str(row.manager.pk) if row.manager else ""},
    )
    said = _overridden(request, override, place) or _assigned(request, assigned, place)
    if said:
        messages.success(request, said)
        return redirect(request.path)
    context = {
        "row": row,
        "override_form": override,
        "assign_form": assigned,
        "may_change": may(request.user, "chase", **place),
        "level_words": dict(SupportOverride.Level.choices),
        "illustrative": any_illustrative(today),
    }
    troubled = [form for form in (override, assigned) if form.is_bound]
    if troubled:
        context["form"] = troubled[0]
    return render(request, "desk/support_of.jinja", context, status=422 if troubled else 200)


def _overridden(request: HttpRequest, form: OverrideForm, place: dict[str, Any]) -> str:
    """Set the level if that was asked for and can be, and say so."""
    if not form.is_valid():
        return ""
    try:
        made = override_support(by=person(request), **form.cleaned_data, **place)
    except CannotBeDone as refusal:
        add_troubles(form, refusal)
        return ""
    return f"{_name(place)}: {made.get_level_display().lower()} support, as you decided."


def _assigned(request: HttpRequest, form: AssignForm, place: dict[str, Any]) -> str:
    """Assign it if that was asked for and can be, and say so."""
    if not form.is_valid():
        return ""
    try:
        made = assign(by=person(request), manager=form.chosen, **place)
    except CannotBeDone as refusal:
        add_troubles(form, refusal)
        return ""
    return f"{made.manager.name} looks after {_name(place)}." if made else f"Nobody is assigned to {_name(place)} now."


def _end(request: HttpRequest, place: dict[str, Any]) -> HttpResponse:
    try:
        end_override(by=person(request), **place)
    except CannotBeDone as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"The level of {_name(place)} follows from the facts again.")
    return redirect(request.path)


def _name(place: dict[str, Any]) -> str:
    return str(next(iter(place.values())))
