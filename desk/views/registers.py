"""What is done to a round that was opened: its register, its days, its end, and mergers of the trusts in it."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from desk.forms.rounds import AddToRegisterForm, ChangeDatesForm, TakeOverForm
from desk.queries.rounds import closing, may_be_taken_over, not_registered
from desk.views.rounds import managed_round, person
from footprints.models import Trust
from submissions.actions.reasons import CannotBeDone
from submissions.actions.register import add_to_register, bring_register_up_to_date
from submissions.actions.rounds import change_dates, close_round
from submissions.actions.take_over import take_over
from submissions.models import Collection
from submissions.views.visible import add_troubles
from ui.formats import plural


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: HttpRequest, collection: int) -> HttpResponse:
    """Have one more trust owe a return, with the reason."""
    held = managed_round(request, collection)
    choices = not_registered(held)
    form = AddToRegisterForm(_sent(request), trusts={"trust": choices})
    if form.is_valid():
        trust = _chosen(choices, form.cleaned_data["trust"])
        try:
            add_to_register(by=person(request), collection=held, trust=trust, reason=form.cleaned_data["reason"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"{trust.name} owes a return to {held.name}.")
            return redirect("desk:round", collection=held.pk)
    return _page(request, "add_to_register", held, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring_up_to_date(request: HttpRequest, collection: int) -> HttpResponse:
    """Add a return for every trust that owes one by the rule and has none. Whoever only looks is sent to the round."""
    held = managed_round(request, collection)
    if request.method == "POST":
        try:
            added = bring_register_up_to_date(by=person(request), collection=held)
        except CannotBeDone as refusal:
            messages.warning(request, str(refusal))
        else:
            done = f"{plural(len(added), 'trust')} added" if added else "Nothing was missing"
            messages.success(request, f"The register is up to date. {done}.")
    return redirect("desk:round", collection=held.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def dates(request: HttpRequest, collection: int) -> HttpResponse:
    """Have the round be due, or close, on another day."""
    held = managed_round(request, collection)
    days = {"due_date": held.due_date, "closes_date": held.closes_date}
    form = ChangeDatesForm(_sent(request), initial=days)
    if form.is_valid():
        try:
            change_dates(by=person(request), collection=held, **form.cleaned_data)
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"The dates of {held.name} are changed.")
            return redirect("desk:round", collection=held.pk)
    return _page(request, "change_dates", held, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def close(request: HttpRequest, collection: int) -> HttpResponse:
    """Show what closing the round does, and close it when that is confirmed."""
    held = managed_round(request, collection)
    if request.method == "POST":
        try:
            close_round(by=person(request), collection=held)
        except CannotBeDone as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{held.name} is closed.")
        return redirect("desk:round", collection=held.pk)
    context = {"collection": held, "closing": closing(held), "illustrative": held.illustrative}
    return render(request, "desk/close_round.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def taken_over(request: HttpRequest, collection: int) -> HttpResponse:
    """Say that one trust of the register closed, and which one took it over, if one did."""
    held = managed_round(request, collection)
    closed, successors = may_be_taken_over(held)
    form = TakeOverForm(_sent(request), trusts={"trust": closed, "successor": successors})
    if form.is_valid():
        trust = _chosen(closed, form.cleaned_data["trust"])
        named = form.cleaned_data["successor"]
        successor = _chosen(successors, named) if named else None
        try:
            take_over(
                by=person(request), trust=trust, successor=successor, closed_date=form.cleaned_data["closed_date"]
            )
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            said = f"The people of {successor.name} answer for {trust.name} from now on." if successor else ""
            messages.success(request, said or f"{trust.name} has closed. What it had not sent is no longer expected.")
            return redirect("desk:round", collection=held.pk)
    return _page(request, "take_over", held, form)


def _sent(request: HttpRequest) -> dict[str, str] | None:
    """What was sent, for a form; None where somebody only looks."""
    return request.POST.dict() if request.method == "POST" else None


def _chosen(trusts: list[Trust], key: str) -> Trust:
    """The trust of a choice that the form has checked."""
    return next(trust for trust in trusts if str(trust.pk) == key)


def _page(request: HttpRequest, name: str, collection: Collection, form: Form) -> HttpResponse:
    context = {"form": form, "collection": collection, "illustrative": collection.illustrative}
    return render(request, f"desk/{name}.jinja", context, status=422 if form.is_bound else 200)
