"""Pages of comparisons."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.queries.comparison import comparison_page
from benchmarks.queries.footprint import footprint_page
from benchmarks.queries.queried import figures_behind
from footprints.access import check_may, get_visible_footprint, may
from footprints.events import record
from footprints.models import User
from submissions.models import Return


@require_safe
@never_cache
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """How the trust of one return compares."""
    person = cast(User, request.user)
    return_record = Return.objects.visible_to(person).select_related("trust", "collection").filter(pk=pk).first()
    if return_record is None:
        raise Http404("There is no such return.")
    trust = return_record.trust
    check_may(person, "see_benchmarks", trust=trust)
    own = may(person, "upload", trust=trust) or may(person, "sign_off", trust=trust)
    if not own:
        record(verb="comparison seen", by=person, subject=return_record, trust=trust, request=request)
    page = comparison_page(return_record, label="you" if own else trust.ods_code)
    shown = [item.metric for item in page.metrics]
    may_query = may(person, "query_figure", trust=trust)
    context = {
        "behind": {metric.id: figures_behind(metric) for metric in shown} if may_query else {},
        "trust": trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
        "own": own,
        "page": page,
    }
    return render(request, "benchmarks/comparison.jinja", context)


@require_safe
@never_cache
def footprint(request: HttpRequest, ons_code: str) -> HttpResponse:
    """One footprint: who is in, and how its trusts compare."""
    person = cast(User, request.user)
    shown = get_visible_footprint(person, ons_code)
    check_may(person, "see_footprint", footprint=shown)
    record(verb="footprint seen", by=person, subject=shown, footprint=shown, request=request)
    page = footprint_page(shown)
    returns = {row.trust.pk: row.return_record.pk for row in page.rows} if page is not None else {}
    context = {
        "footprint": shown,
        "page": page,
        "returns": returns,
        "illustrative": page is not None and page.collection.illustrative,
    }
    return render(request, "benchmarks/footprint.jinja", context)
