"""Pages of waivers: those a person may see, asking for one, deciding, and taking one back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import NotAllowed, check_may, may_somewhere, signed_in_as
from submissions.actions.waivers import CannotWaive, ask_waiver, decide_waiver, may_be_waived, withdraw_waiver
from submissions.forms import AskWaiverForm, DecideWaiverForm
from submissions.models import Waiver
from submissions.queries.rulesets import rules_of
from submissions.queries.waiver_pages import ToAskFor, to_ask_for, waivers_page
from submissions.views.visible import allowed, file_context, person, visible_submission


@require_safe
@never_cache
def waivers(request: HttpRequest) -> HttpResponse:
    """The waivers that the person may see, those to be decided first."""
    if not may_somewhere(request.user, "see_findings"):
        raise NotAllowed(f"You cannot see waivers. {signed_in_as(request.user)}")
    return _waivers_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask that a rule need not hold; without a rule in the address, choose one of those that found something in the file."""
    file = visible_submission(request, reference)
    trust = file.return_record.trust
    check_may(request.user, "ask_waiver", trust=trust)
    template = file.return_record.collection.template
    choices = to_ask_for(file, {code: rule for code, rule in rules_of(template).items() if may_be_waived(rule)})
    context = file_context(file, allowed(request, trust))
    if "rule" not in request.GET:
        return render(request, "submissions/choose_waiver.jinja", context | {"choices": choices})
    chosen = _chosen(request, choices)
    form = _ask_form(request, chosen)
    if form.is_valid():
        given = form.cleaned_data
        line = chosen.line if given.get("scope") == "line" else ""
        try:
            asked = {"reason": given["reason"], "expires_date": given["expires_date"], "line": line}
            ask_waiver(by=person(request), trust=trust, template=template, rule_code=chosen.code, **asked)
        except CannotWaive as refusal:
            for name, sentence in refusal.troubles.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            messages.success(request, "Your request is with NHS Improvement. The rule holds until somebody decides.")
            return redirect("submissions:waivers")
    context |= {"form": form, "chosen": chosen, "rule": rules_of(template)[chosen.code]}
    return render(request, "submissions/ask_waiver.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request: HttpRequest, waiver: int) -> HttpResponse:
    """Approve or refuse a waiver. Whoever comes without a decision is shown all of them."""
    found = _visible_waiver(request, waiver)
    if request.method != "POST":
        return redirect("submissions:waivers")
    check_may(request.user, "decide_waiver", trust=found.trust)
    form = DecideWaiverForm(request.POST, prefix=_prefix(found))
    approve = request.POST.get("decision") == "approve"
    if not approve and request.POST.get("decision") != "refuse":
        form.add_error(None, "Choose Approve or Refuse.")
    if form.is_valid():
        try:
            decide_waiver(by=person(request), waiver=found, approve=approve, reason=form.cleaned_data["reason"])
        except CannotWaive as refusal:
            for name, sentence in refusal.troubles.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            said = "approved. Files that are checked from now on are let pass" if approve else "refused"
            messages.success(request, f"The waiver of {found.rule_code} for {found.trust.name} is {said}.")
            return redirect("submissions:waivers")
    return _waivers_page(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, waiver: int) -> HttpResponse:
    """Take back a waiver, or the request for one. Whoever only looks is shown all of them."""
    found = _visible_waiver(request, waiver)
    if request.method == "POST":
        try:
            withdraw_waiver(by=person(request), waiver=found)
        except CannotWaive as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"{found.rule_code} holds for {found.trust.name} from now on.")
    return redirect("submissions:waivers")


def _waivers_page(
    request: HttpRequest, decided: Waiver | None = None, answer: DecideWaiverForm | None = None
) -> HttpResponse:
    page = waivers_page(person(request))
    forms = {row.waiver.pk: DecideWaiverForm(prefix=_prefix(row.waiver)) for row in page.waiting if row.may_decide}
    context: dict[str, object] = {"page": page, "forms": forms}
    if decided is not None and answer is not None:
        forms[decided.pk] = answer
        context["form"] = answer
    return render(request, "submissions/waivers.jinja", context, status=422 if answer else 200)


def _ask_form(request: HttpRequest, chosen: ToAskFor) -> AskWaiverForm:
    form = AskWaiverForm(request.POST if request.method == "POST" else None, initial={"scope": "line"})
    if not chosen.line:
        del form.fields["scope"]
    return form


def _chosen(request: HttpRequest, choices: tuple[ToAskFor, ...]) -> ToAskFor:
    """The finding that the address names. Raises Http404 where the file has none that could be waived."""
    rule, line = request.GET["rule"], request.GET.get("line", "")
    for choice in choices:
        if (choice.code, choice.line) == (rule, line):
            return choice
    raise Http404("Nothing that could be waived was found there in this file.")


def _visible_waiver(request: HttpRequest, pk: int) -> Waiver:
    """The waiver. Raises Http404 where there is none, or it is none of the person's business."""
    found = Waiver.objects.visible_to(person(request)).select_related("trust").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such waiver.")
    return found


def _prefix(waiver: Waiver) -> str:
    """What tells the fields of one waiver's form from those of the others on the page."""
    return f"waiver-{waiver.pk}"
