"""Pages of returns: download, upload, what was found, what was read. One domain call each."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import Action, check_may, may
from footprints.events import record
from footprints.models import Trust, User
from submissions import storage
from submissions.actions.download import download_workbook
from submissions.actions.mark_up import NotCopied, download_marked_up, export_findings, may_be_copied
from submissions.actions.open_return import open_return
from submissions.actions.receive import receive
from submissions.forms import UploadForm
from submissions.intake import MAX_BYTES
from submissions.models import Return, Submission
from submissions.queries.findings import Filters, anchor, findings_page
from submissions.queries.grid import grids
from submissions.queries.next_step import next_step
from submissions.queries.progress import return_rows
from submissions.queries.stages import stages
from submissions.queries.timeline import timeline
from submissions.tasks import enqueue
from templates_app.schema import NUMBER_UNITS, UNIT_WORDS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SLOW = timedelta(seconds=30)
"""A file that is still being checked after so long has a page that says so."""

_SHOWN_BY_PAGES: tuple[Action, ...] = (
    "see_returns",
    "download_template",
    "upload",
    "sign_off",
    "see_findings",
    "see_files",
    "see_benchmarks",
)


@require_safe
@never_cache
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one return is and what happened to it."""
    return_record = _visible_return(request, pk)
    open_return(by=_person(request), return_record=return_record, request=request)
    return _return_page(request, return_record, UploadForm())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive a file; once it is safe, say so and show it being checked. Whoever comes without one is shown the return."""
    return_record = _visible_return(request, pk)
    if request.method != "POST":
        return redirect("submissions:return", pk=pk)
    check_may(request.user, "upload", trust=return_record.trust)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _return_page(request, return_record, form, status=422)
    workbook = form.cleaned_data["workbook"]
    try:
        received = receive(
            by=_person(request), return_record=return_record, chunks=workbook.chunks(), file_name=workbook.name
        )
    except storage.TooLarge:
        largest = MAX_BYTES // 2**20
        form.add_error(
            "workbook",
            f"This file is larger than {largest} MB; a filled template is well under 1 MB. Choose the workbook you downloaded "
            "from this page, or copy your figures into a newly downloaded one.",
        )
        return _return_page(request, return_record, form, status=422)
    if received.again:
        messages.info(request, "This is the very file that we received last. Here is what we found in it.")
    else:
        messages.success(request, f"Received. Your reference is {received.submission.reference}.")
        enqueue(received.submission.pk)
    return redirect("submissions:submission", reference=received.submission.reference)


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The trust's own workbook, to be filled."""
    address = request.build_absolute_uri(reverse("submissions:return", args=[pk]))
    return_record = _visible_return(request, pk)
    file_name, data = download_workbook(by=_person(request), return_record=return_record, upload_address=address)
    return _attachment(data, file_name, XLSX)


@require_safe
@never_cache
def submission(request: HttpRequest, reference: str) -> HttpResponse:
    """One file: being checked, refused with the reason, or judged with every finding."""
    file = _visible_submission(request, reference)
    actions = _allowed(request, file.return_record.trust)
    context = _file_context(file, actions) | {
        "stages": stages(file),
        "slow": timezone.now() - file.received_at > SLOW,
        "page": findings_page(file, Filters.from_query(request.GET)) if "see_findings" in actions else None,
        "anchor": anchor,
        "may_have_copy": {"download_template", "see_findings"} <= actions and may_be_copied(file),
    }
    return render(request, "submissions/submission.jinja", context)


@require_safe
@never_cache
def figures(request: HttpRequest, reference: str) -> HttpResponse:
    """What was read, in the template's own shape."""
    file = _visible_submission(request, reference)
    if file.reading is None:
        raise Http404("Nothing was read from this file.")
    record(verb="figures seen", by=_person(request), subject=file, trust=file.return_record.trust, request=request)
    actions = _allowed(request, file.return_record.trust)
    context = _file_context(file, actions) | {
        "sheets": grids(file, marked="see_findings" in actions),
        "number_units": {UNIT_WORDS[unit] for unit in NUMBER_UNITS},
    }
    return render(request, "submissions/figures.jinja", context)


@require_safe
def findings_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """Every finding in a file, for a spreadsheet."""
    file_name, text = export_findings(by=_person(request), submission=_visible_submission(request, reference))
    return _attachment(text.encode(), file_name, "text/csv; charset=utf-8")


@require_safe
def marked_up(request: HttpRequest, reference: str) -> HttpResponse:
    """A copy of the trust's workbook with every problem marked at its cell."""
    file = _visible_submission(request, reference)
    try:
        file_name, data = download_marked_up(by=_person(request), submission=file)
    except NotCopied as reason:
        raise Http404(str(reason)) from None
    return _attachment(data, file_name, XLSX)


@require_safe
def kept_file(request: HttpRequest, reference: str) -> FileResponse:
    """The very file that was uploaded."""
    file = _visible_submission(request, reference)
    check_may(request.user, "see_files", trust=file.return_record.trust)
    record(verb="file downloaded", by=_person(request), subject=file, trust=file.return_record.trust, request=request)
    response = FileResponse(
        storage.open_kept(file.file_key), as_attachment=True, filename=file.file_name, content_type=XLSX
    )
    response["Cache-Control"] = "no-store"
    return response


def _attachment(data: bytes, file_name: str, content_type: str) -> HttpResponse:
    """A file to be kept by the person and by nobody on the way."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _return_page(request: HttpRequest, return_record: Return, form: UploadForm, status: int = 200) -> HttpResponse:
    actions = _allowed(request, return_record.trust)
    (row,) = return_rows(Return.objects.visible_to(_person(request)).filter(pk=return_record.pk))
    context = {
        "row": row,
        "step": next_step(row, actions),
        "trust": return_record.trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
        "timeline": timeline(return_record),
        "form": form,
        **_flags(actions),
    }
    return render(request, "submissions/return.jinja", context, status=status)


def _file_context(file: Submission, actions: frozenset[Action]) -> dict[str, object]:
    return {
        "submission": file,
        "trust": file.return_record.trust,
        "collection": file.return_record.collection,
        "illustrative": file.return_record.collection.illustrative,
        **_flags(actions),
    }


def _allowed(request: HttpRequest, trust: Trust) -> frozenset[Action]:
    """What the person may do to this trust, of all that the pages show or offer."""
    return frozenset(action for action in _SHOWN_BY_PAGES if may(request.user, action, trust=trust))


def _flags(actions: frozenset[Action]) -> dict[str, bool]:
    """The same for a page; `own` is true for people of the trust itself."""
    return {
        "own": "upload" in actions or "sign_off" in actions,
        "may_upload": "upload" in actions,
        "may_download": "download_template" in actions,
        "may_see_findings": "see_findings" in actions,
        "may_see_file": "see_files" in actions,
        "may_compare": "see_benchmarks" in actions,
    }


def _visible_return(request: HttpRequest, pk: int) -> Return:
    return_record = (
        Return.objects.visible_to(_person(request)).select_related("trust", "collection").filter(pk=pk).first()
    )
    if return_record is None:
        raise Http404("There is no such return.")
    return return_record


def _visible_submission(request: HttpRequest, reference: str) -> Submission:
    found = (
        Submission.objects.visible_to(_person(request))
        .select_related("return_record__trust", "return_record__collection", "uploaded_by")
        .filter(reference=reference.upper())
        .first()
    )
    if found is None:
        raise Http404("There is no such submission.")
    return found


def _person(request: HttpRequest) -> User:
    """The signed-in person; the middleware lets nobody else come here."""
    return cast(User, request.user)
