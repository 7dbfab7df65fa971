"""Pages of rules beyond the published ones: all of them, one with what it would hit, and what newer rules say of a file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import check_may
from footprints.models import TrustType
from submissions.actions.added_rules import (
    CannotGoOn,
    activate_rule,
    propose_rule,
    run_rule,
    start_trial,
    withdraw_rule,
)
from submissions.actions.rejudge import NotJudged, rejudge
from submissions.forms import ProposeRuleForm, TrialForm
from submissions.models import AddedRule
from submissions.queries.rule_pages import rule_in_words, rule_use
from submissions.queries.rulesets import templates
from submissions.views.visible import allowed, file_context, person, visible_submission
from templates_app import registry
from templates_app.definition_file import DefinitionFaults
from ui.formats import plural

TYPE_WORDS = dict(TrustType.choices)
"""The types of trust in words, by code."""

MOST_RUNS = 10
"""So many judgements of a file by newer rules are shown, the latest first."""


@require_safe
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """Every added rule and how far it is, and how often each rule asks for something."""
    check_may(request.user, "try_rules")
    added = AddedRule.objects.visible_to(person(request)).select_related("proposed_by")
    return render(request, "submissions/rules.jinja", {"added": list(added), "use": rule_use(), "titles": _titles()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a rule; where it is not sound, say everything that is wrong with it."""
    check_may(request.user, "try_rules")
    form = ProposeRuleForm(request.POST if request.method == "POST" else None, templates=list(_titles().items()))
    if form.is_valid():
        try:
            added = propose_rule(by=person(request), **form.cleaned_data)
        except DefinitionFaults as faults:
            for fault in faults.faults:
                form.add_error("source", f"{fault.where}: {fault.sentence}")
        except CannotGoOn as reason:
            form.add_error("reason", str(reason))
        else:
            messages.success(request, f"{added.code} is proposed. Run it, to see whom it would hit.")
            return redirect("submissions:rule", rule=added.pk)
    context: dict[str, object] = {"form": form, "faults": form.errors.get("source", []) if form.is_bound else []}
    return render(request, "submissions/propose_rule.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rule(request: HttpRequest, rule: int) -> HttpResponse:
    """One added rule in words, whom it would hit, and its next step; or that step taken."""
    check_may(request.user, "try_rules")
    added = AddedRule.objects.visible_to(person(request)).select_related("proposed_by").filter(pk=rule).first()
    if added is None:
        raise Http404("There is no such rule.")
    form = TrialForm(request.POST if request.POST.get("step") == "trial" else None)
    if request.method == "POST":
        try:
            said = _step(request, added, form)
        except CannotGoOn as reason:
            if not form.is_bound:
                messages.warning(request, str(reason))
                return redirect("submissions:rule", rule=rule)
            form.add_error("until", str(reason))
        else:
            if said:
                messages.success(request, said)
                return redirect("submissions:rule", rule=rule)
    context = {
        "added": added,
        "words": rule_in_words(added),
        "title": _titles()[added.template],
        "type_words": TYPE_WORDS,
        "form": form,
    }
    return render(request, "submissions/rule.jinja", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rejudged(request: HttpRequest, reference: str) -> HttpResponse:
    """What the rules in force would say of a file today, against what was found in it."""
    file = visible_submission(request, reference)
    check_may(request.user, "try_rules")
    check_may(request.user, "see_findings", trust=file.return_record.trust)
    if request.method == "POST":
        try:
            rejudge(by=person(request), submission=file)
        except NotJudged as reason:
            messages.warning(request, str(reason))
        return redirect("submissions:rejudged", reference=file.reference)
    context = file_context(file, allowed(request, file.return_record.trust))
    context |= {"runs": list(file.rejudgements.all()[:MOST_RUNS]), "count": file.rejudgements.count()}
    return render(request, "submissions/rejudged.jinja", context)


def _step(request: HttpRequest, added: AddedRule, form: TrialForm) -> str:
    """Take the step that was asked for, and say what was done; nothing where the form has to be mended first."""
    by, step = person(request), request.POST.get("step", "")
    if step == "run":
        run = run_rule(by=by, rule=added)
        return f"{added.code} was run over {plural(run.judged, 'stored return')}, and would hit {run.hit}."
    if step == "trial":
        if not form.is_valid():
            return ""
        start_trial(by=by, rule=added, until=form.cleaned_data["until"])
        return f"{added.code} is on trial. Trusts see what it finds, and nothing waits for it."
    if step == "activate":
        activate_rule(by=by, rule=added)
        return f"{added.code} is active. Files are judged by it from now on."
    if step == "withdraw":
        withdraw_rule(by=by, rule=added)
        return f"{added.code} is withdrawn. No more files are judged by it."
    raise CannotGoOn("Choose one of the steps on this page.")


def _titles() -> dict[str, str]:
    """The titles of the templates by code."""
    return {code: registry.get(code).title for code in templates()}
