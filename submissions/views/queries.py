"""Pages of queries about figures: those of a return, asking, answering and closing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from footprints.access import check_may
from footprints.events import record
from submissions.actions.figure_queries import answer_query, ask_query, close_query
from submissions.actions.reasons import CannotBeDone
from submissions.forms import AnswerQueryForm, AskQueryForm
from submissions.models import FigureQuery, Return
from submissions.queries.figure_queries import (
    NOTHING_THERE,
    definition_of,
    figure_in,
    label_of,
    line_and_column,
    queries_of,
    words_of,
)
from submissions.views.visible import (
    add_troubles,
    allowed,
    file_context,
    flags,
    person,
    return_context,
    visible_return,
    visible_submission,
)


@require_safe
@never_cache
def queries(request: HttpRequest, pk: int) -> HttpResponse:
    """Every query about a return, those that wait for the trust first."""
    return_record = visible_return(request, pk)
    if not flags(allowed(request, return_record.trust))["own"]:
        record(
            verb="queries seen", by=person(request), subject=return_record, trust=return_record.trust, request=request
        )
    return _queries_page(request, return_record)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask about the figure that the address names. Without one, the figures are shown, to choose from."""
    file = visible_submission(request, reference)
    check_may(request.user, "query_figure", trust=file.return_record.trust)
    if "line" not in request.GET:
        return redirect("submissions:figures", reference=file.reference)
    definition = definition_of(file.return_record)
    place = (request.GET["line"], request.GET.get("column", "value"))
    if line_and_column(definition, place) is None:
        raise Http404("There is no such figure.")
    if request.method != "POST":
        seen = {"place": ".".join(place)}
        trust = file.return_record.trust
        record(verb="figure seen", by=person(request), subject=file, trust=trust, detail=seen, request=request)
    form = AskQueryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_query(by=person(request), submission=file, place=place, question=form.cleaned_data["question"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, "Your query is with the trust. We e-mail you when it answers.")
            return redirect(_address(file.return_record, ".".join(place)))
    context = file_context(file, allowed(request, file.return_record.trust)) | {
        "form": form,
        "label": label_of(definition, place),
        "code": ".".join(place),
        "figure": words_of(definition, place, figure_in(file, place) or NOTHING_THERE),
    }
    return render(request, "submissions/ask_query.jinja", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: HttpRequest, query: int) -> HttpResponse:
    """Answer a query beside the figure. Whoever comes without an answer is shown all of the return's."""
    found = _visible_query(request, query)
    return_record = found.return_record
    if request.method != "POST":
        return redirect("submissions:queries", pk=return_record.pk)
    check_may(request.user, "answer_query", trust=return_record.trust)
    form = AnswerQueryForm(request.POST, prefix=_prefix(found))
    if form.is_valid():
        try:
            answer_query(by=person(request), query=found, answer=form.cleaned_data["answer"])
        except CannotBeDone as refusal:
            add_troubles(form, refusal)
        else:
            messages.success(request, f"Your answer stands beside the figure. We have told {found.asked_by.name}.")
            return redirect("submissions:queries", pk=return_record.pk)
    return _queries_page(request, return_record, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def close(request: HttpRequest, query: int) -> HttpResponse:
    """Close a query. Whoever only looks is shown all of the return's."""
    found = _visible_query(request, query)
    if request.method == "POST":
        try:
            close_query(by=person(request), query=found)
        except CannotBeDone as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "The query is closed.")
    return redirect("submissions:queries", pk=found.return_record_id)


def _queries_page(
    request: HttpRequest,
    return_record: Return,
    answered: FigureQuery | None = None,
    form: AnswerQueryForm | None = None,
) -> HttpResponse:
    actions = allowed(request, return_record.trust)
    rows = queries_of(return_record)
    may_answer = "answer_query" in actions
    forms = {row.query.pk: AnswerQueryForm(prefix=_prefix(row.query)) for row in rows if row.is_open and may_answer}
    context = return_context(return_record, actions) | {
        "rows": rows,
        "forms": forms,
        "may_query": "query_figure" in actions,
    }
    if answered is not None and form is not None:
        forms[answered.pk] = form
        context["form"] = form
    return render(request, "submissions/queries.jinja", context, status=422 if form else 200)


def _address(return_record: Return, code: str) -> str:
    return reverse("submissions:queries", args=[return_record.pk]) + "#" + code.replace(".", "-")


def _visible_query(request: HttpRequest, pk: int) -> FigureQuery:
    """The query. Raises Http404 where there is none, or it is none of the person's business."""
    visible = FigureQuery.objects.visible_to(person(request)).filter(pk=pk)
    found = visible.select_related("return_record__trust", "return_record__collection", "asked_by").first()
    if found is None:
        raise Http404("There is no such query.")
    return found


def _prefix(query: FigureQuery) -> str:
    """What tells the fields of one query's form from those of the others on the page."""
    return f"query-{query.pk}"
