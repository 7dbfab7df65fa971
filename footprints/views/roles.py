"""What is done to one role: it is withdrawn, covered, or its holder is written to again. By an administrator or the trust's signatory."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import may
from footprints.actions import CannotChangePeople, cover, invite_again, withdraw_role
from footprints.actions.roles import check_may_change
from footprints.forms import CoverForm
from footprints.models import Role, RoleKind, User
from footprints.queries.people import RoleHeld, left_without
from footprints.queries.people_pages import role_of_somebody
from footprints.views.people import add_troubles


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, role: int) -> HttpResponse:
    """Ask once more, saying what it means for the trust, then end the role."""
    held = _changeable(request, role)
    if request.method == "POST":
        try:
            withdraw_role(by=_user(request), role=held.role)
        except CannotChangePeople as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{_named(request, held)} is no longer {held.role.in_words()}.")
        return _back(request, held.role)
    without = left_without([held.role], timezone.localdate())
    return render(request, "footprints/withdraw_role.jinja", _context(request, held) | {"left_without": without})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cover_page(request: HttpRequest, role: int) -> HttpResponse:
    """Let somebody stand in for the holder of a role for a while."""
    held = _changeable(request, role)
    form = CoverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        period = {"from_date": given["from_date"], "to_date": form.to_date()}
        who = {"email": given["email"], "name": given["name"], "reason": given["reason"]}
        try:
            cover(by=_user(request), role=held.role, **who, **period)
        except (CannotChangePeople, ValidationError) as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(
                request, f"{given['email']} stands in for {_named(request, held)}. We are writing to both."
            )
            return _back(request, held.role)
    context = _context(request, held) | {"form": form}
    return render(request, "footprints/cover.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def again(request: HttpRequest, role: int) -> HttpResponse:
    """Write once more to somebody who has not taken up their role. Whoever only looks is shown the people."""
    held = _changeable(request, role)
    if request.method == "POST":
        try:
            invite_again(by=_user(request), role=held.role)
        except CannotChangePeople as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"We are writing to {held.person.email} again. Only the newest letter counts.")
    return _back(request, held.role)


def _changeable(request: HttpRequest, key: int) -> RoleHeld:
    """The role. Raises Http404 where it is none of the person's business, NotAllowed where it is not theirs to change."""
    held = role_of_somebody(request.user, key)
    check_may_change(_user(request), RoleKind(held.role.kind), held.role.trust)
    return held


def _context(request: HttpRequest, held: RoleHeld) -> dict[str, object]:
    back = {"manages": may(request.user, "manage_people"), "named": _named(request, held)}
    return {"held": held, "role": held.role, **({"trust": held.role.trust} if held.role.trust else {}), **back}


def _named(request: HttpRequest, held: RoleHeld) -> str:
    """The holder's name; their address for a signatory as long as they have not taken up the role, so that an invitation does not
    tell whom we know."""
    return held.person.name if held.taken_up or may(request.user, "manage_people") else held.person.email


def _back(request: HttpRequest, role: Role) -> HttpResponse:
    if role.trust is None or may(request.user, "manage_people"):
        return redirect("footprints:person", role.user_id)
    return redirect("footprints:trust_people", role.trust.ods_code)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
