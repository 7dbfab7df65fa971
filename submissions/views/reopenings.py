"""Pages of reopenings: asking for one, those that wait, and deciding."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import NotAllowed, check_may, may_somewhere, signed_in_as
from submissions.actions.reasons import CannotBeDone
from submissions.actions.reopen import ask_reopening, decide_reopening
from submissions.forms import AskReopeningForm, DecideReopeningForm
from submissions.models import Reopening
from submissions.queries.signing import signature_in_force
from submissions.queries.signing_history import waiting_reopenings
from submissions.views.visible import add_troubles, allowed, person, return_context, visible_return


@require_safe
@never_cache
def reopenings(request: HttpRequest) -> HttpResponse:
    """The requests that wait for this person's decision."""
    if not may_somewhere(request.user, "reopen"):
        raise NotAllowed(f"You cannot reopen returns. {signed_in_as(request.user)}")
    return render(request, "submissions/reopenings.jinja", {"waiting": waiting_reopenings(person(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a signed return be opened again. Where it is not signed, the return is shown."""
    return_record = visible_return(request, pk)
    check_may(request.user, "ask_reopening", trust=return_record.trust)
    signed = signature_in_force(return_record)
    if signed is None:
        messages.info(request, "This return is not signed, so it is open already.")
        return redirect("submissions:return", pk=pk)
    form = AskReopeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_reopening(by=person(request), return_record=return_record, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(
                request, "Your request is with NHS Improvement. The return stays signed until they decide."
            )
            return redirect("submissions:return", pk=pk)
    context = return_context(return_record, allowed(request, return_record.trust)) | {"form": form, "signed": signed}
    return render(request, "submissions/ask_reopening.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request: HttpRequest, reopening: int) -> HttpResponse:
    """Grant or refuse a reopening."""
    found = _visible_reopening(request, reopening)
    return_record = found.sign_off.return_record
    check_may(request.user, "reopen", trust=return_record.trust)
    form = DecideReopeningForm(request.POST if request.method == "POST" else None)
    grant = request.POST.get("decision") == "grant"
    if form.is_bound and not grant and request.POST.get("decision") != "refuse":
        form.add_error(None, "Choose Grant or Refuse.")
    if form.is_valid():
        try:
            decide_reopening(by=person(request), reopening=found, grant=grant, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            said = "open again" if grant else "still signed"
            messages.success(
                request,
                f"The return of {return_record.trust.name} is {said}. We have told the trust, with your reason.",
            )
            return redirect("submissions:return", pk=return_record.pk)
    context = return_context(return_record, allowed(request, return_record.trust)) | {
        "form": form,
        "reopening": found,
        "is_open": return_record.collection.is_open_on(timezone.localdate()),
    }
    return render(request, "submissions/decide_reopening.jinja", context, status=422 if form.is_bound else 200)


def _visible_reopening(request: HttpRequest, pk: int) -> Reopening:
    """The reopening. Raises Http404 where there is none, or it is none of the person's business."""
    found = (
        Reopening.objects.visible_to(person(request))
        .select_related(
            "sign_off__return_record__trust",
            "sign_off__return_record__collection",
            "sign_off__submission",
            "sign_off__signed_by",
            "asked_by",
            "decided_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("There is no such request.")
    return found
