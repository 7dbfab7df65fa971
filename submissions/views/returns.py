"""Pages of returns: where one stands, its workbook, and the box for a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import check_may
from submissions import storage
from submissions.actions.download import download_workbook
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.open_return import open_return
from submissions.actions.receive import receive
from submissions.forms import UploadForm
from submissions.intake import MAX_BYTES
from submissions.models import Return, Submission, Waiver
from submissions.queries.extensions import extension_box, is_outstanding
from submissions.queries.figure_queries import queries_of
from submissions.queries.locks import why_locked
from submissions.queries.next_step import WAITS_FOR_SIGNATURE, next_step
from submissions.queries.no_figures import no_figures_box
from submissions.queries.own_files import latest_own
from submissions.queries.people import signatories_by_trust
from submissions.queries.progress import return_rows
from submissions.queries.signing_history import signing_history
from submissions.queries.timeline import timeline
from submissions.tasks import enqueue
from submissions.views.visible import XLSX, allowed, attachment, flags, person, visible_return


@require_safe
@never_cache
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one return is and what happened to it."""
    return_record = visible_return(request, pk)
    open_return(by=person(request), return_record=return_record, request=request)
    return _return_page(request, return_record, UploadForm())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive a file; once it is safe, say so and show it being checked. Whoever comes without one is shown the return."""
    return_record = visible_return(request, pk)
    if request.method != "POST":
        return redirect("submissions:return", pk=pk)
    check_may(request.user, "upload", trust=return_record.trust)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _return_page(request, return_record, form, status=422)
    workbook = form.cleaned_data["workbook"]
    try:
        received = receive(
            by=person(request), return_record=return_record, chunks=workbook.chunks(), file_name=workbook.name
        )
    except storage.TooLarge:
        largest = MAX_BYTES // 2**20
        form.add_error(
            "workbook",
            f"This file is larger than {largest} MB; a filled template is well under 1 MB. Choose the workbook you downloaded "
            "from this page, or copy your figures into a newly downloaded one.",
        )
        return _return_page(request, return_record, form, status=422)
    except ReturnIsLocked as locked:
        messages.warning(request, f"{locked} Your file was not taken.")
        return redirect("submissions:return", pk=pk)
    if received.again:
        messages.info(request, "This is the very file that we received last. Here is what we found in it.")
    else:
        messages.success(
            request, f"Received. Your reference is {received.submission.reference}.{_same_as(received.same_as)}"
        )
        enqueue(received.submission.pk)
    return redirect("submissions:submission", reference=received.submission.reference)


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The trust's own workbook, to be filled."""
    address = request.build_absolute_uri(reverse("submissions:return", args=[pk]))
    return_record = visible_return(request, pk)
    file_name, data = download_workbook(by=person(request), return_record=return_record, upload_address=address)
    return attachment(data, file_name, XLSX)


def _same_as(earlier: Submission | None) -> str:
    """A sentence about an earlier file with the very same bytes: whatever was corrected on the page since is not in it."""
    if earlier is None:
        return ""
    sent = (earlier if earlier.corrects is None else earlier.corrects).reference
    return f" It is the same file as {sent}. What you corrected on the page since then is not in it."


def _return_page(request: HttpRequest, return_record: Return, form: UploadForm, status: int = 200) -> HttpResponse:
    actions = allowed(request, return_record.trust)
    (row,) = return_rows(Return.objects.visible_to(person(request)).filter(pk=return_record.pk))
    waits = row.stage in WAITS_FOR_SIGNATURE
    signatories = signatories_by_trust([return_record.trust_id] if waits else []).get(return_record.trust_id, ())
    context = {
        "row": row,
        "step": next_step(row, actions, signatories),
        "signing": signing_history(return_record),
        "locked": why_locked(return_record),
        "may_ask_reopening": "ask_reopening" in actions,
        "may_reopen": "reopen" in actions,
        "trust": return_record.trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
        "timeline": timeline(return_record),
        "carried": latest_own(return_record) if "download_template" in actions else None,
        "has_waivers": Waiver.objects.visible_to(person(request)).filter(trust=return_record.trust_id).exists(),
        "queries": queries_of(return_record),
        "no_figures": no_figures_box(row, actions),
        "more_time": extension_box(return_record, actions, person(request), is_wanted=is_outstanding(row)),
        "form": form,
        **flags(actions),
    }
    return render(request, "submissions/return.jinja", context, status=status)
