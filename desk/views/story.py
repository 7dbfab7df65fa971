"""The whole story of one return, and what is done about it from there: a contact, an owner, a pause, more time."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from desk.actions.assignments import assign
from desk.actions.contacts import log_contact
from desk.actions.pauses import pause, resume
from desk.forms.desk import AssignForm, ContactForm, PauseForm
from desk.queries.desk_page import managers_at
from desk.queries.story import footprints_of, story
from footprints.access import actions_at, check_may
from submissions.actions.extensions import grant_directly
from submissions.actions.reasons import CannotBeDone
from submissions.forms import GrantExtensionForm
from submissions.models import Return
from submissions.views.visible import add_troubles, person, visible_return
from ui.formats import long_date


@require_safe
@never_cache
def the_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one return stands, everything that was said and sent, and the people."""
    return_record = _desk_return(request, pk)
    return _page(request, return_record, _forms(request, return_record))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a call, an e-mail or a meeting."""

    def done(return_record: Return, form: Any) -> str:
        contact = log_contact(by=person(request), return_record=return_record, **form.given())
        return f"Your {contact.get_kind_display().lower()} is in the log."

    return _act(request, pk, "contact", done)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def assign_owner(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who of the support team looks after the trust."""

    def done(return_record: Return, form: Any) -> str:
        place = {"footprint": form.footprint} if form.footprint else {"trust": return_record.trust}
        assign(by=person(request), manager=form.chosen, **place)
        name = form.chosen.name if form.chosen else "Nobody"
        return f"{name} looks after {(form.footprint or return_record.trust).name} from now on."

    return _act(request, pk, "owner", done)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pause_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the trust no reminders for a time."""

    def done(return_record: Return, form: Any) -> str:
        made = pause(by=person(request), trust=return_record.trust, **form.cleaned_data)
        return f"No reminders go to {return_record.trust.name} until {long_date(made.until_date)}."

    return _act(request, pk, "pause", done)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def resume_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """Let reminders go to the trust again."""
    return_record = _desk_return(request, pk)
    if request.method == "POST":
        try:
            resume(by=person(request), trust=return_record.trust)
        except CannotBeDone as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"Reminders go to {return_record.trust.name} again.")
    return redirect("desk:story", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the return more time."""

    def done(return_record: Return, form: Any) -> str:
        given = grant_directly(by=person(request), return_record=return_record, **form.cleaned_data)
        until = long_date(given.until_date or given.asked_until_date)
        return f"{return_record.trust.name} has until {until}. We have told them."

    return _act(request, pk, "extend", done)


def _act(request: HttpRequest, pk: int, name: str, done: Callable[[Return, Any], str]) -> HttpResponse:
    """Do what one of the forms asks for, and say what was done; or show the page again with what is wrong with the form."""
    return_record = _desk_return(request, pk)
    if request.method != "POST":
        return redirect("desk:story", pk=pk)
    check_may(request.user, "chase", trust=return_record.trust)
    forms = _forms(request, return_record, name)
    form = forms[name]
    if form.is_valid():
        try:
            said = done(return_record, form)
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, said)
            return redirect("desk:story", pk=pk)
    return _page(request, return_record, forms, form)


def _forms(request: HttpRequest, return_record: Return, sent: str = "") -> dict[str, Form]:
    """The forms of the page; the one that was sent holds what was typed."""

    def typed(name: str) -> dict[str, Any]:
        return {"data": request.POST if name == sent else None, "prefix": name}

    today = timezone.localdate()
    managers, footprints = managers_at(person(request), today), footprints_of(return_record.trust, today)
    return {
        "contact": ContactForm(**typed("contact")),
        "owner": AssignForm(**typed("owner"), managers=managers, footprints=footprints),
        "pause": PauseForm(**typed("pause")),
        "extend": GrantExtensionForm(**typed("extend")),
    }


def _page(
    request: HttpRequest, return_record: Return, forms: dict[str, Form], form: Form | None = None
) -> HttpResponse:
    actions = actions_at(request.user, return_record.trust)
    found = story(return_record, timezone.localdate(), with_figures="see_findings" in actions)
    owner = forms["owner"]
    if found.around.manager is not None and not owner.is_bound:
        owner.initial["manager"] = found.around.manager.pk
    context: dict[str, object] = {
        "story": found,
        "forms": forms,
        "may_chase": "chase" in actions,
        "may_grant": "grant_extension" in actions,
        "illustrative": return_record.collection.illustrative,
    }
    if form is not None:
        context["form"] = form
    return render(request, "desk/story.jinja", context, status=422 if form else 200)


def _desk_return(request: HttpRequest, pk: int) -> Return:
    """The return. Raises Http404 where there is none or it is none of the person's business, NotAllowed where the desk is not."""
    return_record = visible_return(request, pk)
    check_may(request.user, "see_desk", trust=return_record.trust)
    return return_record
