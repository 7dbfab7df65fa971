"""Pages of disputed values: those of a return, marking one, lifting one."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from benchmarks.actions.disputes import dispute, lift_dispute
from benchmarks.forms.dispute import DisputeForm, LiftDisputeForm
from benchmarks.models import Dispute
from benchmarks.queries.disputes import disputable, dispute_rows
from benchmarks.queries.runs import live_run_of
from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.actions.reasons import CannotBeDone
from submissions.models import Return
from submissions.views.visible import add_troubles, allowed, flags, return_context, visible_return


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disputes(request: HttpRequest, pk: int) -> HttpResponse:
    """The disputed values of a return, and a form to mark one; `metric` in the address chooses it."""
    return_record = visible_return(request, pk)
    check_may(request.user, "see_benchmarks", trust=return_record.trust)
    if request.method != "POST":
        if not flags(allowed(request, return_record.trust))["own"]:
            _record_visit(request, return_record)
        return _page(request, return_record)
    check_may(request.user, "dispute", trust=return_record.trust)
    form = _marking(return_record, data=request.POST)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            dispute(
                by=_person(request), return_record=return_record, metric_id=chosen["metric"], reason=chosen["reason"]
            )
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, "The value is marked as disputed. It leaves the distributions within seconds.")
            return redirect("benchmarks:disputes", pk=return_record.pk)
    return _page(request, return_record, marking=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lift(request: HttpRequest, dispute: int) -> HttpResponse:
    """Lift one. Whoever only looks is shown all of the return's."""
    found = (
        Dispute.objects.visible_to(_person(request))
        .select_related("return_record__trust", "return_record__collection", "marked_by")
        .filter(pk=dispute)
        .first()
    )
    if found is None:
        raise Http404("There is no such dispute.")
    return_record = found.return_record
    if request.method != "POST":
        return redirect("benchmarks:disputes", pk=return_record.pk)
    check_may(request.user, "dispute", trust=return_record.trust)
    form = LiftDisputeForm(request.POST, prefix=_prefix(found))
    if form.is_valid():
        try:
            lift_dispute(by=_person(request), dispute=found, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, "The mark is lifted. The value counts again within seconds.")
            return redirect("benchmarks:disputes", pk=return_record.pk)
    return _page(request, return_record, lifted=found, lifting=form)


def _page(
    request: HttpRequest,
    return_record: Return,
    *,
    marking: DisputeForm | None = None,
    lifted: Dispute | None = None,
    lifting: LiftDisputeForm | None = None,
) -> HttpResponse:
    actions = allowed(request, return_record.trust)
    rows = dispute_rows(return_record, _person(request))
    forms = {row.dispute.pk: LiftDisputeForm(prefix=_prefix(row.dispute)) for row in rows if row.may_lift}
    if lifted is not None and lifting is not None:
        forms[lifted.pk] = lifting
    may_mark = "dispute" in actions
    context = return_context(return_record, actions) | {
        "rows": rows,
        "forms": forms,
        "form": marking or lifting,
        "marking": marking or (_marking(return_record, chosen=request.GET.get("metric", "")) if may_mark else None),
        "run": live_run_of(return_record.collection),
        "may_mark": may_mark,
    }
    return render(request, "benchmarks/disputes.jinja", context, status=422 if marking or lifting else 200)


def _marking(return_record: Return, *, data: QueryDict | None = None, chosen: str = "") -> DisputeForm:
    listed = [metric for metric, _ in disputable(return_record).values()]
    return DisputeForm(data, metrics=listed, initial={"metric": chosen})


def _record_visit(request: HttpRequest, return_record: Return) -> None:
    record(
        verb="disputes seen", by=_person(request), subject=return_record, trust=return_record.trust, request=request
    )  # fmt: skip


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _prefix(found: Dispute) -> str:
    """What tells the fields of one form from those of the others on the page."""
    return f"lift-{found.pk}"
