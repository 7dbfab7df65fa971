"""Pages of files: what was found in one, what was read, and the file itself."""

from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from footprints.access import check_may, may
from footprints.events import record
from submissions import storage
from submissions.actions.correct import correctable, may_be_corrected
from submissions.actions.explain import may_be_explained
from submissions.actions.mark_up import NotCopied, download_marked_up, export_findings, may_be_copied
from submissions.actions.waivers import never_waived
from submissions.models import Submission
from submissions.queries.difference import difference, since_last_year
from submissions.queries.figure_queries import queries_of, standing_by_place, standings
from submissions.queries.findings import Filters, anchor, findings_page
from submissions.queries.grid import grids, left_blank
from submissions.queries.locks import why_locked
from submissions.queries.mending import Typed, explained, mending
from submissions.queries.rejudging import has_other_rules_now
from submissions.queries.signing import waits_for_signature
from submissions.queries.stages import stages
from submissions.states import State
from submissions.views.visible import XLSX, allowed, attachment, file_context, person, visible_submission
from templates_app.schema import NUMBER_UNITS, UNIT_WORDS

NOT_ON_RECORD = (State.BLOCKED, State.TO_EXPLAIN)
"""States in which newer rules or waivers may make a difference to what the trust has to do."""

LOADED = (State.ACCEPTED, State.REPLACED)
"""States of a file for which there may be a receipt: one that was loaded directly has none."""

SLOW = timedelta(seconds=30)
"""A file that is still being checked after so long has a page that says so."""


@require_safe
@never_cache
def submission(request: HttpRequest, reference: str) -> HttpResponse:
    """One file: being checked, refused with the reason, or judged with every finding."""
    return submission_page(request, visible_submission(request, reference))


def submission_page(
    request: HttpRequest, file: Submission, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """The page of a file; with what a person typed and the trouble with it, where it could not all be taken."""
    actions, locked = allowed(request, file.return_record.trust), why_locked(file.return_record)
    page = findings_page(file, Filters.from_query(request.GET)) if "see_findings" in actions else None
    boxes = None
    if page is not None:
        boxes = mending(
            file,
            page.findings,
            correctable=correctable(file) if "correct" in actions and not locked else {},
            may_explain="explain" in actions and not locked and may_be_explained(file),
            typed=typed,
        )
    context = file_context(file, actions) | {
        "stages": stages(file),
        "slow": timezone.now() - file.received_at > SLOW,
        "page": page,
        "mending": boxes,
        "explained": explained(file) if page is None and "see_explanations" in actions else [],
        "corrections": list(file.corrections.all()) if file.corrects_id else [],
        "anchor": anchor,
        "may_have_copy": {"download_template", "see_findings"} <= actions and may_be_copied(file),
        "other_rules": has_other_rules_now(file) if file.is_latest and file.state in NOT_ON_RECORD else False,
        "may_check_again": "correct" in actions and not locked and may_be_corrected(file),
        "locked": locked,
        "never_waived": never_waived(file.return_record.collection.template),
        **_queried(file),
        "may_rejudge": page is not None and file.checked_at is not None and may(request.user, "try_rules"),
    }
    context |= _once_checked(file, compared=page is not None)
    return render(request, "submissions/submission.jinja", context, status=status)


def _queried(file: Submission) -> dict[str, object]:
    """The queries about the return, where this file is on record, and the places that are queried; in one query."""
    if file.state != State.ACCEPTED:
        return {"queries": [], "queried": standing_by_place(file.return_record) if file.checked_at else {}}
    queries = queries_of(file.return_record)
    return {"queries": queries, "queried": standings(row.query for row in queries)}


def _once_checked(file: Submission, *, compared: bool) -> dict[str, object]:
    """What there is to say of a checked file beside its findings; how it differs from others only where those are shown."""
    compared = compared and file.checked_at is not None
    return {
        "changed": difference(file) if compared else None,
        "last_year": since_last_year(file) if compared else None,
        "left_blank": left_blank(file) if file.checked_at else (),
        "has_receipt": file.state in LOADED and hasattr(file, "receipt"),
        "waits_for_signature": waits_for_signature(file),
    }


@require_safe
@never_cache
def figures(request: HttpRequest, reference: str) -> HttpResponse:
    """What was read, in the template's own shape."""
    file = visible_submission(request, reference)
    if file.reading is None:
        raise Http404("Nothing was read from this file.")
    record(verb="figures seen", by=person(request), subject=file, trust=file.return_record.trust, request=request)
    actions = allowed(request, file.return_record.trust)
    queried = standing_by_place(file.return_record)
    context = file_context(file, actions) | {
        "anchor": anchor,
        "sheets": grids(
            file,
            marked="see_findings" in actions,
            explanations=explained(file) if "see_explanations" in actions else (),
            queried=queried,
        ),
        "has_queries": bool(queried),
        "may_query": "query_figure" in actions and file.state == State.ACCEPTED,
        "number_units": {UNIT_WORDS[unit] for unit in NUMBER_UNITS},
    }
    return render(request, "submissions/figures.jinja", context)


@require_safe
def findings_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """Every finding in a file, for a spreadsheet."""
    file_name, text = export_findings(by=person(request), submission=visible_submission(request, reference))
    return attachment(text.encode(), file_name, "text/csv; charset=utf-8")


@require_safe
def marked_up(request: HttpRequest, reference: str) -> HttpResponse:
    """A copy of the trust's workbook with every problem marked at its cell."""
    file = visible_submission(request, reference)
    try:
        file_name, data = download_marked_up(by=person(request), submission=file)
    except NotCopied as reason:
        raise Http404(str(reason)) from None
    return attachment(data, file_name, XLSX)


@require_safe
def kept_file(request: HttpRequest, reference: str) -> FileResponse:
    """The very file that was uploaded."""
    file = visible_submission(request, reference)
    check_may(request.user, "see_files", trust=file.return_record.trust)
    record(verb="file downloaded", by=person(request), subject=file, trust=file.return_record.trust, request=request)
    response = FileResponse(
        storage.open_kept(file.file_key), as_attachment=True, filename=file.file_name, content_type=XLSX
    )
    response["Cache-Control"] = "no-store"
    return response
