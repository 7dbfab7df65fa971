"""Pages of permits to sign what one uploaded oneself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import NotAllowed, get_visible_trust, may_somewhere, signed_in_as
from submissions.actions.permits import give_permit, withdraw_permit
from submissions.actions.reasons import CannotBeDone
from submissions.forms import PermitForm
from submissions.models import SelfSignOffPermit
from submissions.queries.permits import permit_rows, trusts_to_permit
from submissions.views.visible import add_troubles, person


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def permits(request: HttpRequest) -> HttpResponse:
    """The permits that a person may see; for those who give them, a form for another."""
    if not may_somewhere(request.user, "see_findings"):
        raise NotAllowed(f"You cannot see permits. {signed_in_as(request.user)}")
    trusts = trusts_to_permit(person(request))
    if request.method == "POST" and not trusts:
        raise NotAllowed(f"You cannot allow people to sign what they uploaded themselves. {signed_in_as(request.user)}")
    form = PermitForm(request.POST if request.method == "POST" else None, trusts=trusts)
    if form.is_valid():
        given = form.cleaned_data
        trust = get_visible_trust(person(request), given.pop("trust"))
        try:
            give_permit(by=person(request), trust=trust, **given)
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"People of {trust.name} may sign what they uploaded themselves.")
            return redirect("submissions:permits")
    context: dict[str, object] = {"rows": permit_rows(person(request)), "may_give": bool(trusts), "form": form}
    return render(request, "submissions/permits.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, permit: int) -> HttpResponse:
    """End a permit. Whoever only looks is shown all of them."""
    found = SelfSignOffPermit.objects.visible_to(person(request)).select_related("trust").filter(pk=permit).first()
    if found is None:
        raise Http404("There is no such permit.")
    if request.method == "POST":
        try:
            withdraw_permit(by=person(request), permit=found)
        except CannotBeDone as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"From now on somebody else signs at {found.trust.name}.")
    return redirect("submissions:permits")
