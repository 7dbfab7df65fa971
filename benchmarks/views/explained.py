"""The page that explains one number."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.queries.explained import explained
from benchmarks.queries.nearest_trusts import nearest_trusts
from footprints.access import actions_at
from footprints.events import record
from footprints.models import User
from submissions.queries.findings import anchor


@require_safe
@never_cache
def number(request: HttpRequest, run: str, metric_id: str, ods_code: str) -> HttpResponse:
    """One number of one trust in one run, from the sentence down to the cells, and up again to its pounds."""
    person = cast(User, request.user)
    page = explained(person, run, metric_id, ods_code)
    if page is None:
        raise Http404("There is no such number.")
    trust = page.trust.trust
    actions = actions_at(person, trust)
    own = "upload" in actions or "sign_off" in actions
    if not page.run.is_published and not own:
        seen = {"run": run, "metric": metric_id}
        record(verb="number explained", by=person, subject=page.run, trust=trust, detail=seen, request=request)
    context = {
        "page": page,
        "key": run,
        "trust": trust,
        "own": own,
        "actions": actions,
        "nearest": None if page.run.is_published else nearest_trusts(person, page.run, trust, named=page.named),
        "anchor": anchor,
        "illustrative": page.run.illustrative,
    }
    return render(request, "benchmarks/explained.jinja", context)
