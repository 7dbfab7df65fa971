"""Pages of more time: asking for it, granting it unasked, and deciding on a request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import check_may
from footprints.access_table import Action
from submissions.actions.extensions import ask_extension, decide_extension, grant_directly
from submissions.actions.reasons import CannotBeDone
from submissions.forms import AskExtensionForm, GrantExtensionForm
from submissions.models import Extension, Return
from submissions.queries.extensions import extension_box, latest_day, why_no_more_time
from submissions.queries.standing import due_date_of
from submissions.views.visible import add_troubles, allowed, person, return_context, visible_return
from ui.formats import long_date


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more time for a return; for those who grant it, give it unasked. One that waits is shown where it can be decided."""
    return_record = visible_return(request, pk)
    actions = allowed(request, return_record.trust)
    if "ask_extension" not in actions:
        check_may(request.user, "grant_extension", trust=return_record.trust)
    why_not = why_no_more_time(return_record, timezone.localdate())
    box = extension_box(return_record, actions, person(request), is_wanted=not why_not)
    if request.method != "POST" and box.waiting is not None:
        if box.may_decide:
            return redirect("submissions:decide_extension", extension=box.waiting.pk)
        return redirect("submissions:return", pk=pk)
    asks = "ask_extension" in actions
    form = (AskExtensionForm if asks else GrantExtensionForm)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = {"by": person(request), "return_record": return_record, **form.cleaned_data}
        try:
            extension = (ask_extension if asks else grant_directly)(**given)
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, _said(extension))
            return redirect("submissions:return", pk=pk)
    context = _context(return_record, actions) | {"form": form, "asks": asks, "why_not": why_not}
    return render(request, "submissions/ask_extension.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request: HttpRequest, extension: int) -> HttpResponse:
    """Grant what was asked for, until that day or another, or refuse it."""
    asked = _visible_extension(request, extension)
    trust = asked.return_record.trust
    check_may(request.user, "grant_extension", trust=trust)
    decision = request.POST.get("decision")
    form = GrantExtensionForm(
        request.POST if request.method == "POST" else None, initial={"until": asked.asked_until_date}
    )
    form.fields["until"].required = decision != "refuse"
    if form.is_bound and decision != "refuse" and decision != "grant":
        form.add_error(None, "Choose Grant or Refuse.")
    if form.is_valid():
        given = {"by": person(request), "extension": asked, "grant": decision == "grant", **form.cleaned_data}
        try:
            decided = decide_extension(**given)
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, _said(decided))
            return redirect("submissions:return", pk=asked.return_record_id)
    form.fields["until"].required = True  # of the page that is shown again, whichever button was pressed
    context = _context(asked.return_record, allowed(request, trust)) | {"form": form, "asked": asked}
    return render(request, "submissions/decide_extension.jinja", context, status=422 if form.is_bound else 200)


def _context(return_record: Return, actions: frozenset[Action]) -> dict[str, object]:
    collection = return_record.collection
    return return_context(return_record, actions) | {
        "due_date": due_date_of(return_record),
        "last_day": latest_day(collection, any_day="grant_any_extension" in actions),
    }


def _said(extension: Extension) -> str:
    if extension.decided_at is None:
        return (
            f"Your request is with NHS Improvement. Your return is due by "
            f"{long_date(due_date_of(extension.return_record))} until somebody decides."
        )
    name = extension.return_record.trust.name
    if extension.until_date is None:
        return f"You refused {name} more time. We have told {extension.asked_by.name}."
    return f"{name} has until {long_date(extension.until_date)}. We have told them."


def _visible_extension(request: HttpRequest, pk: int) -> Extension:
    """The extension. Raises Http404 where there is none, or it is none of the person's business."""
    visible = Extension.objects.visible_to(person(request))
    found = visible.select_related("return_record__trust", "return_record__collection", "asked_by").filter(pk=pk)
    extension = found.first()
    if extension is None:
        raise Http404("There is no such request.")
    return extension
