"""The page on which a return is signed, exactly as it is shown; or sent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import check_may
from footprints.events import record
from submissions.actions import sign_off as actions
from submissions.declarations import declaration, nil_declaration
from submissions.forms import SendBackForm, SignOffForm
from submissions.models import Return
from submissions.queries.people import signatories_by_trust
from submissions.queries.signing import NIL_PREFIX, ToSign, to_sign
from submissions.queries.signing_history import signing_history
from submissions.views.visible import allowed, person, return_context, visible_return


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be signed, for whoever may see the trust's findings; signed by whoever may sign."""
    return_record = visible_return(request, pk)
    trust = return_record.trust
    check_may(request.user, "see_findings", trust=trust)
    if request.method != "POST":
        record(verb="sign-off page seen", by=person(request), subject=return_record, trust=trust, request=request)
        return _page(request, return_record)
    check_may(request.user, "sign_off", trust=trust)
    form = SignOffForm(request.POST)
    form.is_valid()
    given = {"reference": "", "digest": "", "declared": False, **form.cleaned_data}
    act = actions.sign_nil if given["reference"].startswith(NIL_PREFIX) else actions.sign_off
    try:
        signed = act(by=person(request), return_record=return_record, **given)
    except actions.NotDeclared as trouble:
        form.add_error("declared", str(trouble))
    except actions.CannotSign as trouble:
        form.add_error(None, str(trouble))
    else:
        if signed.again:
            messages.info(request, "You have signed this already. It was signed once, and stands as it is.")
        else:
            messages.success(request, "Signed. The return is locked, and those who prepared it have been told.")
        return redirect("submissions:sign_off", pk=pk)
    return _page(request, return_record, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why the return is not signed. Whoever comes without a note is shown the page of the signature."""
    return_record = visible_return(request, pk)
    if request.method != "POST":
        return redirect("submissions:sign_off", pk=pk)
    check_may(request.user, "sign_off", trust=return_record.trust)
    form = SendBackForm(request.POST)
    if form.is_valid():
        try:
            actions.send_back(
                by=person(request),
                return_record=return_record,
                reference=request.POST.get("reference", ""),
                note=form.cleaned_data["note"],
            )
        except actions.SaysTooLittle as trouble:
            form.add_error("note", str(trouble))
        except actions.CannotSign as trouble:
            form.add_error(None, str(trouble))
        else:
            messages.success(request, "Sent back. Those who prepare the return have been told what you wrote.")
            return redirect("submissions:return", pk=pk)
    return _page(request, return_record, form=form)


def _page(request: HttpRequest, return_record: Return, form: SignOffForm | SendBackForm | None = None) -> HttpResponse:
    may_do = allowed(request, return_record.trust)
    page = to_sign(return_record, person(request))
    context = return_context(return_record, may_do) | {
        "page": page,
        "history": signing_history(return_record),
        "declaration": _declaration(return_record, page),
        "signatories": signatories_by_trust([return_record.trust_id]).get(return_record.trust_id, ()),
        "may_ask_reopening": "ask_reopening" in may_do,
        "may_reopen": "reopen" in may_do,
        "back_form": form if isinstance(form, SendBackForm) else SendBackForm(),
    }
    if form is not None:
        context["form"] = form
    return render(request, "submissions/sign_off.jinja", context, status=422 if form is not None else 200)


def _declaration(return_record: Return, page: ToSign) -> str:
    trust, collection = return_record.trust, return_record.collection
    if page.nil is not None:
        return nil_declaration(trust.name, collection.name, collection.year)
    return declaration(trust.name, collection.name, collection.year, page.reference) if page.reference else ""
