"""Pages of how trusts compare in England, or in the regions that a person looks after."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.queries.national_page import NationalBasis, NoSuchRun, national_basis, national_page, published
from benchmarks.queries.national_page.gaps import SHOWN
from benchmarks.queries.national_page.tables import TABLES, table_csv
from benchmarks.run_address import run_key
from footprints.access import check_may, may, roles_of
from footprints.events import record
from footprints.models import User
from submissions.queries.national import overseen_place, oversees


@require_safe
@never_cache
def national(request: HttpRequest) -> HttpResponse:
    """How complete the evidence is, how regions and footprints compare, where the most pounds lie, and which values to ask about."""
    person = cast(User, request.user)
    if not oversees(roles_of(person)):
        check_may(person, "see_national")
    basis = _basis(request)
    context = {
        "page": national_page(basis) if basis is not None else None,
        "place": overseen_place(person),
        "published": published(),
        "shown": SHOWN,
        "may_export": may(person, "export"),
        "illustrative": basis is not None and basis.run.illustrative,
    }
    return render(request, "benchmarks/national.jinja", context)


@require_safe
@never_cache
def national_csv(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as a file."""
    check_may(request.user, "export")
    basis = _basis(request)
    if basis is None or table not in TABLES:
        raise Http404("There is no such table.")
    detail = {"table": table, "run": run_key(basis.run)}
    record(
        verb="national benchmarks exported", by=basis.person, subject=basis.run, detail=detail, request=request
    )  # fmt: skip
    response = HttpResponse(table_csv(basis, table), content_type="text/csv; charset=utf-8")
    made_up = "-illustrative" if basis.run.illustrative else ""
    response["Content-Disposition"] = f'attachment; filename="{table}-{run_key(basis.run)}{made_up}.csv"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _basis(request: HttpRequest) -> NationalBasis | None:
    """The run that was asked for, the newest live one when none was. Http404 for one that there is not."""
    try:
        return national_basis(
            cast(User, request.user), template=request.GET.get("template", ""), number=_number(request)
        )
    except NoSuchRun as missing:
        raise Http404(str(missing)) from None


def _number(request: HttpRequest) -> int | None:
    """The number of the frozen run that was asked for, if any. Http404 for what no number can be."""
    given = request.GET.get("run", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 9:
        raise Http404("There is no such run.")
    return int(given)
