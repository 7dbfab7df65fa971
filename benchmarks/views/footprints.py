"""The page of a footprint, and its table of functions as a file."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.arithmetic.whatif import Changes
from benchmarks.queries.footprint_page import NoSuchRun, basis_of, footprint_page, functions_csv
from benchmarks.run_address import run_key
from footprints.access import get_visible_footprint
from footprints.events import record
from footprints.models import User


@require_safe
@never_cache
def footprint(request: HttpRequest, ons_code: str) -> HttpResponse:
    """One footprint: who is in, how its trusts compare, and what it could be worth."""
    person = cast(User, request.user)
    # whoever reaches a footprint may see its page (the tests hold every role to that), so the database is not asked a second time
    shown = get_visible_footprint(person, ons_code)
    numbers = _numbers(request)
    try:
        page = footprint_page(shown, person, numbers=numbers, changes=changes_of(request.GET))
    except NoSuchRun as missing:
        raise Http404(str(missing)) from None
    record(verb="footprint seen", by=person, subject=shown, footprint=shown, request=request)
    context = {"footprint": shown, "page": page, "numbers": numbers, "illustrative": page.is_illustrative}
    return render(request, "benchmarks/footprint.jinja", context)


@require_safe
@never_cache
def footprint_csv(request: HttpRequest, ons_code: str) -> HttpResponse:
    """The table of trusts against functions as a file, of the same runs as the page."""
    person = cast(User, request.user)
    shown = get_visible_footprint(person, ons_code)
    try:
        basis = basis_of(shown, person, _numbers(request))
    except NoSuchRun as missing:
        raise Http404(str(missing)) from None
    keys = [run_key(run) for run in basis.runs]
    record(
        verb="footprint exported", by=person, subject=shown, footprint=shown, detail={"runs": keys}, request=request
    )  # fmt: skip
    made_up = ["illustrative"] if any(run.illustrative for run in basis.runs) else []
    name = "-".join([shown.ons_code, "functions", *keys, *made_up])
    response = HttpResponse(functions_csv(basis), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def changes_of(query: QueryDict) -> Changes:
    """What the reader changed, as the address says it; anything that it cannot mean is as if it were not there."""
    return Changes(
        without=frozenset(code.upper() for code in query.getlist("without")),
        nearest=query.get("peers") == "nearest",
        with_disputed=query.get("disputed") == "in",
    )


def _numbers(request: HttpRequest) -> list[int]:
    """The numbers of the frozen runs that were asked for. Http404 for what no number can be."""
    given = [number for number in request.GET.getlist("run") if number]
    if not all(number.isdecimal() and len(number) < 10 for number in given):
        raise Http404("There is no such run.")
    return [int(number) for number in given]
