"""Pages of feedback: the form of a pilot trust, the template in words with all that was said, and the answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from desk.actions.feedback import Given, answer_feedback, give_feedback
from desk.forms.feedback import NO_VERSION, AnswerForm, FeedbackForm
from desk.queries.definition_page import asked_words, definition_page, later_versions, said_of
from desk.queries.feedback import feedback_page, parts_of
from desk.views.rounds import person
from footprints.access import check_may
from submissions.actions.reasons import CannotBeDone
from submissions.views.visible import add_troubles, visible_return
from templates_app import registry
from templates_app.schema import Definition
from ui.formats import plural


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def feedback(request: HttpRequest, pilot: int) -> HttpResponse:
    """What a pilot trust says of one part of the template; a part that was saved leads to the next."""
    return_record = visible_return(request, pilot)
    check_may(request.user, "give_feedback", trust=return_record.trust)
    if not return_record.collection.is_pilot:
        raise Http404("Feedback is given on pilots only.")
    page = feedback_page(return_record, request.GET.get("part", ""))
    form = FeedbackForm(request.POST if request.method == "POST" else None, items=page.part.items, said=page.said)
    if form.is_valid():
        given = {item.subject: Given(*form.given(item)) for item in page.part.items}
        changed = give_feedback(by=person(request), return_record=return_record, given=given)
        said = f"{plural(changed, 'answer')} saved." if changed else "Nothing was changed."
        messages.success(request, f"{page.part.title}: {said} Thank you.")
        following = page.following or page.part
        return redirect(f"{reverse('desk:feedback', args=[pilot])}?part={following.code}")
    context = {
        "page": page,
        "form": form,
        "trust": return_record.trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
    }
    return render(request, "desk/feedback.jinja", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def definition(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version of a template in words, with what pilot trusts said of it."""
    page = definition_page(person(request), _definition(code, version))
    return render(request, "desk/definition.jinja", {"page": page, "asked_words": asked_words})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Answer what was said of one line or rule; of the whole where the address names none."""
    check_may(request.user, "manage_collections")
    known = _definition(code, version)
    subject = (request.GET.get("subject", "whole"), request.GET.get("code", ""))
    item = next((item for part in parts_of(known) for item in part.items if item.subject == subject), None)
    if item is None:
        raise Http404("There is no such line or rule.")
    said = said_of(person(request), known, subject)
    before = {"text": said.answer.text, "answered_in": said.answer.answered_in or NO_VERSION} if said.answer else {}
    form = AnswerForm(request.POST if request.method == "POST" else None, later=later_versions(known), initial=before)
    if form.is_valid():
        try:
            answer_feedback(
                by=person(request),
                template=code,
                version=version,
                subject=subject[0],
                code=subject[1],
                **form.cleaned_data,
            )
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"Your answer stands beside {item.title}.")
            return redirect(f"{reverse('desk:definition', args=[code, version])}#{item.key}")
    context = {"form": form, "item": item, "said": said, "definition": known}
    return render(request, "desk/answer_feedback.jinja", context, status=422 if form.is_bound else 200)


def _definition(code: str, version: str) -> Definition:
    """The version of a template. Raises Http404 where there is none."""
    try:
        return registry.get(code, version)
    except registry.UnknownTemplate:
        raise Http404("There is no such version.") from None
