"""The page that an invitation's address leads to, for people who cannot sign in yet."""

from typing import Final

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from footprints.actions import accept_invitation
from footprints.forms import AcceptForm
from footprints.queries.invitations import CannotAccept, Standing, find_invitation, standing_of

GONE: Final = 410
NOT_FOUND: Final = 404


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what; with a password chosen, the person is signed in. Looking changes nothing: mail programs look, too."""
    found = find_invitation(token)
    standing = standing_of(found)
    if found is None or standing is not Standing.OPEN:
        return _cannot(request, standing)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = accept_invitation(token=token, password=form.cleaned_data["password"], request=request)
        except CannotAccept as refusal:
            return _cannot(request, refusal.standing)
        except ValidationError as refusal:
            form.add_error("password", refusal)
        else:
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
    context = {"form": form, "invitation": found}
    return render(request, "footprints/invitation.jinja", context, status=422 if form.is_bound else 200)


def _cannot(request: HttpRequest, standing: Standing) -> HttpResponse:
    status = NOT_FOUND if standing is Standing.UNKNOWN else GONE
    return render(request, "footprints/invitation_gone.jinja", {"standing": standing.value}, status=status)
