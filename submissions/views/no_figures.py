"""Pages of returns that come without figures: declaring a nil return, and excusing a return."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import check_may
from submissions.actions.excuses import end_excuse, excuse_return
from submissions.actions.nil_returns import declare_nil, take_back_nil
from submissions.actions.reasons import CannotBeDone
from submissions.forms import ExcuseForm, NilReturnForm
from submissions.models import Return
from submissions.queries.no_figures import nil_return_words, no_figures_box, why_no_excuse, why_no_nil_return
from submissions.queries.progress import return_rows
from submissions.views.visible import add_troubles, allowed, person, return_context, visible_return


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def nil_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare that there is nothing to report, or take that back."""
    return_record = visible_return(request, pk)
    if "declare_nil" not in allowed(request, return_record.trust):
        check_may(request.user, "reopen", trust=return_record.trust)
    form = NilReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        takes_back = request.POST.get("do") == "take_back"
        act = take_back_nil if takes_back else declare_nil
        try:
            act(by=person(request), return_record=return_record, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, _TAKEN_BACK if takes_back else _declared(return_record))
            return redirect("submissions:return", pk=pk)
    more = {"why_not": why_no_nil_return(return_record), "words": nil_return_words(return_record)}
    return _page(request, return_record, "submissions/nil_return.jinja", form, more)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Excuse a return, or expect it again."""
    return_record = visible_return(request, pk)
    check_may(request.user, "excuse", trust=return_record.trust)
    if request.POST.get("do") == "end":
        return _expect_again(request, return_record)
    form = ExcuseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            excuse_return(by=person(request), return_record=return_record, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"{return_record.trust.name} need not send this return.")
            return redirect("submissions:return", pk=pk)
    more = {"why_not": why_no_excuse(return_record)}
    return _page(request, return_record, "submissions/excuse.jinja", form, more)


def _expect_again(request: HttpRequest, return_record: Return) -> HttpResponse:
    try:
        end_excuse(by=person(request), return_record=return_record)
    except CannotBeDone as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{return_record.trust.name} is asked for this return again.")
    return redirect("submissions:return", pk=return_record.pk)


_TAKEN_BACK = "The nil return is taken back. Figures can be sent again."


def _declared(return_record: Return) -> str:
    after = " A signatory of your trust signs it next." if return_record.collection.needs_sign_off else ""
    return f"Your nil return is declared.{after}"


def _page(
    request: HttpRequest,
    return_record: Return,
    template: str,
    form: NilReturnForm | ExcuseForm,
    more: Mapping[str, str],
) -> HttpResponse:
    actions = allowed(request, return_record.trust)
    (row,) = return_rows(Return.objects.visible_to(person(request)).filter(pk=return_record.pk))
    box = no_figures_box(row, actions)
    context = {**return_context(return_record, actions), "form": form, "box": box, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
