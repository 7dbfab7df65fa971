"""Pages of comparisons."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.models import BenchmarkRun
from benchmarks.queries.comparison import comparison_page
from benchmarks.queries.queried import figures_behind
from benchmarks.queries.run_pages import frozen_runs_of
from benchmarks.queries.runs import find_run
from footprints.access import actions_at, check_may
from footprints.events import record
from footprints.models import User
from submissions.models import Return


@require_safe
@never_cache
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """How the trust of one return compares: on live figures, or with `?run=7` on those of a frozen run."""
    person = cast(User, request.user)
    return_record = Return.objects.visible_to(person).select_related("trust", "collection").filter(pk=pk).first()
    if return_record is None:
        raise Http404("There is no such return.")
    trust = return_record.trust
    check_may(person, "see_benchmarks", trust=trust)
    frozen = _frozen_run(request, return_record)
    actions = actions_at(person, trust)
    own = not actions.isdisjoint({"upload", "sign_off"})
    if not own:
        record(verb="comparison seen", by=person, subject=return_record, trust=trust, request=request)
    page = comparison_page(return_record, person, frozen)
    may_query = "query_figure" in actions and frozen is None
    context = {
        "actions": actions,
        "behind": {item.metric.id: figures_behind(item.metric) for item in page.metrics} if may_query else {},
        "trust": trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
        "own": own,
        "page": page,
        "runs": frozen_runs_of(return_record.collection),
    }
    return render(request, "benchmarks/comparison.jinja", context)


def _frozen_run(request: HttpRequest, return_record: Return) -> BenchmarkRun | None:
    """The frozen run that was asked for; None for the live one. Http404 where the collection has no such run."""
    asked = request.GET.get("run", "")
    if not asked:
        return None
    run = find_run(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if run is None or run.collection_id != return_record.collection_id:
        raise Http404("There is no such run of this collection.")
    return run
