"""Pages of receipts: the receipt itself, and, for anybody, whether one is genuine."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import check_may
from footprints.events import record
from submissions.actions.letters import verify_address
from submissions.forms import VerifyForm
from submissions.models import Submission
from submissions.queries.figure_queries import queried_headlines
from submissions.queries.receipts import FullReceipt, genuine, receipt_of
from submissions.receipt_pdf import receipt_pdf
from submissions.views.visible import allowed, attachment, file_context, person, visible_submission


@require_safe
@never_cache
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt of an accepted file."""
    file, given = _visible_receipt(request, reference)
    record(verb="receipt seen", by=person(request), subject=file, trust=file.return_record.trust, request=request)
    context = file_context(file, allowed(request, file.return_record.trust)) | {
        "receipt": given,
        "queried": queried_headlines(file),
        "verify_address": verify_address(file),
    }
    return render(request, "submissions/receipt.jinja", context)


@require_safe
def receipt_as_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a document to keep."""
    file, given = _visible_receipt(request, reference)
    data = receipt_pdf(given, verify_address(file))
    record(verb="receipt downloaded", by=person(request), subject=file, trust=file.return_record.trust, request=request)
    return attachment(data, f"Receipt-{file.reference}.pdf", "application/pdf")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt's reference and the sum of its file; no signing in."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("submissions:verified", form.cleaned_data["reference"], form.cleaned_data["sha256"])
    return _for_anybody(request, {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def verified(request: HttpRequest, reference: str, sha256: str) -> HttpResponse:
    """Whether a receipt is genuine, without figures, explanations or names of people. Not signing in is enough."""
    found = genuine(reference.upper(), sha256.lower())
    if found is None:
        return _for_anybody(request, {"form": VerifyForm(), "unknown": True}, status=404)
    return _for_anybody(request, {"found": found, "illustrative": found.illustrative}, status=200)


def _visible_receipt(request: HttpRequest, reference: str) -> tuple[Submission, FullReceipt]:
    file = visible_submission(request, reference)
    check_may(request.user, "see_explanations", trust=file.return_record.trust)
    given = receipt_of(file)
    if given is None:
        raise Http404("There is no receipt for this file.")
    return file, given


def _for_anybody(request: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    response = render(request, "submissions/verify.jinja", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
