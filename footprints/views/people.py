"""An administrator's pages: everybody, one person, inviting, giving another role, and leaving."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import check_may, may
from footprints.actions import CannotChangePeople, invite, leave
from footprints.forms import GrantForm, InviteForm, LeaveForm
from footprints.models import RoleKind, User
from footprints.queries.people_pages import everybody, person_page, place, places
from footprints.sign_in import Refusal, prove
from ui.formats import sentence_list


@require_safe
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, or those who are searched for, with their roles."""
    check_may(request.user, "manage_people")
    return render(request, "footprints/people.jinja", {"page": everybody(request.GET.get("search", ""))})


@require_safe
@never_cache
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One person: what they are, what they were, and what can be done about it."""
    check_may(request.user, "manage_people")
    page = person_page(person)
    return render(request, "footprints/person.jinja", {"page": page, "is_self": page.person == request.user})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("second_password")
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite somebody, new or known, to a role."""
    check_may(request.user, "manage_people")
    form = InviteForm(request.POST if request.method == "POST" else None, places=places())
    if form.is_valid() and _granted(request, form, form.cleaned_data["email"], form.cleaned_data["name"]):
        messages.success(request, f"We are writing to {form.cleaned_data['email']}.")
        return redirect("footprints:people")
    return render(request, "footprints/invite.jinja", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("second_password")
def grant(request: HttpRequest, person: int) -> HttpResponse:
    """Give somebody who is known another role."""
    check_may(request.user, "manage_people")
    known = person_page(person).person
    form = GrantForm(request.POST if request.method == "POST" else None, places=places())
    if form.is_valid() and _granted(request, form, known.email, known.name):
        messages.success(request, f"{known.name} has another role. We are writing to {known.email}.")
        return redirect("footprints:person", known.pk)
    context = {"form": form, "person": known}
    return render(request, "footprints/grant.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave_page(request: HttpRequest, person: int) -> HttpResponse:
    """Say that somebody leaves, with the trusts that would be left without a signatory or preparer."""
    check_may(request.user, "manage_people")
    page = person_page(person)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            without = leave(by=_user(request), person=page.person, from_date=form.cleaned_data["from_date"])
        except CannotChangePeople as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"{page.person.name} leaves. Their roles end that day.")
            if without:
                names = sentence_list([trust.name for trust in without])
                messages.warning(request, f"Nobody signs or prepares from then on at {names}. Invite somebody.")
            return redirect("footprints:person", page.person.pk)
    return render(request, "footprints/leave.jinja", {"form": form, "page": page}, status=422 if form.is_bound else 200)


def add_troubles(form: Form, refusal: CannotChangePeople | ValidationError) -> None:
    """Say beside the fields of a form why what was asked could not be done; what is about no field stands above them."""
    troubles = refusal.troubles if isinstance(refusal, CannotChangePeople) else {"": " ".join(refusal.messages)}
    for name, sentence in troubles.items():
        field = {"to_date": "last_date"}.get(name, name)
        form.add_error(field if field in form.fields else None, sentence)


def _granted(request: HttpRequest, form: GrantForm, email: str, name: str) -> bool:
    """Whether the role of the form was given; otherwise the form says why not."""
    given: dict[str, Any] = form.cleaned_data
    kind = RoleKind(given["kind"])
    second = _second(request, form) if kind == RoleKind.ADMINISTRATOR else None
    if form.errors:
        return False
    try:
        invite(
            by=_user(request),
            email=email,
            name=name,
            kind=kind,
            from_date=given["from_date"],
            to_date=form.to_date(),
            seconded_by=second,
            **cast(Any, place(given["place"])),
        )
    except (CannotChangePeople, ValidationError) as refusal:
        add_troubles(form, refusal)
        return False
    return True


def _second(request: HttpRequest, form: GrantForm) -> User | None:
    """The second administrator, who has entered their own password on this page; None, and trouble on the form, otherwise."""
    given = form.cleaned_data
    answer = prove(
        request=request, email=given["second_email"], password=given["second_password"], verb="agreed_to_administrator"
    )
    if isinstance(answer, Refusal):
        form.add_error("second_email", answer.sentence)
    elif answer == request.user or not may(answer, "manage_people"):
        form.add_error("second_email", "The second administrator must be somebody else who manages people.")
    else:
        return answer
    return None


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
