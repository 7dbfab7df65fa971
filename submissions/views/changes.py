"""The page of what changed from one file of a return to the next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from footprints.access import check_may, may
from footprints.events import record
from submissions.queries.difference import difference, since_last_year
from submissions.queries.figure_queries import standing_by_place
from submissions.queries.findings import anchor
from submissions.states import JUDGED, State
from submissions.views.visible import person, visible_submission


@require_safe
@never_cache
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What was mended, what is new and what remains, and which figures changed since the file before and since last year."""
    file = visible_submission(request, reference)
    trust = file.return_record.trust
    check_may(request.user, "see_findings", trust=trust)
    if State(file.state) not in JUDGED:
        raise Http404("This file has not been checked.")
    record(verb="changes seen", by=person(request), subject=file, trust=trust, request=request)
    context = {
        "submission": file,
        "trust": trust,
        "collection": file.return_record.collection,
        "illustrative": file.return_record.collection.illustrative,
        "corrections": list(file.corrections.all()) if file.corrects_id else [],
        "own": may(request.user, "upload", trust=trust),
        "difference": difference(file),
        "last_year": since_last_year(file),
        "queried": standing_by_place(file.return_record),
        "anchor": anchor,
    }
    return render(request, "submissions/changes.jinja", context)
