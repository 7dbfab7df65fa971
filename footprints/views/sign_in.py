"""Signing in and out."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from footprints.events import record
from footprints.forms import SignInForm
from footprints.models import User
from footprints.sign_in import Refusal, prove


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and password, then go where the person was heading, or home."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_where_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = prove(request=request, email=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if not isinstance(answer, Refusal):
            login(request, answer)
            return HttpResponseRedirect(_where_next(request))
        form.add_error(None, answer.sentence)
    return render(request, "footprints/sign_in.jinja", {"form": form})


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Somebody whose session has already ended is not troubled about it."""
    if isinstance(request.user, User):
        record(verb="signed_out", by=request.user, subject=request.user, request=request)
    logout(request)
    return redirect("footprints:sign_in")


def _where_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
