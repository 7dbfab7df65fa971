"""The people of one trust, for its signatory and for administrators; the signatory invites preparers here."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import check_may, may
from footprints.actions import CannotChangePeople, invite
from footprints.forms import PreparerForm
from footprints.models import RoleKind, User
from footprints.queries.people import who_is_who, without_people
from footprints.queries.people_pages import trust_with_people
from footprints.views.people import add_troubles


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def trust_people(request: HttpRequest, ods_code: str) -> HttpResponse:
    """Who is who at the trust; somebody else who is to prepare its returns is invited."""
    trust = trust_with_people(request.user, ods_code)
    manages = may(request.user, "manage_people")
    if not manages:
        check_may(request.user, "invite_preparer", trust=trust)
    form = PreparerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            invite(by=cast(User, request.user), **given, kind=RoleKind.PREPARER, trust=trust)
        except (CannotChangePeople, ValidationError) as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"We are writing to {given['email']}. They become a preparer for {trust.name}.")
            return redirect("footprints:trust_people", trust.ods_code)
    posts = without_people([trust]).get(trust.pk)
    context = {
        "trust": trust,
        "manages": manages,
        "people": who_is_who(trust),
        "missing": posts.missing if posts is not None else (),
        "form": form,
    }
    return render(request, "footprints/trust_people.jinja", context, status=422 if form.is_bound else 200)
